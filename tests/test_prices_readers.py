"""Readers: every kind of table, and every way in which one can be wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstudy.errors import DataError, EventStudyError, EventStudyWarning, SpecError
from eventstudy.prices import PricePanel, read_prices, read_returns

WIDE = "date,BRENT,WTI\n2022-02-14,101.66,95.52\n2022-02-15,98.43,\n2022-02-16,97.44,93.83\n"


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str | bytes, name: str = "prices.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return _write


def expected() -> PricePanel:
    days = pd.to_datetime(["2022-02-14", "2022-02-15", "2022-02-16"])
    return PricePanel(pd.DataFrame({"BRENT": [101.66, 98.43, 97.44], "WTI": [95.52, np.nan, 93.83]}, index=days))


def dated(pattern: str) -> str:
    """The wide table with its dates written in another way."""
    text = WIDE
    for day in ("2022-02-14", "2022-02-15", "2022-02-16"):
        text = text.replace(day, pd.Timestamp(day).strftime(pattern))
    return text


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (WIDE, {}),
        (WIDE.replace("\n", "\r\n"), {}),
        ("\ufeff" + WIDE, {}),
        (WIDE + "\n\n", {}),
        ("\n" + WIDE, {}),
        (WIDE.replace(",", ";"), {}),
        (WIDE.replace(",", "\t"), {}),
        (WIDE.replace(",", ";").replace(".", ","), {"decimal": ","}),
        (dated("%d/%m/%Y"), {}),
        (dated("%m/%d/%Y"), {}),
        (dated("%Y%m%d"), {}),
        (dated("%d.%m.%Y"), {}),
        (dated("%d %b %Y"), {}),
        (dated("%d-%b-%y"), {}),
        (dated("%Y/%m/%d"), {}),
        (dated("%y|%m|%d"), {"date_format": "%y|%m|%d"}),
        (WIDE.replace("date,", "Trade Date,"), {}),
        (WIDE.replace("date,", ","), {}),
        (WIDE.replace("date,", "when,"), {}),
        (WIDE.replace("date,", "when,"), {"date": "when"}),
        (WIDE.replace("98.43,", "98.43,NA"), {}),
    ],
)
def test_text_in_many_dresses(write, text, options):
    assert read_prices(write(text), **options) == expected()


def test_other_containers(write, tmp_path):
    frame = expected().to_frame()
    frame.to_parquet(tmp_path / "p.parquet")
    assert read_prices(tmp_path / "p.parquet") == expected()
    frame.reset_index().to_feather(tmp_path / "p.feather")
    assert read_prices(tmp_path / "p.feather") == expected()
    assert read_prices(write(gzip.compress(WIDE.encode()), "p.csv.gz")) == expected()
    assert read_prices(write(WIDE.encode("utf-16"), "u.csv")) == expected()
    assert read_prices(frame) == expected()
    assert read_prices(frame.reset_index()) == expected()


def test_excel(tmp_path):
    pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    expected().to_frame().to_excel(tmp_path / "p.xlsx", sheet_name="prices")
    assert read_prices(tmp_path / "p.xlsx", sheet="prices") == expected()
    with pytest.raises(DataError, match=r"cannot read p\.xlsx.*nope"):
        read_prices(tmp_path / "p.xlsx", sheet="nope")


def test_polars_and_arrow():
    pa = pytest.importorskip("pyarrow")
    frame = expected().to_frame().reset_index()
    assert read_prices(pa.Table.from_pandas(frame)) == expected()
    pl = pytest.importorskip("polars", reason="polars is not installed")
    table = pl.from_pandas(frame)
    assert read_prices(table) == expected()
    with pytest.raises(DataError, match="collect a lazy one"):
        read_prices(table.lazy())


def test_long():
    wide = expected().to_frame().reset_index()
    long = wide.melt("date", var_name="symbol", value_name="close").dropna().reset_index(drop=True)
    assert read_prices(long.sample(frac=1, random_state=3)).select(["BRENT", "WTI"]) == expected()
    renamed = long.rename(columns={"date": "d", "symbol": "what", "close": "px"})
    assert read_prices(renamed, date="d", asset="what", price="px").select(["BRENT", "WTI"]) == expected()
    with pytest.raises(DataError, match=r"BRENT has two prices on 2022-02-14 \(rows 1 and 6\)"):
        read_prices(pd.concat([long, long.head(1)], ignore_index=True))
    with pytest.raises(DataError, match="row 2, column 'symbol': empty"):
        read_prices(long.assign(symbol=["BRENT", None, "WTI", "WTI", "X"]))
    with pytest.raises(DataError, match=r"name it with price="):
        read_prices(long.rename(columns={"close": "weight"}))


BARS = "Date,Open,High,Low,Close,Adj Close,Volume\n2022-02-14,10,12,9,11,5.5,100\n2022-02-15,11,13,10,12,6,200\n"


def test_bars(write):
    panel = read_prices(write(BARS, "ACME.csv"))
    assert panel.assets == ("ACME",) and set(panel.bars) == {"open", "high", "low", "volume"}
    # The adjusted close, and the bar scaled by the same one half.
    assert panel.prices("ACME").tolist() == [5.5, 6.0]
    assert panel.prices("ACME", "low").tolist() == [4.5, 5.0]
    assert panel.prices("ACME", "volume").tolist() == [100.0, 200.0]
    assert panel.provenance["price"] == "Adj Close"
    raw = read_prices(write(BARS, "ACME.csv"), price="Close", name="RAW")
    assert raw.prices("RAW", "high").tolist() == [12.0, 13.0]
    with pytest.raises(SpecError, match="has no 'bid'"):
        raw.prices("RAW", "bid")


def test_a_file_with_one_price_is_named_by_its_file(write, tmp_path):
    write("date,close\n2022-02-14,1\n", "AAA.csv")
    write("date,price\n2022-02-14,2\n", "BBB.csv")
    assert read_prices(tmp_path).assets == ("AAA", "BBB")
    assert read_prices(write("date,close\n2022-02-14,1\n"), name="X").assets == ("X",)


@pytest.mark.parametrize("first", ["Price", "Ticker"])
def test_two_level_columns_as_yahoos_client_gives_them(first):
    days = pd.to_datetime(["2022-02-14", "2022-02-15"])
    levels = [("Close", "A"), ("High", "A"), ("Close", "B"), ("High", "B")]
    table = pd.DataFrame([[1.0, 1.5, np.nan, np.nan], [2.0, 2.5, 3.0, 3.5]], index=days.rename("Date"))
    table.columns = pd.MultiIndex.from_tuples(levels, names=["Price", "Ticker"])
    if first == "Ticker":
        table = table.swaplevel(axis=1).sort_index(axis=1)
    panel = read_prices(table)
    assert panel.assets == ("A", "B") and panel.prices("B").tolist() == [3.0]
    assert panel.prices("A", "high").tolist() == [1.5, 2.5]
    with pytest.raises(DataError, match="none says 'Close'"):
        read_prices(table.rename(columns={"Close": "Shut"}))


def test_bars_of_a_quoted_asset_turn_over(write):
    text = "date,open,high,low,close\n2022-02-15,76,77,75,75.5\n"
    panel = read_prices(write(text, "RUB.csv"), quoted=["RUB"])
    assert panel.prices("RUB", "high").iloc[0] == 1 / 75 and panel.prices("RUB", "low").iloc[0] == 1 / 77


def test_folder(tmp_path, write):
    write(BARS, "AAA.csv")
    write(BARS.replace("2022-02-15", "2022-02-16"), "BBB.csv")
    write("no price file", "notes.md")
    panel = read_prices(tmp_path, source="yahoo", assets={"AAA": {"calendar": "XNYS"}})
    assert panel.assets == ("AAA", "BBB") and len(panel) == 3
    assert panel.asset("AAA").calendar == "XNYS" and panel.asset("BBB").source == "yahoo"
    assert "low" in panel.bars and panel.provenance["files"] == ["AAA.csv", "BBB.csv"]
    write("date,AAA\n2022-01-01,1\n", "CCC.csv")
    with pytest.raises(DataError, match=r"'AAA' is in AAA\.csv and in CCC\.csv"):
        read_prices(tmp_path)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("date,A\n", "no rows"),
        ("date,A\n2022-02-14,1\n2022-02-14,2\n", r"2022-02-14 stands twice \(rows 2 and 3\)"),
        ("date,A\n2022-02-14,1\n\n2022-02-15,x\n", "row 4, column 'A': 'x' is no number"),
        ("date,A\n2022-02-14,1\n2022-02-31,2\n", "row 3: '2022-02-31' is no date"),
        ("date,A\n2022-02-14,1\n,2\n", "row 3 has no date"),
        ("date,A\n2022-02-14,1\n2022-02-15\n", "row 3 has 1 cell, the header 2"),
        ("date,A\n2022-02-14,1,5\n", "row 2 has 3 cells"),
        ("date,A,A\n2022-02-14,1,5\n", "column 'A' stands twice"),
        ("A,B\n1,2\n", "no date column among 'A', 'B'"),
        ("date;A,B\n2022-02-14;1,2\n", "'date;A' looks like several columns: is there one delimiter"),
        ("date\n2022-02-14\n", "no column of prices"),
        ("date,A\n2022-02-14,inf\n", "infinite"),
        ("date,A\n2022-02-14,1e-320\n", "row 2, column 'A': 1e-320"),
        ("date,A\n9999-12-31,1\n", "row 2 is of the year 9999|row 2: '9999-12-31' is no date"),
        ("date,A\n2022-02-14,1_000\n", "'1_000' is no number"),
        ("date;A\n2022-02-14;75,22\n", "'75,22' is no number"),
        ("date,A\n01/02/2022,1\n02/02/2022,2\n", "may be %d/%m/%Y or %m/%d/%Y"),
        ("date,A\n2022-02-14 10:00,1\n", "without a time zone"),
        ("date,A\n2022-02-14T10:00+03:00,1\n2022-02-14 11:00,1\n", "'2022-02-14 11:00'|cannot be read together"),
        (b"date,A\n2022-02-14,1\xff\n", "not UTF-8"),
        (b"date,A\n2022-02-14,\x00\n", "no text file"),
    ],
)
def test_a_wrong_file_is_one_clear_error(write, text, match):
    with pytest.raises(DataError, match=match) as caught:
        read_prices(write(text))
    assert "\n" not in str(caught.value)
    assert "prices.csv" in str(caught.value)


@pytest.mark.parametrize("name", ["p.parquet", "p.xlsx", "p.csv.gz"])
def test_a_broken_container(write, name):
    with pytest.raises(DataError, match=name):
        read_prices(write(b"not what it says", name))


def test_options_that_cannot_be(write, tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_prices(tmp_path / "none.csv")
    with pytest.raises(DataError, match="did you mean 'date'"):
        read_prices(write(WIDE), date="dates")
    with pytest.raises(SpecError, match="no % in it"):
        read_prices(write(WIDE), date_format="DD/MM/YYYY")
    with pytest.raises(DataError, match="expected the format %d/%m/%Y"):
        read_prices(write(WIDE), date_format="%d/%m/%Y")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no price file"):
        read_prices(tmp_path / "empty")
    with pytest.raises(DataError, match="a dict"):
        read_prices({"A": 1})


def test_offsets_that_change_over_the_year(write):
    text = "time,A\n2022-03-25T12:00+01:00,1\n2022-03-28T12:00+02:00,2\n"
    panel = read_prices(write(text))
    assert panel.intraday
    assert [str(t) for t in panel.instants("A")] == ["2022-03-25 11:00:00+00:00", "2022-03-28 10:00:00+00:00"]


def test_validate(write):
    assert read_prices(write(WIDE), validate=True) == expected()
    with pytest.raises(DataError, match=r"WTI is -36\.98 on 2020-04-20"):
        read_prices(write("date,WTI\n2020-04-17,18.31\n2020-04-20,-36.98\n"), validate=True)


def test_returns_need_their_unit(write):
    text = "permno,date,ret\n10107,2022-02-14,1.0\n10107,2022-02-15,-2.0\n14593,2022-02-15,0.5\n"
    panel = read_returns(write(text), unit="percent")
    assert panel.assets == ("10107", "14593")
    np.testing.assert_allclose(panel.returns("simple")["10107"], [0.01, -0.02], atol=1e-15)
    with pytest.raises(DataError, match="10107 is -2 on"):
        read_returns(write(text), unit="decimal")
    with pytest.raises(SpecError, match="unit='bp'"):
        read_returns(write(text), unit="bp")
    with pytest.raises(TypeError):
        read_returns(write(text))
    logs = read_returns(write(text), unit="percent", kind="log")
    np.testing.assert_allclose(logs.returns("log")["10107"], [0.01, -0.02], atol=1e-15)


@pytest.mark.shared
def test_real_files(shared_dir):
    with pytest.warns(EventStudyWarning, match="RUB holds about .*and so JPY"):
        ecb = read_prices(shared_dir / "data" / "fx_ecb_eur_base_daily.csv")
    assert "RUB" in ecb and str(ecb.prices("RUB").index[-1].date()) == "2022-03-01"
    moex = read_prices(
        shared_dir / "data" / "moex_m10_feb2022.csv",
        date="bar_start_msk",
        tz="Europe/Moscow",
        bar="10min",
    )
    assert moex.intraday and len(moex.assets) == 62
    # The bar that starts 11:00 in Moscow on the 15th ends 08:10 UTC.
    assert pd.Timestamp("2022-02-15 08:10", tz="UTC") in moex.instants("OZON")
    factors = read_returns(shared_dir / "data" / "fama_french_5f_daily_pct.csv", unit="percent")
    assert factors.returns("simple").iloc[0].abs().max() < 0.1


PIECES = st.one_of(
    st.sampled_from(
        ["date", "A", ",", ";", "\n", "\r\n", '"', "2022-02-14", "2022-02-15", "14/02/2022", "1.5", "-1", "nan"]
    ),
    st.sampled_from(
        ["symbol", "close", "open", "high", "low", "\t", " ", "1e400", "0", "99999-01-01", "2022-02-15T10:00Z"]
    ),
    st.text(max_size=3),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=25), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_is_a_panel_or_one_clear_error(tmp_path, pieces, encoding):
    path = tmp_path / "p.csv"
    path.write_bytes("".join(pieces).encode(encoding, "replace"))
    try:
        panel = read_prices(path)
    except EventStudyError as error:
        assert "\n" not in str(error) and "p.csv" in str(error)
    else:
        assert len(panel) > 0 and np.isfinite(panel.values[~np.isnan(panel.values)]).all()
        assert (np.diff(panel.labels) > np.timedelta64(0, "ns")).all()


CELLS = st.one_of(
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=3),
    st.none(),
    st.booleans(),
    st.dates(),
    st.binary(max_size=2),
)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_frame_is_a_panel_or_one_clear_error(data):
    n = data.draw(st.integers(0, 4))
    names = data.draw(
        st.lists(st.one_of(st.sampled_from(["date", "A", "symbol", "close"]), st.text(max_size=2)), max_size=4)
    )
    frame = pd.DataFrame({i: data.draw(st.lists(CELLS, min_size=n, max_size=n)) for i in range(len(names))})
    frame.columns = names
    if data.draw(st.booleans()):
        frame.index = pd.date_range("2022-02-14", periods=len(frame))
    for read in (read_prices, PricePanel):
        try:
            panel = read(frame)
        except EventStudyError as error:
            assert str(error)
        else:
            assert panel.values.dtype == np.float64


def test_a_whole_number_beyond_all_floats_is_no_price() -> None:
    frame = pd.DataFrame({"date": ["2022-02-14", "2022-02-15"], "A": [1, 10**400]})
    with pytest.raises(DataError, match="row 2, column 'A': infinite; no price is so large"):
        read_prices(frame)


def test_a_frame_without_columns_says_so() -> None:
    with pytest.raises(DataError, match="no date column among no columns"):
        read_prices(pd.DataFrame())
