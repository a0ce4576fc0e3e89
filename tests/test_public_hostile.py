"""Every public name and method with one argument that makes no sense: its answer, our own warning, or our own error.

`tests/_public_calls.py` gives each public call with arguments that mean something; here each of its parameters in turn
gets each value of JUNK, all else as it was.
"""

from __future__ import annotations

import contextlib
import inspect
import signal
import warnings
from collections.abc import Callable, Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.errors import EventStudyWarning, shown
from tests._public_calls import Call, calls, objects

HANGS = 60  # seconds of a call after which it counts as hung; each takes milliseconds


class Unspeakable:
    """What a message cannot show: its own words raise."""

    def __repr__(self) -> str:
        raise RuntimeError("no word of mine")

    __str__ = __repr__


DUPLICATED = pd.DataFrame({"A": [1.0, 2.0, 3.0]}, index=pd.to_datetime(["2022-01-03", "2022-01-03", "2022-01-04"]))
JUNK: tuple[Callable[[], object], ...] = (
    *(lambda v=v: v for v in (None, 0, 1, -1, 10**30, 1e308, 0.5, float("nan"), float("inf"), -float("inf"), 1j, True)),
    *(
        lambda v=v: v
        for v in ("", " ", "x", "2022-02-30", "<script>alert(1)</script>", "../../etc", "\0", "\ud800", "a\nb")
    ),
    *(lambda v=v: v for v in ("=1+1", "a" * 100_000, b"x", (), (1, 0), (0, 1, 2), (-(10**30), 10**30), ("a", "b"))),
    *(lambda v=v: list(v) for v in ([], [None], [float("nan")], [[1], [2, 3]])),
    dict,
    lambda: {"x": 1},
    set,
    object,
    Unspeakable,
    lambda: [Unspeakable()],
    lambda: print,
    lambda: es.EventTable,
    lambda: iter([1]),
    lambda: range(3),
    lambda: slice(0, 1),
    lambda: pd.NaT,
    lambda: pd.Timestamp("2022-01-01"),
    lambda: pd.Timestamp("2022-01-01", tz="UTC"),
    pd.DataFrame,
    DUPLICATED.copy,
    lambda: DUPLICATED.tz_localize("Asia/Kathmandu"),
    lambda: pd.Series([1.0]),
    lambda: pd.Series([1.0, 1.0], index=["A", "A"]),
    lambda: np.zeros((2, 2)),
    lambda: np.zeros((2, 2, 2, 2)),
    lambda: np.array([]),
    lambda: np.array([np.nan]),
    lambda: np.array(["a"], dtype=object),
)
# What is not tried, and why.
LEFT_OUT = {
    "EventStudyError": "whoever raises an error writes its text",
    "fetch_prices": "asks servers: tests/test_prices_fetch.py, with a server of its own",
    "assets.catalogue": "takes nothing",
    "assets.names": "takes nothing",
    **{
        f"{model}.predict": "called by the core with arrays it has checked; its ValueError is the event's reason"
        for model in ("GarchMarketModel", "RobustMarketModel", "RollingBeta", "SyntheticControl")
    },
}
SLOW = {"write_report": 5}
"""Calls of a second and more: every so-manieth value."""
CALLS = {name: call for name, call in calls().items() if name not in LEFT_OUT}


class Hangs(BaseException):
    """Raised by the alarm; no ``except Exception`` takes it for an answer."""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def wrong_answers(call: Call, parameter: inspect.Parameter, every: int) -> Iterator[str]:
    """Give what is neither an answer nor a word of our own."""
    for make in JUNK[::every]:
        value = make()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", EventStudyWarning)
            try:
                with at_most(HANGS):
                    call.with_value(parameter, value)
            except es.EventStudyError as error:
                if "\n" in str(error) or not (error.hint or len(error.message) > 20):
                    yield f"{parameter.name}={shown(value)}: the error says {error!s:.80}"
            except (Exception, Hangs) as error:
                yield f"{parameter.name}={shown(value)}: {type(error).__name__}: {error!s:.80}"


@pytest.mark.parametrize("name", CALLS)
def test_nonsense_gets_a_result_or_our_own_word(
    name: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(str(tmp_path))  # what is written lands here
    call = CALLS[name]
    found = []
    for parameter in call.parameters():
        found += list(wrong_answers(call, parameter, SLOW.get(name, 1)))
        plt.close("all")
    capsys.readouterr()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", CALLS)
def test_the_arguments_that_mean_something_are_taken(
    name: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or everything above would be refused for the other arguments' sake."""
    monkeypatch.chdir(str(tmp_path))
    call = CALLS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EventStudyWarning)
        with contextlib.suppress(*REFUSED.get(name, ())):
            call.plain()
    plt.close("all")
    capsys.readouterr()


# The small study has no second currency, volumes or sizes: these say so, whatever else they are given.
REFUSED: dict[str, tuple[type[es.EventStudyError], ...]] = {
    "PricePanel.to_currency": (es.EventStudyError,),
    "PricePanel.volumes": (es.EventStudyError,),
    "StudyResult.response_slope": (es.EventStudyError,),
}


def test_every_public_name_and_method_is_tried() -> None:
    tried = {name.split(".")[0] for name in calls()}
    assert set(es.__all__) <= tried | set(LEFT_OUT)
    assert LEFT_OUT.keys() <= calls().keys()
    for call in CALLS.values():
        needed = [p for p in call.parameters() if p.default is p.empty and "VAR" not in p.kind.name]
        assert {p.name for p in needed} <= call.arguments.keys()
    result = objects()["StudyResult"]
    methods = {n for n in dir(result) if not n.startswith("_") and callable(getattr(result, n))}
    assert {f"StudyResult.{m}" for m in methods} <= CALLS.keys()
