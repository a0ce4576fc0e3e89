"""Names of assets that follow from the catalogue's without standing in it: "the Russian currency", "10-year note"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from eventstudy.assets.asset import Asset
from eventstudy.assets.catalogue import Alias, Catalogue

__all__ = ["NEEDS_OIL", "derived_names"]

# Names that mean an oil contract only where oil is spoken of.
_BY_CONTEXT: Final = {
    "BRENT": (
        "London futures",
        "futures in London",
        "global benchmark",
        "international benchmark",
        "European benchmark",
    ),
    "WTI": (
        "New York futures",
        "futures in New York",
        "U.S. benchmark",
        "US benchmark",
        "American benchmark",
        "Nymex futures",
    ),
}
NEEDS_OIL: Final = frozenset(tuple(name.lower().split()) for names in _BY_CONTEXT.values() for name in names)
# By the first word of a bond's name: the words for its issuer, and those for the paper.
_ISSUERS: Final = {
    "US": (("U.S.", "US", "American"), ("Treasury", "Treasuries", "Treasurys", "T-note", "T-notes")),
    "German": (("German", "Germany's"), ("Bund", "Bunds", "Schatz")),
    "French": (("French", "France's"), ("OAT", "OATs")),
    "Italian": (("Italian", "Italy's"), ("BTP", "BTPs")),
    "UK": (("UK", "U.K.", "British", "Britain's"), ("gilt", "gilts")),
    "Japanese": (("Japanese", "Japan's"), ("JGB", "JGBs")),
    "Russian": (("Russian", "Russia's"), ("OFZ", "OFZs")),
}
# Countries by the first two letters of their currency's code, for "Mexico's currency".
_COUNTRIES: Final = {
    "RU": "Russia", "UA": "Ukraine", "TR": "Turkey", "ZA": "South Africa", "BR": "Brazil", "MX": "Mexico",
    "AR": "Argentina", "CL": "Chile", "CO": "Colombia", "PE": "Peru", "IN": "India", "ID": "Indonesia",
    "KR": "South Korea", "MY": "Malaysia", "PH": "Philippines", "TH": "Thailand", "SG": "Singapore", "TW": "Taiwan",
    "VN": "Vietnam", "CN": "China", "JP": "Japan", "AU": "Australia", "NZ": "New Zealand", "CA": "Canada",
    "HK": "Hong Kong",
    "GB": "Britain", "CH": "Switzerland", "SE": "Sweden", "NO": "Norway", "DK": "Denmark", "PL": "Poland",
    "CZ": "Czech Republic", "HU": "Hungary", "RO": "Romania", "IL": "Israel", "EG": "Egypt", "NG": "Nigeria",
    "PK": "Pakistan", "KZ": "Kazakhstan", "BY": "Belarus", "GE": "Georgia", "IR": "Iran", "KE": "Kenya",
}  # fmt: skip
# By custom the first of two in a pair.
_BASES: Final = ("EUR", "GBP", "AUD", "NZD")
_SPELLED: Final = {2: "two", 5: "five", 10: "ten", 30: "thirty"}
_PAPER: Final = ("note", "notes", "bond", "bonds", "government bond", "government bonds", "debt", "benchmark")


def derived_names(catalogue: Catalogue) -> Iterator[Alias]:
    """Yield the names that the catalogue leaves to be derived, whether or not it has them.

    Examples
    --------
    >>> from eventstudy import assets
    >>> names = {n.text: n.symbols for n in derived_names(assets.catalogue())}
    >>> names["Russian currency"], names["10-year note"], names["German 10-year bonds"]
    (('RUB',), ('US10Y',), ('DE10Y',))
    """
    for symbol, texts in _BY_CONTEXT.items():
        if symbol in catalogue:
            yield from (Alias(text, (symbol,)) for text in texts)
    codes = [a.symbol for a in catalogue.values() if a.asset_class == "currency" and len(a.symbol) == 3]
    for asset in catalogue.values():
        if asset.asset_class == "currency":
            forms = (*_of_currency(asset), *_pairs(asset, codes))
        elif asset.asset_class == "rate" and asset.years >= 1:
            forms = tuple(_of_rate(asset))
        else:
            continue
        yield from (Alias(text, (asset.symbol,)) for text in forms)


def _of_currency(asset: Asset) -> Iterator[str]:
    country = _COUNTRIES.get(asset.symbol[:2]) if len(asset.symbol) == 3 and asset.symbol != "CNH" else None
    if country:
        yield f"{country}'s currency"
    people, _, money = asset.name.rpartition(" ")
    if people and len(asset.symbol) == 3 and people[0].isupper():
        yield from (f"{people} currency", f"{people} {money}s")
        if country:
            yield f"{country}'s {money}"
        if asset.symbol == "USD":
            yield from ("U.S. currency", "American currency")


def _pairs(asset: Asset, codes: list[str]) -> Iterator[str]:
    """Pairs whose first currency is this one, and "USD/..." of those that are counted per dollar."""
    symbol = asset.symbol
    if symbol in _BASES:
        earlier = _BASES[: _BASES.index(symbol)]
        pairs = [(symbol, other) for other in codes if other != symbol and other not in earlier]
    else:
        pairs = [("USD", symbol)] if symbol in codes else []
    for pair in pairs:
        yield from ("/".join(pair), "".join(pair))


def _of_rate(asset: Asset) -> Iterator[str]:
    issuers, papers = _ISSUERS.get(asset.name.split()[0], ((), ()))
    for number in (f"{asset.years:g}", _SPELLED.get(int(asset.years), "")):
        if not number:
            continue
        term = f"{number}-year"
        bare = [f"{term} {paper}" for paper in papers]
        for issuer in issuers:
            yield from (f"{issuer} {term}", *(f"{issuer} {name}" for name in bare))
            yield from (f"{term} {issuer} {paper}" for paper in (*papers, *_PAPER, "yield", "yields"))
            yield from (f"{issuer} {term} {paper}" for paper in _PAPER)
        yield from bare
        if issuers and issuers[0] == "U.S.":
            yield term  # "with the 10-year down 4 basis points"
            # Without an issuer's name a note is the Treasury's.
            yield from (
                f"{term} note",
                f"{term} notes",
                f"{term} bond",
                f"{term} bonds",
                f"{term} yield",
                f"{term} yields",
            )
