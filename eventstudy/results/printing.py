"""Tables of text as Markdown, LaTeX and HTML."""

from __future__ import annotations

import html as escaping

import pandas as pd

__all__ = ["html", "latex", "markdown", "tex"]


def markdown(shown: pd.DataFrame, text: str) -> str:
    """Give a table in Markdown with sentences below it.

    Examples
    --------
    >>> print(markdown(pd.DataFrame({"a": ["1|2"]}), "Said."))
    | a |
    |---|
    | 1\\|2 |
    <BLANKLINE>
    Said.
    """
    head = "| " + " | ".join(shown.columns) + " |"
    rule = "|" + "---|" * len(shown.columns)
    rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in shown.astype(str).to_numpy()]
    return "\n".join([head, rule, *rows, "", text])


def latex(shown: pd.DataFrame) -> str:
    """Give a table in LaTeX (booktabs)."""
    escaped = shown.astype(str).map(tex)
    lines = [
        rf"\begin{{tabular}}{{{'l' * len(shown.columns)}}}",
        r"\toprule",
        " & ".join(map(tex, shown.columns)) + r" \\",
        r"\midrule",
    ]
    lines += [" & ".join(row) + r" \\" for row in escaped.to_numpy()]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def html(shown: pd.DataFrame, text: str) -> str:
    """Give a table in HTML with a paragraph a line below it."""
    table = shown.to_html(index=False, escape=True, border=0)
    return str(table) + "".join(f"<p>{escaping.escape(line)}</p>" for line in text.splitlines() if line)


def tex(text: str) -> str:
    """Escape what LaTeX reads as a command."""
    for plain, command in (
        ("\\", r"\textbackslash "),
        ("&", r"\&"),
        ("%", r"\%"),
        ("_", r"\_"),
        ("#", r"\#"),
        ("$", r"\$"),
        ("^", r"\textasciicircum{}"),
        ("~", r"\textasciitilde{}"),
        ("<", "$<$"),
    ):
        text = text.replace(plain, command)
    return text.replace("\N{MINUS SIGN}", "$-$")
