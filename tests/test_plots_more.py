"""Distributions, placebo, diagnostics, specification and power curves, intraday paths."""

from __future__ import annotations

import matplotlib
import matplotlib.dates
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import stats
from statsmodels.tsa.stattools import acf

from eventstudy import plots
from eventstudy.errors import DataError, SpecError
from eventstudy.plots import style
from eventstudy.plots.files import settle_layout, to_svg
from eventstudy.plots.style import SERIES, for_file, new_figure, series_style, styled
from tests._report_frames import day_frame, event_frame

RTOL = 1e-10  # the same arithmetic by another library


def sample(n: int = 100) -> pd.DataFrame:
    steps = np.arange(n)
    residual = 0.004 * np.sin(2.4 * steps) + 0.002 * np.cos(0.37 * steps)
    return pd.DataFrame(
        {
            "residual": residual - residual.mean(),
            "fitted": 0.003 * np.cos(1.1 * steps),
            "session": pd.bdate_range("2021-08-02", periods=n),
        }
    )


def specifications() -> pd.DataFrame:
    rows = []
    for i, model in enumerate(("market", "mean", "adjusted")):
        for j, window in enumerate(("(0, 0)", "(0, 1)")):
            estimate = 0.004 * (i - j)
            low, high = estimate - 0.006, estimate + 0.006
            rows.append((model, window, True, estimate, low, high, 0.01 if abs(estimate) > 0.006 else 0.4))
    names = ["model", "window", "always", "estimate", "ci_low", "ci_high", "p_value"]
    return pd.DataFrame(rows, columns=names)


def bars() -> pd.DataFrame:
    index = pd.date_range("2022-02-15 07:00", periods=24, freq="10min", tz="UTC")
    return pd.DataFrame({"RUB": 1 + 0.001 * np.arange(24), "BRENT": 100 - 0.1 * np.arange(24)}, index=index)


def test_distribution_counts_every_event_once() -> None:
    events = event_frame()
    ax = plots.plot_distribution(events)
    outlines = [p for p in ax.patches if not p.get_fill()]
    counted = sum(float(np.nansum(p.get_data().values)) for p in outlines)
    assert counted == len(events)
    ticks = sum(len(c.get_segments()) for c in ax.collections)
    assert ticks == len(events) + 3  # one each, and three medians


def test_placebo_marks_the_study_and_counts_the_draws() -> None:
    draws = np.concatenate([np.linspace(-2, 2, 199), [np.nan]])
    ax = plots.plot_placebo(draws, 2.5, p_value=0.005, label="t")
    told = [t.get_text() for t in ax.get_legend().get_texts()]
    assert told == ["199 placebo studies", "This study (p = 0.005)"]
    assert any(list(line.get_xdata()) == [2.5, 2.5] for line in ax.lines)


def test_autocorrelation_equals_statsmodels() -> None:
    held = sample()
    ax = plots.plot_diagnostics(held, lags=12)[2]
    points = next(line for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(
        points.get_ydata(), acf(held["residual"], nlags=12, fft=False)[1:], rtol=RTOL, atol=1e-14
    )


def test_fit_panel_gives_r_squared() -> None:
    held = sample()
    actual = held["fitted"] + held["residual"]
    expected = 1 - (held["residual"] ** 2).sum() / ((actual - actual.mean()) ** 2).sum()
    assert plots.plot_diagnostics(held)[1].get_title("left") == f"Fit, R² = {expected:.2f}"


def test_quantiles_are_blom_scores() -> None:
    held = sample(50)
    points = next(line for line in plots.plot_diagnostics(held)[3].lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), stats.norm.ppf((np.arange(1, 51) - 0.375) / 50.25), rtol=RTOL)


def test_diagnostics_leave_out_missing_residuals() -> None:
    held = sample()
    held.loc[[3, 50], "residual"] = np.nan
    assert len(plots.plot_diagnostics(held)[0].collections[0].get_segments()) == 98


