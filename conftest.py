"""What the examples in docstrings find: the result of the one in `StudyResult`."""

from __future__ import annotations

import functools
from typing import Any

import pytest

# Each module once, before pytest collects examples file by file: a second copy of a class would not be the first.
import eventstudy.events
import eventstudy.report
import eventstudy.study  # noqa: F401


@functools.cache
def _names() -> dict[str, Any]:
    import eventstudy as es

    example = es.load_example("ukraine-2022")
    models = {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-2, 2), estimation_window=(-120, -11))
    return {"example": example, "result": study.run(example.events, example.prices)}


@pytest.fixture(autouse=True)
def _result_of_the_docs(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    if request.node.path.parent.name == "results":
        doctest_namespace.update(_names())
