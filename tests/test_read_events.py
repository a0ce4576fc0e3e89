"""Reading tables of events: what is a date, what an instant, in whose zone, and what every bad cell says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import DataError, EventStudyError, SpecError
from eventstudy.events.readers import read_events
from eventstudy.events.tables import EventTable


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def read_one(tz=None, **cells) -> tuple[pd.Timestamp, pd.Timestamp, str]:
    event = read_events(pd.DataFrame({k: [v] for k, v in cells.items()}), tz=tz)[0]
    return event.earliest, event.latest, event.precision


@pytest.mark.parametrize(
    "text",
    [
        "2022-02-15T11:05:00+03:00",
        "2022-02-15 11:05+0300",
        "2022-02-15T11:05+03",
        "2022-02-15T08:05Z",
        "2022-02-15 11:05 +03:00",
        "2022-02-15t08:05:00.000z",
        " 2022-02-15 08:05:00,000Z ",
        "20220215T08:05Z",
    ],
)
def test_instants_with_an_offset(text):
    assert read_one(time=text) == (utc("2022-02-15T08:05"), utc("2022-02-15T08:05"), "instant")


@pytest.mark.parametrize(
    "value", ["2022-02-15", "20220215", 20220215, dt.date(2022, 2, 15), pd.Timestamp("2022-02-15")]
)
def test_a_date_is_that_day_in_the_rows_zone(value):
    assert read_one(date=value) == (utc("2022-02-15"), utc("2022-02-16"), "date")
    moscow = (utc("2022-02-14T21:00"), utc("2022-02-15T21:00"), "date")
    assert read_one(date=value, tz="Europe/Moscow") == moscow
    assert read_one(date=value) != moscow
    # The row's own zone goes before the caller's.
    frame = pd.DataFrame({"date": [value], "tz": ["Europe/Moscow"]})
    assert read_events(frame, tz="Asia/Tokyo")[0].earliest == moscow[0]


def test_days_on_which_clocks_change_have_23_and_25_hours():
    table = read_events(pd.DataFrame({"date": ["2022-03-13", "2022-11-06"]}), tz="America/New_York").to_frame()
    assert ((table["latest"] - table["earliest"]) / pd.Timedelta("1h")).tolist() == [23.0, 25.0]


def test_a_day_whose_midnight_is_skipped_begins_when_it_first_exists():
    # Sao Paulo, 2018-11-04: clocks went from 00:00 to 01:00, which was 03:00 UTC.
    assert read_one(date="2018-11-04", tz="America/Sao_Paulo")[0] == utc("2018-11-04T03:00")


def test_a_column_whose_clocks_are_all_midnight_is_dates():
    frame = pd.DataFrame({"time": pd.to_datetime(["2022-02-15", "2022-02-16"])})
    assert set(read_events(frame).to_frame()["precision"]) == {"date"}
    text = pd.DataFrame({"time": ["2022-02-15 00:00:00", "2022-02-16"]})
    assert set(read_events(text).to_frame()["precision"]) == {"date"}


def test_midnight_with_a_zone_is_an_instant():
    assert read_one(time="2022-02-15T00:00Z")[2] == "instant"
    aware = pd.DataFrame({"time": pd.to_datetime(["2022-02-15"]).tz_localize("Europe/Moscow")})
    event = read_events(aware)[0]
    assert (event.earliest, event.precision) == (utc("2022-02-14T21:00"), "instant")


def test_clock_times_without_a_zone_need_one():
    frame = pd.DataFrame({"time": pd.DatetimeIndex(["2022-02-15 00:00", "2022-02-15 11:05"])})
    with pytest.raises(DataError, match=r"the frame, row 2, column 'time': .* no zone; say tz="):
        read_events(frame)
    table = read_events(frame, tz="Europe/Moscow")
    assert [e.precision for e in table] == ["instant", "instant"]
    assert table[1].earliest == utc("2022-02-15T08:05")
    # A column that calls itself UTC says its zone.
    assert read_one(time_utc="2022-02-15 08:05")[0] == utc("2022-02-15T08:05")


def test_time_holds_where_there_is_one_and_date_elsewhere(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("event_id,date,time_utc,assets\na,2022-02-15,2022-02-15T08:05:00Z,RUB;BRENT\nb,2021-04-22,,RUB\n")
    first, second = read_events(path)
    assert (first.precision, first.assets, second.precision, second.assets) == (
        "instant",
        ("RUB", "BRENT"),
        "date",
        ("RUB",),
    )
    assert first.extra == second.extra == {}


def test_a_bare_clock_time_goes_with_the_rows_date():
    frame = pd.DataFrame({"date": ["2022-02-15", "2022-02-16"], "time": ["9:05", ""], "tz": ["Europe/Moscow"] * 2})
    first, second = read_events(frame)
    assert (first.earliest, first.precision) == (utc("2022-02-15T06:05"), "instant")
    assert (second.earliest, second.precision) == (utc("2022-02-15T21:00"), "date")


def test_a_bare_clock_time_alone_is_no_time():
    with pytest.raises(DataError, match="'11:05' is no date or time"):
        read_one(time="11:05")


def test_intervals():
    e, late, precision = read_one(earliest="2022-02-18T12:00Z", latest="2022-02-18T16:51Z")
    assert (e, late, precision) == (utc("2022-02-18T12:00"), utc("2022-02-18T16:51"), "interval")
    assert read_one(earliest="2022-02-18", latest="2022-02-18")[2] == "date"
    assert read_one(earliest="2022-02-18", latest="2022-02-19")[:2] == (utc("2022-02-18"), utc("2022-02-20"))
    with pytest.raises(DataError, match=r"row 1, column 'latest': .* is before 'earliest'"):
        read_one(earliest="2022-02-18T12:00Z", latest="2022-02-17T12:00Z")
    with pytest.raises(DataError, match="only one of"):
        read_one(earliest="2022-02-18T12:00Z")


def test_every_kind_of_frame_reads_the_same():
    pl = pytest.importorskip("polars")
    data = {"time": ["2022-02-15T08:05Z", "2022-02-16"], "asset": ["RUB", None], "n": [1, 2]}
    frames = [read_events(f).to_frame() for f in (pd.DataFrame(data), pl.DataFrame(data), pa.table(data))]
    for other in frames[1:]:
        pd.testing.assert_frame_equal(frames[0], other, check_dtype=False)


@pytest.mark.parametrize("dtype", ["category", "string", "string[pyarrow]", pd.ArrowDtype(pa.string())])
def test_text_of_any_dtype_reads_the_same(dtype):
    frame = pd.DataFrame({"time": ["2022-02-15T08:05Z", ""], "date": ["", "2022-02-16"], "tz": ["", "Asia/Tokyo"]})
    expected = read_events(frame).to_frame()
    pd.testing.assert_frame_equal(read_events(frame.astype(dtype)).to_frame(), expected)


def test_arrows_own_dates_and_times():
    day = pa.array([dt.date(2022, 2, 15), None], pa.date32())
    zoned = pa.array([None, dt.datetime(2022, 2, 15, 8, 5)], pa.timestamp("us", tz="Europe/Moscow"))
    held = pa.table({"date": day, "time": zoned})
    for frame in (held, held.to_pandas(types_mapper=pd.ArrowDtype), held.to_pandas()):
        first, second = read_events(frame)
        assert (first.precision, first.earliest) == ("date", utc("2022-02-15"))
        assert (second.precision, second.earliest) == ("instant", utc("2022-02-15T08:05"))


def test_an_index_of_times_is_the_time():
    frame = pd.DataFrame({"asset": ["RUB"]}, index=pd.DatetimeIndex(["2022-02-15T08:05Z"]))
    assert read_events(frame)[0].earliest == utc("2022-02-15T08:05")


def test_fields_and_extras(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "date,ticker,direction,kind,intensity,source,selected_on_outcome,Headline\n"
        '2022-02-15,NA,de-escalation,RETREAT,7,RUS;BLR,yes,"One, two"\n2022-02-16,0700,,,,,,\n'
    )
    first, second = read_events(path)
    assert (first.assets, first.direction, first.kind, first.intensity) == (("NA",), "de-escalation", "RETREAT", 7.0)
    assert (first.source, first.selected_on_outcome, first.extra) == (("RUS", "BLR"), True, {"Headline": "One, two"})
    assert (second.assets, second.direction, second.kind, second.source) == (("0700",), "neither", "", ())
    assert np.isnan(second.intensity)
    assert second.extra == {"Headline": ""}
    assert [first.event_id, second.event_id] == ["e1", "e2"]


def test_whole_number_ids_and_assets_stay_whole():
    frame = pd.DataFrame({"event_id": [1, 2], "date": ["2022-02-15"] * 2, "asset": [10107.0, np.nan]})
    first, second = read_events(frame)
    assert (first.event_id, first.assets, second.assets) == ("1", ("10107",), ())


def test_assets_as_lists():
    frame = pd.DataFrame({"date": ["2022-02-15"], "assets": [["RUB", "BRENT"]]})
    assert read_events(frame)[0].assets == ("RUB", "BRENT")


def test_columns_under_other_names():
    frame = pd.DataFrame({"announced": ["2022-02-15"], "polarity": ["escalation"], "firm": ["A"]})
    event = read_events(frame, columns={"date": "announced", "direction": "polarity"})[0]
    assert (event.direction, event.polarity, event.assets) == ("escalation", "asserted", ("A",))
    clash = pd.DataFrame({"date": ["2022-02-15"], "kind": ["x"], "type": ["y"]})
    event = read_events(clash, columns={"kind": "type"})[0]
    assert (event.kind, event.extra) == ("y", {"kind_": "x"})


def test_other_ways_to_write_a_date():
    frame = pd.DataFrame({"EVT_DATE": ["3/20/2020"]})
    with pytest.raises(DataError, match=r"'3/20/2020' is no date or time; .*date_format="):
        read_events(frame)
    assert read_events(frame, date_format="%m/%d/%Y")[0].earliest == utc("2020-03-20")
    clock = pd.DataFrame({"time": ["20.03.2020 14:30"]})
    assert read_events(clock, date_format="%d.%m.%Y %H:%M", tz="Europe/Berlin")[0].earliest == utc("2020-03-20T13:30")
    with pytest.raises(DataError, match="row 1, column 'EVT_DATE': '3/20/2020' is no date or time; expected as '%d"):
        read_events(frame, date_format="%d/%m/%Y")


@given(st.lists(st.dates(dt.date(1678, 1, 2), dt.date(2261, 12, 30)), min_size=1))
@settings(deadline=None)
def test_a_column_of_plain_days_is_read_as_each_of_its_cells_is(days):
    # One cell in another form, and the whole column is read cell by cell.
    plain = [day.isoformat() for day in days]
    table = read_events(pd.DataFrame({"date": plain}), tz="Asia/Tokyo")
    mixed = read_events(pd.DataFrame({"date": [*plain, "20220215"]}), tz="Asia/Tokyo")
    assert [e.earliest for e in table] == [e.earliest for e in mixed][:-1]
    assert [e.latest for e in table] == [e.latest for e in mixed][:-1]
    assert [e.earliest.tz_convert("Asia/Tokyo").date() for e in table] == days


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"date": ["2022-02-15", "2262-01-01"]}, "row 2, column 'date': '2262-01-01' is no date"),
        ({"date": ["2022-02-15", "1677-12-31"]}, "row 2, column 'date': '1677-12-31' is no date"),
        ({"date": ["2022-02-15", "2022_02_15"]}, "row 2, column 'date': '2022_02_15' is no date"),
        (
            {"date": ["2022-02-15", "2022-02-1\N{ARABIC-INDIC DIGIT FIVE}"]},
            "row 2, column 'date': '2022-02-1\N{ARABIC-INDIC DIGIT FIVE}' is no date",
        ),
        ({"date": ["2022-02-15", "2022-02-30"]}, "row 2, column 'date': '2022-02-30' is no date"),
        ({"date": ["2022-02-15", None]}, "row 2, column 'date': '' says no time"),
        ({"date": ["2022"]}, "'2022' is no date"),
        ({"time": ["1200-01-01"]}, "is no date"),
        ({"time": ["2022-02-15T25:00Z"]}, "is no date"),
        ({"date": ["2022-02-15"], "tz": ["Mars"]}, "row 1, column 'tz': 'Mars' is no time zone"),
        ({"date": ["2022-02-15"] * 2, "event_id": ["a", "a"]}, "row 2, column 'event_id': 'a' stands twice"),
        ({"date": ["2022-02-15"] * 2, "event_id": ["a", ""]}, "row 2, column 'event_id': '' is no id"),
        ({"date": ["2022-02-15"], "polarity": ["escalation"]}, "'escalation' is no polarity"),
        ({"date": ["2022-02-15"], "intensity": ["much"]}, "column 'intensity': 'much' is no number"),
        ({"date": ["2022-02-15"], "selected_on_outcome": ["perhaps"]}, "neither true nor false"),
        ({"when": ["2022-02-15"]}, "no column 'time' or 'date'; found 'when'"),
        ({"time": ["2022-03-27 02:30"], "tz": ["Europe/Berlin"]}, "does not exist or stands twice in Europe/Berlin"),
        ({"time": ["2022-10-30 02:30"], "tz": ["Europe/Berlin"]}, "does not exist or stands twice in Europe/Berlin"),
    ],
)
def test_bad_cells_are_named(cells, words):
    with pytest.raises(DataError) as caught:
        read_events(pd.DataFrame(cells))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bad_files_are_named(tmp_path):
    with pytest.raises(DataError, match="no file"):
        read_events(tmp_path / "none.csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(DataError, match=r"empty\.csv is empty"):
        read_events(empty)
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"date\n\xff\xfe\x00")
    with pytest.raises(EventStudyError):
        read_events(binary)
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("date,asset\n2022-02-15,RUB\n2022-02-16,RUB,more,still\n")
    with pytest.raises(DataError, match=r"ragged\.csv"):
        read_events(ragged)


@pytest.mark.parametrize("source", [7, None, [1, 2], {"date": ["2022-02-15"]}])
def test_what_is_no_table(source):
    with pytest.raises(SpecError, match="read_events cannot read"):
        read_events(source)


def test_a_column_that_is_not_there_and_columns_that_stand_twice():
    frame = pd.DataFrame({"date": ["2022-02-15"]})
    with pytest.raises(SpecError, match="no such column; did you mean 'date'"):
        read_events(frame, columns={"date": "dates"})
    with pytest.raises(DataError, match="'date' stands twice"):
        read_events(pd.concat([frame, frame], axis=1))
    with pytest.raises(DataError, match="unknown time zone 'Mars'"):
        read_events(frame, tz="Mars")


@pytest.mark.parametrize("options", [{"tz": 5}, {"columns": ["date"]}, {"date_format": 7}])
def test_options_of_the_wrong_kind(options):
    with pytest.raises(SpecError, match="expected a"):
        read_events(pd.DataFrame({"date": ["2022-02-15"]}), **options)


def test_nothing_in_nothing_out():
    table = read_events(pd.DataFrame({"date": pd.Series([], dtype=str)}))
    assert isinstance(table, EventTable)
    assert len(table) == 0


def test_the_input_is_not_changed():
    frame = pd.DataFrame({" Date ": ["2022-02-15"], "asset": ["RUB"]})
    before = frame.copy()
    read_events(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_items_go_back_to_the_same_table():
    frame = pd.DataFrame({"time": ["2022-02-15T08:05Z"], "asset": ["RUB"], "note": ["x"], "intensity": [1]})
    table = read_events(frame)
    again = EventTable.from_items(list(table))
    assert list(again) == list(table)


def test_semicolons_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "excel.csv"
    path.write_bytes("\ufeffdate;asset\r\n2022-02-15;RUB\r\n".encode())
    assert read_events(path)[0].assets == ("RUB",)


@pytest.mark.shared
def test_the_curated_events(shared_dir):
    table = read_events(shared_dir / "data" / "events_curated.csv", columns={"direction": "polarity"})
    assert len(table) == 15
    assert table["RU_PULLBACK_2022"].earliest == utc("2022-02-15T08:05")
    assert table["ABQAIQ_2019"].precision == "date"
    assert table["ABQAIQ_2019"].assets == ("BRENT", "WTI", "GOLD")


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**19), 10**19),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["2022-02-15", "2022-02-15T08:05Z", "0001-01-01", "9999-12-31", "2022-02-15 24:00", "20220231"]),
    st.sampled_from(
        ["Europe/Moscow", "UTC", "../etc/passwd", "2022-02-15T08:05+99:99", "RUB;BRENT", "yes", "asserted"]
    ),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.lists(st.text(max_size=3), max_size=2),
    st.sampled_from([pd.NaT, pd.NA, np.nan, pd.Timestamp("2022-02-15"), (), {"a": 1}]),
)
NAMES = ["time", "date", "tz", "event_id", "asset", "direction", "kind", "intensity", "polarity", "selected_on_outcome"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_table_is_read_or_refused_in_one_line(data):
    names = data.draw(
        st.lists(st.sampled_from([*NAMES, "earliest", "latest", "note"]), min_size=1, max_size=5, unique=True)
    )
    n = data.draw(st.integers(0, 3))
    columns = {name: data.draw(st.lists(CELLS, min_size=n, max_size=n)) for name in names}
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    try:
        table = read_events(frame, tz=data.draw(st.sampled_from([None, "Europe/Moscow"])))
    except EventStudyError as error:
        assert "\n" not in str(error)
        return
    assert len(table) == n
    for event in table:
        assert event.earliest <= event.latest


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=60))
def test_any_file_is_read_or_refused_in_one_line(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"date,asset\n2022-02-15,RUB\n" + content)
    try:
        read_events(path)
    except EventStudyError as error:
        assert "\n" not in str(error)


def test_a_column_is_the_same_whether_the_frame_was_made_or_not() -> None:
    def table() -> EventTable:
        return read_events(
            pd.DataFrame(
                {
                    "date": ["2022-02-15", "2022-02-16"],
                    "asset": ["RUB; WTI", ""],
                    "note": ["pullback", None],
                    "rank": pd.array([1, None], dtype="Int64"),
                }
            ),
            tz="Europe/Moscow",
        )

    read, shown = table(), table()
    through = EventTable(shown.to_frame())
    assert read.columns == through.columns
    for name in read.columns:  # before anything asks for a frame
        before, after = read.array(name), through.array(name)
        assert before.dtype == after.dtype, name
        assert [str(v) for v in before] == [str(v) for v in after], name
    pd.testing.assert_frame_equal(read.to_frame(), shown.to_frame())


def test_a_table_keeps_what_it_read() -> None:
    frame = pd.DataFrame({"date": ["2022-02-15"], "asset": ["RUB"], "rank": np.array([1.0])})
    events = read_events(frame)
    frame["rank"].array[0] = 9.0
    frame.loc[0, "rank"] = 8.0
    assert events[0].extra == {"rank": 1.0}
    with pytest.raises(ValueError, match="read-only"):
        events.array("assets")[0] = ("BRENT",)


def test_a_comma_is_part_of_an_assets_name() -> None:
    frame = pd.DataFrame({"date": ["2022-02-15", "2022-02-16"], "asset": ["Apple, Inc.", "Apple, Inc.; RUB|BRENT"]})
    assert [event.assets for event in read_events(frame)] == [("Apple, Inc.",), ("Apple, Inc.", "RUB", "BRENT")]


ROWS = """\
{"date": "2022-02-15", "asset": "0700", "n": 1, "tags": ["a"], "": null}

