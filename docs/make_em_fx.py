"""Write docs/explanation/em_fx.md, the choice of the benchmark, from the embedded data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import eventstudy as es
from eventstudy.datasets.example import EM_FX_LEFT_OUT, EM_FX_MEMBERS

# 110 sessions that end eleven before the headline of 15 February 2022, as in the demo's plain window.
DAY_0, SAMPLE = "2022-02-15", slice(-120, -10)
FOURTEEN = ["BRL", "CNY", "CZK", "HUF", "IDR", "INR", "KRW", "MXN", "MYR", "PHP", "PLN", "THB", "TRY", "ZAR"]
CALM = slice("2021-11-01", "2022-01-31")

PAGE = """# The benchmark EM_FX

The ruble is measured against a basket of other currencies. A benchmark must do two things: move with the ruble for
reasons that have nothing to do with the headlines, and not react to the headlines itself.

`EM_FX` is the equal-weight geometric basket of the values in dollars of {members}. Left out
are:

{left_out}

What the lira does to the ruble's beta over 110 sessions before {day_0} (`docs/make_em_fx.py` writes
this page from the embedded data):

| basket (currencies) | beta of the ruble | R² |
|---|---|---|
{rows}

From November 2021 to January 2022 the lira alone is {share:.0%} of the variance of the {n}-currency basket: with it
in, the "market" is Turkey's crisis, and the ruble's beta to it says little about Russia.
"""


def beta(y: pd.Series, x: pd.Series) -> tuple[float, float]:
    """Slope and R² over the estimation sample."""
    held = pd.DataFrame({"y": y, "x": x}).dropna()
    sample = held.iloc[held.index.get_loc(pd.Timestamp(DAY_0)) + SAMPLE.start :][: SAMPLE.stop - SAMPLE.start]
    slope = np.cov(sample["x"], sample["y"])[0, 1] / sample["x"].var()
    return float(slope), float(sample.corr().iloc[0, 1] ** 2)


def main() -> None:
    """Write the page."""
    prices = es.load_example("ukraine-2022").prices.to_frame()
    returns = np.log(prices.where(prices > 0)).diff()
    baskets = {
        "a usual 14-currency basket": FOURTEEN,
        "the same without the lira": [c for c in FOURTEEN if c != "TRY"],
        "EM_FX with the lira": [*EM_FX_MEMBERS, "TRY"],
        "EM_FX": list(EM_FX_MEMBERS),
    }
    rows = []
    for name, members in baskets.items():
        slope, r2 = beta(returns["RUB"], returns[members].mean(axis=1))
        rows.append(f"| {name} ({len(members)}) | {slope:.2f} | {r2:.2f} |")
    calm = returns.loc[CALM, FOURTEEN].dropna()
    share = calm["TRY"].var() / len(FOURTEEN) ** 2 / calm.mean(axis=1).var()
    page = PAGE.format(
        members=", ".join(EM_FX_MEMBERS),
        left_out="\n".join(f"- {name}: {why}" for name, why in EM_FX_LEFT_OUT.items()),
        day_0=DAY_0,
        rows="\n".join(rows),
        share=share,
        n=len(FOURTEEN),
    )
    Path(__file__).with_name("explanation").joinpath("em_fx.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
