"""The processes that try mutants: one that has the tests collected and forks, and one that imports anew.

Most mutants change the body of a function. For these a process imports everything and collects the tests once; for
each mutant it forks, and the child puts the changed code into the functions that are there (``__code__``), whoever
holds them. What changes a module's or a class's own level (a constant, a default, a decorator) is told too late there:
such a mutant gets a process that imports the package and the tests anew with the file changed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.abc
import importlib.machinery
import inspect
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import IO, Any

from mutation.executed import ROOMS, ROOT

ALLOWED = (10.0, 12.0)
"""A test may take so many times its own processor time, and so many seconds more."""
WAITED = 900
"""Seconds after which a mutant is given up, whatever it waits for."""
BROKEN, NOT_SWAPPED, NO_TESTS = 70, 71, 5
"""Exit codes: a process fell over itself, not over a test; the change is not of a function's body; pytest's own."""
KILLED = ("killed", "timeout")
"""Outcomes of a mutant that was noticed; the others are ``survived`` and ``no test``."""
QUIET = (
    "-q", "-s", "-p", "no:cacheprovider", "--no-header", "--tb=no",
    "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
)  # fmt: skip
HEAVY = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "statsmodels.api", "pyarrow.parquet",
    "patsy", "matplotlib.pyplot", "narwhals", "exchange_calendars", "pytest", "hypothesis.strategies",
    "hypothesis.extra.numpy", "typer", "jinja2", "openpyxl", "arch", "clarabel",
)  # fmt: skip


def import_heavy() -> None:
    """Import, before the first fork, what every mutant would import again."""
    for module in HEAVY:
        with contextlib.suppress(ImportError):
            __import__(module)


# --- The changed code ----------------------------------------------------------------------------------------------


def _codes(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _own(code: CodeType) -> tuple[Any, ...]:
    """Give what a code object does itself, without the functions in it (and 1 is not True, nor 0.0 not -0.0)."""
    own = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    return code.co_code, own, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable


def _replaced(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """Give each function's code before and after, or None where more than the bodies of functions changed."""
    of_function = bool(old.co_flags & inspect.CO_OPTIMIZED)
    if len(_codes(old)) != len(_codes(new)) or not (of_function or _own(old) == _own(new)):
        return None
    inner = [_replaced(one, other) for one, other in zip(_codes(old), _codes(new), strict=True)]
    if None in inner:
        return None
    return [(old, new)] * of_function + [pair for pairs in inner for pair in pairs or ()]


def _functions() -> dict[CodeType, list[FunctionType]]:
    """Give every function of the rooms that is alive, by its code."""
    folders = tuple(str(ROOT / room) for room in ROOMS)
    found: dict[CodeType, list[FunctionType]] = {}
    for held in gc.get_objects():
        if isinstance(held, FunctionType) and held.__code__.co_filename.startswith(folders):
            found.setdefault(held.__code__, []).append(held)
    return found


def _swap(functions: dict[CodeType, list[FunctionType]], file: str, text: str) -> bool:
    """Put the changed code into the functions; say whether the change is all in there."""
    path = ROOT / file
    try:
        new = compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError:  # whoever imports it notices
        return False
    pairs = _replaced(compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True), new)
    changed = [(old, new) for old, new in pairs or () if old != new]
    # The functions inside a function are made by its code: only the outermost need be alive.
    alive = {code for old, _ in changed if old in functions for code in (old, *_all_inner(old))}
    if pairs is None or not alive >= {old for old, _ in changed}:
        return False
    for old, code in changed:
        for function in functions.get(old, []):
            function.__code__ = code
    return True


def _all_inner(code: CodeType) -> Iterator[CodeType]:
    for inner in _codes(code):
        yield inner
        yield from _all_inner(inner)


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


# --- Running tests -------------------------------------------------------------------------------------------------


def in_order(seconds: dict[str, float]) -> list[str]:
    """Order tests so that the quick come first, and those of a file together: they share what the file computes."""
    return sorted(seconds, key=lambda t: (math.ceil(math.log2(max(seconds[t], 0.05))), t.split("::")[0], seconds[t], t))


class _Watch:
    """Remembers the first test that failed, or file that could not be imported."""

    failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = f"import of {report.nodeid}"


def _run(items: dict[str, Any], seconds: dict[str, float], watch: _Watch) -> int:
    """Run tests until one fails; give pytest's exit code."""
    chosen = [items[test] for test in in_order(seconds) if test in items]
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_PROF, ALLOWED[0] * seconds[item.nodeid] + ALLOWED[1])
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if watch.failed:
            return 1
    return 0 if chosen else NO_TESTS


