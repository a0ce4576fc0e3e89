"""Rank the clauses of a sentence: main, subordinate, relative."""

from __future__ import annotations

import itertools
from typing import Final

from eventstudy.events.language.lexing import Stretches, Tokens
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import (
    ADVERBS,
    AUXILIARIES,
    BOUNDARIES,
    DAYS,
    NEGATIONS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    word_set,
)

__all__ = ["REPORTING", "clause_ranks", "inversions", "walls"]


_SPANS: Final = word_set(
    "day days hour hours week weeks month months year years minutes shortly soon just immediately hardly"
)
_SAID: Final = (["said"], ["says"])
_SIGNS: Final = frozenset({";", ":", "—"})
_PRONOUNS: Final = word_set("he she it they we")
_OPENERS: Final = SUBORDINATORS | RELATIVES | _PRONOUNS | {"that"}
_TURNS: Final = _OPENERS | _SIGNS | {",", "and"}


def _turns_at(word: str) -> bool:
    return word in _TURNS or is_verb_like(word)


_turns = Stretches(_turns_at).__getitem__
"""Whether the rank of a clause can change at a word."""


_HELD: Final = word_set(
    "meeting summit session week month year quarter decade crisis january february march april may june july august "
    "september october november december"
)


def clause_ranks(tokens: Tokens, n: int, inverted: frozenset[int] = frozenset()) -> tuple[list[int], list[bool]]:
    """Rank the clauses of the first ``n`` tokens: 0 main, 1 subordinate, 2 relative; and whether each is conditional.

    ``inverted`` are the auxiliaries that stand for "if", from `inversions`.
    """
    low = tokens.low
    ranks = [0] * n
    conditions = [False] * n
    if not inverted and _OPENERS.isdisjoint(low[:n]):
        return ranks, conditions
    rank, opened_by_comma, leading, condition, gerund = 0, False, False, False, False
    main_verb, verbs_inside = False, 0
    # Only at these words can the rank change.
    turns = list(itertools.compress(range(n), map(_turns, low)))
    if inverted:
        turns = sorted({*turns, *(i for i in inverted if i < n)})
    for i, following in itertools.pairwise([*turns, n]):
        word = low[i]
        before = low[i - 1] if i else ""
        if word in _SIGNS:
            rank, condition = 0, False
        elif word == ",":
            if rank and (opened_by_comma or leading):
                rank, condition, leading = 0, False, False
        elif word == "and" and rank == 1 and gerund and any(is_verb_like(w) for w in low[i + 1 : i + 3]):
            # "after completing their drills and will return": a gerund's clause holds no finite verb.
            rank = 0
        elif word == "and" and rank == 1 and not leading and low[i + 1 : i + 2] in _SAID:
            # "threatened force unless he was freed and said it would close its border"
            rank, condition = 0, False
        elif i in inverted:
            rank, condition, opened_by_comma, leading, verbs_inside, gerund = 1, True, before == ",", i <= 1, 0, False
        elif word in SUBORDINATORS or word == "that":
            if _opens(low, i, before):
                told_of = word == "when" and before == "," and (low[i - 2] in _HELD or low[i - 2].isdigit())
                rank = 2 if word == "that" or told_of else 1  # "the June meeting, when it left rates unchanged"
                condition = word in ("if", "unless", "whether") or (
                    word == "as" and before in _SPANNING and not _TO_COME.isdisjoint(low[:i])
                )  # "will free them as soon as the rebels disarm"
                opened_by_comma = before == ","
                leading = i <= 1 or (leading and before in ("and", "even")) or (i < 5 and before in _SPANS)
                verbs_inside = 0
                gerund = any(w.endswith("ing") for w in low[i + 1 : i + 2])
        elif word in RELATIVES:
            rank, opened_by_comma, verbs_inside, leading = 2, before == ",", 0, False
            if word == "who" and _homograph(low[i + 1 : i + 2]):
                verbs_inside = 1  # "truckers who support the president blocked": a verb that may be a noun
        elif word in _PRONOUNS:
            if rank == 0 and main_verb and _describes(tokens, i):
                rank, opened_by_comma, verbs_inside, leading = 2, False, 0, False
        elif before not in AUXILIARIES and is_verb_like(word):
            if rank == 2 and not opened_by_comma and not main_verb:
                verbs_inside += 1
                if verbs_inside > 1 and before not in ("and", "or", ","):
                    rank, condition = 0, False
            if rank == 0:
                main_verb = True
        if rank:
            ranks[i:following] = [rank] * (following - i)
        if condition:
            conditions[i:following] = [True] * (following - i)
    return ranks, conditions


