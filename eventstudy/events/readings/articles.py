"""An article read sentence by sentence: what each one tells, and what the next one may take up of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from eventstudy.events.actors import Gazetteer, Places
from eventstudy.events.actors.standing import Standing
from eventstudy.events.language.text import article_sentences
from eventstudy.events.readings.acts import Act, act_of
from eventstudy.events.readings.agents import cannot_act, nobody
from eventstudy.events.readings.assemble import Context, FoundEvent, build_event
from eventstudy.events.readings.culture import of_culture
from eventstudy.events.readings.inferred import Antecedent
from eventstudy.events.readings.recurring import recurring
from eventstudy.events.readings.sport import ON_THE_FIELD, of_sport
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.article import Article

__all__ = ["read_article"]

_SHORTEST: Final = 8
"""Characters below which a sentence cannot hold an actor and a verb."""


def read_article(article: Article, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[FoundEvent]:
    """Yield the events of an article in the order of its text."""
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
        scene = known.scene()
        telling = known.told(scene, taxonomy, first=number == 0)
        if sport is None and any(t.reading.meaning.kind in ON_THE_FIELD for t in telling):
            sport = of_sport(text)
        if sport:
            telling = [t for t in telling if t.reading.meaning.kind not in ON_THE_FIELD]
        if culture is None and telling:
            culture = of_culture(text)
        if culture or not telling:
            before = Antecedent.of(tokens, mentions) or before
            known.let_go()
            continue
        pieces = known.clauses(text, start, end)
        after = Antecedent()
        acts: list[Act] = []
        for told in telling:
            act = act_of(standing, scene, told, before, after)
            said = next((other for other in acts if act.same_as(other)), None)
            if said is not None:
                said.complete(act)
            elif not cannot_act(scene, act) and not (number and nobody(scene, act)):
                acts.append(act)
                if act.source:
                    after = Antecedent(act.source, act.target)
        for act in acts:
            yield build_event(context, scene, act, pieces, number)
        before = after
        known.let_go()
    places.keep(article, gazetteer)
