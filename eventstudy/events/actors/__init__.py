"""Which words name an actor, and whom a bare role stands for in its article."""

from eventstudy.events.actors.gazetteer import Gazetteer, Mention, Places, article_actors

__all__ = ["Gazetteer", "Mention", "Places", "article_actors"]