REPORTING: Final = word_set(
    "said says say saying announced announces confirmed confirms declared declares reported reports told added stated "
    "reiterated insisted claimed claims warned warns agreed promised pledged vowed denied denies deny demanded demands "
    "urged believes believe feared fears fear hopes hoped thinks acknowledged admitted revealed disclosed concluded so "
    "stressed noted announce report showed shows suggested indicates indicated complained alleged charged accused "
    "decided proposed threatened confident guaranteed assured maintains maintained warning announcing indicating "
    "confirming claiming noting insists argues argued requested requests asked ordered rumours announcement "
    "hint hints hinted signalled signaled tweeted repeated cautioned argued contended swore predicted predicts ruled "
    "decreed boasted intimated explained remarked replied testified wrote emphasised emphasized underlined conceded "
    "declaration plain clear sure certain reporters him her them parliament"
)


def _homograph(follows: list[str]) -> bool:
    """Whether the word after "who" is its verb though it can be a noun."""
    return bool(follows) and follows[0].isalpha() and follows[0] not in _NO_NOUNS and not is_verb_like(follows[0])


_TIMES: Final = DAYS | word_set(
    "morning afternoon evening night week month year time hour hours days weeks months years ago"
)
_TELLING: Final = REPORTING | word_set(
    "tell tells telling warn warning inform informed informs asks ask assure assures sure"
)


def _describes(tokens: Tokens, i: int) -> bool:
    """Whether the pronoun at ``i`` opens a relative clause without "that": "handed back ships it captured"."""
    low = tokens.low
    before = low[i - 1]
    if not before.isalpha() or before != tokens.words[i - 1] or before in _NO_NOUNS or is_verb_like(before):
        return False
    follows = low[i + 1] if i + 1 < len(low) else ""
    if not (is_verb_like(follows) or follows in AUXILIARIES):
        return False
    return before not in _TIMES and _TELLING.isdisjoint(low[max(0, i - 12) : i])


_NO_NOUNS: Final = (
    _PRONOUNS |
    SUBORDINATORS | RELATIVES | AUXILIARIES | ADVERBS | NEGATIONS | PREPOSITIONS
    | word_set("and but or that so than as what how why")
)  # fmt: skip
_INVERTING: Final = word_set("had were should")
_CONDITIONAL: Final = word_set("would could might will 'd")
_NOT_SUBJECTS: Final = word_set(
    "not to by been be n't never also already just long only no better as on in at of for with from"
)


def inversions(tokens: Tokens) -> frozenset[int]:
    """Find the auxiliaries that stand for "if": "Had Russia attacked", "should the talks fail", "were it to leave"."""
    low, words = tokens.low, tokens.words
    if _INVERTING.isdisjoint(low):
        return frozenset()
    out = []
    for i, word in enumerate(low[:-2]):
        if word not in _INVERTING:
            continue
        follows = low[i + 1]
        if follows in _NOT_SUBJECTS or follows in AUXILIARIES or not follows[0].isalpha():
            continue
        opens = i == 0 or low[i - 1] in BOUNDARIES or low[i - 1] in ("and", "but", "that")
        # Elsewhere it must follow a clause with "would": "gold would have surged had Russia attacked".
        if not opens and _CONDITIONAL.isdisjoint(low[:i]):
            continue
        subject = words[i + 1][0].isupper() or follows in _SUBJECTS
        if subject and _completed(low, i, word):
            out.append(i)
    return frozenset(out)


_SUBJECTS: Final = word_set(
    "the a an it he she they we you this that these those any its their his her talks such another"
)


def _completed(low: list[str], i: int, auxiliary: str) -> bool:
    """Whether the verb that the auxiliary asks for stands within its clause, behind a subject."""
    if low[-1] == "?":
        return False
    for word in low[i + 2 : i + 12]:
        if word in BOUNDARIES:
            return False
        if auxiliary == "had" and (is_verb_like(word) or word.endswith(("en", "wn"))):
            return True
        if auxiliary == "were" and word == "to":
            return True
        if auxiliary == "should" and word not in SUBORDINATORS and word.isalpha():
            return True
    return False


_INDEFINITE: Final = frozenset({"a", "an"})  # "agreed to a truce that begins": what is new is described, not said
_BEFORE_THAT: Final = frozenset({"", ",", "and", '"', "“", "of", "to"}) | word_set(
    "chance probability likelihood possibility prospect bet bets betting"  # "a 60 % chance that the Fed will cut"
)
_NOT_AFTER_AS: Final = word_set("much many of at soon well part a an being if saying “") | {'"'}
_NOT_BEFORE_AS: Final = word_set("such well soon much seen described regarded served act serves known denounced same")


