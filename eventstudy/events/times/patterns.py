"""How English news writes a time: one linear pattern, and the words in it as numbers."""

from __future__ import annotations

import functools
import re
from itertools import compress
from typing import Final

from eventstudy.events.language.lexing import Stretches

__all__ = [
    "AHEAD",
    "AHEAD_PAIRS",
    "LEADS",
    "MONTHS",
    "NUMBERS",
    "SCHEDULES",
    "SCHEDULE_PAIRS",
    "WEEKDAYS",
    "cores",
    "pattern_at",
]

WEEKDAYS: Final = {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
"""By the first three letters."""
MONTHS: Final = {
    name: i
    for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June|Jun\.?|July|Jul\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
_DAY: Final = r"(?:[012]?\d|3[01])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_YEAR: Final = r"(?:19|20)\d\d(?!\d|[.,]\d)"
_FIRMS: Final = r"Ltd|Limited|Inc|Corp|Co|PLC|Plc|plc|LLC|LLP|GmbH|Holdings"  # "Friday Ltd." is a company, not a day
_WEEKDAY: Final = (
    r"(?:(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day"
    r"|(?<=[Oo]n\s)(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)(?![A-Za-z])"
)
_PART: Final = r"(?:morning|afternoon|evening|night)"
_MERIDIEM: Final = r"(?:[ap]\.\s?m\.|[ap]m|[AP]\.\s?M\.|[AP]M)(?![A-Za-z])"
_LETTERS: Final = (
    r"(?:GMT|UTC|WEST|WET|BST|CEST|CET|EEST|EET|MSK|TRT|EST|EDT|CDT|CST|MST|MDT|PST|PDT|ET|CT|PT|JST|KST|HKT|SGT|IST"
    r"|PKT|GST|SAST|AEST|AEDT|AWST|NZST|NZDT|BRT|WIB|EAT|CAT|WAT)(?![A-Za-z])"
)
_OFFSET: Final = r"(?:UTC|GMT)?\s?[+−-](?:0\d|1[0-4]|\d)(?::?[0-5]\d)?(?!\d)"
_NAMED: Final = (
    r"(?:(?:[Ee]astern|[Cc]entral|[Mm]ountain|[Pp]acific)(?:\s(?:[Ss]tandard|[Dd]aylight))?\s[Tt]ime"
    r"|(?:Eastern|Pacific)(?=[,.)]|\s[a-z]))"
)
_CITY: Final = r"[A-ZÀ-Þ][\w.]{1,14}(?:\s[A-Z][a-z]{1,14}){0,2}"
_ZONE: Final = (
    rf"(?:\s?\(?(?P<letters>{_OFFSET}|{_LETTERS})|\s(?P<named>{_NAMED})"
    rf"|(?:\slocal\stime)?,?\s(?:in\s)?(?P<city>{_CITY}))?"
)
_NUMBER: Final = r"(?i:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})"
_UNIT: Final = r"(?P<{}>minute|hour|day|week|fortnight|month|quarter|year)s?(?![A-Za-z])"
_DIRECTION: Final = r"(?P<{}>ago|earlier|before|prior|later|after|previously)(?![A-Za-z])"

_BRANCHES: Final = {
    "iso": (
        r"(?P<iso_day>(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)"
        r"(?:[T\s](?P<iso_clock>[0-2]\d:[0-5]\d(?::[0-5]\d)?)(?:\.\d{1,9})?(?:\s?(?P<iso_zone>Z|UTC|GMT|[+-][01]\d:?[0-5]\d))?(?!\d))?"
    ),
    "clock": (
        r"(?:(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?)?\s?(?P<meridiem>"
        + _MERIDIEM
        + r")|(?P<hour24>[01]?\d|2[0-4]):(?P<minute24>[0-5]\d)(?::(?P<second24>[0-5]\d))?(?![\d:/]|\.\d)"
        + r"|(?P<military>[0-2]\d[0-5]\d)(?=\s?\(?(?:"
        + _LETTERS
        + r"|local\stime|hours?\b))(?:\shours?)?|(?P<dotted>[01]?\d|2[0-3])\.(?P<dottedmin>[0-5]\d)(?=\s?\(?(?:"
        + _LETTERS
        + r"|local\stime))|(?P<noon>[Nn]oon|[Mm]idnight)(?![A-Za-z]))"
        + _ZONE
        + r"(?P<suffix>(?:'s|’s)?\s(?:local\s)?time)?"
    ),
    "month_day": (
        rf"(?:(?P<md_part>{_PART})\sof\s)?(?P<md_month>{_MONTH})\s(?P<md_day>{_DAY})(?:\s?[-–]\s?(?P<md_last>{_DAY}))?"
        rf"(?:,?\s(?P<md_year>{_YEAR}))?"
    ),
    "day_month": (
        rf"(?:(?P<dm_part>{_PART})\sof\s)?(?P<dm_day>{_DAY})(?:\s?[-–]\s?(?P<dm_last>{_DAY}))?(?:\sof)?\s(?P<dm_month>{_MONTH})"
        rf"(?:,?\s(?P<dm_year>{_YEAR}))?"
    ),
    "month_year": (
        rf"(?P<my_part>(?:[Ee]arly|[Ll]ate|[Mm]id)[-\s])?(?P<my_month>{_MONTH})(?:,|\sof)?\s(?P<my_year>{_YEAR})"
    ),
    "numeric": r"(?P<n1>[0-3]?\d)(?P<sep>[./])(?P<n2>[0-3]?\d)(?P=sep)(?P<n3>(?:19|20)\d\d)(?!\w)",
    "month": (
        r"(?P<m_lead>[Ii]n|[Ss]ince|[Ll]ast|[Nn]ext|[Tt]his|[Uu]ntil|[Bb]y|[Dd]uring|[Ee]arly|[Ll]ate|[Mm]id|[Ff]rom)"
        rf"[-\s](?:(?P<m_part>early|late|mid)[-\s])?(?P<m_month>{_MONTH})(?!\.?\s\d)"
    ),
    "weekday": (
        r"(?:(?P<w_lead>[Ll]ast|[Nn]ext|[Tt]his\spast|[Tt]his\scoming|[Tt]his|[Pp]revious|[Ee]arly(?:\son)?|[Ll]ate(?:\son)?)\s)?"
        rf"(?P<w_day>{_WEEKDAY})(?!\s(?:{_FIRMS})(?!\w))(?:\s(?P<w_part>{_PART})(?![A-Za-z]))?"
        rf"(?:,?\s(?P<w_month>{_MONTH})\s(?P<w_date>{_DAY})(?:,?\s(?P<w_year>{_YEAR}))?"
        rf"|,?\s(?P<x_date>{_DAY})\s(?P<x_month>{_MONTH})(?:,?\s(?P<x_year>{_YEAR}))?|,?\s(?P<w_relation>last|next)\sweek)?"
    ),
    "deictic": (
        rf"(?:[Ll]ate\s|[Ee]arly\s|[Ee]arlier\s|[Ll]ater\s|[Bb]y\s)?(?P<d_word>[Tt]oday|[Tt]onight|[Yy]esterday|[Tt]omorrow"
        rf"|[Oo]vernight|[Tt]his\s{_PART}|[Ll]ast\snight|[Tt]he\sday\sbefore\syesterday|[Tt]he\sday\safter\stomorrow)"
        rf"(?:\s(?P<d_part>{_PART}))?(?![A-Za-z])"
    ),
    "period": (
        r"(?:(?P<p_lead>[Ee]arlier|[Ll]ater|[Ee]arly|[Ll]ate)\s)?(?P<p_rel>[Ll]ast|[Tt]his|[Nn]ext|[Tt]he\spast|[Tt]he\sprevious"
        r"|[Tt]he\scoming)\s(?P<p_unit>week|month|quarter|year|weekend)(?![A-Za-z])(?!-)"
    ),
    "weekend": r"(?:[Oo]ver|[Aa]t|[Dd]uring)\sthe\sweekend(?![A-Za-z])",
    "ago": rf"(?P<a_number>{_NUMBER})\s{_UNIT.format('a_unit')}\s{_DIRECTION.format('a_dir')}",
    "vague": (
        r"(?:(?:[Aa]\sfew|[Ss]everal|[Jj]ust|[Ww]ithin)\s)?(?P<v_unit>[Mm]inutes|[Hh]ours|[Dd]ays|[Ww]eeks|[Mm]onths)\s"
        + _DIRECTION.format("v_dir")
    ),
    "within": (
        r"(?:[Ii]n|[Oo]ver|[Ww]ithin|[Dd]uring)\sthe\s(?P<i_rel>past|last|previous|next|coming)\s"
        rf"(?:(?P<i_number>{_NUMBER})\s)?{_UNIT.format('i_unit')}"
    ),
    "in_future": rf"[Ii]n\s(?P<f_number>{_NUMBER})\s{_UNIT.format('f_unit')}(?:['’]\stime)?(?=[,.;:]|\s*$)",
    "day_before": r"[Tt]he\s(?P<b_word>previous|following|next|same)\sday(?![A-Za-z])"
    r"|[Tt]he\sday\s(?P<b_after>before|after)(?=[,.;]|\s*$)",
    "quarter": (
        rf"(?:Q(?P<q_short>[1-4])|[Tt]he\s(?P<q_word>first|second|third|fourth)\s(?P<q_unit>quarter|half))"
        rf"(?:\s(?:of\s)?(?P<q_year>{_YEAR}))?(?![\w-])"
    ),
    "year": r"(?P<y_lead>[Ii]n|[Ss]ince|[Oo]f|[Uu]ntil|[Bb]y|[Dd]uring|[Tt]hroughout)\s"
    rf"(?P<y_year>{_YEAR})(?![-–/]\d|['’]s|s|\s(?:barrel|per|a\s))",
}

_MONTH_LETTERS: Final = "jfmasond"
# Every letter or digit, in lower case, with which a branch can begin; in the order in which they are tried.
_FIRST: Final = {
    "iso": "12", "clock": "0123456789nm", "month_day": _MONTH_LETTERS + "e", "day_month": "0123456789maen",
    "month_year": "el" + _MONTH_LETTERS, "numeric": "0123456789", "month": "islntubdemf", "weekday": "lntpemwfs",
    "deictic": "lebtyo", "period": "eltn", "weekend": "oad", "ago": "0123456789aotfsen", "vague": "asjwmhd",
    "within": "iowd", "in_future": "i", "day_before": "t", "quarter": "qt", "year": "isoubdt",
}  # fmt: skip


@functools.lru_cache(maxsize=128)
def pattern_at(letter: str) -> re.Pattern[str]:
    """Return the pattern of the times that can begin with a letter or digit; of all times for those beyond ASCII.

    The branches begin where a word or a number begins, and none repeats without a bound.
    """
    may_begin = [k for k, first in _FIRST.items() if letter.lower() in first or not letter.isascii()]
    return re.compile("|".join(f"(?P<{k}>{_BRANCHES[k]})" for k in may_begin) or r"(?!)")


# Every time holds a number or one of these words; they are looked for in each stretch without white space. A number
# behind the mark of a currency or another one's point, or before "%" or another three digits, only counts something,
# and so does one of more than four digits.
_WORDS: Final = (
    "day week fortnight month year hour Hour minute Minute night morning noon evening tomorrow Tomorrow quarter half "
    "Days Weeks Months Q1 Q2 Q3 Q4 Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
)
_SHORT_DAYS: Final = [name.title() for name in WEEKDAYS]
_CORE: Final = re.compile(
    "|".join((r"(?<![\d$€£¥_])(?<!\d[.,:])\d{1,4}+(?!\d|(?:[.,]\d+)?%|,\d)", *_WORDS.split(), *_SHORT_DAYS))
)


# The commonest of these numbers, known at once.
_PRICE: Final = re.compile(r"[$€£]\d++(?:[.,]\d++)*+|\d++(?:[.,]\d++)*+%")


def _cut(chunk: str) -> tuple[tuple[int, int], ...]:
    if _PRICE.fullmatch(chunk):
        return _COUNTS
    spans = tuple([m.span() for m in _CORE.finditer(chunk)])
    return spans or (_COUNTS if any(map(str.isdecimal, chunk)) else ())


# Of a stretch whose numbers only count: it is passed over, lest a later one is taken to stand within it.
_COUNTS: Final = ((0, 0),)
_CUTS: Final = Stretches(_cut)


def cores(text: str, begin: int, stop: int) -> list[tuple[int, int]]:
    """Find the spans in a sentence of the numbers and words without one of which nothing is a time, in order."""
    out: list[tuple[int, int]] = []
    place = begin
    chunks = text[begin:stop].split()
    found = list(map(_CUTS.__getitem__, chunks))
    for chunk, spans in compress(zip(chunks, found, strict=True), found):
        # No stretch in between holds this one, or it would hold the core as well.
        place = text.index(chunk, place)
        for a, b in spans if spans is not _COUNTS else ():
            if b - a == 3 and chunk[a:b] in _SHORT_DAYS and (a or text[place - 3 : place - 1] not in ("on", "On")):
                continue
            out.append((place + a, place + b))
        place += len(chunk)
    return out


# Words that may open a time before its core.
_LEADS: Final = (
    "the this last next past previous coming first second third fourth early earlier late later mid in on at by of "
    "over during within since until throughout from few several just following same"
)
LEADS: Final = frozenset(_LEADS.split()) | frozenset(NUMBERS)

# Words that point a weekday or a date without year forward, when they stand before it in its clause: alone, or
# with the word after them.
_AHEAD: Final = (
    "will won't won’t due scheduled shall slated would until upcoming intends intended aims hopes must deadline next "
    "may might could can should looming expect expects expected"
)
AHEAD: Final = frozenset(_AHEAD.split())
AHEAD_PAIRS: Final = frozenset(
    (one, two)
    for ones, twos in (("plan plans planned set", "to for"), ("planning going is are was were", "to"), ("ahead", "of"))
    for one in ones.split()
    for two in twos.split()
) | {("on", "course"), ("as", "soon")}

# Verbs of fixing a day, which stands behind "for".
_CALLING: Final = "call calls called calling convene convenes convened book booked fix fixed arranged"
CALLING: Final = frozenset(_CALLING.split())
POSSESSIVE: Final = re.compile(r"[A-Za-z]{3,9}['’]s")

# Verbs whose present tense beside a day announces what is arranged.
_SCHEDULES: Final = (
    "begin begins starts meet meets resume resumes convene convenes reconvene reconvenes commence commences expire "
    "expires inaugurates travels arrives departs hosts gathers opens launches debuts holds decides "
    "speaks testifies visits"
)
SCHEDULES: Final = frozenset(_SCHEDULES.split())
SCHEDULE_PAIRS: Final = frozenset(
    (one, two)
    for ones, twos in (
        ("take takes", "effect office"),
        ("come comes", "into"),
        ("go goes", "into to ahead on before"),
        ("enter enters", "into force"),
        ("get gets", "under underway"),
        ("kick kicks", "off"),
        ("run runs", "out"),
        ("fall falls", "due"),
        ("vote votes", "on"),
        ("sit sits", "down"),
    )
    for one in ones.split()
    for two in twos.split()
)
