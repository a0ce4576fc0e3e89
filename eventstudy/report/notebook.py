"""The report as a notebook that recomputes it from data it carries."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from eventstudy.errors import SpecError
from eventstudy.report.markdown import escape
from eventstudy.report.parts import Content
from eventstudy.windows import Window

__all__ = ["render_notebook"]

_LOAD_PRICES = '''\
import io
import json

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy.assets import Asset

PRICES = """\\
{csv}"""
ASSETS = json.loads({assets})

frame = pd.read_csv(io.StringIO(PRICES), index_col=0, dtype=str).astype(float)
frame.index = pd.to_datetime(frame.index{utc})
described = {{
    name: Asset(**{{key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}})
    for name, fields in ASSETS.items()
}}
prices = es.PricePanel(frame, assets=described)
prices'''

_LOAD_EVENTS = """\
EVENTS = json.loads({events})

events = es.EventTable.from_items(
    es.Event(
        **{{
            **row,
            "earliest": pd.Timestamp(row["earliest"]),
            "latest": pd.Timestamp(row["latest"]),
            "intensity": float(row["intensity"]),
            **{{key: tuple(row[key]) for key in ("source", "target", "assets")}},
        }}
    )
    for row in EVENTS
)
events"""

_CHECK = """\
expected = np.array({cars})
recomputed = result.to_frame("event", window={window})["car"].to_numpy()
np.testing.assert_allclose(recomputed, expected, rtol=1e-9, atol=1e-12)
print(f"{{len(expected)}} cumulative abnormal returns recomputed: the same.")"""


def render_notebook(result: Any, content: Content, prices: Any, windows: Sequence[Window]) -> str:
    """Write a notebook (nbformat 4.5) that loads the data it carries, runs the study and checks its numbers.

    Parameters
    ----------
    result : StudyResult
    content : Content
        For the words.
    prices : PricePanel
        What the study ran on; the assets and benchmarks that it used go into the notebook.
    windows : sequence of Window
        To be reported, the headline first.

    Returns
    -------
    str

    Raises
    ------
    SpecError
        If there are no prices, a benchmark is not among them, or a model is not one of the library's own.
    """
    if prices is None or not hasattr(prices, "select"):
        raise SpecError(
            "a notebook that recomputes the study needs its prices", hint="write_report(..., prices=the PricePanel)"
        )
    shown = list(windows) or [Window(0, 0)]
    pairs = ", ".join(f"({w.start}, {w.end})" for w in shown)
    first = f"({shown[0].start}, {shown[0].end})"
    cells = [
        _text(f"# {escape(content.title)}\n\n" + "\n\n".join(escape(s) for s in content.answer)),
        *([_text("\n".join(f"- {escape(c)}" for c in content.cautions))] if content.cautions else []),
        _text("## Prices\n\nThose of the assets and benchmarks that the study used."),
        _code(_prices_cell(result, prices)),
        _text("## Events"),
        _code(_events_cell(result)),
        _text("## The study"),
        _code(_study_cell(result)),
        _code(f"print(result.summary(windows=[{pairs}]))"),
        _text("## The numbers of the report, again"),
        _code(_CHECK.format(cars=_cars(result, shown[0]), window=first)),
        _text("## Figures"),
        _code(f"result.plot_groups({first});"),
        *[_code(f"result.plot_cars({first}, asset={asset!r});") for asset in _assets(result)[:6]],
        _text("## Tests"),
        _code(f'result.tests({first}, by=("asset", "direction"))'),
        *([_text("## Methods\n\n" + "\n\n".join(map(escape, content.methods)))] if content.methods else []),
    ]
    notebook = {
        "cells": [{**cell, "id": f"cell-{i:02d}"} for i, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(source: str) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}


def _assets(result: Any) -> list[str]:
    return [str(a) for a in dict.fromkeys(result.rows.asset)]


def _models(result: Any) -> list[Any]:
    held = result.study.model
    return list(held.values()) if isinstance(held, Mapping) else [held]


def _prices_cell(result: Any, prices: Any) -> str:
    wanted = dict.fromkeys(_assets(result))
    for model in _models(result):
        wanted.update(dict.fromkeys(model.benchmarks))
    missing = [name for name in wanted if name not in prices.assets]
    if missing:
        raise SpecError(
            f"the notebook cannot carry {missing[0]!r}: it is not among the prices",
            hint="studies with published factors cannot be written as a notebook yet; use .html or .md",
        )
    # An asset with a model but no row was still part of the study's assets.
    frame = prices.select(list(wanted)).to_frame()
    aware = isinstance(frame.index, pd.DatetimeIndex) and frame.index.tz is not None
    buffer = io.StringIO()
    frame.to_csv(buffer, lineterminator="\n")  # the shortest decimals that read back to the same numbers
    fields = {name: dataclasses.asdict(prices.asset(name)) for name in wanted}
    utc = ", utc=True" if aware else ""
    return _LOAD_PRICES.format(csv=buffer.getvalue(), assets=_literal(fields), utc=utc)


def _events_cell(result: Any) -> str:
    used = {*result.rows.event_id, *result.merged["event_id"], *result.dropped["event_id"]}
    names = (
        "event_id", "earliest", "latest", "precision", "kind", "direction", "intensity", "polarity", "modality",
        "tense", "speaker", "source", "target", "assets", "quote", "article_id", "title", "rule", "selected_on_outcome",
    )  # fmt: skip
    rows = [{name: _plain(getattr(e, name)) for name in names} for e in result.events if e.event_id in used]
    return _LOAD_EVENTS.format(events=_literal(rows))


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    return list(value) if isinstance(value, tuple) else str(value)


def _study_cell(result: Any) -> str:
    for model in _models(result):
        if not type(model).__module__.startswith("eventstudy.models"):
            raise SpecError(
                f"the notebook cannot write {type(model).__name__}, which is no model of the library",
                hint="use .html or .md",
            )
    classes = sorted({type(m).__name__ for m in _models(result)})
    options = {f.name: getattr(result.study, f.name) for f in dataclasses.fields(result.study)}
    lines = [f"from eventstudy.models import {', '.join(classes)}", "", "study = es.EventStudy("]
    model = options.pop("model")
    written = (
        "{" + ", ".join(f"{k!r}: {v!r}" for k, v in model.items()) + "}" if isinstance(model, Mapping) else repr(model)
    )
    lines.append(f"    {written},")
    lines += [f"    {k}={tuple(v) if isinstance(v, tuple) else v!r}," for k, v in options.items()]
    lines += [")", f"result = study.run(events, prices, assets={result.spec.get('assets') or None!r})", "result"]
    return "\n".join(lines)


def _cars(result: Any, window: Window) -> str:
    cars = result.to_frame("event", window=window)["car"]
    held = [repr(float(v)) if np.isfinite(v) else "np.nan" for v in cars]
    return "[" + ", ".join(held) + "]"


def _literal(value: Any) -> str:
    # JSON inside a Python string: no text of an article can become code.
    return repr(json.dumps(value, ensure_ascii=True, sort_keys=True))
