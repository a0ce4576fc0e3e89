"""``eventstudy demo``: the embedded example from the articles to the report."""

from __future__ import annotations

from pathlib import Path

import eventstudy as es
from eventstudy.cli.config import Config, read_config
from eventstudy.cli.run import Done, run_config, written
from eventstudy.cli.words import headline_lines

__all__ = ["demo_study", "demo_text", "run_demo"]


def demo_config() -> Config:
    """Read the example's study file."""
    return read_config(Path(__file__).with_name("demo.toml"))


def demo_study() -> es.EventStudy:
    """Specify the example's study: the ruble against a basket of its peers, oil against its own mean."""
    return demo_config().study


def run_demo(output: Path) -> Done:
    """Run the example and write its folder."""
    return run_config(demo_config(), output)


def demo_text(done: Done) -> str:
    """Say for people which headlines moved which assets."""
    lines = headline_lines(done.result, done.config.feature, done.config.windows)
    return "\n".join([*lines, "", written(done.output)])
