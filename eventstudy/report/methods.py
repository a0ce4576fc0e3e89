"""The methods paragraph, ready to paste, and its references: written from the spec."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from eventstudy.report import words

_TWO_YEARS = re.compile(r"([A-Z][^\d;]*?) (\d{4}), (\d{4})")

__all__ = ["methods", "references", "references_in"]


def references() -> dict[str, str]:
    """Full references by author and year, as tests and models name them."""
    text = resources.files("eventstudy.report").joinpath("references.toml").read_text(encoding="utf-8")
    return {key: str(full) for key, full in tomllib.loads(text).items()}


def methods(spec: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Write the methods paragraph.

    Parameters
    ----------
    spec : mapping
        The study's options: ``event_window``, ``estimation_window``, ``returns``, ``models`` (asset to words),
        ``exclude_other_events``, ``date_only``, ``gaps``, ``max_gap``.
    facts : mapping
        Counts: ``n_rows``, ``n_events``, ``assets``, ``n_ambiguous``, ``windows``; ``tests`` and ``other_tests``
        (pairs of name and paper).

    Returns
    -------
    tuple of str
        Paragraphs. What the spec does not say is not written.
    """
    return tuple(p for p in (_timing(spec, facts), _model(spec), _inference(facts)) if p)


def _timing(spec: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    lines = [
        f"We study the reaction of {words.joined(facts['assets'])} to "
        f"{words.plural(facts['n_events'], 'event')} ({words.plural(facts['n_rows'], 'asset-session')})."
    ]
    lines.append(
        "Day 0 is the asset's first price struck strictly after the earliest moment at which the news can have "
        "been public; where that moment is known only within bounds, the response is cumulated to the first price "
        "struck strictly after the latest such moment"
        + (f" ({words.plural(facts['n_ambiguous'], 'row')})." if facts.get("n_ambiguous") else ".")
    )
    lines.append(
        "Headlines of one direction on the same asset and session are one observation; sessions with headlines of "
        "both directions are kept apart."
    )
    gaps = {
        "span": "A return after sessions without a price spans the gap, and the benchmark's spans the same.",
        "drop": "Returns that span sessions without a price are left out.",
        "maynes-rumsey": "Returns that span sessions without a price are scaled by the span (Maynes and Rumsey 1993).",
    }
    if spec.get("gaps") in gaps:
        lines.append(gaps[str(spec["gaps"])])
    return " ".join(lines)


def _model(spec: Mapping[str, Any]) -> str:
    lines = []
    series = {"log": "Logarithmic returns", "simple": "Simple returns", "level": "Log volumes"}
    kind = series.get(str(spec.get("returns", "")), "")
    models = spec.get("models")
    if isinstance(models, Mapping) and models:
        lines.append(f"{kind or 'Returns'} are compared with what a model expected.")
        by_words: dict[str, list[str]] = {}
        for asset, described in models.items():
            by_words.setdefault(str(described), []).append(str(asset))
        lines += [f"For {words.joined(names)}, {_lowered(told).rstrip('.')}." for told, names in by_words.items()]
    elif kind:
        lines.append(f"{kind} are compared with what a model expected.")
    window = spec.get("estimation_window")
    if isinstance(window, Sequence) and len(window) == 2:
        lines.append(
            f"The model is estimated on sessions {window[0]} to {window[1]} relative to day 0, "
            "separately for each event and asset."
        )
    if spec.get("exclude_other_events"):
        lines.append("Sessions in other events' windows are kept out of the estimation sample.")
    return " ".join(lines)


def _lowered(sentence: str) -> str:
    # Not where the first word is an abbreviation or a name in capitals.
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def _inference(facts: Mapping[str, Any]) -> str:
    lines = [
        "Standard errors of cumulative abnormal returns are those of the forecast, with the full covariance that "
        "the estimated parameters share across the days of a window; single events are referred to a t distribution "
        "with the residual degrees of freedom of their own estimation (MacKinlay 1997)."
    ]
    if facts.get("windows"):
        lines.append(f"Windows reported: {words.joined([str(w) for w in facts['windows']])}.")
    if facts.get("tests"):
        lines.append(f"Means of groups are tested with {words.joined(_named(facts['tests']))}.")
    if facts.get("other_tests"):
        lines.append(f"Further tests reported: {'; '.join(_named(facts['other_tests']))}.")
    lines.append("Corrections for the number of comparisons are by Holm 1979.")
    lines.append("All p-values are two-sided unless said otherwise.")
    return " ".join(lines)


def _named(tests: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name.replace('_', ' ')} ({paper})" if paper else name.replace("_", " ") for name, paper in tests]


def references_in(texts: Iterable[str], cited: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the full references of the works that the texts name, sorted.

    Parameters
    ----------
    texts : iterable of str
        Prose in which works are named by author and year.
    cited : iterable of str
        Works named by tests and models, ``"Author, Author 1980; Other 1991, 1992"``. One that has no full
        reference is listed as it is named, so that none is lost.

    Examples
    --------
    >>> references_in(["as in MacKinlay 1997"])[0][:8]
    'MacKinla'
    >>> references_in([], ["Nobody 1901"])
    ('Nobody 1901',)
    """
    # The texts may write "Maynes and Rumsey 1993" or "Maynes, Rumsey 1993" or "Maynes and Rumsey (1993)".
    works = list(cited)
    named = [_plain_names(text) for text in (*texts, *works)]
    known = references()
    found = {full for key, full in known.items() if any(key in text for text in named)}
    for text in named[len(named) - len(works) :]:
        found |= {work for work in (w.strip() for w in text.split(";")) if work and work not in known}
    return tuple(sorted(found))


def _plain_names(text: str) -> str:
    flat = text.replace(" and ", ", ").replace(" & ", ", ").replace("(", "").replace(")", "").replace(",,", ",")
    # "Brown, Warner 1980, 1985" names two works.
    return _TWO_YEARS.sub(r"\1 \2; \1 \3", flat)
