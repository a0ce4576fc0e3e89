"""Tests of one event by itself in placebo studies: its rank among the asset's own residuals at each place it takes."""

from __future__ import annotations

from eventstudy._types import Alternative, FloatArray
from eventstudy.inference.placebo_days import PlacedDays
from eventstudy.inference.sample import make_sample
from eventstudy.inference.single_event import Volatility, sq_test

__all__ = ["single_event"]


def single_event(days: PlacedDays, volatility: Volatility, alternative: Alternative) -> tuple[FloatArray, FloatArray]:
    """Statistic and p-value of `sq_test` for the one event that counts, shape (B,) each."""
    (at,) = days.places()
    fit, cells, test = at.held.fit, at.cells, at.held.tested
    sample = make_sample(
        fit.ar[cells],
        fit.residuals(cells),
        window=test,
        event_window=fit.event_window,
        estimation_window=fit.estimation_window,
        sigma=fit.sigma[cells],
        n_parameters=fit.n_parameters[cells],
        leverage=fit.leverage(cells),
        car=fit.car(test)[cells],
        car_variance=fit.car_variance(test)[cells],
    )
    found = sq_test(sample, alternative=alternative, volatility=volatility)
    return found.statistic[at.place], found.p_value[at.place]
