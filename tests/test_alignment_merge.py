"""Merging against a slow version of its own words, and the accounting that must hold for any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.alignment import align, merge
from eventstudy.events.tables import EventTable
from eventstudy.prices.grid import SessionGrid

RANK = {"exact": 0, "date": 1, "ambiguous": 2}
DAY = pd.Timestamp("2022-02-14")


def daily_grid(n_assets: int = 2, n: int = 12) -> SessionGrid:
    days = (np.datetime64("2022-02-10", "D") + np.arange(n)).astype("datetime64[ns]")
    struck = days + np.timedelta64(13 * 60 + 15, "m")
    wide = (n, n_assets)
    return SessionGrid(
        tuple(f"A{j}" for j in range(n_assets)),
        np.broadcast_to(days[:, None], wide),
        np.broadcast_to(struck[:, None], wide),
        np.broadcast_to(struck[:, None], wide),
        np.ones(wide),
        np.full(n_assets, n),
    )


def events(rows: list[tuple[float, float, str, str, tuple[str, ...]]]) -> EventTable:
    """Rows of (hours after DAY, length in hours, direction, kind, source)."""
    starts = [DAY + pd.Timedelta(hours=r[0]) for r in rows]
    ends = [s + pd.Timedelta(hours=r[1]) for s, r in zip(starts, rows, strict=True)]
    source = np.empty(len(rows), dtype=object)
    source[:] = [r[4] for r in rows]
    return EventTable(
        pd.DataFrame(
            {
                "event_id": [f"e{i}" for i in range(len(rows))],
                "earliest": pd.DatetimeIndex(starts, tz="UTC").as_unit("ns"),
                "latest": pd.DatetimeIndex(ends, tz="UTC").as_unit("ns"),
                "precision": ["instant" if r[1] == 0 else "date" for r in rows],
                "direction": [r[2] for r in rows],
                "kind": [r[3] for r in rows],
                "source": source,
            }
        )
    )


def run(rows, n_assets: int = 1):
    held = events(rows)
    pairs = (np.repeat(np.arange(len(rows)), n_assets), np.tile(np.arange(n_assets), len(rows)))
    alignment = align(held, pairs, daily_grid(n_assets))
    return alignment, merge(alignment, held), held


def slow(alignment, held: EventTable) -> list[tuple]:
    """(asset, position, settle, timing, direction, n_headlines, n_stories), from the docstring's words."""
    frame = held.to_frame()
    groups: dict[tuple[int, int], list[int]] = {}
    for p in range(len(alignment)):
        groups.setdefault((int(alignment.asset[p]), int(alignment.position[p])), []).append(p)
    rows = []
    for (asset, position), members in groups.items():
        info = {p: frame.iloc[int(alignment.event_row[p])] for p in members}
        directed = [p for p in members if info[p]["direction"] not in ("neither", "")]
        said = {info[p]["direction"] for p in directed}
        direction = "neither" if not said else said.pop() if len(said) == 1 else "mixed"
        stories: list[list[int]] = []
        for p in sorted(members, key=lambda q: (info[q]["earliest"], info[q]["latest"])):
            for story in stories:
                first = info[story[0]]
                same = all(info[p][c] == first[c] for c in ("kind", "source", "direction"))
                known = info[p]["kind"] != ""
                near = any(
                    info[p]["earliest"] == info[q]["earliest"] or info[p]["earliest"] < info[q]["latest"] for q in story
                )
                if same and known and near:
                    story.append(p)
                    break
            else:
                stories.append([p])
        firsts = [min(story, key=lambda q: (alignment.settle[q], RANK[alignment.timing[q]])) for story in stories]
        bound = [p for p in firsts if not directed or p in directed]
        settle = max(int(alignment.settle[p]) for p in bound)
        timing = max((alignment.timing[p] for p in bound), key=RANK.__getitem__)
        rows.append((asset, position, settle, str(timing), direction, len(members), len(stories)))
    return sorted(rows)


