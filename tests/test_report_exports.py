"""Tables leave the library whole: every number back from every format, text as text, the same bytes twice."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import SpecError
from eventstudy.results.exports import flat, to_excel, to_latex, to_markdown, write_table
from tests._report_frames import event_day_frame, event_frame

EXACT = 0.0  # formats that keep every bit of a number
EXCEL = 4e-16  # Excel holds sixteen significant digits


def hostile() -> pd.DataFrame:
    frame = event_frame().head(4).copy()
    frame["title"] = ["=HYPERLINK(1)", "a & b_c % $ # {x} ~ ^ \\ <", "标题 Кремль", "[x] | y\nz\x07"]
    frame["assets"] = pd.Series([("RUB", "WTI"), (), ("BRENT",), ("RUB",)], dtype=object).to_numpy()
    frame.loc[frame.index[1], "car"] = np.nan
    return frame


def test_flat_keeps_numbers_and_joins_tuples() -> None:
    frame = flat(hostile())
    assert frame["assets"].tolist() == ["RUB;WTI", "", "BRENT", "RUB"]
    pd.testing.assert_series_equal(frame["car"], hostile()["car"].reset_index(drop=True))
    assert "\x07" not in frame["title"].iloc[3]


def test_excel_gives_back_every_number_and_no_formula(tmp_path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    frame = hostile()
    path = to_excel({"events": frame, "days: all?": event_day_frame()}, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["events", "days  all "]
    back = pd.read_excel(path, sheet_name="events")
    for name in ("car", "se", "t", "p_value", "ci_low"):
        np.testing.assert_allclose(back[name], frame[name], rtol=EXCEL)
    assert back["day0"].tolist() == frame["day0"].tolist()
    assert back["day0_instant"].tolist() == frame["day0_instant"].dt.tz_localize(None).tolist()
    sheet = book["events"]
    titles = next(column for column in sheet.iter_cols() if column[0].value == "title")
    assert [c.data_type for c in titles[1:]] == ["s"] * 4
    assert titles[1].value == "=HYPERLINK(1)"
    car = next(column for column in sheet.iter_cols() if column[0].value == "car")
    assert car[1].number_format == "0.00%"
    assert car[2].value is None  # a missing number is an empty cell
    assert sheet.freeze_panes == "A2"


def test_an_infinite_bound_is_not_a_missing_number(tmp_path) -> None:
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"ci_low": [-np.inf, np.nan, 0.5], "ci_high": [0.1, 0.2, np.inf]})
    back = pd.read_excel(to_excel({"t": frame}, tmp_path / "t.xlsx")).astype(float)
    pd.testing.assert_frame_equal(back, frame)
    back = pd.read_parquet(write_table(frame, tmp_path / "t.parquet"))
    pd.testing.assert_frame_equal(back, frame)


def test_stata_gives_back_every_number(tmp_path) -> None:
    frame = hostile().rename(columns={"r2": "a name with spaces, far longer than Stata's thirty-two characters"})
    back = pd.read_stata(write_table(frame, tmp_path / "t.dta"))
    for name in ("car", "se", "t", "dof", "p_value", "n_estimation"):
        np.testing.assert_allclose(back[name], frame[name], rtol=EXACT, atol=EXACT)
    assert pd.to_datetime(back["day0"]).tolist() == frame["day0"].tolist()
    assert back["title"].tolist()[2] == "标题 Кремль"
    assert all(re.fullmatch(r"\w{1,32}", c) for c in back.columns)
    assert len(back.columns) == len(frame.columns)


def test_parquet_gives_back_the_frame(tmp_path) -> None:
    frame = hostile()
    back = pd.read_parquet(write_table(frame, tmp_path / "t.parquet"))
    pd.testing.assert_frame_equal(back, flat(frame), check_dtype=False)
    assert str(back["day0_instant"].dtype).endswith("UTC]")


def test_csv_gives_back_every_number(tmp_path) -> None:
    frame = event_frame()
    back = pd.read_csv(write_table(frame, tmp_path / "t.csv"), dtype=str)
    for name in ("car", "se", "p_value"):
        # The shortest decimals that read back to the same numbers.
        np.testing.assert_allclose(back[name].astype(float), frame[name], rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("suffix", ["xlsx", "dta", "parquet", "tex", "md", "csv"])
def test_every_format_is_the_same_bytes_twice(suffix, tmp_path) -> None:
    if suffix == "xlsx":
        pytest.importorskip("openpyxl")
    one = write_table(hostile(), tmp_path / f"one.{suffix}").read_bytes()
    two = write_table(hostile(), tmp_path / "folder" / f"two.{suffix}").read_bytes()
    assert one == two


def test_an_empty_frame_can_be_written(tmp_path) -> None:
    for suffix in ("tex", "md", "csv", "parquet"):
        assert write_table(event_frame().head(0), tmp_path / f"t.{suffix}").is_file()


def test_latex_escapes_what_tex_would_run() -> None:
    text = to_latex(hostile()[["title", "car"]], caption="50 % & more", label="tab:a")
    assert r"a \& b\_c \% \$ \# \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{} \textless{}" in text
    assert r"\caption{50 \% \& more}" in text
    assert r"{[}x] | y z" in text
    body = text.split(r"\midrule")[1]
    assert all(line.endswith(r"\\") for line in body.strip().splitlines() if "&" in line)


def test_latex_numbers_are_percent_in_columns_of_their_width() -> None:
    frame = pd.DataFrame({"car": [-0.1234, 0.01, np.nan], "p_value": [0.0004, 0.5, np.nan], "n": [5, 12, 100]})
    text = to_latex(frame)
    assert "{S[table-format=-2.2]S[table-format=1.3]S[table-format=3]}" in text
    assert r"-12.34 & {$<$0.001} & 5 \\" in text  # no p-value is zero
    assert r"{--} & {--} & 100 \\" in text
    assert r"{CAR (\%)}" in text


def test_markdown_keeps_its_columns() -> None:
    lines = to_markdown(hostile()[["title", "car", "n_headlines"]]).splitlines()
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in lines)
    assert lines[1] == "| --- | ---: | ---: |"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: write_table(event_frame(), p / "t.pdf"), r"\.xlsx, \.dta"),
        (lambda p: to_excel({}, p / "t.xlsx"), "at least one sheet"),
    ],
)
def test_bad_input_is_one_clear_error(call, words, tmp_path) -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(SpecError, match=words):
        call(tmp_path)


def test_latex_heads_our_columns_in_words_and_others_as_they_are_called() -> None:
    ours = pd.DataFrame(
        {"direction": ["up"], "n": [3], "mean_car": [0.01], "p_value": [0.2], "estimation_window": ["x"]}
    )
    head = to_latex(ours).split("\n")[2]
    assert head == r"Direction & {n} & {Mean CAR (\%)} & {p} & Estimation window \\"
    theirs = pd.DataFrame({"my_model": ["a"], "Size_2%": [1.5], "k_1": [2]})
    assert to_latex(theirs).split("\n")[2] == r"my\_model & {Size\_2\%} & {k\_1} \\"
