"""The gazetteer: which words name an actor, and which actor."""

from __future__ import annotations

import functools
import os
import re
import tomllib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import compress
from pathlib import Path
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from eventstudy.errors import NewsError, SpecError, nearest
from eventstudy.events.language.lexing import Tokens, tokenize
from eventstudy.events.language.text import article_sentences
from eventstudy.events.language.verb_groups import word_set
from eventstudy.news.article import Article

__all__ = ["Gazetteer", "Mention", "Places", "article_actors"]

_KINDS: Final = ("names", "people", "seats", "places", "members")
_TYPES: Final = ("country", "organisation", "bloc", "group")


# "English-speaking", "Russian-language": a tongue is no actor.
_TONGUES: Final = frozenset({"speaking", "language", "speakers", "made", "style"})
_MONEY: Final = word_set(
    "dollar dollars franc francs pound pounds yen rand rouble roubles ruble rubles peso pesos lira rupee rupees yuan "
    "crown crowns krona kronor euros shilling shillings dinar dinars riyal riyals rial rials dirham dirhams"
)
_COMPASS: Final = frozenset({"North", "South", "East", "West"})
_COMPASSES: Final = [[word] for word in sorted(_COMPASS)]
_LINKS: Final = [[","], ["and"], ["&"]]
_AMERICA: Final = word_set("America American Americans")
_CONTINENTS: Final = word_set("Latin Central South")
_INDIANS: Final = word_set("Indian Indians")
_TRIBAL: Final = word_set(
    "group groups organisation organisations organization organizations community communities federation peasant "
    "peasants protester protesters demonstrators marchers rebels rebel villagers movement movements activists tribe "
    "tribes people peoples women farmers leader chief chiefs confederation reservation rights lands land uprising"
)
_INDIES: Final = word_set("ECU BOL PER GTM MEX COL CHL BRA VEN PRY NIC HND PAN ARG CAN")
_SEPARATISTS: Final = word_set("separatist separatists Separatists")
_UNDIVIDED: Final = word_set("RUS UKR")
_SHARED: Final = {
    **dict.fromkeys(("Hutu", "Hutus", "Tutsi", "Tutsis"), ("BDI", "COD", "UGA")),
    **dict.fromkeys(("Croat", "Croats"), ("BIH",)),
}
"""Peoples of several states: which one is meant is told by the state that the sentence names."""
_SHARED_LINES: Final = frozenset({"border", "frontier", "boundary"})  # "the India-Nepal border" is neither's
_KIN: Final = {
    "neighbour",
    "neighbor",
    "neighbours",
    "neighbors",
    "ally",
    "rival",
    "foe",
    "backer",
    "patron",
    "adversary",
}
_DEPENDENT: Final = {"West", *_KIN, *_AMERICA, *_INDIANS, *_SEPARATISTS, *_SHARED}
"""Words whose actor depends on those around them."""


class Mention(NamedTuple):
    """An actor named by the tokens ``first`` to ``last`` (exclusive); ``kind`` is the list its name stands in."""

    first: int
    last: int
    code: str
    kind: str


# As in COLOMBO (Agency) - and LONDON/DUBAI, July 5 -.
_DATELINE: Final = re.compile(
    r"\s{0,9}([A-Z][A-Z .'/-]{2,60}?)(?:,[^()\n—–-]{1,40})?\s{0,2}(?:\([^()\n]{1,40}\)\s{0,2})?[—–-]{1,2}\s"
)


class Places:
    """Where an article names which actor: the first character of each mention, in order, and its code."""

    __slots__ = ("codes", "filed_from", "starts")

    def __init__(self) -> None:
        self.starts = array("l")
        self.codes: list[str] = []
        self.filed_from: list[str] = []

    def open(self, text: str, gazetteer: Gazetteer) -> None:
        """Add the cities of a dateline, which name no actor of the first sentence but the story's country."""
        dateline = _DATELINE.match(text)
        if dateline is not None:
            for city in dateline[1].split("/"):
                self.filed_from += gazetteer.codes(city.strip().title())
            self.codes += self.filed_from
            self.starts.extend([dateline.start(1)] * len(self.filed_from))

    def add(self, tokens: Tokens, mentions: list[Mention]) -> None:
        """Add the mentions of the next sentence."""
        if mentions:
            starts = tokens.starts
            self.starts.extend([starts[m.first] for m in mentions])
            self.codes += [m.code for m in mentions]

    def keep(self, article: Article, gazetteer: Gazetteer) -> None:
        """Keep what was found in all the sentences of an article, if with the library's own gazetteer."""
        if gazetteer is Gazetteer.default():
            _placed_before[article] = self


# Events and moves are read from the same articles, one pass after the other; gone with the article.
_placed_before: WeakKeyDictionary[Article, Places] = WeakKeyDictionary()


def article_actors(article: Article) -> Places:
    """Find where an article names which actor of the library's gazetteer, once."""
    found = _placed_before.get(article)
    if found is None:
        found, gazetteer = Places(), Gazetteer.default()
        found.open(article.text, gazetteer)
        for start, end in article_sentences(article):
            tokens = tokenize(article.text, start, end)
            found.add(tokens, gazetteer.find(tokens))
        found.keep(article, gazetteer)
    return found


