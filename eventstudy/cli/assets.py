"""``eventstudy assets``: the catalogue."""

from __future__ import annotations

import dataclasses

from eventstudy import assets
from eventstudy.errors import AssetError, nearest

__all__ = ["show_assets"]


def show_assets(name: str) -> str:
    """Render one asset, or the catalogue's symbols and names."""
    if not name:
        return "\n".join(f"{symbol:<12} {assets.get(symbol).name}" for symbol in assets.catalogue())
    matches = assets.find(name)
    if not matches:
        raise AssetError(f"the catalogue knows no asset {name!r}", hint=nearest(name, assets.catalogue()), asset=name)
    blocks = []
    for found in matches:
        fields = ((f.name, getattr(found, f.name)) for f in dataclasses.fields(found))
        blocks.append("\n".join(f"{key:<14} {value}" for key, value in fields if value not in ("", (), {}, None)))
    return "\n\n".join(blocks)
