"""Development figures may not fall: PLOVER sentences (outside the project), our own sentences and headlines."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = BENCHMARKS / "extraction.py"
    if not path.exists():
        pytest.skip("needs benchmarks/, which the source distribution leaves out")
    spec = importlib.util.spec_from_file_location("extraction_benchmark", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
def test_plover_sentences(bench: ModuleType, shared_dir: Path) -> None:
    figures = bench.plover(shared_dir / "gold" / "plover_dev.jsonl")
    assert figures["category"] >= 0.72
    assert figures["sign"] >= 0.91
    assert figures["source"] >= 0.80
    assert figures["target"] >= 0.70
    assert figures["superfluous"] <= 0.4


def test_own_sentences(bench: ModuleType) -> None:
    figures = bench.own_sentences(BENCHMARKS / "own_sentences.tsv")
    assert figures["category"] >= 0.85
    assert figures["sign"] >= 0.91
    assert figures["source"] >= 0.88


def test_headlines(bench: ModuleType) -> None:
    figures = bench.headlines(BENCHMARKS / "headlines.tsv")
    assert figures["n"] == 200
    assert figures["direction"] >= 0.85
    assert figures["asserted"] >= 0.90


def test_fresh_lots(bench: ModuleType) -> None:
    figures = bench.fresh_sentences(BENCHMARKS / "fresh_sentences.tsv")
    assert figures["n"] == 360
    assert figures["category"] >= 0.88
    assert figures["sign"] >= 0.93
    assert figures["superfluous"] <= 0.1
    titles = bench.headlines(BENCHMARKS / "fresh_headlines.tsv")
    assert titles["n"] == 360
    assert titles["direction"] >= 0.88
    assert titles["asserted"] >= 0.86


def test_lots_by_other_authors(bench: ModuleType) -> None:
    figures = bench.fresh_sentences(BENCHMARKS / "blind_sentences.tsv")
    assert figures["n"] == 300 + 409
    assert figures["category"] >= 0.88
    assert figures["sign"] >= 0.93
    assert figures["superfluous"] <= 0.1
