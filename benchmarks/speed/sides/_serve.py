"""Answer each line with one line: what `benchmarks.speed.turns.Worker` speaks with. Needs the standard library only."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

__all__ = ["serve"]


def serve(study: Callable[[str], int], before: Callable[[str], None] = lambda side: None) -> None:
    """Read lines: ``before SIDE`` prepares, untimed; ``SIDE`` runs, and its number of events is the answer."""
    warnings.simplefilter("ignore")
    told, sys.stdout = sys.stdout, sys.stderr  # what a package prints is no answer
    print("ready", file=told, flush=True)
    for line in sys.stdin:
        word = line.strip()
        if word.startswith("before "):
            before(word.removeprefix("before "))
            print("done", file=told, flush=True)
        else:
            print(study(word), file=told, flush=True)
