"""`extract_events`: what happened, when, who, and whether the text asserts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from eventstudy._arguments import check_kind
from eventstudy._progress import track
from eventstudy.events.actors import Gazetteer, Places
from eventstudy.events.actors.standing import Standing
from eventstudy.events.language.text import article_sentences, clauses, is_verb_like
from eventstudy.events.language.verb_groups import SUBORDINATORS, first_to, word_set
from eventstudy.events.readings.acting import says_so
from eventstudy.events.readings.agents import cannot_act, nobody
from eventstudy.events.readings.assemble import Context, build_event
from eventstudy.events.readings.culture import of_culture
from eventstudy.events.readings.frames import DECIDING, Reading, interpret, kind_of
from eventstudy.events.readings.inferred import Antecedent
from eventstudy.events.readings.nominal import presented
from eventstudy.events.readings.roles import Scene
from eventstudy.events.readings.sport import ON_THE_FIELD, of_sport
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable
from eventstudy.events.triggers.predicates import Predicate
from eventstudy.events.triggers.recurring import recurring
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.article import Article, as_articles, distinct

__all__ = ["extract_events", "iter_events"]


_MOST = 12
"""Events of one sentence: no prose has more, hostile text has, and each costs time."""

_SHORTEST = 8
"""Characters below which a sentence cannot hold an actor and a verb."""


def extract_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> EventTable:
    """Read the events out of news articles, each field with its evidence.

    Parameters
    ----------
    articles : Article or iterable of Article
        From `eventstudy.read_news`, or built by hand.
    taxonomy : Taxonomy, optional
        Kinds of event and the words that signal them; default: PLOVER's categories and market news.
    gazetteer : Gazetteer, optional
        Actors and their names; default: countries, their capitals and leaders, organisations.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    EventTable
        One row an event, in the order of the articles and of their sentences; ``article.text[start:end]``
        reproduces each span. The column ``background`` marks what the article recalls rather than reports.

    Raises
    ------
    NewsError
        If an item is not an `Article`.

    Notes
    -----
    An event's time is the interval in which it became public: the time its clause (else its speaker's
    clause) names, cut off at publication; without one, from the beginning of the day of publication
    (of the day before, for articles from the first six hours of a day) to publication. A plan is public
    when it is reported, so a time in the future is never its time.

    Examples
    --------
    >>> from eventstudy.news import Article
    >>> text = "Russia withdrew troops from the border on Monday. It denied that it plans an attack."
    >>> a = Article(text, "2022-02-15")
    >>> for e in extract_events(a):
    ...     print(e.kind, e.direction, e.polarity, e.modality, e.source, e.earliest.date())
    RETREAT de-escalation asserted happened ('RUS',) 2022-02-14
    THREATEN escalation denied planned ('RUS',) 2022-02-15
    """
    return EventTable.from_items(iter_events(articles, taxonomy=taxonomy, gazetteer=gazetteer, progress=progress))


def iter_events(
    articles: Article | Iterable[Article],
    *,
    taxonomy: Taxonomy | None = None,
    gazetteer: Gazetteer | None = None,
    progress: bool | None = None,
) -> Iterator[Event]:
    """Read events one at a time, in constant memory but for the articles' ids; as `extract_events`."""
    words = Taxonomy.default() if taxonomy is None else taxonomy
    names = Gazetteer.default() if gazetteer is None else gazetteer
    check_kind(Taxonomy, taxonomy=words)
    check_kind(Gazetteer, gazetteer=names)
    for article in distinct(track(as_articles(articles), label="articles", progress=progress)):
        yield from _read(article, words, names)


