"""Published factors: the reader of Ken French's files, and models on real firms against statsmodels."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import eventstudy as es
from eventstudy.errors import DataError
from eventstudy.estimation import abnormal_returns
from eventstudy.models import FactorModel
from eventstudy.prices.french import read_french

# Two correct programs on ordinary data agree to about 12 digits.
ORDINARY = 1e-10

FIVE = """This file was created by using the 202301 CRSP database.
The Tbill return is the simple daily rate that, over the number of trading days, compounds.

,Mkt-RF,SMB,HML,RMW,CMA,RF
20220214,   -0.44,   -0.52,   -0.53,    0.28,   -0.22,   0.000
20220215,    1.87,    1.36,   -1.45,   -1.31,   -0.99,   0.000
20220216,    0.02,    0.05,  -99.99,   -0.30,    0.15,   0.000

Copyright 2023 Kenneth R. French
"""
MOMENTUM = """This file was created using the 202301 CRSP database.  It contains a momentum factor.

Missing data are indicated by -99.99 or -999.

,Mom
20220215,   -1.23
20220216,    0.41
20220217,    1.10


Copyright 2023 Kenneth R. French
"""


def test_files_as_published(tmp_path) -> None:
    five, momentum = tmp_path / "F-F_Research_Data_5_Factors_2x3_daily.CSV", tmp_path / "momentum.zip"
    five.write_text(FIVE)
    with zipfile.ZipFile(momentum, "w") as archive:
        archive.writestr("F-F_Momentum_Factor_daily.CSV", MOMENTUM)
    found = read_french(five, momentum)
    assert list(found.columns) == ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF", "Mom"]
    assert list(found.index.strftime("%Y%m%d")) == ["20220214", "20220215", "20220216", "20220217"]
    assert found.loc["2022-02-15", "Mkt-RF"] == pytest.approx(0.0187)
    assert np.isnan(found.loc["2022-02-16", "HML"])
    assert np.isnan(found.loc["2022-02-14", "Mom"])
    assert set(FactorModel.preset("FF5+Mom").benchmarks) == set(found.columns)


def test_bad_files_say_where(tmp_path) -> None:
    cases = {
        "monthly": (FIVE.replace("20220214", "202202"), "line 5: '202202' is not a day"),
        "text": (FIVE.replace("   1.87", "   high"), "line 6, column Mkt-RF: 'high' is not a number"),
        "twice": (FIVE.replace("20220215", "20220214"), "2022-02-14 stands twice"),
        "date": (FIVE.replace("20220215", "20220231"), "unconverted|day is out of range|out of range|doesn't match"),
        "header": ("no factors here\n1,2,3\n", "no header line"),
        "empty": (",Mkt-RF,SMB\n\n", "no daily rows"),
        "short": (FIVE.replace("   -0.99,   0.000", ""), "line 6: 5 figures for 6 factors"),
    }
    for name, (text, message) in cases.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        with pytest.raises(DataError, match=message):
            read_french(path)
    with pytest.raises(DataError, match="cannot read"):
        read_french(tmp_path / "nowhere.csv")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK no zip")
    with pytest.raises(DataError, match="cannot read"):
        read_french(broken)
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(FIVE)
    other.write_text(FIVE.replace("1.87", "1.88"))
    with pytest.raises(DataError, match="Mkt-RF on 2022-02-15 is not the other file's"):
        read_french(one, other)


@pytest.mark.shared
def test_factors_of_the_data_library(shared_dir, tmp_path) -> None:
    """The same figures whether read here or taken from the plain table of the same file."""
    table = pd.read_csv(shared_dir / "data" / "fama_french_5f_daily_pct.csv")
    published = tmp_path / "daily.csv"
    lines = [",Mkt-RF,SMB,HML,RMW,CMA,RF"]
    lines += [f"{r[0].replace('-', '')}," + ",".join(map(str, r[1:])) for r in table.itertuples(index=False)]
    published.write_text("From the data library\n\n" + "\n".join(lines) + "\n\nCopyright\n")
    found = read_french(published)
    np.testing.assert_allclose(found.to_numpy(), table.iloc[:, 1:].to_numpy() / 100, atol=1e-15)


@pytest.mark.shared
@pytest.mark.parametrize("names", [("vwretd",), ("vwretd", "smb", "hml")], ids=["market", "FF3"])
def test_a_hundred_real_firms_equal_a_statsmodels_loop(shared_dir, names) -> None:
    long = pd.read_csv(shared_dir / "data" / "est_panel_returns.csv", parse_dates=["date"])
    events = pd.read_csv(shared_dir / "data" / "est_panel_events.csv", parse_dates=["EVT_DATE"])
    panel = long.pivot(index="date", columns="subject_id", values="ret_dlst_adj")  # noqa: PD010  no duplicates to pool
    common = long.drop_duplicates("date").set_index("date").sort_index()
    factors, rate = common[list(names)].to_numpy(), common["rf_h15"].to_numpy()
    rows = panel.index.get_indexer(events["EVT_DATE"])
    positions = np.column_stack([rows, panel.columns.get_indexer(events["subject_id"])])
    model = FactorModel(*names, risk_free="rf_h15")
    found = abnormal_returns(panel.to_numpy(), positions, model, np.column_stack([factors, rate]), (-5, 5), (-150, -11))
    assert found.used.sum() == len(events) == 100
    for i, (row, column) in enumerate(positions):
        excess = panel.to_numpy()[:, column] - rate
        sample, event = np.arange(row - 150, row - 10), np.arange(row - 5, row + 6)
        sample = sample[np.isfinite(excess[sample])]
        fit = sm.OLS(excess[sample], sm.add_constant(factors[sample])).fit()
        prediction = fit.get_prediction(sm.add_constant(factors[event]))
        np.testing.assert_allclose(found.coefficients[i], fit.params, rtol=ORDINARY, atol=1e-14)
        np.testing.assert_allclose(found.sigma[i] ** 2, fit.scale, rtol=ORDINARY)
        np.testing.assert_allclose(found.ar[i], excess[event] - prediction.predicted_mean, rtol=1e-9, atol=1e-13)
        se = np.where(np.isnan(excess[event]), np.nan, prediction.se_obs)
        np.testing.assert_allclose(found.sigma[i] * np.sqrt(found.forecast_scale[i]), se, rtol=ORDINARY)


PRESETS = {
    "CAPM": ("Mkt-RF",),
    "FF3": ("Mkt-RF", "SMB", "HML"),
    "Carhart": ("Mkt-RF", "SMB", "HML", "Mom"),
    "FF5": ("Mkt-RF", "SMB", "HML", "RMW", "CMA"),
    "FF5+Mom": ("Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_on_published_files_equal_statsmodels(preset, tmp_path) -> None:
    """From files as Ken French publishes them (CSV and zip) through a study, against simple excess returns here."""
    rng = np.random.default_rng(11)
    days = pd.bdate_range("2021-01-04", periods=260)
    names = ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF"]
    percent = pd.DataFrame(rng.normal(0, 1, (260, 7)).round(2), index=days.strftime("%Y%m%d"), columns=[*names, "Mom"])
    percent["RF"] = 0.01
    five, momentum = tmp_path / "five.csv", tmp_path / "momentum.zip"
    five.write_text("As published\n\n" + percent[names].to_csv() + "\nCopyright\n")
    with zipfile.ZipFile(momentum, "w") as archive:
        archive.writestr("momentum.CSV", "As published\n\n" + percent[["Mom"]].to_csv() + "\nCopyright\n")
    factors = read_french(five, momentum)
    simple = percent.to_numpy() @ [1.1, 0.4, -0.3, 0.2, 0.1, 1.0, -0.2] / 100 + rng.normal(0, 0.01, 260)
    prices = es.PricePanel(pd.DataFrame({"A": 50 * (1 + simple).cumprod()}, index=days), close="16:00", tz="UTC")
    events = es.read_events(pd.DataFrame({"time": [f"{days[230]:%Y-%m-%d}T12:00Z"], "asset": ["A"]}))
    study = es.EventStudy(FactorModel.preset(preset), event_window=(0, 2), estimation_window=(-150, -11))
    row = study.run(events, prices, factors=factors).to_frame("event", window=(0, 2)).iloc[0]
    x = sm.add_constant(percent[list(PRESETS[preset])].to_numpy() / 100)
    excess = simple - 0.0001
    fit = sm.OLS(excess[80:220], x[80:220]).fit()
    total = x[230:233].sum(axis=0)
    np.testing.assert_allclose(row["car"], excess[230:233].sum() - total @ fit.params, rtol=1e-8)
    np.testing.assert_allclose(row["se"] ** 2, 3 * fit.scale + total @ fit.cov_params() @ total, rtol=1e-8)
    assert row["n_estimation"] == 140
    slopes = [name for name in row.index if name.startswith("beta")]
    np.testing.assert_allclose(row[slopes].astype(float), fit.params[1:], rtol=1e-8)
