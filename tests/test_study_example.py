"""The study on the embedded prices: every number against statsmodels on the CSV files themselves."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import eventstudy as es
from eventstudy.cli.demo import demo_study
from eventstudy.datasets.example import EM_FX_MEMBERS
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable

# Both sides are double-precision least squares on 110 well-conditioned observations.
RTOL = 1e-10

DATA = Path(es.__file__).parent / "datasets" / "ukraine_2022"


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).tz_convert("UTC")


def event(
    event_id: str, earliest: str, latest: str | None = None, direction: str = "de-escalation", **more: object
) -> Event:
    return Event(event_id=event_id, earliest=at(earliest), latest=at(latest or earliest), direction=direction, **more)  # type: ignore[arg-type]


def table(*events: Event) -> EventTable:
    return EventTable.from_items(events)


PULLBACK = event("pullback", "2022-02-15T00:00+03:00", "2022-02-15T08:23Z")
WARNING = event("warning", "2022-02-11T14:00-05:00", direction="escalation")
TALKS = event("talks", "2022-02-14T00:00+03:00", "2022-02-15T00:00+03:00")
DOUBTS = event("doubts", "2022-02-16T00:00+01:00", "2022-02-17T00:00+01:00", direction="escalation")


@pytest.fixture(scope="module")
def prices() -> es.PricePanel:
    return es.load_example("ukraine-2022").prices


@pytest.fixture(scope="module")
def from_files() -> pd.DataFrame:
    """Log returns of RUB, EM_FX, BRENT and WTI computed from the package's CSV files with pandas alone."""
    rates = pd.read_csv(next(DATA.glob("*ecb*.csv")), index_col=0, parse_dates=True)
    dollars = {c: np.log(rates["USD"] / rates[c]) for c in rates if c != "USD"}
    basket = pd.concat([dollars[c] for c in EM_FX_MEMBERS], axis=1).mean(axis=1)
    fx = pd.DataFrame({"RUB": dollars["RUB"], "EM_FX": basket}).dropna().diff()
    oil = pd.read_csv(next(DATA.glob("*eia*.csv")), index_col=0, parse_dates=True)
    out = {"RUB": fx["RUB"], "EM_FX": fx["EM_FX"]}
    for name in ("BRENT", "WTI"):
        held = oil[name].dropna()
        out[name] = np.log(held[held > 0]).diff()
    return pd.DataFrame(out)


def plain_ols(
    y: pd.Series, x: pd.Series | None, day: str, rows: slice = slice(-120, -10)
) -> tuple[float, float, float]:
    """AR, t and p of one day by statsmodels: forecast error from ``get_prediction``."""
    frame = pd.DataFrame({"y": y} if x is None else {"y": y, "x": x}).dropna()
    at_day = frame.index.get_loc(pd.Timestamp(day))
    sample = frame.iloc[at_day + rows.start : at_day + rows.stop]
    design = (
        sm.add_constant(sample.drop(columns="y"), has_constant="add") if x is not None else np.ones((len(sample), 1))
    )
    row = np.array([[1.0]] if x is None else [[1.0, frame["x"].iloc[at_day]]])
    fit = sm.OLS(sample["y"].to_numpy(), np.asarray(design)).fit()
    predicted = fit.get_prediction(row)
    ar = float(frame["y"].iloc[at_day] - predicted.predicted_mean[0])
    t = ar / float(predicted.se_obs[0])
    return ar, t, float(2 * stats.t.sf(abs(t), fit.df_resid))


@pytest.mark.parametrize(("asset", "index"), [("RUB", "EM_FX"), ("BRENT", None), ("WTI", None)])
def test_abnormal_return_and_t_equal_statsmodels(
    prices: es.PricePanel, from_files: pd.DataFrame, asset: str, index: str | None
) -> None:
    study = dataclasses.replace(demo_study(), exclude_other_events=False)
    row = study.run(table(PULLBACK), prices).to_frame("event").set_index("asset").loc[asset]
    ar, t, p = plain_ols(from_files[asset], from_files[index] if index else None, "2022-02-15")
    assert row["day0"] == pd.Timestamp("2022-02-15")
    np.testing.assert_allclose([row["car"], row["t"], row["p_value"]], [ar, t, p], rtol=RTOL)
    assert 1.6 < abs(t) < 1.95, "borderline: none of the three is significant at 5 % on its own"
    assert p > 0.05


def test_raw_returns_of_the_fifteenth(prices: es.PricePanel) -> None:
    frame = demo_study().run(table(PULLBACK), prices).to_frame("event").set_index("asset")
    raw = (100 * frame["raw_return"]).round(2)
    assert raw.to_dict() == {"RUB": 1.24, "BRENT": -3.23, "WTI": -3.68}


def test_a_clock_time_after_the_fixing_lands_on_the_next_fixing(prices: es.PricePanel) -> None:
    frame = demo_study().run(table(WARNING), prices).to_frame("event").set_index("asset")
    assert frame.loc["RUB", "day0"] == pd.Timestamp("2022-02-14")
    assert frame.loc["RUB", "timing"] == "exact"


def test_a_date_alone_spans_the_fixings_on_either_side(prices: es.PricePanel, from_files: pd.DataFrame) -> None:
    frame = demo_study().run(table(TALKS), prices).to_frame("event").set_index("asset")
    row = frame.loc["RUB"]
    assert (row["timing"], row["day0"], row["settled"]) == (
        "ambiguous",
        pd.Timestamp("2022-02-14"),
        pd.Timestamp("2022-02-15"),
    )
    both = from_files["RUB"].loc["2022-02-14":"2022-02-15"].sum()
    np.testing.assert_allclose(row["raw_return"], both, rtol=RTOL)


