"""Which events are studied on which assets, and which pairs cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy._types import BoolArray, IntArray
from eventstudy.alignment import happened, listing, named_assets
from eventstudy.errors import AssetError

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable
    from eventstudy.prices.dataset import PriceDataset
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
    study: EventStudy, events: EventTable, prices: PricePanel | PriceDataset, assets: Sequence[str] | None
) -> tuple[Pairs, pd.DataFrame]:
    """Pair every event with its assets; list the pairs that cannot be studied."""
    asked = named_assets(assets, prices, dataset=True)
    n = len(events)
    own = events.array("assets").tolist() if "assets" in events.columns else [()] * n
    n_own = np.fromiter(map(len, own), dtype=np.int64, count=n)
    has_own = n_own > 0
    default = named_assets(list(study.model), prices, dataset=True) if isinstance(study.model, Mapping) else asked
    if not default and not has_own.all():
        label = events.array("event_id")[int(np.flatnonzero(~has_own)[0])]
        raise AssetError(
            f"event {label!r} does not say on which assets to study it",
            hint="give it `assets`, or run(..., assets=[...]), or one model an asset as a mapping",
            event_id=label,
        )
    priced = set(prices.assets)
    names = list(dict.fromkeys([*default, *chain.from_iterable(own)]))
    code = {name: k for k, name in enumerate(names)}
    event = np.repeat(np.arange(n), np.where(has_own, n_own, len(default)))
    if not has_own.any():
        asset = np.tile(np.array([code[a] for a in default], dtype=np.int64), n)
    else:
        named = chain.from_iterable(own if has_own.all() else (cell or default for cell in own))
        asset = np.fromiter(map(code.__getitem__, named), dtype=np.int64, count=event.size)
    open_ = happened(events)[event]
    known = priced & set(study.model) if isinstance(study.model, Mapping) else priced
    why = np.full(len(names), "", dtype=object)
    for k, name in enumerate(names):
        if name not in known:
            why[k] = f"the study has no model for {name}" if name in priced else _unpriced(name, priced)
        elif name in study.model_of(name).benchmarks:
            why[k] = f"{name} is its own benchmark: nothing would be left of its returns"
    out = ~open_ | (why != "")[asset]
    lost = listing(
        event_id=events.array("event_id")[event[out]],
        asset=np.array(names, dtype=object)[asset[out]],
        stage=np.where(open_[out], "prices", "selection").astype(object),
        reason=np.where(open_[out], why[asset[out]], "not an asserted event that happened").astype(object),
    )
    return Pairs(event[~out], asset[~out], tuple(names), int(event.size)), lost


def _unpriced(name: str, priced: set[str]) -> str:
    parts = [part.strip() for part in name.split(",")]
    several = len(parts) > 1 and priced.issuperset(parts)
    return f"no prices for {name}" + (f": write several assets as {'; '.join(parts)}" if several else "")
