"""Trade-to-trade returns: from one priced session to the next, benchmarks over exactly the same span."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from eventstudy._arguments import check_kind
from eventstudy._types import DateArray, FloatArray, Gaps, IntArray, ReturnKind, SeriesKind
from eventstudy.errors import AssetError, check_choice, nearest
from eventstudy.prices.grid import SessionGrid, SessionReturns

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["as_factors", "panel_returns", "session_returns"]

CACHED = 1 << 16  # prices looked at and divided at once: they and their returns fit the cache


def session_returns(
    grid: SessionGrid,
    panel: PricePanel,
    benchmark_of: Mapping[str, tuple[str, ...]] | None = None,
    *,
    kind: SeriesKind = "log",
    gaps: Gaps = "span",
    factors: PricePanel | pd.DataFrame | None = None,
) -> SessionReturns:
    """Compute the returns of a grid's assets and of their benchmarks over the same spans.

    Parameters
    ----------
    grid : SessionGrid
        R sessions of A assets.
    panel : PricePanel
        Prices of the benchmarks (and the grid's own).
    benchmark_of : mapping of asset to tuple of str
        Its k benchmarks: columns of the panel or of ``factors``. Where assets have fewer than the most,
        the columns left over are NaN.
    kind : {"log", "simple", "level"}
        Of all returns, the benchmarks' too; ``"level"`` gives the panel's own numbers (volumes) on the
        sessions, whatever ``gaps`` says.
    gaps : {"span", "drop", "maynes-rumsey"}
        A return over sessions without a price stays (``"span"``), or is NaN (``"drop"``).
        ``"maynes-rumsey"`` keeps it too: the estimation scales intercept and variance by ``spans``
        (Maynes and Rumsey 1993).
    factors : PricePanel or DataFrame, optional
        Published factor returns (simple, decimals, one column a factor, dates in the index). Over a
        span they compound.

    Returns
    -------
    SessionReturns
        A benchmark without a price at either end of the span is NaN there.

    Raises
    ------
    AssetError
        If a benchmark is neither in the panel nor among the factors.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.prices.panel import PricePanel
    >>> from eventstudy.prices.sessions import build_grid
    >>> days = pd.to_datetime(["2022-02-14", "2022-02-15", "2022-02-16"])
    >>> frame = pd.DataFrame({"A": [100.0, None, 121.0], "M": [1.0, 2.0, 4.0]}, index=days)
    >>> panel, of = PricePanel(frame), {"A": ("M",)}
    >>> r = session_returns(build_grid(panel, ["A"], benchmark_of=of), panel, of, kind="simple")
    >>> float(r.returns[2, 0].round(2)), float(r.factors[2, 0, 0]), int(r.spans[2, 0])
    (0.21, 3.0, 2)
    """
    check_choice(kind, get_args(SeriesKind), "returns")
    check_choice(gaps, get_args(Gaps), "gaps")
    prices = grid.prices
    names = benchmark_of or {}
    width = max((len(names.get(name, ())) for name in grid.assets), default=0)
    if kind == "level":
        over = _factors(grid, panel, names, width, None, kind, factors, False, {})
        over.setflags(write=False)
        return SessionReturns(grid, prices, over, np.isfinite(prices).astype(np.int64))
    base = None if panel.base is None else panel.base[[panel.column(name) for name in grid.assets]]
    returns, previous, positive = _trade_to_trade(prices, base, kind)
    spans = _spans(returns, previous, positive)
    if gaps == "drop":
        returns = np.where(spans > 1, np.nan, returns)
        spans = np.where(spans > 1, 0, spans)
    nonpositive = {} if positive else _nonpositive(grid)
    over = _factors(grid, panel, names, width, previous, kind, factors, base is not None, nonpositive)
    for array in (returns, over, spans):
        array.setflags(write=False)
    return SessionReturns(grid, returns, over, spans, nonpositive)


def _previous(prices: FloatArray) -> tuple[IntArray | None, bool]:
    """Row of the price before each row's, -1 for none, or None where no price is missing; and whether all are positive.

    A missing price is as good as a positive one.
    """
    positive = bool(np.fmin.reduce(prices, axis=None, initial=np.inf) > 0.0)
    present = np.isfinite(prices)
    if present.all():
        return None, positive
    last = np.where(present, np.arange(prices.shape[0])[:, None], -1)
    np.maximum.accumulate(last, axis=0, out=last)
    previous = np.full_like(last, -1)
    previous[1:] = last[:-1]
    return previous, positive


def _nonpositive(grid: SessionGrid) -> dict[str, DateArray]:
    """Give the sessions on which an asset is zero or negative, by name."""
    bad = grid.prices <= 0.0
    return {grid.assets[j]: grid.sessions[bad[:, j], j] for j in np.flatnonzero(bad.any(axis=0))}


def _trade_to_trade(
    prices: FloatArray, base: FloatArray | None, kind: ReturnKind
) -> tuple[FloatArray, IntArray | None, bool]:
    """Return from each row's price before to its own; with what `_previous` gives."""
    n_rows, n_columns = prices.shape
    out = np.empty_like(prices)
    # A few columns at a time where each is one run of memory: what is checked is still in the cache when it is divided.
    step = max(1, CACHED // max(n_rows, 1)) if prices.flags.f_contiguous else max(1, n_columns)
    for at in range(0, n_columns, step):
        part = prices[:, at : at + step]
        # Two passes are quicker than one that writes a flag for each price; NaN is neither.
        if not (part.min(initial=np.inf) > 0.0 and part.max(initial=0.0) < np.inf):
            previous, positive = _previous(prices)
            return _change(prices, _before(prices, previous, base), kind), previous, positive
        _change_of_days(part, out[:, at : at + step], kind)
    if n_rows:
        out[0] = np.nan if base is None else _change(prices[0], base, kind)
    return out, None, True


def _change_of_days(prices: FloatArray, out: FloatArray, kind: ReturnKind) -> None:
    """Write the return from each row to the next, prices all there and positive; the first row is nobody's."""
    after, before, held = prices[1:], prices[:-1], out[1:]
    if prices.flags.f_contiguous:  # one run through memory, across the columns
        flat, whole = prices.T.reshape(-1), out.T.reshape(-1)
        after, before, held = flat[1:], flat[:-1], whole[1:]
    with np.errstate(over="ignore", divide="ignore"):  # from one column's last price to the next one's first
        np.divide(after, before, out=held)
        if kind == "simple":
            held -= 1.0
        else:
            np.log(held, out=held)


def _spans(returns: FloatArray, previous: IntArray | None, positive: bool) -> IntArray:
    """Sessions that each return spans, 0 where there is none."""
    if previous is None and positive and len(returns):
        first = ~np.isnan(returns[0])  # all later ones exist
        if first.all() or not first.any():
            column = np.ones((len(returns), 1), dtype=np.int64)
            column[0] = first.all()
            return np.broadcast_to(column, returns.shape)
    there = ~np.isnan(returns)
    if previous is None:
        column = there[:, :1].astype(np.int64)
        same = (there == there[:, :1]).all()
        return np.broadcast_to(column, there.shape) if same else there.astype(np.int64)
    # A first return, where the panel was built from returns, begins one session before it.
    length = np.where(previous < 0, 1, np.arange(returns.shape[0])[:, None] - previous)
    return np.where(there, length, 0)


def _before(prices: FloatArray, previous: IntArray | None, base: FloatArray | None) -> FloatArray:
    """Price at the start of each row's span."""
    before: FloatArray = np.empty_like(prices)
    if not len(prices):  # no session at all: a benchmark without a price
        return before
    if previous is None:
        before[0] = np.nan if base is None else base
        before[1:] = prices[:-1]
        return before
    np.copyto(before, np.take_along_axis(prices, np.maximum(previous, 0), axis=0))
    first = previous < 0
    before[first] = np.nan if base is None else np.broadcast_to(base, prices.shape)[first]
    return before


def _change(after: FloatArray, before: FloatArray, kind: SeriesKind) -> FloatArray:
    """Return from one price to another; NaN where either is not positive (simple: where the first is not)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        out = after / before
        if kind == "simple":
            out -= 1.0
            bad = before <= 0.0
        else:
            bad = (before <= 0.0) | (after <= 0.0)
            np.log(out, out=out)
    out[bad] = np.nan
    return np.asarray(out)


def panel_returns(panel: PricePanel, kind: ReturnKind = "log") -> FloatArray:
    """Trade-to-trade returns of every column on the panel's own rows, shape (n, assets)."""
    check_choice(kind, get_args(ReturnKind), "kind")
    out = np.empty(panel.values.shape, order="F")
    # In blocks of columns: what is held beside input and output stays small, however many assets.
    for start in range(0, len(panel.assets), 256):
        block = panel.values[:, start : start + 256]
        base = None if panel.base is None else panel.base[start : start + 256]
        out[:, start : start + 256] = _trade_to_trade(block, base, kind)[0]
    return out


def as_factors(factors: PricePanel | pd.DataFrame) -> PricePanel:
    """Turn published simple returns into a panel of levels that compound; a panel stays what it is."""
    from eventstudy.prices.panel import PricePanel as Panel

    check_kind((Panel, pd.DataFrame), factors=factors)
    if isinstance(factors, Panel):
        return factors
    from eventstudy.prices.levels import levels_of_returns

    return levels_of_returns(factors, kind="simple", where="factors")


def _factors(
    grid: SessionGrid,
    panel: PricePanel,
    names: Mapping[str, tuple[str, ...]],
    width: int,
    previous: IntArray | None,
    kind: SeriesKind,
    factors: PricePanel | pd.DataFrame | None,
    based: bool,
    nonpositive: dict[str, DateArray],
) -> FloatArray:
    """Returns of each asset's benchmarks (R, A, k); notes in ``nonpositive`` where one is zero or negative."""
    n, n_assets = grid.prices.shape
    if width == 0 or n_assets == 0:
        return np.empty((n, n_assets, 0))
    table = None if factors is None else as_factors(factors)
    groups: dict[tuple[tuple[str, ...], bytes], list[int]] = {}
    shared = grid.sessions.strides[1] == 0
    for j, name in enumerate(grid.assets):
        dates = b"" if shared else grid.sessions[:, j].tobytes()
        groups.setdefault((names.get(name, ()), dates), []).append(j)
    out: FloatArray | None = None
    for (wanted, _), members in groups.items():
        labels = grid.sessions[:, members[0]]
        block = np.full((n, 1, width), np.nan)
        gappy = previous is not None and bool((previous[1:, members] != np.arange(n - 1)[:, None]).any())
        if gappy and previous is not None:
            block = np.full((n, len(members), width), np.nan)
        for m, benchmark in enumerate(wanted):
            level, start = _level(benchmark, labels, panel, table)
            if (level <= 0.0).any():
                known = nonpositive.get(benchmark, labels[:0])
                nonpositive[benchmark] = np.union1d(known, labels[level <= 0.0])
            if gappy and previous is not None:
                rows = previous[:, members]
                before = np.where(rows < 0, np.nan, level[np.maximum(rows, 0)])
                if based:  # the span of a first return begins one session before it
                    before = np.where(rows < 0, np.concatenate([[start], level[:-1]])[:, None], before)
                block[:, :, m] = _change(np.broadcast_to(level[:, None], before.shape), before, kind)
            else:
                before = np.concatenate([[start if based else np.nan], level[:-1]])
                block[:, 0, m] = level if kind == "level" else _change(level, before, kind)
        if len(groups) == 1:
            return np.broadcast_to(block, (n, n_assets, width))
        if out is None:
            out = np.full((n, n_assets, width), np.nan)
        out[:, members] = block
    assert out is not None
    return out


def _level(name: str, labels: DateArray, panel: PricePanel, table: PricePanel | None) -> tuple[FloatArray, float]:
    """Level of a benchmark on these dates, and the one just before the first of them."""
    source = panel if name in panel else table
    if source is None or name not in source:
        known = (*panel.assets, *(table.assets if table is not None else ()))
        raise AssetError(f"benchmark {name!r} has no prices", hint=nearest(name, known), asset=name)
    column = source.values[:, source.column(name)]
    at = np.minimum(np.searchsorted(source.labels, labels), len(source) - 1)
    level = np.where(source.labels[at] == labels, column[at], np.nan)
    if not at.size or np.isnat(labels[0]):
        return level, np.nan
    earlier = column[: at[0]]
    earlier = earlier[np.isfinite(earlier)]
    if earlier.size:
        return level, float(earlier[-1])
    return level, np.nan if source.base is None else float(source.base[source.column(name)])
