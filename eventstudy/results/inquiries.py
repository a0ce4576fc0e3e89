"""Questions to a result beyond the battery: placebo, single events, differences, slopes, power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pandas as pd

from eventstudy._types import Alternative, BoolArray, FloatArray
from eventstudy.errors import SpecError, nearest
from eventstudy.results import frames
from eventstudy.results.advice import Advice, Adviser

if TYPE_CHECKING:
    from eventstudy.inference.crosssection import CovarianceKind, CrossSection
    from eventstudy.inference.placebo import Placebo
    from eventstudy.results.result import StudyResult

__all__ = ["Inquiries", "PlaceboTests"]


@dataclass(frozen=True, slots=True)
class PlaceboTests:
    """A study's statistics beside their own distribution over placebo studies.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a test: ``name, statistic, p_value`` (empirical), ``nominal_p, size_5`` (share of placebo
        studies that the textbook distribution rejects at 5 %), ``critical_5, estimate, ci_low, ci_high``.
    draws : pandas.DataFrame
        One row a placebo study, one column a test.
    n_studies, n_admissible : int
        Placebo studies drawn, and shifts that could be.
    text : str
        A plain sentence.
    """

    table: pd.DataFrame
    draws: pd.DataFrame
    n_studies: int
    n_admissible: int
    text: str

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False)) + f"<p>{self.text}</p>"

    def __str__(self) -> str:
        """Give the table and the sentence."""
        return f"{self.table.to_string(index=False)}\n\n{self.text}"


class Inquiries:
    """Methods of `StudyResult` that ask more of it than a view."""

    def _me(self) -> StudyResult:
        return cast("StudyResult", self)

    def _where(self, columns: dict[str, Any]) -> BoolArray:
        me = self._me()
        keep = np.ones(len(me), dtype=bool)
        for name, value in columns.items():
            codes, keys = frames.group_codes(me.rows, name)
            values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
            hits = keys.index[keys[name].isin(values)]
            if not len(hits):
                raise SpecError(f"no row with {name}={value!r}", hint=nearest(str(value), keys[name].astype(str)))
            keep &= np.isin(codes, hits)
        return keep

    def diagnose(self, window: tuple[int, int] | None = None, **where: Any) -> Advice:
        """Say which test fits this study, why, and which not to trust here.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        **where
            Columns and values of the rows to look at: ``asset="RUB"``.

        Returns
        -------
        Advice
        """
        me = self._me()
        return Advice.of(Adviser(me, me._window(window)).diagnose(self._where(where)))

    def placebo(
        self,
        window: tuple[int, int] | None = None,
        *,
        draws: int = 9999,
        draw: Literal["layout", "clusters"] = "layout",
        volatility_ratio: float | None = None,
        alternative: Alternative = "two-sided",
        seed: int = 0,
        **where: Any,
    ) -> PlaceboTests:
        """Repeat the study at dates when nothing is known to have happened (Brown, Warner 1980; Fisher 1935).

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        draws : int
            Placebo studies; all admissible shifts where those are fewer.
        draw : {"layout", "clusters"}
            Move the whole study at once (same assets on the same dates, same spacing), or each cluster by itself.
        volatility_ratio : float, optional
            Keep to dates of similar volatility: 1.5 allows from 2/3 to 3/2 of the real dates'.
        alternative : {"two-sided", "greater", "less"}
        seed : int
        **where
            Columns and values of the rows to study: ``asset="RUB", direction="de-escalation"``.

        Returns
        -------
        PlaceboTests
        """
        from eventstudy.inference.placebo import placebo
        from eventstudy.results.placebos import grid_and_layout

        me = self._me()
        held, keep = me._window(window), self._where(where)
        grid, layout = grid_and_layout(me, held, keep)
        sample = me.sample(held, where=keep)
        found = placebo(
            grid,
            layout,
            draws=draws,
            draw=draw,
            volatility_ratio=volatility_ratio,
            r_bar=_r_bar(sample),
            weights=sample.weights,
            alternative=alternative,
            confidence=me.level,
            seed=seed,
        )
        return _placebo_tests(found)

    def single_events(
        self, window: tuple[int, int] | None = None, *, alternative: Alternative = "two-sided"
    ) -> pd.DataFrame:
        """Test every row by itself: its rank among the asset's own earlier returns.

        Three p-values beside the textbook t: the sample-quantile test (Gelbach, Helland, Klick 2013), exact for
        exchangeable returns whatever their distribution; the same with returns standardised by their
        moving volatility; and for reference the t of the forecast error (MacKinlay 1997).

        Returns
        -------
        pandas.DataFrame
            ``event_id, asset, direction, window, car, t_p_value, sq_p_value, sq_ci_low, sq_ci_high,
            sq_ewma_p_value, n_reference, note``.
        """
        from eventstudy.inference.single_event import sq_test

        me = self._me()
        held = me._window(window)
        sample = me.sample(held)
        plain = sq_test(sample, alternative=alternative, confidence=me.level)
        moving = sq_test(sample, alternative=alternative, confidence=me.level, volatility="ewma")
        textbook = me.to_frame("event", window=held)
        return pd.DataFrame(
            {
                "event_id": me.rows.event_id,
                "asset": me.rows.asset,
                "direction": me.rows.direction,
                "window": str(held),
                "car": sample.car,
                "t_p_value": textbook["p_value"].to_numpy(),
                "sq_p_value": plain.p_value,
                "sq_ci_low": plain.ci_low,
                "sq_ci_high": plain.ci_high,
                "sq_ewma_p_value": moving.p_value,
                "n_reference": plain.n_reference,
                "note": [plain.reason[i] for i in range(len(me))],
            }
        )

    def difference(
        self,
        column: str = "direction",
        first: Any = "de-escalation",
        second: Any = "escalation",
        *,
        window: tuple[int, int] | None = None,
        alternative: Alternative = "two-sided",
        **where: Any,
    ) -> pd.DataFrame:
        """Test whether two groups of events have the same mean response.

        Welch on CAR and SCAR, clustered dummy, Ibragimov-Muller.

        Parameters
        ----------
        column, first, second
            Event column, and the values that make the two groups.
        window, alternative, **where
            As in `placebo`.

        Returns
        -------
        pandas.DataFrame
            One row a test, as `tests` gives.
        """
        from eventstudy.inference.differences import difference_tests

        me = self._me()
        keep = self._where(where)
        one = me.sample(window, where=keep & self._where({column: first}))
        two = me.sample(window, where=keep & self._where({column: second}))
        return pd.DataFrame([asdict(t) for t in difference_tests(one, two, alternative=alternative, level=me.level)])

    def explain(
        self,
        formula: str,
        *,
        window: tuple[int, int] | None = None,
        weighted: bool = True,
        covariance: CovarianceKind = "HC3",
    ) -> CrossSection:
        """Regress cumulative abnormal returns on characteristics of events and assets.

        Parameters
        ----------
        formula : str
            Such as ``"car ~ intensity + C(asset)"``; any column of `to_frame` ``("event")`` may stand in it.
        window : pair of int, optional
            Of the CAR.
        weighted : bool
            Weigh by the inverse forecast variance.
        covariance : str
            Kind of standard error; ``"cluster"`` clusters by overlapping windows.

        Returns
        -------
        CrossSection
        """
        from eventstudy.inference.correlation import clusters
        from eventstudy.inference.crosssection import explain, pre_event_cars

        me = self._me()
        held = me._window(window)
        frame = me.to_frame("event", window=held)
        frame["ar"] = frame["car"]
        sample = me.sample(held)
        return explain(
            formula,
            {str(c): frame[c].to_numpy() for c in frame.columns},
            variance=sample.car_variance if weighted else None,
            covariance=covariance,
            cluster=clusters(sample.sessions, sample.member) if covariance == "cluster" else None,
            pre_event=pre_event_cars(sample) if covariance == "pre-event" else None,
            level=me.level,
        )

    def response_slope(
        self, on: str = "intensity", *, window: tuple[int, int] | None = None, clustered: bool = True, **where: Any
    ) -> pd.DataFrame:
        """Slope of the reaction on the events' intensity (or any number, or ``"direction"`` as +1 and -1).

        Gurkaynak, Sack, Swanson (2005).

        Returns
        -------
        pandas.DataFrame
            One row a coefficient: ``name, estimate, se, statistic, p_value, ci_low, ci_high``.
        """
        from eventstudy.inference.correlation import clusters
        from eventstudy.inference.slope import response_slope

        me = self._me()
        keep = self._where(where)
        sample = me.sample(window, where=keep)
        found = response_slope(
            sample.car,
            _size(me, on)[keep],
            cluster=clusters(sample.sessions, sample.member) if clustered else None,
            covariance="cluster" if clustered else "HC3",
            confidence=me.level,
        )
        names = ["intercept", on]
        columns = ("estimate", "se", "statistic", "p_value", "ci_low", "ci_high")
        return pd.DataFrame({"name": names, **{c: getattr(found, c) for c in columns}})

    def power(
        self, window: tuple[int, int] | None = None, *, effects: Sequence[float] | None = None, **where: Any
    ) -> pd.DataFrame:
        """Power of this very study: how large a mean reaction it would have found (MacKinlay 1997).

        Parameters
        ----------
        window : pair of int, optional
        effects : sequence of float, optional
            True mean reactions, decimals; a grid to four standard errors by default.
        **where
            As in `placebo`.

        Returns
        -------
        pandas.DataFrame
            ``effect, power`` at 5 % two-sided; ``attrs["minimum_detectable_effect"]`` is found with 80 %.
        """
        from eventstudy.inference import run_tests
        from eventstudy.inference.power import minimum_detectable_effect, power

        me = self._me()
        sample = me.sample(window, where=self._where(where))
        test = run_tests(sample, names=["time_series_t"], level=me.level)[0]
        dof = test.dof if np.isfinite(test.dof) else np.inf
        grid = np.linspace(0.0, 4.0 * test.se, 41) if effects is None else np.asarray(effects, dtype=np.float64)
        frame = pd.DataFrame({"effect": grid, "power": power(grid, test.se, dof)})
        frame.attrs["minimum_detectable_effect"] = minimum_detectable_effect(test.se, dof)
        return frame


def _size(me: StudyResult, on: str) -> FloatArray:
    if on == "direction":
        signs = pd.Series(me.rows.direction).map({"de-escalation": 1.0, "escalation": -1.0})
        return np.asarray(signs, dtype=np.float64)
    if on == "intensity":
        return me.rows.intensity
    codes, keys = frames.group_codes(me.rows, on)
    return np.asarray(keys[on].to_numpy()[codes], dtype=np.float64)


def _r_bar(sample: Any) -> float:
    from eventstudy.inference.correlation import mean_correlation

    found = mean_correlation(
        sample.residuals,
        sample.estimation_sessions,
        sample.sessions,
        sample.selected,
        sample.asset,
        weights=sample.weights,
    )
    return float(found.r_bar) if np.isfinite(found.r_bar) else 0.0


def _placebo_tests(found: Placebo) -> PlaceboTests:
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
    text = (
        f"{found.n_studies} placebo studies of {found.n_admissible} admissible shifts; size_5 is the share of them that"
        " the textbook distribution rejects at 5 %."
    )
    draws = pd.DataFrame(found.draws, columns=list(found.names))
    return PlaceboTests(table, draws, found.n_studies, found.n_admissible, text)
