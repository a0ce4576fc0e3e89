"""Development figures of event extraction: `python benchmarks/extraction.py [--errors] [--write docs/extraction.md]`.

Reads the sentences at ../shared/gold (not part of the project) and our own headlines in
benchmarks/headlines.tsv. The first event of a sentence is scored; the others count as superfluous
beyond the number of events the gold has for that sentence.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from eventstudy.events.actors import Gazetteer
from eventstudy.events.extract import extract_events
from eventstudy.events.records import Event
from eventstudy.events.triggers.taxonomy import Taxonomy
from eventstudy.news import Article

GOLD = Path(__file__).resolve().parents[1].parent / "shared" / "gold"
COOPERATION = {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "TRADE_TRUCE"}
# Codes in the gold that are no ISO 3166 code.
FIXED = {"JAP": "JPN", "ITL": "ITA", "VTN": "VNM", "ROM": "ROU", "RUM": "ROU", "GER": "DEU", "SUD": "SDN"}


def codes(actors: object) -> list[str]:
    if not isinstance(actors, list):
        return []
    found = [str(a.get("code") or "") for a in actors if isinstance(a, dict)]
    return [FIXED.get(c, c) for c in found if c]


def generic(code: str, types: dict[str, str]) -> str:
    """Give our code in the gold's terms: organisations are IGO there, countries are countries."""
    return (
        code if types.get(code) == "country" else {"organisation": "IGO", "bloc": "IGO"}.get(types.get(code, ""), "GRP")
    )


def actor_right(found: tuple[str, ...], gold: list[str], types: dict[str, str]) -> bool:
    ours = [generic(c, types) for c in found]
    wanted = ["GRP" if g in ("IMG", "ISM") else "IGO" if g == "NGO" else g for g in gold]
    ours = ["IGO" if c == "GRP" and "IGO" in wanted else c for c in ours]
    return bool(set(ours) & set(wanted)) if wanted else not ours


def plover(path: Path) -> dict[str, object]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    types = Gazetteer.default().types
    per_text = Counter(r["text"] for r in rows)
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    right = Counter[str]()
    errors = []
    n_events, n_superfluous, n_texts = 0, 0, 0
    seen: set[str] = set()
    for row in rows:
        events = list(extract_events(Article(row["text"], "2005-06-15")))
        first: Event | None = events[0] if events else None
        if row["text"] not in seen:
            seen.add(row["text"])
            n_texts += 1
            n_events += len(events)
            n_superfluous += max(0, len(events) - per_text[row["text"]])
        gold = row["plover_2021"]
        kind = first.kind if first else "(none)"
        confusion[gold][kind] += 1
        right["category"] += kind == gold
        # Without an event a reader has no sign: wrong.
        right["sign"] += first is not None and (kind in COOPERATION) == (gold in COOPERATION)
        source, target = codes(row["source"]), codes(row["target"])
        ours_s = first.source if first else ()
        ours_t = first.target if first else ()
        good_s, good_t = actor_right(ours_s, source, types), actor_right(ours_t, target, types)
        right["source"] += good_s and first is not None
        right["target"] += good_t and first is not None
        if target:
            right["target where named"] += good_t
            right["with target"] += 1
        flags = ("" if kind == gold else "K") + (
            "" if (kind in COOPERATION) == (gold in COOPERATION) and first else "S"
        )
        flags += (
            ("" if good_s else "A") + ("" if good_t else "T") + ("+" if len(events) > per_text[row["text"]] else "")
        )
        if flags:
            rules = "; ".join(f"{e.kind}[{e.rule}]{e.source}->{e.target}" for e in events)
            errors.append(f"{flags:5s} {gold} {source}->{target} | {rules or '(none)'} | {row['text']}")
    n = len(rows)
    return {
        "n": n,
        "category": right["category"] / n,
        "sign": right["sign"] / n,
        "source": right["source"] / n,
        "target": right["target"] / n,
        "target where the gold names one": right["target where named"] / max(1, right["with target"]),
        "superfluous": n_superfluous / n_texts,
        "events": n_events / n_texts,
        "confusion": confusion,
        "errors": errors,
    }


def headlines(path: Path) -> dict[str, object]:
    rows = read_rows(path)
    right = Counter[str]()
    errors = []
    for *_, direction, asserted, text in rows:
        events = list(extract_events(Article(text, "2022-02-15")))
        first = events[0] if events else None
        ours = first.direction if first else "neither"
        ours_asserted = "yes" if first and first.polarity == "asserted" and first.modality == "happened" else "no"
        right["direction"] += ours == direction
        right["asserted"] += ours_asserted == asserted
        if ours != direction or ours_asserted != asserted:
            errors.append(f"{direction}/{asserted} <- {ours}/{ours_asserted} [{first.rule if first else ''}] {text}")
    n = len(rows)
    return {"n": n, "direction": right["direction"] / n, "asserted": right["asserted"] / n, "errors": errors}


