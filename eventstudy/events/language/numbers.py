"""Amounts and levels as news writes them: a number, its unit, what it is counted per."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = ["Quantity", "find_quantities", "may_spell", "parse_number", "parse_quantity", "reads_again"]


class Quantity(NamedTuple):
    """A number with its unit.

    Attributes
    ----------
    value : float
        Never negative: a direction is said by a word or by ``sign``.
    unit : str
        ``"percent"``, ``"basis points"``, ``"points"``, a currency code (cents and kopecks counted in
        the main unit), ``"volume"`` for a quantity of something, or empty for a bare number.
    start, end : int
        ``text[start:end]`` is the number with its unit.
    per : str
        ``"barrel"``, ``"ounce"``, a currency code ...; empty where nothing is said.
    stop : int
        Where ``per`` ends (``end`` without one).
    sign : {-1, 0, 1}
        Of a number written with one.
    tail : int
        Where the words of ``per`` begin ("a barrel"); ``end`` without them.
    """

    value: float
    unit: str
    start: int
    end: int
    per: str = ""
    stop: int = 0
    sign: int = 0
    tail: int = 0


_FRACTIONS: Final = {
    "½": 0.5,
    "¼": 0.25,
    "¾": 0.75,
    "⅓": 1 / 3,
    "⅔": 2 / 3,
    "⅛": 0.125,
    "⅜": 0.375,
    "⅝": 0.625,
    "⅞": 0.875,
}
_WORDS: Final = {
    "half": 0.5, "half a": 0.5, "half an": 0.5, "a half": 0.5, "one half": 0.5, "one-half": 0.5, "a third": 1 / 3,
    "one third": 1 / 3, "one-third": 1 / 3, "two thirds": 2 / 3, "two-thirds": 2 / 3, "a quarter": 0.25,
    "a quarter of a": 0.25, "quarter of a": 0.25, "quarter": 0.25, "one quarter": 0.25, "one-quarter": 0.25,
    "three quarters": 0.75, "three-quarters": 0.75, "three quarters of a": 0.75, "three-quarters of a": 0.75,
    "a tenth of a": 0.1, "a third of a": 1 / 3, "two-thirds of a": 2 / 3, "two thirds of a": 2 / 3, "a fifth of a": 0.2,
    "a fifth": 0.2, "one fifth": 0.2, "one-fifth": 0.2, "a tenth": 0.1,
    "a": 1, "an": 1, "one": 1, "a full": 1, "one full": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "twenty-five": 25, "thirty": 30, "forty": 40, "fifty": 50, "one and a half": 1.5, "two and a half": 2.5,
    "three and a half": 3.5,
}  # fmt: skip
_SHARES: Final = frozenset(k for k, v in _WORDS.items() if v < 1 and not k.endswith((" a", " an")) and k != "quarter")

_MONEY_SIGNS: Final = {
    "$": "USD", "US$": "USD", "C$": "CAD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD",
    "R$": "BRL", "Rs": "INR", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₹": "INR", "₺": "TRY", "₩": "KRW",
    "₴": "UAH", "Rs.": "INR", "$US": "USD", "$A": "AUD", "$NZ": "NZD", "U$": "USD",
}  # fmt: skip
_CODES: Final = "USD|EUR|GBP|JPY|CHF|RUB|RUR|CNY|INR|TRY|BRL|ZAR|MXN|KRW|PLN|HUF|CZK|UAH|SEK|NOK|AUD|CAD|NZD"
# Words for money: code, and how many of them make one main unit.
_MONEY_WORDS: Final[dict[str, tuple[str, int]]] = {
    "dollar": ("USD", 1), "dollars": ("USD", 1), "cent": ("USD", 100), "cents": ("USD", 100),
    "euro": ("EUR", 1), "euros": ("EUR", 1), "euro cent": ("EUR", 100), "euro cents": ("EUR", 100),
    "eurocent": ("EUR", 100), "eurocents": ("EUR", 100),
    "pound": ("GBP", 1), "pounds": ("GBP", 1), "pence": ("GBP", 100), "penny": ("GBP", 100),
    "ruble": ("RUB", 1), "rubles": ("RUB", 1), "rouble": ("RUB", 1), "roubles": ("RUB", 1),
    "kopeck": ("RUB", 100), "kopecks": ("RUB", 100), "kopek": ("RUB", 100), "kopeks": ("RUB", 100),
    "yen": ("JPY", 1), "yuan": ("CNY", 1), "won": ("KRW", 1), "rupee": ("INR", 1), "rupees": ("INR", 1),
    "paise": ("INR", 100), "lira": ("TRY", 1), "liras": ("TRY", 1), "rand": ("ZAR", 1), "reais": ("BRL", 1),
    "real": ("BRL", 1), "pesos": ("MXN", 1), "peso": ("MXN", 1), "zloty": ("PLN", 1), "zlotys": ("PLN", 1),
    "forint": ("HUF", 1), "forints": ("HUF", 1), "hryvnia": ("UAH", 1), "hryvnias": ("UAH", 1),
    "francs": ("CHF", 1), "franc": ("CHF", 1), "crowns": ("SEK", 1), "tenge": ("KZT", 1), "rupiah": ("IDR", 1),
    "ringgit": ("MYR", 1), "baht": ("THB", 1), "shekels": ("ILS", 1), "shekel": ("ILS", 1),
    "swiss francs": ("CHF", 1), "canadian dollars": ("CAD", 1), "australian dollars": ("AUD", 1),
    "hong kong dollars": ("HKD", 1), "mexican pesos": ("MXN", 1), "indian rupees": ("INR", 1),
    "chinese yuan": ("CNY", 1),
    "japanese yen": ("JPY", 1), "russian rubles": ("RUB", 1), "russian roubles": ("RUB", 1), "turkish lira": ("TRY", 1),
    "swedish crowns": ("SEK", 1), "norwegian crowns": ("NOK", 1), "czech crowns": ("CZK", 1), "korean won": ("KRW", 1),
    "brazilian reais": ("BRL", 1), "polish zlotys": ("PLN", 1),
}  # fmt: skip
_PER: Final = {
    "barrel": "barrel", "bbl": "barrel", "ounce": "ounce", "oz": "ounce", "tonne": "tonne", "ton": "ton",
    "metric ton": "tonne", "bushel": "bushel", "pound": "pound", "lb": "pound", "gallon": "gallon",
    "mmbtu": "mmBtu", "million british thermal units": "mmBtu", "megawatt hour": "MWh", "megawatt-hour": "MWh",
    "mwh": "MWh", "therm": "therm", "share": "share", "coin": "coin", "dollar": "USD", "us dollar": "USD",
    "u.s. dollar": "USD", "greenback": "USD", "usd": "USD", "euro": "EUR", "eur": "EUR",
    "single currency": "EUR", "€": "EUR", "$": "USD", "£": "GBP",
}  # fmt: skip
_VOLUMES: Final = (
    "barrels? per day|barrels?|bpd|b/d|tonnes|tons|ounces|bushels|troops|soldiers|people|contracts|lots|jobs|rigs"
    "|bcf|tcf|cubic|kilometers|kilometres|miles|kilograms|kg|megawatts|gigawatts|gallons|liters|litres|seats|votes"
)


def _any_of(words: Iterable[str]) -> str:
    """Write a pattern of any of these words, in small letters or in capitals; of two that fit, the longer one.

    They stand by their first letter: the engine passes over a word at once only where it begins with plain characters.
    Letters beyond ASCII count for themselves: no table knows a word with a long s.
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"[{a}{a.upper()}](?ai:{'|'.join(rests)})" for a, rests in by_letter.items())


