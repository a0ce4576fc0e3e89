"""An audit of the numbers a study reports: fresh random data through the public API against plain loops.

The reference (`_audit_reference`) starts from the price table itself and shares nothing with the library.
"""

from __future__ import annotations

import copy
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import eventstudy as es
from tests._audit_reference import ESTIMATION, EVENT, Ref, battery, mean, p_of, r_bar, sd, signed_rank_p

# Sums of a few hundred doubles in another order, through a regression of condition near one.
RTOL = 1e-8
ATOL = 1e-12

WINDOWS = [(0, 0), (-1, 1), (-3, -1), (0, 1)]

# --- Designs: fresh prices, fresh events -------------------------------------------------------------------------

ASSETS = ["A", "B", "C", "D"]
MARKET, ADJUSTED, MEAN = ("market", "MKT"), ("adjusted", "MKT"), ("mean", None)
SPECS = {"market": es.MarketModel("MKT"), "adjusted": es.MarketAdjusted("MKT"), "mean": es.MeanAdjusted()}


def price_table(seed, *, missing=0.0, thin=0.0, holidays=False):
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2017-03-01", periods=330)
    market, common = rng.normal(0, 0.01, 330), rng.normal(0, 0.006, 330)
    table = pd.DataFrame({"MKT": 50 * np.exp(np.cumsum(market))}, index=days)
    for k, name in enumerate(ASSETS):
        r = 0.0004 + (0.5 + 0.3 * k) * market + common + rng.standard_t(4, 330) * 0.006
        table[name] = 20 * np.exp(np.cumsum(r))
        table.loc[rng.random(330) < missing, name] = np.nan
    if thin:
        table.loc[rng.random(330) < thin, "D"] = np.nan
    if holidays:  # the benchmark's exchange is shut on days on which the others trade, and the other way round
        table.loc[rng.random(330) < 0.04, "MKT"] = np.nan
        table.loc[rng.random(330) < 0.05, ["A", "B"]] = np.nan
    return table


def study_of(table, cells, *, models=MARKET, dates=False, weights=None, exclude=False):
    """Run the study; cells are (row of the table, asset). Returns the result and the reference rows in its order."""
    spec = {a: SPECS[models[a][0]] for a in ASSETS} if isinstance(models, dict) else SPECS[models[0]]
    days = table.index
    frame = pd.DataFrame(
        {
            ("date" if dates else "time"): [
                f"{days[i]:%Y-%m-%d}" if dates else f"{days[i]:%Y-%m-%d}T12:00Z" for i, _ in cells
            ],
            "event_id": [f"e{j:02d}" for j in range(len(cells))],
            "asset": [a for _, a in cells],
            "direction": ["escalation" if j % 3 else "de-escalation" for j in range(len(cells))],
            "size": [0.5 + (j * 7 % 5) for j in range(len(cells))],
        }
    )
    panel = es.PricePanel(table, close="16:00", tz="UTC")
    study = es.EventStudy(
        spec,
        event_window=EVENT,
        estimation_window=ESTIMATION,
        min_observations=20,
        weights=weights,
        exclude_other_events=exclude,
    )
    result = study.run(es.read_events(frame), panel)
    shown = result.to_frame("event")
    model = {a: (models[a] if isinstance(models, dict) else models) for a in ASSETS}
    place = {f"e{j:02d}": cell for j, cell in enumerate(cells)}
    found = {}
    for label, asset in zip(shown["event_id"], shown["asset"], strict=True):
        row, name = place[label]
        assert name == asset
        kind, benchmark = model[asset]
        sessions = list((table[benchmark] if benchmark else table[asset]).dropna().index)
        own = table[asset].dropna().index
        priced = [d for d in sessions if d in own]
        # an event at noon is in the close of its day; one known by its date may be in the next close only
        day0 = next(d for d in priced if d >= days[row])
        settled = next(d for d in priced if d > days[row]) if dates else day0
        found[label] = (asset, (kind, benchmark), day0, sessions.index(settled) - sessions.index(day0), sessions)
    excluded = {a: set() for a in ASSETS}
    if exclude:
        for asset, _, day0, settle, sessions in found.values():
            at = sessions.index(day0)
            excluded[asset] |= set(sessions[max(at + EVENT[0], 0) : at + EVENT[1] + settle + 1])
    size = dict(zip(frame["event_id"], frame["size"], strict=True))
    refs = [
        Ref(table, a, m, day0, settle, excluded=excluded[a], weight=size[label])
        for label, (a, m, day0, settle, _) in found.items()
    ]
    assert shown["day0"].tolist() == [v[2] for v in found.values()]
    assert shown["settle"].tolist() == [v[3] for v in found.values()]
    return result, refs


