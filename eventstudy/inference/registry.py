"""The register of tests: what a test is, what it says, and how a user adds one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Protocol, TypeAlias, get_args

import numpy as np

from eventstudy._arguments import as_list
from eventstudy._types import Alternative
from eventstudy.errors import SpecError, nearest
from eventstudy.inference._arrays import Statistic, interval
from eventstudy.inference.correlation import MeanCorrelation
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.sample import Sample

__all__ = ["Evidence", "Outcome", "TestResult", "TestSpec", "register", "registered_tests", "run_tests", "unregister"]


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test says about one sample.

    Attributes
    ----------
    name : str
        Unique among the registered tests.
    statistic, p_value : float
        NaN where the test is not defined; ``note`` then says why.
    null : str
        The hypothesis tested.
    distribution : str
        Of the statistic under the null, such as ``"t(19)"`` or ``"N(0,1)"``.
    dof : float
        Degrees of freedom; NaN where the distribution has none.
    n : int
        Observations counted: events, or sessions for calendar-time tests.
    estimand : str
        What ``estimate`` and the interval are about; ``"none: ..."``, with the reason, where there is nothing.
    estimate, se, ci_low, ci_high : float
        By the same method as the p-value; NaN where there is no estimand.
    robust_to : str
        Departures from the textbook assumptions under which the test keeps its size.
    reference : str
        The paper.
    note : str
        Why the statistic is NaN, or what was left out.
    """

    __test__: ClassVar[bool] = False  # not a test case, whatever its name suggests to pytest

    name: str
    statistic: float
    p_value: float
    null: str
    distribution: str
    dof: float
    n: int
    estimand: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    robust_to: str
    reference: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of one test, before they are labelled; leave ``p_value`` NaN only with a ``note``."""

    statistic: float
    p_value: float
    n: int
    dof: float = np.nan
    estimate: float = np.nan
    se: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    distribution: str = ""
    note: str = ""


Computed: TypeAlias = "Outcome | Statistic | tuple[Statistic, float]"
Compute: TypeAlias = "Callable[[Evidence], Computed]"


@dataclass(frozen=True, slots=True)
class TestSpec:
    """One registered test; see `register` for the fields."""

    __test__: ClassVar[bool] = False

    name: str
    compute: Compute
    null: str
    robust_to: str
    reference: str
    estimand: str = ""
    needs: tuple[str, ...] = ()
    undefined: str = "not defined for this sample"


class Known(Protocol):
    """What a test's needs and labels ask of a sample: an `Evidence` has it, and so have sums over partitions."""

    @property
    def alternative(self) -> Alternative: ...
    @property
    def level(self) -> float: ...
    @property
    def n(self) -> int: ...
    @property
    def n_scar(self) -> int: ...
    @property
    def n_clusters(self) -> int: ...
    @property
    def n_beside(self) -> int: ...
    @property
    def n_signs(self) -> float: ...
    @property
    def weighted(self) -> bool: ...
    @property
    def has_residuals(self) -> bool: ...
    @property
    def has_simple_returns(self) -> bool: ...
    @property
    def absurd(self) -> bool: ...
    @property
    def correlation(self) -> MeanCorrelation: ...


def _two_clusters(evidence: Known) -> str:
    if evidence.n_clusters >= 2:
        return ""
    return "all windows overlap in one chain: needs at least two clusters"


def _correlated(evidence: Known) -> str:
    found = evidence.correlation
    return "" if np.isfinite(found.r_bar) else "r_bar unknown: no pair of events has 30 common estimation dates"


_NEEDS: dict[str, Callable[[Known], str]] = {
    "event": lambda e: "" if e.n >= 1
    else "no event has enough valid days in this window" + (" and a weight" if e.weighted else ""),
    "two events": lambda e: "" if e.n >= 2 else f"needs at least two events, has {e.n}",
    "three events": lambda e: "" if e.n >= 3 else f"needs at least three events, has {e.n}",
    "scar": lambda e: "" if e.n_scar >= 1 else "no event has a forecast variance to standardise by",
    "two scars": lambda e: "" if e.n_scar >= 2 else f"needs at least two standardised events, has {e.n_scar}",
    "residuals": lambda e: "" if e.has_residuals else "needs estimation residuals",
    "unweighted": lambda e: "" if not e.weighted else "has no weighted form",
    "two clusters": _two_clusters,
    "correlation": _correlated,
    "simple returns": lambda e: "" if e.has_simple_returns else "needs realised and expected simple returns",
}  # fmt: skip

