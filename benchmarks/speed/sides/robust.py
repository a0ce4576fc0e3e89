"""PyPI's ``robust-eventstudy``; its windows count calendar days: 350 of them hold about 240 sessions, 14 about 10."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from _serve import serve
from robust_eventstudy.returns import MarketModel

returns = np.log(pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)).diff().dropna()
table = pd.read_csv(sys.argv[2])


def run(_: str) -> int:
    """From the table to a list of its results."""
    model = MarketModel(estimation_window=350, gap_window=14, market_proxy="MKT")
    model.set_market_returns(returns["MKT"])
    events = zip(table["date"], table["asset"], strict=True)
    return len([model.compute_abnormal_returns(returns[asset], day, (-14, 14), asset) for day, asset in events])


serve(run)
