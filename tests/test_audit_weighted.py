"""Every statistic of the battery, weighted and not, from returns by plain loops written from the formulas alone.

Events share dates, overlap, come twice to one asset, lack days and settle late. The loops use nothing of the library,
nor of the other two slow implementations.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from eventstudy.inference import BATTERY, make_sample, run_tests
from eventstudy.inference.bhar import bhar_skewness_adjusted_t

# The same sums of a few hundred doubles in another order.
RTOL = 1e-9
RESAMPLES = 6000

FIRST, LAST, M = -4, 5, 80  # event window with a day of room for late settling, estimation sessions


def panel(seed, rows, assets, *, missing=0.05, late=False, weighted=True, fat=False):
    """The events of one study, each a dictionary of what was observed and fitted."""
    rng = np.random.default_rng(seed)
    t, n_assets = max(rows) + 12, max(assets) + 1
    market = rng.normal(0, 0.01, t)
    shocks = rng.standard_t(3, (t, n_assets)) if fat else rng.normal(size=(t, n_assets))
    returns = 1.1 * market[:, None] + 0.012 * shocks + rng.normal(0, 0.007, t)[:, None]
    returns[rng.random(returns.shape) < missing] = math.nan
    events = []
    for row, asset in zip(rows, assets, strict=True):
        before = [row + k for k in range(FIRST - 3 - M, FIRST - 3)]
        kept = [d for d in before if not math.isnan(returns[d, asset])]
        mx, my = sum(market[d] for d in kept) / len(kept), sum(returns[d, asset] for d in kept) / len(kept)
        sxx = sum((market[d] - mx) ** 2 for d in kept)
        slope = sum((market[d] - mx) * (returns[d, asset] - my) for d in kept) / sxx
        residual = {d: returns[d, asset] - my - slope * (market[d] - mx) for d in range(t)}
        events.append({
            "asset": asset, "row": row, "settle": int(rng.integers(0, 2)) if late else 0, "kept": kept,
            "before": before, "residual": residual, "market": market, "mx": mx, "sxx": sxx, "M": len(kept),
            "s": math.sqrt(sum(residual[d] ** 2 for d in kept) / (len(kept) - 2)),
            "w": float(rng.uniform(0.2, 3.0)) if weighted else 1.0,
            "returns": {d: returns[d, asset] for d in range(t)},
        })  # fmt: skip
    return events


def seen(e, day):
    return not math.isnan(e["residual"][day])


def spread(e, days):
    """Variance of the sum of abnormal returns over days: s^2 g'(I + X (X'X)^-1 X')g."""
    away = sum(e["market"][d] - e["mx"] for d in days)
    return e["s"] ** 2 * (len(days) + len(days) ** 2 / e["M"] + away**2 / e["sxx"])


def test_window(e, window):
    a, b = window
    start = a + e["settle"] if a > 0 else a
    end = b + e["settle"] if b >= 0 else b
    return [e["row"] + k for k in range(start, end + 1)]


test_window.__test__ = False


def counted(events, window):
    """The events with half their window or more, with CAR and SCAR."""
    out = []
    for e in events:
        days = test_window(e, window)
        valid = [d for d in days if seen(e, d)]
        if len(valid) >= max(1, 0.5 * len(days)):
            car, var = sum(e["residual"][d] for d in valid), spread(e, valid)
            out.append(e | {"days": days, "valid": valid, "car": car, "var": var, "scar": car / math.sqrt(var)})
    return out


def present(events, window):
    """Those counted, and those whose window counts for nothing but which have returns around it: with empty windows."""
    out = counted(events, window)
    rows = {(e["row"], e["asset"]) for e in out}
    for e in events:
        days = test_window(e, window)
        around = [e["row"] + k for k in range(FIRST, LAST + 1) if e["row"] + k not in days]
        if (e["row"], e["asset"]) not in rows and any(seen(e, d) for d in around):
            out.append(e | {"days": days, "valid": []})
    return out


def wmean(x, w):
    return sum(a * b for a, b in zip(x, w, strict=True)) / sum(w)


def robust_t(x, w):
    """Weighted mean over its HC1 error."""
    n, m = len(x), wmean(x, w)
    return m / math.sqrt(n / (n - 1) * sum((b * (a - m)) ** 2 for a, b in zip(x, w, strict=True))) * sum(w)


