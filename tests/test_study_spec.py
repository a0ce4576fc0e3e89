"""What a study refuses, and the two model protocols side by side."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy._types import FloatArray
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable
from eventstudy.models import Forecast

# Two ways to the same arithmetic in double precision.
RTOL = 1e-10


@dataclass(frozen=True)
class MeanByHand:
    """A user's own model in a few lines: the mean of the estimation sample."""

    benchmarks: tuple[str, ...] = ()

    def predict(self, y: FloatArray, x: FloatArray, x_event: FloatArray) -> Forecast:
        residuals = y - y.mean()
        s2 = residuals @ residuals / (len(y) - 1)
        days = len(x_event)
        return Forecast(
            expected=np.full(days, y.mean()),
            covariance=s2 * (np.eye(days) + 1.0 / len(y)),
            residuals=residuals,
            n_parameters=1,
        )


@pytest.fixture(scope="module")
def world() -> tuple[EventTable, es.PricePanel]:
    rng = np.random.default_rng(7)
    days = pd.bdate_range("2021-01-04", periods=300)
    market = rng.normal(0, 0.01, 300)
    frame = pd.DataFrame({"MKT": 100 * np.exp(np.cumsum(market))}, index=days)
    for name in "AB":
        frame[name] = 50 * np.exp(np.cumsum(market + rng.normal(0, 0.01, 300)))
    frame.loc[days[150:153], "A"] = np.nan  # three sessions without a price
    panel = es.PricePanel(frame, close="16:00", tz="America/New_York")
    moments = [days[i].tz_localize("UTC") + pd.Timedelta("12h") for i in (200, 230, 260)]
    return EventTable.from_items(Event(event_id=f"e{i}", earliest=t, latest=t) for i, t in enumerate(moments)), panel


def test_both_model_protocols_agree(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    linear = es.EventStudy(es.MeanAdjusted(), event_window=(-2, 2), estimation_window=(-100, -11)).run(
        events, prices, assets=["B"]
    )
    by_hand = es.EventStudy(MeanByHand(), event_window=(-2, 2), estimation_window=(-100, -11)).run(
        events, prices, assets=["B"]
    )
    for window in ((0, 0), (-1, 2)):
        one, two = linear.to_frame("event", window=window), by_hand.to_frame("event", window=window)
        np.testing.assert_allclose(one[["car", "se", "t", "p_value"]], two[["car", "se", "t", "p_value"]], rtol=RTOL)


def test_a_gap_is_spanned_by_the_return_after_it_and_never_filled(world: tuple[EventTable, es.PricePanel]) -> None:
    _, prices = world
    days = prices.to_frame().index
    over = Event(event_id="gap", earliest=days[149].tz_localize("UTC"), latest=days[149].tz_localize("UTC"))
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 6), estimation_window=(-100, -11))
    frame = study.run(EventTable.from_items([over]), prices, assets=["A"]).to_frame("event_day").set_index("session")
    assert frame.loc[days[150:153], "ar"].isna().all()
    raw = np.log(prices.to_frame()["A"])
    np.testing.assert_allclose(frame.loc[days[153], "actual"], raw[days[153]] - raw[days[149]], rtol=RTOL)


def test_pickled_results_are_small_and_can_be_brought_back(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    result = es.EventStudy(es.MarketModel("MKT"), estimation_window=(-100, -11)).run(events, prices, assets=["A", "B"])
    held = pickle.dumps(result)
    assert len(held) < 60_000
    thin = pickle.loads(held)
    with pytest.raises(es.EventStudyError, match="attach"):
        thin.to_frame("event")
    pd.testing.assert_frame_equal(thin.attach(prices).to_frame("event"), result.to_frame("event"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"event_window": (5, -5)}, "starts after it ends"),
        ({"event_window": (-5, 5), "estimation_window": (-100, -5)}, "overlaps"),
        ({"event_window": "soon"}, "is not a window"),
        ({"returns": "logs"}, "did you mean 'log'"),
        ({"min_window_coverage": 2}, "is not a share"),
        ({"max_gap": "soon"}, "no length of time"),
        ({"date_only": "middle"}, "is not one of"),
    ],
)
def test_a_spec_that_means_nothing_is_refused(
    world: tuple[EventTable, es.PricePanel], options: dict[str, object], words: str
) -> None:
    events, prices = world
    with pytest.raises(es.EventStudyError, match=words):
        es.EventStudy(es.MeanAdjusted(), **options).run(events, prices, assets=["B"])  # type: ignore[arg-type]


