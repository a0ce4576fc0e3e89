"""Whom a bare role stands for in its article: "the central bank", "police", "the kingdom", "the group"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from eventstudy.events.actors.gazetteer import Places
from eventstudy.events.language.lexing import Tokens
from eventstudy.events.language.verb_groups import ADVERBS, word_set

__all__ = ["Standing"]

_REACH: Final = 60
"""Names of actors before the sentence that are looked at: about what a reader still has in mind."""
_TIMES: Final = 2
"""How many times as often as any other a country is named of which the article is taken to speak; where the story is
filed from, more often is enough."""
_LEAST: Final = 3
"""How many times at least, where another is named too."""

# Roles of which a country has one, or that mean those of the country spoken of.
_OF_THE_COUNTRY: Final = word_set(
    "government cabinet parliament army military navy police authorities president premier chancellor king opposition "
    "prosecutors lawmakers legislature senate congress junta regulators troops soldiers"
)
_PORTFOLIOS: Final = ("finance", "foreign", "defence", "defense", "interior", "energy", "trade")
_TWO_WORDS: Final = frozenset((of, office) for of in _PORTFOLIOS for office in ("minister", "ministry")) | {
    ("central", "bank"), ("prime", "minister"), ("oil", "minister"), ("commerce", "ministry"), ("air", "force"),
    ("security", "forces"), ("armed", "forces"), ("supreme", "court"), ("constitutional", "court"),
    ("ruling", "party"), ("opposition", "leader"), ("opposition", "party"),
}  # fmt: skip
# Without an article these are the country's own: "police detained", "lawmakers rejected".
_BARE: Final = word_set(
    "police authorities prosecutors lawmakers regulators troops soldiers protesters demonstrators relatives residents "
    "workers students farmers teachers unions strikers activists villagers"
)
_BARE_TWO: Final = frozenset({("opposition", "parties"), ("opposition", "leaders"), ("security", "forces")})

# As in "the central bank last Thursday cut rates".
_PASSED_OVER: Final = ADVERBS | word_set("last this late early on earlier week month year")

_MONARCHIES: Final = frozenset(
    ("SAU", "JOR", "MAR", "BHR", "GBR", "THA", "BEL", "NLD", "NOR", "SWE", "DNK", "ESP", "KHM", "SWZ", "LSO", "TON")
)
# Names by which a text calls an actor again; the last of these that it named is meant.
_AGAIN: Final[Mapping[str, frozenset[str]]] = {
    "kingdom": _MONARCHIES,
    "emirate": frozenset({"QAT", "KWT", "ARE"}),
    "cartel": frozenset({"OPEC"}),
    "bloc": frozenset({"EU", "ASEAN", "MERCOSUR", "BRICS", "GCC", "ECOWAS", "SADC", "AU", "G7", "SCO", "CIS"}),
    "alliance": frozenset({"NATO", "CSTO"}),
    "fund": frozenset({"IMF"}),
    "watchdog": frozenset({"IAEA", "OPCW"}),
    "group": frozenset({"OPEC", "G7", "G8", "G20", "BRICS", "EU", "ASEAN", "GCC", "ECOWAS", "AU", "ARL", "SCO", "OIC"}),
}


class Standing:
    """The actors that an article has named so far, for the roles of the next sentence.

    Parameters
    ----------
    places : Places
        Filled while the article is read.
    types : mapping
        Type of each actor's code.
    """

    __slots__ = ("_before", "_places", "_types")

    def __init__(self, places: Places, types: Mapping[str, str]) -> None:
        self._places, self._types = places, types
        self._before = 0

    def next_sentence(self) -> None:
        """Count what has been named until now as before the sentence that follows."""
        self._before = len(self._places.codes)

    def _spoken_of(self) -> list[str]:
        return self._places.codes[max(0, self._before - _REACH) : self._before]

    def is_country(self, code: str) -> bool:
        """Whether an actor is a country rather than an organisation or a group."""
        return self._types.get(code) == "country"

    def home(self) -> str:
        """Return the country of which the article speaks; empty where two are spoken of alike."""
        ranked = Counter(filter(self.is_country, self._spoken_of())).most_common(2)
        if len(ranked) < 2:
            return ranked[0][0] if ranked else ""
        (first, often), (_, next_often) = ranked
        if first in self._places.filed_from:
            return first if often > next_often else ""
        if often < max(_TIMES * next_often, _LEAST):
            return ""
        return first

    def meant(self, tokens: Tokens, begin: int, stop: int) -> tuple[str, int, int] | None:
        """Return the code and the tokens of a role that heads the noun phrase between two tokens.

        Parameters
        ----------
        tokens : Tokens
        begin, stop : int
            Tokens of the phrase; adverbs at its end are passed over.

        Returns
        -------
        tuple of str, int and int, optional
            Code, first token and the one behind the last; None where the phrase is no bare role, or its
            article does not say whose.
        """
        if not self._before:
            return None
        low = tokens.low
        while stop > begin and (low[stop - 1] in _PASSED_OVER or low[stop - 1].endswith("ly")):
            stop -= 1
        size = stop - begin
        if not size:
            return None
        definite = low[begin] == "the"
        code = self._code(low[begin + definite : stop], definite=definite)
        return (code, begin + definite, stop) if code else None

    def _code(self, role: list[str], *, definite: bool) -> str:
        head = role[-1] if role else ""
        if definite and len(role) == 1 and head in _AGAIN:
            return next((code for code in reversed(self._spoken_of()) if code in _AGAIN[head]), "")
        alone = len(role) == 1 and (head in _OF_THE_COUNTRY if definite else head in _BARE)
        joined = len(role) == 2 and tuple(role) in (_TWO_WORDS if definite else _BARE_TWO)
        return self.home() if alone or joined else ""
