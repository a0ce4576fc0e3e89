"""Whatever comes in, the adviser and the resampling tests give numbers or reasons; a warning would fail here."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.inference import make_sample, run_tests
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from eventstudy.inference.permutation import permutation
from eventstudy.inference.resampling import wild_bootstrap
from eventstudy.inference.single_event import sq_test

NAMES = ["wild_bootstrap", "sq_test", "sq_test_ewma"]


def strange_sample(rng):
    n, m, days = int(rng.integers(1, 7)), int(rng.choice([0, 1, 2, 5, 25, 60])), int(rng.integers(1, 6))
    ar = rng.standard_normal((n, days)) * rng.choice([0, 1e-300, 1e-3, 1, 1e150])
    residuals = rng.standard_normal((n, m)) * rng.choice([0, 1e-20, 1, 1e100])
    ar[rng.random(ar.shape) < rng.choice([0, 0.3, 1])] = np.nan
    residuals[rng.random(residuals.shape) < rng.choice([0, 0.3, 1], p=[0.5, 0.4, 0.1])] = np.nan
    first = int(rng.integers(0, days))
    last = int(rng.integers(first, days))
    start = rng.integers(0, 8, (n, 1))
    return make_sample(
        ar,
        residuals,
        window=(first - 2, last - 2),
        event_window=(-2, days - 3),
        sessions=start + np.arange(days),
        estimation_sessions=start - 100 + np.arange(m),
        asset=rng.integers(0, 3, n),
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_sample_gets_an_answer_or_a_reason(seed):
    sample = strange_sample(np.random.default_rng(seed))
    advice = diagnose(measure(sample, benchmark=sample if seed % 3 == 0 else None))
    assert advice.why
    assert advice.recommended not in advice.avoid
    for volatility in ("constant", "ewma"):
        found = sq_test(sample, volatility=volatility)
        for p, reason in zip(found.p_value, found.reason, strict=True):
            assert np.isfinite(p) == (reason == "")
    cluster = sample.sessions[:, 0]
    assert not wild_bootstrap(sample.car, cluster, draws=50).p_value > 1
    if sample.n_events > 2:
        assert not permutation(sample.car, np.arange(sample.n_events) < 2, cluster, draws=50).p_value > 1
    for result in run_tests(sample, names=NAMES):
        assert np.isfinite(result.p_value) or result.note
