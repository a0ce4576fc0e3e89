"""Events and reported market moves, and how they are read out of text."""

from eventstudy.events.actors import Gazetteer
from eventstudy.events.extract import extract_events, iter_events
from eventstudy.events.gdelt import iter_gdelt, read_gdelt
from eventstudy.events.moves import extract_moves
from eventstudy.events.other_readers.extractor import Extraction, Extractor, LanguageModel, extract_with
from eventstudy.events.readers import read_events
from eventstudy.events.records import Event, ReportedMove
from eventstudy.events.tables import EventTable, MoveTable
from eventstudy.events.triggers.taxonomy import Taxonomy

__all__ = [
    "Event",
    "EventTable",
    "Extraction",
    "Extractor",
    "Gazetteer",
    "LanguageModel",
    "MoveTable",
    "ReportedMove",
    "Taxonomy",
    "extract_events",
    "extract_moves",
    "extract_with",
    "iter_events",
    "iter_gdelt",
    "read_events",
    "read_gdelt",
]
