"""The specification in a study file: models and windows by name, what is asked besides."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from eventstudy import models
from eventstudy._types import LinearModel, Measure, PerEventModel
from eventstudy.cli.checks import known, texts, typed
from eventstudy.errors import EventStudyError, SpecError, nearest
from eventstudy.study import EventStudy
from eventstudy.windows import Window

__all__ = ["model_names", "read_grid", "read_study", "read_windows"]

_Model = LinearModel | PerEventModel | Measure

_OPTIONS = tuple(f.name for f in dataclasses.fields(EventStudy) if f.name != "model")


def model_names() -> dict[str, Any]:
    """Give the models that a study file may name: those of the library that a study takes.

    Examples
    --------
    >>> "MarketModel" in model_names(), "Forecast" in model_names()
    (True, False)
    """
    held = {name: getattr(models, name) for name in models.__all__}
    # A linear model has lags, one called event by event predicts, and what measures by another model says which is
    # estimated; what has a description is no mere base.
    kinds = ("lags", "predict", "estimated")
    return {n: c for n, c in held.items() if hasattr(c, "describe") and any(hasattr(c, kind) for kind in kinds)}


def read_study(data: Mapping[str, Any], where: str) -> EventStudy:
    """Build the study from ``[study]`` and ``model`` or ``[models]``."""
    options = typed(data.get("study", {}), dict, f"{where}: study", "[study]")
    known(options, _OPTIONS, f"{where}: [study]")
    one, many = data.get("model"), data.get("models")
    if (one is None) == (many is None):
        raise SpecError(f"{where}: give either model (one for all) or [models] (one an asset)", hint="one of the two")
    if one is not None:
        return EventStudy(_model(one, f"{where}: model"), **options)
    return EventStudy(_models(many, f"{where}: models"), **options)


def read_windows(value: Any, study: EventStudy, where: str) -> tuple[Window, ...]:
    """Read a list of windows, each inside the study's event window."""
    if not typed(value, list, where, "[[0, 0], [0, 1]]"):
        raise SpecError(f"{where} = [] asks for none", hint="expected such as [[0, 0], [0, 1]]")
    windows = tuple(Window.of(w, where) for w in value)
    whole = Window.of(study.event_window)
    for window in windows:
        if not whole.covers(window):
            raise SpecError(
                f"{where}: {window} does not lie inside the event window {whole}",
                hint="ask for a window inside it, or for a longer event_window",
            )
    return windows


def read_grid(value: Any, study: EventStudy, where: str) -> dict[str, Any]:
    """Read ``[sensitivity]``: an option of the study, ``model`` or ``window`` to the choices to try.

    Models stand under names of their own, windows are pairs, everything else is a list.
    """
    grid = dict(typed(value, dict, where, "{ window = [[0, 0], [0, 1]] }"))
    known(grid, ("model", "window", *_OPTIONS), where)
    for name, choices in grid.items():
        at = f"{where}.{name}"
        if name == "model":
            held = typed(choices, dict, at, '{ market = "MarketModel" }')
            grid[name] = {label: _choice_of_model(spec, f"{at}.{label}") for label, spec in held.items()}
        elif name == "window":
            grid[name] = read_windows(choices, study, at)
        else:
            held = typed(choices, list, at, "[[-120, -11], [-250, -11]]")
            grid[name] = [tuple(c) if isinstance(c, list) else c for c in held]
    return grid


def _choice_of_model(spec: Any, where: str) -> Any:
    """Read one model, or one an asset."""
    if isinstance(spec, dict) and "model" not in spec:
        return _models(spec, where)
    return _model(spec, where)


def _models(many: Any, where: str) -> dict[str, _Model]:
    named = typed(many, dict, where, '{ RUB = "MeanAdjusted" }')
    return {name: _model(spec, f"{where}.{name}") for name, spec in named.items()}


def _model(spec: Any, where: str) -> _Model:
    """Build a model from its name and options."""
    held = {"model": spec} if isinstance(spec, str) else dict(typed(spec, dict, where, '"MeanAdjusted"'))
    name = str(held.pop("model", ""))
    kinds = model_names()
    if name not in kinds:
        raise SpecError(f"{where}: no model {name!r}", hint=nearest(name, kinds))
    if "preset" in held and hasattr(kinds[name], "preset"):
        known(held, ("preset",), f"{where}: a preset of {name}")
        return _built(kinds[name].preset, (held["preset"],), {}, where)
    parameters = inspect.signature(kinds[name]).parameters
    known(held, tuple("of" if p == "model" else p for p in parameters), where)
    if "of" in held:  # `model` is the name of the model itself
        held["model"] = _model(held.pop("of"), f"{where}: of")
    # A parameter such as *donors is a list in the file, and a tuple is one too.
    many = [n for n, p in parameters.items() if p.kind is inspect.Parameter.VAR_POSITIONAL]
    listed = [item for n in many for item in texts(held.pop(n, []), f"{where}: {n}", '["MXN", "ZAR"]')]
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in held.items()}
    return _built(kinds[name], listed, options, where)


def _built(kind: Any, listed: Sequence[Any], options: Mapping[str, Any], where: str) -> _Model:
    try:
        model: _Model = kind(*listed, **options)
    except EventStudyError as error:
        raise SpecError(f"{where}: {error.message}", hint=error.hint) from error
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where}: {error}") from error
    return model
