"""Sessions, prices and returns of several assets as rectangular arrays, each asset on its own sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventstudy._types import DateArray, FloatArray, IntArray

__all__ = ["SessionGrid", "SessionReturns"]


@dataclass(frozen=True, slots=True)
class SessionGrid:
    """Prices of A assets on their own sessions: row r of column j is asset j's r-th session.

    Window offsets are row offsets. Columns shorter than R are padded at the end. Where all assets
    share their sessions the date arrays are broadcast views of one column, not copies.

    Attributes
    ----------
    assets : tuple of str
        Column names, A of them.
    sessions : datetime64[ns], shape (R, A)
        Label of the session: its date (midnight, zone-less) for daily prices, the UTC end of the bar
        for intraday ones. NaT pads.
    instants : datetime64[ns], shape (R, A)
        UTC instant at which the session's price is struck (close, fixing, end of bar); known for a
        session without a price too. Strictly increasing down each column. NaT pads.
    window_opens : datetime64[ns], shape (R, A)
        UTC instant at which the price's own window opens (a fixing made from 10:00 to 11:30); equal
        to ``instants`` for a price struck at one moment.
    prices : float64, shape (R, A)
        Value of the asset, up is positive; NaN where the session has no price.
    n_sessions : int64, shape (A,)
        Sessions of each column before the padding.
    intraday : bool
        Whether rows are bars.
    """

    assets: tuple[str, ...]
    sessions: DateArray
    instants: DateArray
    window_opens: DateArray
    prices: FloatArray
    n_sessions: IntArray
    intraday: bool = False

    def column(self, asset: str) -> int:
        """Return the column of an asset."""
        return self.assets.index(asset)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class SessionReturns:
    """Trade-to-trade returns on a `SessionGrid`, with the regressors over the same spans.

    Attributes
    ----------
    grid : SessionGrid
        The R sessions of the A assets.
    returns : float64, shape (R, A)
        Return from the asset's previous priced session to this one; NaN where this session has no
        price, on the first one, and (``gaps="drop"``) where it spans a gap.
    factors : float64, shape (R, A, k)
        Each asset's k regressors over the same span as its return; k may be 0. A broadcast view
        along the asset axis where every asset has the same regressors on the same sessions.
    spans : int64, shape (R, A)
        Sessions that the return spans: 1 ordinarily, 3 after two sessions without a price, 0 where NaN.
    nonpositive : mapping of str to datetime64[ns] array
        Sessions on which an asset or benchmark is zero or negative, so that returns do not exist.
    """

    grid: SessionGrid
    returns: FloatArray
    factors: FloatArray
    spans: IntArray
    nonpositive: Mapping[str, DateArray] = field(default_factory=dict)
