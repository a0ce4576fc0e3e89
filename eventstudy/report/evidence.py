"""Means of groups, tests, differences and what changes them: the parts of a page about how sure one can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import EventStudyError
from eventstudy.inference.multiplicity import holm
from eventstudy.inference.power import minimum_detectable_effect
from eventstudy.plots import group_cars
from eventstudy.report import words
from eventstudy.report.parts import Table, TestBlock
from eventstudy.report.tables import from_frame
from eventstudy.results.summary import narrow_intervals
from eventstudy.windows import Window

__all__ = [
    "Advised",
    "Tested",
    "advised",
    "differences",
    "group_table",
    "groups_of",
    "named_tests",
    "papers",
    "robustness",
    "summary_of",
    "test_blocks",
    "tests_of",
    "turned_by_one",
]

BY = ("asset", "direction")
_MAX_GROUPS = 9
_GROUP_COLUMNS = (
    "asset", "direction", "n", "n_positive", "car", "median", "se", "t", "p_value", "p_holm", "ci_low", "ci_high",
    "detectable", "basis",
)  # fmt: skip
_GROUP_NOTE = (
    "CAR is the mean over the group's events; the interval and p are those of the test named last. Detectable: the "
    "smallest true mean that this test finds with probability 80 % at the 5 % level."
)

Tested = list[tuple[Window, pd.DataFrame]]


def summary_of(result: Any, windows: Sequence[Window]) -> Any:
    """Return the result's own summary, or None where it has none."""
    summary = getattr(result, "summary", None)
    if summary is None:
        return None
    return summary(windows=windows, by=BY) if windows else summary(by=BY)


def groups_of(summary: Any, events: pd.DataFrame, window: str, level: float = 0.95) -> pd.DataFrame:
    """Means by asset and direction: those of the result's own summary, so that every page says the same."""
    if events.empty or "direction" not in events.columns:
        return pd.DataFrame()
    table = getattr(summary, "table", None)
    if not isinstance(table, pd.DataFrame) or not {*BY, "window", "mean_car", "test"} <= set(table):
        return group_cars(events, level=level)
    held = table[(table["window"] == window) & np.isfinite(table["mean_car"])]
    held = held.rename(columns={"mean_car": "car", "statistic": "t", "test": "basis"}).drop(columns="window")
    counts = events.groupby(list(BY))["car"].agg(n_positive=lambda s: int((s > 0).sum()), median="median")
    merged: pd.DataFrame = held.merge(counts, how="left", left_on=list(BY), right_index=True)
    return merged


def narrow(groups: pd.DataFrame) -> tuple[str, ...]:
    """Warn of intervals from ordinary days about a handful of events, as the summary does."""
    if not {"basis", "n", "p_value"} <= set(groups.columns):
        return ()
    keys = [b for b in BY if b in groups.columns]
    return tuple(narrow_intervals(groups.rename(columns={"basis": "test"}), keys))


def pooled(result: Any, window: Window) -> pd.DataFrame | None:
    """Means by direction over all assets, by the test that fits each; None where the result has no summary."""
    summary = getattr(result, "summary", None)
    if summary is None:
        return None
    table = summary(windows=[window], by="direction").table
    held = table[np.isfinite(table["mean_car"])]
    renamed: pd.DataFrame = held.rename(columns={"mean_car": "car", "statistic": "t", "test": "basis"})
    return renamed


def group_table(groups: pd.DataFrame, tested: Tested, window: str, level: float = 0.95) -> Table | None:
    """Write the groups' means with Holm's correction and what each could have detected."""
    if groups.empty:
        return None
    shown = groups.assign(
        p_holm=holm(groups["p_value"].to_numpy(dtype=float)), detectable=_detectable(groups, tested, window)
    )
    if shown["detectable"].isna().all():
        shown = shown.drop(columns="detectable")
    caption = f"Means by asset and direction, window {window}"
    return from_frame(shown, "groups", caption, _GROUP_COLUMNS, _GROUP_NOTE, level)


