"""Two packages of one descent: both take events as a list of dictionaries, with other names for the same things."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
from _serve import serve

__all__ = ["serve_listed"]


def serve_listed(many: Any, model: Any, asset: str, market: str, **sizes: int) -> None:
    """Serve studies by ``many.from_list``; ``asset`` and ``market`` are its words for an event's two columns."""
    table = pd.read_csv(sys.argv[2])

    def run(_: str) -> int:
        """From the table to its result object."""
        items = [
            {"event_date": np.datetime64(d), asset: a, market: "MKT"}
            for d, a in zip(table["date"], table["asset"], strict=True)
        ]
        return len(many.from_list(items, model, event_window=(-10, 10), buffer_size=10, **sizes).sample)

    serve(run)
