"""Reading the arguments of `abnormal_returns`: each comes in one shape, or one error says what it is."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from eventstudy._arguments import check_whole
from eventstudy._types import FloatArray, Gaps, IntArray, LinearModel, PerEventModel
from eventstudy.errors import DataError, ModelError, SpecError
from eventstudy.estimation.arrays import Plan
from eventstudy.windows import Window

__all__ = [
    "check_named",
    "needed_observations",
    "read_factors",
    "read_floats",
    "read_like",
    "read_plan",
    "read_positions",
    "read_spans",
]


LARGEST = 1e100
"""No number beyond this is data; its square would not be a number at all. Infinity is its event's own trouble."""


def read_plan(event_window: object, estimation_window: object, n: int) -> Plan:
    """Read the two windows, common or per event."""
    days, own_days = _window(event_window, n, "event_window")
    sample, own_samples = _window(estimation_window, n, "estimation_window")
    samples = np.broadcast_to(np.array(sample), (n, 2)) if own_samples is None else own_samples
    return Plan(days, sample, samples, own_days, own_samples is not None)


def needed_observations(plan: Plan, n_parameters: int, asked: int | None) -> IntArray:
    """Fewest valid estimation returns of each event, shape (n,)."""
    least, n = n_parameters + 1, plan.samples.shape[0]
    if asked is not None:
        check_whole(1, 1_000_000_000, min_observations=asked)
        if asked < least:
            raise SpecError(
                f"min_observations={asked} leaves no residual variance with {n_parameters} parameters",
                hint=f"ask for at least {least}",
            )
        longest = int(plan.lengths.max(initial=1)) if plan.own_samples else plan.sample.length
        if asked > longest:
            raise SpecError(
                f"min_observations={asked} is more than the {longest} sessions of the estimation window",
                hint="ask for fewer, or take a longer window",
            )
        return np.broadcast_to(np.int64(asked), n)
    shortest = int(plan.lengths.min()) if plan.own_samples else plan.sample.length
    if shortest < n_parameters + 3:
        raise SpecError(
            f"an estimation window of {shortest} sessions is too short for {n_parameters} parameters",
            hint=f"use at least {n_parameters + 3} sessions, better 100",
        )
    if not plan.own_samples:
        return np.broadcast_to(np.int64(max(-(-plan.sample.length // 2), n_parameters + 3)), n)
    return cast(IntArray, np.maximum(-(-plan.lengths // 2), n_parameters + 3))


def check_named(model: LinearModel | PerEventModel, k: int) -> None:
    """Check that as many factors are given as the model asks for."""
    named = tuple(str(b) for b in model.benchmarks)
    wanted = len(named) if named else getattr(model, "n_factors", None)
    if wanted is None or wanted == k:
        return
    asked = f" ({', '.join(named)})" if named else ""
    raise ModelError(
        f"{getattr(model, 'name', type(model).__name__)} asks for {wanted} "
        f"factor{'' if wanted == 1 else 's'}{asked}, factors= has {k}",
        hint="give factors of shape (n_sessions, k), in the order of the model's benchmarks",
    )


def _window(window: object, n: int, name: str) -> tuple[Window, IntArray | None]:
    """Give the window that holds all, and the events' own where they differ."""
    if not isinstance(window, np.ndarray):
        return Window.of(window, name), None
    if window.shape == (2,):
        return Window.of(tuple(window.tolist()), name), None
    if window.shape != (n, 2) or window.dtype.kind not in "iu":
        raise SpecError(f"{name} has shape {window.shape} and type {window.dtype}", hint=f"expected ints ({n}, 2)")
    wrong = np.flatnonzero(window[:, 0] > window[:, 1])
    if wrong.size:
        raise SpecError(f"{name} of event {int(wrong[0])} starts after it ends: {tuple(window[wrong[0]].tolist())}")
    if n == 0:
        raise SpecError(f"{name} is an array without events", hint="give one pair, such as (-10, 10)")
    own = window.astype(np.int64)
    return Window(int(own[:, 0].min()), int(own[:, 1].max())), own


def read_floats(values: npt.ArrayLike, name: str, ndim: int) -> tuple[FloatArray, bool]:
    """Read an array of numbers of so many dimensions, without copying float64; and whether any is infinite."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"{name} cannot be read as numbers: {error}") from error
    if array.ndim != ndim:
        raise DataError(f"{name} has shape {array.shape}", hint=f"expected {ndim} dimensions, sessions first")
    high, low = np.fmax.reduce(array, axis=None, initial=0.0), np.fmin.reduce(array, axis=None, initial=0.0)
    largest = float(max(high, -low))
    if largest > LARGEST:
        where = np.argwhere((np.abs(array) > LARGEST) & np.isfinite(array))
        if where.size:
            place = tuple(int(i) for i in where[0])
            raise DataError(
                f"{name}{list(place)} is {array[place]:g}", hint=f"nothing beyond {LARGEST:g} is a return or a factor"
            )
    return array, largest == np.inf


def _as_array(values: object, name: str) -> npt.NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{name} cannot be read as an array: {error}") from error
    if array.dtype.kind == "c":
        raise DataError(f"{name} holds complex numbers")
    return array


def read_positions(values: npt.ArrayLike, n_assets: int) -> IntArray:
    """Read rows of day 0 and columns of assets, (n, 2)."""
    array = _as_array(values, "positions")
    if array.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise DataError(
            f"positions has shape {array.shape} and type {array.dtype}",
            hint="expected ints of shape (n_events, 2): row of day 0, column of the asset",
        )
    wrong = np.flatnonzero((array[:, 1] < 0) | (array[:, 1] >= n_assets))
    if wrong.size:
        i = int(wrong[0])
        raise DataError(f"positions[{i}] names asset column {int(array[i, 1])}, returns has {n_assets} columns")
    return array.astype(np.int64, copy=False)


def read_factors(values: npt.ArrayLike | None, shape: tuple[int, ...]) -> tuple[FloatArray, bool]:
    """Bring factors to (R, A or 1, k) without copying, a broadcast asset axis counts as shared; and any infinite."""
    if values is None:
        return np.empty((shape[0], 1, 0)), False
    array = _as_array(values, "factors")
    alike = array.ndim == 3 and array.shape[1] == shape[1] > 1 and array.strides[1] == 0
    array, infinite = read_floats(array[:, :1] if alike else array, "factors", array.ndim)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim == 2:
        array = array[:, None, :]
    if array.ndim != 3 or array.shape[0] != shape[0] or array.shape[1] not in (1, shape[1]):
        raise DataError(
            f"factors has shape {np.shape(values)}, returns has {shape}",
            hint="expected (n_sessions, k) or (n_sessions, n_assets, k)",
        )
    if array.shape[2] == 0 or (array.shape[1] > 1 and array.strides[1] == 0):
        array = array[:, :1]
    return array, infinite


def read_like(values: Any, shape: tuple[int, ...], name: str, dtype: Any) -> Any:
    """Read an optional array of the returns' shape."""
    if values is None:
        return None
    array = _as_array(values, name)
    if array.shape != shape:
        raise DataError(f"{name} has shape {array.shape}, returns has {shape}", hint="give both the same shape")
    return array.astype(dtype, copy=False)


def read_spans(values: npt.ArrayLike | None, shape: tuple[int, ...], gaps: Gaps) -> IntArray | None:
    """Read the spans where the treatment of gaps needs them."""
    if gaps != "maynes-rumsey":
        return None
    if values is None:
        raise SpecError('gaps="maynes-rumsey" needs spans=', hint="the sessions each return spans, shape of returns")
    return cast(IntArray, read_like(values, shape, "spans", np.int64))
