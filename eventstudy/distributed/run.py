"""Running a study partition by partition."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from eventstudy._execute import executor_of, results_of
from eventstudy._types import IntArray
from eventstudy.distributed.folder import Folder
from eventstudy.distributed.plan import BadPartitions, Job, prepare, shifts_of
from eventstudy.distributed.result import PartitionedResult
from eventstudy.distributed.tasks import STUDY, study_partition
from eventstudy.errors import DataError
from eventstudy.prices.dataset import PriceDataset
from eventstudy.prices.dataset_index import INDEX
from eventstudy.prices.panel import PricePanel
from eventstudy.windows import Window, as_windows

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable

__all__ = ["run_partitioned"]


def run_partitioned(
    study: Any,
    events: EventTable,
    pairs: tuple[IntArray, IntArray, Sequence[str], int],
    lost: pd.DataFrame,
    models: Sequence[tuple[Any, Sequence[str]]],
    prices: PricePanel | PriceDataset,
    *,
    factors: PricePanel | None = None,
    client: Any = None,
    output: str | os.PathLike[str] | None = None,
    windows: Sequence[tuple[int, int]] | None = None,
    event_days: bool = False,
    bad_partitions: BadPartitions = "raise",
    progress: bool | None = None,
) -> PartitionedResult:
    """Estimate a study partition by partition, into a folder; what is there already is not done again.

    `EventStudy.run` calls this and explains the parameters; it sits above this floor and passes itself, its pairs
    of events and assets, and its assets by model.

    Raises
    ------
    DataError
        If partitions failed: each is named, and the others stay finished in the folder.
    """
    executor = executor_of(client)
    held, kept = _folder(output)
    folder = Folder(held)
    folder.clear()
    row, _, names, _ = pairs
    whole = Window.of(study.event_window)
    asked = [Window(0, 0) if whole.covers((0, 0)) else whole] if windows is None else as_windows(windows)
    job = Job(
        study=study,
        prices=_address(prices, Path(held) / "prices"),
        factors="" if factors is None else _address(factors, Path(held) / "factors"),
        folder=folder,
        windows=tuple(asked),
        event_days=event_days,
        bad_partitions=bad_partitions,
        shifts=shifts_of(int(row.max(initial=0)) + 1, len(names), len(models)),
    )
    numbers = prepare(study, events, pairs, lost, models, PriceDataset(job.prices), job)
    said = {number: mark for number in numbers if (mark := folder.mark(STUDY, number)) is not None}
    for (number,), mark in results_of(
        executor,
        study_partition,
        [(number,) for number in numbers if number not in said],
        common=(job,),
        label="partitions",
        name=lambda task: job.partition(task[0]),
        hint=f"the other partitions are finished in {held}: run again with that output folder to do what is missing",
        progress=progress,
    ):
        said[number] = mark
    return PartitionedResult(
        job, {k: said[k] for k in numbers}, pairs[3], client=executor, progress=progress, kept=kept
    )


def _folder(output: str | os.PathLike[str] | None) -> tuple[str, _Temporary | None]:
    """Give the folder, and what keeps it alive where it is a temporary one."""
    if output is not None:
        return str(Path(output).absolute()), None
    kept = _Temporary()
    return kept.path, kept


class _Temporary:
    """A folder that goes when nothing refers to this any more."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="eventstudy-")
        weakref.finalize(self, shutil.rmtree, self.path, True)


def _address(prices: PricePanel | PriceDataset, folder: Path) -> str:
    """Give the address of a dataset, written here first where the prices are a panel."""
    if isinstance(prices, PriceDataset):
        return prices.address if prices.store.remote else str(Path(prices.address).absolute())
    if (folder / INDEX).exists():
        written = PriceDataset(folder)
        if written.panel() != prices:
            raise DataError(f"{folder} holds other prices", hint="choose another output folder", file=str(folder))
        return str(folder)
    return PriceDataset.write(prices, folder).address
