"""Whether the subject of an act can do it: states, officials, armed men and crowds can, firms and circumstances not."""

from __future__ import annotations

from typing import Final

from eventstudy.events.language.verb_groups import ADVERBS, PREPOSITIONS, RELATIVES, SUBORDINATORS, word_set
from eventstudy.events.readings.acts import Act
from eventstudy.events.readings.roles import Scene, subject_begin
from eventstudy.events.triggers.predicates import Predicate

__all__ = ["cannot_act", "nobody"]


def cannot_act(scene: Scene, act: Act) -> bool:
    """Whether nobody who could does what a reading says: "Attacks threaten supply", "Airbus meets its lenders"."""
    p, low = act.reading.actor, scene.tokens.low
    if p.rule.id == "blame-by-saying" and act.kind == "ACCUSE" and not _blames(scene, p, act):
        return True
    if not act.by and act.kind in _OF_FIRMS and not _BUYING.isdisjoint(low):
        return True
    if not act.on and act.reading.meaning.rule.rpartition("+")[2] in _MEETINGS and _sets_rates(low, p.first):
        return True  # "the Fed meets on Wednesday", "ended its two-day meeting": with nobody
    if act.kind in _DEALING and not act.on and not _PRICED.isdisjoint(low):
        return True  # "seals six deals worth $3 billion"
    if p.pos not in ("fin", "inf", "phrase") or p.passive:
        return _firms_own(scene, p, act)
    ahead = low[p.last : p.last + _AHEAD]
    if p.rule.frame == "warn":
        foretold = low[: scene.closing[0]] if scene.closing and p.start >= scene.closing[0] else ahead
        if not _HARM.isdisjoint(foretold):
            return _ANSWER.isdisjoint(foretold)
        if not _RATERS.isdisjoint(low[: p.start]) and _ANSWER.isdisjoint(ahead):
            return True  # "Fitch cuts Kenya deeper into junk, warns of more"
        own = low[p.last : p.last + 1] in (["its"], ["their"]) or set(act.on) <= set(act.by)
        if own and not _OWN_PEOPLE.isdisjoint(low[p.last : p.last + 3]):
            return True  # "warned residents to stay indoors"
    begin = subject_begin(scene, p)
    head = _head(low, begin, p.start)
    if head < 0:
        return False
    past = p.group is not None and p.group.tense == "past"
    undergone = past and (p.last >= len(low) or low[p.last] in _BEHIND_THE_HEAD)  # "Tycoon detained in Chad"
    if not p.rule.subjects.firsts and _lifeless(scene, p, act, head, undergone=undergone):
        return True
    if low[head] in _FIRMS and act.kind in ("CONSULT", "REQUEST"):
        return True  # also of firms that the gazetteer knows as arms of a state
    return _is_business(scene, begin, head) and _not_for_firms(scene, p, act, begin, head, undergone=undergone)


_MEETINGS: Final = frozenset({"talks", "noun-talks", "session"})
_NEARBY: Final = 8
_RATE_SETTERS: Final = word_set(
    "fed fomc ecb boj boe rba rbnz rbi snb pboc bok sarb cbrt riksbank bundesbank banxico copom bank reserve "
    "policymakers rate-setters"
)


def _sets_rates(low: list[str], i: int) -> bool:
    """Whether a central bank is named before a word; the West Bank is none."""
    before = low[max(0, i - _NEARBY) : i]
    return not _RATE_SETTERS.isdisjoint(before) and "west" not in before


def nobody(scene: Scene, act: Act) -> bool:
    """Whether an act is of nobody and on nobody: no actor is named, by name or by role, as in talk of all kinds."""
    if act.by or act.on or act.kind not in _OF_ACTORS:
        return False
    p, low = act.reading.actor, scene.tokens.low
    begin = subject_begin(scene, p) if p.pos in ("fin", "inf", "phrase") else max(0, p.first - _BESIDE)
    if low[begin : begin + 1] in (["and"], ["but"]):
        begin = 0  # a second verb, whose subject stands before the first
    stop = p.start if p.pos in ("fin", "inf", "phrase") and not p.passive else p.last + _BESIDE
    return _POWERS.isdisjoint(low[begin:stop])


