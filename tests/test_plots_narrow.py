"""Figures at the width of a journal's column, with long names: nothing leaves them or lies across another."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import eventstudy as es
from eventstudy import plots
from eventstudy.errors import DataError

COLUMN = (8.5 / 2.54, 6.8 / 2.54)  # inches: a column of a journal
NAMES = [
    "Münchener Rückversicherungs-Gesellschaft AG in München, Namen",
    "Überlandwerk Größenwahn & Söhne KGaA, Vorzüge",
]
WHY = ["Ankündigung einer außerordentlichen Hauptversammlung", "Rücknahme"]


def long_days() -> pd.DataFrame:
    rows = [
        {"asset": a, "direction": d, "day": day, "n": 6, "caar": 0.01 * day, "ci_low": 0.01 * day - 0.01,
         "ci_high": 0.01 * day + 0.01, "event_id": a + d, "ar": 0.01, "sar": 1.0, "actual": 0.01, "expected": 0.0}
        for a in NAMES for d in WHY for day in range(-5, 6)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def long_events() -> pd.DataFrame:
    rows = [
        {"asset": a, "direction": d, "n": 6, "car": 0.01, "ci_low": 0.0, "ci_high": 0.02, "title": f"{a} {d} {k}",
         "day0": pd.Timestamp("2022-02-15") + pd.Timedelta(days=30 * k)}
        for a in NAMES for d in WHY for k in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def in_a_column(draw) -> Figure:
    figure = Figure(figsize=COLUMN, layout="constrained")
    draw(figure.add_subplot())
    FigureCanvasAgg(figure).draw()
    return figure


IN_A_COLUMN = {
    "caar": lambda ax: plots.plot_caar(long_days(), ax=ax, title=NAMES[0]),
    "event": lambda ax: plots.plot_event(long_days(), NAMES[0] + WHY[0], NAMES[0], ax=ax),
    "panel": lambda ax: plots.plot_panel(long_days(), assets=NAMES[:1], ax=[ax]),
    "groups": lambda ax: plots.plot_groups(long_events().iloc[::3], ax=ax, title=NAMES[0]),
    "forest": lambda ax: plots.plot_forest(long_events(), ax=ax, title=NAMES[0]),
    "heatmap": lambda ax: plots.plot_heatmap(long_days(), ax=ax, title=NAMES[0]),
    "distribution": lambda ax: plots.plot_distribution(long_events(), ax=ax, title=NAMES[0]),
    "rows": lambda ax: plots.plot_distribution(long_events().assign(of=[f"{NAMES[0]} {k}" for k in range(12)]),
                                               group="of", ax=ax, title=NAMES[0]),
    "tests": lambda ax: plots.plot_tests(pd.DataFrame({"name": [f"a_test_of_long_name_{k}" for k in range(26)],
                                                       "p_value": 0.5}), ax=ax, title=NAMES[0]),
    "timeline": lambda ax: plots.plot_events_on_prices(
        pd.Series(np.arange(300.0) + 50, index=pd.bdate_range("2022-01-03", periods=300)), long_events(), ax=ax,
        title=NAMES[0], unit=f"Value of {NAMES[0]}"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_A_COLUMN)
def test_long_names_stay_inside_a_narrow_figure(name: str) -> None:
    figure = in_a_column(IN_A_COLUMN[name])
    drawn = figure.get_tightbbox(figure.canvas.get_renderer())
    slack = 0.05  # inches: the widths of letters are estimated
    assert drawn.x0 > -slack and drawn.x1 < COLUMN[0] + slack, (drawn.x0, drawn.x1)
    assert drawn.y0 > -slack and drawn.y1 < COLUMN[1] + slack, (drawn.y0, drawn.y1)


@pytest.mark.parametrize("name", ["forest", "rows", "tests", "heatmap"])
def test_labels_of_rows_and_columns_do_not_lie_across_each_other(name: str) -> None:
    ax = in_a_column(IN_A_COLUMN[name]).axes[0]
    rows = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
    line = 0.75  # of a label's box: letters, without the space above and below
    assert all(up.y0 - down.y0 > line * down.height for down, up in itertools.pairwise(rows))
    columns = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
    columns = sorted((box for box in columns if box.width > 1), key=lambda box: box.x0)
    assert all(left.x1 <= right.x0 + 1 for left, right in itertools.pairwise(columns))


@pytest.mark.parametrize("draw", [lambda ax: None, IN_A_COLUMN["caar"]])
def test_two_groups_never_read_the_same_in_a_legend_and_keep_their_numbers(draw) -> None:
    ax = in_a_column(draw).axes[0] if draw is IN_A_COLUMN["caar"] else plots.plot_caar(long_days())
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(set(told)) == 4
    assert all(label.endswith("(n = 6)") and label.count("…") <= 1 for label in told)


def test_an_empty_result_and_a_test_without_a_value_are_told() -> None:
    example = es.load_example("ukraine-2022")
    study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(0, 1), estimation_window=(-9000, -11))
    nothing = study.whatever_comes(example.events, example.prices)
    for name in ("caar", "groups", "cars", "distribution", "heatmap", "panel", "tests", "power"):
        with pytest.raises(es.EventStudyError, match=r"result\.dropped"):
            getattr(nothing, f"plot_{name}")()
    one = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 1), estimation_window=(-120, -11)).run(
        example.events.filter(event_id=example.events[0].event_id), example.prices
    )
    with pytest.raises(DataError, match="bmp_t has no value here: needs at least two"):
        one.plot_placebo("bmp_t", draws=19)
