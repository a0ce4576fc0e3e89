"""The page docs/scale.md, from what benchmarks/scale.py measured (docs/scale.json)."""
# ruff: noqa: E501 - lines of the page stand here as they stand there

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from eventstudy._files import write_atomic
from eventstudy.prices.dataset_write import default_group

DOCS = Path(__file__).resolve().parents[1] / "docs"
DOLLARS = 0.05
"""Price of a core-hour in the plan, about that of a rented core with 4 GB of memory."""
BILLION = 10**9
DRIVER = 64 * 10**9
"""Bytes of memory of the plan's driver."""
WINDOW, ESTIMATION = 3, 240
RESIDUAL_BYTES = 8 + 8 + 8 * WINDOW + (8 + 4) * ESTIMATION
"""Of an event in the files that r_bar reads: asset, weight, sessions, residuals and the numbers of their dates."""
STEPS = ("run", "tests", "summary")

HEAD = """\
# Beyond one machine

Written by `python benchmarks/scale.py --write`: random walks and uniformly drawn events, market model, event window
(-1, 1), 240 estimation sessions, tests of day 0. How to use it is in [Outgrow one machine](howto/scale.md).
Seconds are CPU seconds unless they are called wall clock: the machine's {cores} cores were shared with other work
({load:.0f} waiting processes on average). Workers have one thread and are held to 1 GB each by their nanny.
"""


def cpu(step: dict[str, Any]) -> float:
    """CPU seconds of driver and workers."""
    return float(step["driver_cpu"] + sum(step["worker_cpu"]))


def table(header: list[str], rows: list[list[str]]) -> str:
    """Make a table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def memory_rows(steps: dict[str, Any]) -> list[list[str]]:
    """Rows of a table of steps: CPU of driver and workers, and their peaks."""
    return [
        [
            name,
            f"{step['wall']:,.0f} s",
            f"{step['driver_cpu']:,.1f} s",
            ", ".join(f"{c:,.0f}" for c in step["worker_cpu"]) + " s" if step["worker_cpu"] else "-",
            f"{step['driver_peak']:,.0f} MB",
            ", ".join(f"{p:,.0f}" for p in step["worker_peak"]) + " MB" if step["worker_peak"] else "-",
        ]
        for name, step in steps.items()
    ]


HEADER = ["step", "wall clock", "CPU of the driver", "CPU of each worker", "peak of the driver", "peak of each worker"]


def million_section(found: dict[str, Any]) -> str:
    """Two million events."""
    matrix = 8 * (WINDOW + ESTIMATION) * found["events"]
    return f"""\
## Two million events, {found["assets"]:,} assets x 5,000 sessions

Two workers, {found["tests"]} tests ({found["date"]}). {found["rows"]:,} rows; the others share a session with another event
of their asset and are merged. The prices are {found["price_bytes"] / 1e9:.1f} GB, the event-day matrix would be
{matrix / 1e9:.1f} GB; nobody holds it. {restarted(found["steps"])}

{table(HEADER, memory_rows(found["steps"]))}

The driver's peak while it makes the events is the table of events itself. In `tests` it holds six numbers an event, for
the tests that rank or resample the whole cross-section.{left_out(found)}
"""


def restarted(steps: dict[str, Any]) -> str:
    """Say how many workers died and were started again."""
    n = sum(step["workers_restarted"] for step in steps.values())
    return f"{n} workers were restarted." if n else "No worker was restarted."


def left_out(found: dict[str, Any]) -> str:
    """Say which test was not run."""
    return "" if found["tests"] >= 28 else " `bhar_skewness_adjusted_t` was left out of this run."


def outgrown_section(found: dict[str, Any]) -> str:
    """A panel that outgrows memory."""
    return f"""\
## A panel of {found["panel_bytes"] / 1e9:.0f} GB, eight times the limit

{found["assets"]:,} assets x 5,000 sessions, an event each ({found["date"]}). One process whose data segment the kernel
holds to 1 GB (no Dask), and two workers; their tests agree to 1e-12.

