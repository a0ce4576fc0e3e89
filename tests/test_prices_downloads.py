"""Price files as vendors write them and as people keep them: each reads right, or says what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import DataError, SpecError
from eventstudy.prices import PricePanel, read_prices, read_returns

FEB_14, FEB_15 = pd.Timestamp("2022-02-14"), pd.Timestamp("2022-02-15")


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str | bytes, name: str = "BRENT.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return _write


YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume\n"
DAY_14, DAY_15 = "2022-02-14,94.5,96.8,92.8,96.48,96.48,326890\n", "2022-02-15,96.4,96.8,92.1,93.28,93.28,264370\n"

# What each file must give: 96.48 on the 14th and 93.28 on the 15th, a third row empty where there is one.
FILES = {
    "Yahoo": (YAHOO + DAY_14 + DAY_15, {}),
    "Yahoo with a holiday": (YAHOO + DAY_14 + DAY_15 + "2022-02-16,null,null,null,null,null,null\n", {}),
    "Yahoo's page, newest first": (
        'Date,Open,High,Low,Close*,Adj Close**,Volume\n"Feb 15, 2022",96.4,96.8,92.1,93.28,93.28,"264,370"\n'
        '"Feb 14, 2022",94.5,96.8,92.8,96.48,96.48,"326,890"\n',
        {},
    ),
    "Yahoo's client, written by pandas": (
        "Price,Close,High,Low,Open,Volume\nTicker,BRENT,BRENT,BRENT,BRENT,BRENT\nDate,,,,,\n"
        "2022-02-14,96.48,96.8,92.8,94.5,326890\n2022-02-15,93.28,96.8,92.1,96.4,264370\n",
        {},
    ),
    "Investing.com": (
        '\ufeff"Date","Price","Open","High","Low","Vol.","Change %"\n'
        '"02/15/2022","93.28","96.4","96.8","92.1","264.37K","-3.32%"\n'
        '"02/14/2022","96.48","94.5","96.8","92.8","326.89K","2.16%"\n',
        {},
    ),
    "Stooq": (
        "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen\n2022-02-14,94.5,96.8,92.8,96.48,326890\n"
        "2022-02-15,96.4,96.8,92.1,93.28,264370\n",
        {},
    ),
    "Stooq's text": (
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        "BRENT,D,20220214,000000,94.5,96.8,92.8,96.48,326890,0\nBRENT,D,20220215,000000,96.4,96.8,92.1,93.28,264370,0\n",
        {},
    ),
    "FRED": ("observation_date,BRENT\n2022-02-14,96.48\n2022-02-15,93.28\n2022-02-21,.\n", {}),
    "Bloomberg under its title": (
        "Security,CO1 Comdty\nStart Date,02/14/2022\n\n"
        "Date,BRENT\n02/14/2022,96.48\n02/15/2022,93.28\n02/21/2022,#N/A N/A\n",
        {"skip": 3},
    ),
    "under comments": ("# made by me\n# on Monday\ndate,BRENT\n2022-02-14,96.48\n2022-02-15,93.28\n", {"skip": 2}),
    "German": ("Datum;BRENT\n14.02.2022;96,48\n15.02.2022;93,28\n", {"decimal": ","}),
    "German with thousands": (
        "Datum;BRENT\n14.02.2022;0.096,48\n15.02.2022;0.093,28\n",
        {"decimal": ",", "thousands": "."},
    ),
    "two digits of the year": ("Date,BRENT\n2/14/22,96.48\n2/15/22,93.28\n", {}),
    "two digits, dotted": ("Date,BRENT\n14.02.22,96.48\n15.02.22,93.28\n", {}),
    "Excel's day numbers": ("Date,BRENT\n44606,96.48\n44607,93.28\n", {"date_format": "excel"}),
    "an index that pandas wrote": (",date,BRENT\n0,2022-02-14,96.48\n1,2022-02-15,93.28\n", {}),
    "empty columns of a spreadsheet": ("Date,BRENT,,\n2022-02-14,96.48,,\n2022-02-15,93.28,,\n", {}),
    "midnights in New York": ("Date,BRENT\n2022-02-14 00:00:00-05:00,96.48\n2022-02-15 00:00:00-05:00,93.28\n", {}),
    "own marks": ("Date,BRENT\n2022-02-14,96.48\n2022-02-15,93.28\n2022-02-16,closed\n", {"missing": "closed"}),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_vendors_files(write, kind, encoding):
    text, options = FILES[kind]
    panel = read_prices(write(text, encoding=encoding), **options)
    assert panel.assets == ("BRENT",)
    assert panel.prices("BRENT").to_dict() == {FEB_14: 96.48, FEB_15: 93.28}
    if "high" in panel.bars:
        assert panel.prices("BRENT", "high").tolist() == [96.8, 96.8]
        assert panel.prices("BRENT", "volume").tolist() == pytest.approx([326890.0, 264370.0])


METATRADER = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n"
BARS = {
    "MetaTrader": (
        METATRADER + "2022.02.15\t10:00:00\t1\t2\t0.5\t1.5\t10\n2022.02.15\t11:00:00\t1\t2\t0.5\t1.6\t11\n",
        {"tz": "Europe/Moscow", "bar": "1h"},
    ),
    "Finam": (
        "<TICKER>;<PER>;<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>\nBRENT;60;20220215;100000;1;2;0.5;1.5;10\n"
        "BRENT;60;20220215;110000;1;2;0.5;1.6;11\n",
        {"tz": "Europe/Moscow", "bar": "1h"},
    ),
    "a clock of its own": (
        "Date,Time,Close\n15.02.2022,8:00,1.5\n15.02.2022,9:00,1.6\n",
        {"tz": "UTC"},
    ),
    "seconds since 1970": ("time,close\n1644912000,1.5\n1644915600,1.6\n", {"date_format": "unix"}),
    "milliseconds": ("timestamp,close\n1644912000000,1.5\n1644915600000,1.6\n", {"date_format": "unix-ms"}),
    "offsets from all over": ("time,BRENT\n2022-02-15T03:00-05:00,1.5\n2022-02-15T12:00+03:00,1.6\n", {}),
}


@pytest.mark.parametrize("kind", BARS)
def test_vendors_bars(write, kind):
    """Each holds 1.5 at 08:00 UTC and 1.6 at 09:00, the ends of the bars."""
    text, options = BARS[kind]
    panel = read_prices(write(text), **options)
    assert panel.intraday and panel.prices("BRENT").tolist() == [1.5, 1.6]
    assert [str(t) for t in panel.instants("BRENT")] == ["2022-02-15 08:00:00+00:00", "2022-02-15 09:00:00+00:00"]


def test_the_hour_that_is_there_twice(write):
    """Berlin's clocks went back from 03:00 to 02:00 on 30 October 2022, at 01:00 UTC."""
    text = (
        "time,A\n2022-10-30 02:00,1\n2022-10-30 02:30,2\n2022-10-30 02:00,3\n2022-10-30 02:30,4\n2022-10-30 03:00,5\n"
    )
    panel = read_prices(write(text), tz="Europe/Berlin")
    assert [f"{t:%H:%M}" for t in panel.instants("A")] == ["00:00", "00:30", "01:00", "01:30", "02:00"]
    with pytest.raises(DataError, match=r"row 3: the clock of Europe/Berlin shows 2022-10-30 02:30:00 twice"):
        read_prices(write("time,A\n2022-10-30 01:00,1\n2022-10-30 02:30,2\n2022-10-30 03:30,3\n"), tz="Europe/Berlin")
    with pytest.raises(DataError, match="row 2: the clock of Europe/Berlin shows 2022-03-27 02:30:00 never"):
        read_prices(write("time,A\n2022-03-27 02:30,1\n2022-03-27 03:30,3\n"), tz="Europe/Berlin")