def pair_correlation(a, b):
    common = [d for d in a["valid"] if d in b["valid"]]
    share = len(common) / math.sqrt(len(a["valid"]) * len(b["valid"]))
    if not share:
        return 0.0
    if a["asset"] == b["asset"]:
        return share
    both = [d for d in a["kept"] if d in set(b["kept"])]
    if len(both) < 30:
        return None
    x, y = [a["residual"][d] for d in both], [b["residual"][d] for d in both]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    sxy = sum((p - mx) * (q - my) for p, q in zip(x, y, strict=True))
    return share * sxy / math.sqrt(sum((p - mx) ** 2 for p in x) * sum((q - my) ** 2 for q in y))


def r_bar(events):
    top = bottom = 0.0
    for a, b in itertools.combinations(events, 2):
        r = pair_correlation(a, b)
        if r is not None:
            top, bottom = top + a["w"] * b["w"] * r, bottom + a["w"] * b["w"]
    return top / bottom


def cluster_of(events):
    label = list(range(len(events)))
    for _ in events:  # the smallest label spreads along the chains of overlapping windows
        for i, j in itertools.product(range(len(events)), repeat=2):
            if set(events[i]["days"]) & set(events[j]["days"]):
                label[i] = label[j] = min(label[i], label[j])
    return label


def cluster_variance(x, w, label):
    m, names = wmean(x, w), set(label)
    score = {g: sum(b * (a - m) for a, b, c in zip(x, w, label, strict=True) if c == g) for g in names}
    return len(names) / (len(names) - 1) * sum(v**2 for v in score.values()) / sum(w) ** 2


def midranks(values):
    return [sum(v < x for v in values) + (sum(v == x for v in values) + 1) / 2 for x in values]


def day_table(events, score, window_only):
    """Scores by relative day: estimation days by position from 0, event days as ("day", k)."""
    table = []
    for e in events:
        inside = {d for d in e["days"] if d in e["valid"]}
        own = {("before", k): e["residual"][d] for k, d in enumerate(e["before"]) if seen(e, d)}
        for k in range(FIRST, LAST + 1):
            d = e["row"] + k
            if seen(e, d) and (d in inside or (not window_only and d not in e["days"])):
                own["day", k] = e["residual"][d]
        keys = list(own)
        table.append(dict(zip(keys, score([own[k] for k in keys]), strict=True)))
    return table


def holding(events):
    """Relative days of the windows, each with the weighted share of events that hold it."""
    total = sum(e["w"] for e in events)
    every = sorted({d - e["row"] for e in events for d in e["days"]})
    return {k: sum(e["w"] for e in events if e["row"] + k in e["days"]) / total for k in every}


def over_window(events, per_day, root):
    """Sum over the days of a window of the daily figures, over root mean square and sqrt(L), days by their share."""
    share = holding(events)
    return sum(h * per_day.get(("day", k), 0.0) for k, h in share.items()) / root / math.sqrt(sum(share.values()))


def rank_z(events, score, *, window_only=False, by_number=False):
    """Daily figures of every event for the root mean square; in the window, of the events that hold the day.

    A figure over sqrt(n_t) has the same variance whatever n_t, so that the root of the share is its say.
    """
    table = day_table(events, score, window_only)

    def figure(key, held):
        here = [
            (e["w"], own[key])
            for e, own in zip(events, table, strict=True)
            if key in own and (not held or e["row"] + key[1] in e["days"])
        ]
        total = sum(a * b for a, b in here)
        if not here:
            return 0.0
        return total / (math.sqrt(sum(a * a for a, _ in here)) if by_number else sum(a for a, _ in here))

    every = [figure(key, False) for key in {k for own in table for k in own}]
    root = math.sqrt(sum(v * v for v in every) / len(every))
    share = holding(events)
    return over_window(
        events, {("day", k): figure(("day", k), True) / (h**0.5 if by_number else 1) for k, h in share.items()}, root
    )


def sign_about_median(values):
    ordered, n = sorted(values), len(values)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return [float(v > median) - float(v < median) for v in values]


def crude(events):
    """The sum of daily averages over what such averages vary before the event."""
    averages = []
    for k in range(M):
        here = [(e["w"], e["residual"][e["before"][k]]) for e in events if seen(e, e["before"][k])]
        if len(here) >= len(events) / 2:
            averages.append(wmean([x for _, x in here], [w for w, _ in here]))
    m = sum(averages) / len(averages)
    sd = math.sqrt(sum((a - m) ** 2 for a in averages) / (len(averages) - 1))
    per_day = {}
    for k in holding(events):
        here = [(e["w"], e["residual"][e["row"] + k]) for e in events if e["row"] + k in e["valid"]]
        per_day["day", k] = wmean([x for _, x in here], [w for w, _ in here]) if here else 0.0
    return over_window(events, per_day, sd), len(averages) - 1


