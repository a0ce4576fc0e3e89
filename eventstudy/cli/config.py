"""A study as a TOML file: read, checked, nothing guessed."""

from __future__ import annotations

import dataclasses
import inspect
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventstudy import models
from eventstudy._types import LinearModel, PerEventModel
from eventstudy.errors import SpecError, nearest
from eventstudy.study import EventStudy
from eventstudy.windows import Window

__all__ = ["Config", "read_config"]

_TOP = ("title", "news", "events", "prices", "assets", "windows", "filter", "study", "models", "model")
_PRICES = ("path", "source", "quoted", "close", "tz", "calendar", "baskets")
_STUDY = tuple(f.name for f in dataclasses.fields(EventStudy) if f.name != "model")
_NAMES: dict[type, str] = {str: "text", dict: "a table", list: "a list"}


@dataclass(frozen=True, slots=True)
class Config:
    """One study: where its inputs are, and its specification.

    Attributes
    ----------
    news, events : Path or None
        One of the two: articles to read events from, or a table of events.
    prices : Path
    price_options : mapping
        How to read the prices: ``source``, ``quoted``, ``close``, ``tz``, ``calendar``, ``baskets``.
    study : EventStudy
    windows : tuple of Window
        Windows to report, the headline first.
    assets : tuple of str
    filters : mapping
        Columns of the event table and the values to keep.
    title : str
    source : dict
        The file as read, for the manifest.
    """

    prices: Path
    study: EventStudy
    windows: tuple[Window, ...]
    news: Path | None = None
    events: Path | None = None
    price_options: Mapping[str, Any] = field(default_factory=dict)
    assets: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    source: dict[str, Any] = field(default_factory=dict)


def read_config(path: Path) -> Config:
    """Read and check a study file; paths in it count from its own folder.

    Raises
    ------
    SpecError
        If the file is missing, is no TOML, or has a key or value that means nothing.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SpecError(
            f"cannot read {path}: {error.strerror or error}", hint="give the path of a study.toml"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} is no valid TOML: {error}") from error
    _known(data, _TOP, f"{path}")
    home = path.parent
    news, events = data.get("news"), data.get("events")
    if (news is None) == (events is None):
        raise SpecError(f"{path}: give either news (articles) or events (a table)", hint="one of the two")
    if "prices" not in data:
        raise SpecError(f"{path}: no prices", hint='add prices = "prices.csv"')
    prices = data["prices"] if isinstance(data["prices"], dict) else {"path": data["prices"]}
    _check_prices(prices, path)
    options = _typed(data.get("study", {}), dict, f"{path}: study", "[study]")
    _known(options, _STUDY, f"{path}: [study]")
    study = EventStudy(_model_spec(data, path), **options)
    return Config(
        news=home / _place(news, f"{path}: news", "news/") if news is not None else None,
        events=home / _place(events, f"{path}: events", "events.csv") if events is not None else None,
        prices=home / prices["path"],
        price_options={k: v for k, v in prices.items() if k != "path"},
        study=study,
        windows=_windows(data.get("windows", [[0, 0]]), study, f"{path}: windows"),
        assets=_texts(data.get("assets", []), f"{path}: assets", '["RUB"]'),
        filters=_typed(data.get("filter", {}), dict, f"{path}: filter", '{ direction = "escalation" }'),
        title=_typed(data.get("title", ""), str, f"{path}: title", '"Oil and the talks"'),
        source=data,
    )


def _typed(value: Any, kind: type, where: str, example: str) -> Any:
    if not isinstance(value, kind):
        raise SpecError(f"{where} = {value!r} is not {_NAMES[kind]}", hint=f"expected such as {example}")
    return value


def _place(value: Any, where: str, example: str) -> str:
    text = str(_typed(value, str, where, f'"{example}"'))
    if not text.strip() or "\0" in text:
        raise SpecError(f"{where} = {value!r} names no file", hint=f'expected such as "{example}"')
    return text


def _texts(value: Any, where: str, example: str) -> tuple[str, ...]:
    for item in _typed(value, list, where, example):
        _typed(item, str, where, example)
    return tuple(value)


def _check_prices(prices: Mapping[str, Any], path: Path) -> None:
    where = f"{path}: [prices]"
    _known(prices, _PRICES, where)
    if "path" not in prices:
        raise SpecError(f"{where} has no path", hint='add path = "prices.csv"')
    _place(prices["path"], f"{path}: prices", "prices.csv")
    for key in ("source", "quoted"):
        if key in prices and not isinstance(prices[key], (str, dict)) and not (key == "quoted" and prices[key] == []):
            if key == "quoted" and isinstance(prices[key], list):
                _texts(prices[key], f"{where} quoted", '["USDRUB"]')
            else:
                _typed(prices[key], str, f"{where} {key}", '"ecb"' if key == "source" else '["USDRUB"]')
    baskets = _typed(prices.get("baskets", {}), dict, f"{where} baskets", '{ PEERS = ["MXN", "ZAR"] }')
    for name, members in baskets.items():
        _texts(members, f"{where} baskets.{name}", '["MXN", "ZAR"]')


def _windows(value: Any, study: EventStudy, where: str) -> tuple[Window, ...]:
    if not _typed(value, list, where, "[[0, 0], [0, 1]]"):
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


def _known(data: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in known:
            raise SpecError(f"{where}: unknown key {key!r}", hint=nearest(key, known))


def _model_spec(data: Mapping[str, Any], path: Path) -> Any:
    one, many = data.get("model"), data.get("models")
    if (one is None) == (many is None):
        raise SpecError(f"{path}: give either model (one for all) or [models] (one an asset)", hint="one of the two")
    if one is not None:
        return _model(one, f"{path}: model")
    named = _typed(many, dict, f"{path}: models", '{ RUB = "MeanAdjusted" }')
    return {name: _model(spec, f"{path}: models.{name}") for name, spec in named.items()}


def _model(spec: Any, where: str) -> LinearModel | PerEventModel:
    """Build a model from its name and options."""
    held = {"model": spec} if isinstance(spec, str) else dict(_typed(spec, dict, where, '"MeanAdjusted"'))
    name = str(held.pop("model", ""))
    kinds = {n: getattr(models, n) for n in models.__all__ if isinstance(getattr(models, n), type)}
    kinds = {n: c for n, c in kinds.items() if isinstance(c, type) and hasattr(c, "describe")}
    if name not in kinds:
        raise SpecError(f"{where}: no model {name!r}", hint=nearest(name, kinds))
    parameters = inspect.signature(kinds[name]).parameters
    _known(held, tuple(parameters), where)
    # A parameter such as *donors is a list in the file.
    many = [n for n, p in parameters.items() if p.kind is inspect.Parameter.VAR_POSITIONAL]
    listed = [item for n in many for item in _texts(held.pop(n, []), f"{where}: {n}", '["MXN", "ZAR"]')]
    try:
        model: LinearModel | PerEventModel = kinds[name](*listed, **held)
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where}: {error}") from error
    return model