CRSP = (
    "PERMNO,date,TICKER,RET,PRC\n10107,20220214,MSFT,0.01,300\n"
    "10107,20220215,MSFT,C,-301\n10107,20220216,MSFT,-0.02,299\n"
)

WRONG = {
    "decimal commas": ("Datum;A\n14.02.2022;96,48\n", "row 2, column 'A': '96,48'.*say decimal=','"),
    "thousands": ('Date,A\n2022-02-14,"4,401.67"\n', "row 2, column 'A': '4,401.67'.*say thousands=','"),
    "German thousands": ("Date;A\n2022-02-14;4.401,67\n", r"say thousands='\.', decimal=','"),
    "narrow blanks": ("Date;A\n2022-02-14;4\u202f401,67\n", r"say thousands='\\u202f', decimal=','"),
    "day numbers": ("Date,A\n44606,1\n", "row 2, column 'Date': '44606' is no date.*date_format='excel'"),
    "seconds": ("Date,A\n1644912000,1\n", "date_format='unix'"),
    "2/3/22": ("Date,A\n2/3/22,1\n2/4/22,1\n", "'2/3/22' may be %d/%m/%y or %m/%d/%y"),
    "a note below": ("Date,A\n2022-02-14,1\n\nSource: Refinitiv\n", "row 4 has 1 cell, .*a note below the table"),
    "a title above": ("Oil prices,\n,\nDate,A\n2022-02-14,1\n", "no date column.*row 3 looks like the header: skip=2"),
    "comments above": ("# mine\nDate,A\n2022-02-14,1\n", "row 2 has 2 cells.*skip=1"),
    "currency signs": ("Date,A\n2022-02-14,$1.50\n", r"row 2, column 'A': '\$1.50' is no number"),
    "a web page": ("<!DOCTYPE html>\n<p>Too many, requests</p>\n", "holds a web page, no table"),
    "JSON": ('{"chart": {"error": 1}}\n', "holds JSON, no table"),
    "no clock": ("Date,Time,A\n2022-02-14,noon,1\n", "row 2, column 'Time': 'noon' is no clock time"),
    "CRSP's prices": (CRSP, "row 3, column 'PRC': a negative price, CRSP's mark"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_read_says_how_it_could(write, kind):
    text, words = WRONG[kind]
    with pytest.raises(DataError, match=words) as caught:
        read_prices(write(text))
    assert "BRENT.csv" in str(caught.value) and "\n" not in str(caught.value)


def test_crsp_returns(write):
    with pytest.raises(DataError, match=r"row 3, column 'RET': 'C' .*missing=\['C'\]"):
        read_returns(write(CRSP), unit="decimal")
    panel = read_returns(write(CRSP), unit="decimal", missing=["B", "C"])
    assert panel.returns("simple")["MSFT"].dropna().round(12).tolist() == [0.01, -0.02]
    new = "PERMNO,DlyCalDt,DlyRet\n10107,2022-02-14,0.01\n10107,2022-02-15,-0.02\n"
    assert read_returns(write(new), unit="decimal").returns("simple")["10107"].round(12).tolist() == [0.01, -0.02]


def test_percent_signs(write):
    text = "Date,A\n2022-02-14,1.5%\n2022-02-15,-0.2 %\n"
    assert read_returns(write(text), unit="percent").returns("simple")["A"].round(12).tolist() == [0.015, -0.002]
    with pytest.raises(DataError, match=r"'A' has cells with a percent sign.*unit='percent'"):
        read_returns(write(text), unit="decimal")


def test_workbooks(tmp_path):
    pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    table = pd.DataFrame({"Date": [FEB_14, FEB_15], "BRENT": [96.48, 93.28]})
    rows = [["Prices of oil", None], [None, None], ["Date", "BRENT"], *table.to_numpy().tolist()]
    with pd.ExcelWriter(tmp_path / "p.xlsx") as book:
        pd.DataFrame({"note": ["prices inside"]}).to_excel(book, sheet_name="Read me", index=False)
        table.to_excel(book, sheet_name="Prices", index=False)
        pd.DataFrame(rows).to_excel(book, sheet_name="Titled", index=False, header=False)
    with pytest.raises(DataError, match=r"no date column among 'note'.*sheets: 'Read me', 'Prices', 'Titled'"):
        read_prices(tmp_path / "p.xlsx")
    with pytest.raises(DataError, match="row 3 looks like the header: skip=2"):
        read_prices(tmp_path / "p.xlsx", sheet="Titled")
    plain = read_prices(tmp_path / "p.xlsx", sheet="Prices")
    assert plain.prices("BRENT").tolist() == [96.48, 93.28]
    assert read_prices(tmp_path / "p.xlsx", sheet=2, skip=2) == plain
    with pytest.raises(SpecError, match="skip=-1 is no number of rows"):
        read_prices(tmp_path / "p.xlsx", skip=-1)


def test_frames_with_dates_that_are_no_dates():
    prices = [96.48, 93.28]
    for frame in (
        pd.DataFrame({"BRENT": prices}, index=[20220214, 20220215]),
        pd.DataFrame({"date": [20220214, 20220215], "BRENT": prices}),
        pd.DataFrame({"date": ["20220214", "20220215"], "BRENT": ["96.48", "93.28"]}),
    ):
        assert read_prices(frame).prices("BRENT").to_dict() == {FEB_14: 96.48, FEB_15: 93.28}
    months = pd.DataFrame({"BRENT": prices}, index=pd.period_range("2022-01", periods=2, freq="M"))
    # A month's price is of its end: news of the month comes before it, not after.
    ends = [pd.Timestamp("2022-01-31"), pd.Timestamp("2022-02-28")]
    assert read_prices(months).prices("BRENT").index.tolist() == ends
    assert PricePanel(months).prices("BRENT").index.tolist() == ends
    hours = months.set_axis(pd.period_range("2022-02-15 07:00", periods=2, freq="h"))
    assert str(PricePanel(hours, tz="UTC").instants("BRENT")[0]) == "2022-02-15 08:00:00+00:00"
    assert np.isnan(read_prices(months.astype(object).replace(93.28, ".")).values[1, 0])