_OF_ACTORS: Final = frozenset(
    {
        "ACCUSE", "AGREE", "AID", "ASSAULT", "COERCE", "CONCEDE", "CONSULT", "COOPERATE", "MOBILIZE", "REJECT",
        "REQUEST", "RETREAT", "SANCTION", "SUPPORT", "THREATEN",
    }
)  # fmt: skip
_BESIDE: Final = 6
_POWERS: Final = word_set(
    "government governments minister ministers ministry president premier parliament court courts judge judges "
    "prosecutors police army military troops forces soldiers rebels militants gunmen insurgents guerrillas fighters "
    "militia militiamen protesters demonstrators union unions strikers workers opposition regulators regulator "
    "lawmakers senators congress diplomats envoys negotiators mediators officials authorities people civilians "
    "coalition alliance party parties separatists drones missiles rockets warplanes jets artillery bomb bombs shells "
    "leader leaders king prince sides countries nations states junta cabinet council hostages prisoners refugees "
    "truce ceasefire peace war fighting clashes unit units district districts brigade brigades adviser advisers aide "
    "aides delegates delegation delegations commander commanders general generals envoy spokesman spokeswoman "
    "navy fleet ships warships vessels activists campaigners farmers students settlers villagers residents mob crowd"
)


def _blames(scene: Scene, p: Predicate, act: Act) -> bool:
    """Whether who says so lays it on somebody: not "police said a bomb had killed three", "the deal was illegal"."""
    stop = p.last + _BLAMED_WITHIN
    named = any(p.last <= m.first < stop and m.code not in act.by for m in scene.mentions)
    return named or not _BLAMED_ROLES.isdisjoint(scene.tokens.low[p.last : stop])


_BLAMED_WITHIN: Final = 8
_BLAMED_ROLES: Final = word_set(
    "government army military troops soldiers regime junta authorities opposition rebels guerrillas militants forces "
    "insurgents separatists militia militias police police's president premier minister it they he she"
)


def _firms_own(scene: Scene, p: Predicate, act: Act) -> bool:
    """Whether an event that a noun, a participle or a passive tells is of firms: "brewers' battle"."""
    low = scene.tokens.low
    if p.passive and act.kind == "ACCUSE" and _blamed(scene, p):
        return True
    if p.pos == "ger" and p.start and low[p.start - 1] in _FIRMS and act.kind in ("CONSULT", "REQUEST"):
        return True  # "Aramco talking to agencies"
    opens = not act.by and low[0] in _FIRMS and _STAFF.isdisjoint(low[1:3])
    theirs = p.pos == "noun" and p.first > 0 and low[p.first - 1] in _TRADES
    return (opens or theirs) and act.kind not in _ANYBODY and act.reading.meaning.direction != "neither"


def _lifeless(scene: Scene, p: Predicate, act: Act, head: int, *, undergone: bool) -> bool:
    """Whether the subject is no being: "growth helps Chad", "the row threatens harvests"."""
    word = scene.tokens.low[head]
    if act.kind in _WILLED and not undergone and (word in _LIFELESS or (p.rule.kind == "TARIFF" and word == "war")):
        return True
    return p.rule.frame in _MINDED and _circumstance(scene, p, head)


def _not_for_firms(scene: Scene, p: Predicate, act: Act, begin: int, head: int, *, undergone: bool) -> bool:
    """Whether what a firm does, or undergoes, is business."""
    low = scene.tokens.low
    if undergone and act.kind in _UNDERGONE:
        return act.kind == "ACCUSE" and _blamed(scene, p)
    if act.kind in ("ACCUSE", "REQUEST"):
        return set(act.on) <= set(act.by) or not _ONLOOKERS.isdisjoint(low[begin : head + 1])
    if act.kind == "AID" and low[head] not in _FIRMS:
        return False  # creditors and their like
    return act.kind not in _ANYBODY and act.reading.meaning.direction != "neither"


_WILLED: Final = frozenset(
    {
        "RETREAT",
        "TARIFF",
        "SANCTION",
        "SUPPORT",
        "AID",
        "ACCUSE",
        "THREATEN",
        "REQUEST",
        "COOPERATE",
        "COERCE",
        "MOBILIZE",
    }
)
_LIFELESS: Final = word_set(
    "deal deals growth demand data figures glut surplus deficit losses slowdown inflation costs price prices debt "
    "woes exit tariffs sanctions duties levies tension tensions mood shortage shortages competition boom rally "
    "selloff sell-off "
    "downturn recession results profit profits sales"
)
_AHEAD: Final = 16
_HARM: Final = word_set(
    "economy growth recession slowdown inflation downturn stagnation stability jobs bubble crash investors consumers "
    "climate trade-off recovery output prices costs shortages starve starvation hunger famine malnutrition poverty "
    "disaster catastrophe hike hikes hiking tightening "
    "epidemic outbreak cholera pandemic drought warming extinction flooding floods storm storms"
)
"""Who warns of these foretells: nobody is threatened."""
_RATERS: Final = frozenset({"fitch", "moody", "moody's", "dbrs"})
_OWN_PEOPLE: Final = word_set("residents citizens nationals travellers travelers motorists commuters tourists")
_ANSWER: Final = word_set(
    "retaliate retaliation retaliatory consequences response respond sanctions reprisal reprisals revenge tariffs war "
    "attack strike strikes"
)
_ANYBODY: Final = frozenset({"PROTEST"})
_UNDERGONE: Final = frozenset({"COERCE", "ACCUSE", "ASSAULT", "RETREAT"})
"""What a headline tells without "is"."""
_MINDED: Final = frozenset({"threaten", "warn", "accuse", "refuse", "deny", "commit", "consent"})
"""Frames whose subject speaks or decides: what only happens does neither."""

