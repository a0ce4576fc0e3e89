"""Buy-and-hold abnormal returns, from any model or matched benchmark."""

from __future__ import annotations

import numpy as np

from eventstudy._types import FloatArray, IntArray, ReturnKind
from eventstudy.errors import check_choice
from eventstudy.estimation import AbnormalReturns

__all__ = ["buy_and_hold"]


def buy_and_hold(
    estimates: AbnormalReturns,
    window: tuple[int, int] | None = None,
    *,
    start: IntArray | None = None,
    end: IntArray | None = None,
    kind: ReturnKind = "simple",
    min_coverage: float = 0.0,
) -> FloatArray:
    """Compound what an asset earned over a window, less what it was expected to earn.

    Parameters
    ----------
    estimates : AbnormalReturns
        Of any model. `MarketAdjusted` with each event's matched firm or reference portfolio as its
        factor gives the matched-benchmark version.
    window, start, end, min_coverage
        As for `AbnormalReturns.car`. Days without an abnormal return are left out of both products; a
        return that spans them carries what they earned.
    kind : {"simple", "log"}
        Kind of the returns that were estimated from; the result is simple either way.

    Returns
    -------
    float64, shape (n,)
        BHAR_i = prod(1 + R_it) - prod(1 + E[R_it]), decimals; NaN where coverage is too small.

    Raises
    ------
    SpecError
        If the window is not inside the event window.

    References
    ----------
    Barber and Lyon (1997), Detecting long-run abnormal stock returns.

    Examples
    --------
    >>> import numpy as np
    >>> from eventstudy.estimation import abnormal_returns
    >>> from eventstudy.models import MarketAdjusted
    >>> rng = np.random.default_rng(0)
    >>> market = rng.normal(0, 0.01, 200)
    >>> returns = market[:, None] + rng.normal(0, 0.01, (200, 1))
    >>> returns[150:152, 0] = market[150:152] + 0.1
    >>> found = abnormal_returns(returns, [[150, 0]], MarketAdjusted(), market, (0, 1), (-120, -11))
    >>> gross = (1 + returns[150:152, 0]).prod() - (1 + market[150:152]).prod()
    >>> bool(np.isclose(buy_and_hold(found)[0], gross))
    True
    """
    check_choice(kind, ("simple", "log"), "kind")
    chosen = estimates.selected(window, start=start, end=end)
    expected = estimates.expected()
    actual = expected + estimates.ar
    grown = np.expm1 if kind == "log" else np.asarray
    with np.errstate(over="ignore", invalid="ignore"):
        held = np.where(chosen, 1.0 + grown(actual), 1.0).prod(axis=1)
        out: FloatArray = held - np.where(chosen, 1.0 + grown(expected), 1.0).prod(axis=1)
    out[np.isnan(estimates.car(window, start=start, end=end, min_coverage=min_coverage))] = np.nan
    return out
