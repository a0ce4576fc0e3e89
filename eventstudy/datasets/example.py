"""The embedded example: articles, their events, and prices around the invasion of Ukraine in 2022."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from eventstudy.assets import Asset, get
from eventstudy.errors import DataError, SpecError, nearest, shown
from eventstudy.prices.panel import PricePanel

if TYPE_CHECKING:
    from eventstudy.events.tables import EventTable
    from eventstudy.news import Article

__all__ = ["EM_FX_LEFT_OUT", "EM_FX_MEMBERS", "Example", "load_example"]

_FOLDERS = {"ukraine-2022": "ukraine_2022"}

#: Members of the benchmark EM_FX: equal-weight geometric basket of their values in dollars.
EM_FX_MEMBERS = ("BRL", "IDR", "ILS", "INR", "KRW", "MXN", "MYR", "PHP", "SGD", "THB", "ZAR")

#: Emerging-market currencies that are left out of EM_FX, and why.
EM_FX_LEFT_OUT = {
    "RUB": "the asset under study",
    "PLN": "neighbour: the same news moves it",
    "CZK": "neighbour: the same news moves it",
    "HUF": "neighbour: the same news moves it",
    "RON": "neighbour: the same news moves it",
    "HKD": "pegged to the dollar",
    "CNY": "managed against the dollar",
    "TRY": "its own crisis: 57 % of the variance of a 14-currency basket from November 2021 to January 2022",
}


class Example:
    """An embedded example; what is asked for is read when it is asked for.

    Attributes
    ----------
    name : str
        Such as ``"ukraine-2022"``.
    news : list of Article
    events : EventTable
        Extracted from the articles.
    prices : PricePanel
        RUB, EUR and 18 emerging-market currencies (value in USD at the ECB's fixing), BRENT and WTI
        (spot), SPX, and the basket EM_FX.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @functools.cached_property
    def prices(self) -> PricePanel:
        """Prices, dates from 2020-01 to 2022-03."""
        return _prices(_FOLDERS[self.name])

    @functools.cached_property
    def news(self) -> list[Article]:
        """Articles in our own words, their facts with sources."""
        from eventstudy.news import read_news

        return read_news(seeds_dir())

    @functools.cached_property
    def events(self) -> EventTable:
        """Events extracted from the articles."""
        from eventstudy.events import extract_events

        return extract_events(self.news)

    def __repr__(self) -> str:
        return f"Example({self.name!r}): news, events, prices"


def load_example(name: str = "ukraine-2022") -> Example:
    """Load an embedded example; no network.

    Parameters
    ----------
    name : str
        ``"ukraine-2022"``, the only one.

    Returns
    -------
    Example
        Its ``news``, ``events`` and ``prices``; each is read when it is asked for.

    Raises
    ------
    SpecError
        If there is no such example.

    Examples
    --------
    >>> prices = load_example("ukraine-2022").prices
    >>> returns = prices.returns().loc["2022-02-15", ["RUB", "BRENT", "WTI"]]
    >>> (100 * returns).round(2).tolist()
    [1.24, -3.23, -3.68]
    """
    if not isinstance(name, str) or name not in _FOLDERS:
        raise SpecError(f"no example {shown(name)}", hint=nearest(name, _FOLDERS))
    return Example(name)


def seeds_dir() -> Path:
    """Return the folder of the example's articles: inside a wheel, or beside the package in a checkout."""
    inside = Path(__file__).with_name("seeds")
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "seeds"


def _prices(folder: str) -> PricePanel:
    home = Path(__file__).with_name(folder)
    package = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))
    tables = {r["source"]: (r, _table(home / r["path"])) for r in package["resources"]}
    rates = tables["ecb"][1]
    dollars = rates["USD"]
    # The ECB quotes units per euro: a currency's value in dollars is the dollar's rate over its own.
    values = pd.DataFrame({"EUR": dollars, **{c: dollars / rates[c] for c in rates.columns if c != "USD"}})
    columns: dict[str, pd.Series] = {str(c): values[c] for c in values.columns}
    for source in ("eia", "spx"):
        columns |= {str(c): series for c, series in tables[source][1].items()}
    described: dict[str, Asset | dict[str, Any]] = {}
    for source, (resource, _) in tables.items():
        for field in resource["schema"]["fields"][1:]:
            described[field["asset"]] = _described(field, source)
    panel = PricePanel(columns, assets=described)
    panel = panel.add_basket("EM_FX", EM_FX_MEMBERS)
    return PricePanel._of(
        panel.labels,
        panel.values,
        [panel.asset(n) for n in panel.assets],
        intraday=False,
        provenance={
            "package": package["name"],
            "sources": [s["title"] for r in package["resources"] for s in r["sources"]],
            "hashes": {r["path"]: r["hash"] for r in package["resources"]},
        },
    )


def _described(field: dict[str, Any], source: str) -> Asset:
    """Describe a series by the package; the catalogue has its name and aliases."""
    fields: dict[str, Any] = {k: field[k] for k in ("close", "tz", "calendar", "instrument") if k in field}
    asset = get(field["asset"])
    # The package counts currencies per euro, the panel in dollars.
    fields["unit"] = asset.unit if source == "ecb" else field["unit"]
    return dataclasses.replace(asset.at(source), window_open="", **fields)


def _table(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, index_col=0, parse_dates=True)
    except OSError as error:
        raise DataError(f"the embedded data is incomplete: {path.name} cannot be read", hint="install again") from error
    return frame.astype(np.float64)
