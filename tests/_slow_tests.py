"""Every statistic again, in plain loops over plain lists, sharing no code with the library.

An event is a dict: ar (list over event days), residuals (list over estimation days), both with None for
missing; days and estimation_days (calendar numbers); asset; sigma, m, k, leverage; car, variance;
window (columns of its test window).
"""

from __future__ import annotations

import math
from itertools import product


def mean(x):
    return sum(x) / len(x)


def sd(x, ddof=1):
    centre = mean(x)
    return math.sqrt(sum((v - centre) ** 2 for v in x) / (len(x) - ddof))


def counted(events):
    return [e for e in events if e["car"] is not None]


def scars(events):
    return [e["car"] / math.sqrt(e["variance"]) for e in counted(events)]


def time_series_t(events):
    use = counted(events)
    return mean([e["car"] for e in use]) / (math.sqrt(sum(e["variance"] for e in use)) / len(use))


def t_of(x):
    return mean(x) / (sd(x) / math.sqrt(len(x)))


def cross_sectional_t(events):
    return t_of([e["car"] for e in counted(events)])


def bmp_t(events):
    return t_of(scars(events))


def patell_z(events):
    return sum(scars(events)) / math.sqrt(sum((e["m"] - e["k"]) / (e["m"] - e["k"] - 2) for e in counted(events)))


def correlation(a, b):
    common = [d for d in a if d in b]
    if len(common) < 30:
        return None
    x, y = [a[d] for d in common], [b[d] for d in common]
    mx, my = mean(x), mean(y)
    top = sum((u - mx) * (v - my) for u, v in zip(x, y, strict=True))
    return top / math.sqrt(sum((u - mx) ** 2 for u in x) * sum((v - my) ** 2 for v in y))


def r_bar(events):
    use = counted(events)
    total, pairs, unknown = 0.0, 0, 0
    for i in range(len(use)):
        for j in range(i + 1, len(use)):
            a, b = use[i], use[j]
            own = {a["days"][c] for c in a["window"] if a["ar"][c] is not None}
            other = {b["days"][c] for c in b["window"] if b["ar"][c] is not None}
            w = len(own & other) / math.sqrt(len(own) * len(other))
            if w > 0:
                if a["asset"] == b["asset"]:
                    rho = 1.0
                else:
                    series = [
                        {d: v for d, v in zip(e["estimation_days"], e["residuals"], strict=True) if v is not None}
                        for e in (a, b)
                    ]
                    rho = correlation(*series)
                    if rho is None:
                        unknown += 1
                        continue
                total += w * rho
            pairs += 1
    return total / pairs, pairs, unknown


def adjusted_patell_z(events):
    n, r = len(counted(events)), r_bar(events)[0]
    return patell_z(events) / math.sqrt(1 + (n - 1) * r)


def adjusted_bmp_t(events):
    n, r = len(counted(events)), r_bar(events)[0]
    return bmp_t(events) * math.sqrt((1 - r) / (1 + (n - 1) * r))


def skewness_adjusted_t(events):
    x = [e["car"] for e in counted(events)]
    n, centre = len(x), mean(x)
    m2 = sum((v - centre) ** 2 for v in x) / n
    m3 = sum((v - centre) ** 3 for v in x) / n
    g, s = m3 / m2**1.5, centre / sd(x)
    return math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))


def share_of_windows(events, column):
    return sum(column in e["window"] for e in events) / len(events)


def crude_dependence_t(events):
    portfolio = []
    for t in range(len(events[0]["residuals"])):
        valid = [e["residuals"][t] for e in events if e["residuals"][t] is not None]
        if len(valid) >= len(events) / 2:
            portfolio.append(mean(valid))
    total, length = 0.0, 0.0
    for c in range(len(events[0]["ar"])):
        valid = [e["ar"][c] for e in events if c in e["window"] and e["ar"][c] is not None]
        if valid:
            total += share_of_windows(events, c) * mean(valid)
            length += share_of_windows(events, c)
    return total / (sd(portfolio) * math.sqrt(length))


