"""The words that the move grammar knows: what rises and falls, and the closed classes between them.

Everything that is not here counts as a noun of its own; that is what keeps "oil output rose" from being oil's price.
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "ADJECTIVES", "ADVERBS", "AUXILIARIES", "BOUNDS", "CAUSATIVES", "CONJUNCTIONS", "DETERMINERS", "FORECASTS", "LIGHT",
    "LINKS", "MODALS", "MODIFIERS", "NEGATIONS", "NOUNS", "PREPOSITIONS", "PRICE_NOUNS", "PRONOUNS", "RELATIVES",
    "SESSION_NOUNS", "SPEECH", "SUBORDINATORS", "VERBS", "Sense",
]  # fmt: skip

Sense = Literal[1, -1, 0]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _forms(base: str, irregular: dict[str, tuple[str, ...]]) -> list[str]:
    """Give base, third person, past and participle forms of a regular or listed verb."""
    if base in irregular:
        past = list(irregular[base])
    elif base.endswith("e"):
        past = [base + "d"]
    elif base.endswith("y") and base[-2] not in "aeiou":
        past = [base[:-1] + "ied"]
    elif base in _DOUBLED:
        past = [base + base[-1] + "ed"]
    else:
        past = [base + "ed"]
    if base.endswith(("s", "sh", "ch", "x", "z")):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in "aeiou":
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    if base.endswith("e"):
        gerund = base[:-1] + "ing"
    elif base in _DOUBLED:
        gerund = base + base[-1] + "ing"
    else:
        gerund = base + "ing"
    return [base, third, *past, gerund]


_DOUBLED = _set(
    "drop slip dip rip shed pop zip trip pin sag skid set sap trim nip cut zap snap skip hit put let begin run"
)
_IRREGULAR: dict[str, tuple[str, ...]] = {
    "rise": ("rose", "risen"), "fall": ("fell", "fallen"), "sink": ("sank", "sunk"), "slide": ("slid",),
    "lose": ("lost",), "shed": ("shed",), "shrink": ("shrank", "shrunk"), "leap": ("leapt", "leaped"),
    "dive": ("dived", "dove"), "spring": ("sprang", "sprung"), "leak": ("leaked",),
}  # fmt: skip

_UP_VERBS = (
    "rise gain climb jump surge soar rally advance increase strengthen appreciate firm rebound recover bounce add leap "
    "spike skyrocket rocket balloon vault revive zoom outperform"
)
_DOWN_VERBS = (
    "fall drop decline slide slip sink tumble plunge plummet slump dip lose weaken depreciate retreat ease crash "
    "collapse dive shed skid tank soften crater decrease shrink nosedive sag crumble falter stumble wilt swoon slacken "
    "cheapen descend"
)


def _verbs() -> dict[str, Sense]:
    out: dict[str, Sense] = {}
    for sense, bases in ((1, _UP_VERBS), (-1, _DOWN_VERBS)):
        for base in bases.split():
            for form in _forms(base, _IRREGULAR):
                out[form] = sense  # type: ignore[assignment]
    # A rebound against others is no move; "ease" and "firm" also are adjectives and nouns, which the grammar sees to.
    for form in _forms("outperform", {}):
        del out[form]
    return out


VERBS: dict[str, Sense] = _verbs()

NOUNS: dict[str, Sense] = {
    **dict.fromkeys(
        ["rise", "rises", "gain", "gains", "climb", "jump", "jumps", "surge", "rally", "rallies", "advance", "advances", "increase", "increases", "rebound", "recovery", "bounce", "leap", "leaps", "spike", "uptick", "upswing", "upturn", "appreciation", "strengthening"], 1),
    **dict.fromkeys(
        ["fall", "falls", "drop", "drops", "decline", "declines", "slide", "slip", "loss", "losses", "plunge", "slump", "dip", "dips", "tumble", "retreat", "crash", "collapse", "dive", "sell-off", "selloff", "decrease", "decreases", "pullback", "correction", "depreciation", "weakening", "downturn", "devaluation"], -1),
}  # type: ignore[dict-item]  # fmt: skip

ADJECTIVES: dict[str, Sense] = {
    "up": 1, "higher": 1, "stronger": 1, "firmer": 1, "down": -1, "lower": -1, "weaker": -1, "softer": -1, "off": -1,
    "cheaper": -1, "dearer": 1, "flat": 0, "unchanged": 0, "steady": 0, "stable": 0,
}  # fmt: skip

# A verb whose object is the asset: "lifted Brent by 2 %".
CAUSATIVES: dict[str, Sense] = {
    **dict.fromkeys(
        [
            "lift",
            "lifts",
            "lifted",
            "lifting",
            "boost",
            "boosts",
            "boosted",
            "boosting",
            "propel",
            "propelled",
            "propelling",
            "hoisted",
        ],
        1,
    ),
    **dict.fromkeys(["depress", "depressed", "depressing", "dented", "knocked"], -1),
}  # type: ignore[dict-item]

DETERMINERS = _set("a an the its their his her this that these those some any each another no both all our my such")
PREPOSITIONS = _set(
    "of in on at by for from to with against versus vs since during over under below above after before amid despite "
    "following through into near around about within across per towards toward between among via until till past "
    "beyond upon without behind beneath up-to throughout onto like because-of due than alongside"
)
CONJUNCTIONS = _set("and or but nor yet plus")
SUBORDINATORS = _set(
    "while whereas although though because unless if when whenever once as after before since that whether until so"
)
RELATIVES = _set("which who whose whom where")
PRONOUNS = _set("it they he she we i you them him us itself themselves")
AUXILIARIES = _set("is are was were be been being am has have had having do does did 's 've 'd ’s ’ve ’d")
MODALS = _set("could may might would can should must will shall 'll ’ll won't wouldn't couldn't can't cannot")
NEGATIONS = _set(
    "not never no hardly scarcely n't didn't doesn't don't hasn't haven't hadn't wasn't weren't isn't aren't won't "
    "wouldn't couldn't can't cannot without neither nor failed fails failing unable"
)

# Verbs that link an asset to "up", "lower" or a level, or carry a noun: "was", "traded", "posted a gain".
LINKS = _set(
    "trade trades traded trading settle settles settled settling close closes closed closing end ends ended ending "
    "finish finishes finished finishing open opens opened opening stand stands stood edge edges edged edging inch inches "
    "inched inching tick ticks ticked ticking creep crept nudge nudged nudging drift drifts drifted drifting move moves "
    "moved moving head heads headed heading turn turns turned turning go goes went gone going come came remain "
    "remains remained remaining stay stays stayed staying hold holds held holding change changes changed changing "
    "swing swung start starts started starting begin began continue continues continued push pushed shoot shot bid "
    "quoted seen fetched fetching fetch left stays look looked pull pulled snap snapped power powered grind ground march marched "
    "hover hovered hovering fix fixed set track tracked wind wound inched lurched bump bumped got get reopened gapped whipsawed "
    "indicated priced valued adjusted done last"
)
LIGHT = _set(
    "post posts posted posting suffer suffers suffered suffering see sees saw seen record records recorded recording "
    "notch notches notched notching log logs logged logging mark marks marked register registers registered book "
    "booked score scored show shows showed showing face faced take takes took taking extend extends extended extending "
    "pare pares pared paring trim trims trimmed trimming reverse reversed reversing erase erased erasing recoup recouped recouping make makes made "
    "making give gave hit hits hitting touch touched touching reach reached reaching cap capped snap snapped "
    "capping head headed heading set course track experienced endured sustained chalked racked enjoyed bring "
    "brought stage staged cut accelerated widened deepened stretched built wiped narrowed continued resumed swung returned "
    "sealed clocked secured managed"
)

# Nouns that stand for an asset's price once the asset is named: "oil prices", "Brent futures", "the Nikkei average".
PRICE_NOUNS = _set(
    "price prices futures future contract contracts crude oil index average composite benchmark benchmarks currency "
    "rate spot market markets exchange bullion stock stocks share shares yield yields indexes indices basket gauge "
    "quotes quotations values value blend delivery grade"
)
MODIFIERS = _set(
    "benchmark global international front-month front spot domestic local national main broad broader blue-chip key "
    "tech-heavy pan-european pan-regional nearby closely-watched barometer currency prompt active most-active "
    "oil crude market high-flying safe-haven beleaguered embattled commodity-linked volatile battered troubled "
    "physical cash onshore offshore dated light sweet heavy sour brent russian european american asian british german "
    "french japanese chinese u.s. us uk u.k. euro-zone london london-traded new york moscow precious yellow metal "
    "june july august september october november december january february march april may dollar-denominated "
    "rouble-denominated ruble-denominated second-month most-traded global-benchmark world oil's wider average year-ago"
)
ADVERBS = _set(
    "also still just only further even again already soon now then later earlier instead meanwhile almost well back "
    "already much far more less most least so too very once ever together alone early late quite rather somewhat "
    "nearly roughly about approximately around another initially last intraday overnight ahead otherwise thereafter "
    "afterwards respectively sharply though however little long never modestly a-bit markedly overall"
)
SPEECH = _set(
    "said says say saying told tells added-that reported reports showed shows noted wrote announced warned estimated "
    "thinks believes believe believed explained according data-showed"
)
FORECASTS = _set(
    "expect expects expected expecting forecast forecasts forecasting predict predicts predicted predicting project "
    "projects projected projecting estimate estimates see sees seeing anticipate anticipates anticipated likely unlikely "
    "poised set due bet bets betting fear fears feared fearing hope hopes hoped hoping risk risks risking threaten "
    "threatens threatened potential possible prospect prospects target targets targeted targeting call calls outlook imply implies "
    "envisage envisages headed heading course track looks tipped bound"
)
# What may follow "in" after a noun of movement without being what moved: "a drop of 2 % in early trade".
SESSION_NOUNS = _set(
    "session sessions trade trading day days week weeks month months year years hours deals dealings asia europe early "
    "late morning afternoon thin volatile overnight value relation percentage dollar terms row the-market two three four "
    "five six seven eight nine ten electronic after-hours premarket pre-market light"
)

# Bounds, longest first; the value is the canonical bound.
BOUNDS: dict[tuple[str, ...], str] = {
    ("as", "much", "as"): "as much as", ("by", "as", "much", "as"): "as much as", ("up", "to"): "as much as",
    ("as", "many", "as"): "as much as", ("as", "low", "as"): "as much as", ("as", "high", "as"): "as much as",
    ("at", "most"): "as much as", ("a", "maximum", "of"): "as much as", ("more", "than"): "more than",
    ("over",): "more than", ("above",): "more than", ("upwards", "of"): "more than", ("exceeding",): "more than",
    ("north", "of"): "more than", ("past",): "more than", ("beyond",): "more than", ("topping",): "more than",
    ("greater", "than"): "more than", ("well", "over"): "more than", ("well", "above"): "more than",
    ("just", "over"): "more than", ("just", "above"): "more than", ("slightly", "more", "than"): "more than",
    ("a", "little", "more", "than"): "more than", ("slightly", "above"): "more than",
    ("at", "least"): "at least", ("no", "less", "than"): "at least", ("a", "minimum", "of"): "at least",
    ("less", "than"): "less than", ("below",): "less than", ("under",): "less than", ("just", "under"): "less than",
    ("just", "below"): "less than", ("well", "below"): "less than", ("slightly", "below"): "less than",
    ("slightly", "less", "than"): "less than", ("short", "of"): "nearly", ("just", "shy", "of"): "nearly",
    ("shy", "of"): "nearly", ("beneath",): "less than", ("south", "of"): "less than", ("no", "more", "than"): "as much as",
    ("nearly",): "nearly", ("almost",): "nearly", ("close", "to"): "nearly", ("just", "short", "of"): "nearly",
    ("about",): "about", ("around",): "about", ("roughly",): "about", ("approximately",): "about", ("some",): "about",
    ("near",): "about", ("circa",): "about", ("or", "so"): "about", ("near", "to"): "about", ("an", "estimated"): "about",
}  # fmt: skip
