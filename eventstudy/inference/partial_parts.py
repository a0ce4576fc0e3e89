"""What each part of the events says of each test: arrays in, sums out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.inference._arrays import masked_weights, ratio
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.nonparametric import positive_share
from eventstudy.inference.partial_pairs import PairRows
from eventstudy.inference.partial_state import Keyed, Moments, State, merge_all
from eventstudy.inference.ranks import combined, combined_ranks, grank_counted, grank_scores, row_median
from eventstudy.inference.sample import NO_SESSION

__all__ = ["FIRST", "SECOND", "Context", "first_pass", "first_sessions", "second_pass"]


@dataclass(frozen=True, slots=True)
class Context:
    """What the first pass over all events found that the second needs.

    Attributes
    ----------
    mean : float
        (Weighted) mean CAR.
    scar_sd : float
        Standard deviation of the SCARs that the generalised rank tests count.
    sessions, cluster : int64, shape (s,)
        First sessions of the events' windows, ascending, and the cluster of each.
    """

    mean: float
    scar_sd: float
    sessions: IntArray
    cluster: IntArray


def first_pass(evidence: Evidence, parts: Iterable[str], order: npt.ArrayLike | None = None) -> State:
    """Sum up some events; ``parts`` names entries of `FIRST`.

    Parameters
    ----------
    evidence : Evidence
        Of these events alone.
    parts : iterable of str
    order : int, shape (n,), optional
        Place of each event among all, for what is gathered.
    """
    states = [_counts(evidence), *(FIRST[name](evidence) for name in parts if name != "gather")]
    if "gather" in parts:
        states.append(_gather(evidence, order))
    return merge_all(states)


def second_pass(evidence: Evidence, parts: Iterable[str], context: Context) -> State:
    """Sum up some events again, with what is known of all of them; ``parts`` names entries of `SECOND`."""
    return merge_all(SECOND[name](evidence, context) for name in parts)


def _weights(evidence: Evidence) -> FloatArray:
    return np.ones(evidence.sample.n_events) if evidence.weights is None else evidence.weights


def _sum(*values: npt.ArrayLike) -> FloatArray:
    return np.array([np.sum(v) for v in values], dtype=np.float64)


def _counts(e: Evidence) -> State:
    car, w = e.car, _weights(e)[np.isfinite(e.car)]
    return State(
        sums={"counts": _sum(e.n, e.n_scar, e.n_beside)},
        moments={"car": Moments.of(car, e.weights)},
        largest={
            "weighted": float(e.weighted),
            "residuals": float(e.has_residuals),
            "simple": float(e.has_simple_returns),
            "absurd": float(e.absurd),
            "weight": float(w.max(initial=0.0)),
            "-weight": float((-w).max(initial=-np.inf)),
        },
    )


def _time_series(e: Evidence) -> State:
    variance = e.sample.car_variance
    x, w, counted = masked_weights(np.where((variance > 0) & np.isfinite(e.scar), e.car, np.nan), e.weights)
    return State(
        sums={
            "time_series": _sum(
                w * x, w, w**2 * np.where(counted, variance, 0.0), np.where(counted, e.sample.dof, 0.0), counted
            )
        }
    )


def _patell(e: Evidence) -> State:
    degrees = e.sample.dof.astype(np.float64)
    variance = ratio(degrees, degrees - 2)
    x, w, counted = masked_weights(np.where(np.isfinite(variance), e.scar, np.nan), e.weights)
    return State(sums={"patell": _sum(w * x, w, w**2 * np.where(counted, variance, 0.0), w**2, counted)})


def _scar(e: Evidence) -> State:
    return State(moments={"scar": Moments.of(e.scar, e.weights)})


def _signs(e: Evidence) -> State:
    signed = np.where(e.car == 0, np.nan, e.car)
    x, w, counted = masked_weights(signed, e.weights)
    share = positive_share(e.sample.residuals)
    _, v, _ = masked_weights(np.where(np.isfinite(share), signed, np.nan), e.weights)
    return State(
        sums={"signs": _sum(w * (x > 0), w, w**2, counted, x > 0, v * np.where(v > 0, share, 0.0), v)},
    )


def _day_sums(name: str, scores: FloatArray, member: BoolArray, weights: FloatArray | None) -> State:
    """Sums over events on each day: of all (n, M + D) scores, and of those in the test windows (n, D)."""
    w = np.ones(len(scores)) if weights is None else weights
    inside = np.where(member, scores[:, scores.shape[1] - member.shape[1] :], np.nan)

    def sums(x: FloatArray) -> FloatArray:
        values, v, counted = masked_weights(x, w[:, None])
        return np.stack([(v * values).sum(axis=0), v.sum(axis=0), (v**2).sum(axis=0), counted.sum(axis=0)])

    held = (w[:, None] * member).sum(axis=0)
    n = (np.isfinite(inside).any(axis=1) & (w > 0)).sum()
    return State(
        sums={f"{name}:all": sums(scores), f"{name}:window": np.vstack([sums(inside), held]),
              f"{name}:n": _sum(n, w, w > 0)}
    )  # fmt: skip


def _crude(e: Evidence) -> State:
    ar, residuals, member, w = e.averaged
    return _day_sums("crude", combined(ar, residuals), member, w)


def _ranks(e: Evidence) -> State:
    place, n_days = e.ranks
    member, w = e.averaged[2:]
    centred = _day_sums("corrado", place - (n_days + 1) / 2, member, w)
    return merge_all([centred, _day_sums("zivney", place / (1 + n_days) - 0.5, member, w)])


def _zivney_signs(e: Evidence) -> State:
    ar, residuals, member, w = e.averaged
    together = combined(ar, residuals)
    return _day_sums("zivney_sign", np.sign(together - row_median(together)), member, w)


def _cumulative(e: Evidence) -> State:
    ar, residuals, member, w = e.averaged
    # Days outside an event's own window are no part of its ranking, so the columns need no cutting.
    place, n_days = combined_ranks(np.where(member, ar, np.nan), residuals)
    return _day_sums("cumulative", place - (n_days + 1) / 2, member, w)


def _grank_spread(e: Evidence) -> State:
    counted = grank_counted(e.scar, e.standardised, e.weights)
    return State(moments={"grank": Moments.of(np.where(counted, e.scar, np.nan))})


def first_sessions(e: Evidence) -> tuple[IntArray, BoolArray]:
    """First session of each counted event's window, and the sessions it holds, (n,) and (n, D)."""
    days = e.sample.sessions
    inside = e.member & (days != NO_SESSION) & np.isfinite(e.car)[:, None]
    return np.where(inside, days, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max), inside


