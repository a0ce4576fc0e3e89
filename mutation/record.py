"""Write docs/mutation.md: what share of the mutants was killed, and every survivor with what was found on reading it.

    python -m mutation.record FOLDER                      # of what mutation.run tried there
    python -m mutation.record FOLDER --tests-after 129    # tests were written after reading the first 129
    python -m mutation.record                             # once more of what docs/mutation.json keeps

What is known of the survivors stands in ``explained.toml`` beside this file, by file and changed line; a survivor that
is not there is listed as not yet read.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

from statsmodels.stats.proportion import proportion_confint

from eventstudy._files import write_atomic
from mutation.executed import ROOT
from mutation.processes import KILLED
from mutation.run import BUDGET, SLOW

PAGE, KEPT = ROOT / "docs" / "mutation.md", ROOT / "docs" / "mutation.json"
KINDS = {
    "equivalent": "computes the same",
    "told": "changes a word, a default or an interface, no number",
    "open": "changes a number or a bound, and no test notices",
    "": "not yet read",
}


def main() -> int:
    """Write the page from the results, those tried again last, and keep what it says of each mutant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--tests-after", type=int, metavar="N", help="tests were written after reading the first N")
    given = parser.parse_args()
    if given.folder is not None:
        asked = json.loads((given.folder / "asked.json").read_text(encoding="utf-8"))
        kept = {**asked, "tests_after": given.tests_after, "tried": _tried(given.folder)}
        write_atomic(KEPT, json.dumps(kept, indent=1) + "\n")
    write_atomic(PAGE, _page(json.loads(KEPT.read_text(encoding="utf-8"))))
    return 0


def _tried(folder: Path) -> list[dict[str, str]]:
    """Give each mutant's file, its lines before and after, and its outcome at first and at last."""
    first, again = _read(folder / "results.jsonl"), _read(folder / "results.again.jsonl")
    return [
        {name: row[name] for name in ("file", "before", "after")}
        | {"first": row["outcome"], "last": again.get(key, row)["outcome"]}
        for key, row in first.items()
    ]


def _read(path: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(row["file"], row["operator"], row["occurrence"]): row for row in map(json.loads, lines)}


def _page(held: dict[str, Any]) -> str:
    rows, tests_after = held["tried"], held["tests_after"]
    n, killed, first = len(rows), _killed(rows, "last"), _killed(rows, "first")
    old = n if tests_after is None else tests_after
    new = _killed(rows[old:], "first")
    known = tomllib.loads((ROOT / "mutation" / "explained.toml").read_text(encoding="utf-8"))["survivor"]
    why = {(k["file"], " ".join(k["after"].split())): k for k in known}
    alive = [r for r in rows if r["last"] not in KILLED]
    told = [(r["file"], r["before"], r["after"], why.get((r["file"], " ".join(r["after"].split())), {})) for r in alive]
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
            f"- {n} mutants, all of them ({held['date']})." if held["all"] else
            f"- {held['mutants']:,} mutants in all on {held['date']}; {n} tried, a random sample drawn from each"
            f" file in proportion (seed {held['seed']}).",
            f"- At first sight {first} were killed: {_share(first, n)}.",
            *(
                [f"- Tests were written after reading the survivors of the first {old}. Of the {n - old} drawn after"
                 f" that, which nobody had seen, {new} were killed at first sight:"
                 f" {_share(new, n - old)}."] if old < n else []
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


def _killed(rows: list[dict[str, str]], when: str) -> int:
    return sum(row[when] in KILLED for row in rows)


def _share(k: int, n: int) -> str:
    low, high = proportion_confint(k, n, method="wilson")
    return f"{k / n:.1%}, 95 % interval {low:.1%} to {high:.1%}"


def _cell(code: str) -> str:
    return code.replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