def test_specification_curve_is_sorted_and_shows_what_varies() -> None:
    table = specifications()
    top, bottom = plots.plot_specification_curve(table)
    drawn = {float(x): float(y) for line in top.lines if line.get_marker() in "so" for x, y in line.get_xydata()}
    assert [drawn[float(i)] for i in range(len(table))] == sorted(table["estimate"])
    labels = [t.get_text() for t in bottom.get_yticklabels()]
    assert labels == ["model: market", "model: mean", "model: adjusted", "window: (0, 0)", "window: (0, 1)"]
    marks = sum(len(line.get_xdata()) for line in bottom.lines if line.get_marker() == "|")
    assert marks == 2 * len(table)


def test_power_curves_are_the_rates() -> None:
    x = np.linspace(0, 0.03, 7)
    rates = stats.norm.cdf(x / 0.01 - 1.96)
    ax = plots.plot_power(x, {"bmp_t": rates})
    line = next(one for one in ax.lines if one.get_label() == "bmp_t")
    np.testing.assert_array_equal(line.get_ydata(), rates)


def test_intraday_counts_from_the_last_price_before_the_news() -> None:
    ax = plots.plot_intraday(bars(), "2022-02-15T08:05Z", before="1h", after="1h")
    line = next(one for one in ax.lines if one.get_label() == "RUB")
    # The news came at 08:05; the bar that ended at 08:00 is the sixth after 07:00.
    expected = (1 + 0.001 * np.arange(1, 13)) / 1.006 - 1
    np.testing.assert_allclose(line.get_ydata(), expected, rtol=RTOL, atol=1e-15)
    np.testing.assert_allclose(line.get_xdata()[[0, -1]], [-55, 55])


def test_a_bar_that_ends_with_the_news_is_before_it() -> None:
    ax = plots.plot_intraday(bars()[["RUB"]], "2022-02-15T08:00Z", before="30min", after="30min")
    line = next(one for one in ax.lines if one.get_label() == "RUB")
    assert line.get_ydata()[list(line.get_xdata()).index(0)] == 0


def test_tests_fill_what_is_below_the_level() -> None:
    table = pd.DataFrame({"name": ["a", "b", "c"], "p_value": [0.01, 0.2, np.nan]})
    ax = plots.plot_tests(table)
    filled = {
        float(x)
        for line in ax.lines
        if line.get_marker() == "o" and line.get_markerfacecolor() != "#ffffff"
        for x in np.atleast_1d(line.get_xdata())
    }
    assert filled == {0.01}
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


def test_caar_of_assets_and_directions_gives_each_pair_its_line() -> None:
    ax = plots.plot_caar(day_frame())
    assert len(ax.get_legend().get_texts()) == 9
    styles = {(line.get_color(), str(line.get_linestyle()), line.get_marker()) for line in ax.get_legend().get_lines()}
    assert len(styles) == 9


def test_styles_do_not_come_twice_before_they_must() -> None:
    seen = {(s.color, str(s.linestyle), s.marker) for s in (series_style("x", i) for i in range(3 * len(SERIES)))}
    assert len(seen) == 3 * len(SERIES)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.plot_distribution(pd.DataFrame({"car": [np.nan]})), DataError, "holds no number"),
        (lambda: plots.plot_placebo([], 1.0), DataError, "at least one finite draw"),
        (lambda: plots.plot_placebo([1.0], np.nan), DataError, "observed value"),
        (lambda: plots.plot_diagnostics(sample(5)), DataError, "5 residuals are too few"),
        (lambda: plots.plot_diagnostics(sample(), ax=[]), SpecError, "4 Axes"),
        (lambda: plots.plot_specification_curve(specifications(), ax=[]), SpecError, "2 Axes"),
        (lambda: plots.plot_specification_curve(specifications(), choices=["modl"]), DataError, "'model'"),
        (lambda: plots.plot_power([0, 1], {"t": [0.1]}), SpecError, "1 rates for 2 effects"),
        (lambda: plots.plot_intraday(bars(), "2022-02-15T06:00Z"), DataError, "no price in the 2h before"),
        (lambda: plots.plot_intraday(pd.Series([1.0]), "2022-02-15"), DataError, "DatetimeIndex"),
        (lambda: plots.plot_intraday(bars(), None), DataError, "no time"),
        (lambda: plots.plot_tests(pd.DataFrame({"name": ["a"], "p_value": [np.nan]})), DataError, "no test gave"),
    ],
)
def test_bad_input_is_one_clear_error(call, error, words) -> None:
    with pytest.raises(error, match=words):
        call()