def _clusters(e: Evidence) -> State:
    first, inside = first_sessions(e)
    there = np.isfinite(e.car)
    w = _weights(e)[there]
    keyed = Keyed.of(first[there], np.stack([w * e.car[there], w, np.ones(len(w))], axis=1))
    event, column = np.nonzero(inside)
    pairs = np.stack([first[event], e.sample.sessions[event, column]], axis=1)
    links = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return State(keyed={"clusters": keyed}, links=links)


def _pairs(e: Evidence) -> State:
    """Count the events of r_bar, and where their windows begin; their residuals are no sums."""
    rows = PairRows.of(e)
    keyed = Keyed.of(rows.first, np.ones((len(rows.first), 1)))
    return State(sums={"pairs": _sum(len(rows.first), rows.weight, rows.weight**2)}, keyed={"pairs": keyed})


def _calendar(e: Evidence) -> State:
    s = e.sample
    if s.realised is None or s.expected is None:
        return State()
    x, w = s.realised - s.expected, _weights(e)
    held = e.selected & np.isfinite(x) & (s.sessions != NO_SESSION) & (w > 0)[:, None]
    share = np.broadcast_to(w[:, None], x.shape)[held]
    return State(keyed={"calendar": Keyed.of(s.sessions[held], np.stack([share * x[held], share], axis=1))})


def _bhar(e: Evidence) -> State:
    return State(moments={"bhar": Moments.of(e.bhar, e.weights)}) if e.has_simple_returns else State()


def _gather(e: Evidence, order: npt.ArrayLike | None) -> State:
    """Event-level arrays; and the sample itself of an event that is the only one."""
    n = e.sample.n_events
    held: dict[str, npt.NDArray[np.generic]] = {
        "order": np.arange(n) if order is None else np.asarray(order, dtype=np.int64),
        "car": e.car,
        "scar": e.scar,
        "weight": _weights(e),
        "first": first_sessions(e)[0],
        "bhar": e.bhar if e.has_simple_returns else np.full(n, np.nan),
    }
    if e.n == 1:
        alone = np.empty(1, dtype=object)
        alone[0] = e.sample.take(np.isfinite(e.car))
        held["alone"] = alone
    return State(gathered=held)


def _two_way(e: Evidence, context: Context) -> State:
    """Sums of squared sums of w (x - mean) over assets, and over the assets of each cluster.

    All events of an asset are in one part.
    """
    there = np.isfinite(e.car)
    score = _weights(e)[there] * (e.car[there] - context.mean)
    cluster = context.cluster[np.searchsorted(context.sessions, first_sessions(e)[0][there])]
    asset = e.sample.asset[there]
    by_asset = Keyed.of(asset, score[:, None]).values[:, 0]
    pair = np.unique(np.stack([asset, cluster], axis=1), axis=0, return_inverse=True)[1]
    by_both = np.bincount(pair.reshape(-1), score)
    return State(sums={"two_way": _sum(by_asset**2, np.ones(by_asset.size), by_both**2, np.ones(by_both.size))})


def _grank(e: Evidence, context: Context) -> State:
    counted = grank_counted(e.scar, e.standardised, e.weights)
    scores, m = grank_scores(e.scar, e.standardised, counted, context.scar_sd)
    values, w, there = masked_weights(scores, _weights(e)[:, None])
    top, v, own = values[:, -1], w[:, -1], there[:, -1]
    return State(
        sums={
            "grank:days": np.stack([(w * values).sum(axis=0), w.sum(axis=0), (w**2).sum(axis=0), there.sum(axis=0)]),
            "grank:top": _sum(v * top, v, v**2 * np.where(own, m / (12 * (m + 2)), 0.0), own),
        }
    )


FIRST: dict[str, Callable[[Evidence], State]] = {
    "time_series": _time_series,
    "patell": _patell,
    "scar": _scar,
    "signs": _signs,
    "crude": _crude,
    "ranks": _ranks,
    "zivney_signs": _zivney_signs,
    "cumulative": _cumulative,
    "grank_spread": _grank_spread,
    "clusters": _clusters,
    "pairs": _pairs,
    "calendar": _calendar,
    "bhar": _bhar,
}
"""Parts of the first pass; ``"gather"`` besides, which needs the events' order."""

SECOND: dict[str, Callable[[Evidence, Context], State]] = {"two_way": _two_way, "grank": _grank}
"""Parts of the second pass."""
