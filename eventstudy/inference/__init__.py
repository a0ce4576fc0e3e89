"""Tests on arrays. No pandas here.

`make_sample` builds what a test reads, `run_tests` runs the battery, `difference_tests` compares two groups,
`explain` regresses responses on characteristics, `family_tests` and `adjust_p_values` see to many tests at once.
The statistics themselves are plain functions on arrays with leading axes of replications, in `parametric`,
`nonparametric`, `ranks`, `clustered`, `calendar_time` and `bhar`.
"""

from __future__ import annotations

from eventstudy.inference import battery_resampling as _battery_resampling  # noqa: F401 - registers its tests
from eventstudy.inference._arrays import Statistic, p_value
from eventstudy.inference.battery import BATTERY
from eventstudy.inference.correlation import MeanCorrelation, clusters, mean_correlation
from eventstudy.inference.crosssection import CrossSection, explain
from eventstudy.inference.differences import DIFFERENCE_TESTS, difference_tests
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.family import Family, family_tests
from eventstudy.inference.multiplicity import adjust_p_values, benjamini_hochberg, holm, romano_wolf
from eventstudy.inference.pre_event import pre_event_cars
from eventstudy.inference.registry import (
    Outcome,
    TestResult,
    TestSpec,
    register,
    registered_tests,
    run_tests,
    unregister,
)
from eventstudy.inference.sample import Sample, make_sample, window_mask

__all__ = [
    "BATTERY",
    "DIFFERENCE_TESTS",
    "CrossSection",
    "Evidence",
    "Family",
    "MeanCorrelation",
    "Outcome",
    "Sample",
    "Statistic",
    "TestResult",
    "TestSpec",
    "adjust_p_values",
    "benjamini_hochberg",
    "clusters",
    "difference_tests",
    "explain",
    "family_tests",
    "holm",
    "make_sample",
    "mean_correlation",
    "p_value",
    "pre_event_cars",
    "register",
    "registered_tests",
    "romano_wolf",
    "run_tests",
    "unregister",
    "window_mask",
]
