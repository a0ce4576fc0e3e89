"""Real returns, random dates: how often does the test that the adviser recommends reject when nothing happened?"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from eventstudy.estimation import abnormal_returns
from eventstudy.inference.clustered import ibragimov_muller_t
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from eventstudy.inference.parametric import bmp_t
from eventstudy.inference.placebo import BATTERY, Layout, placebo
from eventstudy.inference.placebo_grid import placebo_grid
from eventstudy.inference.sample import Sample, make_sample
from eventstudy.inference.single_event import sq_test
from eventstudy.models import MeanAdjusted
from eventstudy.prices import fetch_prices

CURRENCIES = ("EUR", "GBP", "JPY", "CHF", "SEK", "NOK", "CAD", "AUD", "PLN", "CZK", "HUF", "ZAR", "TRY", "BRL", "MXN")
TOGETHER = ("GBP", "JPY", "SEK", "CAD", "PLN", "ZAR", "BRL", "MXN")
SP500 = "S&P 500"
ESTIMATION = (-130, -11)


def ecb_returns(currencies: tuple[str, ...] = CURRENCIES) -> np.ndarray:
    """Daily log returns of currencies in dollars, 2008 to 2021, shape (R, A); days all have a price."""
    prices = fetch_prices(list(currencies), "2008-02-01", "2021-12-31", source="ecb", cache=False).to_frame()
    levels = prices[list(currencies)].dropna().to_numpy()
    return np.diff(np.log(levels), axis=0)


def sp500_returns() -> np.ndarray | None:
    """Daily log returns of the S&P 500 from 2010 on, shape (R, 1); None without ``../shared`` beside the checkout."""
    path = Path(__file__).resolve().parents[2] / "shared" / "data" / "sp500_daily.csv"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        levels = [float(row["spx_yahoo"]) for row in csv.DictReader(file) if row["spx_yahoo"]]
    return np.diff(np.log(levels))[:, None]


def sample_at(returns: np.ndarray, positions: np.ndarray) -> Sample:
    """One-day events on mean-adjusted returns."""
    fit = abnormal_returns(returns, positions, MeanAdjusted(), event_window=(-10, 0), estimation_window=ESTIMATION)
    row = positions[:, :1]
    return make_sample(
        fit.ar,
        fit.residuals(),
        window=(0, 0),
        event_window=(-10, 0),
        estimation_window=ESTIMATION,
        forecast_scale=fit.forecast_scale,
        leverage=fit.leverage(),
        sessions=row + np.arange(-10, 1),
        estimation_sessions=row + np.arange(ESTIMATION[0], ESTIMATION[1] + 1),
        asset=positions[:, 1],
    )


def single_dates(returns: np.ndarray, names: tuple[str, ...], dates: int, seed: int) -> list[dict[str, Any]]:
    """Random dates of each series, each a study of its own; the recommendation is asked for a few of them."""
    rng = np.random.default_rng(seed)
    rows = []
    for j, name in enumerate(names):
        at = rng.choice(np.arange(140, len(returns) - 5), dates, replace=False)
        positions = np.column_stack([at, np.full(dates, j)])
        sample = sample_at(returns, positions)
        asked = {diagnose(measure(sample_at(returns, positions[i : i + 1]))).recommended for i in range(10)}
        (recommended,) = asked
        volatility = {"sq_test": "constant", "sq_test_ewma": "ewma"}[recommended]
        for test, kind in (("sq_test", "constant"), ("sq_test_ewma", "ewma")):
            p = sq_test(sample, volatility=kind).p_value  # type: ignore[arg-type]
            rates = {f"{level:.0%}": float((p <= level + 1e-9).mean()) for level in (0.01, 0.05, 0.10)}
            rows.append({"scenario": name, "test": test, "recommended": kind == volatility, **rates})
    return rows


def shared_dates(returns: np.ndarray, studies: int, seed: int) -> list[dict[str, Any]]:
    """Eight currencies on one random date: BMP's t itself, and `placebo`, which is recommended."""
    rng = np.random.default_rng(seed)
    n = returns.shape[1]
    grid = placebo_grid(
        returns,
        np.arange(n),
        MeanAdjusted(),
        window=(0, 0),
        estimation_window=ESTIMATION,
        forbidden=np.zeros(returns.shape, dtype=bool),
        min_observations=120,
        shares=False,
    )
    nominal, empirical = [], []
    for at in rng.choice(np.arange(140, len(returns) - 5), studies, replace=False):
        positions = np.column_stack([np.full(n, at), np.arange(n)])
        layout = Layout(positions, np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64))
        found = placebo(grid, layout, draws=999, statistics={"bmp_t": BATTERY["bmp_t"]}, seed=rng)
        nominal.append(found.nominal_p[0])
        empirical.append(found.p_value[0])
    return [
        {"scenario": "8 currencies on one date", "test": test, "5%": float((np.array(p) <= 0.05).mean())}
        for test, p in (("bmp_t", nominal), ("placebo", empirical))
    ]


def several_dates(returns: np.ndarray, studies: int, seed: int, n_dates: int = 10) -> list[dict[str, Any]]:
    """Eight currencies on ten random dates: what counts 80 events, and what counts ten draws."""
    rng = np.random.default_rng(seed)
    n = returns.shape[1]
    p: dict[str, list[float]] = {"bmp_t": [], "ibragimov_muller_t": []}
    for _ in range(studies):
        at = rng.choice(np.arange(140, len(returns) - 5), n_dates, replace=False)
        positions = np.column_stack([np.repeat(at, n), np.tile(np.arange(n), n_dates)])
        sample = sample_at(returns, positions)
        p["bmp_t"].append(float(bmp_t(sample.scar).p_value()))
        p["ibragimov_muller_t"].append(float(ibragimov_muller_t(sample.car, positions[:, 0]).p_value()))
    return [
        {"scenario": "8 currencies on 10 dates", "test": test, "5%": float((np.array(v) <= 0.05).mean())}
        for test, v in p.items()
    ]


def real(dates: int = 500, seed: int = 500) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every row of the page's section on real series."""
    returns = ecb_returns()
    together = returns[:, [CURRENCIES.index(c) for c in TOGETHER]]
    equities = sp500_returns()
    alone = single_dates(returns, CURRENCIES, dates, seed)
    if equities is not None:
        alone += single_dates(equities, (SP500,), dates, seed + 3)
    return alone, [
        *shared_dates(together, dates, seed + 1),
        *several_dates(together, dates, seed + 2),
    ]
