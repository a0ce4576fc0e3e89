"""Figures and files of a result: every picture is a view of its frames."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from eventstudy.errors import SpecError, nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eventstudy.results.result import StudyResult

__all__ = ["Pictures"]

WindowLike = tuple[int, int]
_NO_SESSION = np.iinfo(np.int64).min


class Pictures:
    """Methods of `StudyResult` that draw it or write it to files.

    Each returns its Axes, takes ``ax=``, and shows nothing by itself.
    """

    def _result(self) -> StudyResult:
        return cast("StudyResult", self)

    def _rows(self, window: WindowLike | None, asset: str | None) -> pd.DataFrame:
        frame = self._result().to_frame("event", window=window)
        if asset is None:
            return frame
        held = frame[frame["asset"] == asset]
        if held.empty:
            raise SpecError(f"no row for asset {asset!r}", hint=nearest(asset, frame["asset"].unique()))
        return held

    def plot_groups(self, window: WindowLike | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw each asset's de-escalating and escalating sessions side by side, mixed ones apart.

        Means and intervals are those of `summary`: by the test that fits each group.
        """
        from eventstudy import plots

        result = self._result()
        table = result.summary([window or (0, 0)]).table.rename(columns={"mean_car": "car"})
        return plots.plot_groups(table[np.isfinite(table["car"])], ax=ax)

    def plot_cars(
        self, window: WindowLike | None = None, *, asset: str | None = None, title: str = "", ax: Axes | None = None
    ) -> Axes:
        """Draw each event's cumulative abnormal return with its forecast interval, in order of time."""
        from eventstudy import plots

        frame = self._rows(window, asset).sort_values(["asset", "day0"], kind="stable")
        if len(frame["asset"].unique()) > 1:
            frame = frame.assign(title=frame["asset"].astype(str) + "  " + frame["title"].astype(str))
        return plots.plot_forest(frame, title=title or (asset or ""), ax=ax)

    def plot_distribution(
        self, window: WindowLike | None = None, *, asset: str | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw how the events' cumulative abnormal returns are distributed, direction by direction."""
        from eventstudy import plots

        return plots.plot_distribution(self._rows(window, asset), title=asset or "", ax=ax)

    def plot_panel(self, *, ax: Sequence[Axes] | None = None) -> list[Axes]:
        """Draw every event's path, one panel an asset, with the groups' averages."""
        from eventstudy import plots

        return plots.plot_panel(self._result().to_frame("event_day"), ax=ax)

    def plot_heatmap(self, *, ax: Axes | None = None) -> Axes:
        """Draw mean abnormal returns by asset and day; marked where they are significant."""
        from eventstudy import plots

        return plots.plot_heatmap(self._result().to_frame("event_day"), ax=ax)

    def plot_tests(
        self, window: WindowLike | None = None, *, by: str | Sequence[str] | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw the p-values of all tests, so that one sees which agree."""
        from eventstudy import plots

        group = [] if by is None else [by] if isinstance(by, str) else list(by)
        return plots.plot_tests(self._result().tests(window, by=by), group=group, ax=ax)

    def plot_placebo(
        self,
        test: str = "time_series_t",
        window: WindowLike | None = None,
        *,
        draws: int = 1999,
        seed: int = 0,
        ax: Axes | None = None,
        **where: Any,
    ) -> Axes:
        """Draw a statistic over placebo studies, and where the study itself stands.

        Parameters
        ----------
        test : str
            Name of the statistic.
        window : pair of int, optional
        draws, seed : int
            As for `placebo`.
        ax : matplotlib.axes.Axes, optional
        **where
            Columns and values of the rows to study: ``asset="RUB", direction="escalation"``.
        """
        from eventstudy import plots

        found = self._result().placebo(window, draws=draws, seed=seed, **where)
        if test not in set(found.table["name"]):
            raise SpecError(f"no placebo of a test named {test!r}", hint=nearest(test, found.table["name"]))
        row: dict[Any, Any] = found.table.set_index("name").loc[test].to_dict()
        return plots.plot_placebo(
            found.draws[test].to_numpy(dtype=float),
            float(row["statistic"]),
            p_value=float(row["p_value"]),
            critical=float(row["critical_5"]),
            label=test,
            title=", ".join(map(str, where.values())),
            ax=ax,
        )

    def plot_power(self, window: WindowLike | None = None, *, ax: Axes | None = None, **where: Any) -> Axes:
        """Draw how large a mean reaction this very study would have found."""
        from eventstudy import plots

        frame = self._result().power(window, **where)
        title = ", ".join(map(str, where.values()))
        return plots.plot_power(frame["effect"], {"time_series_t": frame["power"].to_numpy()}, title=title, ax=ax)

    def plot_diagnostics(self, event_id: str, asset: str, *, ax: Sequence[Axes] | None = None) -> list[Axes]:
        """Draw the estimation sample of one row: residuals, fit, autocorrelation, normality."""
        from eventstudy import plots

        result = self._result()
        rows = (result.rows.event_id == event_id) & (result.rows.asset == asset)
        if not rows.any():
            raise SpecError(
                f"no row for event {event_id!r} on {asset!r}", hint=nearest(event_id, map(str, result.rows.event_id))
            )
        sample = result.sample(where=rows)
        known = (sample.estimation_sessions[0] != _NO_SESSION) & np.isfinite(sample.residuals[0])
        frame = pd.DataFrame(
            {
                "session": pd.DatetimeIndex(sample.estimation_sessions[0][known].astype("datetime64[ns]")),
                "residual": sample.residuals[0][known],
            }
        )
        actual = self.values(asset, returns=True).reindex(frame["session"]).to_numpy(dtype=float)
        return plots.plot_diagnostics(frame.assign(fitted=actual - frame["residual"]), title=asset, ax=ax)

    def plot_prices(self, asset: str, *, unit: str = "", max_labels: int = 24, ax: Axes | None = None) -> Axes:
        """Draw an asset's value over the time of the study, its events numbered and their headlines beneath."""
        from eventstudy import plots

        rows = self._rows(None, asset)
        series = self.values(asset).dropna()
        first, last = rows["day0"].min() - pd.Timedelta("45D"), rows["day0"].max() + pd.Timedelta("30D")
        shown = series[(series.index >= first) & (series.index <= last)]
        return plots.plot_events_on_prices(
            shown, rows, unit=unit or f"Value of {asset}", title=asset, max_labels=max_labels, ax=ax
        )

    def values(self, asset: str, *, returns: bool = False) -> pd.Series[Any]:
        """Give an asset's values (or returns) by session, as the study used them.

        Parameters
        ----------
        asset : str
        returns : bool
            Returns from one priced session to the next instead.

        Raises
        ------
        SpecError
            If the asset is not in the study.
        EventStudyError
            If the result was pickled and left its prices behind.
        """
        result = self._result()
        result._need_arrays()
        for piece in result.pieces:
            grid = piece.returns.grid
            if asset in grid.assets:
                column = grid.column(asset)
                n = int(grid.n_sessions[column])
                held = piece.returns.returns if returns else grid.prices
                index = pd.DatetimeIndex(grid.sessions[:n, column])
                return pd.Series(held[:n, column].astype(float), index=index, name=asset)
        known = [name for piece in result.pieces for name in piece.returns.grid.assets]
        raise SpecError(f"asset {asset!r} is not in the study", hint=nearest(asset, known), asset=asset)

    def export(self, path: str | os.PathLike[str], *, window: WindowLike | None = None) -> Path:
        """Write the result as ``.xlsx`` (all frames), ``.dta``, ``.parquet``, ``.tex``, ``.md`` or ``.csv``.

        Parameters
        ----------
        path : path-like
            Its suffix is the form. All but the workbook hold ``to_frame("event")``.
        window : pair of int, optional
            As in `to_frame`.

        Returns
        -------
        pathlib.Path
            The file written; the same result gives the same bytes.
        """
        from eventstudy.results.exports import to_excel, write_table

        result = self._result()
        events = result.to_frame("event", window=window)
        if Path(path).suffix.lower() != ".xlsx":
            return write_table(events, path)
        sheets = {
            "summary": result.summary([window or (0, 0)]).table,
            "events": events,
            "event days": result.to_frame("event_day"),
            "days": result.to_frame("day"),
            "tests": result.tests(window, by=("asset", "direction")),
            "alignment": result.audit,
            "merged": result.merged,
            "dropped": result.dropped,
            "spec": pd.DataFrame([(k, str(v)) for k, v in result.spec.items()], columns=["option", "value"]),
        }
        return to_excel(sheets, path)
