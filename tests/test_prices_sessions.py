"""Sessions and trade-to-trade returns against a slow walk through the rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import AssetError, DataError, EventStudyWarning, SpecError
from eventstudy.prices import (
    PricePanel,
    build_grid,
    fetch_prices,
    read_prices,
    read_returns,
    require_defined,
    session_returns,
)
from eventstudy.prices.defined import undefined

# Sums and quotients of a few double-precision numbers.
EXACT = 1e-12


def slow_returns(prices, benchmark, kind):
    """Walk down one asset's sessions: return, benchmark's over the same span, sessions spanned."""
    out, last = [], None
    for i, p in enumerate(prices):
        if math.isnan(p):
            out.append((math.nan, math.nan, 0))
            continue
        if last is None:
            out.append((math.nan, math.nan, 0))
        else:
            change = [a / b for a, b in ((p, prices[last]), (benchmark[i], benchmark[last]))]
            out.append((*(math.log(c) if kind == "log" else c - 1 for c in change), i - last))
        last = i
    return np.array(out, dtype=float)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.just(math.nan), st.floats(0.5, 2.0)), min_size=8, max_size=8), min_size=1, max_size=4
    ),
    st.lists(st.one_of(st.just(math.nan), st.floats(0.5, 2.0)), min_size=8, max_size=8),
    st.sampled_from(["log", "simple"]),
)
def test_against_a_slow_walk(columns, market, kind):
    days = pd.bdate_range("2022-02-01", periods=8)
    table = pd.DataFrame({f"A{i}": c for i, c in enumerate(columns)} | {"M": market}, index=days)
    if table["M"].notna().sum() == 0:
        return
    panel = PricePanel(table)
    names = [f"A{i}" for i in range(len(columns))]
    of = dict.fromkeys(names, ("M",))
    grid = build_grid(panel, names, benchmark_of=of)
    got = session_returns(grid, panel, of, kind=kind)
    on_market = table[table["M"].notna()]
    for j, name in enumerate(names):
        want = slow_returns(on_market[name].tolist(), on_market["M"].tolist(), kind)
        np.testing.assert_allclose(got.returns[:, j], want[:, 0], rtol=EXACT, atol=EXACT)
        np.testing.assert_allclose(got.factors[:, j, 0][want[:, 2] > 0], want[:, 1][want[:, 2] > 0], atol=EXACT)
        assert got.spans[:, j].tolist() == want[:, 2].astype(int).tolist()
    dropped = session_returns(grid, panel, of, kind=kind, gaps="drop")
    np.testing.assert_array_equal(dropped.returns, np.where(got.spans == 1, got.returns, np.nan))
    assert (dropped.spans <= 1).all()


def test_own_sessions_squeeze_gaps_out():
    days = pd.bdate_range("2022-02-14", periods=4)
    panel = PricePanel(pd.DataFrame({"A": [1.0, np.nan, 2.0, 4.0], "B": [1.0, 2.0, 3.0, np.nan], "M": 1.0}, index=days))
    grid = build_grid(panel, ["A", "B"])
    assert grid.n_sessions.tolist() == [3, 3]
    assert grid.sessions[:, 0].tolist() == [d.value for d in days[[0, 2, 3]]]
    on_market = build_grid(panel, ["A", "B"], benchmark_of={"A": ("M",), "B": ("M",)})
    assert on_market.n_sessions.tolist() == [4, 4] and np.isnan(on_market.prices[1, 0])
    asset_clock = build_grid(panel, ["A"], benchmark_of={"A": ("M",)}, clock="asset")
    assert asset_clock.n_sessions.tolist() == [3]


def test_padding_and_order():
    days = pd.bdate_range("2022-02-14", periods=4)
    panel = PricePanel(pd.DataFrame({"A": [1.0, np.nan, np.nan, 4.0], "B": 2.0}, index=days))
    grid = build_grid(panel, ["A", "B"])
    assert grid.prices.shape == (4, 2)
    assert np.isnat(grid.sessions[2:, 0]).all() and np.isnat(grid.instants[2:, 0]).all()
    for j in range(2):
        n = grid.n_sessions[j]
        assert (np.diff(grid.instants[:n, j]) > np.timedelta64(0, "ns")).all()


def test_calendar_sessions_without_a_price_stay():
    # New York, 14 to 18 February 2022 are sessions; the 21st is Presidents' Day.
    days = pd.to_datetime(["2022-02-14", "2022-02-15", "2022-02-17", "2022-02-21", "2022-02-22"])
    panel = PricePanel(pd.DataFrame({"SPX": [1.0, 2.0, 3.0, 4.0, 5.0]}, index=days))
    with pytest.warns(EventStudyWarning, match=r"SPX: 1 of 5 prices .* XNYS is shut, first 2022-02-21"):
        grid = build_grid(panel, ["SPX"])
    assert [str(d)[:10] for d in grid.sessions[:, 0]] == [
        "2022-02-14", "2022-02-15", "2022-02-16", "2022-02-17", "2022-02-18", "2022-02-22",
    ]  # fmt: skip
    assert np.isnan(grid.prices[[2, 4], 0]).all() and grid.prices[5, 0] == 5.0
    assert session_returns(grid, panel).spans[:, 0].tolist() == [0, 1, 0, 2, 0, 2]
    assert str(grid.instants[0, 0]) == "2022-02-14T21:00:00.000000000"
    # The price of the holiday stands on no session: quality says so.
    assert panel.quality().table["check"].tolist().count("zone") == 1


def test_a_calendar_of_ones_own():
    days = pd.to_datetime(["2022-02-14", "2022-02-15"])
    panel = PricePanel(pd.DataFrame({"X": [1.0, 2.0]}, index=days), calendar="MINE", close="12:00", tz="UTC")
    with pytest.raises(SpecError, match="unknown calendar 'MINE'"):
        build_grid(panel, ["X"])
    asked = []

    def mine(first, last):
        asked.append((first, last))
        return np.array(["2022-02-14", "2022-02-15"], dtype="datetime64[D]")

    grid = build_grid(panel, ["X"], calendars={"MINE": mine})
    assert asked == [("2022-02-14", "2022-02-15")] and grid.n_sessions.tolist() == [2]
    assert str(grid.instants[0, 0]) == "2022-02-14T12:00:00.000000000"


def test_two_benchmarks_use_common_dates():
    days = pd.bdate_range("2022-02-14", periods=4)
    panel = PricePanel(pd.DataFrame({"A": 1.0, "M": [1.0, np.nan, 2.0, 4.0], "N": [1.0, 2.0, 3.0, np.nan]}, index=days))
    grid = build_grid(panel, ["A"], benchmark_of={"A": ("M", "N")})
    assert grid.n_sessions.tolist() == [2]
    over = session_returns(grid, panel, {"A": ("M", "N")}, kind="simple").factors
    assert over.shape == (2, 1, 2)
    np.testing.assert_allclose(over[1, 0], [1.0, 2.0], atol=EXACT)


def test_factor_returns_compound_over_the_span():
    days = pd.bdate_range("2022-02-14", periods=4)
    panel = PricePanel(pd.DataFrame({"A": [1.0, np.nan, 1.1, 1.2]}, index=days))
    factors = pd.DataFrame({"Mkt": [0.5, 0.01, 0.02, -0.03]}, index=days)
    of = {"A": ("Mkt",)}
    grid = build_grid(panel, ["A"], benchmark_of=of, factors=factors)
    simple = session_returns(grid, panel, of, kind="simple", factors=factors).factors[:, 0, 0]
    np.testing.assert_allclose(simple[2:], [1.01 * 1.02 - 1, -0.03], atol=EXACT)
    logs = session_returns(grid, panel, of, factors=factors).factors[:, 0, 0]
    np.testing.assert_allclose(logs[2:], [np.log(1.01 * 1.02), np.log(0.97)], atol=EXACT)


def test_shared_sessions_are_views():
    days = pd.bdate_range("2020-01-01", periods=300)
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        np.exp(rng.normal(0, 0.01, (300, 21)).cumsum(0)), index=days, columns=[f"A{i}" for i in range(21)]
    )
    panel = PricePanel(table)
    names = list(panel.assets[:-1])
    of = dict.fromkeys(names, ("A20",))
    grid = build_grid(panel, names, benchmark_of=of)
    returns = session_returns(grid, panel, of)
    assert grid.sessions.strides[1] == 0 and grid.instants.strides[1] == 0
    assert returns.factors.shape == (300, 20, 1) and returns.factors.strides[1] == 0
    np.testing.assert_allclose(returns.returns[1:], np.diff(np.log(table[names]), axis=0), atol=EXACT)


def test_negative_oil_is_an_error_only_where_it_is_used():
    # WTI spot, 17 to 22 April 2020, as published.
    days = pd.to_datetime(["2020-04-17", "2020-04-20", "2020-04-21", "2020-04-22", "2020-04-23"])
    panel = PricePanel(pd.DataFrame({"WTI": [18.31, -36.98, 8.91, 13.64, 15.06]}, index=days), source="eia")
    grid = build_grid(panel, ["WTI"])
    logs = session_returns(grid, panel)
    assert np.isnan(logs.returns[:, 0]).tolist() == [True, True, True, False, False]
    assert undefined(logs)[:, 0].tolist() == [False, True, True, False, False]
    used = np.zeros((5, 1), dtype=bool)
    used[3:] = True
    require_defined(logs, used)
    used[1] = True  # the return to it, which simple returns have
    with pytest.raises(DataError, match=r"WTI is -36.98 on 2020-04-20.*returns=\"simple\""):
        require_defined(logs, used)
    used[2] = True  # the return from it, which nothing has: no advice that fails the same way
    with pytest.raises(DataError, match=r"WTI is -36.98 on 2020-04-20.*no meaning.*empty that price"):
        require_defined(logs, used)
    simple = session_returns(grid, panel, kind="simple")
    assert simple.returns[1, 0] == pytest.approx(-36.98 / 18.31 - 1, rel=EXACT)
    assert np.isnan(simple.returns[2, 0])  # from a negative price, a return has no meaning
    with pytest.raises(DataError, match="no meaning"):
        require_defined(simple, used, "simple")


def test_returns_in_are_returns_out():
    days = pd.bdate_range("2022-02-14", periods=5)
    given_ = pd.DataFrame({"date": days, "A": [0.01, -0.02, np.nan, 0.03, 0.0], "M": [0.1, 0.2, 0.3, -0.1, 0.05]})
    panel = read_returns(given_, unit="decimal")
    of = {"A": ("M",)}
    got = session_returns(build_grid(panel, ["A"], benchmark_of=of), panel, of, kind="simple")
    np.testing.assert_allclose(got.returns[:, 0], given_["A"], atol=EXACT)
    # The first return counts; the one after the gap spans two sessions, the market's with it.
    assert got.spans[:, 0].tolist() == [1, 1, 0, 2, 1]
    np.testing.assert_allclose(got.factors[[0, 1, 3, 4], 0, 0], [0.1, 0.2, 1.3 * 0.9 - 1, 0.05], atol=EXACT)
    np.testing.assert_allclose(panel.returns("simple")["M"], given_["M"], atol=EXACT)


def test_what_cannot_be():
    panel = PricePanel(pd.DataFrame({"A": [1.0, 2.0]}, index=pd.bdate_range("2022-02-14", periods=2)))
    with pytest.raises(AssetError, match="benchmark 'M' has no prices"):
        build_grid(panel, ["A"], benchmark_of={"A": ("M",)})
    with pytest.raises(AssetError, match="no prices of 'B'"):
        build_grid(panel, ["B"])
    with pytest.raises(SpecError, match="clock='wall'"):
        build_grid(panel, ["A"], clock="wall")
    with pytest.raises(SpecError, match="one name"):
        build_grid(panel, "A")
    with pytest.raises(SpecError, match="gaps='fill'"):
        session_returns(build_grid(panel, ["A"]), panel, gaps="fill")


def test_bars_keep_their_own_rows():
    ends = pd.date_range("2022-02-15 07:00", periods=3, freq="10min", tz="UTC")
    panel = PricePanel(pd.DataFrame({"SPX": [1.0, np.nan, 2.0], "M": 1.0}, index=ends))
    grid = build_grid(panel, ["SPX"], benchmark_of={"SPX": ("M",)})
    assert grid.intraday and grid.n_sessions.tolist() == [3]
    assert str(grid.instants[2, 0]) == "2022-02-15T07:20:00.000000000"
    assert (grid.window_opens == grid.instants).all()


@pytest.mark.shared
def test_three_rubles_on_one_day(shared_dir):
    """ECB, Bank of Russia and CME: the news of 2022-02-15, 08:05 UTC, falls inside the second one's window."""
    data = shared_dir / "data"
    ecb = fetch_prices(["RUB"], "2022-02-07", "2022-02-25", source="ecb")
    cbr = read_prices(data / "usdrub_cbr_effective_daily.csv", quoted={"usdrub_cbr": "RUB"}, source="cbr")
    cme = read_prices(
        data / "rub_cme_mar22_futures_hourly.csv",
        columns=["mar22_price_usd_per_rub"],
        tz="Europe/London",
        bar="1h",
        assets={"mar22_price_usd_per_rub": {"instrument": "futures"}},
    )
    news = np.datetime64("2022-02-15T08:05")
    moves = []
    for panel in (ecb, cbr, cme):
        name = panel.assets[0]
        grid = build_grid(panel, [name])
        returns = session_returns(grid, panel)
        day0 = int(np.argmax(grid.instants[:, 0] > news))
        assert grid.instants[day0 - 1, 0] <= news < grid.instants[day0, 0]
        moves.append(
            (str(grid.sessions[day0, 0])[:10], bool(grid.window_opens[day0, 0] < news), returns.returns[day0, 0])
        )
    assert [m[0] for m in moves] == ["2022-02-15", "2022-02-16", "2022-02-15"]
    assert [m[1] for m in moves] == [False, True, False]
    # By hand from the published rates: ln(76.306/75.366), ln(76.5762/76.1660).
    np.testing.assert_allclose(
        [moves[0][2], moves[1][2]], [np.log(76.306 / 75.366), np.log(76.5762 / 76.166)], atol=2e-5
    )
    assert len({round(m[2], 4) for m in moves}) == 3


