"""The page of the long checks is written by its script from outputs of `.ci/full`, part by part."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = runpy.run_path(str(ROOT / "docs" / "record_full_checks.py"))
merged, parts = SCRIPT["merged"], SCRIPT["parts"]

ONE = """
== Python 3.11, lowest-direct versions (2026-01-02)
numpy 1.26.0
......F...  [ 50%]
..........                                                     [100%]
5 passed
ok: /tmp/tmp.1/3.11/bin/python -m pytest -q

== fuzzing (2026-01-02)
300 seconds a reader
text: nothing found

== all passed (2026-01-02)
"""
OTHER = """
== fuzzing (2026-02-03)
60 seconds a reader
warning: a word of the installer's

== types
97 %
"""


def test_an_output_replaces_its_own_parts_and_no_others() -> None:
    page = merged("", {"2026-01-02": ONE})
    both = merged(page, {"2026-02-05": OTHER})
    held = parts(both, "")
    assert held["Python 3.11, lowest-direct versions"] == (
        "2026-01-02",
        ["numpy 1.26.0", "5 passed", "ok: python -m pytest -q"],
    )
    assert held["fuzzing"] == ("2026-02-03", ["60 seconds a reader"])
    assert held["types"] == ("2026-02-05", ["97 %"])
    assert "all passed" not in held
    assert "installer" not in both


def test_the_page_is_what_the_script_writes() -> None:
    page = (ROOT / "docs" / "full-checks.md").read_text(encoding="utf-8")
    assert merged(page, {}) == page
    assert all(date for date, _ in parts(page, "").values())
    titles = [line.split('"')[1] for line in (ROOT / ".ci" / "full").read_text().splitlines() if '  say "' in line]
    for title in parts(page, ""):
        assert any(title.startswith(t.split("$")[0]) for t in titles), f"no part of .ci/full is called {title!r}"
