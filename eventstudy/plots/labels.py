"""Words on a figure: titles, legends and axis labels that fit the Axes they are given."""

from __future__ import annotations

import bisect
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eventstudy.plots.style import FONT_SIZE, GRID, INK, MUTED, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "clean_label",
    "cut_to",
    "day_ticks",
    "finish",
    "fitted_legend",
    "letters_across",
    "level_name",
    "percent_axis",
    "points_across",
    "row_size",
    "signed",
    "text_width",
    "told_apart",
]

_LETTER = 0.58  # of the font size: the mean width of a letter
_HANDLE = 4.2  # of the font size: a legend's line with the space around it
_SMALLEST = 6.5  # points: what can still be read in print
_LINE = 15.0  # points a line of the legend takes
_MEASURED = 400  # characters of a label that are measured: no figure is as wide

_COUNT = re.compile(r" \([^()]*\)$")  # such as (n = 12): what a cut name must not lose
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
        return line[: max(width - 1, 1)].rstrip(" .,;:") + "…"
    return line


def signed(value: int) -> str:
    """Write a whole number with a minus sign, not a hyphen.

    Examples
    --------
    >>> signed(-5) == "\\N{MINUS SIGN}5"
    True
    """
    return f"{value:d}".replace("-", "\N{MINUS SIGN}")


def level_name(level: float) -> str:
    """Write a confidence level as percent.

    Examples
    --------
    >>> level_name(0.9)
    '90 %'
    """
    return f"{100 * level:.12g} %"


def points_across(ax: Axes, *, high: bool = False) -> float:
    """Give the width (or height) in points that an Axes has before its labels are laid out."""
    return float((ax.bbox.height if high else ax.bbox.width) * 72 / ax.figure.dpi)


