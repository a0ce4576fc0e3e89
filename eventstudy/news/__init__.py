"""Articles and the readers that bring them in."""

from eventstudy.news.article import Article
from eventstudy.news.readers import iter_news, read_news

__all__ = ["Article", "iter_news", "read_news"]
