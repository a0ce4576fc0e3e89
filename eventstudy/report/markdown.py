"""The page as Markdown, its figures beside it."""

from __future__ import annotations

import re
from urllib.parse import quote

from eventstudy.report.parts import Article, Content, Table

__all__ = ["render_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")


def escape(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> escape("a|b <script>")
    'a\\\\|b \\\\<script\\\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _table(table: Table) -> list[str]:
    rule = ["---:" if i in table.numeric else "---" for i in range(len(table.columns))]
    lines = [f"**{escape(table.caption)}**", "", _row([escape(c) for c in table.columns]), _row(rule)]
    lines += [_row([escape(cell) for cell in row]) for row in table.rows]
    return [*lines, "", *([escape(table.note), ""] if table.note else [])]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _article(article: Article) -> list[str]:
    lines = [f"### {escape(article.title)}", ""]
    if article.byline:
        lines += [escape(article.byline) + (f" <{article.url}>" if article.url and " " not in article.url else ""), ""]
    for reading in article.readings:
        quote = f" “{escape(reading.quote)}”" if reading.quote else ""
        lines.append(f"- [{reading.number}] {escape(reading.facts)}. {escape(reading.role)}{quote}")
    lines.append("")
    told = ""
    for piece in article.pieces:
        text = escape(piece.text)
        # Emphasis must touch its words, so the spaces of a marked piece stand outside it.
        if piece.events and text:
            numbers = "".join(f"[{n}] " for n in piece.opens)
            text = f" {numbers}**{text}** "
        else:
            text = f" {text} "
        told += text
    if told.strip():
        lines += ["> " + " ".join(told.split()), ""]
    return lines


def render_markdown(content: Content, figure_folder: str) -> str:
    """Write the content as Markdown.

    Parameters
    ----------
    content : Content
    figure_folder : str
        Where the figures lie, relative to the file.

    Returns
    -------
    str
    """
    lines = [f"# {escape(content.title)}", "", "## The answer", ""]
    for sentence in content.answer:
        lines += [escape(sentence), ""]
    lines += [f"- {escape(line)}" for line in content.cautions] + ([""] if content.cautions else [])
    if content.events or content.articles:
        lines += ["## Events and where each came from", ""]
        lines += _table(content.events) if content.events else []
        lines += [escape(content.set_aside), ""] if content.set_aside else []
        for article in content.articles:
            lines += _article(article)
    if content.claims:
        lines += ["## What the articles say markets did", "", *_table(content.claims)]
    if content.audit:
        lines += ["## Alignment of news and prices", "", *_table(content.audit)]
    lines += ["## What was dropped and merged", "", escape(content.accounting), ""]
    for table in (content.dropped, content.merged):
        lines += _table(table) if table else []
    lines += ["## Model and windows", ""]
    for table in (content.models, content.options):
        lines += _table(table) if table else []
    if content.figures:
        lines += ["## Figures", ""]
        for number, figure in enumerate(content.figures, 1):
            lines += [f"![{escape(figure.alt)}]({quote(figure_folder)}/{figure.name}.svg)", ""]
            lines += [f"**Figure {number}.** {escape(figure.caption)}", ""]
    lines += _end(content)
    return "\n".join(lines).rstrip() + "\n"


def _end(content: Content) -> list[str]:
    lines: list[str] = []
    if content.tables:
        lines += ["## Tables", "", *([escape(content.summary), ""] if content.summary else [])]
        for table in content.tables:
            lines += _table(table)
    if content.tests or content.diagnosis:
        lines += ["## Tests", "", *[f"- {escape(line)}" for line in content.diagnosis], ""]
        lines += _table(content.differences) if content.differences else []
        for block in content.tests:
            lines += _table(block.table)
    if content.robustness:
        lines += ["## Robustness", ""]
        for table in content.robustness:
            lines += _table(table)
    if content.methods:
        lines += ["## Methods", ""]
        for paragraph in content.methods:
            lines += [escape(paragraph), ""]
        if content.references:
            lines += ["### References", "", *[f"- {escape(r)}" for r in content.references], ""]
    if content.provenance:
        lines += ["## Provenance", ""]
        if content.command:
            lines += ["```", content.command.replace("```", "` ` `"), "```", ""]
        lines += _table(content.provenance)
    return lines
