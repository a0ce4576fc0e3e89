"""One grid and its returns for every study of the same prices that lives at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from eventstudy._types import Clock, Gaps, SeriesKind
from eventstudy.prices.grid import SessionReturns
from eventstudy.prices.returns import session_returns
from eventstudy.prices.sessions import build_grid

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["returns_on_sessions"]


def returns_on_sessions(
    panel: PricePanel,
    assets: Sequence[str],
    benchmark_of: Mapping[str, tuple[str, ...]],
    *,
    kind: SeriesKind = "log",
    gaps: Gaps = "span",
    clock: Clock = "calendar",
    factors: PricePanel | pd.DataFrame | None = None,
) -> SessionReturns:
    """Put assets on their sessions and compute their returns, see `build_grid` and `session_returns`.

    A panel does not change, and neither do its returns: while a result that was asked for the same lives,
    the next one is lent the same arrays. The panel itself keeps nothing alive, so this costs no memory. Where
    an exchange calendar or outside factors take part, everything is computed anew: the first may warn, and
    the second may change.
    """
    key = (tuple(assets), tuple(benchmark_of.get(name, ()) for name in assets), kind, gaps, clock)
    calendars = any(asset.calendar for asset in panel._assets) and any(panel.asset(name).calendar for name in assets)
    lends = factors is None and not calendars
    returns = panel._lent.get(key) if lends else None
    if returns is None:
        grid = build_grid(panel, assets, clock=clock, benchmark_of=benchmark_of, factors=factors)
        returns = session_returns(grid, panel, benchmark_of, kind=kind, gaps=gaps, factors=factors)
        if lends:
            panel._lent[key] = returns
    return returns
