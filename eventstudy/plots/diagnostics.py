"""How well a model describes its estimation sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from eventstudy.errors import DataError
from eventstudy.plots.frames import require
from eventstudy.plots.labels import clean_label, finish, percent_axis
from eventstudy.plots.style import BLUE, INK, MUTED, VERMILLION, axes_among, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_diagnostics"]


def plot_diagnostics(
    sample: pd.DataFrame, *, lags: int = 15, title: str = "", ax: Sequence[Axes] | None = None
) -> list[Axes]:
    """Draw one estimation sample: residuals in time, the fit, autocorrelation, and normality.

    Parameters
    ----------
    sample : pandas.DataFrame
        ``residual`` (decimals) in order of time, ``session`` for the time axis, ``fitted`` for the fit; a
        missing residual is left out.
    lags : int
        Lags of the autocorrelation.
    title : str
        Over the figure; over the first panel of Axes that are given.
    ax : sequence of four matplotlib.axes.Axes, optional

    Returns
    -------
    list of matplotlib.axes.Axes
        Residuals over sessions with bands of 2 standard deviations; actual against fitted (without ``fitted``:
        a histogram of residuals); autocorrelation with the 95 % bounds of white noise; normal quantiles.

    Raises
    ------
    DataError
        If there are fewer than ten residuals.
    SpecError
        If fewer than four Axes are given.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> axes = plot_diagnostics(pd.DataFrame({"residual": 0.01 * rng.standard_normal(120)}))
    >>> len(axes)
    4
    """
    require(sample, ["residual"], "plot_diagnostics")
    held = sample[np.isfinite(sample["residual"].astype(float))].reset_index(drop=True)
    if len(held) < 10:
        raise DataError(f"plot_diagnostics: {len(held)} residuals are too few", hint="at least 10 are needed")
    with styled():
        if ax is None:
            figure = new_figure(7.2, 5.3 if title else 5.0)
            panels = list(figure.subplots(2, 2).ravel())
            if title:
                figure.suptitle(clean_label(title, 90), x=0.01, ha="left", fontsize=10, fontweight="bold", color=INK)
                title = ""
        else:
            panels = axes_among(ax, 4, "plot_diagnostics")
        _over_time(panels[0], held, title)
        _fit(panels[1], held)
        _autocorrelation(panels[2], held["residual"].to_numpy(dtype=float), min(lags, len(held) // 2))
        _quantiles(panels[3], held["residual"].to_numpy(dtype=float))
    return panels[:4]


def _over_time(ax: Axes, held: pd.DataFrame, title: str) -> None:
    e = held["residual"].to_numpy(dtype=float)
    when = held["session"] if "session" in held.columns else held.index
    sd = float(e.std(ddof=1))
    ax.axhline(0, color=MUTED, linewidth=0.8)
    for side in (-2, 2):
        ax.axhline(side * sd, color=VERMILLION, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.vlines(when, 0, e, color=BLUE, linewidth=0.9)
    if "session" in held.columns:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=5)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    percent_axis(ax, "y")
    label = "" if "session" in held.columns else "Session of the estimation sample"
    finish(
        ax,
        title=f"{clean_label(title, 40)}: residuals, ±2 s.d." if title else "Residuals, ±2 s.d.",
        xlabel=label,
        ylabel="Residual (%)",
    )


def _fit(ax: Axes, held: pd.DataFrame) -> None:
    e = held["residual"].to_numpy(dtype=float)
    percent_axis(ax, "x")
    if "fitted" not in held.columns:
        ax.hist(e, bins="fd", color=BLUE, alpha=0.5)
        finish(ax, title="Residuals", xlabel="Residual (%)", ylabel="Sessions")
        return
    fitted = held["fitted"].to_numpy(dtype=float)
    actual = fitted + e
    both = np.concatenate([fitted, actual])
    line = [float(both.min()), float(both.max())]
    ax.plot(line, line, color=VERMILLION, linewidth=1.0, linestyle=(0, (4, 2)))
    ax.plot(fitted, actual, linestyle="none", marker="o", markersize=3, color=BLUE, alpha=0.6)
    percent_axis(ax, "y")
    total = float(((actual - actual.mean()) ** 2).sum())
    r2 = 1 - float((e**2).sum()) / total if total > 0 else float("nan")
    finish(ax, title=f"Fit, R² = {r2:.2f}", xlabel="Fitted return (%)", ylabel="Actual return (%)")


def _autocorrelation(ax: Axes, e: np.ndarray, lags: int) -> None:
    centred = e - e.mean()
    scale = float(centred @ centred)
    acf = np.array([float(centred[k:] @ centred[:-k]) / scale if scale > 0 else np.nan for k in range(1, lags + 1)])
    bound = 1.959963984540054 / np.sqrt(len(e))
    steps = np.arange(1, lags + 1)
    ax.axhline(0, color=MUTED, linewidth=0.8)
    for side in (-bound, bound):
        ax.axhline(side, color=VERMILLION, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.vlines(steps, 0, acf, color=BLUE, linewidth=1.4)
    ax.plot(steps, acf, linestyle="none", marker="o", markersize=3.5, color=BLUE)
    high = max(0.3, 1.1 * float(np.nanmax(np.abs(acf))) if np.isfinite(acf).any() else 0.3)
    ax.set_ylim(-high, high)
    finish(ax, title="Autocorrelation", xlabel="Lag (sessions)", ylabel="Correlation")


def _quantiles(ax: Axes, e: np.ndarray) -> None:
    from scipy import special

    n = len(e)
    theory = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    sd = float(e.std(ddof=1))
    scaled = np.sort((e - e.mean()) / sd) if sd > 0 else np.zeros(n)
    reach = [float(theory[0]), float(theory[-1])]
    ax.plot(reach, reach, color=VERMILLION, linewidth=1.0, linestyle=(0, (4, 2)))
    ax.plot(theory, scaled, linestyle="none", marker="o", markersize=3, color=BLUE, alpha=0.7)
    finish(ax, title="Normal quantiles", xlabel="Normal", ylabel="Standardised residual")
