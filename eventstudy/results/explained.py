"""A regression across events as people read it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
import pandas as pd

from eventstudy.inference.crosssection import CrossSection
from eventstudy.results.printing import Told, interval_name, p_text

__all__ = ["Explained"]

_ERRORS = {
    "HC3": "heteroscedasticity-robust (HC3)",
    "cluster": "clustered by overlapping windows",
    "pre-event": "the spread of the same regression before the events",
    "OLS": "classical",
}


@dataclass(frozen=True, slots=True)
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
            ``name, coefficient, se, statistic, p_value, ci_low, ci_high``, and ``rank_p_value`` where the
            regression was compared with the days before the events.
        """
        columns = {
            "name": list(self.names),
            "coefficient": self.coefficients,
            **{c: getattr(self, c) for c in ("se", "statistic", "p_value", "ci_low", "ci_high")},
        }
        return pd.DataFrame(columns | ({"rank_p_value": self.rank_p_value} if self.n_draws else {}))

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
            interval_name(self.level): [
                f"{_shown(low)} to {_shown(high)}" if np.isfinite(low + high) else ""
                for low, high in zip(self.ci_low, self.ci_high, strict=True)
            ],
            "statistic": [_shown(v, ".2f") for v in self.statistic],
            "p": [p_text(v) for v in self.p_value],
        }
        if self.n_draws:
            shown["rank p"] = [p_text(v) for v in self.rank_p_value]
        return pd.DataFrame(shown)

    def _numbers(self) -> pd.DataFrame:
        return self.to_frame()

    def _said(self) -> str:
        return self.text


def _shown(value: float, spec: str = ".4g") -> str:
    return format(value, spec).replace("-", "\N{MINUS SIGN}", 1) if np.isfinite(value) else ""
