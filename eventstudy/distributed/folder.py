"""The folder of a partitioned run: tables partition by partition, and a mark for each that is finished."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy._files import STAGED, clear_left, write_atomic
from eventstudy.errors import DataError

__all__ = ["PAIRS", "PLAN", "Folder"]

PLAN = "study.json"
PAIRS = "pairs-"  # begins the name of a folder of residuals, which lives as long as its question


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a run keeps what it has; every file appears whole or not at all.

    ``study.json`` says whose folder it is; ``events/`` holds each partition's events; ``done/`` a mark for each
    partition that is finished, written last; every other folder one kind of table, a file a partition.

    Parameters
    ----------
    path : str
        Local, or on a file system that every worker sees under this path.
    """

    path: str

    def file(self, kind: str, number: int, ending: str = "parquet") -> Path:
        """Name the file of one kind of table of a partition."""
        return Path(self.path) / kind / f"part-{number:05d}.{ending}"

    def write_table(self, kind: str, number: int, frame: pd.DataFrame) -> None:
        """Write a table.

        Raises
        ------
        DataError
            If it cannot be written, or a column holds what Parquet does not; names the column.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pa.Table.from_pandas(frame, preserve_index=False)
        except (pa.ArrowException, TypeError) as error:
            raise DataError(
                f"{kind}: a column does not fit a Parquet file: {str(error).splitlines()[-1]}",
                hint="give columns of numbers, text or dates",
            ) from error
        held = io.BytesIO()
        pq.write_table(table, held)
        write_atomic(self.file(kind, number), held.getvalue())

    def read_table(self, kind: str, number: int) -> pd.DataFrame:
        """Read a table back.

        Raises
        ------
        DataError
            If it is missing or damaged; names the file.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.file(kind, number)
        try:
            frame: pd.DataFrame = pq.read_table(io.BytesIO(path.read_bytes())).to_pandas()
        except (OSError, pa.ArrowException) as error:
            raise DataError(
                f"{path} cannot be read: {str(error).splitlines()[0]}",
                hint="delete its mark under done/ and run again into the same folder",
                file=str(path),
            ) from error
        return frame

    def tables(self, kind: str, numbers: Iterable[int]) -> Iterator[pd.DataFrame]:
        """Read the tables of one kind, partition after partition."""
        for number in numbers:
            yield self.read_table(kind, number)

    def write_mark(self, work: str, number: int, said: dict[str, Any]) -> None:
        """Mark a partition as finished."""
        write_atomic(self.file(f"done/{work}", number, "json"), json.dumps(said, indent=1))

    def mark(self, work: str, number: int) -> dict[str, Any] | None:
        """Give what a finished partition said; None where it is not finished, or its tables are gone."""
        path = self.file(f"done/{work}", number, "json")
        try:
            said: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        there = all(self.file(kind, number).exists() for kind in said["tables"])
        return said if there else None

    def clear(self) -> None:
        """Remove what killed runs left half-written; what is finished, and what a living one writes, stays."""
        root = Path(self.path)
        clear_left(root, f"{PAIRS}*")
        for folder in (root, *(p for p in root.rglob("*") if p.is_dir())):
            clear_left(folder, f".*{STAGED}")

    def claim(self, plan: dict[str, Any]) -> bool:
        """Tell whether the folder already holds this very study; an empty folder does not.

        Raises
        ------
        DataError
            If it holds another one.
        """
        path = Path(self.path) / PLAN
        if not path.exists():
            return False
        try:
            held = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise DataError(f"{path} cannot be read: {error}", hint="choose another folder", file=str(path)) from error
        for name, value in plan.items():
            if held.get(name) != value:
                raise DataError(
                    f"{self.path} holds a run with another {name}",
                    hint="resume with the same study, events and prices, or choose another output folder",
                    file=str(path),
                )
        return True

    def sign(self, plan: dict[str, Any]) -> None:
        """Say whose folder it is, once all events lie in it."""
        write_atomic(Path(self.path) / PLAN, json.dumps(plan, indent=1))
