"""This package's side."""

from __future__ import annotations

import sys

import pandas as pd
from _serve import serve

import eventstudy as es

frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
table = pd.read_csv(sys.argv[2], parse_dates=["date"])
prices = es.PricePanel(frame, close="16:00", tz="America/New_York")
study = es.EventStudy(es.MarketModel("MKT"), event_window=(-10, 10), estimation_window=(-260, -21))
kept: list[object] = []  # a result, whose returns the next study shares; or none


def before(side: str) -> None:
    """Read the events for `run` alone, and keep a result or let go of it."""
    global events
    kept.clear()
    events = es.read_events(table, tz="America/New_York")
    if side != "first":
        kept.append(study.run(events, prices))


def run(side: str) -> int:
    """`run` alone, or the whole."""
    if side == "run":
        return len(study.run(events, prices))
    result = study.run(es.read_events(table, tz="America/New_York"), prices)
    shown = result.to_frame("event", window=(-10, 10))
    return int(shown["n_headlines"].sum())


serve(run, before)
