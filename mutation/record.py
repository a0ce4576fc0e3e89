"""Write docs/mutation.md: what share of the mutants was killed, and every survivor with what was found on reading it.

    python -m mutation.record FOLDER

What is known of the survivors stands in ``explained.toml`` beside this file, by file and changed line; a survivor that
is not there is listed as not yet read.
"""

from __future__ import annotations

import difflib
import json
import math
import sys
import tomllib
from pathlib import Path
from typing import Any

from mutation.executed import ROOT
from mutation.mutants import Mutant
from mutation.run import BUDGET, SLOW

PAGE = ROOT / "docs" / "mutation.md"
KILLED = ("killed", "timeout")
KINDS = {
    "equivalent": "computes the same",
    "told": "changes a word, a default or an interface, no number",
    "open": "changes a number or a bound, and no test notices",
    "": "not yet read",
}


def wilson(k: int, n: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share.

    >>> [round(x, 3) for x in wilson(85, 100)]
    [0.767, 0.907]
    """
    z = 1.959964
    centre, half = (k + z * z / 2) / (n + z * z), z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return centre - half, centre + half


def changed(row: dict[str, Any]) -> tuple[str, str]:
    """Give the changed lines before and after, without their indentation."""
    mutant = Mutant(row["file"], row["operator"], row["occurrence"], row["line"])
    before = (ROOT / mutant.file).read_text(encoding="utf-8").splitlines()
    lines = [x for x in difflib.ndiff(before, mutant.source().splitlines()) if x[:2] in ("- ", "+ ")]
    return tuple(" ".join(x[2:].strip() for x in lines if x[0] == sign) for sign in "-+")  # type: ignore[return-value]


def main() -> int:
    """Write the page from the results, those tried again last."""
    folder = Path(sys.argv[1])
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    first, again = _read(folder / "results.jsonl"), _read(folder / "results.again.jsonl")
    rows = list({**first, **again}.values())
    alive = [(row, *changed(row)) for row in rows if row["outcome"] not in KILLED]
    known = tomllib.loads((ROOT / "mutation" / "explained.toml").read_text(encoding="utf-8"))["survivor"]
    why = {(k["file"], " ".join(k["after"].split())): k for k in known}
    told = [(row["file"], a, b, why.get((row["file"], " ".join(b.split())), {})) for row, a, b in alive]
    PAGE.write_text(_page(asked, list(first.values()), rows, told), encoding="utf-8")
    return 0


def _read(path: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(row["file"], row["operator"], row["occurrence"]): row for row in map(json.loads, lines)}


def _page(
    asked: dict[str, Any],
    first: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    told: list[tuple[str, str, str, dict[str, str]]],
) -> str:
    n, killed = len(rows), _killed(rows)
    old = asked.get("tests_written_after", n)
    kinds = {kind: sum(k.get("kind", "") == kind for *_, k in told) for kind in KINDS}
    real = n - kinds["equivalent"] - kinds["told"]
    return "\n".join(
        [
            "# Mutants",
            "",
            "One place in `eventstudy/estimation/` or `eventstudy/inference/` is changed at a time (`<` to `<=`, `+`",
            "to `-`, a number to its neighbour, a condition to its opposite), and the tests that execute it are run:",
            "do they notice? Written by `python -m mutation.record`; `.ci/full mutation` runs it.",
            "",
            f"- {asked['mutants']:,} mutants in all; {n} tried, a random sample drawn from each file in proportion"
            f" (seed {asked['seed']})." if not asked["all"] else f"- {n} mutants, all of them.",
            f"- At first sight {_killed(first)} were killed: {_share(_killed(first), n)}.",
            *(
                [f"- Tests were written after reading the survivors of the first {old}. Of the {n - old} drawn after"
                 f" that, which nobody had seen, {_killed(first[old:])} were killed at first sight:"
                 f" {_share(_killed(first[old:]), n - old)}."] if old < n else []
            ),
            f"- With the tests written for survivors of this sample {killed} are killed: {_share(killed, n)}. Of the"
            " mutants that were not drawn this says less than the line before.",
            f"- Of the {n - killed} survivors, {kinds['equivalent']} compute the same and {kinds['told']} change no"
            f" number; without these {killed} of {real} are killed: {_share(killed, real)}.",
            f"- {kinds['open']} are open, {kinds['']} not yet read.",
            f"- A mutant of the sample gets the quickest {BUDGET:.0f} s of the tests that execute it; survivors are"
            f" tried again with the tests written for them. Tests of more than {SLOW:.0f} s are left out.",
            "",
            "## Survivors",
            "",
            "| file | line | became | kind | found on reading |",
            "|---|---|---|---|---|",
            *(
                f"| {file.removeprefix('eventstudy/')} | `{_cell(a)}` | `{_cell(b)}` | {k.get('kind', 'not yet read')} "
                f"| {k.get('why', '')} |"
                for file, a, b, k in sorted(told, key=lambda t: t[:3])
            ),
            "",
            *(f"- {kind}: {words}." for kind, words in KINDS.items() if kind),
            "",
        ]
    )  # fmt: skip


def _killed(rows: list[dict[str, Any]]) -> int:
    return sum(row["outcome"] in KILLED for row in rows)


def _share(k: int, n: int) -> str:
    low, high = wilson(k, n)
    return f"{k / n:.1%}, 95 % interval {low:.1%} to {high:.1%}"


def _cell(code: str) -> str:
    return code.replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
