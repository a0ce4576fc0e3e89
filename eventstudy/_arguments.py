"""What public functions read their arguments with: the value as it is needed, or one error of what was expected."""

from __future__ import annotations

import numbers
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray, IntArray
from eventstudy.errors import EventStudyError, SpecError, shown

__all__ = [
    "AFTER_LAST", "FIRST_DAY",
    "as_dates", "as_generator", "as_list", "as_mask", "as_numbers", "as_path", "as_rows", "check_flags", "check_kind",
    "check_numbers", "check_texts", "check_whole", "is_among",
]  # fmt: skip

FIRST_DAY, AFTER_LAST = np.datetime64("1678-01-01"), np.datetime64("2262-01-01")
"""The years of which nanoseconds hold every instant."""

T = TypeVar("T")
Error = type[EventStudyError]


def check_kind(kind: type | tuple[type, ...], error: Error = SpecError, /, **given: object) -> None:
    """Raise unless each named value is of a class, or of one of some.

    Examples
    --------
    >>> check_kind(dict, process=3)
    Traceback (most recent call last):
        ...
    eventstudy.errors.SpecError: process=3; expected a dict
    """
    kinds = kind if isinstance(kind, tuple) else (kind,)
    for name, value in given.items():
        if not isinstance(value, kinds):
            raise error(f"{name}={shown(value)}", hint=f"expected {' or '.join(_a(k.__name__) for k in kinds)}")


def check_texts(**given: object) -> None:
    """Raise `SpecError` unless each named value is a text."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise SpecError(f"{name}={shown(value)}", hint="expected a text")


def check_flags(**given: object) -> None:
    """Raise `SpecError` unless each named value is True or False: ``"no"`` would count as True."""
    for name, value in given.items():
        if not isinstance(value, bool | np.bool_):
            raise SpecError(f"{name}={shown(value)}", hint="expected True or False")


def check_whole(least: int, most: int, /, **given: object) -> None:
    """Raise `SpecError` unless each named value is a whole number within the bounds.

    Examples
    --------
    >>> check_whole(1, 1_000_000, draws=2.5)
    Traceback (most recent call last):
        ...
    eventstudy.errors.SpecError: draws=2.5; expected a whole number from 1 to 1,000,000
    """
    for name, value in given.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or not least <= int(value) <= most:  # type: ignore[call-overload]
            raise SpecError(f"{name}={shown(value)}", hint=f"expected a whole number from {least} to {most:,}")


def check_numbers(**given: object) -> None:
    """Raise `SpecError` unless each named value is a number; NaN is none."""
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, numbers.Real) or value != value:
            raise SpecError(f"{name}={shown(value)}", hint="expected a number")


def as_list(value: Iterable[T] | None, kind: type, name: str, error: Error = SpecError) -> list[T]:
    """Give what is iterated over as a list of objects of one kind, or raise.

    Examples
    --------
    >>> as_list("RUB", str, "assets")
    Traceback (most recent call last):
        ...
    eventstudy.errors.SpecError: assets='RUB' is not a list; expected a list, each a text, such as ['RUB']
    """
    each = f"expected a list, each {'a text' if kind is str else _a(kind.__name__)}"
    if isinstance(value, str):
        raise error(f"{name}={shown(value)} is not a list", hint=f"{each}, such as [{shown(value)}]")
    if not isinstance(value, Iterable) or isinstance(value, bytes | type):
        raise error(f"{name}={shown(value)} is not a list", hint=each)
    held = list(value)
    for part in held:
        if not isinstance(part, kind):
            raise error(f"{name} holds {shown(part)}", hint=each)
    return held


def as_path(value: object, name: str, error: Error = SpecError) -> Path:
    """Give a path, or raise."""
    if not isinstance(value, str | os.PathLike):
        raise error(f"{name}={shown(value)}", hint="expected the path of a file")
    return Path(value)


def as_numbers(value: object, name: str) -> FloatArray:
    """Give numbers as an array, or raise `SpecError`."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(f"{name}={shown(value)}", hint="expected numbers") from None


def as_dates(value: object, name: str) -> DateArray:
    """Give dates as an array of days, or raise `SpecError`; beyond 1678 to 2261 no instant could be told."""
    try:
        with warnings.catch_warnings():
            for kind in (UserWarning, DeprecationWarning):  # NumPy's, new and old, of a zone: a date has none
                warnings.simplefilter("error", kind)
            days = np.asarray(value, dtype="datetime64[D]")
    except (UserWarning, DeprecationWarning, TypeError, ValueError, OverflowError):
        raise SpecError(f"{name}={shown(value)}", hint="expected dates such as '2022-02-15'") from None
    if ((days < FIRST_DAY) | (days >= AFTER_LAST)).any():
        raise SpecError(f"{name}={shown(value)}", hint="expected dates from 1678 to 2261")
    return days


def as_mask(value: object, n: int, name: str) -> BoolArray:
    """Give a truth value a row, or raise `SpecError`."""
    mask = _array(value)
    if mask.dtype != bool or mask.shape != (n,):
        raise SpecError(f"{name}={shown(value)}", hint=f"expected {n} truth values")
    return mask


def as_rows(value: object, n: int, name: str) -> IntArray:
    """Give row numbers, or a truth value a row, as row numbers; or raise `SpecError`."""
    rows = _array(value)
    if rows.dtype == bool and rows.shape == (n,):
        return np.flatnonzero(rows).astype(np.int64)
    whole = rows.dtype.kind in "iu" or (rows.size == 0 and rows.dtype.kind == "f")
    if rows.ndim != 1 or not whole or (rows.size and not -n <= rows.min() <= rows.max() < n):
        raise SpecError(f"{name}={shown(value)}", hint=f"expected row numbers below {n}, or {n} truth values")
    return rows.astype(np.int64)


def _array(value: object) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        return np.empty(1, dtype=object)


def as_generator(seed: object) -> np.random.Generator:
    """Give the generator of a seed, or raise `SpecError`."""
    if isinstance(seed, np.random.Generator):
        return seed
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise SpecError(f"seed={shown(seed)}", hint="expected a whole number from 0 on, or a NumPy Generator")
    return np.random.default_rng(int(seed))


def is_among(column: pd.Series, values: Iterable[object]) -> pd.Series:
    """Mark the rows of a column that hold one of some values; what no column could hold is in none."""
    try:
        return column.isin(list(values))
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        return column.isin([])


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
