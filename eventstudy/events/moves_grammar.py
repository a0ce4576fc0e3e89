"""The move grammar: a word of movement, its asset, amount, bound, level, and whether it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from eventstudy._types import Bound, Modality, MoveDirection, Polarity
from eventstudy.events import moves_fields as fields
from eventstudy.events import moves_lexicon as lex
from eventstudy.events.mentions import Mention
from eventstudy.events.moves_subjects import Subjects
from eventstudy.events.moves_tokens import Token
from eventstudy.events.records import Span

__all__ = ["Found", "read_sentence"]


@dataclass(slots=True)
class Found:
    """A move as read from one sentence, before times and ids."""

    asset: Mention
    sense: int
    trigger: Token
    rule: str
    polarity: Polarity = "asserted"
    modality: Modality = "happened"
    amount: Token | None = None
    change: Token | None = None
    bound: Bound = "exact"
    bound_span: tuple[int, int] | None = None
    level: Token | None = None
    level_bound: Bound = "exact"
    level_bound_span: tuple[int, int] | None = None
    against: Mention | None = None
    reference: tuple[int, int] | None = None
    asset_start: int = 0
    asset_end: int = 0
    region: tuple[int, int] = (0, 0)

    @property
    def direction(self) -> MoveDirection:
        """Of the asset's value; a pair quoted the other way round has been turned already."""
        return "up" if self.sense > 0 else "down" if self.sense < 0 else "unchanged"

    def spans(self) -> list[Span]:
        """Evidence of each field that was read."""
        out = [Span("asset", self.asset_start, self.asset_end), Span("direction", self.trigger.start, self.trigger.end)]
        for name, token in (("amount", self.amount), ("change", self.change), ("level", self.level)):
            if token is not None and token.quantity is not None:
                out.append(Span(name, token.quantity.start, token.quantity.end))
        if self.level is not None and self.level.quantity is not None and self.level.quantity.per:
            q = self.level.quantity
            out.append(Span("level_unit", q.tail, q.stop))
        pairs = (("bound", self.bound_span), ("level_bound", self.level_bound_span), ("reference", self.reference))
        out.extend(Span(name, *span) for name, span in pairs if span is not None)
        if self.against is not None:
            out.append(Span("against", self.against.start, self.against.end))
        return out


def read_sentence(text: str, tokens: list[Token], context: list[Token]) -> list[Found]:
    """Read the moves of one sentence.

    Parameters
    ----------
    text : str
        The whole text.
    tokens : list of Token
        The sentence.
    context : list of Token
        The assets that "it" or "prices" may stand for: the last subject before this sentence.
    """
    return _Reader(text, tokens, context).read()


