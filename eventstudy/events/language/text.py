"""Sentences and clauses as character spans, in time linear in the text."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final
from weakref import WeakKeyDictionary

from eventstudy.events.language.lexing import Stretches
from eventstudy.news.article import Article

__all__ = ["article_sentences", "clauses", "is_verb_like", "sentences"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_SENTENCE: Final = 1500
"""Longest sentence in characters; later steps may then be quadratic in a sentence and stay linear in a text."""

_QUOTES: Final = "\"'”’»)\\]"
# A set of characters first, which is looked for fastest; possessive quantifiers and the lookbehind at the first of
# several stops keep every character from being read more than twice.
_STOP: Final = re.compile(
    r"[.!?…\n](?:"
    rf"(?<=[.!?…])(?<![.!?…]{{2}})[.!?…]*+[{_QUOTES}]*+(?=\s|$)"
    r"|(?<=\n)[ \t\r]*+\n\s*+"
    r"|(?<=\n)(?=[ \t]{0,8}(?:[-*•#>]|\d{1,2}[.)])[ \t]))"
)
# A first line without a stop, before a paragraph on one line: a headline that no empty line sets off.
_HEADLINE: Final = re.compile(r"[^\n]{1,200}[^\n.:;,!?]\n(?=[A-Z][^\n]{60,}[.!?\"”](?:\n|$))")
_BEFORE_LAST_WORD: Final = re.compile(r".*[\s\"'“”‘’(\[]", re.DOTALL)
_NEXT: Final = re.compile(r"[\s\"'“”‘’«(\[]*+([^\W_]+)")

# Words after which a full stop is never the end: titles and the like stand before a name.
_TITLES: Final = _words(
    "mr mrs ms dr prof gen col lt maj capt sgt adm cmdr brig sen rep gov pres sec supt rev hon st fr messrs mx "
    "no nos vs etc eg ie cf fig approx ca est dept min art para pp vol ed al"
)
# After these a full stop ends the sentence only where the next word looks like a beginning.
_SHORT: Final = _words(
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun inc corp co ltd "
    "plc llc bros rs am pm bn mn tn pct ave jr sr ft mt"
)
_STARTERS: Final = _words(
    "the a an this that these those it its he she they we i you his her their our my in on at after before as but and "
    "if when while since for from by with to however meanwhile earlier later some many most several all both no not "
    "there here what who which how why officials analysts markets investors oil stocks shares futures brent gold"
)


def _ends_here(text: str, start: int, mark: int, end: int) -> bool:
    """Whether the stop at ``mark`` (its quotes end at ``end``) closes the sentence that began at ``start``."""
    if text[mark] != ".":
        follows = _NEXT.match(text, end, end + 40)
        return follows is None or not follows.group(1)[0].islower()
    last = text[max(start, mark - 24) : mark].removesuffix("\n")
    before_last = _BEFORE_LAST_WORD.match(last)
    bare = last[before_last.end() :].lower() if before_last else last.lower()
    follows = _NEXT.match(text, end, end + 60)
    following = follows.group(1) if follows else ""
    if following[:1].islower():
        return False
    if mark > start + 1 and text[mark - 1] == " ":
        # Some corpora part every sign from its neighbours: "0 . 5 percent", "the U . S . dollar".
        before = text[mark - 2]
        initial = before.isupper() and not text[max(start, mark - 3) : mark - 2].strip()
        if initial or (before.isdigit() and following[:1].isdigit()):
            return False
    key = bare.replace(".", "")
    if key in _TITLES and following:
        # "No. 5" but "He said no. Then ..."
        return key == "no" and not following[0].isdigit()
    # "U.S.", but not "fell to 2.5 %."
    dotted = ("." in bare and bare[0].isalpha()) or (len(bare) == 1 and bare.isalpha() and bare != "i")
    if (dotted and len(key) <= 6) or key in _SHORT:
        return not following or following.lower() in _STARTERS
    return True


def _bounded(start: int, end: int, text: str) -> list[tuple[int, int]]:
    out = []
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        out.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        out.append((start, end))
    return out


def sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    Parameters
    ----------
    text : str
        Any text. A blank line and a list bullet always end a sentence; a line break alone does not.

    Returns
    -------
    list of (int, int)
        Spans in order, without the white space around them; none is longer than 1,500 characters
        (longer ones are cut at a space), so that what is done with one sentence stays bounded.

    Examples
    --------
    >>> text = "The U.S. left at 3:22 p.m. on Feb. 15. It trades below $95. He agreed."
    >>> [text[a:b] for a, b in sentences(text)]
    ['The U.S. left at 3:22 p.m. on Feb. 15.', 'It trades below $95.', 'He agreed.']
    """
    return list(_sentences(text))


