"""Data with a known truth: a documented process from which returns, prices and events are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eventstudy._arguments import as_dates, as_generator, check_kind, check_whole
from eventstudy._types import BoolArray, FloatArray, IntArray
from eventstudy.errors import SpecError, shown
from eventstudy.windows import Window

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Process", "Simulation", "draw_errors", "simulate"]

_MARGIN = 5  # sessions before the first estimation window and after the last event window


MOST_RETURNS = 1_000_000_000
"""Numbers of a simulation: 8 GB."""


@dataclass(frozen=True, slots=True)
class Process:
    """How returns come about when nothing happens, and what an event does to them.

    R_it = alpha + beta_i R_mt + e_it, with e_it = sigma sqrt(h_it) z_it. Everything is a simple or
    a log return alike: prices are built by exponentiating sums.

    Attributes
    ----------
    alpha : float
        Intercept of every asset, a session.
    beta : tuple of float
        Bounds of the uniform distribution of the betas.
    sigma, market_sigma : float
        Standard deviation a session of the residual and of the market.
    nu : float or None
        Degrees of freedom of Student's t for residuals and market, scaled to unit variance; None is
        normal. Must exceed 2.
    skewness : float
        Of residuals and market, which then are gamma variables shifted to mean zero and scaled to unit
        variance. Not together with ``nu``.
    garch : (float, float) or None
        ARCH and GARCH coefficient of h_it = (1 - a - b) + a h_{i,t-1} z_{i,t-1}^2 + b h_{i,t-1}.
    rho : float
        Equicorrelation of residuals of different assets on the same session, by a common factor:
        z = sqrt(rho) f + sqrt(1 - rho) u. With ``nu``, f and u are each t.
    autocorrelation : float
        First-order autocorrelation of the residuals (unit variance kept).
    effect : float
        Known abnormal return of every event, on each session of ``effect_window``.
    effect_sd : float
        Standard deviation of the effect across events (drawn once an event).
    variance_multiplier : float
        Factor on the residual variance on the sessions of ``effect_window``.
    market_effect : float
        Return of the market itself on those sessions: a contaminated benchmark.
    thin : float
        Probability that an asset has no price on a session.
    """

    alpha: float = 0.0
    beta: tuple[float, float] = (0.5, 1.5)
    sigma: float = 0.02
    market_sigma: float = 0.01
    nu: float | None = None
    skewness: float = 0.0
    garch: tuple[float, float] | None = None
    rho: float = 0.0
    autocorrelation: float = 0.0
    effect: float = 0.0
    effect_sd: float = 0.0
    variance_multiplier: float = 1.0
    market_effect: float = 0.0
    thin: float = 0.0

    def __post_init__(self) -> None:
        if self.nu is not None and not self.nu > 2:
            raise SpecError(f"nu={self.nu} has no finite variance", hint="expected more than 2, or None for normal")
        if self.skewness and self.nu is not None:
            raise SpecError("nu and skewness are two different distributions", hint="give one of them")
        if self.garch is not None:
            a, b = self.garch
            if a < 0 or b < 0 or a + b >= 1:
                raise SpecError(f"garch={self.garch} is not stationary", hint="expected a >= 0, b >= 0, a + b < 1")
        for name, low, high in (("rho", 0.0, 1.0), ("thin", 0.0, 1.0), ("autocorrelation", -1.0, 1.0)):
            value = getattr(self, name)
            if not low <= value < high or abs(value) >= 1:
                raise SpecError(f"{name}={value} is outside [{low:g}, {high:g})")
        for name in ("sigma", "market_sigma", "effect_sd", "variance_multiplier"):
            if not getattr(self, name) >= 0:
                raise SpecError(f"{name}={getattr(self, name)} is negative")


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated study, with its truth.

    Attributes
    ----------
    returns : float64, shape (R, A)
        Return of each session; NaN where the asset has no price. The next return spans the gap.
    market : float64, shape (R,)
        Return of the market.
    factors : float64, shape (R, A, 1)
        The market's return over the span of each asset's return.
    positions : int64, shape (n, 2)
        Row of day 0 and column of the asset of each event.
    effect : float64, shape (n,)
        True abnormal return a session of the effect window.
    beta : float64, shape (A,)
        True betas.
    event_window, estimation_window, effect_window : Window
        The windows for which the sessions were laid out.
    process : Process
        What drew it.
    """

    returns: FloatArray
    market: FloatArray
    factors: FloatArray
    positions: IntArray
    effect: FloatArray
    beta: FloatArray
    event_window: Window
    estimation_window: Window
    effect_window: Window
    process: Process

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the columns, A000 on; the market is MARKET."""
        return tuple(f"A{j:03d}" for j in range(self.returns.shape[1]))

    @property
    def true_car(self) -> FloatArray:
        """Sum of the true abnormal returns over the effect window, shape (n,)."""
        return self.effect * self.effect_window.length

    def to_prices(self, start: str = "2015-01-01") -> pd.DataFrame:
        """Return prices by business day, one column an asset and MARKET; NaN where none.

        Every price starts at 100 on the business day before the first return.
        """
        import pandas as pd

        index = self._days(start).rename("date")
        steps = np.column_stack([self.returns, self.market])
        levels = 100.0 * np.exp(np.nancumsum(steps, axis=0))
        levels[np.isnan(steps)] = np.nan
        return pd.DataFrame(
            np.vstack([np.full(steps.shape[1], 100.0), levels]), index=index, columns=[*self.assets, "MARKET"]
        )

    def to_events(self, start: str = "2015-01-01") -> pd.DataFrame:
        """Return one row an event: event_id, time (the UTC midnight that starts day 0), asset.

        At that instant the previous session's price has been struck and day 0's own has not begun, so
        that the first observation strictly after it is the one of ``positions``.
        """
        import pandas as pd

        days = self._days(start)[self.positions[:, 0] + 1]
        names = np.asarray(self.assets)[self.positions[:, 1]]
        ids = [f"E{i:03d}" for i in range(len(names))]
        return pd.DataFrame({"event_id": ids, "time": days.tz_localize("UTC"), "asset": names})

    def _days(self, start: str) -> pd.DatetimeIndex:
        import pandas as pd

        first = as_dates(start, "start")
        if first.shape or np.isnat(first):
            raise SpecError(f"start={shown(start)}", hint="expected a date such as '2015-01-01'")
        if len(self.market) * 1.5 > (np.datetime64("2261-12-31") - first).astype(int):
            raise SpecError(f"start={shown(start)}: {len(self.market)} sessions from there end after 2261")
        return pd.bdate_range(str(first), periods=len(self.market) + 1).as_unit("ns")


def _standard(rng: np.random.Generator, shape: tuple[int, ...], process: Process) -> FloatArray:
    if process.skewness:
        k = 4.0 / process.skewness**2
        return np.asarray(math.copysign(1.0, process.skewness) * (rng.standard_gamma(k, shape) - k) / math.sqrt(k))
    nu = process.nu
    if nu is None:
        return rng.standard_normal(shape)
    return np.asarray(rng.standard_t(nu, shape) * math.sqrt((nu - 2.0) / nu))


def draw_errors(rng: np.random.Generator, shape: tuple[int, int, int], process: Process) -> FloatArray:
    """Draw residuals of unit variance: replications x sessions x assets.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : (B, R, A)
    process : Process
        Its ``nu``, ``skewness``, ``rho``, ``garch`` and ``autocorrelation`` are used.

    Returns
    -------
    float64, shape (B, R, A)
    """
    z = _standard(rng, shape, process)
    if process.rho:
        common = _standard(rng, (shape[0], shape[1], 1), process)
        z = math.sqrt(process.rho) * common + math.sqrt(1.0 - process.rho) * z
    if process.garch is not None:
        a, b = process.garch
        h = np.ones((shape[0], shape[2]))
        for t in range(shape[1]):
            shock = z[:, t] ** 2 * h
            z[:, t] *= np.sqrt(h)
            h = (1.0 - a - b) + a * shock + b * h
    if process.autocorrelation:
        phi = process.autocorrelation
        keep = math.sqrt(1.0 - phi * phi)
        for t in range(1, shape[1]):
            z[:, t] = phi * z[:, t - 1] + keep * z[:, t]
    return z


def _layout(n_events: int, n_assets: int, n_dates: int, spacing: int, first: int) -> IntArray:
    date = np.arange(n_events) * n_dates // n_events
    # events of one date go to different assets; over dates the assets take turns
    asset = np.arange(n_events) % n_assets
    return np.column_stack([first + date * spacing, asset]).astype(np.int64)


def _trade_to_trade(returns: FloatArray, market: FloatArray, priced: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Let each return span the sessions without a price before it, the market's over the same span."""
    both = np.stack([returns, np.broadcast_to(market[:, None], returns.shape)])
    level = np.cumsum(both, axis=1)
    row = np.arange(len(returns))[:, None]
    last = np.maximum.accumulate(np.where(priced, row, -1), axis=0)
    before = np.vstack([np.full((1, returns.shape[1]), -1), last[:-1]])
    base = np.where(before >= 0, np.take_along_axis(level, np.maximum(before, 0)[None], axis=1), 0.0)
    spanned = np.where(priced, level - base, np.nan)
    return spanned[0], spanned[1]


