"""Which tests execute which lines, and how long each takes: one run of the tests under coverage, test by test.

    python -m mutation.executed FOLDER                     # once
    python -m mutation.executed FOLDER tests/test_new.py   # adds a file to what is known

A test's own lines, those of its fixtures and those run while its file is collected are kept apart, so that a
mutant is later given to the tests that can notice it and to no others.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("eventstudy/estimation", "eventstudy/inference")
# The tests that compute something by these rooms; what reads articles, draws or writes is left out.
TESTS = (
    "estimation", "inference", "models", "resampling", "single_event", "diagnose", "audit", "hostile", "study",
    "results", "peers", "simulation", "arithmetic", "placebo_days", "distributed_local", "plots", "report_exports",
    "report_comparison", "validity_page",
)  # fmt: skip
EXAMPLES = (*ROOMS, "eventstudy/results", "eventstudy/simulation.py")
"""Whose docstrings' examples are tests, too."""
COLLECTED = "collected:"
"""Begins the context of what runs while a test file is imported; the file's name follows."""


def test_paths() -> list[str]:
    """Give the test files by name, and what has examples in its docstrings."""
    found = sorted(p for word in TESTS for p in (ROOT / "tests").glob(f"test_{word}*.py"))
    return [*(p.relative_to(ROOT).as_posix() for p in found), *EXAMPLES]


class _Contexts:
    """Tells coverage which test is running, and keeps how much processor time each took."""

    def __init__(self, measure: coverage.Coverage) -> None:
        self.measure = measure
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        if isinstance(collector, pytest.File):
            self.measure.switch_context(COLLECTED + collector.nodeid)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.measure.switch_context(item.nodeid)
        start = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - start

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


def main() -> int:
    """Run the tests once and write ``lines.json`` and ``seconds.json``."""
    folder, added = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    include = [str(ROOT / room / "*.py") for room in ROOMS]
    measure = coverage.Coverage(data_file=None, include=include, config_file=False)
    plugin = _Contexts(measure)
    measure.start()
    code = pytest.main(["-q", "-p", "no:cacheprovider", "--no-cov", *(added or test_paths())], plugins=[plugin])
    measure.stop()
    if code or plugin.failed:
        sys.stderr.write(f"the tests fail without any mutant: {plugin.failed}\n")
        return 1
    data = measure.get_data()
    lines = {
        Path(file).relative_to(ROOT).as_posix(): {
            str(line): sorted(set(contexts) - {""}) for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in sorted(data.measured_files())
    }
    seconds = plugin.seconds
    if added:
        seconds = {**json.loads((folder / "seconds.json").read_text(encoding="utf-8")), **seconds}
        for file, known in json.loads((folder / "lines.json").read_text(encoding="utf-8")).items():
            held = lines.setdefault(file, {})
            for line, contexts in known.items():
                held[line] = sorted({*contexts, *held.get(line, [])})
    (folder / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
    (folder / "seconds.json").write_text(json.dumps(seconds, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
