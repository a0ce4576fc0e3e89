"""The inputs of a study file: found, checked against a manifest, read, and named for a copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import eventstudy as es
from eventstudy.cli.config import Config
from eventstudy.errors import DataError, SpecError
from eventstudy.news import Article
from eventstudy.prices import PriceDataset
from eventstudy.prices.cache import PriceCache
from eventstudy.prices.french import read_french
from eventstudy.report.folder import digest

__all__ = ["Inputs", "load_inputs"]

FOLDER = "inputs"
"""Where a result folder holds copies of its inputs."""
_FILES = ("news", "events", "prices", "returns", "factors")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a study runs on.

    Attributes
    ----------
    events : EventTable
    prices : PricePanel or PriceDataset
    factors : PricePanel, DataFrame or None
    articles : list of Article
    moves : MoveTable or None
        The moves that the articles report; None where there are no articles.
    record : dict
        For the manifest: the study with the paths under which its inputs are found again, and their hashes.
    copies : mapping of str to Path
        Files to copy into the result folder, by their name there.
    """

    events: es.EventTable
    prices: es.PricePanel | PriceDataset
    factors: es.PricePanel | pd.DataFrame | None = None
    articles: list[Article] = field(default_factory=list)
    moves: es.MoveTable | None = None
    record: dict[str, Any] = field(default_factory=dict)
    copies: Mapping[str, Path] = field(default_factory=dict)

    @property
    def panel(self) -> es.PricePanel:
        """The prices in memory; a dataset is read whole."""
        return self.prices.panel() if isinstance(self.prices, PriceDataset) else self.prices


def load_inputs(config: Config, *, progress: bool | None = None) -> Inputs:
    """Read what a study runs on.

    Raises
    ------
    DataError
        If an input is missing, or is not the one that the manifest names.
    """
    study, copies, files = _places(config)
    _check(files, config.expected.get("files"), config)
    prices = _prices(config)
    articles, events = _events(config, progress)
    moves = es.extract_moves(articles) if articles else None
    if moves is not None:
        events = events.headlines().flag_reported(moves)
    if config.filters:
        events = events.filter(**config.filters)
    hashes = {name: digest(path.read_bytes()) for name, path in files.items()}
    if "fetch" in config.inputs:
        assert isinstance(prices, es.PricePanel)
        cached = _cached(prices, config)
        study["fetch"] = {**config.inputs["fetch"], **({"cache": f"{FOLDER}/fetch", "offline": True} if cached else {})}
        copies |= cached
        hashes |= {name: digest(path.read_bytes()) for name, path in cached.items()}
    record: dict[str, Any] = {"study": study, "files": hashes}
    if isinstance(prices, PriceDataset):
        record["prices"] = prices.fingerprint
    elif config.example or ("fetch" in config.inputs and not hashes):
        record["prices"] = digest(prices.to_frame().to_csv(float_format="%.12g", lineterminator="\n"))
    if articles:
        record["articles"] = {a.article_id: digest(a.text) for a in articles}
    for key in ("prices", "articles"):
        if config.expected.get(key, record.get(key)) != record.get(key):
            raise DataError(
                f"{config.where}: the {key} are not those of this manifest (their hash differs)",
                hint="another version of the package that brings them gives others; run the study file anew",
            )
    return Inputs(events, prices, _factors(config), articles, moves, record, copies)


def _places(config: Config) -> tuple[dict[str, Any], dict[str, Path], dict[str, Path]]:
    """Say under which paths the inputs are found again, what to copy for that, and which files they are."""
    study = dict(config.source)
    copies: dict[str, Path] = {}
    files: dict[str, Path] = {}
    for key in _FILES:
        if key not in config.inputs:
            continue
        given = config.inputs[key]["path"]
        told: list[str] = []
        for text in given if isinstance(given, list) else [given]:
            if key == "prices" and config.dataset:
                told.append(text if "://" in text else _relative(text, f"{config.where}: {key}"))
                continue
            path = config.home / text
            held = dict(_files_of(path, key))
            if config.copied:
                name = f"{FOLDER}/{key}" if path.is_dir() else f"{FOLDER}/{key}/{path.name}"
                copies |= {f"{FOLDER}/{key}/{inner}": file for inner, file in held.items()}
                files |= {f"{FOLDER}/{key}/{inner}": file for inner, file in held.items()}
            else:
                name = _relative(text, f"{config.where}: {key}")
                files |= {(f"{name}/{inner}" if path.is_dir() else name): file for inner, file in held.items()}
            told.append(name)
        study[key] = {**config.inputs[key], "path": told if isinstance(given, list) else told[0]}
    return study, copies, files


