"""Rank tests and the day-by-day sign test of placebo studies: an event is ranked once at each place it takes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.inference._arrays import Statistic
from eventstudy.inference.day_sums import (
    DaySums,
    grank_t_of_sums,
    grank_z_of_sums,
    mean_rank_z_of_sums,
    zivney_z_of_sums,
)
from eventstudy.inference.placebo_days import PlacedDays
from eventstudy.inference.ranks import combined, combined_ranks, grank_spread, mid_ranks, row_median
from eventstudy.inference.sample import SIGMA_FLOOR

__all__ = ["generalised_ranks", "ranked_days"]


class _Sums:
    """Sums over events, day by day, of scores that lack the same days; see `DaySums.every`."""

    def __init__(self, studies: int, days: int) -> None:
        self.size = (studies, days)
        self.scores: dict[str, FloatArray] = {}
        self.counts = np.zeros((3, 1, days))  # one row as long as no study lacks a day

    def add(self, scores: Mapping[str, FloatArray], weight: float, place: IntArray) -> None:
        """Add an event's scores (u, T), NaN = none; ``place`` (B,) says which of them each study has."""
        there = np.isfinite(next(iter(scores.values())))
        complete = bool(there.all())
        for name, values in scores.items():
            total = self.scores.setdefault(name, np.zeros(self.size))
            total += (weight * (values if complete else np.where(there, values, 0.0)))[place]
        if not complete and self.counts.shape[1] == 1:
            self.counts = np.repeat(self.counts, len(place), axis=1)
        powers = np.array([weight, weight**2, 1.0])[:, None, None]
        self.counts += powers if complete else powers * there[place]

    def of(self, name: str) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Sums of w x, w, w^2 and 1 of one score."""
        w, squared, count = self.counts
        return self.scores[name], w, squared, count


def ranked_days(days: PlacedDays) -> dict[str, Statistic]:
    """Corrado's, Corrado and Zivney's and Cowan's tests of each study, shape (B,), of the events that count."""
    places = list(days.places())
    fits = [at.held for at in places]
    b, m = len(days.rows), max(held.fit.estimation_window.length for held in fits)
    start, end = min(f.fit.event_window.start for f in fits), max(f.fit.event_window.end for f in fits)
    low, high = min(f.tested.start for f in fits), max(f.tested.end for f in fits)
    every, window = _Sums(b, m + end - start + 1), _Sums(b, high - low + 1)
    inside = _Sums(b, m + high - low + 1)  # ranked without the event window's other days
    held_by = np.zeros(high - low + 1)
    cut = slice(low - start, high - start + 1)
    for at in places:
        weight, held = float(days.weights[at.event]), at.held
        mine = (np.arange(low, high + 1) >= held.tested.start) & (np.arange(low, high + 1) <= held.tested.end)
        ar, residuals = held.returns(at.cells)
        ar = _placed(ar, held.fit.event_window.start - start, end - start + 1)
        place, n = combined_ranks(ar, residuals)
        together = combined(ar, residuals)
        scores = {
            "corrado": place - (n + 1) / 2,
            "zivney": place / (1 + n) - 0.5,
            "sign": np.sign(together - row_median(together)),
        }
        every.add(scores, weight, at.place)
        tested = {name: x[:, m:][:, cut] for name, x in scores.items()}
        if start < low or end > high or not mine.all():
            place, n = combined_ranks(np.where(mine, ar[:, cut], np.nan), residuals)
        alone = place - (n + 1) / 2
        inside.add({"cumulative": alone}, weight, at.place)
        tested["cumulative"] = alone[:, m:]
        window.add({name: np.where(mine, x, np.nan) for name, x in tested.items()}, weight, at.place)
        held_by += weight * mine
    total, number = np.asarray(days.weights.sum()), np.asarray(float(len(places)))

    def sums(whole: _Sums, name: str) -> DaySums:
        return DaySums(whole.of(name), (*window.of(name), held_by), (number, total, number))

    return {
        "corrado_rank_z": mean_rank_z_of_sums(sums(every, "corrado")),
        "corrado_zivney_rank_z": zivney_z_of_sums(sums(every, "zivney")),
        "corrado_zivney_sign_z": zivney_z_of_sums(sums(every, "sign")),
        "cumulative_rank_z": mean_rank_z_of_sums(sums(inside, "cumulative")),
    }


def _placed(values: FloatArray, first: int, width: int) -> FloatArray:
    """Columns of (u, D) among ``width``, NaN in the others."""
    if values.shape[1] == width:
        return values
    out = np.full((len(values), width), np.nan)
    out[:, first : first + values.shape[1]] = values
    return out


def generalised_ranks(days: PlacedDays, scar: FloatArray) -> dict[str, Statistic]:
    """`grank_t` and `grank_z` of each study, shape (B,); ``scar`` (B, n)."""
    standardised = np.where(days.weights > 0, scar, np.nan)
    m = max(held.fit.estimation_window.length for held in days.fits)
    sums, top = _Sums(len(scar), m + 1), np.zeros((4, len(scar)))
    spread = grank_spread(standardised, np.isfinite(standardised))
    for at in days.places():
        weight = float(days.weights[at.event])
        fit = at.held.fit
        residuals = at.held.returns(at.cells)[1]
        left = 1.0 - fit.leverage(at.cells)
        scale = np.where(fit.sigma[at.cells] > SIGMA_FLOOR, fit.sigma[at.cells], np.nan)
        sar = residuals / (scale[:, None] * np.sqrt(np.where(left > 0, left, np.nan)))
        place, there = mid_ranks(sar), np.isfinite(sar)
        own = (standardised[:, at.event] / spread)[:, None]
        known = np.isfinite(own)
        sar, n = sar[at.place], there.sum(axis=1)[at.place][:, None]
        above, ties = sar > own, sar == own
        scores = np.empty((len(own), m + 1))
        scores[:, :m] = place[at.place] + above + 0.5 * ties
        scores[:, m:] = (sar < own).sum(axis=1, keepdims=True) + 0.5 * ties.sum(axis=1, keepdims=True) + 1
        scores = np.where(known & (n > 0), scores / (n + 2) - 0.5, np.nan)
        sums.add({"u": scores}, weight, np.arange(len(own)))
        u, counted = scores[:, m], np.isfinite(scores[:, m])
        size = n[:, 0] / (12 * (n[:, 0] + 2))
        top += np.where(counted, [weight * u, np.full(len(u), weight), weight**2 * size, np.ones(len(u))], 0.0)
    return {
        "grank_t": grank_t_of_sums(sums.of("u"), top[3], weighted=True),
        "grank_z": grank_z_of_sums(top),
    }
