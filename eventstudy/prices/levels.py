"""Panels made of returns: levels that give the same returns back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from eventstudy._types import ReturnKind
from eventstudy.assets import Asset
from eventstudy.errors import DataError, check_choice
from eventstudy.prices.describe import describe
from eventstudy.prices.frames import matrix_of, read_labels, sort_unique

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["levels_of_returns"]


def levels_of_returns(
    frame: pd.DataFrame,
    *,
    kind: ReturnKind = "simple",
    assets: Mapping[str, Asset | Mapping[str, Any]] | None = None,
    defaults: Mapping[str, str] | None = None,
    tz: str = "",
    bar: str | pd.Timedelta | None = None,
    where: str = "returns",
) -> PricePanel:
    """Cumulate returns, in decimals, to levels that start from 1 before each asset's first.

    A missing return is a date without a price; the next return then spans it.

    Raises
    ------
    DataError
        If a simple return is -1 or less.
    """
    from eventstudy.prices.panel import PricePanel

    check_choice(kind, get_args(ReturnKind), "kind")
    labels = read_labels(frame.index, tz=tz, bar=bar, where=where)
    names, matrix = matrix_of(frame, where)
    stamps, matrix = sort_unique(labels.stamps, matrix, labels.intraday, where)
    if kind == "simple":
        lost = np.argwhere(matrix <= -1.0)
        if lost.size:
            row, column = lost[0]
            raise DataError(
                f"{where}: {names[column]} is {matrix[row, column]:g} on {pd.Timestamp(stamps[row])}: all is lost",
                hint="expected decimals; percent returns are read with unit='percent'",
                asset=names[column],
            )
        matrix = np.log1p(matrix)
    values = np.exp(np.cumsum(np.where(np.isnan(matrix), 0.0, matrix), axis=0))
    values[np.isnan(matrix)] = np.nan
    described, values = describe(names, values, assets=assets, defaults=defaults)
    return PricePanel._of(stamps, values, described, intraday=labels.intraday, base=np.ones(len(names)))
