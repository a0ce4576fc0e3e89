"""Tests against their own distribution over placebo studies, as people read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list
from eventstudy._types import Alternative, BoolArray
from eventstudy.errors import SpecError, nearest
from eventstudy.results.advice import OF_A_RETURN
from eventstudy.results.placebos import grid_and_layout
from eventstudy.results.printing import Told, interval_name, intervals, p_text, percent

if TYPE_CHECKING:
    from eventstudy.inference.evidence import Evidence
    from eventstudy.results.result import StudyResult
    from eventstudy.windows import Window

__all__ = ["PlaceboTests", "placebo_tests"]

_IN_PERCENT = {*OF_A_RETURN, "caar", "skewness_adjusted_t"}  # placebo statistics that estimate a return
_OVER_EVENTS = {
    "crude_dependence_t", "corrado_rank_z", "corrado_zivney_rank_z", "corrado_zivney_sign_z", "cumulative_rank_z",
}  # tests that average over events first  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class PlaceboTests(Told):
    """A study's statistics beside their own distribution over placebo studies.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a test: ``name, statistic, p_value`` (empirical), ``nominal_p, size_5`` (share of placebo
        studies that the textbook distribution rejects at 5 %), ``critical_5, estimate, ci_low, ci_high, note``;
        the interval holds the values that the empirical critical value does not reject (`StudyResult.tests` has the
        textbook's), and ``note`` says what could not be computed, and why.
    draws : pandas.DataFrame
        One row a placebo study, one column a test.
    n_studies, n_admissible : int
        Placebo studies drawn, and shifts that could be.
    text : str
        A plain sentence.
    level : float
        Confidence level of the intervals.
    """

    table: pd.DataFrame
    draws: pd.DataFrame
    n_studies: int
    n_admissible: int
    text: str
    level: float = 0.95

    def _printed(self) -> pd.DataFrame:
        held = self.table
        number = "{:.2f}".format
        # The others estimate a mean standardised return, or a share of signs.
        told = held["name"].isin(_IN_PERCENT).to_numpy()
        return pd.DataFrame(
            {
                "test": held["name"],
                "statistic": [
                    number(v).replace("-", "\N{MINUS SIGN}") if np.isfinite(v) else "" for v in held["statistic"]
                ],
                "p": [p_text(v) for v in held["p_value"]],
                "textbook p": [p_text(v) for v in held["nominal_p"]],
                "rejected of 5 %": [f"{100 * v:.1f} %" if np.isfinite(v) else "" for v in held["size_5"]],
                "mean CAR": np.where(told, [percent(v) for v in held["estimate"]], ""),
                interval_name(self.level): np.where(told, intervals(held["ci_low"], held["ci_high"]), ""),
            }
        )

    def _numbers(self) -> pd.DataFrame:
        return self.table

    def _said(self) -> str:
        return self.text


def placebo_tests(
    result: StudyResult,
    window: Window,
    keep: BoolArray,
    names: Sequence[str] | None,
    *,
    alternative: Alternative,
    **options: Any,
) -> PlaceboTests:
    """Repeat the rows ``keep`` (n,) of a study at other dates; see `StudyResult.placebo`."""
    from eventstudy.inference import registered_tests
    from eventstudy.inference.evidence import Evidence
    from eventstudy.inference.placebo import BATTERY, OF_CARS, placebo

    known = ["caar", *(spec.name for spec in registered_tests())]
    names = None if names is None else as_list(names, str, "names")
    for name in names or ():
        if name not in known:
            raise SpecError(f"no test named {name!r}", hint=nearest(name, known))
    wanted = [name for name in known if names is None or name in names]
    chosen = [name for name in wanted if name in BATTERY]
    grid, layout = grid_and_layout(result, window, keep, days=any(name not in OF_CARS for name in chosen))
    sample = result.sample(window, where=keep)
    found = placebo(
        grid,
        layout,
        statistics=chosen,
        weights=sample.weights,
        alternative=alternative,
        confidence=result.level,
        **options,
    )
    five = found.levels.index(0.05)
    table = pd.DataFrame(
        {
            "name": found.names,
            "statistic": found.statistic,
            "p_value": found.p_value,
            "nominal_p": found.nominal_p,
            "size_5": found.size[:, five],
            "critical_5": found.critical[:, five],
            "estimate": found.estimate,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        }
    )
    table = table.set_index("name").reindex(wanted).reset_index()
    table["note"] = _notes(table, Evidence(sample, alternative=alternative))
    text = (
        f"{found.n_studies} placebo studies of {found.n_admissible} admissible shifts; size_5 (rejected of 5 %) is the "
        "share of them that the textbook distribution rejects at 5 %."
    )
    draws = pd.DataFrame(found.draws, columns=list(found.names))
    return PlaceboTests(table, draws, found.n_studies, found.n_admissible, text, found.confidence)


def _notes(table: pd.DataFrame, evidence: Evidence) -> list[str]:
    """Say of each row what is not there, and why."""
    from eventstudy.inference import run_tests
    from eventstudy.inference.placebo import BATTERY

    lost = [name for name, value in zip(table["name"], table["statistic"], strict=True) if not np.isfinite(value)]
    reasons = {t.name: t.note for t in run_tests(evidence.sample, names=[n for n in lost if n != "caar"])}
    rows: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    return [_note(row, BATTERY, reasons, evidence) for row in rows]


def _note(row: dict[str, Any], battery: Collection[str], reasons: dict[str, str], evidence: Evidence) -> str:
    name, said = row["name"], []
    if name not in battery:
        return "a test of your own is not recomputed: give a function of Studies to inference.placebo.placebo"
    if not np.isfinite(row["statistic"]):
        return reasons.get(name) or "no event has a CAR"
    if not np.isfinite(row["p_value"]):
        return "not defined in any placebo study"
    if name == "caar":
        said.append("has no textbook law")
    elif not np.isfinite(row["nominal_p"]):
        said.append("textbook p and size left out: its law would be resampled for every study")
    if np.isnan(row["ci_low"]) or np.isnan(row["ci_high"]):
        said.append("no interval: ranks and signs of days estimate nothing in returns")
    elif not (np.isfinite(row["ci_low"]) or np.isfinite(row["ci_high"])):
        said.append("interval without bounds: too few placebo studies for its level")
    if name in _OVER_EVENTS and evidence.n_beside:
        said.append(f"without {evidence.n_beside} events that have no return in this window; tests() averages them too")
    return "; ".join(said)
