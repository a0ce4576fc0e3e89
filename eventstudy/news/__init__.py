"""Articles and the readers that bring them in."""

from eventstudy.news.article import Article
from eventstudy.news.duplicates import find_duplicates, one_per_story
from eventstudy.news.readers import iter_news, read_news

__all__ = ["Article", "find_duplicates", "iter_news", "one_per_story", "read_news"]
