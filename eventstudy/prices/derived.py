"""What can be made of a panel: joins, baskets, reciprocals, crosses, another currency."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from eventstudy._arguments import as_numbers, check_kind
from eventstudy._types import BoolArray, FloatArray
from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, SpecError

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel

_TIMES = ("calendar", "close", "close_lag", "tz", "window_open", "label_days", "holidays")

__all__ = ["add_basket", "cross", "invert", "join", "to_currency"]


def join(left: PricePanel, right: PricePanel) -> PricePanel:
    """Put two panels side by side on the union of their labels."""
    check_kind(type(left), other=right)
    if left.intraday != right.intraday:
        raise DataError("one panel is daily, the other intraday", hint="join panels of one kind")
    both = [name for name in right.assets if name in left]
    if both:
        raise DataError(f"both panels have {both[0]!r}", hint="select the columns of one of them first", assets=both)
    labels = np.union1d(left.labels, right.labels)
    parts = []
    for panel in (left, right):
        part = np.full((labels.size, len(panel.assets)), np.nan, order="F")
        part[np.searchsorted(labels, panel.labels)] = panel.values
        parts.append(part)
    base = None
    if left.base is not None and right.base is not None:
        base = np.concatenate([left.base, right.base])
    described = [panel.asset(name) for panel in (left, right) for name in panel.assets]
    provenance = (
        left.provenance
        if left.provenance == right.provenance
        else {"joined": [p.provenance for p in (left, right) if p.provenance]}
    )
    return type(left)._of(labels, np.hstack(parts), described, intraday=left.intraday, base=base, provenance=provenance)


def _append(panel: PricePanel, asset: Asset, column: FloatArray, base: float = np.nan) -> PricePanel:
    if asset.symbol in panel:
        raise AssetError(f"the panel has {asset.symbol!r} already", hint="choose another name", asset=asset.symbol)
    bars = {name: np.column_stack([panel._bars[name], np.full(len(panel), np.nan)]) for name in panel.bars}
    return type(panel)._of(
        panel.labels,
        np.column_stack([panel.values, column]),
        [*(panel.asset(n) for n in panel.assets), asset],
        intraday=panel.intraday,
        bars=bars,
        base=None if panel.base is None else np.append(panel.base, base),
        provenance=panel.provenance,
    )


def _shared_times(symbol: str, members: Sequence[Asset]) -> Asset:
    """Describe something made of these: their time and calendar where all agree, else the whole day."""
    first = members[0]
    source = first.source if all(m.source == first.source for m in members) else ""
    if any(getattr(m, name) != getattr(first, name) for m in members for name in _TIMES):
        return Asset(symbol=symbol, source=source)
    return dataclasses.replace(Asset(symbol=symbol, source=source), **{name: getattr(first, name) for name in _TIMES})


def _weights(members: tuple[str, ...], weights: Sequence[float] | Mapping[str, float] | None) -> FloatArray:
    if weights is None:
        return np.full(len(members), 1.0 / len(members))
    if isinstance(weights, Mapping):
        missing = [m for m in members if m not in weights]
        extra = [m for m in weights if m not in members]
        if missing or extra:
            raise SpecError(
                f"weights and members differ: {', '.join(map(repr, missing + extra))}", hint="one weight a member"
            )
        held = as_numbers([weights[m] for m in members], "weights")
    else:
        held = as_numbers(weights, "weights")
    if held.shape != (len(members),):
        raise SpecError(f"{held.size} weights for {len(members)} members", hint="one weight a member")
    if not np.isfinite(held).all() or held.sum() == 0.0:
        raise SpecError("weights are not finite or sum to zero")
    return np.asarray(held / held.sum())


def add_basket(
    panel: PricePanel,
    name: str,
    members: tuple[str, ...],
    weights: Sequence[float] | Mapping[str, float] | None,
) -> PricePanel:
    """Add a weighted geometric mean, 100 on its first row."""
    if not members:
        raise SpecError(f"basket {name!r} has no members")
    if len(set(members)) != len(members):
        raise SpecError(f"basket {name!r} names a member twice")
    share = _weights(members, weights)
    columns = [panel.column(member) for member in members]
    values = panel.values[:, columns]
    bad = np.argwhere(values <= 0.0)
    if bad.size:
        row, member = bad[0]
        raise DataError(
            f"basket {name!r}: {members[member]} is {values[row, member]:g} on {str(panel.labels[row])[:10]}",
            hint="a geometric basket needs positive values; leave this member out",
            asset=members[member],
        )
    whole: BoolArray = np.asarray(np.isfinite(values).all(axis=1))
    if not whole.any():
        raise DataError(f"basket {name!r}: on no date have all of {', '.join(members)} a price")
    logs = np.where(whole, np.log(np.where(whole[:, None], values, 1.0)) @ share, np.nan)
    column = 100.0 * np.exp(logs - logs[np.argmax(whole)])
    base = np.nan
    if panel.base is not None and whole[0]:
        base = float(100.0 * np.exp(np.log(panel.base[columns]) @ share - logs[0]))
    equal = "equal-weight" if weights is None else "weighted"
    asset = dataclasses.replace(
        _shared_times(name, [panel.asset(m) for m in members]),
        name=f"{equal} geometric basket of {', '.join(members)}",
        asset_class="basket",
        unit="index",
        quote="index",
        instrument="index",
    )
    return _append(panel, asset, column, base)


def invert(panel: PricePanel, names: Sequence[str]) -> PricePanel:
    """Replace columns by their reciprocals; high and low change places."""
    columns = [panel.column(name) for name in names]
    values = panel.values.copy(order="F")
    described = [panel.asset(n) for n in panel.assets]
    bars = {name: bar.copy(order="F") for name, bar in panel._bars.items()}
    base = None if panel.base is None else panel.base.copy()
    with np.errstate(divide="ignore"):
        for j in columns:
            values[:, j] = _reciprocal(values[:, j])
            if base is not None:
                base[j] = 1.0 / base[j]
            for name in ("open", "high", "low"):
                if name in bars:
                    bars[name][:, j] = _reciprocal(bars[name][:, j])
            if "high" in bars and "low" in bars:
                bars["high"][:, j], bars["low"][:, j] = bars["low"][:, j].copy(), bars["high"][:, j].copy()
            asset = described[j]
            left, per, right = asset.unit.partition(" per ")
            unit = f"{right} per {left}" if per else f"1 / ({asset.unit})" if asset.unit else ""
            described[j] = dataclasses.replace(
                asset, unit=unit, sign=-asset.sign, name=f"reciprocal of {asset.name}", aliases=(), ambiguous=()
            )
    return type(panel)._of(
        panel.labels, values, described, intraday=panel.intraday, bars=bars, base=base, provenance=panel.provenance
    )


def _reciprocal(column: FloatArray) -> FloatArray:
    return np.where(column == 0.0, np.nan, 1.0 / column)


def cross(panel: PricePanel, name: str, of: str, to: str) -> PricePanel:
    """Add the value of one column counted in another."""
    numerator, denominator = panel.column(of), panel.column(to)
    first, second = panel.asset(of), panel.asset(to)
    if first.unit.partition(" per ")[0] != second.unit.partition(" per ")[0]:
        raise DataError(
            f"{of} is in {first.unit or 'an unknown unit'}, {to} in {second.unit or 'an unknown unit'}",
            hint="a cross needs two values in one currency",
        )
    denominators = panel.values[:, denominator]
    with np.errstate(divide="ignore", invalid="ignore"):
        column = np.where(denominators == 0.0, np.nan, panel.values[:, numerator] / denominators)
    base = np.nan if panel.base is None else float(panel.base[numerator] / panel.base[denominator])
    counted = first.unit.partition(" per ")[2] or of
    unit = f"{second.unit.partition(' per ')[2] or to} per {counted}"
    asset = dataclasses.replace(
        _shared_times(name, [first, second]),
        name=f"{first.name} in {second.name}",
        asset_class=first.asset_class,
        unit=unit,
        quote=unit,
    )
    return _append(panel, asset, column, base)


def to_currency(panel: PricePanel, currency: str) -> PricePanel:
    """Divide every column in dollars by the currency's value in dollars; its own becomes the dollar's."""
    j = panel.column(currency)
    unit = panel.asset(currency).unit
    if unit.partition(" per ")[0] != "USD":
        raise DataError(f"{currency} is in {unit or 'an unknown unit'}", hint="expected its value in USD")
    rate = panel.values[:, [j]]
    if (rate <= 0.0).any():
        raise DataError(f"{currency} has values that are not positive", asset=currency)
    described, dollars = [], []
    for k, name in enumerate(panel.assets):
        asset = panel.asset(name)
        left, _, right = asset.unit.partition(" per ")
        if k == j:
            if "USD" in panel:
                raise DataError("the panel has a column USD", hint="leave it out before converting")
            asset = dataclasses.replace(
                asset,
                symbol="USD",
                name="US dollar",
                aliases=(),
                ambiguous=(),
                unit=f"{currency} per USD",
                quote=f"{currency} per USD",
                sign=1,
            )
        elif left == "USD":
            shared = _shared_times(name, [asset, panel.asset(currency)])
            asset = dataclasses.replace(
                asset,
                unit=f"{currency} per {right}",
                quote=f"{currency} per {right}",
                sign=1,
                **{field: getattr(shared, field) for field in _TIMES},
            )
        if left == "USD" and k != j:
            dollars.append(k)
        described.append(asset)
    values = panel.values.copy(order="F")
    values[:, dollars] = values[:, dollars] / rate
    values[:, j] = 1.0 / rate[:, 0]
    base = None if panel.base is None else panel.base.copy()
    if base is not None and panel.base is not None:
        base[dollars] = base[dollars] / panel.base[j]
        base[j] = 1.0 / panel.base[j]
    return type(panel)._of(
        panel.labels, values, described, intraday=panel.intraday, base=base, provenance=panel.provenance
    )
