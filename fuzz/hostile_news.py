"""Text made to slow a reader of news down: each kind is one unit, repeated, or one with a number that counts on."""

from __future__ import annotations

__all__ = ["COUNTED", "UNITS", "hostile"]

UNITS = {
    "one word": "a",
    "one number": "1",
    "numbers with signs": "1,234.5",
    "nested quotes": "\"“'([",
    "opening brackets": "(",
    "full stops": ".",
    "full stops and spaces": ". ",
    "initials": "A. ",
    "abbreviations": "U.S.",
    "hyphens": "a-",
    "apostrophes": "'s",
    "endings": "’t",
    "signs beyond ASCII": "é’“”—…",
    "combining marks": "e\u0301",
    "empty lines": "a\n",
    "commas": "a, ",
    "colons": "a: ",
    "names": "Ukraine ",
    "names and commas": "Russia, ",
    "verbs of saying": "said that Russia ",
    "auxiliaries": "has not had ",
    "inversions": "would had Russia attacked ",
    "subordinators": "after that which ",
    "nouns of events": "talks on attack with ",
    "one sentence of events": "Russia attacked Ukraine and ",
    "short sentences of events": "Russia attacked Ukraine. ",
    "phrases that nearly fit": "pulled some of the very last ",
    "days": "on Monday, Feb. 15, 2022 at 3:22 p.m. in Moscow ",
    "clock times": "3:22 p.m. ",
    "times that nearly fit": "in the last of this early ",
    "words within words of time": "dayweekmonthyear",
    "percentages": "2% ",
    "prices": "$95 a barrel to ",
    "one sentence of moves": "oil rose 2% and ",
    "short sentences of moves": "Oil fell. ",
    "assets": "crude oil futures ",
    "moves that nearly fit": "higher than oil up to ",
}


# No two sentences of these are the same: what is read once a sentence is read anew each time.
COUNTED = {
    "different sentences of events": "Russia attacked Ukraine {} times. ",
    "different nouns of events": "An attack on {} towns in Ukraine by Russia. ",
    "different sentences of moves": "Oil fell {}.5%. ",
    "different moves with levels": "Brent crude rose {}.5% to ${}.25 a barrel on Monday. ",
}


def hostile(unit: str, n: int) -> str:
    """Repeat a unit to at most ``n`` characters; its ``{}`` counts on."""
    if "{}" not in unit:
        return unit * (n // len(unit))
    width, holes = len(unit.replace("{}", "")), unit.count("{}")
    return "".join(unit.replace("{}", str(k)) for k in range(n // (width + 5 * holes)))
