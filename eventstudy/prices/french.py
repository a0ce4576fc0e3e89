"""Ken French's factor files, CSV or zip, as published."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from eventstudy.errors import DataError

__all__ = ["read_french"]

MISSING = (-99.99, -999.0)
"""What the files write where there is no figure."""
LONGEST = 50 << 20
"""Bytes that no factor file comes near; a zip that unpacks to more is not one."""


def read_french(*files: str | os.PathLike[str]) -> pd.DataFrame:
    """Read factors from Ken French's data library into decimals a day.

    Parameters
    ----------
    *files : path-like
        Daily files as downloaded, ``.csv`` or ``.zip``; several are joined by date (the five factors
        and momentum, say). Dates that not all of them have are kept, with NaN.

    Returns
    -------
    DataFrame
        One column a factor under its published name (``Mkt-RF``, ``SMB``, ``HML``, ``RMW``, ``CMA``, ``Mom``,
        ``RF``), simple returns in decimals, indexed by date. Pass it as ``factors=`` of `EventStudy.run`.

    Raises
    ------
    DataError
        If a file is missing, is no such file, holds monthly figures, or disagrees with another about a
        factor that both have.

    References
    ----------
    Fama and French (1993, 2015); https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/data_library.html

    Examples
    --------
    >>> import tempfile, pathlib
    >>> text = "Made from CRSP.\\n\\n,Mkt-RF,SMB,RF\\n20220214, -0.52, 0.10, 0.001\\n\\nCopyright 2022\\n"
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "F-F_Research_Data_Factors_daily.csv"
    >>> _ = path.write_text(text)
    >>> float(read_french(path).loc["2022-02-14", "Mkt-RF"])
    -0.0052
    """
    if not files:
        raise DataError("read_french was given no file", hint="name the files that you downloaded")
    joined = _read_one(Path(files[0]))
    for other in files[1:]:
        joined = _join(joined, _read_one(Path(other)), Path(other))
    return joined


def _read_one(path: Path) -> pd.DataFrame:
    lines = _text(path).splitlines()
    heads = [i for i, line in enumerate(lines) if re.match(r"^\s*(date)?\s*,\s*[A-Za-z]", line, re.IGNORECASE)]
    if not heads:
        raise DataError(
            f"{path}: no header line of factors, such as ',Mkt-RF,SMB,HML,RF'",
            hint="expected a file from Ken French's data library, as downloaded",
            file=str(path),
        )
    names = [cell.strip() for cell in lines[heads[0]].split(",")[1:]]
    while names and not names[-1]:
        names.pop()
    dates: list[str] = []
    rows: list[list[float]] = []
    for number, line in enumerate(lines[heads[0] + 1 :], start=heads[0] + 2):
        cells = [cell.strip() for cell in line.split(",")]
        if not cells[0].isdigit():
            if rows and not cells[0]:
                break  # a second section, or the copyright, follows the blank line
            continue
        if len(cells[0]) != 8:
            raise DataError(
                f"{path}, line {number}: {cells[0]!r} is not a day",
                hint="take the daily file: monthly factors cannot date a session",
                file=str(path),
                row=number,
            )
        dates.append(cells[0])
        rows.append(_numbers(cells[1 : 1 + len(names)], names, path, number))
    if not rows:
        raise DataError(f"{path}: a header but no daily rows", hint="expected lines such as '20220214, -0.52, 0.10'")
    try:
        index = pd.DatetimeIndex(pd.to_datetime(dates, format="%Y%m%d")).as_unit("ns")
    except ValueError as error:
        raise DataError(f"{path}: {error}", hint="expected dates such as 20220214", file=str(path)) from error
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise DataError(f"{path}: {twice:%Y-%m-%d} stands twice", hint="use one daily file", file=str(path))
    values = np.array(rows)
    values[np.isin(values, MISSING)] = np.nan
    return pd.DataFrame(values / 100.0, index=index.rename("date"), columns=names).sort_index()


def _numbers(cells: list[str], names: list[str], path: Path, number: int) -> list[float]:
    if len(cells) < len(names):
        raise DataError(
            f"{path}, line {number}: {len(cells)} figures for {len(names)} factors", file=str(path), row=number
        )
    out = []
    for cell, name in zip(cells, names, strict=True):
        try:
            value = float(cell)
        except ValueError:
            value = np.inf
        if not np.isfinite(value):
            raise DataError(
                f"{path}, line {number}, column {name}: {cell!r} is not a number",
                hint="expected percent a day, such as -0.52",
                file=str(path),
                row=number,
                column=name,
            )
        out.append(value)
    return out


def _text(path: Path) -> str:
    """The file's text; a zip's one CSV."""
    try:
        if path.suffix.lower() != ".zip":
            return path.read_text(encoding="latin-1")
        with zipfile.ZipFile(path) as archive:
            inside = [i for i in archive.infolist() if i.filename.lower().endswith((".csv", ".txt"))]
            if len(inside) != 1:
                raise DataError(
                    f"{path}: {len(inside)} CSV files inside", hint="expected one, as downloaded", file=str(path)
                )
            if inside[0].file_size > LONGEST:
                raise DataError(f"{path}: unpacks to {inside[0].file_size} bytes, no factor file does", file=str(path))
            return archive.read(inside[0]).decode("latin-1")
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"cannot read {path}: {reason}", hint="check the path", file=str(path)) from error


def _join(left: pd.DataFrame, right: pd.DataFrame, path: Path) -> pd.DataFrame:
    both = [name for name in right.columns if name in left.columns]
    for name in both:
        pair = pd.concat([left[name], right[name]], axis=1, join="inner").dropna()
        differs = ~np.isclose(pair.iloc[:, 0], pair.iloc[:, 1], atol=1e-12)
        if differs.any():
            when = pair.index[differs][0]
            raise DataError(
                f"{path}: {name} on {when:%Y-%m-%d} is not the other file's",
                hint="take files of one vintage",
                file=str(path),
                column=name,
            )
    return left.join(right.drop(columns=both), how="outer")
