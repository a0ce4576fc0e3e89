"""Files of figures that come out the same byte for byte."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventstudy._files import write_atomic
from eventstudy.errors import SpecError
from eventstudy.plots.style import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["save_figure", "settle_layout", "to_svg"]

DPI = 150


def _render(figure: Figure, kind: str, fonttype: str = "path") -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type") if kind == "svg" else ("Software",))
    with styled(), matplotlib.rc_context({"svg.fonttype": fonttype}):
        held, dpi = figure.canvas, figure.dpi
        if not _settled(figure) or type(held) is not FigureCanvasAgg:
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


def _settled(figure: Figure) -> bool:
    """Whether nothing lays the figure out any more; "none" leaves a place holder behind."""
    from matplotlib.layout_engine import PlaceHolderLayoutEngine

    engine = figure.get_layout_engine()
    return engine is None or isinstance(engine, PlaceHolderLayoutEngine)


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
