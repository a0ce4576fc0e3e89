"""StudyResult: one truth, many views."""

from eventstudy.results.result import StudyResult
from eventstudy.results.summary import Summary

__all__ = ["StudyResult", "Summary"]