def sign_z(events):
    signs = [e["car"] > 0 for e in counted(events) if e["car"] != 0]
    return (sum(signs) - len(signs) / 2) / math.sqrt(len(signs) / 4)


def sign_exact_p(positive, n):
    law = [math.comb(n, k) / 2**n for k in range(n + 1)]
    return min(1.0, 2 * min(sum(law[: positive + 1]), sum(law[positive:])))


def generalized_sign_z(events):
    use = [e for e in counted(events) if e["car"] != 0]
    shares = []
    for e in use:
        known = [v for v in e["residuals"] if v is not None]
        shares.append(sum(v > 0 for v in known) / len(known))
    p, n = mean(shares), len(use)
    return (sum(e["car"] > 0 for e in use) - n * p) / math.sqrt(n * p * (1 - p))


def ranks(x):
    """Mid-ranks by counting, None for None."""
    known = [v for v in x if v is not None]
    return [None if v is None else sum(u < v for u in known) + (sum(u == v for u in known) + 1) / 2 for v in x]


def median(x):
    ordered = sorted(x)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _days(events, score, window_only=False):
    """Rows of scores over estimation and event columns, one list an event."""
    rows = []
    for e in events:
        event = [v if (not window_only or c in e["window"]) else None for c, v in enumerate(e["ar"])]
        rows.append(score(list(e["residuals"]) + event))
    return rows


def _window_score(events, rows, per_day):
    m = len(events[0]["residuals"])
    days = [per_day([r[t] for r in rows if r[t] is not None]) for t in range(len(rows[0]))]
    days = [d for d in days if d is not None]
    spread = math.sqrt(mean([d**2 for d in days]))
    total, length = [], 0.0
    for c in range(len(events[0]["ar"])):
        inside = [r[m + c] for r, e in zip(rows, events, strict=True) if c in e["window"] and r[m + c] is not None]
        if inside:
            total.append((share_of_windows(events, c), per_day(inside)))
            length += share_of_windows(events, c)
    return total, length, spread


def _centred(x):
    n = sum(v is not None for v in x)
    return [None if v is None else v - (n + 1) / 2 for v in ranks(x)]


def _scaled(x):
    n = sum(v is not None for v in x)
    return [None if v is None else v / (1 + n) - 0.5 for v in ranks(x)]


def _signs(x):
    middle = median([v for v in x if v is not None])
    return [None if v is None else (v > middle) - (v < middle) for v in x]


def corrado_rank_z(events, window_only=False):
    rows = _days(events, _centred, window_only)
    total, length, spread = _window_score(events, rows, lambda x: mean(x) if x else None)
    return sum(share * v for share, v in total) / (spread * math.sqrt(length))


def cumulative_rank_z(events):
    return corrado_rank_z(events, window_only=True)


def _corrado_zivney(events, score):
    rows = _days(events, score)
    total, length, spread = _window_score(events, rows, lambda x: sum(x) / math.sqrt(len(x)) if x else None)
    return sum(math.sqrt(share) * v for share, v in total) / (spread * math.sqrt(length))


def corrado_zivney_rank_z(events):
    return _corrado_zivney(events, _scaled)


def corrado_zivney_sign_z(events):
    return _corrado_zivney(events, _signs)


def _grank_rows(events):
    use = counted(events)
    star = [s / sd(scars(events)) for s in scars(events)]
    rows = []
    for e, last in zip(use, star, strict=True):
        sars = [
            None if v is None else v / (e["sigma"] * math.sqrt(1 - h))
            for v, h in zip(e["residuals"], e["leverage"], strict=True)
        ]
        m = sum(v is not None for v in sars)
        rows.append(([None if r is None else r / (m + 2) - 0.5 for r in ranks([*sars, last])], m))
    return rows


