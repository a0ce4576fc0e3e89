"""The adviser: which test to report on a study, why, and which not to trust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from eventstudy.inference.measures import Measures
from eventstudy.inference.rules import RULES, Rule

__all__ = ["Diagnosis", "Finding", "diagnose"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds for this study.

    Attributes
    ----------
    rule, text, reference : str
    avoid : tuple of str
        Tests it rules out.
    """

    rule: str
    text: str
    reference: str
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the adviser says.

    Attributes
    ----------
    recommended : str
        The test to report; "" where no rule has one (no event has an abnormal return, or all of them are zero).
    also : tuple of str
        What else holds its size here, in order of preference.
    why : str
        The sentence of the rule that decided.
    avoid : mapping of str to str
        Test -> why not to trust it here.
    findings : tuple of Finding
        Every rule that holds, in the order of the table.
    measures : Measures
    """

    recommended: str
    also: tuple[str, ...]
    why: str
    avoid: Mapping[str, str]
    findings: tuple[Finding, ...]
    measures: Measures


_TYPED = {
    re.compile(r"(?<=\d)%"): " %",
    re.compile(r"(?<=[ (])-(?=\d)"): "\N{MINUS SIGN}",
    re.compile(r"p = 0\.000"): "p < 0.001",
}


def _said(rule: Rule, measures: Measures) -> str:
    """Fill in a rule's sentence, its numbers typed as everywhere else: no p-value is zero."""
    text = rule.says.format(m=measures)
    for pattern, typed in _TYPED.items():
        text = pattern.sub(typed, text)
    return text


def diagnose(
    measures: Measures, *, available: tuple[str, ...] | None = None, rules: tuple[Rule, ...] = RULES
) -> Diagnosis:
    """Apply the rules.

    Parameters
    ----------
    measures : Measures
        See `measure`.
    available : tuple of str, optional
        Tests that can be had here (``placebo`` needs prices beyond the study's windows); all by default.
    rules : tuple of Rule
        The table; a user may add lines.

    Returns
    -------
    Diagnosis

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.inference import make_sample
    >>> from eventstudy.inference.measures import measure
    >>> rng = np.random.default_rng(0)
    >>> one = make_sample([[0.05]], rng.normal(0, 0.01, (1, 100)), window=(0, 0), event_window=(0, 0))
    >>> diagnose(measure(one)).recommended
    'sq_test_ewma'
    """
    holding = [rule for rule in rules if rule.holds(measures)]
    stopping = next((rule for rule in holding if rule.stops), None)
    if stopping is not None:
        finding = Finding(stopping.name, _said(stopping, measures), stopping.reference)
        return Diagnosis("", (), finding.text, {}, (finding,), measures)
    findings = tuple(Finding(r.name, _said(r, measures), r.reference, r.avoid) for r in holding)
    avoid: dict[str, str] = {}
    for finding in findings:
        for name in finding.avoid:
            avoid.setdefault(name, finding.text)
    wanted: list[str] = []
    why = ""
    for rule, finding in zip(holding, findings, strict=True):
        fitting = [name for name in rule.recommend if name not in avoid and (available is None or name in available)]
        if fitting and not wanted:
            wanted, why = fitting, finding.text
    if not wanted:
        why = "no event has an abnormal return" if measures.n_events == 0 else "no test that can be had here fits"
    return Diagnosis(wanted[0] if wanted else "", tuple(wanted[1:]), why, avoid, findings, measures)
