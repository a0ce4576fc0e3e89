"""The three files of eventstudytools.com, in the site's own dress."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import DataError, SpecError
from eventstudy.events.readers import read_events
from eventstudy.models import MarketAdjusted
from eventstudy.prices.eventstudytools import read_eventstudytools
from eventstudy.study import EventStudy

REQUEST = "1;VOW.DE;DAX;18.09.2015;Group;-1;1;-2;3\n2;BMW.DE;DAX;21.09.2015;Group;-1;1;-2;3\n"
FIRM = (
    "VOW.DE;17.09.2015;161.35\nVOW.DE;18.09.2015;161.35\nVOW.DE;21.09.2015;133.70\n"
    "BMW.DE;18.09.2015;84.2\nBMW.DE;21.09.2015;82.9\n"
)
MARKET = "DAX;17.09.2015;10229.58\nDAX;18.09.2015;9916.16\nDAX;21.09.2015;9948.51\n"


@pytest.fixture
def files(tmp_path):
    def write(request=REQUEST, firm=FIRM, market=MARKET, encoding="utf-8"):
        paths = [tmp_path / n for n in ("01_RequestFile.csv", "02_FirmData.csv", "03_MarketData.csv")]
        for path, text in zip(paths, (request, firm, market), strict=True):
            path.write_bytes(text.encode(encoding))
        return paths

    return write


def test_as_the_site_has_them(files):
    study = read_eventstudytools(*files())
    assert study.event_window == (-1, 1) and study.estimation_window == (-4, -2)
    assert study.benchmark_of == {"VOW.DE": "DAX", "BMW.DE": "DAX"}
    assert study.prices.assets == ("VOW.DE", "BMW.DE", "DAX")
    assert study.prices.prices("VOW.DE").tolist() == [161.35, 161.35, 133.70]
    assert study.events["date"].dt.strftime("%Y-%m-%d").tolist() == ["2015-09-18", "2015-09-21"]
    assert study.events["asset"].tolist() == ["VOW.DE", "BMW.DE"] and study.events["group"].tolist() == ["Group"] * 2


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lambda t: t.replace(";", ","), {}),
        (lambda t: t.replace(".2015", ".15"), {"date_format": "%d.%m.%y"}),
        (lambda t: t.replace("\n", "\r\n"), {}),
    ],
)
def test_other_dresses(files, change, options):
    want = read_eventstudytools(*files())
    got = read_eventstudytools(*files(change(REQUEST), change(FIRM), change(MARKET)), **options)
    assert got.prices == want.prices and got.events.equals(want.events)


def test_header_umlauts_and_decimal_commas(files):
    header = "Event ID;Firm ID;Market ID;Event Date;Grouping;Start;End;End Est;Length\n"
    comma = FIRM.replace("161.35", "161,35").replace("133.70", "133,70").replace("84.2", "84,2").replace("82.9", "82,9")
    market = MARKET.replace(".58", ",58").replace("9916.16", "9916,16").replace("9948.51", "9948,51")
    study = read_eventstudytools(
        *files(header + REQUEST.replace("Group", "Börse"), comma, market, "cp1252"), decimal=","
    )
    np.testing.assert_array_equal(study.prices.prices("VOW.DE"), [161.35, 161.35, 133.70])
    assert study.events["group"].tolist() == ["Börse"] * 2


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"request": ""}, "01_RequestFile.csv has no rows"),
        ({"request": REQUEST.replace("-1;1;-2;3\n2", "-1;1;-2\n2")}, "row 1 has 8 cells; expected 9"),
        ({"request": REQUEST.replace("21.09.2015", "2015-09-21")}, "row 2: '2015-09-21' is no date"),
        ({"request": REQUEST.replace("-2;3\n2", "-2;x\n2")}, "row 1, column 'length of the estimation window': 'x'"),
        ({"request": REQUEST.replace("-2;3\n2", "-2;4\n2")}, "row 2 has other windows than row 1"),
        ({"request": REQUEST.replace("2;BMW", "1;BMW")}, "event id '1' stands twice"),
        ({"request": REQUEST.replace("2;BMW.DE;DAX", "2;VOW.DE;MDAX")}, "'VOW.DE' has two markets"),
        ({"request": REQUEST.replace("BMW.DE", "AUDI")}, "02_FirmData.csv has no prices of firm 'AUDI'"),
        ({"market": MARKET.replace("DAX", "SPX")}, "03_MarketData.csv has no prices of market 'DAX'"),
        ({"firm": FIRM.replace("133.70", "abc")}, "02_FirmData.csv: .*'abc' is no number"),
        ({"firm": FIRM + "BMW.DE;18.09.2015;84.2\n"}, "BMW.DE has two prices on 2015-09-18"),
    ],
)
def test_what_is_wrong_is_named(files, given, match):
    with pytest.raises(DataError, match=match):
        read_eventstudytools(*files(**given))


def test_as_r_writes_them_from_downloads(files):
    """Quoted texts, NA for a missing price, firms of different length, markets in the firms' order of time."""
    firm = '"VOW.DE";"17.09.2015";161.35\n"VOW.DE";"18.09.2015";NA\n"VOW.DE";"21.09.2015";133.7\n' + FIRM[-46:]
    study = read_eventstudytools(*files('"1";"VOW.DE";"DAX";"18.09.2015";"A; B";-1;1;-2;3\n', firm))
    assert study.prices.prices("VOW.DE").tolist() == [161.35, 133.7]
    assert study.events["group"].tolist() == ["A; B"]


def test_a_workbook_is_named(tmp_path, files):
    _, firm, market = files()
    with pytest.raises(DataError, match=r"01_RequestFile\.xlsx is no CSV file; save each of the three as CSV"):
        read_eventstudytools(tmp_path / "01_RequestFile.xlsx", firm, market)


def test_a_study_runs_on_them(files):
    """A whole study on freshly written files, against the market-adjusted returns by hand."""
    rng = np.random.default_rng(5)
    days = pd.bdate_range("2015-01-01", periods=200)
    levels = 100 * np.exp(rng.normal(0, 0.01, (200, 2)).cumsum(axis=0))
    written = [f"{d:%d.%m.%Y}" for d in days]
    firm = "".join(f"AAA;{d};{p!r}\n" for d, p in zip(written, levels[:, 0].tolist(), strict=True))
    market = "".join(f"IDX;{d};{p!r}\n" for d, p in zip(written, levels[:, 1].tolist(), strict=True))
    study = read_eventstudytools(*files(f"1;AAA;IDX;{written[180]};G;-2;2;-11;120\n", firm, market), close="24:00")
    assert study.estimation_window == (-130, -11)
    spec = EventStudy(MarketAdjusted("IDX"), event_window=study.event_window, estimation_window=study.estimation_window)
    row = spec.run(read_events(study.events), study.prices).to_frame("event", window=(0, 0)).iloc[0]
    returns = np.diff(np.log(levels), axis=0)[179]
    assert row["car"] == pytest.approx(returns[0] - returns[1], rel=1e-9)


def test_missing_file_and_one_mark_for_two_things(files, tmp_path):
    _, firm, market = files()
    with pytest.raises(DataError, match="cannot read"):
        read_eventstudytools(tmp_path / "none.csv", firm, market)
    with pytest.raises(SpecError, match="is the delimiter too"):
        read_eventstudytools(*files(*(t.replace(";", ",") for t in (REQUEST, FIRM, MARKET))), decimal=",")
