"""Moves that no market made: slips, splits, and futures that change their contract."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eventstudy._types import FloatArray, IntArray
from eventstudy.prices.quality.report import Finding
from eventstudy.prices.quality.series import THIN_LEAST, Series

__all__ = ["jumps", "rolls"]

ROBUST_SCORE = 15.0  # |return - median| over 1.4826 MAD; fat-tailed markets pass 10 in a crisis
ROBUST_SCORE_BARS = 40.0  # the first bar of a day holds the night
SMALLEST = 0.005  # a pegged currency's move of less is far from its median and harms nothing
SPIKE = np.log(2.0)  # a price that doubles or halves for one session alone
WENT_BACK = 0.05  # what a spike leaves behind, of its size
SPLIT_RATIOS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0)
FORWARD_RATIOS = (1.5, 2.5)  # never a reverse split
SPLIT_TOLERANCE = 0.03
NEIGHBOURS = 10  # sessions on either side that tell an ordinary day's size
MARKET_DAY = 0.05  # a row on which the median asset moves so far holds no evidence of a split
_NO_SHARES = ("futures", "fixing", "index", "yield")

ROLL_BASE = 20  # sessions whose median is the ordinary volume
ROLL_LOW = 0.6  # volume of the contract that ends, of that
ROLL_BACK = 2.0  # times that of the session before: the next contract's
ROLL_LEAST = 4
# Sessions from one contract to the next: monthly, every second month, quarterly, with holidays.
ROLL_SPACINGS = ((17, 26), (38, 47), (57, 69))
ROLL_REGULAR = 0.7


def _spread(moves: FloatArray) -> float:
    """Robust standard deviation."""
    return 1.4826 * float(np.median(np.abs(moves - np.median(moves)))) if moves.size else 0.0


def jumps(of: Series) -> Iterator[Finding]:
    """Find moves far out of the series' own scale, and say which look like splits or slips."""
    valid = of.moves[np.isfinite(of.moves)]
    if valid.size < THIN_LEAST:
        return
    spread = _spread(valid)
    if spread == 0.0:
        return
    score = np.abs(of.moves - np.median(valid)) / spread
    limit = ROBUST_SCORE_BARS if of.panel.intraday else ROBUST_SCORE
    after_spike = -1
    for i in np.flatnonzero((score > limit) & (np.abs(of.moves) > SMALLEST)).tolist():
        if i == after_spike:
            continue
        if _spike(of.moves, i):
            after_spike = i + 1
            text = f"is {of.prices[i]:g} on {of.day(i)} between {of.prices[i - 1]:g} and {of.prices[i + 1]:g}"
            yield of.find(i, "outlier", "error", score[i], text, "a slip? correct it or leave the cell empty")
            continue
        ratio = _split(of, i)
        if ratio:
            text = f"changes by a factor of {np.exp(abs(of.moves[i])):.3g} on {of.day(i)}: a split of {ratio:g} for 1?"
            yield of.find(i, "split", "error", ratio, text, "use adjusted prices, or adjust the earlier ones")
            continue
        text = f"moves {100 * of.moves[i]:+.1f} % on {of.day(i)}, {score[i]:.0f} robust deviations"
        yield of.find(i, "outlier", "warning", score[i], text, "check the price against another source")


def _spike(moves: FloatArray, i: int) -> bool:
    """Whether the price leaves for one observation and comes back."""
    if i + 1 >= moves.size or abs(moves[i]) < SPIKE:
        return False
    return bool(abs(moves[i] + moves[i + 1]) < WENT_BACK * abs(moves[i]))


def _split(of: Series, i: int) -> float:
    """Return the ratio of a split that would explain the move; 0 where none does."""
    moved = float(of.moves[i])
    shares = of.asset.asset_class in ("equity", "fund", "other") and of.asset.instrument not in _NO_SHARES
    overnight = of.labels[i].astype("datetime64[D]") != of.labels[i - 1].astype("datetime64[D]")
    if not shares or not overnight or of.market[i] >= MARKET_DAY or of.panel.base is not None:
        return 0.0
    known = SPLIT_RATIOS + (FORWARD_RATIOS if moved < 0 else ())
    near = [ratio for ratio in known if abs(np.exp(abs(moved)) / ratio - 1.0) < SPLIT_TOLERANCE]
    if not near:
        return 0.0
    # A market in turmoil makes such a move by itself: the days around it are large, or undo it.
    around = np.concatenate([of.moves[max(i - NEIGHBOURS, 1) : i], of.moves[i + 1 : i + 1 + NEIGHBOURS]])
    around = around[np.isfinite(around)]
    undone = bool((np.sign(moved) * around < -0.5 * abs(moved)).any())
    return 0.0 if undone or abs(moved) < ROBUST_SCORE * _spread(around) else near[0]


def rolls(of: Series) -> Iterator[Finding]:
    """Find the dates about which a continuous futures series takes up its next contract.

    The volume of a contract that ends falls away, and the next one's is back at once; where that comes
    round as regularly as contracts do, it is that and no holiday.
    """
    if of.panel.intraday:
        return
    found = _volume_rolls(of)
    if not found.size:
        if of.asset.instrument == "futures":
            text = "is a futures series: on which dates its contract changes is not marked"
            advice = "the return across a roll compares two contracts: mask roll days, or use an adjusted series"
            yield of.find(0, "roll", "note", np.nan, text, advice)
        return
    ordinary = _spread(of.moves[np.isfinite(of.moves)])
    for i in found.tolist():
        # Vendors take up the new price on that session or on the next.
        near = np.abs(of.moves[i : i + 2])
        largest = i + int(np.nanargmax(near)) if np.isfinite(near).any() else i
        text = (
            f"seems to change its contract about {of.day(i)}: the volume springs back to "
            f"{of.bars['volume'][i] / of.bars['volume'][i - 1]:.1f} times; moves {100 * of.moves[largest]:+.1f} %"
            f" on {of.day(largest)}"
        )
        advice = "that return compares two contracts: mask this session and the next, or use an adjusted series"
        yield of.find(
            i, "roll", "warning" if np.nanmax(near, initial=0.0) > 3 * ordinary else "note",
            float(of.moves[largest]), text, advice,
        )  # fmt: skip


def _volume_rolls(of: Series) -> IntArray:
    """Give the observations on which the volume is back, where they come round like contracts."""
    none: IntArray = np.zeros(0, dtype=np.int64)
    volume = of.bars.get("volume")
    if volume is None or of.asset.instrument in ("share", "fund", "index") or volume.size < 4 * ROLL_BASE:
        return none
    windows = np.lib.stride_tricks.sliding_window_view(volume, ROLL_BASE)
    base = np.full(volume.size, np.nan)
    base[ROLL_BASE + 1 :] = np.median(windows[: volume.size - ROLL_BASE - 1], axis=1)  # ends before the session before
    back = np.zeros(volume.size, dtype=bool)
    back[1:] = (volume[:-1] < ROLL_LOW * base[1:]) & (volume[1:] > ROLL_BACK * volume[:-1]) & (volume[:-1] > 0)
    found = np.flatnonzero(back)
    if found.size < ROLL_LEAST:
        return none
    apart = np.diff(found)
    share = max(float(np.mean((apart >= low) & (apart <= high))) for low, high in ROLL_SPACINGS)
    return found if share >= ROLL_REGULAR else none
