"""Turn what `pytest benchmarks/ --benchmark-only --benchmark-json=FILE` measured into docs/performance.md.

    python benchmarks/speed/page.py FILE            # print the page
    python benchmarks/speed/page.py FILE --write    # and keep it, with its figure and its record
    python benchmarks/speed/page.py --write         # the page again, from the record alone

The record, docs/performance.json, holds the best seconds of each side. What FILE does not measure (the peers without
``--peer``) stays as the record has it. The exit is 1 where something asked for does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from eventstudy._files import write_atomic

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, RECORD, FIGURE = DOCS / "performance.md", DOCS / "performance.json", DOCS / "images" / "performance-growth.png"


@dataclass
class Measured:
    """Best CPU seconds of each side of each group, what tests noted beside them, and on what machine, when."""

    best: dict[str, dict[str, float]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Measured:
        """Read a file of pytest-benchmark."""
        held = json.loads(path.read_text(encoding="utf-8"))
        found = cls()
        for entry in held["benchmarks"]:
            side = (entry["params"] or {}).get("side", "")
            group = found.best.setdefault(entry["group"], {})
            group[side] = min(group.get(side, float("inf")), entry["stats"]["min"])
            found.notes.setdefault(entry["group"], {}).update(entry["extra_info"])
        info = held["machine_info"]
        python = f"{info['python_implementation']} {info['python_version']}"
        here = f"{held['datetime'][:10]}: {info['machine']}, {python}, NumPy {np.__version__}"
        found.machine = dict.fromkeys(found.best, here)
        return found

    @classmethod
    def kept(cls) -> Measured:
        """Read the record."""
        return cls(**json.loads(RECORD.read_text(encoding="utf-8"))) if RECORD.exists() else cls()

    def over(self, older: Measured) -> Measured:
        """Give these measurements, and the older ones of what these lack."""
        return Measured(older.best | self.best, older.notes | self.notes, older.machine | self.machine)

    def __str__(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


class Table:
    """Rows of what was measured and what was asked for; counts what does not hold."""

    failed = 0

    def __init__(self) -> None:
        self._lines = ["| what | measured | asked for | |", "|---|---|---|---|"]

    def row(self, what: str, measured: str, asked: str = "", holds: bool | None = None) -> None:
        """Add a row."""
        said = "" if holds is None else "holds" if holds else "**does not hold**"
        Table.failed += holds is False
        self._lines.append(f"| {what} | {measured} | {asked} | {said} |")

    def __str__(self) -> str:
        return "\n".join(self._lines)


def core(found: Measured) -> str:
    """A million events against other ways to touch as much, and few events."""
    best, few = found.best["million"], found.best["few"]
    gather, one, three, missing = (best[n] for n in ("gather", "one factor", "three factors", "missing"))
    (name,) = (n for n in best if n.startswith("statsmodels"))
    slow = best[name] / int(name.split()[1])
    table = Table()
    table.row("one fancy-index gather of the event windows' returns", f"{gather:.3f} s")
    table.row("writing an array of that size", f"{best['copy']:.3f} s")
    ratio = one / gather
    table.row("1,000,000 events, one factor", f"{one:.3f} s = {ratio:.2f} gathers", "at most 1.5", ratio <= 1.5)
    ratio = three / one
    table.row("three factors", f"{three:.3f} s = {ratio:.2f} times one factor", "at most 3", ratio <= 3)
    ratio, like = slow / (one / 1_000_000), slow / (best["forecast errors"] / 1_000_000)
    table.row(
        "1,000,000 events, one factor, with all forecast errors, which are computed when asked for",
        f"{best['forecast errors']:.3f} s",
    )
    text = f"{slow * 1e3:.2f} ms an event = {ratio:,.0f} times the core, {like:,.0f} times with its forecast errors"
    table.row("statsmodels, fit and prediction with its errors, a loop", text, "at least 500", ratio >= 500)
    table.row("1 % of the returns missing", f"{missing:.3f} s = {missing / one:.2f} times")
    text = f"{few['all dates'] * 1e3:.2f} and {few['one date'] * 1e3:.2f} ms"
    table.row("all 2,229 dates of one asset, against one date", text)
    for n in ("100", "1,000", "10,000"):
        table.row(f"{n} events on the 500 assets", f"{few[f'{n} events'] * 1e3:.1f} ms")
    shares = {int(n): share for n, share in found.notes["memory"].items()}
    what = f"memory beyond inputs and outputs, {min(shares):,} to {max(shares):,} events"
    text = f"{min(shares.values()):.0%} to {max(shares.values()):.0%}"
    table.row(what, text, "at most 25 %", max(shares.values()) <= 0.25)
    return (
        f"{table}\n\n"
        "Window sums are taken by prefix and suffix sums in blocks of the window's length, nothing is ever subtracted; "
        "abnormal returns are computed in parts that fit the cache and written once. Few events on many sessions are "
        "summed from their own rows instead, in the same order: the numbers are the same to the last bit."
    )


@dataclass(frozen=True)
class Growth:
    """Seconds by number of events (rows) and length of the estimation window, and a line through the many."""

    counts: list[int]
    lengths: list[int]
    seconds: np.ndarray
    slopes: np.ndarray
    fixed: np.ndarray
    many: np.ndarray

    @classmethod
    def of(cls, found: Measured) -> Growth:
        """Sort the sides, and fit a fixed part and so much an event to 100,000 events and more."""
        best = found.best["growth"]
        counts = sorted({int(side.split("x")[0]) for side in best})
        lengths = sorted({int(side.split("x")[1]) for side in best})
        seconds = np.array([[best[f"{n}x{length}"] for length in lengths] for n in counts])
        many = np.array(counts) >= 100_000
        # Relative errors are alike for few and many.
        fits = [np.polyfit(np.array(counts)[many], column[many], 1, w=1 / column[many]) for column in seconds.T]
        slopes, fixed = np.array(fits).T
        return cls(counts, lengths, seconds, slopes, fixed, many)


def growth(found: Measured) -> str:
    """Time by number of events and length of the estimation window: a fixed part, and so much an event."""
    held = Growth.of(found)
    counts, lengths, seconds, many = held.counts, held.lengths, held.seconds, held.many
    lines = [
        "| events | " + " | ".join(f"{length} sessions" for length in lengths) + " |",
        "|---|" + "---|" * len(lengths),
    ]
    for n, row in zip(counts, seconds, strict=True):
        lines.append(f"| {n:,} | " + " | ".join(f"{s * 1e3:,.1f} ms" for s in row) + " |")
    lines.append("| fixed part | " + " | ".join(f"{s * 1e3:.0f} ms" for s in held.fixed) + " |")
    lines.append("| and an event | " + " | ".join(f"{s * 1e9:.0f} ns" for s in held.slopes) + " |")
    fitted = held.fixed + np.array(counts)[many][:, None] * held.slopes
    off = float(np.abs(seconds[many] / fitted - 1.0).max())
    spread = float(np.median(seconds[many][:, -1] / seconds[many][:, 0]))
    table = Table()
    text = f"within {off:.0%} of a fixed part and so much an event, from 100,000 on"
    table.row("growth in events", text, "linear", off <= 0.25)
    text = f"{spread:.2f} times from {lengths[0]} to {lengths[-1]} sessions, median from 100,000 events on"
    table.row("growth in the estimation window", text, "none", spread <= 1.2)
    half = float(np.median(seconds[counts.index(500_000)] / seconds[-1]))
    each = float(np.mean(held.fixed)) / 1.25e6 * 1e9
    few = {n: dict(zip(lengths, seconds[counts.index(n)], strict=True)) for n in (1_000, 10_000)}
    wider = " and ".join(f"{few[n][lengths[-1]] / few[n][lengths[0]]:.1f}" for n in few)
    read = few[10_000][240] / (10_000 * 240) * 1e9
    return (
        "\n".join(lines) + f"\n\n![CPU time by number of events](images/{FIGURE.name})\n\n{table}\n\n"
        "The fixed part is the sum over every window of every asset touched, here 500 assets of 2,500 sessions: it is "
        "what estimating all their dates costs, whether a hundred thousand events are asked for or a million, about "
        f"{each:.0f} ns an asset and session, most of it six running sums. So half of a million events take {half:.2f} "
        "of the time, not 0.50. With fewer events (at 240 sessions, below about one in a hundred of sessions times "
        "assets) each event's own rows are summed instead: there is no fixed part then, and the time grows with events "
        f"times window, {read:.0f} ns a row that is read (10,000 events, 240 sessions). From {lengths[0]} to "
        f"{lengths[-1]} sessions it grows {wider} times at {' and '.join(f'{n:,}' for n in few)} events, to "
        f"{few[10_000][lengths[-1]] * 1e3:.0f} ms where all windows of these assets take {held.fixed[-1] * 1e3:.0f} ms."
    )


def draw(held: Growth) -> None:
    """Draw the table of growth."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
    for length, column in zip(held.lengths, held.seconds.T, strict=True):
        axes.loglog(held.counts, column, marker="o", markersize=4, label=f"{length} sessions")
    many = np.geomspace(100_000, held.counts[-1], 50)
    axes.loglog(many, held.fixed.mean() + held.slopes.mean() * many, "k:", label="fixed part + events")
    axes.set(xlabel="events", ylabel="CPU seconds")
    axes.legend(title="estimation window", fontsize="small", title_fontsize="small", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    FIGURE.parent.mkdir(exist_ok=True)
    figure.savefig(FIGURE, dpi=120, metadata={"Software": ""})
    plt.close(figure)


def study(found: Measured) -> str:
    """A whole study against the core alone: on the assets that the core and the peers are timed with, and on few."""
    table = Table()
    for assets, asked in ((500, "at most 10"), (100, "")):
        core, outputs, whole = (found.best["study"][f"{side} of {assets}"] for side in ("core", "outputs", "whole"))
        table.row(f"1,000 events on {assets} assets, core alone", f"{core * 1e3:.1f} ms")
        table.row(
            "its outputs that the tests read, too: forecast errors, residuals, leverage", f"{outputs * 1e3:.1f} ms"
        )
        what = "the same through read_events, EventStudy.run, all parametric tests and to_frame"
        text = f"{whole * 1e3:.0f} ms = {whole / core:.1f} times the core, {whole / outputs:.1f} its outputs"
        table.row(what, text, asked, whole / core <= 10 if asked else None)
    return (
        f"{table}\n\nA whole study computes the returns of all assets first, which the core is given. Nothing of an "
        "earlier run is kept. With fewer assets the core has less to read, and the tables and tests as much to do."
    )


OURS = {
    "run": "this package: `run` alone, returns shared with a result that is kept",
    "whole": "the whole: `read_events`, `run`, `to_frame`, the same",
    "first": "the whole of the first study, which computes the returns",
}


def peers(found: Measured) -> str:
    """Other packages, and how many times as long each takes as each of our three ways."""
    best = found.best["peers"]
    lines = [
        "| 1,000 events, 500 x 2,500 prices | CPU | of `run` alone | of the whole | of the first |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {text} | {best[side] * 1e3:.1f} ms | | | |" for side, text in OURS.items()]
    theirs = {name: took for name, took in best.items() if name not in OURS}
    for name, took in theirs.items():
        ratios = " | ".join(f"{took / best[side]:,.0f} times" for side in OURS)
        lines.append(f"| {name} | {took * 1e3:,.0f} ms | {ratios} |")
    ratio = min(theirs.values()) / best["whole"]
    table = Table()
    what = "dates, `run` and result objects (the whole) against the fastest of them"
    table.row(what, f"{ratio:.1f} times", "at least 20 times", ratio >= 20)
    return (
        "\n".join(lines) + f"\n\n{table}\n\n"
        "Each side in an interpreter and environment of its own, all with the same number of rounds in turn, CPU time "
        "of one thread. The others compute all returns while they read the prices, before the clock starts; ours does "
        "within its first study, and later ones of the same prices share them while a result is kept."
    )


def around(found: Measured) -> str:
    """Reading, alignment, placebo studies."""
    best, table = found.best, Table()
    if "parquet" in best:
        n, alone, whole = found.notes["parquet"]["assets"], best["parquet"]["pyarrow"], best["parquet"]["returns"]
        table.row(f"`pyarrow.parquet.read_table`, {n:,} assets x 5,000 sessions, all threads", f"{alone:.2f} s")
        ratio = whole / alone
        text = f"{whole:.2f} s = {ratio:.1f} times"
        table.row("`read_prices` and log returns of the same file", text, "at most 4", ratio <= 4)
    if "alignment" in best:
        text = f"{best['alignment']['']:.1f} s"
        table.row("1,000,000 pairs of event and asset aligned and merged, 20,000 assets with gaps", text)
    if "placebo" in best:
        held = best["placebo"]
        table.row("grid of all dates for placebo studies, 11,000 sessions x 50 assets", f"{held['grid']:.2f} s")
        seconds = held["parametric"]
        text = "10,000 placebo studies of 50 events, the 11 parametric tests"
        table.row(text, f"{seconds:.2f} s", "at most 2 s", seconds <= 2)
        table.row("the same, every test of the register", f"{held['whole']:.2f} s")
    return str(table)


SECTIONS: Mapping[str, tuple[tuple[str, ...], Callable[[Measured], str]]] = {
    "The array core: 2,500 sessions, 500 assets, windows of 240 + 21 sessions": (("million", "few", "memory"), core),
    "Growth with events and windows": (("growth",), growth),
    "A whole study through the public API": (("study",), study),
    "Beside other packages": (("peers",), peers),
    "Around the core": (("parquet", "alignment", "placebo"), around),
}


def page(found: Measured) -> str:
    """Give the page: every section that was measured."""
    machines = "; ".join(sorted(set(found.machine.values())))
    head = (
        "# Performance\n\n"
        "Written by `pytest benchmarks/ --benchmark-only --benchmark-json=speed.json` (pytest-benchmark) and "
        "`python benchmarks/speed/page.py speed.json --write`. Times are CPU seconds of one thread "
        f"({machines}) on a machine that did other work as well: all sides of a comparison are timed in turn "
        "in one run, each as often as the others, and the best round of each counts. The ratios are what a reader can "
        "hold on to.\n"
    )
    parts = [head]
    for title, (needed, write) in SECTIONS.items():
        if all(group in found.best for group in needed):
            parts.append(f"## {title}\n\n{write(found)}\n")
    return "\n".join(parts)


def main() -> None:
    """Print the page, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="of pytest-benchmark; by default the record alone")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its record")
    asked = parser.parse_args()
    new = Measured() if asked.file is None else Measured.read(asked.file)
    found = new.over(Measured.kept())
    text = page(found)
    print(text)
    if asked.write:
        write_atomic(PAGE, text)
        write_atomic(RECORD, str(found))
        if "growth" in found.best:
            draw(Growth.of(found))
    sys.exit(Table.failed > 0)


if __name__ == "__main__":
    main()
