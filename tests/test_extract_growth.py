"""Hostile text costs what its length says: events, moves, times and actors together."""

from __future__ import annotations

import time

import pytest

from eventstudy.events import extract_events, extract_moves
from eventstudy.news import Article
from fuzz.hostile_news import COUNTED, UNITS, hostile

# Four times the text takes a linear reader four times as long, a quadratic one sixteen times; the rest is for a
# busy machine. Below the grain the clock and the collector of garbage say more than the text.
MOST = 8.0
GRAIN = 0.02  # seconds
SMALL, LARGE = 40_000, 250_000
MEGABYTE = ("one word", "one number")  # cheap enough to be read at 1 MB in every run


def seconds(text: str) -> float:
    article = Article(text, "2022-02-15")
    start = time.process_time()
    extract_events(article, progress=False)
    extract_moves(article, progress=False)
    return time.process_time() - start


@pytest.mark.parametrize("name", [*UNITS, *COUNTED])
def test_four_times_the_text_takes_about_four_times_as_long(name: str) -> None:
    n = LARGE if name in MEGABYTE else SMALL
    unit = UNITS.get(name) or COUNTED[name]
    small, large = hostile(unit, n), hostile(unit, 4 * n)
    ratios = []
    for _ in range(3):
        ratios.append(seconds(large) / max(GRAIN, seconds(small)))
        if ratios[-1] <= MOST:
            return
    raise AssertionError(f"{name}: four times the text took {ratios} times as long")
