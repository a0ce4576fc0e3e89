"""GDELT 2.0 event exports: already coded events, read into the same table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from eventstudy._progress import track
from eventstudy.errors import NewsError
from eventstudy.events.records import Event
from eventstudy.events.tables import EventTable
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news.decoding import decode, read_bytes

__all__ = ["iter_gdelt", "plover_category", "read_gdelt"]

_COLUMNS = 61
# Places of the columns used, from the GDELT 2.0 event codebook.
_ID, _DAY, _ACTOR1, _ACTOR2, _ROOT = 0, 1, 7, 17, 25
_CODE, _GOLDSTEIN, _MENTIONS, _ADDED, _URL = 26, 30, 31, 59, 60
# The longest prefix of a CAMEO code decides; public statements (01) have no PLOVER category.
_CATEGORIES = {
    "02": "REQUEST", "03": "AGREE", "04": "CONSULT", "05": "SUPPORT", "06": "COOPERATE", "07": "AID", "08": "CONCEDE",
    "084": "RETREAT", "086": "RETREAT", "087": "RETREAT", "09": "ACCUSE", "10": "REQUEST", "11": "ACCUSE",
    "12": "REJECT", "13": "THREATEN", "14": "PROTEST", "15": "MOBILIZE", "16": "SANCTION", "17": "COERCE",
    "1712": "ASSAULT", "175": "ASSAULT", "18": "ASSAULT", "19": "ASSAULT", "191": "COERCE", "192": "COERCE",
    "20": "ASSAULT",
}  # fmt: skip
_STALE = pd.Timedelta(days=2)


def plover_category(cameo: str) -> str:
    """Give the PLOVER category of a CAMEO code; empty for public statements and unknown codes.

    Examples
    --------
    >>> plover_category("0871"), plover_category("190"), plover_category("010")
    ('RETREAT', 'ASSAULT', '')
    """
    for length in (4, 3, 2):
        if cameo[:length] in _CATEGORIES:
            return _CATEGORIES[cameo[:length]]
    return ""


def read_gdelt(
    source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    min_mentions: int = 1,
    root_only: bool = False,
    errors: list[NewsError] | None = None,
    progress: bool | None = None,
) -> EventTable:
    """Read GDELT 2.0 event exports (``*.export.CSV``, tab-separated, also gzipped).

    Parameters
    ----------
    source : path or iterable of paths
        The files, in order.
    min_mentions : int
        Leave out events with fewer mentions in the first fifteen minutes.
    root_only : bool
        Keep only events of an article's first paragraph (GDELT's ``IsRootEvent``).
    errors : list, optional
        Given, a broken row is appended here and the run goes on; without it the first one raises.
    progress : bool, optional
        Show a bar.

    Returns
    -------
    EventTable
        ``event_id`` is GDELT's, ``intensity`` its Goldstein score, ``source`` and ``target`` its CAMEO
        country codes, ``kind`` the PLOVER category of the CAMEO code (rows without one are public
        statements and left out). An event became public between the beginning of its day and the
        instant GDELT added it; ``background`` marks events added more than two days after their day.
        Extra columns: ``cameo``, ``mentions``, ``url``, ``background``.

    Raises
    ------
    NewsError
        If a file is missing, or a row has not 61 columns or an unreadable date or number.
    """
    found = iter_gdelt(source, min_mentions=min_mentions, root_only=root_only, errors=errors, progress=progress)
    return EventTable.from_items(found)


def iter_gdelt(
    source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    min_mentions: int = 1,
    root_only: bool = False,
    errors: list[NewsError] | None = None,
    progress: bool | None = None,
) -> Iterator[Event]:
    """Read GDELT events one at a time; as `read_gdelt`."""
    paths = [Path(source)] if isinstance(source, (str, os.PathLike)) else [Path(p) for p in source]
    taxonomy = Taxonomy.default()
    for path in track(paths, label="GDELT files", progress=progress):
        lines = decode(read_bytes(path), where=str(path)).split("\n")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                event = _event(
                    line.rstrip("\r").split("\t"), f"{path}, line {number}", taxonomy, min_mentions, root_only
                )
            except NewsError as error:
                if errors is None:
                    raise
                errors.append(error)
                continue
            if event is not None:
                yield event


def _event(cells: list[str], where: str, taxonomy: Taxonomy, min_mentions: int, root_only: bool) -> Event | None:
    if len(cells) != _COLUMNS:
        raise NewsError(
            f"{where} has {len(cells)} columns, a GDELT 2.0 event has {_COLUMNS}",
            hint="expected the events export, not mentions or GKG",
            file=where,
        )
    try:
        day = pd.to_datetime(cells[_DAY], format="%Y%m%d", utc=True).as_unit("ns")
        added = pd.to_datetime(cells[_ADDED], format="%Y%m%d%H%M%S", utc=True).as_unit("ns")
        intensity = float(cells[_GOLDSTEIN]) if cells[_GOLDSTEIN] else float("nan")
        mentions = int(cells[_MENTIONS])
        if pd.isna(day) or pd.isna(added):
            raise ValueError("the day of the event or the instant it was added is empty")
    except ValueError as error:
        raise NewsError(
            f"{where}: {error}", hint="expected dates as 20220215 and 20220215114500", file=where
        ) from error
    kind = plover_category(cells[_CODE])
    if not kind or mentions < min_mentions or (root_only and cells[_ROOT] != "1"):
        return None
    neutral = cells[_CODE].startswith("02")
    return Event(
        event_id=cells[_ID],
        earliest=min(day, added),
        latest=added,
        precision="interval",
        kind=kind,
        direction="neither" if neutral else taxonomy.kinds[kind].direction,
        intensity=intensity,
        source=(cells[_ACTOR1],) if cells[_ACTOR1] else (),
        target=(cells[_ACTOR2],) if cells[_ACTOR2] else (),
        rule=f"cameo {cells[_CODE]}",
        extra={
            "cameo": cells[_CODE],
            "mentions": mentions,
            "url": cells[_URL],
            "background": bool(added - day > _STALE),
        },
    )
