"""Whether an article is of sport, where teams attack, fight and crush each other and nobody comes to harm."""

from __future__ import annotations

__all__ = ["ON_THE_FIELD", "of_sport"]

# What a team does to another in words of war; bans, arrests and agreements are reported of sport, too.
ON_THE_FIELD = frozenset(
    {"ASSAULT", "REJECT", "THREATEN", "MOBILIZE", "PROTEST", "ACCUSE", "RETREAT", "CONCEDE", "REQUEST"}
)

# Parts of words, in small letters: one of the first, several of the second, and nothing of the third.
_UNMISTAKABLE = (
    "goalkeeper", "midfield", "striker", "half-time", "halftime", "playoff", "semi-final", "semifinal", "quarter-final",
    "quarterfinal", "hat-trick", "innings", "wicket", "batsman", "quarterback", "touchdown", "world cup",
    "premier league", "champions league", "grand slam", "shootout", "extra time", "stoppage time", "tiebreak",
    "tie-break", "pole position",
)  # fmt: skip
_SPORTING = (
    "coach", " match", " goal", "scored", " fans", "stadium", "season", " team", "player", " final", "referee",
    "defender", "penalt", "champion", "tournament", " title", "medal", " cup", " squad", " league", "seeded", " beat ",
)  # fmt: skip
_HARM = (
    " bomb", "gunm", "explosion", " blast", "police", "soldier", "troops", "missile", "militant", " rebel", "airstrike",
    "stabb", "riot", " war ", "invasion",
)  # fmt: skip
_SEVERAL = 4


def of_sport(text: str) -> bool:
    """Whether the text is of sport alone.

    Examples
    --------
    >>> of_sport("France attacked after half-time. The striker scored and their coach hailed the team's fans.")
    True
    >>> of_sport("Russia attacked Ukraine.")
    False
    """
    low = text.lower()
    return (
        any(part in low for part in _UNMISTAKABLE)
        and sum(part in low for part in _SPORTING) >= _SEVERAL
        and not any(part in low for part in _HARM)
    )