def staggered(seed, n=12, low=90, high=318):
    rng = np.random.default_rng(seed)
    rows = sorted(rng.choice(np.arange(low, high), n, replace=False).tolist())
    return [(int(r), ASSETS[int(rng.integers(4))]) for r in rows]


SHARED = [(r, a) for r in (100, 160, 161, 230) for a in ASSETS]
OVERLAP = [(r, "A") for r in (100, 102, 103, 150, 154, 200)] + [(r, "B") for r in (101, 151, 260)]
PER_ASSET = {"A": MARKET, "B": ADJUSTED, "C": MEAN, "D": MARKET}
LATE = [(r, a) for r in (120, 200, 260) for a in "AB"] + [(328, "C"), (329, "D"), (326, "A")]

DESIGNS = {
    "shared dates": lambda: study_of(price_table(1), SHARED),
    "staggered": lambda: study_of(price_table(2), staggered(2)),
    "overlapping windows of one asset": lambda: study_of(price_table(3), OVERLAP),
    "missing returns": lambda: study_of(price_table(4, missing=0.12), SHARED),
    "thin trading": lambda: study_of(price_table(5, missing=0.02, thin=0.45), SHARED),
    "different calendars": lambda: study_of(price_table(6, holidays=True), SHARED),
    "models": lambda: study_of(price_table(7, missing=0.05), SHARED, models=PER_ASSET),
    "market-adjusted": lambda: study_of(price_table(8), staggered(8), models=ADJUSTED),
    "own calendars": lambda: study_of(price_table(9, holidays=True), SHARED, models=MEAN),
    "dates alone": lambda: study_of(price_table(10, missing=0.08), SHARED, dates=True),
    "dates alone, models": lambda: study_of(price_table(11, missing=0.1), SHARED, dates=True, models=PER_ASSET),
    "end of the data": lambda: study_of(price_table(12), LATE),
    "excluded sessions": lambda: study_of(price_table(13, missing=0.03), OVERLAP + SHARED, exclude=True),
    "one": lambda: study_of(price_table(14), [(150, "A")]),
    "two": lambda: study_of(price_table(15), [(150, "A"), (220, "B")]),
    "three": lambda: study_of(price_table(16), [(150, "A"), (150, "B"), (220, "B")]),
}


@pytest.fixture(scope="module")
def designs():
    held = {}

    def get(name):
        if name not in held:
            held[name] = DESIGNS[name]()
        return held[name]

    return get


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("name", DESIGNS)
def test_event_frame(designs, name, window):
    result, refs = designs(name)
    frame = result.to_frame("event", window=window)
    for (_, row), e in zip(frame.iterrows(), refs, strict=True):
        car, se = e.car(window), math.sqrt(e.variance(window))
        half = stats.t.ppf(0.975, e.dof) * se
        want = {
            "car": car, "se": se, "t": car / se, "dof": e.dof, "p_value": 2 * stats.t.sf(abs(car / se), e.dof),
            "ci_low": car - half, "ci_high": car + half, "sigma": e.s, "n_estimation": e.M,
        }  # fmt: skip
        for column, value in want.items():
            np.testing.assert_allclose(row[column], value, rtol=RTOL, atol=ATOL, err_msg=f"{row['event_id']} {column}")


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("name", DESIGNS)
def test_battery(designs, name, window):
    result, refs = designs(name)
    tests = result.tests(window).set_index("name")
    wanted = battery(refs, window)
    wrong = []
    for test, (statistic, dof) in wanted.items():
        got = tests.loc[test]
        if not np.allclose(got["statistic"], statistic, rtol=RTOL, atol=ATOL):
            wrong.append((test, got["statistic"], statistic, got["note"]))
        elif not np.allclose(got["p_value"], p_of(statistic, dof, "two-sided"), rtol=RTOL, atol=ATOL):
            wrong.append((test, "p", got["p_value"], p_of(statistic, dof, "two-sided")))
        elif dof is not None and got["dof"] != dof:
            wrong.append((test, "dof", got["dof"], dof))
    assert not wrong
    counted = [e for e in refs if e.valid(window)]
    car = [e.car(window) for e in counted]
    w, p = signed_rank_p(car, "two-sided")
    assert tests.loc["wilcoxon_signed_rank", "statistic"] == pytest.approx(w, rel=RTOL)
    assert tests.loc["wilcoxon_signed_rank", "p_value"] == pytest.approx(p, rel=RTOL)
    assert tests.loc["sign_exact", "p_value"] == pytest.approx(
        min(1.0, stats.binomtest(sum(v > 0 for v in car), len(car)).pvalue), rel=RTOL
    )
    # what the reference leaves out is undefined there too, and says why
    for test in set(tests.index) - set(wanted):
        if not np.isfinite(tests.loc[test, "statistic"]):
            assert tests.loc[test, "note"], test


