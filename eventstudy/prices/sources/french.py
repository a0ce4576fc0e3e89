"""Ken French's daily factors as a source: from a downloaded file, or fetched."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError, nearest
from eventstudy.prices.french import LONGEST, read_french
from eventstudy.prices.sources.base import Fetched

__all__ = ["FrenchSource"]

_LIBRARY = "https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/ftp"
FIVE_FACTORS = f"{_LIBRARY}/F-F_Research_Data_5_Factors_2x3_daily_CSV.zip"


class FrenchSource:
    """Levels of published factors: what one unit would have become at their simple returns.

    The tickers are the factors' published names: ``Mkt-RF``, ``SMB``, ``HML``, ``RMW``, ``CMA``, ``RF``.
    The day before ``start`` is given too, where there is one, so that the first return is not lost.

    Parameters
    ----------
    path : path-like, optional
        A downloaded file, CSV or zip; without one, ``url`` is fetched.
    url : str
        By default the five daily factors of the US market.
    timeout : float
        Seconds to wait.
    """

    name = "ken-french"
    gives_values = True

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, url: str = FIVE_FACTORS, timeout: float = 30.0
    ) -> None:
        self.path: str | os.PathLike[str] | None = path
        self.url: str = url
        self.timeout: float = timeout

    @property
    def offline(self) -> bool:
        """Whether it reads a file."""
        return self.path is not None

    def fetch(self, tickers: Sequence[str], start: dt.date, end: dt.date, interval: str) -> Fetched:
        """Get the levels of these factors from the day before ``start`` to ``end``."""
        if interval != "1d":
            raise SpecError(f"the factors are daily, not every {interval}", hint="interval='1d'")
        factors = read_french(self.path) if self.path is not None else self._downloaded()
        before = factors.index[factors.index < str(start)]
        first = str(before[-1].date()) if len(before) else str(start)
        series, missing = {}, {}
        for ticker in tickers:
            if ticker not in factors:
                missing[ticker] = f"no such factor; {nearest(ticker, [str(c) for c in factors.columns])}"
                continue
            held = factors[ticker].dropna().loc[first : str(end)]
            if held.empty or str(held.index[-1].date()) < str(start):
                missing[ticker] = f"the factors run from {factors.index[0]:%Y-%m-%d} to {factors.index[-1]:%Y-%m-%d}"
                continue
            series[ticker] = np.exp(np.log1p(held).cumsum()).to_frame("close")
        origin = self.url if self.path is None else Path(self.path).name
        return Fetched(series, missing, {"client": origin, "factors until": f"{factors.index[-1]:%Y-%m-%d}"})

    def _downloaded(self) -> pd.DataFrame:
        import urllib.error
        import urllib.request

        try:
            with urllib.request.urlopen(self.url, timeout=self.timeout) as answer:
                raw = answer.read(LONGEST + 1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise DataError(
                f"cannot fetch {self.url}: {getattr(error, 'reason', error)}",
                hint="download the file and name it: FrenchSource('F-F_..._daily_CSV.zip')",
            ) from error
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.url.rsplit("/", 1)[-1]
            path.write_bytes(raw)
            return read_french(path)
