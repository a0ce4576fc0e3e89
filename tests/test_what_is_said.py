"""What the summary and the diagnosis say in words is true of the numbers beside it, and is English."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from eventstudy.inference import make_sample
from eventstudy.inference.diagnose import diagnose
from eventstudy.inference.measures import Measures, measure
from eventstudy.results.summary import sentences


def table(p_values, **groups) -> pd.DataFrame:
    n = len(p_values)
    numbers = {"n": 7, "mean_car": 0.01, "ci_low": -0.01, "ci_high": 0.03, "p_value": p_values, "test": "bmp_t"}
    return pd.DataFrame({**groups, "window": "(0, 0)", **numbers}, index=range(n))


@pytest.mark.parametrize(
    ("p_values", "said"),
    [
        ([0.01, 0.5, 0.9], "1 of 3 group-window pairs are significant at 5 % taken one by one; 0.15 "),
        ([0.5] * 18, "0 of 18 group-window pairs are significant at 5 % taken one by one; 0.9 "),
        ([0.5] * 40, "0 of 40 group-window pairs are significant at 5 % taken one by one; 2 "),
    ],
)
def test_how_many_chance_gives_is_five_percent_of_the_pairs(p_values, said) -> None:
    assert said in sentences(table(p_values), [])


@pytest.mark.parametrize("p", [0.001, 0.8])
def test_one_hypothesis_is_no_family(p: float) -> None:
    assert "by chance" not in sentences(table([p]), [])


def test_a_group_that_is_no_word_is_told_by_its_column() -> None:
    assert "is GSIB 0 over" in sentences(table([0.01, 0.5], GSIB=[0, 1]), ["GSIB"])
    assert "is RUB, escalation, size 2 over" in sentences(
        table([0.01, 0.5], asset="RUB", direction="escalation", size=["2", "3"]), ["asset", "direction", "size"]
    )
    assert "is energy over" in sentences(table([0.01, 0.5], sector=["energy", "banks"]), ["sector"])
    few = table([0.01, 0.5], GSIB=[0, 1]).assign(test="placebo", n=2)
    assert "(placebo): GSIB 0; GSIB 1." in sentences(few, ["GSIB"])


def test_rows_of_one_asset_are_sessions_and_others_are_events() -> None:
    assert "over 7 sessions" in sentences(table([0.01, 0.5], asset=["RUB", "WTI"]), ["asset"])
    assert "over 7 events" in sentences(table([0.01]), [])
    assert "over 1 event (" in sentences(table([0.01]).assign(n=1), [])


def all_ones() -> Measures:
    rng = np.random.default_rng(0)
    held = measure(make_sample([[0.05]], rng.normal(0, 0.01, (1, 100)), window=(0, 0), event_window=(0, 0)))
    counts = {f.name: 1 for f in fields(Measures) if f.name.startswith("n_")}
    return replace(
        held, **counts | {"n_events": 4, "n_clusters": 1}, window_length=1, variance_p=1e-7, variance_ratio=9.0,
        size_if_ignored=0.07, size_if_variance_ignored=0.3, size_if_spread_of_all=0.11, benchmark_p=1e-5,
        benchmark_car=-0.0649, arch_share=1.0, arch_p=1e-9, drift_p=1e-9, drift=0.2, missing_estimation=0.3,
        contamination=0.3,
    )  # fmt: skip


def test_the_diagnosis_counts_in_english() -> None:
    said = [f.text for f in diagnose(all_ones()).findings]
    assert len(said) > 8
    for text in said:
        assert "0.000" not in text, text
        for wrong in ("1 dates", "1 sessions", "1 further events have", "1 overlapping pairs have", "1 clusters"):
            assert wrong not in text, text
        assert "%" not in text.replace(" %", ""), text
    assert any("p < 0.001" in text for text in said)
    assert any("moved by \N{MINUS SIGN}6.49 %" in text for text in said)
