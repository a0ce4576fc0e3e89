"""Questions to a result beyond the battery: which test, placebo, single events, differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from eventstudy._arguments import check_texts
from eventstudy._types import Alternative, BoolArray, FloatArray
from eventstudy.errors import DataError
from eventstudy.results.advice import PLACEBO_DRAWS, Advice, Adviser
from eventstudy.results.asking import Asking
from eventstudy.results.placebo_tests import PlaceboTests, placebo_tests

if TYPE_CHECKING:
    from eventstudy.inference.sample import Sample
    from eventstudy.inference.single_event import SingleEventTest
    from eventstudy.results.result import StudyResult
    from eventstudy.windows import Window

__all__ = ["Inquiries"]


class Inquiries(Asking):
    """Methods of `StudyResult` that ask more of it than a view."""

    def diagnose(self, window: tuple[int, int] | None = None, **where: Any) -> Advice:
        """Say which test fits this study, why, and which not to trust here.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        **where : Any
            Columns and values of the rows to look at: ``asset="RUB"``.

        Returns
        -------
        Advice
            What was found of the data, the test that fits, and what not to trust; prints.

        Examples
        --------
        >>> advice = result.diagnose((0, 1), asset="RUB", direction="escalation")
        >>> isinstance(str(advice), str)
        True
        """
        me = self._me()
        return Advice.of(Adviser(me, me._window(window)).diagnose(self._where(where, "diagnose")))

    def placebo(
        self,
        window: tuple[int, int] | None = None,
        *,
        names: Sequence[str] | None = None,
        draws: int = 9999,
        draw: Literal["layout", "clusters"] = "layout",
        volatility_ratio: float | None = None,
        alternative: Alternative = "two-sided",
        seed: int = 0,
        client: Any = None,
        **where: Any,
    ) -> PlaceboTests:
        """Repeat the study at dates when nothing is known to have happened (Brown, Warner 1980; Fisher 1935).

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        names : sequence of str, optional
            Only these tests, and ``"caar"``, the mean CAR itself; every registered test by default. Those that rank
            days or compound returns cost about ten times as much as all others.
        draws : int
            Placebo studies; all admissible shifts where those are fewer.
        draw : {"layout", "clusters"}
            Move the whole study at once (same assets on the same dates, same spacing), or each cluster by itself.
        volatility_ratio : float, optional
            Keep to dates of similar volatility: 1.5 allows from 2/3 to 3/2 of the real dates'.
        alternative : {"two-sided", "greater", "less"}
            Of the empirical p-values.
        seed : int
            Of the draws; the same seed gives the same draws.
        client : distributed.Client or str, optional
            Dask workers, or their scheduler's address; any number of them gives the same numbers to the bit.
        **where : Any
            Columns and values of the rows to study: ``asset="RUB", direction="de-escalation"``.

        Returns
        -------
        PlaceboTests
            A table of statistics with their empirical p-values, and the draws.

        Raises
        ------
        DataError
            If no date could take the study's place.

        Examples
        --------
        >>> found = result.placebo((0, 1), draws=99, asset="RUB", direction="escalation")
        >>> found.n_studies
        99
        >>> bool(found.table["p_value"].dropna().between(1 / 100, 1).all())
        True
        """
        me = self._me()
        return placebo_tests(
            me,
            me._window(window),
            self._where(where, "placebo"),
            names,
            draws=draws,
            draw=draw,
            volatility_ratio=volatility_ratio,
            alternative=alternative,
            seed=seed,
            client=client,
        )

    def single_events(
        self, window: tuple[int, int] | None = None, *, alternative: Alternative = "two-sided"
    ) -> pd.DataFrame:
        """Test every row by itself: its rank among the asset's own earlier returns.

        Three p-values beside the textbook t (MacKinlay 1997): the sample-quantile test (Gelbach, Helland, Klick
        2013), exact for exchangeable returns whatever their distribution; the same with returns standardised
        by their moving volatility; and the conformal test (Chernozhukov, Wuthrich, Zhu 2021), NaN for models
        that are called event by event.

        Parameters
        ----------
        window : pair of int, optional
            As in `to_frame`.
        alternative : {"two-sided", "greater", "less"}
            Of every test.

        Returns
        -------
        pandas.DataFrame
            ``event_id, asset, direction, window, car``; ``t``, ``sq``, ``sq_ewma`` and ``conformal``, each with
            ``_p_value, _ci_low, _ci_high``, the interval of the CAR by the same test; ``n_reference, note``.

        Examples
        --------
        >>> frame = result.single_events()
        >>> len(frame) == len(result)
        True
        """
        from eventstudy.inference._arrays import interval, p_value
        from eventstudy.inference.single_event import sq_test

        me = self._me()
        held = me._window(window)
        sample = me.sample(held)
        plain = sq_test(sample, alternative=alternative, confidence=me.level)
        moving = sq_test(sample, alternative=alternative, confidence=me.level, volatility="ewma")
        se = np.where(np.isfinite(sample.scar), np.sqrt(sample.car_variance), np.nan)
        textbook = interval(sample.car, se, sample.dof, level=me.level, alternative=alternative)
        turned = _conformal(me, held, alternative)
        return pd.DataFrame(
            {
                "event_id": me.rows.event_id,
                "asset": me.rows.asset,
                "direction": me.rows.direction,
                "window": str(held),
                "car": sample.car,
                "t_p_value": p_value(sample.scar, sample.dof, alternative),
                "t_ci_low": textbook[0],
                "t_ci_high": textbook[1],
                **_columns("sq", plain),
                **_columns("sq_ewma", moving),
                **turned,
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

        Welch on CAR and SCAR, clustered dummy, Ibragimov-Muller, permutation of clusters, and Welch's statistic
        against its own distribution over placebo studies.

        Parameters
        ----------
        column : str
            Event column that makes the groups.
        first, second : Any
            Its values in the two groups.
        window : pair of int, optional
            As in `to_frame`.
        alternative : {"two-sided", "greater", "less"}
            Of every test.
        **where : Any
            Columns and values of the rows to look at: ``asset="RUB"``.

        Returns
        -------
        pandas.DataFrame
            One row a test, as `tests` gives.

        Examples
        --------
        >>> frame = result.difference(asset="RUB")
        >>> frame["name"].tolist()[0], frame["name"].tolist()[-1]
        ('welch_t', 'placebo')
        """
        from eventstudy.inference.differences import difference_tests

        me = self._me()
        check_texts(column=column)
        keep = self._where(where, "difference")
        one = me.sample(window, where=keep & self._where({column: first}))
        two = me.sample(window, where=keep & self._where({column: second}))
        rows = [asdict(t) for t in difference_tests(one, two, alternative=alternative, level=me.level)]
        chosen = keep & self._where({column: [first, second]})
        is_first = self._where({column: first})[chosen]
        rows.append(_permuted(me.sample(window, where=chosen), is_first, alternative, me.level))
        rows.append(_placebo_difference(me, me._window(window), chosen, is_first, alternative))
        return pd.DataFrame(rows)


