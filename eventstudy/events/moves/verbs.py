"""What rises and what falls: verbs with their forms, nouns, adjectives; 1 is up, -1 down, 0 unchanged."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import all_forms, verb_forms

__all__ = [
    "ADJECTIVES", "BEFORE_SIZE", "CAUSATIVES", "CROSSING", "FIXED", "LIGHT_BASES", "NOUNS", "OVERTAKING", "PHRASAL",
    "PRESENT", "SIDES", "SIZED", "STILL", "SUFFERED", "VERBS",
]  # fmt: skip

_UP: Final = (
    "rise gain climb jump surge soar rally advance increase strengthen appreciate firm rebound recover bounce add leap "
    "spike skyrocket rocket balloon vault revive zoom clamber catapult regain pop swell improve double triple quadruple"
)
_DOWN: Final = (
    "fall drop decline slide slip sink tumble plunge plummet slump dip lose weaken depreciate retreat ease crash "
    "collapse dive shed skid tank soften crater decrease shrink nosedive sag crumble falter stumble wilt swoon descend "
    "fade cede surrender wane recede erode droop buckle deflate ebb backtrack backpedal halve bleed subside cool "
    "cascade capitulate implode unravel evaporate sputter stagger"
)


def _sensed(up: str, down: str) -> dict[str, int]:
    """Give each word its sense."""
    return dict.fromkeys(up.split(), 1) | dict.fromkeys(down.split(), -1)


VERBS: dict[str, int] = {form: sense for base, sense in _sensed(_UP, _DOWN).items() for form in verb_forms(base)}

# Words that are a movement only where its size follows at once: "the DAX won 0.2 %".
BEFORE_SIZE: Final = {
    "won": 1, "progressed": 1, "progressing": 1, "recouped": 1, "recoups": 1, "recouping": 1,
    "reclaimed": 1, "reclaims": 1,
}  # fmt: skip
VERBS |= BEFORE_SIZE
# What stands still.
VERBS |= dict.fromkeys(["steadied", "steadies", "stabilised", "stabilized", "stabilises", "stabilizes"], 0)

# Forms of the present tense, which may say what is usual rather than what happened.
PRESENT: Final = frozenset(
    form for base in f"{_UP} {_DOWN}".split() for form, tags in verb_forms(base).items() if "b" in tags or "s" in tags
)

NOUNS: Final = _sensed(
    "rise rises gain gains climb jump jumps surge rally rallies advance advances increase increases rebound "
    "recovery bounce leap leaps spike uptick upswing upturn appreciation strengthening surges rebounds "
    "bounces spikes climbs recoveries upticks fillip bump upsurge upmove run-up comeback",
    "fall falls drop drops decline declines slide slip loss losses plunge slump dip dips tumble retreat crash "
    "collapse dive sell-off selloff decrease decreases pullback correction depreciation weakening downturn "
    "devaluation plunges slumps tumbles retreats crashes collapses dives sell-offs selloffs pullbacks "
    "downturns skid nosedive drubbing "
    "beating battering hammering pummelling setback wobble swoon downdraft relapse slippage",
)

ADJECTIVES: Final[dict[str, int]] = {
    "up": 1, "higher": 1, "stronger": 1, "firmer": 1, "down": -1, "lower": -1, "weaker": -1, "softer": -1, "off": -1,
    "adrift": -1, "better": 1, "worse": -1, "dearer": 1, "pricier": 1, "cheaper": -1,
    "richer": 1, "poorer": -1, "lighter": -1, "upward": 1, "upwards": 1, "downward": -1, "downwards": -1,
    "flat": 0, "unchanged": 0, "steady": 0, "stable": 0,
}  # fmt: skip

FIXED: Final = frozenset({"changed", "moved", "altered", "budged"})
# Movements of two words, by the second: "pulled back" and "backed off" are down, "little changed" is neither.
PHRASAL: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(FIXED, frozenset({"little", "barely", "hardly", "scarcely"})),
    "back": all_forms("pull"),
    "off": all_forms("back sell"),
    "firm": all_forms("hold stand stay remain"),
    "put": all_forms("stay"),
}
STILL: Final = frozenset({"firm", "put"})
# Particles that need an amount to be a movement, and the verbs before them: "gave up 2 %", "tacked on 38 cents".
SIZED: Final[dict[str, dict[str, int]]] = {
    "up": dict.fromkeys(all_forms("give"), -1),
    "back": dict.fromkeys(all_forms("give move"), -1) | dict.fromkeys(all_forms("claw win fight"), 1),
    "ahead": dict.fromkeys(all_forms("move forge power race charge surge push pull steam storm"), 1),
    "on": dict.fromkeys(all_forms("tack put pile"), 1),
    "away": dict.fromkeys(all_forms("give"), -1),
    "out": dict.fromkeys(all_forms("eke"), 1),
}

# What breaks through a level goes the way of the word after it: "broke below $1,900".
CROSSING: Final = all_forms(
    "break cross smash burst crack crash punch push move slice blast race storm sail roar charge power blow rip tear "
    "march barrel hurtle shoot creep inch edge pop nose poke peek"
)
OVERTAKING: Final = all_forms("top surpass breach exceed clear eclipse hurdle pierce puncture crest scale")
SIDES: Final = _sensed("above past", "below under beneath")

# A verb whose object is the asset: "lifted Brent by 2 %".
CAUSATIVES: Final = _sensed(
    "lift lifts lifted lifting boost boosts boosted boosting propel propelled propelling hoisted",
    "depress depressed depressing dented knocked",
)

# Participles that say of an asset what became of it: "oil was battered", "the yen was boosted by".
SUFFERED: Final = _sensed(
    "lifted boosted propelled hoisted buoyed revalued",
    "devalued depressed dented hammered pummelled pummeled battered routed pounded clobbered walloped crushed",
)

# Verbs that only carry a noun of movement: "posted a gain", "led the losses".
LIGHT_BASES: Final = (
    "post record register log notch book suffer endure experience witness extend stage mark tally secure lead "
    "chalk clock sustain deepen face resume complete enjoy score pace seal rack eke cap pare trim erase "
    "reverse recoup bring nurse pocket bag reap savour savor swallow shoulder absorb print deliver muster collect "
    "capture earn produce manage"
)
