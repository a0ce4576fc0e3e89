"""The tables of a result folder beside those that every result has: tests, grid of choices, placebo studies."""

from __future__ import annotations

from typing import Any

import pandas as pd

import eventstudy as es
from eventstudy.cli.config import Config
from eventstudy.cli.inputs import Inputs
from eventstudy.errors import EventStudyError

__all__ = ["extra_tables"]


def extra_tables(
    config: Config, inputs: Inputs, result: es.StudyResult, *, progress: bool | None = None
) -> dict[str, pd.DataFrame]:
    """Compute what a study file asks for, by the name of the file it goes to."""
    tables = {
        "tests.csv": result.tests(config.windows, by=config.by, names=config.tests, alternative=config.alternative)
    }
    if config.sensitivity:
        found = es.sensitivity(
            config.study,
            inputs.events,
            inputs.panel,
            over=config.sensitivity,
            by=config.by,
            assets=config.assets or None,
            progress=progress,
        )
        tables |= {"sensitivity.csv": found.table, "sensitivity_failed.csv": found.failed}
    if config.placebo is not None:
        tables["placebo.csv"] = _placebo(config, result)
    return tables


def _placebo(config: Config, result: es.StudyResult) -> pd.DataFrame:
    """Repeat the study of each group at other dates; a group for which that cannot be done says why."""
    options: dict[str, Any] = dict(config.placebo or {})
    window = options.pop("window", config.windows[0])
    keys = list(result.groups if config.by is None else config.by)
    groups = result.to_frame("event")[keys].drop_duplicates().to_dict("records") if keys else [{}]
    blocks = []
    for group in groups:
        where = {str(key): value for key, value in group.items()}
        try:
            found = result.placebo(window, seed=config.seed, alternative=config.alternative, **options, **where)
            table = found.table
        except EventStudyError as error:
            table = pd.DataFrame({"name": [""], "note": [str(error)]})
        blocks.append(table.assign(**where, window=str(window)))
    whole = pd.concat(blocks, ignore_index=True)
    return whole[[*keys, "window", *(c for c in whole if c not in {*keys, "window"})]]
