"""Day 0 against a slow search written straight from its definition, and properties that must hold for any data."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.alignment import Alignment, align
from eventstudy.errors import DataError, SpecError
from eventstudy.events.tables import EventTable
from eventstudy.prices.grid import SessionGrid

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2022-01-03T00:00", "ns")


def table(times: list[tuple[object, object]], precision: list[str] | None = None, **columns: object) -> EventTable:
    n = len(times)
    frame = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(n)],
            "earliest": pd.DatetimeIndex([a for a, _ in times], tz="UTC").as_unit("ns"),
            "latest": pd.DatetimeIndex([b for _, b in times], tz="UTC").as_unit("ns"),
            "precision": precision or ["instant" if a == b else "date" for a, b in times],
            **columns,
        }
    )
    return EventTable(frame)


def grid(
    hours: list[list[float]], gaps: list[list[int]] | None = None, widths: list[float] | None = None
) -> SessionGrid:
    """Assets with observations so many hours after START; `gaps` are rows without a price."""
    rows = max(len(h) for h in hours)
    instants = np.full((rows, len(hours)), np.datetime64("NaT", "ns"))
    prices = np.full(instants.shape, np.nan)
    for j, column in enumerate(hours):
        instants[: len(column), j] = START + (np.asarray(column) * 3600e9).astype("timedelta64[ns]")
        prices[: len(column), j] = 100.0 + np.arange(len(column))
        if gaps:
            prices[gaps[j], j] = np.nan
    width = np.array([(w * 3600e9) for w in widths or [0.0] * len(hours)]).astype("timedelta64[ns]")
    return SessionGrid(
        assets=tuple(f"A{j}" for j in range(len(hours))),
        sessions=instants.astype("datetime64[D]").astype("datetime64[ns]"),
        instants=instants,
        window_opens=instants - width,
        prices=prices,
        n_sessions=np.array([len(h) for h in hours], dtype=np.int64),
    )


def at(hours: float) -> pd.Timestamp:
    return pd.Timestamp(START) + pd.Timedelta(hours=hours)


def slow(earliest, latest, precision, g: SessionGrid, j: int, date_only: str, gap: np.timedelta64):
    """The definition, one pair at a time: (position, settle, timing), or None where dropped."""
    if precision == "date" and latest > earliest:
        latest = latest - np.timedelta64(1, "ns")
    seen = [
        (g.instants[r, j], r, g.window_opens[r, j]) for r in range(int(g.n_sessions[j])) if not np.isnan(g.prices[r, j])
    ]
    after = [o for o in seen if o[0] > earliest]
    settled = [o for o in seen if o[0] > latest]
    if not after or (not settled and date_only != "first"):
        return None
    use = settled[0] if date_only == "last" else after[0]
    end = after[0] if date_only == "first" else settled[0]
    if not [o for o in seen if o[1] < use[1]]:
        return None
    if date_only == "span" and latest - earliest > gap:
        return None
    if use[0] - (latest if date_only == "last" else earliest) > gap:
        return None
    if date_only == "span" and end[1] > use[1] and end[0] - latest > gap:
        return None
    differ = not settled or after[0][1] != settled[0][1]
    if differ or end[2] < latest:
        timing = "ambiguous"
    else:
        timing = "exact" if precision == "instant" else "date"
    return use[1], end[1] - use[1], timing


def compare(events: EventTable, pairs, g: SessionGrid, date_only: str, gap: str) -> Alignment:
    found = align(events, pairs, g, date_only=date_only, max_gap=gap)
    frame = events.to_frame()
    kept = iter(
        zip(found.event_row, found.asset, found.position, found.settle, found.timing, strict=True),
    )
    n_dropped = 0
    for i, j in zip(*pairs, strict=True):
        row = frame.iloc[i]
        e, late = (row[k].tz_localize(None).to_datetime64() for k in ("earliest", "latest"))
        expected = slow(e, late, row["precision"], g, j, date_only, pd.Timedelta(gap).to_timedelta64())
        if expected is None:
            n_dropped += 1
            continue
        got = next(kept)
        assert (got[0], got[1]) == (i, j)
        assert (got[2], got[3], got[4]) == expected
    assert next(kept, None) is None
    assert len(found.dropped) == n_dropped
    assert len(found) + len(found.dropped) == len(pairs[0])
    return found


@st.composite
def worlds(draw: st.DrawFn):
    n_assets = draw(st.integers(1, 3))
    hours, gaps = [], []
    for _ in range(n_assets):
        steps = draw(st.lists(st.integers(1, 60), min_size=1, max_size=12))
        hours.append(list(np.cumsum(steps).astype(float)))
        gaps.append(draw(st.lists(st.integers(0, len(steps) - 1), max_size=4)))
    widths = [float(draw(st.sampled_from([0, 0, 2]))) for _ in range(n_assets)]
    times = []
    precision = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(-30, 400))
        length = draw(st.sampled_from([0, 0, 5, 24, 70]))
        times.append((at(start), at(start + length)))
        precision.append("instant" if length == 0 else draw(st.sampled_from(["date", "interval"])))
    n_pairs = draw(st.integers(0, 12))
    rows = draw(st.lists(st.integers(0, len(times) - 1), min_size=n_pairs, max_size=n_pairs))
    columns = draw(st.lists(st.integers(0, n_assets - 1), min_size=n_pairs, max_size=n_pairs))
    return table(times, precision), (rows, columns), grid(hours, gaps, widths)


@settings(max_examples=150, deadline=None)
@given(world=worlds(), date_only=st.sampled_from(["span", "first", "last"]), gap=st.sampled_from(["30h", "5D"]))
def test_equals_the_definition(world, date_only, gap):
    events, pairs, g = world
    found = compare(events, pairs, g, date_only, gap)
    frame = events.to_frame()
    struck = g.instants[found.position, found.asset]
    earliest = frame["earliest"].to_numpy(dtype="datetime64[ns]")[found.event_row]
    assert (struck > earliest).all()
    assert (found.settle >= 0).all()
    assert not np.isnan(g.prices[found.position, found.asset]).any()
    audit = found.audit()
    assert len(audit) == len(pairs[0])
    assert (audit["reason"] != "")[~audit["kept"]].all()


@settings(max_examples=40, deadline=None)
@given(world=worlds(), shift=st.integers(-(10**9), 10**9), date_only=st.sampled_from(["span", "first", "last"]))
def test_shifting_prices_and_events_together_changes_nothing(world, shift, date_only):
    events, pairs, g = world
    frame = events.to_frame()
    by = pd.Timedelta(seconds=shift)
    moved = frame.assign(earliest=frame["earliest"] + by, latest=frame["latest"] + by)
    step = by.to_timedelta64()
    later = SessionGrid(g.assets, g.sessions + step, g.instants + step, g.window_opens + step, g.prices, g.n_sessions)
    a = align(events, pairs, g, date_only=date_only)
    b = align(EventTable(moved), pairs, later, date_only=date_only)
    for name in ("event_row", "asset", "position", "settle", "timing"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


@settings(max_examples=25, deadline=None)
@given(world=worlds(), zone=st.sampled_from(["Europe/Moscow", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"]))
def test_converting_zones_changes_nothing(world, zone):
    events, pairs, g = world
    frame = events.to_frame()
    local = frame.assign(earliest=frame["earliest"].dt.tz_convert(zone), latest=frame["latest"].dt.tz_convert(zone))
    a, b = align(events, pairs, g), align(EventTable(local), pairs, g)
    for name in ("event_row", "position", "settle", "timing"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    pd.testing.assert_frame_equal(a.audit(), b.audit())


DAILY = [24.0 * k + 13.25 for k in range(10)]


def one(earliest: float, latest: float, *, precision: str | None = None, hours=DAILY, **options) -> Alignment:
    kind = [precision] if precision else None
    gaps, widths = options.pop("gaps", None), options.pop("widths", None)
    return align(table([(at(earliest), at(latest))], kind), ([0], [0]), grid([hours], gaps, widths), **options)


def test_news_before_the_price_is_the_same_session():
    found = one(48 + 12, 48 + 12)
    assert (found.position[0], found.settle[0], found.timing[0]) == (2, 0, "exact")


def test_news_exactly_at_the_price_is_the_next_session():
    assert one(48 + 13.25, 48 + 13.25).position[0] == 3


def test_a_date_spans_the_price_within_it():
    found = one(48, 72)
    assert (found.position[0], found.settle[0], found.timing[0]) == (2, 1, "ambiguous")


@pytest.mark.parametrize(("choice", "row"), [("first", 2), ("last", 3)])
def test_first_and_last_take_one_session_and_stay_ambiguous(choice, row):
    found = one(48, 72, date_only=choice)
    assert (found.position[0], found.settle[0], found.timing[0]) == (row, 0, "ambiguous")


def test_a_price_at_midnight_holds_the_whole_day():
    found = one(24, 48, hours=[24.0 * k for k in range(5)])
    assert (found.position[0], found.settle[0], found.timing[0]) == (2, 0, "date")


def test_a_fixing_made_over_a_window_that_straddles_the_news_is_ambiguous():
    hours = [24.0 * k + 11.5 for k in range(5)]
    inside = one(48 + 11, 48 + 11, hours=hours, widths=[1.5])
    assert (inside.position[0], inside.settle[0], inside.timing[0]) == (2, 0, "ambiguous")
    assert "window" in inside.audit()["reason"][0]
    before = one(48 + 10, 48 + 10, hours=hours, widths=[1.5])
    assert before.timing[0] == "exact"


def test_a_session_without_a_price_is_no_observation():
    found = one(48 + 12, 48 + 12, gaps=[[2, 3]])
    assert found.position[0] == 4
    assert "rolled" in found.audit()["reason"][0]


@pytest.mark.parametrize(
    ("earliest", "latest", "options", "words"),
    [
        (1, 1, {}, "data begin"),
        (230, 230, {}, "data end"),
        (216, 240, {}, "data end"),
        (14, 14, {"hours": [1.0, 13.0, 300.0]}, "farther than max_gap = 5 days"),
        (10, 24, {"hours": [1.0, 13.0, 300.0]}, "sure to hold"),
        (14, 14, {"hours": [1.0, 13.0, 40.0], "max_gap": "24h"}, "max_gap = 1 days"),
        (14, 14, {"gaps": [list(range(10))]}, "no price at all"),
        (14, 150, {}, "known only to within 5.7 days"),
    ],
)
def test_dropped_with_its_reason(earliest, latest, options, words):
    found = one(earliest, latest, **options)
    assert len(found) == 0
    assert found.dropped.loc[0, ["event_id", "asset", "stage"]].tolist() == ["e0", "A0", "alignment"]
    assert words in found.dropped.loc[0, "reason"]
    assert found.audit().loc[0, "timing"] == ""


def test_first_needs_no_settled_day():
    assert one(216, 240, date_only="first").position[0] == 9


def test_an_event_without_a_time_is_dropped_with_that_reason():
    frame = table([(at(60), at(60))]).to_frame()
    frame["earliest"] = pd.DatetimeIndex([pd.NaT], tz="UTC").as_unit("ns")
    found = align(EventTable(frame), ([0], [0]), grid([DAILY]))
    assert found.dropped["reason"].tolist() == ["the event has no time"]


def test_microsecond_columns_read_the_same():
    frame = table([(at(60), at(60))]).to_frame()
    coarse = frame.assign(earliest=frame["earliest"].dt.as_unit("us"), latest=frame["latest"].dt.as_unit("us"))
    assert align(EventTable(coarse), ([0], [0]), grid([DAILY])).position[0] == 2


@pytest.mark.parametrize(
    ("pairs", "options", "words"),
    [
        (([5], [0]), {}, "event row 5"),
        (([0], [-1]), {}, "asset column -1"),
        (([0], [0, 0]), {}, "1 event rows and 2"),
        (([0.5], [0]), {}, "whole numbers"),
        (([0], [0]), {"date_only": "both"}, "date_only"),
        (([0], [0]), {"max_gap": "soon"}, "max_gap"),
        (([0], [0]), {"max_gap": "-1D"}, "max_gap"),
    ],
)
def test_what_cannot_be_asked(pairs, options, words):
    with pytest.raises(SpecError, match=words):
        align(table([(at(60), at(60))]), pairs, grid([DAILY]), **options)


def test_an_event_that_ends_before_it_begins_is_an_error():
    with pytest.raises(DataError, match="'e0' ends before it begins"):
        align(table([(at(60), at(59))]), ([0], [0]), grid([DAILY]))


def test_no_pairs_give_an_empty_alignment():
    found = align(table([(at(60), at(60))]), ([], []), grid([DAILY]))
    assert len(found) == len(found.dropped) == len(found.audit()) == 0


def test_alignments_pickle():
    found = one(60, 60)
    again = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(found.audit(), again.audit())
