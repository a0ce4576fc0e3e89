"""The event taxonomy: which words signal which kind of event, and what each kind means."""

from __future__ import annotations

import functools
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from eventstudy._types import Direction
from eventstudy.errors import NewsError, SpecError, nearest
from eventstudy.events.language.lexing import plural, verb_forms
from eventstudy.events.triggers.rules import Entries, Rule, Trigger, WordList

__all__ = ["Kind", "Taxonomy"]

_FRAMES: Final = (
    "", "report", "commit", "consent", "plan", "threaten", "warn", "refuse", "deny", "request", "accuse", "light",
    "reverse", "must", "ought", "judge", "undergo",
)  # fmt: skip
# In this order: among equals the first rule wins.
_FILES: Final = ("words", "agency", "frames", "verbal", "cooperation", "conflict", "markets", "carriers")
_LISTS: Final = ("verbs", "nouns", "phrases", "subjects", "objects", "unless")
_FIELDS: Final = ("id", "kind", "frame", "direction", "intensity", "recipient", *_LISTS)


class Kind(NamedTuple):
    """What a kind of event means: its direction and its intensity (Goldstein scale, NaN where none)."""

    direction: Direction
    intensity: float


@dataclass(frozen=True, slots=True, eq=False)
class Taxonomy:
    """Kinds and rules, indexed by the first word of each trigger.

    ``nouns`` are the words that can be nouns beside their verbs, ``verb_tags`` the forms of verb a word can be.
    ``lets`` gives for each word a bit for every list of objects or subjects, or of what silences a rule, that it may
    begin a member of: a rule whose bits the words of a sentence do not give need not be tried there.

    Build it with `Taxonomy.default`, `Taxonomy.load` (a TOML file that extends the library's own) or
    `Taxonomy.from_mapping`.

    Examples
    --------
    >>> t = Taxonomy.default()
    >>> t.kinds["RETREAT"].direction
    'de-escalation'
    """

    kinds: Mapping[str, Kind]
    rules: tuple[Rule, ...]
    index: Mapping[str, Entries] = field(repr=False)
    nouns: frozenset[str] = field(repr=False)
    verb_tags: Mapping[str, str] = field(repr=False)
    lets: Mapping[str, int] = field(repr=False)

    @classmethod
    def default(cls) -> Taxonomy:
        """Return the library's taxonomy."""
        return _default()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Taxonomy:
        """Read a TOML file of kinds, words and rules and put it before the library's own rules.

        Raises
        ------
        NewsError
            If the file is missing.
        SpecError
            If it is not valid TOML, or a field, kind or list in it is unknown.
        """
        where = str(path)
        try:
            data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NewsError(f"no taxonomy file {where}", hint="check the path", file=where) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SpecError(f"{where} is not valid TOML: {error}", hint="see docs/extraction.md", file=where) from error
        return cls.from_mapping(data, where=where)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any], *, where: str = "the taxonomy", extend: bool = True) -> Taxonomy:
        """Build a taxonomy from parsed TOML; ``extend=False`` leaves the library's own rules out."""
        base = _default_data() if extend else {}
        unknown = set(data) - {"kinds", "words", "rules"}
        if unknown:
            name = min(unknown)
            raise SpecError(
                f"{where}: unknown table {name!r}", hint=nearest(name, ("kinds", "words", "rules")), file=where
            )
        kinds = {**base.get("kinds", {}), **data.get("kinds", {})}
        words = {**base.get("words", {}), **data.get("words", {})}
        rules = [*data.get("rules", []), *base.get("rules", [])]
        meant = {name: _kind(name, fields, where) for name, fields in kinds.items()}
        return _compiled(meant, words, rules, where)


def _kind(name: str, fields: Any, where: str) -> Kind:
    if not isinstance(fields, Mapping) or set(fields) - {"direction", "intensity"}:
        raise SpecError(
            f"{where}: kind {name} takes direction and intensity", hint='{ direction = "neither" }', file=where
        )
    direction = fields.get("direction", "neither")
    _check_direction(direction, f"{where}: kind {name}")
    return Kind(direction, _number(fields.get("intensity", float("nan")), f"{where}: kind {name}"))


def _check_direction(value: Any, where: str) -> None:
    if not isinstance(value, str) or value not in get_args(Direction):
        raise SpecError(f"{where} has direction {value!r}", hint=f"expected one of {', '.join(get_args(Direction))}")


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (value == value and not -10 <= value <= 10):
        raise SpecError(f"{where} has intensity {value!r}", hint="expected a number from -10 to 10")
    return float(value)


def _compiled(kinds: Mapping[str, Kind], words: Mapping[str, Any], rules: list[Any], where: str) -> Taxonomy:
    out: list[Rule] = []
    index: dict[str, list[Trigger]] = {}
    bits: dict[frozenset[str], int] = {}
    for order, fields in enumerate(rules):
        rule = _rule(fields, kinds, words, order, where)
        out.append(rule)
        needs, shuns = _bit(rule.objects, bits) | _bit(rule.subjects, bits), _bit(rule.unless, bits)
        for verb in _owned(fields.get("verbs", ())):
            head, *rest = verb.lower().split()
            for form, tags in verb_forms(head).items():
                index.setdefault(form, []).append(Trigger(tuple(rest), tags, rule, needs, shuns))
        for noun in fields.get("nouns", ()):
            for form in dict.fromkeys((noun.lower(), plural(noun.lower()))):
                head, *rest = form.split()
                index.setdefault(head, []).append(Trigger(tuple(rest), "N", rule, 0, shuns))
        for phrase in _members(fields.get("phrases", ()), words, f"{where}: rule {rule.id!r}"):
            head, *rest = phrase.lower().split()
            index.setdefault(head, []).append(Trigger(tuple(rest), "P", rule, 0, shuns))
    # Longer triggers first, then rules that ask for an object, then the order of the file.
    for entries in index.values():
        entries.sort(key=lambda t: (-len(t.rest), not t.rule.subjects.firsts, not t.rule.bound, t.rule.order))
    # Words that stand as objects are nouns too: "forces", "arms", "supplies".
    nouns = frozenset(w for rule in out for w in rule.objects.singles) | {
        word for word, entries in index.items() if any(t.tags == "N" and not t.rest for t in entries)
    }
    verb_tags = {
        w: "".join(dict.fromkeys("".join(t.tags for t in entries if t.tags not in ("N", "P"))))
        for w, entries in index.items()
    }
    split = {word: Entries.of(entries) for word, entries in index.items()}
    lets: dict[str, int] = {}
    for firsts, bit in bits.items():
        for word in firsts:
            lets[word] = lets.get(word, 0) | bit
    return Taxonomy(dict(kinds), tuple(out), split, nouns, verb_tags, lets)


