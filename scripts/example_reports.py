"""Write reports of studies unlike each other, for the checks in a browser and by a validator.

    python scripts/example_reports.py FOLDER

One event; two hundred events; three assets with articles; text that tries to be markup; no articles at all.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import eventstudy as es

HOSTILE = (
    '"><script>alert(1)</script> & Co. said it would withdraw troops <b>now</b>',
    "</style></title><img src=x onerror=alert(2)> Talks resumed on Monday, the ministry said",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} Об отводе; 部隊が撤退した; القوات تنسحب",
    "A word of " + "unbroken" * 40,
    "$x^2$ costs $95 and 50 % of {braces} \\end{document} ``` | table | cell",
)


def one_event() -> es.StudyResult:
    """One headline, one asset, and the article it stands in."""
    news = es.Article(
        "Some units are returning to their bases after drills, the defence ministry said on Tuesday.",
        "2022-02-15T08:05Z",
        title="Some units return to base",
    )
    prices = es.load_example("ukraine-2022").prices
    study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-5, 5), estimation_window=(-120, -11))
    return study.run(es.extract_events([news]), prices).with_context(articles=[news])


def many_events(n: int = 200) -> es.StudyResult:
    """Many firms over years, from a seed: no articles, no directions."""
    rng = np.random.default_rng(7)
    dates = pd.bdate_range("2015-01-01", "2021-12-31")
    market = 0.008 * rng.standard_normal(len(dates))
    firms = [f"Firm {k:02d}" for k in range(20)]
    returns = pd.DataFrame({f: market + 0.015 * rng.standard_normal(len(dates)) for f in firms}, index=dates)
    returns["INDEX"] = market
    where = rng.choice(np.arange(300, len(dates) - 20), size=n, replace=False)
    frame = pd.DataFrame(
        {
            "event_id": [f"announcement-{k:03d}" for k in range(n)],
            "date": dates[where],
            "asset": [firms[k % 20] for k in range(n)],
            "sector": [f"Sector {k % 3}" for k in range(n)],
        }
    )
    prices = es.PricePanel(100 * np.exp(returns.cumsum()))
    study = es.EventStudy(es.MarketModel("INDEX"), event_window=(-10, 10), estimation_window=(-200, -21))
    return study.run(es.read_events(frame), prices)


def three_assets() -> es.StudyResult:
    """The embedded example, its articles with it."""
    example = es.load_example("ukraine-2022")
    models = {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted(), "WTI": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-3, 3), estimation_window=(-120, -11))
    return study.run(example.events, example.prices).with_context(articles=example.news)


def hostile_text() -> es.StudyResult:
    """Names and headlines that would break a page that trusted them."""
    example = es.load_example("ukraine-2022")
    days = pd.to_datetime(["2021-12-07", "2022-01-10", "2022-01-24", "2022-02-11", "2022-02-15"])
    frame = pd.DataFrame({"event_id": HOSTILE, "date": days, "title": HOSTILE, "direction": "escalation"})
    name = "<i>R&D</i> \"quoted\" 'name'"
    prices = es.PricePanel({name: example.prices.prices("BRENT")}, close="16:00", tz="America/New_York")
    study = es.EventStudy(es.MeanAdjusted(), event_window=(-1, 1), estimation_window=(-120, -11))
    return study.run(es.read_events(frame), prices, assets=[name])


def no_articles() -> es.StudyResult:
    """Events from a table, with directions, on two assets."""
    example = es.load_example("ukraine-2022")
    days = pd.to_datetime(["2021-12-07", "2022-01-10", "2022-01-24", "2022-02-11", "2022-02-15", "2022-02-21"])
    frame = pd.DataFrame({"date": days, "direction": ["de-escalation", "escalation"] * 3, "title": "From a table"})
    models = {"RUB": es.MarketModel("EM_FX"), "BRENT": es.MeanAdjusted()}
    study = es.EventStudy(models, event_window=(-2, 2), estimation_window=(-120, -11))
    return study.run(es.read_events(frame), example.prices)


STUDIES = {
    "one-event": one_event,
    "many-events": many_events,
    "three-assets": three_assets,
    "hostile-text": hostile_text,
    "no-articles": no_articles,
}


def main() -> int:
    """Write each report as HTML, Markdown and notebook."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python scripts/example_reports.py FOLDER\n")
        return 2
    for name, make in STUDIES.items():
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        result = make()
        for suffix in ("html", "md"):
            es.write_report(result, folder / f"{name}.{suffix}", title=f"Study: {name}", windows=[(0, 0), (0, 1)])
        sys.stdout.write(f"{folder / name}.html\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
