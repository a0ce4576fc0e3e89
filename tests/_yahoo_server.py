"""A local HTTP server that speaks Yahoo's chart API, cookie and crumb included, for the real client to talk to."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

CRUMB = "cRuMb.01"
COOKIE = "A3=d=AQABBLocal&S=AQAAAlocal"
DAYS = ("2022-02-14", "2022-02-15", "2022-02-16", "2022-02-17")


class Exchange:
    """One ticker: where it trades, its prices, and what goes wrong."""

    def __init__(self, closes, *, adjusted=None, tz="America/New_York", opens="09:30", events=None, kind="EQUITY"):
        self.closes, self.adjusted, self.tz, self.opens = closes, adjusted or closes, tz, opens
        self.events, self.kind = events or {}, kind

    def stamps(self, interval):
        hour, minute = map(int, self.opens.split(":"))
        zone = ZoneInfo(self.tz)
        if interval != "1d":
            start = dt.datetime(2022, 2, 15, hour, minute, tzinfo=zone)
            step = {"1h": 3600, "60m": 3600, "5m": 300}[interval]
            return [int(start.timestamp()) + i * step for i in range(len(self.closes))]
        days = [dt.datetime.fromisoformat(d).replace(hour=hour, minute=minute, tzinfo=zone) for d in DAYS]
        return [int(d.timestamp()) for d in days]

    def chart(self, ticker, interval, first, last):
        zone = ZoneInfo(self.tz)
        rows = [
            (t, c, a)
            for t, c, a in zip(self.stamps(interval), self.closes, self.adjusted, strict=True)
            if first <= t < last
        ]
        offset = int(dt.datetime(2022, 2, 15, 12, tzinfo=zone).utcoffset().total_seconds())
        session = {"timezone": "X", "start": 1644935400, "end": 1644958800, "gmtoffset": offset}
        meta = {
            "currency": "USD", "symbol": ticker, "instrumentType": self.kind, "exchangeTimezoneName": self.tz,
            "timezone": "X", "gmtoffset": offset, "dataGranularity": interval, "range": "", "priceHint": 2,
            "firstTradeDate": 345479400, "regularMarketTime": 1645131600, "validRanges": ["1d", "5d", "1mo", "max"],
            "currentTradingPeriod": dict.fromkeys(("pre", "regular", "post"), session),
        }  # fmt: skip
        if interval != "1d":
            meta["tradingPeriods"] = [[session]]
        closes = [c for _, c, _ in rows]
        quote = {
            "open": [None if c is None else c - 0.5 for c in closes],
            "high": [None if c is None else c + 1.0 for c in closes],
            "low": [None if c is None else c - 1.0 for c in closes],
            "close": closes,
            "volume": [None if c is None else 1000 for c in closes],
        }
        result = {"meta": meta, "timestamp": [t for t, _, _ in rows], "indicators": {"quote": [quote]}}
        if interval == "1d":
            result["indicators"]["adjclose"] = [{"adjclose": [a for _, _, a in rows]}]
        if self.events:
            result["events"] = self.events
        return {"chart": {"result": [result], "error": None}}


def local_source(port, **options):
    """The real client; only the address it dials is the local one."""
    from curl_cffi import requests

    from eventstudy.prices.sources import YahooSource

    class Local(requests.Session):
        def request(self, method, url, *args, **kwargs):
            parts = urlsplit(url)
            assert parts.hostname.endswith("yahoo.com"), url
            local = f"http://127.0.0.1:{port}{parts.path or '/'}"
            return super().request(method, local + (f"?{parts.query}" if parts.query else ""), *args, **kwargs)

    return YahooSource(session=Local(), **{"backoff": 0.0, "timeout": 5.0, **options})


class YahooServer:
    """Run it with ``with``; ``script`` maps a ticker to what its next answers are before they are ordinary."""

    def __init__(self, tickers):
        self.tickers = tickers
        self.script = {}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                outer._answer(self)

            do_POST = do_GET

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.http.shutdown()
        self.http.server_close()

    def charts(self, ticker=None):
        """Requests for prices, without those that only ask for the time zone."""
        return [(t, q) for t, q in self.asked if "period1" in q and ticker in (None, t)]

    def _send(self, handler, status, body, headers=(), cut=0):
        data = body if isinstance(body, bytes) else body.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data) - cut))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data[: len(data) - cut])

    def _answer(self, handler):
        parts = urlsplit(handler.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        cookie = handler.headers.get("Cookie") or ""
        if parts.path == "/":
            self._send(handler, 404, "", [("Set-Cookie", f"{COOKIE}; Path=/; Max-Age=3600")])
        elif parts.path.endswith("/getcrumb"):
            known = "A3=" in cookie
            self._send(handler, 200 if known else 401, CRUMB if known else '{"error": "no cookie"}')
        elif "/v8/finance/chart/" in parts.path:
            self._chart(handler, parts.path.rsplit("/", 1)[1].replace("%5E", "^").replace("%3D", "="), query, cookie)
        else:
            self._send(handler, 404, json.dumps({"finance": {"result": None, "error": {"code": "Not Found"}}}))

    def _chart(self, handler, ticker, query, cookie):
        self.asked.append((ticker, query))
        if query.get("crumb") != CRUMB or "A3=" not in cookie:
            self._send(handler, 401, json.dumps({"chart": {"result": None, "error": {"description": "Invalid Crumb"}}}))
            return
        act = self.script.get(ticker, [])
        step = act.pop(0) if act and "period1" in query else None
        if step == "429":
            self._send(handler, 429, "Too Many Requests")
            return
        if step == "stale crumb":
            self._send(handler, 401, json.dumps({"chart": {"result": None, "error": {"description": "Invalid Crumb"}}}))
            return
        if step == "slow":
            time.sleep(1.5)
        known = self.tickers.get(ticker)
        if known is None:
            text = "No data found, symbol may be delisted"
            body = {"chart": {"result": None, "error": {"code": "Not Found", "description": text}}}
            self._send(handler, 404, json.dumps(body))
            return
        interval = query.get("interval", "1d")
        body = json.dumps(known.chart(ticker, interval, int(query.get("period1", 0)), int(query.get("period2", 2**33))))
        self._send(handler, 200, body, cut=len(body) // 2 if step == "truncated" else 0)
