"""``eventstudy run``: one file in, the whole result folder out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import eventstudy as es
from eventstudy._files import check_target
from eventstudy.cli.config import Config, read_config
from eventstudy.cli.extras import extra_tables
from eventstudy.cli.inputs import Inputs, load_inputs
from eventstudy.report.folder import MANIFEST, write_folder

__all__ = ["AGAIN", "Done", "run_config", "run_file", "studied"]

AGAIN = "eventstudy run manifest.json -o again"
"""The command that makes a result folder again."""


@dataclass(frozen=True, slots=True)
class Done:
    """A study that was run and written: what to tell of it, for people and for programs."""

    result: es.StudyResult
    config: Config
    files: list[Path]
    output: Path

    def __str__(self) -> str:
        """Give the summary for a terminal."""
        summary = self.result.summary(self.config.windows, by=self.config.by)
        return "\n".join([repr(self.result), "", str(summary), "", written(self.output)])

    def to_data(self) -> dict[str, Any]:
        """Give the same as plain data."""
        return {
            "output": self.output.as_posix(),
            "pairs": self.result.n_in,
            "rows": len(self.result),
            "merged": len(self.result.merged),
            "dropped": len(self.result.dropped),
            "summary": self.result.summary(self.config.windows, by=self.config.by).table,
            "files": [path.as_posix() for path in self.files],
        }


def run_file(path: Path, output: Path, *, inputs: Path | None = None, progress: bool | None = None) -> Done:
    """Run the study of a file, or of a manifest, and write its folder.

    Parameters
    ----------
    path : Path
        ``study.toml``, ``manifest.json``, or the folder that holds one.
    output : Path
        The result folder; it appears whole, or not at all.
    inputs : Path, optional
        Folder from which the paths in the file count; default its own.
    progress : bool, optional
        Show progress bars; default where a person watches.
    """
    return run_config(read_config(path, inputs), output, progress=progress)


def run_config(config: Config, output: Path, *, progress: bool | None = None) -> Done:
    """Run a study that was read, and write its folder."""
    check_target(output, MANIFEST)
    inputs, result = studied(config, progress=progress)
    if config.by is None:
        config = dataclasses.replace(config, by=result.groups)
    # Whatever the summary cannot be made of is said before anything is written.
    result.summary(config.windows, by=config.by)
    files = write_folder(
        result,
        output,
        windows=config.windows,
        prices=inputs.prices,
        title=config.title or None,
        feature=config.feature or None,
        tables=extra_tables(config, inputs, result, progress=progress),
        copies=inputs.copies,
    )
    return Done(result, config, files, output)


def studied(config: Config, *, progress: bool | None = None) -> tuple[Inputs, es.StudyResult]:
    """Read the inputs of a study and run it; the result knows where it came from."""
    inputs = load_inputs(config, progress=progress)
    result = config.study.run(inputs.events, inputs.prices, assets=config.assets or None, factors=inputs.factors)
    moves = inputs.moves
    return inputs, result.with_context(
        articles=inputs.articles or None,
        moves=moves,
        verification=es.verify_moves(moves, inputs.prices) if moves is not None and len(moves) else None,
        provenance={"inputs": inputs.record, "seed": config.seed, "command": AGAIN},
    )


def written(output: Path) -> str:
    """Say what stands in a result folder."""
    return f"Written to {output}: report.html, tables, figures, manifest.json"
