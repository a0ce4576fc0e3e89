"""``eventstudy align``: which session every event belongs to, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy.cli.config import Config, config_of, read_config
from eventstudy.cli.inputs import load_inputs
from eventstudy.cli.output import as_table
from eventstudy.errors import SpecError
from eventstudy.study.lineup import Audit, audit_events

__all__ = ["AlignOptions", "Aligned", "align_file"]

_TABLES = (".csv", ".tsv", ".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """What the command line says of events and prices; empty where it says nothing.

    Attributes
    ----------
    prices : Path or None
    assets : tuple of str
        Assets of events that name none.
    benchmark : str
        Series whose dates are the sessions.
    close, tz, calendar : str
        When the prices of unknown columns are struck.
    events_tz : str
        Zone of dates and clock times of the events; default ``tz``.
    date_only, max_gap : str
        As in `EventStudy`.
    """

    prices: Path | None = None
    assets: tuple[str, ...] = ()
    benchmark: str = ""
    close: str = ""
    tz: str = ""
    calendar: str = ""
    events_tz: str = ""
    date_only: str = "span"
    max_gap: str = "5D"


@dataclass(frozen=True, slots=True)
class Aligned:
    """The audit of a study's events."""

    audit: Audit

    def to_data(self) -> dict[str, Any]:
        """Give the audit as plain data."""
        kept = self.audit.table[self.audit.table["kept"]] if len(self.audit.table) else self.audit.table
        return {
            "pairs": self.audit.n_in,
            "aligned": kept.drop(columns="kept", errors="ignore"),
            "merged": self.audit.merged,
            "dropped": self.audit.dropped,
        }

    def __str__(self) -> str:
        """Give the audit for a terminal: times in UTC, hours from the news to the price."""
        found = self.audit
        table = found.table[found.table["kept"]] if len(found.table) else found.table
        timing = table["timing"].value_counts().to_dict() if len(table) else {}
        told = ", ".join(f"{timing[name]} {name}" for name in ("exact", "date", "ambiguous") if name in timing)
        lines = [
            f"{found.n_in} pairs of event and asset: {len(table)} have a session"
            f"{f' ({told})' if told else ''}, {len(found.dropped)} dropped. Times are UTC.",
        ]
        if len(found.merged):
            lines[0] += f" {len(found.merged)} share their session with another and become one row with it."
        if len(table):
            lines += ["", as_table(_shown(table))]
            notes = table[table["reason"] != ""]
            lines += _listed("Notes:", notes)
        lines += _listed("Dropped:", found.dropped)
        if len(found.merged):
            lines += ["", "One row with another:"]
            lines += [f"  {r.event_id} {r.asset}: with {r.into}, {r.reason}" for r in found.merged.itertuples()]
        return "\n".join(lines)


def align_file(path: Path, options: AlignOptions) -> Aligned:
    """Line up the events of a file with prices, or those of a study file with its own.

    Parameters
    ----------
    path : Path
        A table of events, an article or a folder of articles; or a ``study.toml`` or ``manifest.json``.
    options : AlignOptions
        For events and articles; a study file says everything itself.
    """
    config = _config(path, options)
    inputs = load_inputs(config)
    found = audit_events(
        config.study, inputs.events, inputs.panel, assets=config.assets or None, factors=inputs.factors
    )
    return Aligned(found)


def _config(path: Path, options: AlignOptions) -> Config:
    if path.suffix.lower() == ".toml" or path.name == "manifest.json":
        if options != AlignOptions():
            raise SpecError(
                f"{path} says itself which prices and options to take", hint="leave out --prices and the other options"
            )
        return read_config(path)
    if options.prices is None:
        raise SpecError(f"no prices to align {path} with", hint="add --prices prices.csv")
    prices = {"path": str(options.prices.absolute())}
    prices |= {k: getattr(options, k) for k in ("close", "tz", "calendar") if getattr(options, k)}
    zone = options.events_tz or options.tz
    is_table = path.is_file() and path.suffix.lower() in _TABLES
    events = {"path": str(path.absolute()), **({"tz": zone} if zone else {})}
    model: Any = {"model": "MarketAdjusted", "benchmark": options.benchmark} if options.benchmark else "MeanAdjusted"
    data = {
        "events" if is_table else "news": events,
        "prices": prices,
        "assets": list(options.assets),
        "model": model,
        "study": {"date_only": options.date_only, "max_gap": options.max_gap},
    }
    return config_of(data, Path(), "align")


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Choose the columns that a person reads, times to the minute."""
    return pd.DataFrame(
        {
            "event": table["event_id"],
            "asset": table["asset"],
            "news": [_span(a, b) for a, b in zip(table["earliest"], table["latest"], strict=True)],
            "price before": [_minute(t) for t in table["previous_instant"]],
            "day 0": [t.date().isoformat() for t in table["day0"]],
            "its price": [_minute(t) for t in table["day0_instant"]],
            "hours to it": [f"{h:.1f}" for h in table["hours_to_day0"]],
            "settled": [f"+{n}" if n else "" for n in table["settle"]],
            "timing": table["timing"],
        }
    )


def _listed(head: str, rows: pd.DataFrame) -> list[str]:
    if not len(rows):
        return []
    return ["", head, *(f"  {r.event_id} {r.asset}: {r.reason}" for r in rows.itertuples())]


def _span(earliest: pd.Timestamp, latest: pd.Timestamp) -> str:
    if earliest == latest:
        return _minute(earliest)
    short = f"{latest:%H:%M}" if earliest.date() == latest.date() else _minute(latest)
    return f"{_minute(earliest)} to {short}"


def _minute(moment: pd.Timestamp) -> str:
    return "" if pd.isna(moment) else f"{moment:%Y-%m-%d %H:%M}"