def read_rows(path: Path) -> list[list[str]]:
    """Read the lines of a file of ours, but its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def side(kind: str) -> str:
    """Give the side of a kind: cooperation, conflict, a market's news, or no event."""
    if kind == "(none)":
        return kind
    neither = Taxonomy.default().kinds[kind].direction == "neither"
    return "market" if neither else "cooperation" if kind in COOPERATION else "conflict"


def fresh_sentences(path: Path) -> dict[str, object]:
    """Score the lots of sentences: an actor that a row leaves open ("-") is not scored."""
    rows = read_rows(path)
    right, asked = Counter[str](), Counter[str]()
    errors = []
    for _, gold, source, target, text in rows:
        events = list(extract_events(Article(text, "2015-06-15")))
        first = events[0] if events else None
        kind = first.kind if first else "(none)"
        ours_source = set(first.source) if first else set()
        both = ours_source | (set(first.target) if first else set())
        right["category"] += kind == gold
        right["sign"] += side(kind) == side(gold)
        right["superfluous"] += max(0, len(events) - (gold != "(none)"))
        if source != "-":
            asked["source"] += 1
            right["source"] += source in ours_source
        if target != "-":
            asked["target"] += 1
            right["target"] += target in both and (target != source or target in (first.target if first else ()))
        if kind != gold:
            errors.append(f"{gold} | {kind} [{first.rule if first else ''}] | {text}")
    figures = {name: right[name] / asked.get(name, len(rows)) for name in (*PARTS, "superfluous")}
    return {"n": len(rows), **figures, "errors": errors}


PARTS = ("category", "sign", "source", "target")


def own_sentences(path: Path) -> dict[str, object]:
    """Score our own sentences; their gold names country codes as our gazetteer does."""
    rows = read_rows(path)
    right = Counter[str]()
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    errors = []
    superfluous = 0
    for gold, source, target, text in rows:
        events = list(extract_events(Article(text, "2015-06-15")))
        superfluous += max(0, len(events) - 1)
        first = events[0] if events else None
        kind = first.kind if first else "(none)"
        confusion[gold][kind] += 1
        sign = first is not None and (kind in COOPERATION) == (gold in COOPERATION)
        both = {*first.source, *first.target} if first else set()
        good_source = first is not None and source in first.source
        # The second of two that meet or sign is a source, too.
        good_target = first is not None and (target in first.target or (target in both and target != source))
        right.update(category=kind == gold, sign=sign, source=good_source, target=good_target)
        if kind != gold or not good_source:
            errors.append(
                f"{gold} {source} | {kind} {first.source if first else ()} [{first.rule if first else ''}] | {text}"
            )
    n = len(rows)
    figures: dict[str, object] = {k: right[k] / n for k in ("category", "sign", "source", "target")}
    return {"n": n, **figures, "superfluous": superfluous / n, "confusion": confusion, "errors": errors}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print every error")
    parser.add_argument("--gold", type=Path, default=GOLD / "plover_dev.jsonl")
    parser.add_argument("--write", type=Path, help="put the figures between the marks of this page")
    args = parser.parse_args()
    from marks import put_between  # both beside this file when it is run
    from move_sentences import move_sentences, move_speed

    here = Path(__file__).parent
    results = {
        "PLOVER sentences (development half)": plover(args.gold) if args.gold.exists() else None,
        "Our own sentences": own_sentences(here / "own_sentences.tsv"),
        "Our own headlines": headlines(here / "headlines.tsv"),
        "Six fresh lots: sentences": fresh_sentences(here / "fresh_sentences.tsv"),
        "Eight lots of other authors: sentences": fresh_sentences(here / "blind_sentences.tsv"),
        "Six fresh lots: headlines": headlines(here / "fresh_headlines.tsv"),
        "Five lots of another author: headlines": headlines(here / "blind_headlines.tsv"),
        "Market moves: plain reports": move_sentences("moves_plain"),
        "Market moves: sentences that mislead": move_sentences("moves_hard"),
        "Market moves: six fresh lots": move_sentences("moves_fresh"),
        "Market moves: five lots of another author": move_sentences("moves_blind"),
        "Market moves: speed": move_speed(),
    }
    parts = []
    for name, result in results.items():
        if result is None:
            parts.append(f"### {name}\n\nnot here")
            continue
        figures = [f"| {k} | {round(v, 3):g} |" for k, v in result.items() if isinstance(v, (int, float))]
        parts.append(f"### {name}\n\n| | |\n|---|---|\n" + "\n".join(figures))
        confusion = result.get("confusion")
        if isinstance(confusion, dict):
            parts.append(confusion_table(confusion))
        if args.errors:
            print(f"--- {name}")
            print("\n".join(str(e) for e in result.get("errors", [])))  # type: ignore[attr-defined]
    report = "\n\n".join(parts)
    print(report)
    if args.write:
        put_between(args.write, "figures", report)


def confusion_table(confusion: dict[str, Counter[str]]) -> str:
    rows = sorted(confusion)
    columns = sorted({c for counts in confusion.values() for c in counts})
    lines = ["| gold \\ read | " + " | ".join(columns) + " |", "|" + "---|" * (len(columns) + 1)]
    lines += ["| " + " | ".join([r, *(str(confusion[r][c] or "") for c in columns)]) + " |" for r in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