_OF_FIRMS: Final = frozenset(
    {"AGREE", "SUPPORT", "COOPERATE", "CONSULT", "REJECT", "SANCTION", "REQUEST", "RETREAT", "CONCEDE", "THREATEN"}
)
_DEALING: Final = frozenset({"AGREE", "SUPPORT", "COOPERATE"})
_PRICED: Final = word_set("worth private-sector contract contracts")
_BUYING: Final = word_set(
    "buy buys buying acquire acquires acquiring merge merges merging merger takeover buyout buyback acquisition stake "
    "spinoff ipo shareholder shareholders investor investors dividend ceo cfo retailer retailers shoppers profit "
    "profits customers customer brand brands sales stores"
)


def _blamed(scene: Scene, p: Predicate) -> bool:
    """Whether it is a firm that nobody by name finds fault with."""
    begin = subject_begin(scene, p)
    head = _head(scene.tokens.low, begin, p.start)
    by = any(m.first > p.last and scene.tokens.low[m.first - 1] in ("by", "the", "in") for m in scene.mentions)
    return head >= 0 and not by and _is_business(scene, begin, head)


def _head(low: list[str], begin: int, stop: int) -> int:
    """Give the noun that heads a subject: "attacks" in "fresh attacks on Saudi oil plants"; -1 where there is none."""
    head = -1
    for k in range(begin, stop):
        word = low[k]
        # "leaders meeting in Lima": what follows only describes them
        if word in _BEHIND_THE_HEAD or (head >= 0 and word.endswith("ing") and low[k + 1] in PREPOSITIONS):
            if head >= 0:
                break
        elif word[0].isalpha() and word not in ADVERBS and not word.endswith("ly"):
            head = k
    return head


_BEHIND_THE_HEAD: Final = PREPOSITIONS | RELATIVES | SUBORDINATORS | {",", "to", "that", "(", "-", "–", "—"}


def _circumstance(scene: Scene, p: Predicate, head: int) -> bool:
    """Whether the subject is an event or a state of affairs, which threatens, asks and promises nothing."""
    if scene.tokens.low[head] in _CIRCUMSTANCES:
        return True
    if scene.tokens.low[head] == "opposition" and scene.tokens.low[head + 1] != "to":
        return False  # those who oppose
    return any(q.pos == "noun" and q.first <= head < q.last and q.rule.kind and q is not p for q in scene.predicates)


_CIRCUMSTANCES: Final = word_set(
    "tariff tariffs sanctions war wars dispute disputes row rows tension tensions crisis shortage shortages attack "
    "attacks strikes slowdown inflation debt costs price prices deal changes change levies duties protectionism spat "
    "standoff curbs recession unrest violence clashes fighting strike blockade closure delays cuts policies policy "
    "rules plan plans move moves decision growth demand supply data figures glut surplus deficit losses uncertainty "
    "outbreak fears worries hopes doubts competition boom bust downturn rally selloff sell-off reform reforms bill law "
    "sale listing offering flotation "
    "legislation ruling verdict probe scandal election vote referendum result results exit shutdown default impasse"
)


def _is_business(scene: Scene, begin: int, head: int) -> bool:
    """Whether the subject is a firm or one of its trade, no member of its staff, and no official."""
    low, words = scene.tokens.low, scene.tokens.words
    subject = low[begin : head + 1]
    if not (_STAFF.isdisjoint(subject) and _OFFICES.isdisjoint(subject)):
        return False
    named = max((m.last for m in scene.mentions if begin <= m.first <= head), default=begin)
    if named > head or (named > begin and "and" in subject):
        return False  # an actor by name heads the subject, or is one of two: "Greece and its lenders"
    if low[head] in _TRADES or low[head].endswith(("makers", "maker")):
        return low[head] not in ("bank", "banks", "fund", "funds") or _PUBLIC_BANKS.isdisjoint(subject)
    if low[head].endswith("bank") and len(low[head]) > 4 and words[head][0].isupper() and low[head] not in _CENTRAL:
        return True
    return any(low[k] in _FIRMS and words[k][0].isupper() for k in range(begin, head + 1))


