"""``eventstudy assets``: the catalogue."""

from __future__ import annotations

import dataclasses
from typing import Any

from eventstudy import assets
from eventstudy.errors import AssetError, nearest

__all__ = ["assets_as_text", "found_assets"]


def found_assets(name: str) -> list[dict[str, Any]]:
    """Give what the catalogue knows of an asset, or of all; fields that hold nothing are left out.

    Raises
    ------
    AssetError
        If the catalogue knows none of that name.
    """
    held = [assets.get(symbol) for symbol in assets.catalogue()] if not name else assets.find(name)
    if not held:
        raise AssetError(f"the catalogue knows no asset {name!r}", hint=nearest(name, assets.catalogue()), asset=name)
    fields = [{f.name: getattr(asset, f.name) for f in dataclasses.fields(asset)} for asset in held]
    return [{key: value for key, value in row.items() if value not in ("", (), {}, None)} for row in fields]


def assets_as_text(name: str) -> str:
    """Render one asset, or the catalogue's symbols and names."""
    found = found_assets(name)
    if not name:
        return "\n".join(f"{row['symbol']:<12} {row['name']}" for row in found)
    return "\n\n".join("\n".join(f"{key:<14} {value}" for key, value in row.items()) for row in found)
