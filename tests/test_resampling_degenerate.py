"""Strange series, windows and grids give numbers, a reason, or one clear error; never a warning."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from eventstudy.errors import EventStudyError
from eventstudy.inference.conformal import conformal
from eventstudy.inference.joint import joint_model
from eventstudy.inference.placebo import Layout, PlaceboGrid, block, placebo
from eventstudy.inference.slope import response_slope


def series(rng):
    t, k = int(rng.choice([3, 10, 60])), int(rng.integers(1, 4))
    y = rng.standard_normal(t) * rng.choice([0, 1e-9, 1, 1e3])
    x = np.ones((t, k))
    x[:, 1:] = rng.standard_normal((t, k - 1)) * rng.choice([0, 1e-3, 1])
    y[rng.random(t) < rng.choice([0, 0.3])] = np.nan
    return y, x


@pytest.mark.parametrize("seed", range(40))
def test_joint_slope_and_conformal(seed):
    rng = np.random.default_rng(seed)
    y, x = series(rng)
    t, n = len(y), int(rng.integers(1, 4))
    first = rng.integers(0, t, n)
    windows = np.column_stack([first, np.minimum(first + rng.integers(0, 3, n), t - 1)])
    groups = None if seed % 2 else rng.integers(0, 2, n)
    with contextlib.suppress(EventStudyError):
        model = joint_model(y, x, windows, groups)
        for p, note in zip(model.p_value, model.note, strict=True):
            assert np.isfinite(p) == (note == "")
    covariance = ("HC3", "HAC", "cluster")[seed % 3]
    with contextlib.suppress(EventStudyError):
        slope = response_slope(y, rng.standard_normal(t), covariance=covariance, cluster=rng.integers(0, 3, t))
        assert slope.n <= t
    found = conformal(y, x, np.arange(t) == first[0])
    assert np.isfinite(found.p_value) == (found.reason == ("",))


@pytest.mark.parametrize("seed", range(40))
def test_placebo_grids(seed):
    rng = np.random.default_rng(seed)
    shape = (int(rng.choice([5, 40])), 3)
    car = rng.standard_normal(shape) * rng.choice([0, 1e-9, 1])
    car[rng.random(shape) < 0.1] = np.nan
    positions = np.column_stack([rng.integers(0, shape[0], 4), rng.integers(0, 3, 4)])
    forbidden = np.zeros(shape, dtype=bool)
    forbidden[positions[:, 0], positions[:, 1]] = True
    grid = PlaceboGrid(
        car,
        np.abs(rng.standard_normal(shape)) * rng.choice([0, 1e-9, 1]),
        np.full(shape, rng.choice([1.0, 50.0])),
        block(forbidden, 0, 0),
        positive=rng.random(shape),
        volatility=np.abs(rng.standard_normal(shape)),
    )
    layout = Layout(positions, positions[:, 0], np.ones(4, dtype=np.int64))
    ratio = None if seed % 2 else 2.0
    with contextlib.suppress(EventStudyError):
        found = placebo(
            grid, layout, draws=60, draw=("layout", "clusters")[seed % 3 == 0], r_bar=-0.2, volatility_ratio=ratio
        )
        assert 1 <= found.n_studies <= 60
        known = found.p_value[np.isfinite(found.p_value)]
        assert ((known > 0) & (known <= 1)).all()