def test_nothing_says_on_which_assets(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    with pytest.raises(es.EventStudyError, match="give it `assets`, or run"):
        es.EventStudy(es.MeanAdjusted()).run(events, prices)


def test_unknown_names_are_named(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    with pytest.raises(es.EventStudyError, match=r"'MKTT'.*did you mean 'MKT'"):
        es.EventStudy(es.MarketModel("MKTT"), estimation_window=(-100, -11)).run(events, prices, assets=["B"])
    with pytest.raises(es.EventStudyError, match="asset 'C' has no prices"):
        es.EventStudy(es.MeanAdjusted()).run(events, prices, assets=["C"])


def test_a_model_without_its_benchmark_asks_for_its_name(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    with pytest.raises(es.EventStudyError, match="MarketModel for B names no benchmark; name a column"):
        es.EventStudy(es.MarketModel(), estimation_window=(-100, -11)).run(events, prices, assets=["B"])


def test_windows_that_no_event_fits_are_one_clear_error(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    with pytest.raises(es.EventStudyError, match="none of 3 event-asset pairs could be studied"):
        es.EventStudy(es.MeanAdjusted(), estimation_window=(-900, -500)).run(events, prices, assets=["B"])


def test_factor_models_are_fitted_on_simple_returns_net_of_the_risk_free_rate() -> None:
    """Published factors are simple excess returns, so the study converts and says so."""
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    days = pd.bdate_range("2021-01-04", periods=260)
    factors = pd.DataFrame(rng.normal(0, 0.01, (260, 3)), index=days, columns=["Mkt-RF", "SMB", "HML"])
    factors["RF"] = 0.0001
    simple = factors[["Mkt-RF", "SMB", "HML"]] @ [1.1, 0.3, -0.2] + 0.0001 + rng.normal(0, 0.01, 260)
    panel = es.PricePanel(pd.DataFrame({"A": 100 * (1 + simple).cumprod()}), close="16:00", tz="America/New_York")
    at = days[230].tz_localize("UTC") + pd.Timedelta("12h")
    events = EventTable.from_items([Event(event_id="e", earliest=at, latest=at)])
    study = es.EventStudy(es.FactorModel.preset("FF3"), event_window=(0, 0), estimation_window=(-150, -11))
    result = study.run(events, panel, assets=["A"], factors=factors)
    excess = (simple - factors["RF"]).to_numpy()
    x = sm.add_constant(factors[["Mkt-RF", "SMB", "HML"]].to_numpy())
    fit = sm.OLS(excess[80:220], x[80:220]).fit()
    predicted = fit.get_prediction(x[230:231])
    row = result.to_frame("event").iloc[0]
    np.testing.assert_allclose(row["car"], excess[230] - predicted.predicted_mean[0], rtol=1e-9)
    np.testing.assert_allclose(row["se"], predicted.se_obs[0], rtol=1e-9)
    assert result.spec["models"]["all"]["returns"] == "simple"


@pytest.mark.parametrize("returns", ["log", "simple"])
@pytest.mark.parametrize("level", [0.0, -5.0])
@pytest.mark.parametrize("asset", ["A", "B"])  # A has no price on three sessions, so that a return spans them
def test_a_benchmark_that_is_not_positive_inside_a_used_window_is_an_error(
    world: tuple[EventTable, es.PricePanel], returns: str, level: float, asset: str
) -> None:
    events, prices = world
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=(-100, -11), returns=returns)

    def with_level(row: int) -> es.PricePanel:
        frame = prices.to_frame()
        frame.loc[frame.index[row], "MKT"] = level
        return es.PricePanel(frame, close="16:00", tz="America/New_York")

    whole = study.run(events, prices, assets=[asset])
    # The first window's first return goes from row 99 to 100, the last one's ends at 262.
    for row in (40, 98, 255, 270):
        apart = study.run(events, with_level(row), assets=[asset])
        np.testing.assert_array_equal(apart.estimates.ar, whole.estimates.ar)
    for row in (99, 149, 200, 261):
        day = str(prices.labels[row])[:10]
        with pytest.raises(es.EventStudyError, match=f"MKT is the benchmark of {asset} and zero or negative on {day}"):
            study.run(events, with_level(row), assets=[asset])


WINDOWS = {"event_window": (-2, 2), "estimation_window": (-100, -11)}


def test_what_needs_the_prices_of_a_pickled_result_says_so(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    thin = pickle.loads(pickle.dumps(es.EventStudy(es.MeanAdjusted(), **WINDOWS).run(events, prices, assets=["B"])))
    for ask in (
        lambda: thin.placebo((0, 0), draws=9),
        lambda: thin.power((0, 0), simulated=True),
        lambda: thin.plot_placebo("bmp_t", (0, 0)),
        thin.summary,
    ):
        with pytest.raises(es.EventStudyError, match="attach"):
            ask()
    assert len(thin.to_frame("event_day")) == 5 * len(thin)


TABLES = {
    "dropped": lambda r: r.dropped,
    "merged": lambda r: r.merged,
    "audit": lambda r: r.audit,
    "events": lambda r: r.to_frame("event"),
    "event days": lambda r: r.to_frame("event_day"),
    "days": lambda r: r.to_frame("day"),
    "tests": lambda r: r.tests((0, 1)),
    "summary": lambda r: r.summary([(0, 1)]).table,
    "advice": lambda r: r.diagnose((0, 1)).findings,
}


@pytest.mark.parametrize("name", TABLES)
def test_who_writes_into_a_table_of_a_result_changes_no_result(world, name) -> None:
    events, prices = world
    late = pd.Timestamp("2023-01-04T12:00Z")  # after the last price
    more = [replace(events[0], event_id="again"), replace(events[0], event_id="late", earliest=late, latest=late)]
    result = es.EventStudy(es.MeanAdjusted(), **WINDOWS).run(
        EventTable.from_items([*events, *more]), prices, assets=["B"]
    )
    assert len(result.dropped) and len(result.merged)
    before = TABLES[name](result).copy()
    mine = TABLES[name](result)
    for column in mine.columns:
        mine[column] = 0  # on the frame itself
    pd.testing.assert_frame_equal(TABLES[name](result), before)
    assert result.n_in == len(result) + len(result.dropped) + len(result.merged)
    result.spec["models"].clear()
    assert result.spec["models"]


def test_copies_within_a_program_keep_their_prices(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    result = es.EventStudy(es.MeanAdjusted(), **WINDOWS).run(events, prices, assets=["B"])
    for again in (copy.copy(result), copy.deepcopy(result), copy.deepcopy([result])[0]):
        pd.testing.assert_frame_equal(again.to_frame("event"), result.to_frame("event"))
        pd.testing.assert_frame_equal(again.tests((0, 1)), result.tests((0, 1)))
    own = copy.deepcopy(result)
    assert own.__dict__["dropped"] is not result.__dict__["dropped"]
    assert result.dropped.empty and result.spec["assets"] == ["B"]
    thin = pickle.loads(pickle.dumps(result))
    pd.testing.assert_frame_equal(copy.deepcopy(thin).audit, result.audit)


def test_an_asset_is_not_studied_against_itself(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    for model in (es.MarketModel("MKT"), es.MarketAdjusted("MKT"), es.FactorModel("A", "MKT"), es.RollingBeta("MKT")):
        result = es.EventStudy(model, **WINDOWS).run(events, prices, assets=["B", "MKT"])
        assert set(result.to_frame("event")["asset"]) == {"B"}
        assert result.dropped["asset"].tolist() == ["MKT"] * 3
        assert set(result.dropped["reason"]) == {"MKT is its own benchmark: nothing would be left of its returns"}
        assert result.n_in == len(result) + len(result.dropped) + len(result.merged)
    with pytest.raises(es.EventStudyError, match="3 x MKT is its own benchmark"):
        es.EventStudy({"MKT": es.MarketModel("MKT")}, **WINDOWS).run(events, prices)
    both = es.EventStudy({"B": es.MarketModel("MKT"), "MKT": es.MeanAdjusted()}, **WINDOWS).run(events, prices)
    assert set(both.to_frame("event")["asset"]) == {"B", "MKT"} and both.dropped.empty


def test_a_factor_model_without_factors_asks_for_their_names(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    for model in (es.FactorModel(), es.SyntheticControl()):
        with pytest.raises(es.EventStudyError, match=f"{type(model).__name__} for B names no benchmark"):
            es.EventStudy(model, **WINDOWS).run(events, prices, assets=["B"])


def test_what_is_no_table_of_events_is_told_how_to_make_one(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    for given in (list(events), events[0], events.to_frame(), None):
        with pytest.raises(es.EventStudyError, match=r"expected an EventTable; es\.read_events makes one") as caught:
            es.EventStudy(es.MeanAdjusted(), **WINDOWS).run(given, prices, assets=["B"])
        assert len(str(caught.value)) < 400


def test_a_slope_needs_a_column_of_numbers(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    frame = events.to_frame().assign(word="2,5", text=["1.5", "2", "4"], direction="up")
    result = es.EventStudy(es.MeanAdjusted(), **WINDOWS).run(EventTable(frame), prices, assets=["B"])
    assert result.response_slope("text")["name"].tolist() == ["intercept", "text"]
    with pytest.raises(es.EventStudyError, match=r"on='word' does not hold numbers: .*'2,5'"):
        result.response_slope("word")
    with pytest.raises(es.EventStudyError, match="on='txt' is no event column; did you mean 'text'"):
        result.response_slope("txt")
    with pytest.raises(es.EventStudyError, match="on='direction': no event has a number, the first has 'up'"):
        result.response_slope("direction")


def test_a_benchmark_that_begins_late_is_named_among_the_reasons(world: tuple[EventTable, es.PricePanel]) -> None:
    events, prices = world
    frame = prices.to_frame()
    frame.loc[frame.index[:220], "MKT"] = np.nan
    late = es.PricePanel(frame, close="16:00", tz="America/New_York")
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(0, 1), estimation_window=(-30, -5))
    result = study.run(events, late, assets=["B"])
    assert len(result) == 1 and result.n_in == len(result) + len(result.dropped)
    first = f"the data begin with the price of {frame.index[220]:%Y-%m-%d} .*the first that it and any benchmark have"
    assert result.dropped["reason"].str.contains(first).tolist() == [True, False]


def test_assets_that_are_parted_by_commas_are_told_how_to_be_written():
    example = es.load_example("ukraine-2022")
    events = es.read_events(pd.DataFrame({"date": ["2022-02-15", "2022-02-15"], "asset": ["RUB, BRENT", "RUB; BRENT"]}))
    study = es.EventStudy(es.MeanAdjusted(), event_window=(-1, 1), estimation_window=(-60, -11))
    result = study.run(events, example.prices)
    assert result.dropped["reason"].tolist() == ["no prices for RUB, BRENT: write several assets as RUB; BRENT"]
    assert sorted(result.to_frame("event")["asset"]) == ["BRENT", "RUB"]
