"""``eventstudy demo``: the embedded example from the articles to the report."""

from __future__ import annotations

from pathlib import Path

import eventstudy as es
from eventstudy.cli.words import headline_lines
from eventstudy.report.folder import digest, write_folder

__all__ = ["WINDOWS", "demo_study", "run_demo"]

WINDOWS = ((0, 0), (0, 1))
EXAMPLE = "ukraine-2022"
FEATURE = "2022-02-15"


def demo_study() -> es.EventStudy:
    """Specify the example's study: the ruble against a basket of its peers, oil against its own mean."""
    return es.EventStudy(
        {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted(), "WTI": es.MeanAdjusted()},
        event_window=(-5, 5),
        estimation_window=(-120, -11),
        min_observations=30,  # what the other headlines' windows leave late in February is 46 to 54 sessions of 110
        exclude_other_events=True,
    )


def run_demo(output: Path) -> str:
    """Run the example, write its folder, and return the summary for people."""
    example = es.load_example(EXAMPLE)
    moves = es.extract_moves(example.news)
    events = example.events.headlines().flag_reported(moves)
    result = demo_study().run(events, example.prices)
    result = result.with_context(
        articles=example.news,
        moves=moves,
        verification=es.verify_moves(moves, example.prices),
        provenance={
            "inputs": {
                "articles": {a.article_id: digest(a.text) for a in example.news},
                "prices": digest(example.prices.to_frame().to_csv(float_format="%.12g", lineterminator="\n")),
            },
            "seed": None,
            "command": "eventstudy demo",
        },
    )
    title = "Headlines of winter 2021-22"
    write_folder(result, output, windows=WINDOWS, prices=example.prices, title=title, feature=FEATURE)
    return "\n".join(
        [
            *headline_lines(result, FEATURE, WINDOWS),
            "",
            f"Written to {output}: report.html, tables, figures, manifest.json",
        ]
    )
