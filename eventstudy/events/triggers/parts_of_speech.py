"""Which part of speech a word is in its sentence: "Russian attacks" against "Russia attacks"."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.lexing import Tokens, all_forms
from eventstudy.events.language.text import is_verb_like
from eventstudy.events.language.verb_groups import (
    ADVERBS,
    AUXILIARIES,
    BE,
    BOUNDARIES,
    HAVE,
    NEGATIONS,
    NOUNS_IN_LY,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    VerbGroup,
    bare_group,
    leads,
    verb_group,
    word_set,
)
from eventstudy.events.triggers.clause_ranks import REPORTING
from eventstudy.events.triggers.compounds import GUNS, OF_TRADE, SANCTIONED
from eventstudy.events.triggers.reduced import ASIDE, DATED, NAMED_WITH_S, STANDING, VOTED, laden, told_later
from eventstudy.events.triggers.scan import Scan

__all__ = ["COMPOUNDING", "HOMOGRAPHS", "MARKET", "PREPOSITIONS", "verb_at"]


_DETERMINERS: Final = word_set(
    "the a an this these those its his her their our my your some any no every each another such more most many "
    "few several 's new recent fresh first second last latest next possible further major heavy"
)
_GERUND_PREPOSITIONS: Final = word_set("toward towards of from for by without in against to about on into")
_PRONOUNS: Final = word_set("he she it they we i you who which that")

MARKET: Final = word_set(
    "bitcoin ether cryptocurrencies oil crude brent wti gold silver copper gas wheat ruble rouble rubles "
    "roubles dollar euro yen yuan lira pound franc currency currencies stock stocks share shares equities "
    "equity bond bonds price prices futures index indices market markets yield yields investors traders dow "
    "wall costs inflation commodities crypto nasdaq ftse dax nikkei stoxx treasuries bunds gilts "
)


def verb_at(scan: Scan, i: int, tags: str) -> tuple[str, VerbGroup] | None:
    """Decide whether the word at ``i``, which can be a verb form with ``tags``, is a verb here, and which."""
    low = scan.low
    if low[i] == "trade" and low[i + 1 : i + 2] and low[i + 1] in OF_TRADE:
        return None  # "EU, U.S. trade chiefs", "close to trade deal"
    if low[i] in _LIMITS and low[i + 1 : i + 2] == ["on"]:
        return None  # "U.S. curbs on chips"
    before = low[i - 1] if i else ""
    if not leads(before):
        return _unaided(scan, i, tags, i - 1, bare_group(i, tags))  # nearly always
    group = verb_group(scan.tokens, i, tags)
    if group.infinitive:
        # "close to imposing", "committed to cutting"
        return ("inf", group) if "b" in tags else ("ger", group) if "g" in tags and low[i - 1] == "to" else None
    k = i - 1 if before != "," or group.first >= i - 1 else next(j for j in range(i - 2, 0, -1) if low[j] == ",") - 1
    while k >= 0 and (
        low[k] in ADVERBS
        or low[k] in NEGATIONS
        or (low[k].endswith("ly") and len(low[k]) > 4 and low[k] not in NOUNS_IN_LY)
    ):
        k -= 1
    helper = low[k] if k >= 0 else ""
    spoken = helper == "'s" and k > 0 and low[k - 1] in _SUBJECT_PRONOUNS  # "he's stepping down"
    if (helper in AUXILIARIES and (helper != "'s" or spoken)) or helper.endswith("n't"):
        fits = (
            (helper in HAVE and "n" in tags)
            or (helper in BE and ("g" in tags or "n" in tags))
            or ("b" in tags and helper not in HAVE and helper not in BE)
        )
        return ("fin", group) if fits else None
    return _unaided(scan, i, tags, k, group)


_LIMITS: Final = word_set("curbs bans limits controls restraints")


def _unaided(scan: Scan, i: int, tags: str, k: int, group: VerbGroup) -> tuple[str, VerbGroup] | None:
    """Decide for a form without an auxiliary, before which the word at ``k`` stands, adverbs and the like aside."""
    low = scan.low
    helper = low[k] if k >= 0 else ""
    if "g" in tags:
        before = low[i - 1] if i else ""
        opens = helper in SUBORDINATORS or helper in _GERUND_PREPOSITIONS or helper in BOUNDARIES
        if opens or helper in ("and", "or", "") or before in _CONFESSING:
            return "ger", group
        if before in _DETERMINERS or before in PREPOSITIONS or low[i] in scan.nouns:
            return None
        if (
            k in scan.named
            and scan.named[k].first == 0
            and not any(is_verb_like(w) and w not in HOMOGRAPHS for w in low)
        ):
            return "fin", group  # "Hamas weighing offer": a headline leaves out the "is"
        return "ger", group
    if "d" in tags or "n" in tags:
        return _past(scan, i, tags, helper, group)
    return _present(scan, i, tags, k, group)


def _past(scan: Scan, i: int, tags: str, helper: str, group: VerbGroup) -> tuple[str, VerbGroup] | None:
    """Decide for a past form without an auxiliary: finite, or a participle beside a noun."""
    low = scan.low
    before = low[i - 1] if i else ""
    if before == "than" and low[i - 2 : i - 1] == ["more"]:
        return ("fin", group) if "d" in tags and i > 2 else None  # "sales more than doubled"
    if before == "'s" and i > 1 and low[i - 2] in NAMED_WITH_S:
        return "fin", group  # "Moody's raised"
    if before in ("", "-") or before in _DETERMINERS or before in PREPOSITIONS or before in _CIRCUMSTANCE:
        # "ousted leaders", "the captured soldiers", "of wounded men"
        return ("fin", group) if "b" in tags and i - 1 in scan.named else None
    if before in _SUBJECT_PRONOUNS and "d" in tags:
        return "fin", group
    follows = low[i + 1] if i + 1 < len(low) else ""
    content = follows[:1].isalpha() and follows not in PREPOSITIONS and follows not in _NO_OBJECT
    counted = before[-1].isdigit() and (i < 2 or low[i - 2] not in _MONTHS)
    if content and (counted or low[i] in _DESCRIBING or before in _GRADING) and low[i] not in BE:
        return None  # "119 looted bronzes", "armed men"
    if "d" not in tags:
        return "part", group
    if (
        follows == "by"
        and low[i] not in STANDING
        and helper not in _PRONOUNS
        and low[i + 2 : i + 3] not in (["telephone"], ["phone"])
    ):
        return ("fin", group) if _number_after(low, i) and low[i] not in VOTED else ("part", group)
    if _finite_before(scan, i, k=i - 1):
        return "part", group
    if before == "," and scan.finite and ASIDE.isdisjoint(low[:i]):
        return "part", group  # "returned the statue, carted off by soldiers"
    if (follows in PREPOSITIONS or follows in DATED) and "n" in tags and told_later(low, i):
        scan.reduced.add(i)
        return "part", group
    return "fin", group


_CONFESSING: Final = word_set("deny denies denied denying admit admits admitted")
"""What follows these in -ing is what somebody is said to do: "denies backing rebels"."""


_SUBJECT_PRONOUNS: Final = word_set("he she they we i it")
_GRADING: Final = word_set("most more heavily highly newly so-called recently")
_MONTHS: Final = word_set(
    "january february march april may june july august september october november december jan. feb. mar. apr. jun. "
    "jul. aug. sep. sept. oct. nov. dec. jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DESCRIBING: Final = word_set("armed unarmed alleged masked so-called")
_CIRCUMSTANCE: Final = word_set("amid despite following as while")


def _finite_before(scan: Scan, i: int, *, k: int) -> bool:
    """Whether the clause of token ``i`` already has its finite verb: "opened a probe against men suspected of"."""
    low = scan.low
    finite = scan.finite
    for j in range(k, max(-1, i - 16), -1):
        word = low[j]
        if word in _PARTS_CLAUSES:
            return False
        if j not in finite and not is_verb_like(word):
            continue
        if j in scan.inverted:
            return False
        if j in scan.named or j in scan.reduced or laden(low, j):
            continue  # "Mohammed"
        if j in finite or not _opens_noun(low, j):
            # A verb of saying may be followed by a clause without "that".
            # "said in a report released on Tuesday" is followed by none.
            return word not in REPORTING or low[j + 1] == "in"
    return False


_PARTS_CLAUSES: Final = BOUNDARIES | SUBORDINATORS | RELATIVES | word_set("and or but that nor yet")


def _opens_noun(low: list[str], j: int) -> bool:
    """Whether a verb-like word at ``j`` is none: "Unemployed Argentines", "the banned party", a question's "Has"."""
    if j == 0:
        return low[j] in AUXILIARIES or (low[j].endswith("ed") and low[1:2] != ["by"] and low[1:2] != ["to"])
    return low[j].endswith("ed") and low[j - 1] in _DETERMINERS


