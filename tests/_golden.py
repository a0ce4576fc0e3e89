"""The designs of tests/data/golden, estimated by a small least-squares loop that shares no code with the library."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parent / "data" / "golden"
SYNTHETIC = GOLDEN / "synthetic"


@dataclass
class Estimates:
    """Abnormal returns of one design, model and data set; days of the event window in columns."""

    ar: np.ndarray
    residuals: np.ndarray
    sigma: np.ndarray
    m: np.ndarray
    k: int
    scale: np.ndarray
    leverage: np.ndarray
    sessions: np.ndarray
    estimation_sessions: np.ndarray
    factors: list[np.ndarray]
    event_factors: list[np.ndarray]

    def variance(self, columns: list[int]) -> np.ndarray:
        """Exact forecast variance of the sum of the valid abnormal returns in ``columns``."""
        out = np.full(len(self.ar), np.nan)
        for i in range(len(self.ar)):
            good = [c for c in columns if np.isfinite(self.ar[i, c])]
            if self.k == 0:
                out[i] = self.sigma[i] ** 2 * len(good)
                continue
            x = self.factors[i]
            total = self.event_factors[i][good].sum(axis=0)
            out[i] = self.sigma[i] ** 2 * (len(good) + total @ np.linalg.solve(x.T @ x, total))
        return out


def table(name: str) -> tuple[list[str], np.ndarray]:
    with (SYNTHETIC / name).open() as file:
        rows = list(csv.reader(file))
    values = [[float(v) if v not in ("", "nan", "NaN") else np.nan for v in row[1:]] for row in rows[1:]]
    return [row[0] for row in rows[1:]], np.array(values)


def expected() -> list[tuple[str, str, str, str, str, float]]:
    with (SYNTHETIC / "expected.csv").open() as file:
        return [(*row[:5], float(row[5])) for row in list(csv.reader(file))[1:]]


@cache
def estimates(design: str, model: str, data: str) -> Estimates:
    dates, returns = table("input_returns.csv" if data == "complete" else "input_returns_missing.csv")
    market = table("input_market.csv")[1][:, 0]
    if design == "clustered":
        spans = [(range(60, 310), range(320, 341))] * returns.shape[1]
    else:
        with (SYNTHETIC / "input_events_staggered.csv").open() as file:
            rows = [dates.index(row["event_date"]) for row in csv.DictReader(file)]
        spans = [(range(r - 210, r - 10), range(r - 5, r + 6)) for r in rows]
    parts = [_one(returns[:, i], market, *spans[i], model) for i in range(returns.shape[1])]
    columns = list(zip(*parts, strict=True))
    arrays = [np.array(c) for c in columns[:6]]
    return Estimates(
        ar=arrays[0],
        residuals=arrays[1],
        sigma=arrays[2],
        m=arrays[3],
        k={"market_model": 2, "mean_adjusted": 1, "market_adjusted": 0}[model],
        scale=arrays[4],
        leverage=arrays[5],
        sessions=np.array([list(s[1]) for s in spans]),
        estimation_sessions=np.array([list(s[0]) for s in spans]),
        factors=list(columns[6]),
        event_factors=list(columns[7]),
    )


def _one(y, market, estimation, event, model):
    estimation, event = list(estimation), list(event)
    one = np.ones_like(market)
    x = {"market_model": np.c_[one, market], "mean_adjusted": one[:, None], "market_adjusted": market[:, None]}[model]
    good = [t for t in estimation if np.isfinite(y[t])]
    if model == "market_adjusted":
        expected_, scale, leverage = market, np.ones(len(event)), np.zeros(len(estimation))
        sigma = (y - market)[good].std(ddof=1)
    else:
        coefficients = np.linalg.lstsq(x[good], y[good], rcond=None)[0]
        expected_ = x @ coefficients
        e = (y - expected_)[good]
        sigma = np.sqrt(e @ e / (len(good) - x.shape[1]))
        inverse = np.linalg.inv(x[good].T @ x[good])
        scale = np.array([1 + x[t] @ inverse @ x[t] for t in event])
        leverage = np.array([x[t] @ inverse @ x[t] for t in estimation])
    residual = (y - expected_)[estimation]
    leverage = np.where(np.isfinite(residual), leverage, np.nan)
    return (y - expected_)[event], residual, sigma, len(good), scale, leverage, x[good], x[event]
