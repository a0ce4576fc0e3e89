"""``eventstudy prices``: what a file of prices holds and what is wrong with it; prices from a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy._files import write_atomic
from eventstudy.cli.output import as_table
from eventstudy.report.tabular import to_csv

__all__ = ["Checked", "check_prices", "fetch_to_file", "series_table"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a panel holds, series by series, and the findings of its quality check."""

    prices: es.PricePanel
    series: pd.DataFrame
    findings: pd.DataFrame

    @property
    def n_errors(self) -> int:
        """Number of findings that would corrupt an estimate."""
        return int((self.findings["severity"] == "error").sum())

    def to_data(self) -> dict[str, Any]:
        """Give the same as plain data."""
        return {"intraday": self.prices.intraday, "series": self.series, "findings": self.findings}

    def __str__(self) -> str:
        """Give the same for a terminal."""
        lines = [series_table(self.series), ""]
        unknown = self.series.loc[(self.series["close"] == "") & (self.series["calendar"] == ""), "asset"].tolist()
        if unknown and not self.prices.intraday:
            many = f"{', '.join(unknown[:3])}{', ...' if len(unknown) > 3 else ''}"
            lines += [f"No time is known at which {many} is struck: say --close and --tz, or --calendar.", ""]
        if self.findings.empty:
            return "\n".join([*lines, "Nothing wrong was found."])
        counts = self.findings["severity"].value_counts()
        lines.append(
            ", ".join(
                f"{counts[s]} {s}{'s' if counts[s] != 1 else ''}" for s in ("error", "warning", "note") if s in counts
            )
            + ":"
        )
        lines += [f"  {row.severity:<8} {row.message}; {row.suggestion}" for row in self.findings.itertuples()]
        return "\n".join(lines)


def check_prices(path: Path, **options: Any) -> Checked:
    """Read prices and check them; ``options`` are those of `read_prices`, empty where nothing is said."""
    prices = es.read_prices(path, **{key: value for key, value in options.items() if value})
    return Checked(prices, _series(prices), prices.quality().to_frame())


def series_table(series: pd.DataFrame) -> str:
    """Write the spans of series for a terminal."""
    days = {n: ["" if pd.isna(t) else t.date().isoformat() for t in series[n]] for n in ("first", "last")}
    return as_table(series.assign(**days))


def _series(prices: es.PricePanel) -> pd.DataFrame:
    """One row a series: its span, how many prices it has and lacks, when they are struck."""
    frame = prices.to_frame()
    rows = []
    for name in prices.assets:
        there = np.flatnonzero(np.isfinite(frame[name].to_numpy()))
        ends = (frame.index[there[0]], frame.index[there[-1]]) if there.size else (pd.NaT, pd.NaT)
        asset = prices.asset(name)
        rows.append(
            {
                "asset": name,
                "first": ends[0],
                "last": ends[1],
                "prices": there.size,
                "missing": int(there[-1] - there[0] + 1 - there.size) if there.size else 0,
                "close": asset.close,
                "tz": asset.tz,
                "calendar": asset.calendar,
            }
        )
    return pd.DataFrame(rows)


def fetch_to_file(
    assets: Sequence[str], start: str, end: str, *, source: str, output: Path, offline: bool, interval: str
) -> dict[str, Any]:
    """Fetch prices and write them as a CSV that `read_prices` reads: a date, one column an asset."""
    known = es.assets.catalogue()
    wanted: dict[str, str] = {}
    for text in assets:
        name, _, ticker = text.partition("=")
        wanted[name] = ticker or (known[name].sources.get(source, name) if name in known else name)
    plain = not any("=" in text for text in assets)  # then the library says which asset has no ticker
    prices = es.fetch_prices(
        list(wanted) if plain else wanted, start, end, source=source, interval=interval, offline=offline
    )
    write_atomic(output, to_csv(prices.to_frame().reset_index()))
    return {"output": output, "source": source, "series": _series(prices)}
