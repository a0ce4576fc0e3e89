"""Slow, readable reference for `test_audit_statistics`: from a price table to every statistic, by plain loops.

Nothing of the library is used here: one event, one day, one sum at a time, straight from the formulas.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from itertools import combinations

import numpy as np
from scipy import stats

EVENT = (-4, 4)
ESTIMATION = (-75, -6)


# --- The reference: one event from prices to its abnormal returns ------------------------------------------------


class Ref:
    """One row's estimation and event window, worked out from the price table by hand."""

    def __init__(self, prices, asset, model, day0, settle, *, excluded=(), weight=1.0):
        kind, benchmark = model
        own = prices[asset].dropna()
        days = list((prices[benchmark] if benchmark else prices[asset]).dropna().index)
        y, x = {}, {}
        last = None  # the session of the price before
        for k, day in enumerate(days):
            if day not in own.index:
                continue
            if last is not None:
                y[k] = math.log(own[day] / own[days[last]])
                x[k] = math.log(prices[benchmark][day] / prices[benchmark][days[last]]) if benchmark else 0.0
            last = k
        at = days.index(day0)
        self.asset, self.settle, self.weight = asset, settle, weight
        self.day = {k: days[at + k] for k in range(-200, 60) if 0 <= at + k < len(days)}
        self.event_days = range(EVENT[0], EVENT[1] + settle + 1)
        sample = [k for k in range(ESTIMATION[0], ESTIMATION[1] + 1) if at + k in y and days[at + k] not in excluded]
        rows = {k: ([1.0, x[at + k]] if kind == "market" else [1.0]) for k in self.day if at + k in y}
        returns = {k: y[at + k] for k in rows}
        self.returns = returns
        if kind == "adjusted":
            self.gram, self.K = None, 1
            abnormal = {k: returns[k] - x[at + k] for k in rows}
            mean = sum(abnormal[k] for k in sample) / len(sample)
            rss = sum((abnormal[k] - mean) ** 2 for k in sample)
        else:
            design = np.array([rows[k] for k in sample])
            self.gram, self.K = np.linalg.inv(design.T @ design), design.shape[1]
            b = np.linalg.lstsq(design, np.array([returns[k] for k in sample]), rcond=None)[0]
            abnormal = {k: returns[k] - float(np.dot(rows[k], b)) for k in rows}
            rss = sum(abnormal[k] ** 2 for k in sample)
        self.rows = rows
        design = (lambda k: [1.0, x[k]]) if kind == "market" else (lambda k: [1.0])
        self.all_days, self.by_day = days, {days[k]: (y[k], design(k)) for k in y}
        self.M = len(sample)
        self.s = math.sqrt(rss / (self.M - self.K))
        self.residual = {k: abnormal[k] for k in sample}
        self.ar = {k: abnormal[k] for k in self.event_days if k in abnormal}

    @property
    def dof(self):
        return self.M - self.K

    def leverage(self, k):
        return 0.0 if self.gram is None else float(np.array(self.rows[k]) @ self.gram @ np.array(self.rows[k]))

    def window(self, w):
        first = w[0] + (self.settle if w[0] > 0 else 0)
        last = w[1] + (self.settle if w[1] >= 0 else 0)
        return list(range(first, last + 1))

    def valid(self, w):
        days = [k for k in self.window(w) if k in self.ar]
        return days if days and len(days) >= 0.5 * len(self.window(w)) else []

    def without(self, w):
        """The same event with its returns of a window taken out: it does not count there.

        It stays among the events that are averaged on the other days, as Corrado and Zivney (1992) keep a
        firm whose return is missing on the event day alone.
        """
        other = copy.copy(self)
        other.ar = {k: v for k, v in self.ar.items() if k not in self.window(w)}
        return other

    def car(self, w):
        days = self.valid(w)
        return sum(self.ar[k] for k in days) if days else math.nan

    def variance(self, w):
        days = self.valid(w)
        if not days:
            return math.nan
        total = float(len(days))
        if self.gram is not None:
            for j in days:
                for k in days:
                    total += float(np.array(self.rows[j]) @ self.gram @ np.array(self.rows[k]))
        return self.s**2 * total

    def scar(self, w):
        return self.car(w) / math.sqrt(self.variance(w)) if self.valid(w) else math.nan

    def sars(self):
        return {k: e / (self.s * math.sqrt(1 - self.leverage(k))) for k, e in self.residual.items()}

    def simple(self, k):
        """Realised and expected simple return of a day."""
        return math.expm1(self.returns[k]), math.expm1(self.returns[k] - self.ar[k])


