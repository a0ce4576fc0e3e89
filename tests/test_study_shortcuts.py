"""Where a study takes a shortcut, it gives what the general way gives."""

from __future__ import annotations

import gc
import pickle
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.alignment import align, merge
from eventstudy.estimation import abnormal_returns
from eventstudy.events.readers import read_events
from eventstudy.models import MarketModel
from eventstudy.prices.grid import SessionGrid
from eventstudy.prices.lending import returns_on_sessions
from eventstudy.prices.panel import PricePanel
from eventstudy.prices.returns import session_returns
from eventstudy.prices.sessions import build_grid

DAYS = pd.bdate_range("2020-01-01", periods=60)
# Logarithms of ratios of doubles near one: a few units in the last place of one.
ROUNDING = 1e-15


def grid_of(n_assets: int) -> SessionGrid:
    days = DAYS.to_numpy(dtype="datetime64[ns]")[:, None]
    shape = (len(DAYS), n_assets)
    labels, struck = (np.broadcast_to(days + np.timedelta64(h, "h"), shape) for h in (0, 16))
    names = tuple(f"A{j}" for j in range(n_assets))
    return SessionGrid(names, labels, struck, struck, np.ones(shape), np.full(n_assets, len(DAYS)))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_rows_do_not_change_where_another_session_has_two_headlines(seed: int) -> None:
    # Without a shared session nothing is merged; one more headline on the last session takes the general way.
    rng = np.random.default_rng(seed)
    n, n_assets = 12, 4
    cells = rng.permutation(50 * n_assets)[: n + 1]
    row, asset = cells // n_assets + 2, cells % n_assets
    days = DAYS[row].strftime("%Y-%m-%d").to_numpy(dtype=object)
    days[rng.random(n + 1) < 0.3] += "T12:00Z"
    frame = pd.DataFrame(
        {
            "time": days,
            "direction": rng.choice(
                np.array(["escalation", "de-escalation", "neither", "", None], dtype=object), n + 1
            ),
            "kind": rng.choice(["strike", ""], n + 1),
            "intensity": rng.normal(size=n + 1),
        }
    )
    twice = pd.concat([frame, frame.iloc[[n]]], ignore_index=True)
    alone_events, twice_events = read_events(frame, tz="UTC"), read_events(twice, tz="UTC")
    grid = grid_of(n_assets)
    alone = merge(align(alone_events, (np.arange(n + 1), asset), grid), alone_events)
    general = merge(align(twice_events, (np.arange(n + 2), np.append(asset, asset[n])), grid), twice_events)
    if len(alone) != n + 1:  # two days of one weekend are one session
        return
    assert alone.merged.empty and len(general.merged) == 1
    assert list(alone.merged.columns) == list(general.merged.columns)
    for name in ("event_row", "asset", "position", "settle", "timing", "direction"):
        assert getattr(alone, name).tolist() == getattr(general, name).tolist(), name
    assert alone.n_headlines.tolist() == alone.n_stories.tolist() == [1] * (n + 1)
    assert alone.members.tolist() == alone.event_row.tolist()
    assert alone.starts.tolist() == list(range(n + 2))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["log", "simple"]), st.sampled_from(["span", "drop"]))
@settings(max_examples=40, deadline=None)
def test_returns_of_an_asset_do_not_depend_on_gaps_or_signs_of_another(seed: int, kind: str, gaps: str) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(np.exp(rng.normal(size=(30, 4))), index=DAYS[:30], columns=list("ABCM"))
    other = frame.copy()
    other.iloc[rng.integers(0, 30, 3), 2] = np.nan
    other.iloc[rng.integers(0, 30), 1] = -1.0
    found = []
    for table in (frame, other):
        panel = PricePanel(table)
        of = dict.fromkeys("ABC", ("M",))
        grid = build_grid(panel, list("ABC"), benchmark_of=of)
        found.append(session_returns(grid, panel, of, kind=kind, gaps=gaps))
    complete, gappy = found
    a = frame["A"].to_numpy()
    expected = np.diff(np.log(a)) if kind == "log" else a[1:] / a[:-1] - 1.0
    np.testing.assert_allclose(complete.returns[1:, 0], expected, rtol=0, atol=ROUNDING * 10 * np.abs(expected).max())
    assert np.array_equal(complete.returns[:, 0], gappy.returns[:, 0], equal_nan=True)
    assert np.array_equal(complete.spans[:, 0], gappy.spans[:, 0])
    assert complete.spans[:, 0].tolist() == [0] + [1] * 29
    assert np.array_equal(complete.factors[:, 0], gappy.factors[:, 0], equal_nan=True)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("own_factor", [False, True])
def test_a_complete_sample_is_estimated_alike_beside_one_with_gaps(order: str, own_factor: bool) -> None:
    # Complete events take the design that all assets share; beside one with a gap, each sums its own.
    rng = np.random.default_rng(3)
    returns = np.asarray(rng.normal(size=(500, 40)), order=order)
    market = rng.normal(size=500)
    factors = np.repeat(market[:, None, None], 40, axis=1) if own_factor else market
    positions = np.column_stack([rng.integers(280, 480, 12), np.arange(12)])
    model = MarketModel()
    complete = abnormal_returns(returns, positions, model, factors)
    returns[250, 11] = np.nan
    beside = abnormal_returns(returns, positions, model, factors)
    for name in ("ar", "coefficients", "sigma", "r2", "forecast_scale"):
        assert np.array_equal(getattr(complete, name)[:11], getattr(beside, name)[:11]), name


def test_a_panel_lends_returns_only_while_a_result_holds_them() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(np.exp(rng.normal(size=(60, 3))), index=DAYS, columns=list("ABM"))
    panel = PricePanel(frame, close="16:00", tz="UTC")
    of = dict.fromkeys("AB", ("M",))
    first = returns_on_sessions(panel, list("AB"), of)
    assert returns_on_sessions(panel, list("AB"), of) is first
    others = [
        returns_on_sessions(panel, list("BA"), of),
        returns_on_sessions(panel, list("AB"), dict.fromkeys("AB", ())),
        returns_on_sessions(panel, list("AB"), of, kind="simple"),
        returns_on_sessions(panel, list("AB"), of, gaps="drop"),
        returns_on_sessions(panel, list("AB"), of, clock="asset"),
        returns_on_sessions(panel.with_asset("A", close="17:00"), list("AB"), of),
        returns_on_sessions(
            panel, list("AB"), dict.fromkeys("AB", ("F",)), factors=frame[["M"]].set_axis(["F"], axis=1)
        ),
    ]
    assert all(other is not first for other in others)
    for array in (first.returns, first.factors, first.spans, first.grid.prices, first.grid.instants):
        assert not array.flags.writeable
    copied = pickle.loads(pickle.dumps(panel))
    assert copied == panel and returns_on_sessions(copied, list("AB"), of) is not first
    held = weakref.ref(first)
    del first, others
    gc.collect()
    assert held() is None


def test_returns_on_an_exchange_calendar_are_made_anew() -> None:
    frame = pd.DataFrame({"A": np.arange(1.0, 61.0)}, index=DAYS)
    panel = PricePanel(frame, calendar="XNYS")
    first = returns_on_sessions(panel, ["A"], {})
    assert returns_on_sessions(panel, ["A"], {}) is not first
