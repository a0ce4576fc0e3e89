"""The plainest sentence of a move, read without its grammar: "Oil fell 3.5%."."""

from __future__ import annotations

import functools
import re
from typing import Final

from eventstudy.events.language.lexing import Stretches
from eventstudy.events.language.numbers import Quantity
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.found import Found
from eventstudy.events.moves.mentions import Gazetteer, Mention
from eventstudy.events.moves.states import STATES
from eventstudy.events.moves.tokens import Token
from eventstudy.events.moves.verbs import BEFORE_SIZE, CROSSING, OVERTAKING, PHRASAL, SIDES, SIZED, VERBS

__all__ = ["PLAIN_VERBS", "read_plain"]

# A name of one word, a verb, a percentage and the end: nothing of a class that could change what it says.
_PLAIN: Final = re.compile(r"([A-Z][a-z]+) ([a-z]+) (\d{1,6}(?:\.\d{1,2})?)(?:%| percent)\.")

_OTHERWISE: Final = frozenset({*PHRASAL, *SIZED, *SIDES, *STATES, *BEFORE_SIZE}).union(CROSSING, OVERTAKING)
PLAIN_VERBS: Final = {
    verb: sense
    for verb, sense in VERBS.items()
    if sense and lex.flags_of(verb) == lex.VERB and not verb.endswith("ing") and verb not in _OTHERWISE
}
"""Verbs of movement that are nothing else: no nouns, no adjectives, no part of a phrase."""

# Of these classes a name says no more than itself: no currency that has a pair, no yield that turns its price round.
_CLASSES: Final = frozenset({"energy", "metal", "agriculture"})
_BY_PLACE: Final = frozenset({"class:gas", "class:stocks"})


def read_plain(text: str, start: int, end: int, names: Gazetteer) -> tuple[Found, Token] | None:
    """Read the move of ``text[start:end]`` and its asset, as `read_sentence` would; None where it is not so plain."""
    match = _PLAIN.fullmatch(text, start, end)
    if match is None:
        return None
    sense, named = PLAIN_VERBS.get(match[2]), _alone(names)[match[1]]
    if sense is None or named is None:
        return None
    name_end, verb_end, size = match.end(1), match.end(2), match.start(3)
    asset = named._replace(start=start, end=name_end)
    quantity = Quantity(float(match[3]), "percent", size, end - 1, "", end - 1, 0, end - 1)
    move = Found(asset, sense, Token("word", match[2], name_end + 1, verb_end), f"verb: {match[2]}")
    move.amount = Token("quantity", "", size, end - 1, quantity=quantity)
    move.asset_span = start, name_end
    move.region, move.opens = (start, end), start
    return move, Token("asset", match[1].lower(), start, name_end, asset=asset)


@functools.lru_cache(maxsize=4)
def _alone(names: Gazetteer) -> Stretches[Mention | None]:
    return Stretches(functools.partial(_named, names))


def _named(names: Gazetteer, word: str) -> Mention | None:
    """Give the asset of a word that names the same one wherever it opens a sentence."""
    found = names.alone(word)
    plain = found is not None and found.asset_class in _CLASSES and found.symbol not in _BY_PLACE
    return found if plain else None
