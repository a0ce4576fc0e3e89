"""Try mutants: each in a process of its own, with the tests that execute the changed line, the quickest first.

    python -m mutation.executed FOLDER                 # once: which test executes what
    python -m mutation.run FOLDER --sample 400         # a random sample, from each file in proportion
    python -m mutation.run FOLDER --all                # every mutant: days
    python -m mutation.run FOLDER --survivors          # what survived again, with the tests as they are now
    python -m mutation.record FOLDER                   # docs/mutation.md

Goes on where it was stopped: what is in ``FOLDER/results.jsonl`` is not tried twice. A mutant is killed when a test
fails, when the package cannot be imported, or when the tests take ten times as long as without it. It survives when
the tests that execute the line pass: the quickest ``BUDGET`` seconds of them at first; with ``--survivors`` all, and
all other tests of their files, for what a file computes once may be checked by a test that did not compute it. Tests
of more than ``SLOW`` seconds are left to ``.ci/run``; a mutant that only they would notice counts as a survivor.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from mutation.executed import COLLECTED, ROOT
from mutation.mutants import Mutant, all_mutants, sample

SLOW = 15.0
"""Seconds of processor time; longer tests are not run against mutants."""
FIRST = 8.0
"""Seconds of tests that are tried before the rest: most mutants need no more."""
BUDGET = 16.0
"""Seconds of tests that a mutant of the sample gets; survivors get all."""
ALLOWED = (10.0, 60)
"""A mutant may take so many times the tests' own time, and so many seconds more, of processor time."""
BROKEN = 70
"""Exit code of a process that fell over itself, not over a test; pytest's own for "no tests" is 5."""
KILLED = ("killed", "timeout")
"""Outcomes of a mutant that was noticed; the others are ``survived`` and ``no test``."""
IMPORTED = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
HEAVY = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "statsmodels.api", "pyarrow.parquet",
    "patsy", "matplotlib.pyplot", "narwhals", "exchange_calendars", "pytest", "hypothesis.strategies",
    "hypothesis.extra.numpy", "typer", "jinja2", "openpyxl", "arch", "clarabel",
)  # fmt: skip


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module changed, all others as they are."""

    def __init__(self, file: str, text: str) -> None:
        self.name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.path, self.text = str(ROOT / file), text

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = _Loader(fullname, self.path, self.text)
        return importlib.machinery.ModuleSpec(
            fullname, loader, origin=self.path, is_package=self.path.endswith("__init__.py")
        )


class _Chosen:
    """Runs the chosen tests, the quickest first, and remembers the first that failed."""

    def __init__(self, seconds: dict[str, float], finder: importlib.abc.MetaPathFinder) -> None:
        self.seconds = seconds
        self.finder = finder
        self.failed = ""

    def pytest_sessionstart(self) -> None:
        # pytest puts a finder of its own before ours, which reads files with examples from the disk, unchanged
        sys.meta_path.remove(self.finder)
        sys.meta_path.insert(0, self.finder)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (i for i in items if i.nodeid in self.seconds), key=lambda i: (self.seconds[i.nodeid], i.nodeid)
        )

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = f"import of {report.nodeid}"


class Suite:
    """The tests: which execute a line, and what each costs."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, dict[str, list[str]]] = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
        seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
        self.seconds = {test: value for test, value in seconds.items() if value <= SLOW}

    def executing(self, mutant: Mutant) -> tuple[set[str], set[str]]:
        """Give the tests that execute the mutant's statement, and all tests of the files that do."""
        contexts = self._contexts(mutant)
        files = {c.removeprefix(COLLECTED).split("::")[0] for c in contexts}
        collected = {c.removeprefix(COLLECTED) for c in contexts if c.startswith(COLLECTED)}
        near = {t for t in self.seconds if t in contexts or t.split("::")[0] in collected}
        return near, {t for t in self.seconds if t.split("::")[0] in files} - near

    def _contexts(self, mutant: Mutant) -> set[str]:
        held = self.lines.get(mutant.file, {})
        span = _statement(ast.parse((ROOT / mutant.file).read_text(encoding="utf-8")), mutant.line)
        if span is None:  # it runs when the module is imported: whoever uses the module may notice
            return {c for contexts in held.values() for c in contexts}
        return {c for line in range(span[0], span[1] + 1) for c in held.get(str(line), [])}


def _statement(tree: ast.Module, line: int) -> tuple[int, int] | None:
    """Give the lines of the innermost statement that holds ``line``, or none outside functions' bodies."""
    best: tuple[int, int] | None = None
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in (n for top in function.body for n in ast.walk(top)):
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
                body = getattr(node, "body", None)
                # Of a compound statement only its head: its body holds statements of their own.
                last = body[0].lineno - 1 if body else node.end_lineno or 0
                if line <= max(last, node.lineno) and (best is None or node.lineno >= best[0]):
                    best = (node.lineno, max(last, node.lineno))
    return best