One process:

{table(HEADER, memory_rows(found["here"]["steps"]))}

Two workers:

{table(HEADER, memory_rows(found["there"]["steps"]))}
"""


def busiest(run: dict[str, Any]) -> float:
    """CPU seconds on the longest way: of the driver, and of the busiest worker of each step."""
    return sum(run["steps"][s]["driver_cpu"] + max(run["steps"][s]["worker_cpu"]) for s in STEPS)


def all_cpu(run: dict[str, Any]) -> float:
    """CPU seconds of all."""
    return sum(cpu(run["steps"][s]) for s in STEPS)


def workers_section(found: dict[str, Any]) -> str:
    """One worker against two."""
    one, two = found["1"], found["2"]
    gain = statistics.median(busiest(r) for r in one) / statistics.median(busiest(r) for r in two)
    wall = [statistics.median(sum(r["steps"][s]["wall"] for s in STEPS) for r in side) for side in (one, two)]
    rows = [
        [
            str(n),
            f"{statistics.median(busiest(r) for r in runs):.0f} s",
            f"{statistics.median(all_cpu(r) for r in runs):.0f} s",
            f"{statistics.median(sum(r['steps'][s]['wall'] for s in STEPS) for r in runs):.0f} s",
            f"{statistics.mean(r['steps'][s]['load'] for r in runs for s in STEPS):.1f}",
        ]
        for n, runs in ((1, one), (2, two))
    ]
    return f"""\
## One worker and two

{found["events"]:,} events on {found["assets"]:,} assets, in turns, medians of {len(one)} rounds ({found["date"]}). The longest way is
the driver's CPU and that of the busiest worker of each step: what the wall clock would be with a core for each.

{table(["workers", "longest way", "CPU of all", "wall clock", "load of the machine"], rows)}

By the longest way two workers are {gain:.2f} times as fast as one (1.7 was asked for). The wall clock says
{wall[0] / wall[1]:.2f} times, on {found["cores"]} cores with more waiting processes than cores: it measures the other work.
"""


def passes_section(found: dict[str, Any]) -> str:
    """What a second reading costs."""
    read, one, two = (cpu(found["steps"][s]) for s in ("read", "one pass", "two passes"))
    return f"""\
## Reading twice

`grank_t`, `grank_z` and `clustered_two_way_t` need what all events say before they can look at one: tests with them pass
over the prices twice, all others once. {found["events"]:,} events on {found["assets"]:,} assets, one process ({found["date"]}): reading the prices
takes {read:.1f} s, `bmp_t`, of one pass, {one:.1f} s, and with `grank_t`, of two, {two:.1f} s. Keeping what the second pass reads instead
of reading and estimating again would be {8 * (WINDOW + ESTIMATION):,} bytes an event, written once and read once: {8 * (WINDOW + ESTIMATION) * found["events"] / 1e9:.1f} GB here,
{8 * (WINDOW + ESTIMATION) * 2e6 / 1e9:.1f} GB for two million events, beside prices of {8 * 5000 * found["assets"] / 1e9:.2f} GB here and 0.8 GB there. So they are read again. Within a
pass a task opens each file once.
"""


def crowded_section(found: dict[str, Any]) -> str:
    """What a date with many events costs."""
    step, pairs = found["steps"]["pairs"], found["pairs"]
    many = 100_000
    hours = many**2 / 2 * cpu(step) / pairs / 3600
    return f"""\
## Many events on one date