def _verb_ahead(low: list[str], i: int) -> bool:
    """Whether a clause follows "as" rather than a name for something: "as states" against "as troops left"."""
    for word in low[i + 1 : i + 10]:
        if word in BOUNDARIES or word in ("and", "but"):
            return False
        if is_verb_like(word) or (word in _MOUNTING and low[i + 1] != word):
            return True
    return False


_AT_ONCE: Final = DAYS | word_set(
    "possible practicable feasible next this tomorrow tonight january february march april"
)
_SPANNING: Final = frozenset({"soon", "long"})
_TO_COME: Final = word_set("will would wo 'll 'd")
_MOUNTING: Final = word_set(
    "mount mounts loom looms deepen deepens grow grows rise rises fall falls ease eases swirl swirls persist persists "
    "linger lingers fade fades worsen worsens intensify intensifies escalate escalates spread spreads weigh weighs "
    "rage rages bite bites near nears begin begins resume resumes drag drags stall stalls simmer simmers await awaits"
)
"""What is told of circumstances behind "as": "as risks deepen"."""


def _opens(low: list[str], i: int, before: str) -> bool:
    word = low[i]
    follows = low[i + 1] if i + 1 < len(low) else ""
    if word == "that":
        # "drills that raised alarm" is a relative clause, "said on Tuesday that Russia" a complement.
        if before in REPORTING or before in _BEFORE_THAT:
            return False
        if _addressed(low, i) and not is_verb_like(follows):
            return False
        if is_verb_like(follows) or not _INDEFINITE.isdisjoint(low[max(0, i - 3) : i - 1]):
            return True
        return not any(w in REPORTING for w in low[max(0, i - 12) : i])
    if word == "as" and before in _SPANNING:
        return low[i - 2] == "as" and follows not in _AT_ONCE  # "as soon as", "as long as"
    if word == "as":
        return (
            _verb_ahead(low, i)
            and follows not in _NOT_AFTER_AS
            and before not in _NOT_BEFORE_AS
            and not follows.startswith("``")
        )
    if word in ("amid", "despite", "following"):
        return True
    if word == "once":
        return before in ("", ",")
    if word == "since":
        return not follows[:1].isdigit()
    return True


def _addressed(low: list[str], i: int) -> bool:
    """Whether before "that" only stands where something was said: "said in a televised address that"."""
    k = next((k for k in range(i - 2, max(0, i - 6), -1) if low[k] in ("in", "at", "on", "during")), 0)
    return k > 0 and not REPORTING.isdisjoint(low[max(0, k - 3) : k])


_OBJECT_ENDS: Final = frozenset({";", ":", "—", "that"}) | RELATIVES
_ENUMERATED: Final = word_set("and or food water medical mortar rocket")


_DEGREES: Final = word_set(
    "rapid high higher new fresh tough tougher further sweeping broad harsh"
)  # "new, far-reaching sanctions"
_HOURS: Final = DAYS | word_set("midnight noon midday dawn sunset tomorrow next the")
_BREAKS: Final = BOUNDARIES | SUBORDINATORS
# "sent a note seeking the withdrawal of troops" sends none.
_ASKING: Final = word_set("seeking urging asking accusing announcing alleging denying requesting inviting condemning")
_WALLS: Final = _OBJECT_ENDS | SUBORDINATORS | _ASKING | {","}


def walls(low: list[str]) -> tuple[list[int], list[int]]:
    """Give for each token where its stretch begins, and where the objects of a trigger that ends there stop."""
    n = len(low)
    left: list[int] = []
    right: list[int] = []
    begin = 0
    for i in itertools.compress(range(n), map(_BREAKS.__contains__, low)):
        left += [begin] * (i + 1 - len(left))
        begin = i + 1
    left += [begin] * (n + 1 - len(left))
    for i in itertools.compress(range(n), map(_WALLS.__contains__, low)):
        if low[i] == "as" and not _opens(low, i, low[i - 1] if i else ""):
            continue
        if low[i] == "until" and i + 1 < n and low[i + 1] in _HOURS:
            continue  # "gave them until Friday to leave"
        if low[i] != "," or (i + 1 < n and low[i + 1] not in _ENUMERATED and low[i - 1] not in _DEGREES):
            right += [i] * (i + 1 - len(right))
    right += [n] * (n + 1 - len(right))
    return left, right
