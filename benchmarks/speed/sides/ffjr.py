"""PyPI's ``ffjr-eventstudies``."""

from __future__ import annotations

import sys

import eventstudies as es
import numpy as np
import pandas as pd
from _serve import serve

frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
es.SingleEvent.import_returns(dataframe=np.log(frame).diff().dropna())
table = pd.read_csv(sys.argv[2])


def run(_: str) -> int:
    """From the table to its result object."""
    items = [
        {"event_date": np.datetime64(d), "ticker": a, "mkt_idx": "MKT"}
        for d, a in zip(table["date"], table["asset"], strict=True)
    ]
    result = es.MultipleEvents.from_list(
        items, es.SingleEvent.MarketModel, event_window=(-10, 10), est_size=240, buffer_size=10
    )
    return len(result.sample)


serve(run)