class _Anew(_Watch):
    """Runs the chosen tests in a process that imports the changed file."""

    def __init__(self, seconds: dict[str, float], finder: importlib.abc.MetaPathFinder) -> None:
        self.seconds, self.finder = seconds, finder
        self.code = 0

    def pytest_sessionstart(self) -> None:
        # pytest puts a finder of its own before ours, which reads files with examples from the disk, unchanged
        sys.meta_path.remove(self.finder)
        sys.meta_path.insert(0, self.finder)
        _without_shrinking()

    def pytest_runtestloop(self, session: Any) -> bool:
        self.code = 1 if self.failed else _run({i.nodeid: i for i in session.items}, self.seconds, self)
        return True


class _Collected(_Watch):
    """Holds the collected tests and tries one mutant after the other in children of its own."""

    def __init__(self, asked: IO[str], answers: IO[str]) -> None:
        self.asked, self.answers = asked, answers

    def pytest_sessionstart(self) -> None:
        _without_shrinking()

    def pytest_runtestloop(self, session: Any) -> bool:
        items, functions = {item.nodeid: item for item in session.items}, _functions()
        gc.collect()
        gc.freeze()
        for line in self.asked:
            asked = json.loads(line)

            def child(asked: dict[str, Any] = asked) -> int:
                if not _swap(functions, asked["file"], asked["text"]):
                    return NOT_SWAPPED
                return _run(items, asked["seconds"], self)

            self.answers.write(json.dumps(_forked(child, self)) + "\n")
            self.answers.flush()
        os._exit(0)


def _without_shrinking() -> None:
    """One failing example of hypothesis's is enough; looking for the smallest takes minutes."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", settings.get_profile("eventstudy"), phases=phases)
    settings.load_profile("mutants")


def _forked(run: Any, watch: _Watch) -> tuple[int, str]:
    """Run in a child; give its exit code (negative: the signal that ended it) and the test that failed."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = BROKEN
        try:
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
            signal.alarm(WAITED)
            code = run()
        except BaseException as error:
            watch.failed = f"{type(error).__name__}: {error}"
        os.write(writing, watch.failed.encode()[:4000])
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        failed = pipe.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), failed


class Processes:
    """Tries a changed file on tests; the process with the collected tests is started once."""

    def __init__(self, folder: Path, tests: list[str]) -> None:
        self.folder = folder
        asked, answers = os.pipe(), os.pipe()
        sys.stdout.flush()
        if os.fork() == 0:
            import pytest

            os.close(asked[1])
            os.close(answers[0])
            self._silence("collected")
            plugin = _Collected(os.fdopen(asked[0]), os.fdopen(answers[1], "w"))
            pytest.main([*QUIET, f"--basetemp={folder / 'temporary'}", *tests], plugins=[plugin])
            os._exit(BROKEN)  # the loop above ends the process: collecting failed
        os.close(asked[0])
        os.close(answers[1])
        self.asked, self.answers = os.fdopen(asked[1], "w"), os.fdopen(answers[0])

    def _silence(self, name: str) -> None:
        out = os.open(self.folder / f"{name}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)

    def swapped(self, file: str, text: str, seconds: dict[str, float]) -> tuple[str, str] | None:
        """Give outcome and test of a file whose functions changed, or None where more than these changed."""
        self.asked.write(json.dumps({"file": file, "text": text, "seconds": seconds}) + "\n")
        self.asked.flush()
        answer = self.answers.readline()
        if not answer:
            raise RuntimeError(f"the process with the tests ended; see {self.folder / 'collected.txt'}")
        code, failed = json.loads(answer)
        return None if code == NOT_SWAPPED else _outcome(code, failed)

    def anew(self, file: str, text: str, seconds: dict[str, float]) -> tuple[str, str]:
        """Give outcome and test of a changed file that is imported anew with the tests' files."""
        import pytest

        finder = _Finder(file, text)
        plugin = _Anew(seconds, finder)

        def child() -> int:
            self._silence("anew")
            sys.meta_path.insert(0, finder)
            files = sorted({test.split("::")[0] for test in seconds})
            # the tests' own time is bounded one by one; here what their files compute when they are imported
            signal.setitimer(signal.ITIMER_PROF, 300.0)
            code = int(pytest.main([*QUIET, f"--basetemp={self.folder / 'temporary'}", *files], plugins=[plugin]))
            return plugin.code or code

        return _outcome(*_forked(child, plugin))


def _outcome(code: int, failed: str) -> tuple[str, str]:
    if code < 0:
        name = signal.Signals(-code)
        late = (signal.SIGPROF, signal.SIGKILL, signal.SIGALRM)
        return ("timeout" if name in late else "killed"), name.name
    if code in (BROKEN, NO_TESTS):
        raise RuntimeError(f"exit code {code}, {failed}; run mutation.executed again")
    return ("survived" if code == 0 else "killed"), failed