# Events and moves split the same articles, one pass after the other; gone with the article.
_split_before: WeakKeyDictionary[Article, tuple[tuple[int, int], ...]] = WeakKeyDictionary()


def article_sentences(article: Article) -> tuple[tuple[int, int], ...]:
    """Split an article's text into sentences, once; see `sentences`."""
    found = _split_before.get(article)
    if found is None:
        found = _split_before[article] = _sentences(article.text)
    return found


@functools.lru_cache(maxsize=1)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    start = 0
    spans: list[tuple[int, int]] = []
    if headline := _HEADLINE.match(text):
        start = headline.end()
        spans.append((0, start))
    for match in _STOP.finditer(text, start):
        mark, end = match.span()
        if text[mark] == "\n":
            spans.append((start, mark))
            start = end
        elif _ends_here(text, start, mark, end):
            spans.append((start, end))
            start = end
    spans.append((start, len(text)))
    for begin, end in spans:
        while begin < end and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        if end > begin:
            out.extend(_bounded(begin, end, text) if end - begin > MAX_SENTENCE else [(begin, end)])
    return tuple(out)


# Always a boundary.
_HARD: Final = frozenset(";:—–")
_PUNCTUATION: Final = _HARD | {","}
# A boundary wherever it stands: what follows is a clause of its own.
_SUBORDINATORS: Final = _words(
    "while whereas although though because unless if when whenever until whether despite amid even"
)
# A boundary when a verb stands on both sides of it ("rose and fell", but not "gold and silver rose").
_COORDINATORS: Final = _words("and but or as after before since that which who where saying adding following")
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[;:—–,]|\d+")
_IRREGULAR: Final = _words(
    "is are was were be been has have had do does did will would could may might can shall should must "
    "said says say told tells rose fell sank slid shed lost won got gave took made went came saw held kept led left "
    "met sent set put cut hit let shot struck sought fought bought brought thought taught caught built spent lent "
    "bent began ran sang drove broke spoke woke wrote rode grew knew threw flew drew withdrew swung hung stood "
    "understood fled sold laid paid dealt felt meant leapt swept crept slept beat bid quit split hurt "
    "rise rises fall falls slide slides drop drops gain gains jump jumps climb climbs sink sinks trades plan "
    "plans want wants agree agrees denies deny remain remains become becomes became offer offers call calls warn "
    "warns urge urges accuse accuses seek seeks ease eases hold holds loses lose add adds see sees move moves "
    "strengthens weakens tumbles plunges soars surges slumps retreats rallies rebounds edges slips dips advances"
)


_NO_VERBS: Final = _words(
    "united unexpected hundred indeed armed alleged exceed proceed succeed speed breed greed naked sacred wicked"
)


def _is_verb_like(low: str) -> bool:
    return (
        low in _IRREGULAR
        or low.endswith(("n't", "n’t"))
        or (len(low) > 4 and low.endswith("ed") and low not in _NO_VERBS and "-" not in low)
    )


is_verb_like = Stretches(_is_verb_like).__getitem__
"""Whether a lower-case word looks like a finite verb or auxiliary; a guess from its form."""


