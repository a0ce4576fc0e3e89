"""From "oil" or "natural gas" to a contract, where the sentence itself says which: by its exchange or its unit."""

from __future__ import annotations

import re
from typing import Final

from eventstudy.events.moves.mentions import Mention
from eventstudy.events.moves.tokens import Token

__all__ = ["contract_of"]

_EXCHANGES: Final = {
    "class:oil": {"new york": "WTI", "london": "BRENT"},
    "class:gas": {"new york": "NATGAS"},
}
_EXCHANGE: Final = re.compile(
    r"\b(?:(?P<york>New\sYork\sMerc|NYMEX\b|NYMerc\b)|(?P<london>ICE\b|IntercontinentalExchange|Intercontinental\sExch))",
    re.IGNORECASE,
)
_EUROPE: Final = re.compile(r"\bEurope(?:an\b|'s\b|’s\b)|(?<=\sin\s)Europe\b")
_UNITS: Final = {"class:gas": {"mmBtu": "NATGAS", "MWh": "TTF", "therm": "NBP"}}


def contract_of(asset: Mention, text: str, tokens: list[Token]) -> Mention:
    """Give the contract that a class of assets stands for in a sentence; the class itself where none is said.

    Parameters
    ----------
    asset : Mention
        What moved.
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    """
    if asset.symbol == "class:gas" and _EUROPE.search(text, max(0, asset.start - 22), asset.end + 30):
        return asset._replace(symbol="TTF")
    if asset.symbol == "class:gas" and any(t.low == "nbp" for t in tokens):
        return asset._replace(symbol="NBP")
    exchanges, units = _EXCHANGES.get(asset.symbol), _UNITS.get(asset.symbol, {})
    if exchanges is None:
        return asset
    found = (
        {units[t.quantity.per] for t in tokens if t.quantity is not None and t.quantity.per in units}
        if units
        else set()
    )
    named = None if found else _EXCHANGE.search(text, tokens[0].start, tokens[-1].end)
    if named is not None and not any(_is_contract(t) for t in tokens):
        places = {
            "new york" if m["york"] else "london"
            for m in _EXCHANGE.finditer(text, named.start(), tokens[-1].end)
            if m["york"] or m.group() != "ice"
        }
        found = {exchanges.get(place, "") for place in places}
    return asset._replace(symbol=found.pop()) if len(found) == 1 and "" not in found else asset


def _is_contract(t: Token) -> bool:
    return t.asset is not None and t.asset.asset_class == "energy" and not t.asset.symbol.startswith("class:")
