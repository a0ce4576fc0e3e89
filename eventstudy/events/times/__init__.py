"""Times as news writes them, resolved against the day of publication."""

from eventstudy.events.times.reading import TimeMention, Times, article_times, find_times, times_of

__all__ = ["TimeMention", "Times", "article_times", "find_times", "times_of"]
