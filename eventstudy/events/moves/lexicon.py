"""The words that the move grammar knows: what rises and falls, and the closed classes between them.

Everything that is not here counts as a noun of its own; that is what keeps "oil output rose" from being
oil's price. Each word carries a set of bits, so that a test on a token is one bit operation.
"""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import Stretches, all_forms
from eventstudy.events.moves.verbs import ADJECTIVES, CAUSATIVES, LIGHT_BASES, NOUNS, SIZED, SUFFERED, VERBS

__all__ = [
    "ADJECTIVE",
    "ADVERB",
    "AUXILIARY",
    "BOUNDS",
    "CAUSATIVE",
    "CLOSED",
    "CONJUNCTION",
    "DETERMINER",
    "FORECAST",
    "LIGHT",
    "LINK",
    "MODAL",
    "MODIFIER",
    "MOVER",
    "NEGATION",
    "NOUN",
    "PREPOSITION",
    "PRICE",
    "PRONOUN",
    "RELATIVE",
    "SESSION_NOUNS",
    "SPANS_OF_TIME",
    "SPEECH",
    "SUBORDINATOR",
    "SUFFER",
    "UNDOER",
    "VERB",
    "VERBISH",
    "flags_of",
    "kept_flags",
    "words_with",
]  # fmt: skip


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DETERMINERS: Final = _set(
    """
    a all an another any both each her his its my no our some such that the their these this those
    """
)

PREPOSITIONS: Final = _set(
    """
    about above across after against alongside amid among around at before behind below beneath between beyond by
    despite due during following for from in into like near of on onto over past per since than through throughout
    till to toward towards under until upon versus via vs with within without
    """
)

CONJUNCTIONS: Final = _set(
    """
    and but nor or plus yet
    """
)

SUBORDINATORS: Final = _set(
    """
    after although as because before if once since so that though unless until when whenever whereas whether while
    """
)

RELATIVES: Final = _set(
    """
    where which who whom whose
    """
)

PRONOUNS: Final = _set(
    """
    he him i it itself she them themselves they we you
    """
)

AUXILIARIES: Final = _set(
    """
    'd 's 've am are be been being did do does had has have having is was were ’d ’s ’ve
    """
)

MODALS: Final = _set(
    """
    'll can can't cannot could couldn't may might must shall should will won't would wouldn't ’ll
    """
)

NEGATIONS: Final = _set(
    """
    aren't can't cannot couldn't didn't doesn't don't failed failing fails hadn't hardly hasn't haven't isn't n't
    neither never no nor not scarcely unable wasn't weren't without won't wouldn't
    """
)

ADVERBS: Final = _set(
    """
    about afterwards again ahead almost alone already also another approximately around back earlier early even ever
    far further however initially instead intraday just last late later least less little long markedly meanwhile
    modestly more most much nearly never now once only otherwise out overall overnight quite rather respectively roughly
    sharply so somewhat soon still then thereafter though together too very well
    tad touch bit shade notch fraction whisker hair
    """
)

# Verbs that link an asset to "up", "lower" or a level: "was", "traded", "ended".
LINKS: Final = _set(
    """
    adjusted began begin bid bump bumped came change changed changes changing close closed closes closing come
    continue continued continues creep crept done drift drifted drifting drifts edge edged edges edging end ended
    ending ends fetch fetched fetching finish finished finishes finishing fix fixed gapped get go goes going gone
    got grind head headed heading heads held hold holding holds hover hovered hovering inch inched inches inching
    indicated last left look looked lurched march marched move moved moves moving nudge nudged nudging open opened
    opening opens power powered priced pull pulled push pushed quoted remain remained remaining remains reopened
    seen set settle settled settles settling shut shuts shoot shot snap snapped swing swings stand stands start started
    starting starts stay stayed staying stays steadying stabilizing stabilising stood swung tick ticked
    ticking ticks track tracked trade traded trades trading turn turned turning turns valued went whipsawed wind
    wound
    """
)

# Verbs that carry a noun of movement: "posted a gain"; those of `LIGHT_BASES` in every form.
LIGHT_VERBS: Final = all_forms(LIGHT_BASES + " hit reach touch scale plumb") | _set(
    """
    accelerated built close closed continued course cut gave give given gives giving head headed heading hit hits
    hitting made make makes making managed narrowed reach reached reaching returned saw see seen sees set show showed
    showing shows snap snapped stretched swung take takes taking took touch touched touching track widened wiped
    """
)

