"""Which events are studied on which assets, and which pairs cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, IntArray
from eventstudy.errors import AssetError, SpecError, nearest

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel
    from eventstudy.study.spec import EventStudy

__all__ = ["Pairs", "pair_up"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which events are studied on which assets: ``event[i]`` on ``names[asset[i]]``."""

    event: IntArray
    asset: IntArray
    names: tuple[str, ...]
    n_in: int

    def take(self, chosen: BoolArray) -> Pairs:
        """Keep some of the pairs; ``n_in`` stays what came in."""
        return Pairs(self.event[chosen], self.asset[chosen], self.names, self.n_in)


def pair_up(
    study: EventStudy, frame: pd.DataFrame, prices: PricePanel, assets: Sequence[str] | None
) -> tuple[Pairs, list[pd.DataFrame]]:
    """Pair every event with its assets; list the pairs that cannot be studied."""
    if isinstance(assets, str):
        raise SpecError(f"assets={assets!r} is one name", hint=f"expected a list, such as [{assets!r}]")
    own = [tuple(cell) for cell in frame["assets"]] if "assets" in frame else [()] * len(frame)
    has_own = np.array([bool(cell) for cell in own], dtype=bool)
    default = list(study.model) if isinstance(study.model, Mapping) else list(assets or ())
    if not default and not has_own.all():
        label = frame["event_id"].iloc[int(np.flatnonzero(~has_own)[0])]
        raise AssetError(
            f"event {label!r} does not say on which assets to study it",
            hint="give it `assets`, or run(..., assets=[...]), or one model an asset as a mapping",
            event_id=label,
        )
    held = set(prices.assets)
    for name in default:
        if name not in held:
            raise AssetError(f"asset {name!r} has no prices", hint=nearest(name, prices.assets), asset=name)
    names = list(dict.fromkeys([*default, *(a for cell in own for a in cell)]))
    code = {name: k for k, name in enumerate(names)}
    n_own = np.array([len(cell) for cell in own], dtype=np.int64)
    count = np.where(has_own, n_own, len(default))
    event = np.repeat(np.arange(len(frame)), count)
    if not has_own.any():
        asset = np.tile(np.array([code[a] for a in default], dtype=np.int64), len(frame))
    else:
        asset = np.array([code[a] for cell in own for a in (cell or default)], dtype=np.int64)
    reason = np.full(event.size, "", dtype=object)
    reason[_not_happened(frame)[event]] = "not an asserted event that happened"
    status = reason != ""
    for k, name in enumerate(names):
        if name not in held:
            reason[(asset == k) & ~status] = f"no prices for {name}"
        elif isinstance(study.model, Mapping) and name not in study.model:
            reason[(asset == k) & ~status] = f"the study has no model for {name}"
    out = reason != ""
    lost = pd.DataFrame(
        {
            "event_id": frame["event_id"].to_numpy(dtype=object)[event[out]],
            "asset": np.array(names, dtype=object)[asset[out]] if out.any() else np.array([], dtype=object),
            "stage": np.where(status[out], "selection", "prices").astype(object),
            "reason": reason[out],
        }
    )
    return Pairs(event[~out], asset[~out], tuple(names), int(event.size)), [lost]


def _not_happened(frame: pd.DataFrame) -> BoolArray:
    out = np.zeros(len(frame), dtype=bool)
    if "polarity" in frame:
        out |= (frame["polarity"] == "denied").to_numpy()
    if "modality" in frame:
        out |= ~frame["modality"].isin(["happened", ""]).to_numpy()
    return out
