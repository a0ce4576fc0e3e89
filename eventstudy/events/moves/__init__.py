"""Market moves that articles themselves report."""

from eventstudy.events.moves.extract import article_moves, extract_moves

__all__ = ["article_moves", "extract_moves"]