@pytest.mark.parametrize("alternative", ["greater", "less"])
@pytest.mark.parametrize("name", ["missing returns", "dates alone, models", "one", "three"])
def test_one_sided_p_values_and_intervals(designs, name, alternative):
    result, refs = designs(name)
    window = (0, 1)
    tests = result.tests(window, alternative=alternative).set_index("name")
    for test, (statistic, dof) in battery(refs, window).items():
        got = tests.loc[test]
        np.testing.assert_allclose(got["p_value"], p_of(statistic, dof, alternative), rtol=RTOL, err_msg=test)
        if np.isfinite(got["se"]) and "sign" not in test:
            assert got["ci_high" if alternative == "greater" else "ci_low"] == math.inf * (
                1 if alternative == "greater" else -1
            )
    _, p = signed_rank_p([e.car(window) for e in refs if e.valid(window)], alternative)
    assert tests.loc["wilcoxon_signed_rank", "p_value"] == pytest.approx(p, rel=RTOL)


@pytest.mark.parametrize("name", ["shared dates", "dates alone", "one", "three"])
def test_an_interval_ends_where_its_test_rejects(designs, name):
    """Duality: with t or normal laws, (estimate - end) / se is the 5 % critical value."""
    result, _ = designs(name)
    tests = result.tests((0, 1))
    linear = tests[np.isfinite(tests["se"]) & np.isfinite(tests["ci_low"]) & ~tests["name"].str.contains("sign|skew")]
    assert len(linear) > 1
    for _, row in linear.iterrows():
        dof = row["dof"] if np.isfinite(row["dof"]) else None
        for end in (row["ci_low"], row["ci_high"]):
            assert p_of((row["estimate"] - end) / row["se"], dof, "two-sided") == pytest.approx(0.05, rel=1e-6)
    skewed = tests.set_index("name").loc["skewness_adjusted_t"]
    if np.isfinite(skewed["statistic"]):
        car = result.to_frame("event", window=(0, 1))["car"]
        for end, z in ((skewed["ci_low"], 1.959963984540054), (skewed["ci_high"], -1.959963984540054)):
            x = [v - end for v in car]
            s, n = mean(x) / sd(x), len(x)
            g = mean([(v - mean(x)) ** 3 for v in x]) / mean([(v - mean(x)) ** 2 for v in x]) ** 1.5
            assert math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n)) == pytest.approx(z, rel=1e-6)


def test_weights():
    window = (-1, 1)
    result, refs = study_of(price_table(21, missing=0.05), SHARED, weights="size")
    tests = result.tests(window).set_index("name")
    groups = {}
    for direction, e in zip(result.to_frame("event")["direction"], refs, strict=True):
        if e.valid(window):
            groups.setdefault(direction, []).append((e.weight, e.car(window)))
    refs = [e for e in refs if e.valid(window)]
    w, n = [e.weight for e in refs], len(refs)
    assert len(set(w)) > 3
    car, scar = [e.car(window) for e in refs], [e.scar(window) for e in refs]

    def weighted(x):
        return sum(a * b for a, b in zip(w, x, strict=True)) / sum(w)

    def robust(x):
        """Weighted mean over its HC1 error."""
        e2 = sum(a**2 * (b - weighted(x)) ** 2 for a, b in zip(w, x, strict=True))
        return weighted(x) / (math.sqrt(n / (n - 1) * e2) / sum(w))

    kish = sum(w) ** 2 / sum(a**2 for a in w)
    among = sum(w) ** 2 - sum(a**2 for a in w)
    shared = sum(2 * a.weight * b.weight * r_bar([a, b], window) for i, a in enumerate(refs) for b in refs[i + 1 :])
    r = shared / among
    patell = sum(a * b for a, b in zip(w, scar, strict=True)) / math.sqrt(
        sum(a**2 * e.dof / (e.dof - 2) for a, e in zip(w, refs, strict=True))
    )
    wanted = {
        "time_series_t": sum(w) * weighted(car) / math.sqrt(sum(e.weight**2 * e.variance(window) for e in refs)),
        "cross_sectional_t": robust(car),
        "bmp_t": robust(scar),
        "patell_z": patell,
        "adjusted_patell_z": patell / math.sqrt(1 + (kish - 1) * r),
        "adjusted_bmp_t": robust(scar) * math.sqrt((1 - r) / (1 + (kish - 1) * r)),
        "sign_z": sum(a * (0.5 if v > 0 else -0.5) for a, v in zip(w, car, strict=True))
        / math.sqrt(sum(a**2 for a in w) / 4),
    }
    for name, value in wanted.items():
        assert tests.loc[name, "statistic"] == pytest.approx(value, rel=RTOL), name
    ranked = sorted(range(n), key=lambda i: abs(car[i]))
    below = np.cumsum([w[i] for i in ranked])  # weight of the CARs not larger; no two are equal
    walsh = sum(w[i] * b for i, b in zip(ranked, below, strict=True) if car[i] > 0) * (n / sum(w)) ** 2
    positive = sum(a for a, v in zip(w, car, strict=True) if v > 0)
    wanted |= {"wilcoxon_signed_rank": walsh, "sign_exact": positive * n / sum(w)}
    for name, value in wanted.items():
        assert tests.loc[name, "statistic"] == pytest.approx(value, rel=RTOL), name
    means = {k: sum(a * b for a, b in v) / sum(a for a, _ in v) for k, v in groups.items()}
    permuted = result.difference(window=window).set_index("name").loc["permutation"]
    assert permuted["estimate"] == pytest.approx(means["de-escalation"] - means["escalation"], rel=RTOL)
    assert 0 < permuted["p_value"] <= 1


