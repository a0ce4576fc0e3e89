"""The tests of one event: against slow re-implementations, by inversion, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eventstudy.errors import SpecError
from eventstudy.inference.conformal import conformal
from eventstudy.inference.sample import make_sample
from eventstudy.inference.single_event import sq_test

EXACT = 1e-9  # two routes to the same sums in double precision
REPS = 4000
LEVELS = (0.01, 0.05, 0.10)


def three_standard_errors(level: float, reps: int = REPS) -> float:
    return 3 * np.sqrt(level * (1 - level) / reps)


def market_sample(rng, n, m=99, window=(0, 0), event_window=(0, 0), nu=None, errors=None):
    """n events on a market model fitted by plain least squares, event by event."""
    days = event_window[1] - event_window[0] + 1
    x = rng.standard_normal((n, m + days)) * 0.01
    if errors is None:
        errors = rng.standard_normal((n, m + days)) if nu is None else rng.standard_t(nu, (n, m + days))
    y = 0.001 + 1.2 * x + 0.02 * errors
    xe, xv = x[:, :m], x[:, m:]
    centre = xe.mean(axis=1, keepdims=True)
    sxx = ((xe - centre) ** 2).sum(axis=1, keepdims=True)
    b = ((xe - centre) * y[:, :m]).sum(axis=1, keepdims=True) / sxx
    a = y[:, :m].mean(axis=1, keepdims=True) - b * centre
    residuals, ar = y[:, :m] - a - b * xe, y[:, m:] - a - b * xv
    s = np.sqrt((residuals**2).sum(axis=1) / (m - 2))
    inside = slice(window[0] - event_window[0], window[1] - event_window[0] + 1)
    length = window[1] - window[0] + 1
    shift = xv[:, inside].sum(axis=1) - length * centre[:, 0]
    variance = s**2 * (length + length**2 / m + shift**2 / sxx[:, 0])
    sample = make_sample(
        ar,
        residuals,
        window=window,
        event_window=event_window,
        n_parameters=2,
        forecast_scale=1 + 1 / m + (xv - centre) ** 2 / sxx,
        leverage=1 / m + (xe - centre) ** 2 / sxx,
        car_variance=variance,
    )
    return sample, y, x


def test_sq_one_day_is_the_rank_counted_by_hand():
    rng = np.random.default_rng(3)
    sample, *_ = market_sample(rng, 20, m=60)
    for alternative in ("two-sided", "greater", "less"):
        test = sq_test(sample, alternative=alternative)
        for i in range(20):
            t0 = sample.ar[i, 0] / np.sqrt(sample.forecast_scale[i, 0])
            tj = [e / np.sqrt(1 - h) for e, h in zip(sample.residuals[i], sample.leverage[i], strict=True)]
            fold = {"two-sided": abs, "greater": lambda v: v, "less": lambda v: -v}[alternative]
            beyond = sum(fold(t) >= fold(t0) for t in tj)
            assert test.p_value[i] == pytest.approx((1 + beyond) / 61, abs=EXACT)
            assert test.n_reference[i] == 60


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("window", [(0, 0), (0, 2)])
def test_sq_interval_is_where_the_shifted_event_is_not_rejected(alternative, window):
    rng = np.random.default_rng(4)
    sample, *_ = market_sample(rng, 6, m=80, window=window, event_window=(0, 2))
    found = sq_test(sample, alternative=alternative, confidence=0.9)
    for end in (found.ci_low, found.ci_high):
        for step in (1e-9, -1e-9):
            moved = end + step
            if not np.isfinite(moved).all():
                continue
            shifted = make_sample(
                sample.ar,
                sample.residuals,
                window=window,
                event_window=(0, 2),
                n_parameters=2,
                leverage=sample.leverage,
                forecast_scale=sample.forecast_scale,
                car=sample.car - moved,
                car_variance=sample.car_variance,
            )
            p = sq_test(shifted, alternative=alternative).p_value
            expected = (moved >= found.ci_low) & (moved <= found.ci_high)
            assert ((p > 0.1) == expected).all()


@pytest.mark.parametrize("nu", [None, 3])
def test_sq_and_conformal_hold_their_size_for_independent_draws(nu):
    rng = np.random.default_rng(11)
    sample, y, x = market_sample(rng, REPS, nu=nu)
    design = np.stack([np.ones_like(x), x], axis=-1)
    event = np.arange(100) == 99
    p_sq = sq_test(sample).p_value
    p_conformal = conformal(y, design, event).p_value
    for level in LEVELS:
        for p in (p_sq, p_conformal):
            assert (p <= level + EXACT).mean() == pytest.approx(level, abs=three_standard_errors(level))


@pytest.mark.parametrize("nu", [None, 3])
def test_window_sums_stay_near_their_size(nu):
    rng = np.random.default_rng(12)
    sample, y, x = market_sample(rng, REPS, m=195, window=(0, 4), event_window=(0, 4), nu=nu)
    design = np.stack([np.ones_like(x), x], axis=-1)
    for p in (sq_test(sample).p_value, conformal(y, design, np.arange(200) >= 195).p_value):
        # overlapping sums are exchangeable only approximately: 39 independent windows' worth of reference
        assert 0.04 < (p <= 0.05).mean() < 0.065


def test_moving_volatility_repairs_the_size_under_garch():
    from eventstudy.simulation import Process, draw_errors

    rng = np.random.default_rng(13)
    errors = draw_errors(rng, (1, 250, REPS), Process(garch=(0.15, 0.80)))[0].T
    sample, *_ = market_sample(rng, REPS, m=249, errors=errors)
    plain, moving = (sq_test(sample, volatility=v) for v in ("constant", "ewma"))
    # conditional on a turbulent month the plain rank over-rejects; standardised it does not
    squares = (errors[:, -21:-1] ** 2).mean(axis=1)
    turbulent = squares > np.quantile(squares, 0.8)
    assert (plain.p_value[turbulent] <= 0.05).mean() > 0.09
    assert 0.02 < (moving.p_value[turbulent] <= 0.05).mean() < 0.06
    assert 0.04 < (moving.p_value <= 0.05).mean() < 0.06


def slow_moving_rank(residuals, leverage, ar, sigma, car_variance, length, burn, decay, fold):
    """The definition, one session at a time: T_j over the moving deviation known the session before it began."""
    known: list[float] = []  # squares so far, in units of the estimation variance
    variance: list[float] = []  # what they say of the next session
    for e in [*residuals, *ar]:
        if len(known) <= burn:
            now = sum(known) / max(len(known), 1)
        else:
            now = decay * variance[-1] + (1 - decay) * known[-1]
        variance.append(now)
        known.append((e / sigma) ** 2)
    m = len(residuals)
    reference = []
    for j in range(burn, m - length + 1):
        scale = sum(1 - h for h in leverage[j : j + length]) - length * (length - 1) / m
        reference.append(sum(residuals[j : j + length]) / (sigma * math.sqrt(scale)) / math.sqrt(variance[j]))
    t0 = sum(ar[:length]) / math.sqrt(car_variance * variance[m])
    beyond = sum(fold(t) >= fold(t0) for t in reference)
    return t0, (1 + beyond) / (1 + len(reference)), len(reference)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("window", [(0, 0), (0, 2)])
@pytest.mark.parametrize("decay", [0.94, 0.8])
def test_sq_ewma_is_the_rank_counted_by_hand(alternative, window, decay):
    sample, *_ = market_sample(np.random.default_rng(6), 20, m=70, window=window, event_window=(0, 2), nu=4)
    test = sq_test(sample, alternative=alternative, volatility="ewma", decay=decay)
    fold = {"two-sided": abs, "greater": lambda v: v, "less": lambda v: -v}[alternative]
    length, burn = window[1] - window[0] + 1, 20
    for i in range(20):
        sigma = math.sqrt((sample.residuals[i] ** 2).sum() / 68)
        given = sample.residuals[i], sample.leverage[i], sample.ar[i], sigma, sample.car_variance[i]
        t0, p, n = slow_moving_rank(*given, length, burn, decay, fold)
        assert test.statistic[i] == pytest.approx(t0, rel=EXACT)
        assert (test.p_value[i], test.n_reference[i]) == (pytest.approx(p, abs=EXACT), n)


def test_sq_missing_days_and_degenerate_events_have_a_reason():
    rng = np.random.default_rng(5)
    residuals = rng.standard_normal((4, 50))
    residuals[1] = 0.0
    residuals[2, :10] = np.nan
    ar = rng.standard_normal((4, 1))
    ar[3] = np.nan
    test = sq_test(make_sample(ar, residuals, window=(0, 0), event_window=(0, 0)))
    assert np.isfinite(test.p_value).tolist() == [True, False, True, False]
    assert test.reason[1] == "no variance in the estimation sample"
    assert test.reason[3] == "no abnormal return in the window"
    assert test.n_reference[2] == 40


def test_a_short_reference_gives_an_open_interval_not_a_false_one():
    rng = np.random.default_rng(6)
    sample = make_sample(rng.standard_normal((1, 1)), rng.standard_normal((1, 15)), window=(0, 0), event_window=(0, 0))
    test = sq_test(sample, confidence=0.95)
    assert np.isneginf(test.ci_low[0])
    assert np.isposinf(test.ci_high[0])
    assert test.p_value[0] >= 1 / 16


def slow_conformal(y, x, first, length, theta, alternative="two-sided"):
    """Impose the null, refit by lstsq, shift one session at a time."""
    t = len(y)
    null = y.copy()
    null[first : first + length] -= theta
    b, *_ = np.linalg.lstsq(x, null, rcond=None)
    u = null - x @ b
    sums = [sum(u[(first + shift + k) % t] for k in range(length)) for shift in range(t)]
    fold = {"two-sided": abs, "greater": lambda v: v, "less": lambda v: -v}[alternative]
    return sum(fold(s) >= fold(sums[0]) - 1e-12 for s in sums) / t


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize(("first", "length"), [(59, 1), (55, 3), (20, 2)])
def test_conformal_against_the_definition_and_its_interval_by_brute_force(alternative, first, length):
    rng = np.random.default_rng(7)
    x = np.column_stack([np.ones(60), rng.standard_normal(60) * 0.01])
    y = x @ [0.001, 1.3] + 0.02 * rng.standard_t(4, 60)
    y[first : first + length] += 0.03
    event = np.zeros(60, dtype=bool)
    event[first : first + length] = True
    test = conformal(y, x, event, alternative=alternative, confidence=0.9)
    assert float(test.p_value) == pytest.approx(slow_conformal(y, x, first, length, 0.0, alternative), abs=EXACT)
    for theta in np.linspace(-0.1, 0.15, 41):
        inside = float(test.ci_low) <= theta * length <= float(test.ci_high)
        assert inside == (slow_conformal(y, x, first, length, theta, alternative) > 0.1 + EXACT)


@pytest.mark.parametrize("seed", range(6))
def test_conformal_with_missing_days_turns_the_calendar_and_wants_as_many_returns(seed):
    rng = np.random.default_rng(300 + seed)
    m, length = int(rng.integers(30, 60)), int(rng.integers(2, 5))
    t = m + length
    x = np.column_stack([np.ones(t), rng.standard_normal(t)])
    y = x @ [0.1, 0.5] + rng.standard_t(4, t)
    y[rng.random(t) < 0.15] = np.nan
    y[m] = rng.standard_normal()
    here = [k for k in range(t) if not math.isnan(y[k])]
    u = y - x @ np.linalg.lstsq(x[here], y[here], rcond=None)[0]
    own = [u[k] for k in range(m, t) if not math.isnan(u[k])]
    larger = blocks = 0
    for shift in range(t):
        block = [u[(m + k + shift) % t] for k in range(length)]
        block = [v for v in block if not math.isnan(v)]
        if len(block) >= len(own):
            blocks += 1
            larger += abs(sum(block)) / math.sqrt(len(block)) >= abs(sum(own)) / math.sqrt(len(own)) - EXACT
    assert blocks < t
    found = conformal(y[None], x[None], np.arange(t)[None] >= m)
    assert int(found.n_reference[0]) == blocks - 1
    assert float(found.p_value[0]) == pytest.approx(larger / blocks, abs=EXACT)


def test_conformal_norms_and_no_model():
    rng = np.random.default_rng(8)
    y = rng.standard_normal((5, 40)) * 0.01
    y[:, 38], y[:, 39] = 0.06, -0.06
    event = np.arange(40) >= 38
    none = np.zeros((5, 40, 0))
    assert (conformal(y, none, event, norm="absolute").p_value < 0.05).all()
    assert (conformal(y, none, event).p_value > 0.5).all()
    assert np.isnan(conformal(y, none, event, norm="absolute").ci_low).all()
    with pytest.raises(SpecError, match="no sign"):
        conformal(y, none, event, norm="absolute", alternative="less")


def test_conformal_degenerate_input_has_a_reason():
    y = np.random.default_rng(9).standard_normal((4, 30))
    event = np.arange(30) == 29
    y[0, 29] = np.nan
    y[1] = 0.0
    x = np.ones((4, 30, 2))
    x[:3, :, 1] = np.random.default_rng(10).standard_normal((3, 30))
    test = conformal(y, x, event)
    assert test.reason[:2] == ("no return in the window", "no variance")
    assert test.reason[2] == ""
    assert test.reason[3] == "the regressors are collinear"
    assert np.isnan(test.p_value[[0, 1, 3]]).all()


def test_options_are_checked():
    sample = make_sample(np.zeros((1, 1)), np.ones((1, 30)), window=(0, 0), event_window=(0, 0))
    with pytest.raises(SpecError, match="did you mean 'ewma'"):
        sq_test(sample, volatility="ewm")
    with pytest.raises(SpecError, match="confidence"):
        sq_test(sample, confidence=95)
