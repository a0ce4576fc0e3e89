"""Claims of articles against prices: the cases of the seed article, and one case for each way a claim can go."""

from __future__ import annotations

import functools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import SpecError
from eventstudy.events.records import ReportedMove
from eventstudy.events.tables import MoveTable
from eventstudy.prices.panel import PricePanel
from eventstudy.reconciliation import verify_moves
from eventstudy.reconciliation.claims import implied_before, level_bounds, move_bounds, number

# Prices below are written with five digits; nothing here is estimated.
ROUNDING = 1e-9

# The ECB's rubles per dollar (rubles per euro over dollars per euro), and dated Brent, 14 to 16 February 2022.
RUB = {"2022-02-11": 75.199, "2022-02-14": 76.306, "2022-02-15": 75.366, "2022-02-16": 75.069}
BRENT_SPOT = {"2022-02-11": 99.0, "2022-02-14": 101.66, "2022-02-15": 98.43, "2022-02-16": 97.44}
BRENT_FUTURES = {"2022-02-11": 94.44, "2022-02-14": 96.48, "2022-02-15": 93.28, "2022-02-16": 94.81}


def with_history(last: dict[str, float], size: float) -> pd.Series:
    """Forty earlier prices that move by `size` a day, so that the series has a volatility of its own."""
    days = pd.bdate_range(end="2022-02-10", periods=40)
    first = next(iter(last.values()))
    early = first * np.exp(size * np.where(np.arange(40) % 4 < 2, 0.5, -0.5))
    return pd.concat([pd.Series(early, days), pd.Series(list(last.values()), pd.DatetimeIndex(list(last)))])


@functools.cache
def rub() -> PricePanel:
    return PricePanel(pd.DataFrame({"RUB": with_history(RUB, 0.008)}), quoted=["RUB"], source="ecb")


def brent(prices: dict[str, float], source: str) -> PricePanel:
    return PricePanel(pd.DataFrame({"BRENT": with_history(prices, 0.02)}), source=source)


def verify(panel: PricePanel, **fields) -> pd.Series:
    fields.setdefault("as_of", pd.Timestamp("2022-02-15", tz="UTC"))
    if isinstance(fields["as_of"], str):
        fields.update(as_of=pd.Timestamp(fields["as_of"]), precision="instant")
    if "amount" in fields:
        fields.setdefault("unit", "percent")
    frame = verify_moves(MoveTable.from_items([ReportedMove(move_id="m", **fields)]), panel)
    return frame.iloc[0]


def test_the_rubles_claim_is_consistent_up_to_reference_time():
    row = verify(
        rub(),
        asset="RUB",
        direction="up",
        amount=1.8,
        level=75.2232,
        level_unit="RUB per USD",
        against="USD",
        as_of="2022-02-15T12:22Z",
    )
    assert row["verdict"] == "consistent up to reference time"
    assert row["claimed"] == "up 1.8 % to 75.2232 RUB per USD as of 2022-02-15 12:22 UTC"
    assert row["observed"].startswith("75.366 RUB per USD at 2022-02-15 13:15 UTC, up 1.25 % from 76.306")
    assert "implies about 76.58 RUB per USD before the move" in row["reason"]
    assert "2022-02-14 13:15 UTC is 76.31: the two count from different times" in row["reason"]
    # 75.2232 x 1.018, by hand: the ruble's value rose by 1.8 %.
    assert row["implied_reference"] == pytest.approx(75.2232 * 1.018, rel=ROUNDING)
    assert row["observed_move"] == pytest.approx(76.306 / 75.366 - 1.0, rel=ROUNDING)


BRENT_CLAIM = {
    "asset": "BRENT",
    "direction": "down",
    "amount": 2.1,
    "bound": "as much as",
    "level": 95.0,
    "level_bound": "less than",
    "level_unit": "USD per barrel",
    "instrument": "futures",
}


def test_brents_level_contradicts_dated_spot_and_the_reason_says_futures():
    row = verify(brent(BRENT_SPOT, "eia"), **BRENT_CLAIM)
    assert row["verdict"] == "contradicted"
    assert "not at less than 95 USD per barrel" in row["reason"]
    assert "98.43" in row["reason"]
    assert "the claim is about futures, the series is spot" in row["reason"]


