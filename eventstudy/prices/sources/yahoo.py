"""Yahoo Finance through yfinance: one batched call, retries, and a reason for every ticker that failed."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import logging
import re
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import DataError, SpecError
from eventstudy.prices.sources.base import Fetched

__all__ = ["YahooSource"]

_INTERVALS = ("1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "1d")
_COLUMNS = {
    "Close": "close",
    "Adj Close": "adj close",
    "Open": "open",
    "High": "high",
    "Low": "low",
    "Volume": "volume",
}
# Where a ticker that the catalogue does not know trades, by the ending that Yahoo gives it.
_EXCHANGES = {
    "": ("XNYS", "America/New_York", 0),
    ".DE": ("XETR", "Europe/Berlin", 5),
    ".F": ("XFRA", "Europe/Berlin", 5),
    ".L": ("XLON", "Europe/London", 5),
    ".PA": ("XPAR", "Europe/Paris", 5),
    ".AS": ("XAMS", "Europe/Amsterdam", 5),
    ".BR": ("XBRU", "Europe/Brussels", 5),
    ".LS": ("XLIS", "Europe/Lisbon", 5),
    ".MI": ("XMIL", "Europe/Rome", 5),
    ".MC": ("XMAD", "Europe/Madrid", 5),
    ".SW": ("XSWX", "Europe/Zurich", 5),
    ".VI": ("XWBO", "Europe/Vienna", 5),
    ".ST": ("XSTO", "Europe/Stockholm", 5),
    ".OL": ("XOSL", "Europe/Oslo", 5),
    ".CO": ("XCSE", "Europe/Copenhagen", 5),
    ".HE": ("XHEL", "Europe/Helsinki", 5),
    ".WA": ("XWAR", "Europe/Warsaw", 5),
    ".ME": ("XMOS", "Europe/Moscow", 5),
    ".IS": ("XIST", "Europe/Istanbul", 0),
    ".TO": ("XTSE", "America/Toronto", 0),
    ".SA": ("BVMF", "America/Sao_Paulo", 0),
    ".MX": ("XMEX", "America/Mexico_City", 0),
    ".T": ("XTKS", "Asia/Tokyo", 0),
    ".HK": ("XHKG", "Asia/Hong_Kong", 10),
    ".SS": ("XSHG", "Asia/Shanghai", 0),
    ".SZ": ("XSHG", "Asia/Shanghai", 0),
    ".KS": ("XKRX", "Asia/Seoul", 0),
    ".TW": ("XTAI", "Asia/Taipei", 0),
    ".NS": ("XBOM", "Asia/Kolkata", 0),
    ".BO": ("XBOM", "Asia/Kolkata", 0),
    ".AX": ("XASX", "Australia/Sydney", 10),
}
_SHARE = re.compile(r"[A-Z0-9]{1,10}(?:-[A-Z]{1,2})?(\.[A-Z]{1,2})?")
# A second try can help against these and no others.
_TRANSIENT = re.compile(
    r"too many requests|rate.?limit|\b429\b|timed? ?out|timeout|connection|jsondecode|expecting|unterminated|"
    r"database is locked|curl|crumb|\b50[0234]\b|currently down|chunked|incomplete",
    re.IGNORECASE,
)


class YahooSource:
    """Yahoo Finance.

    Parameters
    ----------
    retries : int
        Further tries for tickers whose failure may pass (rate limit, time-out, broken answer).
    backoff : float
        Seconds before the first of them; doubled each time.
    timeout : float
        Seconds to wait for one answer.
    session : requests session, optional
        As yfinance takes it (a proxy, say).
    """

    name = "yahoo"
    offline = False
    gives_values = False

    def __init__(self, *, retries: int = 3, backoff: float = 2.0, timeout: float = 20.0, session: Any = None) -> None:
        if retries < 0 or backoff < 0 or timeout <= 0:
            raise SpecError("retries and backoff are not negative, timeout is positive")
        self.retries: int = retries
        self.backoff: float = backoff
        self.timeout: float = timeout
        self.session: Any = session

    def describe(self, ticker: str) -> dict[str, Any]:
        """Say where a ticker trades, as far as its form tells: calendar, zone, minutes from close to price."""
        if ticker.upper().endswith("-USD"):
            return {"close": "24:00", "tz": "UTC", "asset_class": "crypto", "instrument": "spot"}
        form = _SHARE.fullmatch(ticker.upper())
        place = _EXCHANGES.get(form[1] or "") if form else None
        if place is None:
            return {}
        calendar, tz, lag = place
        return {"calendar": calendar, "tz": tz, "close_lag": lag, "asset_class": "equity", "instrument": "share"}

    def fetch(self, tickers: Sequence[str], start: dt.date, end: dt.date, interval: str) -> Fetched:
        """Get bars of these tickers from ``start`` to ``end``, both included, unadjusted and adjusted closes both."""
        if interval not in _INTERVALS:
            raise SpecError(f"interval={interval!r}", hint=f"one of {', '.join(_INTERVALS)}")
        series: dict[str, pd.DataFrame] = {}
        reasons: dict[str, str] = {}
        wanted = list(tickers)
        for attempt in range(self.retries + 1):
            got, failed = self._download(wanted, start, end, interval)
            series |= got
            reasons |= failed
            wanted = [t for t in wanted if t not in series and _TRANSIENT.search(reasons[t])]
            if not wanted or attempt == self.retries:
                break
            time.sleep(self.backoff * 2**attempt)
        missing = {t: reasons[t] for t in tickers if t not in series}
        return Fetched(series, missing, {"client": f"yfinance {importlib.metadata.version('yfinance')}"})

    def _download(
        self, tickers: Sequence[str], start: dt.date, end: dt.date, interval: str
    ) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
        import yfinance

        _forget_answers(yfinance)
        with _listening() as said, _told_why(yfinance), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of yfinance's own use of pandas
            try:
                table = yfinance.download(
                    list(tickers),
                    start=str(start),
                    end=str(end + dt.timedelta(days=1)),
                    interval=interval,
                    auto_adjust=False,
                    actions=False,
                    progress=False,
                    group_by="ticker",
                    timeout=self.timeout,
                    session=self.session,
                    threads=len(tickers) > 1,
                    multi_level_index=True,
                )
            except Exception as error:  # what the client lets through is of many kinds
                return {}, dict.fromkeys(tickers, f"{type(error).__name__}: {error}")
        series, reasons = {}, {}
        for ticker in tickers:
            bars = _bars(table, ticker, interval)
            if bars.empty:
                reasons[ticker] = _reason(said, ticker)
            else:
                series[ticker] = bars
        return series, reasons


def _forget_answers(yfinance: Any) -> None:
    """Clear the client's memory of answers: it would give a broken one again."""
    clear = getattr(getattr(yfinance.data.YfData, "cache_get", None), "cache_clear", None)
    if clear is not None:
        clear()


