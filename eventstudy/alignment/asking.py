"""What is asked of a study or a screening: which events count, and on which assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from eventstudy._types import BoolArray
from eventstudy.errors import AssetError, SpecError, nearest, shown
from eventstudy.events.tables import EventTable
from eventstudy.prices.dataset import PriceDataset
from eventstudy.prices.panel import PricePanel

__all__ = ["happened", "named_assets"]


def happened(events: EventTable) -> BoolArray:
    """Tell which events are asserted and happened, shape (n,); what a table leaves empty is both."""
    open_ = np.ones(len(events), dtype=bool)
    if "polarity" in events.columns:
        open_ &= events.array("polarity") != "denied"
    if "modality" in events.columns:
        modality = events.array("modality")
        open_ &= (modality == "happened") | (modality == "")
    return open_


def named_assets(
    assets: Sequence[str] | None, prices: object, default: Iterable[str] = (), *, dataset: bool = False
) -> list[str]:
    """Give the assets that the caller names, or the default's, each once checked to have prices.

    Raises
    ------
    SpecError
        If ``prices`` is no panel (nor a dataset, where one will do), or ``assets`` one name.
    AssetError
        If an asset has no prices.
    """
    if not (isinstance(prices, PricePanel) or (dataset and isinstance(prices, PriceDataset))):
        hint = "expected a PricePanel, such as read_prices gives"
        raise SpecError(f"prices is a {type(prices).__name__}", hint=hint)
    if isinstance(assets, str):
        raise SpecError(f"assets={shown(assets)} is one name", hint=f"expected a list, such as [{shown(assets)}]")
    if assets is not None and not isinstance(assets, Iterable):
        raise SpecError(f"assets={shown(assets)} is no list", hint="expected names of assets, such as ['RUB']")
    names = list(default) if assets is None else list(assets)
    for name in names:
        if not isinstance(name, str) or name not in prices:
            raise AssetError(f"asset {shown(name)} has no prices", hint=nearest(name, prices.assets), asset=name)
    return names
