"""Random hostile samples: no test raises, warns, or gives a number without a p-value."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.inference import BATTERY, difference_tests, make_sample, run_tests

NAMES = BATTERY[: BATTERY.index("bhar_skewness_adjusted_t") + 1]
VALUES = st.sampled_from(
    [0.0, 1e-300, -1e-18, 0.01, -0.01, 0.02, 1.5, -0.99, 1e6, 1e200, math.nan, math.inf, -math.inf]
)


@st.composite
def samples(draw):
    n, d, m = draw(st.integers(0, 6)), draw(st.integers(1, 3)), draw(st.integers(0, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    kind = draw(st.sampled_from(["drawn", "normal", "rounded", "equal"]))
    ar, e = rng.normal(size=(n, d)), rng.normal(size=(n, m))
    if kind == "drawn":
        ar = np.array(draw(st.lists(VALUES, min_size=n * d, max_size=n * d)), float).reshape(n, d)
        e[rng.random(e.shape) < 0.5] = np.nan
    elif kind == "rounded":
        ar, e = np.round(ar), np.round(e)
    elif kind == "equal":
        ar, e = np.full((n, d), 0.1), np.full((n, m), 0.1)
    start = draw(st.integers(0, d - 1))
    end = draw(st.integers(start, d - 1))
    weights = rng.integers(0, 3, n).astype(float) if n and draw(st.booleans()) else None
    if weights is not None and not weights.any():
        weights = None
    with np.errstate(all="ignore"):
        return make_sample(
            ar, e, window=(start, end), event_window=(0, d - 1), n_parameters=draw(st.integers(1, 3)),
            sessions=rng.integers(0, 6, (n, 1)) + np.arange(d), estimation_sessions=np.arange(m) + np.zeros((n, 1)),
            asset=rng.integers(0, 3, n), settle=rng.integers(0, 2, n), weights=weights,
            realised=np.clip(ar, -0.99, None), expected=np.zeros_like(ar),
        )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(samples(), st.sampled_from(["two-sided", "greater", "less"]))
def test_every_test_answers_every_sample(sample, alternative):
    for found in run_tests(sample, names=NAMES, alternative=alternative):
        if math.isfinite(found.statistic):
            assert 0 <= found.p_value <= 1, found
            assert found.distribution, found
            assert found.n > 0, found
        else:
            assert math.isnan(found.statistic), found
            assert math.isnan(found.p_value), found
            assert found.note, found


@settings(max_examples=60, deadline=None)
@given(samples(), samples())
def test_differences_answer_every_pair_of_samples(first, second):
    if first.event_window != second.event_window or (first.weights is None) != (second.weights is None):
        return
    for found in difference_tests(first, second):
        assert math.isfinite(found.statistic) == math.isfinite(found.p_value)
        assert math.isfinite(found.statistic) or found.note