# --- The reference: statistics, one formula each -----------------------------------------------------------------


def mean(values):
    return sum(values) / len(values)


def sd(values):
    m = mean(values)
    return math.sqrt(sum((v - m) ** 2 for v in values) / (len(values) - 1))


def ranks(values):
    """Mid-ranks from 1 of a mapping's values."""
    return {
        key: 1 + sum(w < v for w in values.values()) + (sum(w == v for w in values.values()) - 1) / 2
        for key, v in values.items()
    }


def r_bar(events, w):
    total, pairs = 0.0, 0
    for a, b in combinations(events, 2):
        one, two = ({e.day[k] for k in e.valid(w)} for e in (a, b))
        weight = len(one & two) / math.sqrt(len(one) * len(two))
        if weight == 0:
            pairs += 1
            continue
        if a.asset == b.asset:
            rho = 1.0
        else:
            left = {a.day[k]: e for k, e in a.residual.items()}
            right = {b.day[k]: e for k, e in b.residual.items()}
            common = sorted(left.keys() & right.keys())
            if len(common) < 30:
                continue
            rho = float(np.corrcoef([left[d] for d in common], [right[d] for d in common])[0, 1])
        total += weight * rho
        pairs += 1
    return total / pairs


def cluster_codes(events, w):
    """Connected sets of windows that share a calendar session."""
    days = [{e.day[k] for k in e.window(w) if k in e.day} for e in events]
    code = list(range(len(events)))
    changed = True
    while changed:
        changed = False
        for i, j in combinations(range(len(events)), 2):
            if days[i] & days[j] and code[i] != code[j]:
                low = min(code[i], code[j])
                code[i] = code[j] = low
                changed = True
    return code


def cluster_variance(x, code):
    m, groups = mean(x), sorted(set(code), key=str)
    meat = sum(sum(v - m for v, c in zip(x, code, strict=True) if c == g) ** 2 for g in groups)
    g = len(groups)
    return g / (g - 1) * meat / len(x) ** 2 if g > 1 else math.nan


def shares(events, w):
    """Window offsets and the share of events that hold each, where any has a return."""
    out = {}
    for k in sorted({k for e in events for k in e.window(w)}):
        if any(k in e.ar for e in events if k in e.window(w)):
            out[k] = sum(k in e.window(w) for e in events) / len(events)
    return out


def crude(events, w):
    held = {}
    for e in events:
        for k, v in e.residual.items():
            held.setdefault(k, []).append(v)
    portfolio = [mean(v) for v in held.values() if len(v) >= 0.5 * len(events)]
    share = shares(events, w)
    top = sum(s * mean([e.ar[k] for e in events if k in e.window(w) and k in e.ar]) for k, s in share.items())
    return top / (sd(portfolio) * math.sqrt(sum(share.values()))), len(portfolio) - 1


def rank_scores(events, w, *, window_only=False):
    """K_it and N_i of each event over its estimation sample and event window (or the tested days alone)."""
    out = []
    for e in events:
        days = e.window(w) if window_only else e.event_days
        together = {**e.residual, **{k: e.ar[k] for k in days if k in e.ar}}
        out.append((ranks(together), len(together)))
    return out