def _files_of(path: Path, key: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of an input by their name inside it; a file that is missing is said by whoever reads it."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            name = inner.relative_to(path)
            if inner.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix(), inner
    elif path.is_file():
        yield path.name, path
    elif any(sign in path.name for sign in "*?["):
        raise SpecError(f"{key} = {str(path)!r} is a pattern", hint="name the folder that holds the files")


def _relative(text: str, where: str) -> str:
    if Path(text).is_absolute():
        raise SpecError(
            f"{where} = {text!r} starts at the root, which ties the result to this machine",
            hint="give a path that counts from the study file, or leave copy_inputs = true",
        )
    return Path(text).as_posix()


def _check(files: Mapping[str, Path], expected: Mapping[str, str] | None, config: Config) -> None:
    """Hold the files against the hashes of a manifest; those of a fetched series are held against their own."""
    if expected is None:
        return
    wanted = {name: value for name, value in expected.items() if not name.startswith(f"{FOLDER}/fetch/")}
    for name in sorted({*wanted, *files}):
        if name not in files:
            hint = "say where it is: --inputs FOLDER" if not config.copied else "put it back, or run the study anew"
            raise DataError(f"{config.where}: {name} is missing from the inputs", hint=hint, file=name)
        if name not in wanted:
            raise DataError(f"{config.where}: {name} is not among the inputs it names", hint="take it out", file=name)
        if digest(files[name].read_bytes()) != wanted[name]:
            raise DataError(
                f"{config.where}: {name} has changed since (its hash differs)",
                hint="put the old file back, or run the study file anew",
                file=name,
            )


def _prices(config: Config) -> es.PricePanel | PriceDataset:
    if config.example:
        return es.load_example(config.example).prices
    if config.dataset:
        for name in config.inputs["prices"]:
            if name != "path":
                raise SpecError(
                    f"{config.where}: [prices] {name} does not go with a dataset, which knows its own",
                    hint="describe the assets where the dataset is written",
                )
        return PriceDataset(config.dataset)
    (key,) = (k for k in ("prices", "returns", "fetch") if k in config.inputs)
    options = dict(config.inputs[key])
    baskets: dict[str, Any] = options.pop("baskets", {})
    if key == "fetch":
        if isinstance(options.get("cache"), str):
            options["cache"] = config.home / options["cache"]
        prices = es.fetch_prices(options.pop("assets"), options.pop("start"), options.pop("end"), **options)
    else:
        read = es.read_prices if key == "prices" else es.read_returns
        prices = read(config.home / options.pop("path"), **options)
    for name, members in baskets.items():
        prices = prices.add_basket(name, members)
    return prices


def _cached(prices: es.PricePanel, config: Config) -> dict[str, Path]:
    """Find the files in which the cache keeps what was fetched; a source that ships its figures has none."""
    cache = config.inputs["fetch"].get("cache", True)
    if cache is False:
        return {}
    store = PriceCache(None if cache is True else config.home / cache)
    held = {}
    for record in prices.provenance["series"].values():
        first, last = (dt.date.fromisoformat(record[key]) for key in ("start", "end"))
        path = store.path(record["source"], record["ticker"], first, last, record["interval"])
        if path.is_file():
            held[f"{FOLDER}/fetch/{path.parent.name}/{path.name}"] = path
    return held


def _events(config: Config, progress: bool | None) -> tuple[list[Article], es.EventTable]:
    if config.example:
        example = es.load_example(config.example)
        return example.news, example.events
    if "news" in config.inputs:
        options = dict(config.inputs["news"])
        articles = es.read_news(config.home / options.pop("path"), progress=progress, **options)
        return articles, es.extract_events(articles)
    options = dict(config.inputs["events"])
    return [], es.read_events(config.home / options.pop("path"), **options)


def _factors(config: Config) -> es.PricePanel | pd.DataFrame | None:
    """Read published factors: with a unit any table of returns, without one Ken French's files."""
    if "factors" not in config.inputs:
        return None
    options = dict(config.inputs["factors"])
    path = options.pop("path")
    if "unit" in options:
        return es.read_returns(config.home / path, **options)
    return read_french(*(config.home / p for p in (path if isinstance(path, list) else [path])))
