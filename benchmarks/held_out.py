"""Figures on text that the rules were never fitted to: `python benchmarks/held_out.py [--write docs/extraction.md]`.

Three authors wrote and labelled the lots of ``held_out/``, each without having seen a rule, a word list or a test: what
agencies write, at the natural frequency of its words. The third lot has sentences only, one for each code of a list.
Whoever changes the rules does not read the sentences, and so this prints figures and never an error. A lot that has
been read is no longer one: it goes to the fresh lots.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from eventstudy.events.actors import Gazetteer
from eventstudy.events.extract import extract_events
from eventstudy.events.moves import extract_moves
from eventstudy.news import Article

HERE = Path(__file__).parent / "held_out"
LOTS = ("first", "second", "third")
ALIASES = {"OAU": "AU"}
CENTS = (1.0, 100.0, 0.01)
"""An author writes 84 cents as 84, the reader as .84 of the currency."""


def lots_of(part: str) -> list[str]:
    """Give the lots that have a part: not every author wrote of all."""
    return [lot for lot in LOTS if (HERE / f"{lot}_{part}.jsonl").exists()]


def read(lot: str, part: str) -> list[dict[str, Any]]:
    """Read one part of a lot: sentences, headlines or moves."""
    lines = (HERE / f"{lot}_{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def sentences(lot: str) -> dict[str, float]:
    """Score the first event of each sentence as the PLOVER sentences are scored; none where there is none is right."""
    from extraction import COOPERATION, actor_right, codes, generic  # beside this file when it is run

    rows, types, right = read(lot, "sentences"), Gazetteer.default().types, Counter[str]()
    for row in rows:
        events = list(extract_events(Article(row["text"], "2005-06-15")))
        gold, kind = row["category"], events[0].kind if events else ""
        right["category"] += kind == gold
        right["sign"] += bool(events) == bool(gold) and (kind in COOPERATION) == (gold in COOPERATION)
        right["superfluous"] += max(0, len(events) - bool(gold))
        if gold:
            right["events"] += 1
            for part in ("source", "target"):
                named = codes([{"code": ALIASES.get(code, code)} for code in row[part]])
                named = [generic(code, types) if code in types else code for code in named]
                ours = getattr(events[0], part) if events else ()
                # Two who act together: the development sentences name both as the source and none as the target.
                together = part == "target" and len(row[part]) > 1 and sorted(row["source"]) == sorted(row[part])
                right[part] += bool(events) and (actor_right(ours, named, types) or (together and not ours))
    counted = {"source": right["events"], "target": right["events"]}
    parts = ("category", "sign", "source", "target", "superfluous")
    return {"n": len(rows), **{part: right[part] / counted.get(part, len(rows)) for part in parts}}


def headlines(lot: str) -> dict[str, float]:
    """Score direction and assertion of the first event of each headline."""
    rows, right = read(lot, "headlines"), Counter[str]()
    for row in rows:
        events = list(extract_events(Article(row["text"], "2022-02-15")))
        first = events[0] if events else None
        right["direction"] += (first.direction if first else "neither") == row["direction"]
        sure = first is not None and first.polarity == "asserted" and first.modality == "happened"
        right["asserted"] += sure == row["asserted"]
        right["invented"] += first is not None and not row["kind"]
    parts = ("direction", "asserted", "invented")
    return {"n": len(rows), **{part: right[part] / len(rows) for part in parts}}


def moves(lot: str) -> dict[str, float]:
    """Score what markets did: asset, direction and amount must all be right."""
    rows, right, found, wanted = read(lot, "moves"), 0, 0, 0
    for row in rows:
        left = [(m["asset"], m["direction"], m["amount"]) for m in row["moves"]]
        wanted += len(left)
        for move in extract_moves(Article(row["text"], "2022-02-15")):
            if move.polarity != "asserted" or move.modality != "happened":
                continue
            found += 1
            match = next((g for g in left if g[:2] == (move.asset, move.direction) and alike(g[2], move.amount)), None)
            if match is not None:
                left.remove(match)
                right += 1
    return {"n": len(rows), "moves": wanted, "precision": right / found, "recall": right / wanted}


def alike(gold: float | None, ours: float) -> bool:
    """Whether two amounts are one, whichever of them is in cents."""
    if gold is None or ours != ours:
        return gold is None and ours != ours
    return any(abs(abs(gold) * scale - abs(ours)) < 1e-6 for scale in CENTS)


def figures() -> dict[str, dict[str, dict[str, float]]]:
    """Score all parts of all lots."""
    return {part.__name__: {lot: part(lot) for lot in lots_of(part.__name__)} for part in (sentences, headlines, moves)}


def pooled(lots: dict[str, dict[str, float]], name: str) -> float:
    """Give the figure over the lots together."""
    weight = {lot: found["moves" if name in ("precision", "recall") else "n"] for lot, found in lots.items()}
    return sum(lots[lot][name] * weight[lot] for lot in lots) / sum(weight.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the figures between the marks of this page")
    args = parser.parse_args()
    from marks import put_between  # beside this file when it is run

    parts = []
    for part, lots in figures().items():
        names = [name for name in lots[LOTS[0]] if name not in ("n", "moves")]
        lines = [f"| {part} | n | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 2)]
        for lot in lots:
            shown = [f"{lots[lot][name]:.3f}" for name in names]
            lines.append(f"| {lot} lot | {lots[lot]['n']:g} | " + " | ".join(shown) + " |")
        total = sum(found["n"] for found in lots.values())
        lines.append(f"| all | {total:g} | " + " | ".join(f"{pooled(lots, name):.3f}" for name in names) + " |")
        parts.append("\n".join(lines))
    report = "\n\n".join(parts)
    print(report)
    if args.write:
        put_between(args.write, "held out", report)


if __name__ == "__main__":
    main()