# Verbs that undo a move: "pared gains", "recouped its losses".
UNDOERS: Final = _set(
    """
    cap capped capping caps cut erase erased erases erasing gave give halt halted limit limited limiting limits
    narrow narrowed offset pare pared pares paring recoup recouped recouping recoups recover recovered reverse
    reversed reverses reversing shrug shrugged slow slowed snap snapped snaps stem stemmed stop stopped trim trimmed
    trimming trims wipe wiped
    """
)

# Verbs that move their object: "sent oil lower", "dragged the crown down".
MOVERS: Final = _set(
    """
    bid bring bringing brings brought carried carry drag dragged dragging drags drive driven drives driving drove
    force forced forcing help helped helping keep keeping keeps kept knock knocked leave leaves leaving left lift
    lifted lifting lifts nudge nudged nudging pull pulled pulling pulls push pushed pushes pushing send sending
    sends sent take takes taking took
    """
)

# Other verbs whose past is irregular; regular ones are known by -ed.
OTHER_VERBS: Final = _set(
    """
    beat became become becomes began boils bought bring brings broke brought built buy buys came caught chose cost
    cut dealt drew drive drives drove face faces felt flew fought found gave grew held help helps hurt keep keeps
    kept knew lay led left lent lies made mean means meant met need needs paid put ran remain rode sat saw sell
    sells send sends sent shook sits sold sought spent spoke stood struck stuck taught thought threw took want wants
    weigh weighed weighing weighs went withdrew won wrote expire expires expiring mature matures maturing
    sped sprang crept swept strode swam tore wore bore bent burst clung drank flung forgot froze outdid
    outshone outran outgrew outsold overran
    tops surpass surpasses steadies overtook sang slew spun stole strove swore underwent withstood fared
    """
)

SPEECH_VERBS: Final = _set(
    """
    according announced believe believed believes estimated explained noted reported reports said say saying says
    showed shows tells thinks told warned wrote
    """
)

# What makes a move a possibility.
FORECASTS: Final = _set(
    """
    anticipate anticipated anticipates bet bets betting bound call called calls course due envisage envisages estimate
    estimates expect expected expecting expects fear feared fearing fears forecast forecasting forecasts headed
    heading hope hoped hopes hoping implies imply likely looks outlook poised possible potential predict predicted
    predicting predicts project projected projecting projects prospect prospects risk risking risks see seeing sees
    pointed pointing set target targeted targeting targets threaten threatened threatens tipped track unlikely
    """
)

# Nouns that stand for the price once the asset is named: "oil prices", "Brent futures", "the Nikkei average".
PRICE_NOUNS: Final = _set(
    """
    average basket benchmark benchmarks blend bullion composite contract contracts crude currency delivery exchange
    future futures gauge grade index indexes indices market markets oil price prices quotations quotes rate share
    shares spot stock stocks value values yield yields
    crudes oils
    """
)

# What may stand before an asset in its phrase, or in the name of a market.
MODIFIERS: Final = _set(
    """
    active american april asian august average barometer battered beleaguered benchmark blue-chip brent british
    broad broader cash chinese closely-watched commodity-linked crude currency dated december domestic dutch embattled
    euro-zone european february french front front-month german global global-benchmark heavy high-flying
    international january japanese july june key light local london london-traded main march market may metal moscow
    most-active most-traded national nearby new november october offshore oil onshore pan-european pan-regional
    physical precious prompt russian safe-haven second-month september sour spot sweet tech-heavy troubled u.k. u.s.
    uk us volatile wider world year-ago yellow york
    riskier weekly daily monthly quarterly yearly united major daytime small-cap tech-focused more-liquid ice
    nymex comex
    """
)

# What may follow "in" after a noun of movement without being what moved: "a drop of 2 % in early trade".
SESSION_NOUNS: Final = _set(
    """
    after-hours afternoon asia day days dealings deals dollar early eight electronic europe five four hours late
    light month months morning nine overnight percentage pre-market premarket relation row session sessions seven
    first second third fourth fifth sixth seventh eighth ninth tenth straight consecutive six ten terms thin three
    trade trading two value volatile week weeks year years
    """
)

