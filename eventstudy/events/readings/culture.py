"""Whether an article reviews a play, a film or a book, in whose plot people fight, threaten and make peace."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["of_culture"]

# One of the first, and several of both; and nobody comes to harm outside the plot.
_WORKS: Final = re.compile(
    r"\b(?:novels?|theatre|film|films|movies?|album|albums|sitcom|opera|ballet|exhibition|playwright|memoir|sequel"
    r"|box office|new play|thriller|soundtrack|biopic|documentary|paintings?|poems?|stage play)\b",
    re.IGNORECASE,
)
# A part of each of them, in small letters, which is looked for much faster: hardly any article holds one.
_PARTS: Final = (
    "novel", "theatre", "film", "movie", "album", "sitcom", "opera", "ballet", "exhibition", "playwright", "memoir",
    "sequel", "box office", "new play", "thriller", "soundtrack", "biopic", "documentary", "painting", "poem",
    "stage play",
)  # fmt: skip
_AROUND_THEM: Final = re.compile(
    r"\b(?:audiences?|director|scenes?|cast|actors?|actress|critics|characters?|chorus|premiere[ds]?|plot|stars?"
    r"|performances?|comedy|drama|villains?|heroine|hero|screenplay|scripts?|reviews?|stage|reader|chapters?|prose"
    r"|songs?|singer|band|guitar|lyrics|gallery|curator|artist|sculptor|novelist|author|interval|orchestra|dancers?)\b",
    re.IGNORECASE,
)
_HARM: Final = re.compile(
    r"\b(?:police|troops|gunm[ae]n|soldiers|arrested|jailed|detained|censors?|banned|protesters|parliament|minister"
    r"|government|president|sanctions)\b",
    re.IGNORECASE,
)
_SEVERAL: Final = 5
_LEAST: Final = 300  # characters: a headline that names a film may tell of its ban


def of_culture(text: str) -> bool:
    """Whether the text is a review or a feature on works of art alone.

    Examples
    --------
    >>> of_culture("Russia attacked Ukraine.")
    False
    """
    if len(text) < _LEAST or not any(map(text.lower().__contains__, _PARTS)) or _WORKS.search(text) is None:
        return False
    words = {found.lower() for found in _AROUND_THEM.findall(text)}
    return len(words) >= _SEVERAL and len({found.lower() for found in _HARM.findall(text)}) <= 1