def _child(mutant: Mutant, text: str, tests: dict[str, float], told: int) -> None:
    """Run the tests on the mutant in this process and end it; the exit code is pytest's."""
    limit = int(ALLOWED[0] * sum(tests.values()) + ALLOWED[1])
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    signal.alarm(20 * limit)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    finder = _Finder(mutant.file, text)
    sys.meta_path.insert(0, finder)
    import pytest

    plugin = _Chosen(tests, finder)
    files = sorted({test.split("::")[0] for test in tests})
    quiet = ["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no", "-W", IMPORTED]
    code = int(pytest.main([*quiet, *files], plugins=[plugin]))
    os.write(told, plugin.failed.encode()[:4000])
    os._exit(code)


def _tried(mutant: Mutant, text: str, tests: dict[str, float]) -> tuple[str, str]:
    """Give ``survived``, ``killed``, ``timeout`` or ``no test``, and the test that failed."""
    if not tests:
        return "no test", ""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with contextlib.suppress(BaseException):
            _child(mutant, text, tests, writing)
        os._exit(BROKEN)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        failed = pipe.read().decode(errors="replace")
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status))
        return ("timeout" if name in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM) else "killed"), name.name
    code = os.waitstatus_to_exitcode(status)
    if code in (BROKEN, 5):
        raise RuntimeError(f"exit code {code} on {mutant}; run mutation.executed again")
    return ("survived" if code == 0 else "killed"), failed


def _quickest(tests: set[str], suite: Suite, seconds: float) -> dict[str, float]:
    """Give the quickest tests that together take no longer than ``seconds``, and at least one."""
    taken: dict[str, float] = {}
    for test in sorted(tests, key=lambda t: (suite.seconds[t], t)):
        if taken and sum(taken.values()) + suite.seconds[test] > seconds:
            break
        taken[test] = suite.seconds[test]
    return taken


def try_mutant(mutant: Mutant, suite: Suite, text: str, thorough: bool = False) -> dict[str, Any]:
    """Try one mutant on the quickest tests that execute it, then on more; ``thorough``: on all, and their files'."""
    start = time.time()
    near, far = suite.executing(mutant)
    quick = _quickest(near, suite, FIRST)
    rest = near - set(quick)
    stages = [quick, dict.fromkeys(rest, 0.0) if thorough else _quickest(rest, suite, BUDGET - FIRST)]
    if thorough:
        stages.append(dict.fromkeys(far, 0.0))
    outcome, test = "no test", ""
    for stage in stages:
        if stage:
            outcome, test = _tried(mutant, text, {t: suite.seconds[t] for t in stage})
        if outcome in KILLED:
            break
    return {**asdict(mutant), "outcome": outcome, "by": test, "tests": len(near), "wall": round(time.time() - start, 1)}


def _check_the_way(suite: Suite, mutants: Iterable[Mutant]) -> None:
    """An unchanged file must survive, or every kill would mean nothing."""
    for mutant in mutants:
        found = try_mutant(mutant, suite, (ROOT / mutant.file).read_text(encoding="utf-8"))
        if found["outcome"] != "survived":
            raise SystemExit(f"unchanged {mutant.file} does not survive: {found}")


def main() -> int:
    """Try what is asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20220215)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long; go on another time")
    given = parser.parse_args()
    for module in HEAVY:  # once, before the first fork: what every mutant would import again
        with contextlib.suppress(ImportError):
            __import__(module)
    start, suite, every = time.time(), Suite(given.folder), all_mutants()
    results = given.folder / "results.jsonl"
    before = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    wanted = every if given.all else sample(every, given.sample, given.seed)
    if given.survivors:
        wanted = [Mutant.of(r) for r in before if r["outcome"] not in KILLED]
        before = [r for r in before if r["outcome"] in KILLED]
        results = results.with_suffix(".again.jsonl")
        results.write_text("".join(json.dumps(r) + "\n" for r in before))
    else:
        (given.folder / "asked.json").write_text(
            json.dumps({"date": str(date.today()), "mutants": len(every), "seed": given.seed, "all": given.all})
        )
    done = {Mutant.of(r) for r in before}
    _check_the_way(suite, wanted[:1])
    for k, mutant in enumerate(wanted):
        if time.time() - start > given.seconds:
            break
        if mutant not in done:
            # with its lines as they are now: later the same place may be another
            found = try_mutant(mutant, suite, mutant.source(), given.survivors) | mutant.lines()
            with results.open("a", encoding="utf-8") as out:
                out.write(json.dumps(found) + "\n")
            print(f"{k + 1}/{len(wanted)} {found['outcome']} {mutant.file}:{mutant.line} {found['wall']} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
