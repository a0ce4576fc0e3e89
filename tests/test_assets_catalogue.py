"""The catalogue: what it holds, how names are found, how hostile tables fail."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from eventstudy import assets
from eventstudy.assets import Asset, Catalogue, read_catalogue
from eventstudy.errors import AssetError
from eventstudy.events import extract_moves
from eventstudy.news import Article
from eventstudy.prices import PricePanel


def test_every_row_is_whole():
    table = assets.catalogue()
    for asset in table.values():
        assert asset.name and asset.unit and asset.quote, asset.symbol
        for source in asset.listings:
            assert asset.at(source).source == source
        # Value and quote are inverse to each other whatever the rule.
        numbers = np.array([0.5, 75.2232])
        np.testing.assert_allclose(asset.quoted(asset.value(numbers)), numbers, rtol=1e-12)


def test_calendars_and_zones_exist():
    import exchange_calendars

    known = set(exchange_calendars.get_calendar_names())
    for asset in assets.catalogue().values():
        assert not asset.calendar or asset.calendar in known, asset.symbol
        ZoneInfo(asset.tz)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("rouble", ["RUB", "BYN"]),
        ("Ruble", ["RUB", "BYN"]),
        ("Russian rouble", ["RUB"]),
        ("Brent", ["BRENT"]),
        ("brent crude", ["BRENT"]),
        ("New York futures", ["WTI"]),
        ("futures in New York", ["WTI"]),
        ("oil", ["BRENT", "WTI"]),
        ("S&P 500", ["SPX"]),
        ("CL=F", ["WTI"]),
        ("MOEX Russia Index", ["IMOEX"]),
        ("no such thing", []),
        ("", []),
    ],
)
def test_find(text, symbols):
    assert [a.symbol for a in assets.find(text)] == symbols


def test_words_of_a_class_are_no_contract():
    alias = assets.catalogue().alias("crude oil")
    assert alias is not None and alias.group == "oil" and alias.ambiguous
    assert assets.catalogue().alias("rouble").ambiguous
    assert not assets.catalogue().alias("Brent").ambiguous
    # One asset alone claims "real" and "won", yet they are ordinary words.
    assert assets.catalogue().alias("won").ambiguous


def test_unknown_symbol_names_the_nearest():
    with pytest.raises(AssetError, match="did you mean 'BRENT'"):
        assets.get("BRNT")


def test_ruble_times_by_source():
    # Frankfurt keeps UTC+1 in winter, Moscow UTC+3 all year; the Bank of Russia dates by the next day.
    rub = assets.get("RUB")
    assert str(rub.instants(["2022-02-15"])[0]) == "2022-02-15T13:15:00.000000000"
    assert str(rub.instants(["2022-07-15"])[0]) == "2022-07-15T12:15:00.000000000"
    cbr = rub.at("cbr")
    assert str(cbr.instants(["2022-02-16"])[0]) == "2022-02-15T08:30:00.000000000"
    assert str(cbr.window_opens(["2022-02-16"])[0]) == "2022-02-15T07:00:00.000000000"
    assert rub.at("cme").sign == 1 and rub.sign == -1


def test_the_bank_of_russia_dates_by_the_day_of_effect():
    """Friday's fixing bears Saturday's date or Monday's; 23 February 2022 was a holiday."""
    cbr = assets.get("RUB").at("cbr")
    struck = cbr.struck_on(["2022-02-12", "2022-02-14", "2022-02-15", "2022-02-22", "2022-02-24"])
    assert struck.astype(str).tolist() == ["2022-02-11", "2022-02-11", "2022-02-14", "2022-02-21", "2022-02-22"]
    assert cbr.borne_by(["2022-02-11", "2022-02-22"]).astype(str).tolist() == ["2022-02-14", "2022-02-24"]


def test_size_and_classes():
    table = assets.catalogue()
    assert len(table) >= 150
    by_class = table.to_frame()["asset_class"].value_counts()
    assert set(by_class.index) == {
        "currency", "currency index", "energy", "metal", "agriculture",
        "equity index", "volatility", "rate", "fund", "crypto",
    }  # fmt: skip
    futures = [a for a in table.values() if a.asset_class == "equity index" and a.instrument == "futures"]
    assert len(futures) >= 3


def test_unknown_time_is_the_whole_day():
    asset = Asset(symbol="X")
    assert str(asset.instants(["2022-02-15"])[0]) == "2022-02-16T00:00:00.000000000"
    assert str(asset.window_opens(["2022-02-15"])[0]) == "2022-02-15T00:00:00.000000000"


def test_a_close_that_summer_time_skips_or_repeats():
    asset = Asset(symbol="X", close="02:30", tz="Europe/Berlin")
    skipped, repeated = asset.instants(["2022-03-27", "2022-10-30"])
    assert str(skipped) == "2022-03-27T01:00:00.000000000"  # 03:00 CEST, the first moment there is
    assert str(repeated) == "2022-10-30T01:30:00.000000000"  # the later of the two


def test_yield_value_is_a_zero_coupon_bond():
    bond = Asset(symbol="Y", years=10.0, sign=-1)
    moved = np.diff(np.log(bond.value([1.50, 1.75, -0.10])))
    np.testing.assert_allclose(moved, [-0.025, 0.185], rtol=1e-12)


