"""`PricePanel`: what goes in, what cannot, and what can be made of it."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from eventstudy.assets import Asset
from eventstudy.errors import AssetError, DataError, SpecError
from eventstudy.prices import PricePanel

# One or two roundings of double precision.
EXACT = 1e-14

DAYS = pd.to_datetime(["2022-02-14", "2022-02-15", "2022-02-16"])


def frame(**columns):
    return pd.DataFrame(columns, index=DAYS)


def test_values_quotes_and_unknown_columns():
    panel = PricePanel(
        frame(USDRUB=[76.306, 75.366, 75.069], ACME=[1.0, 2.0, 3.0]), quoted={"USDRUB": "RUB"}, source={"USDRUB": "ecb"}
    )
    assert panel.assets == ("RUB", "ACME")
    np.testing.assert_allclose(panel.prices("RUB"), 1 / np.array([76.306, 75.366, 75.069]), rtol=EXACT)
    assert panel.prices("ACME").tolist() == [1.0, 2.0, 3.0]
    assert panel.asset("RUB").source == "ecb" and panel.asset("ACME").asset_class == "other"
    # A stronger ruble is a positive return.
    assert panel.returns()["RUB"].iloc[1] == pytest.approx(np.log(76.306 / 75.366), rel=1e-12)
    assert "RUB" in panel and "USDRUB" not in panel and len(panel) == 3


def test_a_catalogue_name_is_a_value():
    assert PricePanel(frame(RUB=[0.0131, 0.0133, 0.0133])).prices("RUB").iloc[0] == 0.0131


def test_overrides_and_defaults():
    panel = PricePanel(
        frame(BRENT=[1.0, 2, 3], ACME=[1.0, 2, 3]),
        assets={"BRENT": {"close": "18:00", "instrument": "spot"}},
        close="16:00",
        tz="America/New_York",
    )
    assert str(panel.instants("BRENT")[0]) == "2022-02-14 18:00:00+00:00"
    assert str(panel.instants("ACME")[0]) == "2022-02-14 21:00:00+00:00"
    changed = panel.with_asset("ACME", close="13:00")
    assert str(changed.instants("ACME")[0]) == "2022-02-14 18:00:00+00:00"
    own = PricePanel(frame(X=[1.0, 2, 3]), assets={"X": Asset(symbol="Y", close="12:00")})
    assert own.asset("X").symbol == "X" and own.asset("X").close == "12:00"


def test_instants_follow_the_exchange_on_half_days():
    # Friday after Thanksgiving 2021: New York shut at 13:00, 18:00 UTC.
    days = pd.to_datetime(["2021-11-24", "2021-11-26"])
    panel = PricePanel(pd.DataFrame({"SPX": [4701.46, 4594.62]}, index=days))
    assert [str(t) for t in panel.instants("SPX")] == ["2021-11-24 21:00:00+00:00", "2021-11-26 18:00:00+00:00"]


def test_each_asset_has_its_own_observations():
    panel = PricePanel(frame(A=[1.0, np.nan, 4.0], B=[np.nan, 2.0, 3.0]))
    assert panel.prices("A").index.tolist() == [DAYS[0], DAYS[2]]
    returns = panel.returns()
    assert returns["A"].isna().tolist() == [True, True, False]
    assert returns["A"].iloc[2] == pytest.approx(np.log(4.0), rel=EXACT)
    assert returns["B"].iloc[2] == pytest.approx(np.log(1.5), rel=EXACT)
    assert panel.returns("simple")["A"].iloc[2] == 3.0


def test_midnights_in_a_zone_are_dates():
    panel = PricePanel(frame(A=[1.0, 2, 3]).tz_localize("America/New_York"))
    assert not panel.intraday and str(panel.labels[0])[:10] == "2022-02-14"


def test_bars_end_where_they_end():
    starts = pd.date_range("2022-02-15 10:50", periods=3, freq="10min")
    bars = pd.DataFrame({"SBER": [1.0, 2.0, 3.0]}, index=starts)
    panel = PricePanel(bars, tz="Europe/Moscow", bar="10min")
    assert panel.intraday
    assert str(panel.instants("SBER")[0]) == "2022-02-15 08:00:00+00:00"
    ends = PricePanel(bars.tz_localize("Europe/Moscow").tz_convert("Asia/Tokyo"))
    assert str(ends.instants("SBER")[0]) == "2022-02-15 07:50:00+00:00"


def test_mapping_of_series_keeps_their_dates():
    a = pd.Series([1.0, 2.0], index=DAYS[:2])
    b = pd.Series([5.0, 6.0], index=DAYS[1:])
    panel = PricePanel({"A": a, "B": b})
    assert panel.prices("B").tolist() == [5.0, 6.0] and len(panel) == 3


def test_rows_are_sorted_and_input_is_left_alone():
    given = frame(A=[3.0, 1.0, 2.0]).iloc[::-1]
    before = given.copy()
    panel = PricePanel(given)
    assert panel.prices("A").tolist() == [3.0, 1.0, 2.0]
    pd.testing.assert_frame_equal(given, before)
    given.iloc[0, 0] = 99.0
    assert panel.prices("A").tolist() == [3.0, 1.0, 2.0]


def test_it_does_not_change():
    panel = PricePanel(frame(A=[1.0, 2, 3]))
    with pytest.raises(ValueError, match="read-only"):
        panel.values[0, 0] = 5.0
    with pytest.raises(AttributeError, match="does not change"):
        panel.values = np.ones(3)
    own = panel.to_frame()
    own.iloc[0, 0] = 7.0
    assert panel.prices("A").iloc[0] == 1.0
    copy = pickle.loads(pickle.dumps(panel))
    assert copy == panel and not copy.values.flags.writeable


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: PricePanel(pd.DataFrame()), "no prices"),
        (lambda: PricePanel(pd.Series([1.0], index=DAYS[:1])), "no name"),
        (lambda: PricePanel([1, 2]), "a list"),
        (lambda: PricePanel(pd.DataFrame({"A": [1.0, 2.0]}, index=DAYS[[0, 0]])), "2022-02-14 stands twice"),
        (lambda: PricePanel(pd.DataFrame({"A": [1.0, 2.0]})), "row 1: 0 is no date"),
        (lambda: PricePanel(pd.DataFrame({"A": [1.0]}, index=["soon"])), "'soon' is no date"),
        (lambda: PricePanel(pd.DataFrame({"A": [1.0]}, index=[pd.NaT])), "no date"),
        (lambda: PricePanel(frame(A=["1", "x", "3"])), "row 2, column 'A': 'x' is no number"),
        (lambda: PricePanel(frame(A=[1.0, np.inf, 3.0])), "infinite"),
        (lambda: PricePanel(frame(A=[True, False, True])), "is no number"),
        (lambda: PricePanel(pd.DataFrame(np.ones((3, 2)), index=DAYS, columns=["A", "A"])), "'A' stands twice"),
        (lambda: PricePanel(frame(USDRUB=[1.0, 2, 3], RUB=[1.0, 2, 3]), quoted={"USDRUB": "RUB"}), "both 'RUB'"),
        (lambda: PricePanel(frame(A=[1.0, 2, 3]), quoted=["RUB"]), "no column"),
        (lambda: PricePanel(frame(A=[1.0, 2, 3]), quoted=["A"]), "no asset of the catalogue"),
        (lambda: PricePanel(frame(A=[1.0, 2, 3]), assets={"A": {"closing": "1"}}), "unknown field 'closing'"),
        (
            lambda: PricePanel(pd.DataFrame({"A": [1.0]}, index=pd.to_datetime(["2022-02-15 10:00"]))),
            "without a time zone",
        ),
        (
            lambda: PricePanel(pd.DataFrame({"A": [1.0]}, index=pd.to_datetime(["2022-02-15 10:00"])), tz="Moscow"),
            "unknown time zone",
        ),
    ],
)
def test_what_cannot_be_is_one_clear_error(make, match):
    with pytest.raises((DataError, AssetError, SpecError), match=match):
        make()


def test_unknown_asset_names_the_nearest():
    with pytest.raises(AssetError, match="did you mean 'BRENT'"):
        PricePanel(frame(BRENT=[1.0, 2, 3])).prices("BRNT")


def test_select_and_between():
    panel = PricePanel(frame(A=[1.0, 2, 3], B=[4.0, 5, 6]))
    assert panel.select(["B"]).assets == ("B",)
    assert panel.between("2022-02-15").prices("A").tolist() == [2.0, 3.0]
    assert panel.between("2022-02-15", "2022-02-15").prices("A").tolist() == [2.0]
    with pytest.raises(DataError, match="no prices from"):
        panel.between("2023-01-01")
    with pytest.raises(SpecError, match="no date"):
        panel.between("soon")


def test_basket():
    panel = PricePanel(frame(A=[1.0, 2.0, 3.0], B=[10.0, 5.0, 20.0], C=[1.0, np.nan, 2.0]))
    basket = panel.add_basket("AB", ["A", "B"])
    np.testing.assert_allclose(basket.prices("AB"), 100 * np.sqrt([1.0, 1.0, 6.0]), rtol=EXACT * 10)
    weighted = panel.add_basket("W", ["A", "B"], weights={"B": 1.0, "A": 3.0}).prices("W")
    np.testing.assert_allclose(weighted, 100 * np.array([1.0, 2**0.75 * 0.5**0.25, 3**0.75 * 2**0.25]), rtol=1e-13)
    assert panel.add_basket("ABC", ["A", "B", "C"]).prices("ABC").index.tolist() == [DAYS[0], DAYS[2]]
    assert "AB" not in panel


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: p.add_basket("X", []), "no members"),
        (lambda p: p.add_basket("X", ["A", "A"]), "twice"),
        (lambda p: p.add_basket("A", ["A", "B"]), "already"),
        (lambda p: p.add_basket("X", ["A", "N"]), "N is -1 on 2022-02-15"),
        (lambda p: p.add_basket("X", ["A", "B"], weights=[1.0]), "1 weights for 2"),
        (lambda p: p.add_basket("X", ["A", "B"], weights=[1.0, -1.0]), "sum to zero"),
        (lambda p: p.add_basket("X", ["A", "B"], weights={"A": 1.0, "C": 1.0}), "'B', 'C'"),
        (lambda p: p.add_basket("X", ["A", "Z"]), "no prices of 'Z'"),
    ],
)
def test_a_wrong_basket(call, match):
    panel = PricePanel(frame(A=[1.0, 2.0, 3.0], B=[10.0, 5.0, 20.0], N=[1.0, -1.0, 1.0]))
    with pytest.raises((DataError, AssetError, SpecError), match=match):
        call(panel)


def test_invert_cross_and_currency():
    # ECB, 2022-02-14 and 15: dollars and rubles a euro.
    usd, rub = np.array([1.1316, 1.1345]), np.array([86.3479, 85.5025])
    panel = PricePanel(pd.DataFrame({"EUR": usd, "RUB": usd / rub, "SPX": [1.0, 2.0]}, index=DAYS[:2]), source="ecb")
    np.testing.assert_allclose(panel.cross("EURRUB", "EUR", "RUB").prices("EURRUB"), rub, rtol=EXACT)
    assert panel.cross("EURRUB", "EUR", "RUB").asset("EURRUB").unit == "RUB per EUR"
    inverted = panel.invert("RUB")
    np.testing.assert_allclose(inverted.prices("RUB"), rub / usd, rtol=EXACT)
    assert inverted.asset("RUB").unit == "RUB per USD" and inverted.asset("RUB").sign == 1
    euros = panel.to_currency("EUR")
    assert euros.assets == ("USD", "RUB", "SPX")
    np.testing.assert_allclose(euros.prices("RUB"), 1 / rub, rtol=EXACT)
    np.testing.assert_allclose(euros.prices("USD"), 1 / usd, rtol=EXACT)
    assert euros.prices("SPX").tolist() == [1.0, 2.0]  # points are no currency
    with pytest.raises(DataError, match="in one currency"):
        panel.cross("X", "SPX", "RUB")


def test_join():
    left = PricePanel(pd.DataFrame({"A": [1.0, 2.0]}, index=DAYS[:2]))
    right = PricePanel(pd.DataFrame({"B": [5.0, 6.0]}, index=DAYS[1:]))
    both = left.join(right)
    assert both.prices("A").tolist() == [1.0, 2.0] and both.prices("B").tolist() == [5.0, 6.0] and len(both) == 3
    with pytest.raises(DataError, match="both panels have 'A'"):
        both.join(left)