# Some corpora part every sign from its neighbours: "0 . 5 percent".
_DIGITS: Final = r"\d++(?:[.,\u00a0\u202f’']\d++|\s[.]\s\d++(?=\s?(?:percent\b|pct\b|%)))*+"
_NUMBER: Final = rf"\d/\d(?![\d/])|{_DIGITS}(?:\s?[½¼¾⅓⅔⅛⅜⅝⅞]|[-\s]\d/\d(?!\d))?+|[½¼¾⅓⅔⅛⅜⅝⅞]|\.\d++(?!\.)"
_UNITS: Final = (
    r"(?P<points>[pP](?i:ercentage[-\s]points?|ct\.?\s(?:points?|pts)|p\b|pts?\b))"
    r"|(?P<percent>%|[pP](?i:ercent\b|er\scent\b|ct\b|c\b))"
    r"|(?P<basis>[bB](?i:asis[-\s]points?\b|ps?\b))"
    r"|(?P<index>[pP](?i:oints?\b|ts\b))"
    r"|(?P<word>(?<=\d)[cC]\b|(?i:(?:U\.?S\.?\s)?(?:dollars?|cents?)\b)|[eE](?i:uro\scents?\b)|"
    + rf"(?:{_any_of(_MONEY_WORDS)})\b)"
)
_SCALE: Final = r"million|billion|trillion|thousand|hundred|mln|bln|trln|bn|mn|tn|[mkb]"
_PER_PART: Final = (
    r"(?:\s(?=[\w/])|(?=/))(?P<tail>(?:/\s?|(?:an?|per|to\sthe|to\sa|for\sa|for\sone|for\sone\s)\s)"
    rf"(?P<per>{_any_of(_PER)}))(?![\w-])"
)
_SIGNS: Final = "|".join(re.escape(k) for k in sorted(_MONEY_SIGNS, key=len, reverse=True))