# Stretches of time that stand as adverbs: "ended the day up".
SPANS_OF_TIME: Final = _set(
    """
    afternoon day month morning quarter session trading week year
    """
)

(
    DETERMINER, PREPOSITION, CONJUNCTION, SUBORDINATOR, RELATIVE, PRONOUN, AUXILIARY, MODAL, NEGATION, ADVERB, LINK,
    LIGHT, UNDOER, MOVER, OTHER_VERB, SPEECH, FORECAST, PRICE, MODIFIER, VERB, NOUN, ADJECTIVE, CAUSATIVE,
    SUFFER,
) = (1 << k for k in range(24))  # fmt: skip

CLOSED: Final = DETERMINER | PREPOSITION | CONJUNCTION | SUBORDINATOR | RELATIVE | PRONOUN | ADVERB | ADJECTIVE
VERBISH: Final = (
    AUXILIARY | MODAL | NEGATION | LINK | LIGHT | VERB | SPEECH | FORECAST | CAUSATIVE | OTHER_VERB | MOVER | SUFFER
)  # fmt: skip

_FLAGS: Final[dict[str, int]] = {}
for _bit, _words in (
    (OTHER_VERB, frozenset(w for w in UNDOERS if w.endswith("ed"))),
    (OTHER_VERB, frozenset(w for verbs in SIZED.values() for w in verbs)),
    (DETERMINER, DETERMINERS), (PREPOSITION, PREPOSITIONS), (CONJUNCTION, CONJUNCTIONS), (RELATIVE, RELATIVES),
    (SUBORDINATOR, SUBORDINATORS), (PRONOUN, PRONOUNS), (AUXILIARY, AUXILIARIES), (MODAL, MODALS),
    (NEGATION, NEGATIONS), (ADVERB, ADVERBS), (LINK, LINKS), (LIGHT, LIGHT_VERBS), (UNDOER, UNDOERS),
    (MOVER, MOVERS), (OTHER_VERB, OTHER_VERBS),
    (SPEECH, SPEECH_VERBS), (FORECAST, FORECASTS), (PRICE, PRICE_NOUNS), (MODIFIER, MODIFIERS), (VERB, VERBS),
    (NOUN, NOUNS), (ADJECTIVE, ADJECTIVES), (CAUSATIVE, CAUSATIVES), (SUFFER, SUFFERED),
):  # fmt: skip
    for _word in _words:
        _FLAGS[_word] = _FLAGS.get(_word, 0) | _bit


def flags_of(low: str) -> int:
    """Bits of a folded word; an unknown one in -ed is taken for a verb, one in -ly for an adverb.

    Examples
    --------
    >>> bool(flags_of("fell") & VERB), bool(flags_of("whipsawed") & VERBISH), flags_of("output")
    (True, True, 0)
    """
    known = _FLAGS.get(low)
    if known is not None:
        return known
    if len(low) > 4:
        if low.endswith("ed") and "-" not in low:
            return OTHER_VERB
        if low.endswith("ly"):
            return ADVERB
    return 0


kept_flags = Stretches(flags_of).__getitem__
"""As `flags_of`, read off each word once."""


def words_with(flags: int) -> frozenset[str]:
    """Give the words that carry one of these bits."""
    return frozenset(word for word, held in _FLAGS.items() if held & flags)


# Bounds by their words; the value is the canonical bound.
BOUNDS: Final[dict[tuple[str, ...], str]] = {
    tuple(phrase.strip().split()): name
    for name, phrases in {
        "as much as": "as much as, by as much as, up to, as many as, as low as, as high as, at most, a maximum of, "
        "no more than",
        "more than": "more than, over, above, upwards of, exceeding, north of, past, beyond, topping, greater than, "
        "well over, well above, just over, just above, slightly more than, a little more than, slightly above, "
        "slightly over, well past",
        "at least": "at least, no less than, a minimum of",
        "less than": "less than, below, under, just under, just below, well below, slightly below, slightly less than, "
        "beneath, south of, slightly under",
        "nearly": "nearly, almost, close to, just short of, short of, just shy of, shy of",
        "about": "about, around, roughly, approximately, some, near, circa, or so, near to, an estimated, just about",
    }.items()
    for phrase in phrases.split(",")
}
