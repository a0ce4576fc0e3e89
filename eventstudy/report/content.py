"""Gather everything a page needs from a result: the one place that knows how a result looks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import EventStudyError, SpecError, nearest
from eventstudy.plots import group_cars
from eventstudy.report import words
from eventstudy.report.answer import answer, cautions, holm
from eventstudy.report.figures import figures_of
from eventstudy.report.methods import methods, references_in
from eventstudy.report.parts import Article, Content, Figure, Table, TestBlock
from eventstudy.report.passages import readings_by_article
from eventstudy.report.tables import from_frame, from_pairs

__all__ = ["gather"]

_EVENT_COLUMNS = (
    "day0", "asset", "direction", "title", "timing", "n_headlines", "raw_return", "car", "se", "t", "dof", "p_value",
    "p_holm", "ci_low", "ci_high",
)  # fmt: skip
_FIT_COLUMNS = ("day0", "asset", "event_id", "alpha", "beta", "r2", "sigma", "n_estimation", "n_excluded", "dof")


def gather(
    result: Any,
    *,
    title: str | None = None,
    windows: Sequence[Any] | None = None,
    prices: Any = None,
    feature: str | None = None,
) -> Content:
    """Read a result once and give the page's content.

    Parameters
    ----------
    result : StudyResult
    title : str, optional
    windows : sequence of windows, optional
        Default: those of the study's spec, the first of which is the headline.
    prices : PricePanel or pandas.DataFrame, optional
        For the timeline figures.
    feature : str, optional
        ``event_id`` to show in a figure of its own.

    Returns
    -------
    Content

    Raises
    ------
    SpecError
        If ``feature`` is no event of the result.
    """
    spec = dict(getattr(result, "spec", None) or {})
    asked = _windows(windows, spec, result)
    events = [_event_frame(result, w) for w in asked] if asked else [result.to_frame("event")]
    main = events[0]
    window = str(main["window"].iloc[0]) if "window" in main.columns and len(main) else str(asked[0] if asked else "")
    if feature is not None and feature not in set(main["event_id"]):
        raise SpecError(f"feature={feature!r} is no event of this result", hint=nearest(feature, main["event_id"]))
    dropped, merged = _frame(result, "dropped"), _frame(result, "merged")
    groups = group_cars(main) if len(main) and "direction" in main.columns else pd.DataFrame()
    table = getattr(result, "events", None)
    listed = list(table) if table is not None else []
    roles = _roles(main, merged, dropped)
    articles, numbers, set_aside = _articles(listed, getattr(result, "articles", None), roles)
    diagnosis = _diagnosis(result)
    blocks = _tests(result, asked)
    facts = {
        "n_rows": len(main),
        "n_events": main["event_id"].nunique() if len(main) else 0,
        "assets": [str(a) for a in dict.fromkeys(main["asset"])] if len(main) else [],
        "n_ambiguous": int((main["timing"] == "ambiguous").sum()) if "timing" in main.columns else 0,
        "windows": [str(e["window"].iloc[0]) for e in events if "window" in e.columns and len(e)],
        "grouped": bool(len(groups) and (groups["n"] > 1).any()),
        "tests": _named_tests(result, asked),
    }
    told = {**spec, "models": _model_words(spec)}
    paragraphs = methods(told, facts) if len(main) else ()
    panel = _price_frame(prices)
    return Content(
        title=words.plain(title) if title else "Event study report",
        answer=answer(main, groups, window, len(dropped), n_headlines=_n_headlines(main, merged)),
        cautions=cautions(main),
        events=_events_table(listed, numbers, roles),
        articles=articles,
        set_aside=set_aside,
        claims=_claims(result),
        audit=from_frame(
            _frame(result, "audit"),
            "audit",
            "When each event became public and which prices frame it",
            note="Day 0 is the first price struck strictly after the news can have been public.",
        ),
        accounting=_accounting(main, merged, dropped),
        dropped=from_frame(dropped, "dropped", "Event-asset pairs that could not be used, and why"),
        merged=from_frame(merged, "merged", "Headlines counted together with another on the same asset and session"),
        options=from_pairs(_options(spec), "options", "Options of the study", ("Option", "Value")),
        models=_models_table(spec),
        figures=_figures(result, main, window, panel, feature, listed),
        summary=_summary_text(result, asked),
        tables=_tables(events, groups, window),
        tests=blocks,
        diagnosis=diagnosis,
        robustness=_robustness(result),
        methods=paragraphs,
        references=references_in([*paragraphs, *(" ".join(map(" ".join, b.table.rows)) for b in blocks)]),
        provenance=_provenance(result),
        command=str((getattr(result, "provenance", None) or {}).get("command", "") or ""),
    )


def _windows(windows: Sequence[Any] | None, spec: Mapping[str, Any], result: Any) -> list[tuple[int, int]]:
    from eventstudy.windows import Window

    found = windows if windows is not None else spec.get("windows") or getattr(result, "windows", None) or ()
    return [Window.of(tuple(w) if isinstance(w, list) else w) for w in found]


def _event_frame(result: Any, window: tuple[int, int]) -> pd.DataFrame:
    try:
        frame = result.to_frame("event", window=window)
    except TypeError:  # a result of one window only
        frame = result.to_frame("event")
    assert isinstance(frame, pd.DataFrame)
    return frame


def _frame(result: Any, name: str) -> pd.DataFrame:
    value = getattr(result, name, None)
    if callable(value):
        value = value()
    return value if isinstance(value, pd.DataFrame) else pd.DataFrame(columns=["event_id", "asset", "reason"])


def _n_headlines(events: pd.DataFrame, merged: pd.DataFrame) -> int:
    return len(set(events["event_id"]) | set(merged["event_id"])) if len(events) else 0


def _roles(events: pd.DataFrame, merged: pd.DataFrame, dropped: pd.DataFrame) -> dict[str, str]:
    """Tell of each event what became of it, asset by asset."""
    parts: dict[str, list[str]] = {}
    for frame, word in ((events, "studied on"), (merged, "counted with another on"), (dropped, "dropped for")):
        if frame.empty:
            continue
        for event_id, assets in frame.groupby("event_id", sort=False)["asset"]:
            names = list(dict.fromkeys(a for a in assets.astype(str) if a))
            parts.setdefault(str(event_id), []).append(f"{word} {words.joined(names)}" if names else word.split()[0])
    return {event_id: "; ".join(told) for event_id, told in parts.items()}


def _articles(
    listed: list[Any], articles: Any, roles: Mapping[str, str]
) -> tuple[tuple[Article, ...], dict[str, int], str]:
    chosen = [e for e in listed if e.event_id in roles]
    others = [e for e in listed if e.event_id not in roles]
    numbers = {e.event_id: i + 1 for i, e in enumerate(chosen)}
    held = list(articles) if articles is not None else []
    said = ""
    if others:
        counts: dict[str, int] = {}
        for e in others:
            state = "denied" if e.polarity == "denied" else str(e.modality)
            counts[state] = counts.get(state, 0) + 1
        told = words.joined([f"{n} {state}" for state, n in sorted(counts.items())])
        said = f"Read in the articles and not studied as events: {told}."
    return readings_by_article(chosen, held, roles, numbers), numbers, said


def _events_table(listed: list[Any], numbers: Mapping[str, int], roles: Mapping[str, str]) -> Table | None:
    rows = [
        {
            "No.": numbers[e.event_id],
            "Public": words.interval(e.earliest, e.latest),
            "direction": e.direction,
            "kind": e.kind,
            "title": e.title or e.event_id,
            "event_id": e.event_id,
            "What became of it": roles[e.event_id],
        }
        for e in listed
        if e.event_id in numbers
    ]
    return from_frame(pd.DataFrame(rows), "events", "Events of the study")


def _claims(result: Any) -> Table | None:
    frame = getattr(result, "verification", None)
    if not isinstance(frame, pd.DataFrame):
        return None
    return from_frame(frame, "claims", "What the articles say markets did, and what the prices say")


def _accounting(events: pd.DataFrame, merged: pd.DataFrame, dropped: pd.DataFrame) -> str:
    total = len(events) + len(merged) + len(dropped)
    return (
        f"{words.plural(total, 'event-asset pair')} went in: {len(events)} used, {len(merged)} counted together with "
        f"another on the same session, {len(dropped)} dropped."
    )


def _model_words(spec: Mapping[str, Any]) -> dict[str, str]:
    models = spec.get("models", spec.get("model"))
    if models is None:
        return {}
    if not isinstance(models, Mapping) or {"name", "describe", "description"} & set(models):
        models = {"every asset": models}
    return {str(asset): _describe(model) for asset, model in models.items()}


def _describe(model: Any) -> str:
    if isinstance(model, Mapping):
        for key in ("describe", "description", "words", "text"):
            if model.get(key):
                return words.plain(model[key])
        return words.plain(model.get("name") or json.dumps(model, sort_keys=True, default=str))
    described = getattr(model, "describe", None)
    return words.plain(described() if callable(described) else model)


def _models_table(spec: Mapping[str, Any]) -> Table | None:
    told = _model_words(spec)
    return (
        from_pairs(told.items(), "models", "What the return would have been without the news", ("Asset", "Model"))
        if told
        else None
    )


def _options(spec: Mapping[str, Any]) -> list[tuple[str, Any]]:
    pairs = []
    for key, value in spec.items():
        if key in ("models", "model"):
            continue
        if isinstance(value, Mapping):
            value = json.dumps(value, sort_keys=True, default=str)
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], (list, tuple)):
            value = "; ".join(f"({', '.join(map(str, v))})" for v in value)
        elif isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, int) for v in value):
            value = f"({value[0]}, {value[1]})"
        pairs.append((key.replace("_", " "), "none" if value is None else value))
    return pairs


def _price_frame(prices: Any) -> pd.DataFrame | None:
    if prices is None:
        return None
    frame = prices if isinstance(prices, pd.DataFrame) else prices.to_frame()
    return frame if isinstance(frame.index, pd.DatetimeIndex) else None


def _figures(
    result: Any, main: pd.DataFrame, window: str, prices: pd.DataFrame | None, feature: str | None, listed: list[Any]
) -> tuple[Figure, ...]:
    if main.empty:
        return ()
    try:
        day = result.to_frame("day", by=("asset", "direction"))
    except TypeError:
        day = result.to_frame("day")
    # A clock is written beside the news only where one is known.
    times = {e.event_id: e.earliest if e.earliest == e.latest else e.earliest.normalize() for e in listed}
    return figures_of(
        main, result.to_frame("event_day"), day, window=window, prices=prices, feature=feature, news_times=times
    )


def _summary_text(result: Any, windows: list[tuple[int, int]]) -> str:
    summary = getattr(result, "summary", None)
    if summary is None:
        return ""
    return str(getattr(summary(windows=windows) if windows else summary(), "text", ""))


def _tables(events: list[pd.DataFrame], groups: pd.DataFrame, window: str) -> tuple[Table, ...]:
    out: list[Table | None] = []
    if len(groups):
        shown = groups.assign(p_holm=holm(groups["p_value"].to_numpy(dtype=float)))
        columns = ("asset", "direction", "n", "n_positive", "car", "median", "se", "t", "p_value", "p_holm",
                   "ci_low", "ci_high", "basis")  # fmt: skip
        out.append(from_frame(shown, "groups", f"Means by asset and direction, window {window}", columns,
                              note="CAR is the mean over the group's events."))  # fmt: skip
    for position, frame in enumerate(events):
        if frame.empty:
            continue
        label = str(frame["window"].iloc[0]) if "window" in frame.columns else window
        held = frame.assign(p_holm=holm(frame["p_value"].to_numpy(dtype=float)))
        note = "p (Holm) allows for the number of rows in this table."
        out.append(
            from_frame(held, f"cars-{position}", f"Each event on each asset, window {label}", _EVENT_COLUMNS, note)
        )
    if events and len(events[0]):
        names = [c for c in events[0].columns if c.startswith(("beta", "gamma", "factor"))]
        fit_columns = (*_FIT_COLUMNS, *(c for c in names if c not in _FIT_COLUMNS))
        held = events[0].drop(columns=[c for c in fit_columns if c in events[0] and events[0][c].isna().all()])
        out.append(from_frame(held, "fits", "Estimation of each row", fit_columns,
                              note="Alpha and residual s.d. are per session."))  # fmt: skip
    return tuple(t for t in out if t is not None)


def _tests(result: Any, windows: list[tuple[int, int]]) -> tuple[TestBlock, ...]:
    tests = getattr(result, "tests", None)
    if tests is None:
        return ()
    out = []
    for position, window in enumerate(windows or [(0, 0)]):
        try:
            frame = tests(window=window)
        except EventStudyError as error:
            frame = pd.DataFrame([{"name": "not available", "reason": str(error)}])
        table = from_frame(frame, f"tests-{position}", f"Tests of no mean abnormal return, window {window}")
        if table is not None:
            out.append(TestBlock(str(window), table))
    return tuple(out)


def _named_tests(result: Any, windows: list[tuple[int, int]]) -> list[tuple[str, str]]:
    tests = getattr(result, "tests", None)
    if tests is None or not windows:
        return []
    try:
        frame = tests(window=windows[0])
    except EventStudyError:
        return []
    if "name" not in frame.columns:
        return []
    papers = frame["reference"].fillna("") if "reference" in frame.columns else pd.Series("", index=frame.index)
    return [(str(n).replace("_", " "), words.plain(r) if r else "") for n, r in zip(frame["name"], papers, strict=True)]


def _diagnosis(result: Any) -> tuple[str, ...]:
    diagnose = getattr(result, "diagnose", None)
    if diagnose is None:
        return ()
    found = diagnose()
    frame = found if isinstance(found, pd.DataFrame) else getattr(found, "table", None)
    if isinstance(frame, pd.DataFrame):
        return tuple("; ".join(words.plain(v) for v in row if not _blank(v)) for row in frame.itertuples(index=False))
    text = getattr(found, "text", None) or (found if isinstance(found, str) else "")
    if text:
        return tuple(line for line in str(text).splitlines() if line.strip())
    if isinstance(found, Mapping):
        return tuple(f"{k}: {words.plain(v)}" for k, v in found.items())
    reasons = getattr(found, "reasons", found)
    return tuple(words.plain(r) for r in reasons) if isinstance(reasons, (list, tuple)) else ()


def _blank(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and np.isnan(value))


def _robustness(result: Any) -> tuple[Table, ...]:
    found = getattr(result, "robustness", None)
    found = found() if callable(found) else found
    frames = found if isinstance(found, Mapping) else {"Other specifications": found}
    tables = [
        from_frame(f, f"robustness-{i}", str(name))
        for i, (name, f) in enumerate(frames.items())
        if isinstance(f, pd.DataFrame)
    ]
    return tuple(t for t in tables if t is not None)


def _provenance(result: Any) -> Table | None:
    held = getattr(result, "provenance", None)
    if not held:
        return None
    pairs: list[tuple[str, Any]] = []
    for key, value in held.items():
        if isinstance(value, Mapping):
            pairs += [(f"{key}: {name}", inner) for name, inner in value.items()]
        else:
            pairs.append((str(key), value))
    return from_pairs(pairs, "provenance", "What this report was made from", ("What", "Value"))
