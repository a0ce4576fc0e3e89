"""The confidence level of a study is that of every interval it gives, and what it calls them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

import eventstudy as es
from tests.test_placebo_battery import design_of

EXACT = 1e-9  # a quantile of Student's t times a standard error


def test_a_study_sets_the_level_of_its_intervals() -> None:
    result, *_ = design_of({"study": {"level": 0.8}})
    usual, *_ = design_of({})
    assert (result.level, usual.level, result.spec["level"]) == (0.8, 0.95, 0.8)
    frame = result.to_frame("event", window=(0, 1))
    dof = [result.sample((0, 1)).dof[i] for i in range(len(frame))]
    np.testing.assert_allclose(frame["ci_high"], frame["car"] + stats.t.ppf(0.9, dof) * frame["se"], rtol=EXACT)
    one, other = (r.tests((0, 1)).set_index("name") for r in (result, usual))
    np.testing.assert_array_equal(one["p_value"], other["p_value"])
    row = one.loc["cross_sectional_t"]
    assert row["ci_low"] == pytest.approx(row["estimate"] - stats.t.ppf(0.9, row["dof"]) * row["se"], rel=EXACT)
    summary = result.summary([(0, 1)])
    assert "80 % interval" in str(summary)
    assert "95 %" not in str(summary)
    note = " ".join(result.plot_caar(by=()).get_xlabel().split())
    assert note.endswith("Pointwise 80 % band (forecast errors, independent events)")
    again = dataclasses.replace(usual, level=0.8).tests((0, 1))
    np.testing.assert_array_equal(again[["ci_low", "ci_high"]], one[["ci_low", "ci_high"]])


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, True, "0.95", float("nan")])
def test_a_level_that_is_none_is_refused(level) -> None:
    with pytest.raises(es.EventStudyError, match="not between 0 and 1"):
        es.EventStudy(es.MeanAdjusted(), level=level)