def grank(events):
    n, scar, w = len(events), [e["scar"] for e in events], [e["w"] for e in events]
    m = sum(scar) / n
    sd = math.sqrt(sum((v - m) ** 2 for v in scar) / (n - 1))
    rows = []
    for e in events:
        keys, values = ["event"], [e["scar"] / sd]
        for k, d in enumerate(e["before"]):
            if seen(e, d):
                h = 1 / e["M"] + (e["market"][d] - e["mx"]) ** 2 / e["sxx"]
                keys.append(k)
                values.append(e["residual"][d] / (e["s"] * math.sqrt(1 - h)))
        rows.append({k: r / (len(values) + 1) - 0.5 for k, r in zip(keys, midranks(values), strict=True)})
    kish = sum(w) ** 2 / sum(a * a for a in w)
    mean, number = {}, {}
    for key in {k for row in rows for k in row}:
        here = [(a, row[key]) for a, row in zip(w, rows, strict=True) if key in row]
        mean[key] = sum(a * b for a, b in here) / sum(a for a, _ in here)
        number[key] = sum(a for a, _ in here) ** 2 / sum(a * a for a, _ in here)
    days = len(mean)
    z = mean["event"] / math.sqrt(sum(number[k] / kish * mean[k] ** 2 for k in mean) / days)
    t = z * math.sqrt((days - 2) / (days - 1 - z * z))
    # uniform ranks: the variance of each event's rank is M_i / (12 (M_i + 2))
    se = math.sqrt(sum(a * a * e["M"] / (12 * (e["M"] + 2)) for a, e in zip(w, events, strict=True))) / sum(w)
    return t, days - 2, mean["event"] / se


def calendar_returns(events):
    held = {}
    for e in events:
        for d in e["valid"]:
            normal = math.exp(e["returns"][d] - e["residual"][d]) - 1
            held.setdefault(d, []).append((e["w"], math.exp(e["returns"][d]) - 1 - normal))
    return [wmean([x for _, x in held[d]], [w for w, _ in held[d]]) for d in sorted(held)]


def newey_west_t(y):
    t, m = len(y), sum(y) / len(y)
    lags = math.floor(4 * (t / 100) ** (2 / 9))
    total = sum((v - m) ** 2 for v in y)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * sum((y[i] - m) * (y[i - lag] - m) for i in range(lag, t))
    return m / math.sqrt(total / t / (t - 1))


def third(x, w):
    """Skewness of the weighted mean, sum w^3 d^3 / (sum w^2 d^2)^1.5."""
    m = wmean(x, w)
    pairs = [(b, a - m) for a, b in zip(x, w, strict=True)]
    return sum((b * d) ** 3 for b, d in pairs) / sum((b * d) ** 2 for b, d in pairs) ** 1.5