def _read(article: Article, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[Event]:
    text = article.text
    before, places = Antecedent(), Places()
    places.open(text, gazetteer)
    standing = Standing(places, gazetteer.types)
    context = Context(article, gazetteer.types, standing)
    memory = recurring(taxonomy, gazetteer)
    sport: bool | None = None
    culture: bool | None = None
    for number, (start, end) in enumerate(article_sentences(article)):
        short = end - start < _SHORTEST
        if short and not any(map(str.isupper, text[start:end])):
            continue  # no name either
        known = memory.read(text, start, end)
        tokens, mentions, predicates, _ = known
        standing.next_sentence()
        places.add(tokens, mentions)
        if short:
            continue
        if not predicates:
            before = Antecedent.of(tokens, mentions) or before
            continue
        scene = Scene(tokens, mentions, predicates)
        readings = _chosen(scene, taxonomy, first=number == 0)
        if sport is None and any(r.meaning.kind in ON_THE_FIELD for r in readings):
            sport = of_sport(text)
        if sport:
            readings = [r for r in readings if r.meaning.kind not in ON_THE_FIELD]
        if culture is None and readings:
            culture = of_culture(text)
        if culture:
            readings = []
        if not readings:
            before = Antecedent.of(tokens, mentions) or before
            continue
        pieces = clauses(text, start, end, (tokens.low, tokens.starts))
        after = Antecedent()
        question = text[end - 1] == "?" or text[max(start, end - 2) : end - 1] == "?"
        told: list[Event] = []
        for reading in readings:
            if question and reading.modality == "happened":
                reading.modality = "possible"
            event, named = build_event(context, scene, reading, pieces, number, before, after)
            said = next((k for k, other in enumerate(told) if _same_act(event, other)), None)
            if said is not None:
                told[said] = _completed(told[said], event)
                continue
            if cannot_act(scene, reading, event):
                continue
            if number and nobody(scene, reading, event):
                continue
            told.append(event)
            if named.source:
                after = named
        yield from told
        before = after
        known.let_go()
    places.keep(article, gazetteer)


def _same_act(event: Event, other: Event) -> bool:
    """Whether a sentence says an act of its again: "killed four in Odesa and wounded nine" is one assault."""
    alike = event.rule == other.rule or (event.kind == other.kind and event.kind in _MANY_WORDS)
    return (
        alike
        and (event.polarity, event.modality, event.source) == (other.polarity, other.modality, other.source)
        and (set(event.target) <= set(other.target) or not other.target)
    )


def _completed(event: Event, again: Event) -> Event:
    """Give the event the target that only its second verb names: "laid down arms and gave themselves up to Peru"."""
    if event.target or not again.target:
        return event
    return replace(event, target=again.target, spans=event.spans + tuple(s for s in again.spans if s.field == "target"))


_MANY_WORDS = frozenset({"ASSAULT", "PROTEST"})  # "stormed a hotel and took guests hostage" is one attack


def _chosen(scene: Scene, taxonomy: Taxonomy, *, first: bool) -> list[Reading]:
    """Choose what a sentence reports: its main clauses, else a subordinate one, else an event named by a noun."""
    if first and _feature(scene.tokens.low):
        return []
    ranked: dict[int, list[Predicate]] = {}
    for p in scene.predicates:
        if p.governor is not None or (p.rule.frame == "judge" and scene.closing is None):
            continue
        if p.pos == "noun":
            rank = 3
        elif p.pos == "inf":
            # A bare infinitive is a purpose, but in a headline a plan: "Russia to withdraw troops".
            # "Were Russia to attack" is a condition.
            opens = _clause_opens(scene, p.start)
            fin = any(q.pos == "fin" and q.start >= opens and not _closes(q, p.start) for q in scene.predicates)
            done = first_to(scene.tokens.low, p.start)
            if not (p.conditional or done) and (fin or not _headline(scene, opens, p.start)):
                continue
            rank = p.rank
        elif p.pos in ("ger", "part"):
            rank = max(p.rank, 1)
            if p.rule.kind in _LASTING and scene.tokens.low[p.first] in _HIT:
                continue  # "farmers, hit by duties": a state of affairs
        else:
            rank = p.rank
        told = p.rule.frame not in ("light", "reverse", "plan", "undergo") or scene.tokens.low[p.first] in DECIDING
        told = told or (p.rule.frame == "plan" and any(c.rule.kind in _OF_SUPPLY for c in p.complements))
        # "files notice suspending tariffs"
        told = told or (p.pos == "ger" and scene.tokens.low[p.start - 1] in _DECREED)
        since = rank == 1 and _since(scene.tokens.low, p.start)
        if rank == 2 or since or (rank == 1 and not told):
            continue
        ranked.setdefault(rank, []).append(p)
    best, readings = _foremost(scene, taxonomy, ranked)
    # One event a trigger: coordinated verbs may share a complement.
    chosen = list({r.head.first: r for r in reversed(readings)}.values())[::-1]
    bowing = next((p.start for p in scene.predicates if p.rule.id == "concede" and p.pos == "ger"), None)
    if bowing is not None:
        for r in chosen:
            if r.meaning.kind == "AGREE" and r.speaker is None and bowing < r.actor.start:
                r.meaning = kind_of(
                    "CONCEDE", taxonomy, f"bow+{r.meaning.rule}"
                )  # "Bowing to protests, the king agreed to"
    if best == 0:
        return chosen[:_MOST]
    if best == 3:
        chosen = [r for r in chosen if presented(r, scene)] if _news(scene, first=first) else []
    return chosen[:1]


_LASTING = frozenset({"TARIFF", "SANCTION"})
_HIT = frozenset({"hit", "punished"})


def _since(low: list[str], start: int) -> bool:
    """Whether a clause only says since when: "first order since sanctions were lifted"."""
    return next((low[k] for k in range(start - 1, -1, -1) if low[k] in SUBORDINATORS), "") == "since"


_DECREED = word_set("notice order decree proclamation memo memorandum")
_OF_SUPPLY = frozenset({"SUPPLY_CUT", "SUPPLY_RAISE"})  # "oil falls as producers plan to raise output"


def _foremost(scene: Scene, taxonomy: Taxonomy, ranked: dict[int, list[Predicate]]) -> tuple[int, list[Reading]]:
    """Read the predicates of the lowest rank of which one tells of an event; those of a higher rank are not read."""
    musts: set[int] = set()
    if any(p.rule.obliges for p in scene.predicates):
        every = [r for of_rank in ranked.values() for p in of_rank for r in _readings(scene, taxonomy, p)]
        musts = {r.head.start for r in every if r.head.rule.obliges}
    for rank in sorted(ranked):
        found = [r for p in ranked[rank] for r in _readings(scene, taxonomy, p)]
        if musts:
            # "must stop": what must be done is the content of the demand, not an event of its own.
            found = [r for r in found if r.head.rule.obliges or r.actor.start not in musts]
        if found:
            return rank, found
    return -1, []


def _readings(scene: Scene, taxonomy: Taxonomy, p: Predicate) -> list[Reading]:
    return interpret(p, scene.tokens, taxonomy, own=says_so(scene, p))


_LABELS = word_set(
    "factbox explainer timeline graphic column opinion breakingviews podcast analysis commentary editorial review quiz "
    "viewpoint obituary infographic letters letter video recap rerun primer profile"
)
_ASKING = word_set("how why")


def _feature(low: list[str]) -> bool:
    """Whether a headline says of itself that it is no report: "Explainer: ...", "How the truce came about"."""
    if (low[0] in _LABELS and ":" in low[1:4]) or (low[0] == "story" and low[-1] == "withdrawn"):
        return True  # an agency takes a story back
    if low[0] == "why" and low[-1] not in (".", "!"):
        return True
    return low[-1] not in ("?", ".", "!") and (low[0] in _ASKING or (":" in low[:-1] and _asks_after(low)))


def _asks_after(low: list[str]) -> bool:
    mark = low.index(":")
    follows = low[mark + 1 : mark + 3]
    return low[mark + 1] in _ASKING or (len(follows) == 2 and follows[0] in _WHAT and follows[1] in _THAT)


_WHAT = word_set("what where who when which")
_THAT = word_set("you they it we to is are 's the comes")


_SAYS = frozenset({"says", "say", ":"})


def _closes(q: Predicate, start: int) -> bool:
    """Whether a verb only closes a headline: "Rebels to lay down arms, premier says", "to quit unless talks resume"."""
    return q.start > start and (q.rank > 0 or (q.rule.frame == "report" and not q.complements))


def _clause_opens(scene: Scene, start: int) -> int:
    """Where the clause of a headline begins whose verb stands at ``start``: "Premier says army to leave"."""
    low = scene.tokens.low
    return next((k + 1 for k in range(start - 2, max(-1, start - 8), -1) if low[k] in _SAYS), 0)


def _headline(scene: Scene, opens: int, start: int) -> bool:
    return 0 < start - opens <= 10 and not any(map(is_verb_like, scene.tokens.low[opens:start]))


def _news(scene: Scene, *, first: bool) -> bool:
    """Whether an event that only a noun names is news: in the first sentence, or in one without a verb."""
    return first or not any(map(is_verb_like, scene.tokens.low))
