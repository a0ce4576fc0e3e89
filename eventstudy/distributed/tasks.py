"""What a worker does with one partition; each task can be done twice and leaves the same files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray
from eventstudy.distributed.plan import Job, Shard, shards, view_name
from eventstudy.distributed.residuals import PairWriter
from eventstudy.errors import DataError, EventStudyError
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_pairs import PairRows
from eventstudy.inference.partial_parts import Context, first_pass, second_pass
from eventstudy.inference.partial_state import State, merge
from eventstudy.inference.sample import Sample
from eventstudy.prices.dataset import PriceDataset
from eventstudy.results import frames
from eventstudy.windows import Window

__all__ = ["ORDER", "Question", "States", "day_partition", "study_partition", "sum_partition", "view_partition"]

ORDER = "__order"
STUDY = "study"

Group = tuple[int, tuple[Any, ...]]
"""Number of the window, and the values of the columns that make the groups."""

States = dict[Group, State]


@dataclass(frozen=True, slots=True)
class Question:
    """What a pass over all partitions sums up.

    Attributes
    ----------
    windows : tuple of Window
    by : tuple of str
    parts : tuple of str
        Of the first pass, or of the second where ``contexts`` is given.
    pairs : str
        Folder for the residuals of r_bar; empty where none are wanted.
    contexts : dict, optional
    """

    windows: tuple[Window, ...]
    by: tuple[str, ...]
    parts: tuple[str, ...]
    pairs: str = ""
    contexts: dict[Group, Context] | None = None


def study_partition(job: Job, number: int) -> dict[str, Any]:
    """Estimate a partition and write its tables; what it says goes into its mark, written last."""
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in ("dropped", "merged", *(v for v, _ in job.views))}
    counts = {"n_in": 0, "rows": 0, "dropped": 0, "merged": 0}
    said: dict[str, Any] = {"tables": list(tables), "lost": "", "coefficients": []}
    try:
        for shard in shards(job, number):
            result = shard.result
            counts["n_in"] += shard.n_in
            counts["rows"] += len(result)
            for name in ("dropped", "merged"):
                counts[name] += len(getattr(result, name))
                tables[name].append(getattr(result, name))
            for name, window in job.views:
                tables[name].append(_view(shard, name, window))
            said["coefficients"] += [list(result.estimates.coefficient_names)] if len(result) else []
    except DataError as error:
        said["lost"] = _lost(job, number, error)
        pairs = job.folder.read_table("events", number)[["event_id", "__assets"]].explode("__assets")
        columns = {"event_id": pairs["event_id"], "asset": pairs["__assets"], "stage": "prices", "reason": said["lost"]}
        tables = {name: [] for name in tables} | {"dropped": [pd.DataFrame(columns, dtype=object)]}
        counts = {"n_in": len(pairs), "rows": 0, "dropped": len(pairs), "merged": 0}
    if counts["n_in"] != counts["rows"] + counts["dropped"] + counts["merged"]:
        raise EventStudyError(f"partition {number}: {counts} do not add up", hint="please report this")
    for name, held in tables.items():
        job.folder.write_table(name, number, _joined(held))
    said |= counts
    job.folder.write_mark(STUDY, number, said)
    return said


def _lost(job: Job, number: int, error: DataError) -> str:
    """Give the reason why a partition's own file cannot be read, where such are to be dropped; else raise."""
    file = PriceDataset(job.prices).partitions[number].file
    if job.bad_partitions == "drop" and str(error.facts.get("file", "")).endswith(f"/{file}"):
        return error.message
    raise error


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    held = [t for t in tables if len(t)]
    if held:
        return pd.concat(held, ignore_index=True)
    return tables[0] if tables else pd.DataFrame()


def _view(shard: Shard, name: str, window: Window) -> pd.DataFrame:
    result = shard.result
    if not len(result):
        return pd.DataFrame()
    if name.startswith("event_day"):
        frame = result.to_frame("event_day", window=window)
        place = pd.Series(shard.order, index=pd.MultiIndex.from_arrays([result.rows.event_id, result.rows.asset]))
        wanted = pd.MultiIndex.from_arrays([frame["event_id"], frame["asset"]])
        return frame.assign(**{ORDER: place.loc[wanted].to_numpy()})
    return result.to_frame("event", window=window).assign(**{ORDER: shard.order})


def view_partition(job: Job, view: str, window: Window, number: int) -> dict[str, Any]:
    """Write another view of a partition that was studied."""
    name = view_name(view, window)
    job.folder.write_table(name, number, _joined([_view(shard, name, window) for shard in shards(job, number)]))
    said = {"tables": [name]}
    job.folder.write_mark(name, number, said)
    return said


def _samples(shard: Shard, windows: tuple[Window, ...]) -> Iterator[tuple[int, Sample]]:
    """Give the shard's sample for each window, with assets as they are numbered everywhere and the weights."""
    result = shard.result
    plain = replace(result, study=replace(result.study, weights=None))
    weights = result._weights()
    if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise DataError("weights must be finite and not negative", hint=f"look at column {result.study.weights!r}")
    for number, window in enumerate(windows):
        yield number, replace(plain.sample(window), asset=shard.asset, weights=weights)


def sum_partition(job: Job, question: Question, number: int) -> tuple[States, dict[Group, int]]:
    """Sum up a partition for the tests; with ``question.pairs``, write down the residuals that r_bar reads.

    Returns
    -------
    states : dict of State
        By window and group.
    places : dict of int
        Where each group's residuals lie, see `pair_block`.
    """
    states: States = {}
    with PairWriter(question.pairs, number) if question.pairs else nullcontext() as writer:
        for shard in shards(job, number):
            if len(shard.result):
                _sum_shard(shard, question, states, writer)
        if writer is None:
            return states, {}
        writer.close()
        return states, writer.places


def _sum_shard(shard: Shard, question: Question, states: States, writer: PairWriter | None) -> None:
    """Add a shard's sums to those of its partition."""
    codes, keys = frames.group_codes(shard.result.rows, question.by)
    named = [tuple(key) for key in keys.itertuples(index=False)] or [()]
    for w, sample in _samples(shard, question.windows):
        for code, key in enumerate(named):
            rows = np.flatnonzero(codes == code)
            evidence = Evidence(sample.take(rows))
            if question.contexts is not None:
                state = second_pass(evidence, question.parts, question.contexts[w, key])
            else:
                state = first_pass(evidence, question.parts, shard.order[rows])
                first = State(largest={"-first": -float(shard.order[rows].min())})
                state = merge(state, first)
            states[w, key] = merge(states[w, key], state) if (w, key) in states else state
            if writer is not None:
                writer.add((w, key), PairRows.of(evidence))


def day_partition(job: Job, by: tuple[str, ...], window: Window, number: int) -> dict[Group, tuple[int, FloatArray]]:
    """Sum up a partition for the table by day: the first row's place and the sums of each group."""
    out: dict[Group, tuple[int, FloatArray]] = {}
    for shard in shards(job, number):
        if not len(shard.result):
            continue
        result = shard.result
        codes, keys = frames.group_codes(result.rows, by)
        named = [tuple(key) for key in keys.itertuples(index=False)] or [()]
        coverage = result.study.min_window_coverage
        weights = result._weights(np.arange(len(result)))
        sums = frames.day_sums(result.rows, result.estimates, window, codes, len(named), coverage, weights)
        for code, key in enumerate(named):
            first = int(shard.order[codes == code].min())
            held = out.get((0, key))
            out[0, key] = (first, sums[code]) if held is None else (min(first, held[0]), held[1] + sums[code])
    return out
