"""What the parts of `PricePanel` that stand in files of their own have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

__all__ = ["PanelPart"]


class PanelPart:
    """Methods that only a `PricePanel` has; `_me` is the panel."""

    __slots__ = ()

    def _me(self) -> PricePanel:
        return cast("PricePanel", self)
