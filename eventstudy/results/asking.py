"""What questions to a result share."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from eventstudy._arguments import is_among
from eventstudy._types import BoolArray
from eventstudy.errors import SpecError, nearest, shown
from eventstudy.results import frames

if TYPE_CHECKING:
    from eventstudy.results.result import StudyResult

__all__ = ["Asking"]


class Asking:
    """What the questions share: the result itself, and the rows they are about."""

    def _me(self) -> StudyResult:
        return cast("StudyResult", self)

    def _where(self, columns: dict[str, Any], method: str = "") -> BoolArray:
        """Rows that have these values; ``method`` is the one whose further keywords they are."""
        me = self._me()
        known = frames.event_columns(me.rows)
        for name in columns:
            if name in known:
                continue
            if not method:
                raise SpecError(f"{shown(name)} is no event column", hint=nearest(name, known))
            options = list(inspect.signature(getattr(self, method)).parameters)[:-1]  # the last is **where
            raise SpecError(
                f"{method}() has no option {shown(name)}, and there is no such event column",
                hint=f"options: {', '.join(options)}; columns: {', '.join(known)}",
            )
        keep = np.ones(len(me), dtype=bool)
        for name, value in columns.items():
            codes, keys = frames.group_codes(me.rows, name)
            values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
            hits = keys.index[is_among(keys[name], values)]
            if not len(hits):  # a column that came as text holds "0" where the reader writes 0
                spelt = [str(v) for v in values if isinstance(v, (bool, int, float, np.generic))]
                hits = keys.index[is_among(keys[name], spelt)]
            if not len(hits):
                raise SpecError(f"no row with {name}={shown(value)}", hint=nearest(value, keys[name].astype(str)))
            keep &= np.isin(codes, hits)
        return keep
