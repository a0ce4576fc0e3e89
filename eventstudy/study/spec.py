"""EventStudy: the whole way from events and prices to a result, in order, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack, get_args, overload

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list
from eventstudy._types import Clock, DateOnly, Gaps, IntArray, LinearModel, Measure, PerEventModel, ReturnKind
from eventstudy._version import __version__
from eventstudy.alignment import MergedRows, joined
from eventstudy.errors import AssetError, SpecError, check_choice, nearest, shown
from eventstudy.estimation import AbnormalReturns, abnormal_returns
from eventstudy.prices.defined import require_defined
from eventstudy.prices.grid import SessionReturns
from eventstudy.prices.panel import PricePanel
from eventstudy.results import StudyResult
from eventstudy.results.assemble import Piece, join_estimates, join_rows
from eventstudy.results.weights import weights_of
from eventstudy.study.accounting import drops, n_excluded, nothing_left, other_windows
from eventstudy.study.lineup import by_model, describe_model, line_up, paired, returns_of
from eventstudy.study.pairs import Pairs
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.distributed import PartitionedResult
    from eventstudy.events.tables import EventTable
    from eventstudy.prices.dataset import PriceDataset
    from eventstudy.study.scale import Compute, Options

__all__ = ["EventStudy"]

Model = LinearModel | PerEventModel | Measure


@dataclass(frozen=True)
class EventStudy:
    """A study's specification; `run` applies it to events and prices.

    Parameters
    ----------
    model : model or mapping of asset to model
        One expected-return model for all assets, or one an asset. The mapping's keys are then the
        assets on which an event that names none is studied.
    event_window, estimation_window : pair of int
        Inclusive session offsets from day 0: ``(-120, -11)`` is 110 sessions.
    returns : {"log", "simple"}
        Kind of return.
    min_observations : int, optional
        Valid estimation returns an event needs; by default the core's own rule.
    min_window_coverage : float
        Share of a window's sessions that must have an abnormal return, 0 to 1.
    exclude_other_events : bool
        Keep the event windows of an asset's other events out of its estimation samples.
    date_only : {"span", "first", "last"}
        For news known by its date alone: from day 0 to the settled day, or one of them.
    max_gap : str
        An event whose next price is farther away than this is dropped, with the reason.
    gaps : {"span", "drop", "maynes-rumsey"}
        What to do with a return that spans sessions without a price.
    clock : {"calendar", "asset"}
        Sessions of the calendar (or benchmark), or only those on which the asset has a price.
    weights : str, optional
        An event column of numbers that weighs them in averages and tests, ``intensity`` or ``n_headlines`` among them.
    level : float
        Confidence level of every interval of the result and its report.

    Raises
    ------
    SpecError
        If an option means nothing, or the estimation window overlaps the event window.

    Examples
    --------
    >>> import eventstudy as es
    >>> study = es.EventStudy(es.MarketModel("EM_FX"), event_window=(-1, 1), estimation_window=(-120, -11))
    >>> study.estimation_window.length
    110
    """

    model: Model | Mapping[str, Model]
    event_window: tuple[int, int] = field(default=(-10, 10), kw_only=True)
    estimation_window: tuple[int, int] = field(default=(-250, -11), kw_only=True)
    returns: ReturnKind = field(default="log", kw_only=True)
    min_observations: int | None = field(default=None, kw_only=True)
    min_window_coverage: float = field(default=0.5, kw_only=True)
    exclude_other_events: bool = field(default=False, kw_only=True)
    date_only: DateOnly = field(default="span", kw_only=True)
    max_gap: str = field(default="5D", kw_only=True)
    gaps: Gaps = field(default="span", kw_only=True)
    clock: Clock = field(default="calendar", kw_only=True)
    weights: str | None = field(default=None, kw_only=True)
    level: float = field(default=0.95, kw_only=True)

    def __post_init__(self) -> None:
        """Validate the specification."""
        event = Window.of(self.event_window, "event_window")
        estimation = Window.of(self.estimation_window, "estimation_window")
        if estimation.overlaps(event):
            raise SpecError(
                f"estimation_window={estimation} overlaps event_window={event}",
                hint="an event must not be part of its own benchmark: let the windows not share a session",
            )
        object.__setattr__(self, "event_window", event)
        object.__setattr__(self, "estimation_window", estimation)
        check_choice(self.returns, get_args(ReturnKind), "returns")
        check_choice(self.date_only, get_args(DateOnly), "date_only")
        check_choice(self.gaps, get_args(Gaps), "gaps")
        check_choice(self.clock, get_args(Clock), "clock")
        if not isinstance(self.exclude_other_events, bool):
            raise SpecError(f"exclude_other_events={shown(self.exclude_other_events)} is neither true nor false")
        if not isinstance(self.weights, str | None):
            raise SpecError(f"weights={shown(self.weights)} is no column's name", hint="expected such as 'intensity'")
        share: object = self.min_window_coverage
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 <= share <= 1.0:
            raise SpecError(f"min_window_coverage={shown(share)} is not a share", hint="expected 0 to 1")
        level: object = self.level
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.0 < level < 1.0:
            raise SpecError(f"level={shown(level)} is not between 0 and 1", hint="0.95 for 95 % intervals")
        for name, model in self._named_models():
            made = not isinstance(model, type)  # the class itself has a model's methods too
            if not made or not isinstance(getattr(model, "estimated", model), (LinearModel, PerEventModel)):
                where = f"model[{shown(name)}]" if name else "model"
                raise SpecError(
                    f"{where}={shown(model)} is no model", hint="expected such as MarketModel('SPX') or MeanAdjusted()"
                )

    def _named_models(self) -> list[tuple[str, Any]]:
        if isinstance(self.model, Mapping):
            if not self.model:
                raise SpecError("model={} names no asset", hint="give one model, or a mapping of asset to model")
            return [(str(name), model) for name, model in self.model.items()]
        return [("", self.model)]

    def model_of(self, asset: str) -> Model:
        """Return the model of an asset.

        Parameters
        ----------
        asset : str
            Its name.

        Returns
        -------
        Model
            The one for all, or the asset's own.

        Raises
        ------
        AssetError
            If the study has a model an asset and none for this one.

        Examples
        --------
        >>> import eventstudy as es
        >>> es.EventStudy({"RUB": es.MeanAdjusted()}).model_of("RUB")
        MeanAdjusted()
        """
        if not isinstance(self.model, Mapping):
            return self.model
        if asset not in self.model:
            raise AssetError(f"no model for asset {asset!r}", hint=nearest(asset, self.model), asset=asset)
        return self.model[asset]

    @overload
    def run(
        self,
        events: EventTable,
        prices: PricePanel,
        *,
        assets: Sequence[str] | None = None,
        factors: PricePanel | pd.DataFrame | None = None,
    ) -> StudyResult: ...

    @overload
    def run(
        self,
        events: EventTable,
        prices: PricePanel | PriceDataset,
        *,
        assets: Sequence[str] | None = None,
        factors: PricePanel | pd.DataFrame | None = None,
        client: Any = None,
        compute: Compute = "auto",
        **options: Unpack[Options],
    ) -> StudyResult | PartitionedResult: ...

    def run(
        self,
        events: EventTable,
        prices: PricePanel | PriceDataset,
        *,
        assets: Sequence[str] | None = None,
        factors: PricePanel | pd.DataFrame | None = None,
        client: Any = None,
        compute: Compute = "auto",
        **options: Unpack[Options],
    ) -> StudyResult | PartitionedResult:
        """Line the events up with the prices and estimate every abnormal return.

        Parameters
        ----------
        events : EventTable
            Only asserted events that happened are studied; the others are listed as dropped.
        prices : PricePanel or PriceDataset
            Prices (or returns) of the assets and of their benchmarks; a dataset where they fill more than memory.
        assets : sequence of str, optional
            Assets for events that name none, where the models do not say.
        factors : PricePanel or DataFrame, optional
            Published factor returns (simple, decimals) that the models' benchmarks name.
        client : distributed.Client or str, optional
            Dask workers for what is not small, or their scheduler's address.
        compute : {"auto", "memory", "partitions"}
            ``"partitions"`` studies the prices partition by partition, on the client's workers or one after another
            here, into a folder. ``"auto"`` does so for a dataset or with a client where the work is not small.
        **options
            Of a run by partitions: see `eventstudy.study.scale.Options`.

        Returns
        -------
        StudyResult, or PartitionedResult for a run by partitions
            Every (event, asset) pair is a row, or listed in ``dropped`` or ``merged``.

        Raises
        ------
        AssetError
            If nothing says which assets to study, or a benchmark has no prices.
        DataError, SpecError
            If no pair of event and asset could be used (the message counts the reasons), or ``weights`` cannot weigh.

        Examples
        --------
        >>> import eventstudy as es
        >>> example = es.load_example("ukraine-2022")
        >>> study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 1), estimation_window=(-120, -11))
        >>> study.run(example.events.filter(direction="escalation"), example.prices)
        StudyResult: ... rows (1 assets), event window (-1, 1), ...
        """
        as_is = isinstance(compute, str) and compute == "auto" and client is None and not options
        if as_is and isinstance(prices, PricePanel):
            result: StudyResult | PartitionedResult
            result = self.whatever_comes(events, prices, assets=assets, factors=factors)
        else:
            from eventstudy.study.scale import run_anywhere

            result = run_anywhere(self, events, prices, assets, factors, client, compute, options)
        if not len(result):
            raise nothing_left(result.n_in, result.dropped, prices)
        if self.weights is not None and isinstance(result, StudyResult):
            weights_of(self.weights, result.rows)  # a bad one is told here, not by the first test
        return result

    def whatever_comes(
        self,
        events: EventTable,
        prices: PricePanel,
        *,
        assets: Sequence[str] | None = None,
        factors: PricePanel | pd.DataFrame | None = None,
    ) -> StudyResult:
        """Do as `run` does, with a result even where no pair could be studied: one part of a larger study.

        Parameters
        ----------
        events, prices, assets, factors : EventTable, PricePanel, sequence of str, PricePanel or DataFrame
            As for `run`.

        Returns
        -------
        StudyResult
            Perhaps without a row; every pair is then in ``dropped``.

        Examples
        --------
        >>> import eventstudy as es
        >>> example = es.load_example("ukraine-2022")
        >>> study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(0, 1), estimation_window=(-9000, -11))
        >>> len(study.whatever_comes(example.events, example.prices))
        0
        """
        pairs, dropped = paired(self, events, prices, assets)
        pieces: list[Piece] = []
        merged: list[pd.DataFrame] = []
        for model, names, chosen in by_model(self, pairs):
            piece, listed = self._run_model(model, names, chosen, events, prices, factors)
            pieces.append(piece)
            dropped.append(piece.dropped)
            merged.append(listed)
        if not pieces:
            raise nothing_left(pairs.n_in, dropped[0], prices)
        event = Window.of(self.event_window)
        wide = Window(event.start, event.end + max(int(p.rows.settle.max(initial=0)) for p in pieces))
        return StudyResult(
            study=self,
            events=events,
            rows=join_rows(pieces, events, wide),
            estimates=join_estimates(pieces, wide, Window.of(self.estimation_window)),
            dropped=joined(*dropped),
            merged=joined(*merged),
            spec=self.spec([n for p in pieces for n in p.returns.grid.assets]),
            n_in=pairs.n_in,
            pieces=tuple(pieces),
            level=self.level,
        )

    def _run_model(
        self,
        model: Model,
        names: list[str],
        pairs: Pairs,
        events: EventTable,
        prices: PricePanel,
        factors: PricePanel | pd.DataFrame | None,
    ) -> tuple[Piece, pd.DataFrame]:
        """Align, merge and estimate the assets that share one model."""
        returns, alignment, rows = line_up(self, model, names, pairs, events, prices, factors)
        grid, kind = returns.grid, returns_of(self, model)
        if returns.nonpositive and kind != "level":
            used = other_windows(rows, Window.of(self.event_window), grid.prices.shape)
            used |= other_windows(rows, Window.of(self.estimation_window), grid.prices.shape, settled=False)
            require_defined(returns, used, kind, dict.fromkeys(names, tuple(model.benchmarks)))
        plain = model.estimated if isinstance(model, Measure) else model
        estimates, left_out = self._estimate(plain, returns, rows)
        usable = np.asarray(np.isfinite(estimates.ar).any(axis=1), dtype=bool)
        piece = Piece(
            plain,
            kind,
            returns,
            alignment,
            rows,
            estimates,
            left_out,
            np.flatnonzero(usable),
            drops(rows, estimates, usable, returns, events),
        )
        return piece, rows.merged

    def _estimate(
        self, model: LinearModel | PerEventModel, returns: SessionReturns, rows: MergedRows
    ) -> tuple[AbnormalReturns, IntArray]:
        event = Window.of(self.event_window)
        longest = int(rows.settle.max(initial=0))
        wide = Window(event.start, event.end + longest)
        excluded = other_windows(rows, event, returns.returns.shape) if self.exclude_other_events else None
        estimates = abnormal_returns(
            returns.returns,
            np.column_stack([rows.position, rows.asset]),
            model,
            returns.factors if returns.factors.shape[-1] else None,
            event_window=wide,
            estimation_window=self.estimation_window,
            min_observations=self.min_observations,
            excluded=excluded,
            spans=returns.spans if self.gaps == "maynes-rumsey" else None,
            gaps=self.gaps,
        )
        return estimates, n_excluded(excluded, returns.returns, rows, Window.of(self.estimation_window))

    def spec(self, assets: Sequence[str] = ()) -> dict[str, Any]:
        """Give the specification as plain data, for the manifest and the methods paragraph.

        Parameters
        ----------
        assets : sequence of str
            Assets studied, where the models do not name them.

        Returns
        -------
        dict
            Options of the study, and its models in words.

        Examples
        --------
        >>> import eventstudy as es
        >>> es.EventStudy({"RUB": es.MarketModel("EM_FX")}, estimation_window=(-120, -11)).spec()["estimation_window"]
        [-120, -11]
        """
        models = {name or "all": describe_model(self, model) for name, model in self._named_models()}
        return {
            "version": __version__,
            "models": models,
            "assets": sorted(set(as_list(assets, str, "assets"))),
            "event_window": list(self.event_window),
            "estimation_window": list(self.estimation_window),
            "returns": self.returns,
            "min_observations": self.min_observations,
            "min_window_coverage": self.min_window_coverage,
            "exclude_other_events": self.exclude_other_events,
            "date_only": self.date_only,
            "max_gap": self.max_gap,
            "gaps": self.gaps,
            "clock": self.clock,
            "weights": self.weights,
            "level": self.level,
        }
