"""A result in words, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy.report.folder import counts
from eventstudy.report.words import number
from eventstudy.results import StudyResult
from eventstudy.results.printing import interval_name, p_is, percent

if TYPE_CHECKING:
    from eventstudy.distributed import PartitionedResult
    from eventstudy.results.summary import Summary

__all__ = ["headline_lines", "told_of"]


def headline_lines(result: StudyResult, day: str, windows: Sequence[tuple[int, int]]) -> list[str]:
    """Say which headlines moved which assets, by how much against what was expected, and how sure.

    Parameters
    ----------
    result : StudyResult
    day : str
        Session to show asset by asset.
    windows : sequence of pairs of int
    """
    lines = [
        f"{result.n_in} pairs of headline and asset: {len(result)} sessions studied, {len(result.merged)} headlines"
        f" merged into one of them, {len(result.dropped)} dropped (see dropped.csv).",
        "",
        f"News of {day}:",
    ]
    for window in windows:
        frame = result.to_frame("event", window=window)
        frame["rank_p"] = result.single_events(window)["sq_p_value"]
        chosen = frame[frame["day0"] == pd.Timestamp(day)]
        lines += [f"  {_one({str(k): v for k, v in row.items()}, result.level)}" for row in chosen.to_dict("records")]
    first = result.to_frame("event", window=windows[0])
    chosen = first[(first["day0"] == pd.Timestamp(day)) & np.isfinite(first["p_value"])]
    if len(chosen):
        lines.append(f"  {_verdict(chosen)}")
    lines += ["", "By asset and direction of the news:", str(result.summary(windows))]
    return lines


def _one(row: dict[str, Any], level: float) -> str:
    moved = f"{percent(row['raw_return'])}, that is {percent(row['car'])} against what was expected"
    interval = f"{interval_name(level)} {percent(row['ci_low'])} to {percent(row['ci_high'])}"
    tests = f"t = {number(row['t'])}, {p_is(row['p_value'])}"
    ranked = f"ranked among its own days {p_is(row['rank_p'])}"
    return f"{row['asset']:<6} {row['window']}: {moved}\n           {tests}; {ranked}; {interval}"


def _verdict(frame: pd.DataFrame) -> str:
    sure = frame.loc[frame["p_value"] < 0.05, "asset"].tolist()
    if not sure:
        return "None of them is significant at 5 % on its own: one headline is borderline evidence, no more."
    return (
        f"{', '.join(sure)}: below 5 % taken alone, but with {len(frame)} assets and one headline that is borderline"
        " evidence, no more."
    )


def told_of(
    result: StudyResult | PartitionedResult, summary: Summary, files: Sequence[Path], output: Path
) -> dict[str, Any]:
    """Give what a program is told of a study that was run and written."""
    return {
        "output": output.as_posix(),
        **counts(result),
        "summary": summary.table,
        "files": [path.as_posix() for path in files],
    }
