"""Questions to all partitions at once: sums go to the driver, residuals to disk, event days nowhere."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy._execute import Executor, results_of
from eventstudy._files import alive
from eventstudy._types import Alternative
from eventstudy.distributed.folder import PAIRS
from eventstudy.distributed.plan import Job
from eventstudy.distributed.residuals import pair_block
from eventstudy.distributed.tasks import Group, Question, States, sum_partition
from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.inference import registered_tests
from eventstudy.inference.correlation import PairSums
from eventstudy.inference.partial_pairs import Piece, all_pieces, correlation_of
from eventstudy.inference.partial_state import merge
from eventstudy.inference.partial_summed import UNKNOWN, Summed
from eventstudy.inference.partial_tests import Needed, finish_tests, needed_parts
from eventstudy.windows import Window

__all__ = ["Asked", "ask", "in_order", "table_of"]

PAIR_ROWS = 2_000
"""Events whose pairs one task sums, at most; their residuals and those of twice as many later ones are held."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Tests to make, of which windows and groups."""

    windows: tuple[Window, ...]
    by: tuple[str, ...]
    names: tuple[str, ...]
    alternative: Alternative
    level: float


def ask(
    job: Job, numbers: Sequence[int], executor: Executor, asked: Asked, progress: bool | None
) -> dict[Group, Summed]:
    """Sum up all partitions for some tests: one pass, blocks of dates where r_bar is read, and a second pass.

    Returns
    -------
    dict of Summed
        By window and group, groups in order of their first row.
    """
    for name in asked.names:
        known = [spec.name for spec in registered_tests()]
        if name not in known:
            raise SpecError(f"no test named {name!r}", hint=nearest(name, known))
    needed = needed_parts(asked.names, weighted=job.study.weights is not None)
    with _pairs_folder(job, needed) as folder:
        first, places = _pass(job, numbers, executor, Question(asked.windows, asked.by, needed.first, folder), progress)
        correlations = _pairs(first, places, executor, folder, progress) if folder else {}
    summed = {
        group: Summed(
            state,
            correlation_of(state, correlations.get(group, PairSums())) if needed.pairs else UNKNOWN,
            asked.alternative,
            asked.level,
            client=executor,
        )
        for group, state in in_order(first)
    }
    if job.study.weights is not None and any(not s.state.moments["car"].weights[0] for s in summed.values() if s.n):
        raise DataError("weights must be finite, not negative and not all zero")
    if needed.second:
        contexts = {group: s.context() for group, s in summed.items()}
        question = Question(asked.windows, asked.by, needed.second, contexts=contexts)
        second, _ = _pass(job, numbers, executor, question, progress)
        summed = {g: replace(s, state=merge(s.state, second[g])) for g, s in summed.items()}
    return summed


def in_order(states: States) -> Iterator[tuple[Group, Any]]:
    """Give the groups in order of their first row, window after window."""
    yield from sorted(states.items(), key=lambda item: (item[0][0], -item[1].largest["-first"]))


def _pass(
    job: Job, numbers: Sequence[int], executor: Executor, question: Question, progress: bool | None
) -> tuple[States, dict[Group, dict[int, int]]]:
    """Sum up partition after partition; merged as they come, so that one state a group is held."""
    merged: States = {}
    places: dict[Group, dict[int, int]] = {}
    waiting: dict[int, States] = {}
    turn = iter(numbers)
    due = next(turn, None)
    tasks = [(number,) for number in numbers]
    for (number,), (states, held) in results_of(
        executor,
        sum_partition,
        tasks,
        common=(job, question),
        label="sums",
        name=lambda task: job.partition(task[0]),
        progress=progress,
    ):
        waiting[number] = states
        for group, place in held.items():
            places.setdefault(group, {})[number] = place
        # Sums are added in the order of the partitions, so that any number of workers gives the same bits.
        while due in waiting:
            for group, state in waiting.pop(due).items():
                merged[group] = merge(merged[group], state) if group in merged else state
            due = next(turn, None)
    return merged, places


@contextmanager
def _pairs_folder(job: Job, needed: Needed) -> Iterator[str]:
    """Give a folder for residuals that lives as long as the question; none where no test reads r_bar."""
    if not needed.pairs:
        yield ""
        return
    Path(job.folder.path).mkdir(parents=True, exist_ok=True)
    held = tempfile.mkdtemp(prefix=PAIRS, dir=job.folder.path)
    try:
        with alive(Path(held)):
            yield held
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _pairs(
    states: States, places: dict[Group, dict[int, int]], executor: Executor, folder: str, progress: bool | None
) -> dict[Group, PairSums]:
    """Sum over the pairs of all groups, block of dates by block of dates."""
    ordered = {group: dict(sorted(held.items())) for group, held in places.items()}
    pieces = all_pieces([states[group] for group in ordered], PAIR_ROWS)
    found: dict[int, dict[Group, PairSums]] = {}
    for (number, _), sums in results_of(
        executor,
        _pair_block,
        list(enumerate(pieces)),
        common=(folder, ordered),
        label="pairs",
        name=lambda task: f"pairs of {task[1]}",
        progress=progress,
    ):
        found[number] = sums
    total: dict[Group, PairSums] = {}
    for number in sorted(found):
        for group, held in found[number].items():
            total[group] = total.get(group, PairSums()) + held
    return total


def _pair_block(folder: str, places: dict[Group, dict[int, int]], number: int, piece: Piece) -> dict[Group, PairSums]:
    """Leave the number out, by which the driver knows the piece."""
    del number
    return pair_block(folder, places, 2 * PAIR_ROWS, piece)


def table_of(summed: dict[Group, Summed], asked: Asked, window: int) -> pd.DataFrame:
    """Make the table of `StudyResult.tests` for one window."""
    blocks = []
    for (number, key), held in summed.items():
        if number != window:
            continue
        block = pd.DataFrame([asdict(r) for r in finish_tests(held, asked.names)])
        for position, (name, value) in enumerate(zip(asked.by, key, strict=True)):
            block.insert(position, name, value)
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
