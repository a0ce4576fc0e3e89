"""A study as a file: TOML, or the manifest of a result; read, checked, nothing guessed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from eventstudy._types import Alternative
from eventstudy.cli.checks import known, options_of, place, texts, typed
from eventstudy.cli.specs import read_grid, read_study, read_windows
from eventstudy.datasets import load_example
from eventstudy.errors import SpecError, check_choice, nearest
from eventstudy.events import read_events
from eventstudy.inference import registered_tests
from eventstudy.news import read_news
from eventstudy.prices import fetch_prices, read_prices, read_returns
from eventstudy.prices.dataset_index import INDEX
from eventstudy.results import StudyResult
from eventstudy.study import EventStudy
from eventstudy.windows import Window

__all__ = ["Config", "config_of", "read_config"]

_BASKETS = "baskets"
_KEYS: dict[str, tuple[str, ...]] = {
    "news": ("path", *options_of(read_news, "source", "errors", "progress")),
    "events": ("path", *options_of(read_events, "source")),
    "prices": ("path", _BASKETS, *options_of(read_prices, "data")),
    "returns": ("path", _BASKETS, *options_of(read_returns, "data")),
    "fetch": ("assets", _BASKETS, *options_of(fetch_prices, "assets")),
    "factors": ("path", *options_of(read_returns, "data")),
}
_INPUTS = ("example", *_KEYS)
_EXTRAS = ("windows", "by", "tests", "alternative", "sensitivity", "placebo", "seed")
_TOP = ("title", *_INPUTS, "assets", "filter", "feature", "copy_inputs", "study", "model", "models", *_EXTRAS)
_EXAMPLE = {"news": "news/", "events": "events.csv", "prices": "prices.csv", "factors": "factors.csv"}


@dataclass(frozen=True, slots=True)
class Config:
    """One study: where its inputs are, its specification, and what is asked of its result.

    Attributes
    ----------
    source : mapping
        The file as read.
    home : Path
        Folder from which the file's paths count.
    where : str
        What to call the file in an error.
    study : EventStudy
    windows : tuple of Window
        Windows to report, the headline first.
    inputs : mapping
        For each of ``news, events, prices, returns, fetch, factors`` that the file has, its options.
    example : str
        Embedded example that gives news, events and prices; or empty.
    assets : tuple of str
    filters : mapping
        Columns of the event table and the values to keep.
    title, feature : str
    by : tuple of str
        Event columns that make the groups.
    tests : tuple of str or None
        Tests to run; None for all.
    alternative : str
    sensitivity : mapping
        Options of the study to the choices to try; empty for none.
    placebo : mapping or None
        Options of ``result.placebo``; None for no placebo study.
    seed : int
    copy_inputs : bool
        Whether the result folder holds copies of the input files.
    expected : mapping
        Hashes that a manifest gives for its inputs; empty for a study file.
    """

    source: Mapping[str, Any]
    home: Path
    where: str
    study: EventStudy
    windows: tuple[Window, ...]
    inputs: Mapping[str, Mapping[str, Any]]
    example: str = ""
    assets: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    feature: str = ""
    by: tuple[str, ...] | None = None
    tests: tuple[str, ...] | None = None
    alternative: Alternative = "two-sided"
    sensitivity: Mapping[str, Any] = field(default_factory=dict)
    placebo: Mapping[str, Any] | None = None
    seed: int = 0
    copy_inputs: bool = True
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dataset(self) -> str:
        """Where the prices lie, if they are a partitioned dataset; else nothing."""
        text = str(self.inputs.get("prices", {}).get("path", ""))
        if "://" in text:
            return text
        return str(self.home / text) if text and (self.home / text / INDEX).is_file() else ""

    @property
    def copied(self) -> bool:
        """Whether the result folder holds copies of the inputs; a dataset is too large for that."""
        return self.copy_inputs and not self.dataset


def read_config(path: Path, inputs: Path | None = None) -> Config:
    """Read and check a study file, or the manifest of a result folder.

    Parameters
    ----------
    path : Path
        ``study.toml``; ``manifest.json``, or the folder that holds one.
    inputs : Path, optional
        Folder from which the paths in it count; default its own.

    Raises
    ------
    SpecError
        If the file is missing, is no TOML or manifest, or has a key or value that means nothing.
    """
    if path.is_dir():
        path = path / "manifest.json"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(
            f"cannot read {path}: {error.strerror or error}", hint="give the path of a study.toml"
        ) from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is no valid TOML: {error}") from error
    home = inputs if inputs is not None else path.parent
    if path.suffix.lower() == ".json":
        study, expected = _manifest(text, path)
        return config_of(study, home, f"{path}", expected)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path} is no valid TOML: {error}") from error
    return config_of(data, home, f"{path}")


def config_of(data: Mapping[str, Any], home: Path, where: str, expected: Mapping[str, Any] | None = None) -> Config:
    """Check a study given as plain data; ``where`` is what errors call it."""
    known(data, _TOP, where)
    study = read_study(data, where)
    seed = typed(data.get("seed", 0), int, f"{where}: seed", "1")
    return Config(
        source=data,
        home=home,
        where=where,
        study=study,
        windows=read_windows(data.get("windows", [[0, 0]]), study, f"{where}: windows"),
        inputs=_inputs(data, where),
        example=_example(data, where),
        assets=texts(data.get("assets", []), f"{where}: assets", '["RUB"]'),
        filters=typed(data.get("filter", {}), dict, f"{where}: filter", '{ direction = "escalation" }'),
        title=typed(data.get("title", ""), str, f"{where}: title", '"Oil and the talks"'),
        feature=typed(data.get("feature", ""), str, f"{where}: feature", '"2022-02-15"'),
        by=texts(data["by"], f"{where}: by", '["asset", "direction"]') if "by" in data else None,
        tests=_tests(data.get("tests"), f"{where}: tests"),
        alternative=_alternative(data.get("alternative", "two-sided"), where),
        sensitivity=read_grid(data.get("sensitivity", {}), study, f"{where}: [sensitivity]"),
        placebo=_placebo(data.get("placebo"), study, f"{where}: [placebo]"),
        seed=seed,
        copy_inputs=typed(data.get("copy_inputs", True), bool, f"{where}: copy_inputs", "true"),
        expected=expected or {},
    )


def _manifest(text: str, path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Take the study and its inputs' hashes out of a manifest."""
    try:
        inputs = json.loads(text)["inputs"]
        return dict(inputs["study"]), {k: v for k, v in inputs.items() if k != "study"}
    except (ValueError, KeyError, TypeError) as error:
        raise SpecError(
            f"{path} is no manifest of a result", hint="expected the manifest.json that `eventstudy run` wrote"
        ) from error


