"""``eventstudy report``: the report of a study again, in the form its name asks for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from eventstudy.cli.config import read_config
from eventstudy.cli.run import run_config, studied
from eventstudy.errors import SpecError
from eventstudy.report import write_report

__all__ = ["report_file"]


def report_file(
    path: Path,
    output: Path | None,
    *,
    title: str = "",
    feature: str = "",
    inputs: Path | None = None,
    progress: bool | None = None,
) -> list[Path]:
    """Write the report of a result folder, a manifest or a study file.

    Parameters
    ----------
    path : Path
        The result folder, its ``manifest.json``, or a ``study.toml``.
    output : Path, optional
        ``.html``, ``.md`` or ``.ipynb``. None writes a result folder again, in its place.
    title, feature : str
        Instead of the study's own.
    inputs : Path, optional
        Folder from which the paths in the file count; default its own.
    progress : bool, optional
        Show progress bars; default where a person watches.

    Returns
    -------
    list of Path
        The files written.
    """
    config = read_config(path, inputs)
    changes = {key: value for key, value in (("title", title), ("feature", feature)) if value}
    if changes:
        config = dataclasses.replace(config, source={**config.source, **changes}, title=title or config.title,
                                     feature=feature or config.feature)  # fmt: skip
    if output is None:
        folder = path if path.is_dir() else path.parent
        if not path.is_dir() and path.suffix.lower() != ".json":
            raise SpecError(f"{path} is a study, not a result", hint="name the report: -o report.html")
        return run_config(config, folder, progress=progress).files
    if output.suffix.lower() not in (".html", ".htm", ".md", ".ipynb"):
        raise SpecError(
            f"a report cannot be written as {output.suffix!r}", hint="name a file that ends in .html, .md or .ipynb"
        )
    held, result = studied(config, progress=progress)
    told = write_report(
        result,
        output,
        title=config.title or None,
        windows=config.windows,
        prices=held.prices,
        feature=config.feature or None,
    )
    return [told]
