"""Whether an article is of sport, where teams attack, fight and crush each other and nobody comes to harm."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ON_THE_FIELD", "of_sport"]

# What a team does to another in words of war; bans, arrests and agreements are reported of sport, too.
ON_THE_FIELD: Final = frozenset(
    {"ASSAULT", "REJECT", "THREATEN", "MOBILIZE", "PROTEST", "ACCUSE", "RETREAT", "CONCEDE", "REQUEST"}
)

# Parts of words, in small letters: one of the first, several of the second, and nothing of the third.
_UNMISTAKABLE: Final = (
    "goalkeeper", "midfield", "striker", "half-time", "halftime", "playoff", "semi-final", "semifinal", "quarter-final",
    "quarterfinal", "hat-trick", "innings", "wicket", "batsman", "quarterback", "touchdown", "world cup",
    "premier league", "champions league", "grand slam", "shootout", "extra time", "stoppage time", "tiebreak",
    "tie-break", "pole position",
)  # fmt: skip
_SPORTING: Final = (
    "coach", " match", " goal", "scored", " fans", "stadium", "season", " team", "player", " final", "referee",
    "defender", "penalt", "champion", "tournament", " title", "medal", " cup", " squad", " league", "seeded", " beat ",
)  # fmt: skip
_HARM: Final = (
    " bomb", "gunm", "explosion", " blast", "police", "soldier", "troops", "missile", "militant", " rebel", "airstrike",
    "stabb", "riot", " war ", "invasion", "final status", "final offer", "final warning", "final batch", "final phase",
    "final deal", "final draft", "talks", "truce", "sanction", "prisoner", "hostage", "treaty", "nuclear", "army",
)  # fmt: skip
_BLOOD: Final = (
    " killed",
    " dead",
    "police",
    " bomb",
    "gunm",
    "explosion",
    "airstrike",
    "stabb",
    "riot",
    "hostage",
    "militant",
)
"""What tells of harm even where much is of sport; of the other words of war two stand in any match report."""
_SEVERAL: Final = 4
_OUTWEIGHING: Final = 3

# A headline by itself: a round of a tournament, or who beat whom by how much.
_SHORT: Final = 160
_IN_A_HEADLINE: Final = re.compile(
    r"\b(?:goalkeeper|midfielders?|strikers?|hat-trick|innings|wickets?|quarterback|touchdowns?|playoffs?|semi-?finals?"
    r"|quarter-?finals?|semis|overtime|extra time|penalt(?:y|ies) shootout|grand slam|straight sets|five sets"
    r"|world cup|champions league|premier league|super bowl|grand prix|wimbledon|pole position|qualifiers?|derby"
    r"|(?:in|into|reach|reaches|make|makes|cup) (?:the )?finals?(?= (?:after|against|with|at|of|over)\b|$|[,.;])"
    r"|(?:australian|french|u\.?s\.?) open|title (?:hopes|race|bid|clash|defence|defense|win|fight)|to title|win title"
    r"|(?:two|three|four|five|six|seven|eight|nine|[2-9]) past)\b"
    r"|\b(?:beat|beats|thrash|thrashes|crush|crushes|rout|routs|hammer|hammers|edge|edges|stun|stuns|sink"
    r"|sinks|defeat|defeats|maul|mauls|blank|blanks|overpower|overpowers|storm|storms) .{2,40}"
    r"\b\d{1,3}-\d{1,3}\b",
    re.IGNORECASE,
)


def of_sport(text: str) -> bool:
    """Whether the text is of sport alone.

    Examples
    --------
    >>> of_sport("France attacked after half-time. The striker scored and their coach hailed the team's fans.")
    True
    >>> of_sport("Chad crush Libya to reach semi-final"), of_sport("Russia attacked Ukraine.")
    (True, False)
    """
    low = text.lower()
    if len(text) <= _SHORT:
        return _IN_A_HEADLINE.search(text) is not None and not any(part in low for part in _HARM)
    holds = low.__contains__
    return (
        any(map(holds, _UNMISTAKABLE))
        and (played := sum(map(holds, _SPORTING))) >= _SEVERAL
        and not any(map(holds, _BLOOD))
        and _OUTWEIGHING * sum(map(holds, _HARM)) <= played
    )
