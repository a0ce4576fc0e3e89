"""Whether a move happened: polarity and modality, read no further than its own clause."""

from __future__ import annotations

from typing import Final

from eventstudy._types import Modality, Polarity
from eventstudy.events.moves import lexicon as lex
from eventstudy.events.moves.tokens import Token

__all__ = ["status", "would"]

_CONDITIONS: Final = frozenset({"if", "unless", "whether", "suppose", "supposing"})
_MAYBE: Final = frozenset({"could", "may", "might", "would", "should"})
_DEMANDS: Final = frozenset({"must", "should", "needs", "need"})
_WALLS: Final = frozenset({",", "that", "and", "after", "which", "but"})


def status(toks: list[Token], i: int, subject: int, start: int) -> tuple[Polarity, Modality]:
    """Read polarity and modality of the movement at ``i``.

    Parameters
    ----------
    toks : list of Token
        The sentence.
    i, subject, start : int
        The movement, its asset (negative: in an earlier sentence), the first token of its clause.

    Returns
    -------
    polarity, modality : str
        From the verb group between asset and movement, then from what governs the clause: a comma, a
        verb of saying or "that" is a wall.
    """
    begin = max(start, subject + 1) if 0 <= subject < i else max(start, i - 6)
    if 0 <= subject < i:
        for k in range(subject - 1, max(start, subject - 6) - 1, -1):
            if toks[k].flags & lex.MOVER:
                begin = max(start, k - 4)  # "cannot bring oil prices down": the mover's verb group counts
                break
            if not (toks[k].modifier or toks[k].kind == "asset"):
                break
    group = [t for t in toks[begin:i] if t.kind == "word"]
    polarity, modality = _of_group(toks, group, i, subject, start) if group else ("asserted", "happened")
    if _none_of(toks, subject, start):
        polarity = "denied"
    if modality == "happened" and toks[-1].low == "?":
        modality = "possible"
    before = _before(toks, start, subject if 0 <= subject < i else i)
    if not before and modality != "conditional":
        return polarity, modality
    if any(t.low in _CONDITIONS for t in before[-6:]) or (len(before) == 1 and before[0].low == "should"):
        modality = "conditional"
    elif modality == "conditional":
        modality = "possible" if _foretold(toks, start, i) else modality
    elif modality == "happened" and any(
        _maybe(t) or (t.flags & lex.FORECAST and not _drives(before, t)) for t in before[-7:]
    ):
        modality = "possible"
    return polarity, modality


def _of_group(toks: list[Token], group: list[Token], i: int, subject: int, start: int) -> tuple[Polarity, Modality]:
    """What the verb group before the movement at ``i`` says by itself."""
    words = [t.low for t in group]
    denied = any(t.flags & lex.NEGATION for t in group[-6:]) and not ("not" in words and "only" in words)
    polarity: Polarity = "denied" if denied else "asserted"
    if not _DEMANDS.isdisjoint(words):
        return polarity, "demanded"
    if any(
        t.flags & (lex.MODAL | lex.FORECAST) and not _drives(group, t) for t in group[: -1 if _links(group) else None]
    ):
        return polarity, "conditional" if "would" in words else "possible"
    headline = toks[i - 1].low == "to" and words[-1] == "to" and (len(words) == 1 or group[-2].flags & lex.PRICE)
    # The future of headlines: "Oil to fall 5 %".
    return polarity, "possible" if headline and _opens(toks, subject, start) else "happened"


def _links(group: list[Token]) -> bool:
    """Whether the last word only links: "headed lower" happened, "headed for a fall" did not."""
    return group[-1].flags & (lex.LINK | lex.FORECAST) == lex.LINK | lex.FORECAST


def _none_of(toks: list[Token], subject: int, start: int) -> bool:
    """ "Neither Brent nor WTI rose"."""
    return subject > start and any(t.low in ("neither", "nor") for t in toks[max(start, subject - 4) : subject])


def _opens(toks: list[Token], subject: int, start: int) -> bool:
    """Whether the subject's phrase opens its clause: "Oil to fall 5 %", but not "causing oil to fall 5 %"."""
    k = subject
    while k > start and toks[k - 1].modifier:
        k -= 1
    return k <= start or toks[k - 1].kind == "sign"


def _maybe(t: Token) -> bool:
    return t.low in _MAYBE and bool(t.flags & lex.MODAL)  # not the month


def _drives(words: list[Token], t: Token) -> bool:
    """Whether fears or hopes are what moved the price: "fears drove the yen to a high"."""
    follows = words.index(t) + 1
    return t.low.endswith("s") and follows < len(words) and bool(words[follows].flags & (lex.MOVER | lex.CAUSATIVE))


def _foretold(toks: list[Token], start: int, i: int) -> bool:
    """Whether a "would" is what somebody said: "warned that prices would fall", with no condition anywhere."""
    if any(t.low in _CONDITIONS for t in toks):
        return False
    return any(t.flags & (lex.SPEECH | lex.FORECAST) for t in toks[max(start, i - 8) : i])


def _before(toks: list[Token], start: int, edge: int) -> list[Token]:
    """Words of the clause before ``edge``, back to the nearest wall."""
    for k in range(edge - 1, start - 1, -1):
        if toks[k].low in _WALLS or toks[k].flags & lex.SPEECH:
            start = k + 1
            break
    return [t for t in toks[start:edge] if t.kind == "word"]


def would(toks: list[Token], i: int) -> Modality:
    """Modality of a noun that is the subject of what follows: "a fall of 10 % in Brent would cut ..."."""
    for t in toks[i + 1 : i + 4]:
        if t.low == "would":
            return "conditional"
        if t.low in ("could", "may", "might", "will", "can"):
            return "possible"
        if t.kind == "sign" or t.verb_like:
            break
    return "happened"
