"""A summary is a table and a few plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy.results import frames
from eventstudy.results.advice import FEW, Adviser
from eventstudy.results.printing import Told, interval_name, intervals, p_is, p_text, percent
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.inference.sample import Sample
    from eventstudy.results.result import StudyResult

__all__ = ["Summary", "narrow_intervals", "reading_order", "sentences", "summarise"]

SIGNIFICANT = 0.05
VISIBLE = 0.05  # share of an interval's width by which its middle may lie off the mean unmentioned
_DIRECTIONS = ["de-escalation", "escalation", "mixed", "neither"]


@dataclass(frozen=True, slots=True, repr=False)
class Summary(Told):
    """A table and its reading.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a group and window: group columns, ``window, n, mean_car, se, ci_low, ci_high, statistic,
        p_value, test, why``; returns in decimals. The test is the one that fits the group (``why``), and
        the interval is by the same test.
    text : str
        Plain sentences.
    level : float
        Confidence level of the intervals.
    """

    table: pd.DataFrame
    text: str
    level: float = 0.95

    def _keys(self) -> list[str]:
        return list(self.table.columns[: list(self.table.columns).index("window")])

    def _printed(self) -> pd.DataFrame:
        held = self.table
        shown = held[[*self._keys(), "window", "n"]].copy()
        shown["mean CAR"] = [percent(v) for v in held["mean_car"]]
        shown[interval_name(self.level)] = intervals(held["ci_low"], held["ci_high"])
        shown["p"] = [p_text(v) for v in held["p_value"]]
        shown["test"] = held["test"]
        return shown

    def _numbers(self) -> pd.DataFrame:
        return self.table

    def _for_paper(self) -> pd.DataFrame:
        return self.table[[*self._keys(), "window", "n", "mean_car", "ci_low", "ci_high", "p_value", "test"]]

    def _said(self) -> str:
        return self.text


def summarise(result: StudyResult, windows: Sequence[Window], by: Sequence[str]) -> Summary:
    """Average each group over each window; say in words what stands out and how sure it is."""
    codes, keys = frames.group_codes(result.rows, by)
    lines: list[dict[str, Any]] = []
    for window in windows:
        adviser = Adviser(result, window)
        for code in reading_order(keys):
            chosen = codes == code
            sample = result.sample(window, where=chosen)
            verdict = adviser.verdict(chosen)
            lines.append(
                {
                    **{column: keys[column].iloc[code] for column in keys.columns},
                    "window": str(window),
                    "n": int(np.isfinite(sample.car).sum()),
                    "mean_car": _mean(sample),
                    "se": verdict.se,
                    "ci_low": verdict.ci_low,
                    "ci_high": verdict.ci_high,
                    "statistic": verdict.statistic,
                    "p_value": verdict.p_value,
                    "test": verdict.test,
                    "why": verdict.why,
                }
            )
    columns = [
        *keys.columns,
        "window",
        "n",
        "mean_car",
        "se",
        "ci_low",
        "ci_high",
        "statistic",
        "p_value",
        "test",
        "why",
    ]
    table = pd.DataFrame(lines, columns=columns)
    return Summary(table, sentences(table, list(keys.columns), result.level), result.level)


def reading_order(keys: pd.DataFrame) -> list[int]:
    """Groups in the order people expect: by first appearance, directions from good news to mixed."""
    columns = []
    for name in keys.columns:
        order = _DIRECTIONS if name == "direction" else list(dict.fromkeys(keys[name]))
        columns.append([order.index(v) if v in order else len(order) for v in keys[name]])
    return sorted(range(len(keys)), key=lambda i: [column[i] for column in columns])


def _mean(sample: Sample) -> float:
    there = np.isfinite(sample.car)
    if not there.any():
        return float("nan")
    weights = None if sample.weights is None else sample.weights[there]
    if weights is not None and not weights.any():
        return float("nan")
    return float(np.average(sample.car[there], weights=weights))


def sentences(table: pd.DataFrame, keys: list[str], level: float = 0.95) -> str:
    """Say what stands out of a summary's table, and how sure it is."""
    usable = table[np.isfinite(table["p_value"].to_numpy(dtype=float))]
    if usable.empty:
        reasons = set(table["why"][table["test"] == ""]) if len(table) else set()
        return f"No test: {reasons.pop()}." if len(reasons) == 1 else "No group has enough returns for a test."
    sure = usable[usable["p_value"] < SIGNIFICANT]
    # A session with headlines of both directions answers nothing; speak of it only where there is nothing else.
    directed = usable[usable["direction"] != "mixed"] if "direction" in usable else usable
    told = usable if directed.empty else directed
    first = told.loc[told["p_value"].idxmin()]
    noun = "session" if "asset" in keys else "event"  # of one asset, each row is another session
    events = f"{first['n']} {noun}" if first["n"] == 1 else f"{first['n']} {noun}s"
    interval = f"{interval_name(level)} {percent(first['ci_low'])} to {percent(first['ci_high'])}"
    lead = (
        f"The clearest reaction is {_group(first, keys)} over {first['window']}: on average "
        f"{percent(first['mean_car'])} against what was expected over {events} "
        f"({interval}, {p_is(first['p_value'])}, {first['test']})."
    )
    family = (
        f"{len(sure)} of {len(usable)} group-window pairs are significant at 5 % taken one by one; "
        f"{SIGNIFICANT * len(usable):.2g} would be by chance."
    )
    return "\n".join(
        [lead, *([family] if len(usable) > 1 else []), *_of_clusters(usable), *narrow_intervals(usable, keys)]
    )


def _group(row: pd.Series, keys: Sequence[str]) -> str:
    """Name a group by its values; a value without a letter, such as 0 or 2021, does not say of what it is."""
    told = [str(row[k]) for k in keys]
    named = [v if any(map(str.isalpha, v)) else f"{k} {v}" for k, v in zip(keys, told, strict=True)]
    return ", ".join(named) or "all events"


def _of_clusters(usable: pd.DataFrame) -> list[str]:
    """Say where an interval is around another mean than the one beside it."""
    held = usable[usable["test"] == "ibragimov_muller_t"]
    off = (held["ci_low"] + held["ci_high"]) / 2 - held["mean_car"]
    if not (off.abs() > VISIBLE * (held["ci_high"] - held["ci_low"])).any():
        return []
    return [
        "The interval of ibragimov_muller_t is around the mean of clusters of overlapping windows, each counted once; "
        "the mean CAR counts each event once."
    ]


def narrow_intervals(usable: pd.DataFrame, keys: list[str]) -> list[str]:
    """Warn of intervals from ordinary days about a handful of events, which cannot show their own variance."""
    few = usable[(usable["test"] == "placebo") & (usable["n"] < FEW)]
    if few.empty:
        return []
    named = list(dict.fromkeys(_group(row, keys) for _, row in few.iterrows()))
    told = "; ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
    return [
        f"Fewer than {FEW} events and an interval from ordinary days (placebo): {told}. So few events do not show how "
        "volatile their own days were; where those were wilder than ordinary days, as in a crisis, the interval is too "
        "narrow and the p-value too small."
    ]
