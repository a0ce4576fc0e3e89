"""Several results side by side, and how the answer moves with the choices behind it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy._arguments import as_list, check_kind, check_texts, is_among
from eventstudy._progress import track
from eventstudy.errors import EventStudyError, SpecError, nearest
from eventstudy.results.frames import group_names
from eventstudy.results.printing import Told, interval_name, intervals, level_name, p_text, percent
from eventstudy.windows import Window, as_windows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eventstudy.events.tables import EventTable
    from eventstudy.prices.panel import PricePanel
    from eventstudy.results import StudyResult
    from eventstudy.study import EventStudy

__all__ = ["Comparison", "Sensitivity", "compare", "sensitivity"]

_FIGURES = ("n", "estimate", "se", "ci_low", "ci_high", "statistic", "p_value", "test")
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Told):
    """Results side by side.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a result, group and window: ``result``, the group columns, ``window``, ``n``, ``estimate`` (mean
        cumulative abnormal return, decimal), ``se``, ``ci_low``, ``ci_high``, ``statistic``, ``p_value``, ``test``.
    text : str
        How far the results agree, in plain sentences.
    by : tuple of str
        The group columns.
    """

    table: pd.DataFrame
    text: str
    by: tuple[str, ...]

    def wide(self) -> pd.DataFrame:
        """Give one row a group and window, one column a result: the mean in percent with stars, and its interval.

        ``*``, ``**`` and ``***`` are p < 0.1, 0.05 and 0.01.
        """
        keys = [*self.by, "window"]
        cells = self.table.assign(cell=[_cell(row) for row in self.table.to_dict("records")])
        order = cells.drop_duplicates(keys)[keys]
        names = list(dict.fromkeys(cells["result"]))
        wide = cells.set_index([*keys, "result"])["cell"].unstack("result").reindex(columns=names)  # noqa: PD010
        out = order.merge(wide, left_on=keys, right_index=True, how="left").reset_index(drop=True)
        out[names] = out[names].fillna("–")
        return out

    def _printed(self) -> pd.DataFrame:
        return self.wide()

    def _for_paper(self) -> pd.DataFrame:
        return self.wide()

    def _numbers(self) -> pd.DataFrame:
        return self.table

    def _said(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, repr=False)
class Sensitivity(Told):
    """One study under every combination of some of its choices.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a specification and group: the choices, the group columns, ``n``, ``estimate``, ``se``, ``ci_low``,
        ``ci_high``, ``statistic``, ``p_value``, ``test``; decimals.
    failed : pandas.DataFrame
        The choices and the ``reason``: specifications that could not be estimated.
    choices, by : tuple of str
        Columns of the choices, and of the groups.
    text : str
        How the answer moves, in plain sentences.
    level : float
        Confidence level of the intervals.
    """

    table: pd.DataFrame
    failed: pd.DataFrame
    choices: tuple[str, ...]
    by: tuple[str, ...]
    text: str
    level: float = 0.95

    def plot(self, *, ax: Sequence[Axes] | None = None, title: str = "", **where: Any) -> list[Axes]:
        """Draw the specification curve of one group.

        Parameters
        ----------
        ax : sequence of two matplotlib.axes.Axes, optional
        title : str
            Default: the group.
        **where
            Group columns and values: ``asset="RUB", direction="escalation"``.

        Raises
        ------
        SpecError
            If the columns do not single out one group.
        """
        from eventstudy import plots

        held = self.table
        check_texts(title=title)
        for name, value in where.items():
            if name not in self.by:
                raise SpecError(f"{name!r} is no group column", hint=nearest(name, self.by))
            held = held[is_among(held[name], [value])]
        groups = held[list(self.by)].drop_duplicates()
        if len(groups) != 1 and self.by:
            some = "; ".join(", ".join(map(str, g)) for g in groups.head(5).itertuples(index=False))
            raise SpecError(
                f"{len(groups)} groups match", hint=f"name one with {', '.join(f'{b}=' for b in self.by)}: {some}"
            )
        told = title or (", ".join(map(str, groups.iloc[0])) if self.by else "")
        return plots.plot_specification_curve(held, choices=[c for c in self.choices if c in held], title=told, ax=ax)

    def _printed(self) -> pd.DataFrame:
        held = self.table
        shown = held[[c for c in held.columns if c not in _FIGURES]].astype(str)
        shown["n"] = held["n"]
        shown["mean CAR"] = [percent(v) for v in held["estimate"]]
        name = "interval" if "level" in self.choices else interval_name(self.level)  # else each row says its own
        shown[name] = intervals(held["ci_low"], held["ci_high"])
        shown["p"] = [p_text(v) for v in held["p_value"]]
        shown["test"] = held["test"]
        return shown

    def _numbers(self) -> pd.DataFrame:
        return self.table

    def _for_paper(self) -> pd.DataFrame:
        return self.table.drop(columns=["se", "statistic"])

    def _said(self) -> str:
        return self.text


def compare(
    results: Mapping[str, StudyResult] | Sequence[StudyResult],
    *,
    windows: Sequence[tuple[int, int]] = ((0, 0),),
    by: str | Sequence[str] | None = None,
) -> Comparison:
    """Put several results side by side, as a robustness table does: models, windows or samples.

    Parameters
    ----------
    results : mapping of str to StudyResult, or sequence
        Names become columns; a sequence is numbered ``(1)``, ``(2)``, ...
    windows : sequence of pairs of int
        Windows of the cumulative abnormal return, inclusive session offsets.
    by : str or sequence of str, optional
        Event columns that make the groups; default `StudyResult.groups` of the first result.

    Returns
    -------
    Comparison
        A table, its sentences, and the wide form that papers print.

    Raises
    ------
    SpecError
        If there is no result, or a window lies outside one of them.

    Examples
    --------
    >>> import eventstudy as es
    >>> example = es.load_example("ukraine-2022")
    >>> results = {
    ...     name: es.EventStudy({"RUB": model}, event_window=(-1, 1), estimation_window=(-120, -11)).run(
    ...         example.events, example.prices)
    ...     for name, model in {"market": es.MarketModel("EM_FX"), "mean": es.MeanAdjusted()}.items()
    ... }
    >>> sorted(set(compare(results).table["result"]))
    ['market', 'mean']
    """
    from eventstudy.results import StudyResult

    listed = as_list(results.values() if isinstance(results, Mapping) else results, StudyResult, "results")
    names = results if isinstance(results, Mapping) else [f"({i})" for i in range(1, len(listed) + 1)]
    named = dict(zip(names, listed, strict=True))
    if not named:
        raise SpecError("compare needs at least one result", hint='compare({"market model": a, "mean adjusted": b})')
    keys = group_names(by, next(iter(named.values())).groups)
    held = as_windows(windows)
    blocks = []
    for name, result in named.items():
        block = _means(result, held, keys)
        block.insert(0, "result", str(name))
        blocks.append(block)
    table = pd.concat(blocks, ignore_index=True)
    text = f"{_agreement(table, [*keys, 'window'], 'result', len(named))} {_levels(named)}"
    return Comparison(table, text, keys)


def _levels(named: Mapping[Any, StudyResult]) -> str:
    """Say of which confidence the intervals in brackets are."""
    levels = {result.level for result in named.values()}
    if len(levels) == 1:
        return f"In brackets: {interval_name(levels.pop())}s."
    return f"In brackets: intervals of {', '.join(f'{level_name(r.level)} ({name})' for name, r in named.items())}."


def sensitivity(
    study: EventStudy,
    events: EventTable,
    prices: PricePanel,
    *,
    over: Mapping[str, Any],
    by: str | Sequence[str] | None = None,
    assets: Sequence[str] | None = None,
    progress: bool | None = None,
) -> Sensitivity:
    """Run a study under every combination of choices and show how the answer moves.

    A specification that cannot be estimated is listed in ``failed`` with its reason, never passed over.

    Parameters
    ----------
    study : EventStudy
        What is not varied stays as it is here.
    events : EventTable
        As for ``study.run``.
    prices : PricePanel
        As for ``study.run``.
    over : mapping of str to choices
        Option of `EventStudy` to its values: ``{"estimation_window": [(-120, -11), (-250, -11)]}``. ``"model"`` takes a
        mapping of label to model (or to a mapping of asset to model). ``"window"`` varies the window of the
        cumulative abnormal return; default ``(0, 0)``.
    by : str or sequence of str, optional
        Event columns that make the groups; default `StudyResult.groups` of the first result.
    assets : sequence of str, optional
        As for ``study.run``.
    progress : bool, optional
        Show a progress bar; default where a person watches.

    Returns
    -------
    Sensitivity
        A table of all specifications, what failed, and the curve.

    Raises
    ------
    SpecError
        If an option is unknown, has no values, or no specification could be estimated.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour 4.

    Examples
    --------
    >>> import eventstudy as es
    >>> example = es.load_example("ukraine-2022")
    >>> study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 2), estimation_window=(-120, -11))
    >>> found = sensitivity(study, example.events, example.prices, over={"window": [(0, 0), (0, 1)]})
    >>> found.table["window"].unique().tolist()
    ['(0, 0)', '(0, 1)']
    """
    from eventstudy.study import EventStudy

    check_kind(EventStudy, study=study)
    check_kind(Mapping, over=over)
    keys: tuple[str, ...] = ()
    level = 0.95
    options = {name: _labelled(name, values) for name, values in over.items()}
    known = [f.name for f in dataclasses.fields(study)]
    for name, values in options.items():
        if name != "window" and name not in known:
            raise SpecError(f"over: {name!r} is no option of EventStudy", hint=nearest(name, ["window", *known]))
        if not values:
            raise SpecError(f"over: {name!r} has no values", hint="give a list of choices")
    windows = [Window.of(w) for w in options.pop("window", {"(0, 0)": (0, 0)}).values()]
    grid = list(itertools.product(*(values.items() for values in options.values())))
    blocks: list[pd.DataFrame] = []
    failed: list[dict[str, Any]] = []
    for chosen in track(grid, total=len(grid), label="specifications", progress=progress):
        labels = {name: label for name, (label, _) in zip(options, chosen, strict=True)}
        changes = {name: value for name, (_, value) in zip(options, chosen, strict=True)}
        try:
            result = dataclasses.replace(study, **changes).run(events, prices, assets=assets)
        except EventStudyError as error:
            failed.append({**labels, "window": "", "reason": str(error)})
            continue
        keys = keys if blocks else group_names(by, result.groups)
        level = result.level
        for window in windows:
            try:
                block = _means(result, [window], keys)
            except EventStudyError as error:
                failed.append({**labels, "window": str(window), "reason": str(error)})
                continue
            for position, (name, label) in enumerate(labels.items()):
                block.insert(position, name, label)
            blocks.append(block)
    lost = pd.DataFrame(failed, columns=[*options, "window", "reason"])
    if not blocks:
        raise SpecError(f"none of {len(grid)} specifications could be estimated: {lost['reason'].iloc[0]}")
    table = pd.concat(blocks, ignore_index=True)
    n_specs = len(grid) * len(windows)
    text = _agreement(table, list(keys), "specification", n_specs)
    if len(lost):
        text += f" {len(lost)} could not be estimated; see failed."
    return Sensitivity(table, lost, (*options, "window"), keys, text, level)


def _labelled(name: str, values: Any) -> dict[str, Any]:
    """Give each choice a label to be read."""
    if isinstance(values, Mapping):
        return {str(label): value for label, value in values.items()}
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise SpecError(f"over: {name!r} needs a list of choices, got {values!r}")
    labels = [f"({v[0]}, {v[1]})" if isinstance(v, tuple) and len(v) == 2 else str(v) for v in values]
    if len(set(labels)) != len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise SpecError(f"over: {name!r} has the choice {twice} twice", hint="each choice needs a label of its own")
    return dict(zip(labels, values, strict=True))


def _means(result: StudyResult, windows: Sequence[Window], by: tuple[str, ...]) -> pd.DataFrame:
    """Means of the groups with the result's own tests and intervals."""
    table = result.summary(windows, by=by).table.rename(columns={"mean_car": "estimate"})
    return table[[*by, "window", *_FIGURES]].copy()


def _cell(row: Mapping[Any, Any]) -> str:
    if not np.isfinite(row["estimate"]):
        return "–"
    p = row["p_value"]
    stars = "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""
    return f"{percent(row['estimate'])}{stars} [{percent(row['ci_low'])}, {percent(row['ci_high'])}]"


def _agreement(table: pd.DataFrame, keys: list[str], unit: str, n: int) -> str:
    """Say group by group how far the estimates range and how many are significant."""
    lines = []
    grouped = table.groupby(keys, sort=False) if keys else [((), table)]
    for key, part in grouped:
        held = part[np.isfinite(part["estimate"])]
        if held.empty:
            continue
        label = ", ".join(map(str, key if isinstance(key, tuple) else (key,))) or "All rows"
        low, high = float(held["estimate"].min()), float(held["estimate"].max())
        sure = int((held["p_value"] < SIGNIFICANT).sum())
        sign = "one sign" if low * high > 0 else "both signs"
        span = percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)} ({sign})"
        lines.append(f"{label}: {span}, significant at 5 % in {sure} of {len(held)}.")
    many = f"{n} {unit}{'s' if n != 1 else ''}"
    return f"Mean abnormal returns over {many}. " + " ".join(lines)
