"""Cutting a study into partitions: which events go where, written down before anything is computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from eventstudy._files import write_atomic
from eventstudy._types import IntArray
from eventstudy.distributed.folder import Folder
from eventstudy.errors import AssetError, DataError, SpecError, nearest
from eventstudy.events.tables import EventTable
from eventstudy.prices.dataset import PriceDataset
from eventstudy.prices.panel import PricePanel
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.results import StudyResult

__all__ = ["BadPartitions", "Job", "Shard", "prepare", "shards"]

BadPartitions = Literal["raise", "drop"]

ROW = "__row"
ASSETS = "__assets"
LEFT_BEHIND = ("target", "assets", "spans", "quote", "tense", "speaker", "rule", "polarity", "modality", "article_id")
"""Event columns that no part of an estimate reads."""

PAIRS = 4_000  # pairs of event and asset estimated at once: their residuals and ranks are what fills memory
CELLS = 1_000_000  # prices held at once, at least one asset's


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs to know besides the number of its partition; small, and sent to each worker once.

    Attributes
    ----------
    study : EventStudy
    prices, factors : str
        Addresses of datasets; ``factors`` may be empty.
    folder : Folder
    windows : tuple of Window
        Windows whose event tables are written.
    event_days : bool
        Whether event-day rows are written too.
    bad_partitions : {"raise", "drop"}
    shifts : (int, int)
        Bits of the event's row and of the asset's number in a row's place among all rows.
    """

    study: Any
    prices: str
    factors: str
    folder: Folder
    windows: tuple[Window, ...]
    event_days: bool
    bad_partitions: BadPartitions
    shifts: tuple[int, int]

    def partition(self, number: int) -> str:
        """Name a partition and its group of assets, for errors."""
        return f"partition {PriceDataset(self.prices).partitions[number]}"

    @property
    def views(self) -> list[tuple[str, Window]]:
        """The tables that the run writes for each partition."""
        event = [(view_name("event", w), w) for w in self.windows]
        whole = Window.of(self.study.event_window)
        return [*event, (view_name("event_day", whole), whole)] if self.event_days else event


def view_name(view: str, window: Window) -> str:
    """Name the folder of a view."""
    return f"{view}_{window.start}_{window.end}"


@dataclass(frozen=True, slots=True)
class Shard:
    """Some assets of a partition, studied at once.

    Attributes
    ----------
    result : StudyResult
    order : int64, shape (n,)
        Place of each row among all rows of the study, up to gaps.
    asset : int64, shape (n,)
        Number of each row's asset among all assets.
    n_in : int
        Pairs that went in.
    """

    result: StudyResult
    order: IntArray
    asset: IntArray
    n_in: int


def prepare(
    study: Any,
    events: EventTable,
    pairs: tuple[IntArray, IntArray, Sequence[str], int],
    lost: pd.DataFrame,
    models: Sequence[tuple[Any, Sequence[str]]],
    prices: PriceDataset,
    job: Job,
) -> list[int]:
    """Write each partition's events into the folder, unless they are there; give the partitions with events.

    Parameters
    ----------
    study : EventStudy
    events : EventTable
    pairs : (event rows, asset numbers, asset names, pairs that came in)
    lost : pandas.DataFrame
        The pairs that cannot be studied, as `StudyResult.dropped` lists them.
    models : sequence of (model, assets)
        In the order in which the rows of one machine stand.
    prices : PriceDataset
    job : Job
    """
    row, code, names, n_in = pairs
    _check_benchmarks(models, prices, job)
    home = np.array([prices.partition_of(n) if n in prices else -1 for n in names], dtype=np.int64)
    part = home[code]
    numbers = [int(k) for k in np.unique(part)]
    frame = _shipped(events)
    plan = {
        "study": json.loads(json.dumps(study.spec(), default=str)),
        "windows": [list(w) for w in job.windows],
        "event_days": job.event_days,
        "prices": prices.fingerprint,
        "events": _hash(frame, row, code, names),
        "n_in": n_in,
        "partitions": numbers,
    }
    if job.folder.claim(plan):
        return numbers
    piece = {name: k for k, (_, held) in enumerate(models) for name in held}
    place = {name: k for k, name in enumerate(names)}
    job.folder.write_table("selection", 0, lost.astype({"reason": object}))
    order = np.lexsort((code, row, part))
    bounds = np.searchsorted(part[order], [*numbers, numbers[-1] + 1])
    for number, low, high in zip(numbers, bounds[:-1], bounds[1:], strict=True):
        mine = order[low:high]
        rows, starts = np.unique(row[mine], return_index=True)
        held = frame.iloc[rows].reset_index(drop=True)
        held[ASSETS] = pd.Series(_cut([names[a] for a in code[mine]], starts), dtype=object)
        job.folder.write_table("events", number, held)
        used = [names[a] for a in np.unique(code[mine])]
        said = {"assets": [[name, place[name], piece[name]] for name in used]}
        write_atomic(job.folder.file("events", number, "json"), json.dumps(said))
    job.folder.sign(plan)
    return numbers


def shifts_of(n_events: int, n_assets: int, n_models: int) -> tuple[int, int]:
    """Give the bits of an event's row and of an asset's number in a place among all rows (model, row, asset).

    Raises
    ------
    SpecError
        If the three do not fit one number.
    """
    bits = [max(int(n) - 1, 1).bit_length() for n in (n_events, n_assets, n_models)]
    if sum(bits) > 62:
        raise SpecError(
            f"{n_events} events on {n_assets} assets with {n_models} models are too many to number",
            hint="study groups of assets one after another",
        )
    return bits[0], bits[1]