_TESTS: dict[str, TestSpec] = {}

NO_ESTIMAND = "none: no parameter is estimated, so no interval"
"""What a test says of its interval that only ranks or counts days."""


def register(
    name: str,
    compute: Compute,
    *,
    null: str,
    robust_to: str = "",
    reference: str = "",
    estimand: str = "",
    needs: Iterable[str] = (),
    undefined: str = "not defined for this sample",
    replace: bool = False,
) -> TestSpec:
    """Add a test to the battery; `run_tests` then reports it after those registered before it.

    Parameters
    ----------
    name : str
        Unique.
    compute : callable
        Takes an `Evidence` and returns a `Statistic` of shape () (p-value and interval follow from its
        degrees of freedom), a pair of one and its p-value, or an `Outcome`.
    null : str
        Such as ``"mean CAR = 0"``; a one-sided test writes ``<=`` or ``>=``.
    robust_to, reference, estimand : str
        As in `TestResult`.
    needs : iterable of str
        What the sample must have, else NaN with the reason: ``"event"``, ``"two events"``,
        ``"three events"``, ``"scar"``, ``"two scars"``, ``"residuals"``, ``"unweighted"``,
        ``"two clusters"``, ``"correlation"``, ``"simple returns"``.
    undefined : str
        The reason to give where the needs are met and the statistic is still NaN.
    replace : bool
        Whether to take the place of a test of this name.

    Raises
    ------
    SpecError
        If the name is taken, or a need is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.inference import make_sample, register, run_tests, unregister
    >>> from eventstudy.inference.parametric import cross_sectional_t
    >>> def trimmed(evidence):
    ...     car = np.sort(evidence.car[np.isfinite(evidence.car)])
    ...     return cross_sectional_t(car[1:-1])
    >>> spec = register("trimmed_t", trimmed, null="trimmed mean CAR = 0", needs=["three events"])
    >>> rng = np.random.default_rng(0)
    >>> sample = make_sample(rng.normal(size=(9, 1)), rng.normal(size=(9, 50)), window=(0, 0), event_window=(0, 0))
    >>> run_tests(sample, names=["trimmed_t"])[0].distribution
    't(6)'
    >>> unregister("trimmed_t")
    """
    if name in _TESTS and not replace:
        raise SpecError(f"a test named {name!r} is registered", hint="choose another name or pass replace=True")
    wanted = tuple(needs)
    for need in wanted:
        if need not in _NEEDS:
            raise SpecError(f"needs={need!r} is not known", hint=nearest(need, _NEEDS))
    spec = TestSpec(name, compute, null, robust_to, reference, estimand, wanted, undefined)
    _TESTS[name] = spec
    return spec


def unregister(name: str) -> None:
    """Take a test out of the battery."""
    if name not in _TESTS:
        raise SpecError(f"no test named {name!r}", hint=nearest(name, _TESTS))
    del _TESTS[name]


def registered_tests() -> tuple[TestSpec, ...]:
    """Give every registered test, in the order of the report."""
    return tuple(_TESTS.values())