class Gazetteer:
    """Names of actors and their codes.

    Parameters
    ----------
    actors : mapping
        Code to a mapping with ``type`` (country, organisation, bloc or group) and lists of names:
        ``names``, ``people`` (nationality adjectives), ``seats`` (capitals and seats of government),
        ``places``, ``members`` (officials, parties, armed groups).

    Raises
    ------
    SpecError
        If a field is unknown, a list is not a list of words, or a name stands for two codes.

    Examples
    --------
    >>> g = Gazetteer.default().extended({"ACME": {"type": "group", "names": ["Acme Corp"]}})
    >>> g.codes("Acme Corp sued the Kremlin.")
    ['ACME', 'RUS']
    """

    def __init__(self, actors: Mapping[str, Mapping[str, Any]], *, where: str = "the gazetteer") -> None:
        self._actors = {code: dict(fields) for code, fields in actors.items()}
        self._index: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self.types: dict[str, str] = {}
        seen: dict[str, str] = {}
        for code, fields in actors.items():
            if not isinstance(fields, Mapping):
                raise SpecError(f"{where}: {code} is not a table", hint='write CODE = { names = ["..."] }', code=code)
            self.types[code] = _checked_type(fields, code, where)
            for kind, names in fields.items():
                if kind == "type":
                    continue
                if kind not in _KINDS:
                    raise SpecError(
                        f"{where}: {code} has an unknown field {kind!r}", hint=nearest(kind, _KINDS), code=code
                    )
                if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
                    raise SpecError(f"{where}: {code}.{kind} is not a list of names", hint='write ["..."]', code=code)
                for name in names:
                    if seen.setdefault(name, code) != code:
                        raise SpecError(
                            f"{where}: {name!r} stands for {seen[name]} and {code}", hint="keep one", code=code
                        )
                    words = tuple(tokenize(name, 0, len(name)).words)
                    if words:
                        self._index.setdefault(words[0], []).append((words[1:], code, kind))
                        if "." in words[0]:  # "U . S .", see `tokenize`
                            parted = words[0].replace(".", " . ").strip()
                            self._index.setdefault(parted, []).append((words[1:], code, kind))
        for entries in self._index.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        # Most words that begin a name stand alone or begin none: names of several words are tried before their second.
        self._seconds = {w: frozenset(e[0][0] for e in entries if e[0]) for w, entries in self._index.items()}
        self._alone = {w: entries[-1] for w, entries in self._index.items() if not entries[-1][0]}

    @classmethod
    def default(cls) -> Gazetteer:
        """Return the library's gazetteer: countries, their capitals and leaders, organisations."""
        return _default()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Gazetteer:
        """Read a TOML file with an ``[actors]`` table and add it to the library's gazetteer.

        Raises
        ------
        NewsError
            If the file is missing.
        SpecError
            If it is not valid.
        """
        where = str(path)
        try:
            data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NewsError(f"no gazetteer file {where}", hint="check the path", file=where) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SpecError(f"{where} is not valid TOML: {error}", hint="see docs/extraction.md", file=where) from error
        actors = data.get("actors")
        if not isinstance(actors, dict) or set(data) != {"actors"}:
            raise SpecError(
                f"{where}: expected one table [actors]", hint='[actors]\nACME = { names = ["Acme"] }', file=where
            )
        return cls.default().extended(actors, where=where)

    def extended(self, actors: Mapping[str, Mapping[str, Any]], *, where: str = "the gazetteer") -> Gazetteer:
        """Return a gazetteer with these actors added; names of a known code are added to its own."""
        merged: dict[str, dict[str, Any]] = {code: dict(fields) for code, fields in self._actors.items()}
        taken = {n: c for c, fields in self._actors.items() for k in _KINDS for n in fields.get(k, ())}
        for code, fields in actors.items():
            if not isinstance(fields, Mapping):
                raise SpecError(f"{where}: {code} is not a table", hint='write CODE = { names = ["..."] }', code=code)
            target = merged.setdefault(code, {"type": fields.get("type", "group")})
            for kind, value in fields.items():
                if kind == "type":
                    target[kind] = value
                elif isinstance(value, list):
                    # The user's name wins: a name that the library gives to another actor moves.
                    for name in value:
                        other = taken.get(name)
                        if other is not None and other != code:
                            for k in _KINDS:
                                merged[other][k] = [n for n in merged[other].get(k, []) if n != name]
                    target[kind] = [*target.get(kind, []), *value]
                else:
                    target[kind] = value
        return Gazetteer(merged, where=where)

    def find(self, tokens: Tokens) -> list[Mention]:
        """Find the actors that the tokens name, in order, longest first, none overlapping."""
        out: list[Mention] = []
        words = tokens.words
        index = self._index
        n, floor = len(words), 0
        if tokens.hyphened:
            hits = [k for k, w in enumerate(words) if w in index or "-" in w]
        else:
            hits = list(compress(range(n), map(index.__contains__, words)))
        for i in hits:
            if i < floor:
                continue
            word = words[i]
            follows = words[i + 1] if i + 1 < n else ""
            entries: Sequence[tuple[tuple[str, ...], str, str]] | None = index.get(word)
            if entries is not None and follows not in self._seconds[word] and word not in _COMPASS:
                single = self._alone.get(word)
                if single is not None and follows not in _MONEY:  # "in U.S. dollars"
                    out.append(Mention(i, i + 1, single[1], single[2]))
                continue
            if word in _COMPASS and words[i + 1 : i + 2] in _LINKS and words[i + 2 : i + 3] in _COMPASSES:
                # "North, South Korea", "North and South Korea": the first leaves out what they share.
                whole = next((e for e in entries or () if e[0] == tuple(words[i + 3 : i + 4])), None)
                if whole is not None:
                    out.append(Mention(i, i + 1, whole[1], whole[2]))
                    floor = i + 1
                    continue
            if entries is not None:
                for rest, code, kind in entries:
                    stop = i + 1 + len(rest)
                    if not rest or (stop <= n and tuple(words[i + 1 : stop]) == rest):
                        if code == "UN" and out and out[-1].kind == "people" and out[-1].last == i and rest:
                            continue  # "the Russian Security Council"
                        if rest and word.islower() and self._longer(words, i + 1, stop):
                            continue  # "the West | Bank"
                        floor = stop
                        if stop < n and words[stop] in _MONEY:
                            break  # "in U.S. dollars"
                        out.append(Mention(i, stop, code, kind))
                        break
            else:
                # "U.S.-led", "Syrian-backed": the first part names the actor.
                head, _, tail = word.partition("-")
                entry = next((e for e in index.get(head, ()) if not e[0]), None)
                if entry is not None and tail not in _TONGUES and not (follows in _SHARED_LINES and tail in index):
                    out.append(Mention(i, i + 1, entry[1], "hyphen"))
        if "ethnic" in words or "Ethnic" in words or not _DEPENDENT.isdisjoint(words):
            return _settled(out, words)
        return out

    def _longer(self, words: list[str], i: int, stop: int) -> bool:
        """Whether another name begins at word ``i`` and reaches beyond ``stop``."""
        return any(
            i + 1 + len(rest) > stop and tuple(words[i + 1 : i + 1 + len(rest)]) == rest
            for rest, _, _ in self._index.get(words[i], ())
        )

    def codes(self, text: str) -> list[str]:
        """Return the codes of the actors that a text names, in order, each once."""
        return list(dict.fromkeys(m.code for m in self.find(tokenize(text, 0, len(text)))))

    def names(self) -> Iterable[str]:
        """Yield every name."""
        for fields in self._actors.values():
            for kind in _KINDS:
                yield from fields.get(kind, ())