def test_variance_over_a_span_is_the_full_matrix(prices: es.PricePanel, from_files: pd.DataFrame) -> None:
    study = dataclasses.replace(demo_study(), exclude_other_events=False)
    row = study.run(table(TALKS), prices).to_frame("event").set_index("asset").loc["RUB"]
    held = from_files[["RUB", "EM_FX"]].dropna()
    at_day = held.index.get_loc(pd.Timestamp("2022-02-14"))
    sample = held.iloc[at_day - 120 : at_day - 10]
    x = sm.add_constant(sample["EM_FX"].to_numpy())
    fit = sm.OLS(sample["RUB"].to_numpy(), x).fit()
    star = sm.add_constant(held["EM_FX"].iloc[at_day : at_day + 2].to_numpy(), has_constant="add")
    full = fit.mse_resid * (np.eye(2) + star @ np.linalg.inv(x.T @ x) @ star.T)
    np.testing.assert_allclose(row["se"], np.sqrt(full.sum()), rtol=RTOL)


def test_headlines_of_one_direction_merge_and_contradicting_ones_are_mixed(prices: es.PricePanel) -> None:
    copy = event("copy", "2022-02-15T00:00+03:00", "2022-02-16T00:00+03:00", kind="RETREAT", source=("RUS",))
    first = event("first", "2022-02-15T00:00+03:00", "2022-02-15T08:23Z", kind="RETREAT", source=("RUS",))
    result = demo_study().run(table(copy, first, WARNING, TALKS), prices)
    frame = result.to_frame("event")
    rub = frame[frame["asset"] == "RUB"].set_index("day0")
    assert rub.loc["2022-02-15", ["event_id", "n_headlines", "direction", "settle"]].tolist() == [
        "first",
        2,
        "de-escalation",
        0,
    ]
    assert rub.loc["2022-02-14", ["n_headlines", "direction"]].tolist() == [2, "mixed"]
    assert set(result.merged["event_id"]) == {"copy", "talks"}
    assert result.n_in == len(result) + len(result.merged) + len(result.dropped) == 12


def test_every_pair_is_used_merged_or_dropped_with_a_reason(prices: es.PricePanel) -> None:
    late = event("istanbul", "2022-03-29T00:00+03:00", "2022-03-30T00:00+03:00")
    denied = event("denied", "2022-02-15T06:00Z", polarity="denied")
    early = event("early", "2020-01-10T06:00Z")
    result = demo_study().run(table(PULLBACK, late, denied, early, DOUBTS), prices)
    assert result.n_in == len(result) + len(result.merged) + len(result.dropped) == 15
    reasons = result.dropped.set_index(["event_id", "asset"])["reason"]
    assert "after the news" in reasons["istanbul", "RUB"]
    assert reasons["denied", "RUB"] == "not an asserted event that happened"
    assert "does not fit the data: needs sessions -120" in reasons["early", "BRENT"]
    assert (reasons.str.len() > 0).all()


def test_other_events_are_kept_out_of_the_estimation_sample(prices: es.PricePanel, from_files: pd.DataFrame) -> None:
    other = event("other", "2021-12-07T17:08Z")
    row = demo_study().run(table(PULLBACK, other), prices).to_frame("event").set_index(["event_id", "asset"])
    held = from_files[["RUB", "EM_FX"]].dropna()
    at_day, at_other = (held.index.get_loc(pd.Timestamp(d)) for d in ("2022-02-15", "2021-12-08"))
    keep = np.r_[at_day - 120 : at_day - 10]
    keep = keep[(keep < at_other - 5) | (keep > at_other + 5)]
    fit = sm.OLS(held["RUB"].to_numpy()[keep], sm.add_constant(held["EM_FX"].to_numpy()[keep])).fit()
    predicted = fit.get_prediction(np.array([[1.0, held["EM_FX"].iloc[at_day]]]))
    t = (held["RUB"].iloc[at_day] - predicted.predicted_mean[0]) / predicted.se_obs[0]
    got = row.loc[("pullback", "RUB")]
    np.testing.assert_allclose(got["t"], t, rtol=RTOL)
    assert (got["n_estimation"], got["n_excluded"]) == (99, 11)


def test_frames_agree_with_each_other(prices: es.PricePanel) -> None:
    result = demo_study().run(table(PULLBACK, WARNING, DOUBTS), prices)
    days, events = result.to_frame("event_day"), result.to_frame("event", window=(-5, 5))
    sums = days.groupby(["event_id", "asset"])["ar"].sum()
    wide = events.set_index(["event_id", "asset"])["car"]
    np.testing.assert_allclose(sums.loc[wide.index], wide, rtol=RTOL)
    np.testing.assert_allclose(days["actual"] - days["expected"], days["ar"], rtol=1e-9, atol=1e-15)
    groups = result.to_frame("day", by="asset")
    last = groups[groups["day"] == 5].set_index("asset")
    exact = events[events["settle"] == 0]
    for asset in ("BRENT", "WTI"):
        if (exact["asset"] == asset).sum() == (events["asset"] == asset).sum():
            np.testing.assert_allclose(last.loc[asset, "caar"], wide.xs(asset, level="asset").mean(), rtol=RTOL)


def test_nothing_is_mutated_and_twice_is_the_same(prices: es.PricePanel) -> None:
    events = table(PULLBACK, WARNING)
    before = events.to_frame(), prices.to_frame()
    one, two = (demo_study().run(events, prices).to_frame("event") for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(before[0], events.to_frame())
    pd.testing.assert_frame_equal(before[1], prices.to_frame())
