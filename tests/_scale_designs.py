"""A study that has everything: several models, missing prices, overlaps, shared dates, merged and impossible pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy.prices import PricePanel

DAYS = pd.bdate_range("2015-01-01", periods=420)
NAMES = [f"A{j:02d}" for j in range(15)]


def some_prices(seed: int = 0, n_assets: int = 15, n_days: int = 420, missing: float = 0.03) -> PricePanel:
    """A market, a second factor, and assets that follow them; some prices missing."""
    rng = np.random.default_rng(seed)
    market, second = rng.normal(0, 0.01, (2, n_days))
    returns = 0.8 * market[:, None] + 0.3 * second[:, None] + rng.normal(0, 0.02, (n_days, n_assets))
    days = pd.bdate_range("2015-01-01", periods=n_days)
    frame = pd.DataFrame(np.exp(returns.cumsum(axis=0)), index=days, columns=[f"A{j:02d}" for j in range(n_assets)])
    frame = frame.mask(rng.random(frame.shape) < missing)
    frame["MKT"], frame["M2"] = np.exp(market.cumsum()), np.exp(second.cumsum())
    return PricePanel(frame, close="16:00", tz="UTC")


def some_events(n: int = 300, seed: int = 1, assets: list[str] | None = None) -> es.EventTable:
    """Events by date on assets of which one has no prices; some share dates and directions."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(n)],
            "date": rng.choice(DAYS[5:], n),
            "asset": rng.choice([*NAMES, "NOPE"] if assets is None else assets, n),
            "direction": rng.choice(["escalation", "de-escalation", "neither"], n),
            "kind": rng.choice(["A", "B"], n),
            "size": rng.uniform(0, 2, n),
            "sector": rng.choice(["x", "y"], n),
        }
    )
    return es.read_events(frame)


def some_study(**options: object) -> es.EventStudy:
    """Three kinds of model by asset; other events kept out of the estimation samples."""
    models = {
        name: (
            es.MeanAdjusted() if j % 4 == 0 else es.FactorModel("MKT", "M2") if j % 3 == 0 else es.MarketModel("MKT")
        )
        for j, name in enumerate(NAMES)
    }
    settings = {"event_window": (-2, 3), "estimation_window": (-70, -11), "exclude_other_events": True, **options}
    return es.EventStudy(models, **settings)  # type: ignore[arg-type]


def same_frames(one: pd.DataFrame, other: pd.DataFrame, rtol: float, atol: float = 1e-15) -> None:
    """Raise unless two frames are equal up to rounding; ``atol`` is for returns that are zero by cancellation."""
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=rtol, atol=atol)


def as_listed(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    """Rows of an accounting table in one order; of a reason what comes before the sessions of the widest window."""
    return sorted(tuple(str(cell).split(":")[0] for cell in row) for row in frame.itertuples(index=False))
