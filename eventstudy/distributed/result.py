"""PartitionedResult: the views of a study whose rows lie in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast, get_args

import numpy as np
import pandas as pd

from eventstudy._execute import Executor, executor_of, results_of
from eventstudy._types import Alternative, View
from eventstudy.distributed.plan import Job, view_name
from eventstudy.distributed.questions import Asked, ask, table_of
from eventstudy.distributed.tasks import ORDER, day_partition, view_partition
from eventstudy.errors import check_choice
from eventstudy.inference import registered_tests
from eventstudy.inference.partial_summed import Summed
from eventstudy.inference.partial_tests import finish_tests
from eventstudy.results import frames
from eventstudy.results.estimates import asked_window
from eventstudy.results.summary import Summary, reading_order, sentences
from eventstudy.windows import Window

__all__ = ["PartitionedResult"]

FEW = 5  # events, below which their spread is no estimate of their variance, as in `eventstudy.results.advice`


class PartitionedResult:
    """What a study found, partition by partition; made by `EventStudy.run`.

    Tables are read from the folder, and tests summed over the partitions, when they are asked for; nobody
    holds the event-day matrix. The tables and tests are those that a `StudyResult` of the same study gives. What reads
    the days of single events (placebo, figures of events, `diagnose`) is of a `StudyResult`: run the study on some
    assets in memory for it.

    Attributes
    ----------
    study : EventStudy
    folder : str
        Where the tables are.
    n_in : int
        Pairs that came in: ``n_in == len(result) + len(result.dropped) + len(result.merged)``.
    lost : dict of int to str
        Partitions whose prices could not be read, and why (``bad_partitions="drop"``); their pairs stand in
        ``dropped``.
    """

    def __init__(
        self,
        job: Job,
        marks: Mapping[int, Mapping[str, Any]],
        n_in: int,
        *,
        client: Any = None,
        progress: bool | None = None,
        kept: Any = None,
    ) -> None:
        self._job = job
        self._marks = dict(marks)
        self._executor: Executor = executor_of(client)
        self._progress = progress
        self._kept = kept  # a temporary folder lives as long as its result
        self.n_in = n_in
        self.lost = {number: str(mark["lost"]) for number, mark in marks.items() if mark["lost"]}

    @property
    def study(self) -> Any:
        """The specification."""
        return self._job.study

    @property
    def level(self) -> float:
        """Confidence level of all intervals."""
        return float(self.study.level)

    @property
    def folder(self) -> str:
        """Where the tables are."""
        return self._job.folder.path

    @property
    def event_window(self) -> Window:
        """The study's event window."""
        return Window.of(self.study.event_window)

    def on(self, client: Any) -> PartitionedResult:
        """Return the same result that asks the workers of another client; None asks this process."""
        return PartitionedResult(
            self._job, self._marks, self.n_in, client=client, progress=self._progress, kept=self._kept
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(int(mark["rows"]) for mark in self._marks.values())

    def __repr__(self) -> str:
        """Say what is inside."""
        n_dropped, n_merged = (sum(int(m[k]) for m in self._marks.values()) for k in ("dropped", "merged"))
        return (
            f"PartitionedResult: {len(self)} rows in {len(self._marks)} partitions, event window {self.event_window}, "
            f"{n_merged} merged, {n_dropped + self._n_selection} dropped of {self.n_in} pairs"
        )

    @property
    def _n_selection(self) -> int:
        return self.n_in - sum(int(mark["n_in"]) for mark in self._marks.values())

    @property
    def _studied(self) -> list[int]:
        """Partitions with rows."""
        return [number for number, mark in self._marks.items() if mark["rows"]]

    @property
    def dropped(self) -> pd.DataFrame:
        """As `StudyResult.dropped`, partition after partition."""
        return self._dropped.copy()

    @property
    def merged(self) -> pd.DataFrame:
        """As `StudyResult.merged`, partition after partition."""
        return self._merged.copy()

    @cached_property
    def _dropped(self) -> pd.DataFrame:
        held = self._job.folder.tables("dropped", self._marks)
        return _whole([self._job.folder.read_table("selection", 0), *held], ["event_id", "asset", "stage", "reason"])

    @cached_property
    def _merged(self) -> pd.DataFrame:
        return _whole(list(self._job.folder.tables("merged", self._marks)), ["event_id", "asset", "into", "reason"])

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """As `StudyResult.groups`."""
        held = [part[["event_id", "asset", "direction"]] for part in self.frames("event")]
        told = _whole(held, ["event_id", "asset", "direction"])
        return frames.default_groups(told["event_id"], told["asset"], told["direction"])

    def _each(
        self, function: Callable[..., Any], asked: tuple[Any, ...], numbers: Iterable[int], label: str
    ) -> Iterator[tuple[int, Any]]:
        """Ask something of partitions, and give each one's answer as it comes."""
        for (number,), found in results_of(
            self._executor,
            function,
            [(number,) for number in numbers],
            common=(self._job, *asked),
            label=label,
            name=lambda task: self._job.partition(task[0]),
            progress=self._progress,
        ):
            yield number, found

    def _window(self, window: tuple[int, int] | None) -> Window:
        return asked_window(window, self.event_window)

    def frames(self, view: View = "event", *, window: tuple[int, int] | None = None) -> Iterator[pd.DataFrame]:
        """Give the rows of `to_frame` partition by partition, so that no more than one is in memory.

        What was not written by the run is computed and written first.
        """
        check_choice(view, ("event", "event_day"), "view")
        held = self._window(window) if view == "event" or window is not None else self.event_window
        name = view_name(view, held)
        if (view, held) not in [(n.rsplit("_", 2)[0], w) for n, w in self._job.views]:
            todo = [k for k in self._studied if self._job.folder.mark(name, k) is None]
            for _ in self._each(view_partition, (view, held), todo, view):
                pass
        yield from self._job.folder.tables(name, self._studied)

    def to_frame(
        self,
        view: View = "event",
        *,
        window: tuple[int, int] | None = None,
        by: str | Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Give one of the three tidy frames whole, as `StudyResult.to_frame` does; see `frames` for large ones."""
        check_choice(view, get_args(View), "view")
        if view == "day":
            shown = self.event_window if window is None else self._window(window)
            return self._by_day(shown, frames.group_names(by, self.groups))
        table = _whole(list(self.frames(view, window=window)), [])
        days = ["day"] if view == "event_day" else []
        table = table.sort_values([ORDER, *days], kind="stable").drop(columns=ORDER).reset_index(drop=True)
        return self._coefficients_in_place(table) if view == "event" else table

    def _coefficients_in_place(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put the coefficients of all models where one machine has them: before r2."""
        named = [tuple(names) for mark in self._marks.values() for names in mark["coefficients"]]
        known = list(dict.fromkeys(name for names in named for name in names))
        others = [c for c in table.columns if c not in known]
        at = others.index("r2")
        return table[[*others[:at], *known, *others[at:]]]

    def _by_day(self, window: Window, names: tuple[str, ...]) -> pd.DataFrame:
        found = dict(self._each(day_partition, (names, window), self._studied, "days"))
        total: dict[tuple[Any, ...], tuple[int, Any]] = {}
        for number in sorted(found):
            for (_, key), (first, sums) in found[number].items():
                held = total.get(key)
                total[key] = (first, sums) if held is None else (min(first, held[0]), held[1] + sums)
        keys = sorted(total, key=lambda key: total[key][0])
        table = pd.DataFrame(keys, columns=list(names)) if names else pd.DataFrame(index=range(len(keys)))
        return frames.day_table(table, np.stack([total[key][1] for key in keys]), window, self.level)

    def tests(
        self,
        window: tuple[int, int] | Sequence[tuple[int, int]] | None = None,
        *,
        by: str | Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        alternative: Alternative = "two-sided",
    ) -> pd.DataFrame:
        """Run the battery, as `StudyResult.tests` does, by sums over the partitions.

        All windows and groups are summed in the same pass, so ask for them together. Tests that rank or resample
        the whole cross-section (``wilcoxon_signed_rank``, ``wild_bootstrap``, ``bhar_skewness_adjusted_t``, and one's
        own) bring six numbers an event here; ``names`` leaves them out.
        """
        check_choice(alternative, get_args(Alternative), "alternative")
        several = window is not None and len(window) > 0 and isinstance(window[0], (tuple, list))
        wanted = (
            list(cast("Sequence[tuple[int, int]]", window)) if several else [cast("tuple[int, int] | None", window)]
        )
        windows = tuple(self._window(w) for w in wanted)
        asked = Asked(windows, frames.group_names(by), self._test_names(names), alternative, self.level)
        summed = self._ask(asked)
        tables = [table_of(summed, asked, k) for k in range(len(windows))]
        if not several:
            return tables[0]
        whole = pd.concat([t.assign(window=str(w)) for t, w in zip(tables, windows, strict=True)], ignore_index=True)
        return whole[["window", *whole.columns[:-1]]]

    def _test_names(self, names: Sequence[str] | None) -> tuple[str, ...]:
        return tuple(spec.name for spec in registered_tests()) if names is None else tuple(names)

    def _ask(self, asked: Asked) -> dict[tuple[int, tuple[Any, ...]], Summed]:
        return ask(self._job, self._studied, self._executor, asked, self._progress)

    def summary(
        self, windows: Sequence[tuple[int, int]] = ((0, 0),), *, by: str | Sequence[str] | None = None
    ) -> Summary:
        """Average reaction of each group over each window, with a plain sentence or two.

        The test is chosen by the number of events and of clusters of overlapping windows alone: what `diagnose`
        measures besides reads the days of single events.
        """
        held = tuple(self._window(w) for w in windows)
        names = ("time_series_t", "cross_sectional_t", "ibragimov_muller_t")
        asked = Asked(held, frames.group_names(by, self.groups), names, "two-sided", self.level)
        summed = self._ask(asked)
        lines = []
        for number, window in enumerate(held):
            groups = {key: s for (w, key), s in summed.items() if w == number}
            keys = pd.DataFrame(list(groups), columns=list(asked.by)) if asked.by else pd.DataFrame(index=range(1))
            for code in reading_order(keys):
                key = list(groups)[code]
                lines.append({**dict(zip(asked.by, key, strict=True)), **_line(groups[key], window)})
        table = pd.DataFrame(lines)
        return Summary(table, sentences(table, list(asked.by), self.level), self.level)


def _line(summed: Summed, window: Window) -> dict[str, Any]:
    """One line of the summary, by the test that the events and their clusters allow."""
    if summed.n > summed.n_clusters >= 2:
        name = "ibragimov_muller_t"
        why = f"{summed.n} events in {summed.n_clusters} clusters of overlapping windows"
    elif summed.n > summed.n_clusters:
        name = "cross_sectional_t" if summed.n >= FEW else "time_series_t"
        why = f"all {summed.n} events share one cluster of windows: their common shock is not told from their effect"
    else:
        name = "cross_sectional_t" if summed.n >= FEW else "time_series_t"
        why = f"{summed.n} events whose windows do not overlap"
    test = finish_tests(summed, [name])[0]
    moments = summed.state.moments["car"]
    mean = moments.centre + moments.weighted[0] / moments.weights[0] if moments.weights[0] > 0 else np.nan
    return {
        "window": str(window),
        "n": summed.n,
        "mean_car": float(mean),
        "se": test.se,
        "ci_low": test.ci_low,
        "ci_high": test.ci_high,
        "statistic": test.statistic,
        "p_value": test.p_value,
        "test": name if summed.n else "",
        "why": why if summed.n else "no event has an abnormal return",
    }


def _whole(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    held = [table for table in tables if len(table)]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=list(columns), dtype=object)