def _columns(name: str, found: SingleEventTest) -> dict[str, FloatArray]:
    return {f"{name}_{part}": getattr(found, part) for part in ("p_value", "ci_low", "ci_high")}


def _conformal(me: StudyResult, window: Window, alternative: Alternative) -> dict[str, FloatArray]:
    """Conformal p-value and interval of every row, by the model each was estimated with."""
    from eventstudy.errors import ModelError
    from eventstudy.inference.designs import conformal_events

    out = {f"conformal_{part}": np.full(len(me), np.nan) for part in ("p_value", "ci_low", "ci_high")}
    for rows, events, part in me.estimates.parts:
        settle = np.zeros(len(part), dtype=np.int64)
        settle[events] = me.rows.settle[rows]
        try:
            found = conformal_events(part, window, settle, alternative=alternative, confidence=me.level)
        except ModelError:  # no linear model: nothing to fit again
            continue
        for name, values in _columns("conformal", found).items():
            out[name][rows] = values[events]
    return out


def _permuted(both: Sample, is_first: BoolArray, alternative: Alternative, level: float) -> dict[str, Any]:
    """One row of the difference table: labels permuted by cluster."""
    from eventstudy.inference.correlation import clusters
    from eventstudy.inference.permutation import permutation

    nothing = float("nan")
    row: dict[str, Any] = {
        "name": "permutation", "statistic": nothing, "p_value": nothing, "null": "same distribution in both groups",
        "distribution": "permutations", "dof": nothing, "n": int(np.isfinite(both.car).sum()),
        "estimand": "difference of mean CAR", "estimate": nothing, "se": nothing, "ci_low": nothing, "ci_high": nothing,
        "robust_to": "non-normal returns; events that share dates", "reference": "Fisher 1935", "note": "",
    }  # fmt: skip
    try:
        counted = np.isfinite(both.car)[:, None]
        found = permutation(
            both.car,
            is_first,
            clusters(both.sessions, both.member & counted),
            weights=both.weights,
            alternative=alternative,
            confidence=level,
        )
    except DataError as error:
        return row | {"note": error.message}
    numbers = {name: float(getattr(found, name)) for name in ("statistic", "p_value", "estimate", "ci_low", "ci_high")}
    return row | numbers | {"distribution": f"{found.n_draws} permutations of {found.n_clusters} clusters"}


def _placebo_difference(
    me: StudyResult, window: Window, chosen: BoolArray, is_first: BoolArray, alternative: Alternative
) -> dict[str, Any]:
    """One row of the difference table: Welch's statistic among placebo studies of the same layout."""
    from eventstudy.inference.placebo import difference_battery, placebo
    from eventstudy.results.placebos import grid_and_layout

    row: dict[str, Any] = {
        "name": "placebo", "null": "nothing happened on the events' dates", "estimand": "difference of mean CAR",
        "n": int(chosen.sum()), "robust_to": "events that share dates; overlapping windows; non-normal returns",
        "reference": "Brown, Warner 1980", "note": "",
    }  # fmt: skip
    grid, layout = grid_and_layout(me, window, chosen, shares=False)
    battery = {"welch_t": difference_battery(is_first)["welch_t"]}
    weights = me.sample(window, where=chosen).weights
    try:
        found = placebo(
            grid, layout, draws=PLACEBO_DRAWS, statistics=battery, weights=weights, alternative=alternative,
            confidence=me.level,
        )  # fmt: skip
    except DataError as error:
        return row | {"note": error.message}
    numbers = {
        name: float(getattr(found, name)[0]) for name in ("statistic", "p_value", "estimate", "ci_low", "ci_high")
    }
    if np.isnan(numbers["p_value"]):
        row["note"] = "ranks Welch's t, which has no value here: see welch_t"
    return row | numbers | {"distribution": f"{found.n_studies} placebo studies"}
