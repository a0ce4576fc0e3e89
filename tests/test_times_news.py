"""315 times in sentences of our own, resolved by hand against their publication: Tuesday 15 February 2022, 18:00 UTC,
and in the second set also a Wednesday after New Year and a Monday in summer."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from eventstudy.events.times import find_times
from eventstudy.events.times.patterns import pattern_at

DATA = Path(__file__).parent / "data" / "times_news.jsonl"
PUBLISHED = "2022-02-15T18:00+00:00"
FLOOR = 0.95  # of the whole set and of each form: weekday, month-day, relative, clock ...


def test_forms_of_time() -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong = []
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        found = {
            (text[t.start : t.end], f"{t.earliest:%Y-%m-%dT%H:%M}", f"{t.latest:%Y-%m-%dT%H:%M}", t.precision)
            for t in find_times(text, row.get("published", PUBLISHED))
        }
        for want in row["times"]:
            total[row["group"]] += 1
            bounds = want["earliest"], want["latest"], want["precision"]
            if any(f[1:] == bounds and (want["span"] in f[0] or f[0] in want["span"]) for f in found):
                right[row["group"]] += 1
            else:
                wrong.append((text, want, found))
    assert sum(total.values()) >= 300
    assert sum(right.values()) >= FLOOR * sum(total.values()), wrong
    for group, n in total.items():
        assert right[group] >= FLOOR * n - 1e-9, (group, wrong)


def test_what_is_no_time_is_not_found() -> None:
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    quiet = [row["text"] for row in rows if not row["times"]]
    fired = [text for text in quiet if find_times(text, PUBLISHED)]
    assert len(fired) <= 1, fired  # a weekday in a name cannot be told from a weekday


def test_the_present_tense_of_what_is_arranged_points_ahead() -> None:
    for text, day in (
        ("a truce that begins on Thursday", "2022-02-17"),
        ("OPEC meets on Sunday to discuss output", "2022-02-20"),
        ("the ban takes effect on Friday", "2022-02-18"),
        ("talks resume in Geneva on Monday", "2022-02-21"),
        ("the tariffs took effect on Friday", "2022-02-11"),
        ("the truce that began on Thursday", "2022-02-10"),
    ):
        (t,) = find_times(text, PUBLISHED)
        assert f"{t.earliest:%Y-%m-%d}" == day, text


def test_first_letters_leave_no_time_out() -> None:
    """At every word of our sentences the pattern of its first letter finds what the pattern of all times finds."""
    for text in [json.loads(line)["text"] for line in DATA.read_text(encoding="utf-8").splitlines()]:
        for word in re.finditer(r"\w+", text + " Over the weekend of Q3, fortnight by Q4 2021; afternoon of May 3"):
            for way in (str.lower, str.title):
                changed = way(word.string)
                whole = pattern_at("é").match(changed, word.start())
                part = pattern_at(changed[word.start()]).match(changed, word.start())
                assert (whole and (whole.span(), whole.lastgroup)) == (part and (part.span(), part.lastgroup)), changed