def _detectable(groups: pd.DataFrame, tested: Tested, window: str) -> list[float]:
    frame = next((f for w, f in tested if str(w) == window), pd.DataFrame())
    if not {*BY, "name", "se", "dof"} <= set(frame.columns):
        return [np.nan] * len(groups)
    known = {(r["asset"], r["direction"], r["name"]): r for r in frame.to_dict("records")}
    out = []
    for group in groups.to_dict("records"):
        row = known.get((group["asset"], group["direction"], group["basis"]))
        dof = np.inf if row is None or np.isnan(row["dof"]) else float(row["dof"])
        out.append(np.nan if row is None else minimum_detectable_effect(float(row["se"]), dof))
    return out


def tests_of(result: Any, windows: Sequence[Window]) -> Tested:
    """Run the battery of tests, group by group where the result can."""
    tests = getattr(result, "tests", None)
    if tests is None:
        return []
    out = []
    for window in windows or [Window(0, 0)]:
        try:
            out.append((window, tests(window=window, by=list(BY))))
        except TypeError:  # a result that only tests all rows together
            out.append((window, tests(window=window)))
    return out


def test_blocks(tested: Tested, groups: pd.DataFrame, advice: Advised) -> tuple[TestBlock, ...]:
    """Write the tests: one row a test, one column a group, statistic and p-value in the cell."""
    out = [TestBlock("", advice.table)] if advice.table is not None else []
    for position, (window, frame) in enumerate(tested):
        if frame.empty:
            continue
        caption = f"Tests, window {window}: statistic and p-value in each group"
        # The advice is of the first window; another window may overlap more.
        table = _matrix(frame, f"tests-{position}", caption, groups, advice if position == 0 else Advised())
        out.append(TestBlock(str(window), table))
    if tested and "name" in tested[0][1].columns:
        columns = ("name", "null", "robust_to", "reference")
        about = from_frame(
            tested[0][1].drop_duplicates("name"), "tests-about", "What each test asks, and what it allows for", columns
        )
        if about is not None and len(about.columns) > 1:
            out.append(TestBlock("", about))
    return tuple(out)


test_blocks.__test__ = False  # type: ignore[attr-defined]  # no test case, whatever its name says to pytest


def _matrix(frame: pd.DataFrame, name: str, caption: str, means: pd.DataFrame, advice: Advised) -> Table:
    keys = [c for c in BY if c in frame.columns]
    labels = (
        frame[keys].astype(str).agg(", ".join, axis=1) if keys else pd.Series("All rows", index=frame.index, dtype=str)
    )
    usable = frame.assign(group=labels)[np.isfinite(frame["p_value"].astype(float))]
    known = list(dict.fromkeys(usable["group"]))
    order = [f"{a}, {d}" for a, d in means[list(BY)].itertuples(index=False)] if len(means) else []
    groups = [g for g in order if g in known] + [g for g in known if g not in order]
    left_out = labels.nunique() - len(groups[:_MAX_GROUPS])
    groups = groups[:_MAX_GROUPS]
    cells = {
        (r["name"], r["group"]): f"{words.number(r['statistic'])} ({words.p_value(r['p_value'])})"
        + _mark(str(r["name"]), str(r["group"]), advice)
        for r in usable.to_dict("records")
    }
    tests = [t for t in dict.fromkeys(usable["name"]) if any((t, g) in cells for g in groups)]
    rows = tuple((str(t), *(cells.get((t, g), "–") for g in groups)) for t in tests)
    note = "A dash: the test is not defined for so few events. Intervals by each test: result.tests()."
    if advice.avoid:
        note += " ← the test that fits the group; † not to be trusted there (result.diagnose() says why)."
    if left_out:
        note += f" {words.plural(left_out, 'group')} left out, with too few events or for width."
    return Table(name, caption, ("Test", *groups), rows, frozenset(range(1, len(groups) + 1)), note)


def _mark(test: str, group: str, advice: Advised) -> str:
    if advice.fits.get(group) == test:
        return " ←"
    return " †" if test in advice.avoid.get(group, ()) else ""


