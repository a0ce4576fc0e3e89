"""Residuals of r_bar on disk: written by partitions, read by blocks of dates."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from eventstudy._files import write_atomic
from eventstudy._types import IntArray
from eventstudy.errors import DataError
from eventstudy.inference.correlation import PairSums
from eventstudy.inference.partial_pairs import PairRows, Piece, piece_sums
from eventstudy.inference.sample import NO_SESSION
from eventstudy.prices.stores import Store

__all__ = ["PairWriter", "pair_block"]

Group = tuple[int, tuple[Any, ...]]

ROWS = 4_096
"""Rows held at once while the runs of a group are put into one order."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Some rows of a group as they came, sorted by first session: where they lie in the spill file."""

    first: IntArray
    last: IntArray
    offset: int
    layout: np.dtype[Any]


class PairWriter:
    """Collect the rows of a partition, and write them group by group: rows, an index, and what the groups are.

    Rows of a group lie together, sorted by first session, so that a block of dates is one run of bytes. They come in
    runs that go to a spill file; `close` merges each group's runs, and no more than a few thousand rows are ever held.

    Parameters
    ----------
    folder : str
    number : int
        Of the partition.
    """

    def __init__(self, folder: str, number: int) -> None:
        self._folder, self._number = folder, number
        self._runs: dict[Group, list[_Run]] = {}
        self._dates = _Codes()
        with _said(folder):
            self._spill: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> PairWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._spill.close()

    def add(self, group: Group, rows: PairRows) -> None:
        """Keep some rows of a group."""
        if not len(rows.first):
            return
        records = _records(rows, self._dates.of(rows.dates))
        with _said(self._folder):
            self._runs.setdefault(group, []).append(_Run(rows.first, rows.last, self._spill.tell(), records.dtype))
            self._spill.write(records.data)

    def close(self) -> None:
        """Write the files."""
        told: dict[str, npt.NDArray[Any]] = {"dates": self._dates.values}
        firsts, lasts, n, offset = [], [], 0, 0
        with Store(self._folder).writing(_name(self._number, "rows")) as stream:
            for place, runs in enumerate(self._runs.values()):
                first = np.concatenate([run.first for run in runs])
                order = np.argsort(first, kind="stable")
                layout = max((run.layout for run in runs), key=lambda layout: layout["sessions"].shape)
                for records in self._merged(runs, order, layout):
                    stream.write(records.data)
                firsts.append(first[order])
                lasts.append(np.concatenate([run.last for run in runs])[order])
                sizes = (layout["sessions"].shape[0], layout["residuals"].shape[0])
                told[f"{place}"] = np.array([n, len(first), offset, *sizes])
                n, offset = n + len(first), offset + len(first) * layout.itemsize
        empty = np.zeros(0, dtype=np.int64)
        windows = np.stack([np.concatenate([empty, *firsts]), np.concatenate([empty, *lasts])])
        write_atomic(_file(self._folder, self._number, "npy"), _bytes(np.save, windows))
        write_atomic(_file(self._folder, self._number, "npz"), _bytes(np.savez, **told))

    def _merged(self, runs: list[_Run], order: IntArray, layout: np.dtype[Any]) -> Iterator[npt.NDArray[Any]]:
        """Give the rows of a group in order; those that one run brings to a block stand in it one after another."""
        bounds = np.cumsum([0, *(len(run.first) for run in runs)])
        done = [0] * len(runs)
        for low in range(0, len(order), ROWS):
            held = order[low : low + ROWS]
            home = np.searchsorted(bounds, held, side="right") - 1
            out = np.empty(len(held), dtype=layout)
            for k in np.unique(home).tolist():
                at, run = np.flatnonzero(home == k), runs[k]
                self._spill.seek(run.offset + done[k] * run.layout.itemsize)
                got = np.frombuffer(self._spill.read(len(at) * run.layout.itemsize), dtype=run.layout)
                done[k] += len(at)
                for name in ("asset", "weight", "residuals", "dates"):
                    out[name][at] = got[name]
                out["sessions"][at] = NO_SESSION
                out["sessions"][at, : got["sessions"].shape[1]] = got["sessions"]
            yield out

    @property
    def places(self) -> dict[Group, int]:
        """Where each group lies in the file."""
        return {group: place for place, group in enumerate(self._runs)}