def corrado(events, w, *, window_only=False):
    scores = [
        {k: r - (n + 1) / 2 for k, r in held.items()} for held, n in rank_scores(events, w, window_only=window_only)
    ]
    days = sorted({k for s in scores for k in s})
    daily = {k: mean([s[k] for s in scores if k in s]) for k in days}
    rms = math.sqrt(mean([v**2 for v in daily.values()]))
    share = shares(events, w)
    top = sum(
        s * mean([v[k] for e, v in zip(events, scores, strict=True) if k in e.window(w) and k in v])
        for k, s in share.items()
    )
    return top / (rms * math.sqrt(sum(share.values())))


def corrado_zivney(events, w, score):
    """Per-day sums over root n_t; a day that a share of the windows holds weighs with its root."""
    scores = []
    for e, (held, n) in zip(events, rank_scores(events, w), strict=True):
        if score == "rank":
            scores.append({k: r / (1 + n) - 0.5 for k, r in held.items()})
        else:
            together = {**e.residual, **e.ar}
            middle = float(np.median(list(together.values())))
            scores.append({k: float(np.sign(v - middle)) for k, v in together.items()})
    days = sorted({k for s in scores for k in s})
    daily = {k: sum(s[k] for s in scores if k in s) / math.sqrt(sum(k in s for s in scores)) for k in days}
    rms = math.sqrt(mean([v**2 for v in daily.values()]))
    top, length = 0.0, 0.0
    for k, share in shares(events, w).items():
        here = [v[k] for e, v in zip(events, scores, strict=True) if k in e.window(w) and k in v]
        top += math.sqrt(share) * sum(here) / math.sqrt(len(here))
        length += share
    return top / (rms * math.sqrt(length))


def grank(events, w):
    spread = sd([e.scar(w) for e in events])
    scores = []
    for e in events:
        together = {**e.sars(), "event": e.scar(w) / spread}
        scores.append({k: r / (e.M + 2) - 0.5 for k, r in ranks(together).items()})
    n = len(events)
    days = {k for s in scores for k in s}
    daily = {k: mean([s[k] for s in scores if k in s]) for k in days}
    count = {k: sum(k in s for s in scores) for k in days}
    big_m = len(days) - 1
    z = daily["event"] / math.sqrt(sum(count[k] / n * daily[k] ** 2 for k in days) / len(days))
    t = z * math.sqrt((big_m - 1) / (big_m - z**2))
    plain = daily["event"] / math.sqrt(sum(e.M / (12 * (e.M + 2)) for e in events) / n**2)
    return t, big_m - 1, plain


def signed_rank_p(x, alternative):
    """Exact: every sign pattern with equal chance, built up as a table of sums."""
    place = ranks(dict(enumerate(abs(v) for v in x)))
    law = Counter({0.0: 1})
    for r in place.values():
        law = Counter({}) + sum((Counter({s: c, s + r: c}) for s, c in law.items()), Counter())
    w = sum(place[i] for i, v in enumerate(x) if v > 0)
    upper = sum(c for s, c in law.items() if s >= w - 1e-9) / 2 ** len(x)
    lower = sum(c for s, c in law.items() if s <= w + 1e-9) / 2 ** len(x)
    return w, {"two-sided": min(1.0, 2 * min(upper, lower)), "greater": upper, "less": lower}[alternative]


