"""Which test fits a group of rows, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import check_kind
from eventstudy._types import BoolArray
from eventstudy.errors import DataError
from eventstudy.windows import Window

if TYPE_CHECKING:
    from eventstudy.inference.diagnose import Diagnosis
    from eventstudy.inference.sample import Sample
    from eventstudy.results.placebos import GridAndLayout
    from eventstudy.results.result import StudyResult

__all__ = ["Advice", "Adviser", "Verdict"]

# Tests whose interval is about a mean (or single) cumulative abnormal return, in its own unit.
OF_A_RETURN = (
    "placebo", "sq_test", "sq_test_ewma", "wild_bootstrap", "ibragimov_muller_t", "clustered_t", "cross_sectional_t",
    "time_series_t",
)  # fmt: skip
FEW = 5  # events, below which their spread is no estimate of their variance
PLACEBO_DRAWS = 1999
SEED = 0


@dataclass(frozen=True, slots=True, repr=False)
class Advice:
    """What the adviser says of a study: the test to report, why, and which not to trust.

    Attributes
    ----------
    recommended : str
        The test to report.
    also : tuple of str
        What else holds its size here.
    why : str
        The reason, in a sentence.
    avoid : mapping of str to str
        Test -> why not to trust it here.
    findings : pandas.DataFrame
        ``rule, text, avoid, reference``: every rule that holds.
    measures : pandas.Series
        The numbers it argues from, by name.
    """

    recommended: str
    also: tuple[str, ...]
    why: str
    avoid: Mapping[str, str]
    findings: pd.DataFrame
    measures: pd.Series[Any]

    @property
    def text(self) -> str:
        """Give the advice as a few plain sentences."""
        lines = [f"Report {self.recommended or 'no test'}: {self.why}."]
        if self.also:
            lines.append(f"Also fit: {', '.join(self.also)}.")
        if self.avoid:
            lines.append(f"Do not trust here: {', '.join(self.avoid)}.")
        lines += [f"- {text}." for text in self.findings["text"] if text != self.why]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Give the sentences."""
        return self.text

    def __repr__(self) -> str:
        """Show in a terminal what a notebook shows."""
        return self.text

    def _repr_html_(self) -> str:
        import html

        return "".join(f"<p>{html.escape(line)}</p>" for line in self.text.splitlines())

    @classmethod
    def of(cls, found: Diagnosis) -> Advice:
        """Put a diagnosis into frames."""
        from eventstudy.inference.diagnose import Diagnosis

        check_kind(Diagnosis, found=found)
        columns = ["rule", "text", "avoid", "reference"]
        rows = [(f.rule, f.text, ", ".join(f.avoid), f.reference) for f in found.findings]
        return cls(
            found.recommended,
            found.also,
            found.why,
            dict(found.avoid),
            pd.DataFrame(rows, columns=columns),
            pd.Series(asdict(found.measures), dtype=object),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """One group's answer by the test that fits it."""

    test: str
    statistic: float
    p_value: float
    se: float
    ci_low: float
    ci_high: float
    why: str


@dataclass(slots=True)
class Adviser:
    """Answers for groups of rows of one result and window; the placebo grid is made once."""

    result: StudyResult
    window: Window
    _grid: GridAndLayout | None = field(default=None, repr=False)

    def diagnose(self, chosen: BoolArray, *, of_a_return: bool = False) -> Diagnosis:
        """Measure the chosen rows and apply the rules."""
        from eventstudy.inference.diagnose import diagnose
        from eventstudy.inference.measures import measure

        sample = self.result.sample(self.window, where=chosen)
        keep = np.flatnonzero(chosen)
        found = measure(
            sample,
            benchmark=self._benchmark(chosen),
            straddling=(self.result.rows.timing == "ambiguous")[keep] & (self.result.rows.settle == 0)[keep],
            selected_on_outcome=self.result.rows.selected_on_outcome[keep],
            seed=SEED,
        )
        # What exclude_other_events leaves out is not thin trading.
        left_out = self.result.rows.n_excluded[keep] / self.result.estimates.estimation_window.length
        found = replace(found, missing_estimation=max(0.0, found.missing_estimation - float(left_out.mean())))
        return diagnose(found, available=OF_A_RETURN if of_a_return else None)

    def verdict(self, chosen: BoolArray) -> Verdict:
        """Test the chosen rows' mean reaction by the test that fits them."""
        found = self.diagnose(chosen, of_a_return=True)
        for name in (found.recommended, *found.also):
            if name == "placebo":
                verdict = self._placebo(chosen, found.why)
                if verdict is not None:
                    return verdict
            elif name:
                return self._registered(name, chosen, found.why)
        if found.measures.n_events in (0, found.measures.n_unmoved):
            nothing = float("nan")
            return Verdict("", nothing, nothing, nothing, nothing, nothing, found.why)
        # What fits best has no interval in returns (signed ranks, BMP): the plain spread across events has.
        plain = "cross_sectional_t" if found.measures.n_events >= FEW else "time_series_t"
        return self._registered(plain, chosen, "an interval in returns is wanted; diagnose() names what fits better")

    def _registered(self, name: str, chosen: BoolArray, why: str) -> Verdict:
        from eventstudy.inference import run_tests

        sample = self.result.sample(self.window, where=chosen)
        test = run_tests(sample, names=[name], level=self.result.level)[0]
        return Verdict(name, test.statistic, test.p_value, test.se, test.ci_low, test.ci_high, why)

    def _placebo(self, chosen: BoolArray, why: str) -> Verdict | None:
        """Repeat the chosen rows at other dates; None where no date is admissible."""
        from eventstudy.inference.placebo import BATTERY, Layout, placebo
        from eventstudy.results.placebos import grid_and_layout

        if self._grid is None:
            everything = np.ones(len(self.result), dtype=bool)
            self._grid = grid_and_layout(self.result, self.window, everything, shares=False)
        grid, whole = self._grid
        layout = Layout(whole.positions[chosen], whole.clusters[chosen], whole.lengths[chosen])
        try:
            found = placebo(
                grid,
                layout,
                draws=PLACEBO_DRAWS,
                statistics={"time_series_t": BATTERY["time_series_t"]},
                confidence=self.result.level,
                weights=self.result.sample(self.window, where=chosen).weights,
                seed=SEED,
            )
        except DataError:
            return None
        return Verdict(
            "placebo",
            float(found.statistic[0]),
            float(found.p_value[0]),
            float("nan"),
            float(found.ci_low[0]),
            float(found.ci_high[0]),
            f"{why} ({found.n_studies} placebo studies)",
        )

    def _benchmark(self, chosen: BoolArray) -> Sample | None:
        """Give the benchmark's own mean-adjusted returns on the distinct sessions of the chosen rows."""
        from eventstudy.estimation import abnormal_returns
        from eventstudy.inference.sample import make_sample
        from eventstudy.models import MeanAdjusted

        start = 0
        estimates = self.result.estimates
        for piece in self.result.pieces:
            rows = np.arange(start, start + piece.kept.size)
            start += piece.kept.size
            mine = rows[chosen[rows]]
            if piece.returns.factors.shape[-1] == 0 or mine.size == 0:
                continue
            at = piece.kept[mine - rows[0]]
            mine = mine[np.unique(piece.rows.position[at], return_index=True)[1]]
            at = piece.kept[mine - rows[0]]
            fit = abnormal_returns(
                piece.returns.factors[:, :, 0],
                np.column_stack([piece.rows.position[at], piece.rows.asset[at]]),
                MeanAdjusted(),
                event_window=piece.estimates.event_window,
                estimation_window=estimates.estimation_window,
                excluded=piece.estimates.inputs.excluded,
                min_observations=self.result.study.min_observations,
            )
            first = estimates.event_window.start - piece.estimates.event_window.start
            sessions = self.result.rows.sessions[mine].astype("datetime64[ns]").astype(np.int64)
            return make_sample(
                fit.ar,
                fit.residuals(),
                window=self.window,
                event_window=piece.estimates.event_window,
                sigma=fit.sigma,
                forecast_scale=np.where(np.isfinite(fit.forecast_scale), fit.forecast_scale, 1.0),
                car=_sums(fit, self.window, self.result.rows.settle[mine])[0],
                car_variance=_sums(fit, self.window, self.result.rows.settle[mine])[1],
                sessions=sessions[:, first : first + fit.ar.shape[1]],
                settle=self.result.rows.settle[mine],
            )
        return None


def _sums(fit: Any, window: Window, settle: Any) -> tuple[Any, Any]:
    start, end = window.bounds(settle)
    return fit.car(start=start, end=end), fit.car_variance(start=start, end=end)