def grank_t(events):
    rows = [r for r, _ in _grank_rows(events)]
    n, days = len(rows), []
    for t in range(len(rows[0])):
        known = [r[t] for r in rows if r[t] is not None]
        if known:
            days.append(len(known) / n * mean(known) ** 2)
    z = mean([r[-1] for r in rows]) / math.sqrt(mean(days))
    m = len(days) - 1
    return z * math.sqrt((m - 1) / (m - z**2))


def grank_z(events):
    rows = _grank_rows(events)
    n = len(rows)
    variance = sum(m / (12 * (m + 2)) for _, m in rows) / n**2
    return mean([r[-1] for r, _ in rows]) / math.sqrt(variance)


def wilcoxon_p(x):
    """Exact two-sided p by listing all sign patterns."""
    x = [v for v in x if v != 0]
    order = ranks([abs(v) for v in x])
    observed = sum(r for r, v in zip(order, x, strict=True) if v > 0)
    sums = [sum(r for r, on in zip(order, signs, strict=True) if on) for signs in product([0, 1], repeat=len(x))]
    low = sum(s <= observed + 1e-9 for s in sums) / len(sums)
    high = sum(s >= observed - 1e-9 for s in sums) / len(sums)
    return observed, min(1.0, 2 * min(low, high))


def cluster_codes(events):
    """Connected sets by growing them until nothing changes."""
    days = [{e["days"][c] for c in e["window"]} for e in events]
    label = list(range(len(events)))
    changed = True
    while changed:
        changed = False
        for i in range(len(events)):
            for j in range(len(events)):
                if days[i] & days[j] and label[i] != label[j]:
                    label[i] = label[j] = min(label[i], label[j])
                    changed = True
    return label


def _cluster_variance(x, label):
    centre, sums = mean(x), {}
    for v, g in zip(x, label, strict=True):
        sums[g] = sums.get(g, 0.0) + v - centre
    groups = len(sums)
    return groups / (groups - 1) * sum(s**2 for s in sums.values()) / len(x) ** 2


def clustered_t(events):
    use = counted(events)
    x = [e["car"] for e in use]
    return mean(x) / math.sqrt(_cluster_variance(x, cluster_codes(use)))


def clustered_two_way_t(events):
    use = counted(events)
    x, a, b = [e["car"] for e in use], cluster_codes(use), [e["asset"] for e in use]
    both = list(zip(a, b, strict=True))
    return mean(x) / math.sqrt(_cluster_variance(x, a) + _cluster_variance(x, b) - _cluster_variance(x, both))


def ibragimov_muller_t(events):
    use = counted(events)
    label = cluster_codes(use)
    return t_of([mean([e["car"] for e, h in zip(use, label, strict=True) if h == g]) for g in sorted(set(label))])


def calendar_returns(events):
    held = {}
    for e in counted(events):
        for c in e["window"]:
            if e["ar"][c] is not None:
                held.setdefault(e["days"][c], []).append(e["realised"][c] - e["expected"][c])
    return [mean(held[d]) for d in sorted(held)]


def calendar_time_t(events):
    return t_of(calendar_returns(events))


def calendar_time_nw_t(events):
    x = calendar_returns(events)
    t, centre = len(x), mean(x)
    lags = math.floor(4 * (t / 100) ** (2 / 9))
    u = [v - centre for v in x]
    total = sum(v * v for v in u)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * sum(u[i] * u[i - lag] for i in range(lag, t))
    return centre / math.sqrt(total / t**2 * t / (t - 1))


def bhars(events):
    out = []
    for e in counted(events):
        own, benchmark = 1.0, 1.0
        for c in e["window"]:
            if e["ar"][c] is not None:
                own *= 1 + e["realised"][c]
                benchmark *= 1 + e["expected"][c]
        out.append(own - benchmark)
    return out


def bhar_t(events):
    return t_of(bhars(events))


def bhar_skewness_adjusted_t(events):
    x = bhars(events)
    n, s = len(x), mean(x) / sd(x)
    g = sum((v - mean(x)) ** 3 for v in x) / (n * sd(x) ** 3)
    return math.sqrt(n) * (s + g * s**2 / 3 + g / (6 * n))