def test_several_axes_may_be_given() -> None:
    four = list(Figure().subplots(2, 2).ravel())
    assert plots.plot_diagnostics(sample(), ax=four) == four
    two = list(Figure().subplots(2, 1))
    assert plots.plot_specification_curve(specifications(), ax=two) == two


def test_a_settled_layout_stays() -> None:
    settled = [settle_layout(plots.plot_caar(day_frame(), asset="RUB").figure) for _ in range(2)]
    before = settled[0].axes[0].get_position().bounds
    assert to_svg(settled[0]) == to_svg(settled[1])
    assert settled[0].axes[0].get_position().bounds == before
    fresh = plots.plot_caar(day_frame(), asset="RUB").figure
    to_svg(fresh)
    # Letters are measured at another resolution, so the two differ by a point or two of some 460.
    np.testing.assert_allclose(before, fresh.axes[0].get_position().bounds, atol=0.02)


def test_a_settled_figure_is_drawn_once_a_file(monkeypatch) -> None:
    figure = settle_layout(plots.plot_caar(day_frame(), asset="RUB").figure)
    draws = []
    plain = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (draws.append(1), plain(self, renderer))[1])
    to_svg(figure)
    assert len(draws) == 1


def test_figures_for_a_file_are_not_shown_by_a_notebook(monkeypatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "ipykernel", object())
    with for_file():
        assert not hasattr(new_figure(), "number")


def test_a_notebooks_display_stays_on_when_a_figure_switched_it_on() -> None:
    before = matplotlib.is_interactive()
    try:
        with styled():
            matplotlib.interactive(True)
        assert matplotlib.is_interactive()
    finally:
        matplotlib.interactive(before)


def test_residuals_stand_at_their_sessions() -> None:
    held = sample()
    segments = plots.plot_diagnostics(held)[0].collections[0].get_segments()
    assert segments[0][0][0] == matplotlib.dates.date2num(held["session"].iloc[0])


def test_caar_by_a_column_of_the_readers_own() -> None:
    import eventstudy as es

    drawn = es.simulate(8, 4, event_window=(-1, 1), estimation_window=(-60, -6), seed=2)
    events = es.read_events(
        drawn.to_events().assign(payment=["cash", "stock"] * 4, direction=["up"] * 4 + ["down"] * 4)
    )
    prices = es.PricePanel(drawn.to_prices(), close="16:00", tz="America/New_York")
    result = es.EventStudy(es.MarketModel("MARKET"), event_window=(-1, 1), estimation_window=(-60, -6)).run(
        events, prices
    )
    for by, n in (("payment", 2), (["payment", "direction"], 4)):
        ax = result.plot_caar(by=by)
        legend = ax.get_legend() or ax.figure.legends[0]
        assert len(legend.get_texts()) == n
        ends = [line.get_ydata()[-1] for line in ax.lines if len(line.get_xdata()) == 3]
        frame = result.to_frame("day", by=by)
        for caar in frame.loc[frame["day"] == 1, "caar"]:
            assert np.isclose(ends, caar, rtol=1e-12).any()


