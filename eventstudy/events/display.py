"""Events for people: the article with its evidence marked, and why each event was read as it was."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Mapping, Sequence

from eventstudy.events.records import Event, Span

__all__ = ["event_html", "explain_event"]

_COLOURS = {
    "kind": "#f6c667", "source": "#9ecae1", "target": "#c7b8ea", "time": "#a8ddb5", "speaker": "#fdd0a2",
    "polarity": "#f4a6a6", "modality": "#f4a6a6", "tense": "#f4a6a6",
}  # fmt: skip
_ORDER = tuple(_COLOURS)
_STATUS = ("polarity", "modality", "tense")


def event_html(events: Iterable[Event], texts: Mapping[str, str]) -> str:
    """Mark the spans of events in their articles' texts, or in their quotes where a text is not given.

    Everything that comes from an article is escaped.
    """
    grouped: dict[str, list[Event]] = {}
    for event in events:
        grouped.setdefault(event.article_id, []).append(event)
    parts = [_legend()]
    for article_id, items in grouped.items():
        title = html.escape(items[0].title or article_id or "events")
        parts.append(f"<h4>{title}</h4>")
        text = texts.get(article_id)
        if text is not None:
            spans = [s for e in items for s in e.spans if s.field != "quote"]
            parts.append(f'<p style="white-space:pre-wrap">{_marked(text, spans, 0, len(text))}</p>')
        parts.append("<ul>")
        parts += [f"<li>{html.escape(_headline(e))}{'' if text is not None else _quoted(e)}</li>" for e in items]
        parts.append("</ul>")
    return '<div class="eventstudy-events">' + "\n".join(parts) + "</div>"


def _legend() -> str:
    marks = " ".join(f'<mark style="background:{_COLOURS[n]}">{n}</mark>' for n in _ORDER if n not in _STATUS)
    return f'<p>{marks} <mark style="background:{_COLOURS["polarity"]}">status</mark></p>'


def _quoted(event: Event) -> str:
    quote = next((s for s in event.spans if s.field == "quote"), None)
    if quote is None:
        return ""
    inside = [s for s in event.spans if s.field != "quote" and quote.start <= s.start and s.end <= quote.end]
    shifted = [Span(s.field, s.start - quote.start, s.end - quote.start) for s in inside]
    return f"<br>“{_marked(event.quote, shifted, 0, len(event.quote))}”"


def _marked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    """Cut the text where a span begins or ends, so that overlapping spans nest properly."""
    cuts = sorted({start, end, *(c for s in spans for c in (s.start, s.end) if start <= c <= end)})
    opens: dict[int, list[Span]] = {}
    for span in spans:
        opens.setdefault(span.start, []).append(span)
    active: list[Span] = []
    out = []
    for a, b in itertools.pairwise(cuts):
        active = [s for s in active if s.end > a] + opens.get(a, [])
        piece = html.escape(text[a:b])
        fields = sorted({s.field for s in active}, key=lambda f: _ORDER.index(f) if f in _ORDER else len(_ORDER))
        if fields:
            colour = _COLOURS.get(fields[0], "#dddddd")
            piece = f'<mark style="background:{colour}" title="{html.escape(", ".join(fields))}">{piece}</mark>'
        out.append(piece)
    return "".join(out)


def _headline(event: Event) -> str:
    who = ", ".join(event.source) or "?"
    whom = f" to {', '.join(event.target)}" if event.target else ""
    status = (
        "" if (event.polarity, event.modality) == ("asserted", "happened") else f" [{event.polarity}, {event.modality}]"
    )
    return f"{event.kind} ({event.direction}), {who}{whom}{status}, {_when(event)}, rule {event.rule}"


def _when(event: Event) -> str:
    if event.earliest == event.latest:
        return f"{event.earliest:%Y-%m-%d %H:%M} UTC"
    return f"public between {event.earliest:%Y-%m-%d %H:%M} and {event.latest:%Y-%m-%d %H:%M} UTC"


def explain_event(event: Event, text: str | None = None) -> str:
    """Say which rule fired and what each field rests on."""
    quote = next((s for s in event.spans if s.field == "quote"), None)

    def words(span: Span) -> str:
        if text is not None:
            return text[span.start : span.end]
        if quote is not None and quote.start <= span.start and span.end <= quote.end:
            return event.quote[span.start - quote.start : span.end - quote.start]
        return ""

    lines = [
        f"{event.kind}: {event.direction}, intensity {event.intensity:g}",
        f"rule: {event.rule or 'none (from a table)'}",
    ]
    for name in ("source", "target", "speaker", "polarity", "modality", "tense"):
        value = getattr(event, name)
        shown = ", ".join(value) if isinstance(value, tuple) else value
        proof = [f"{words(s)!r} at {s.start}-{s.end}" for s in event.spans if s.field == name]
        lines.append(f"{name}: {shown or 'none'}" + (f", from {'; '.join(proof)}" if proof else ""))
    times = [f"{words(s)!r} at {s.start}-{s.end}" for s in event.spans if s.field == "time"]
    basis = f"from {times[0]}" if times else "no time in its clause: bounded by the day of publication and publication"
    lines.append(f"time: {_when(event)}, {basis}")
    if event.extra.get("background"):
        lines.append("background: the article recalls it rather than reports it as new")
    if event.quote:
        lines.append(f"quote: {event.quote!r}")
    return "\n".join(lines)
