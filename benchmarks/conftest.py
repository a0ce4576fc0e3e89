"""What `pytest benchmarks/` collects: the timings in `speed/`; the other scripts here are run by themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # before NumPy is imported
    os.environ.setdefault(name, "1")

HERE = Path(__file__).parent
collect_ignore = [str(path) for path in HERE.glob("*.py")] + [str(HERE / "speed" / "sides")]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the timings."""
    group = parser.getgroup("speed")
    group.addoption(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=PYTHON",
        help="a package to be timed beside this one, and the interpreter of an environment that holds just it",
    )
    group.addoption("--parquet-assets", type=int, default=2_000, help="assets of the Parquet file (5,000 sessions)")
