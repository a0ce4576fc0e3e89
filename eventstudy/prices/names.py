"""What the columns of price tables are called, as vendors and people name them."""

from __future__ import annotations

__all__ = ["ADJUSTED", "ASSET", "BARS", "CLOCK", "DATE", "ONE_ASSET", "PRICE", "RETURN", "plain"]


def plain(name: object) -> str:
    """Fold a column's name to letters and digits."""
    return "".join(c for c in str(name).casefold() if c.isalnum())


# In the order in which they are looked for.
DATE = (
    "date", "datetime", "timestamp", "time", "day", "dates", "index", "tradedate", "tradingday", "period",
    "observationdate",  # FRED
    "caldt", "dlycaldt",  # CRSP
    "datadate",  # Compustat
    "datum", "data", "fecha",
)  # fmt: skip
CLOCK = ("time", "clock", "hour", "zeit", "godzina", "czas")  # beside a date, in a column of its own
ASSET = (
    "asset", "symbol", "ticker", "permno", "instrument", "ric", "isin", "secid", "security", "gvkey", "tic",
)  # fmt: skip
PRICE = (
    "close", "price", "prc", "dlyprc", "prccd", "last", "pxlast", "value", "settle", "settlement", "rate", "vw",
    "schluss", "schlusskurs", "zamkniecie", "zamknięcie",
)  # fmt: skip
ADJUSTED = ("adjclose", "adjustedclose", "closeadj", "adjprice")
RETURN = ("ret", "return", "returns", "dlyret")
BARS = {
    **dict.fromkeys(("open", "pxopen", "eröffnung", "eroeffnung", "erster", "otwarcie"), "open"),
    **dict.fromkeys(("high", "pxhigh", "hoch", "najwyzszy", "najwyższy"), "high"),
    **dict.fromkeys(("low", "pxlow", "tief", "najnizszy", "najniższy"), "low"),
    **dict.fromkeys(("volume", "vol", "pxvolume", "tickvol", "volumen", "wolumen"), "volume"),
}
# A file that holds nothing else is of one asset.
ONE_ASSET = {*BARS, "close", "price", "last", "pxlast", "schluss", "schlusskurs", "zamkniecie", "zamknięcie", *ADJUSTED}