_QUANTITY: Final = re.compile(
    rf"(?<![\w.,/$€£¥])(?:(?P<sign>[+\-−–])\s?)?(?:(?P<money>{_SIGNS}|R(?=\d+\.\d\d)|US(?=\d+(?:\.\d+)?\scents?\b)|(?:{_CODES})(?=\s?\d))\s?)?(?P<number>{_NUMBER})(?![\d])"
    rf"(?:(?P<scale>\s?(?:{_SCALE})\b)|[\s-]?(?:{_UNITS})|\s?(?P<code>{_CODES})\b|(?P<volume>[\s-](?:{_VOLUMES})\b))?"
    rf"(?P<volume_after>\s(?:{_VOLUMES})\b)?(?:{_PER_PART})?"
)
_SPELLED_UNIT: Final = r"[pP](?i:ercentage[-\s]points?|ercent|er\scent|oints?)|[bB](?i:asis[-\s]points?)|" + _any_of(
    _MONEY_WORDS
)
_SPELLED: Final = re.compile(
    rf"(?<![\w-])(?:(?P<words>{_any_of(_WORDS)})[\s-](?P<unit>{_SPELLED_UNIT})|(?P<share>{_any_of(_SHARES)}))(?![\w-])"
)
# Every number written in digits holds one of these; before the first of them stand at most a sign, the mark or code of
# a currency and a point, each perhaps with one space behind it.
_DIGIT: Final = re.compile("[\\d" + "".join(_FRACTIONS) + "]")
_LEAD: Final = 8
_NO_LEAD: Final = frozenset("abcdefghijklmnopqrtuvwxyz")  # of small letters a mark of a currency has only the s of "Rs"
# A number as most are written, and as the pattern of all reads it too: "$57.77", "2.1%", "25".
_PLAINEST: Final = re.compile(
    r"\$(?P<dollars>\d{1,12}(?:\.\d{1,6})?)|(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<percent>%?)", re.ASCII
)
_OF_VALUE: Final = re.compile(
    r"(?:\sof)?\s(?:its|their|the)\s(?:value|worth)|(?=[,.;]|\s(?:since|this|in|on|from|over|after)\b)"
)


