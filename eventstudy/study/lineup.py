"""The first half of a study: every event and asset on its sessions, before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._types import Measure
from eventstudy.alignment import Alignment, MergedRows, align, joined, merge
from eventstudy.errors import DataError, SpecError, shown
from eventstudy.events.tables import EventTable
from eventstudy.prices.defined import require_not_negative
from eventstudy.prices.grid import SessionReturns
from eventstudy.prices.lending import returns_on_sessions
from eventstudy.results.weights import check_weights
from eventstudy.study.pairs import Pairs, pair_up

if TYPE_CHECKING:
    from eventstudy._types import SeriesKind
    from eventstudy.prices.dataset import PriceDataset
    from eventstudy.prices.panel import PricePanel
    from eventstudy.study.spec import EventStudy, Model

__all__ = ["Audit", "audit_events", "by_model", "describe_model", "line_up", "paired", "returns_of"]


@dataclass(frozen=True, slots=True)
class Audit:
    """Which session every event and asset belongs to, and what cannot be studied.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a pair that was looked for: the columns of `eventstudy.alignment.Alignment.audit`.
    dropped : pandas.DataFrame
        ``event_id, asset, stage, reason``.
    merged : pandas.DataFrame
        ``event_id, asset, into, reason``: headlines that share a session with another.
    n_in : int
        Pairs of event and asset that came in.
    """

    table: pd.DataFrame
    dropped: pd.DataFrame
    merged: pd.DataFrame
    n_in: int


def audit_events(
    study: EventStudy,
    events: EventTable,
    prices: PricePanel,
    *,
    assets: Sequence[str] | None = None,
    factors: PricePanel | pd.DataFrame | None = None,
) -> Audit:
    """Line events up with prices as the study would, and estimate nothing; parameters as for `EventStudy.run`.

    Examples
    --------
    >>> import eventstudy as es
    >>> example = es.load_example("ukraine-2022")
    >>> study = es.EventStudy({"RUB": es.MarketModel("EM_FX")})
    >>> audit = audit_events(study, example.events.headlines(), example.prices)
    >>> audit.n_in == int(audit.table["kept"].sum()) + len(audit.dropped)
    True
    """
    pairs, dropped = paired(study, events, prices, assets)
    tables, merged = [], []
    for model, names, chosen in by_model(study, pairs):
        _, alignment, rows = line_up(study, model, names, chosen, events, prices, factors)
        tables.append(alignment.audit())
        dropped.append(alignment.dropped)
        merged.append(rows.merged)
    return Audit(_whole(tables), _whole(dropped), _whole(merged), pairs.n_in)


def _whole(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return joined(*tables) if tables else pd.DataFrame()


def paired(
    study: EventStudy, events: EventTable, prices: PricePanel | PriceDataset, assets: Sequence[str] | None
) -> tuple[Pairs, list[pd.DataFrame]]:
    """Pair every event with its assets; list the pairs that cannot be studied."""
    if not isinstance(events, EventTable):
        raise SpecError(
            f"events={shown(events)}; expected an EventTable",
            hint="es.read_events makes one of a frame or a file, es.EventTable.from_items of Event objects",
        )
    if not len(events):
        raise DataError("there are no events to study", hint="is the table empty, or does a filter keep none of it?")
    check_weights(study.weights, events)
    pairs, lost = pair_up(study, events, prices, assets)
    return pairs, [lost]


def by_model(study: EventStudy, pairs: Pairs) -> Iterator[tuple[Model, list[str], Pairs]]:
    """Group the assets that are studied by their model, each with its pairs."""
    used = [pairs.names[k] for k in np.unique(pairs.asset)]
    if used and not isinstance(study.model, Mapping):
        yield study.model, used, pairs
        return
    groups: list[tuple[Model, list[str]]] = []
    for name in used:
        model = study.model_of(name)
        for known, names in groups:
            if known is model or known == model:
                names.append(name)
                break
        else:
            groups.append((model, [name]))
    for model, names in groups:
        wanted = set(names)
        chosen = np.array([name in wanted for name in pairs.names], dtype=bool)[pairs.asset]
        yield model, names, pairs.take(chosen)


def line_up(
    study: EventStudy,
    model: Model,
    names: list[str],
    pairs: Pairs,
    events: EventTable,
    prices: PricePanel,
    factors: PricePanel | pd.DataFrame | None,
) -> tuple[SessionReturns, Alignment, MergedRows]:
    """Give the returns of the assets that share one model, their pairs' sessions, and what shares one."""
    plain = model.estimated if isinstance(model, Measure) else model
    if not model.benchmarks and getattr(plain, "n_factors", 0) != 0:  # None: any number of them, but not none
        raise SpecError(
            f"{type(model).__name__} for {', '.join(names[:3])} names no benchmark",
            hint=f"name a column of the prices, such as {type(model).__name__}({prices.assets[-1]!r})",
        )
    benchmarks = dict.fromkeys(names, tuple(model.benchmarks))
    ordered = sorted(names, key=prices.column)  # neighbours in the panel are read in place
    returns = returns_on_sessions(
        prices, ordered, benchmarks, kind=returns_of(study, model), gaps=study.gaps, clock=study.clock, factors=factors
    )
    if returns_of(study, model) == "level":
        returns = _prepared(returns, model)
    place = {name: k for k, name in enumerate(ordered)}
    column = np.array([place.get(name, -1) for name in pairs.names], dtype=np.int64)[pairs.asset]
    alignment = align(events, (pairs.event, column), returns.grid, date_only=study.date_only, max_gap=study.max_gap)
    return returns, alignment, merge(alignment, events)


def _prepared(levels: SessionReturns, model: Any) -> SessionReturns:
    """Give the series that a model of levels makes of them: log volumes."""
    require_not_negative(levels, tuple(model.benchmarks))
    factors = levels.factors
    if factors.shape[-1] and factors.strides[1] == 0:
        factors = np.broadcast_to(model.prepare(factors[:, :1]), factors.shape)
    elif factors.shape[-1]:
        factors = model.prepare(factors)
    return replace(levels, returns=model.prepare(levels.returns), factors=factors)


def returns_of(study: EventStudy, model: Any) -> SeriesKind:
    """Kind of return a model needs (simple ones for published factors, levels for volume), else the study's own."""
    kind: SeriesKind | None = getattr(model, "return_kind", None)
    return kind or study.returns


def describe_model(study: EventStudy, model: Model) -> dict[str, Any]:
    """Give a model as plain data, for `EventStudy.spec`."""
    describe = getattr(model, "describe", None)
    return {
        "returns": returns_of(study, model),
        "model": repr(model),
        "benchmarks": list(model.benchmarks),
        "description": describe() if callable(describe) else type(model).__name__,
        "reference": str(getattr(model, "reference", "")),
    }