def test_the_same_claim_holds_for_futures():
    row = verify(brent(BRENT_FUTURES, "yahoo"), **BRENT_CLAIM)
    assert (row["verdict"], row["reason"]) == ("consistent", "the prices show it")


def with_bars(panel: PricePanel, asset: str, low: float, high: float) -> PricePanel:
    """Give the panel lows and highs: those of the 15th as told, elsewhere the close itself."""
    values = panel.values
    day = int(np.flatnonzero(panel.labels == np.datetime64("2022-02-15", "ns"))[0])
    bars = {name: values.copy() for name in ("low", "high")}
    bars["low"][day], bars["high"][day] = low, high
    return PricePanel._of(panel.labels, values, [panel.asset(asset)], intraday=False, bars=bars)


def test_highs_and_lows_decide_what_was_reached():
    # ICE Brent on the 15th: low 92.06, high 96.78, close 93.28; the contract of the day before closed at 96.48.
    panel = with_bars(brent(BRENT_FUTURES, "yahoo"), "BRENT", 92.06, 96.78)
    low = verify(panel, asset="BRENT", direction="down", amount=4.5, bound="as much as")
    assert (low["verdict"], "range 92.06 to 96.78" in low["observed"]) == ("consistent", True)
    too_low = verify(panel, asset="BRENT", direction="down", amount=5.5, bound="as much as")
    assert too_low["verdict"] == "contradicted"
    assert verify(panel, asset="BRENT", direction="down", level=92.5)["verdict"] == "consistent"
    assert verify(panel, asset="BRENT", direction="down", level=90.5)["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"direction": "up", "amount": 1.2}, "consistent"),  # 1.247 % rounds to 1.2
        ({"direction": "up", "amount": 1.25}, "consistent"),
        ({"direction": "up", "amount": 1.4, "bound": "as much as"}, "consistent up to reference time"),
        ({"direction": "up", "amount": 1.0, "bound": "as much as"}, "consistent"),
        ({"direction": "up", "amount": 1.0, "bound": "more than"}, "consistent"),
        ({"direction": "up", "amount": 2.0, "bound": "less than"}, "consistent"),
        ({"direction": "up", "amount": 1.3, "bound": "nearly"}, "consistent"),
        ({"direction": "up", "amount": 9.0}, "contradicted"),
        ({"direction": "down", "amount": 1.2}, "contradicted"),
        ({"direction": "up"}, "consistent"),
        ({"direction": "down"}, "contradicted"),
        ({"direction": "up", "amount": 0.94, "unit": "RUB"}, "consistent"),  # 76.306 - 75.366, the quote falls
        ({"direction": "down", "amount": 0.94, "unit": "RUB"}, "contradicted"),
        ({"direction": "up", "level": 75.366, "level_unit": "RUB per USD"}, "consistent"),
        ({"direction": "up", "level": 75.37}, "consistent"),
        ({"direction": "up", "level": 70.5}, "contradicted"),
        ({"direction": "up", "level": 75.5, "level_bound": "less than"}, "consistent"),
        ({"direction": "up", "amount": 1.8, "reference": "this week"}, "not comparable"),
        ({"direction": "up", "amount": 1.2, "reference": "highest since 2014"}, "consistent"),
        ({"direction": "up", "amount": 1.2, "modality": "possible"}, "not comparable"),
        ({"direction": "up", "amount": 1.2, "polarity": "denied"}, "not comparable"),
        ({"direction": "up", "amount": 1.2, "as_of": None}, "not comparable"),
        ({"direction": "up", "amount": 1.2, "against": "JPY"}, "not comparable"),
        ({"direction": "up", "level": 0.01327, "level_unit": "USD per RUB"}, "consistent up to reference time"),
        ({"direction": "up", "amount": 1.2, "as_of": "2022-03-29T12:00Z"}, "no price"),
        ({"direction": "up", "amount": 1.2, "as_of": "2019-03-29T12:00Z"}, "no price"),
    ],
)
def test_each_way_a_claim_can_go(fields, verdict):
    row = verify(rub(), asset="RUB", **fields)
    assert row["verdict"] == verdict, row["reason"]
    assert row["reason"]


