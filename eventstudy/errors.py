"""One exception family: every error says what, where, what was expected and what to do next."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable
from typing import Any

__all__ = [
    "AssetError",
    "DataError",
    "EventStudyError",
    "EventStudyWarning",
    "ModelError",
    "NewsError",
    "SpecError",
    "check_choice",
    "nearest",
    "shown",
]


class EventStudyError(Exception):
    """Base class of every error the library raises on purpose.

    Parameters
    ----------
    message : str
        One line a person can act on: what is wrong and where.
    hint : str, optional
        What was expected, or the next step.
    **facts
        The offending values under their names (``file=``, ``row=``, ``column=``, ``asset=``,
        ``event_id=``); kept as attributes of ``facts`` and never printed twice.

    Examples
    --------
    >>> str(EventStudyError("column 'px' not found in prices.csv", hint="did you mean 'price'?"))
    "column 'px' not found in prices.csv; did you mean 'price'?"
    """

    def __init__(self, message: str, *, hint: str = "", **facts: Any) -> None:
        self.message = _bounded(message)
        self.hint = hint = _bounded(hint)
        self.facts = facts
        super().__init__(f"{self.message}; {hint}" if hint else self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by parts, so that an error raised in a worker arrives whole."""
        return _rebuild, (type(self), self.message, self.hint, self.facts)


# Quotes that open behind no letter: the apostrophe of "asset's" opens none.
_QUOTED = re.compile(r"""(?<!\w)(['"])((?:(?!\1).){200,}?)\1""")
_UNBROKEN = re.compile(r"""[^\s'"/\\]{300,}""")
_MOST = 2000  # characters of a message, whatever is in it


def _bounded(text: str) -> str:
    """Put a text on one line that can be read, whatever names and values a user's data brought into it."""
    line = " ".join(text.splitlines())
    if len(line) <= 200:
        return line
    line = _QUOTED.sub(lambda m: f"{m[1]}{m[2][:77]}...{m[2][-40:]}{m[1]}", line)
    line = _UNBROKEN.sub(lambda m: f"{m[0][:77]}...{m[0][-40:]}", line)
    return line if len(line) <= _MOST else f"{line[: _MOST - 403]}...{line[-400:]}"


def _rebuild(cls: type[EventStudyError], message: str, hint: str, facts: dict[str, Any]) -> EventStudyError:
    return cls(message, hint=hint, **facts)


class SpecError(EventStudyError):
    """An option, window or specification that cannot mean anything."""


class DataError(EventStudyError):
    """Prices, returns or event tables that cannot be read or would corrupt an estimate."""


class AssetError(EventStudyError):
    """An asset, benchmark or factor that is not in the catalogue or not in the panel."""


class NewsError(EventStudyError):
    """An article that cannot be read: missing, empty, undated, or in an unknown format."""


class ModelError(EventStudyError):
    """A model that cannot be estimated as asked."""


class EventStudyWarning(UserWarning):
    """Base class of every warning the library gives."""


def nearest(name: object, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the closest known name, or the list of known names.

    Examples
    --------
    >>> nearest("BRNT", ["BRENT", "WTI"])
    "did you mean 'BRENT'?"
    """
    names = [str(k) for k in known]
    folded = {k.casefold(): k for k in names}
    word = name if isinstance(name, str) else shown(name)
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{folded[close[0]]}'?"
    if not names:
        return "there are none"
    return f"known: {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
_LONGEST = 240  # of a list whose items are long


def shown(value: object) -> str:
    """Give a value as an error shows it: on one line, short, and whatever its own ``repr`` does.

    Examples
    --------
    >>> shown("2022-02-30"), shown(list(range(100)))
    ("'2022-02-30'", '[0, 1, 2, 3, 4, 5, ...]')
    """
    try:
        text = _SHORT.repr(value)
    except Exception:  # a class's own repr may do anything
        text = ""
    if not text or "\n" in text:
        return f"an object of class {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 43]}...{text[-40:]}"


def check_choice(value: str, choices: Iterable[str], option: str) -> None:
    """Raise `SpecError` unless ``value`` is one of ``choices``.

    Examples
    --------
    >>> check_choice("log", ("log", "simple"), "returns")
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise SpecError(
            f"{option}={shown(value)} is not one of {', '.join(map(repr, known))}", hint=nearest(value, known)
        )
