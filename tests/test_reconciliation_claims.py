"""Twenty-two claims of published articles, 2018 to 2022, against rates, dated spot and futures."""

from __future__ import annotations

import pytest

from eventstudy.reconciliation import verify_moves
from tests._claims import claims, futures, rates_and_spot

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def data(shared_dir):
    return shared_dir / "data"


def test_against_rates_and_dated_spot_only_futures_are_contradicted(data):
    panel = rates_and_spot(data)
    table = claims(data / "article_price_claims.csv")
    frame = verify_moves(table, panel)
    assert len(frame) == len(table) == 21
    against = frame[frame["verdict"] == "contradicted"]
    assert set(against["asset"]) == {"BRENT"}
    assert against["reason"].str.contains("the claim is about futures, the series is spot").all()
    # The ruble of 29 March 2022 alone has no rate; the index's close is the claim's own number.
    assert frame.loc[frame["verdict"] == "no price", "asset"].tolist() == ["RUB"]
    assert frame.loc[frame["asset"] == "SPX", "verdict"].tolist() == ["consistent"]
    rates = frame[frame["asset"].isin(["RUB", "KRW"]) & (frame["verdict"] != "no price")]
    assert set(rates["verdict"]) == {"consistent up to reference time"}


def test_against_futures_with_highs_and_lows_they_hold(data):
    panel = futures(data)
    frame = verify_moves(claims(data / "article_price_claims.csv").filter(asset=["BRENT", "WTI"]), panel)
    assert len(frame) == 10
    assert set(frame["verdict"]) <= {"consistent", "consistent up to reference time"}, frame[["claimed", "reason"]]
    assert (frame["verdict"] == "consistent").sum() >= 9
