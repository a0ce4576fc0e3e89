"""What would corrupt an estimate: found, dated, explained; never repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import DataError

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["QualityReport", "check_quality"]

STALE_RUN = 6  # equal prices in a row, five zero returns: rare in a market that trades
ROBUST_SCORE = 15.0  # |return - median| over 1.4826 MAD; fat-tailed markets pass 10 in a crisis
THIN_SHARE = 0.3  # share of zero returns
MISSING_SHARE = 0.2
SPLIT_RATIOS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 1.5, 2.5)
SPLIT_TOLERANCE = 0.03
_COLUMNS = ["asset", "date", "check", "severity", "value", "message", "suggestion"]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Findings about a panel.

    Attributes
    ----------
    table : pandas.DataFrame
        ``asset, date`` (NaT where it is about the whole series)``, check, severity, value, message,
        suggestion``. Severity ``"error"`` would corrupt an estimate, ``"warning"`` may, ``"note"`` is
        worth knowing.
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        if self.table.empty:
            return "QualityReport: nothing found"
        counts = self.table["severity"].value_counts()
        head = ", ".join(
            f"{counts[s]} {s}{'s' if counts[s] != 1 else ''}" for s in ("error", "warning", "note") if s in counts
        )
        shown = self.table[["asset", "date", "severity", "message"]].head(30).to_string(index=False)
        return f"QualityReport: {head}\n{shown}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, escape=True))

    def to_frame(self) -> pd.DataFrame:
        """Give the findings as a frame of its own."""
        return self.table.copy()

    def raise_errors(self) -> None:
        """Raise `DataError` where a finding would corrupt an estimate; name the first and count the rest."""
        bad = self.table[self.table["severity"] == "error"]
        if bad.empty:
            return
        first = bad.iloc[0]
        more = f" (and {len(bad) - 1} more: panel.quality())" if len(bad) > 1 else ""
        raise DataError(f"{first['message']}{more}", hint=str(first["suggestion"]), asset=str(first["asset"]))


def check_quality(panel: PricePanel) -> QualityReport:
    """Look for gaps, stale runs, twins, outliers, non-positive prices, splits, doubts of zone and quote, thin trading.

    Returns
    -------
    QualityReport
        One row a finding, worst first.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.prices.panel import PricePanel
    >>> days = pd.bdate_range("2022-01-03", periods=5)
    >>> PricePanel(pd.Series([1.0, -2.0, 3.0, 4.0, 5.0], index=days, name="A")).quality().table["message"].tolist()
    ['A is -2 on 2022-01-04']
    """
    rows: list[dict[str, Any]] = []
    seen: dict[bytes, str] = {}
    for j, name in enumerate(panel.assets):
        asset, column = panel.asset(name), panel.values[:, j]
        present = np.isfinite(column)
        if not present.any():
            rows.append(_finding(name, None, "empty", "error", 0.0, f"{name} has no price at all", "leave it out"))
            continue
        rows.extend(_series(panel, asset, column, present))
        key = column.tobytes()
        if key in seen:
            text = f"{name} equals {seen[key]} on every date"
            rows.append(_finding(name, None, "twin", "warning", np.nan, text, "is it the same series twice?"))
        seen.setdefault(key, name)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["date"] = pd.to_datetime(table["date"]).astype("datetime64[ns]")
    rank = table["severity"].map({"error": 0, "warning": 1, "note": 2})
    order = np.lexsort((table["date"].to_numpy(), table["asset"].to_numpy(dtype=str), rank.to_numpy(dtype=np.int64)))
    return QualityReport(table.iloc[order].reset_index(drop=True))


def _finding(
    name: str, date: Any, check: str, severity: str, value: float, message: str, suggestion: str
) -> dict[str, Any]:
    return dict(zip(_COLUMNS, (name, date, check, severity, float(value), message, suggestion), strict=True))


def _series(panel: PricePanel, asset: Asset, column: FloatArray, present: BoolArray) -> Iterator[dict[str, Any]]:
    name = asset.symbol
    labels, prices = panel.labels[present], column[present]

    def say(i: int | None, check: str, severity: str, value: float, message: str, suggestion: str) -> dict[str, Any]:
        date = None if i is None else labels[i]
        return _finding(name, date, check, severity, value, message, suggestion)

    def day(i: int) -> str:
        stamp = pd.Timestamp(labels[i])
        return f"{stamp} UTC" if panel.intraday else f"{stamp:%Y-%m-%d}"

    for i in np.flatnonzero(prices <= 0.0).tolist():
        text = 'returns="simple", other windows, or leave the asset out'
        yield say(i, "non-positive", "error", prices[i], f"{name} is {prices[i]:g} on {day(i)}", text)
    for start, length in _runs(prices):
        text = f"{name} is {prices[start]:g} on {length} dates in a row from {day(start)}"
        yield say(start, "stale", "warning", length, text, "were prices carried forward, or was the market shut?")
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.log(prices[1:] / prices[:-1])
    moved[(prices[1:] <= 0) | (prices[:-1] <= 0)] = np.nan
    yield from _jumps(say, day, asset, moved)
    flat = float(np.mean(moved == 0.0)) if moved.size else 0.0
    if moved.size >= 20 and flat > THIN_SHARE:
        text = f"{name} does not move on {flat:.0%} of its dates"
        yield say(
            None, "thin", "warning", flat, text, "thin trading biases beta: see Dimson's and Scholes-Williams' models"
        )
    if _looks_quoted(asset, prices):
        text = f"{name} is about {np.median(prices):.4g}, taken as {asset.unit}; is that {asset.quote}?"
        yield say(None, "quote", "warning", float(np.median(prices)), text, f"then read it with quoted=[{name!r}]")
    if asset.instrument == "futures" and not panel.intraday:
        text = f"{name} is a futures series: its roll days are not marked"
        yield say(None, "roll", "note", np.nan, text, "mask roll days, or use an adjusted series, and say which")
    yield from _calendar(panel, asset, labels, present, say, day)


def _runs(prices: FloatArray) -> Iterator[tuple[int, int]]:
    """Find runs of at least STALE_RUN equal prices: start and length."""
    edges = np.flatnonzero(np.concatenate([[True], prices[1:] != prices[:-1], [True]]))
    lengths = np.diff(edges)
    for k in np.flatnonzero(lengths >= STALE_RUN):
        yield int(edges[k]), int(lengths[k])


def _jumps(say: Any, day: Any, asset: Asset, moved: FloatArray) -> Iterator[dict[str, Any]]:
    valid = moved[np.isfinite(moved)]
    if valid.size < 20:
        return
    middle = float(np.median(valid))
    spread = 1.4826 * float(np.median(np.abs(valid - middle)))
    if spread == 0.0:
        return
    score = np.abs(moved - middle) / spread
    for i in np.flatnonzero(score > ROBUST_SCORE).tolist():
        ratio = float(np.exp(abs(moved[i])))
        near = [s for s in SPLIT_RATIOS if abs(ratio / s - 1.0) < SPLIT_TOLERANCE]
        splits = asset.asset_class in ("equity", "fund", "other") and asset.instrument not in ("futures", "fixing")
        if near and splits:
            text = f"{asset.symbol} changes by a factor of {ratio:.3g} on {day(i + 1)}: a split of {near[0]:g} for 1?"
            yield say(i + 1, "split", "error", ratio, text, "use adjusted prices, or adjust the earlier ones")
        else:
            text = f"{asset.symbol} moves {100 * moved[i]:+.1f} % on {day(i + 1)}, {score[i]:.0f} robust deviations"
            yield say(i + 1, "outlier", "warning", score[i], text, "check the price against another source")


def _looks_quoted(asset: Asset, prices: FloatArray) -> bool:
    """Whether a currency worth cents bears numbers above 2; an index that starts at 1 or 100 does so rightly."""
    if asset.rule != "reciprocal" or not asset.unit.startswith("USD per"):
        return False
    return bool(np.median(prices) > 2.0 and prices[0] not in (1.0, 10.0, 100.0, 1000.0))


def _calendar(
    panel: PricePanel, asset: Asset, labels: DateArray, present: BoolArray, say: Any, day: Any
) -> Iterator[dict[str, Any]]:
    name = asset.symbol
    if panel.intraday:
        return
    if asset.calendar:
        from eventstudy import calendars

        first, last = (str(day) for day in asset.struck_on(labels[[0, -1]]))
        known = asset.borne_by(calendars.sessions(asset.calendar, first, last)).astype("datetime64[ns]")
        off = np.flatnonzero(~np.isin(labels, known))
        if off.size:
            many = off.size > 0.05 * labels.size
            text = (
                f"{name} has prices on {off.size} dates on which {asset.calendar} is shut, first on {day(int(off[0]))}"
            )
            hint = "are the dates a day off, in another zone, or is it another exchange's calendar?"
            yield say(int(off[0]), "zone", "error" if many else "warning", off.size, text, hint)
        gone = np.setdiff1d(known, labels)
        if gone.size:
            text = f"{name} has no price on {gone.size} of {known.size} sessions, first on {str(gone[0])[:10]}"
            severity = "warning" if gone.size > MISSING_SHARE * known.size else "note"
            yield {
                **say(None, "gap", severity, gone.size, text, "the next return spans the gap; see gaps="),
                "date": gone[0],
            }
        return
    weekend = np.flatnonzero(~np.is_busday(labels.astype("datetime64[D]")))
    if 0 < weekend.size < 0.25 * labels.size and asset.asset_class != "crypto" and asset.label_days == 0:
        text = f"{name} has {weekend.size} weekend prices, first on {day(int(weekend[0]))}"
        yield say(
            int(weekend[0]), "zone", "warning", weekend.size, text, "are the dates a day off, or in another zone?"
        )
    begin, end = np.flatnonzero(present)[[0, -1]]
    missing = int((~present[begin : end + 1]).sum())
    if missing:
        share = missing / (end + 1 - begin)
        gap = panel.labels[begin + int(np.argmax(~present[begin : end + 1]))]
        text = f"{name} has no price on {missing} of the panel's {end + 1 - begin} dates, first on {str(gap)[:10]}"
        severity = "warning" if share > MISSING_SHARE else "note"
        yield {**say(None, "gap", severity, missing, text, "the next return spans the gap; see gaps="), "date": gap}