def _number_after(low: list[str], i: int) -> bool:
    return i + 2 < len(low) and (low[i + 2][0].isdigit() or low[i + 2] in ("one", "two", "three", "half", "as"))


def _present(scan: Scan, i: int, tags: str, k: int, group: VerbGroup) -> tuple[str, VerbGroup] | None:
    """Decide for a base or third-person form without an auxiliary, which may be a noun."""
    low = scan.low
    helper = low[k] if k >= 0 else ""
    third = "s" in tags and "b" not in tags
    nounish = low[i] in scan.nouns
    if low[i] == "back" and helper in _RETURNING:
        return None  # "turns back lorries"
    if nounish and not third and helper in _ACTING_ON:
        return None  # "hits demand", "sparks rally": a noun is acted on
    if third and low[i] in COMPOUNDING and not _names_whom(scan, i):
        return None  # "Iran sanctions loom", "to sidestep U.S. sanctions"
    if not nounish and not third and k > 1 and low[1] in PREPOSITIONS and low[0].endswith("s") and k < _NEAR:
        return "fin", group  # "Lawyers for the premier urge": the plural stands at the beginning
    if low[i] in MARKET and not (low[i] == "pound" and helper in GUNS):
        return None
    if k < 0 or helper in _DETERMINERS or helper in PREPOSITIONS or helper in BOUNDARIES:
        if helper == "," and low[i] in _CALLS and low[i + 1 : i + 2] and low[i + 1] in _CUT:
            return "fin", group  # "Colombia slows pace, cuts rates"
        if helper == "," and not nounish:
            # "The rebels, and human rights groups, accuse Khartoum"
            follows = scan.tokens.words[i + 1 : i + 2]
            bare = bool(follows) and (follows[0][0].isupper() or low[i + 1] in _DETERMINERS) and k > 3
            return (
                ("fin", group)
                if (third and i + 1 < len(low)) or (bare and not _finite_before(scan, i, k=k - 1))
                else None
            )
        # "Moody's downgrades Turkey": a noun would not stand right before a name.
        named = _name_next(scan, i) or (k > 0 and low[k - 1] in _POSSESSED)
        names = helper == "'s" and third and named and not _finite_before(scan, i, k=k - 1)
        return ("fin", group) if names and not _finite_follows(low, i) else None
    if helper in _PRONOUNS:
        return "fin", group
    if helper in SUBORDINATORS:
        return None  # "as head of the service"
    if (
        third
        and helper.endswith("ing")
        and k not in scan.named
        and (low[k - 1] in _CIRCUMSTANCE or low[k - 1] in PREPOSITIONS)
    ):
        return None  # "amid growing challenges"
    if _finite_before(scan, i, k=k) or (nounish and (k in scan.finite or _finite_follows(low, i))):
        return None  # "denies plan": a verb's clause would begin with a subject
    mention = scan.named.get(k)
    plural = (
        (mention is not None and mention.kind == "people" and low[k].endswith("is"))  # "Iraqis"
        or low[k] in _PLURALS
        or _joined(scan, k)
        or (low[k].endswith("s") and not low[k].endswith(("ss", "'s", "us", "is", "news", "customs")))
    )
    if mention is not None:
        governed = low[mention.first - 1] if mention.first else ""
        governs = governed in PREPOSITIONS or governed in ("despite", "amid")
        if low[i] in _BLOWS and governs and not _object_next(scan, i):
            return None  # "despite Syria strikes"
        # "Russian attacks" is a noun, "Russia attacks" and "Russians attack" are verbs.
        adjective = mention.kind == "hyphen" or (mention.kind == "people" and not plural)
        if nounish and not third and not plural and mention.kind in _SINGULAR and _BARE.isdisjoint(low[:k]):
            return None  # "the Mosul assault": a verb would agree with its subject
        return None if adjective and (nounish or not third) else ("fin", group)
    if helper in ("and", "or", "but"):
        return ("fin", group) if not nounish or not third or _goes_on(scan, i) else None
    capital = scan.tokens.words[k][0].isupper() and not _titled(scan.tokens)
    if third and plural and not capital:
        return None  # "sells phones": a plural subject has another form
    if low[i] in _CALLS and low[i + 1 : i + 2] and low[i + 1] in ("off", "up", "out") and not _capital(scan, i + 2):
        return "fin", group  # "federation calls off walkout"
    if low[i] == "pauses" and i + 1 == len(low):
        return "fin", group  # "Philippine central bank pauses"
    if third:
        # "army releases 46", "minister visits Ankara": an object follows that no noun would have.
        return ("fin", group) if not nounish or capital or _object_next(scan, i) else None
    return ("fin", group) if plural else None


