"""The answer in three sentences: what was studied, how far markets moved, how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eventstudy.inference.multiplicity import holm
from eventstudy.plots.frames import in_direction_order
from eventstudy.report import words
from eventstudy.results.printing import interval_name, p_is

__all__ = ["answer", "cautions", "is_of_many_assets"]

_ADJECTIVE = {"de-escalation": "de-escalating", "escalation": "escalating", "mixed": "mixed", "neither": "undirected"}
_SHOWN = 4  # assets told in a sentence; the table has all


def adjective(direction: str) -> str:
    """Return a direction as it stands before "sessions"."""
    return _ADJECTIVE.get(direction, direction)


def answer(
    events: pd.DataFrame,
    groups: pd.DataFrame,
    window: str,
    n_dropped: int,
    n_headlines: int = 0,
    pooled: pd.DataFrame | None = None,
    level: float = 0.95,
) -> tuple[str, ...]:
    """Say in three sentences what the study found.

    Parameters
    ----------
    events : pandas.DataFrame
        One row an event and asset of the headline window.
    groups : pandas.DataFrame
        Means by asset and direction, as `eventstudy.plots.group_cars` gives them.
    window : str
        The headline window.
    n_dropped : int
        Pairs that could not be used.
    n_headlines : int
        Headlines in the rows, those merged into others included; 0 counts the rows' own events.
    pooled : pandas.DataFrame, optional
        Means by direction over all assets, as ``groups``: told instead where there are many assets.
    level : float
        Confidence level of the intervals in ``groups`` and ``pooled``.

    Returns
    -------
    tuple of str
        Three sentences, or one where nothing was left to study.
    """
    if events.empty:
        return (f"Nothing could be estimated: {words.plural(n_dropped, 'event-asset pair')} dropped, reasons below.",)
    studied = _studied(events, n_dropped, n_headlines)
    if len(events) == 1:
        return (studied, *_one(events.iloc[0], groups, window, level))
    if pooled is not None and len(pooled):
        return (studied, _moved_together(pooled, groups, window, level), _sure(events, groups, pooled))
    return (studied, _moved(groups, window, level), _sure(events, groups))


def is_of_many_assets(groups: pd.DataFrame) -> bool:
    """Whether there are more assets than a sentence can tell one by one."""
    return "asset" in groups.columns and groups["asset"].nunique() > _SHOWN


def _studied(events: pd.DataFrame, n_dropped: int, n_headlines: int) -> str:
    assets = [str(a) for a in dict.fromkeys(events["asset"])]
    sessions = events.drop_duplicates(["event_id"])
    headlines = n_headlines or len(sessions)
    first, last = words.day(events["day0"].min()), words.day(events["day0"].max())
    span = f"on {first}" if first == last else f"from {first} to {last}"
    counted = sessions["direction"].astype(str).value_counts() if "direction" in sessions.columns else None
    kinds = ""
    if counted is not None and set(counted.index) != {"neither"}:
        told = [f"{int(counted[d])} {adjective(d)}" for d in in_direction_order(counted.index)]
        kinds = f" ({words.joined(told)})"
    named = assets if len(assets) <= 6 else [*assets[:5], f"{len(assets) - 5} more assets"]
    lost = f"; {words.plural(n_dropped, 'event-asset pair')} could not be used" if n_dropped else ""
    if len(events) == 1 and headlines == 1:
        kind = f" ({adjective(str(events['direction'].iloc[0]))})" if kinds else ""
        return f"One headline {span}{kind} was studied on {assets[0]}{lost}."
    return (
        f"{words.plural(headlines, 'headline')} {span} made {words.plural(len(sessions), 'event')}{kinds}, "
        f"studied on {words.joined(named)} in {words.plural(len(events), 'asset-session')}{lost}."
    )


def _one(event: pd.Series, groups: pd.DataFrame, window: str, level: float) -> tuple[str, str]:
    """Tell one reaction by the test that fits it, which the tables give as well."""
    fits = groups.iloc[0] if len(groups) == 1 else event
    low, high, p = (float(fits[name]) for name in ("ci_low", "ci_high", "p_value"))
    test = str(fits.get("basis", ""))
    by_t = f"; its own t = {words.number(event['t'])}, {p_is(event['p_value'])}"
    moved = (
        f"In the window {window}, {event['asset']} returned {words.percent(event['car'])} beyond what the model "
        f"expected ({interval_name(level)} {words.percent(low)} to {words.percent(high)}, {p_is(p)}"
        f"{f' by {test}' + by_t if test else ''}); its actual return was {words.percent(event['raw_return'])}."
    )
    verdict = "is" if p < 0.05 else "is not"
    return moved, (
        f"Taken alone this reaction {verdict} distinguishable from zero at the 5 % level; one event is "
        "borderline evidence at best, since any other news of that session moves the price as well."
    )


def _moved_together(pooled: pd.DataFrame, groups: pd.DataFrame, window: str, level: float) -> str:
    told = [
        f"{words.percent(row['car'])} {_where(str(row['direction']))} ({words.percent(row['ci_low'])} to "
        f"{words.percent(row['ci_high'])}, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{int(row['n'])}, "
        f"{p_is(row['p_value'])} by {row['basis']})"
        for _, row in pooled.iterrows()
        if str(row["direction"]) != "mixed" or len(pooled) == 1
    ]
    return (
        f"Beyond what the models expected, the mean return over all {groups['asset'].nunique()} assets in the window "
        f"{window} with its {interval_name(level)} was {words.joined(told)}; the table has each asset."
    )


def _where(direction: str) -> str:
    return "overall" if direction == "neither" else f"on {adjective(direction)} sessions"


def _moved(groups: pd.DataFrame, window: str, level: float) -> str:
    told = []
    assets = list(dict.fromkeys(groups["asset"]))[:_SHOWN]
    for direction in in_direction_order(groups["direction"].astype(str)):
        part = groups[(groups["direction"].astype(str) == direction) & groups["asset"].isin(assets)]
        moves = [
            f"{row['asset']} {words.percent(row['car'])} ({words.percent(row['ci_low'])} to "
            f"{words.percent(row['ci_high'])}, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{int(row['n'])})"
            for _, row in part.iterrows()
        ]
        if moves and direction != "mixed":
            told.append(f"{_where(direction)} {words.joined(moves)}")
    if not told:
        return f"In the window {window} every session saw headlines of both directions, so no direction can be told."
    more = groups["asset"].nunique() - len(assets)
    rest = f" ({words.plural(more, 'further asset')} in the table)" if more > 0 else ""
    return (
        f"Beyond what the models expected, the mean return in the window {window} with its {interval_name(level)} was, "
        f"{'; '.join(told)}{rest}."
    )


def _sure(events: pd.DataFrame, groups: pd.DataFrame, pooled: pd.DataFrame | None = None) -> str:
    p = events["p_value"].to_numpy(dtype=float)
    known = int((~np.isnan(p)).sum())
    alone = int((p < 0.05).sum())
    after = int((holm(p) < 0.05).sum())
    single = (
        f"Taken one at a time by their own t, {alone} of {known} reactions differ from zero at the 5 % level "
        f"(chance alone would give about {words.number(0.05 * known, 1)}), {after or 'none'} after Holm's correction"
    )
    if pooled is not None:
        by_p = pooled["p_value"].to_numpy(dtype=float)
        told = _differ(len(pooled), int((by_p < 0.05).sum()), "mean over all assets", "means over all assets")
        single = f"{told[0].upper()}{told[1:]}. {single}"
    several = groups[(groups["n"] > 1) & (groups["direction"].astype(str) != "mixed")]
    if several.empty:
        return single + "; no group has two events, so nothing can be said of an average."
    raw = several["p_value"].to_numpy(dtype=float)
    found = int((raw < 0.05).sum())
    corrected = (
        f", {int((holm(raw) < 0.05).sum()) or 'none'} after the correction" if len(several) > 1 and found else ""
    )
    return f"{single}; {_differ(len(several), found, 'group mean', 'group means')}{corrected}."


def _differ(n: int, found: int, one: str, many: str) -> str:
    """Say how many of n means differ from zero.

    Examples
    --------
    >>> _differ(1, 0, "group mean", "group means"), _differ(6, 1, "group mean", "group means")
    ('the group mean does not differ from zero at 5 %', 'of 6 group means 1 differs from zero at 5 %')
    """
    if n == 1:
        return f"the {one} {'differs' if found else 'does not differ'} from zero at 5 %"
    return f"of {n} {many} {found or 'none'} {'differs' if found == 1 else 'differ'} from zero at 5 %"


def cautions(events: pd.DataFrame) -> tuple[str, ...]:
    """Say unasked what a referee will ask, as far as the rows themselves tell it."""
    if events.empty:
        return ()
    said = []
    if "selected_on_outcome" in events.columns and bool(events["selected_on_outcome"].any()):
        n = int(events["selected_on_outcome"].sum())
        said.append(
            f"{words.plural(n, 'row')} of {len(events)} rest on articles that themselves report a market move: "
            "such events may have been written up because the market moved."
        )
    if "timing" in events.columns:
        n = int((events["timing"] == "ambiguous").sum())
        if n:
            said.append(
                f"{words.plural(n, 'row')} of {len(events)} cannot be placed on one session, because the hour of the "
                "news is not known; their returns run over every session that may hold the reaction."
            )
    smallest = int(events.groupby("asset")["event_id"].nunique().min())
    if smallest < 10 and len(events) > 1:
        said.append(
            f"Few events ({smallest} for the asset with fewest): averages have wide intervals, and tests that rely on "
            "large samples are approximate."
        )
    days = events.drop_duplicates(["event_id"])["day0"].sort_values()
    if len(days) > 1 and (days.diff().dropna() <= pd.Timedelta("7D")).any():
        said.append(
            "Some events follow each other within a week, so their windows overlap and they are not independent."
        )
    return tuple(said)
