"""Tests on arrays. No pandas here."""

from __future__ import annotations

from eventstudy.inference import battery_resampling as _battery_resampling  # noqa: F401 - registers its tests
from eventstudy.inference._arrays import Statistic, p_value
from eventstudy.inference.battery import BATTERY
from eventstudy.inference.correlation import MeanCorrelation, clusters, mean_correlation
from eventstudy.inference.registry import (
    Evidence,
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
    "Evidence",
    "MeanCorrelation",
    "Outcome",
    "Sample",
    "Statistic",
    "TestResult",
    "TestSpec",
    "clusters",
    "make_sample",
    "mean_correlation",
    "p_value",
    "register",
    "registered_tests",
    "run_tests",
    "unregister",
    "window_mask",
]
