"""One row is one (asset, day 0): headlines of one direction on one session are one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._types import BoolArray, IntArray
from eventstudy.alignment.listing import listing
from eventstudy.alignment.search import EventTimes
from eventstudy.alignment.sessions import Alignment

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable

__all__ = ["MIXED", "MergedRows", "merge"]

StrArray: TypeAlias = npt.NDArray[np.str_]
ObjectArray: TypeAlias = npt.NDArray[np.object_]

MIXED = "mixed"
NEITHER = "neither"
_RANKS = np.array(["exact", "date", "ambiguous"])


@dataclass(frozen=True, slots=True)
class MergedRows:
    """Rows of a study, m of them, sorted by first headline; each is one asset on one day 0.

    Attributes
    ----------
    event_row, asset, position : int64, shape (m,)
        Row of the headline the row is named after, column of the asset, row of day 0. The headline
        is the one sure to be public first; one with a direction goes before one without.
    settle : int64, shape (m,)
        Sessions from day 0 to the settled day. Copies of one story (same kind, source actors and
        direction, overlapping times) settle with the first of them; several stories with the last.
    timing : str, shape (m,)
        The least sure of the row's stories; a story is as sure as its surest copy.
    direction : object, shape (m,)
        The headlines' direction, or ``"mixed"`` where they contradict each other.
    n_headlines : int64, shape (m,)
        Pairs that make up the row; they sum to the pairs that went in.
    n_stories : int64, shape (m,)
        Different stories among them.
    members : int64, shape (n,)
        Rows of the events, row after row: those of row r are ``members[starts[r]:starts[r + 1]]``,
        the one it is named after first.
    starts : int64, shape (m + 1,)
    merged : pandas.DataFrame
        ``event_id, asset, into, reason``: one row a headline that is not a row of its own.
    dropped : pandas.DataFrame
        The alignment's, passed on: ``len(rows) + len(merged) + len(dropped)`` is the pairs that went in.
    """

    event_row: IntArray
    asset: IntArray
    position: IntArray
    settle: IntArray
    timing: StrArray
    direction: ObjectArray
    n_headlines: IntArray
    n_stories: IntArray
    members: IntArray
    starts: IntArray
    merged: pd.DataFrame
    dropped: pd.DataFrame

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.event_row.size)

    def any_member(self, flags: BoolArray) -> BoolArray:
        """Tell of each row whether any of its headlines has a flag; ``flags`` has one entry an event."""
        if len(self) == 0:
            return np.zeros(0, dtype=bool)
        return np.asarray(np.logical_or.reduceat(np.asarray(flags, dtype=bool)[self.members], self.starts[:-1]))


def merge(alignment: Alignment, events: EventTable) -> MergedRows:
    """Merge headlines that fall on the same asset and day 0 into one row.

    Headlines of one direction are one row. A session with headlines of both directions is one row
    of direction ``"mixed"``. A headline without a direction (``"neither"`` or empty) joins a row
    that has one and is counted there, but changes neither its direction nor its settled day; on a
    session of their own such headlines are a row ``"neither"``.

    Parameters
    ----------
    alignment : Alignment
        From `align`, of the same table.
    events : EventTable
        Read for ``direction``, ``kind`` and ``source``.

    Returns
    -------
    MergedRows
    """
    times = alignment.times
    n = len(alignment)
    row = alignment.event_row
    direction, names = _codes(events, "direction", row)
    neither = np.isin(names, (NEITHER, ""))[direction] if n else np.zeros(0, dtype=bool)
    rank = _timing_rank(alignment.timing)
    session = _dense(alignment.asset, alignment.position)
    if n and session.max() == n - 1:  # all differ
        said = np.where(neither, NEITHER, names[direction]).astype(object)
        return _unmerged(alignment, said)
    # Only pairs that share a session can be copies of one story.
    shared = np.bincount(session)[session] > 1 if n else np.zeros(0, dtype=bool)
    stories = np.arange(n)
    stories[shared] = n + _stories(events, times, row[shared], session[shared], direction[shared])

    # Rows in the order session, direction or none, sure first; stable for what is equal.
    order = np.lexsort((times.earliest[row], times.latest[row], neither, session))
    starts = np.flatnonzero(np.diff(session[order], prepend=-1))
    cuts = np.append(starts, n)
    group = np.repeat(np.arange(starts.size), np.diff(cuts))
    head = order[starts]

    settle, worst, n_stories = _settle(
        group, stories[order], neither[order], alignment.settle[order], rank[order], starts.size
    )
    mixed = _mixed(group, direction[order], neither[order], starts.size)
    said = names[direction[head]] if n else np.zeros(0, dtype=object)
    said = np.where(neither[head], NEITHER, said)
    rows_direction = np.where(mixed, MIXED, said).astype(object)

    # Named in the order their first headline stands in the table, as a reader expects.
    show = np.lexsort((head, row[head]))
    where = np.empty_like(show)
    where[show] = np.arange(show.size)
    spread = np.lexsort((np.arange(n), where[group]))
    sizes = np.diff(cuts)[show]
    return MergedRows(
        event_row=row[head][show],
        asset=alignment.asset[head][show],
        position=alignment.position[head][show],
        settle=settle[show],
        timing=_RANKS[worst[show]],
        direction=rows_direction[show],
        n_headlines=sizes.astype(np.int64),
        n_stories=n_stories[show],
        members=row[order][spread],
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        merged=_listed(alignment, times, order, starts, group, mixed, neither),
        dropped=alignment.dropped,
    )


def _unmerged(alignment: Alignment, direction: ObjectArray) -> MergedRows:
    """Give the rows where no two pairs share an asset and session: each pair is one."""
    show = np.argsort(alignment.event_row, kind="stable")
    ones = np.ones(show.size, dtype=np.int64)
    nothing = np.array([], dtype=object)
    return MergedRows(
        event_row=alignment.event_row[show],
        asset=alignment.asset[show],
        position=alignment.position[show],
        settle=alignment.settle[show],
        timing=alignment.timing[show],
        direction=direction[show],
        n_headlines=ones,
        n_stories=ones,
        members=alignment.event_row[show],
        starts=np.arange(show.size + 1),
        merged=listing(event_id=nothing, asset=nothing, into=nothing, reason=nothing),
        dropped=alignment.dropped,
    )


def _timing_rank(timing: StrArray) -> IntArray:
    return np.asarray((timing == "date") + 2 * (timing == "ambiguous"), dtype=np.int64)


def _codes(events: EventTable, name: str, row: IntArray) -> tuple[IntArray, ObjectArray]:
    """Number the values of a column; None, NaN and a missing column are the empty string."""
    if name not in events.columns:
        return np.zeros(row.size, dtype=np.int64), np.array([""], dtype=object)
    column = events.array(name)
    few = row.size < len(column)  # then only these are numbered
    held = np.array(column[row] if few else column, dtype=object)
    held[pd.isna(held)] = ""
    try:
        codes, names = pd.factorize(held)
    except TypeError:  # lists, which users may put where tuples belong, have no hash
        held[:] = [tuple(v) if isinstance(v, list) else v for v in held.tolist()]
        codes, names = pd.factorize(held)
    codes = codes.astype(np.int64)
    return codes if few else codes[row], np.asarray(names, dtype=object)


def _dense(*keys: IntArray) -> IntArray:
    """Number the distinct tuples of several integer keys, in their order."""
    order = np.lexsort(keys[::-1])
    new = np.zeros(order.size, dtype=bool)
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    dense = np.empty(order.size, dtype=np.int64)
    dense[order] = np.cumsum(new)
    return dense


def _stories(events: EventTable, times: EventTimes, row: IntArray, session: IntArray, direction: IntArray) -> IntArray:
    """Number the stories: same session, direction, kind and source actors, and times that overlap.

    An event without a kind is a story of its own: nothing says that it is a copy.
    """
    n = row.size
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    kind, kinds = _codes(events, "kind", row)
    source, _ = _codes(events, "source", row)
    own = np.where((kinds != "")[kind], -1, np.arange(n))
    subject = _dense(session, direction, kind, source, own)
    earliest = times.earliest[row].astype(np.int64)
    latest = times.latest[row].astype(np.int64)
    order = np.lexsort((latest, earliest, subject))
    # The running maximum of `latest` within a subject: ranks make room for the subject's number above them.
    ranked = np.unique(latest, return_inverse=True)
    reach = subject[order] * ranked[0].size + ranked[1].reshape(-1)[order]
    furthest = ranked[0][np.maximum.accumulate(reach) - subject[order] * ranked[0].size]
    new = np.ones(n, dtype=bool)
    # Times that begin together overlap; times that only touch, as one day and the next do, do not.
    new[1:] = (np.diff(subject[order]) != 0) | (earliest[order][1:] >= furthest[:-1]) & (np.diff(earliest[order]) != 0)
    story = np.empty(n, dtype=np.int64)
    story[order] = np.cumsum(new) - 1
    return story


def _settle(
    group: IntArray, story: IntArray, neither: BoolArray, settle: IntArray, rank: IntArray, n_groups: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Settle each story with its first copy and each row with its last story; give settle, rank and stories a row."""
    if group.size == 0:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    # A pair is (settle, rank) in one number, so that the surest of the earliest-settled copies is one minimum.
    both = settle * 3 + rank
    order = np.lexsort((both, story))
    first = order[np.flatnonzero(np.diff(story[order], prepend=-1))]
    has_direction = np.zeros(n_groups, dtype=bool)
    has_direction[group[~neither]] = True
    counts = first[~(neither[first] & has_direction[group[first]])]
    last, worst = np.zeros(n_groups, dtype=np.int64), np.zeros(n_groups, dtype=np.int64)
    np.maximum.at(last, group[counts], settle[counts])
    np.maximum.at(worst, group[counts], rank[counts])
    return last, worst, np.bincount(group[first], minlength=n_groups).astype(np.int64)


