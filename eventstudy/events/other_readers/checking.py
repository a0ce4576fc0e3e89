"""Check a record that another reader made against the article: quotes, names, times and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, get_args

import pandas as pd

from eventstudy._types import Modality, MoveDirection, Polarity, Precision
from eventstudy.assets import catalogue
from eventstudy.events.actors import Gazetteer
from eventstudy.events.language.numbers import Quantity, find_quantities, parse_quantity
from eventstudy.events.language.quotes import Folded
from eventstudy.events.moves import article_moves
from eventstudy.events.other_readers.masking import MaskedText
from eventstudy.events.records import Event, ReportedMove, Span
from eventstudy.events.times import TimeMention, article_times
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.article import Article

__all__ = ["CheckedRecord", "Rejection", "Source", "check_record"]

# A "quote" addressed to the reader is an injected instruction, whatever it claims.
_INSTRUCTION = re.compile(
    r"(?im)\b(?:ignore|disregard|forget)\s(?:all\s|any\s|the\s|your\s){0,3}(?:previous|prior|above|earlier)"
    r"|\b(?:instructions?|note|message)\s(?:to|for)\s(?:the\s|any\s)?(?:ai|assistant|(?:language\s)?model|reader\sof\sjson)\b"
    r"|<\|im_(?:start|end)\|>|\[/?INST\]|^\s*#{2,4}\s(?:system|instruction)|\breturn\s(?:only\s)?(?:the\sfollowing\s)?json\b"
    r"|\bsystem\sprompt\b|\byou\sare\s(?:now\s)?an?\s(?:ai|assistant|language\smodel)\b|\brespond\swith\b|\boutput\sthe\sfollowing\b"
)


class Rejection(NamedTuple):
    """Something an extractor said that the article does not bear out."""

    article_id: str
    record: int
    field: str
    value: str
    reason: str


class CheckedRecord(NamedTuple):
    """An accepted record: an event or a move."""

    event: Event | None
    move: ReportedMove | None


@dataclass(slots=True)
class Source:
    """The article as the extractor saw it, and what to check against."""

    article: Article
    masked: MaskedText | None
    taxonomy: Taxonomy
    gazetteer: Gazetteer
    _seen: Folded | None = field(default=None, repr=False)
    _times: list[TimeMention] | None = field(default=None, repr=False)
    _moves: list[ReportedMove] | None = field(default=None, repr=False)

    def locate(self, quote: str, near: tuple[int, int] | None = None) -> tuple[int, int] | None:
        """Find a quote in the article, white space and the shape of quotation marks aside.

        With ``near``, inside that span of the article first.
        """
        if self._seen is None:
            self._seen = Folded(self.masked.text if self.masked else self.article.text)
        first: tuple[int, int] | None = None
        for start, end in islice(self._seen.find(quote), 200):
            span = self._span(start, end)
            first = first or span
            if near is None or (near[0] <= span[0] and span[1] <= near[1]):
                return span
        return first

    def _span(self, start: int, end: int) -> tuple[int, int]:
        return self.masked.original(start, end) if self.masked else (start, end)

    def times(self) -> list[TimeMention]:
        """Return the times in the article."""
        if self._times is None:
            self._times = article_times(self.article)
        return self._times

    def moves(self, span: tuple[int, int]) -> list[ReportedMove]:
        """Return the moves that the library itself reads inside a span of the article."""
        if self._moves is None:
            self._moves = article_moves(self.article)
        words = ((m, next(s for s in m.spans if s.field == "direction")) for m in self._moves)
        return [m for m, s in words if span[0] <= s.start and s.end <= span[1]]


def check_record(
    source: Source, record: Any, number: int, *, strict: bool
) -> tuple[CheckedRecord | None, list[Rejection]]:
    """Accept a record, or say why not; fields that the text does not bear out are left out and listed."""
    article = source.article
    refused: list[Rejection] = []

    def reject(name: str, value: Any, reason: str) -> None:
        shown = str(value)[:200].encode("utf-8", "replace").decode("utf-8")  # half a letter fits in no table
        refused.append(Rejection(article.article_id, number, name, shown, reason))

    if not isinstance(record, Mapping):
        reject("", record, "the record is not an object")
        return None, refused
    quote = record.get("quote")
    if not isinstance(quote, str) or not quote.strip():
        reject("quote", quote, "the record has no quote")
        return None, refused
    span = source.locate(quote)
    if span is None:
        reject("quote", quote, "the quote is not in the article")
        return None, refused
    if _INSTRUCTION.search(article.text[max(0, span[0] - 200) : span[1]]):
        reject("quote", quote, "the quote stands in text that is addressed to a model, not news")
        return None, refused
    if "asset" in record and "kind" not in record:
        move = _move(source, record, span, number, reject)
        return (None if move is None or (strict and refused) else CheckedRecord(None, move)), refused
    event = _event(source, record, span, reject)
    return (None if event is None or (strict and refused) else CheckedRecord(event, None)), refused


def _option(record: Mapping[str, Any], name: str, options: tuple[str, ...], default: str, reject: Any) -> str | None:
    value = record.get(name, default)
    if value in options:
        return str(value)
    reject(name, value, f"not one of {', '.join(options)}")
    return None


def _event(source: Source, record: Mapping[str, Any], span: tuple[int, int], reject: Any) -> Event | None:
    article = source.article
    kind = record.get("kind")
    if not isinstance(kind, str) or kind not in source.taxonomy.kinds:
        reject("kind", kind, "not a kind of the taxonomy")
        return None
    polarity = _option(record, "polarity", get_args(Polarity), "asserted", reject)
    modality = _option(record, "modality", get_args(Modality), "happened", reject)
    if polarity is None or modality is None:
        return None
    spans = [Span("quote", *span)]
    actors: dict[str, tuple[str, ...]] = {}
    for name in ("source", "target"):
        found = _actors(source, record.get(name), span, name, reject)
        spans += [Span(name, a, b) for a, b, _ in found]
        actors[name] = tuple(dict.fromkeys(code for _, _, code in found))
    speaker = _located(source, record, "speaker", span, reject)
    if speaker is not None:
        spans.append(Span("speaker", *speaker))
    when = _time(source, record, span, reject)
    if when is not None:
        spans.append(Span("time", when.start, when.end))
    earliest, latest, precision = _interval(article, when)
    meant = source.taxonomy.kinds[kind]
    return Event(
        event_id=f"{article.article_id}-{span[0]}-{kind}",
        earliest=earliest,
        latest=latest,
        precision=precision,
        kind=kind,
        direction=meant.direction,
        intensity=meant.intensity,
        polarity="denied" if polarity == "denied" else "asserted",
        modality=next(m for m in get_args(Modality) if m == modality),
        tense="future" if modality == "planned" else "past",
        speaker=article.text[speaker[0] : speaker[1]] if speaker else "",
        source=actors["source"],
        target=actors["target"],
        quote=article.text[span[0] : span[1]],
        spans=tuple(spans),
        article_id=article.article_id,
        title=article.title,
        rule="extractor",
        extra={"background": when is not None and bool(when.latest < earliest_of_day(article))},
    )


def earliest_of_day(article: Article) -> pd.Timestamp:
    """Return the beginning of the day of publication in the article's zone, in UTC."""
    return pd.Timestamp(article.published_date).tz_localize(article.tz).tz_convert("UTC").as_unit("ns")


