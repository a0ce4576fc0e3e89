"""What the pages say of the code is so: layers, public names, figures of the README."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from pathlib import Path

import pytest

import eventstudy as es
from benchmarks import scale_page
from benchmarks.speed import page as speed_page
from eventstudy.inference import registered_tests

ROOT = Path(__file__).parents[1]
# Rooms whose own names are for people who build on them; the others speak through the package itself.
ROOMS = ["news", "events", "prices", "prices.sources", "assets", "calendars", "alignment", "models", "estimation",
         "inference", "plots", "simulation", "comparison", "report", "results"]  # fmt: skip


def contract() -> list[set[str]]:
    held = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c for c in held["tool"]["importlinter"]["contracts"] if c["containers"] == ["eventstudy"])
    assert layers["exhaustive"]
    return [set(re.findall(r"\w+", line)) for line in layers["layers"] if line != "__main__"]


def test_the_layers_of_the_page_are_those_of_the_contract() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n(cli.*?)^```$", text, re.DOTALL | re.MULTILINE)
    page = [set(re.findall(r"\w+", re.split(r"\s{2,}", line)[0])) for line in block.splitlines()]
    assert page == contract()


def test_every_room_of_the_package_stands_in_the_contract() -> None:
    rooms = {p.stem for p in (ROOT / "eventstudy").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    held = set().union(*contract()) | {"__main__"}
    assert rooms - {"__init__"} <= held
    assert held - rooms <= {"distributed"}, "a layer in brackets may be missing, no other"


def test_the_paths_that_the_pages_name_exist() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        for path in re.findall(r"`((?:docs|benchmarks|scripts|notebooks|tests|seeds|eventstudy)/[\w./-]*)`", text):
            assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_the_reference_lists_every_public_name() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs" / "reference").glob("*.md"))
    listed: set[str] = set()
    module = ""
    for line in text.splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.split(":: ")[1]
        elif re.fullmatch(r"   \w+", line):
            listed.add(f"{module}.{line.strip()}")
    assert sorted(name for name in listed if _named(name) is None) == [], "names that are gone"
    objects = {id(_named(name)) for name in listed}
    missing = [f"eventstudy.{n}" for n in es.__all__ if n != "assets" and id(getattr(es, n)) not in objects]
    for room in ROOMS:
        held = importlib.import_module(f"eventstudy.{room}")
        # Tables of names are no objects with a page of their own.
        names = [n for n in held.__all__ if not n.isupper()]
        missing += [f"{held.__name__}.{n}" for n in names if id(getattr(held, n)) not in objects]
    assert not missing


def _named(name: str) -> object:
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last, None)


def test_the_readme_counts_the_tests() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| tests on many events | {len(registered_tests())} |" in text


@pytest.mark.parametrize(
    ("peer", "at_least"), [("eventstudy", 10), ("ffjr-eventstudies", 30), ("robust-eventstudy", 70)]
)
def test_the_readme_says_no_more_of_speed_than_was_measured(peer: str, at_least: int) -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "take at least 10, 30 and 70 times the CPU time" in readme
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| {peer} |")]
    assert min(int(n) for n in re.findall(r"(\d+) times", row)) >= at_least


def test_the_page_of_speed_is_of_the_run_that_is_kept() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert speed_page.page(speed_page.Measured.kept()) == text


def test_the_page_of_scale_is_of_the_run_that_is_kept_and_the_readme_says_no_more() -> None:
    kept = json.loads((ROOT / "docs" / "scale.json").read_text(encoding="utf-8"))
    assert scale_page.page(kept) == (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    peaks = [peak for step in kept["million"]["steps"].values() for peak in step["worker_peak"]]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "two million events on 20,000 assets by two workers that never held more than 500 MB" in readme
    assert (kept["million"]["events"], kept["million"]["assets"]) == (2_000_000, 20_000)
    assert max(peaks) <= 500
