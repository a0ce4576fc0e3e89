"""What an event did besides its abnormal return: buy-and-hold returns, and the variance of returns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eventstudy.errors import SpecError
from eventstudy.results.asking import Asking

__all__ = ["Outcomes"]


class Outcomes(Asking):
    """Methods of `StudyResult` that measure by event something else than a sum of abnormal returns."""

    def buy_and_hold(self, window: tuple[int, int] | None = None) -> pd.DataFrame:
        """Give buy-and-hold abnormal returns (Barber and Lyon 1997).

        Parameters
        ----------
        window : pair of int, optional
            Inclusive days; default from day 0 to the settled day.

        Returns
        -------
        pandas.DataFrame
            One row an event and asset: ``event_id, asset, day0, n_days, held, expected, bhar``; simple returns in
            decimals, BHAR = prod(1 + R) - prod(1 + E[R]) over the window's valid days. NaN where fewer than
            the study's ``min_window_coverage`` of them are valid. With `MarketAdjusted` on a matched firm or
            portfolio, one an asset, the expected return is the match's own.

        Raises
        ------
        SpecError
            If a model of the study is not of returns.
        EventStudyError
            If the window is not inside the event window.

        Examples
        --------
        >>> held = result.buy_and_hold((0, 1))
        >>> bool(np.allclose(held["held"] - held["expected"], held["bhar"]))
        True
        """
        me = self._me()
        sums = me._sums(me._window(window))
        realised, expected = me._simple()
        if realised is None or expected is None:
            raise SpecError("buy_and_hold compounds returns, and the study is of volumes", hint="study prices")
        grown, normal = (np.where(sums.selected, 1.0 + part, 1.0).prod(axis=1) - 1.0 for part in (realised, expected))
        known = np.isfinite(sums.car)
        columns = {"held": grown, "expected": normal, "bhar": grown - normal}
        return pd.DataFrame(
            {**self._labels(), "n_days": sums.n_days, **{k: np.where(known, v, np.nan) for k, v in columns.items()}}
        )

    def volatility(self, window: tuple[int, int] | None = None) -> pd.DataFrame:
        """Give the variance of each event window over what the model forecast: see `models.AbnormalVolatility`.

        Parameters
        ----------
        window : pair of int, optional
            Inclusive days; default from day 0 to the settled day.

        Returns
        -------
        pandas.DataFrame
            One row an event and asset: ``event_id, asset, day0, n_days, ratio, dof, p_value, ci_low, ci_high``. The
            ratio is A'V^-1 A / L of the L valid abnormal returns with forecast covariance V, F(L, M - K) without an
            event; NaN where fewer than the study's ``min_window_coverage`` of the days are valid. The p-value is
            one-sided and so is the interval of the variance's multiple, by the same F. ``attrs`` holds ``mean_ratio``,
            its ``expected_ratio`` without an event, the ``z`` of their difference over the events' own spread, the
            one-sided ``z_p_value``, and the interval of the mean ratio by the same t, from ``mean_ci_low`` upwards.

        Raises
        ------
        EventStudyError
            If the window is not inside the event window, or the result left its prices behind.

        Examples
        --------
        >>> ratios = result.volatility((0, 1))
        >>> bool((ratios["ratio"] > 0).all()), sorted(ratios.attrs)
        (True, ['expected_ratio', 'mean_ci_low', 'mean_ratio', 'z', 'z_p_value'])
        """
        from eventstudy.models import AbnormalVolatility, VolatilityRatios

        me = self._me()
        held = me._window(window)
        known = np.isfinite(me._sums(held).car)
        start, end = held.bounds(me.rows.settle)
        n = len(me)
        ratio, n_days, dof = np.full(n, np.nan), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        for rows, events, part in me.estimates.parts:
            first, last = np.zeros(len(part), dtype=np.int64), np.zeros(len(part), dtype=np.int64)
            first[events], last[events] = start[rows], end[rows]
            found = AbnormalVolatility().of(part, start=first, end=last)
            ratio[rows], n_days[rows], dof[rows] = found.ratio[events], found.n_days[events], found.dof[events]
        found = VolatilityRatios.of(np.full((n, 0), np.nan), np.where(known, ratio, np.nan), n_days, dof, me.level)
        frame = pd.DataFrame(
            {
                **self._labels(),
                "n_days": n_days,
                "ratio": found.ratio,
                "dof": dof,
                "p_value": found.p_value,
                "ci_low": found.ci_low,
                "ci_high": np.where(np.isfinite(found.ci_low), np.inf, np.nan),
            }
        )
        said = ("mean_ratio", "expected_ratio", "z", "z_p_value", "mean_ci_low")
        frame.attrs = {name: getattr(found, name) for name in said}
        return frame

    def _labels(self) -> dict[str, np.ndarray]:
        rows = self._me().rows
        return {"event_id": rows.event_id, "asset": rows.asset, "day0": rows.day0}
