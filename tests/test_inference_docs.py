"""The pages about the tests name all of them, and their code runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from eventstudy.inference import registered_tests, unregister

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_of_tests_names_every_registered_test():
    text = (DOCS / "explanation" / "tests.md").read_text(encoding="utf-8")
    missing = [spec.name for spec in registered_tests() if f"`{spec.name}`" not in text]
    assert not missing


def test_the_page_on_a_test_of_ones_own_runs():
    text = (DOCS / "howto" / "own_test.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    try:
        for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
            exec(compile(block, "own_test.md", "exec"), names)
        row = names["row"].iloc[0]
        assert row["name"] == "trimmed_t"
        assert np.isfinite(row["p_value"])
    finally:
        unregister("trimmed_t")
