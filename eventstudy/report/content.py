"""Gather everything a page needs from a result: the one place that knows how a result looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from eventstudy._arguments import check_texts, is_among
from eventstudy.errors import SpecError, nearest, shown
from eventstudy.inference.multiplicity import holm
from eventstudy.report import evidence, words
from eventstudy.report.answer import answer, cautions, is_of_many_assets
from eventstudy.report.figures import figures_of
from eventstudy.report.methods import methods, references_in
from eventstudy.report.options import model_papers, model_words, models_table, options_table, series_kind
from eventstudy.report.parts import Article, Content, Figure, Table
from eventstudy.report.passages import readings_by_article
from eventstudy.report.provenance import command_of, provenance_table
from eventstudy.report.tables import from_frame
from eventstudy.results.printing import interval_name
from eventstudy.windows import Window, as_windows

__all__ = ["gather"]

_LABEL = 44  # characters of a headline in a table where it only names the event
_EVENT_COLUMNS = (
    "day0", "asset", "direction", "title", "timing", "n_headlines", "raw_return", "car", "se", "t", "dof", "p_value",
    "p_holm",
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
        Its intervals have the confidence level of the study.
    title : str, optional
    windows : sequence of windows, optional
        Default: those of the study's spec, the first of which is the headline.
    prices : PricePanel or pandas.DataFrame, optional
        For the timeline figures, where the result has no values of its own.
    feature : str, optional
        ``event_id``, or day 0 such as ``"2022-02-15"``, of the event to show in a figure of its own.

    Returns
    -------
    Content

    Raises
    ------
    SpecError
        If ``feature`` is no event of the result.
    """
    if not (hasattr(result, "spec") and callable(getattr(result, "to_frame", None))):
        raise SpecError(f"result={shown(result)}", hint="expected the result of a study, such as EventStudy.run gives")
    if title is not None:
        check_texts(title=title)
    level = float(getattr(result, "level", 0.95))
    spec = dict(getattr(result, "spec", None) or {})
    asked = _windows(windows, spec, result)
    events = [_event_frame(result, w) for w in asked] if asked else [result.to_frame("event")]
    main = events[0]
    window = str(main["window"].iloc[0]) if "window" in main.columns and len(main) else str(asked[0] if asked else "")
    feature = _feature(feature, main)
    dropped, merged = _frame(result, "dropped"), _frame(result, "merged")
    summary = evidence.summary_of(result, asked)
    groups = evidence.groups_of(summary, main, window, level)
    pooled = evidence.pooled(result, asked[0]) if asked and is_of_many_assets(groups) else None
    tested = evidence.tests_of(result, asked) if len(main) else []
    advice = evidence.advised(result, groups, asked[0] if asked else None)
    blocks = evidence.test_blocks(tested, groups, advice)
    leading, others = evidence.named_tests(tested, groups)
    table = getattr(result, "events", None)
    listed = list(table) if table is not None else []
    roles = _roles(main, merged, dropped)
    articles, numbers, set_aside = _articles(listed, getattr(result, "articles", None), roles)
    names = {e.event_id: f"{numbers[e.event_id]} {e.title or e.event_id}" for e in listed if e.event_id in numbers}
    facts: dict[str, Any] = {
        "n_rows": len(main),
        "n_events": main["event_id"].nunique() if len(main) else 0,
        "assets": [str(a) for a in dict.fromkeys(main["asset"])] if len(main) else [],
        "n_ambiguous": int((main["timing"] == "ambiguous").sum()) if "timing" in main.columns else 0,
        "windows": [str(e["window"].iloc[0]) for e in events if "window" in e.columns and len(e)],
        "tests": leading,
        "other_tests": others,
    }
    told = {**spec, "models": model_words(spec), "returns": series_kind(spec)}
    paragraphs = methods(told, facts) if len(main) else ()
    panel = _price_frame(result, facts["assets"], prices)
    return Content(
        title=words.plain(title) if title else "Event study report",
        answer=answer(main, groups, window, len(dropped), _n_headlines(main, merged), pooled, level),
        cautions=(*cautions(main), *evidence.turned_by_one(main), *evidence.narrow(groups)),
        events=_events_table(listed, numbers, roles),
        articles=articles,
        set_aside=set_aside,
        claims=_claims(result),
        audit=from_frame(
            _audit(_named(_frame(result, "audit"), names)),
            "audit",
            "When each event became public and which prices frame it",
            note="Day 0 is the first price struck strictly after the news can have been public. All times are UTC.",
        ),
        accounting=_accounting(main, merged, dropped),
        dropped=from_frame(_named(dropped, names), "dropped", "Event-asset pairs that could not be used, and why"),
        merged=from_frame(
            _named(merged, names), "merged", "Headlines counted together with another on the same asset and session"
        ),
        options=options_table(spec),
        models=models_table(spec),
        figures=_figures(result, main, groups, window, panel, feature, listed, level),
        summary=str(getattr(summary, "text", "")),
        tables=_tables(events, evidence.group_table(groups, tested, window, level), window, level),
        tests=blocks,
        diagnosis=advice.lines,
        differences=evidence.differences(result, main, asked[0] if asked else None),
        robustness=evidence.robustness(result, main, groups),
        methods=paragraphs,
        references=references_in(paragraphs, [*evidence.papers(tested), *model_papers(spec)]) if len(main) else (),
        provenance=provenance_table(result),
        command=command_of(result),
    )


