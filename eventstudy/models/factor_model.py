"""Linear models on any factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eventstudy._types import ReturnKind
from eventstudy.errors import ModelError, check_choice, shown
from eventstudy.models.base import LinearSpec

__all__ = ["PRESETS", "FactorModel"]

PRESETS: dict[str, tuple[str, ...]] = {
    "CAPM": ("Mkt-RF",),
    "FF3": ("Mkt-RF", "SMB", "HML"),
    "Carhart": ("Mkt-RF", "SMB", "HML", "Mom"),
    "FF5": ("Mkt-RF", "SMB", "HML", "RMW", "CMA"),
    "FF5+Mom": ("Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"),
}
"""Factors of the usual models, by the names in Ken French's data library."""


@dataclass(frozen=True, slots=True)
class FactorModel(LinearSpec):
    """Expected return = risk-free rate + alpha + the factors times their loadings, by least squares.

    Parameters
    ----------
    *factors : str
        Names of the factor series. None at all takes every factor that `abnormal_returns` is given.
    risk_free : str, optional
        Name of the risk-free rate; the return in excess of it is explained. It is the last of ``benchmarks``.
    returns : {"simple", "log"} or None
        Kind of returns the factors are published in; None takes the study's.

    Notes
    -----
    AR_t = (R_t - Rf_t) - (alpha + sum_j beta_j F_jt), with K = 1 + the number of factors.

    References
    ----------
    Fama and French (1993), Common risk factors in the returns on stocks and bonds.

    Examples
    --------
    >>> FactorModel("Mkt-RF", "SMB", "HML", risk_free="RF").benchmarks
    ('Mkt-RF', 'SMB', 'HML', 'RF')
    """

    name: ClassVar[str] = "factor model"
    reference: ClassVar[str] = "Fama, French 1993"

    factors: tuple[str, ...]
    risk_free: str | None
    returns: ReturnKind | None

    def __init__(self, *factors: str, risk_free: str | None = None, returns: ReturnKind | None = None) -> None:
        held = factors
        names: tuple[object, ...] = held if risk_free is None else (*held, risk_free)
        for name in names:
            if not isinstance(name, str) or not name.strip():
                raise ModelError(
                    f"FactorModel: {shown(name)} is not a factor's name",
                    hint="names stand one by one: FactorModel('MKT', 'SMB'), or FactorModel(*names) of a list",
                )
        if len({*held, risk_free}) != len(held) + 1:
            raise ModelError(f"FactorModel: a factor is named twice in {shown(held)}")
        if risk_free is not None and not held:
            raise ModelError("FactorModel: a risk-free rate without factors", hint="name the factors too")
        if returns is not None and (not isinstance(returns, str) or returns not in ("simple", "log")):
            raise ModelError(f"FactorModel: returns={shown(returns)} is not 'simple', 'log' or None")
        object.__setattr__(self, "factors", held)
        object.__setattr__(self, "risk_free", risk_free)
        object.__setattr__(self, "returns", returns)

    @classmethod
    def preset(cls, name: str) -> FactorModel:
        """Give a usual model on Ken French's published factors, in excess of his risk-free rate.

        Parameters
        ----------
        name : {"CAPM", "FF3", "Carhart", "FF5", "FF5+Mom"}
            Sharpe (1964); Fama and French (1993); Carhart (1997); Fama and French (2015); and the last with
            the momentum factor. The factors are simple returns, so the study's are too.

        Raises
        ------
        SpecError
            If there is no such preset.

        Examples
        --------
        >>> FactorModel.preset("Carhart").factors
        ('Mkt-RF', 'SMB', 'HML', 'Mom')
        """
        check_choice(name, PRESETS, "preset")
        return cls(*PRESETS[name], risk_free="RF", returns="simple")

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """The factors, then the risk-free rate if there is one."""
        return self.factors if self.risk_free is None else (*self.factors, self.risk_free)

    @property
    def n_factors(self) -> int | None:
        """As many as are named; any number where none is."""
        return len(self.benchmarks) or None

    @property
    def n_offset(self) -> int:
        """The risk-free rate is subtracted."""
        return 0 if self.risk_free is None else 1

    @property
    def return_kind(self) -> ReturnKind | None:
        """Kind of returns the factors are published in."""
        return self.returns

    def describe(self) -> str:
        """One sentence for a methods paragraph."""
        excess = "" if self.risk_free is None else f" in excess of {self.risk_free}"
        left = "R_t" if self.risk_free is None else "(R_t - Rf_t)"
        return (
            f"Expected returns{excess} are linear in {', '.join(self.factors) or 'the factors given'}, estimated by "
            f"least squares: AR_t = {left} - (alpha + sum_j beta_j F_jt)."
        )