@pytest.mark.parametrize("name", ["missing returns", "thin trading", "dates alone", "end of the data", "one"])
def test_day_frame(designs, name):
    result, refs = designs(name)
    frame = result.to_frame("day", by="direction")
    direction = result.to_frame("event")["direction"]
    for (group, day), row in frame.set_index(["direction", "day"]).iterrows():
        events = [e for e, d in zip(refs, direction, strict=True) if d == group]
        here = [e.ar[day] for e in events if day in e.ar]
        assert row["n"] == len(here)
        assert row["n_positive"] == sum(v > 0 for v in here)
        if here:
            assert row["aar"] == pytest.approx(mean(here), rel=RTOL)
        cars, variances = [], []
        for e in events:
            unsettled = copy.copy(e)  # the day frame counts days from day 0
            unsettled.settle = 0
            if unsettled.valid((EVENT[0], day)):
                cars.append(unsettled.car((EVENT[0], day)))
                variances.append(unsettled.variance((EVENT[0], day)))
        if cars:
            assert row["caar"] == pytest.approx(mean(cars), rel=RTOL)
            assert row["se"] == pytest.approx(math.sqrt(sum(variances)) / len(cars), rel=RTOL)
        else:
            assert math.isnan(row["caar"])


@pytest.mark.parametrize("name", ["shared dates", "missing returns", "dates alone, models", "excluded sessions"])
def test_placebo_p_values_and_own_statistics(designs, name):
    result, _ = designs(name)
    found = result.placebo((0, 1), draws=150, seed=3)
    tests = result.tests((0, 1)).set_index("name")
    assert len(found.draws) == found.n_studies
    for _, row in found.table.iterrows():
        if not math.isfinite(row["statistic"]):
            assert row["note"]
            continue
        if row["name"] in tests.index:
            assert row["statistic"] == pytest.approx(tests.loc[row["name"], "statistic"], rel=RTOL), row["name"]
        # a count of positives and a rank sum are as far out as they are from their mean without an event
        n = tests.loc[row["name"], "n"] if row["name"] in tests.index else 0
        mean = {"sign_exact": n / 2, "wilcoxon_signed_rank": n * (n + 1) / 4}.get(row["name"], 0.0)
        draws = [v for v in found.draws[row["name"]] if math.isfinite(v)]
        beyond = sum(abs(v - mean) >= abs(row["statistic"] - mean) * (1 - 1e-10) for v in draws)
        assert row["p_value"] == pytest.approx((1 + beyond) / (1 + len(draws)), rel=RTOL), row["name"]


