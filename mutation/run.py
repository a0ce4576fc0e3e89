"""Try mutants: each in a process of its own, with the tests that execute the changed line, the quickest first.

    python -m mutation.executed FOLDER                 # once: which test executes what
    python -m mutation.run FOLDER --sample 600         # a random sample, from each file in proportion
    python -m mutation.run FOLDER --all                # every mutant: hours
    python -m mutation.run FOLDER --survivors          # what survived and is not explained again, with every test
    python -m mutation.record FOLDER                   # docs/mutation.md

Goes on where it was stopped: what is in ``FOLDER/results.jsonl`` is not tried twice. A mutant is killed when a test
fails, when the package cannot be imported, or when a test takes ten times as long as without it. It survives when
the tests that execute the line pass: at first ``BUDGET`` seconds of them, the quickest of each file; with
``--survivors`` (of which those that ``explained.toml`` explains are left out) all, and all other tests of their files,
for what a file computes once may be checked by a test that did not compute it. Tests of more than ``SLOW`` seconds are
left to ``.ci/run``; a mutant that only they would notice counts as a survivor.
"""

from __future__ import annotations

import argparse
import ast
import json
import time
from collections import Counter
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from mutation.executed import COLLECTED, ROOT
from mutation.mutants import Mutant, all_mutants, explained, sample
from mutation.processes import KILLED, Processes, import_heavy

SLOW = 15.0
"""Seconds of processor time; longer tests are not run against mutants."""
BUDGET = 12.0
"""Seconds of tests that a mutant of the sample gets, from as many files as execute it; unexplained survivors all."""


class Suite:
    """The tests: which execute a line, and what each costs."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, dict[str, list[str]]] = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
        seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
        self.seconds = {test: value for test, value in seconds.items() if value <= SLOW}

    def executing(self, mutant: Mutant) -> tuple[set[str], set[str], set[str]]:
        """Give the tests that execute the statement, those whose files do when imported, and their files' others."""
        contexts = self._contexts(mutant)
        imported = {c.removeprefix(COLLECTED) for c in contexts if c.startswith(COLLECTED)}
        files = {c.split("::")[0] for c in contexts} | imported
        near = contexts & self.seconds.keys()
        by_import = {t for t in self.seconds if t.split("::")[0] in imported}
        return near, by_import, {t for t in self.seconds if t.split("::")[0] in files} - near

    def _contexts(self, mutant: Mutant) -> set[str]:
        held = self.lines.get(mutant.file, {})
        if not any(held.values()):  # it was imported before any test was: all may notice
            return set(self.seconds)
        span = _statement(_tree(mutant.file), mutant.line)
        if span is None:  # it runs when the module is imported: whoever uses the module may notice
            return {c for contexts in held.values() for c in contexts}
        return {c for line in range(span[0], span[1] + 1) for c in held.get(str(line), [])}

    def costs(self, tests: set[str], seconds: float = float("inf")) -> dict[str, float]:
        """Give what tests cost: of each file the quickest, then the next, as long as there are ``seconds`` left."""
        taken: dict[str, float] = {}
        places: Counter[str] = Counter()
        ordered = []
        for test in sorted(tests, key=lambda t: (self.seconds[t], t)):
            file = test.split("::")[0]
            ordered.append((places[file], self.seconds[test], test))
            places[file] += 1
        for _, cost, test in sorted(ordered):
            if not taken or sum(taken.values()) + cost <= seconds:
                taken[test] = cost
        return taken


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


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


def try_mutant(mutant: Mutant, suite: Suite, processes: Processes, text: str, thorough: bool = False) -> dict[str, Any]:
    """Try one mutant on the quickest tests that execute it; ``thorough``: on all of them, and their files' others."""
    start = time.time()
    near, by_import, others = suite.executing(mutant)
    tests = suite.costs(near | others) if thorough else suite.costs(near, BUDGET)
    found: tuple[str, str] | None = ("no test", "")
    if tests:
        found = processes.swapped(mutant.file, text, tests)
    # What the tests' files compute when they are imported was computed before the change was made.
    late = suite.costs(near | by_import, BUDGET) if found is None else suite.costs(by_import, BUDGET)
    if (found is None or found[0] not in KILLED) and late:
        if thorough:
            late = suite.costs(near | others | by_import) if found is None else suite.costs(by_import)
        found = processes.anew(mutant.file, text, late)
    outcome, test = found or ("no test", "")
    return {**asdict(mutant), "outcome": outcome, "by": test, "tests": len(near), "wall": round(time.time() - start, 1)}


def _check_the_way(suite: Suite, processes: Processes, mutant: Mutant) -> None:
    """An unchanged file must survive, or every kill would mean nothing."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    tests = suite.costs(set().union(*suite.executing(mutant)), BUDGET)
    for way in (processes.swapped, processes.anew):
        found = way(mutant.file, text, tests)
        if found is None or found[0] != "survived":
            raise SystemExit(f"unchanged {mutant.file} does not survive: {found}")


def main() -> int:
    """Try what is asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20220215)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long; go on another time")
    given = parser.parse_args()
    start, suite, every = time.time(), Suite(given.folder), all_mutants()
    results = given.folder / "results.jsonl"
    before = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    wanted = every if given.all else sample(every, given.sample, given.seed)
    if given.survivors:
        known = explained()
        again = [
            r for r in before if r["outcome"] not in KILLED and (r["file"], " ".join(r["after"].split())) not in known
        ]
        wanted = [Mutant.of(r) for r in again]
        before = [r for r in before if r not in again]
        results = results.with_suffix(".again.jsonl")
        results.write_text("".join(json.dumps(r) + "\n" for r in before))
    else:
        (given.folder / "asked.json").write_text(
            json.dumps({"date": str(date.today()), "mutants": len(every), "seed": given.seed, "all": given.all})
        )
    done = {Mutant.of(r) for r in before}
    import_heavy()
    processes = Processes(given.folder, sorted({test.split("::")[0] for test in suite.seconds}))
    _check_the_way(suite, processes, wanted[0])
    for k, mutant in enumerate(wanted):
        if time.time() - start > given.seconds:
            break
        if mutant not in done:
            # with its lines as they are now: later the same place may be another
            found = try_mutant(mutant, suite, processes, mutant.source(), given.survivors) | mutant.lines()
            with results.open("a", encoding="utf-8") as out:
                out.write(json.dumps(found) + "\n")
            print(f"{k + 1}/{len(wanted)} {found['outcome']} {mutant.file}:{mutant.line} {found['wall']} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