def wanted(events, window):
    """Name -> (statistic, degrees of freedom or None for the normal)."""
    ev = counted(events, window)
    n, w, car, scar = len(ev), [e["w"] for e in ev], [e["car"] for e in ev], [e["scar"] for e in ev]
    kish, r = sum(w) ** 2 / sum(a * a for a in w), r_bar(ev)
    label, asset = cluster_of(ev), [e["asset"] for e in ev]
    dof = [e["M"] - 2 for e in ev]
    patell = sum(a * b for a, b in zip(w, scar, strict=True)) / math.sqrt(
        sum(a * a * k / (k - 2) for a, k in zip(w, dof, strict=True))
    )
    p = wmean([sum(e["residual"][d] > 0 for d in e["kept"]) / e["M"] for e in ev], w)
    positive = [float(c > 0) for c in car]
    root = math.sqrt(sum(a * a for a in w))
    g = third(car, w)  # of the mean; the textbook's is sqrt(n) of it at equal weights
    s = robust_t(car, w)
    hall = s + g * s * s / 3 + g * g * s**3 / 27 + g / 6
    there = present(events, window)
    crude_t, crude_dof = crude(there)
    rank_t, rank_dof, rank_z_ = grank(ev)
    groups = sorted(set(label))
    means = [wmean([c for c, k in zip(car, label, strict=True) if k == q],
                   [a for a, k in zip(w, label, strict=True) if k == q]) for q in groups]  # fmt: skip
    out = {
        "time_series_t": (sum(a * b for a, b in zip(w, car, strict=True))
                          / math.sqrt(sum(a * a * e["var"] for a, e in zip(w, ev, strict=True))), None),
        "cross_sectional_t": (robust_t(car, w), n - 1),
        "crude_dependence_t": (crude_t, crude_dof),
        "patell_z": (patell, None),
        "adjusted_patell_z": (patell / math.sqrt(1 + (kish - 1) * r), None),
        "bmp_t": (robust_t(scar, w), n - 1),
        "adjusted_bmp_t": (robust_t(scar, w) * math.sqrt((1 - r) / (1 + (kish - 1) * r)), n - 1),
        "skewness_adjusted_t": (hall, None),
        "sign_z": (sum(a * (b - 0.5) for a, b in zip(w, positive, strict=True)) / (root / 2), None),
        "generalized_sign_z": (sum(a * (b - p) for a, b in zip(w, positive, strict=True))
                               / (root * math.sqrt(p * (1 - p))), None),
        "corrado_rank_z": (rank_z(there, lambda v: [x - (len(v) + 1) / 2 for x in midranks(v)]), None),
        "corrado_zivney_rank_z": (rank_z(there, lambda v: [x / (1 + len(v)) - 0.5 for x in midranks(v)],
                                         by_number=True), None),
        "corrado_zivney_sign_z": (rank_z(there, sign_about_median, by_number=True), None),
        "cumulative_rank_z": (rank_z(there, lambda v: [x - (len(v) + 1) / 2 for x in midranks(v)],
                                     window_only=True), None),
        "grank_t": (rank_t, rank_dof),
        "grank_z": (rank_z_, None),
    }  # fmt: skip
    if len(groups) > 1:
        both = list(zip(label, asset, strict=True))
        m = wmean(car, w)
        v = cluster_variance(car, w, label)
        two = v + cluster_variance(car, w, asset) - cluster_variance(car, w, both)
        out["clustered_t"] = m / math.sqrt(v), len(groups) - 1
        if two > 0:
            out["clustered_two_way_t"] = m / math.sqrt(two), min(len(groups), len(set(asset))) - 1
        out["ibragimov_muller_t"] = robust_t(means, [1.0] * len(means)), len(groups) - 1
    y = calendar_returns(ev)
    out["calendar_time_t"] = robust_t(y, [1.0] * len(y)), len(y) - 1
    out["calendar_time_nw_t"] = newey_west_t(y), len(y) - 1
    held = []
    for e in ev:
        own = normal = 0.0
        for d in e["valid"]:
            own, normal = own + e["returns"][d], normal + e["returns"][d] - e["residual"][d]
        held.append(math.exp(own) - math.exp(normal))
    out["bhar_t"] = robust_t(held, w), n - 1
    t, g = robust_t(held, w), third(held, w)
    scale = (1 - 1 / n) ** 1.5  # Johnson's third moment has the sd of ddof 1
    out["bhar_skewness_adjusted_t"] = t + scale * g * t * t / 3 + scale * g / 6, None
    return out


DESIGNS = {
    "staggered": (lambda: panel(31, range(110, 290, 15), [k % 6 for k in range(12)]), (-1, 1)),
    "shared dates": (lambda: panel(32, [120] * 4 + [150] * 3 + [190] * 4, [0, 1, 2, 3, 0, 1, 4, 1, 2, 3, 4]), (0, 0)),
    "a chain of overlaps": (lambda: panel(33, [120, 122, 124, 150, 151, 170, 171, 200], [0, 1, 0, 2, 1, 0, 1, 2]),
                            (0, 2)),
    "settled late": (lambda: panel(34, range(120, 300, 11), [k % 5 for k in range(17)], late=True), (0, 1)),
    "before the event": (lambda: panel(35, [120, 120, 160, 160, 200, 240], [0, 1, 1, 2, 0, 1], late=True), (-3, -1)),
    "after the event": (lambda: panel(36, range(120, 220, 7), [k % 4 for k in range(15)], late=True), (1, 2)),
    "many holes": (lambda: panel(37, range(150, 400, 9), [k % 7 for k in range(28)], missing=0.3), (-1, 2)),
    "fat tails": (lambda: panel(38, range(150, 390, 8), [k % 7 for k in range(30)], fat=True), (0, 0)),
    "three events": (lambda: panel(39, [120, 150, 151], [0, 1, 2], missing=0.0), (0, 1)),
}  # fmt: skip


