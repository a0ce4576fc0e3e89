"""Sphinx configuration: builds offline, warnings are errors (``sphinx-build -W -b html docs OUT``)."""

from __future__ import annotations

import shutil
from pathlib import Path

from eventstudy import __version__

HERE = Path(__file__).parent

project = "eventstudy"
author = "The eventstudy developers"
version = release = __version__
copyright = "2026, the eventstudy developers"

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc", "myst_nb"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
templates_path: list[str] = []

html_theme = "pydata_sphinx_theme"
html_title = "eventstudy"
html_show_sourcelink = False
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_timeout = 180
nb_execution_raise_on_error = True

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False


def _bring_notebooks() -> None:
    """Show the notebooks of the repository as tutorials; they live in one place."""
    target = HERE / "tutorials"
    target.mkdir(exist_ok=True)
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copyfile(path, target / path.name)


_bring_notebooks()
