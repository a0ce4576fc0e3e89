"""PyPI's ``ffjr-eventstudies``."""

from __future__ import annotations

import sys

import eventstudies as es
import numpy as np
import pandas as pd
from _listed import serve_listed

frame = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
es.SingleEvent.import_returns(dataframe=np.log(frame).diff().dropna())
serve_listed(es.MultipleEvents, es.SingleEvent.MarketModel, asset="ticker", market="mkt_idx", est_size=240)
