"""Numbers in tables of events, as the table's country writes them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray
from eventstudy.errors import SpecError, shown
from eventstudy.events.readers_times import empty

__all__ = ["Notation"]


class Notation:
    """How a table writes numbers: the sign before decimals and, where there is one, the one between thousands.

    Examples
    --------
    >>> german = Notation(",", ".")
    >>> german.number("1.250,5"), german.number("1.25"), german.number("15.02.2022")
    (1250.5, None, None)
    """

    __slots__ = ("_decimal", "_thousands", "_written")

    def __init__(self, decimal: str = ".", thousands: str = "") -> None:
        if len(decimal) != 1 or decimal.isalnum():
            raise SpecError(f"decimal={shown(decimal)} is no decimal sign", hint="expected '.' or ','")
        if len(thousands) > 1 or thousands.isalnum():
            raise SpecError(f"thousands={shown(thousands)} is no sign between thousands", hint="such as '.' or ','")
        if decimal == thousands:
            raise SpecError(f"decimal and thousands are both {shown(decimal)}", hint="a number needs two signs")
        self._decimal, self._thousands = decimal, thousands
        point, group = re.escape(decimal), re.escape(thousands)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if thousands else r"\d+"
        self._written = re.compile(rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?", re.ASCII)

    def __str__(self) -> str:
        return f"decimal={self._decimal!r}" + (f", thousands={self._thousands!r}" if self._thousands else "")

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written as Python writes them."""
        return self._decimal == "." and not self._thousands

    def number(self, text: str) -> float | None:
        """Read one cell; None where it is no number in this notation."""
        text = text.strip()
        if not self._written.fullmatch(text):
            return None
        return float((text.replace(self._thousands, "") if self._thousands else text).replace(self._decimal, "."))

    def column(self, column: pd.Series) -> FloatArray | None:
        """Read a column of text whose cells are numbers throughout, shape (n,), empty ones NaN.

        None for other columns, and for whole numbers alone, which may be names such as 0700 and need no notation.
        """
        if self.is_plain or not (column.dtype == object or isinstance(column.dtype, pd.StringDtype)):
            return None
        cells = ["" if blank else cell for cell, blank in zip(column.tolist(), empty(column), strict=True)]
        if not all(isinstance(cell, str) for cell in cells):
            return None
        if not any(sign in cell for cell in cells for sign in (self._decimal, self._thousands) if sign):
            return None
        numbers = [np.nan if not cell else self.number(cell) for cell in cells]
        return None if None in numbers else np.array(numbers, dtype=np.float64)
