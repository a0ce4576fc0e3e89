"""What a report was made from: hashes, versions, seeds, and the command that makes it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import Any

import numpy as np

from eventstudy._version import __version__
from eventstudy.report.parts import Table
from eventstudy.report.tables import from_pairs
from eventstudy.results.advice import PLACEBO_DRAWS, SEED

__all__ = ["command_of", "provenance_table", "versions"]

_DEPENDENCIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")
_MANY = 4  # hashes written out one by one


def versions() -> dict[str, str]:
    """Name the versions whose arithmetic and drawing a result rests on."""
    return {"market-reaction": __version__, **{name: metadata.version(name) for name in _DEPENDENCIES}}


def command_of(result: Any) -> str:
    """Give the command that makes the result again: the one it was made by, else the lines of Python.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
        Empty where the result does not know its study.
    """
    told = dict(getattr(result, "provenance", None) or {}).get("command", "")
    study = getattr(result, "study", None)
    if told or study is None:
        return str(told or "")
    return f"from eventstudy import *\n\nstudy = {study!r}\nresult = study.run(events, prices)"


def provenance_table(result: Any) -> Table | None:
    """Tell what came in, by its hash, what it was worked out with, and what came out.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    Table or None
        None where there is nothing to tell.
    """
    held = dict(getattr(result, "provenance", None) or {})
    pairs: list[tuple[str, Any]] = []
    for key, value in held.items():
        if isinstance(value, Mapping):
            pairs += [(f"{key}: {name}", _plain(inner)) for name, inner in value.items() if inner not in ({}, None)]
        elif key != "command" and value not in ("", None):
            pairs.append((str(key), value))
    if getattr(result, "estimates", None) is not None:
        if "versions" not in held:
            pairs.append(("versions", ", ".join(f"{name} {number}" for name, number in versions().items())))
        ids, frame = list(result.events.view["event_id"]), result.to_frame("event_day")
        pairs += [
            ("events", f"{len(ids)}; SHA-256 of their ids {_digest(ids)}"),
            ("returns used", f"SHA-256 to ten digits {_digest(_written(frame['actual']))}"),
            ("abnormal returns", f"SHA-256 to ten digits {_digest(_written(frame['ar']))}"),
            ("placebo studies of the advice", f"{PLACEBO_DRAWS} at most, seed {SEED}"),
        ]
    return from_pairs(pairs, "provenance", "What this report was made from", ("What", "Value")) if pairs else None


def _written(values: Iterable[float]) -> list[str]:
    # Ten digits: what another processor rounds otherwise is beyond them.
    return [f"{v:.9e}" for v in np.asarray(values, dtype=np.float64)]


def _digest(lines: Iterable[object]) -> str:
    return hashlib.sha256("\n".join(map(str, lines)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """Write plain data as such; many hashes as their number and one hash of them all, which the manifest spells out."""
    if not isinstance(value, Mapping):
        return value
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    if len(value) > _MANY and all(isinstance(v, str) for v in value.values()):
        return f"{len(value)}, each by its hash in the manifest; SHA-256 of their list {_digest([text])}"
    return text
