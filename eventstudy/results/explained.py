"""A regression across events as people read it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
import pandas as pd

from eventstudy._types import FloatArray
from eventstudy.inference.crosssection import CrossSection
from eventstudy.results.printing import Told, interval_name, p_text

__all__ = ["Explained"]

_ERRORS = {
    "HC3": "heteroscedasticity-robust (HC3)",
    "cluster": "clustered by overlapping windows",
    "pre-event": "the spread of the same regression before the events",
    "OLS": "classical",
}


@dataclass(frozen=True, slots=True, repr=False)
class Explained(Told, CrossSection):
    """A `CrossSection` that shows itself: prints, and has the views of a `Summary`."""

    _in_percent: ClassVar[bool] = False  # a coefficient has the unit of its column
    _digits: ClassVar[int] = 4

    @classmethod
    def of(cls, found: CrossSection) -> Explained:
        """Dress a regression."""
        return cls(**{f.name: getattr(found, f.name) for f in fields(CrossSection)})

    def to_frame(self) -> pd.DataFrame:
        """Give one row a coefficient.

        Returns
        -------
        pandas.DataFrame
            ``name, coefficient, se, statistic, p_value, ci_low, ci_high``, and ``rank_p_value, rank_ci_low,
            rank_ci_high`` where the regression was compared with the days before the events.
        """
        columns = {
            "name": list(self.names),
            "coefficient": self.coefficients,
            **{c: getattr(self, c) for c in ("se", "statistic", "p_value", "ci_low", "ci_high")},
        }
        ranked = ("rank_p_value", "rank_ci_low", "rank_ci_high") if self.n_draws else ()
        return pd.DataFrame(columns | {c: getattr(self, c) for c in ranked})

    @property
    def text(self) -> str:
        """Say in a sentence or two what was fitted and how sure it is."""
        left_out = f" {self.n_left_out} rows with a missing value are left out." if self.n_left_out else ""
        paper = f" ({self.reference})" if self.reference else ""
        drawn = f", {self.n_draws} of them" if self.n_draws else ""
        return (
            f"{self.n} events, R\N{SUPERSCRIPT TWO} {self.r2:.3f}. Standard errors: "
            f"{_ERRORS[self.covariance]}{drawn}{paper}; {self.distribution}.{left_out}"
        )

    def _printed(self) -> pd.DataFrame:
        shown = {
            "name": list(self.names),
            "coefficient": [_shown(v) for v in self.coefficients],
            "se": [_shown(v) for v in self.se],
            interval_name(self.level): _told(self.ci_low, self.ci_high),
            "statistic": [_shown(v, ".2f") for v in self.statistic],
            "p": [p_text(v) for v in self.p_value],
        }
        if self.n_draws:
            shown["rank p"] = [p_text(v) for v in self.rank_p_value]
            shown[f"{interval_name(self.level)} by rank"] = _told(self.rank_ci_low, self.rank_ci_high)
        return pd.DataFrame(shown)

    def _numbers(self) -> pd.DataFrame:
        return self.to_frame()

    def _said(self) -> str:
        return self.text


def _told(low: FloatArray, high: FloatArray) -> list[str]:
    """Write intervals; nothing where there is none."""
    return [f"{_shown(a)} to {_shown(b)}" if np.isfinite(a + b) else "" for a, b in zip(low, high, strict=True)]


def _shown(value: float, spec: str = ".4g") -> str:
    return format(value, spec).replace("-", "\N{MINUS SIGN}", 1) if np.isfinite(value) else ""
