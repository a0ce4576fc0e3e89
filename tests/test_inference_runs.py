"""Correlations of pairs on runs of one calendar against NumPy's own, pair by pair and date by date."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.inference.runs import Runs

# Sums of a few hundred products in another order, in double precision.
RTOL = 1e-9


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_pairs_are_correlated_on_their_common_dates(missing: float) -> None:
    rng = np.random.default_rng(4)
    n, length, size = 40, 60, 300  # more pairs than one block of the loop holds
    calendar = np.cumsum(rng.integers(1, 4, size))
    first = rng.integers(0, size - length, n)
    first[:3] = first[-1] = 0  # the last row begins early, so that it is read from its middle on
    dates = calendar[first[:, None] + np.arange(length)]
    e = rng.normal(size=(n, length)) * 10.0 ** rng.integers(-3, 3, (n, 1))
    e[rng.random(e.shape) < missing] = np.nan
    runs = Runs.of(e, dates)
    assert runs is not None
    a, b = np.triu_indices(n, 1)
    a, b = np.concatenate([a, b]), np.concatenate([b, a])
    rho, common = runs.correlations(a, b)
    for i, j, found, count in zip(a, b, rho, common, strict=True):
        shared = np.intersect1d(dates[i][np.isfinite(e[i])], dates[j][np.isfinite(e[j])])
        assert count == shared.size
        if shared.size > 2:
            x, y = e[i][np.isin(dates[i], shared)], e[j][np.isin(dates[j], shared)]
            np.testing.assert_allclose(found, np.corrcoef(x, y)[0, 1], rtol=RTOL, atol=1e-12)


def test_dates_that_are_no_runs_of_one_calendar_are_told() -> None:
    dates = np.array([[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 6, 7]])
    e = np.random.default_rng(0).normal(size=dates.shape)
    assert Runs.of(e[:2], dates[:2]) is not None
    assert Runs.of(e, dates) is None
    assert Runs.of(e[:2], dates[:2, ::-1]) is None
