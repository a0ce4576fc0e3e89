"""The spec in words: models and options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eventstudy.report import words
from eventstudy.report.parts import Table
from eventstudy.report.tables import from_pairs

__all__ = ["model_papers", "model_words", "models_table", "options_table", "series_kind"]

_HIDDEN = ("models", "model", "version")


def model_words(spec: Mapping[str, Any]) -> dict[str, str]:
    """Describe each asset's model in a sentence, with its paper.

    Examples
    --------
    >>> model_words({"models": {"RUB": {"description": "Nothing is expected.", "reference": "Brown, Warner 1980"}}})
    {'RUB': 'Nothing is expected (Brown, Warner 1980).'}
    """
    models = spec.get("models", spec.get("model"))
    if models is None:
        return {}
    if not isinstance(models, Mapping) or "description" in models:
        models = {"all": models}
    return {("every asset" if asset == "all" else str(asset)): _describe(model) for asset, model in models.items()}


def series_kind(spec: Mapping[str, Any]) -> str:
    """Tell what the models are of where they agree: ``"log"``, ``"simple"`` or ``"level"``; else what was asked for."""
    models = spec.get("models")
    held = models.values() if isinstance(models, Mapping) else ()
    kinds = {str(m["returns"]) for m in held if isinstance(m, Mapping) and m.get("returns")}
    return kinds.pop() if len(kinds) == 1 else str(spec.get("returns", ""))


def model_papers(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the papers of the models."""
    models = spec.get("models")
    held = models.values() if isinstance(models, Mapping) else ()
    return tuple(str(m["reference"]) for m in held if isinstance(m, Mapping) and m.get("reference"))


def _describe(model: Any) -> str:
    if not isinstance(model, Mapping):
        return words.plain(model)
    told = words.plain(model.get("description") or model.get("model") or json.dumps(model, sort_keys=True, default=str))
    paper = words.plain(model["reference"]) if model.get("reference") else ""
    return f"{told.rstrip('.')} ({paper})." if paper and paper not in told else told


def models_table(spec: Mapping[str, Any]) -> Table | None:
    """One row an asset: what the return would have been without the news."""
    told = model_words(spec)
    caption = "What the return would have been without the news"
    return from_pairs(told.items(), "models", caption, ("Asset", "Model")) if told else None


def options_table(spec: Mapping[str, Any]) -> Table:
    """Every other option of the study."""
    pairs = [(key.replace("_", " "), _value(value)) for key, value in spec.items() if key not in _HIDDEN]
    return from_pairs(pairs, "options", "Options of the study", ("Option", "Value"))


def _value(value: Any) -> Any:
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, default=str)
    if isinstance(value, (list, tuple)) and value:
        if isinstance(value[0], (list, tuple)):
            return "; ".join(f"({', '.join(map(str, v))})" for v in value)
        if len(value) == 2 and all(isinstance(v, int) for v in value):
            return f"({value[0]}, {value[1]})"
    return value
