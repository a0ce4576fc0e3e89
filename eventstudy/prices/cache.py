"""What was fetched, on disk: one Parquet file a series, whole or not at all, with its hash inside."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._files import write_atomic

__all__ = ["Cached", "PriceCache"]

_KEY = b"eventstudy"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Cached:
    """One series from the cache: ``bars``, and what is known of how it was fetched."""

    bars: pd.DataFrame
    record: dict[str, Any]


class PriceCache:
    """A folder of fetched series.

    Files are replaced in one step, so that a reader, a second process or a crash sees the old file or
    the new one. The Parquet metadata holds who, what and when, and a SHA-256 of the numbers and of
    that record; a file that does not match is treated as absent.

    Parameters
    ----------
    folder : path-like, optional
        By default the user's cache folder for this library.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        if folder is None:
            import platformdirs

            folder = Path(platformdirs.user_cache_dir("eventstudy", appauthor=False)) / "prices"
        self.folder: Path = Path(folder)

    def path(self, source: str, ticker: str, start: dt.date, end: dt.date, interval: str) -> Path:
        """Give the file of a request; the name is readable, and unique whatever the ticker holds."""
        key = json.dumps([source, ticker, str(start), str(end), interval])
        readable = re.sub(r"[^A-Za-z0-9.]+", "_", ticker)[:32] or "_"
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        return self.folder / re.sub(r"\W", "_", source) / f"{readable}_{start}_{end}_{interval}_{digest}.parquet"

    def write(self, path: Path, bars: pd.DataFrame, record: dict[str, Any]) -> dict[str, Any]:
        """Store a series; the record gets its hash."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        full = {**record, "format": FORMAT}
        full["sha256"] = _digest(bars, full)
        table = pa.Table.from_pandas(bars.rename_axis("date").reset_index(), preserve_index=False)
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: json.dumps(full).encode()})
        held = io.BytesIO()
        pq.write_table(table, held)
        write_atomic(path, held.getvalue())
        return full

    def read(self, path: Path) -> Cached | None:
        """Return a stored series; None where there is none, or where it is broken."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(io.BytesIO(path.read_bytes()))
            record = json.loads((table.schema.metadata or {})[_KEY])
            bars = table.to_pandas().set_index("date")
            bars.index = pd.DatetimeIndex(bars.index).as_unit("ns")
            if record.get("format") != FORMAT or record["sha256"] != _digest(bars, record):
                return None
        except (OSError, KeyError, ValueError, TypeError, pa.ArrowException):
            return None
        return Cached(bars, record)


def _digest(bars: pd.DataFrame, record: dict[str, Any]) -> str:
    """Hash the numbers, their columns and dates, and the record itself."""
    held = hashlib.sha256()
    kept = {k: v for k, v in record.items() if k != "sha256"}
    held.update(json.dumps(kept, sort_keys=True).encode())
    held.update(json.dumps([str(c) for c in bars.columns]).encode())
    index = pd.DatetimeIndex(bars.index)
    held.update(str(index.tz).encode())
    held.update(np.ascontiguousarray(index.as_unit("ns").asi8).tobytes())
    for column in bars.columns:
        held.update(np.ascontiguousarray(bars[column].to_numpy(dtype=np.float64)).tobytes())
    return held.hexdigest()
