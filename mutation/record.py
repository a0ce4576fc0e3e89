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
from pathlib import Path
from typing import Any

from statsmodels.stats.proportion import proportion_confint

from eventstudy._files import write_atomic
from mutation.executed import ROOT
from mutation.mutants import OPERATORS, explained
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
    n, known = len(rows), explained()
    why = [known.get((r["file"], " ".join(r["after"].split())), {}) for r in rows]
    alive = [(r, k) for r, k in zip(rows, why, strict=True) if r["last"] not in KILLED]
    kinds = {kind: sum(k.get("kind", "") == kind for _, k in alive) for kind in KINDS}
    old = n if tests_after is None else tests_after
    counted = (
        [("all, at first sight", slice(n), "first")]
        if old == n
        else [
            (f"the first {old}, at first sight", slice(old), "first"),
            (f"the {n - old} drawn after tests were written for these, at first sight", slice(old, n), "first"),
        ]
    )
    counted.append(("all, with the tests written for survivors of this sample", slice(n), "last"))
    by_kind: dict[str, int] = {}
    for operator in OPERATORS:
        family = operator.removeprefix("core/").split("_")[0]
        by_kind[family] = by_kind.get(family, 0) + 1
    return "\n".join(
        [
            "# Mutants",
            "",
            "One place in `eventstudy/estimation/` or `eventstudy/inference/` is changed at a time (`<` to `<=`, `+`",
            "to `-`, a number to its neighbour, a condition to its opposite), and the tests that execute it are run:",
            "do they notice? Written by `python -m mutation.record`; `.ci/full mutation` runs it.",
            "",
            f"{n} mutants, all of them ({held['date']})." if held["all"] else
            f"{held['mutants']:,} mutants in all on {held['date']}; {n} tried, a random sample drawn from each"
            f" file in proportion (seed {held['seed']}). Shares have a 95 % interval (Wilson 1927).",
            "",
            "| mutants | tried | killed | share | of those not found to be equivalent | share |",
            "|---|---|---|---|---|---|",
            *(_line(label, rows[part], why[part], when) for label, part, when in counted),
            "",
            f"- Of the {len(alive)} that survive, {kinds['equivalent']} compute the same and {kinds['told']} change no"
            f" number: no test can tell them. {kinds['open']} are open, {kinds['']} not yet read.",
            "- What the last line says of mutants that were not drawn is less than the line above it: those tests were"
            " written for this sample.",
            f"- A mutant gets the quickest {BUDGET:.0f} s of the tests that execute it: some survive that a longer one"
            " would notice. Survivors that nobody has explained are tried again, at the least with the tests written"
            f" for them; explained ones are not. Tests of more than {SLOW:.0f} s are left out.",
            "",
            "## What is changed, and what is not",
            "",
            "Cosmic Ray's operators: " + ", ".join(f"`{k}`" + (f" ({v})" if v > 1 else "") for k, v in by_kind.items())
            + ".",
            "",
            "- Of the replacements of an operator by another, only the one that is hardest to tell from it; the others",
            "  (`a << b` of numbers, `a < b` to `a != b`) are left out: most raise an error, and any test notices.",
            "- `VariableReplacer` and `VariableInserter` are left out: they put random numbers for names, which almost",
            "  any test notices.",
            "- Where nothing is computed, nothing is changed: annotations, what only type checkers see, the star of a",
            "  signature, the words of `@dataclass(...)`.",
            "",
            "## Survivors",
            "",
            "| file | line | became | kind | found on reading |",
            "|---|---|---|---|---|",
            *(
                f"| {r['file'].removeprefix('eventstudy/')} | `{_cell(r['before'])}` | `{_cell(r['after'])}` "
                f"| {k.get('kind', 'not yet read')} | {k.get('why', '')} |"
                for r, k in sorted(alive, key=lambda t: (t[0]["file"], t[0]["before"], t[0]["after"]))
            ),
            "",
            *(f"- {kind}: {words}." for kind, words in KINDS.items() if kind),
            "",
        ]
    )  # fmt: skip


def _line(label: str, rows: list[dict[str, str]], why: list[dict[str, str]], when: str) -> str:
    """Give a line of the table: killed of all that were tried, and of those that were not found to be equivalent."""
    killed = sum(row[when] in KILLED for row in rows)
    untold = sum(
        row[when] not in KILLED and k.get("kind") in ("equivalent", "told") for row, k in zip(rows, why, strict=True)
    )
    n, real = len(rows), len(rows) - untold
    return f"| {label} | {n} | {killed} | {_share(killed, n)} | {killed} of {real} | {_share(killed, real)} |"


def _share(k: int, n: int) -> str:
    low, high = proportion_confint(k, n, method="wilson")
    return f"{k / n:.1%} ({low:.1%} to {high:.1%})"


def _cell(code: str) -> str:
    return code.replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