def _mixed(group: IntArray, direction: IntArray, neither: BoolArray, n_groups: int) -> BoolArray:
    low = np.full(n_groups, np.iinfo(np.int64).max)
    high = np.full(n_groups, -1)
    np.minimum.at(low, group[~neither], direction[~neither])
    np.maximum.at(high, group[~neither], direction[~neither])
    return np.asarray((high >= 0) & (low != high))


def _listed(
    alignment: Alignment,
    times: EventTimes,
    order: IntArray,
    starts: IntArray,
    group: IntArray,
    mixed: BoolArray,
    neither: BoolArray,
) -> pd.DataFrame:
    """List the headlines that are no row of their own."""
    is_head = np.zeros(order.size, dtype=bool)
    is_head[starts] = True
    at = np.flatnonzero(~is_head)
    at = at[np.argsort(order[at], kind="stable")]
    pair, into = order[at], order[starts[group[at]]]
    reason = np.where(
        mixed[group[at]],
        "same asset and session, directions that contradict: one mixed row",
        np.where(
            neither[pair] & ~neither[into],
            "same asset and session, without a direction of its own",
            "same asset and session, same direction",
        ),
    )
    return listing(
        event_id=times.event_id[alignment.event_row[pair]],
        asset=np.array(alignment.assets, dtype=object)[alignment.asset[pair]],
        into=times.event_id[alignment.event_row[into]],
        reason=reason.astype(object),
    )