def test_placebo_studies_are_the_study_at_other_dates():
    table, cells = price_table(22, missing=0.0), [(150, "A"), (150, "B"), (153, "C"), (200, "A")]
    result, _ = study_of(table, cells)
    found = result.placebo((-1, 1), draws=9999)
    spans = {a: {d for r, n in cells if n == a for d in range(r - 1, r + 2)} for a in ASSETS}
    wanted = []
    for shift in range(-199, 200, 13):
        moved = [(r + shift, a) for r, a in cells]
        fits = all(r + ESTIMATION[0] >= 1 and r + 1 < len(table) for r, _ in moved)
        if fits and not any(d in spans[a] for r, a in moved for d in range(r - 1, r + 2)):
            events = [Ref(table, a, MARKET, table.index[r], 0) for r, a in moved]
            car = [e.car((-1, 1)) for e in events]
            wanted.append((mean(car), sum(car) / math.sqrt(sum(e.variance((-1, 1)) for e in events))))
    wanted.sort()
    got = sorted(zip(found.draws["caar"], found.draws["time_series_t"], strict=True))
    inside = [any(abs(a - b) < 1e-9 and abs(s - t) < 1e-6 for b, t in got) for a, s in wanted]
    assert all(inside)
    assert found.n_studies >= len(wanted)


@pytest.mark.parametrize("name", ["overlapping windows of one asset", "end of the data", "missing returns"])
def test_joint_is_one_regression_with_a_dummy_for_each_window(designs, name):
    result, refs = designs(name)
    window = (-1, 1)
    labels = result.to_frame("event")["event_id"]
    joint = result.joint(window).set_index("label")
    for asset in sorted({e.asset for e in refs}):
        own = {label: e for label, e in zip(labels, refs, strict=True) if e.asset == asset and e.valid(window)}
        if not own:
            continue
        # every session from the first estimation window to the last test window
        order = sorted({d for e in own.values() for k, d in e.day.items() if ESTIMATION[0] <= k <= window[1]})
        sessions = [d for d in own[next(iter(own))].all_days if order[0] <= d <= order[-1]]
        first = next(iter(own.values()))
        inside = {d for e in own.values() for k in e.window(window) if (d := e.day.get(k)) is not None}
        y = {d: first.by_day[d] for d in sessions if d in first.by_day}
        quiet = [d for d in y if d not in inside]
        event = [d for d in y if d in inside]
        x = np.array([y[d][1] for d in quiet])
        b, _, _, _ = np.linalg.lstsq(x, np.array([y[d][0] for d in quiet]), rcond=None)
        e0 = np.array([y[d][0] for d in quiet]) - x @ b
        s2 = float(e0 @ e0) / (len(quiet) - x.shape[1])
        xe = np.array([y[d][1] for d in event])
        u = np.array([y[d][0] for d in event]) - xe @ b
        dummies = np.zeros((len(event), len(own)))
        for j, e in enumerate(own.values()):
            held = [e.day[k] for k in e.valid(window)]
            for d in held:
                dummies[event.index(d), j] = 1 / len(held)
        a = np.linalg.inv(dummies.T @ dummies) @ dummies.T
        spread = s2 * a @ (np.eye(len(event)) + xe @ np.linalg.inv(x.T @ x) @ xe.T) @ a.T
        for j, label in enumerate(own):
            got = joint.loc[label]
            estimate, se = float((a @ u)[j]), math.sqrt(spread[j, j])
            assert got["estimate"] == pytest.approx(estimate, rel=1e-6)
            assert got["se"] == pytest.approx(se, rel=1e-6)
            assert got["p_value"] == pytest.approx(p_of(estimate / se, len(quiet) - x.shape[1], "two-sided"), rel=1e-6)


@pytest.mark.parametrize("window", [(0, 0), (0, 1), (-3, -1)], ids=str)
@pytest.mark.parametrize("name", ["staggered", "missing returns", "market-adjusted", "one"])
def test_single_events(designs, name, window):
    """The share of the asset's own earlier windows whose standardised sum is as far out."""
    result, refs = designs(name)
    frame = result.single_events(window)
    for (_, row), e in zip(frame.iterrows(), refs, strict=True):
        if not e.valid(window):
            assert math.isnan(row["sq_p_value"])
            assert row["note"]
            continue
        assert row["t_p_value"] == pytest.approx(p_of(e.scar(window), e.dof, "two-sided"), rel=RTOL)
        length, needed = len(e.window(window)), len(e.valid(window))
        scores = []
        for first in range(ESTIMATION[0], ESTIMATION[1] - length + 2):
            days = [k for k in range(first, first + length) if k in e.residual]
            if len(days) >= needed:
                v = len(days)
                left = sum(1 - e.leverage(k) for k in days) - (v * (v - 1) / e.M if e.gram is not None else 0.0)
                scores.append(sum(e.residual[k] for k in days) / (e.s * math.sqrt(left)))
        beyond = sum(abs(v) >= abs(e.scar(window)) * (1 - 1e-10) for v in scores)
        assert row["n_reference"] == len(scores)
        assert row["sq_p_value"] == pytest.approx((1 + beyond) / (1 + len(scores)), rel=RTOL)
