"""Residuals of r_bar on disk: written by partitions, read by blocks of dates."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eventstudy._files import write_atomic
from eventstudy._types import IntArray
from eventstudy.inference.correlation import PairSums
from eventstudy.inference.partial_pairs import PairRows
from eventstudy.inference.sample import NO_SESSION

__all__ = ["PairWriter", "pair_block"]

Group = tuple[int, tuple[Any, ...]]


@dataclass(slots=True)
class PairWriter:
    """Collect the rows of a partition, and write them group by group: one ``.rows`` file beside one ``.npz``.

    Rows of a group lie together, sorted by first session, so that a block of dates is one run of bytes.
    """

    folder: str
    number: int
    _rows: dict[Group, list[PairRows]] = field(default_factory=dict)

    def add(self, group: Group, rows: PairRows) -> None:
        """Keep some rows of a group."""
        if len(rows.first):
            self._rows.setdefault(group, []).append(rows)

    def close(self) -> None:
        """Write the files."""
        index: dict[str, npt.NDArray[Any]] = {}
        parts, offset = [], 0
        for place, group in enumerate(self._rows):
            held = PairRows.join(self._rows[group])
            table, codes = np.unique(held.dates, return_inverse=True)
            record = _records(held, codes.reshape(held.dates.shape))
            layout = np.array([held.sessions.shape[1], held.residuals.shape[1]])
            index |= {f"{place}:first": held.first, f"{place}:last": held.last, f"{place}:dates": table}
            index |= {f"{place}:offset": np.array(offset), f"{place}:layout": layout}
            parts.append(record.tobytes())
            offset += len(parts[-1])
        held_index = io.BytesIO()
        np.savez(held_index, allow_pickle=False, **index)
        write_atomic(_file(self.folder, self.number, "rows"), b"".join(parts))
        write_atomic(_file(self.folder, self.number, "npz"), held_index.getvalue())

    @property
    def places(self) -> dict[Group, int]:
        """Where each group lies in the file."""
        return {group: place for place, group in enumerate(self._rows)}


def _file(folder: str, number: int, ending: str) -> Path:
    return Path(folder) / f"part-{number:05d}.{ending}"


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

    folder: str
    number: int
    first: IntArray
    last: IntArray
    dates: IntArray
    layout: np.dtype[Any]
    offset: int

    @classmethod
    def open(cls, folder: str, number: int, place: int) -> _Part:
        with np.load(_file(folder, number, "npz"), allow_pickle=False) as index:
            first, last, dates, offset, sizes = (
                index[f"{place}:{name}"] for name in ("first", "last", "dates", "offset", "layout")
            )
        return cls(folder, number, first, last, dates, _layout(int(sizes[0]), int(sizes[1])), int(offset))

    def reach(self, start: int, stop: int) -> int:
        """Last session of the windows that begin in ``[start, stop)``."""
        low, high = np.searchsorted(self.first, [start, stop])
        return int(self.last[low:high].max(initial=NO_SESSION))

    def rows(self, start: int, stop: int) -> PairRows:
        """Read the rows whose window begins in ``[start, stop)``."""
        low, high = (int(k) for k in np.searchsorted(self.first, [start, stop]))
        with _file(self.folder, self.number, "rows").open("rb") as stream:
            stream.seek(self.offset + low * self.layout.itemsize)
            held = np.frombuffer(stream.read((high - low) * self.layout.itemsize), dtype=self.layout)
        return PairRows(
            self.first[low:high],
            self.last[low:high],
            held["sessions"],
            held["residuals"],
            self.dates[held["dates"]],
            held["asset"],
            held["weight"],
        )


def pair_block(folder: str, places: dict[Group, dict[int, int]], start: int, stop: int) -> dict[Group, PairSums]:
    """Sum over the pairs whose earlier window begins in ``[start, stop)``.

    Parameters
    ----------
    folder : str
    places : dict of dict
        Group -> partition -> its place in that partition's file.
    start, stop : int
        Sessions.
    """
    found = {}
    for group, held in places.items():
        parts = [_Part.open(folder, number, place) for number, place in held.items()]
        reach = max((part.reach(start, stop) for part in parts), default=NO_SESSION)
        if reach != NO_SESSION:
            found[group] = PairRows.join([part.rows(start, reach + 1) for part in parts]).sums(stop)
    return found
