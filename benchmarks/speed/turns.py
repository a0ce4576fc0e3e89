"""Sides of a comparison are timed in turn: each once, then each again, so that other load hits all alike.

Every turn of every side is one measurement of pytest-benchmark, in CPU seconds; `page.py` takes the best of each.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

__all__ = ["SIDE_AND_TURN", "Worker", "cases", "in_turn", "worker_seconds"]

TURNS = 5
SIDE_AND_TURN = ("side", "turn")
"""What a test takes that runs by `cases`."""


def cases(sides: Iterable[object]) -> list[Any]:
    """Each side in turn, `TURNS` times."""
    held = list(sides)
    return [pytest.param(side, turn, id=f"{side}-{turn}") for turn in range(TURNS) for side in held]


def in_turn(sides: Iterable[object]) -> pytest.MarkDecorator:
    """Run a test for each side in turn; it takes ``side`` and ``turn``."""
    return pytest.mark.parametrize(SIDE_AND_TURN, cases(sides))


class Worker:
    """A side in an interpreter of its own, which reads its data once and then does what it is told.

    It answers every line with one line, see ``sides/``. Its CPU time is read from outside, alike for all.
    """

    running: Worker | None = None

    def __init__(self, python: str, script: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [python, str(script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            self.answer()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # closes both pipes; the worker ends with its input

    def tell(self, word: str) -> str:
        """Send one line; give the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        """Wait for a line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} has ended with {self._process.wait()}")
        return line.strip()

    def seconds(self) -> float:
        """CPU seconds of the process so far, by its own clock (Linux: clock_getcpuclockid)."""
        return time.clock_gettime((~self._process.pid << 3) | 2)


def worker_seconds() -> float:
    """CPU seconds of the worker that is timed: a timer for pytest-benchmark."""
    return Worker.running.seconds() if Worker.running else time.process_time()