_STAFF: Final = word_set(
    "workers pilots staff employees drivers union unions crew crews engineers machinists strike strikers miners nurses "
    "workforce"
)
_OFFICES: Final = word_set(
    "minister ministry president premier government senator senators lawmaker lawmakers governor regulator regulators "
    "prosecutors prosecutor court judge police army parliament opposition union rebels militants gunmen protesters "
    "activists campaigners farmers chancellor mayor ambassador envoy"
)
_PUBLIC_BANKS: Final = word_set(
    "wealth sovereign monetary central reserve world national development bank-of state asian african investment"
)
_CENTRAL: Final = word_set("bundesbank nationalbank riksbank centralbank")
_ONLOOKERS: Final = word_set(
    "analyst analysts economist economists investor investors trader traders strategist strategists fans critics "
    "customers shoppers consumers viewers readers stocks shares study survey film movie book novel show"
)
_TRADES: Final = _ONLOOKERS | word_set(
    "company companies firm firms retailer retailers airline airlines automaker automakers lender "
    "lenders bank banks insurer insurers manufacturer manufacturers supplier suppliers brand brands chain chains "
    "startup startups start-up start-ups exporter exporters importer importers refiner refiners broker brokers "
    "brokerage brokerages executive executives ceo cfo boss bosses shareholder shareholders fund funds buyer buyers "
    "seller sellers developer developers publisher studio studios miner utility utilities conglomerate giant giants "
    "subsidiary affiliate billionaire tycoon entrepreneur entrepreneurs founder banker bankers "
    "industry lobby "
    "hotel hotels restaurant restaurants supermarket supermarkets grocer grocers brewer brewers distiller distillers "
    "shipper shippers producer driller drillers app titans moguls magnate households homeowners "
    "singer actor actress director author artist museum gallery theatre orchestra club coach "
    "scientists"
)
_FIRMS: Final = word_set(
    "apple google alphabet amazon netflix meta facebook microsoft tesla volkswagen vw toyota honda nissan ford bmw "
    "mercedes renault stellantis boeing airbus disney nvidia intel amd samsung sony huawei zte tiktok bytedance "
    "alibaba tencent baidu jd.com xiaomi lenovo foxconn tsmc walmart target nike adidas puma starbucks mcdonald "
    "uber lyft spotify twitter openai ibm oracle pfizer moderna astrazeneca novartis roche bayer basf merck "
    "glaxosmithkline gsk sanofi glencore rio bhp vale anglo exxon exxonmobil chevron shell bp totalenergies eni "
    "equinor repsol conocophillips occidental halliburton schlumberger rosneft lukoil gazprom novatek rusal sinopec "
    "petrochina cnooc petronas petrobras pemex pdvsa aramco adnoc sabic siemens philips nokia ericsson vodafone "
    "ryanair easyjet lufthansa hsbc barclays citigroup citi jpmorgan goldman morgan ubs ing bnp santander nomura "
    "mizuho softbank blackrock blackstone carlyle kkr berkshire fedex ups caterpillar deere harley-davidson harley "
    "whirlpool ge gm fiat chrysler daimler peugeot psa volvo hyundai kia mazda suzuki tata reliance infosys adani "
    "unilever nestle nestlé danone diageo heineken carlsberg pepsico coca-cola coke procter p&g kraft heinz "
    "mondelez l'oreal lvmh kering gucci burberry prada hermes tiffany capri macy h&m zara inditex primark tesco "
    "sainsbury asda morrisons lidl aldi ikea costco kroger ebay paypal mastercard airbnb wework snapchat pinterest "
    "salesforce sap cisco qualcomm broadcom micron dell hp hpe asml at&t verizon t-mobile kpmg pwc deloitte "
    "mckinsey accenture comcast cbs viacom nbc nucor alcoa arcelormittal thyssenkrupp posco trafigura vitol gunvor "
    "maersk fitbit gopro cargill bunge adm syngenta monsanto dow dupont 3m honeywell raytheon lockheed bombardier "
    "embraer rolls-royce startup retailer airline carmaker drugmaker"
)
"""Firms: what one fights, attacks or signs is business."""