def simulate(
    n_events: int = 50,
    n_assets: int | None = None,
    *,
    n_dates: int | None = None,
    spacing: int | None = None,
    event_window: tuple[int, int] = (-10, 10),
    estimation_window: tuple[int, int] = (-250, -11),
    effect_window: tuple[int, int] = (0, 0),
    process: Process | None = None,
    seed: int | np.random.Generator = 0,
    **options: object,
) -> Simulation:
    """Draw a study whose truth is known.

    Parameters
    ----------
    n_events : int
        Number of events n.
    n_assets : int, optional
        Number of assets A; by default one an event.
    n_dates : int, optional
        Number of distinct event dates, n by default; events are shared out evenly. At most A
        events can share a date.
    spacing : int, optional
        Sessions between successive dates; by default the event window's length, so that windows
        of different dates do not overlap. Less than that makes them overlap.
    event_window, estimation_window : (int, int)
        Inclusive session offsets the layout leaves room for.
    effect_window : (int, int)
        Where the effect, the induced variance and the market's own reaction fall.
    process : Process, optional
        The data-generating process.
    seed : int or numpy.random.Generator
        Same seed, same numbers.
    **options
        Fields of `Process`, which replace those of ``process``: ``effect=0.01, nu=4, rho=0.1``.

    Returns
    -------
    Simulation
        Arrays and the truth behind them.

    Raises
    ------
    SpecError
        If the layout or the process is impossible.

    Examples
    --------
    >>> drawn = simulate(5, effect=0.02, nu=4, seed=1)
    >>> drawn.returns.shape[1], drawn.positions[:, 1].tolist()
    (5, [0, 1, 2, 3, 4])
    >>> drawn.true_car.tolist()
    [0.02, 0.02, 0.02, 0.02, 0.02]
    >>> drawn.to_prices().columns[-1]
    'MARKET'
    """
    window, estimation, hit = Window.of(event_window), Window.of(estimation_window), Window.of(effect_window)
    process = _process(process, options)
    assets = n_events if n_assets is None else n_assets
    dates = n_events if n_dates is None else n_dates
    step = window.length if spacing is None else spacing
    check_whole(1, MOST_RETURNS, n_events=n_events, n_assets=assets, spacing=step)
    check_whole(1, n_events, n_dates=dates)
    if max(n_events, dates * step * assets) > MOST_RETURNS:
        raise SpecError(f"more than {MOST_RETURNS:,} returns", hint="ask for fewer events, assets, dates or sessions")
    if math.ceil(n_events / dates) > assets:
        raise SpecError(
            f"{n_events} events on {dates} dates need more than {assets} assets", hint="raise n_dates or n_assets"
        )
    first = _MARGIN + max(0, -estimation.start, -window.start)
    positions = _layout(n_events, assets, dates, step, first)
    n_sessions = int(positions[:, 0].max()) + max(0, window.end, hit.end) + _MARGIN + 1

    rng = as_generator(seed)
    beta = rng.uniform(*process.beta, size=assets)
    effect = process.effect + process.effect_sd * rng.standard_normal(n_events)
    market = process.market_sigma * _standard(rng, (n_sessions,), process)
    errors = process.sigma * draw_errors(rng, (1, n_sessions, assets), process)[0]
    days = np.arange(hit.start, hit.end + 1)
    rows, columns = positions[:, :1] + days, positions[:, 1:]
    if process.variance_multiplier != 1.0:
        scale = np.ones_like(errors)
        scale[rows, columns] = math.sqrt(process.variance_multiplier)
        errors *= scale
    market[np.unique(rows)] += process.market_effect
    returns = process.alpha + beta * market[:, None] + errors
    np.add.at(returns, (rows, columns), effect[:, None])
    if process.thin:
        priced = rng.random(returns.shape) >= process.thin
        returns, spanned = _trade_to_trade(returns, market, priced)
    else:
        spanned = np.broadcast_to(market[:, None], returns.shape)
    return Simulation(returns, market, spanned[..., None], positions, effect, beta, window, estimation, hit, process)


def _process(process: Process | None, options: dict[str, object]) -> Process:
    from dataclasses import asdict, fields

    from eventstudy.errors import nearest

    known = [f.name for f in fields(Process)]
    for name in options:
        if name not in known:
            raise SpecError(f"simulate() has no option {name!r}", hint=nearest(name, known))
    check_kind((Process, type(None)), process=process)
    base = asdict(process) if process is not None else {}
    return Process(**(base | options))
