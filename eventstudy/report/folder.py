"""The whole result as a folder: report, tables, figures, manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy._files import write_atomic
from eventstudy.report.tabular import to_csv
from eventstudy.report.write import write_page_and_figures

__all__ = ["digest", "manifest", "write_folder"]

_VERSIONED = ("market-reaction", "numpy", "pandas", "scipy", "matplotlib")


def write_folder(
    result: Any,
    folder: str | os.PathLike[str],
    *,
    windows: Sequence[tuple[int, int]] | None = None,
    prices: Any = None,
    title: str | None = None,
    feature: str | None = None,
) -> list[Path]:
    """Write everything a result has to show into a folder.

    ``report.html``, ``report.md``,
    ``events.csv``, ``moves.csv``, ``results.csv`` (= ``to_frame("event")``), ``event_days.csv``,
    ``alignment.csv``, ``dropped.csv``, ``merged.csv``, ``figures/`` and ``manifest.json``. The same inputs give the
    same bytes in whatever folder.

    Parameters
    ----------
    result : StudyResult
        With its context (articles, moves, provenance) where the report is to show it.
    folder : path-like
        Made where it does not exist; files of the same names are replaced.
    windows : sequence of pairs of int, optional
        Windows of the report.
    prices : PricePanel, optional
        Adds the timelines of events on prices.
    title : str, optional
        Heading of the report.
    feature : str, optional
        Event shown in a figure of its own: its ``event_id`` or its day 0.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    root = Path(folder)
    moves = result.moves.to_frame() if result.moves is not None else pd.DataFrame()
    tables = {
        "events.csv": result.events.to_frame(),
        "moves.csv": moves,
        "results.csv": result.to_frame("event"),
        "event_days.csv": result.to_frame("event_day"),
        "alignment.csv": result.audit,
        "dropped.csv": result.dropped,
        "merged.csv": result.merged,
    }
    # The page first: what is wrong with windows, feature or weights is said before the first file stands.
    written = write_page_and_figures(result, root, windows=windows, prices=prices, title=title, feature=feature)
    written += [write_atomic(root / name, to_csv(table)) for name, table in tables.items()]
    text = json.dumps(manifest(result), indent=2, sort_keys=True, ensure_ascii=False, default=str)
    written.append(write_atomic(root / "manifest.json", text + "\n"))
    return written


def manifest(result: Any) -> dict[str, Any]:
    """Say what a result was made from: hashes of the inputs, versions, specification, seed. No path, no clock."""
    provenance: Mapping[str, Any] = result.provenance
    return {
        "spec": result.spec,
        "versions": {name: _version(name) for name in _VERSIONED},
        "inputs": provenance.get("inputs", {}),
        "seed": provenance.get("seed"),
        "command": provenance.get("command", ""),
        "counts": {
            "pairs": result.n_in,
            "rows": len(result),
            "merged": len(result.merged),
            "dropped": len(result.dropped),
        },
    }


def digest(content: str | bytes) -> str:
    """SHA-256 of an input, in hex."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content).hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        from eventstudy._version import __version__

        return __version__ if name == "market-reaction" else "unknown"
