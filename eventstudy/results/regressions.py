"""Regressions on a result, its power, and many hypotheses at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventstudy._arguments import as_numbers, check_flags, check_texts
from eventstudy._types import Alternative, BoolArray, FloatArray, IntArray
from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.results import frames
from eventstudy.results.asking import Asking
from eventstudy.windows import as_windows

if TYPE_CHECKING:
    from eventstudy.inference.crosssection import CovarianceKind
    from eventstudy.inference.sample import Sample
    from eventstudy.results.explained import Explained
    from eventstudy.results.result import StudyResult
    from eventstudy.windows import Window

__all__ = ["Regressions"]


class Regressions(Asking):
    """Methods of `StudyResult` that fit something across its rows."""

    def explain(
        self,
        formula: str,
        *,
        window: tuple[int, int] | None = None,
        weighted: bool = True,
        covariance: CovarianceKind = "HC3",
    ) -> Explained:
        """Regress cumulative abnormal returns on characteristics of events and assets.

        Parameters
        ----------
        formula : str
            Such as ``"car ~ intensity + C(asset)"``; any column of `to_frame` ``("event")`` may stand in it. Text
            that is numbers throughout, as a CSV gives it, counts as numbers; ``C()`` makes them categories.
        window : pair of int, optional
            Of the CAR.
        weighted : bool
            Weigh by the inverse forecast variance.
        covariance : str
            Kind of standard error; ``"cluster"`` clusters by overlapping windows.

        Returns
        -------
        Explained
            A `CrossSection` (arrays) that prints itself: ``to_frame()``, ``to_markdown()``, ``to_latex()``.

        Raises
        ------
        EventStudyError
            If the formula cannot be read, or names a column that is not there.

        Examples
        --------
        >>> fit = result.explain("car ~ C(asset)", window=(0, 1))
        >>> list(fit.names)
        ['Intercept', 'C(asset)[T.RUB]']
        """
        from eventstudy.inference.crosssection import explain
        from eventstudy.inference.pre_event import pre_event_cars
        from eventstudy.results.explained import Explained

        check_texts(formula=formula, covariance=covariance)
        check_flags(weighted=weighted)
        me = self._me()
        held = me._window(window)
        frame = me.to_frame("event", window=held)
        frame["ar"] = frame["car"]
        sample = me.sample(held)
        found = explain(
            formula,
            {str(c): _numbers_of(frame[c]) for c in frame.columns},
            variance=sample.car_variance if weighted else None,
            covariance=covariance,
            cluster=_clusters(sample) if covariance == "cluster" else None,
            pre_event=pre_event_cars(sample) if covariance == "pre-event" else None,
            level=me.level,
        )
        return Explained.of(found)

    def response_slope(
        self, on: str = "intensity", *, window: tuple[int, int] | None = None, clustered: bool = True, **where: Any
    ) -> pd.DataFrame:
        """Slope of the reaction on the events' intensity (or any number, or ``"direction"`` as +1 and -1).

        Gurkaynak, Sack, Swanson (2005).

        Parameters
        ----------
        on : str
            Event column of numbers, or ``"direction"``.
        window : pair of int, optional
            As in `to_frame`.
        clustered : bool
            Cluster the standard errors by overlapping windows; else HC3.
        **where : Any
            Columns and values of the rows to look at: ``asset="RUB"``.

        Returns
        -------
        pandas.DataFrame
            One row a coefficient: ``name, estimate, se, statistic, p_value, ci_low, ci_high``.

        Examples
        --------
        >>> result.response_slope("direction", asset="RUB")["name"].tolist()
        ['intercept', 'direction']
        """
        from eventstudy.inference.slope import response_slope

        me = self._me()
        check_texts(on=on)
        check_flags(clustered=clustered)
        keep = self._where(where, "response_slope")
        sample = me.sample(window, where=keep)
        found = response_slope(
            sample.car,
            _size(me, on)[keep],
            cluster=_clusters(sample) if clustered else None,
            covariance="cluster" if clustered else "HC3",
            weights=sample.weights,
            confidence=me.level,
        )
        names = ["intercept", on]
        columns = ("estimate", "se", "statistic", "p_value", "ci_low", "ci_high")
        return pd.DataFrame({"name": names, **{c: getattr(found, c) for c in columns}})

    def power(
        self,
        window: tuple[int, int] | None = None,
        *,
        effects: Sequence[float] | None = None,
        simulated: bool = False,
        draws: int = 1999,
        seed: int = 0,
        client: Any = None,
        **where: Any,
    ) -> pd.DataFrame:
        """Power of this very study: how large a mean reaction it would have found (MacKinlay 1997).

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        effects : sequence of float, optional
            True mean reactions, decimals; a grid to four standard errors by default.
        simulated : bool
            Add the effects to placebo studies of these very assets and dates instead of using the formula, and
            count how often each test finds them at its own empirical critical value.
        draws, seed : int
            Placebo studies.
        client : distributed.Client, str or concurrent.futures.Executor, optional
            Workers for the placebo studies; any number of them gives the same curves.
        **where : Any
            Columns and values of the rows to look at: ``asset="RUB"``.

        Returns
        -------
        pandas.DataFrame
            ``effect, power`` at 5 % two-sided (and ``name``, one curve a test, where simulated);
            ``attrs["minimum_detectable_effect"]`` is found with 80 %: a number, or one a test.

        Examples
        --------
        >>> frame = result.power((0, 1), asset="RUB", direction="escalation")
        >>> 0.001 < frame.attrs["minimum_detectable_effect"] < 0.05
        True
        """
        from eventstudy.inference import run_tests
        from eventstudy.inference.power import minimum_detectable_effect, power

        me = self._me()
        check_flags(simulated=simulated)
        keep = self._where(where, "power")
        sample = me.sample(window, where=keep)
        test = run_tests(sample, names=["time_series_t"], level=me.level)[0]
        dof = test.dof if np.isfinite(test.dof) else np.inf
        grid = np.linspace(0.0, 4.0 * test.se, 41) if effects is None else as_numbers(effects, "effects")
        if grid.ndim != 1:
            raise SpecError(f"effects has shape {grid.shape}", hint="expected a list of numbers")
        if simulated:
            return _simulated_power(me, me._window(window), keep, grid, draws, seed, client)
        frame = pd.DataFrame({"effect": grid, "power": power(grid, test.se, dof)})
        frame.attrs["minimum_detectable_effect"] = minimum_detectable_effect(test.se, dof)
        return frame

    def joint(
        self, window: tuple[int, int] | None = None, *, by: str | None = None, alternative: Alternative = "two-sided"
    ) -> pd.DataFrame:
        """All of an asset's events in one regression with window dummies, which tells overlapping windows apart.

        Binder (1985). One event's coefficient has the forecast variance; one pooled over at least 15 separate
        events a Newey-West variance; one pooled over fewer is compared with placebo positions.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        by : str, optional
            Event column whose values share a coefficient; by default every event has its own.
        alternative : {"two-sided", "greater", "less"}
            Of every test.

        Returns
        -------
        pandas.DataFrame
            ``asset, label, estimate, se, statistic, p_value, ci_low, ci_high, n_events, n_separate, method,
            distribution, note``; ``label`` is the event's id or the group's value.

        Examples
        --------
        >>> len(result.joint((0, 1))) == len(result)
        True
        """
        from eventstudy.inference.designs import joint_models

        me = self._me()
        held = me._window(window)
        if by is not None:
            check_texts(by=by)
        codes, keys = (np.arange(len(me)), None) if by is None else frames.group_codes(me.rows, by)
        columns = ("estimate", "se", "statistic", "p_value", "ci_low", "ci_high", "n_events", "n_separate", "method",
                   "distribution", "note")  # fmt: skip
        blocks = []
        enough = np.isfinite(me._sums(held).car)
        for rows, events, part in me.estimates.parts:
            settle, label = np.zeros(len(part), dtype=np.int64), np.full(len(part), -1, dtype=np.int64)
            settle[events], label[events] = me.rows.settle[rows], codes[rows]
            counted = np.zeros(len(part), dtype=bool)
            counted[events] = enough[rows]
            found = joint_models(
                part, held, settle, label, counted=counted, alternative=alternative, confidence=me.level
            )
            names = {int(part.inputs.positions[e, 1]): me.rows.asset[r] for r, e in zip(rows, events, strict=True)}
            for column, joint in found.items():
                said = [me.rows.event_id[k] if keys is None else keys[by].iloc[k] for k in joint.labels]
                block = pd.DataFrame({"asset": names[column], "label": said})
                blocks.append(block.assign(**{c: getattr(joint, c) for c in columns}))
        if keys is None and not enough.all():
            nothing = pd.DataFrame({"asset": me.rows.asset[~enough], "label": me.rows.event_id[~enough]})
            nothing = nothing.assign(**dict.fromkeys(columns, np.nan)).assign(n_events=0, n_separate=0)
            blocks.append(nothing.assign(method="", distribution="", note="too few valid days in this window"))
        return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=["asset", "label", *columns])

    def family(
        self,
        windows: Sequence[tuple[int, int]] = ((0, 0),),
        *,
        by: str | Sequence[str] | None = None,
        alternative: Alternative = "two-sided",
        draws: int = 1999,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Test every group and window as one family: Holm, Benjamini-Hochberg and Romano-Wolf p-values.

        Parameters
        ----------
        windows : sequence of pairs of int
            Windows of the cumulative abnormal return, inclusive session offsets.
        by : str or sequence of str, optional
            Event columns that make the groups; default `StudyResult.groups`.
        alternative : {"two-sided", "greater", "less"}
        draws, seed : int
            Sign vectors of the wild bootstrap by cluster, which keeps the correlation between hypotheses.

        Returns
        -------
        pandas.DataFrame
            Group columns, ``window, n, n_clusters, mean_car, se, statistic, p_value, ci_low, ci_high``, the latter of
            each row by itself; ``holm, benjamini_hochberg, romano_wolf``, each with its own ``_ci_low, _ci_high`` for
            all rows at once, see `inference.Family`.

        Examples
        --------
        >>> frame = result.family([(0, 0), (0, 1)], by="asset", draws=199)
        >>> frame[["asset", "window"]].values.tolist()
        [['RUB', '(0, 0)'], ['BRENT', '(0, 0)'], ['RUB', '(0, 1)'], ['BRENT', '(0, 1)']]
        """
        from eventstudy.inference.correlation import clusters
        from eventstudy.inference.family import family_tests

        me = self._me()
        codes, keys = frames.group_codes(me.rows, frames.group_names(by, me.groups))
        held = [me._window(w) for w in as_windows(windows)]
        samples = [me.sample(w) for w in held]
        widest = me.sample((min(w.start for w in held), max(w.end for w in held)))
        car = np.array([np.where(codes == k, s.car, np.nan) for s in samples for k in range(len(keys))])
        found = family_tests(
            car,
            clusters(widest.sessions, widest.member),
            weights=widest.weights,
            draws=draws,
            seed=seed,
            alternative=alternative,
            confidence=me.level,
        )
        table = pd.concat([keys.assign(window=str(w)) for w in held], ignore_index=True)
        table["n"], table["n_clusters"] = found.n, found.n_clusters
        table["mean_car"], table["se"], table["statistic"] = found.estimate, found.se, found.statistic
        for name in ("p_value", "ci_low", "ci_high"):
            table[name] = getattr(found, name)
        for name in ("holm", "benjamini_hochberg", "romano_wolf"):
            for part in (name, f"{name}_ci_low", f"{name}_ci_high"):
                table[part] = getattr(found, part)
        return table