one_event = st.tuples(
    st.integers(-20, 60).map(float),
    st.sampled_from([0.0, 0.0, 24.0]),
    st.sampled_from(["de-escalation", "escalation", "neither"]),
    st.sampled_from(["", "RETREAT", "ASSAULT"]),
    st.sampled_from([(), ("RUS",)]),
)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(one_event, min_size=0, max_size=14), n_assets=st.integers(1, 2))
def test_equals_the_slow_version_and_every_pair_is_accounted_for(rows, n_assets):
    alignment, merged, held = run(rows, n_assets)
    got = sorted(
        zip(
            merged.asset.tolist(),
            merged.position.tolist(),
            merged.settle.tolist(),
            merged.timing.tolist(),
            merged.direction.tolist(),
            merged.n_headlines.tolist(),
            merged.n_stories.tolist(),
            strict=True,
        )
    )
    assert got == slow(alignment, held)
    assert len(merged) + len(merged.merged) + len(merged.dropped) == len(rows) * n_assets
    assert merged.n_headlines.sum() == len(alignment) == merged.members.size
    keys = set(zip(merged.asset.tolist(), merged.position.tolist(), strict=True))
    assert len(keys) == len(merged)
    ids = held.to_frame()["event_id"].to_numpy(dtype=object)
    listed = set(zip(merged.merged["event_id"], merged.merged["asset"], strict=True))
    used = {(ids[e], f"A{a}") for e, a in zip(merged.event_row, merged.asset, strict=True)}
    assert not listed & used
    for r in range(len(merged)):
        assert merged.members[merged.starts[r]] == merged.event_row[r]


def test_headlines_of_one_direction_are_one_row_named_after_the_first_public():
    _, merged, _ = run([(9.0, 0.0, "de-escalation", "", ()), (8.0, 0.0, "de-escalation", "", ())])
    assert len(merged) == 1
    assert merged.event_row.tolist() == [1]
    assert merged.n_headlines.tolist() == [2]
    assert merged.merged[["event_id", "into", "reason"]].to_numpy().tolist() == [
        ["e0", "e1", "same asset and session, same direction"]
    ]


def test_both_directions_are_one_mixed_row():
    _, merged, _ = run([(8.0, 0.0, "de-escalation", "", ()), (9.0, 0.0, "escalation", "", ())])
    assert merged.direction.tolist() == ["mixed"]
    assert "mixed" in merged.merged["reason"][0]


def test_a_headline_without_direction_joins_but_moves_nothing():
    _, merged, _ = run([(0.0, 24.0, "neither", "CONSULT", ("USA",)), (9.0, 0.0, "escalation", "ASSAULT", ("RUS",))])
    assert merged.direction.tolist() == ["escalation"]
    assert merged.event_row.tolist() == [1]
    assert (merged.settle[0], merged.timing[0], merged.n_headlines[0]) == (0, "exact", 2)


def test_the_first_copy_of_a_story_settles_it():
    copies = [(0.0, 24.0, "de-escalation", "RETREAT", ("RUS",)), (8.0, 0.0, "de-escalation", "RETREAT", ("RUS",))]
    _, merged, _ = run(copies)
    assert (merged.settle[0], merged.timing[0], merged.n_stories[0]) == (0, "exact", 1)


def test_the_last_of_two_stories_settles_the_row():
    stories = [(0.0, 24.0, "de-escalation", "RETREAT", ("RUS",)), (8.0, 0.0, "de-escalation", "CONSULT", ("RUS",))]
    _, merged, _ = run(stories)
    assert (merged.settle[0], merged.timing[0], merged.n_stories[0]) == (1, "ambiguous", 2)


def test_a_user_taxonomy_may_have_poles_of_its_own():
    _, merged, _ = run([(8.0, 0.0, "good", "", ()), (9.0, 0.0, "bad", "", ()), (33.0, 0.0, "good", "", ())])
    assert merged.direction.tolist() == ["mixed", "good"]


def test_a_table_without_directions_kinds_and_actors_merges_as_neither():
    held = events([(8.0, 0.0, "", "", ()), (9.0, 0.0, "", "", ())])
    bare = EventTable(held.to_frame()[["event_id", "earliest", "latest", "precision"]])
    merged = merge(align(bare, ([0, 1], [0, 0]), daily_grid(1)), bare)
    assert (merged.direction[0], merged.n_headlines[0]) == ("neither", 2)


def test_flags_of_the_members_reach_the_row():
    _, merged, _ = run(
        [(8.0, 0.0, "escalation", "", ()), (9.0, 0.0, "escalation", "", ()), (33.0, 0.0, "escalation", "", ())]
    )
    assert merged.any_member(np.array([False, True, False])).tolist() == [True, False]
