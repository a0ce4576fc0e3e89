"""Every public name and every public method of what they give, each with arguments that mean something."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import measure
from tests.test_security import small_study


class Call(NamedTuple):
    """A function or method, and arguments for those of its parameters that need one, or a quicker one."""

    function: Callable[..., Any]
    arguments: dict[str, Any]

    def parameters(self) -> list[inspect.Parameter]:
        """Give the parameters that a caller can name, and the ones a caller can add to."""
        return list(inspect.signature(self.function).parameters.values())

    def plain(self) -> Any:
        """Call with the arguments that mean something."""
        kinds = {p.name: p.kind for p in self.parameters()}
        by_name = {n: v for n, v in self.arguments.items() if kinds.get(n) is not inspect.Parameter.POSITIONAL_ONLY}
        by_place = [v for n, v in self.arguments.items() if n not in by_name]
        if "where" in by_name and kinds.get("where") is inspect.Parameter.VAR_KEYWORD:
            by_name |= by_name.pop("where")
        return self.function(*by_place, **by_name)

    def with_value(self, parameter: inspect.Parameter, value: Any) -> Any:
        """Call with ``value`` in one parameter's place."""
        kinds = {p.name: p.kind for p in self.parameters()}
        given = {**self.arguments, parameter.name: value}
        place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL)
        by_place = [given.pop(name) for name in list(kinds) if name in given and kinds[name] in place]
        if kinds.get("where") is inspect.Parameter.VAR_KEYWORD and parameter.name != "where":
            given |= given.pop("where", {})
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            given.pop(parameter.name)
            given.update({"asset": value} if parameter.name == "where" else {"nonsense": value})
        return self.function(*by_place, **given)


@functools.cache
def objects() -> dict[str, Any]:
    """Give one of each public object, small."""
    example = es.load_example("ukraine-2022")
    result, prices, events = small_study(), *_small_inputs()
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=(-120, -11))
    noise = np.random.default_rng(0).normal(0.0, 0.01, (300, 2))
    articles = example.news[:2]
    return {
        "Article": articles[0],
        "EventTable": events,
        "MoveTable": es.extract_moves(articles),
        "PricePanel": prices,
        "EventStudy": study,
        "StudyResult": result,
        "Summary": result.summary(),
        "Advice": result.diagnose(),
        "Sample": result.sample(),
        "Comparison": es.compare({"one": result, "other": result}),
        "Sensitivity": es.sensitivity(study, events, prices, over={"estimation_window": [(-90, -11), (-120, -11)]}),
        "Simulation": es.simulate(5),
        "QualityReport": prices.quality(),
        "Example": example,
        "AbnormalReturns": es.abnormal_returns(noise, [[270, 0], [280, 1]], es.MeanAdjusted()),
        "Asset": es.assets.get("BRENT"),
        "MeanAdjusted": es.MeanAdjusted(),
        "MarketAdjusted": es.MarketAdjusted("MKT"),
        "MarketModel": es.MarketModel("MKT"),
        "FactorModel": es.FactorModel("MKT"),
        "GarchMarketModel": es.GarchMarketModel("MKT", simulations=10),
        "RobustMarketModel": es.RobustMarketModel("MKT"),
        "RollingBeta": es.RollingBeta("MKT"),
        "SyntheticControl": es.SyntheticControl("A", "B"),
        "Window": es.Window(-1, 1),
    }


def _small_inputs() -> tuple[es.PricePanel, es.EventTable]:
    rng = np.random.default_rng(7)
    days = pd.bdate_range("2020-01-01", periods=300)
    paths = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (300, 4)), axis=0))
    prices = es.PricePanel(pd.DataFrame(paths, index=days, columns=["A", "B", "C", "MKT"]))
    return prices, es.read_events(pd.DataFrame({"date": days[[200, 210, 220]], "asset": ["A", "B", "C"]}))


