"""Figures: tidy frames in, Axes out."""

from __future__ import annotations

from eventstudy.plots.design import plot_power, plot_specification_curve
from eventstudy.plots.diagnostics import plot_diagnostics
from eventstudy.plots.distributions import plot_distribution, plot_placebo, plot_tests
from eventstudy.plots.files import save_figure
from eventstudy.plots.frames import group_cars
from eventstudy.plots.heat import plot_heatmap
from eventstudy.plots.intervals import plot_forest, plot_groups
from eventstudy.plots.intraday import plot_intraday
from eventstudy.plots.panels import plot_panel
from eventstudy.plots.paths import plot_caar, plot_event
from eventstudy.plots.style import styled
from eventstudy.plots.timeline import plot_events_on_prices

__all__ = [
    "group_cars",
    "plot_caar",
    "plot_diagnostics",
    "plot_distribution",
    "plot_event",
    "plot_events_on_prices",
    "plot_forest",
    "plot_groups",
    "plot_heatmap",
    "plot_intraday",
    "plot_panel",
    "plot_placebo",
    "plot_power",
    "plot_specification_curve",
    "plot_tests",
    "save_figure",
    "styled",
]
