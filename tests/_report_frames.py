"""A small study's frames, made by hand from arithmetic alone, for the figures and the report."""

from __future__ import annotations

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

EVENTS = [
    ("e01", "2021-12-07", "de-escalation", "Leaders speak by video for two hours and agree to go on talking"),
    ("e02", "2022-01-10", "de-escalation", "Diplomats meet in Geneva over security guarantees"),
    ("e03", "2022-01-23", "escalation", "Embassy families told to leave the capital"),
    ("e04", "2022-02-11", "escalation", "Warning that an invasion could begin within days; oil nears $95 and $100"),
    ("e05", "2022-02-14", "de-escalation", "Minister sees a chance for talks <script>alert(1)</script>"),
    ("e06", "2022-02-15", "de-escalation", "Some units return to base after drills"),
    ("e07", "2022-02-17", "mixed", "Shelling reported; talks offered"),
    ("e08", "2022-02-21", "escalation", "Two regions recognised as states"),
]
VOID = {"meta", "br", "hr", "img", "link", "input"}
ASSETS = ("RUB", "BRENT", "WTI")


def event_day_frame(start: int = -5, end: int = 5) -> pd.DataFrame:
    """One row an event, asset and day, from a formula with a step at day 0."""
    sign = {"de-escalation": 1.0, "escalation": -1.0, "mixed": 0.2}
    rows = []
    for i, (event_id, day0, direction, _) in enumerate(EVENTS):
        for j, asset in enumerate(ASSETS):
            size = 0.012 if asset == "RUB" else -0.02
            for day in range(start, end + 1):
                noise = 0.004 * np.sin(1.7 * day + i + 2.1 * j) * (1 + 0.5 * j)
                expected = 0.001 * np.cos(day + i)
                ar = noise + (sign[direction] * size if day == 0 else 0.0)
                se = 0.006 * (1 + 0.5 * j)
                rows.append(
                    {
                        "event_id": event_id,
                        "asset": asset,
                        "direction": direction,
                        "day": day,
                        "session": np.busday_offset(day0, day, roll="forward").astype("datetime64[ns]"),
                        "actual": ar + expected,
                        "expected": expected,
                        "ar": ar,
                        "se": se,
                        "sar": ar / se,
                    }
                )
    return pd.DataFrame(rows)


def event_frame(window: tuple[int, int] = (0, 0)) -> pd.DataFrame:
    """One row an event and asset, the sums of `event_day_frame` over a window."""
    days = event_day_frame()
    held = days[days["day"].between(*window)]
    sums = held.groupby(["event_id", "asset", "direction"], sort=False)
    frame = sums.agg(car=("ar", "sum"), raw_return=("actual", "sum"), variance=("se", lambda s: float((s**2).sum())))
    frame = frame.reset_index()
    frame["se"] = np.sqrt(frame.pop("variance"))
    frame["t"] = frame["car"] / frame["se"]
    frame["dof"] = 108
    frame["p_value"] = np.exp(-0.717 * frame["t"].abs() - 0.416 * frame["t"] ** 2)
    frame["ci_low"], frame["ci_high"] = frame["car"] - 1.98 * frame["se"], frame["car"] + 1.98 * frame["se"]
    facts = {e: (pd.Timestamp(d), t) for e, d, _, t in EVENTS}
    frame["title"] = [facts[e][1] for e in frame["event_id"]]
    frame["day0"] = [facts[e][0] for e in frame["event_id"]]
    frame["settled"] = frame["day0"]
    frame["day0_instant"] = [d.tz_localize("UTC") + pd.Timedelta("13:15:00") for d in frame["day0"]]
    frame["timing"], frame["settle"], frame["kind"] = "exact", 0, "RETREAT"
    frame["n_headlines"], frame["selected_on_outcome"] = 1, frame["event_id"] == "e06"
    frame["window"] = str(window)
    frame["alpha"], frame["beta"], frame["r2"], frame["sigma"] = 0.0001, 0.7, 0.3, 0.006
    frame["n_estimation"], frame["n_excluded"] = 110, 4
    return frame


def day_frame(by: tuple[str, ...] = ("asset", "direction")) -> pd.DataFrame:
    """Average of `event_day_frame` by group and day."""
    days = event_day_frame()
    grouped = days.groupby([*by, "day"], sort=False)["ar"]
    frame = grouped.agg(n="size", aar="mean").reset_index()
    frame["n_positive"] = grouped.agg(lambda s: int((s > 0).sum())).to_numpy()
    frame["n_negative"] = frame["n"] - frame["n_positive"]
    frame["caar"] = frame.groupby(list(by), sort=False)["aar"].cumsum()
    steps = frame.groupby(list(by), sort=False).cumcount() + 1
    frame["se"] = 0.004 * np.sqrt(steps)
    frame["ci_low"], frame["ci_high"] = frame["caar"] - 1.96 * frame["se"], frame["caar"] + 1.96 * frame["se"]
    return frame


def price_series() -> pd.Series:
    """A price a business day, from a formula."""
    index = pd.bdate_range("2021-11-01", "2022-03-01")
    steps = np.arange(len(index))
    return pd.Series(0.0135 - 0.00002 * steps + 0.0001 * np.sin(steps / 4), index=index, name="RUB")


def fake_result(**changes: Any) -> SimpleNamespace:
    """An object with the attributes of a study's result that the report reads."""
    frames = {"event": event_frame(), "event_day": event_day_frame(), "day": day_frame()}
    dropped = pd.DataFrame(
        [("e09", "RUB", "alignment", "no price after 2022-03-01; the series ends there")],
        columns=["event_id", "asset", "stage", "reason"],
    )
    merged = pd.DataFrame(
        [("e10", "RUB", "merging", "same session and direction", "e06")],
        columns=["event_id", "asset", "stage", "reason", "into"],
    )
    tests = pd.DataFrame(
        [
            (
                "patell_z",
                2.1,
                0.036,
                "the mean abnormal return is zero",
                "N(0,1)",
                24,
                "heteroskedasticity",
                "Patell 1976",
            )
        ],
        columns=["name", "statistic", "p_value", "null", "distribution", "n", "robust_to", "reference"],
    )
    held: dict[str, Any] = {
        "to_frame": lambda view="event": frames[view].copy(),
        "dropped": dropped,
        "merged": merged,
        "audit": None,
        "summary": lambda windows=None, by=None: SimpleNamespace(
            table=frames["event"].head(3), text="Two sentences. Here."
        ),
        "tests": lambda window=(0, 0): tests.copy(),
        "spec": {
            "models": {"RUB": "MarketModel(EM_FX)", "BRENT": "MeanAdjusted()", "WTI": "MeanAdjusted()"},
            "event_window": [-5, 5],
            "estimation_window": [-120, -11],
            "windows": [[0, 0]],
            "returns": "log",
        },
        "events": None,
        "moves": None,
        "articles": None,
        "verification": None,
        "provenance": {"versions": {"numpy": "2.4.6"}, "seed": 0, "command": "eventstudy demo"},
    }
    held.update(changes)
    return SimpleNamespace(**held)


class Page(HTMLParser):
    """Collects what a page is made of, and checks that its tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.marked = ""
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "mark" in self.open and "sup" not in self.open:
            self.marked += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]
