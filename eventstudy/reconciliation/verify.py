"""`verify_moves`: claimed, observed, verdict, reason."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from eventstudy import assets
from eventstudy._types import Bound, Verdict
from eventstudy.errors import SpecError
from eventstudy.events.records import ReportedMove
from eventstudy.events.tables import MoveTable
from eventstudy.prices.panel import PricePanel
from eventstudy.reconciliation.claims import (
    Bounds,
    claimed_words,
    implied_before,
    level_bounds,
    level_words,
    move_bounds,
    number,
)
from eventstudy.reconciliation.quotes import Quotes, Series, chance, day_of

__all__ = ["verify_moves"]

# On a day of news the quote goes far between two fixings: only what is all but impossible is a contradiction.
_UNLIKELY = 0.001
_NEAR = np.timedelta64(5, "D")
# "The highest since 2014", "the previous close": the move itself still counts from the day before.
_FROM_DAY_BEFORE = re.compile(
    r"\b(\w+est|worst|best|most|record|close|closing|settle\w*|previous|prior|yesterday)\b", re.I
)
# A fixing is a spot price at a set hour.
_SAME = {"fixing": "spot"}
_FLIPPED: dict[Bound, Bound] = {"less than": "more than", "more than": "less than", "at least": "less than"}
_NEVER = np.datetime64("NaT", "ns")
# The claim's own "before" may have been struck at another hour of the day before: on average a
# quarter of a day's variance away from the price we count from.
_OTHER_HOUR = 0.25


@dataclass(slots=True)
class _Finding:
    """What was found out about one claim on one series."""

    series: str = ""
    verdict: Verdict = "no price"
    reasons: list[str] = field(default_factory=list)
    observed: str = ""
    reference: float = math.nan
    reference_at: np.datetime64 = _NEVER
    level: float = math.nan
    level_at: np.datetime64 = _NEVER
    observed_move: float = math.nan
    implied: float = math.nan


def verify_moves(moves: MoveTable, prices: PricePanel) -> pd.DataFrame:
    """Hold the moves that articles report against prices.

    Each claim is compared with the price struck nearest to the moment it speaks of and with the last
    price of the day before. Where the panel has highs and lows they decide what was reached. Where
    it has closes or fixings alone, the quote between two of them is taken as a Brownian bridge with
    the series' own volatility. Where claim and series are different instruments (futures, spot), hours
    explain no difference between their levels, and only what the prices themselves show counts.

    Parameters
    ----------
    moves : MoveTable
        From `eventstudy.extract_moves`, or made of `ReportedMove` items.
    prices : PricePanel
        Of a panel that was built from returns only the moves are compared.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``move_id, asset, claimed, observed, verdict, reason`` in words, then numbers:
        ``series`` (the column compared with), ``claimed_move`` and ``observed_move`` (decimals, of the
        asset's value), ``claimed_level``, ``observed_level``, ``observed_at``, ``reference_level``,
        ``reference_at`` and ``implied_reference`` (the quote before the move that the claim implies).

        ``verdict`` is

        - ``"consistent"``: the prices themselves bear it out;
        - ``"consistent up to reference time"``: they do not at the times at which they were struck,
          but the difference is one that the hours between can make (chance of 0.1 % or more);
        - ``"contradicted"``: the prices cannot have been there;
        - ``"not comparable"``: the text does not assert it, names no day, or counts from a day other than the
          last, or in a unit that the panel does not have;
        - ``"no price"``: the panel has no price of it near that day.

    Examples
    --------
    >>> import pandas as pd
    >>> from eventstudy.events.records import ReportedMove
    >>> days = pd.bdate_range("2022-01-03", "2022-02-16")
    >>> quotes = pd.Series([76.0 + 0.5 * (-1) ** k for k in range(len(days))], days)
    >>> panel = PricePanel(pd.DataFrame({"RUB": quotes}), quoted=["RUB"], source="ecb")
    >>> claim = ReportedMove(move_id="m", asset="RUB", direction="up", amount=1.3, unit="percent",
    ...     as_of=pd.Timestamp("2022-02-15", tz="UTC"))
    >>> verify_moves(MoveTable.from_items([claim]), panel)[["observed", "verdict"]].iloc[0].tolist()
    ['75.5 RUB per USD at 2022-02-15 13:15 UTC, up 1.32 % from 76.5 at 2022-02-14 13:15 UTC', 'consistent']
    """
    for given, kind, source in ((moves, MoveTable, "extract_moves"), (prices, PricePanel, "read_prices")):
        if not isinstance(given, kind):
            hint = f"expected a {kind.__name__}, such as {source} gives"
            raise SpecError(f"verify_moves cannot take a {type(given).__name__}", hint=hint)
    rows = []
    series = Series(prices)
    for move in moves:
        found = _verify(move, series)
        sense = {"up": 1.0, "down": -1.0, "unchanged": 0.0}[move.direction]
        rows.append(
            {
                "move_id": move.move_id,
                "asset": move.asset,
                "claimed": claimed_words(move),
                "observed": found.observed,
                "verdict": found.verdict,
                "reason": "; ".join(found.reasons),
                "series": found.series,
                "claimed_move": sense * move.amount / 100.0 if move.unit == "percent" else math.nan,
                "observed_move": found.observed_move,
                "claimed_level": move.level,
                "observed_level": found.level,
                "observed_at": found.level_at,
                "reference_level": found.reference,
                "reference_at": found.reference_at,
                "implied_reference": found.implied,
            }
        )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    for name in ("observed_at", "reference_at"):
        frame[name] = pd.DatetimeIndex(frame[name].to_numpy(dtype="datetime64[ns]")).tz_localize("UTC")
    return frame


_COLUMNS = (
    "move_id", "asset", "claimed", "observed", "verdict", "reason", "series", "claimed_move", "observed_move",
    "claimed_level", "observed_level", "observed_at", "reference_level", "reference_at", "implied_reference",
)  # fmt: skip


def _ticker_hint(symbol: str, series: Series) -> str:
    """Name the column that bears a vendor's ticker of the asset: read as such, it gets its quote and its close."""
    held = [t for asset in assets.find(symbol) if asset.symbol == symbol for t in asset.sources.values() if t in series]
    return f"; {held[0]} is a ticker of it: read_prices with quoted={{{held[0]!r}: {symbol!r}}} says so" if held else ""


def _verify(move: ReportedMove, series: Series) -> _Finding:
    if move.polarity != "asserted" or move.modality != "happened":
        said = "denied" if move.polarity != "asserted" else move.modality
        return _Finding(verdict="not comparable", reasons=[f"the text does not assert the move: it is {said}"])
    if move.as_of is None:
        return _Finding(verdict="not comparable", reasons=["the text names no day"])
    if move.asset in series:
        return _on_series(move, move.as_of, series, move.asset)
    if not move.asset.startswith("class:"):
        quotes = series.reverse(move.asset, move.against)
        if quotes is not None:
            return _compare(move, move.as_of, quotes, _Finding(series=move.against))
        return _Finding(reasons=[f"the panel has no {move.asset}{_ticker_hint(move.asset, series)}"])
    word = move.asset.removeprefix("class:")
    members = [a.symbol for a in assets.find(word) if a.symbol in series]
    if not members:
        return _Finding(reasons=[f"the text names no contract, and the panel has none that {word!r} can mean"])
    findings = [_on_series(move, move.as_of, series, name) for name in members]
    best = min(findings, key=lambda f: _ORDER.index(f.verdict))
    agree = {f.verdict for f in findings}
    best.reasons.insert(0, f"the text names no contract: {word!r} is compared with {best.series}")
    if len(agree) > 1:
        others = ", ".join(f"{f.series}: {f.verdict}" for f in findings if f is not best)
        best.reasons.append(f"others differ ({others})")
    return best


_ORDER: tuple[Verdict, ...] = (
    "consistent", "consistent up to reference time", "contradicted", "not comparable", "no price"
)  # fmt: skip


def _on_series(move: ReportedMove, moment: pd.Timestamp, series: Series, name: str) -> _Finding:
    found = _Finding(series=name)
    level_counter = move.level_unit.split(" per ")[-1] if " per " in move.level_unit else ""
    asset = series.prices.asset(name)
    is_currency = asset.asset_class == "currency"
    counter = move.against or (level_counter if is_currency else "")
    if is_currency and counter == name and " per " in move.level_unit and move.level > 0:
        # Dollars per ruble where the series is quoted in rubles per dollar.
        counter = move.level_unit.split(" per ")[0]
        flipped = _FLIPPED.get(move.level_bound, move.level_bound)
        move = dataclasses.replace(
            move, level=1.0 / move.level, level_unit=f"{name} per {counter}", level_bound=flipped
        )
    quotes = series.quotes(name, counter)
    if quotes is None:
        found.verdict = "not comparable"
        found.reasons.append(f"the claim counts {name} in {counter}, and the panel does not have {counter}")
        return found
    if series.prices.base is not None and math.isfinite(move.level):
        found.reasons.append("the panel was built from returns and has no levels: only the move is compared")
        move = dataclasses.replace(move, level=math.nan)
    elif not _fits(move.level_unit, quotes.unit):
        units = f"the level is in {move.level_unit}, the series in {quotes.unit}"
        found.reasons.append(f"{units}: only the move is compared")
        move = dataclasses.replace(move, level=math.nan)
    return _compare(move, moment, quotes, found)


def _fits(said: str, unit: str) -> bool:
    """Whether two names of a unit can mean the same: one's words are among the other's."""
    a, b = (set(u.casefold().replace("-", " ").split()) - {"per", "a", "an"} for u in (said, unit))
    return not a or not b or a <= b or b <= a


@dataclass(frozen=True, slots=True)
class _Case:
    """A claim, the series, the moment it speaks of, and the prices on either side."""

    move: ReportedMove
    quotes: Quotes
    window: tuple[np.datetime64, np.datetime64]
    before: int
    near: int
    step: float
    found: _Finding

    @property
    def mismatch(self) -> bool:
        """Whether claim and series are different instruments, as far as both are known."""
        said, have = (_SAME.get(i, i) for i in (self.move.instrument, self.quotes.asset.instrument))
        return bool(said and have and said != have)

    def likely(self, bounds: Bounds, window: tuple[np.datetime64, np.datetime64], extra: float = 0.0) -> bool:
        """Whether the quote can have been within the bounds at some moment of the window."""
        return chance(self.quotes, bounds.pair, window, self.step, extra) >= _UNLIKELY

    def shown(self, bounds: Bounds) -> bool:
        """Whether the price itself, or the range of its session, lies within the bounds."""
        low, high = self.quotes.low, self.quotes.high
        if low is not None and high is not None and low[self.near] <= bounds.high and bounds.low <= high[self.near]:
            return True
        return bounds.holds(float(self.quotes.levels[self.near]))


def _compare(move: ReportedMove, moment: pd.Timestamp, quotes: Quotes, found: _Finding) -> _Finding:
    start, end = day_of(moment, move.precision, quotes.asset.tz)
    window = (start, end)
    if move.precision == "instant":
        at = moment.tz_convert("UTC").tz_localize(None).as_unit("ns").to_datetime64()
        window = (at, at)
    before = int(np.searchsorted(quotes.times, start, side="right")) - 1
    near = _nearest(quotes, before, window)
    if before < 0 or near is None or abs(quotes.times[near] - window[0]) > _NEAR:
        found.reasons.append(_absent(quotes, window))
        return found
    case = _Case(move, quotes, window, before, near, quotes.step(before), found)
    _describe(case)
    if math.isnan(case.step):
        found.verdict = "not comparable"
        found.reasons.append("too few prices before that day to know how far the series moves from one to the next")
        return found
    days = (window[0] - quotes.times[before]) / np.timedelta64(1, "D")
    checks: list[Verdict] = []
    if move.reference and not _FROM_DAY_BEFORE.search(move.reference):
        found.reasons.append(f"the move counts from another time ({move.reference}), not from the day before")
    elif days > _NEAR / np.timedelta64(1, "D"):
        found.reasons.append(f"the price before is {days:.0f} days old: the move is not compared")
    else:
        checks += _check_move(case)
    checks += _check_level(case)
    found.verdict = max(checks, key=_ORDER.index) if checks else "not comparable"
    if case.mismatch:
        agree = ": two different prices" if found.verdict == "contradicted" else ", and yet they agree"
        found.reasons.append(f"the claim is about {move.instrument}, the series is {quotes.asset.instrument}{agree}")
    if not found.reasons:
        plain = "the prices show it" if checks else f"no number in {move.unit or 'a known unit'} can be compared"
        found.reasons.append(plain)
    return found


def _nearest(quotes: Quotes, before: int, window: tuple[np.datetime64, np.datetime64]) -> int | None:
    """Find the price to compare with: the last in the day, the nearest to an instant, or the first after."""
    if before + 1 >= quotes.times.size:
        return None
    if window[0] == window[1]:
        after = quotes.times[before + 1 :]
        return before + 1 + int(np.argmin(np.abs(after - window[0])))
    last = int(np.searchsorted(quotes.times, window[1], side="right")) - 1
    return max(last, before + 1)


def _describe(case: _Case) -> None:
    found, quotes = case.found, case.quotes
    found.reference, found.reference_at = float(quotes.levels[case.before]), quotes.times[case.before]
    found.level, found.level_at = float(quotes.levels[case.near]), quotes.times[case.near]
    found.observed_move = (found.level / found.reference) ** quotes.up - 1.0
    unit = f" {quotes.unit}" if quotes.unit else ""
    found.observed = (
        f"{number(found.level)}{unit} at {_when(found.level_at)}, {_way(found.observed_move)} "
        f"from {number(found.reference)} at {_when(found.reference_at)}"
    )
    if quotes.low is not None and quotes.high is not None:
        low, high = (number(float(e[case.near])) for e in (quotes.low, quotes.high))
        found.observed += f"; range {low} to {high}"


def _bound_words(bound: Bound) -> str:
    return "" if bound == "exact" else bound


def _way(move: float) -> str:
    word = "up" if move > 0 else "down" if move < 0 else "unchanged"
    return word if move == 0 else f"{word} {abs(move) * 100:.2f} %"


def _check_level(case: _Case) -> list[Verdict]:
    """Ask whether the quote can have been at the level that the claim gives."""
    move, near = case.move, case.near
    bounds = level_bounds(move)
    if bounds is None:
        return []
    if case.shown(bounds):
        return ["consistent"]
    said = level_words(move)
    around = " and ".join(number(float(q)) for q in case.quotes.levels[max(near - 1, 0) : near + 2])
    step = 0.0 if case.mismatch else case.step
    if chance(case.quotes, bounds.pair, case.window, step) >= _UNLIKELY:
        case.found.reasons.append(f"{said} is within what the quote can do between the prices around it ({around})")
        return ["consistent up to reference time"]
    case.found.reasons.append(f"the series was not at {said}: its prices around that time are {around}")
    return ["contradicted"]


def _check_move(case: _Case) -> list[Verdict]:
    """Ask whether the quote can have moved so far from where it was."""
    move, found = case.move, case.found
    implied = implied_before(move, case.quotes.up)
    if implied is not None:
        found.implied = (implied.low + implied.high) / 2.0
        return ["consistent" if implied.holds(found.reference) else _other_reference(case, implied)]
    bounds = move_bounds(move, found.reference, case.quotes.up)
    if bounds is None:
        return []
    if case.shown(bounds):
        return ["consistent"]
    words = (_bound_words(move.bound), f"{move.amount:g}", "%" if move.unit == "percent" else move.unit)
    amount = "" if math.isnan(move.amount) else " ".join(w for w in words if w)
    claimed = f"{move.direction} {amount}".strip()
    said = f"the claim says {claimed}, the prices say {_way(found.observed_move)}"
    # Without an amount the quote was on either side of the price before at once: only where it ended counts.
    window = case.window if amount else (case.window[1], case.window[1])
    sense = {"up": 1.0, "down": -1.0, "unchanged": 0.0}[move.direction] * case.quotes.up
    after = case.quotes.levels[case.near : case.near + 2]
    agrees = sense == 0.0 or bool((sense * (after - found.reference) > 0.0).any())
    if agrees and case.likely(bounds, window, _OTHER_HOUR):
        found.reasons.append(f"{said}: the hours between can make the difference")
        return ["consistent up to reference time"]
    found.reasons.append(said)
    return ["contradicted"]


def _other_reference(case: _Case, implied: Bounds) -> Verdict:
    """Ask whether the quote can have been, at some hour since the day before, where the claim starts."""
    found, times = case.found, case.quotes.times
    unit = f" {case.quotes.unit}" if case.quotes.unit else ""
    said = (
        f"the claim implies about {number(found.implied, 4)}{unit} before the move, "
        f"the price at {_when(found.reference_at)} is {number(found.reference, 4)}"
    )
    since, until = times[max(case.before - 1, 0)], max(case.window[0], times[case.before])
    if case.likely(implied, (since, until)):
        found.reasons.append(f"{said}: the two count from different times")
        return "consistent up to reference time"
    found.reasons.append(f"{said}, and the quote was not there in the day before")
    return "contradicted"


def _absent(quotes: Quotes, window: tuple[np.datetime64, np.datetime64]) -> str:
    name = quotes.asset.symbol
    if quotes.times.size == 0:
        return f"{name} has no price"
    first, last = quotes.times[0], quotes.times[-1]
    if window[0] > last:
        return f"the prices of {name} end at {_when(last)}"
    if window[0] < first:
        return f"the prices of {name} begin at {_when(first)}"
    return f"{name} has no price within {_NEAR / np.timedelta64(1, 'D'):.0f} days of that day"


def _when(moment: np.datetime64) -> str:
    return str(np.datetime_as_string(moment, unit="m")).replace("T", " ") + " UTC"