def _bit(asked: WordList, bits: dict[frozenset[str], int]) -> int:
    """Give the bit of a list of words, the same for all rules that have the list; 0 for an empty one."""
    return bits.setdefault(asked.firsts, 1 << len(bits)) if asked.firsts else 0


_OWNERS: Final = (" its ", " their ", " his ", " her ")
_SELVES: Final = (" itself ", " themselves ", " himself ", " herself ")


def _owned(verbs: Iterable[str]) -> Iterator[str]:
    """Yield the verbs; "throw its weight behind" stands for "his", "her" and "their" as well."""
    seen: set[str] = set()
    for verb in verbs:
        words = f"{verb} "
        owner, owners = next(((o, os) for os in (_OWNERS, _SELVES) for o in os if o in words), ("", ()))
        for each in [words.replace(owner, o).strip() for o in owners] or [verb]:
            if each not in seen:
                seen.add(each)
                yield each


def _rule(fields: Any, kinds: Mapping[str, Kind], words: Mapping[str, Any], order: int, where: str) -> Rule:
    if not isinstance(fields, Mapping) or not isinstance(fields.get("id"), str):
        raise SpecError(f"{where}: rule {order + 1} has no id", hint='write id = "my-rule"', file=where)
    label = f"{where}: rule {fields['id']!r}"
    for name in fields:
        if name not in _FIELDS:
            raise SpecError(f"{label} has an unknown field {name!r}", hint=nearest(name, _FIELDS), file=where)
    for name in _LISTS:
        value = fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise SpecError(f"{label}: {name} is not a list of words", hint=f'write {name} = ["..."]', file=where)
    for name in ("frame", "kind", "direction"):
        if not isinstance(fields.get(name, ""), str):
            raise SpecError(f"{label}: {name} = {fields[name]!r} is not text", hint=f'write {name} = "..."', file=where)
    frame = fields.get("frame", "")
    if frame not in _FRAMES:
        raise SpecError(f"{label} has an unknown frame {frame!r}", hint=nearest(str(frame), _FRAMES), file=where)
    kind = fields.get("kind", "")
    if kind not in kinds and not (kind == "" and frame):
        raise SpecError(f"{label} has an unknown kind {kind!r}", hint=nearest(str(kind), kinds), file=where)
    if not (fields.get("verbs") or fields.get("nouns") or fields.get("phrases")):
        raise SpecError(f"{label} has no trigger", hint="give verbs, nouns or phrases", file=where)
    meant = kinds.get(kind, Kind("neither", float("nan")))
    direction = fields.get("direction", meant.direction)
    _check_direction(direction, label)
    intensity = _number(fields.get("intensity", meant.intensity), label)
    recipient = fields.get("recipient", False)
    if not isinstance(recipient, bool):
        raise SpecError(f"{label}: recipient = {recipient!r} is no flag", hint="write recipient = true", file=where)
    objects, unless, subjects = (
        _expanded(fields.get(name, ()), words, label) for name in ("objects", "unless", "subjects")
    )
    return Rule(fields["id"], kind, frame, direction, intensity, objects, unless, subjects, recipient, order)


def _members(names: Iterable[str], words: Mapping[str, Any], label: str) -> Iterator[str]:
    """Yield the names, with the members of an "@list" in its place."""
    for name in names:
        if not name.startswith("@"):
            yield name
            continue
        members = words.get(name[1:])
        if not isinstance(members, list):
            raise SpecError(f"{label} names a list {name!r} that is not in [words]", hint=nearest(name[1:], words))
        yield from members


def _expanded(names: Iterable[str], words: Mapping[str, Any], label: str) -> WordList:
    singles: set[str] = set()
    phrases: list[tuple[str, ...]] = []
    for member in _members(names, words, label):
        parts = member.lower().split()
        if len(parts) == 1:
            singles.update((parts[0], plural(parts[0])))
        else:
            if "*" in (parts[0], parts[-1]) or parts.count("*") > 1:
                raise SpecError(f"{label}: {member!r} has no words around its *", hint='write "benchmark * rate"')
            phrases.extend((tuple(parts), (*parts[:-1], plural(parts[-1]))))
    by_first: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases:
        by_first[phrase[0]] = (*by_first.get(phrase[0], ()), phrase)
    return WordList(frozenset(singles), by_first, frozenset(singles.union(by_first)))


@functools.cache
def _default_data() -> dict[str, Any]:
    folder = resources.files("eventstudy.events").joinpath("lexicon")
    data: dict[str, Any] = {"rules": []}
    for name in _FILES:
        part = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        data["rules"] += part.pop("rules", [])
        data.update(part)
    return data


@functools.cache
def _default() -> Taxonomy:
    return Taxonomy.from_mapping(_default_data(), where="the lexicon", extend=False)
