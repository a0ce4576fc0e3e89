"""Overlapping windows and what is done about them, against loops over every pair of events."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.alignment import confounds, drop_confounded, keep_first, merge_close
from eventstudy.alignment.confounding import windows_of
from eventstudy.errors import AssetError, SpecError
from eventstudy.events.readers import read_events
from eventstudy.events.tables import EventTable
from eventstudy.prices.panel import PricePanel

DAYS = pd.bdate_range("2022-01-03", periods=40)
PANEL = PricePanel(
    pd.DataFrame({"A": np.arange(1.0, 41.0), "B": np.arange(1.0, 41.0)}, index=DAYS), close="16:00", tz="UTC"
)


def table(rows: list[tuple[str, str, str]]) -> EventTable:
    """Rows of (time or date, direction, assets)."""
    return read_events(
        pd.DataFrame(
            {
                "time": [r[0] if "T" in r[0] else "" for r in rows],
                "date": [r[0][:10] for r in rows],
                "direction": [r[1] for r in rows],
                "assets": [r[2] for r in rows],
            }
        )
    )


one_row = st.tuples(
    st.integers(1, 36).map(lambda k: str(DAYS[k].date())),
    st.sampled_from(["", "T12:00Z", "T12:00Z", "T20:00Z"]),
    st.sampled_from(["escalation", "de-escalation", "neither"]),
    st.sampled_from(["A", "B", "A;B", ""]),
).map(lambda r: (r[0] + r[1], r[2], r[3]))
rows_ = st.lists(one_row, min_size=1, max_size=14)
windows_ = st.sampled_from([(0, 0), (-1, 1), (0, 5), (-3, -1), (2, 4)])


def slow_pairs(events: EventTable, window: tuple[int, int]):
    """Each aligned pair as (event, asset, day 0, settled day, first, last, direction)."""
    held = windows_of(events, PANEL, window)
    alignment = held.alignment
    for k in range(len(alignment)):
        first, last = int(alignment.position[k]), int(alignment.position[k] + alignment.settle[k])
        low = (first if window[0] <= 0 else last) + window[0]
        high = (first if window[1] < 0 else last) + window[1]
        row = held.frame.iloc[int(alignment.event_row[k])]
        yield row["event_id"], alignment.assets[int(alignment.asset[k])], first, last, low, high, row["direction"]


def opposite(a: str, b: str) -> bool:
    return "neither" not in (a, b) and a != b


@settings(max_examples=120, deadline=None)
@given(rows=rows_, window=windows_)
def test_confounds_equals_a_loop_over_all_pairs(rows, window):
    events = table(rows)
    pairs = list(slow_pairs(events, window))
    expected = set()
    for e, a, day0, _, low, high, d in pairs:
        for e2, a2, day0_2, last_2, low2, high2, d2 in pairs:
            if a == a2 and e != e2 and low <= high2 and low2 <= high:
                shared = min(high, high2) - max(low, low2) + 1
                inside = day0_2 <= high and last_2 >= low
                expected.add((e, a, e2, day0_2 - day0, shared, inside, day0 == day0_2 and not opposite(d, d2)))
    frame = confounds(events, PANEL, window)
    columns = ["event_id", "asset", "other_id", "offset", "shared", "inside", "merges"]
    assert set(frame[columns].itertuples(index=False, name=None)) == expected
    assert len(frame) == len(expected)


@settings(max_examples=120, deadline=None)
@given(rows=rows_, window=windows_)
def test_drop_confounded_leaves_no_other_event_in_a_window(rows, window):
    events = table(rows)
    pairs = list(slow_pairs(events, window))
    gone = set()
    for e, a, day0, _, low, high, d in pairs:
        for e2, a2, day0_2, last_2, _, _, d2 in pairs:
            merges = day0 == day0_2 and not opposite(d, d2)
            if a == a2 and e != e2 and not merges and day0_2 <= high and last_2 >= low:
                gone.add((e, a))
    screened = drop_confounded(events, PANEL, window)
    assert set(zip(screened.removed["event_id"], screened.removed["asset"], strict=True)) == gone
    left = {(e.event_id, a) for e in screened.events for a in e.assets or ("A", "B")}
    every = {(e.event_id, a) for e in events for a in e.assets or ("A", "B")}
    assert left == every - gone


@settings(max_examples=120, deadline=None)
@given(rows=rows_, window=windows_)
def test_keep_first_leaves_no_overlap_and_every_event_that_could_stay(rows, window):
    events = table(rows)
    pairs = sorted(slow_pairs(events, window), key=lambda p: (p[1], p[2]))
    gone = set()
    for asset in "AB":
        last_day, reach = None, None
        for e, a, day0, _, low, high, _ in pairs:
            if a != asset:
                continue
            if day0 == last_day:
                reach = max(reach, high)
            elif reach is not None and low <= reach:
                gone.add((e, a))
            else:
                last_day, reach = day0, high
    screened = keep_first(events, PANEL, window)
    assert set(zip(screened.removed["event_id"], screened.removed["asset"], strict=True)) == gone
    assert not set(screened.removed["into"]) & {""}


@settings(max_examples=100, deadline=None)
@given(rows=rows_, hours=st.sampled_from([0, 5, 24, 100]))
def test_merge_close_equals_a_walk_through_time(rows, hours):
    events = table(rows)
    chains: dict[tuple, list] = {}
    expected = {}
    for event in sorted(events, key=lambda e: e.earliest):
        chain = chains.get((event.direction, event.assets))
        if chain is None or event.earliest - chain[1] > pd.Timedelta(hours=hours):
            chain = chains[(event.direction, event.assets)] = [event.event_id, event.earliest]
        chain[1] = event.earliest
        expected[event.event_id] = chain[0]
    screened = merge_close(events, hours)
    heads = {e for e, into in expected.items() if e == into}
    assert {e.event_id for e in screened.events} == heads
    assert len(events) == len(screened.events) + len(screened.removed)
    assert dict(zip(screened.removed["event_id"], screened.removed["into"], strict=True)) == {
        e: into for e, into in expected.items() if e != into
    }
    assert screened.events.to_frame()["n_merged"].sum() == len(events)


def test_events_that_are_denied_or_only_possible_confound_nothing():
    events = table([("2022-01-05T12:00Z", "escalation", "A"), ("2022-01-05T13:00Z", "escalation", "A")])
    frame = events.to_frame()
    frame.loc[1, "modality"] = "possible"
    assert confounds(EventTable(frame), PANEL, (-1, 1)).empty


def test_words():
    events = table([("2022-01-05T12:00Z", "escalation", "A"), ("2022-01-05T13:00Z", "de-escalation", "A")])
    frame = confounds(events, PANEL, (0, 0))
    assert frame["relation"].tolist() == ["opposite", "opposite"]
    assert not frame["merges"].any()
    assert len(drop_confounded(events, PANEL, (0, 0)).events) == 0
    assert repr(drop_confounded(events, PANEL, (0, 0))) == "Screened(0 events left, 2 taken out)"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda e: confounds(e, PANEL, (1, 0)), SpecError, "starts after it ends"),
        (lambda e: confounds(e, PANEL, (0, 1), assets=["C"]), AssetError, "'C' has no prices"),
        (lambda e: confounds(e, PANEL, (0, 1), assets="A"), SpecError, "is one name"),
        (lambda e: confounds(e.to_frame(), PANEL, (0, 1)), SpecError, "expected an EventTable"),
        (lambda e: confounds(e, PANEL.to_frame(), (0, 1)), SpecError, "expected a PricePanel"),
        (lambda e: merge_close(e.to_frame(), 1), SpecError, "expected an EventTable"),
        (lambda e: merge_close(e, -1), SpecError, "hours=-1"),
        (lambda e: merge_close(e, float("nan")), SpecError, "hours=nan"),
        (lambda e: merge_close(e, 1, by=["kinds"]), SpecError, "did you mean 'kind'"),
    ],
)
def test_what_cannot_be_asked(call, error, words):
    with pytest.raises(error, match=words):
        call(table([("2022-01-05T12:00Z", "escalation", "")]))


def test_too_many_overlaps_are_refused_and_not_begun():
    n = 6000
    frame = pd.DataFrame({"date": ["2022-01-05"] * n, "asset": ["A"] * n})
    with pytest.raises(SpecError, match="too many to list"):
        confounds(read_events(frame), PANEL, (0, 1))
    assert len(drop_confounded(read_events(frame), PANEL, (0, 1)).removed) == 0


def test_what_a_table_leaves_open_confounds_as_a_study_takes_it():
    """An event without a word on polarity is studied, and so it confounds; a denied one does neither."""
    days = pd.bdate_range("2022-02-07", "2022-02-25")
    panel = PricePanel(pd.DataFrame({"X": np.arange(1.0, 16.0)}, index=days), close="16:00", tz="UTC")
    times = ["2022-02-14T12:00Z", "2022-02-15T12:00Z", "2022-02-16T12:00Z"]
    table = read_events(pd.DataFrame({"time": times, "asset": "X", "polarity": ["asserted", None, "denied"]}))
    found = confounds(table, panel, (0, 1))
    assert found[["event_id", "other_id"]].to_numpy().tolist() == [["e1", "e2"], ["e2", "e1"]]
