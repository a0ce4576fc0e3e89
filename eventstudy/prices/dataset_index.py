"""What a dataset on disk says of itself: its index, its assets and the hash of its dates."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from eventstudy._types import DateArray
from eventstudy.assets import Asset
from eventstudy.errors import DataError
from eventstudy.prices.stores import Store

__all__ = ["FORMAT", "INDEX", "TIME", "asset_fields", "asset_of", "label_hash", "read_index"]

INDEX = "dataset.json"
FORMAT = 1
TIME = "__time__"


def label_hash(labels: DateArray) -> str:
    """Hash row labels."""
    held = np.ascontiguousarray(labels.astype("datetime64[ns]").astype("<i8"))
    return hashlib.sha256(held.tobytes()).hexdigest()


def read_index(store: Store) -> dict[str, Any]:
    """Read the index of a dataset, which is written last."""
    where = store.where(INDEX)
    try:
        with store.reading(INDEX) as stream:
            index: dict[str, Any] = json.loads(stream.read())
    except OSError as error:
        raise DataError(
            f"no finished price dataset at {store.address}: {where} cannot be read: {error.strerror or error}",
            hint="PriceDataset.write(panel, folder) makes one; the index is written last",
            file=where,
        ) from error
    except ValueError as error:
        raise DataError(f"{where} is no valid JSON: {error}", hint="write the dataset again", file=where) from error
    wanted = {"format", "n_rows", "intraday", "labels", "partitions", "assets", "base"}
    if not isinstance(index, dict) or index.get("format") != FORMAT or not wanted <= set(index):
        raise DataError(
            f"{where} is not of format {FORMAT}", hint="write the dataset again with this version", file=where
        )
    return index


def asset_fields(asset: Asset) -> dict[str, Any]:
    """Give an asset as plain data, its symbol aside."""
    fields = dataclasses.asdict(asset)
    del fields["symbol"]
    return fields


def asset_of(symbol: str, fields: Mapping[str, Any]) -> Asset:
    """Build an asset from what `asset_fields` gave of it."""
    held: dict[str, Any] = {"name": symbol, **_tuples(fields)}
    if "listings" in held:
        held["listings"] = {source: _tuples(change) for source, change in held["listings"].items()}
    return Asset(symbol=symbol, **held)


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists where an asset has tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
