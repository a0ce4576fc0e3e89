"""The library keeps nothing to itself: no state of the process is changed, and threads read the same."""

from __future__ import annotations

import ast
import concurrent.futures
import decimal
import locale
import logging
import os
import random
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy import errors
from tests.test_security import small_study

PACKAGE = Path(es.__file__).parent
FILLED_ON_PURPOSE = {"inference/registry.py": {"_TESTS"}, "events/moves/lexicon.py": {"_FLAGS"}}
"""The tests by name, to which `register_test` adds a user's; a table written out by a loop below it."""
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def state() -> dict[str, Any]:
    """Give what a library could change behind its host's back."""
    numpy_state = np.random.get_state(legacy=False)  # noqa: NPY002 (the global one is what must stand)
    return {
        "random": random.getstate(),
        "numpy.random": (str(numpy_state["bit_generator"]), str(numpy_state["state"])),
        "numpy errors": np.geterr(),
        "numpy printing": {k: str(v) for k, v in np.get_printoptions().items()},
        "rcParams": dict(mpl.rcParams),
        "backend": mpl.get_backend(),
        "warning filters": list(warnings.filters),
        "showwarning": warnings.showwarning,
        "logging": (logging.root.level, list(logging.root.handlers), logging.root.manager.disable),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "decimals": str(decimal.getcontext()),
        "pandas": {
            name: pd.get_option(name)
            for name in ("display.max_rows", "display.width", "display.precision", "display.max_colwidth")
        },
    }


def test_the_whole_way_changes_no_state_of_the_process(tmp_path: Path) -> None:
    before = state()
    example = es.load_example("ukraine-2022")
    es.verify_moves(es.extract_moves(example.news[:5]), example.prices)
    result = small_study()
    result.diagnose()
    result.placebo(draws=20, seed=1)
    result.plot_caar()
    es.write_report(result, tmp_path / "report.html")
    after = state()
    assert {name for name in before if before[name] != after[name]} == set()


def test_articles_read_in_threads_say_the_same() -> None:
    news = es.load_example("ukraine-2022").news[:6]

    def read(article: es.Article) -> str:
        return es.extract_events([article]).to_frame().to_csv() + es.extract_moves([article]).to_frame().to_csv()

    alone = [read(article) for article in news]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, [*news, *news])) == alone * 2


def test_warnings_are_of_our_own_classes_only() -> None:
    """Every ``warnings.warn`` names its class, and the class is ours."""
    seen = 0
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("warnings.warn", "warn"):
                given = [ast.unparse(a) for a in node.args[1:2]]
                given += [ast.unparse(k.value) for k in node.keywords if k.arg == "category"]
                assert len(given) == 1, f"{name}:{node.lineno} names no class"
                assert issubclass(getattr(errors, given[0]), errors.EventStudyWarning)
                seen += 1
    assert seen


def test_no_function_keeps_state_in_its_module() -> None:
    """No ``global``; what begins empty in a module is filled when it is imported, or by a user's `register`."""
    for name, tree in TREES.items():
        assert not [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Global)], name
        empty = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and _begins_empty(node.value)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        assert empty == FILLED_ON_PURPOSE.get(name, set()), (
            f"{name} begins with {empty} empty: who fills it, and for whom?"
        )


def _begins_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, ast.Call) and ast.unparse(value) in ("set()", "dict()", "list()", "defaultdict(list)")
