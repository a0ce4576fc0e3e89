"""Figures show the numbers they were given, on the Axes they were given, and come out the same twice."""

from __future__ import annotations

import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from eventstudy import plots
from eventstudy.errors import DataError, SpecError
from eventstudy.plots.labels import clean_label
from eventstudy.plots.style import SERIES, new_figure
from tests._report_frames import day_frame, event_day_frame, event_frame, price_series

RTOL = 1e-12  # the same arithmetic in another order


def lines_by_label(ax: Axes) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {str(line.get_label()): (np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in ax.lines}


def all_figures() -> dict[str, Axes]:
    events, days = event_frame(), event_day_frame()
    return {
        "caar": plots.plot_caar(day_frame(), asset="RUB"),
        "event": plots.plot_event(days, "e06", "RUB", news_time="2022-02-15T08:05Z"),
        "panel": plots.plot_panel(days)[0],
        "groups": plots.plot_groups(plots.group_cars(events)),
        "forest": plots.plot_forest(events[events["asset"] == "RUB"]),
        "heatmap": plots.plot_heatmap(days),
        "timeline": plots.plot_events_on_prices(price_series(), events, unit="USD per RUB"),
    }


def test_caar_lines_are_the_frames_numbers() -> None:
    frame = day_frame()
    ax = plots.plot_caar(frame, asset="BRENT")
    part = frame[(frame["asset"] == "BRENT") & (frame["direction"] == "escalation")]
    x, y = lines_by_label(ax)["escalation (n = 3)"]
    np.testing.assert_array_equal(x, part["day"])
    np.testing.assert_array_equal(y, part["caar"])
    assert "(%)" in ax.get_ylabel()


def test_caar_percent_ticks_read_a_hundred_times_the_decimal() -> None:
    ax = plots.plot_caar(day_frame(), asset="RUB")
    assert ax.yaxis.get_major_formatter()(-0.0125, 0) == "\N{MINUS SIGN}1.25"


def test_caar_refuses_two_values_a_day() -> None:
    with pytest.raises(DataError, match="several values for one day"):
        plots.plot_caar(day_frame(), group="direction")


@pytest.mark.parametrize(
    ("changes", "options", "note"),
    [
        ({}, {}, "Pointwise 95 % bands"),
        ({}, {"level": 0.9, "basis": "bootstrap"}, "Pointwise 90 % bands (bootstrap)"),
        ({"direction": "mixed"}, {"level": 0.995}, "Pointwise 99.5 % band"),
        ({}, {"bands": False}, ""),
        ({"ci_low": np.nan, "ci_high": np.nan}, {}, ""),
    ],
)
def test_caar_says_what_its_bands_are_and_only_where_there_are_some(changes, options, note) -> None:
    frame = day_frame().query("asset == 'RUB'").assign(**changes).drop_duplicates(["direction", "day"])
    ax = plots.plot_caar(frame, group="direction", **options)
    assert " ".join(ax.get_xlabel().split()) == f"Sessions from day 0 {note}".strip()


def test_caar_without_intervals_has_no_note() -> None:
    assert plots.plot_caar(day_frame().drop(columns=["ci_low", "ci_high"])).get_xlabel() == "Sessions from day 0"


def test_event_paths_start_at_zero_and_cumulate() -> None:
    days = event_day_frame()
    ax = plots.plot_event(days, "e06", "RUB")
    part = days[(days["event_id"] == "e06") & (days["asset"] == "RUB")]
    x, y = lines_by_label(ax)["Actual return"]
    assert (x[0], y[0]) == (-6, 0.0)
    np.testing.assert_allclose(y[1:], part["actual"].cumsum(), rtol=RTOL)


def test_event_with_a_missing_session_leaves_it_out_of_both_paths() -> None:
    days = event_day_frame()
    days.loc[(days["event_id"] == "e06") & (days["day"] == 1), "actual"] = np.nan
    ax = plots.plot_event(days, "e06", "RUB")
    for name in ("Actual return", "Expected from the model"):
        x, y = lines_by_label(ax)[name]
        assert 1 not in x
        assert np.isfinite(y).all()


def test_group_cars_equal_a_one_sample_t_test() -> None:
    events = event_frame()
    row = plots.group_cars(events).set_index(["asset", "direction"]).loc[("WTI", "escalation")]
    cars = events[(events["asset"] == "WTI") & (events["direction"] == "escalation")]["car"]
    expected = stats.ttest_1samp(cars, 0.0)
    interval = expected.confidence_interval(0.95)
    np.testing.assert_allclose(
        [row["t"], row["p_value"], row["ci_low"], row["ci_high"]],
        [expected.statistic, expected.pvalue, interval.low, interval.high],
        rtol=1e-10,
    )


def test_a_group_of_one_keeps_its_own_interval() -> None:
    events = event_frame()
    row = plots.group_cars(events).set_index(["asset", "direction"]).loc[("RUB", "mixed")]
    own = events[(events["asset"] == "RUB") & (events["direction"] == "mixed")].iloc[0]
    assert row["n"] == 1
    assert (row["ci_low"], row["ci_high"], row["se"]) == (own["ci_low"], own["ci_high"], own["se"])


def test_a_missing_car_never_counts() -> None:
    events = event_frame()
    events.loc[events["event_id"] == "e03", "car"] = np.nan
    row = plots.group_cars(events).set_index(["asset", "direction"]).loc[("RUB", "escalation")]
    assert row["n"] == 2


def test_groups_draw_one_interval_an_asset_and_direction() -> None:
    groups = plots.group_cars(event_frame())
    ax = plots.plot_groups(groups)
    drawn = sorted(c.get_segments()[0][:, 0].tolist() for c in ax.collections)
    np.testing.assert_allclose(drawn, sorted(groups[["ci_low", "ci_high"]].values.tolist()), rtol=RTOL)


def test_forest_fills_the_marks_whose_interval_leaves_out_zero() -> None:
    events = event_frame()
    part = events[events["asset"] == "BRENT"]
    ax = plots.plot_forest(part)
    filled = sum(
        len(np.atleast_1d(line.get_xdata()))
        for line in ax.lines
        if line.get_marker() in {s.marker for s in SERIES} and line.get_markerfacecolor() != "#ffffff"
    )
    assert filled == int(((part["ci_low"] > 0) | (part["ci_high"] < 0)).sum())


def test_heatmap_prints_percent_and_marks_significance() -> None:
    days = event_day_frame()
    part = days[days["direction"] == "escalation"]
    ax = plots.plot_heatmap(part)
    texts = {t.get_position(): t.get_text() for t in ax.texts}
    cell = part[(part["asset"] == "RUB") & (part["day"] == 0)]
    z = cell["sar"].sum() / np.sqrt(len(cell))
    expected = f"{100 * cell['ar'].mean():+.1f}".replace("-", "\N{MINUS SIGN}") + ("*" if abs(z) > 1.96 else "")
    assert texts[(5, 0)] == expected


@pytest.mark.parametrize("name", ["caar", "event", "panel", "groups", "forest", "heatmap", "timeline"])
def test_axes_are_labelled_and_nothing_is_global(name: str) -> None:
    before = dict(matplotlib.rcParams)
    ax = all_figures()[name]
    assert isinstance(ax, Axes)
    assert ax.get_xlabel() or ax.get_ylabel()
    assert dict(matplotlib.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_given_axes_are_drawn_on() -> None:
    figure = Figure()
    ax = figure.add_subplot()
    assert plots.plot_caar(day_frame(), asset="RUB", ax=ax) is ax
    assert plots.plot_forest(event_frame().head(3), ax=ax) is ax


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.plot_caar(day_frame().drop(columns="caar")), DataError, "no column 'caar'"),
        (lambda: plots.plot_caar(day_frame(), asset="BRNT"), SpecError, "did you mean 'BRENT'"),
        (lambda: plots.plot_event(event_day_frame(), "e6", "RUB"), SpecError, "no event 'e6'"),
        (lambda: plots.plot_event(event_day_frame(), "e06", "RUBB"), SpecError, "did you mean 'RUB'"),
        (lambda: plots.plot_forest(event_frame().head(0)), DataError, "empty"),
        (lambda: plots.plot_panel(event_day_frame(), assets=["GOLD"]), SpecError, "no asset 'GOLD'"),
        (lambda: plots.plot_panel(event_day_frame(), ax=[]), SpecError, "3 Axes"),
        (lambda: plots.plot_events_on_prices(pd.Series([1.0]), event_frame()), DataError, "DatetimeIndex"),
        (lambda: plots.save_figure(Figure(), "x", ["bmp"]), SpecError, "bmp"),
    ],
)
def test_bad_input_is_one_clear_error(call, error, words) -> None:
    with pytest.raises(error, match=words):
        call()


