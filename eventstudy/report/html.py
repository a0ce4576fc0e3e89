"""The page as HTML: one file, no network, no script."""

from __future__ import annotations

from importlib import resources

from eventstudy.plots.files import to_svg
from eventstudy.report.parts import Content
from eventstudy.report.svg import THEME, inline_svg

__all__ = ["render_html"]


def render_html(content: Content) -> str:
    """Write the content as one self-contained HTML page.

    Every text is escaped: a headline with ``<script>`` shows as text. The page forbids itself any
    request and any script.

    Parameters
    ----------
    content : Content

    Returns
    -------
    str
    """
    import jinja2
    from markupsafe import Markup

    here = resources.files("eventstudy.report")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string(here.joinpath("page.html.j2").read_text(encoding="utf-8"))
    # The SVG is made by a serialiser that escapes every label, so it may stand as it is.
    figures = [
        (f, Markup(inline_svg(to_svg(f.drawn(), text=True), f"fig-{f.name}", f.caption, f.alt)))
        for f in content.figures
    ]
    page = template.render(c=content, figures=figures, css=Markup(_css()), contents=_contents(content))
    return page if page.endswith("\n") else page + "\n"


def _css() -> str:
    text = resources.files("eventstudy.report").joinpath("page.css").read_text(encoding="utf-8").rstrip()
    light = " ".join(f"--es-{name}: {color};" for color, (name, _) in THEME.items())
    dark = " ".join(f"--es-{name}: {color};" for _, (name, color) in THEME.items())
    return text.replace("@LIGHT@", f"  {light}").replace("@DARK@", f"    {dark}")


def _contents(content: Content) -> list[tuple[str, str]]:
    entries = [
        ("answer", "The answer", True),
        ("events", "Events", bool(content.events or content.articles)),
        ("claims", "Reported moves", content.claims is not None),
        ("alignment", "Alignment", content.audit is not None),
        ("accounting", "Dropped and merged", True),
        ("model", "Model", True),
        ("figures", "Figures", bool(content.figures)),
        ("tables", "Tables", bool(content.tables)),
        ("tests", "Tests", bool(content.tests or content.diagnosis)),
        ("robustness", "Robustness", bool(content.robustness)),
        ("methods", "Methods", bool(content.methods)),
        ("provenance", "Provenance", content.provenance is not None),
    ]
    return [(anchor, label) for anchor, label, there in entries if there]
