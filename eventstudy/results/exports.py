"""Tables for papers and other programs: LaTeX, Markdown, Excel, Stata, Parquet."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_path
from eventstudy._files import write_atomic
from eventstudy.errors import EventStudyError, SpecError

__all__ = ["flat", "to_excel", "to_latex", "to_markdown", "write_table", "write_text"]

# Columns of decimals that people read in percent.
PERCENT = frozenset(
    {"raw_return", "car", "mean_car", "se", "ci_low", "ci_high", "sigma", "alpha", "actual", "expected", "ar", "aar",
     "caar", "estimate", "median"}
)  # fmt: skip
# How a paper heads our columns; anybody else's are headed as they are called.
_HEADS = {
    "event_id": "Event", "asset": "Asset", "kind": "Kind", "direction": "Direction", "title": "Title", "day0": "Day 0",
    "day0_instant": "Price struck", "settled": "Settled", "settle": "Settled after", "timing": "Timing",
    "n_headlines": "Headlines", "selected_on_outcome": "Selected on outcome", "window": "Window", "n_days": "Days",
    "raw_return": "Return", "car": "CAR", "mean_car": "Mean CAR", "median": "Median CAR", "aar": "AAR", "caar": "CAAR",
    "ar": "AR", "sar": "SAR", "actual": "Return", "expected": "Expected", "se": "S.e.", "dof": "d.f.", "p_value": "p",
    "ci_low": "CI low", "ci_high": "CI high", "alpha": "Alpha", "beta": "Beta", "r2": "R²", "sigma": "Residual s.d.",
    "n_estimation": "Estimation days", "n_excluded": "Excluded days", "intensity": "Intensity",
    "n_clusters": "Clusters", "model": "Model", "estimation_window": "Estimation window",
    "estimate": "Estimate", "statistic": "Statistic", "name": "Name", "test": "Test", "result": "Result",
    "day": "Day", "session": "Session", "event_window": "Event window",
}  # fmt: skip
# Files carry a fixed date: the same table gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "\N{MINUS SIGN}": "$-$", "\N{NO-BREAK SPACE}": "~", "\N{EN DASH}": "--", "…": r"\ldots{}",
    "²": r"\textsuperscript{2}",
}  # fmt: skip
_SMALLEST_P = 0.0005  # what three decimals would round to zero
_TEX_PATTERN = re.compile("|".join(map(re.escape, _TEX)))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame whose cells any program can hold: tuples and mappings as text, categories as their values.

    Examples
    --------
    >>> flat(pd.DataFrame({"assets": [("RUB", "WTI"), ()]}))["assets"].tolist()
    ['RUB;WTI', '']
    """
    out = frame.reset_index(drop=True).copy()
    for name in out.columns:
        column = out[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            out[name] = column.astype(column.cat.categories.dtype)
        elif column.dtype.kind not in "iufbMm":
            out[name] = pd.Series([_cell(v) for v in column], index=out.index, dtype=object)
    out.columns = [str(c) for c in out.columns]
    return out


def _cell(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return ";".join(":".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value)
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NaT:
        return ""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _escape(text: object) -> str:
    plain = _TEX_PATTERN.sub(lambda m: _TEX[m[0]], " ".join(str(text).split()))
    # After the end of a row, TeX would take a bracket for that command's argument, and a star for its form.
    return f"{{{plain[0]}}}{plain[1:]}" if plain[:1] in ("[", "*") else plain


def to_latex(frame: pd.DataFrame, *, caption: str = "", label: str = "", digits: int = 2, percent: bool = True) -> str:
    """Write a table in LaTeX: booktabs rules, numbers in siunitx columns aligned at the decimal point.

    Parameters
    ----------
    frame : pandas.DataFrame
        Returns as decimals; they are written in percent, and their heads say so.
    caption, label : str
        With either, the tabular stands in a ``table``.
    digits : int
        Decimals of a number; p-values have three.
    percent : bool
        Whether columns named as returns hold returns.

    Returns
    -------
    str
        Needs ``\\usepackage{booktabs,siunitx}``; headlines in other than Latin letters need XeLaTeX or LuaLaTeX.

    Examples
    --------
    >>> print(to_latex(pd.DataFrame({"asset": ["R&D"], "car": [-0.0123]})))
    \\begin{tabular}{lS[table-format=-1.2]}
    \\toprule
    Asset & {CAR (\\%)} \\\\
    \\midrule
    R\\&D & -1.23 \\\\
    \\bottomrule
    \\end{tabular}
    """
    heads, columns, cells = [], [], []
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_float_dtype(column):
            head, written, spec = _numbers(str(name), column.to_numpy(dtype=float), digits, percent)
        elif pd.api.types.is_integer_dtype(column):
            written = [str(v) for v in column]
            head, spec = f"{{{_head(name)}}}", f"S[table-format={_format(written)}]"
        else:
            head, spec = _head(name), "l"
            written = [_escape(_shown(v)) for v in column]
        heads.append(head)
        columns.append(spec)
        cells.append(written)
    lines = [rf"\begin{{tabular}}{{{''.join(columns)}}}", r"\toprule", " & ".join(heads) + r" \\", r"\midrule"]
    lines += [" & ".join(row) + r" \\" for row in zip(*cells, strict=True)]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if caption or label:
        inner = [r"\centering", *([rf"\caption{{{_escape(caption)}}}"] if caption else [])]
        inner += [rf"\label{{{label}}}"] if label else []
        lines = [r"\begin{table}", *inner, *lines, r"\end{table}"]
    return "\n".join(lines)


def _head(name: object) -> str:
    return _escape(_HEADS.get(str(name), name))


def _numbers(name: str, values: np.ndarray, digits: int, percent: bool) -> tuple[str, list[str], str]:
    percent = percent and name in PERCENT
    a_p_value = name.startswith("p_")
    scale, places = (100.0, digits) if percent else (1.0, 3 if a_p_value else digits)
    written = ["{--}" if not np.isfinite(v) else f"{round(scale * v, places) + 0.0:.{places}f}" for v in values]
    if a_p_value:  # no p-value is zero
        written = ["{$<$0.001}" if v < _SMALLEST_P else w for v, w in zip(values, written, strict=True)]
    unit = r" (\%)" if percent else ""
    return f"{{{_head(name)}{unit}}}", written, f"S[table-format={_format(written)}]"


def _format(written: list[str]) -> str:
    numbers = [w for w in written if not w.startswith("{")] or ["0"]
    whole = max(len(w.lstrip("-").split(".")[0]) for w in numbers)
    places = max(len(w.split(".")[1]) if "." in w else 0 for w in numbers)
    return f"{'-' if any(w.startswith('-') for w in numbers) else ''}{whole}" + (f".{places}" if places else "")


def _shown(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
    return str(_cell(value))


def to_markdown(frame: pd.DataFrame, *, digits: int = 2) -> str:
    """Write a table in Markdown; returns in percent.

    Examples
    --------
    >>> print(to_markdown(pd.DataFrame({"asset": ["RUB"], "car": [0.0123]})))
    | asset | car (%) |
    | --- | ---: |
    | RUB | 1.23 |
    """
    heads, rules, cells = [], [], []
    for name in frame.columns:
        column = frame[name]
        number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        if pd.api.types.is_float_dtype(column):
            _, written, _ = _numbers(str(name), column.to_numpy(dtype=float), digits, percent=True)
            written = [w.strip("{}").replace("--", "–").replace("$<$", "<") if w[0] == "{" else w for w in written]
        else:
            written = [re.sub(r"([\\|`*_<>\[\]])", r"\\\1", " ".join(_shown(v).split())) for v in column]
        heads.append(str(name) + (" (%)" if str(name) in PERCENT else ""))
        rules.append("---:" if number else "---")
        cells.append(written)
    rows = [heads, rules, *map(list, zip(*cells, strict=True))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def to_excel(sheets: Mapping[str, pd.DataFrame], path: str | os.PathLike[str], *, percent: bool = True) -> Path:
    """Write frames as the sheets of one Excel workbook, with percent, dates and frozen heads.

    Text is text: a headline that begins with ``=`` is no formula. Instants are written in UTC, without zone.
    The same frames give the same bytes.

    Parameters
    ----------
    sheets : mapping of str to pandas.DataFrame
    path : path-like
        Ends in ``.xlsx``.
    percent : bool
        Whether columns named as returns hold returns.

    Raises
    ------
    EventStudyError
        If openpyxl is not installed.
    SpecError
        If there is no sheet.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped]
    except ImportError as error:
        raise EventStudyError("Excel files need openpyxl", hint="pip install openpyxl") from error
    if not sheets:
        raise SpecError("a workbook needs at least one sheet", hint="give a mapping of name to frame")
    book = Workbook()
    book.remove(book.active)
    for name, frame in sheets.items():
        _sheet(book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31]), flat(frame), percent)
    stamp = dt.datetime(*_EPOCH)
    book.properties.creator = "eventstudy"
    book.properties.created = book.properties.modified = stamp
    buffer = io.BytesIO()
    book.save(buffer)
    return write_atomic(path, _without_clock(buffer.getvalue()))


def _sheet(sheet: Any, frame: pd.DataFrame, percent: bool) -> None:
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    sheet.append(list(frame.columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.data_type = "s"
    for position, name in enumerate(frame.columns, 1):
        column = frame[name]
        a_return = percent and name in PERCENT
        widest = len(name)
        for row, value in enumerate(column, 2):
            held = _excel_value(value)
            if held is None:
                continue
            cell = sheet.cell(row, position, held)
            if isinstance(held, str):
                cell.data_type = "s"  # never a formula
                widest = max(widest, min(len(held), 60))
            elif isinstance(held, dt.datetime):
                cell.number_format = "yyyy-mm-dd" if held.time() == dt.time() else "yyyy-mm-dd hh:mm:ss"
                widest = max(widest, 19)
            elif isinstance(held, float):
                cell.number_format = "0.00%" if a_return else "0.0000"
                widest = max(widest, 9)
        sheet.column_dimensions[get_column_letter(position)].width = widest + 2
    sheet.freeze_panes = "A2"


def _excel_value(value: Any) -> Any:
    if value is None or value is pd.NaT or value == "":
        return None
    if isinstance(value, pd.Timestamp):
        naive = value.tz_convert("UTC").tz_localize(None) if value.tzinfo is not None else value
        return naive.floor("us").to_pydatetime()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if np.isinf(value):  # a bound that is not there is no missing number, and Excel has no infinity
            return "inf" if value > 0 else "-inf"
        return None if np.isnan(value) else float(value)
    return str(value)[:32767]


def _without_clock(data: bytes) -> bytes:
    """Pack a zip archive again with one fixed date, and the document's own as well."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(entry.filename, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return out.getvalue()


def write_table(frame: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a frame in the form its name asks for: ``.xlsx``, ``.dta``, ``.parquet``, ``.tex``, ``.md`` or ``.csv``.

    Numbers keep every bit in ``.dta``, ``.parquet`` and ``.csv``, and 16 digits in ``.xlsx``. An infinite bound is the
    text ``inf`` in Excel and missing in Stata, which have no infinity. Instants are UTC; Stata and Excel hold them
    without a zone.

    Parameters
    ----------
    frame : pandas.DataFrame
    path : path-like

    Returns
    -------
    pathlib.Path

    Raises
    ------
    SpecError
        If the suffix is none of these.

    Examples
    --------
    >>> write_table(pd.DataFrame(), "results.doc")
    Traceback (most recent call last):
    ...
    eventstudy.errors.SpecError: a table cannot be written as '.doc'; known: .xlsx, .dta, .parquet, .tex, .md, .csv
    """
    target = as_path(path, "path")
    suffix = target.suffix.lower()
    if suffix == ".xlsx":
        return to_excel({"table": frame}, target)
    if suffix == ".dta":
        return write_atomic(target, _stata(frame))
    if suffix == ".parquet":
        buffer = io.BytesIO()
        flat(frame).to_parquet(buffer, index=False)
        return write_atomic(target, buffer.getvalue())
    if suffix == ".tex":
        return write_text(target, to_latex(frame))
    if suffix == ".md":
        return write_text(target, to_markdown(frame))
    if suffix == ".csv":
        return write_atomic(target, flat(frame).to_csv(index=False, lineterminator="\n"))
    raise SpecError(
        f"a table cannot be written as {target.suffix!r}", hint="known: .xlsx, .dta, .parquet, .tex, .md, .csv"
    )


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write a table that is text already, its last line ended."""
    return write_atomic(path, text + "\n")


def _stata(frame: pd.DataFrame) -> bytes:
    held = flat(frame)
    names: dict[str, str] = {}
    for name in held.columns:
        short = re.sub(r"\W", "_", name, flags=re.ASCII)[:28]
        short = short if re.match(r"[A-Za-z_]", short) else f"v_{short}"
        while short in names.values():
            short += "_"
        names[name] = short
    for name in held.columns:
        column = held[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        if column.dtype.kind == "M":
            column = column.astype("datetime64[ms]")
        elif column.dtype.kind == "b":
            column = column.astype(np.int8)
        elif column.dtype.kind == "f":
            column = column.replace([np.inf, -np.inf], np.nan)
        elif column.dtype.kind not in "iu":
            column = column.map(lambda v: "" if v is None or v is pd.NaT else str(v)).astype(object)
        held[name] = column
    buffer = io.BytesIO()
    longest = {names[c] for c in held.columns if held[c].dtype == object and held[c].str.len().max() > 2000}
    labels = {names[c]: _CONTROL.sub("", c)[:80] for c in held.columns}
    held.rename(columns=names).to_stata(
        buffer,
        write_index=False,
        version=118,
        time_stamp=dt.datetime(*_EPOCH),
        variable_labels=labels,
        convert_strl=sorted(longest),
    )
    return buffer.getvalue()