def test_a_clock_time_without_a_zone_is_an_error(tmp_path) -> None:
    (tmp_path / "p.csv").write_text("date,ACME\n2022-02-14,1\n2022-02-15,2\n")
    frame = pd.DataFrame({"ACME": [1.0, 2.0]}, index=pd.to_datetime(["2022-02-14", "2022-02-15"]))
    for read in (
        lambda **said: read_prices(tmp_path / "p.csv", **said),
        lambda **said: PricePanel(frame, **said),
        lambda **said: read_returns(tmp_path / "p.csv", unit="decimal", **said),
    ):
        with pytest.raises(AssetError, match=r"^close='16:00' has no zone; say where: tz='America/New_York'"):
            read(close="16:00")
        with pytest.raises(AssetError, match="has no zone"):
            read(assets={"ACME": {"close": "16:00"}})
        with pytest.raises(AssetError, match="has no zone"):
            read().with_asset("ACME", close="16:00")
        assert str(read(close="16:00", tz="UTC").instants("ACME")[0]) == "2022-02-14 16:00:00+00:00"
        assert str(read(close="24:00").instants("ACME")[0]) == "2022-02-15 00:00:00+00:00"
        told = {"ACME": {"close": "16:00", "tz": "America/New_York"}}
        assert str(read(close="17:00", assets=told).instants("ACME")[0]) == "2022-02-14 21:00:00+00:00"


@pytest.mark.parametrize("said", [{"close": "4pm", "tz": "UTC"}, {"close": "16:00", "tz": "New York"}])
def test_a_wrong_option_is_not_laid_to_an_asset_without_a_name(said) -> None:
    frame = pd.DataFrame({"ACME": [1.0, 2.0]}, index=pd.to_datetime(["2022-02-14", "2022-02-15"]))
    with pytest.raises(AssetError) as caught:
        PricePanel(frame, **said)
    assert "?" not in str(caught.value)


def test_columns_of_the_catalogue_need_no_zone() -> None:
    frame = pd.DataFrame({"RUB": [0.013, 0.0133]}, index=pd.to_datetime(["2022-02-14", "2022-02-15"]))
    assert PricePanel(frame, close="16:00").asset("RUB").close == "14:15"