def _settled(found: list[Mention], words: list[str]) -> list[Mention]:
    """Leave out what names no actor where it stands, and give peoples of several states the one that is named."""
    out: list[Mention] = []
    for m in found:
        word, before = words[m.last - 1], words[m.first - 1] if m.first else ""
        after = words[m.last] if m.last < len(words) else ""
        if after == "'s" and _names_kin(words, m, found):
            continue  # "Niger's neighbour Benin"
        if before.lower() == "ethnic" and m.kind == "people":
            continue  # "ethnic Turks" are of the state where they live
        if (word in _AMERICA and before in _CONTINENTS) or (word == "West" and after[:1].isupper()):
            continue  # "the West African country"
        others = {o.code for o in found if o.code != m.code} if word in _DEPENDENT else set()
        if not others.isdisjoint(_INDIES) and word in _INDIANS and (word == "Indians" or after in _TRIBAL):
            continue  # "Indian groups" of Ecuador
        if others and others.isdisjoint(_UNDIVIDED) and word in _SEPARATISTS and m.last - m.first == 1:
            continue  # "separatist rebels in the southern Philippines"
        home = next((c for c in _SHARED.get(word, ()) if c in others), m.code)
        out.append(
            m if home == m.code or m.code in {o.code for o in found if o.last != m.last} else m._replace(code=home)
        )
    return out


def _names_kin(words: list[str], owner: Mention, found: list[Mention]) -> bool:
    """Whether a state is named only to say whose neighbour or ally the next one is."""
    following = next((o for o in found if o.first > owner.last), None)
    if following is None or following.first - owner.last > _KIN_WITHIN:
        return False
    between = [w for w in words[owner.last + 1 : following.first] if w != ","]
    return between != [] and between[-1] in _KIN


_KIN_WITHIN: Final = 5  # "'s", two adjectives, the noun and a comma


def _checked_type(fields: Mapping[str, Any], code: str, where: str) -> str:
    value = fields.get("type", "group")
    if value not in _TYPES:
        raise SpecError(f"{where}: {code} has type {value!r}", hint=f"expected one of {', '.join(_TYPES)}", code=code)
    return str(value)


@functools.cache
def _default() -> Gazetteer:
    text = resources.files("eventstudy.events").joinpath("lexicon", "actors.toml").read_text(encoding="utf-8")
    return Gazetteer(tomllib.loads(text)["actors"], where="actors.toml")
