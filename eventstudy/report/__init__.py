"""What people read."""

from __future__ import annotations

from eventstudy.report.write import write_figures, write_report

__all__ = ["write_figures", "write_report"]
