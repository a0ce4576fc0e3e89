"""The hand-made table of cases, and the curated events: each event on the session that can be defended."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventstudy.alignment import Alignment, align
from eventstudy.events.readers import read_events
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.sessions import build_grid

# Prices are made up for every weekday, so that calendars and not data choose the sessions: that is worth a warning.
pytestmark = pytest.mark.filterwarnings("ignore:.*are left out:eventstudy.errors.EventStudyWarning")

FILE = Path(__file__).parent / "data" / "alignment_cases.toml"
TABLE = tomllib.loads(FILE.read_text(encoding="utf-8"))
CASES = [(group, *case) for group, cases in TABLE["cases"].items() for case in cases]


def panel_of(name: str, around: pd.Timestamp) -> PricePanel:
    """Prices on every day on which the series can have one, two months before the event to six weeks after."""
    rules: dict[str, Any] = dict(TABLE["series"][name])
    closed, days, bars = rules.pop("closed", []), rules.pop("days", ""), rules.pop("bars", None)
    if bars is not None:
        stamps = pd.DatetimeIndex(bars)
        return PricePanel(pd.DataFrame({name: np.arange(1.0, len(stamps) + 1)}, index=stamps))
    dates = pd.date_range(around - pd.Timedelta("60D"), around + pd.Timedelta("45D"), freq="D")
    # Holidays are among them: where the series has a calendar, it and not the data says which are sessions.
    dates = dates[dates.strftime("%a").isin((days or "Mon Tue Wed Thu Fri").split())]
    for span in closed:
        first, _, last = span.partition("/")
        dates = dates[(dates < first) | (dates > (last or first))]
    frame = pd.DataFrame({name: np.arange(1.0, len(dates) + 1)}, index=dates)
    return PricePanel(frame, assets={name: rules})


def align_case(event: str, series: str) -> Alignment:
    when, zone = event.rsplit(" ", 1)
    column = "time" if ":" in when else "date"
    table = read_events(pd.DataFrame({column: [when]}), tz=zone)
    grid = build_grid(panel_of(series, pd.Timestamp(when[:10])), [series])
    return align(table, ([0], [0]), grid)


def label(stamp: np.datetime64, expected: str) -> str:
    return str(stamp.astype("datetime64[m]" if "T" in expected else "datetime64[D]"))


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len({(c[1], c[2]) for c in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("event", "series", "day0", "settled", "timing", "why"),
    [c[1:] for c in CASES],
    ids=[f"{c[0]}-{c[2]}-{c[1]}".replace(" ", "_") for c in CASES],
)
def test_case(event, series, day0, settled, timing, why):
    found = align_case(event, series)
    if day0 == "dropped":
        assert len(found) == 0, why
        assert settled in found.dropped["reason"][0], why
        return
    assert len(found) == 1, found.dropped["reason"].tolist()
    grid = build_grid(panel_of(series, pd.Timestamp(event[:10])), [series])
    row = int(found.position[0])
    assert label(grid.sessions[row, 0], day0) == day0, why
    assert label(grid.sessions[row + int(found.settle[0]), 0], settled) == settled, why
    assert found.timing[0] == timing, why


def test_the_audit_speaks_of_the_closure():
    audit = align_case("2022-03-23 12:00 Europe/Moscow", "MOSCOW").audit().iloc[0]
    assert str(audit["previous_instant"]) == "2022-02-25 15:50:00+00:00"
    assert "older than 5 days" in audit["reason"]


CURATED = TABLE["curated"]


@pytest.fixture(scope="module")
def curated_panel(shared_dir) -> PricePanel:
    data = shared_dir / "data"
    fx = pd.read_csv(data / "fx_per_usd_daily.csv", parse_dates=["date"], index_col="date")
    oil = pd.read_csv(data / "energy_spot_eia_daily.csv", parse_dates=["date"], index_col="date").loc["2015":]
    spx = pd.read_csv(data / "sp500_daily.csv", parse_dates=["date"], index_col="date")
    names = ["RUB", "CNY", "KRW", "JPY"]
    panel = PricePanel(fx[names], quoted=names, source="ecb")
    panel = panel.join(PricePanel(oil.set_axis(["BRENT", "WTI", "NATGAS"], axis=1)[["BRENT", "WTI"]], source="eia"))
    return panel.join(PricePanel(pd.DataFrame({"SPX": spx["sp500_skfolio"]})))


@pytest.mark.shared
@pytest.mark.parametrize("event_id", list(CURATED))
def test_curated_events_land_where_they_can_be_defended(event_id, curated_panel, shared_dir):
    table = read_events(shared_dir / "data" / "events_curated.csv", columns={"direction": "polarity"})
    assert set(CURATED) == set(table.to_frame()["event_id"])
    event = table.filter(event_id=event_id)
    for asset, day0, settled, timing in CURATED[event_id]:
        grid = build_grid(curated_panel, [asset])
        found = align(event, ([0], [0]), grid)
        if day0 == "dropped":
            assert settled in found.dropped["reason"][0]
            continue
        row = int(found.position[0])
        assert label(grid.sessions[row, 0], day0) == day0, asset
        assert label(grid.sessions[row + int(found.settle[0]), 0], settled) == settled, asset
        assert found.timing[0] == timing, asset


@pytest.mark.shared
@pytest.mark.parametrize(
    ("asset", "earliest", "latest", "day0", "settled", "why"),
    [c[1:] for c in TABLE["curated_hours"]["cases"]],
    ids=[c[0] for c in TABLE["curated_hours"]["cases"]],
)
def test_the_hours_that_a_source_gives_take_the_doubt_away(asset, earliest, latest, day0, settled, why, curated_panel):
    grid = build_grid(curated_panel, [asset])
    found = align(read_events(pd.DataFrame({"earliest": [earliest], "latest": [latest]})), ([0], [0]), grid)
    row = int(found.position[0])
    assert label(grid.sessions[row, 0], day0) == day0, why
    assert label(grid.sessions[row + int(found.settle[0]), 0], settled) == settled, why
