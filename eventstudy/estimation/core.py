"""`abnormal_returns`: what the library exists for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, Gaps, IntArray, LinearModel, PerEventModel
from eventstudy.errors import ModelError, check_choice, shown
from eventstudy.estimation.arrays import Inputs, Plan
from eventstudy.estimation.checks import (
    check_named,
    needed_observations,
    read_factors,
    read_floats,
    read_like,
    read_plan,
    read_positions,
    read_spans,
)
from eventstudy.estimation.exact import chunks, fit_exact
from eventstudy.estimation.forecast import LinearFit
from eventstudy.estimation.linear import fit_windows
from eventstudy.estimation.per_event import fit_each
from eventstudy.estimation.results import AbnormalReturns
from eventstudy.estimation.solve import Estimates, mark_empty
from eventstudy.estimation.status import Status
from eventstudy.windows import Window

__all__ = ["abnormal_returns", "default_min_observations"]

FEW = 16
"""Groups of fewer events with one window length are estimated from their own rows."""


def default_min_observations(length: int, n_parameters: int) -> int:
    """Give the fewest valid estimation returns: half the window, and at least K + 3.

    K + 3 leaves three degrees of freedom, so that the Student-t forecast error has a finite variance
    (Patell's M - K - 2 is positive).

    Examples
    --------
    >>> default_min_observations(110, 2)
    55
    """
    return max(-(-length // 2), n_parameters + 3)


def abnormal_returns(
    returns: npt.ArrayLike,
    positions: npt.ArrayLike,
    model: LinearModel | PerEventModel,
    factors: npt.ArrayLike | None = None,
    event_window: object = (-10, 10),
    estimation_window: object = (-250, -11),
    min_observations: int | None = None,
    *,
    excluded: npt.ArrayLike | None = None,
    spans: npt.ArrayLike | None = None,
    gaps: Gaps = "span",
    progress: bool | None = None,
) -> AbnormalReturns:
    """Estimate expected and abnormal returns of any number of events at once.

    Each event has its own least-squares fit over its estimation window, and abnormal returns
    AR_t = R_t - x_t'b over its event window. Cost does not depend on the windows' length beyond the
    output's size, and estimating every date of an asset costs about what estimating one does.

    Parameters
    ----------
    returns : float, shape (n_sessions, n_assets)
        Decimals a session; NaN = none. Rows are sessions, window offsets are row offsets.
    positions : int, shape (n_events, 2)
        Row of day 0 and column of the asset. Rows beyond the data are allowed; such events get a reason.
    model : LinearModel or PerEventModel
        A specification such as `MarketModel`, or a model of your own.
    factors : float, shape (n_sessions,), (n_sessions, k) or (n_sessions, n_assets, k), optional
        The regressors, in the order of the model's ``benchmarks``.
    event_window : (int, int) or int array of shape (n_events, 2)
        Inclusive offsets from day 0. With a window per event, the columns of the result run over the
        smallest window that holds them all, NaN beyond an event's own.
    estimation_window : (int, int) or int array of shape (n_events, 2)
        The same for the estimation sample; before, around or after day 0.
    min_observations : int, optional
        Fewest valid estimation returns; see `default_min_observations`. Rows beyond the data are
        missing returns like any others.
    excluded : bool, shape (n_sessions, n_assets), optional
        Sessions kept out of every estimation sample; they still count in event windows.
    spans : int, shape (n_sessions, n_assets), optional
        Sessions that each return spans; needed for ``gaps="maynes-rumsey"``, else not read.
    gaps : {"span", "drop", "maynes-rumsey"}
        ``"maynes-rumsey"`` scales intercept and variance of a return by its span (least squares on
        R/sqrt(d), Maynes and Rumsey 1993). Otherwise returns are taken as they come.
    progress : bool, optional
        Whether models that are called once per event show a bar; None shows it where a person watches.

    Returns
    -------
    AbnormalReturns
        One row per event, in the order given; ``used`` and ``reason(i)`` say what became of each.

    Raises
    ------
    SpecError
        If a window, option or shape cannot mean anything.
    DataError
        If arrays do not fit each other or hold no numbers.
    ModelError
        If the factors are not those that the model asks for.

    References
    ----------
    Campbell, Lo, MacKinlay (1997), The Econometrics of Financial Markets, chapter 4.

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.estimation import abnormal_returns
    >>> from eventstudy.models import MarketModel
    >>> rng = np.random.default_rng(1)
    >>> market = rng.normal(0, 0.01, 300)
    >>> returns = 0.001 + 1.2 * market[:, None] + rng.normal(0, 0.01, (300, 2))
    >>> returns[280, 0] += 0.08
    >>> found = abnormal_returns(returns, [[280, 0], [281, 1]], MarketModel(), market)
    >>> found.car((0, 0)).round(3)
    array([0.117, 0.006])
    """
    check_choice(gaps, ("span", "drop", "maynes-rumsey"), "gaps")
    panel, infinite = read_floats(returns, "returns", 2)
    places = read_positions(positions, panel.shape[1])
    plan = read_plan(event_window, estimation_window, places.shape[0])
    regressors, also = read_factors(factors, panel.shape)
    prepare = getattr(model, "prepare", None)
    if callable(prepare):  # volumes to their logs, say
        panel, regressors = prepare(panel), prepare(regressors)
        infinite, also = bool(np.isinf(panel).any()), bool(np.isinf(regressors).any())
    inputs = Inputs(
        returns=panel,
        factors=regressors,
        positions=places,
        excluded=read_like(excluded, panel.shape, "excluded", np.bool_),
        spans=read_spans(spans, panel.shape, gaps),
        infinite=infinite or also,
    )
    if isinstance(model, LinearModel):
        return _fit_linear(inputs, model, plan, min_observations)
    if isinstance(model, PerEventModel):
        return _fit_each(inputs, model, plan, min_observations, progress)
    raise ModelError(
        f"{shown(model)} is no model",
        hint="a LinearModel has benchmarks, lags and fixed; a PerEventModel has benchmarks and predict()",
    )


def _fit_linear(inputs: Inputs, model: LinearModel, plan: Plan, min_observations: int | None) -> AbnormalReturns:
    inputs, names = _design(inputs, model)
    n, k = inputs.positions.shape[0], inputs.n_slopes
    needed = needed_observations(plan, k + 1, min_observations)
    out = Estimates.empty(n, plan.days.length, k, inputs.spans is not None)
    redo: list[IntArray] = []
    for group, length in _by_length(inputs, plan, out.status):
        if group is not None and plan.own_samples and group.size < FEW:
            out.status[group] = Status.OK
            redo.append(group)
            continue
        asked = int(needed[0 if group is None else group[0]])
        redo.append(fit_windows(inputs, group, out, plan, length, asked, model.fixed))
    weak = np.sort(np.concatenate(redo)) if redo else np.zeros(0, dtype=np.int64)
    why: dict[int, str] = {}
    fit_exact(inputs, weak, out, plan, needed, model.fixed, names, why)
    finish(inputs, out.ar, out.status, plan)
    out.forget()
    return AbnormalReturns(
        ar=out.ar,
        sigma=out.sigma,
        coefficients=np.full((n, 1), np.nan) if model.fixed else out.coefficients,
        coefficient_names=("intercept", *names),
        r2=out.r2,
        n_estimation=out.n_estimation,
        n_parameters=np.broadcast_to(np.int64(k + 1), n),
        status=out.status,
        needed=needed,
        inputs=inputs,
        plan=plan,
        fit=LinearFit(inputs, out, plan, model.fixed),
        why=why,
    )


def _fit_each(
    inputs: Inputs, model: PerEventModel, plan: Plan, min_observations: int | None, progress: bool | None
) -> AbnormalReturns:
    if inputs.spans is not None:
        raise ModelError('gaps="maynes-rumsey" scales linear models only', hint='use gaps="span" or "drop"')
    check_named(model, inputs.factors.shape[2])
    inputs = replace(inputs, lags=tuple(int(lag) for lag in getattr(model, "lags", (0,))))
    k = int(getattr(model, "n_parameters", inputs.factors.shape[2] + 1))
    needed = needed_observations(plan, k, min_observations)
    found = fit_each(inputs, model, plan, needed, reach(inputs, plan), progress)
    finish(inputs, found.ar, found.status, plan)
    lost = found.status > Status.NO_VARIANCE
    for values in (found.ar, found.sigma, found.r2, found.coefficients):
        values[lost] = np.nan
    return found


def reach(inputs: Inputs, plan: Plan) -> BoolArray:
    """Which events' windows both touch the data, shape (n,)."""
    rows, last = inputs.positions[:, 0], inputs.returns.shape[0] - 1
    touch: BoolArray = (rows + plan.samples[:, 0] <= last) & (rows + plan.samples[:, 1] >= 0)
    touch &= (rows + plan.days.start <= last) & (rows + plan.days.end >= 0)
    return touch


def finish(inputs: Inputs, ar: FloatArray, status: npt.NDArray[np.int8], plan: Plan) -> None:
    """Find events with an infinite return, and cut to each event's own window."""
    days = np.arange(plan.days.start, plan.days.end + 1)
    if inputs.infinite:
        sample = np.arange(plan.sample.start, plan.sample.end + 1)
        fine = np.flatnonzero(status <= Status.NO_VARIANCE)
        for part in chunks(fine, sample.size + days.size, 3 + inputs.n_slopes):
            bad = (_infinite(inputs, part, plan.sample) & plan.in_sample(part, sample)).any(axis=1)
            bad |= _infinite(inputs, part, plan.days).any(axis=1)
            status[part[bad]] = Status.INFINITE
    if plan.own_days is not None:
        ar[(days < plan.own_days[:, :1]) | (days > plan.own_days[:, 1:])] = np.nan
        mark_empty(ar, status)


def _infinite(inputs: Inputs, events: IntArray, window: Window) -> BoolArray:
    cut = inputs.cut(events, window)
    bad: BoolArray = np.isinf(cut.y) | np.isinf(cut.x).any(axis=0)
    return bad


def _by_length(inputs: Inputs, plan: Plan, status: npt.NDArray[np.int8]) -> Iterator[tuple[IntArray | None, int]]:
    """Give the events whose windows touch the data, by length of the estimation window; None is all of them.

    Marks the others. Windows that start long before the data are shortened to what can hold any.
    """
    n, n_rows = inputs.positions.shape[0], inputs.returns.shape[0]
    if n == 0:
        return
    touching = reach(inputs, plan)
    status[~touching] = Status.OUTSIDE
    longest = 2 * n_rows + max(0, plan.sample.end)
    if not plan.own_samples:
        if touching.any():
            yield None if touching.all() else np.flatnonzero(touching), min(plan.sample.length, longest)
        return
    lengths = plan.lengths
    for length in np.unique(lengths[touching]):
        yield np.flatnonzero(touching & (lengths == length)), min(int(length), longest)


def _design(inputs: Inputs, model: LinearModel) -> tuple[Inputs, tuple[str, ...]]:
    """Give the inputs with the model's lags and offsets, and the names of the slopes."""
    k = inputs.factors.shape[2]
    check_named(model, k)
    lags = tuple(int(lag) for lag in model.lags)
    n_offset = k if model.fixed else int(getattr(model, "n_offset", 0))
    named = tuple(str(b) for b in model.benchmarks)
    if n_offset > k:
        raise ModelError(f"the model subtracts {n_offset} factors, factors= has {k}")
    if not lags or len(set(lags)) != len(lags):
        raise ModelError(
            f"lags={lags!r} of the model are not distinct session offsets", hint="(0,) is the ordinary one"
        )
    names = named or tuple(f"x{j + 1}" for j in range(k))
    slopes = [n if lags == (0,) else f"{n}[{lag:+d}]" for n in names[: k - n_offset] for lag in lags]
    return replace(inputs, lags=lags, n_offset=n_offset), tuple(slopes)
