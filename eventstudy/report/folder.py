"""The whole result as a folder: report, tables, figures, manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from eventstudy._files import whole_folder, write_atomic
from eventstudy.report.provenance import versions
from eventstudy.report.tabular import to_csv
from eventstudy.report.write import write_page_and_figures

__all__ = ["MANIFEST", "counts", "digest", "manifest", "write_folder", "write_manifest"]

MANIFEST = "manifest.json"


def write_folder(
    result: Any,
    folder: str | os.PathLike[str],
    *,
    windows: Sequence[tuple[int, int]] | None = None,
    prices: Any = None,
    title: str | None = None,
    feature: str | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    copies: Mapping[str, Path] | None = None,
) -> list[Path]:
    """Write everything a result has to show into a folder, whole or not at all.

    ``report.html``, ``report.md``,
    ``events.csv``, ``moves.csv``, ``results.csv`` (= ``to_frame("event")``), ``event_days.csv``,
    ``alignment.csv``, ``dropped.csv``, ``merged.csv``, ``figures/`` and ``manifest.json``. The same inputs give the
    same bytes in whatever folder.

    Parameters
    ----------
    result : StudyResult
        With its context (articles, moves, provenance) where the report is to show it.
    folder : path-like
        Made where it does not exist. An earlier result in it is replaced as a whole; files that no result wrote stay.
    windows : sequence of pairs of int, optional
        Windows of the report.
    prices : PricePanel, optional
        Adds the timelines of events on prices.
    title : str, optional
        Heading of the report.
    feature : str, optional
        Event shown in a figure of its own: its ``event_id`` or its day 0.
    tables : mapping of str to DataFrame, optional
        Further tables, by the name of their file.
    copies : mapping of str to Path, optional
        Files to copy into the folder, by their name there.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        If the folder holds something that is no earlier result, or cannot be written.
    """
    root = Path(folder)
    moves = result.moves.to_frame() if result.moves is not None else pd.DataFrame()
    frames = {
        "events.csv": result.events.to_frame(),
        "moves.csv": moves,
        "results.csv": result.to_frame("event"),
        "event_days.csv": result.to_frame("event_day"),
        "alignment.csv": result.audit,
        "dropped.csv": result.dropped,
        "merged.csv": result.merged,
        **(tables or {}),
    }
    with whole_folder(root, marker=MANIFEST, written=_written_before) as staged:
        write_page_and_figures(result, staged, windows=windows, prices=prices, title=title, feature=feature)
        for name, table in frames.items():
            write_atomic(staged / name, to_csv(table))
        for name, path in (copies or {}).items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, staged / name)
        names = sorted(p.relative_to(staged).as_posix() for p in staged.rglob("*") if p.is_file())
        write_manifest(staged, manifest(result, result.spec, result.provenance), names)
    return [root / name for name in (*names, MANIFEST)]


def _written_before(folder: Path) -> list[str]:
    """Name the files of an earlier result; a manifest that does not tell keeps everything."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return [MANIFEST, *map(str, held.get("files", ()))]
    except (OSError, ValueError, AttributeError):
        return [MANIFEST]


def manifest(result: Any, spec: Mapping[str, Any], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a result was made from: hashes of the inputs, versions, specification, seed. No path, no clock."""
    return {
        "spec": spec,
        "versions": versions(),
        "inputs": provenance.get("inputs", {}),
        "seed": provenance.get("seed"),
        "command": provenance.get("command", ""),
        "counts": counts(result),
    }


def counts(result: Any) -> dict[str, int]:
    """Account for the pairs of a result: ``pairs`` went in, ``rows`` were studied."""
    return {
        "pairs": result.n_in,
        "rows": len(result),
        "merged": len(result.merged),
        "dropped": len(result.dropped),
    }


def write_manifest(root: Path, held: Mapping[str, Any], names: Sequence[str]) -> Path:
    """Write the manifest of a folder, with the hashes of its files."""
    files = {name: digest((root / name).read_bytes()) for name in names}
    text = json.dumps({**held, "files": files}, indent=2, ensure_ascii=False, default=str)
    return write_atomic(root / MANIFEST, text + "\n")


def digest(content: str | bytes) -> str:
    """SHA-256 of an input, in hex."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content).hexdigest()
