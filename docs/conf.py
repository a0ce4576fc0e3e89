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
templates_path = ["_templates"]

html_theme = "pydata_sphinx_theme"
html_title = "eventstudy"
html_show_sourcelink = False
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_timeout = 180
nb_execution_raise_on_error = True

nitpicky = True  # a link to a name that has no page is an error
# A name in single backticks in a docstring is a link where it has a page, else text.
default_role = "autolink"
nitpick_ignore_regex = [("py:obj", ".*")]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False


def _bring_notebooks() -> None:
    """Show the notebooks of the repository as tutorials; they live in one place."""
    target = HERE / "tutorials"
    target.mkdir(exist_ok=True)
    notebooks = HERE.parent / "notebooks"
    for path in sorted(notebooks.glob("*.ipynb")):
        shutil.copyfile(path, target / path.name)
    shutil.copytree(notebooks / "data", target / "data", dirs_exist_ok=True)  # what they read


def _link_public_name(app, env, node, shown):
    """Resolve a short name, such as `PricePanel.asset`, to the one page that describes it."""
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") != "py" or not target:
        return None
    domain = env.get_domain("py")
    last = target.removeprefix("eventstudy.").rpartition(".")
    ends = {f".{target}", f".{last[2]}"} if target.startswith("eventstudy.") else {f".{target}"}
    found = {name for name in domain.objects if any(name.endswith(end) for end in ends)}
    if len(found) != 1:
        return None
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", found.pop(), node, shown)


def setup(app):
    """Hang the above into the build."""
    app.connect("missing-reference", _link_public_name)


_bring_notebooks()