def test_user_extends_the_catalogue(tmp_path: Path):
    file = tmp_path / "mine.toml"
    file.write_text(
        """
[class.equity]
calendar = "XNYS"
close = "16:00"
tz = "America/New_York"

[[asset]]
symbol = "ACME"
name = "Acme Corp"
aliases = ["Acme"]
asset_class = "equity"
sources = { yahoo = "ACM" }
listings = { yahoo = { unit = "USD per share" } }

[group.makers]
words = ["roadrunner makers"]
members = ["ACME"]
""",
        encoding="utf-8",
    )
    before = len(assets.catalogue())
    with assets.using(file) as mine:
        assert len(assets.catalogue()) == before + 1
        assert assets.find("acme")[0].calendar == "XNYS"
        assert assets.get("ACME").at("yahoo").unit == "USD per share"
        assert assets.catalogue().alias("roadrunner makers").symbols == ("ACME",)
        prices = PricePanel(pd.Series([1.0], index=[pd.Timestamp("2022-02-15")], name="ACME"))
        assert prices.asset("ACME").calendar == "XNYS"
    assert "ACME" not in assets.catalogue()
    assert mine == assets.extend(file) and hash(mine) == hash(assets.extend(file)) and mine != assets.catalogue()


def test_a_catalogue_in_use_is_one_thread_s_alone():
    """Two threads, each in the middle of a block of its own, find their own asset and never the other's."""
    meet = threading.Barrier(2)

    def work(name):
        with assets.using(Asset(symbol=name, name=f"{name} Corp")):
            meet.wait(timeout=30)
            found = (
                [a.symbol for a in assets.find(f"{name} corp")],
                [m.asset for m in moves_of(f"{name} Corp fell 4%.")],
            )
            meet.wait(timeout=30)
        return found, name in assets.catalogue()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, ["AAAX", "BBBX"])) == [((["AAAX"],) * 2, False), ((["BBBX"],) * 2, False)]
    with pytest.raises(ZeroDivisionError), assets.using(Asset(symbol="ACME")):
        raise ZeroDivisionError
    assert "ACME" not in assets.catalogue()


def moves_of(text):
    return extract_moves(Article(text, "2022-02-15T12:00Z"))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[[asset]]\nname = 'X'", "has no symbol"),
        ("[[asset]]\nsymbol = 'X'\nclosing = '14:15'", "unknown field 'closing'"),
        ("[[asset]]\nsymbol = 'X'\nclose = '25:00'", "'25:00' is no clock time"),
        ("[[asset]]\nsymbol = 'X'\nclose = '24:30'", "is no clock time"),
        ("[[asset]]\nsymbol = 'X'\ntz = 'Mars/Olympus'", "unknown time zone"),
        ("[[asset]]\nsymbol = 'X'\nsign = 2", "sign=2"),
        ("[[asset]]\nsymbol = 'X'\naliases = 'x'", "not a list of names"),
        ("[[asset]]\nsymbol = 'X'\nasset_class = 'equities'", "asset_class='equities'"),
        ("[[asset]]\nsymbol = 'X'\nclose = 1415", "close=1415 is no text"),
        ("[[asset]]\nsymbol = 'X'\nlabel_days = -1", "label_days=-1"),
        ("[[asset]]\nsymbol = 'X'\nholidays = ['23 Feb']", "days such as '02-23'"),
        ("[[asset]]\nsymbol = 'X'\nclose_lag = 1.5", "close_lag=1.5"),
        ("[[asset]]\nsymbol = 'X'\naliases = ['a']\n[[asset]]\nsymbol = 'Y'\nambiguous = ['a']", "and yet ambiguous"),
        ("[[asset]]\nsymbol = 'X'\n[[asset]]\nsymbol = 'X'", "stands twice"),
        ("[[asset]]\nsymbol = 'X'\naliases = ['a']\n[[asset]]\nsymbol = 'Y'\naliases = ['A']", "claimed by X and Y"),
        ("[[asset]]\nsymbol = 'X'\nlistings = { ecb = { clse = '1' } }", "unknown field 'clse'"),
        ("[[asset]]\nsymbol = 'X'\nlistings = { ecb = { close = '1' } }", "is no clock time"),
        ("[group.g]\nwords = ['w']\nmembers = ['Z']", "names 'Z'"),
        ("[[asset", "is no TOML file"),
        ("asset = 3", "asset"),
    ],
)
def test_a_wrong_table_says_where(tmp_path: Path, text: str, match: str):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AssetError, match=match):
        read_catalogue(file)


def test_missing_file_is_one_line(tmp_path: Path):
    with pytest.raises(AssetError, match="cannot read"):
        read_catalogue(tmp_path / "none.toml")


def test_assets_pickle_and_list_themselves():
    rub = assets.get("RUB")
    assert pickle.loads(pickle.dumps(rub)) == rub
    frame = assets.catalogue().to_frame()
    assert isinstance(frame, pd.DataFrame) and frame["symbol"].is_unique
    assert len(frame) == len(assets.catalogue())
    assert isinstance(assets.catalogue(), Catalogue)
