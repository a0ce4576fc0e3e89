"""Values of a study file: of the right kind, under known names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from eventstudy.errors import SpecError, nearest

__all__ = ["known", "options_of", "place", "texts", "typed"]

_NAMES: dict[type, str] = {str: "text", dict: "a table", list: "a list", bool: "true or false", int: "a whole number"}


def known(data: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    """Raise `SpecError` at the first key that is none of the names, with the nearest of them."""
    held = tuple(names)
    for key in data:
        if key not in held:
            raise SpecError(f"{where}: unknown key {key!r}", hint=nearest(key, held))


def typed(value: Any, kind: type, where: str, example: str) -> Any:
    """Return the value, which must be of this kind; true is no whole number."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SpecError(f"{where} = {value!r} is not {_NAMES[kind]}", hint=f"expected such as {example}")
    return value


def place(value: Any, where: str, example: str) -> str:
    """Return a path's text, which must name something."""
    text = str(typed(value, str, where, f'"{example}"'))
    if not text.strip() or "\0" in text:
        raise SpecError(f"{where} = {value!r} names no file", hint=f'expected such as "{example}"')
    return text


def texts(value: Any, where: str, example: str) -> tuple[str, ...]:
    """Return a list of texts."""
    for item in typed(value, list, where, example):
        typed(item, str, where, example)
    return tuple(value)


def options_of(function: Callable[..., Any], *without: str) -> tuple[str, ...]:
    """Name the options of a function of the library that a file may set.

    Examples
    --------
    >>> from eventstudy import read_events
    >>> options_of(read_events, "source")
    ('tz', 'columns', 'date_format', 'decimal', 'thousands')
    """
    return tuple(name for name in inspect.signature(function).parameters if name not in without)
