"""Every figure of the library on fixed data, and on data that tries its layout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from eventstudy import plots
from tests._report_frames import day_frame, event_day_frame, event_frame, price_series

__all__ = ["PICTURES"]

LONG = "A very long headline about talks that go on and on, with no end in sight, said the ministers of both sides"
NAMES = ("Рубль к доллару", "Νόμισμα της ευρωζώνης", "A portfolio of commodity exporters, equally weighted")
BASIS = "forecast errors, independent events"


def _events(n: int) -> pd.DataFrame:
    """Give n events on one asset, by arithmetic alone."""
    i = np.arange(n)
    car = 0.02 * np.sin(2.4 * i) + 0.004
    return pd.DataFrame(
        {
            "event_id": [f"e{k:02d}" for k in i],
            "asset": "RUB",
            "direction": np.where(i % 3 == 0, "de-escalation", "escalation"),
            "title": [f"Headline number {k} of the day" for k in i],
            "day0": pd.bdate_range("2021-09-01", periods=n, freq="3B"),
            "car": car,
            "ci_low": car - 0.015,
            "ci_high": car + 0.015,
        }
    )


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(asset=frame["asset"].map(dict(zip(("RUB", "BRENT", "WTI"), NAMES, strict=True))))


def _on(width: float, height: float, draw: Callable[..., object]) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    draw(ax=figure.add_subplot())
    return figure


def _residuals() -> pd.DataFrame:
    i = np.arange(100)
    return pd.DataFrame(
        {
            "residual": 0.004 * np.sin(2.4 * i) + 0.002 * np.cos(0.37 * i),
            "fitted": 0.003 * np.cos(1.1 * i),
            "session": pd.bdate_range("2021-08-02", periods=100),
        }
    )


def _specifications() -> pd.DataFrame:
    rows = []
    for i, model in enumerate(("market model", "mean adjusted", "market adjusted")):
        for j, window in enumerate(("(0, 0)", "(0, 1)", "(-1, 1)")):
            for k, sample in enumerate(("(-120, -11)", "(-250, -11)")):
                estimate = 0.005 * i - 0.003 * j + 0.0012 * k + 0.002
                rows.append((model, window, sample, estimate, estimate - 0.006, estimate + 0.006))
    names = ["model", "window", "estimation_window", "estimate", "ci_low", "ci_high"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(p_value=np.where(table["ci_low"] > 0, 0.01, 0.4))


def _bars() -> pd.DataFrame:
    index = pd.date_range("2022-02-15 06:00", periods=60, freq="10min", tz="UTC")
    i = np.arange(60)
    jump = np.where(i > 12, 0.01, 0.0)
    return pd.DataFrame(
        {
            "RUB": 0.013 * (1 + jump + 0.001 * np.sin(i)),
            "BRENT": 95 * (1 - 2 * jump + 0.002 * np.cos(i)),
            "SPX": 4400 * (1 + 0.5 * jump + 0.0005 * i / 10),
        },
        index=index,
    )


def _tests() -> pd.DataFrame:
    names = ["time_series_t", "cross_sectional_t", "bmp_t", "adjusted_bmp_t", "grank_t", "sign_exact", "placebo"]
    both = [(d, n) for d in ("de-escalation", "escalation") for n in names]
    p = np.geomspace(2e-5, 0.9, len(both))
    return pd.DataFrame(both, columns=["direction", "name"]).assign(p_value=p)


def _power() -> Figure:
    effect = np.linspace(-0.03, 0.03, 41)
    rates = {k: 0.05 + 0.95 * (1 - np.exp(-((effect / s) ** 2))) for k, s in (("bmp_t", 0.008), ("grank_t", 0.011))}
    return _of(plots.plot_power(effect, rates, title="RUB, escalation"))


def _of(made: object) -> Figure:
    first = made[0] if isinstance(made, list) else made
    figure = first.figure  # type: ignore[attr-defined]
    assert isinstance(figure, Figure)
    return figure


def _draws() -> np.ndarray:
    from scipy import stats

    return stats.t.ppf((np.arange(1, 1000) - 0.5) / 999, 6)


def _of_five_assets() -> pd.DataFrame:
    days = event_day_frame()
    rub = days[days["asset"] == "RUB"]
    parts = [rub.assign(asset=f"Asset {k}", ar=rub["ar"] * (k - 2), sar=rub["sar"] * (k - 2)) for k in range(5)]
    return pd.concat(parts, ignore_index=True)


def _cut_short() -> pd.DataFrame:
    """Let one event end on day 1, one begin on day -3, and one lack day 3."""
    days = event_day_frame()
    e, d = days["event_id"], days["day"]
    return days.assign(
        ar=days["ar"].mask(((e == "e06") & (d > 1)) | ((e == "e03") & (d < -3)) | ((e == "e08") & (d == 3)))
    )


PICTURES: dict[str, Callable[[], Figure]] = {
    "caar": lambda: _of(plots.plot_caar(day_frame(), asset="RUB", basis=BASIS)),
    "caar_all_groups": lambda: _of(plots.plot_caar(day_frame())),
    "caar_narrow": lambda: _on(3.2, 2.6, lambda ax: plots.plot_caar(day_frame(), asset="RUB", basis=BASIS, ax=ax)),
    "caar_names": lambda: _of(plots.plot_caar(_named(day_frame()), group=None)),
    "event": lambda: _of(plots.plot_event(event_day_frame(), "e06", "RUB", news_time="2022-02-15T08:05Z")),
    "event_narrow": lambda: _on(
        3.2, 2.6, lambda ax: plots.plot_event(event_day_frame(), "e06", "RUB", news_time="2022-02-15T08:05Z", ax=ax)
    ),
    "panel": lambda: _of(plots.plot_panel(event_day_frame())),
    "panel_cut": lambda: _of(plots.plot_panel(_cut_short())),
    "panel_one": lambda: _of(plots.plot_panel(event_day_frame().query("event_id == 'e06'"), assets=["RUB"])),
    "panel_narrow": lambda: _on(3.35, 2.8, lambda ax: plots.plot_panel(_cut_short(), assets=["RUB"], ax=[ax])),
    "panel_five": lambda: _of(plots.plot_panel(_of_five_assets())),
    "groups": lambda: _of(plots.plot_groups(plots.group_cars(event_frame()))),
    "groups_names": lambda: _of(plots.plot_groups(plots.group_cars(_named(event_frame())), title="By asset")),
    "forest": lambda: _of(plots.plot_forest(event_frame().query("asset == 'RUB'"), title="RUB")),
    "forest_one": lambda: _of(plots.plot_forest(event_frame().head(1).assign(title=LONG))),
    "forest_fifty": lambda: _of(plots.plot_forest(_events(50), title="RUB")),
    "forest_narrow": lambda: _on(3.4, 3.0, lambda ax: plots.plot_forest(event_frame().head(8), ax=ax)),
    "heatmap": lambda: _of(plots.plot_heatmap(event_day_frame())),
    "heatmap_narrow": lambda: _on(3.2, 2.2, lambda ax: plots.plot_heatmap(_of_five_assets(), ax=ax)),
    "heatmap_days": lambda: _of(plots.plot_heatmap(_of_five_assets().query("direction == 'escalation'"), title="Five")),
    "distribution": lambda: _of(plots.plot_distribution(_events(50), title="RUB")),
    "distribution_one": lambda: _of(plots.plot_distribution(_events(1))),
    "placebo": lambda: _of(
        plots.plot_placebo(_draws(), 2.9, p_value=0.012, critical=2.45, label="bmp_t", title="RUB, escalation")
    ),
    "diagnostics": lambda: _of(plots.plot_diagnostics(_residuals(), title="RUB")),
    "timeline": lambda: _of(
        plots.plot_events_on_prices(price_series(), event_frame().query("asset == 'RUB'"), unit="USD per RUB")
    ),
    "timeline_many": lambda: _of(
        plots.plot_events_on_prices(
            price_series(), _events(28), unit="USD per RUB", title="RUB", max_labels=24
        )
    ),
    "timeline_narrow": lambda: _on(
        3.4,
        3.2,
        lambda ax: plots.plot_events_on_prices(price_series(), _events(28), unit="USD per RUB", title="RUB", ax=ax),
    ),
    "specification_curve": lambda: _of(plots.plot_specification_curve(_specifications(), title="RUB, escalation")),
    "power": _power,
    "intraday": lambda: _of(plots.plot_intraday(_bars(), "2022-02-15T08:05Z", latest="2022-02-15T08:40Z")),
    "groups_narrow": lambda: _on(3.4, 3.0, lambda ax: plots.plot_groups(plots.group_cars(event_frame()), ax=ax)),
    "intraday_wide": lambda: _on(11, 3, lambda ax: plots.plot_intraday(_bars(), "2022-02-15T08:05Z", ax=ax)),
    "tests": lambda: _of(plots.plot_tests(_tests(), group=["direction"], title="RUB")),
}  # fmt: skip