def _example(data: Mapping[str, Any], where: str) -> str:
    name = typed(data.get("example", ""), str, f"{where}: example", '"ukraine-2022"')
    if name:
        load_example(name)
    return str(name)


def _inputs(data: Mapping[str, Any], where: str) -> dict[str, dict[str, Any]]:
    """Read where news or events, prices and factors are, and how to read them."""
    given = [key for key in _KEYS if key in data]
    if "example" in data:
        for key in given:
            if key != "factors":
                raise SpecError(f"{where}: example brings its own {key}", hint=f"leave out example, or {key}")
    else:
        if ("news" in data) == ("events" in data):
            raise SpecError(f"{where}: give either news (articles) or events (a table)", hint="one of the two")
        n_prices = sum(key in data for key in ("prices", "returns", "fetch"))
        if n_prices == 0:
            raise SpecError(f"{where}: no prices", hint='add prices = "prices.csv"')
        if n_prices > 1:
            raise SpecError(f"{where}: give one of prices (a file), returns (a file) and fetch (a source)")
    return {key: _fetch(data[key], where) if key == "fetch" else _file(key, data[key], where) for key in given}


def _file(key: str, value: Any, where: str) -> dict[str, Any]:
    example = _EXAMPLE.get(key, "prices.csv")
    held = dict(value) if isinstance(value, dict) else {"path": value}
    known(held, _KEYS[key], f"{where}: [{key}]")
    if "path" not in held:
        raise SpecError(f"{where}: [{key}] has no path", hint=f'add path = "{example}"')
    several = key == "factors" and isinstance(held["path"], list)
    for path in held["path"] if several else [held["path"]]:
        place(path, f"{where}: {key}", example)
    if several and "unit" in held:
        raise SpecError(f"{where}: [factors] names several files", hint="one table, or Ken French's files without unit")
    if key == "returns" and "unit" not in held:
        raise SpecError(f"{where}: [returns] has no unit", hint='add unit = "decimal", or unit = "percent"')
    _check_prices(held, f"{where}: [{key}]")
    return held


def _fetch(value: Any, where: str) -> dict[str, Any]:
    held = dict(typed(value, dict, f"{where}: fetch", '{ assets = ["SPX"], start = "2020-01-01", end = "2020-12-31" }'))
    known(held, _KEYS["fetch"], f"{where}: [fetch]")
    for key, example in (("assets", '["SPX"]'), ("start", '"2020-01-01"'), ("end", '"2020-12-31"')):
        if key not in held:
            raise SpecError(f"{where}: [fetch] has no {key}", hint=f"add {key} = {example}")
    if not isinstance(held["assets"], dict):
        texts(held["assets"], f"{where}: [fetch] assets", '["SPX"], or { APPLE = "AAPL" }')
    _check_prices(held, f"{where}: [fetch]")
    return held


def _check_prices(held: Mapping[str, Any], where: str) -> None:
    """Check the values whose kind the library would not name as the file does."""
    for key in ("source", "quoted"):
        value = held.get(key, "")
        if key == "quoted" and isinstance(value, list):
            texts(value, f"{where} quoted", '["USDRUB"]')
        elif not isinstance(value, dict):
            typed(value, str, f"{where} {key}", '"ecb"' if key == "source" else '["USDRUB"]')
    baskets = typed(held.get(_BASKETS, {}), dict, f"{where} baskets", '{ PEERS = ["MXN", "ZAR"] }')
    for name, members in baskets.items():
        texts(members, f"{where} baskets.{name}", '["MXN", "ZAR"]')


def _tests(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = [spec.name for spec in registered_tests()]
    asked = texts(value, where, '["bmp_t", "corrado_rank_z"]')
    for name in asked:
        if name not in names:
            raise SpecError(f"{where}: no test {name!r}", hint=nearest(name, names))
    return asked


def _alternative(value: Any, where: str) -> Any:
    check_choice(typed(value, str, f"{where}: alternative", '"greater"'), get_args(Alternative), "alternative")
    return value


def _placebo(value: Any, study: EventStudy, where: str) -> dict[str, Any] | None:
    if value is None:
        return None
    held = dict(typed(value, dict, where, "{ draws = 999 }"))
    known(held, options_of(StudyResult.placebo, "self", "where", "seed", "alternative", "client"), where)
    if "window" in held:
        held["window"] = read_windows([held["window"]], study, f"{where} window")[0]
    if "draws" in held:
        typed(held["draws"], int, f"{where} draws", "999")
    return held