def _interval(article: Article, when: TimeMention | None) -> tuple[pd.Timestamp, pd.Timestamp, Precision]:
    published = article.published_at
    if when is None:
        day = article.published_precision == "date"
        return min(earliest_of_day(article), published), published, "date" if day else "interval"
    latest = min(when.latest, published)
    if when.earliest == when.latest:
        return when.earliest, when.earliest, "instant"
    return when.earliest, latest, when.precision if latest == when.latest else "interval"


def _located(
    source: Source, record: Mapping[str, Any], name: str, span: tuple[int, int], reject: Any
) -> tuple[int, int] | None:
    value = record.get(name)
    if value is None or value == "":
        return None
    found = source.locate(value, span) if isinstance(value, str) else None
    if found is None:
        reject(name, value, f"the {name} is not in the article")
    return found


def _actors(source: Source, names: Any, span: tuple[int, int], name: str, reject: Any) -> list[tuple[int, int, str]]:
    if names in (None, "", []):
        return []
    out: list[tuple[int, int, str]] = []
    for value in [names] if isinstance(names, str) else names if isinstance(names, list) else [names]:
        found = source.locate(value, span) if isinstance(value, str) else None
        if found is None:
            reject(name, value, f"the {name} is not in the article")
            continue
        codes = source.gazetteer.codes(source.article.text[found[0] : found[1]])
        if not codes:
            reject(name, value, "the gazetteer knows no such actor")
            continue
        out.append((*found, codes[0]))
    return out


