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
        data = tomllib.loads(path.read_text(encoding="utf-8"))
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
    _known(prices, _PRICES, f"{path}: [prices]")
    options = data.get("study", {})
    _known(options, _STUDY, f"{path}: [study]")
    windows = tuple(Window.of(w, f"{path}: windows") for w in data.get("windows", [[0, 0]]))
    return Config(
        news=home / str(news) if news is not None else None,
        events=home / str(events) if events is not None else None,
        prices=home / str(prices["path"]),
        price_options={k: v for k, v in prices.items() if k != "path"},
        study=EventStudy(_model_spec(data, path), **options),
        windows=windows,
        assets=tuple(data.get("assets", ())),
        filters=data.get("filter", {}),
        title=str(data.get("title", "")),
        source=data,
    )


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
    return {name: _model(spec, f"{path}: models.{name}") for name, spec in dict(many or {}).items()}


def _model(spec: Any, where: str) -> LinearModel | PerEventModel:
    """Build a model from its name and options."""
    held = {"model": spec} if isinstance(spec, str) else dict(spec)
    name = str(held.pop("model", ""))
    kinds = {n: getattr(models, n) for n in models.__all__ if isinstance(getattr(models, n), type)}
    kinds = {n: c for n, c in kinds.items() if isinstance(c, type) and hasattr(c, "describe")}
    if name not in kinds:
        raise SpecError(f"{where}: no model {name!r}", hint=nearest(name, kinds))
    options = tuple(inspect.signature(kinds[name]).parameters)
    _known(held, options, where)
    try:
        model: LinearModel | PerEventModel = kinds[name](**held)
    except TypeError as error:
        raise SpecError(f"{where}: {error}") from error
    return model
