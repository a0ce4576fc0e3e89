"""Power of the study at hand: the smallest effect it can see, and its power curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from eventstudy._types import Alternative, FloatArray
from eventstudy.errors import SpecError, check_choice
from eventstudy.inference._arrays import critical_value
from eventstudy.inference.draws import spread
from eventstudy.inference.empirical import empirical_critical
from eventstudy.inference.placebo import OF_CARS, PlaceboStudies, Studies, TestFunction

__all__ = ["PowerCurve", "minimum_detectable_effect", "power", "simulated_power"]


def power(
    effect: npt.ArrayLike,
    se: npt.ArrayLike,
    dof: npt.ArrayLike = np.inf,
    *,
    level: float = 0.05,
    alternative: Alternative = "two-sided",
) -> FloatArray:
    """Probability that a t (or z) test rejects, by the noncentral distribution.

    Parameters
    ----------
    effect : float
        True mean CAR, decimals.
    se : float
        Standard error of its estimate.
    dof : float
        Degrees of freedom; infinite for a z test.
    level : float
        Nominal level.
    alternative : {"two-sided", "greater", "less"}

    References
    ----------
    MacKinlay (1997), Event studies in economics and finance, Journal of Economic Literature 35.

    Examples
    --------
    >>> float(power(0.01, 0.02).round(4))  # MacKinlay's table: one firm, sigma 2 %, effect 1 %
    0.0791
    """
    _check(level, alternative)
    away = np.asarray(effect, dtype=np.float64) / np.asarray(se, dtype=np.float64)
    if alternative == "less":
        away = -away
    degrees = np.broadcast_to(np.asarray(dof, dtype=np.float64), away.shape)
    cut = critical_value(1.0 - level, degrees, "two-sided" if alternative == "two-sided" else "greater")
    upper = _above(cut, away, degrees)
    if alternative != "two-sided":
        return upper
    return np.asarray(upper + _above(cut, -away, degrees))


def _above(cut: FloatArray, away: FloatArray, dof: FloatArray) -> FloatArray:
    normal = np.isinf(dof)
    student = 1.0 - special.nctdtr(np.where(normal, 1.0, dof), away, cut)
    # beyond its range the noncentral t underflows to NaN; far from zero the probability is 0 or 1
    student = np.where(np.isfinite(student), student, (away > cut).astype(np.float64))
    return np.asarray(np.where(normal, special.ndtr(away - cut), student))


def minimum_detectable_effect(
    se: float,
    dof: float = np.inf,
    *,
    power_wanted: float = 0.8,
    level: float = 0.05,
    alternative: Alternative = "two-sided",
) -> float:
    """Smallest effect that the test finds with the given probability; NaN without a standard error.

    Negative for ``alternative="less"``.

    Examples
    --------
    >>> round(minimum_detectable_effect(0.01), 4)  # (1.96 + 0.84) standard errors
    0.028
    """
    _check(level, alternative)
    if not level < power_wanted < 1:
        raise SpecError(f"power_wanted={power_wanted} is not between the level {level} and 1")
    if not (np.isfinite(se) and se > 0 and dof > 0):
        return float("nan")
    sign = -1.0 if alternative == "less" else 1.0

    def short(k: float) -> float:
        return float(power(sign * k, 1.0, dof, level=level, alternative=alternative)) - power_wanted

    high = 4.0
    while short(high) < 0:
        high *= 2.0
    return float(sign * se * optimize.brentq(short, 0.0, high, xtol=1e-10))


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Rejection rates of the study's own statistics, when an effect is added to placebo studies.

    Attributes
    ----------
    names : tuple of str
        The T statistics.
    effects : float64, shape (E,)
        Added to every event's CAR.
    power : float64, shape (T, E)
        Share of placebo studies rejected.
    minimum : float64, shape (T,)
        Effect found with probability ``power_wanted``, between grid points by a straight line; NaN
        where the curve does not reach it.
    critical : {"empirical", "nominal"}
    level, power_wanted : float
    n_studies : int
    """

    names: tuple[str, ...]
    effects: FloatArray
    power: FloatArray
    minimum: FloatArray
    critical: Literal["empirical", "nominal"]
    level: float
    power_wanted: float
    n_studies: int