@functools.cache
def _arguments() -> dict[str, dict[str, Any]]:
    held = objects()
    prices, events, result, study = (held[k] for k in ("PricePanel", "EventTable", "StudyResult", "EventStudy"))
    days = pd.date_range("2022-02-14", periods=3)
    article, moves = held["Article"], held["MoveTable"]
    noise = np.random.default_rng(0).normal(0.0, 0.01, (60, 2))
    estimates = {"y": noise[:, 0], "x": noise[:, 1:], "x_event": noise[:5, 1:]}
    one = {"event_id": result.events.array("event_id")[0], "asset": "A"}
    inputs = {"events": events, "prices": prices}
    return {
        "Article": {"text": "Gold rose.", "published": "2022-02-15"},
        "Event": {"event_id": "e", "earliest": days[0], "latest": days[0]},
        "ReportedMove": {"move_id": "m", "asset": "GOLD", "direction": "up"},
        "EventStudy": {"model": es.MeanAdjusted()},
        "EventTable": {"frame": events.to_frame()},
        "MoveTable": {"frame": moves.to_frame()},
        "PricePanel": {"prices": prices.to_frame()},
        "StudyResult": {k: getattr(result, k) for k in inspect.signature(es.StudyResult).parameters},
        "Window": {"start": -1, "end": 1},
        "abnormal_returns": {"returns": noise, "positions": [[40, 0]], "model": es.MeanAdjusted(),
                             "event_window": (0, 1), "estimation_window": (-30, -5)},
        "compare": {"results": {"one": result, "other": result}},
        "confounds": {**inputs, "window": (-1, 1)},
        "extract_events": {"articles": [article]},
        "extract_moves": {"articles": [article]},
        "fetch_prices": {"assets": ["BRENT"], "start": "2022-01-01", "end": "2022-02-01", "offline": True},
        "read_events": {"source": events.to_frame()},
        "read_news": {"source": pd.DataFrame({"text": ["Gold rose."], "date": ["2022-02-15"]})},
        "read_prices": {"data": prices.to_frame()},
        "read_returns": {"data": prices.to_frame().pct_change().iloc[1:], "unit": "decimal"},
        "sensitivity": {"study": study, **inputs, "over": {"event_window": [(-1, 1)]}},
        "simulate": {"n_events": 5},
        "verify_moves": {"moves": moves, "prices": es.load_example().prices},
        "write_report": {"result": result, "path": "report.html"},
        "EventStudyError": {"message": "nothing is wrong"},
        "Advice.of": {"found": diagnose(measure(result.sample()))},
        "Sensitivity.plot": {"where": {"asset": "A"}},
        "assets.get": {"symbol": "BRENT"},
        "assets.find": {"text": "Brent"},
        "assets.extend": {"more": ()},
        "assets.using": {"more": ()},
        "assets.read_catalogue": {"path": SOURCES / "assets" / "catalogue.toml"},
        "EventStudy.model_of": {"asset": "A"},
        "EventStudy.run": inputs,
        "EventStudy.whatever_comes": inputs,
        "EventTable.array": {"name": "event_id"},
        "EventTable.explain": {"key": 0},
        "EventTable.flag_reported": {"moves": moves},
        "EventTable.from_items": {"items": list(events)},
        "MoveTable.array": {"name": "asset"},
        "MoveTable.from_items": {"items": list(moves)},
        "PricePanel.add_basket": {"name": "both", "members": ["A", "B"]},
        "PricePanel.asset": {"name": "A"},
        "PricePanel.column": {"name": "A"},
        "PricePanel.cross": {"name": "AB", "of": "A", "to": "B"},
        "PricePanel.instants": {"asset": "A"},
        "PricePanel.invert": {"assets": "A"},
        "PricePanel.join": {"other": es.PricePanel(prices.to_frame()["A"].rename("D"))},
        "PricePanel.prices": {"asset": "A"},
        "PricePanel.select": {"assets": ["A"]},
        "PricePanel.to_currency": {"currency": "USD"},
        "PricePanel.with_asset": {"name": "A"},
        "FactorModel": {},
        "FactorModel.preset": {"name": "CAPM"},
        **{f"{name}.predict": estimates
           for name in ("GarchMarketModel", "RobustMarketModel", "RollingBeta", "SyntheticControl")},
        "Window.bounds": {"settle": [3]},
        "Window.covers": {"other": (0, 0)},
        "Window.of": {"value": (0, 1)},
        "Window.overlaps": {"other": (0, 0)},
        "StudyResult.attach": {"prices": prices},
        "StudyResult.difference": {"column": "asset", "first": "A", "second": "B"},
        "StudyResult.explain": {"formula": "car ~ 1"},
        "StudyResult.export": {"path": "result.csv"},
        "StudyResult.family": {"draws": 19},
        "StudyResult.placebo": {"draws": 19},
        "StudyResult.plot_diagnostics": one,
        "StudyResult.plot_event": one,
        "StudyResult.plot_placebo": {"draws": 19},
        "StudyResult.plot_prices": {"asset": "A"},
        "StudyResult.power": {"draws": 19},
        "StudyResult.values": {"asset": "A"},
        "Summary.export": {"path": "summary.csv"},
        "Comparison.export": {"path": "comparison.csv"},
        "Sensitivity.export": {"path": "sensitivity.csv"},
        "Sample.take": {"rows": [0]},
        "AbnormalReturns.reason": {"event": 0},
        "Asset.at": {"source": "ice"},
        "Asset.borne_by": {"struck": days},
        "Asset.instants": {"dates": days},
        "Asset.quoted": {"value": [1.0]},
        "Asset.struck_on": {"dates": days},
        "Asset.value": {"quoted": [1.0]},
        "Asset.window_opens": {"dates": days},
    }  # fmt: skip


def calls() -> dict[str, Call]:
    """Give every public call by name: functions and classes, and the methods of one object of each class."""
    found: dict[str, Any] = {}
    for name in es.__all__:
        held = getattr(es, name)
        if inspect.ismodule(held):
            found |= {f"{name}.{n}": getattr(held, n) for n in held.__all__ if inspect.isroutine(getattr(held, n))}
        else:
            found[name] = held
    for name, held in objects().items():
        own = {m for m in dir(type(held)) if not m.startswith("_") and callable(getattr(held, m))}
        own -= set(dir(tuple)) if isinstance(held, tuple) else set()
        found |= {f"{name}.{m}": getattr(held, m) for m in own}
    known = _arguments()
    return {name: Call(held, known.get(name, {})) for name, held in sorted(found.items())}


SOURCES = Path(es.__file__).parent