def run_tests(
    sample: Sample,
    *,
    names: Iterable[str] | None = None,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    seed: int = 0,
    client: Any = None,
) -> list[TestResult]:
    """Run the registered tests on one sample.

    Parameters
    ----------
    sample : Sample
        One window of one study or group.
    names : iterable of str, optional
        Which tests, each once; all by default. The order is the register's.
    alternative : {"two-sided", "greater", "less"}
    level : float
        Coverage of the confidence intervals, in (0, 1).
    seed : int
        For ``bhar_skewness_adjusted_t`` and ``wild_bootstrap``, which resample.
    client : distributed.Client, str or concurrent.futures.Executor, optional
        Workers for these two; any number of them gives the same draws.

    Returns
    -------
    list of TestResult
        One a test; NaN with a reason in ``note`` where it is not defined.

    Raises
    ------
    SpecError
        For an unknown or repeated name, side or level.

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.inference import make_sample, run_tests
    >>> rng = np.random.default_rng(0)
    >>> sample = make_sample(rng.normal(size=(9, 1)), rng.normal(size=(9, 50)), window=(0, 0), event_window=(0, 0))
    >>> [t.name for t in run_tests(sample, names=["sign_z", "bmp_t"])]
    ['bmp_t', 'sign_z']
    """
    if alternative not in get_args(Alternative):
        raise SpecError(f"alternative={alternative!r} is not one of {', '.join(map(repr, get_args(Alternative)))}")
    if not 0 < level < 1:
        raise SpecError(f"level={level!r} is not between 0 and 1", hint="0.95 for 95 % intervals")
    chosen = list(_TESTS) if names is None else as_list(names, str, "names")
    for name in chosen:
        if name not in _TESTS:
            raise SpecError(f"no test named {name!r}", hint=nearest(name, _TESTS))
    if len(set(chosen)) != len(chosen):
        raise SpecError("a test is named twice", hint="name each once")
    evidence = Evidence(sample, alternative=alternative, level=level, seed=seed, client=client)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows ends as NaN with its reason
        return [run_one(s, evidence, partial(s.compute, evidence)) for s in _TESTS.values() if s.name in chosen]


def run_one(spec: TestSpec, evidence: Known, compute: Callable[[], Computed]) -> TestResult:
    """Run one test where the sample has what it needs, and label it."""
    lacking = next((reason for need in spec.needs if (reason := _NEEDS[need](evidence))), "")
    outcome = Outcome(np.nan, np.nan, evidence.n, note=lacking) if lacking else outcome_of(compute(), evidence)
    note = outcome.note
    if not np.isfinite(outcome.statistic):
        outcome = Outcome(np.nan, np.nan, outcome.n, estimate=outcome.estimate)
        note = note or ("an abnormal return is too large to square" if evidence.absurd else spec.undefined)
    elif {"scar", "two scars"} & set(spec.needs) and evidence.n_scar < evidence.n:
        left_out = f"{evidence.n - evidence.n_scar} of {evidence.n} events left out: no forecast variance"
        note = f"{note}; {left_out}" if note else left_out
    side = {"two-sided": " = ", "greater": " <= ", "less": " >= "}[evidence.alternative]
    return TestResult(
        name=spec.name,
        statistic=outcome.statistic,
        p_value=outcome.p_value,
        null=spec.null.replace(" = ", side),
        distribution=outcome.distribution,
        dof=outcome.dof,
        n=outcome.n,
        estimand=spec.estimand or NO_ESTIMAND,
        estimate=outcome.estimate,
        se=outcome.se,
        ci_low=outcome.ci_low,
        ci_high=outcome.ci_high,
        robust_to=spec.robust_to,
        reference=spec.reference,
        note=note,
    )


def outcome_of(computed: Computed, evidence: Known) -> Outcome:
    """Complete what a test computed with its p-value, interval and distribution."""
    if isinstance(computed, Outcome):
        return computed
    statistic, given = computed if isinstance(computed, tuple) else (computed, None)
    value, dof = float(statistic.value), float(statistic.dof)
    low, high = interval(
        statistic.estimate, statistic.se, statistic.dof, level=evidence.level, alternative=evidence.alternative
    )
    return Outcome(
        statistic=value,
        p_value=float(statistic.p_value(evidence.alternative)) if given is None else float(given),
        n=int(statistic.n),
        dof=dof if np.isfinite(dof) else np.nan,
        estimate=float(statistic.estimate),
        se=float(statistic.se),
        ci_low=float(low) if np.isfinite(value) else np.nan,
        ci_high=float(high) if np.isfinite(value) else np.nan,
        distribution=_law(dof) if np.isfinite(value) else "",
    )


def _law(dof: float) -> str:
    return f"t({dof:.12g})" if np.isfinite(dof) else "N(0,1)"