class _Reader:
    def __init__(self, text: str, tokens: list[Token], context: list[Token]) -> None:
        self.text = text
        self.toks = tokens
        self.context = context
        self.subjects = Subjects(text, tokens, context)
        self.found: list[Found] = []
        self.used: set[int] = set()

    def read(self) -> list[Found]:
        for i, t in enumerate(self.toks):
            if t.kind != "word" or i in self.used:
                if t.kind == "asset":
                    self._gap(i)
                continue
            if t.low in lex.ADJECTIVES and self._adjective(i):
                continue
            if t.low in lex.VERBS and self._is_verb(i):
                self._verb(i)
            elif t.low in lex.NOUNS:
                self._noun(i)
            elif t.low in lex.CAUSATIVES:
                self._causative(i)
        return merge(self.found)

    # ---- parts of speech ------------------------------------------------------------------------

    def _at(self, i: int) -> Token | None:
        return self.toks[i] if 0 <= i < len(self.toks) else None

    def _is_verb(self, i: int) -> bool:
        """Whether a form that may also be a noun or a modifier is a verb here."""
        t, before, after = self.toks[i], self._at(i - 1), self._at(i + 1)
        if t.low.endswith("ing"):
            # "falling oil prices", "the falling ruble": a modifier of what follows.
            return not (after is not None and (after.kind == "asset" or after.low in lex.PRICE_NOUNS) and not (before is not None and before.low in ("was", "were", "is", "are", "been")))  # fmt: skip
        if t.low not in lex.NOUNS and t.low not in ("ease", "firm", "soften", "sinks"):
            if (
                after is not None
                and after.kind == "asset"
                and before is not None
                and (before.low in lex.DETERMINERS or before.low in lex.PREPOSITIONS)
            ):
                return False  # "a weakened ruble"
            return True
        if before is None:
            return False
        if before.kind in ("quantity", "time") or before.possessive:
            return before.kind == "time" and after is not None and after.kind == "quantity"
        if before.kind == "asset":
            if t.low.endswith("s") and t.low not in ("loss",):
                return True
            plural = before.low.endswith(("s", "prices")) or before.low in ("futures",)
            return plural or (after is not None and after.kind == "quantity")
        if (
            before.low in ("to", "not", "n't")
            or before.low in lex.MODALS
            or before.low in lex.PRONOUNS
            or before.low in lex.NEGATIONS
        ):
            return True
        if (
            before.low in lex.DETERMINERS
            or before.low in lex.PREPOSITIONS
            or before.low in lex.LIGHT
            or "-" in before.low
        ):
            return False
        if before.low in lex.PRICE_NOUNS:
            return t.low.endswith("s") or before.low.endswith("s") or (after is not None and after.kind == "quantity")
        if before.low in ("and", "but", "also", "then", "will", "do", "does", "did"):
            return t.low.endswith("s") or bool(self.found)
        if before.low.endswith("ly"):
            return True
        if before.kind == "sign" and before.low in ')"”’':
            return True
        return False

    # ---- clauses ----------------------------------------------------------------------------------

    def _stop(self, i: int) -> int:
        """Index one past the stretch to the right of the movement at ``i`` that speaks of it."""
        toks = self.toks
        for j in range(i + 1, len(toks)):
            t = toks[j]
            if t.kind == "sign" and t.low in (";", "—", ":"):
                return j
            if t.kind == "word" and t.low in ("while", "whereas", "although", "though", "because", "but"):
                return j
            if t.kind == "word" and j > i + 1 and t.low in ("and", ",", "as", "with") and self._new_subject(j):
                return j
            if t.kind == "sign" and t.low == "," and self._new_subject(j):
                return j
        return len(toks)

    def _new_subject(self, j: int) -> bool:
        """Whether an asset with something said of it begins right after the conjunction at ``j``."""
        toks, k = self.toks, j + 1
        if k < len(toks) and toks[k].low in ("and", "while", "but", "as", "with"):
            k += 1
        while (
            k < len(toks)
            and toks[k].kind == "word"
            and (toks[k].low in lex.DETERMINERS or toks[k].low in lex.MODIFIERS or toks[k].possessive)
        ):
            k += 1
        return k < len(toks) and toks[k].kind == "asset"

    def _clause_start(self, i: int) -> int:
        for j in range(i - 1, -1, -1):
            t = self.toks[j]
            if t.kind == "sign" and t.low in (";", ":", "—", "–"):
                return j + 1
            if t.kind == "word" and t.low in ("while", "whereas", "although", "though", "because", "but"):
                return j + 1
            if j in self.used and t.kind == "word" and (t.low in lex.VERBS or t.low in lex.ADJECTIVES):
                return j + 1
        return 0

    def _status(self, i: int, subject: int) -> tuple[Polarity, Modality]:
        """Read polarity and modality of the movement at ``i`` from its verb group and from what governs its clause."""
        toks = self.toks
        start = self._clause_start(i)
        group = toks[max(start, subject + 1 if 0 <= subject < i else max(start, i - 6)) : i]
        words = [t.low for t in group if t.kind == "word"]
        polarity: Polarity = "asserted"
        modality: Modality = "happened"
        if any(w in lex.NEGATIONS for w in words[-6:]) and not ("not" in words and "only" in words):
            polarity = "denied"
        if any(w in ("must", "should", "needs", "need") for w in words):
            modality = "demanded"
        elif any(w in lex.MODALS or w in lex.FORECASTS for w in words):
            modality = "conditional" if "would" in words else "possible"
        elif words[-1:] == ["to"] and (len(words) == 1 or words[-2] in lex.PRICE_NOUNS):
            modality = "possible"  # headline future: "Oil to fall 5 %"
        before = [t.low for t in toks[start : max(start, subject if 0 <= subject < i else i)] if t.kind == "word"]
        if any(w in ("if", "unless", "should", "whether", "suppose", "supposing", "were") for w in before[-6:]):
            modality = "conditional"
        elif modality == "happened" and any(
            w in lex.FORECASTS or w in ("could", "may", "might", "would") for w in before[-7:]
        ):
            modality = "possible"
        return polarity, modality

    # ---- the rules ----------------------------------------------------------------------------------

    def _verb(self, i: int) -> None:
        owners = self.subjects.of(i)
        if owners:
            self._emit(i, owners, lex.VERBS[self.toks[i].low], "verb", left=False)

    def _adjective(self, i: int) -> bool:
        """ "was up 2 %", "2 % higher", "closed lower", "sent oil lower"; not "higher oil prices" or "up to"."""
        t, after = self.toks[i], self._at(i + 1)
        if (
            t.low in ("up", "down", "off")
            and after is not None
            and after.low == "to"
            and not (i > 0 and self.toks[i - 1].low in lex.LINKS)
        ):
            return False
        start = self._clause_start(i)
        klass = ""
        right = fields.amount_right(self.toks, i, min(self._stop(i), i + 8), "equity index")
        left = fields.amount_left(self.toks, i, start, klass) if right is None else None
        linked = any(
            self.toks[k].low in lex.LINKS
            or (self.toks[k].low in lex.AUXILIARIES and t.low not in ("off", "up", "down"))
            for k in range(max(start, i - 4), i)
        )
        caused = i > 0 and self.toks[i - 1].kind == "asset"
        if right is None and left is None:
            if after is not None and (
                after.kind == "asset"
                or (after.kind == "word" and not after.closed and not after.verb_like and after.kind == "word")
            ):
                return False
            if not (linked or caused):
                return False
            if lex.ADJECTIVES[t.low] == 0 and not linked:
                return False
            if t.low == "off":
                return False
        if lex.ADJECTIVES[t.low] == 0 and (right or left):
            return False
        owners = self.subjects.of(i)
        if not owners:
            return False
        self._emit(i, owners, lex.ADJECTIVES[t.low], "adjective", left=right is None)
        return True

    def _noun(self, i: int) -> None:
        owners = self.subjects.after_noun(i)
        explicit = owners is not None
        before = self._at(i - 1)
        light = False
        if owners is None:
            owners = self._owner_left(i)
            light = bool(owners)
        if not owners:
            return
        t = self.toks[i]
        stop = self._stop(i)
        has = fields.amount_left(self.toks, i, 0, "equity index") or fields.amount_right(
            self.toks, i, stop, "equity index", noun=True
        )
        if has is None and not (light and self._light_verb(i)):
            return
        if has is not None and explicit and before is not None and before.low in ("no", "without"):
            pass
        self._emit(i, owners, lex.NOUNS[t.low], "noun", left=True, noun=True)

    def _light_verb(self, i: int) -> bool:
        j = i - 1
        while j >= 0 and i - j < 6:
            t = self.toks[j]
            if t.kind == "word" and t.low in lex.LIGHT:
                return t.low not in (
                    "pare",
                    "pared",
                    "paring",
                    "pares",
                    "trim",
                    "trimmed",
                    "trimming",
                    "erase",
                    "erased",
                    "recoup",
                    "recouped",
                    "cut",
                    "reversed",
                    "reverse",
                    "narrowed",
                    "wiped",
                    "capped",
                    "cap",
                    "capping",
                    "snap",
                    "snapped",
                )
            if t.kind == "word" and (t.low in lex.PREPOSITIONS or t.low in lex.VERBS):
                return False
            j -= 1
        return False

    def _owner_left(self, i: int) -> list[int]:
        """Owner of a noun of movement to its left: "oil's 2 % drop", "an oil price drop", "Brent posted a gain"."""
        toks, j = self.toks, i - 1
        while j >= 0 and i - j < 8:
            t = toks[j]
            if t.kind == "asset":
                if t.possessive or self.subjects.phrase_end(j) >= i:
                    return [j]
                return self.subjects.of(i)
            if t.kind == "quantity" or (t.kind == "time"):
                j -= 1
                continue
            if t.kind == "sign" and t.low not in "-":
                return self.subjects.of(i)
            if t.low in lex.PRICE_NOUNS and self.subjects.noun_at(j) is not None:
                owner = self.subjects.noun_at(j)
                return [owner] if owner is not None and self.subjects.is_price(owner) else []
            if t.possessive:
                return []
            if t.verb_like or t.low in lex.PREPOSITIONS or t.low in lex.CONJUNCTIONS:
                break
            j -= 1
        if j >= 0 and toks[j].kind == "word" and (
            toks[j].low in lex.LIGHT or toks[j].low in lex.LINKS or toks[j].low in lex.AUXILIARIES
            or toks[j].low in ("for", "after", "following", "with", "despite", "to", "from", "than", "towards", "toward", "of")
        ):  # fmt: skip
            self.subjects.known[i] = self.subjects._walk(j)
            return self.subjects.known[i]
        return []

    def _causative(self, i: int) -> None:
        j = i + 1
        while (
            j < len(self.toks)
            and self.toks[j].kind == "word"
            and (self.toks[j].low in lex.DETERMINERS or self.toks[j].low in lex.MODIFIERS)
        ):
            j += 1
        if j < len(self.toks) and self.toks[j].kind == "asset" and self.subjects.is_price(j):
            end = self.subjects.phrase_end(j)
            amount = fields.amount_right(self.toks, end - 1, self._stop(i), self._class([j]))
            if amount is not None:
                self.subjects.known[i] = [j]
                self._emit(i, [j], lex.CAUSATIVES[self.toks[i].low], "causative", left=False, anchor=end - 1)

    def _gap(self, i: int) -> None:
        """ "... and WTI 2.3 %": the movement before it carries on; "Brent -2.4 %": a sign stands for one."""
        toks = self.toks
        end = self.subjects.phrase_end(i)
        j = end
        while j < len(toks) and (
            toks[j].low in (",", "by", "a", "another", "(")
            or tuple([toks[j].low]) in lex.BOUNDS
            or toks[j].low in ("more", "than", "as", "much", "at", "least")
        ):
            j += 1
        if j >= len(toks) or toks[j].kind != "quantity" or not self.subjects.is_price(i):
            return
        q = toks[j].quantity
        if q is None or q.unit not in ("percent", "points", "basis points", "USD", "EUR", "RUB", "GBP"):
            return
        if q.sign and q.unit in ("percent", "points"):
            self._emit(i, [i], q.sign, "sign", left=False, anchor=j - 1)
            return
        if not self.found or self.found[-1].amount is None or i == 0:
            return
        last = self.found[-1]
        lead = self.subjects.phrase_start(i)
        before = toks[lead - 1] if lead > 0 else None
        if before is None or before.low not in ("and", ",", "while", "but", "with"):
            return
        after = toks[j + 1] if j + 1 < len(toks) else None
        if after is not None and after.kind == "word" and (after.low in lex.ADJECTIVES or after.low in lex.NOUNS):
            return
        if (
            q.unit != "percent"
            and last.amount is not None
            and last.amount.quantity is not None
            and q.unit != last.amount.quantity.unit
        ):
            return
        self._emit(
            i, [i], last.sense if not last.asset.inverse else -last.sense, "gap", left=False, anchor=j - 1, like=last
        )

    # ---- putting a move together --------------------------------------------------------------------

    def _class(self, owners: list[int]) -> str:
        token = self.context[0] if owners[0] < 0 else self.toks[owners[0]]
        return token.asset.asset_class if token.asset is not None else ""

    def _emit(
        self,
        i: int,
        owners: list[int],
        sense: int,
        rule: str,
        *,
        left: bool,
        noun: bool = False,
        anchor: int | None = None,
        like: Found | None = None,
    ) -> None:
        toks = self.toks
        self.used.add(i)
        stop = self._stop(i)
        klass = self._class(owners)
        at = i if anchor is None else anchor
        amount = None
        if left:
            amount = fields.amount_left(toks, i, self._clause_start(i), klass)
        if amount is None and not (rule == "adjective" and left):
            amount = fields.amount_right(toks, at, stop, klass, noun=noun)
        elif noun and amount is None:
            amount = fields.amount_right(toks, at, stop, klass, noun=True)
        if amount is None and self._volume_follows(i, stop):
            return
        begin = max(at + 1, amount.after) if amount is not None and amount.index > i else at + 1
        level = fields.level_right(toks, begin, stop, klass)
        if level is None and rule == "adjective":
            level = fields.level_left(
                toks, i if not left or amount is None else amount.bound_first, self._clause_start(i), klass
            )
        if level is not None and amount is not None and level[0] in (amount.index, amount.other):
            level = None
        subject = max(o for o in owners)
        polarity, modality = self._status(i, subject) if like is None else (like.polarity, like.modality)
        if modality in ("possible",) and noun and amount is None:
            return
        amounts = self._respectively(owners, amount, stop)
        for position, owner in enumerate(owners):
            token = self.context[0] if owner < 0 else toks[owner]
            if token.asset is None:
                continue
            turned = -sense if token.asset.inverse else sense
            move = Found(token.asset, turned, toks[i], f"{rule}: {toks[i].low}", polarity, modality)
            move.asset_start, move.asset_end = self._asset_span(owner, token)
            mine = amounts[position] if amounts else amount
            if mine is not None:
                move.amount = toks[mine.index]
                move.change = toks[mine.other] if mine.other is not None else None
                move.bound = cast(Bound, mine.bound)
                if mine.bound != "exact" and toks[mine.bound_first].kind == "word":
                    first_quantity = min(mine.index, mine.other if mine.other is not None else mine.index)
                    if mine.bound_first < first_quantity:
                        move.bound_span = (toks[mine.bound_first].start, toks[first_quantity - 1].end)
            if level is not None and len(owners) == 1:
                move.level = toks[level[0]]
                move.level_bound = cast(Bound, level[1])
                if level[1] != "exact":
                    move.level_bound_span = (toks[level[2]].start, toks[level[0] - 1].end)
            other = fields.counter(toks, at, stop, token.asset.symbol) if klass == "currency" else None
            move.against = toks[other].asset if other is not None else None
            move.reference = fields.reference(self.text, toks, i, stop)
            move.region = (toks[max(0, self._clause_start(i))].start, toks[stop - 1].end)
            self.found.append(move)

    def _asset_span(self, owner: int, token: Token) -> tuple[int, int]:
        if owner < 0:
            return token.start, token.end
        return token.start, self.toks[self.subjects.phrase_end(owner) - 1].end if self.subjects.phrase_end(
            owner
        ) > owner + 1 else token.end

    def _volume_follows(self, i: int, stop: int) -> bool:
        """ "crude fell by 2 million barrels" is no price."""
        j = i + 1
        while (
            j < stop
            and j - i < 6
            and self.toks[j].kind == "word"
            and (
                self.toks[j].low in lex.ADVERBS
                or self.toks[j].low in lex.PREPOSITIONS
                or self.toks[j].low in ("much", "as", "many")
            )
        ):
            j += 1
        q = self.toks[j].quantity if j < stop else None
        return q is not None and q.unit == "volume"

    def _respectively(self, owners: list[int], amount: fields.Amount | None, stop: int) -> list[fields.Amount] | None:
        """ "Brent and WTI fell 2 % and 3 % respectively": one amount for each."""
        if amount is None or len(owners) < 2:
            return None
        toks = self.toks
        out = [amount]
        j = amount.after
        while j + 1 < min(stop, len(toks)) and toks[j].low in ("and", ","):
            k = j + 1
            while k < len(toks) and toks[k].kind == "word" and k - j < 5 and toks[k].low not in ("respectively",):
                k += 1
            if k >= len(toks) or toks[k].kind != "quantity":
                break
            bound, first = fields.bound_before(toks, k)
            out.append(fields.Amount(k, None, bound, first, k + 1))
            j = k + 1
        return out if len(out) == len(owners) else None


