"""Figures inside a page: one SVG each, with its own names, in the page's colours."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from eventstudy.plots.style import GRID, INK, MUTED, PAPER, SERIES

__all__ = ["THEME", "inline_svg"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_FONTS = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"

# Colour on paper: (name of the variable, colour on a dark page). Each dark colour keeps the hue.
THEME: dict[str, tuple[str, str]] = {
    INK: ("ink", "#e8eaed"),
    MUTED: ("muted", "#a9b1ba"),
    GRID: ("grid", "#3a4149"),
    PAPER: ("paper", "#16191d"),
    SERIES[0].color: ("blue", "#58b4ec"),
    SERIES[1].color: ("vermillion", "#ff8f4d"),
    SERIES[2].color: ("green", "#3fcfa0"),
    SERIES[3].color: ("purple", "#e3a0c4"),
    SERIES[4].color: ("orange", "#f2b632"),
    SERIES[5].color: ("sky", "#8fd0f7"),
}

_COLOR = re.compile("|".join(map(re.escape, THEME)), re.IGNORECASE)
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def inline_svg(svg: str, name: str, title: str, description: str) -> str:
    """Make matplotlib's SVG fit to stand in a page beside others.

    Parameters
    ----------
    svg : str
        What `eventstudy.plots.files.to_svg` gave.
    name : str
        Prefix of every id, so that no two figures share one.
    title, description : str
        Read aloud in place of the picture.

    Returns
    -------
    str
        An ``<svg>`` element without prolog, styles for the page or fixed size; the colours are the
        page's variables ``--es-...`` with the colour on paper to fall back on.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            # A style element would reach the whole page; the metadata says nothing.
            if child.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata") or (
                child.tag == f"{{{_SVG}}}defs" and len(child) == 1 and child[0].tag == f"{{{_SVG}}}style"
            ):
                parent.remove(child)
    for element in root.iter():
        _rename(element, name)
        style = element.get("style")
        if style:
            element.set("style", _COLOR.sub(_variable, style).replace("'DejaVu Sans'", _FONTS))
        for key in ("fill", "stroke"):
            value = element.get(key)
            if value and _COLOR.fullmatch(value):
                element.set("style", f"{key}: {_COLOR.sub(_variable, value)}; {element.get('style', '')}".strip())
                del element.attrib[key]
    # As wide as it was drawn for, so that letters have one size in all figures.
    points = float(root.get("width", "460pt").removesuffix("pt"))
    root.set("style", f"--wide: {points / 10:.4g}rem")
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    # matplotlib's own style sheet, as attributes that only this picture inherits.
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        label = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        label.text = text
        root.insert(position, label)
    return ET.tostring(root, encoding="unicode")


def _variable(match: re.Match[str]) -> str:
    color = match[0].lower()
    return f"var(--es-{THEME[color][0]}, {color})"


def _rename(element: ET.Element, name: str) -> None:
    own = element.get("id")
    if own is not None:
        element.set("id", f"{name}-{own}")
    for key, value in list(element.attrib.items()):
        if key in ("href", f"{{{_XLINK}}}href") and value.startswith("#"):
            element.set(key, f"#{name}-{value[1:]}")
        elif "url(#" in value:
            element.set(key, _REFERENCE.sub(lambda m: f"url(#{name}-{m[1]})", value))