def simulated_power(
    studies: Studies | PlaceboStudies,
    effects: npt.ArrayLike,
    *,
    statistics: Mapping[str, TestFunction] | None = None,
    signs: npt.ArrayLike | None = None,
    critical: Literal["empirical", "nominal"] = "empirical",
    level: float = 0.05,
    power_wanted: float = 0.8,
    alternative: Alternative = "two-sided",
    client: Any = None,
) -> PowerCurve:
    """Add an effect to placebo studies and count how often each statistic finds it.

    Parameters
    ----------
    studies : Studies or PlaceboStudies
        Placebo studies of this very study, see `placebo_studies`, which are looked up block by block.
    effects : float, shape (E,)
        Mean CARs to add, decimals.
    statistics : mapping of name to function, optional
        `OF_CARS` by default.
    signs : float, shape (n,), optional
        Direction of the effect of each event; +1 by default.
    critical : {"empirical", "nominal"}
        Critical values from the placebo studies themselves (right size, whatever the test), or the
        textbook's.
    level, power_wanted : float
    alternative : {"two-sided", "greater", "less"}
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Workers for the blocks; any number of them gives the same curve.

    Returns
    -------
    PowerCurve
    """
    check_choice(critical, ("empirical", "nominal"), "critical")
    _check(level, alternative)
    grid = np.atleast_1d(np.asarray(effects, dtype=np.float64))
    names = tuple(OF_CARS if statistics is None else statistics)
    drawn, parts = (None, [studies]) if isinstance(studies, Studies) else (studies, studies.parts)
    n_events = studies.car.shape[1] if isinstance(studies, Studies) else studies.n_events
    side = np.ones(n_events) if signs is None else np.asarray(signs, dtype=np.float64)
    common = (drawn, statistics, grid[:, None] * side, critical, alternative)
    found = spread(client, _moved, common, parts, "placebo studies")
    null, moved = (np.concatenate([block[k] for block in found], axis=-1) for k in (0, 1))
    out = np.full((len(names), len(grid)), np.nan)
    for j in range(len(names)):
        cut = empirical_critical(null[j], (level,), alternative)[0]
        for i, values in enumerate(moved[j]):
            known = np.isfinite(values)
            rejected = values <= level if critical == "nominal" else values > cut
            if known.any():
                out[j, i] = rejected[known].mean()
    minimum = np.array([_crossing(grid, row, power_wanted) for row in out])
    return PowerCurve(names, grid, out, minimum, critical, level, power_wanted, null.shape[1])


def _moved(
    drawn: PlaceboStudies | None,
    statistics: Mapping[str, TestFunction] | None,
    effects: FloatArray,
    critical: Literal["empirical", "nominal"],
    alternative: Alternative,
    part: Any,
) -> tuple[FloatArray, FloatArray]:
    """Statistics of a block of studies (T, b), and with each of the effects (E, n) what is compared, (T, E, b).

    That is the statistic, so turned that the large ones reject, or its textbook p-value.
    """
    studies = replace(part if drawn is None else drawn.studies(part), alternative=alternative)
    null, moved = [], []
    for function in (OF_CARS if statistics is None else statistics).values():
        null.append(function(studies).centred)
        shown = [function(studies.shifted(effect)) for effect in effects]
        if critical == "nominal":
            moved.append([s.p_value(alternative) for s in shown])
        else:
            moved.append([np.abs(s.centred) if alternative == "two-sided" else s.centred for s in shown])
    folded = -np.array(moved) if critical == "empirical" and alternative == "less" else np.array(moved)
    return np.array(null), folded


def _crossing(effects: FloatArray, rates: FloatArray, wanted: float) -> float:
    order = np.argsort(np.abs(effects))
    x, y = effects[order], np.maximum.accumulate(rates[order])
    hit = np.flatnonzero(y >= wanted)
    if not len(hit):
        return float("nan")
    i = int(hit[0])
    if i == 0 or y[i] == y[i - 1]:
        return float(x[i])
    return float(x[i - 1] + (x[i] - x[i - 1]) * (wanted - y[i - 1]) / (y[i] - y[i - 1]))


def _check(level: float, alternative: Alternative) -> None:
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    if not 0 < level < 1:
        raise SpecError(f"level={level} is not between 0 and 1", hint="expected a share such as 0.05")
