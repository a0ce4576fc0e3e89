"""Finding a quote in a text: white space, the shape of quotation marks and the composition of letters aside."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

__all__ = ["Folded"]

_SAME: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\xa0": " "})


class Folded:
    """A text in the form in which quotes are compared, with the way back.

    Parameters
    ----------
    text : str
        As it stands.

    Attributes
    ----------
    text : str
        With plain quotation marks and dashes, single spaces, and letters composed (NFC).

    Examples
    --------
    >>> folded = Folded("He  said “no”.")
    >>> folded.text, list(folded.find('said "no"'))
    ('He said "no".', [(4, 13)])
    """

    __slots__ = ("_starts", "_stops", "text")

    def __init__(self, text: str) -> None:
        out: list[str] = []
        starts: list[int] = []
        stops: list[int] = []
        place = 0
        while place < len(text):
            stop = place + 1
            while stop < len(text) and unicodedata.combining(text[stop]):
                stop += 1
            group = text[place:stop]
            plain = (group if group.isascii() else unicodedata.normalize("NFC", group)).translate(_SAME)
            if plain.isspace():
                plain = "" if out and out[-1] == " " else " "
            for char in plain:
                out.append(char)
                starts.append(place)
                stops.append(stop)
            place = stop
        self.text = "".join(out)
        self._starts, self._stops = starts, stops

    def find(self, quote: str) -> Iterator[tuple[int, int]]:
        """Yield where the quote stands in the text, never in the middle of a word or number."""
        wanted = Folded(quote).text.strip()
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not (self._joined(at) or self._joined(end)):
                yield self._starts[at], self._stops[end - 1]
            at = self.text.find(wanted, at + 1)

    def _joined(self, at: int) -> bool:
        """Whether a word or number goes on over the place ``at``."""
        left, right = self.text[at - 1 : at], self.text[at : at + 1]
        if left in (".", ",") and right.isdigit() and self.text[at - 2 : at - 1].isdigit():
            return True
        if right in (".", ",") and left.isdigit() and self.text[at + 1 : at + 2].isdigit():
            return True
        return left.isalnum() and right.isalnum() and any(c.isdigit() or c.lower() != c.upper() for c in (left, right))
