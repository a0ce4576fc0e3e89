"""One shape for every list of pairs that are no row of a study."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

__all__ = ["joined", "listing"]


def listing(**columns: np.ndarray) -> pd.DataFrame:
    """Make a frame of columns of text, (n,) each."""
    if not len(next(iter(columns.values()))):
        return _without_lines(tuple(columns)).copy()
    return pd.DataFrame(columns, copy=False)


@cache
def _without_lines(names: tuple[str, ...]) -> pd.DataFrame:
    """Most lists have no line, and a copy is made ten times as fast as a frame."""
    return pd.DataFrame(columns=list(names), dtype=object)


def joined(*lists: pd.DataFrame) -> pd.DataFrame:
    """Put lists below each other, numbered from 0."""
    held = [part for part in lists if len(part)]
    if len(held) > 1:
        return pd.concat(held, ignore_index=True)
    return (held or lists)[0].reset_index(drop=True)