def test_files_are_the_same_bytes_twice_and_carry_no_date(tmp_path) -> None:
    for folder in ("one", "two"):
        for name, ax in all_figures().items():
            # Each kind of file once; what could differ (ids, dates, hashes) is in the SVG.
            plots.save_figure(ax, tmp_path / folder / name, ["svg", "png"] if name == "caar" else ["svg"])
    for first in sorted((tmp_path / "one").iterdir()):
        assert first.read_bytes() == (tmp_path / "two" / first.name).read_bytes(), first.name
        if first.suffix == ".svg":
            assert "<dc:date>" not in first.read_text()


def test_settings_of_the_user_do_not_reach_the_file(tmp_path) -> None:
    plots.save_figure(plots.plot_caar(day_frame(), asset="RUB"), tmp_path / "a.svg")
    with matplotlib.rc_context({"font.size": 20, "svg.hashsalt": None, "savefig.dpi": 10, "axes.grid": True}):
        plots.save_figure(plots.plot_caar(day_frame(), asset="RUB"), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    "title", ["$\\frac{", "a $5 and $6 day", "\x00\x1b[31mred", "标题 😀", "</svg><script>", "‮abc"]
)
def test_any_headline_is_drawn_as_text(title: str, tmp_path) -> None:
    events = event_frame().assign(title=title)
    plots.save_figure(plots.plot_forest(events.head(2)), tmp_path / "x")
    assert b"<script>" not in (tmp_path / "x.svg").read_bytes()


def test_labels_are_one_line_and_cut() -> None:
    assert clean_label("a\n\tb\x07c") == "a b c"
    assert clean_label("abcdef", 4) == "abc…"


def test_nothing_of_a_figure_leaves_its_edges() -> None:
    for name, ax in all_figures().items():
        figure = ax.figure
        figure.canvas.draw()
        drawn = figure.get_tightbbox(figure.canvas.get_renderer())
        width, height = figure.get_size_inches()
        slack = 0.02  # inches: half a line's width
        assert drawn.x0 > -slack and drawn.y0 > -slack, name
        assert drawn.x1 < width + slack and drawn.y1 < height + slack, name


def test_a_notebook_figure_belongs_to_pyplot(monkeypatch) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    figure = new_figure()
    try:
        assert figure.number in plt.get_fignums()
    finally:
        plt.close(figure)
