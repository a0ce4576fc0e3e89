"""A result as files: tables for other programs, and what a pickle keeps."""

from __future__ import annotations

import os
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_path
from eventstudy.errors import EventStudyError
from eventstudy.results.asking import Asking

if TYPE_CHECKING:
    from eventstudy.prices.panel import PricePanel
    from eventstudy.results.result import StudyResult

__all__ = ["Saving"]

WindowLike = tuple[int, int]


class Saving(Asking):
    """Methods of `StudyResult` that write it down and bring it back."""

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

        Raises
        ------
        SpecError
            If the suffix is none of these.

        Examples
        --------
        >>> import pandas as pd, tempfile
        >>> path = result.export(tempfile.mkdtemp() + "/result.parquet")
        >>> len(pd.read_parquet(path)) == len(result)
        True
        """
        from eventstudy.results.exports import to_excel, write_table

        result = self._me()
        events = result.to_frame("event", window=window)
        if as_path(path, "path").suffix.lower() != ".xlsx":
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

    def attach(self, prices: PricePanel) -> StudyResult:
        """Bring back the prices that a pickled result left behind, by running its study again.

        Parameters
        ----------
        prices : PricePanel
            Those of the study.

        Returns
        -------
        StudyResult
            With its arrays, articles and provenance.

        Raises
        ------
        EventStudyError
            If the study on these prices gives other abnormal returns.

        Examples
        --------
        >>> import pickle
        >>> thin = pickle.loads(pickle.dumps(result))
        >>> thin.attach(example.prices).tests((0, 1), names=["bmp_t"])["n"].tolist() == [len(result)]
        True
        """
        me = self._me()
        again: StudyResult = me.study.run(me.events, prices, assets=me.spec["assets"])
        same = again.estimates.ar.shape == me.estimates.ar.shape and np.allclose(
            again.estimates.ar, me.estimates.ar, rtol=1e-9, atol=1e-12, equal_nan=True
        )
        if not same:
            raise EventStudyError("these are not the prices of this result: the abnormal returns differ")
        return again.with_context(
            articles=me.articles, moves=me.moves, verification=me.verification, provenance=me.provenance
        )

    def __copy__(self) -> StudyResult:
        """Copy with the prices: they are left behind by what goes to a file or another process, not here."""
        me = self._me()
        clone: StudyResult = object.__new__(type(me))
        clone.__dict__.update(me.__dict__)
        return clone

    def __deepcopy__(self, memo: dict[int, Any]) -> StudyResult:
        """Copy with frames of its own; the arrays, which nothing changes, are shared."""
        clone = self.__copy__()
        own = (pd.DataFrame, dict)
        clone.__dict__.update({k: deepcopy(v, memo) for k, v in clone.__dict__.items() if isinstance(v, own)})
        return clone

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the prices."""
        me = self._me()
        state = dict(me.__dict__)
        state["_audit"] = me._audit
        state["estimates"] = replace(me.estimates, parts=())
        state["pieces"] = ()
        return state
