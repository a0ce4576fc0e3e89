"""Every reader under mutated inputs: the library's own error or a sound result, nothing else.

The same targets go through a coverage-guided fuzzer in `fuzz/run.py`; what that finds is listed here as bytes.
"""

from __future__ import annotations

import random

import pytest

from fuzz.mutate import mutate
from fuzz.targets import TARGETS

# Enough for a second or two each; the fuzzer runs longer.
RUNS = 60

# Found by fuzzing, each once a crash: (target, input).
FINDINGS = {
    "a zone too long for a file": ("plain", b"date: 2022-02-15\ntz: Europe/M" + b"a" * 300 + b"\n\nText."),
    "a zone that is a folder of zones": ("plain", b"date: 2022-02-15\ntz: Europe\n\nText."),
    "an hour of twenty digits in a feed": (
        "feed",
        b"<rss><channel><item><title>Oil</title><description>Oil fell.</description>"
        b"<pubDate>Tue, 15 Feb 2022 0899999999999999999999:00 GMT</pubDate></item></channel></rss>",
    ),
    "a rule whose kind is a list": ("taxonomy-toml", b'[[rules]]\nid = "halt"\nkind = ["a"]\nverbs = ["halt"]\n'),
    "a rule whose frame is a table": ("taxonomy-toml", b'[[rules]]\nid = "halt"\nframe = {}\nverbs = ["halt"]\n'),
    "a kind whose direction is a list": ("taxonomy-toml", b'[kinds]\nA = { direction = ["neither"] }\n'),
    "a GDELT row without the instant it was added": (
        "gdelt", TARGETS["gdelt"].seeds[0].replace(b"20220215083000", b""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_read(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].check(seed, strict=True)


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_inputs(name: str) -> None:
    target, rng = TARGETS[name], random.Random(20220215)
    for _ in range(RUNS):
        target.check(mutate(target.seeds, target.words, rng))


@pytest.mark.parametrize("finding", FINDINGS)
def test_findings_stay_mended(finding: str) -> None:
    name, data = FINDINGS[finding]
    TARGETS[name].check(data)