def test_an_asset_without_prices_and_a_class_of_assets():
    assert verify(rub(), asset="WTI", direction="down")["reason"] == "the panel has no WTI"
    vendors = PricePanel(pd.DataFrame({"CL=F": with_history(RUB, 0.02)}))
    assert "quoted={'CL=F': 'WTI'}" in verify(vendors, asset="WTI", direction="down")["reason"]
    none = verify(rub(), asset="class:oil", direction="down")
    assert (none["verdict"], "names no contract" in none["reason"]) == ("no price", True)
    oil = verify(brent(BRENT_SPOT, "eia"), asset="class:oil", direction="down")
    assert (oil["verdict"], oil["series"]) == ("consistent", "BRENT")


def test_a_cross_rate_is_made_where_the_panel_has_both():
    euro = with_history({"2022-02-11": 1.1417, "2022-02-14": 1.1316, "2022-02-15": 1.1345, "2022-02-16": 1.1372}, 0.004)
    frame = pd.DataFrame({"RUB": with_history(RUB, 0.008), "EUR": euro})
    panel = PricePanel(frame, quoted=["RUB"], source="ecb")
    row = verify(panel, asset="RUB", direction="up", against="EUR", level=85.5, level_unit="RUB per EUR")
    # 75.366 x 1.1345, by hand.
    assert row["observed_level"] == pytest.approx(75.366 * 1.1345, rel=ROUNDING)
    assert row["verdict"] == "consistent"


def test_the_dollar_in_rubles_is_held_against_rubles_per_dollar():
    row = verify(rub(), asset="USD", direction="down", amount=1.2, against="RUB", level=75.37, level_unit="RUB per USD")
    assert (row["series"], row["verdict"]) == ("RUB", "consistent")
    # The dollar's own move: the quote's, not the ruble's.
    assert row["observed_move"] == pytest.approx(75.366 / 76.306 - 1, rel=ROUNDING)
    rises = verify(rub(), asset="USD", direction="up", amount=1.2, against="RUB")
    assert rises["verdict"] == "contradicted"
    assert verify(rub(), asset="USD", direction="up", amount=1.2, against="JPY")["verdict"] == "no price"


@pytest.mark.parametrize("reference", ["this year", "weekly", "for the month"])
def test_a_move_over_more_than_a_day_is_not_held_against_a_days_move(reference):
    row = verify(brent(BRENT_FUTURES, "yahoo"), asset="BRENT", direction="up", amount=20.0, reference=reference)
    assert (row["verdict"], f"({reference})" in row["reason"]) == ("not comparable", True)


def test_a_level_that_was_reached_reads_as_one():
    row = verify(brent(BRENT_SPOT, "eia"), asset="BRENT", direction="down", level=92.06, level_bound="as much as")
    assert row["claimed"] == "down to as far as 92.06 on 2022-02-15"


def test_intraday_bars_tell_what_was_quoted_at_the_minute():
    at = pd.date_range("2022-02-14T10:00Z", "2022-02-15T13:00Z", freq="10min")
    quote = np.where(at < pd.Timestamp("2022-02-15T08:05Z"), 76.6, 75.3) + 0.02 * (np.arange(at.size) % 2)
    panel = PricePanel(pd.DataFrame({"RUB": quote}, index=at), quoted=["RUB"])
    row = verify(panel, asset="RUB", direction="up", amount=1.7, level=75.3, as_of="2022-02-15T12:20Z")
    assert row["verdict"] == "consistent"
    early = verify(panel, asset="RUB", direction="up", level=75.3, as_of="2022-02-15T07:20Z")
    assert early["verdict"] == "contradicted"


def test_too_few_prices_are_not_comparable():
    panel = PricePanel(
        pd.DataFrame({"RUB": pd.Series(list(RUB.values()), pd.DatetimeIndex(list(RUB)))}), quoted=["RUB"]
    )
    row = verify(panel, asset="RUB", direction="up", amount=1.2)
    assert (row["verdict"], "too few" in row["reason"]) == ("not comparable", True)


def test_no_moves_give_an_empty_frame_with_its_columns():
    frame = verify_moves(MoveTable.from_items([]), rub())
    assert len(frame) == 0
    assert {"move_id", "asset", "claimed", "observed", "verdict", "reason"} <= set(frame.columns)