_NEAR: Final = 7
_BLOWS: Final = frozenset({"strikes", "attacks", "raids", "clashes"})
_ACTING_ON: Final = word_set(
    "hits hurts dents saps curbs boosts lifts fuels spurs slows squeezes sparks triggers prompts faces sees eyes wins "
    "cuts raises meets seeks makes ends crushes hammers weakens damps dampens clouds spurns shuns"
)


def _names_whom(scan: Scan, i: int) -> bool:
    """Whether after the word "sanctions" or the like stands whom it hits, as behind a verb."""
    follows = scan.low[i + 1] if i + 1 < len(scan.low) else ""
    named = follows in _ARTICLES or follows[:1].isdigit() or follows in SANCTIONED or _name_next(scan, i)
    return named or not SANCTIONED.isdisjoint(scan.low[i + 2 : i + 5])


_SINGULAR: Final = frozenset({"names", "seats", "places"})
_BARE: Final = AUXILIARIES | word_set(
    "let lets letting make makes made help helps helped see sees saw watch watched have"
)
"""Before these a verb keeps its bare form: "will Russia attack", "let Ukraine strike"."""


def _joined(scan: Scan, k: int) -> bool:
    """Whether the noun that ends at token ``k`` is the second of two: "the army and its rival sign"."""
    low = scan.low
    for j in range(k - 1, max(-1, k - 5), -1):
        if low[j] == "," and j == k - 1 and j - 1 in scan.named:
            return True  # "Russia, Ukraine agree"
        if low[j] == "and":
            return j > 0 and not any(map(is_verb_like, low[max(0, j - 5) : j]))
        if j not in scan.named and (low[j] in PREPOSITIONS or low[j] in BOUNDARIES or is_verb_like(low[j])):
            return False
    return False