def _check_benchmarks(models: Sequence[tuple[Any, Sequence[str]]], prices: PriceDataset, job: Job) -> None:
    """Raise for a benchmark without prices before anything is sent anywhere."""
    known = set(prices.assets) | (set(PriceDataset(job.factors).assets) if job.factors else set())
    for model, _ in models:
        for name in model.benchmarks:
            if name not in known:
                raise AssetError(f"benchmark {name!r} has no prices", hint=nearest(name, known), asset=name)


def _shipped(events: EventTable) -> pd.DataFrame:
    """Give the columns that an estimate or a result reads, with the event's row; tuples as lists."""
    frame = events.view.drop(columns=[c for c in LEFT_BEHIND if c in events.view.columns])
    for name in (ROW, ASSETS):
        if name in frame:
            raise DataError(f"events have a column {name!r}", hint="rename it: the name is taken")
    changed = {}
    for name in frame.columns:
        if frame[name].dtype == object and frame[name].map(lambda cell: isinstance(cell, tuple)).any():
            changed[name] = pd.Series([list(c) if isinstance(c, tuple) else c for c in frame[name]], index=frame.index)
    return frame.assign(**changed, **{ROW: np.arange(len(frame))})


def _hash(frame: pd.DataFrame, row: IntArray, code: IntArray, names: Sequence[str]) -> str:
    """Hash what is studied: every column that is sent, and the pairs."""
    held = hashlib.sha256(json.dumps([list(map(str, frame.columns)), list(names)]).encode())
    for values in (row, code):
        held.update(np.ascontiguousarray(values.astype("<i8")).tobytes())
    for name in frame.columns:
        column = frame[name]
        plain = column.map(repr) if column.dtype == object else column
        held.update(np.ascontiguousarray(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return held.hexdigest()


def shards(job: Job, number: int) -> Iterator[Shard]:
    """Study a partition, some of its assets at a time.

    Raises
    ------
    DataError
        If its prices or events cannot be read, or prices corrupt a window that is used.
    """
    frame = job.folder.read_table("events", number)
    said = json.loads(job.folder.file("events", number, "json").read_bytes())
    codes = {name: (code, piece) for name, code, piece in said["assets"]}
    factors = PriceDataset(job.factors).panel() if job.factors else None
    cells = frame.pop(ASSETS)
    for column in frame.columns:
        if frame[column].dtype == object and frame[column].map(lambda c: isinstance(c, np.ndarray)).any():
            frame[column] = [tuple(c) if isinstance(c, np.ndarray) else c for c in frame[column]]
    names = list(codes)
    place = {name: k for k, name in enumerate(names)}
    pair_event = np.repeat(np.arange(len(frame)), cells.map(len))
    pair_asset = np.array([place[name] for cell in cells for name in cell], dtype=np.int64)
    with PriceDataset(job.prices).opened() as prices:
        for group in _groups(names, np.bincount(pair_asset, minlength=len(names)), len(prices)):
            mine = np.flatnonzero((pair_asset >= place[group[0]]) & (pair_asset <= place[group[-1]]))
            rows, starts = np.unique(pair_event[mine], return_index=True)
            held = frame.iloc[rows].reset_index(drop=True)
            lists = _cut([names[a] for a in pair_asset[mine]], starts)
            held["assets"] = pd.Series([tuple(cell) for cell in lists], dtype=object)
            result = _study(job, group, held, prices, factors)
            yield _numbered(job, result, codes, len(mine))


def _cut(values: list[str], starts: IntArray) -> list[list[str]]:
    """Cut a list into pieces that begin at ``starts``."""
    return [values[low:high] for low, high in pairwise([*starts.tolist(), len(values)])]


def _groups(names: Sequence[str], counts: IntArray, n_rows: int) -> Iterator[list[str]]:
    """Cut the assets so that neither their prices nor their events fill the memory; one asset is never cut."""
    group: list[str] = []
    n_pairs = 0
    for name, count in zip(names, counts.tolist(), strict=True):
        if group and (n_pairs + count > PAIRS or (len(group) + 1) * n_rows > CELLS):
            yield group
            group, n_pairs = [], 0
        group.append(name)
        n_pairs += count
    yield group


def _study(
    job: Job, group: list[str], frame: pd.DataFrame, prices: PriceDataset, factors: PricePanel | None
) -> StudyResult:
    study = job.study
    # Weights are of the whole study: a part of it may weigh nothing.
    plain = replace(study, weights=None)
    if isinstance(study.model, Mapping):
        plain = replace(plain, model={name: study.model[name] for name in group})
    benchmarks = dict.fromkeys(b for name in group for b in study.model_of(name).benchmarks)
    panel = prices.panel(dict.fromkeys([*group, *(b for b in benchmarks if b in prices)]))
    result: StudyResult = plain.whatever_comes(EventTable(frame), panel, factors=factors)
    return replace(result, study=study)


def _numbered(job: Job, result: StudyResult, codes: Mapping[str, tuple[int, int]], n_in: int) -> Shard:
    """Give each row its place among all rows, and take the event's row out of the user's columns."""
    rows = result.rows
    event = rows.extra[ROW].to_numpy(dtype=np.int64)
    asset, piece = np.array([codes[name] for name in rows.asset], dtype=np.int64).reshape(-1, 2).T
    event_bits, asset_bits = job.shifts
    order = (((piece << event_bits) | event) << asset_bits) | asset
    rows = replace(rows, extra=rows.extra.drop(columns=ROW))
    return Shard(replace(result, rows=rows), order, asset, n_in)