def sample_of(events, window, *, weighted):
    days = [[e["row"] + k for k in range(FIRST, LAST + 1)] for e in events]
    ev = {id(e): None for e in events}
    for e in events:
        (ev[id(e)],) = counted([e], window) or (None,)

    def matrix(value, where):
        return np.array([[value(e, d) for d in row] for e, row in zip(events, where, strict=True)])

    def scale(e, d):
        return 1 + 1 / e["M"] + (e["market"][d] - e["mx"]) ** 2 / e["sxx"]

    before = [e["before"] for e in events]
    normal = matrix(lambda e, d: math.expm1(e["returns"][d] - e["residual"][d]), days)
    return make_sample(
        matrix(lambda e, d: e["residual"][d], days),
        matrix(lambda e, d: e["residual"][d], before),
        window=window,
        event_window=(FIRST, LAST),
        n_parameters=2,
        forecast_scale=matrix(scale, days),
        leverage=matrix(lambda e, d: scale(e, d) - 1, before),
        car_variance=[math.nan if ev[id(e)] is None else ev[id(e)]["var"] for e in events],
        sessions=days,
        estimation_sessions=before,
        asset=[e["asset"] for e in events],
        settle=[e["settle"] for e in events],
        weights=[e["w"] for e in events] if weighted else None,
        realised=matrix(lambda e, d: math.expm1(e["returns"][d]), days),
        expected=normal,
    )


ELSEWHERE = {"sign_exact", "wilcoxon_signed_rank", "wild_bootstrap", "sq_test", "sq_test_ewma"}
"""Against every pattern of signs or rank by rank: `test_inference_weighted`, `test_resampling_clusters`,
`test_single_event_tests` and `test_audit_statistics`."""


def tail(statistic, dof, alternative):
    law = stats.norm if dof is None else stats.t(dof)
    upper, lower = law.sf(statistic), law.cdf(statistic)
    return {"two-sided": 2 * min(upper, lower), "greater": upper, "less": lower}[alternative]


@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_statistic_by_plain_loops(name, weighted):
    draw, window = DESIGNS[name]
    events = draw()
    if not weighted:
        events = [e | {"w": 1.0} for e in events]
    sample, expected = sample_of(events, window, weighted=weighted), wanted(events, window)
    for alternative in ("two-sided", "greater", "less"):
        found = {t.name: t for t in run_tests(sample, alternative=alternative)}
        for test, (statistic, dof) in expected.items():
            assert found[test].statistic == pytest.approx(statistic, rel=RTOL), test
            if test == "bhar_skewness_adjusted_t":  # its law is its own resamples'
                continue
            assert found[test].p_value == pytest.approx(tail(statistic, dof, alternative), rel=RTOL), test
            assert dof is None or found[test].dof == dof
        for test in set(BATTERY) - set(expected) - ELSEWHERE:
            assert test.startswith(("clustered", "ibragimov")), "one cluster, or a two-way variance below zero"
            assert math.isnan(found[test].statistic)
            assert found[test].note
    undefined = set(BATTERY) - set(expected) - ELSEWHERE
    assert undefined <= {"clustered_two_way_t"} or len(set(cluster_of(counted(events, window)))) == 1


@pytest.mark.parametrize("n", [9, 44], ids=["all of nine", "a quarter of 44"])
def test_johnsons_t_is_compared_with_its_own_resamples(n):
    rng = np.random.default_rng(41)
    x = rng.lognormal(0, 0.6, n) - 1.3
    size = n // 4 if n >= 40 else n

    def johnson(values, about):
        m = sum(values) / len(values)
        sd = math.sqrt(sum((v - m) ** 2 for v in values) / (len(values) - 1))
        s, g = (m - about) / sd, sum((v - m) ** 3 for v in values) / (len(values) * sd**3)
        return math.sqrt(len(values)) * (s + g * s * s / 3 + g / (6 * len(values)))

    own, drawn = johnson(x, 0.0), []
    for _ in range(RESAMPLES):
        values = x[rng.integers(0, n, size)]
        if len(set(values)) > 1:
            drawn.append(johnson(values, sum(x) / n))
    below, above = (np.mean(np.array(drawn) <= own), np.mean(np.array(drawn) >= own))
    for alternative, p in (("two-sided", 2 * min(below, above)), ("greater", above), ("less", below)):
        got = bhar_skewness_adjusted_t(x, draws=RESAMPLES, alternative=alternative)[1]
        # both draw as often; a two-sided p is twice a tail
        error = (2 if alternative == "two-sided" else 1) * math.sqrt(2 * p * (1 - p) / RESAMPLES)
        assert float(got) == pytest.approx(p, abs=4 * error)
        assert 0.001 < p < 0.999
