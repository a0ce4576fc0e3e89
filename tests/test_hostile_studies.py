"""Studies that decide nothing, through the public API: NaN with a reason or one clear error, never a warning."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.inference import explain
from eventstudy.inference.slope import response_slope

DAYS = pd.bdate_range("2016-01-04", periods=320)
WINDOW = (-1, 1)
STANDARD = [(200, "A0"), (220, "A1"), (260, "A2")]
TESTS_OF_ITS_OWN = {"sq_test", "sq_test_ewma"}  # of one event: they say so


def table(scale=1.0, assets=4):
    rng = np.random.default_rng(1)
    market = rng.normal(0, 0.01, 320)
    returns = (market[:, None] + rng.normal(0, 0.01, (320, assets))) * scale
    frame = pd.DataFrame(100 * np.exp(np.cumsum(returns, axis=0)), index=DAYS, columns=[f"A{i}" for i in range(assets)])
    frame["MKT"] = 50 * np.exp(np.cumsum(market * scale))
    return frame


def run(prices, cells, *, model=None, event_window=(-3, 3), estimation_window=(-120, -11), columns=None, **options):
    frame = pd.DataFrame(
        {
            "time": [f"{DAYS[d]:%Y-%m-%d}T12:00Z" for d, _ in cells],
            "asset": [a for _, a in cells],
            "event_id": [f"e{i}" for i in range(len(cells))],
            "direction": ["escalation" if i % 2 else "de-escalation" for i in range(len(cells))],
            **(columns or {}),
        }
    )
    study = es.EventStudy(
        model or es.MarketModel("MKT"), event_window=event_window, estimation_window=estimation_window, **options
    )
    return study.run(es.read_events(frame), es.PricePanel(prices, close="16:00", tz="UTC"))


def changed(prices, **columns):
    return prices.assign(**columns)


def flat(value=100.0, jump=0.0):
    return np.where(np.arange(320) < 200, value, value + jump)


def holes(prices, where):
    frame = prices.copy()
    for asset, first, last in where:
        frame.loc[DAYS[first:last], asset] = np.nan
    return frame


T = table()
STUDIES = {
    "one event": (T, [(200, "A0")], {}),
    "two events": (T, STANDARD[:2], {}),
    "two events, one date": (T, [(200, "A0"), (200, "A1")], {}),
    "two events, one asset, one day apart": (T, [(200, "A0"), (201, "A0")], {}),
    "one date": (T, [(200, f"A{i}") for i in range(4)], {}),
    "an asset that never moves": (changed(T, A0=100.0), STANDARD, {}),
    "nothing ever moves": (changed(T, A0=100.0), [(200, "A0"), (250, "A0")], {}),
    "an asset that moves with the event alone": (changed(T, A0=flat(jump=1)), STANDARD, {}),
    "the same, mean adjusted": (changed(T, A0=flat(jump=1)), STANDARD, {"model": es.MeanAdjusted()}),
    "no prices on the day": (holes(T, [(f"A{i}", 200, 201) for i in range(4)]), [(200, f"A{i}") for i in range(3)], {}),
    "the same event three times": (T, [(200, "A0")] * 3 + [(260, "A1")] * 2, {}),
    "identical assets": (changed(T, A1=T["A0"], A2=T["A0"]), [(200, f"A{i}") for i in range(3)], {}),
    "identical assets, two dates": (changed(T, A1=T["A0"]), [(d, a) for d in (200, 250) for a in ("A0", "A1")], {}),
    "twice the benchmark": (changed(T, A0=T["MKT"] * 2), [(200, "A0"), (250, "A0"), (280, "A0")], {}),
    "thrice the benchmark": (changed(T, A0=T["MKT"] * 3, A1=T["MKT"] * 7), [(200, "A0"), (230, "A1"), (260, "A0")], {}),
    "the benchmark itself": (T, [(200, "MKT"), (250, "A0")], {}),
    "a group without weight": (T, STANDARD, {"weights": "w", "columns": {"w": [0.0, 0.0, 2.0]}}),
    "returns of 1e-12": (table(1e-12), STANDARD, {}),
    "returns of 1e-9": (table(1e-9), STANDARD, {}),
    "simple returns of 1e4": (pd.DataFrame(10.0 ** np.random.default_rng(2).uniform(0, 4, (320, 5)), DAYS,
                                           ["A0", "A1", "A2", "A3", "MKT"]), STANDARD, {"returns": "simple"}),
    "a price twelve orders up at the event": (changed(T, A0=T["A0"] * np.where(np.arange(320) < 200, 1, 1e12)),
                                              STANDARD, {}),
    "windows partly covered": (holes(T, [("A0", 201, 203), ("A1", 219, 224)]), [(200, "A0"), (218, "A1"), (260, "A2")],
                               {}),
    "the last sessions": (T, [(319, "A0"), (318, "A1"), (317, "A2")], {}),
    "three estimation sessions": (T, STANDARD, {"estimation_window": (-13, -11), "min_observations": 3}),
    "all the same sign": (changed(T, **{a: T[a] * np.where(np.arange(320) < 200, 1, 1.2) for a in ("A0", "A1", "A2")}),
                          [(200, f"A{i}") for i in range(3)], {}),
}  # fmt: skip


@pytest.mark.parametrize("name", STUDIES)
def test_every_question_gets_an_answer_or_a_reason(name):
    prices, cells, options = STUDIES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = run(prices, cells, **options)
        for side, by in (("two-sided", None), ("less", "asset")):
            for _, row in result.tests(WINDOW, by=by, alternative=side).iterrows():
                assert math.isfinite(row["statistic"]) == math.isfinite(row["p_value"]), row["name"]
                if math.isfinite(row["p_value"]):
                    assert 0 <= row["p_value"] <= 1
                    assert abs(row["statistic"]) < 1e6, (row["name"], row["statistic"])  # no ratio of rounding errors
                else:
                    assert row["note"], row["name"]
        single = result.single_events(WINDOW)
        assert (single["sq_p_value"].notna() | (single["note"] != "")).all()
        advice = result.diagnose(WINDOW)
        assert advice.why
        result.summary([WINDOW])
        result.family([WINDOW])
        result.to_frame("day")
        for ask in (
            lambda: result.difference(window=WINDOW),
            lambda: result.placebo(WINDOW, draws=29),
            lambda: result.joint(WINDOW),
            lambda: result.explain("car ~ 1", window=WINDOW),
            lambda: result.response_slope("direction", window=WINDOW),
        ):
            try:
                ask()
            except es.EventStudyError as error:
                assert len(str(error)) > 20


def test_one_day_windows():
    result = run(T, STANDARD, event_window=(0, 0))
    tests = result.tests((0, 0)).set_index("name")
    assert tests.loc["corrado_rank_z", "statistic"] == pytest.approx(tests.loc["cumulative_rank_z", "statistic"])
    assert np.isfinite(tests.loc["bmp_t", "p_value"])


def test_the_same_event_three_times_is_one_row():
    prices, cells, options = STUDIES["the same event three times"]
    result = run(prices, cells, **options)
    assert len(result) == 2
    assert len(result.merged) == 3


def test_identical_assets_are_one_draw():
    prices, cells, options = STUDIES["identical assets"]
    result = run(prices, cells, **options)
    tests = result.tests(WINDOW).set_index("name")
    assert math.isnan(tests.loc["bmp_t", "p_value"])
    assert "equal" in tests.loc["bmp_t", "note"]
    assert result.diagnose(WINDOW).measures["r_bar"] == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("name", ["twice the benchmark", "thrice the benchmark"])
def test_assets_that_the_benchmark_explains_exactly_give_no_statistic_of_rounding(name):
    prices, cells, options = STUDIES[name]
    result = run(prices, cells, **options)
    tests = result.tests(WINDOW)
    assert tests["p_value"].isna().all(), tests[["name", "p_value"]]
    assert (tests["note"] != "").all()
    assert result.joint(WINDOW)["p_value"].isna().all()


def test_regressions_of_equal_returns_have_no_slope_to_test():
    x = np.random.default_rng(0).normal(size=12)
    for y in (np.full(12, 0.0123), 0.3 * x + 0.1):
        assert np.isnan(response_slope(y, x).p_value).all()
        assert np.isnan(explain("car ~ x", {"car": y, "x": x}).p_value).all()


def test_scale_changes_no_statistic():
    """Statistics are ratios: returns a thousand times smaller give the same, up to log and rounding."""
    wanted, got = (run(table(scale), STANDARD).tests(WINDOW).set_index("name")["statistic"] for scale in (1e-3, 1e-6))
    for name in wanted.index.difference([*TESTS_OF_ITS_OWN, "bhar_t", "bhar_skewness_adjusted_t"]):
        assert got[name] == pytest.approx(wanted[name], rel=1e-3, nan_ok=True), name


def test_a_group_without_weight_has_nan_and_a_reason():
    prices, cells, options = STUDIES["a group without weight"]
    table_ = run(prices, cells, **options).tests(WINDOW, by="asset")
    nothing = table_[table_["asset"] == "A0"]
    assert nothing["p_value"].isna().all()
    assert nothing["note"].str.contains("weight").any()
    assert table_.loc[table_["asset"] == "A2", "p_value"].notna().any()


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, math.nan, 2.0], "'w' is nan for event 'e1'"),
        ([-1.0, 1.0, 2.0], "'w' is -1 for event 'e0'"),
        ([0.0, 0.0, 0.0], "'w' is zero for all events"),
        (
            ["1", "little", "none"],
            "'w' does not hold numbers: 'little' is none; .*: intensity, n_headlines",
        ),
        (
            ["1,5", "2", "3"],
            r"'w' does not hold numbers: '1,5' is none; read_events\(\.\.\., decimal=','\) reads commas",
        ),
        (list(pd.bdate_range("2020-01-01", periods=3)), "'w' does not hold numbers: Timestamp"),
    ],
)
def test_weights_that_are_none_are_refused_before_any_test(weights, words):
    with pytest.raises(es.EventStudyError, match=words):
        run(T, STANDARD, weights="w", columns={"w": weights})


def test_a_column_that_is_none_is_refused_with_those_that_can_weigh():
    columns = {
        "size": [1.0, 2.0, 3.0],
        "sector": ["a", "b", "c"],
        "when": list(pd.bdate_range("2020-01-01", periods=3)),
    }
    with pytest.raises(es.EventStudyError) as caught:
        run(T, STANDARD, weights="sise", columns=columns)
    told = str(caught.value)
    assert "weights='sise' is no event column" in told and "did you mean 'size'?" in told
    assert told.rstrip().endswith("those that can weigh: intensity, size, n_headlines")
    with pytest.raises(es.EventStudyError, match="weights='kind' is no event column"):
        run(T, STANDARD, weights="kind", columns=columns)
    for name in ("size", "n_headlines"):
        assert run(T, STANDARD, weights=name, columns=columns).study.weights == name


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1e-300, 1.0, 1e300], "out of all proportion"),
        ([1e-12, 1.0, 2.0], "would count for nothing"),
    ],
)
def test_weights_that_no_test_can_use(weights, words):
    result = run(T, STANDARD, weights="w", columns={"w": weights})
    with pytest.raises(es.EventStudyError, match=words):
        result.tests(WINDOW)


@pytest.mark.parametrize(
    ("prices", "options", "words"),
    [
        (changed(T, MKT=50.0), {}, "MKT does not vary"),
        (T, {"estimation_window": (-12, -11)}, "too short"),
        (T, {"estimation_window": (-120, 5)}, "overlaps"),
    ],
)
def test_a_study_that_cannot_be_is_one_clear_error(prices, options, words):
    with pytest.raises(es.EventStudyError, match=words):
        run(prices, STANDARD, **options)
