"""Words of a sentence with their places, and the inflected forms of English verbs and nouns."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import sub
from typing import Any, Final, TypeVar

__all__ = ["Stretches", "Tokens", "all_forms", "plural", "tokenize", "verb_forms"]

V = TypeVar("V")

_LONGEST_NUMBER: Final = 31
_TOKEN: Final = re.compile(
    r"(?:[A-Za-z]\.){2,6}"  # U.S., p.m.
    r"|[^\W\d_]+(?:[-‑–][^\W\d_]+){0,6}(?:['’]t\b)?"  # words, hyphenated words, n't
    r"|['’](?:s|re|ve|ll|d)\b"
    rf"|\d(?:[\d.,]{{0,{_LONGEST_NUMBER - 2}}}\d)?"  # a comma behind a year ends its clause
    r"|[^\w\s]"
)


_STRAIGHT: Final = str.maketrans("’‑–", "'--")


@dataclass(slots=True)
class Tokens:
    """Tokens of one sentence.

    Attributes
    ----------
    words : list of str
        As written.
    low : list of str
        In lower case, with straight apostrophes and hyphens.
    starts : list of int
        Places in the whole text.
    hyphened : bool
        Whether any of them may hold a hyphen.
    """

    words: list[str]
    low: list[str]
    starts: list[int]
    hyphened: bool

    def end(self, i: int) -> int:
        """Give the place in the whole text where token ``i`` ends."""
        return self.starts[i] + len(self.words[i])


# No longer stretch is kept: an article's stretches without a space are short, hostile text's are not.
_KEPT: Final = 40
_MOST_KEPT: Final = 1 << 15


class Stretches(dict[str, V]):
    """What was read off each stretch without white space that was met: most words stand in every article.

    It is a plain mapping, which is let go when full: a cache that knows what was asked last costs more to ask.
    """

    def __init__(self, read: Callable[[str], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, chunk: str) -> V:
        found = self._read(chunk)
        if len(chunk) <= _KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[chunk] = found
        return found


def _cut(chunk: str) -> tuple[Any, ...]:
    """Cut a stretch into tokens, in threes: what is written, that in lower case, how far on the next one begins.

    The last one begins the next stretch, behind one space. Words in lower case are interned: they are looked up in
    many tables, and what is the same object need not be compared.
    """
    if chunk.isascii() and (chunk.isalpha() or (chunk.isdigit() and len(chunk) <= _LONGEST_NUMBER)):
        low = sys.intern(chunk.lower())  # one token: most stretches
        return (low if chunk == low else chunk, low, len(chunk) + 1)
    words, starts = _TOKEN.findall(chunk), [m.start() for m in _TOKEN.finditer(chunk)]
    lows = map(sys.intern, map(str.lower if chunk.isascii() else _lowered, words))
    steps = map(sub, [*starts[1:], len(chunk) + 1], starts)
    threes = zip(words, lows, steps, strict=True)
    return tuple(chain.from_iterable((small if word == small else word, small, step) for word, small, step in threes))


_CUTS: Final = Stretches(_cut)


def _lowered(word: str) -> str:
    low = word.lower()
    return low if len(word) == 1 or word.isascii() else low.translate(_STRAIGHT)


def tokenize(text: str, start: int, end: int) -> Tokens:
    """Cut ``text[start:end]`` into words and marks.

    Examples
    --------
    >>> tokenize("The U.S. hasn’t left.", 0, 21).words
    ['The', 'U.S.', 'hasn’t', 'left', '.']
    """
    sentence = text[start:end]
    chunks = sentence.split()
    # No token holds white space. Nothing here runs word by word but inside the interpreter: it is run for every word.
    found = list(chain.from_iterable(map(_CUTS.__getitem__, chunks)))
    words, low = found[::3], found[1::3]
    starts = list(accumulate(found[2::3], initial=start))
    if starts.pop() != start + len(sentence) + 1:  # several spaces between two words, or signs that belong to no token
        starts = _places(text, start, chunks)
    if " . " in sentence:
        _join_initials(text, words, low, starts)
    for i in [k for k, w in enumerate(words) if w == "May"] if "May" in words else ():
        if 0 < i < len(words) - 1 and not words[i + 1][0].isupper():
            low[i] = "May"  # the month or the minister, not the auxiliary, but where all words are capitals
    return Tokens(words, low, starts, "-" in sentence or not sentence.isascii())


def _join_initials(text: str, words: list[str], low: list[str], starts: list[int]) -> None:
    """Make one token of initials that a corpus has parted from their stops: "the U . S . dollar"."""
    i = 0
    while i + 3 < len(words):
        stop = i
        while words[stop + 1 : stop + 2] == ["."] and len(words[stop]) == 1 and words[stop].isupper():
            stop += 2
        if stop - i >= 4:
            whole = text[starts[i] : starts[stop - 1] + 1]
            words[i:stop] = [whole]
            low[i:stop] = ["".join(whole.split()).lower()]
            del starts[i + 1 : stop]
        i += 1


def _places(text: str, start: int, chunks: list[str]) -> list[int]:
    out: list[int] = []
    for chunk in chunks:
        start = text.index(chunk, start)
        if len(chunk) > _KEPT or "_" in chunk:
            out += [start + m.start() for m in _TOKEN.finditer(chunk)]
        else:
            out += list(accumulate(_CUTS[chunk][2::3], initial=start))[:-1]
        start += len(chunk)
    return out


# verb=past,past participle; a slash between two forms of one.
_IRREGULAR_ROWS: Final = """
be=was/were,been beat=beat,beaten begin=began,begun behead=beheaded,beheaded bind=bound,bound
blow=blew,blown break=broke,broken bring=brought,brought build=built,built burn=burned/burnt,burned/burnt
buy=bought,bought catch=caught,caught choose=chose,chosen come=came,come cut=cut,cut deal=dealt,dealt
draw=drew,drawn drive=drove,driven fall=fell,fallen feed=fed,fed fight=fought,fought find=found,found
flee=fled,fled fly=flew,flown forbid=forbade,forbidden forgive=forgave,forgiven freeze=froze,frozen
get=got,got/gotten give=gave,given go=went,gone hang=hanged/hung,hanged/hung have=had,had hit=hit,hit
hold=held,held keep=kept,kept lay=laid,laid lead=led,led leave=left,left lend=lent,lent let=let,let
lose=lost,lost make=made,made meet=met,met outlaw=outlawed,outlawed overrun=overran,overrun
overthrow=overthrew,overthrown pay=paid,paid put=put,put quit=quit,quit retake=retook,retaken
ride=rode,ridden rise=rose,risen run=ran,run say=said,said see=saw,seen seek=sought,sought send=sent,sent
set=set,set shoot=shot,shot show=showed,shown shut=shut,shut sink=sank,sunk sit=sat,sat
slam=slammed,slammed speak=spoke,spoken spurn=spurned,spurned stand=stood,stood
strike=struck,struck/stricken swear=swore,sworn sweep=swept,swept take=took,taken tear=tore,torn
tell=told,told throw=threw,thrown try=tried,tried undertake=undertook,undertaken uphold=upheld,upheld
walk=walked,walked win=won,won withdraw=withdrew,withdrawn withhold=withheld,withheld work=worked,worked
write=wrote,written die=died,died rebuild=rebuilt,rebuilt forgo=forwent,forgone slay=slew,slain
slit=slit,slit split=split,split spread=spread,spread burst=burst,burst cast=cast,cast hurt=hurt,hurt bid=bid,bid
rid=rid,rid shed=shed,shed upset=upset,upset quell=quelled,quelled sell=sold,sold steal=stole,stolen spend=spent,spent
teach=taught,taught bend=bent,bent sling=slung,slung wring=wrung,wrung swing=swung,swung string=strung,strung
grow=grew,grown
know=knew,known foresee=foresaw,foreseen forswear=forswore,forsworn wear=wore,worn hide=hid,hidden bite=bit,bitten
lean=leaned/leant,leaned/leant learn=learned/learnt,learned/learnt plead=pleaded/pled,pleaded/pled
think=thought,thought broadcast=broadcast,broadcast forecast=forecast/forecasted,forecast/forecasted
thrust=thrust,thrust rewrite=rewrote,rewritten understand=understood,understood wage=waged,waged eat=ate,eaten
wind=wound,wound mow=mowed,mown/mowed forego=forewent,foregone dig=dug,dug sue=sued,sued
ground=grounded,grounded reenter=reentered,reentered stave=staved,staved slide=slid,slid
leap=leaped/leapt,leaped/leapt dive=dived/dove,dived shrink=shrank,shrunk
shake=shook,shaken stick=stuck,stuck fling=flung,flung ring=rang,rung grind=ground,ground bleed=bled,bled
feel=felt,felt hear=heard,heard kneel=knelt,knelt light=lit,lit oversee=oversaw,overseen overtake=overtook,overtaken
sew=sewed,sewn speed=sped,sped unwind=unwound,unwound wake=woke,woken weep=wept,wept withstand=withstood,withstood
undercut=undercut,undercut cling=clung,clung creep=crept,crept stride=strode,stridden sting=stung,stung
stink=stank,stunk swim=swam,swum weave=wove,woven lose=lost,lost outdo=outdid,outdone undo=undid,undone
undergo=underwent,undergone mistake=mistook,mistaken bear=bore,borne drag=dragged,dragged hew=hewed,hewn
spring=sprang,sprung sing=sang,sung strew=strewed,strewn strive=strove,striven shave=shaved,shaven sleep=slept,slept
mislead=misled,misled foretell=foretold,foretold redraw=redrew,redrawn rerun=reran,rerun reset=reset,reset
beset=beset,beset wed=wed,wed spit=spat,spat
underwrite=underwrote,underwritten arise=arose,arisen awake=awoke,awoken partake=partook,partaken
spin=spun,spun
"""
_IRREGULAR: Final = {
    verb: (both.split(",")[0].split("/"), both.split(",")[1].split("/"))
    for verb, _, both in (row.partition("=") for row in _IRREGULAR_ROWS.split())
}
# Verbs that double their last consonant although the stress does not fall there, or of two syllables with it there.
_DOUBLE_WORDS: Final = (
    "commit admit permit submit rebut expel compel quarrel control patrol rebel abet defer refer confer "
    "transfer occur deter cancel equip kidnap quit begin forget overrun travel emit transmit repel propel "
    "dispel impel outbid unplug remit annul airdrop outstrip acquit wiretap regret sidestep overstep eavesdrop allot "
    "incur concur abhor fulfil enrol extol hobnob unban debar disbar entrap outfit recur omit abut rerun outgun"
)
_DOUBLE: Final = frozenset(_DOUBLE_WORDS.split())


# One syllable that ends in one consonant after one vowel: "fan", "club".
_SHORT: Final = re.compile(r"[^aeiou]*[aeiou][bcdfgklmnprtvz]")
_UNSTRESSED_L: Final = re.compile(r".*[aeiou][a-z]*[^aeiou][aeiou]l|initial|dial|total|fuel|duel")


def verb_forms(verb: str) -> dict[str, str]:
    """Give the forms of a verb, each with its tags: b(ase), s, d (past), n (participle), g (-ing).

    Examples
    --------
    >>> verb_forms("withdraw")
    {'withdraw': 'b', 'withdraws': 's', 'withdrawing': 'g', 'withdrew': 'd', 'withdrawn': 'n'}
    >>> verb_forms("ban")["banned"], verb_forms("deny")["denies"], verb_forms("die")["dying"]
    ('dn', 's', 'g')
    """
    forms: dict[str, str] = {}

    def add(form: str, tag: str) -> None:
        forms[form] = "".join(dict.fromkeys(forms.get(form, "") + tag))

    if verb == "be":
        return {"be": "b", "is": "s", "are": "s", "am": "s", "was": "d", "were": "d", "been": "n", "being": "g"}
    add(verb, "b")
    stem, last = verb, verb[-1]
    consonant_y = last == "y" and verb[-2:-1] not in "aeiou"
    add(
        "has"
        if verb == "have"
        else verb[:-1] + "ies"
        if consonant_y
        else verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) and not verb.endswith("oo") else "s"),
        "s",
    )
    # British spelling doubles the l of "travel", American does not.
    either = _UNSTRESSED_L.fullmatch(verb) is not None
    doubled = verb + last if either or verb in _DOUBLE or _SHORT.fullmatch(verb) else verb
    if verb.endswith("ie"):
        add(verb[:-2] + "ying", "g")
    elif last == "e" and not verb.endswith(("ee", "oe", "ye")):
        add(verb[:-1] + "ing", "g")
    else:
        add(doubled + "ing", "g")
        if either:
            add(verb + "ing", "g")
    if verb in _IRREGULAR:
        pasts, participles = _IRREGULAR[verb]
        for form in pasts:
            add(form, "d")
        for form in participles:
            add(form, "n")
        return forms
    past = verb + "d" if last == "e" else verb[:-1] + "ied" if consonant_y else doubled + "ed"
    add(past, "dn")
    if either:
        add(stem + "ed", "dn")
    return forms


def all_forms(verbs: str) -> frozenset[str]:
    """Give every form of the verbs of a text.

    Examples
    --------
    >>> sorted(all_forms("rise cut"))
    ['cut', 'cuts', 'cutting', 'rise', 'risen', 'rises', 'rising', 'rose']
    """
    return frozenset(form for verb in verbs.split() for form in verb_forms(verb))


def plural(noun: str) -> str:
    """Give the regular plural.

    Examples
    --------
    >>> [plural(n) for n in ("talk", "treaty", "clash", "phone call")]
    ['talks', 'treaties', 'clashes', 'phone calls']
    """
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh", "go", "to")) else "s")
