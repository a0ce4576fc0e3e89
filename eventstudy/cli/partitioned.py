"""A study that outgrows memory, from a file: its tables in the folder of its partitions, resumed where it was left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy._files import check_folder, write_atomic
from eventstudy.cli.config import Config
from eventstudy.cli.inputs import Inputs
from eventstudy.cli.words import told_of
from eventstudy.distributed import PartitionedResult
from eventstudy.distributed.folder import PLAN
from eventstudy.errors import SpecError
from eventstudy.report.folder import manifest, write_manifest
from eventstudy.report.tabular import to_csv

__all__ = ["Partitioned", "run_by_partitions"]


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A study that was run by partitions: what to tell of it, for people and for programs."""

    result: PartitionedResult
    summary: Any
    files: list[Path]
    output: Path

    def __str__(self) -> str:
        """Give the summary for a terminal."""
        where = f"Written to {self.output}: summary.csv, tests.csv, days.csv, dropped.csv, merged.csv, manifest.json"
        return "\n".join([repr(self.result), "", str(self.summary), "", where])

    def to_data(self) -> dict[str, Any]:
        """Give the same as plain data."""
        return told_of(self.result, self.summary, self.files, self.output)


def run_by_partitions(
    config: Config, inputs: Inputs, output: Path, *, scheduler: str = "", again: str = "", progress: bool | None = None
) -> Partitioned:
    """Run a study partition by partition into a folder, and write its tables beside the partitions.

    Parameters
    ----------
    config, inputs
        The study.
    output : Path
        New or empty, or left by an earlier run of the same study, which then goes on.
    scheduler : str
        Address of the Dask scheduler whose workers do it; this process where empty.
    again : str
        The command that makes the folder again.
    progress : bool, optional

    Raises
    ------
    SpecError
        If the study asks for what only a study in memory has.
    DataError
        If the folder holds something else, or partitions failed.
    """
    for name, asked in (("placebo", config.placebo is not None), ("sensitivity", bool(config.sensitivity))):
        if asked:
            raise SpecError(
                f"{config.where}: [{name}] reads the days of single events, which a run by partitions does not hold",
                hint=f"leave [{name}] out, or study some assets with --compute memory",
            )
    check_folder(output, PLAN, "run by partitions")
    result = config.study.run(
        inputs.events,
        inputs.prices,
        assets=config.assets or None,
        factors=inputs.factors,
        client=scheduler or None,
        compute="partitions",
        output=output,
        windows=config.windows,
        progress=progress,
    )
    assert isinstance(result, PartitionedResult)
    by = result.groups if config.by is None else config.by
    summary = result.summary(config.windows, by=by)
    tables: dict[str, pd.DataFrame] = {
        "summary.csv": summary.table,
        "tests.csv": result.tests(config.windows, by=by, names=config.tests, alternative=config.alternative),
        "days.csv": result.to_frame("day", by=by),
        "dropped.csv": result.dropped,
        "merged.csv": result.merged,
    }
    files = [write_atomic(output / name, to_csv(table)) for name, table in tables.items()]
    files += [write_atomic(output / name, path.read_bytes()) for name, path in inputs.copies.items()]
    provenance = {"inputs": inputs.record, "seed": config.seed, "command": again}
    held = manifest(result, config.study.spec(), provenance)
    files.append(write_manifest(output, held, [path.relative_to(output).as_posix() for path in files]))
    return Partitioned(result, summary, files, output)
