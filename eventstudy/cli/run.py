"""``eventstudy run``: one file in, the whole result folder out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import eventstudy as es
from eventstudy._files import check_target
from eventstudy._scheduler import check_address
from eventstudy.cli.config import Config, read_config
from eventstudy.cli.extras import extra_tables
from eventstudy.cli.inputs import Inputs, load_inputs
from eventstudy.cli.partitioned import Partitioned, run_by_partitions
from eventstudy.cli.words import told_of
from eventstudy.errors import SpecError, check_choice
from eventstudy.prices import PriceDataset
from eventstudy.report.folder import MANIFEST, write_folder
from eventstudy.study.scale import Compute, in_memory

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
        summary = self.result.summary(self.config.windows, by=self.config.by)
        return told_of(self.result, summary, self.files, self.output)


def run_file(
    path: Path,
    output: Path,
    *,
    inputs: Path | None = None,
    scheduler: str = "",
    compute: Compute = "auto",
    progress: bool | None = None,
) -> Done | Partitioned:
    """Run the study of a file, or of a manifest, and write its folder.

    Parameters
    ----------
    path : Path
        ``study.toml``, ``manifest.json``, or the folder that holds one.
    output : Path
        The result folder; it appears whole, or not at all. That of a run by partitions fills as it goes on.
    inputs : Path, optional
        Folder from which the paths in the file count; default its own.
    scheduler : str
        Address of a Dask scheduler, for what is not small.
    compute : {"auto", "memory", "partitions"}
        Where to run, as for `EventStudy.run`.
    progress : bool, optional
        Show progress bars; default where a person watches.

    Raises
    ------
    DataError
        If no scheduler answers at the address, small work or not.
    """
    check_choice(compute, get_args(Compute), "compute")
    if scheduler and compute == "memory":
        raise SpecError("--scheduler does not go with --compute memory", hint="leave one of them out")
    config = read_config(path, inputs)
    if scheduler:
        check_address(scheduler)
    if not scheduler and compute == "auto" and not config.dataset:
        return run_config(config, output, progress=progress)
    held = load_inputs(config, progress=progress)
    panel = in_memory(config.study, held.events, held.prices, config.assets or None, compute)
    if panel is None:
        return run_by_partitions(config, held, output, scheduler=scheduler, again=AGAIN, progress=progress)
    return run_config(config, output, inputs=dataclasses.replace(held, prices=panel), progress=progress)


def run_config(config: Config, output: Path, *, inputs: Inputs | None = None, progress: bool | None = None) -> Done:
    """Run a study that was read, and write its folder; ``inputs`` where they are read already."""
    check_target(output, MANIFEST)
    inputs, result = studied(config, inputs=inputs, progress=progress)
    if config.by is None:
        config = dataclasses.replace(config, by=result.groups)
    # Whatever the summary cannot be made of is said before anything is written.
    result.summary(config.windows, by=config.by)
    files = write_folder(
        result,
        output,
        windows=config.windows,
        prices=inputs.panel,
        title=config.title or None,
        feature=config.feature or None,
        tables=extra_tables(config, inputs, result, progress=progress),
        copies=inputs.copies,
    )
    return Done(result, config, files, output)


def studied(
    config: Config, *, inputs: Inputs | None = None, progress: bool | None = None
) -> tuple[Inputs, es.StudyResult]:
    """Read the inputs of a study and run it in memory; the result knows where it came from."""
    inputs = load_inputs(config, progress=progress) if inputs is None else inputs
    if isinstance(inputs.prices, PriceDataset):
        panel = in_memory(config.study, inputs.events, inputs.prices, config.assets or None, "memory")
        assert panel is not None
        inputs = dataclasses.replace(inputs, prices=panel)
    result = config.study.run(inputs.events, inputs.panel, assets=config.assets or None, factors=inputs.factors)
    moves = inputs.moves
    return inputs, result.with_context(
        articles=inputs.articles or None,
        moves=moves,
        verification=es.verify_moves(moves, inputs.panel) if moves is not None and len(moves) else None,
        provenance={"inputs": inputs.record, "seed": config.seed, "command": AGAIN},
    )


def written(output: Path) -> str:
    """Say what stands in a result folder."""
    return f"Written to {output}: report.html, tables, figures, manifest.json"
