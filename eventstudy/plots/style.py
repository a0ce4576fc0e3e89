"""One style for every figure: colours, marks, fonts, and new figures."""

from __future__ import annotations

import contextlib
import contextvars
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eventstudy._arguments import as_list, check_kind
from eventstudy.errors import SpecError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "SERIES",
    "STYLE",
    "VERMILLION",
    "SeriesStyle",
    "axes_among",
    "axes_for",
    "for_file",
    "new_figure",
    "series_style",
    "styled",
]

INK = "#1f2328"
MUTED = "#57606a"
GRID = "#dfe3e8"
PAPER = "#ffffff"

# Okabe and Ito's colours, told apart by people with any common colour vision; each series also has
# a line style and a marker of its own, so that a greyscale print is read as well.
BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"

FONT_SIZE = 9.0
_FONT = "DejaVu Sans"  # comes with matplotlib, so that a figure is the same everywhere
# Scripts that it lacks are taken from the first of these that the system has; its own letters stay its own.
_FONTS_OF_OTHER_SCRIPTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Noto Sans SC", "Hiragino Sans", "PingFang SC", "Yu Gothic",
    "Microsoft YaHei", "Malgun Gothic", "Apple SD Gothic Neo", "WenQuanYi Zen Hei", "IPAGothic", "Noto Sans Devanagari",
    "Noto Sans Thai", "Arial Unicode MS",
)  # fmt: skip
STYLE: Any = {
    "font.size": FONT_SIZE,
    "font.family": [_FONT],
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": FONT_SIZE,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "figure.edgecolor": PAPER,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "patch.linewidth": 0.8,
    "text.color": INK,
    # A headline such as "$95 and $100" is text, not a formula.
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "svg.hashsalt": "eventstudy",
    "svg.fonttype": "path",
    "path.simplify": False,
    "savefig.facecolor": PAPER,
    "savefig.edgecolor": PAPER,
    "savefig.bbox": None,
    "savefig.transparent": False,
}


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """How one series is drawn: colour, line style and marker, each enough to tell it apart."""

    color: str
    linestyle: Any
    marker: str


SERIES: tuple[SeriesStyle, ...] = (
    SeriesStyle(BLUE, "-", "o"),
    SeriesStyle(VERMILLION, "--", "s"),
    SeriesStyle(GREEN, "-.", "D"),
    SeriesStyle(PURPLE, ":", "^"),
    SeriesStyle(ORANGE, (0, (5, 1, 1, 1, 1, 1)), "v"),
    SeriesStyle(SKY, (0, (1, 1)), "P"),
    SeriesStyle(INK, (0, (8, 2)), "X"),
)

_DIRECTIONS = {
    "de-escalation": SERIES[0],
    "escalation": SERIES[1],
    "mixed": SeriesStyle(MUTED, ":", "^"),
    "neither": SERIES[2],
}


def series_style(label: str, position: int) -> SeriesStyle:
    """Return the style of a group: directions have their own everywhere, others go by position.

    Examples
    --------
    >>> series_style("escalation", 5).marker
    's'
    """
    if label in _DIRECTIONS:
        return _DIRECTIONS[label]
    turn, place = divmod(position, len(SERIES))
    # A colour that comes again comes with another line and another mark.
    other = SERIES[(place + 3 * turn) % len(SERIES)]
    return SeriesStyle(SERIES[place].color, other.linestyle, other.marker)


_ONE_AT_A_TIME = threading.RLock()  # matplotlib's settings are the whole process's: no figure in another's style
_for_file: contextvars.ContextVar[bool] = contextvars.ContextVar("for_file", default=False)


@cache
def _fonts() -> tuple[str, ...]:
    """Name the fonts to take letters from, in order, those alone that the system has."""
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return (_FONT, *(name for name in _FONTS_OF_OTHER_SCRIPTS if name in there))


@contextlib.contextmanager
def for_file() -> Iterator[None]:
    """Make figures for a file inside the block: a notebook does not show them as well."""
    token = _for_file.set(True)
    try:
        yield
    finally:
        _for_file.reset(token)


def _shown_by_notebook() -> bool:
    return "ipykernel" in sys.modules and not _for_file.get()


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Apply the style to what is drawn inside the block; the global settings stay as they were.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with styled():
    ...     matplotlib.rcParams["font.size"]
    9.0
    >>> matplotlib.rcParams["font.size"] == before
    True
    """
    import matplotlib

    interactive = matplotlib.is_interactive()
    try:
        with _ONE_AT_A_TIME, matplotlib.rc_context(STYLE | {"font.family": list(_fonts())}), warnings.catch_warnings():
            # A headline in a script that the font lacks shows as boxes; that is no reason to stop.
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            try:
                yield
            finally:
                interactive = matplotlib.is_interactive()
    finally:
        # The first figure of a notebook switches its display on; leaving the style must not switch it off again.
        matplotlib.interactive(interactive)


def new_figure(width: float = 6.4, height: float = 3.6) -> Figure:
    """Make a figure in inches. A notebook shows it by itself; elsewhere no global state is touched."""
    with styled():
        if _shown_by_notebook():
            import matplotlib.pyplot as plt

            return plt.figure(figsize=(width, height), layout="constrained")
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as PlainFigure

        figure = PlainFigure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure


def axes_among(ax: Sequence[Axes], least: int, drawer: str) -> list[Axes]:
    """Return the Axes that a caller gave, or raise where they are too few."""
    from matplotlib.axes import Axes

    held: list[Axes] = as_list(ax, Axes, "ax")
    if len(held) < least:
        raise SpecError(f"{drawer} draws on {least} Axes, got {len(held)}")
    return held


def axes_for(ax: Axes | None, width: float = 6.4, height: float = 3.6) -> Axes:
    """Return ``ax``, or the Axes of a new figure of that size in inches."""
    if ax is not None:
        from matplotlib.axes import Axes

        check_kind(Axes, ax=ax)
        return ax
    figure = new_figure(width, height)
    with styled():
        return figure.add_subplot()
