"""What an article says the market did, against what the prices say."""

from __future__ import annotations

from eventstudy.reconciliation.verify import verify_moves

__all__ = ["verify_moves"]
