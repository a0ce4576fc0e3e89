"""Beside every p-value stands an interval by the same method, or the reason why there is none."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import eventstudy as es
from eventstudy.inference import Evidence, family_tests, run_tests
from eventstudy.inference.crosssection import regress
from eventstudy.inference.measures import Measures, measure
from tests.test_placebo_battery import design_of

CLOSED = 1e-9  # quantiles of F and t inverted and put in again
ROOT = 1e-6  # ends of an interval found by bisection

ADJUSTED = ("holm", "benjamini_hochberg", "romano_wolf")
ELSEWHERE = {"nominal_p"}  # placebo tables: the textbook's p beside the empirical one; tests() has its interval
REASONS = ("note", "estimand", "why")


@pytest.fixture(scope="module")
def result():
    cells = [(110, "A"), (110, "B"), (112, "C"), (130, "D"), (150, "A"), (160, "B"), (170, "C"), (190, "D"), (210, "A")]
    return mixed(cells)


def mixed(cells):
    found, *_ = design_of({"cells": cells, "study": {"weights": "size"}})
    return found


def tables(r):
    """Every public table of a result that has a p-value, by what gives it."""
    yield "to_frame", r.to_frame("event", window=(0, 1))
    yield "tests", r.tests([(0, 0), (0, 1)])
    yield "tests by asset", r.tests((0, 1), by="asset")
    yield "summary", r.summary([(0, 0), (0, 1)]).table
    yield "placebo", r.placebo((0, 1), draws=199, draw="clusters").table
    yield "few placebo studies", r.placebo((0, 1), draws=9).table
    yield "single_events", r.single_events((0, 1))
    yield "difference", r.difference("asset", "A", "B", window=(0, 1))
    yield "joint", r.joint((0, 1))
    yield "joint by asset", r.joint((0, 1), by="asset")
    yield "response_slope", r.response_slope("size", window=(0, 1))
    yield "explain", r.explain("car ~ size", window=(0, 1)).to_frame()
    yield "explain, ranked", r.explain("car ~ size", window=(0, 1), covariance="pre-event").to_frame()
    yield "family", r.family([(0, 0), (0, 1)], by="asset", draws=199)
    volatility = r.volatility((0, 1))
    yield "volatility", volatility
    yield "volatility, mean", pd.DataFrame([volatility.attrs])
    yield "compare", es.compare({"one": r, "two": r}, windows=[(0, 1)]).table
    found = measure(r.sample((0, 1)))
    yield "measures", pd.DataFrame([{name: getattr(found, name) for name in Measures.__dataclass_fields__}])


COMPANIONS = {  # where the interval's name does not follow from the p-value's
    "p_value": ("ci_low", "ci_high"),
    "z_p_value": ("mean_ci_low",),  # one-sided
    "variance_p": ("variance_low",),  # one-sided
    "benchmark_p": ("benchmark_low", "benchmark_high"),
    "drift_p": ("drift_low", "drift_high"),
}
WITHOUT = {"arch_p": "estimates nothing"}  # said where it is documented


def companions(column):
    if column in COMPANIONS:
        return COMPANIONS[column]
    stem = re.sub(r"_?p_value$", "", column)
    return (f"{stem}_ci_low", f"{stem}_ci_high")


def p_columns(frame):
    return [c for c in map(str, frame.columns) if c in ADJUSTED or re.search(r"(^|_)p(_value)?$", c)]


def bare(frame):
    """Cells of p-values with neither interval nor reason."""
    out = []
    for column in p_columns(frame):
        if column in ELSEWHERE or column in WITHOUT:
            continue
        sides = companions(column)
        for at, row in enumerate(frame.to_dict("records")):
            if np.isnan(row[column]) or all(side in row and not np.isnan(row[side]) for side in sides):
                continue
            if column == "benjamini_hochberg" and row[column] > 0.05:
                continue  # not selected; said where the column is documented
            if any(str(row.get(reason) or "") not in ("", "nan") for reason in REASONS[:1]):
                continue
            if str(row.get("estimand", "")).startswith("none: "):
                continue
            out.append((at, column, row.get("name", "")))
    return out


def test_every_table_has_an_interval_or_a_reason_beside_each_p_value(result):
    seen = {}
    for name, frame in tables(result):
        seen[name] = p_columns(frame)
        assert not bare(frame), name
    assert all(seen.values()), seen
    for name in WITHOUT:
        assert WITHOUT[name] in Measures.__doc__


def test_the_walk_sees_a_p_value_that_stands_alone():
    assert bare(pd.DataFrame({"p_value": [0.03]})) == [(0, "p_value", "")]
    assert bare(pd.DataFrame({"p_value": [0.03], "ci_low": [0.1], "ci_high": [np.nan], "note": [""]}))
    assert not bare(pd.DataFrame({"p_value": [0.03], "note": ["no interval: of signs"]}))
    assert bare(pd.DataFrame({"holm": [0.03], "ci_low": [0.1], "ci_high": [0.2]}))


def test_the_interval_of_a_variance_is_what_its_f_test_does_not_reject(result):
    frame = result.volatility((0, 1))
    one = frame.iloc[0]
    assert stats.f.sf(one["ratio"] / one["ci_low"], one["n_days"], one["dof"]) == pytest.approx(0.05, rel=CLOSED)
    assert one["ci_high"] == np.inf
    assert ((frame["ci_low"] > 1) == (frame["p_value"] < 0.05)).all()
    ratios = frame["ratio"].to_numpy()
    t = stats.ttest_1samp(ratios, frame.attrs["mean_ci_low"], alternative="greater")
    assert t.pvalue == pytest.approx(0.05, rel=CLOSED)


def test_the_interval_of_a_rank_is_what_the_rank_does_not_reject():
    rng = np.random.default_rng(2)
    y, x, before = rng.normal(size=20), np.column_stack([np.ones(20), rng.normal(size=20)]), rng.normal(size=(99, 20))
    found = regress(y, x, ["one", "x"], covariance="pre-event", pre_event=before)
    draws = np.array([np.linalg.lstsq(x, row, rcond=None)[0] for row in before])
    for j in range(2):
        for side, end in ((-1, found.rank_ci_low[j]), (1, found.rank_ci_high[j])):
            for inside, rejected in ((-1e-9, False), (1e-9, True)):
                away = abs(found.coefficients[j] - end - side * inside)
                assert ((1 + (np.abs(draws[:, j]) >= away).sum()) / 100 <= 0.05) == rejected


def flipped_p(x, mu, signs):
    """Share of the sign patterns whose t of x - mu is as far out: the wild bootstrap of one mean, in loops."""
    y = x - mu

    def t(v):
        e = v - v.mean()
        return v.mean() / np.sqrt((e**2).sum())

    return (1 + sum(abs(t(s * y)) >= abs(t(y)) * (1 - 1e-10) for s in signs)) / (1 + len(signs))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_intervals_of_a_family_are_those_of_their_adjusted_p_values(alternative):
    from eventstudy.inference.family import sign_vectors

    rng = np.random.default_rng(4)
    car = rng.normal(size=(4, 11)) + np.array([[1.3], [0.9], [0.2], [-1.5]])
    found = family_tests(car, np.arange(11), draws=4000, alternative=alternative)
    signs = sign_vectors(11, 4000, 0)[0]
    if alternative == "two-sided":
        for j in range(4):  # the end of Bonferroni's interval is where p crosses 5 % / 4
            for end, step in ((found.holm_ci_low[j], -ROOT), (found.holm_ci_high[j], ROOT)):
                assert flipped_p(car[j], end - step, signs) > 0.05 / 4 >= flipped_p(car[j], end + step, signs)
    selected = found.benjamini_hochberg <= 0.05
    assert 0 < selected.sum() < 4
    assert (np.isnan(found.benjamini_hochberg_ci_low) == ~selected).all()
    for method in ADJUSTED:
        low, high = getattr(found, f"{method}_ci_low"), getattr(found, f"{method}_ci_high")
        p = getattr(found, method)
        out = (low > 0) | (high < 0)
        assert (p[out] <= 0.05).all(), method  # an interval without zero goes with a rejection
        first = np.nanargmin(p)
        assert out[first], method  # of the first to be rejected the other way round, too
        if method != "benjamini_hochberg":
            assert (low <= found.ci_low).all()
            assert (high >= found.ci_high).all()
        if method == "benjamini_hochberg":
            assert (out == selected).all()


def test_all_intervals_of_a_family_hold_at_once():
    rng = np.random.default_rng(6)
    truth, reps = np.array([0.0, 0.5, -0.5, 1.0]), 150
    held = dict.fromkeys(("holm", "romano_wolf"), 0)
    for _ in range(reps):
        common = rng.normal(size=(1, 16))
        car = truth[:, None] + np.sqrt(0.5) * (common + rng.normal(size=(4, 16)))
        found = family_tests(car, np.arange(16), draws=199, seed=int(rng.integers(1 << 30)))
        for method in held:
            low, high = getattr(found, f"{method}_ci_low"), getattr(found, f"{method}_ci_high")
            held[method] += bool(((low <= truth) & (truth <= high)).all())
    error = 3 * np.sqrt(0.05 * 0.95 / reps)
    assert held["holm"] / reps > 0.95 - error
    assert held["romano_wolf"] / reps > 0.95 - error


def test_a_test_of_ranks_says_that_it_estimates_nothing(result):
    tests = {t.name: t for t in run_tests(Evidence(result.sample((0, 1))).sample)}
    assert tests["grank_t"].estimand.startswith("none: ")
    assert tests["bmp_t"].estimand == "mean SCAR"
