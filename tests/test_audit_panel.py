"""Real returns of ten firms on one date: every statistic against the plain loops of `_audit_reference`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from tests._audit_reference import ESTIMATION, EVENT, Ref, battery, p_of

RTOL = 1e-7  # sums of a few hundred doubles in another order, through levels and back
FIRMS = 10  # of the hundred; the loops take their time
DATE = pd.Timestamp("2020-03-20")


@pytest.fixture(scope="module")
def returns(shared_dir):
    long = pd.read_csv(shared_dir / "data" / "est_panel_returns.csv", parse_dates=["date"])
    wide = long.pivot_table(index="date", columns="subject_id", values="ret_dlst_adj").iloc[:, :FIRMS]
    wide.columns = [f"F{c}" for c in wide.columns]
    return wide.assign(MKT=long.drop_duplicates("date").set_index("date")["vwretd"])


@pytest.mark.shared
@pytest.mark.parametrize("missing", [0.0, 0.08])
def test_a_real_panel(returns, missing):
    rng = np.random.default_rng(8)
    levels = 100 * (1 + returns).cumprod()
    levels.loc[:, levels.columns != "MKT"] = levels.loc[:, levels.columns != "MKT"].mask(
        (rng.random((len(levels), FIRMS)) < missing) & (levels.index != DATE)[:, None]
    )
    firms = [c for c in levels.columns if c != "MKT"]
    events = pd.DataFrame({"time": f"{DATE:%Y-%m-%d}T12:00Z", "asset": firms, "event_id": firms})
    study = es.EventStudy(es.MarketModel("MKT"), event_window=EVENT, estimation_window=ESTIMATION, min_observations=30)
    result = study.run(es.read_events(events), es.PricePanel(levels, close="16:00", tz="UTC"))
    refs = [Ref(levels, asset, ("market", "MKT"), DATE, 0) for asset in result.to_frame("event")["asset"]]
    for window in ((0, 0), (-1, 2)):
        tests = result.tests(window).set_index("name")
        wanted = battery(refs, window)
        assert len(wanted) > 15
        for name, (statistic, dof) in wanted.items():
            assert tests.loc[name, "statistic"] == pytest.approx(statistic, rel=RTOL, abs=1e-9), (window, name)
            p = p_of(statistic, dof, "two-sided")
            assert tests.loc[name, "p_value"] == pytest.approx(p, rel=1e-5, abs=1e-9), (window, name)
