"""PyPI's ``eventstudy``."""

from __future__ import annotations

import sys

from _listed import serve_listed

import eventstudy as es

es.Single.import_returns(sys.argv[1], is_price=True, log_return=True)
serve_listed(es.Multiple, es.Single.market_model, asset="security_ticker", market="market_ticker", estimation_size=240)
