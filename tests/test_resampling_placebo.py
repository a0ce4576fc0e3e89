"""Placebo studies: dates, statistics and levels against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from eventstudy.errors import DataError, SpecError
from eventstudy.inference.empirical import empirical_critical, empirical_p
from eventstudy.inference.placebo import BATTERY, Layout, PlaceboGrid, block, difference_battery, placebo

EXACT = 1e-12  # the same sums in another order


def study(rows, columns, car, *, forbidden=None, lengths=1, clusters=None, sessions=None, volatility=None):
    car = np.asarray(car, dtype=float)
    taken = np.zeros(car.shape, dtype=bool)
    taken[rows, columns] = True
    if forbidden is not None:
        taken |= forbidden
    grid = PlaceboGrid(
        car,
        np.full(car.shape, 4e-4),
        np.full(car.shape, 100.0),
        block(taken, 0, lengths - 1),
        sessions=sessions,
        volatility=volatility,
    )
    labels = np.asarray(rows if clusters is None else clusters)
    return grid, Layout(np.column_stack([rows, columns]).astype(np.int64), labels, np.full(len(rows), lengths))


def test_all_admissible_shifts_are_taken_and_p_counts_them():
    rng = np.random.default_rng(1)
    car = rng.standard_normal((60, 3)) * 0.02
    car[:5] = np.nan
    rows, columns = np.array([20, 20, 26]), np.array([0, 1, 2])
    grid, layout = study(rows, columns, car)
    found = placebo(grid, layout)
    own = car[rows, columns].mean()
    means = []
    for shift in range(-60, 61):
        at = rows + shift
        if shift == 0 or at.min() < 5 or at.max() > 59:
            continue
        if any(at[i] == rows[j] and columns[i] == columns[j] for i in range(3) for j in range(3)):
            continue
        means.append(car[at, columns].mean())
    assert found.n_studies == found.n_admissible == len(means)
    j = found.names.index("caar")
    assert found.statistic[j] == pytest.approx(own, rel=EXACT)
    np.testing.assert_allclose(found.draws[:, j], means, rtol=0, atol=EXACT)
    assert found.p_value[j] == (1 + sum(abs(m) >= abs(own) for m in means)) / (1 + len(means))
    t = found.names.index("cross_sectional_t")
    x = car[rows, columns]
    assert found.statistic[t] == pytest.approx(x.mean() / (x.std(ddof=1) / np.sqrt(3)), rel=1e-9)


def test_windows_of_real_events_are_never_touched():
    car = np.ones((30, 1))
    car[10:13] = 99.0
    grid, layout = study(np.array([10]), np.array([0]), car, lengths=3)
    forbidden = np.zeros((30, 1), dtype=bool)
    forbidden[10:13] = True
    grid, layout = study(np.array([10]), np.array([0]), car, lengths=3, forbidden=forbidden)
    found = placebo(grid, layout, statistics={"caar": BATTERY["caar"]})
    assert set(found.draws[:, 0]) == {1.0}
    # day 0 at 8 and 9 would reach into the event's own window
    assert found.n_studies == 30 - 3 - 2


def test_clusters_keep_their_inner_spacing_and_stay_apart():
    rng = np.random.default_rng(2)
    r = 80
    # the value names the row it was read from, so each draw shows where its events lay
    car = np.repeat(np.arange(r, dtype=float)[:, None], 3, axis=1) + 1.0
    rows, columns = np.array([10, 11, 40, 60]), np.array([0, 1, 2, 0])
    grid, layout = study(rows, columns, car, lengths=2, clusters=np.array([0, 0, 1, 2]))
    seen = []

    def where(studies):
        seen.append(studies.car - 1)
        return BATTERY["caar"](studies)

    found = placebo(grid, layout, draws=500, draw="clusters", statistics={"where": where}, seed=rng)
    at = seen[1]
    assert at.shape == (500, 4)
    assert (at[:, 1] - at[:, 0] == 1).all()
    for row in at:
        taken = [set(range(int(row[0]), int(row[1]) + 2)), {row[2], row[2] + 1}, {row[3], row[3] + 1}]
        assert not taken[0] & taken[1]
        assert not taken[0] & taken[2]
        assert not taken[1] & taken[2]
    assert found.draw == "clusters"
    assert len(np.unique(at, axis=0)) > 400


def test_series_with_their_own_sessions_move_by_date_together():
    # the second asset is shut on every fifth day: its rows are not the first's rows
    days = np.arange(50)
    open_days = days[days % 5 != 0]
    pad = np.iinfo(np.int64).min
    sessions = np.full((50, 2), pad)
    sessions[:, 0] = days
    sessions[: len(open_days), 1] = open_days
    car = np.full((50, 2), np.nan)
    car[:, 0] = days
    car[: len(open_days), 1] = open_days
    row = int(np.flatnonzero(open_days == 22)[0])
    grid, layout = study(np.array([22, row]), np.array([0, 1]), car, sessions=sessions, clusters=np.array([0, 0]))
    seen = []

    def where(studies):
        seen.append(studies.car)
        return BATTERY["caar"](studies)

    found = placebo(grid, layout, statistics={"where": where})
    np.testing.assert_array_equal(seen[1][:, 0], seen[1][:, 1])
    assert found.n_studies == len(open_days) - 1


def test_matching_on_volatility_keeps_to_like_times():
    r = 100
    volatility = np.where(np.arange(r) < 50, 0.01, 0.03)[:, None]
    car = np.where(np.arange(r) < 50, 1.0, 5.0)[:, None]
    grid, layout = study(np.array([70]), np.array([0]), car, volatility=volatility)
    assert placebo(grid, layout).n_studies == 99
    matched = placebo(grid, layout, volatility_ratio=1.5, statistics={"caar": BATTERY["caar"]})
    assert matched.n_studies == 49
    assert set(matched.draws[:, 0]) == {5.0}


def test_size_p_values_and_critical_values_agree():
    rng = np.random.default_rng(3)
    car = rng.standard_normal((3000, 10)) * 0.02
    rows = 100 + 40 * np.arange(10)
    grid, layout = study(rows, np.arange(10), car)
    for alternative in ("two-sided", "greater", "less"):
        found = placebo(grid, layout, alternative=alternative, draws=999, seed=4)
        assert found.n_studies == 999
        for j in range(len(found.names)):
            if not np.isfinite(found.p_value[j]):
                continue
            # counts and rank sums are as far out as they are from their mean under the null
            mean = {"sign_exact": 10 / 2, "wilcoxon_signed_rank": 10 * 11 / 4}.get(found.names[j], 0.0)
            assert found.p_value[j] == empirical_p(found.statistic[j] - mean, found.draws[:, j] - mean, alternative)
        j = found.names.index("patell_z")
        assert found.size[j, 1] == pytest.approx(0.05, abs=0.03)
        reject = found.p_value[j] <= 0.05
        assert reject != (found.ci_low[j] <= 0 <= found.ci_high[j])


def test_placebo_p_is_uniform_where_nominal_p_is_not():
    # shared dates and a common shock: the nominal test over-rejects, the placebo test does not
    rng = np.random.default_rng(5)
    rejected = {"nominal": 0, "placebo": 0}
    for _ in range(300):
        common = rng.standard_normal((200, 1))
        car = 0.02 * (np.sqrt(0.4) * common + np.sqrt(0.6) * rng.standard_normal((200, 10)))
        grid, layout = study(np.full(10, 120), np.arange(10), car)
        found = placebo(grid, layout, statistics={"patell_z": BATTERY["patell_z"]})
        rejected["nominal"] += found.nominal_p[0] <= 0.05
        rejected["placebo"] += found.p_value[0] <= 0.05
        assert found.size[0, 1] > 0.2
    assert rejected["nominal"] > 0.25 * 300
    # three standard errors of 300 draws at 5 %
    assert abs(rejected["placebo"] / 300 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 300)


def test_critical_value_is_where_p_crosses_the_level():
    draws = np.arange(1.0, 20.0)
    (critical,) = empirical_critical(draws, (0.10,))
    assert empirical_p(critical, draws) > 0.10
    assert empirical_p(critical + 1e-6, draws) <= 0.10
    assert np.isinf(empirical_critical(draws, (0.01,))[0])


def test_no_admissible_date_is_said_with_the_way_out():
    grid, layout = study(np.array([1]), np.array([0]), np.ones((3, 1)), forbidden=np.ones((3, 1), dtype=bool))
    with pytest.raises(DataError, match="draw='clusters'"):
        placebo(grid, layout)
    with pytest.raises(SpecError, match="volatility"):
        placebo(grid, layout, volatility_ratio=1.5)
    with pytest.raises(DataError, match="none of the study's events"):
        placebo(*study(np.array([1]), np.array([0]), np.full((3, 1), np.nan)))


def test_an_event_without_an_estimate_counts_nowhere():
    rng = np.random.default_rng(6)
    car = rng.standard_normal((50, 2))
    car[49, 1] = np.nan
    grid, layout = study(np.array([20, 49]), np.array([0, 1]), car, clusters=np.array([0, 1]))
    found = placebo(grid, layout, statistics={"caar": BATTERY["caar"]})
    assert found.statistic[0] == car[20, 0]
    assert found.n_studies == 49
    np.testing.assert_array_equal(np.sort(found.draws[:, 0]), np.sort(np.delete(car[:, 0], 20)))


def test_a_difference_of_groups_is_compared_with_the_same_difference_elsewhere():
    # both groups share the shocks of their dates: the nominal Welch test ignores that, the placebo one does not
    rng = np.random.default_rng(7)
    rows = np.repeat([40, 52, 66, 80], 4)
    columns = np.tile(np.arange(4), 4)
    first = rows < 60
    nominal, empirical, reps = 0, 0, 200
    for _ in range(reps):
        car = 0.02 * (np.sqrt(0.6) * rng.standard_normal((160, 1)) + np.sqrt(0.4) * rng.standard_normal((160, 4)))
        grid, layout = study(rows, columns, car)
        found = placebo(grid, layout, statistics=difference_battery(first), draws=199, seed=rng, draw="clusters")
        own = car[rows, columns]
        assert found.estimate[0] == pytest.approx(own[first].mean() - own[~first].mean(), rel=1e-9)
        nominal += found.nominal_p[0] <= 0.05
        empirical += found.p_value[0] <= 0.05
    assert nominal > 0.25 * reps
    assert abs(empirical / reps - 0.05) < 3 * np.sqrt(0.05 * 0.95 / reps)
