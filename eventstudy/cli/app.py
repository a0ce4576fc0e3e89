"""The commands: what each takes and prints; the work is done by the module of its name."""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from eventstudy._version import __version__
from eventstudy.cli.ending import end_well

if TYPE_CHECKING:
    from eventstudy.study.scale import Compute

__all__ = ["app", "main"]

_SETTINGS = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    name="eventstudy",
    help="From news articles to abnormal returns: what happened, when, and how far markets moved.",
    epilog="Example: eventstudy demo -o reaction-report",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)
prices_app = typer.Typer(
    help="Check a file of prices, or fetch prices from a source.",
    epilog="Example: eventstudy prices check prices.csv --close 16:00 --tz America/New_York",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)
app.add_typer(prices_app, name="prices")

Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Folder for report, tables and figures.")]
Inputs = Annotated[
    Path | None, typer.Option("--inputs", help="Folder from which the paths in the file count; default its own.")
]
Close = Annotated[str, typer.Option(help="Local clock time of the prices, such as 16:00.")]
Zone = Annotated[str, typer.Option("--tz", help="Time zone of the prices, such as America/New_York.")]
Calendar = Annotated[str, typer.Option(help="Exchange calendar of the prices, such as XNYS.")]


def _version(wanted: bool) -> None:
    if wanted:
        reader = find_spec("eventstudy.events.readings.articles")
        compiled = reader is not None and str(reader.origin).endswith(tuple(EXTENSION_SUFFIXES))
        typer.echo(f"{__version__} (readers compiled)" if compiled else __version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """From news articles to abnormal returns."""


@app.command(epilog="Example: eventstudy demo -o reaction-report")
def demo(output: Output = Path("reaction-report"), quiet: Quiet = False, json: Json = False) -> None:
    """Run the embedded example: headlines of winter 2021-22 on the ruble, Brent and WTI."""
    from eventstudy.cli.demo import demo_text, run_demo

    done = run_demo(output)
    _print(done.to_data() if json else demo_text(done), quiet=quiet, json=json)


@app.command(epilog="Example: eventstudy extract article.txt --json")
def extract(
    news: Annotated[Path, typer.Argument(help="An article, or a folder of articles.")],
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    json: Json = False,
) -> None:
    """Show the events and the market moves that articles report, with the text each was read from."""
    from eventstudy.cli.extract import run_extract
    from eventstudy.errors import NewsError

    # In a folder one broken file is one line on the error stream, not the end of the run.
    failed: list[NewsError] | None = [] if news.is_dir() else None
    bar = False if sys.stdout.isatty() else None
    for part in run_extract(news, "json" if json else form, errors=failed, progress=bar):
        typer.echo(part, nl=False)
    for error in failed or ():
        typer.echo(f"not read: {error}", err=True)


@app.command(epilog="Example: eventstudy align events.csv --prices prices.csv --close 16:00 --tz America/New_York")
def align(
    events: Annotated[Path, typer.Argument(help="A table of events, articles, or a study.toml with its own prices.")],
    prices: Annotated[Path | None, typer.Option(help="A file or folder of prices.")] = None,
    asset: Annotated[list[str] | None, typer.Option(help="Asset of events that name none; may be repeated.")] = None,
    benchmark: Annotated[str, typer.Option(help="Series whose dates are the sessions.")] = "",
    close: Close = "",
    tz: Zone = "",
    calendar: Calendar = "",
    events_tz: Annotated[str, typer.Option(help="Time zone of the events; default that of the prices.")] = "",
    date_only: Annotated[str, typer.Option(help="span, first or last: news known by its date alone.")] = "span",
    max_gap: Annotated[str, typer.Option(help="Drop an event whose next price is farther away.")] = "5D",
    json: Json = False,
) -> None:
    """Show on which session every event falls, hours from news to price, how sure that is, and what was dropped."""
    from eventstudy.cli.align import AlignOptions, align_file

    options = AlignOptions(prices, tuple(asset or ()), benchmark, close, tz, calendar, events_tz, date_only, max_gap)
    found = align_file(events, options)
    _print(found.to_data() if json else str(found), json=json)


@app.command(epilog="Example: eventstudy run study.toml -o result; again: eventstudy run result/manifest.json -o again")
def run(
    study: Annotated[Path, typer.Argument(help="A study as TOML, or the manifest.json of a result.")],
    output: Output = Path("reaction-report"),
    inputs: Inputs = None,
    scheduler: Annotated[
        str, typer.Option(help="Address of a Dask scheduler for what is not small, such as tcp://host:8786.")
    ] = "",
    compute: Annotated[
        str, typer.Option(help="memory, partitions (out of core, resumed in the same folder), or auto, by size.")
    ] = "auto",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run a study from one file and write the whole result folder."""
    from eventstudy.cli.run import run_file

    bar = False if quiet else None
    done = run_file(study, output, inputs=inputs, scheduler=scheduler, compute=cast("Compute", compute), progress=bar)
    _print(done.to_data() if json else str(done), quiet=quiet, json=json)


@app.command(epilog="Example: eventstudy report result -o report.ipynb")
def report(
    result: Annotated[Path, typer.Argument(help="A result folder, its manifest.json, or a study.toml.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file .html, .md or .ipynb; default: the result folder again."),
    ] = None,
    title: Annotated[str, typer.Option(help="Heading of the report.")] = "",
    feature: Annotated[str, typer.Option(help="Event to show by itself: its event_id, or its day 0.")] = "",
    inputs: Inputs = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write the report of a result again, as a page, as Markdown or as a notebook that recomputes it."""
    from eventstudy.cli.report import report_file

    files = report_file(result, output, title=title, feature=feature, inputs=inputs, progress=False if quiet else None)
    shown = str(output) if output is not None else f"{result} ({len(files)} files)"
    _print({"files": files} if json else f"Written to {shown}", quiet=quiet, json=json)


@app.command(epilog="Example: eventstudy assets rouble")
def assets(
    name: Annotated[str, typer.Argument(help="A name or symbol; none lists the catalogue.")] = "", json: Json = False
) -> None:
    """Show what the catalogue knows of an asset."""
    from eventstudy.cli.assets import assets_as_text, found_assets

    _print(found_assets(name) if json else assets_as_text(name), json=json)


@prices_app.command("check", epilog="Example: eventstudy prices check prices.csv --close 16:00 --tz America/New_York")
def prices_check(
    prices: Annotated[Path, typer.Argument(help="A file or folder of prices.")],
    close: Close = "",
    tz: Zone = "",
    calendar: Calendar = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 2 where a finding is an error.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Show which series a file holds, from when to when, and what would corrupt an estimate. Opens no network."""
    from eventstudy.cli.prices import check_prices
    from eventstudy.errors import DataError

    found = check_prices(prices, close=close, tz=tz, calendar=calendar)
    _print(found.to_data() if json else str(found), quiet=quiet, json=json)
    if strict and found.n_errors:
        many = f"{found.n_errors} error{'s' if found.n_errors > 1 else ''}"
        raise DataError(f"{prices.name}: {many} among the findings", hint="see them without -q" if quiet else "")


@prices_app.command(
    "fetch", epilog="Example: eventstudy prices fetch RUB EUR --from 2022-02-01 --to 2022-02-28 --source ecb -o fx.csv"
)
def prices_fetch(
    assets: Annotated[list[str], typer.Argument(help="Catalogue symbols or tickers, or NAME=TICKER.")],
    start: Annotated[str, typer.Option("--from", help="First date.")],
    end: Annotated[str, typer.Option("--to", help="Last date.")],
    source: Annotated[str, typer.Option(help="yahoo, ken-french, or ecb (offline).")] = "yahoo",
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV file to write.")] = Path("prices.csv"),
    interval: Annotated[str, typer.Option(help="1d, or bars such as 1h and 5m.")] = "1d",
    offline: Annotated[bool, typer.Option("--offline", help="Take the cache alone.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Fetch prices and write them as CSV. The one command that opens the network (sources yahoo and ken-french)."""
    from eventstudy.cli.prices import fetch_to_file, series_table

    done = fetch_to_file(assets, start, end, source=source, output=output, offline=offline, interval=interval)
    hint = f"Written to {output}. Read it with source = {source!r}, which says when its prices are struck."
    _print(done if json else f"{series_table(done['series'])}\n\n{hint}", quiet=quiet, json=json)


def _print(told: Any, *, quiet: bool = False, json: bool = False) -> None:
    """Print text, or data as JSON; ``quiet`` prints neither."""
    from eventstudy.cli.output import as_json

    if not quiet:
        typer.echo(as_json(told) if json else told)


def main() -> None:
    """Run the command line; one or two clear lines and exit code 2 for a mistake in the input."""
    end_well(app)