def parse_number(text: str) -> float | None:
    """Read a number in either notation; None where it is none.

    The last of a comma and a full stop is the decimal sign. A lone comma before exactly three digits
    groups thousands, otherwise it is a decimal sign; a lone full stop is a decimal sign.

    Examples
    --------
    >>> parse_number("1,234.5"), parse_number("1.234,5"), parse_number("2,1"), parse_number("2-1/2")
    (1234.5, 1234.5, 2.1, 2.5)
    """
    whole, point, decimals = text.partition(".")
    if len(text) <= 20 and text.isascii() and whole.isdigit() and (decimals.isdigit() or not point):
        return float(text)  # as nearly all are written
    text = text.strip().replace(" . ", ".")
    extra = 0.0
    if text[-1:] in _FRACTIONS:
        extra = _FRACTIONS[text[-1]]
        text = text[:-1].rstrip()
        if not text:
            return extra
    elif "/" in text:
        head, _, bottom = text.rpartition("/")
        if not bottom.isdecimal() or int(bottom) == 0 or not head[-1:].isdecimal():
            return None
        extra = int(head[-1]) / int(bottom)
        text = head[:-1].rstrip(" -")
        if not text:
            return extra
        _, point, decimals = text.partition(".")
        if point and "," not in decimals:
            extra /= 10 ** len(decimals)  # "$3.78-1/2" a bushel: half a cent
    if len(text) > 20 or not text.isascii():
        text = text.replace("\u00a0", "").replace("\u202f", "").replace("’", "")
        if len(text) > 20 or not text.isascii():
            return None
    text = text.replace("'", "")
    comma, stop = text.rfind(","), text.rfind(".")
    if comma >= 0 and stop >= 0:
        group, decimal = (",", ".") if stop > comma else (".", ",")
        text = text.replace(group, "").replace(decimal, ".")
    elif comma >= 0:
        groups = text.split(",")
        thousands = all(len(g) == 3 for g in groups[1:]) and 0 < len(groups[0]) <= 3 and groups[0] != "0"
        text = "".join(groups) if thousands else text.replace(",", ".")
    elif text.count(".") > 1:
        if any(len(g) != 3 for g in text.split(".")[1:]):
            return None
        text = text.replace(".", "")
    try:
        return round(float(text) + extra, 10) if extra else float(text)
    except ValueError:
        return None


_PARTS: Final = (
    "number", "sign", "money", "scale", "points", "percent", "basis", "index", "word", "code", "volume", "volume_after",
    "per",
)  # fmt: skip


def _read(m: re.Match[str]) -> Quantity | None:
    number, signed, money, scale, points, percent, basis, index, word, code, volume, after, counted = m.group(*_PARTS)
    value = parse_number(number)
    if value is None:
        return None
    currency = unit = ""
    if money or code:
        money = money or ""
        currency = "ZAR" if money == "R" else "" if money == "US" else _MONEY_SIGNS.get(money, money) or (code or "")
        currency = unit = "RUB" if currency == "RUR" else currency
    if scale or volume or after:
        # Millions of anything are no price; neither are barrels a day.
        unit, end = "volume", max(m.end("scale"), m.end("volume"), m.end("volume_after"))
    elif percent:
        unit, end = "percent", m.end("percent")
    elif points:
        unit, end, value = "basis points", m.end("points"), value * 100
    elif basis:
        unit, end = "basis points", m.end("basis")
    elif index:
        unit, end = "points", m.end("index")
    elif word:
        word = " ".join(word.lower().replace("-", " ").split())
        word = "cents" if word == "c" else word.removeprefix("u.s. ").removeprefix("us ")
        name, parts = _MONEY_WORDS.get(word, ("", 1))
        unit, end, value = currency or name, m.end("word"), value / parts
    else:
        end = m.end("code" if code else "number")
    sign = 0 if not signed else 1 if signed == "+" else -1
    if counted:
        return Quantity(value, unit, m.start(), end, _PER[counted.lower()], m.end("per"), sign, m.start("tail"))
    return Quantity(value, unit, m.start(), end, "", end, sign, end)


def _read_spelled(m: re.Match[str], text: str) -> Quantity | None:
    if m["share"]:
        # "Lost a third of its value": a share without a unit is a share of the whole.
        if _OF_VALUE.match(text, m.end()):
            return Quantity(100.0 * _WORDS[m["share"].lower()], "percent", m.start(), m.end(), "", m.end())
        return None
    value = float(_WORDS[m["words"].lower()])
    unit = m["unit"].lower().replace("-", " ")
    if unit.startswith("percentage"):
        return Quantity(100.0 * value, "basis points", m.start(), m.end(), "", m.end())
    if unit in ("percent", "per cent"):
        return Quantity(value, "percent", m.start(), m.end(), "", m.end())
    if unit.startswith("basis"):
        return Quantity(value, "basis points", m.start(), m.end(), "", m.end())
    if unit.startswith("point"):
        return Quantity(value, "points", m.start(), m.end(), "", m.end())
    code, parts = _MONEY_WORDS[unit]
    return Quantity(value / parts, code, m.start(), m.end(), "", m.end())


