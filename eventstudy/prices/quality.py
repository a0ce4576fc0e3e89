"""What would corrupt an estimate: found, dated, explained; never repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import DateArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import DataError

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["QualityReport", "check_quality"]

STALE_RUN = 6  # equal prices in a row, five zero returns: rare in a market that trades
STALE_BARS = 36  # of ten minutes, six hours
ROBUST_SCORE = 15.0  # |return - median| over 1.4826 MAD; fat-tailed markets pass 10 in a crisis
ROBUST_SCORE_BARS = 40.0  # the first bar of a day holds the night
THIN_SHARE = 0.3  # share of zero returns
MISSING_SHARE = 0.2
SPLIT_RATIOS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 1.5, 2.5)
SPLIT_TOLERANCE = 0.03
MARKET_OF = 5  # assets whose median move says what the market did
MARKET_DAY = 0.05  # a row on which the median asset moves so far holds no evidence of a split
OFF_SHARE = 0.05  # share of prices off the calendar that no feed of the exchange itself has
_NO_SHARES = ("futures", "fixing")
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
    common = _common_moves(panel)
    for j, name in enumerate(panel.assets):
        column = panel.values[:, j]
        present = np.isfinite(column)
        if not present.any():
            rows.append(_finding(name, None, "empty", "error", 0.0, f"{name} has no price at all", "leave it out"))
            continue
        rows.extend(_Series(panel, panel.asset(name), panel.labels[present], column[present], common[present]).all())
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


def _common_moves(panel: PricePanel) -> FloatArray:
    """Median absolute log return of each row: what moves every asset is a market day, no split."""
    if len(panel.assets) < MARKET_OF:
        return np.zeros(len(panel))
    from eventstudy.prices.returns import panel_returns

    sizes = np.abs(panel_returns(panel))
    counts = np.isfinite(sizes).sum(axis=1)
    out = np.zeros(len(panel))
    rows = counts >= MARKET_OF
    out[rows] = np.nanmedian(sizes[rows], axis=1)
    return out


@dataclass(frozen=True, slots=True)
class _Series:
    """One asset's own observations; each check yields its findings."""

    panel: PricePanel
    asset: Asset
    labels: DateArray
    prices: FloatArray
    common: FloatArray

    def all(self) -> Iterator[dict[str, Any]]:
        yield from self.non_positive()
        yield from self.stale()
        yield from self.moves()
        yield from self.kind()
        if not self.panel.intraday:
            yield from self.exchange() if self.asset.calendar else self.dates()

    def say(self, i: int | None, check: str, severity: str, value: float, text: str, advice: str) -> dict[str, Any]:
        return _finding(
            self.asset.symbol, None if i is None else self.labels[i], check, severity, value,
            f"{self.asset.symbol} {text}", advice,
        )  # fmt: skip

    def day(self, i: int) -> str:
        stamp = pd.Timestamp(self.labels[i])
        return f"{stamp} UTC" if self.panel.intraday else f"{stamp:%Y-%m-%d}"

    def non_positive(self) -> Iterator[dict[str, Any]]:
        advice = 'returns="simple", other windows, or leave the asset out'
        for i in np.flatnonzero(self.prices <= 0.0).tolist():
            yield self.say(
                i, "non-positive", "error", self.prices[i], f"is {self.prices[i]:g} on {self.day(i)}", advice
            )

    def stale(self) -> Iterator[dict[str, Any]]:
        edges = np.flatnonzero(np.concatenate([[True], self.prices[1:] != self.prices[:-1], [True]]))
        lengths = np.diff(edges)
        shortest = STALE_BARS if self.panel.intraday else STALE_RUN
        for k in np.flatnonzero(lengths >= shortest).tolist():
            start, length = int(edges[k]), int(lengths[k])
            text = f"is {self.prices[start]:g} on {length} dates in a row from {self.day(start)}"
            advice = "were prices carried forward, or was the market shut?"
            yield self.say(start, "stale", "warning", length, text, advice)

    def moves(self) -> Iterator[dict[str, Any]]:
        before, after = self.prices[:-1], self.prices[1:]
        moved = np.full(after.size, np.nan)
        sound = (before > 0) & (after > 0)
        moved[sound] = np.log(after[sound] / before[sound])
        valid = moved[sound]
        if valid.size < 20:
            return
        flat = float(np.mean(valid == 0.0))
        if flat > THIN_SHARE:
            text = f"does not move on {flat:.0%} of its dates"
            advice = "thin trading biases beta: see Dimson's and Scholes-Williams' models"
            yield self.say(None, "thin", "warning", flat, text, advice)
        middle = float(np.median(valid))
        spread = 1.4826 * float(np.median(np.abs(valid - middle)))
        if spread == 0.0:
            return
        score = np.abs(moved - middle) / spread
        limit = ROBUST_SCORE_BARS if self.panel.intraday else ROBUST_SCORE
        for i in np.flatnonzero(score > limit).tolist():
            yield self.jump(i + 1, float(moved[i]), float(score[i]))

    def jump(self, i: int, moved: float, score: float) -> dict[str, Any]:
        ratio = float(np.exp(abs(moved)))
        near = [s for s in SPLIT_RATIOS if abs(ratio / s - 1.0) < SPLIT_TOLERANCE]
        shares = self.asset.asset_class in ("equity", "fund", "other") and self.asset.instrument not in _NO_SHARES
        overnight = self.labels[i].astype("datetime64[D]") != self.labels[i - 1].astype("datetime64[D]")
        if near and shares and overnight and self.common[i] < MARKET_DAY and self.panel.base is None:
            text = f"changes by a factor of {ratio:.3g} on {self.day(i)}: a split of {near[0]:g} for 1?"
            return self.say(i, "split", "error", ratio, text, "use adjusted prices, or adjust the earlier ones")
        text = f"moves {100 * moved:+.1f} % on {self.day(i)}, {score:.0f} robust deviations"
        return self.say(i, "outlier", "warning", score, text, "check the price against another source")

    def kind(self) -> Iterator[dict[str, Any]]:
        asset, middle = self.asset, float(np.median(self.prices))
        # A currency worth cents bears no numbers above 2, unless it is an index that starts at 1 or 100.
        if (
            asset.rule == "reciprocal"
            and asset.unit.startswith("USD per")
            and middle > 2.0
            and self.prices[0] not in (1.0, 10.0, 100.0, 1000.0)
        ):
            text = f"is about {middle:.4g}, taken as {asset.unit}; is that {asset.quote}?"
            yield self.say(None, "quote", "warning", middle, text, f"then read it with quoted=[{asset.symbol!r}]")
        if asset.instrument == "futures" and not self.panel.intraday:
            text = "is a futures series: its roll days are not marked"
            advice = "mask roll days, or use an adjusted series, and say which"
            yield self.say(None, "roll", "note", np.nan, text, advice)

    def exchange(self) -> Iterator[dict[str, Any]]:
        from eventstudy import calendars

        asset = self.asset
        first, last = (str(day) for day in asset.struck_on(self.labels[[0, -1]]))
        known = asset.borne_by(calendars.sessions(asset.calendar, first, last)).astype("datetime64[ns]")
        off = np.flatnonzero(~np.isin(self.labels, known))
        if off.size:
            start = int(off[0])
            text = f"has prices on {off.size} dates on which {asset.calendar} is shut, first on {self.day(start)}"
            advice = "are the dates a day off, in another zone, or is it another exchange's calendar?"
            severity = "error" if off.size > OFF_SHARE * self.labels.size else "warning"
            yield self.say(start, "zone", severity, off.size, text, advice)
        yield from self.gap(np.setdiff1d(known, self.labels), known.size, "sessions")

    def dates(self) -> Iterator[dict[str, Any]]:
        weekend = np.flatnonzero(~np.is_busday(self.labels.astype("datetime64[D]")))
        every_day = weekend.size > 0.25 * self.labels.size
        if weekend.size and not every_day and self.asset.asset_class != "crypto" and not self.asset.label_days:
            start = int(weekend[0])
            text = f"has {weekend.size} weekend prices, first on {self.day(start)}"
            yield self.say(start, "zone", "warning", weekend.size, text, "are the dates a day off, or in another zone?")
        rows = self.panel.labels
        rows = rows[(rows >= self.labels[0]) & (rows <= self.labels[-1])]
        yield from self.gap(np.setdiff1d(rows, self.labels), rows.size, "rows of the panel")

    def gap(self, gone: DateArray, of: int, what: str) -> Iterator[dict[str, Any]]:
        if gone.size:
            text = f"has no price on {gone.size} of {of} {what}, first on {str(gone[0])[:10]}"
            severity = "warning" if gone.size > MISSING_SHARE * of else "note"
            found = self.say(None, "gap", severity, gone.size, text, "the next return spans the gap; see gaps=")
            yield {**found, "date": gone[0]}
