"""All events as sums: what the tests' labels and finishers ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from eventstudy._types import Alternative, FloatArray, IntArray
from eventstudy.inference._arrays import ratio, spread_is_rounding
from eventstudy.inference.correlation import MeanCorrelation
from eventstudy.inference.evidence import Evidence
from eventstudy.inference.partial_parts import Context
from eventstudy.inference.partial_state import Moments, State
from eventstudy.inference.sample import Sample

__all__ = ["UNKNOWN", "NeedsDaysError", "Summed", "spread"]

UNKNOWN = MeanCorrelation(float("nan"), 0, 0, 0)


@dataclass(frozen=True)
class Summed:
    """All events' state, with what the tests' labels ask for; `Evidence` made of sums.

    Attributes
    ----------
    state : State
        Of the first pass, and of the second where that was made.
    correlation : MeanCorrelation
        From `eventstudy.inference.partial_pairs`, where a test asks for it.
    alternative, level, seed, client
        As for `Evidence`.
    """

    state: State
    correlation: MeanCorrelation = UNKNOWN
    alternative: Alternative = "two-sided"
    level: float = 0.95
    seed: int = 0
    client: Any = None

    @property
    def n(self) -> int:
        """Events with a CAR."""
        return int(self.state.sums["counts"][0])

    @property
    def n_scar(self) -> int:
        """Events with a standardised CAR."""
        return int(self.state.sums["counts"][1])

    @property
    def n_beside(self) -> int:
        """As `Evidence.n_beside`."""
        return int(self.state.sums["counts"][2])

    @property
    def n_clusters(self) -> int:
        """Clusters that hold an event with a CAR; 0 where the clusters were not summed."""
        return len(self.cluster_sums)

    @property
    def n_signs(self) -> float:
        """Kish's number of the events with a sign."""
        _, w, w2, *_ = self.state.sums["signs"]
        return float(ratio(w**2, w2))

    @property
    def weighted(self) -> bool:
        """Whether events have weights."""
        return self.state.largest["weighted"] > 0

    @property
    def has_residuals(self) -> bool:
        """Whether any event has an estimation residual."""
        return self.state.largest["residuals"] > 0

    @property
    def has_simple_returns(self) -> bool:
        """Whether there are realised and expected simple returns."""
        return self.state.largest["simple"] > 0

    @property
    def absurd(self) -> bool:
        """Whether an abnormal return is too large to square."""
        return self.state.largest["absurd"] > 0

    @property
    def equal_weights(self) -> bool:
        """Whether the events that count weigh the same."""
        return self.state.largest["weight"] == -self.state.largest["-weight"]

    @cached_property
    def labels(self) -> tuple[IntArray, IntArray]:
        """First sessions of the windows, and the cluster of each: sessions linked by windows that hold both."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        if "clusters" not in self.state.keyed:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        first, links = self.state.keyed["clusters"].keys, self.state.links
        sessions = np.unique(np.concatenate([first, links.ravel()]))
        at = np.searchsorted(sessions, links)
        graph = coo_matrix((np.ones(len(at), dtype=np.int8), (at[:, 0], at[:, 1])), shape=(len(sessions),) * 2)
        found = connected_components(graph, directed=False)[1]
        return first, np.unique(found[np.searchsorted(sessions, first)], return_inverse=True)[1].astype(np.int64)

    @cached_property
    def cluster_sums(self) -> FloatArray:
        """Sum of w x, sum of w and number of events of each cluster, shape (G, 3)."""
        label = self.labels[1]
        out = np.zeros((int(label.max(initial=-1)) + 1, 3))
        if len(label):
            np.add.at(out, label, self.state.keyed["clusters"].values)
        return out

    def context(self) -> Context:
        """Give what the second pass needs."""
        grank = self.state.moments.get("grank")
        sd = np.nan if grank is None else float(spread(grank, weighted=False)[2])
        return Context(float(spread(self.state.moments["car"], self.weighted)[0]), sd, *self.labels)

    def gathered(self) -> Evidence:
        """Give the event-level arrays to a test that ranks or resamples the whole cross-section."""
        return _Gathered(self)


class _Gathered(Evidence):
    """Evidence without event days: CARs, SCARs, weights, clusters and BHARs, in the order of the events."""

    def __init__(self, summed: Summed) -> None:
        held = summed.state.gathered
        order = np.argsort(held["order"], kind="stable")
        self.alternative, self.level = summed.alternative, summed.level
        self.seed, self.client = summed.seed, summed.client
        self._alone: list[Sample] = list(held.get("alone", ()))
        self._weights: FloatArray | None = held["weight"][order] if summed.weighted else None
        self.car: FloatArray = held["car"][order]
        self.scar: FloatArray = held["scar"][order]
        self.bhar: FloatArray = held["bhar"][order]
        self._first, self._labels = held["first"][order], summed.labels

    @property
    def sample(self) -> Sample:  # type: ignore[override]
        """The one event's sample, where there is one event."""
        if len(self._alone) == 1 and self.n == 1:
            return self._alone[0]
        raise NeedsDaysError

    @property
    def weights(self) -> FloatArray | None:
        """Event weights, shape (n,), or None."""
        return self._weights

    @cached_property
    def clusters(self) -> IntArray:
        """As `Evidence.clusters`: numbered in order of first event, events that do not count by themselves."""
        first, label = self._labels
        known = np.isfinite(self.car)
        codes = len(label) + np.arange(len(self.car))
        codes[known] = label[np.searchsorted(first, self._first[known])]
        _, start, index = np.unique(codes, return_index=True, return_inverse=True)
        return np.argsort(np.argsort(start))[index.reshape(-1)].astype(np.int64)


class NeedsDaysError(Exception):
    """A test asked for event days, which nobody holds."""


def spread(m: Moments, weighted: bool) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean, standard error, standard deviation and count, as `mean_and_se` gives them."""
    total = m.weights[0]
    mean = np.asarray(m.centre + ratio(m.weighted[0], total))
    here = m.about(float(mean)) if np.isfinite(mean) else m
    n = np.asarray(m.n)
    sd = np.sqrt(ratio(here.plain[1], n - 1))
    sd = np.where(spread_is_rounding(sd, np.asarray(m.size)), np.nan, sd)
    if not weighted:
        return mean, np.asarray(sd / np.sqrt(np.maximum(n, 1))), sd, n
    se = ratio(np.sqrt(ratio(n, n - 1) * here.weighted[2]), total)
    return mean, np.where(np.isnan(sd), np.nan, se), sd, n