The pairs of a date are summed 2,000 events against 4,000 at a time, so the memory of a task does not grow with the date:
2,000 events against all {found["events"]:,} of their date, a residual of each missing, took {cpu(step):.0f} s and a peak of {step["driver_peak"]:,.0f} MB, of which
{8 * 2 * ESTIMATION * found["events"] / 1e6:.0f} MB are the events themselves, which a worker reads from disk ({found["date"]}). The work still grows with
the square: {many:,} events on one date are {many**2 / 2:.0e} pairs and {hours:.1f} core-hours, in {-(-many // 2_000)} tasks.
"""


def plan_section(found: dict[str, Any]) -> str:
    """What a billion events would take."""
    steps, n = found["steps"], found["events"]
    each = {name: cpu(steps[name]) / n for name in STEPS}
    rows = []
    for name in STEPS:
        hours = each[name] * BILLION / 3600
        rows.append(
            [name, f"{1e6 * each[name]:.0f} microseconds", f"{hours:,.0f} core-hours", f"${hours * DOLLARS:,.2f}"]
        )
    hours = sum(each.values()) * BILLION / 3600
    rows.append(
        ["all", f"{1e6 * sum(each.values()):.0f} microseconds", f"{hours:,.0f} core-hours", f"${hours * DOLLARS:,.2f}"]
    )
    events = 1e6 * steps["events"]["driver_peak"] / n
    asked = 1e6 * steps["tests"]["driver_peak"] / n
    a_date = n / 4695
    pairs, all_pairs = a_date**2 / 2 * 4695, (BILLION / 4695) ** 2 / 2 * 4695
    nodes = hours / 16
    return f"""\
## A plan on paper: a billion events

Costs an event as measured with two million, at ${DOLLARS:.2f} a core-hour:

{table(["step", "an event", "a billion", "worth"], rows)}

With 16 cores and 64 GB a node that is {nodes:.0f} node-hours: ten nodes for {60 * nodes / 10:.0f} minutes. This holds where the events
of a date are as many as measured ({a_date:.0f}): a billion events on bars of minutes, not on 5,000 days.

| bytes | an event | a billion |
|---|---|---|
| tables of the run | {found["bytes"] / n:.0f} | {found["bytes"] / n:.0f} GB |
| residuals that r_bar reads, while a question lasts | {RESIDUAL_BYTES:,} | {RESIDUAL_BYTES / 1e3:.1f} TB |
| table of events in the driver | {events:.0f} | {events:.0f} GB |
| tests that rank or resample, in the driver | {asked:.0f} | {asked:.0f} GB |

What breaks, in this order:

1. The driver's table of events. A driver of {DRIVER / 1e9:.0f} GB holds {DRIVER / events / 1e6:.0f} million events; beyond, study years or groups of
   assets one after another. Their event tables are files that stand side by side; r_bar across them is not summed.
2. The tests that rank or resample (`wilcoxon_signed_rank`, `wild_bootstrap`, `bhar_skewness_adjusted_t`): a driver of
   {DRIVER / 1e9:.0f} GB has room for {DRIVER / asked / 1e6:.0f} million events. `names=` leaves them out.
3. r_bar. Its pairs grow with the square of the events of a date: {pairs:.1e} here, {all_pairs:.0e} for a billion events on as many
   dates, which no budget pays. Leave out `adjusted_patell_z` and `adjusted_bmp_t` there and cluster by date instead.
4. The disk for residuals, {RESIDUAL_BYTES / 1e3:.1f} TB on a file system that all workers share.
5. The scheduler does not: a partition is a task, and 30,000 assets x 5,000 sessions are {-(-30_000 // default_group(5_000))} partitions.
"""


SECTIONS = {"passes": passes_section, "crowded": crowded_section}


def page(found: dict[str, Any]) -> str:
    """Give the page."""
    steps = [found["million"]["steps"][s] for s in STEPS]
    parts = [
        HEAD.format(cores=found["million"]["cores"], load=statistics.mean(s["load"] for s in steps)),
        million_section(found["million"]),
        outgrown_section(found["outgrown"]),
        workers_section(found["workers"]),
        *(SECTIONS[name](found[name]) for name in SECTIONS if name in found),
        plan_section(found["million"]),
    ]
    return "\n".join(parts)


def write_page(found: dict[str, Any]) -> None:
    """Write the page."""
    write_atomic(DOCS / "scale.md", page(found))


if __name__ == "__main__":
    write_page(json.loads((DOCS / "scale.json").read_text()))
