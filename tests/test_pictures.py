"""Every figure looks as it did when a person last looked at it.

    pip install -r tests/pictures/requirements.txt
    pytest --mpl --mpl-baseline-path=tests/pictures tests/test_pictures.py

To accept a change after looking at it: the same with ``--mpl-generate-path=tests/pictures``.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from matplotlib import ft2font
from matplotlib.figure import Figure

from tests._pictures import PICTURES

pytest.importorskip("pytest_mpl", reason="pytest-mpl is not installed: see tests/pictures/requirements.txt")

RMS = 1.0  # of 255 grey levels: rounding of colours; a moved label or a lost line is 3 and more
FREETYPE = "2.14.3"  # draws the letters; comes inside matplotlib's wheel
PINNED = (Path(__file__).parent / "pictures" / "requirements.txt").read_text()


@pytest.fixture(autouse=True)
def _the_pinned_environment(request) -> None:
    if not request.config.getoption("--mpl"):
        pytest.skip("pictures are compared with --mpl")
    if f"matplotlib=={matplotlib.__version__}" not in PINNED or ft2font.__freetype_version__ != FREETYPE:
        pytest.skip(f"matplotlib {matplotlib.__version__} is not the pinned one: see tests/pictures/requirements.txt")


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.mpl_image_compare(style="default", tolerance=RMS, savefig_kwargs={"dpi": 48})
def test_picture(name: str) -> Figure:
    return PICTURES[name]()