@pytest.mark.parametrize(("moves", "prices"), [(None, rub()), (MoveTable.from_items([]), None), ([], rub())])
def test_what_is_no_table_and_no_panel(moves, prices):
    with pytest.raises(SpecError, match="verify_moves cannot take a"):
        verify_moves(moves, prices)


def claim(**fields) -> ReportedMove:
    return ReportedMove(move_id="m", asset="X", **fields)


def test_bounds_by_hand():
    up = claim(direction="up", amount=2.0, unit="percent")  # 1.5 to 2.5 %
    assert move_bounds(up, 100.0, 1).pair == pytest.approx((101.5, 102.5))
    assert move_bounds(up, 100.0, -1).pair == pytest.approx((100 / 1.025, 100 / 1.015))
    yields = claim(direction="down", amount=5.0, unit="basis points")
    assert move_bounds(yields, 2.0, -1).pair == pytest.approx((2.045, 2.055))
    assert level_bounds(claim(direction="up", level=95.0, level_bound="more than")).pair == (95.0, math.inf)
    assert level_bounds(claim(direction="up")) is None
    both = claim(direction="down", amount=50.0, unit="percent", level=10.0)
    assert implied_before(both, 1).pair == pytest.approx((9.5 / 0.505, 10.5 / 0.495))
    assert implied_before(claim(direction="down", amount=100.0, unit="percent", level=10.0), 1) is None


def test_numbers_as_people_write_them():
    assert [number(v) for v in (0.0131234, 98.43, 4471.07, 12345678.0, 0.0)] == [
        "0.013123",
        "98.43",
        "4,471.1",
        "12,345,678",
        "0",
    ]


ANY_NUMBER = st.one_of(st.floats(), st.sampled_from([0.0, -1.0, 1.8, 75.2232, 100.0, 1e308, 5e-324]))
VERDICTS = {"consistent", "consistent up to reference time", "contradicted", "not comparable", "no price"}


@settings(max_examples=300, deadline=None)
@given(
    asset=st.sampled_from(["RUB", "EUR", "class:oil", "class:", "", "XXX"]),
    direction=st.sampled_from(["up", "down", "unchanged"]),
    amount=ANY_NUMBER,
    unit=st.sampled_from(["percent", "points", "basis points", "USD", "", "cubits"]),
    bound=st.sampled_from(["exact", "about", "as much as", "at least", "more than", "less than", "nearly"]),
    level=ANY_NUMBER,
    level_unit=st.sampled_from(["RUB per USD", "USD per RUB", "RUB per EUR", "points", "", "per"]),
    level_bound=st.sampled_from(["exact", "about", "as much as", "less than", "more than"]),
    against=st.sampled_from(["", "USD", "EUR", "RUB"]),
    as_of=st.one_of(st.none(), st.datetimes(pd.Timestamp("1700-01-01"), pd.Timestamp("2250-01-01"))),
    precision=st.sampled_from(["instant", "date", "interval"]),
    reference=st.sampled_from(["", "this week", "since 2014"]),
)
def test_any_claim_gets_a_verdict_and_a_reason(as_of, **fields):
    moment = None if as_of is None else pd.Timestamp(as_of).tz_localize("UTC")
    if moment is not None and moment.year == 2022 and moment.month != 2:
        moment = moment.replace(month=2, day=15)
    move = ReportedMove(move_id="m", as_of=moment, **fields)
    row = verify_moves(MoveTable.from_items([move]), rub()).iloc[0]
    assert row["verdict"] in VERDICTS
    assert row["reason"]


@settings(max_examples=100, deadline=None)
@given(
    amount=st.floats(0.01, 90.0).map(lambda v: round(v, 2)),
    direction=st.sampled_from(["up", "down"]),
    level=st.floats(20.0, 200.0).map(lambda v: round(v, 2)),
    hour=st.integers(0, 23),
)
def test_claims_on_a_day_with_prices_are_always_decided(amount, direction, level, hour):
    row = verify(
        rub(), asset="RUB", direction=direction, amount=amount, level=level, as_of=f"2022-02-15T{hour:02d}:00Z"
    )
    assert row["verdict"] in {"consistent", "consistent up to reference time", "contradicted"}
    # Half as much again or two thirds of what it was: no hour of that day can make it.
    if not 50.0 < level < 115.0:
        assert row["verdict"] == "contradicted"
