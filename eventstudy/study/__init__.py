"""EventStudy: the whole way from events and prices to a result."""

from eventstudy.study.spec import EventStudy

__all__ = ["EventStudy"]
