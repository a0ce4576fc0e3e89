"""Quality: each fault planted once and found on its date, and clean data found clean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eventstudy.datasets import load_example
from eventstudy.errors import DataError
from eventstudy.prices import PricePanel

DAYS = pd.bdate_range("2021-01-04", periods=250)


@pytest.fixture
def walk():
    rng = np.random.default_rng(7)
    return pd.Series(50 * np.exp(rng.normal(0, 0.01, 250).cumsum()), index=DAYS, name="A")


def checks(panel):
    return panel.quality().table.set_index("check")


def test_a_clean_walk_is_clean(walk):
    report = PricePanel(walk).quality()
    assert len(report) == 0 and repr(report) == "QualityReport: nothing found"
    report.raise_errors()


def test_split(walk):
    walk.iloc[100:] /= 2
    found = checks(PricePanel(walk)).loc["split"]
    assert found["date"] == DAYS[100] and found["severity"] == "error" and "split of 2 for 1" in found["message"]
    with pytest.raises(DataError, match="split of 2 for 1"):
        PricePanel(walk).quality().raise_errors()


def test_outlier(walk):
    walk.iloc[100] *= 1.4
    found = checks(PricePanel(walk)).loc["outlier"]
    assert found["date"].tolist() == [DAYS[100], DAYS[101]]


def test_stale_and_thin(walk):
    walk.iloc[50:60] = walk.iloc[50]
    stale = checks(PricePanel(walk)).loc["stale"]
    assert stale["date"] == DAYS[50] and stale["value"] == 10
    thin = walk.copy()
    thin.iloc[1::2] = thin.iloc[::2].to_numpy()
    assert checks(PricePanel(thin)).loc["thin", "value"] > 0.4


def test_non_positive_empty_and_twin(walk):
    walk.iloc[10] = 0.0
    panel = PricePanel(pd.DataFrame({"A": walk, "B": walk, "C": np.nan}))
    found = checks(panel)
    assert found.loc[["non-positive"], "date"].tolist() == [DAYS[10], DAYS[10]]
    assert found.loc["twin", "asset"] == "B" and found.loc["empty", "asset"] == "C"


def test_gaps_and_weekends(walk):
    other = walk.rename("B") * 2.1
    holed = walk.copy()
    holed.iloc[100:103] = np.nan
    gap = checks(PricePanel(pd.DataFrame({"A": holed, "B": other}))).loc["gap"]
    assert gap["asset"] == "A" and gap["date"] == DAYS[100] and gap["value"] == 3
    shifted = walk.copy()
    shifted.index = shifted.index.where(shifted.index.day_of_week != 4, shifted.index + pd.Timedelta("1D"))
    found = checks(PricePanel(shifted))
    assert "zone" in found.index and "weekend" in found.loc["zone", "message"]


def test_dates_a_day_off_an_exchange(walk):
    walk.index = walk.index + pd.Timedelta("1D")  # as a UTC conversion of midnight dates would
    found = checks(PricePanel(walk, calendar="XNYS")).loc["zone"]
    assert found["severity"] == "error" and "XNYS is shut" in found["message"]


def test_quoted_ruble_is_doubted():
    rates = pd.Series(np.linspace(74, 77, 30), index=DAYS[:30], name="RUB")
    found = checks(PricePanel(rates)).loc["quote"]
    assert "quoted=['RUB']" in found["suggestion"]
    assert "quote" not in checks(PricePanel(rates, quoted=["RUB"])).index
    assert "quote" not in checks(PricePanel(rates / rates.iloc[0] * 100)).index  # an index that starts at 100


def test_futures_say_that_rolls_are_unmarked(walk):
    assert checks(PricePanel(walk.rename("WTI"))).loc["roll", "severity"] == "note"


def test_real_data_cries_no_wolf():
    report = load_example().prices.quality()
    errors = report.table[report.table["severity"] == "error"]
    assert errors[["asset", "check"]].to_numpy().tolist() == [["WTI", "non-positive"]]
    assert "error" in repr(report) and report._repr_html_().startswith("<table")