def _feature(feature: str | None, events: pd.DataFrame) -> str | None:
    """Find the event to show by itself, named by its id or by its day 0."""
    if feature is not None:
        check_texts(feature=feature)
    if feature is None or feature in set(events["event_id"]):
        return feature
    on_day = events[is_among(events["day0"].dt.strftime("%Y-%m-%d"), [feature])] if len(events) else events
    if on_day.empty:
        raise SpecError(f"feature={feature!r} is no event of this result", hint=nearest(feature, events["event_id"]))
    return str(on_day["event_id"].iloc[0])


def _windows(windows: Sequence[Any] | None, spec: Mapping[str, Any], result: Any) -> list[Window]:
    found = windows if windows is not None else spec.get("windows") or getattr(result, "windows", None) or ()
    return as_windows(found) if windows is not None or found else []


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
    frame = pd.DataFrame(rows)
    if rows:  # a column that says the same of every event, or what another says, is no column
        empty = [c for c, nothing in (("direction", "neither"), ("kind", "")) if (frame[c] == nothing).all()]
        same = ["title"] if (frame["title"] == frame["event_id"]).all() else []
        frame = frame.drop(columns=[*empty, *same])
    return from_frame(frame, "events", "Events of the study")


def _audit(frame: pd.DataFrame) -> pd.DataFrame:
    """Put each row's instants in the order of time, the two bounds of the news in one cell."""
    if not {"earliest", "latest", "day0_instant"} <= set(frame.columns):
        return frame
    public = [words.interval(*pair) for pair in zip(frame["earliest"], frame["latest"], strict=True)]
    told = pd.DataFrame({"event_id": frame["event_id"], "asset": frame["asset"], "Public": public})
    for name in ("previous_instant", "day0_instant", "settled_instant", "hours_to_day0", "settle", "timing", "reason"):
        if name in frame.columns:
            told[name] = frame[name]
    return told


def _named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Call events by their number and headline, as the list of events does."""
    changes = {
        column: [words.clean(names.get(str(v), str(v)), _LABEL) for v in frame[column]]
        for column in ("event_id", "into")
        if column in frame.columns
    }
    return frame.assign(**changes)


def _claims(result: Any) -> Table | None:
    frame = getattr(result, "verification", None)
    if not isinstance(frame, pd.DataFrame):
        return None
    titles = {m.move_id: m.title for m in getattr(result, "moves", None) or ()}
    if "move_id" in frame.columns and titles:
        frame = frame.assign(title=[words.clean(titles.get(m, ""), _LABEL) for m in frame["move_id"]])
    caption = "What the articles say markets did, and what the prices say"
    return from_frame(frame, "claims", caption, ("asset", "claimed", "observed", "verdict", "reason", "title"))


def _accounting(events: pd.DataFrame, merged: pd.DataFrame, dropped: pd.DataFrame) -> str:
    total = len(events) + len(merged) + len(dropped)
    return (
        f"{words.plural(total, 'event-asset pair')} went in: {len(events)} used, {len(merged)} counted together with "
        f"another on the same session, {len(dropped)} dropped."
    )


def _price_frame(result: Any, assets: Sequence[str], prices: Any) -> pd.DataFrame | None:
    """Values by session, one column an asset: those the study used, where it still has them."""
    values = getattr(result, "values", None)
    if callable(values) and len(getattr(result, "pieces", ())) > 0:
        return pd.DataFrame({asset: values(asset) for asset in assets})
    if prices is None:
        return None
    frame = prices if isinstance(prices, pd.DataFrame) else prices.to_frame()
    return frame if isinstance(frame.index, pd.DatetimeIndex) else None


def _figures(
    result: Any,
    main: pd.DataFrame,
    groups: pd.DataFrame,
    window: str,
    prices: pd.DataFrame | None,
    feature: str | None,
    listed: list[Any],
    level: float,
) -> tuple[Figure, ...]:
    if main.empty:
        return ()
    try:
        day = result.to_frame("day", by=("asset", "direction"))
    except TypeError:
        day = result.to_frame("day")
    # A clock is written beside the news only where one is known, else the day in the middle of its interval.
    times = {
        e.event_id: e.earliest if e.earliest == e.latest else (e.earliest + (e.latest - e.earliest) / 2).normalize()
        for e in listed
    }
    return figures_of(
        main,
        groups,
        result.to_frame("event_day"),
        day,
        window=window,
        prices=prices,
        feature=feature,
        news_times=times,
        together=result.to_frame("day", by="direction") if is_of_many_assets(groups) else None,
        level=level,
    )


def _tables(events: list[pd.DataFrame], groups: Table | None, window: str, level: float) -> tuple[Table, ...]:
    out: list[Table | None] = [groups]
    name_of_interval = interval_name(level)
    for position, frame in enumerate(events):
        if frame.empty:
            continue
        label = str(frame["window"].iloc[0]) if "window" in frame.columns else window
        interval = [words.span(*pair) for pair in zip(frame["ci_low"], frame["ci_high"], strict=True)]
        held = frame.assign(p_holm=holm(frame["p_value"].to_numpy(dtype=float)), **{name_of_interval: interval})
        columns = (*_EVENT_COLUMNS, name_of_interval)
        note = "p (Holm) allows for the number of rows in this table; the interval, like p, is of each row by itself."
        out.append(from_frame(held, f"cars-{position}", f"Each event on each asset, window {label}", columns, note))
    if events and len(events[0]):
        names = [c for c in events[0].columns if c.startswith(("beta", "gamma", "factor"))]
        fit_columns = (*_FIT_COLUMNS, *(c for c in names if c not in _FIT_COLUMNS))
        held = events[0].drop(columns=[c for c in fit_columns if c in events[0] and events[0][c].isna().all()])
        out.append(from_frame(held, "fits", "Estimation of each row", fit_columns,
                              note="Alpha and residual s.d. are per session."))  # fmt: skip
    return tuple(t for t in out if t is not None)
