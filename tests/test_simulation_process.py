"""The simulated data have the properties that the process states."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import SpecError
from eventstudy.simulation import Process, draw_errors, simulate

SAMPLING = 0.03  # of moments of a few hundred thousand draws, several standard errors


def test_same_seed_same_numbers_and_nothing_global():
    one, two, other = simulate(5, seed=3, nu=4), simulate(5, seed=3, nu=4), simulate(5, seed=4, nu=4)
    np.testing.assert_array_equal(one.returns, two.returns)
    assert not np.array_equal(one.returns, other.returns)


@pytest.mark.parametrize(
    "process",
    [
        Process(),
        Process(nu=5),
        Process(skewness=-1.5),
        Process(rho=0.3),
        Process(garch=(0.05, 0.90)),
        Process(autocorrelation=0.3),
    ],
)
def test_errors_have_unit_variance_and_the_stated_dependence(process):
    rng = np.random.default_rng(1)
    z = draw_errors(rng, (200, 300, 6), process)
    z = z[:, 50:]
    assert z.mean() == pytest.approx(0, abs=SAMPLING)
    assert z.var() == pytest.approx(1, abs=2 * SAMPLING)
    assert (z[..., 0] ** 3).mean() == pytest.approx(process.skewness, abs=0.2)
    assert np.mean(z[..., 0] * z[..., 1]) == pytest.approx(process.rho, abs=SAMPLING)
    assert np.mean(z[:, 1:] * z[:, :-1]) == pytest.approx(process.autocorrelation, abs=SAMPLING)
    if process.garch is not None:
        a, b = process.garch
        squares = z**2 - 1
        # first autocorrelation of GARCH(1,1) squares, Bollerslev (1986)
        theory = a * (1 - a * b - b * b) / (1 - 2 * a * b - b * b)
        assert np.mean(squares[:, 1:] * squares[:, :-1]) / np.mean(squares**2) == pytest.approx(theory, abs=SAMPLING)


def test_effect_variance_and_market_effect_fall_where_stated():
    options = {"n_assets": 40, "n_dates": 10, "seed": 2, "effect_window": (0, 1)}
    plain = simulate(40, **options)
    hit = simulate(40, effect=0.05, variance_multiplier=4.0, market_effect=0.1, beta=(1.0, 1.0), **options)
    base = simulate(40, beta=(1.0, 1.0), **options)
    rows = hit.positions[:, :1] + [0, 1]
    columns = hit.positions[:, 1:]
    assert np.allclose(hit.true_car, 0.10)
    gap = hit.market - base.market
    assert np.allclose(gap[np.unique(rows)], 0.1)
    assert np.count_nonzero(gap) == 20
    own = (hit.returns - hit.market[:, None])[rows, columns] - 0.05
    assert np.allclose(own, 2.0 * (base.returns - base.market[:, None])[rows, columns])
    elsewhere = np.ones(plain.returns.shape, dtype=bool)
    elsewhere[np.unique(rows)] = False
    assert np.allclose(hit.returns[elsewhere], base.returns[elsewhere])


def test_layout_shares_dates_evenly_and_keeps_windows_apart():
    drawn = simulate(12, 4, n_dates=3, event_window=(-2, 2), estimation_window=(-50, -11))
    dates, counts = np.unique(drawn.positions[:, 0], return_counts=True)
    assert counts.tolist() == [4, 4, 4]
    assert np.diff(dates).tolist() == [5, 5]
    assert len({tuple(row) for row in drawn.positions}) == 12
    assert dates.min() - 50 >= 0
    assert dates.max() + 2 < len(drawn.market)


def test_thin_trading_loses_no_return_and_the_market_spans_the_gap():
    full, thin = simulate(3, seed=5), simulate(3, seed=5, thin=0.3)
    assert 0.2 < np.isnan(thin.returns).mean() < 0.4
    for j in range(3):
        priced = np.flatnonzero(np.isfinite(thin.returns[:, j]))
        for before, row in itertools.pairwise(priced):
            assert thin.returns[row, j] == pytest.approx(full.returns[before + 1 : row + 1, j].sum())
            assert thin.factors[row, j, 0] == pytest.approx(full.market[before + 1 : row + 1].sum())


def test_prices_and_events_at_the_edge_agree_with_the_arrays():
    drawn = simulate(4, effect=0.1, thin=0.1, seed=6)
    prices, events = drawn.to_prices(), drawn.to_events()
    assert prices.index.dtype == "datetime64[ns]"
    assert prices.columns.tolist() == ["A000", "A001", "A002", "A003", "MARKET"]
    back = np.log(prices["A001"].dropna()).diff().dropna()
    np.testing.assert_allclose(back, drawn.returns[np.isfinite(drawn.returns[:, 1]), 1])
    day = events["time"].dt.tz_localize(None).dt.normalize()
    assert prices.index.get_indexer(day).tolist() == (drawn.positions[:, 0] + 1).tolist()
    assert isinstance(events["time"].dtype, pd.DatetimeTZDtype)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nu": 2.0}, "no finite variance"),
        ({"garch": (0.5, 0.5)}, "not stationary"),
        ({"nu": 5.0, "skewness": 1.0}, "two different distributions"),
        ({"rho": 1.0}, r"rho=1\.0 is outside"),
        ({"n_dates": 2, "n_assets": 3}, "need more than 3 assets"),
        ({"n_events": 0}, "n_events=0"),
        ({"efect": 0.1}, "did you mean 'effect'"),
        ({"sigma": -1.0}, "negative"),
    ],
)
def test_impossible_studies_are_refused(options, message):
    with pytest.raises(SpecError, match=message):
        simulate(**({"n_events": 10} | options))


def test_a_study_run_from_the_frames_finds_the_events_and_the_arrays_cars():
    import eventstudy as es

    drawn = simulate(8, 4, effect=0.05, seed=7, event_window=(-5, 5), estimation_window=(-120, -11))
    study = es.EventStudy(es.MarketModel("MARKET"), event_window=(-5, 5), estimation_window=(-120, -11))
    result = study.run(es.read_events(drawn.to_events()), es.read_prices(drawn.to_prices()))
    frame = result.to_frame("event").set_index("event_id").loc[drawn.to_events()["event_id"]]
    rows = drawn.to_prices().index.get_indexer(frame["day0"])
    assert rows.tolist() == (drawn.positions[:, 0] + 1).tolist()
    assert set(frame["timing"]) == {"exact"}
    for i, (row, column) in enumerate(drawn.positions):
        x = np.column_stack([np.ones(110), drawn.market[row - 120 : row - 10]])
        b, *_ = np.linalg.lstsq(x, drawn.returns[row - 120 : row - 10, column], rcond=None)
        car = drawn.returns[row, column] - b[0] - b[1] * drawn.market[row]
        assert frame["car"].iloc[i] == pytest.approx(car, abs=1e-12)
