"""One style for every figure, and files that come out the same byte for byte."""

from __future__ import annotations

import contextlib
import contextvars
import io
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventstudy._files import write_atomic
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
    "axes_for",
    "clean_label",
    "finish",
    "for_file",
    "legend_above",
    "new_figure",
    "percent_axis",
    "save_figure",
    "series_style",
    "settle_layout",
    "styled",
    "to_svg",
]

INK = "#1f2328"
MUTED = "#57606a"
GRID = "#dfe3e8"
PAPER = "#ffffff"

# Okabe and Ito's colours, told apart by people with any common colour vision; each series also has
# a line style and a marker of its own, so that a greyscale print is read as well.
BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"

FONT_SIZE = 9.0
STYLE: Any = {
    "font.size": FONT_SIZE,
    "font.family": ["DejaVu Sans"],
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

DPI = 150


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
        with _ONE_AT_A_TIME, matplotlib.rc_context(STYLE), warnings.catch_warnings():
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


def axes_for(ax: Axes | None, width: float = 6.4, height: float = 3.6) -> Axes:
    """Return ``ax``, or the Axes of a new figure of that size in inches."""
    if ax is not None:
        return ax
    figure = new_figure(width, height)
    with styled():
        return figure.add_subplot()


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def clean_label(text: object, width: int = 0) -> str:
    """Make one printable line of any text, cut at ``width`` characters with an ellipsis.

    Examples
    --------
    >>> clean_label("Kremlin says\\nunits return to base", 18)
    'Kremlin says unit…'
    """
    line = " ".join(_CONTROL.sub(" ", str(text)).split())
    if width and len(line) > width:
        return line[: max(width - 1, 1)].rstrip() + "…"
    return line


def finish(
    ax: Axes,
    *,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    grid: str = "",
) -> Axes:
    """Label the axes and fix their looks, so that they do not depend on settings at drawing time.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    title, xlabel, ylabel : str
        Labels with units.
    grid : {"", "x", "y", "both"}
        Which grid lines help reading.
    """
    if title:
        ax.set_title(title, loc="left", pad=8)
    if xlabel:
        ax.set_xlabel(xlabel)
    if ylabel:
        ax.set_ylabel(ylabel)
    ax.tick_params(labelsize=STYLE["xtick.labelsize"], color=MUTED, labelcolor=INK, length=3)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if grid:
        ax.grid(True, axis=grid, color=GRID, linewidth=STYLE["grid.linewidth"])  # type: ignore[arg-type]
        ax.set_axisbelow(True)
    return ax


def percent_axis(ax: Axes, axis: str) -> None:
    """Write the ticks of an axis that holds decimals as percent; the axis label carries the sign."""
    from matplotlib.ticker import FuncFormatter

    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.6g}".replace("-", "\u2212")))


def legend_above(ax: Axes, columns: int = 4) -> None:
    """Put the legend over the axes, flush right, where it covers no data."""
    ax.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=columns,
        borderaxespad=0.1,
        columnspacing=1.2,
        handletextpad=0.4,
        handlelength=2.4,
    )


def _render(figure: Figure, kind: str, fonttype: str = "path") -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type") if kind == "svg" else ("Software",))
    with styled(), matplotlib.rc_context({"svg.fonttype": fonttype}):
        held, dpi = figure.canvas, figure.dpi
        if figure.get_layout_engine() is not None or type(held) is not FigureCanvasAgg:
            figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
            return buffer.getvalue()
        # A figure of ours whose layout is settled is drawn once; `savefig` would draw it twice to lay it out.
        try:
            figure.dpi = DPI
            if kind == "svg":
                FigureCanvasSVG(figure).print_svg(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
            else:
                held.print_png(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
        finally:
            figure.set_canvas(held)
            figure.dpi = dpi
    return buffer.getvalue()


def to_svg(figure: Figure, *, text: bool = False) -> str:
    """Give the figure as SVG text, the same every time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    text : bool
        Keep words as text (searchable, read aloud) rather than as outlines of letters.
    """
    return _render(figure, "svg", "none" if text else "path").decode("utf-8")


def settle_layout(figure: Figure) -> Figure:
    """Lay a figure out once and for all, so that every file made of it shares the layout and the work."""
    with styled():
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
            figure.set_layout_engine("none")
    return figure


def save_figure(
    figure: Figure | Axes, path: str | os.PathLike[str], formats: Sequence[str] = ("svg", "png")
) -> list[Path]:
    """Write a figure as SVG and PNG; doing so again writes the same bytes.

    Parameters
    ----------
    figure : matplotlib Figure or Axes
    path : path-like
        Where to, without suffix; a suffix of svg or png writes that one alone.
    formats : sequence of {"svg", "png", "pdf"}
        What to write where the path has no such suffix.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    SpecError
        If a format is unknown.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> folder = tempfile.mkdtemp()
    >>> [p.name for p in save_figure(Figure(), folder + "/empty")]
    ['empty.svg', 'empty.png']
    """
    known = ("svg", "png", "pdf")
    target = Path(path)
    if target.suffix[1:].lower() in known:
        formats, target = (target.suffix[1:].lower(),), target.with_suffix("")
    for kind in formats:
        if kind not in known:
            raise SpecError(f"figure format {kind!r} is not known", hint="known: svg, png, pdf")
    drawn = _figure_of(figure)
    written = []
    for kind in formats:
        if kind == "pdf":
            written.append(write_atomic(target.with_name(target.name + ".pdf"), _pdf(drawn)))
        else:
            written.append(write_atomic(target.with_name(f"{target.name}.{kind}"), _render(drawn, kind)))
    return written


def _figure_of(item: Figure | Axes) -> Figure:
    from matplotlib.figure import Figure as PlainFigure

    held: Any = item
    while not isinstance(held, PlainFigure):  # an Axes may stand in a figure's part
        held = held.figure
    return held


def _pdf(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with styled():
        figure.savefig(buffer, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})
    return buffer.getvalue()