def _time(source: Source, record: Mapping[str, Any], span: tuple[int, int], reject: Any) -> TimeMention | None:
    found = _located(source, record, "time", span, reject)
    if found is None:
        return None
    for mention in source.times():
        if mention.start < found[1] and found[0] < mention.end:
            if mention.earliest >= source.article.published_at:
                reject("time", record["time"], "the time lies after publication")
                return None
            return mention
    reject("time", record["time"], "not a time that can be read")
    return None


def _quantity(
    source: Source, record: Mapping[str, Any], name: str, span: tuple[int, int], reject: Any
) -> tuple[Quantity, tuple[int, int]] | None:
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        reject(name, value, f"the {name} is not quoted as it stands in the text")
        return None
    found = source.locate(value, span)
    if found is None or not (span[0] <= found[0] and found[1] <= span[1]):
        reject(name, value, f"the {name} is not in the quote")
        return None
    text = source.article.text
    whole = next((q for q in find_quantities(text, *span) if q.start < found[1] and found[0] < q.end), None)
    claimed = parse_quantity(text[found[0] : found[1]])
    if whole is None or claimed is None:
        reject(name, value, f"the {name} does not parse as a number with a unit")
        return None
    if claimed.value != whole.value or claimed.unit not in ("", whole.unit):
        reject(name, value, f"the {name} is a piece of {text[whole.start : whole.end]!r}")
        return None
    return whole, (whole.start, whole.end)


def _move(
    source: Source, record: Mapping[str, Any], span: tuple[int, int], number: int, reject: Any
) -> ReportedMove | None:
    article = source.article
    direction = _option(record, "direction", get_args(MoveDirection), "", reject)
    asset = _located(source, record, "asset", span, reject)
    if direction is None or asset is None:
        if asset is None and not record.get("asset"):
            reject("asset", record.get("asset"), "the record names no asset")
        return None
    alias = catalogue().alias(article.text[asset[0] : asset[1]])
    if alias is None:
        reject("asset", record["asset"], "the catalogue knows no such asset")
        return None
    symbol = f"class:{alias.group}" if alias.group else alias.symbols[0]
    polarity = _option(record, "polarity", get_args(Polarity), "asserted", reject)
    modality = _option(record, "modality", get_args(Modality), "happened", reject)
    if polarity is None or modality is None or not _borne_out(source, record, span, asset, symbol, direction, reject):
        return None
    amount = _quantity(source, record, "amount", span, reject)
    level = _quantity(source, record, "level", span, reject)
    spans = [Span("quote", *span), Span("asset", *asset)]
    spans += [Span(name, *q[1]) for name, q in (("amount", amount), ("level", level)) if q is not None]
    per = level[0].per if level else ""
    return ReportedMove(
        move_id=f"{article.article_id}-{span[0]}-{number}",
        asset=symbol,
        direction=next(d for d in get_args(MoveDirection) if d == direction),
        amount=amount[0].value if amount else float("nan"),
        unit=amount[0].unit if amount else "",
        level=level[0].value if level else float("nan"),
        level_unit=f"{level[0].unit} per {per}" if level and per else level[0].unit if level else "",
        as_of=earliest_of_day(article),
        precision="date",
        polarity="denied" if polarity == "denied" else "asserted",
        modality=next(m for m in get_args(Modality) if m == modality),
        quote=article.text[span[0] : span[1]],
        spans=tuple(spans),
        article_id=article.article_id,
        title=article.title,
        rule="extractor",
    )


def _borne_out(
    source: Source,
    record: Mapping[str, Any],
    span: tuple[int, int],
    asset: tuple[int, int],
    symbol: str,
    direction: str,
    reject: Any,
) -> bool:
    """Whether the quote can say this of the asset: it names no other one alone, and no opposite move of it is read."""
    read = source.moves(span)
    inside = span[0] <= asset[0] and asset[1] <= span[1]
    if not inside and read and all(m.asset != symbol for m in read):
        reject("asset", record["asset"], f"the quote speaks of {read[0].asset}")
        return False
    own = [m for m in read if m.asset == symbol]
    if own and all(m.direction != direction for m in own):
        reject("direction", direction, f"the text says {own[0].direction}")
        return False
    told = {(m.polarity, m.modality) for m in own if m.direction == direction}
    claim = record.get("polarity", "asserted"), record.get("modality", "happened")
    if told and claim == ("asserted", "happened") and claim not in told:
        reject("modality", record.get("modality", "happened"), f"the text says {' and '.join(sorted(told)[0])}")
        return False
    return True
