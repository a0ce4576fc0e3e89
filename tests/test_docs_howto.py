"""The how-to pages run as they are printed, each in a folder of its own."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest

HOWTO = Path(__file__).parents[1] / "docs" / "howto"
# Pages that write the files they read; the others name files of the reader's.
PAGES = ["prices", "compare", "figures_and_exports", "own_model", "own_test"]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import pyplot as plt

    monkeypatch.chdir(tmp_path)
    blocks = _BLOCK.findall((HOWTO / f"{page}.md").read_text(encoding="utf-8"))
    assert blocks
    space: dict[str, object] = {"__name__": "__main__"}
    try:
        with mpl.rc_context({"backend": "agg"}):
            for block in blocks:
                exec(compile(block, f"{page}.md", "exec", dont_inherit=True), space)
    finally:
        plt.close("all")
        if page == "own_test":
            from eventstudy.inference import unregister

            unregister("trimmed_t")


def test_study_file_of_the_command_line_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eventstudy.cli.run import run_file

    monkeypatch.chdir(tmp_path)
    for block in _BLOCK.findall((HOWTO / "command_line.md").read_text(encoding="utf-8")):
        exec(compile(block, "command_line.md", "exec", dont_inherit=True), {"__name__": "__main__"})
    assert "Written to" in str(run_file(tmp_path / "study.toml", tmp_path / "result"))
    assert {"report.html", "results.csv", "manifest.json"} <= {p.name for p in (tmp_path / "result").iterdir()}