_NOT_A_CONJUNCTION_BEFORE: Final = _words("much many of at soon well far long little part")
_NOT_A_CONJUNCTION_AFTER: Final = _words("much many such soon well far long same twice little regard seen")
_AFTER_COMMA: Final = _words("which who where with saying adding so yet nor")
_BEFORE_GERUND: Final = _words("after before while without since despite")
_CUTTING: Final = _PUNCTUATION | _SUBORDINATORS | _COORDINATORS
_AHEAD: Final = 14


def _cuts_at(tokens: list[str], i: int, verb_before: bool, verb_after: bool) -> bool:
    """Whether a clause begins at (or, for punctuation, after) token ``i``."""
    low, before = tokens[i], tokens[i - 1]
    follows = tokens[i + 1] if i + 1 < len(tokens) else ""
    if low in _SUBORDINATORS:
        if low == "until":
            return verb_after
        if low == "even":
            return follows in ("as", "though", "if", "when")
        return before not in ("as", "even")
    if low in _COORDINATORS:
        if low == "as" and (follows in _NOT_A_CONJUNCTION_BEFORE or before in _NOT_A_CONJUNCTION_AFTER):
            return False
        if low == "since" and (follows.isdigit() or before in ("highest", "lowest", "ever")):
            return False
        return verb_before and verb_after and before != "even"
    if low == ",":
        if before.isdigit() and follows.isdigit():
            return False
        return follows in _AFTER_COMMA or (verb_before and verb_after)
    return False


def clauses(
    text: str, start: int = 0, end: int | None = None, words: tuple[list[str], list[int]] | None = None
) -> list[tuple[int, int]]:
    """Split a sentence into clauses, so that negation and modality can end where the clause ends.

    Parameters
    ----------
    text : str
        The whole text.
    start, end : int
        Span of the sentence, from `sentences`.
    words : tuple of two lists, optional
        Its words and marks in lower case and their places, where they are known already.

    Returns
    -------
    list of (int, int)
        Spans in the text, in order; together they hold every word. A subordinator or a conjunction
        begins its clause.

    Examples
    --------
    >>> text = "Brent fell as much as 2.1% to trade below $95 while gold and silver rose."
    >>> [text[a:b] for a, b in clauses(text, 0, len(text))]
    ['Brent fell as much as 2.1% to trade below $95', 'while gold and silver rose.']
    """
    stop = len(text) if end is None else end
    if words is not None:
        tokens, places = words
    else:
        found = list(_TOKEN.finditer(text, start, stop))
        tokens, places = [m.group().lower() for m in found], [m.start() for m in found]
    n = len(tokens)
    turns = [i for i in itertools.compress(range(n), map(_CUTTING.__contains__, tokens)) if i]
    if not turns:
        return [(start, stop)]
    # verbs[i]: number of verb-like tokens before token i, so that "a verb in between" is one subtraction.
    verb = list(map(is_verb_like, tokens))
    for i in itertools.compress(range(1, n), map(_BEFORE_GERUND.__contains__, tokens)):
        if tokens[i].endswith("ing"):
            verb[i] = True
    verbs = [0, *itertools.accumulate(verb)]
    cuts: list[int] = []
    last = 0
    for i in turns:
        place = places[i]
        if tokens[i] in _HARD:
            # 3:22 and 12:1 are not boundaries.
            inside = text[place - 1].isdigit() and text[place + 1 : place + 2].isdigit()
            cut = not inside and place + 1 < stop
        else:
            ahead = i + _AHEAD
            if tokens[i] == "as":
                # "recognised them as states on Monday and ordered": no clause of its own.
                ahead = next((k for k in range(i + 1, min(n, ahead)) if tokens[k] in ("and", "but", ",")), ahead)
            cut = _cuts_at(tokens, i, verbs[i] > verbs[last], verbs[min(n, ahead)] > verbs[i + 1])
        if cut:
            begin = place
            if tokens[i] in _PUNCTUATION:
                begin += 1
                while begin < stop and text[begin] in '"”’»':
                    begin += 1
            if begin > (cuts[-1] if cuts else start):
                cuts.append(begin)
                last = i
    out = []
    for a, b in zip([start, *cuts], [*cuts, stop], strict=True):
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if b > a:
            out.append((a, b))
    return out