@dataclass(slots=True)
class _Codes:
    """Numbers the dates as they come.

    Attributes
    ----------
    values : int64, shape (k,)
        The dates, in order of their numbers.
    """

    values: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _order: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def of(self, dates: IntArray) -> IntArray:
        """Number some dates; new ones come after those that are known."""
        flat = dates.ravel()
        found = self._look_up(flat)
        if found is None:
            self.values = np.concatenate([self.values, np.setdiff1d(flat, self.values)])
            self._order = np.argsort(self.values)
            found = self._look_up(flat)
            assert found is not None
        return found.reshape(dates.shape)

    def _look_up(self, flat: IntArray) -> IntArray | None:
        if not len(self.values):
            return None if len(flat) else flat
        at = np.minimum(np.searchsorted(self.values, flat, sorter=self._order), len(self.values) - 1)
        codes: IntArray = self._order[at]
        return codes if np.array_equal(self.values[codes], flat) else None


@contextmanager
def _said(folder: str) -> Iterator[None]:
    """Say in one line that residuals cannot be written."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"cannot write residuals into {folder}: {error.strerror or error}",
            hint="check the disk and the folder's permissions, or name tests that do not read r_bar",
            file=folder,
        ) from error


def _name(number: int, ending: str) -> str:
    return f"part-{number:05d}.{ending}"


def _file(folder: str, number: int, ending: str) -> Path:
    return Path(folder) / _name(number, ending)


def _bytes(save: Any, *args: Any, **named: Any) -> bytes:
    held = io.BytesIO()
    save(held, *args, allow_pickle=False, **named)
    return held.getvalue()


def _layout(n_sessions: int, n_dates: int) -> np.dtype[Any]:
    return np.dtype(
        [("asset", "<i8"), ("weight", "<f8"), ("sessions", "<i8", (n_sessions,)), ("residuals", "<f8", (n_dates,)),
         ("dates", "<i4", (n_dates,))]
    )  # fmt: skip


def _records(rows: PairRows, dates: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    out = np.empty(len(rows.first), dtype=_layout(rows.sessions.shape[1], rows.residuals.shape[1]))
    for name in ("asset", "weight", "sessions", "residuals"):
        out[name] = getattr(rows, name)
    out["dates"] = dates
    return out


@dataclass(slots=True)
class _Part:
    """One group's rows in one partition's file, not yet read."""

    file: Path
    first: IntArray
    last: IntArray
    dates: IntArray
    layout: np.dtype[Any]
    offset: int

    @classmethod
    def open(cls, folder: str, number: int, place: int) -> _Part:
        with np.load(_file(folder, number, "npz"), allow_pickle=False) as told:
            start, count, offset, n_sessions, n_dates = told[f"{place}"].tolist()
            dates = told["dates"]
        # Mapped, not read: a block of dates touches a few pages of it.
        windows = np.load(_file(folder, number, "npy"), mmap_mode="r", allow_pickle=False)
        first, last = windows[:, start : start + count]
        return cls(_file(folder, number, "rows"), first, last, dates, _layout(n_sessions, n_dates), offset)

    def rows(self, piece: Piece) -> PairRows:
        """Read the rows of a piece."""
        where = piece.rows(self.first)
        low, high = where.start, where.stop
        with self.file.open("rb") as stream:
            stream.seek(self.offset + low * self.layout.itemsize)
            held = np.frombuffer(stream.read((high - low) * self.layout.itemsize), dtype=self.layout)
        return PairRows(
            np.array(self.first[low:high]),
            np.array(self.last[low:high]),
            held["sessions"],
            held["residuals"],
            self.dates[held["dates"]],
            held["asset"],
            held["weight"],
        )


def pair_block(folder: str, places: dict[Group, dict[int, int]], n_rows: int, piece: Piece) -> dict[Group, PairSums]:
    """Sum over the pairs whose earlier event is in a piece.

    Parameters
    ----------
    folder : str
    places : dict of dict
        Group -> partition -> its place in that partition's file.
    n_rows : int
        Later events held at once, about.
    piece : Piece
    """
    found = {}
    for group, held in places.items():
        parts = [_Part.open(folder, number, place) for number, place in held.items()]

        def read(wanted: Piece, parts: list[_Part] = parts) -> PairRows:
            return PairRows.join([part.rows(wanted) for part in parts])

        found[group] = piece_sums(read, [part.first for part in parts], piece, n_rows)
    return found
