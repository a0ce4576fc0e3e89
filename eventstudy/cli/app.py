"""The commands and how they end: 0, 2 for the user's mistake, 1 for ours."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from eventstudy._version import __version__
from eventstudy.errors import EventStudyError, EventStudyWarning

__all__ = ["app", "main"]

app = typer.Typer(
    name="eventstudy",
    help="From news articles to abnormal returns: what happened, when, and how far markets moved.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Folder for report, tables and figures.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """From news articles to abnormal returns."""


@app.command(epilog="Example: eventstudy demo -o reaction-report")
def demo(output: Output = Path("reaction-report"), quiet: Quiet = False) -> None:
    """Run the embedded example: headlines of winter 2021-22 on the ruble, Brent and WTI."""
    from eventstudy.cli.demo import run_demo

    text = run_demo(output)
    if not quiet:
        typer.echo(text)


@app.command(epilog="Example: eventstudy extract article.txt --format json")
def extract(
    news: Annotated[Path, typer.Argument(help="An article, or a folder of articles.")],
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show the events and the market moves that articles report, with the text each was read from."""
    from eventstudy.cli.extract import run_extract

    typer.echo(run_extract(news, form))


@app.command(epilog="Example: eventstudy run study.toml -o result")
def run(
    config: Annotated[Path, typer.Argument(help="A study as TOML: news or events, prices, models, windows.")],
    output: Output = Path("reaction-report"),
    quiet: Quiet = False,
) -> None:
    """Run a study from one TOML file and write the whole result folder."""
    from eventstudy.cli.run import run_config

    text = run_config(config, output)
    if not quiet:
        typer.echo(text)


@app.command(epilog="Example: eventstudy assets rouble")
def assets(name: Annotated[str, typer.Argument(help="A name or symbol; none lists the catalogue.")] = "") -> None:
    """Show what the catalogue knows of an asset."""
    from eventstudy.cli.assets import show_assets

    typer.echo(show_assets(name))


def main() -> None:
    """Run the command line; one clear line and exit code 2 for a mistake in the input."""
    told: set[str] = set()
    usual = warnings.showwarning

    def show(message: Any, category: type[Warning], *rest: Any, **more: Any) -> None:
        if not issubclass(category, EventStudyWarning):
            usual(message, category, *rest, **more)
        elif str(message) not in told:
            told.add(str(message))
            typer.echo(f"eventstudy: note: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        try:
            app()
        except EventStudyError as error:
            typer.echo(f"eventstudy: {error}", err=True)
            sys.exit(2)
