"""Where a study runs: in memory, partition by partition here, or on a cluster."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

import pandas as pd

from eventstudy.errors import SpecError, check_choice, nearest, shown
from eventstudy.prices.dataset import PriceDataset
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.returns import as_factors
from eventstudy.study.lineup import by_model, paired
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.distributed import PartitionedResult
    from eventstudy.events.tables import EventTable
    from eventstudy.results import StudyResult
    from eventstudy.study.pairs import Pairs
    from eventstudy.study.spec import EventStudy

__all__ = ["Compute", "Options", "in_memory", "run_anywhere"]

Compute = Literal["auto", "memory", "partitions"]

SMALL = 2**28
"""Bytes of arrays, about, below which work is small: done in memory, without a folder and without Dask."""

COPIES = 12  # arrays of the size of prices, and of residuals, that an estimate and its tests hold at once


class Options(TypedDict, total=False):
    """Options of a run by partitions.

    Attributes
    ----------
    output : path-like
        Folder for the tables and the marks of finished partitions, which every worker must see under this path; a
        run into the same folder does only what is missing. A temporary folder by default.
    windows : sequence of pairs of int
        Windows whose event tables are written by the run; ``(0, 0)`` by default. Others can be asked for later.
    event_days : bool
        Whether the run writes the rows by event and day, too.
    bad_partitions : {"raise", "drop"}
        What to do about prices that cannot be read: an error that names the file, once all others are done; or their
        pairs are listed in ``dropped`` with the reason.
    progress : bool
        Show a bar; by default where a person watches.
    """

    output: str | os.PathLike[str]
    windows: Sequence[tuple[int, int]]
    event_days: bool
    bad_partitions: Literal["raise", "drop"]
    progress: bool | None


def run_anywhere(
    study: EventStudy,
    events: EventTable,
    prices: PricePanel | PriceDataset,
    assets: Sequence[str] | None,
    factors: PricePanel | pd.DataFrame | None,
    client: Any,
    compute: Compute,
    options: Options,
) -> StudyResult | PartitionedResult:
    """Run a study where its size asks for; see `EventStudy.run`.

    Raises
    ------
    SpecError
        If an option means nothing, or goes with a run by partitions and the run is in memory.
    """
    check_choice(compute, get_args(Compute), "compute")
    for name in options:
        if name not in Options.__annotations__:
            raise SpecError(f"run: unknown option {name!r}", hint=nearest(name, Options.__annotations__))
    check_choice(options.get("bad_partitions", "raise"), ("raise", "drop"), "bad_partitions")
    if not isinstance(prices, (PricePanel, PriceDataset)):
        raise SpecError(
            f"prices={shown(prices)}",
            hint="expected a PricePanel or a PriceDataset; es.read_prices(frame, close='16:00', tz=...) makes one"
            " of a frame or a file",
        )
    pairs, lost = paired(study, events, prices, assets)
    if compute == "memory" or (compute == "auto" and "output" not in options and _small(study, pairs, prices)):
        if options and compute == "memory":
            raise SpecError(f"{next(iter(options))} is an option of a run by partitions", hint="compute='partitions'")
        return study.whatever_comes(events, _gathered(study, pairs, prices), assets=assets, factors=factors)
    from eventstudy.distributed import run_partitioned

    return run_partitioned(
        study,
        events,
        (pairs.event, pairs.asset, pairs.names, pairs.n_in),
        pd.concat(lost, ignore_index=True),
        [(model, names) for model, names, _ in by_model(study, pairs)],
        prices,
        factors=None if factors is None else as_factors(factors),
        client=client,
        **options,
    )


def in_memory(
    study: EventStudy,
    events: EventTable,
    prices: PricePanel | PriceDataset,
    assets: Sequence[str] | None,
    compute: Compute,
) -> PricePanel | None:
    """Give the prices of a study that is done in memory; None where it is done by partitions."""
    check_choice(compute, get_args(Compute), "compute")
    if compute == "partitions":
        return None
    pairs, _ = paired(study, events, prices, assets)
    return _gathered(study, pairs, prices) if compute == "memory" or _small(study, pairs, prices) else None


def _gathered(study: EventStudy, pairs: Pairs, prices: PricePanel | PriceDataset) -> PricePanel:
    """Read what a study needs of a dataset; a panel is there already."""
    return prices if isinstance(prices, PricePanel) else prices.panel(_needed(study, pairs, prices))


def _small(study: EventStudy, pairs: Pairs, prices: PricePanel | PriceDataset) -> bool:
    """Whether the arrays of the whole study fit `SMALL`."""
    days = Window.of(study.estimation_window).length + Window.of(study.event_window).length
    cells = len(prices) * len(_needed(study, pairs, prices)) + pairs.event.size * days
    return 8 * COPIES * cells <= SMALL


def _needed(study: EventStudy, pairs: Pairs, prices: PricePanel | PriceDataset) -> list[str]:
    """Assets that are studied, and their benchmarks among the prices; in the order of the prices' own."""
    wanted = {pairs.names[k] for k in set(pairs.asset.tolist())}
    if isinstance(study.model, Mapping):
        wanted |= set(study.model)  # a mapping's keys must all have prices
    for model, _, _ in by_model(study, pairs):
        wanted |= {name for name in model.benchmarks if name in prices}
    return [name for name in prices.assets if name in wanted]
