"""Findings, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from eventstudy.errors import DataError

__all__ = ["Finding", "QualityReport", "report_of"]


class Finding(NamedTuple):
    """One doubt about one series: which, from what date, what was found, what to do."""

    asset: str
    date: np.datetime64
    check: str
    severity: Literal["error", "warning", "note"]
    value: float
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Findings about a panel.

    Attributes
    ----------
    table : pandas.DataFrame
        ``asset, date, check, severity, value, message, suggestion``. ``date`` is the first date (or bar)
        that the finding is about: where it is about the whole series, its first. Severity ``"error"`` would
        corrupt an estimate, ``"warning"`` may, ``"note"`` is worth knowing.
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        if self.table.empty:
            return "QualityReport: nothing found"
        counts = self.table["severity"].value_counts()
        head = ", ".join(
            f"{counts[s]} {s}{'s' if counts[s] != 1 else ''}" for s in ("error", "warning", "note") if s in counts
        )
        shown = self.table[["asset", "date", "severity", "message"]].head(30).to_string(index=False)
        return f"QualityReport: {head}\n{shown}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, escape=True))

    def to_frame(self) -> pd.DataFrame:
        """Give the findings as a frame of its own."""
        return self.table.copy()

    def raise_errors(self) -> None:
        """Raise `DataError` where a finding would corrupt an estimate; name the first and count the rest."""
        bad = self.table[self.table["severity"] == "error"]
        if bad.empty:
            return
        first = bad.iloc[0]
        more = f" (and {len(bad) - 1} more: panel.quality())" if len(bad) > 1 else ""
        raise DataError(f"{first['message']}{more}", hint=str(first["suggestion"]), asset=str(first["asset"]))


def report_of(findings: Iterable[Finding]) -> QualityReport:
    """Put findings in a table, worst first, then by asset and date."""
    table = pd.DataFrame(list(findings), columns=list(Finding._fields))
    table["date"] = pd.to_datetime(table["date"]).astype("datetime64[ns]")
    table["value"] = table["value"].astype(np.float64)
    rank = table["severity"].map({"error": 0, "warning": 1, "note": 2})
    order = np.lexsort((table["date"].to_numpy(), table["asset"].to_numpy(dtype=str), rank.to_numpy(dtype=np.int64)))
    return QualityReport(table.iloc[order].reset_index(drop=True))
