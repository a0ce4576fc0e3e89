"""Every test of the register in placebo studies: equal to `tests()` of the same study run on the shifted events."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy import inference as es_inference
from eventstudy.inference import registered_tests
from eventstudy.inference.parametric import cross_sectional_t
from eventstudy.inference.placebo import BATTERY, placebo_studies
from eventstudy.results.placebos import grid_and_layout

EXACT = 1e-10  # the same sums in another order, in units of the statistic; a study apart from the placebo's arrays

NAMES = ["A", "B", "C", "D"]


def prices(seed, *, missing=0.0, holidays=False, n=260):
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2018-01-01", periods=n)
    market, common = rng.normal(0, 0.01, n), rng.normal(0, 0.008, n)
    table = pd.DataFrame({"MKT": 50 * np.exp(np.cumsum(market))}, index=days)
    for k, name in enumerate(NAMES):
        r = (0.5 + 0.3 * k) * market + common + rng.standard_t(4, n) * 0.006
        table[name] = 20 * np.exp(np.cumsum(r))
        table.loc[rng.random(n) < missing, name] = np.nan
    if holidays:  # the benchmark is shut on days on which the others trade, and the other way round
        table.loc[rng.random(n) < 0.05, "MKT"] = np.nan
        table.loc[rng.random(n) < 0.05, ["A", "B"]] = np.nan
    return table


MIXED = {"A": es.MarketModel("MKT"), "B": es.MarketAdjusted("MKT"), "C": es.MeanAdjusted(), "D": es.MarketModel("MKT")}
SHARED = [(110, "A"), (110, "B"), (111, "C"), (150, "D"), (150, "A"), (152, "A"), (190, "C")]

DESIGNS = {
    "shared dates, overlapping windows": {},
    "missing returns": {"table": {"missing": 0.06}},
    "weighted": {"study": {"weights": "size"}, "table": {"missing": 0.03}},
    "one date": {"cells": [(140, a) for a in NAMES]},
    "one date, missing returns": {"cells": [(140, a) for a in NAMES], "table": {"missing": 0.08}},
    "each cluster by itself": {"draw": "clusters"},
    "dates alone, models, own calendars": {"models": MIXED, "dates": True, "table": {"holidays": True}},
    "days after the settled day": {"models": MIXED, "dates": True, "window": (1, 2)},
    "simple returns": {"study": {"returns": "simple"}, "window": (-1, 1)},
    "the event window itself": {"window": (-2, 3)},
    "one event": {"cells": [(140, "D")], "window": (0, 3)},
}


def run(days_of, cells, table, *, models=None, dates=False, study=None):
    frame = pd.DataFrame(
        {
            ("date" if dates else "time"): [f"{d:%Y-%m-%d}" if dates else f"{d:%Y-%m-%d}T12:00Z" for d in days_of],
            "event_id": [f"e{j:02d}" for j in range(len(cells))],
            "asset": [a for _, a in cells],
            "direction": ["escalation"] * len(cells),
            "size": [0.5 + (j * 7 % 5) for j in range(len(cells))],
        }
    )
    spec = es.EventStudy(
        models or es.MarketModel("MKT"),
        event_window=(-2, 3),
        estimation_window=(-60, -6),
        min_observations=20,
        **(study or {}),
    )
    return spec.run(es.read_events(frame), es.PricePanel(table, close="16:00", tz="UTC"))


def design_of(design, seed=3):
    table = prices(seed, **design.get("table", {}))
    cells = design.get("cells", SHARED)
    options = {name: design[name] for name in ("models", "dates", "study") if name in design}
    return run([table.index[i] for i, _ in cells], cells, table, **options), cells, table, options


@pytest.mark.parametrize(
    ("name", "alternative"),
    [
        *((name, "two-sided") for name in DESIGNS),
        ("shared dates, overlapping windows", "less"),
        ("weighted", "greater"),
    ],
)
def test_each_placebo_study_has_the_tests_of_a_study_run_on_its_dates(name, alternative):
    design = DESIGNS[name]
    window, draw = design.get("window", (0, 1)), design.get("draw", "layout")
    result, cells, table, options = design_of(design)
    everything = np.ones(len(result), dtype=bool)
    grid, layout = grid_and_layout(result, es.Window.of(window), everything, days=True)
    weights = result.sample(window).weights
    drawn = placebo_studies(grid, layout, draws=40, draw=draw, weights=weights, alternative=alternative, seed=5)
    studies = drawn.studies(drawn.parts[0])
    found = result.placebo(window, draws=40, draw=draw, alternative=alternative, seed=5)
    shown = result.to_frame("event")
    labels = {event: j for j, event in enumerate(shown["event_id"])}
    compared, n_studies = set(), 0
    ours = {test: BATTERY[test](studies) for test in BATTERY}
    for b in range(len(found.draws)):
        sessions = grid.sessions[studies.days.rows[b], layout.positions[:, 1]]
        dates = pd.DatetimeIndex(sessions.astype("datetime64[ns]"))
        moved = run([dates[labels[f"e{j:02d}"]] for j in range(len(cells))], cells, table, **options)
        frame = moved.to_frame("event")
        if frame["day0"].tolist() != list(dates) or frame["settle"].tolist() != shown["settle"].tolist():
            continue  # where prices lack, a study run on these dates waits for the next price
        n_studies += 1
        if n_studies > 8:
            break
        tests = moved.tests(window, alternative=alternative).set_index("name")
        for test in (spec.name for spec in registered_tests() if spec.name in BATTERY):
            value, p = tests.loc[test, ["statistic", "p_value"]]
            slack = EXACT * max(1.0, abs(value)) if np.isfinite(value) else 0.0
            assert found.draws[test].iloc[b] == pytest.approx(value, abs=slack, rel=0, nan_ok=True), (test, b)
            nominal = ours[test].p_value(alternative)[b]
            if np.isfinite(nominal):
                assert nominal == pytest.approx(p, abs=EXACT), (test, b)
            compared.add(test) if np.isfinite(value) else None
    assert n_studies >= 2
    alone = {"sq_test", "sq_test_ewma"}  # of one event
    one_cluster = {"clustered_t", "clustered_two_way_t", "ibragimov_muller_t", "wild_bootstrap"}
    everything = {spec.name for spec in registered_tests()} & set(BATTERY)
    if name == "one event":
        assert compared == {"time_series_t", "crude_dependence_t", "patell_z", "sign_z", "sign_exact",
                            "generalized_sign_z", "corrado_rank_z", "corrado_zivney_rank_z", "corrado_zivney_sign_z",
                            "cumulative_rank_z", "wilcoxon_signed_rank", "calendar_time_t",
                            "calendar_time_nw_t"} | alone  # fmt: skip
    else:
        assert everything - compared - alone <= (one_cluster if name.startswith("one date") else set())


def test_every_registered_test_is_recomputed_or_says_why():
    register = {spec.name for spec in registered_tests()}
    assert register <= set(BATTERY)
    result, *_ = design_of({})

    def trimmed(evidence):
        return cross_sectional_t(np.sort(evidence.car)[1:-1])

    es_inference.register("trimmed_t", trimmed, null="trimmed mean CAR = 0")
    try:
        table = result.placebo((0, 1), draws=40).table.set_index("name")
    finally:
        es_inference.unregister("trimmed_t")
    assert set(table.index) == register | {"caar", "trimmed_t"}
    assert "function of Studies" in table.loc["trimmed_t", "note"]
    for name, row in table.iterrows():
        if not np.isfinite(row[["statistic", "p_value", "nominal_p", "ci_low", "ci_high"]].astype(float)).all():
            assert row["note"], name
    chosen = result.placebo((0, 1), names=["grank_t", "bmp_t"], draws=40)
    assert chosen.table["name"].tolist() == chosen.draws.columns.tolist() == ["bmp_t", "grank_t"]
    with pytest.raises(es.EventStudyError, match="no test named 'bmp'"):
        result.placebo((0, 1), names=["bmp"], draws=40)
