"""Writing the report in the form its name asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventstudy._arguments import as_path
from eventstudy._files import write_atomic
from eventstudy.errors import SpecError
from eventstudy.report.content import gather
from eventstudy.report.figures import write_figures as _write
from eventstudy.report.html import render_html
from eventstudy.report.markdown import render_markdown
from eventstudy.report.notebook import render_notebook
from eventstudy.windows import as_windows

__all__ = ["write_figures", "write_page_and_figures", "write_report"]

_FOLDER = "figures"


def write_report(
    result: Any,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    windows: Sequence[Any] | None = None,
    prices: Any = None,
    feature: str | None = None,
) -> Path:
    """Write what a study found, from the answer down to the hashes of its inputs.

    ``.html`` gives one self-contained page: figures inside, no network, no script, light and dark,
    fit to print. ``.md`` gives Markdown with the figures as SVG in a folder of its own beside it, ``report_figures``
    for ``report.md``. ``.ipynb`` gives a
    notebook that carries the events and prices, runs the study again and checks its numbers. The same inputs
    give the same bytes, wherever they are written.

    Parameters
    ----------
    result : StudyResult
        What ``EventStudy.run`` returned. Intervals are of the study's level (`EventStudy`).
    path : path-like
        File to write; its suffix is the form.
    title : str, optional
        Heading; default "Event study report".
    windows : sequence of windows, optional
        Windows to report, the headline first; default those of the study.
    prices : PricePanel or pandas.DataFrame, optional
        The panel the study ran on. A notebook needs it; a page takes the timelines from it where the result no
        longer holds its own.
    feature : str, optional
        Event shown in a figure of its own, by its ``event_id`` or its day 0 such as ``"2022-02-15"``; default the
        one with most headlines.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    SpecError
        If the suffix is none of ``.html``, ``.md`` and ``.ipynb``, or ``feature`` is no event of the result.
    DataError
        If the file cannot be written.

    Examples
    --------
    >>> write_report(None, "report.doc")
    Traceback (most recent call last):
    ...
    eventstudy.errors.SpecError: a report cannot be written as '.doc'; name a file that ends in .html, .md or .ipynb
    """
    target = as_path(path, "path")
    suffix = target.suffix.lower()
    if suffix not in (".html", ".htm", ".md", ".ipynb"):
        raise SpecError(
            f"a report cannot be written as {target.suffix!r}", hint="name a file that ends in .html, .md or .ipynb"
        )
    content = gather(result, title=title, windows=windows, prices=prices, feature=feature)
    if suffix == ".ipynb":
        asked = as_windows(windows) if windows else []
        return write_atomic(target, render_notebook(result, content, prices, asked))
    if suffix == ".md":
        own = f"{target.stem}_{_FOLDER}"  # two reports in one folder do not overwrite each other's figures
        _write(content.figures, target.parent / own)
        return write_atomic(target, render_markdown(content, own))
    return write_atomic(target, render_html(content))


def write_page_and_figures(
    result: Any,
    folder: str | os.PathLike[str],
    *,
    title: str | None = None,
    windows: Sequence[Any] | None = None,
    prices: Any = None,
    feature: str | None = None,
) -> list[Path]:
    """Write ``report.html``, ``report.md`` and ``figures/`` into a folder, each figure drawn once.

    Parameters
    ----------
    result : StudyResult
    folder : path-like
    title, windows, prices, feature
        As for `write_report`.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    root = Path(folder)
    content = gather(result, title=title, windows=windows, prices=prices, feature=feature)
    written = _write(content.figures, root / _FOLDER)
    written.append(write_atomic(root / "report.html", render_html(content)))
    written.append(write_atomic(root / "report.md", render_markdown(content, _FOLDER)))
    return written


def write_figures(
    result: Any,
    folder: str | os.PathLike[str],
    *,
    windows: Sequence[Any] | None = None,
    prices: Any = None,
    feature: str | None = None,
) -> list[Path]:
    """Write every figure of the report as SVG and PNG; the same bytes each time.

    Parameters
    ----------
    result : StudyResult
    folder : path-like
    windows, prices, feature
        As for `write_report`.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    return _write(gather(result, windows=windows, prices=prices, feature=feature).figures, folder)
