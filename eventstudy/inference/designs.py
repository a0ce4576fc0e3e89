"""The single-event and joint tests that fit the model again: their regressions, from an estimation's own inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import ModelError
from eventstudy.estimation import AbnormalReturns
from eventstudy.estimation.arrays import Cut
from eventstudy.estimation.forecast import LinearFit
from eventstudy.inference.conformal import conformal
from eventstudy.inference.joint import JointModel, joint_model
from eventstudy.inference.single_event import SingleEventTest
from eventstudy.windows import Window

__all__ = ["conformal_events", "joint_models"]


def conformal_events(
    fit: AbnormalReturns,
    window: tuple[int, int],
    settle: npt.ArrayLike = 0,
    *,
    alternative: Alternative = "two-sided",
    norm: Literal["sum", "absolute"] = "sum",
    confidence: float = 0.95,
) -> SingleEventTest:
    """Test every event by itself with `conformal`, on its own estimation sample and window.

    Parameters
    ----------
    fit : AbnormalReturns
        Of a linear model, which is fitted again with the event's days in it.
    window : (int, int)
        Inclusive offsets from day 0.
    settle : int, shape () or (n,)
        Sessions from day 0 to the settled day.
    alternative, norm, confidence
        As for `conformal`.

    Returns
    -------
    SingleEventTest
        Arrays of shape (n,); NaN with a reason for events without an estimate.

    Raises
    ------
    ModelError
        If the model is not a linear one.
    """
    fixed = _linear(fit, "conformal")
    n = len(fit)
    start, end = Window.of(window).bounds(np.broadcast_to(settle, n))
    sample = np.arange(fit.estimation_window.start, fit.estimation_window.end + 1)
    parts: list[tuple[IntArray, SingleEventTest]] = []
    for first, last in sorted(set(zip(start.tolist(), end.tolist(), strict=True))):
        events = np.flatnonzero((start == first) & (end == last) & fit.used)
        if not len(events):
            continue
        days = np.arange(first, last + 1)
        before = fit.inputs.cut(events, fit.estimation_window)
        inside = fit.inputs.cut(events, Window(first, last))
        y = np.concatenate([_returns(before, estimation=True), _returns(inside, estimation=False)], axis=1)
        y[:, : len(sample)][~np.broadcast_to(fit.plan.in_sample(events, sample), before.y.shape)] = np.nan
        x = np.concatenate([_design(before, fixed), _design(inside, fixed)], axis=1)
        order = np.argsort(np.concatenate([sample, days]), kind="stable")
        mark = (np.arange(y.shape[1]) >= len(sample))[order]
        found = conformal(y[:, order], x[:, order], mark, alternative=alternative, norm=norm, confidence=confidence)
        parts.append((events, found))
    return _assemble(n, parts, fit, alternative, confidence)


def _assemble(
    n: int,
    parts: list[tuple[IntArray, SingleEventTest]],
    fit: AbnormalReturns,
    alternative: Alternative,
    confidence: float,
) -> SingleEventTest:
    blank = np.full(n, np.nan)
    reasons = [fit.reason(i) if not fit.used[i] else "" for i in range(n)]
    out = SingleEventTest(
        "conformal",
        blank,
        blank.copy(),
        blank.copy(),
        blank.copy(),
        np.zeros(n, dtype=np.int64),
        alternative,
        confidence,
        (),
    )
    for events, found in parts:
        for name in ("statistic", "p_value", "ci_low", "ci_high", "n_reference"):
            getattr(out, name)[events] = getattr(found, name)
        for i, reason in zip(events, found.reason, strict=True):
            reasons[i] = reason
    return replace(out, reason=tuple(reasons))


def joint_models(
    fit: AbnormalReturns,
    window: tuple[int, int],
    settle: npt.ArrayLike = 0,
    groups: npt.ArrayLike | None = None,
    *,
    counted: npt.ArrayLike = True,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
) -> dict[int, JointModel]:
    """Fit one regression an asset with the dummies of all its events (`joint_model`).

    The regression runs from the first session of the earliest estimation or test window to the last of
    the latest.

    Parameters
    ----------
    fit : AbnormalReturns
        Of a linear model that estimates something.
    window, settle
        As for `conformal_events`.
    groups : int, shape (n,), optional
        Events of one asset with one label share a coefficient.
    counted : bool, shape () or (n,)
        Events whose window has enough valid days; the others have no coefficient. A window that reaches
        past the data ends with them.
    alternative, confidence
        As for `joint_model`.

    Returns
    -------
    dict of int to JointModel
        By column of the asset; the labels are event numbers where ``groups`` is left out.

    Raises
    ------
    ModelError
        If the model is not linear or estimates nothing.
    """
    if _linear(fit, "joint_model"):
        raise ModelError("joint_model needs a model that estimates something", hint="use MeanAdjusted or MarketModel")
    n = len(fit)
    start, end = Window.of(window).bounds(np.broadcast_to(settle, n))
    labels = np.arange(n) if groups is None else np.asarray(groups)
    position, column = fit.inputs.positions[:, 0], fit.inputs.positions[:, 1]
    found = {}
    taking_part = fit.used & np.broadcast_to(np.asarray(counted, dtype=bool), n)
    for asset in np.unique(column[taking_part]):
        events = np.flatnonzero(taking_part & (column == asset))
        first, last = position[events] + start[events], position[events] + end[events]
        span = fit.estimation_window
        low = max(0, int(min(first.min(), position[events].min() + span.start)))
        high = min(len(fit.inputs.returns), int(max(last.max(), position[events].max() + max(span.end, 0))) + 1)
        # the session at `low` is so many offsets from the first event's day 0
        offset = int(position[events[0]])
        cut = fit.inputs.cut(events[:1], Window(low - offset, high - 1 - offset))
        y, x = _returns(cut, estimation=False)[0], _design(cut, fixed=False)[0]
        windows = np.clip(np.column_stack([first, last]), low, high - 1) - low
        found[int(asset)] = joint_model(y, x, windows, labels[events], alternative=alternative, confidence=confidence)
    return found


def _linear(fit: AbnormalReturns, name: str) -> bool:
    if not isinstance(fit.fit, LinearFit):
        raise ModelError(f"{name} fits a linear model again; this one is called event by event", hint="use sq_test")
    return fit.fit.fixed


def _scale(cut: Cut) -> FloatArray:
    return np.ones_like(cut.y) if cut.span is None else np.sqrt(np.where(cut.span > 0, cut.span, np.nan))


def _returns(cut: Cut, *, estimation: bool) -> FloatArray:
    """Regressand, NaN where there is none; event days count even where an estimation sample may not hold them."""
    keep: BoolArray = cut.use if estimation else np.isfinite(cut.y)
    return np.where(keep, cut.y / _scale(cut), np.nan)


def _design(cut: Cut, fixed: bool) -> FloatArray:
    """Regressors, shape (m, W, K): the intercept first, nothing at all where nothing is estimated."""
    if fixed:
        return np.zeros((*cut.y.shape, 0))
    scale = _scale(cut)
    return np.stack([scale, *(x / scale for x in np.broadcast_to(cut.x, (len(cut.x), *cut.y.shape)))], axis=2)