def _titled(tokens: Tokens) -> bool:
    """Whether a headline writes its words with capitals, so that one is no sign of a name."""
    words = [w for w in tokens.words if w[0].isalpha() and len(w) > 3]
    return len(words) > 2 and 4 * sum(w[0].isupper() for w in words) >= 3 * len(words)


_RETURNING: Final = all_forms(
    "turn send push hold bring call pull go come fall step hit fight give take strike win bounce claw"
)
_POSSESSED: Final = word_set("moody mcdonald macy lowe kohl sotheby christie levi wendy domino sainsbury")
"""Firms whose names are possessives: "Moody's cuts Boeing"."""
_PLURALS: Final = word_set(
    "media staff clergy police people men women children gunmen policemen militiamen fishermen lawmen"
)


_CALLS: Final = word_set("calls cuts holds sets puts")
_CUT: Final = word_set(
    "rates rate output production ties aid tariffs forecast forecasts guidance outlook rating links jobs"
)


def _capital(scan: Scan, j: int) -> bool:
    return j < len(scan.tokens.words) and scan.tokens.words[j][0].isupper() and not _titled(scan.tokens)


def _name_next(scan: Scan, i: int) -> bool:
    """Whether an actor's name stands right after token ``i``."""
    return any(m.first == i + 1 for m in scan.named.values())