def battery(every, w):
    """Name -> (statistic, dof): dof None is the normal, NaN a law of its own."""
    events = [e for e in every if e.valid(w)]
    n = len(events)
    everyone = [e if e.valid(w) else e.without(w) for e in every]
    everyone = [e for e in everyone if e.ar]  # one without any return has no part in the spread either
    car, scar = [e.car(w) for e in events], [e.scar(w) for e in events]
    out = {}
    top = sum(car) / math.sqrt(sum(e.variance(w) for e in events))
    out["time_series_t"] = (top, events[0].dof if n == 1 else None)
    out["crude_dependence_t"] = crude(everyone, w)
    patell = sum(scar) / math.sqrt(sum(e.dof / (e.dof - 2) for e in events))
    out["patell_z"] = (patell, None)
    positive = sum(v > 0 for v in car)
    out["sign_z"] = ((positive - n / 2) / math.sqrt(n / 4), None)
    p = mean([sum(v > 0 for v in e.residual.values()) / e.M for e in events])
    out["generalized_sign_z"] = ((positive - n * p) / math.sqrt(n * p * (1 - p)), None)
    out["corrado_rank_z"] = (corrado(everyone, w), None)
    out["cumulative_rank_z"] = (corrado(everyone, w, window_only=True), None)
    out["corrado_zivney_rank_z"] = (corrado_zivney(everyone, w, "rank"), None)
    out["corrado_zivney_sign_z"] = (corrado_zivney(everyone, w, "sign"), None)
    held = {}
    for e in events:
        for k in e.valid(w):
            real, expected = e.simple(k)
            held.setdefault(e.day[k], []).append(real - expected)
    calendar = [mean(v) for _, v in sorted(held.items())]
    if len(calendar) > 1:
        t = len(calendar)
        out["calendar_time_t"] = (mean(calendar) / (sd(calendar) / math.sqrt(t)), t - 1)
        lags = math.floor(4 * (t / 100) ** (2 / 9))
        u = [v - mean(calendar) for v in calendar]
        long = sum(v * v for v in u)
        for lag in range(1, min(lags, t - 1) + 1):
            long += 2 * (1 - lag / (lags + 1)) * sum(a * b for a, b in zip(u[lag:], u[:-lag], strict=True))
        if long > 0:
            out["calendar_time_nw_t"] = (mean(calendar) / math.sqrt(long / t**2 * t / (t - 1)), t - 1)
    if n < 2:
        return out
    out["cross_sectional_t"] = (mean(car) / (sd(car) / math.sqrt(n)), n - 1)
    bmp = mean(scar) / (sd(scar) / math.sqrt(n))
    out["bmp_t"] = (bmp, n - 1)
    r = r_bar(events, w)
    if not math.isnan(r) and 1 + (n - 1) * r > 0:
        out["adjusted_patell_z"] = (patell / math.sqrt(1 + (n - 1) * r), None)
        out["adjusted_bmp_t"] = (bmp * math.sqrt((1 - r) / (1 + (n - 1) * r)), n - 1)
    t, dof, z = grank(events, w)
    out["grank_t"], out["grank_z"] = (t, dof), (z, None)
    bhar = [
        math.prod(1 + e.simple(k)[0] for k in e.valid(w)) - math.prod(1 + e.simple(k)[1] for k in e.valid(w))
        for e in events
    ]
    out["bhar_t"] = (mean(bhar) / (sd(bhar) / math.sqrt(n)), n - 1)
    code = cluster_codes(events, w)
    if len(set(code)) > 1:
        out["clustered_t"] = (mean(car) / math.sqrt(cluster_variance(car, code)), len(set(code)) - 1)
        means = [mean([v for v, c in zip(car, code, strict=True) if c == g]) for g in set(code)]
        out["ibragimov_muller_t"] = (mean(means) / (sd(means) / math.sqrt(len(means))), len(means) - 1)
        assets = [e.asset for e in events]
        both = list(zip(code, assets, strict=True))
        if len(set(assets)) > 1:
            v = cluster_variance(car, code) + cluster_variance(car, assets) - cluster_variance(car, both)
            if v > 0:
                out["clustered_two_way_t"] = (mean(car) / math.sqrt(v), min(len(set(code)), len(set(assets))) - 1)
    if n >= 3:
        s, m = mean(car) / sd(car), mean(car)
        g = mean([(v - m) ** 3 for v in car]) / mean([(v - m) ** 2 for v in car]) ** 1.5
        out["skewness_adjusted_t"] = (math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n)), None)
    return out


def p_of(statistic, dof, alternative):
    law = stats.norm if dof is None else stats.t(dof)
    upper, lower = float(law.sf(statistic)), float(law.cdf(statistic))
    return {"two-sided": 2 * min(upper, lower), "greater": upper, "less": lower}[alternative]