def test_a_direction_has_one_colour_in_every_panel_and_the_legend_names_all() -> None:
    frame = pd.DataFrame(
        [
            {"event_id": f"{asset}{k}", "asset": asset, "direction": direction, "day": day, "ar": 0.01 * k}
            for asset, direction in (("A", "up"), ("B", "down"), ("C", "up"))
            for k in range(2)
            for day in (-1, 0, 1)
        ]
    )
    panels = plots.plot_panel(frame)
    colors = [{line.get_color() for line in ax.lines if line.get_linewidth() > 2} for ax in panels]
    assert colors[0] == colors[2] != colors[1]
    (legend,) = panels[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["up (mean of 2)", "down (mean of 2)"]


NAN = float("nan")


def paths_of(returns: dict[str, list[float]], **columns: object) -> pd.DataFrame:
    """One row an event and day: one list of abnormal returns an event, from day -1 on."""
    rows = [(event, day, ar) for event, held in returns.items() for day, ar in enumerate(held, -1)]
    return pd.DataFrame(rows, columns=["event_id", "day", "ar"]).assign(asset="A", **columns)


def mean_of(ax) -> tuple[list[float], list[float]]:
    """The mean of a panel by day, and the same on its open marks alone."""
    (thick,) = [line for line in ax.lines if line.get_linewidth() > 2]
    (opened,) = [line for line in ax.lines if line.get_linestyle() == "None"]
    shown = dict(zip(opened.get_xdata(), opened.get_ydata(), strict=True))
    whole = dict(zip(thick.get_xdata(), thick.get_ydata(), strict=True))
    return [shown.get(day, y) for day, y in whole.items()], sorted(shown)


def test_a_mean_of_paths_does_not_jump_where_an_event_ends_and_says_so() -> None:
    # By hand: +10 %, then nothing moves; the event that had risen ends after day 0.
    frame = paths_of({"up": [0.0, 0.1, NAN, NAN], "flat": [0.0, 0.0, 0.0, 0.0]})
    ax = plots.plot_panel(frame)[0]
    mean, opened = mean_of(ax)
    assert mean == pytest.approx([0.0, 0.05, 0.05, 0.05])
    assert opened == [1, 2]
    told = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert told == ["mean of 2; open: 1", "open: some events lack that day"]


def test_a_mean_of_paths_that_all_have_a_return_is_a_line_alone() -> None:
    ax = plots.plot_panel(paths_of({"a": [0.01, 0.03, 0.0], "b": [0.01, -0.01, 0.02]}))[0]
    mean, opened = mean_of(ax)
    assert mean == pytest.approx([0.01, 0.02, 0.03])
    assert opened == []
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["mean of 2"]


def test_a_gap_of_one_event_moves_the_mean_only_when_its_next_return_comes() -> None:
    # The return after the gap spans it: the paths are 4 % and 0 % again on day 1, their mean 2 %.
    mean, opened = mean_of(plots.plot_panel(paths_of({"a": [0.0, NAN, 0.04], "b": [0.0, 0.0, 0.0]}))[0])
    assert mean == pytest.approx([0.0, 0.0, 0.02])
    assert opened == [0]


def test_a_day_that_nobody_has_is_a_gap_of_the_mean() -> None:
    mean, opened = mean_of(plots.plot_panel(paths_of({"a": [0.01, NAN, 0.02], "b": [0.03, NAN, 0.0]}))[0])
    assert np.isnan(mean[1]) and mean[2] == pytest.approx(0.03)
    assert opened == []


@pytest.mark.parametrize(
    ("n", "direction", "told"),
    [(1, "neither", "1 event"), (3, "neither", "mean of 3"), (1, "up", "up (1 event)"), (3, "up", "up (mean of 3)")],
)
def test_the_legend_of_panels_says_of_how_many_events_a_mean_is(n, direction, told) -> None:
    frame = paths_of({f"e{k}": [0.0, 0.01 * k] for k in range(n)}, direction=direction)
    assert [t.get_text() for t in plots.plot_panel(frame)[0].figure.legends[0].get_texts()] == [told]
    # The same over Axes of the caller's own, beside a panel of fewer events.
    other = frame[frame["event_id"] == "e0"].assign(asset="B", event_id="f")
    first, second = Figure().subplots(1, 2)
    plots.plot_panel(pd.concat([frame, other]), ax=[first, second])
    assert [t.get_text() for t in first.get_legend().get_texts()] == [told.replace("mean of 3", "mean of 1–3")]
    assert second.get_legend() is None


def test_session_labels_say_the_year_once_and_again_where_it_changes() -> None:
    sessions = pd.bdate_range("2021-12-28", periods=7)
    frame = pd.DataFrame({"event_id": "e", "asset": "A", "day": range(-3, 4), "session": sessions})
    ax = plots.plot_event(frame.assign(actual=0.01, expected=0.0), "e", "A")
    labels = [text.get_text().split("\n")[1:] for text in ax.get_xticklabels()]
    assert [label for label in labels if len(label) > 1] == [["28 Dec", "2021"], ["03 Jan", "2022"]]


def test_a_long_name_leaves_the_panels_their_own_titles() -> None:
    axes = plots.plot_diagnostics(sample(), title="Berkshire Hathaway Inc. Class B")
    assert axes[0].get_title("left").startswith("Residuals")
    assert axes[0].figure.get_suptitle() == "Berkshire Hathaway Inc. Class B"


def test_a_cut_name_does_not_end_in_four_dots() -> None:
    assert plots.labels.clean_label("Berkshire Hathaway Inc. Class B", 24) == "Berkshire Hathaway Inc…"


def test_a_placebo_p_is_never_zero() -> None:
    ax = plots.plot_placebo(np.linspace(-2, 2, 99), 5.0, p_value=0.0001)
    assert ax.get_legend_handles_labels()[1][-1] == "This study (p < 0.001)"


def test_letters_that_the_font_lacks_come_from_a_font_that_is_there(monkeypatch) -> None:
    from matplotlib import font_manager
    from matplotlib.font_manager import FontEntry

    there = [FontEntry(name=name) for name in ("Comic Sans", "Noto Sans CJK SC", "DejaVu Sans")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", there)
    style._fonts.cache_clear()
    try:
        assert style._fonts() == ("DejaVu Sans", "Noto Sans CJK SC")
    finally:
        style._fonts.cache_clear()


def test_many_groups_have_a_row_each() -> None:
    names = ["energy", "banks", "retail", "a sector with a very long name that nobody can print", "air", "sea"]
    frame = pd.DataFrame({"car": np.linspace(-0.1, 0.1, 60), "sector": names * 10})
    ax = plots.plot_distribution(frame, group="sector")
    told = [label.get_text() for label in ax.get_yticklabels()]
    assert told[0] == "energy  n = 10" and len(told) == 6 and told[3].endswith("…  n = 10")
    assert sum(len(c.get_segments()) for c in ax.collections) == 60 + 6
    assert ax.get_legend_handles_labels()[1] == ["median"]


def test_the_legend_of_groups_is_in_reading_order() -> None:
    row = {"n": 3, "car": 0.0, "ci_low": -0.1, "ci_high": 0.1}
    pairs = [("A", "escalation"), ("B", "mixed"), ("C", "de-escalation")]
    frame = pd.DataFrame([{"asset": a, "direction": d, **row} for a, d in pairs])
    told = plots.plot_groups(frame).get_legend_handles_labels()[1]
    assert told == ["de-escalation", "escalation", "mixed"]


def test_the_legend_of_panels_stays_inside_the_figure() -> None:
    directions = ["announcement of a merger between equals", "divestiture of a non-core business unit", "x" * 200]
    frame = pd.concat(
        [
            pd.DataFrame({"event_id": d, "asset": "A", "direction": d, "day": range(-2, 3), "ar": 0.01})
            for d in directions
        ]
    )
    for assets in (1, 3):
        many = pd.concat([frame.assign(asset=f"Asset {i}", event_id=frame["event_id"] + str(i)) for i in range(assets)])
        figure = plots.plot_panel(many)[0].figure
        settle_layout(figure)
        legend, page = figure.legends[0].get_window_extent(), figure.bbox
        assert page.x0 <= legend.x0 and legend.x1 <= page.x1 and legend.y1 <= page.y1
