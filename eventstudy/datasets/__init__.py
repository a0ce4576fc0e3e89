"""The embedded example."""

from __future__ import annotations

from eventstudy.datasets.example import EM_FX_LEFT_OUT, EM_FX_MEMBERS, Example, load_example

__all__ = ["EM_FX_LEFT_OUT", "EM_FX_MEMBERS", "Example", "load_example"]