def merge(found: list[Found]) -> list[Found]:
    """Join what one sentence says twice of one move: "rose ..., strengthening 1.8 % to 75.2"."""
    out: list[Found] = []
    for move in found:
        same = next((m for m in reversed(out) if _one_move(m, move)), None)
        if same is None:
            out.append(move)
            continue
        if same.amount is None and move.amount is not None:
            same.trigger, same.rule = move.trigger, move.rule
        for name in ("amount", "change", "level", "against", "reference", "bound_span", "level_bound_span"):
            if getattr(same, name) is None:
                setattr(same, name, getattr(move, name))
                if name == "amount" and move.amount is not None:
                    same.bound = move.bound
                if name == "level" and move.level is not None:
                    same.level_bound = move.level_bound
        same.region = (min(same.region[0], move.region[0]), max(same.region[1], move.region[1]))
    return out


def _one_move(a: Found, b: Found) -> bool:
    if a.asset.symbol != b.asset.symbol or a.sense != b.sense or (a.polarity, a.modality) != (b.polarity, b.modality):
        return False
    if a.against is not None and b.against is not None and a.against.symbol != b.against.symbol:
        return False
    if a.amount is not None and b.amount is not None:
        p, q = a.amount.quantity, b.amount.quantity
        return p is not None and q is not None and p.value == q.value and p.unit == q.unit
    return True
