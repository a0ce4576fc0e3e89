"""What would corrupt an estimate: found, dated, explained; never repaired."""

from __future__ import annotations

from eventstudy.prices.quality.check import check_quality
from eventstudy.prices.quality.report import QualityReport

__all__ = ["QualityReport", "check_quality"]
