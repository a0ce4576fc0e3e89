"""PyPI's ``eventstudy``."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from _serve import serve

import eventstudy as es

es.Single.import_returns(sys.argv[1], is_price=True, log_return=True)
table = pd.read_csv(sys.argv[2])


def run(_: str) -> int:
    """From the table to its result object."""
    items = [
        {"event_date": np.datetime64(d), "security_ticker": a, "market_ticker": "MKT"}
        for d, a in zip(table["date"], table["asset"], strict=True)
    ]
    result = es.Multiple.from_list(
        items, es.Single.market_model, event_window=(-10, 10), estimation_size=240, buffer_size=10
    )
    return len(result.sample)


serve(run)
