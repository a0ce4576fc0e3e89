"""Every public name and method under values that make no sense: a result, our own warning, or our own error."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import eventstudy as es
from eventstudy.errors import EventStudyWarning
from tests.test_security import small_study

EXAMPLES = 25
RESULT = small_study()
PRICES = es.load_example("ukraine-2022").prices
NEWS = es.load_example("ukraine-2022").news[:2]
EVENTS = es.read_events(pd.DataFrame({"date": ["2022-02-15"], "asset": ["RUB"]}))
MOVES = es.extract_moves(NEWS)

NUMBERS = st.sampled_from([0, 1, -1, 2, 7, 10**30, 0.0, 0.5, -0.5, 1e308, float("nan"), float("inf"), True])
WORDS = st.sampled_from(["", " ", "x", "RUB", "event", "2022-02-15", "2022-02-30", "../..", "\0", "\ud800", "0", "car"])
JUNK = st.one_of(
    st.none(),
    NUMBERS,
    WORDS,
    st.lists(st.one_of(NUMBERS, WORDS), max_size=3),
    st.tuples(NUMBERS, NUMBERS),
    st.dictionaries(WORDS, st.one_of(NUMBERS, WORDS), max_size=2),
    st.sampled_from(
        [(0, 1), (1, 0), (-120, -11), pd.DataFrame(), pd.Series([1.0]), np.zeros((2, 2)), np.array([]), b"x"]
    ),
)

CALLS = {
    "Article": lambda a, b: es.Article(a, b),
    "Article title": lambda a, b: es.Article("Gold rose.", "2022-02-15", title=a, source=b),
    "Window": lambda a, b: es.Window(a, b),
    "Window.of": lambda a, b: es.Window.of(a),
    "EventStudy model": lambda a, b: es.EventStudy(a, event_window=(-1, 1), estimation_window=(-60, -6)),
    "EventStudy windows": lambda a, b: es.EventStudy(es.MeanAdjusted(), event_window=a, estimation_window=b),
    "EventStudy.run": lambda a, b: es.EventStudy(es.MeanAdjusted(), event_window=(-1, 1)).run(a, b),
    "EventStudy.run assets": lambda a, b: es.EventStudy(es.MeanAdjusted()).run(EVENTS, PRICES, assets=a),
    "EventTable": lambda a, b: es.EventTable(a),
    "MoveTable": lambda a, b: es.MoveTable(a),
    "PricePanel": lambda a, b: es.PricePanel(a, tz=b),
    "FactorModel": lambda a, b: es.FactorModel(a, b),
    "GarchMarketModel": lambda a, b: es.GarchMarketModel(a),
    "MarketAdjusted": lambda a, b: es.MarketAdjusted(a),
    "MarketModel": lambda a, b: es.MarketModel(a),
    "RobustMarketModel": lambda a, b: es.RobustMarketModel(a, method=b),
    "RollingBeta": lambda a, b: es.RollingBeta(a, half_life=b),
    "SyntheticControl": lambda a, b: es.SyntheticControl(a),
    "abnormal_returns": lambda a, b: es.abnormal_returns(a, b, es.MeanAdjusted(), None, (0, 1), (-30, -5)),
    "abnormal_returns windows": lambda a, b: es.abnormal_returns(
        np.zeros((50, 2)), [[40, 0]], es.MeanAdjusted(), None, a, b
    ),
    "assets.get": lambda a, b: es.assets.get(a),
    "compare": lambda a, b: es.compare(a),
    "confounds": lambda a, b: es.confounds(EVENTS, a, window=b),
    "extract_events": lambda a, b: es.extract_events(a),
    "extract_moves": lambda a, b: es.extract_moves(a),
    "load_example": lambda a, b: es.load_example(a),
    "read_events": lambda a, b: es.read_events(a, tz=b),
    "read_news": lambda a, b: es.read_news(a),
    "read_prices": lambda a, b: es.read_prices(a, close=b),
    "read_returns": lambda a, b: es.read_returns(a, unit=b),
    "sensitivity": lambda a, b: es.sensitivity(a, b, PRICES),
    "simulate": lambda a, b: es.simulate(a if isinstance(a, int) and a < 100 else 7),
    "verify_moves": lambda a, b: es.verify_moves(a, b),
    "write_report": lambda a, b: es.write_report(a, "report.html"),
    "summary": lambda a, b: RESULT.summary(windows=a, by=b),
    "to_frame": lambda a, b: RESULT.to_frame(a, window=b),
    "tests": lambda a, b: RESULT.tests(a, by=b),
    "joint": lambda a, b: RESULT.joint(a),
    "diagnose": lambda a, b: RESULT.diagnose(a),
    "placebo": lambda a, b: RESULT.placebo(window=a, draws=b if isinstance(b, str) else 9),
    "to_frame by": lambda a, b: RESULT.to_frame("day", by=a),
}


# Take objects of the library, or tables and arrays: of another kind, Python's own word is clear enough.
OBJECTS = {
    "EventTable", "MoveTable", "compare", "extract_events", "extract_moves", "sensitivity", "simulate",
    "write_report",
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_nonsense_gets_a_result_or_our_own_word(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("here")
    words = (es.EventStudyError, TypeError, AttributeError) if name in OBJECTS else es.EventStudyError

    @settings(max_examples=EXAMPLES)
    @given(JUNK, JUNK)
    def hold(a: object, b: object) -> None:
        with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings(), contextlib.suppress(words):
            patched.chdir(folder)
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", EventStudyWarning)
            CALLS[name](a, b)

    hold()


def test_every_public_name_is_tried() -> None:
    """What is left out holds what the others return, or fetches (tests/test_prices_fetch.py)."""
    tried = {name.split(".")[0].split()[0] for name in CALLS}
    assert set(es.__all__) - tried == {"Event", "ReportedMove", "StudyResult", "EventStudyError", "MeanAdjusted",
                                       "fetch_prices"}  # fmt: skip
    public = {n for n in dir(RESULT) if not n.startswith("_") and callable(getattr(RESULT, n))}
    assert {"summary", "to_frame", "tests", "joint", "diagnose", "placebo"} <= public