_LETTERS: Final = re.compile(r"[a-z]+")
_SPELLING: Final = frozenset(_LETTERS.findall(" ".join(_WORDS)))
_SPELLED_UNITS = frozenset(_LETTERS.findall(" ".join(_MONEY_WORDS))) | {"percentage", "percent", "per", "basis"}
_SPELLED_UNITS |= {"point", "points"}
_SHARED: Final = frozenset({"half", "third", "thirds", "quarter", "quarters", "tenth", "fifth"})


def may_spell(letters: set[str]) -> bool:
    """Whether an ASCII text with these words, in small letters and without digits, may hold a number in words.

    Examples
    --------
    >>> may_spell({"fell", "half", "a", "percent"}), may_spell({"fell", "a", "bit"})
    (True, False)
    """
    return not (_SHARED.isdisjoint(letters) and (_SPELLING.isdisjoint(letters) or _SPELLED_UNITS.isdisjoint(letters)))


def find_quantities(text: str, start: int = 0, end: int | None = None, *, spelled: bool = True) -> list[Quantity]:
    """Find the numbers in a stretch of text, in order, with units; those in words too, if ``spelled``.

    Examples
    --------
    >>> [(q.value, q.unit, q.per) for q in find_quantities("up $1.21, or 2.1 percent, at $57.77 a barrel")]
    [(1.21, 'USD', ''), (2.1, 'percent', ''), (57.77, 'USD', 'barrel')]
    """
    stop = len(text) if end is None else end
    found = []
    place = start
    # The pattern of all numbers is slow to be tried at every place: it is tried where a digit is near.
    while (digit := _DIGIT.search(text, place, stop)) is not None:
        begin, floor = digit.start(), max(place, digit.start() - _LEAD)
        while begin > floor and text[begin - 1] not in _NO_LEAD:
            begin -= 1
        m = _QUANTITY.search(text, begin, stop)
        if m is None:
            break
        place = m.end()
        quantity = _read(m)
        if quantity is not None:
            found.append(quantity)
    words = _SPELLED.finditer(text, start, stop) if spelled else ()
    told = [q for m in words if (q := _read_spelled(m, text)) is not None]
    if told:
        taken = [(q.start, q.stop) for q in found]
        found += [q for q in told if not any(a < q.end and q.start < b for a, b in taken)]
        found.sort(key=lambda q: q.start)
    return found


def parse_quantity(text: str) -> Quantity | None:
    """Read a text that is one quantity and nothing else; None otherwise.

    Examples
    --------
    >>> parse_quantity("10 kopecks").value, parse_quantity("half a percent").value, parse_quantity("2.1 per")
    (0.1, 0.5, None)
    """
    m = _QUANTITY.fullmatch(text)
    if m is not None:
        return _read(m)
    s = _SPELLED.fullmatch(text)
    return _read_spelled(s, text + ",") if s else None


def reads_again(q: Quantity, text: str) -> bool:
    """Whether the span of a quantity, read by itself, gives the same number and unit: the check of every number.

    Examples
    --------
    >>> text = "It fell 2.1%."
    >>> q = find_quantities(text)[0]
    >>> reads_again(q, text), reads_again(q._replace(value=2.0), text), reads_again(q._replace(end=11), text)
    (True, False, False)
    """
    plainest = _PLAINEST.fullmatch(text, q.start, q.end)
    if plainest is not None:
        dollars, number, percent = plainest.groups()
        unit, value = "USD" if dollars else "percent" if percent else "", float(dollars or number)
    else:
        again = parse_quantity(text[q.start : q.end])
        if again is None:
            return False
        unit, value = again.unit, again.value
    return unit == q.unit and math.isclose(value, q.value, rel_tol=1e-12, abs_tol=0.0)