def _goes_on(scan: Scan, i: int) -> bool:
    """Whether a form after "and" is a second verb in the third person: "defies calls for a hike and cuts rates"."""
    low = scan.low
    follows = low[i + 1] if i + 1 < len(low) else ""
    if not follows[:1].isalpha() or follows in PREPOSITIONS or follows in _NO_OBJECT or is_verb_like(follows):
        return False
    return low[i] not in COMPOUNDING and any(low[j].endswith("s") for j in scan.finite)


def _object_next(scan: Scan, i: int) -> bool:
    """Whether an object begins right after token ``i``: a name, a number, a determiner, or a noun in a headline."""
    low = scan.low
    follows = low[i + 1] if i + 1 < len(low) else ""
    if follows in _ARTICLES or follows[:1].isdigit() or _name_next(scan, i):
        return True
    sized = low[i + 2][:1].isdigit() or low[i + 2] in _SIZES if i + 2 < len(low) else False
    if follows in ("to", "by") and sized:
        return True  # "central bank cuts to zero"
    content = follows[:1].isalpha() and follows not in PREPOSITIONS and follows not in _NO_OBJECT
    begin = max((j + 1 for j in range(i) if low[j] in REPORTING or low[j] in BOUNDARIES), default=0)
    told = any(is_verb_like(word) and word not in _HELD for word in low[begin:])
    return content and low[i] not in COMPOUNDING and not told


_NO_OBJECT: Final = SUBORDINATORS | RELATIVES | ADVERBS | word_set("and or but that to next this last")
COMPOUNDING: Final = word_set("talks sanctions tariffs arms forces goods rights relations")


_ARTICLES: Final = word_set("the a an its his her their")
_SIZES: Final = word_set("zero half quarter record nearly about almost more double")


def _finite_follows(low: list[str], i: int) -> bool:
    for j in range(i + 1, min(len(low), i + 9)):
        word = low[j]
        if word in BOUNDARIES or word in SUBORDINATORS or word in RELATIVES or word in ("that", "and", "than"):
            return False
        if is_verb_like(word) and word not in _NOT_FINITE and low[j - 1] != "to" and low[j - 1] not in _DETERMINERS:
            # "releases 50 detained", "rebukes Ankara over jailed editor", "rebels release kidnapped father"
            before = low[j - 1]
            described = before[0].isdigit() or before in PREPOSITIONS or (j == i + 1 and word in _HELD)
            return not (described and word.endswith(("ed", "en")))
    return False


HOMOGRAPHS: Final = word_set(
    "put set cut hit split bid beat hurt trade trades plan plans rise rises fall falls gain gains call calls offer "
    "offers move moves hold advance advances drop drops climb jump slide"
)
"""Words that look like finite verbs and are as often nouns."""
_HELD: Final = word_set(
    "kidnapped abducted jailed detained captured imprisoned arrested trapped stranded wounded injured displaced stolen "
    "looted convicted hijacked seized fallen adjusted proposed revised planned combined increased reduced disputed "
    "renewed"
)
_NOT_FINITE: Final = HOMOGRAPHS | word_set("let suspected alleged")
