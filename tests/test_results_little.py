"""Studies of almost nothing: every question of a result is answered or is one clear error, never a warning."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import eventstudy as es

DAYS = pd.bdate_range("2020-01-01", periods=300)
EVENTS = {  # session and asset of each event
    "one event": [(200, "A")],
    "two events": [(200, "A"), (230, "B")],
    "one date": [(200, "A"), (200, "B"), (200, "C")],
    "one event after merging": [(200, "A"), (200, "A")],
    "no variance": [(200, "A"), (230, "A"), (250, "A")],
    "no price on one's own days": [(200, "A"), (230, "B"), (250, "C")],
}
QUESTIONS = {
    "joint": lambda r: r.joint(),
    "placebo": lambda r: r.placebo(draws=99).table,
    "power": lambda r: r.power(),
    "power, simulated": lambda r: r.power(simulated=True, draws=99),
    "response_slope": lambda r: r.response_slope(),
    "difference": lambda r: r.difference("direction"),
    "family": lambda r: r.family(),
    "explain": lambda r: r.explain("car ~ 1"),
    "volatility": lambda r: r.volatility(),
    "single_events": lambda r: r.single_events(),
    "diagnose": lambda r: r.diagnose(),
    "tests": lambda r: r.tests(),
    "summary": lambda r: r.summary(),
}


def result(kind: str) -> es.StudyResult:
    returns = np.random.default_rng(3).normal(0, 0.01, (300, 4))
    if kind == "no variance":
        returns[:, 0] = 0.0
    prices = pd.DataFrame(100 * np.exp(np.cumsum(returns, axis=0)), index=DAYS, columns=[*"ABC", "MKT"])
    if kind == "no price on one's own days":
        prices.loc[DAYS[195:210], "A"] = np.nan
    rows, assets = zip(*EVENTS[kind], strict=True)
    directions = ["escalation", "de-escalation", "escalation"][: len(rows)]
    table = pd.DataFrame({"date": DAYS[list(rows)], "asset": assets, "direction": directions})
    study = es.EventStudy(es.MarketModel("MKT"), event_window=(-2, 2), estimation_window=(-120, -11), date_only="first")
    return study.run(es.read_events(table), es.PricePanel(prices))


@pytest.mark.parametrize("kind", EVENTS)
def test_every_question_of_little_is_answered_or_says_what_is_missing(kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        of = result(kind)
        assert of.n_in == len(of) + len(of.merged) + len(of.dropped)
        for name, ask in QUESTIONS.items():
            try:
                found = ask(of)
            except es.EventStudyError as error:
                assert str(error), name
                continue
            if isinstance(found, pd.DataFrame) and {"p_value", "note"} <= set(found.columns):
                silent = found[found["p_value"].isna() & (found["note"].fillna("") == "")]
                assert silent.empty, (name, silent)


def test_one_event_and_an_asset_that_never_moves_have_no_cross_section() -> None:
    for kind in ("one event", "no variance"):
        tests = result(kind).tests(names=["cross_sectional_t", "bmp_t"])
        assert tests["p_value"].isna().all() and (tests["note"] != "").all(), kind
