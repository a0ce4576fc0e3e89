"""A table and its reading, in every form people and programs take it."""

from __future__ import annotations

import html as escaping
import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from eventstudy._arguments import as_path, check_texts
from eventstudy.results import exports

__all__ = ["Told", "interval_name", "intervals", "level_name", "p_is", "p_text", "percent"]


def percent(value: float, digits: int = 2) -> str:
    """Write a decimal as a signed percentage: ``0.0124`` is ``+1.24 %``.

    Examples
    --------
    >>> percent(0.0124), percent(float("nan"))
    ('+1.24 %', 'no figure')
    """
    if not np.isfinite(value):
        return "no figure"
    return f"{100 * value:+.{digits}f} %".replace("-", "\N{MINUS SIGN}")


def p_text(value: float) -> str:
    """Write a p-value: three digits, and never zero.

    Examples
    --------
    >>> p_text(0.0421), p_text(1e-9)
    ('0.042', '<0.001')
    """
    if not np.isfinite(value):
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def p_is(value: float) -> str:
    """Write a p-value in a sentence.

    Examples
    --------
    >>> p_is(0.0421), p_is(1e-9), p_is(float("nan"))
    ('p = 0.042', 'p < 0.001', 'no p')
    """
    text = p_text(value)
    if not text:
        return "no p"
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def intervals(low: Iterable[float], high: Iterable[float]) -> list[str]:
    """Write intervals of returns in percent.

    Examples
    --------
    >>> intervals([-0.01, float("nan")], [0.02, float("nan")])
    ['\N{MINUS SIGN}1.00 % to +2.00 %', 'no figure']
    """
    pairs = zip(low, high, strict=True)
    return [f"{percent(a)} to {percent(b)}" if np.isfinite(a) or np.isfinite(b) else percent(a) for a, b in pairs]


def interval_name(level: float) -> str:
    """Name an interval by its confidence level.

    Examples
    --------
    >>> interval_name(0.95), interval_name(0.995)
    ('95 % interval', '99.5 % interval')
    """
    return f"{level_name(level)} interval"


def level_name(level: float) -> str:
    """Write a confidence level.

    Examples
    --------
    >>> level_name(0.95)
    '95 %'
    """
    return f"{100 * level:.12g} %"


class Told:
    """What is a table and a few sentences: prints, shows itself in a notebook, and goes into papers and files.

    A class of these says what is in it by three methods: `_printed`, `_numbers` and `_said`.
    """

    __slots__ = ()

    _in_percent: ClassVar[bool] = True  # returns as decimals, written in percent where people read
    _digits: ClassVar[int] = 2

    def _printed(self) -> pd.DataFrame:
        """Give the table as people read it: cells of text."""
        raise NotImplementedError

    def _numbers(self) -> pd.DataFrame:
        """Give the table with every number whole."""
        raise NotImplementedError

    def _said(self) -> str:
        """Give the sentences."""
        raise NotImplementedError

    def _for_paper(self) -> pd.DataFrame:
        """Give the columns that a paper prints, as numbers where they are."""
        return self._numbers()

    def to_markdown(self) -> str:
        """Give the table in Markdown, with the sentences below.

        Returns
        -------
        str
            As it prints.
        """
        shown = self._printed().astype(str)
        cells = [[cell.replace("|", "\\|") for cell in row] for row in shown.to_numpy()]
        rows = ["| " + " | ".join(row) + " |" for row in (list(shown.columns), *cells)]
        return "\n".join([rows[0], "|" + "---|" * len(shown.columns), *rows[1:], "", self._said()])

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        r"""Give the table in LaTeX, numbers aligned at the decimal point.

        Parameters
        ----------
        caption, label : str
            With either, the tabular stands in a ``table``.

        Returns
        -------
        str
            Needs ``\usepackage{booktabs,siunitx}``.
        """
        check_texts(caption=caption, label=label)
        return exports.to_latex(
            self._for_paper(), caption=caption, label=label, digits=self._digits, percent=self._in_percent
        )

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write it as ``.xlsx`` (the table and its reading), ``.dta``, ``.parquet``, ``.csv``, ``.tex`` or ``.md``.

        Parameters
        ----------
        path : path-like
            Its suffix is the form.

        Returns
        -------
        pathlib.Path
            The file written; the same table gives the same bytes.

        Raises
        ------
        SpecError
            If the suffix is none of these.
        """
        suffix = as_path(path, "path").suffix.lower()
        if suffix == ".xlsx":
            reading = pd.DataFrame({"reading": self._said().splitlines()})
            return exports.to_excel({"table": self._numbers(), "reading": reading}, path, percent=self._in_percent)
        if suffix in (".tex", ".md"):
            return exports.write_text(path, self.to_latex() if suffix == ".tex" else self.to_markdown())
        return exports.write_table(self._numbers(), path)

    def _repr_html_(self) -> str:
        table = self._printed().to_html(index=False, escape=True, border=0)
        return str(table) + "".join(f"<p>{escaping.escape(line)}</p>" for line in self._said().splitlines() if line)

    def __str__(self) -> str:
        """Give the table and the sentences as text."""
        return f"{self._printed().to_string(index=False)}\n\n{self._said()}"

    def __repr__(self) -> str:
        """Show in a terminal what a notebook shows."""
        return str(self)