def day_ticks(ax: Axes, days: np.ndarray[Any, Any], each: float = 24.0) -> None:
    """Mark whole days, 0 among them, as many as fit where each takes so many points."""
    low, high = int(days.min()), int(days.max())
    fitting = max(1.15 * points_across(ax) / each, 2.0)
    steps = (int(f"{m}{'0' * k}") for k in range(7) for m in (1, 2, 5))
    step = next(s for s in steps if (high - low) // s + 1 <= fitting)
    ax.set_xticks(range(-(-low // step) * step, high + 1, step))
    pad = 0.3 if high > low else 0.8
    ax.set_xlim(low - pad, high + pad)


def letters_across(ax: Axes, share: float = 1.0, size: float = FONT_SIZE) -> int:
    """Give how many letters fit into a share of the Axes' width, margins included."""
    margins = 1.25  # of the Axes' width: what matplotlib leaves on both sides before it lays out
    return max(int(share * margins * points_across(ax) / (_LETTER * size)), 4)


def finish(
    ax: Axes,
    *,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    grid: str = "",
    columns: int = 3,
    share: float = 0.8,
    legend: bool = True,
    entries: tuple[Sequence[Any], Sequence[str]] | None = None,
) -> Axes:
    """Put title and legend over the Axes, label its axes and fix its looks, whatever the settings at drawing time.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The series that have a label come into the legend.
    title, xlabel, ylabel : str
        Labels with units.
    grid : {"", "x", "y", "both"}
        Which grid lines help reading.
    columns : int
        Most columns of the legend; fewer where they do not fit.
    share : float
        Part of the width that the plotting area takes, where row labels need much of it.
    legend : bool
        Draw the legend over the Axes; it covers no data.
    entries : pair of lists, optional
        Handles and labels of the legend; default the series of the Axes.
    """
    handles, labels = ax.get_legend_handles_labels() if entries is None else entries
    rows = _legend(ax, handles, list(labels), columns) if legend and labels else 0
    if xlabel:
        ax.set_xlabel(_wrapped(xlabel, letters_across(ax, share)), fontsize=FONT_SIZE, color=INK)
    if ylabel:
        room = _room_along(ax, rows, bool(title))
        told = ylabel if "\n" in ylabel else _wrapped(ylabel, int(room / (_LETTER * FONT_SIZE)))
        long = max(text_width(line, FONT_SIZE) for line in told.split("\n"))
        size = min(FONT_SIZE, max(FONT_SIZE * room / long, _SMALLEST))
        if FONT_SIZE * room / long < _SMALLEST:  # the room is an estimate: what is a little longer is not worth a cut
            told = "\n".join(cut_to(line, 1.15 * max(room, 6 * FONT_SIZE), size) for line in told.split("\n"))
        ax.set_ylabel(told, fontsize=size, color=INK)
    ax.tick_params(labelsize=STYLE["xtick.labelsize"], color=MUTED, labelcolor=INK, length=3)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        ax.spines[side].set_color(MUTED)
        ax.spines[side].set_linewidth(STYLE["axes.linewidth"])
    if grid:
        ax.grid(True, axis=grid, color=GRID, linewidth=STYLE["grid.linewidth"])  # type: ignore[arg-type]
        ax.set_axisbelow(True)
    _title(ax, clean_label(title), xlabel, rows)
    return ax


def _title(ax: Axes, title: str, xlabel: str, rows: int) -> None:
    """Set the title, and break the label of the x axis again, by the room that the Axes really has in its figure."""
    size = STYLE["axes.titlesize"]
    page = float(ax.figure.bbox.width) * 72 / ax.figure.dpi
    widest = max((text_width(line, FONT_SIZE) for line in ax.get_xlabel().split("\n")), default=0.0)
    if max(1.1 * text_width(title, size), widest) > 0.45 * page:  # else it fits wherever the Axes come to stand
        layout = ax.figure.get_figure(root=True).get_layout_engine()
        if layout is not None:
            layout.execute(ax.figure.get_figure(root=True))
        alone = len(ax.figure.axes) == 1
        box, whole = ax.bbox, ax.figure.bbox
        left, right = (float(whole.x0), float(whole.x1)) if alone else (float(box.x0), float(box.x1))
        point = 72 / ax.figure.dpi
        title = cut_to(title, (right - float(box.x0)) * point, size, bold=True)
        middle = (float(box.x0) + float(box.x1)) / 2
        room = 2 * min(middle - left, right - middle) * point
        if xlabel and widest > room:
            letters = max(len(line) for line in ax.get_xlabel().split("\n"))
            while letters > 8 and widest > room:
                letters -= 2
                ax.set_xlabel(_wrapped(xlabel, letters))
                widest = max(text_width(line, FONT_SIZE) for line in ax.get_xlabel().split("\n"))
    ax.set_title(
        title, loc="left", pad=8 + _LINE * rows, fontsize=size, fontweight=STYLE["axes.titleweight"], color=INK
    )


def _room_along(ax: Axes, rows: int, titled: bool) -> float:
    """Estimate the points that the y axis is long once labels, legend and title are laid out."""
    margins = 1.3  # of the Axes' height: what matplotlib leaves above and below before it lays out
    lines = ax.get_xlabel().count("\n") + 1
    return margins * points_across(ax, high=True) - 20 - 13 * lines - _LINE * rows - 18 * titled


def _legend(ax: Axes, handles: Sequence[Any], labels: list[str], columns: int) -> int:
    """Put the legend over the Axes, flush right, in as many columns as fit; give its number of rows."""
    # Alone in its figure, the legend may stand over the axis labels as well.
    alone = len(ax.figure.axes) == 1
    room = 0.98 * float(ax.figure.bbox.width if alone else 1.15 * ax.bbox.width) * 72 / ax.figure.dpi
    labels, n = fitted_legend(labels, room, columns)
    ax.legend(
        handles,
        labels,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=n,
        borderaxespad=0.1,
        columnspacing=1.2,
        handletextpad=0.4,
        handlelength=2.4,
    )
    return -(-len(labels) // n)


def fitted_legend(labels: list[str], room: float, columns: int) -> tuple[list[str], int]:
    """Give the labels of a legend ``room`` points wide, cut where they must be, and its number of columns."""
    size = float(STYLE["legend.fontsize"])
    widths = [text_width(label, size) + _HANDLE * size for label in labels]
    n = min(columns, len(labels))
    while n > 1 and _legend_width(widths, n) > room:
        n -= 1
    if n == 1 and widths and max(widths) > room:
        letters = min(max(map(len, labels)), _MEASURED)
        whole = labels
        while letters > 8 and max(text_width(label, size) for label in labels) + _HANDLE * size > room:
            letters -= 1
            labels = _cut_before_counts(whole, letters)
    return labels, n


def _cut_before_counts(labels: Sequence[str], letters: int) -> list[str]:
    """Cut the names of labels such as "escalation (n = 12)"; what stands in brackets at their end stays."""
    counts = [c[0] if (c := _COUNT.search(label)) and len(c[0]) < letters / 2 else "" for label in labels]
    names = [label.removesuffix(count) for label, count in zip(labels, counts, strict=True)]
    cut = told_apart(names, letters - max(map(len, counts)))
    return [name + count for name, count in zip(cut, counts, strict=True)]


def told_apart(labels: Sequence[object], width: int) -> list[str]:
    """Cut labels at ``width`` characters: at their end, or in their middle where they would then read the same.

    Examples
    --------
    >>> told_apart(["Bank of Somewhere, class A", "Bank of Somewhere, class B", "Other"], 14)
    ['Bank of…lass A', 'Bank of…lass B', 'Other']
    """
    whole = [clean_label(label) for label in labels]
    cut = [clean_label(label, width) for label in whole]
    same: dict[str, set[str]] = {}
    for short, label in zip(cut, whole, strict=True):
        same.setdefault(short, set()).add(label)
    # What has been cut in its middle before is cut there again.
    middle = [len(same[short]) > 1 or "…" in label[:-1] for short, label in zip(cut, whole, strict=True)]
    return [_middle(label, width) if m else short for m, short, label in zip(middle, cut, whole, strict=True)]


def _middle(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    tail = max((width - 1) // 2, 1)
    return text[: max(width - 1 - tail, 1)].rstrip(" .,;:…") + "…" + text[-tail:].lstrip(" .,;:…")


def cut_to(text: str, points: float, size: float, *, bold: bool = False) -> str:
    """Cut a label with an ellipsis where it would be longer than so many points."""
    if text_width(clean_label(text), size, bold=bold) <= points:
        return clean_label(text)
    fitting = bisect.bisect_right(
        range(5, min(len(text), _MEASURED)), points, key=lambda n: text_width(clean_label(text, n), size, bold=bold)
    )
    return clean_label(text, 4 + fitting)


def row_size(ax: Axes, rows: int) -> float:
    """Give the font size of row labels: the usual one, or a smaller one where the rows stand close."""
    return min(float(STYLE["ytick.labelsize"]), max(_room_along(ax, 0, False) / (1.2 * max(rows, 1)), 3.5))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Measure one line in points; what is longer than any figure by its beginning."""
    if len(text) > _MEASURED:
        return text_width(text[:_MEASURED], size, bold=bold) * len(text) / _MEASURED
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=STYLE["font.family"], size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def _legend_width(widths: list[float], n: int) -> float:
    """Give the width of a legend of n columns, filled from top to bottom."""
    tall, longer = divmod(len(widths), n)
    total, start = 0.0, 0
    for column in range(n):
        stop = start + tall + (1 if column < longer else 0)
        total += max(widths[start:stop], default=0.0)
        start = stop
    return total


def _wrapped(text: str, letters: int) -> str:
    """Break a label that is too long into lines of about one length."""
    lines = []
    for line in text.split("\n"):
        n = -(-len(line) // max(letters, 8))
        lines.append(line if n < 2 else textwrap.fill(line, -(-len(line) // n) + 4, break_long_words=False))
    return "\n".join(lines)


def percent_axis(ax: Axes, axis: str) -> None:
    """Write the ticks of an axis that holds decimals as percent; the axis label carries the sign."""
    from matplotlib.ticker import FuncFormatter

    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.6g}".replace("-", "\u2212")))