def named_tests(tested: Tested, groups: pd.DataFrame) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Tests that the means rest on, and the others of the battery: names with papers, for the methods paragraph."""
    if not tested or tested[0][1].empty or "name" not in tested[0][1].columns:
        return [], []
    frame = tested[0][1]
    frame = frame[np.isfinite(frame["p_value"].astype(float))].drop_duplicates("name")
    papers = frame["reference"].fillna("") if "reference" in frame.columns else [""] * len(frame)
    pairs = [(str(n), words.plain(r) if r else "") for n, r in zip(frame["name"], papers, strict=True)]
    leading = set(groups["basis"]) if "basis" in groups.columns else set()
    return [p for p in pairs if p[0] in leading], [p for p in pairs if p[0] not in leading]


def papers(tested: Tested) -> tuple[str, ...]:
    """Name the papers of the tests that were run."""
    held = [f["reference"].dropna() for _, f in tested if "reference" in f.columns]
    return tuple(dict.fromkeys(str(p) for column in held for p in column if p))


def differences(result: Any, events: pd.DataFrame, window: Window | None) -> Table | None:
    """Test, for each asset, whether de-escalating and escalating sessions differ."""
    if not hasattr(result, "sample") or window is None or events.empty:
        return None
    from eventstudy.inference.differences import difference_tests

    rows = []
    for asset in dict.fromkeys(events["asset"]):
        masks = [
            ((events["asset"] == asset) & (events["direction"] == direction)).to_numpy()
            for direction in ("de-escalation", "escalation")
        ]
        if min(int(m.sum()) for m in masks) < 2:
            continue
        try:
            found = difference_tests(*(result.sample(window, where=m) for m in masks), level=result.level)
        except EventStudyError as error:
            rows.append({"asset": asset, "name": "not available", "note": str(error)})
            continue
        rows += [
            {
                "asset": asset,
                "name": t.name,
                "estimate": t.estimate if "scar" not in t.name else np.nan,
                "ci_low": t.ci_low if "scar" not in t.name else np.nan,
                "ci_high": t.ci_high if "scar" not in t.name else np.nan,
                "statistic": t.statistic,
                "distribution": t.distribution,
                "p_value": t.p_value,
                "robust_to": t.robust_to,
                "note": t.note,
            }
            for t in found
        ]
    frame = pd.DataFrame(rows)
    if "note" in frame.columns and (frame["note"] == "").all():
        frame = frame.drop(columns="note")
    caption = f"De-escalating less escalating sessions, window {window}"
    note = "Differences of standardised means are in no unit of return: result.difference() has their intervals."
    return from_frame(frame, "differences", caption, note=note, level=result.level)


@dataclass(frozen=True, slots=True)
class Advised:
    """What the result's adviser says: of each group, and of the whole.

    Attributes
    ----------
    table : Table or None
        Group, the test that fits, why.
    lines : tuple of str
        What holds of all rows.
    fits, avoid : mapping of group label to test names
    """

    table: Table | None = None
    lines: tuple[str, ...] = ()
    fits: Mapping[str, str] = field(default_factory=dict)
    avoid: Mapping[str, frozenset[str]] = field(default_factory=dict)


def advised(result: Any, groups: pd.DataFrame, window: Window | None) -> Advised:
    """Ask which test fits each group and why, and what holds of the whole study."""
    diagnose = getattr(result, "diagnose", None)
    if diagnose is None:
        return Advised()
    held = groups[groups["n"] > 1].to_dict("records") if {*BY, "n"} <= set(groups.columns) else []
    try:
        found = {f"{g['asset']}, {g['direction']}": diagnose(window, **{b: g[b] for b in BY}) for g in held}
        whole = diagnose(window)
    except TypeError:  # a result that only speaks of itself as a whole
        told = diagnose()
        lines = told if isinstance(told, (list, tuple)) else str(told).splitlines()
        return Advised(lines=tuple(str(line) for line in lines if line))
    rows = tuple((label, a.recommended or "none", f"{a.why.rstrip('.')}.") for label, a in found.items())
    table = Table("advice", f"Which test fits which group, window {window}", ("Group", "Test", "Because"), rows)
    return Advised(
        table if rows else None,
        tuple(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in map(str, whole.findings["text"])),
        {label: a.recommended for label, a in found.items()},
        {label: frozenset(a.avoid) for label, a in found.items()},
    )


def robustness(result: Any, events: pd.DataFrame, groups: pd.DataFrame) -> tuple[Table, ...]:
    """Other windows, the days before the news, and each event left out in turn.

    What the result itself has under ``robustness`` follows.
    """
    out = [_windows(result, groups), _leave_one_out(events)]
    found = getattr(result, "robustness", None)
    found = found() if callable(found) else found
    frames = found if isinstance(found, Mapping) else {"Other specifications": found}
    for position, (name, frame) in enumerate(frames.items()):
        if isinstance(frame, pd.DataFrame):
            out.append(from_frame(frame, f"robustness-{position}", str(name), level=getattr(result, "level", 0.95)))
    return tuple(t for t in out if t is not None)


def _windows(result: Any, groups: pd.DataFrame) -> Table | None:
    whole = getattr(result, "event_window", None)
    if whole is None or groups.empty or not hasattr(result, "summary"):
        return None
    tried = [(whole[0], -1), (0, 0), (0, 1), (0, 2), (-1, 1), (0, whole[1])]
    held = list(dict.fromkeys(Window(*w) for w in tried if w[0] <= w[1] and Window(*whole).covers(w)))
    if len(held) < 2:
        return None
    table = result.summary(windows=held, by=BY).table
    cells = {
        (r["asset"], r["direction"], r["window"]): f"{words.percent(r['mean_car'])} ({words.p_value(r['p_value'])})"
        for r in table.to_dict("records")
        if np.isfinite(r["mean_car"])
    }
    rows = [
        (f"{a}, {d}", *(cells.get((a, d, str(w)), "–") for w in held))
        for a, d in zip(groups["asset"], groups["direction"], strict=True)
    ]
    note = (
        "Mean cumulative abnormal return and p-value by the same rule as above; a dash where that test is not defined. "
        "Their intervals: result.summary()."
    )
    if any(w[1] < 0 for w in held):
        note += " The window that ends before day 0 asks whether prices moved before the news."
    columns = ("Group", *(str(w) for w in held))
    numeric = frozenset(range(1, len(columns)))
    return Table("other-windows", "The same means over other windows", columns, tuple(rows), numeric, note)


def _without_one(events: pd.DataFrame) -> pd.DataFrame:
    """Mean of each group of three or more, and its range when one event is left out."""
    from scipy import special

    rows = []
    if events.empty or not {*BY, "car"} <= set(events.columns):
        return pd.DataFrame()
    for key, part in events[events["car"].notna()].groupby(list(BY), sort=False):
        cars = part["car"].to_numpy(dtype=float)
        if len(cars) < 3:
            continue
        without = (cars.sum() - cars) / (len(cars) - 1)
        at = int(np.argmax(np.abs(without - cars.mean())))
        title = words.plain(part.iloc[at].get("title") or part.iloc[at]["event_id"])
        others = np.delete(cars, at)
        half = float(special.stdtrit(others.size - 1, 0.975) * others.std(ddof=1) / np.sqrt(others.size))
        rows.append(
            {
                "asset": key[0],
                "direction": key[1],
                "n": len(cars),
                "car": float(cars.mean()),
                "lowest": float(without.min()),
                "highest": float(without.max()),
                "without": float(without[at]),
                "counts_most": title,
                "moved": bool(others.size > 2 and abs(without[at] - cars.mean()) > half),
            }
        )
    return pd.DataFrame(rows)


def _leave_one_out(events: pd.DataFrame) -> Table | None:
    frame = _without_one(events)
    return from_frame(
        frame.drop(columns=["without", "moved"], errors="ignore"), "leave-one-out", "Means with each event left out"
    )


def turned_by_one(events: pd.DataFrame) -> tuple[str, ...]:
    """Say which means one event carries: with it they lie outside the 95 % interval of the others."""
    return tuple(
        f"The mean for {row['asset']}, {row['direction']} ({words.percent(row['car'])}) hangs on one event: without "
        f"“{row['counts_most']}” it is {words.percent(row['without'])}."
        for row in _without_one(events).to_dict("records")
        if row["moved"] and row["direction"] != "mixed"
    )