@contextmanager
def _told_why(yfinance: Any) -> Iterator[None]:
    """Have the client report what went wrong: by default it turns a time-out into "possibly delisted"."""
    debug = getattr(getattr(yfinance, "config", None), "debug", None)
    if debug is None:
        yield
        return
    before = debug.hide_exceptions
    debug.hide_exceptions = False
    try:
        yield
    finally:
        debug.hide_exceptions = before


def _bars(table: pd.DataFrame | None, ticker: str, interval: str) -> pd.DataFrame:
    if table is None or table.empty:
        return pd.DataFrame()
    upper = ticker.upper()
    if not isinstance(table.columns, pd.MultiIndex) or upper not in table.columns.get_level_values(0):
        return pd.DataFrame()
    bars = pd.DataFrame(table[upper]).rename(columns=_COLUMNS)
    bars = bars[[c for c in _COLUMNS.values() if c in bars.columns]]
    if "close" not in bars.columns:
        return pd.DataFrame()
    bars = bars[bars["close"].notna()].astype(np.float64)
    index = pd.DatetimeIndex(bars.index)
    if interval == "1d" and index.tz is not None:
        index = index.tz_localize(None)
    bars.index = index.as_unit("ns").rename("date")
    return pd.DataFrame(bars.rename_axis(columns=None))


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear what the client logs (its reasons are there and nowhere else), and keep it off the screen."""
    logger = logging.getLogger("yfinance")
    ear = _Ear()
    handlers, propagate, level = logger.handlers[:], logger.propagate, logger.level
    logger.handlers, logger.propagate = [ear], False
    logger.setLevel(logging.WARNING)
    try:
        yield ear.lines
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def _reason(said: Sequence[str], ticker: str) -> str:
    named = re.compile(rf"(?<![\w^.=-]){re.escape(ticker.upper())}(?![\w=-])")
    lines = [line for line in said if named.search(line.upper())]
    text = lines[-1] if lines else (said[-1] if said else "no data")
    text = re.sub(r"^\[.*?\]:\s*", "", text).strip("'\" ")
    text = " ".join(text.split())[:300]
    return f"unknown or delisted: {text}" if "404" in text else text


def check_dates(start: Any, end: Any) -> tuple[dt.date, dt.date]:
    """Read the two dates of a request."""
    days = []
    for name, value in (("start", start), ("end", end)):
        try:
            stamp = pd.Timestamp(value)
        except (ValueError, TypeError) as error:
            raise SpecError(f"{name}={value!r} is no date", hint="such as '2022-02-15'") from error
        if pd.isna(stamp):
            raise SpecError(f"{name}={value!r} is no date", hint="such as '2022-02-15'")
        days.append(stamp.date())
    if days[0] > days[1]:
        raise DataError(f"start={days[0]} is after end={days[1]}", hint=f"did you mean {days[1]} to {days[0]}?")
    return days[0], days[1]