{"asset": "NA", "date": "2022-02-16"}
"""


@pytest.mark.parametrize("name", ["events.jsonl", "events.ndjson", "events.json", "EVENTS.JSON"])
def test_json_is_read_as_a_table(tmp_path, name) -> None:
    path = tmp_path / name
    lines = [line for line in ROWS.split("\n") if line]
    path.write_text(ROWS if "l" in name or "nd" in name else f"[{', '.join(lines)}]", encoding="utf-8")
    first, second = read_events(path)
    assert (first.assets, second.assets) == (("0700",), ("NA",))
    assert first.earliest == utc("2022-02-15") and second.precision == "date"
    assert first.extra["n"] == 1 and first.extra["tags"] == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"date": "2022-02-15"}\n{"date":\n', "line 2 is not valid JSON"),
        ("[1, 2]", "item 1 is not an object"),
        ("[", "is not valid JSON"),
        ("", "no column 'time' or 'date'; found no column at all"),
        ('{"when": "2022-02-15"}', "no column 'time' or 'date'; found 'when'"),
    ],
)
def test_broken_json_says_where(tmp_path, text, said) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_events(path)


def test_an_index_with_a_name_is_a_column() -> None:
    frame = pd.DataFrame({"date": ["2022-02-15", "2022-02-16"], "asset": "RUB"}, index=pd.Index(["a", "b"], name="id"))
    assert [event.event_id for event in read_events(frame)] == ["a", "b"]
    by_date = frame.reset_index(drop=True).set_index("date")
    assert [event.earliest for event in read_events(by_date)] == [utc("2022-02-15"), utc("2022-02-16")]
    plain = frame.rename_axis(None)
    assert [event.event_id for event in read_events(plain)] == ["e1", "e2"] and "index" not in read_events(plain)[
        0
    ].extra


def test_a_column_of_dates_holds_dates_in_any_zone() -> None:
    days = pd.to_datetime(["2022-02-15", None], utc=True)
    frame = pd.DataFrame({"date": days, "time": [None, "2022-02-15 11:05"]})
    first, second = read_events(frame, tz="America/New_York")
    assert (first.precision, first.earliest) == ("date", utc("2022-02-15T05:00"))
    assert second.precision == "instant"
    arrow = pd.DataFrame({"date": days[:1].astype("timestamp[ns, UTC][pyarrow]")})
    assert read_events(arrow, tz="America/New_York")[0].earliest == utc("2022-02-15T05:00")
    clocks = pd.DataFrame({"date": pd.to_datetime(["2022-02-15T00:00Z", "2022-02-15T11:05Z"])})
    assert [event.precision for event in read_events(clocks)] == ["instant", "instant"]
    times = pd.DataFrame({"time": pd.to_datetime(["2022-02-15T00:00Z"])})
    assert read_events(times)[0].precision == "instant"


def test_messages_speak_of_the_tables_own_columns_and_stay_short() -> None:
    with pytest.raises(DataError, match="found 'asset', 'Firm'"):
        read_events(pd.DataFrame({"asset": ["RUB"], "Firm": ["x"]}))
    with pytest.raises(DataError, match="found no column at all"):
        read_events(pd.DataFrame())
    with pytest.raises(DataError, match=r"column 'date': 44607 is no date or time; date_format='excel' has no % in it"):
        read_events(pd.DataFrame({"date": [44607]}), date_format="excel")
    with pytest.raises(DataError) as caught:
        read_events(pd.DataFrame({"date": ["x" * 5000], "y" * 5000: 1}))
    assert len(str(caught.value)) < 400
    with pytest.raises(DataError) as caught:
        read_events(pd.DataFrame({"y" * 5000: ["x" * 5000]}))
    assert len(str(caught.value)) < 400
    with pytest.raises(DataError, match=r"'1,5' is no number; write it as 1\.5"):
        read_events(pd.DataFrame({"date": ["2022-02-15"], "intensity": ["1,5"]}))


GERMAN = """Datum;asset;intensity;Marktwert;Anteil;Code;Notiz;date
x;RUB;1,5;1.250,75;,5;0700;Apple, Inc.;2022-02-15
y;RUB;-2;-3;1,25e1;0005;1,5;2022-02-16
z;RUB;;;;;;2022-02-17
"""


def test_numbers_of_a_table_whose_decimal_sign_is_a_comma(tmp_path) -> None:
    (tmp_path / "ereignisse.csv").write_text(GERMAN)
    frame = read_events(tmp_path / "ereignisse.csv", decimal=",", thousands=".").to_frame()
    nan = float("nan")
    np.testing.assert_array_equal(frame["intensity"], [1.5, -2.0, nan])
    np.testing.assert_array_equal(frame["Marktwert"], [1250.75, -3.0, nan])
    np.testing.assert_array_equal(frame["Anteil"], [0.5, 12.5, nan])
    # Whole numbers may be names, and a column of words stays words.
    assert frame["Code"].tolist() == ["0700", "0005", ""]
    assert frame["Notiz"].tolist() == ["Apple, Inc.", "1,5", ""]
    # Nothing of this without the option, and no text but a number is read: 1.25 is none where a comma is the sign.
    (tmp_path / "punkt.csv").write_text(GERMAN.replace("1,5", "1.5"))
    assert read_events(tmp_path / "punkt.csv").to_frame()["Marktwert"].tolist() == ["1.250,75", "-3", ""]
    with pytest.raises(DataError, match=r"row 1, column 'intensity': '1\.5' is no number; numbers have decimal=','"):
        read_events(tmp_path / "punkt.csv", decimal=",")
    with pytest.raises(DataError, match=r"'1,5' is no number; write it as 1\.5, or say decimal=','"):
        read_events(tmp_path / "ereignisse.csv")
    # Numbers of a frame are numbers already.
    held = read_events(pd.DataFrame({"date": ["2022-02-15"], "size": [1.5], "intensity": [2.5]}), decimal=",")
    assert (held.array("size")[0], held.array("intensity")[0]) == (1.5, 2.5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"decimal": "x"}, "decimal='x' is no decimal sign"),
        ({"decimal": ""}, "decimal='' is no decimal sign"),
        ({"decimal": ",", "thousands": ","}, "decimal and thousands are both ','"),
        ({"thousands": "0"}, "thousands='0' is no sign"),
        ({"decimal": 3}, "decimal=3"),
        ({"decimal": ","}, "decimal=',' is the delimiter of events.csv too"),
    ],
)
def test_signs_of_numbers_that_cannot_be_are_refused(tmp_path, options, words) -> None:
    (tmp_path / "events.csv").write_text("date,asset,intensity\n2022-02-15,RUB,1.5\n")
    with pytest.raises(SpecError, match=words):
        read_events(tmp_path / "events.csv", **options)


def test_a_table_of_events_saved_by_pandas_reads_again(tmp_path) -> None:
    frame = pd.DataFrame({"date": ["2022-02-15"] * 4, "asset": ["Apple, Inc.", "RUB;BRENT", None, "(A) x [B]"]})
    table = read_events(frame, tz="Europe/Moscow")
    table.to_frame().to_csv(tmp_path / "events.csv", index=False)
    again = read_events(tmp_path / "events.csv")
    assert [e.assets for e in again] == [e.assets for e in table]
    assert [e.earliest for e in again] == [e.earliest for e in table]
    odd = pd.DataFrame(
        {"date": ["2022-02-15"] * 4, "asset": ["(A)", "['RUB', \"it's\"]", "[1, 2", "(" * 5000 + ")" * 5000]}
    )
    assert [e.assets for e in read_events(odd)][:3] == [("(A)",), ("RUB", "it's"), ("[1, 2",)]


def test_a_direction_that_no_event_has_is_told_with_those_that_they_have():
    events = read_events(pd.DataFrame({"date": ["2022-02-15"] * 2, "asset": ["RUB"] * 2, "direction": ["win", "loss"]}))
    assert len(events.filter(direction="win")) == 1
    assert len(events.filter(direction="escalation")) == 0
    with pytest.raises(SpecError, match=r"direction='wim' is not one of 'win', 'loss', 'de-escalation'.*'win'"):
        events.filter(direction="wim")