def _numbers_of(column: pd.Series[Any]) -> npt.NDArray[Any]:
    """Give text that is numbers throughout as numbers (a CSV's cells are text); empty cells are NaN."""
    if not (column.dtype == object or isinstance(column.dtype, pd.StringDtype)):
        return column.to_numpy()
    held = column.to_numpy(dtype=object)
    said = [cell.strip() if isinstance(cell, str) else "?" for cell in held]
    if not any(said):
        return held
    try:
        return np.array([float(cell) if cell else np.nan for cell in said])
    except ValueError:
        return held


def _clusters(sample: Sample) -> IntArray:
    """Clusters of overlapping windows; an event without a CAR links no others."""
    from eventstudy.inference.correlation import clusters

    return clusters(sample.sessions, sample.member & np.isfinite(sample.car)[:, None])


def _size(me: StudyResult, on: str) -> FloatArray:
    if on == "direction":
        signs = pd.Series(me.rows.direction).map({"de-escalation": 1.0, "escalation": -1.0})
        if signs.isna().all():
            hint = "de-escalation counts +1 and escalation -1; for other directions give a column of numbers"
            raise DataError(f"on='direction': no event has a number, the first has {me.rows.direction[0]!r}", hint=hint)
        return np.asarray(signs, dtype=np.float64)
    if on == "intensity":
        return me.rows.intensity
    known = frames.event_columns(me.rows)
    if on not in known:
        raise SpecError(f"on={shown(on)} is no event column", hint=nearest(on, known))
    try:
        return np.asarray(known[on], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"on={shown(on)} does not hold numbers: {error}", hint="one number an event") from error


def _simulated_power(
    me: StudyResult, window: Window, keep: BoolArray, effects: FloatArray, draws: int, seed: int, client: Any
) -> pd.DataFrame:
    """Power curves of the battery on placebo studies of this very study."""
    from eventstudy.inference.placebo import placebo_studies
    from eventstudy.inference.power import simulated_power
    from eventstudy.results.placebos import grid_and_layout

    grid, layout = grid_and_layout(me, window, keep)
    weights = me.sample(window, where=keep).weights
    studies = placebo_studies(grid, layout, draws=draws, weights=weights, seed=seed)
    found = simulated_power(studies, effects, client=client)
    blocks = [
        pd.DataFrame({"name": name, "effect": found.effects, "power": curve})
        for name, curve in zip(found.names, found.power, strict=True)
    ]
    frame = pd.concat(blocks, ignore_index=True)
    frame.attrs["minimum_detectable_effect"] = dict(zip(found.names, found.minimum.tolist(), strict=True))
    return frame
