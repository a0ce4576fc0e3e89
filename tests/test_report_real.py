"""The report of real results: one event, many, without direction, with hostile words, pickled."""

from __future__ import annotations

import dataclasses
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import eventstudy as es
from eventstudy.errors import EventStudyError
from eventstudy.report import write_report
from eventstudy.report.content import gather
from tests._report_frames import Page

HOSTILE = '<script>alert("x")</script> $\\frac{ & "quoted" \x07 | `x` ‮abc 标题'


@pytest.fixture(scope="module")
def prices():
    return es.load_example("ukraine-2022").prices


def run(events: list[es.Event], prices, **options) -> es.StudyResult:
    models = {"RUB": es.MarketModel("EM_FX"), "WTI": es.MeanAdjusted()}
    options = {"event_window": (-2, 2), "estimation_window": (-80, -11)} | options
    return es.EventStudy(models, **options).run(es.EventTable.from_items(events), prices)


def events_on(days: list[str], **changes) -> list[es.Event]:
    moments = [pd.Timestamp(day, tz="UTC") for day in days]
    return [
        es.Event(**({"event_id": f"e{i}", "earliest": t, "latest": t, "title": f"Headline {i}"} | changes))
        for i, t in enumerate(moments)
    ]


def test_one_event_is_a_whole_page(prices, tmp_path) -> None:
    result = run(events_on(["2021-09-14 09:00"], assets=("RUB",)), prices)
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    Page(text)
    one = result.to_frame("event").iloc[0]
    assert f"t = {one['t']:.2f}".replace("-", "\N{MINUS SIGN}") in text
    assert "borderline" in text


def test_events_without_a_direction_are_told_as_one_group(prices) -> None:
    days = pd.bdate_range("2021-06-01", periods=12, freq="10B").strftime("%Y-%m-%d 08:00").tolist()
    content = gather(run(events_on(days), prices))
    assert "overall RUB" in content.answer[1]
    assert content.differences is None
    assert "de-escalating" not in " ".join(content.answer)


def test_captions_speak_of_the_directions_that_there_are_and_count_in_words(prices, tmp_path) -> None:
    days = ["2021-08-10 08:00", "2021-09-14 09:00"]
    one = gather(run(events_on(days[:1], assets=("RUB",), direction="up"), prices, event_window=(-2, 2)))
    told = " ".join(f"{figure.caption} {figure.alt}" for figure in one.figures)
    assert "estimated apart" not in told and "scalat" not in told
    assert "1 event with intervals" in told and "1 events" not in told
    two = [events_on(days, assets=("RUB",), direction=d)[i] for i, d in enumerate(("up", "down"))]
    told = " ".join(figure.caption for figure in gather(run(two, prices)).figures)
    assert "Sessions of each direction are estimated apart." in told
    table = write_report(run(two, prices), tmp_path / "r.md").read_text(encoding="utf-8").replace("\xa0", " ")
    sizes = re.findall(r"Residual s\.d\..*\n.*\n((?:\|.*\n)+)", table)[0].splitlines()
    for row in sizes:  # a standard deviation has no sign
        assert re.fullmatch(r"\d+\.\d+ %", row.split("|")[7].strip()), row


def test_group_means_are_those_of_the_summary(prices) -> None:
    days = pd.bdate_range("2021-06-01", periods=12, freq="10B").strftime("%Y-%m-%d 08:00").tolist()
    events = [
        dataclasses.replace(e, direction=("escalation", "de-escalation")[i % 2]) for i, e in enumerate(events_on(days))
    ]
    result = run(events, prices)
    content = gather(result, windows=[(0, 1)])
    expected = result.summary([(0, 1)]).table
    table = next(t for t in content.tables if t.name == "groups")
    shown = {(row[0], row[1]): row[table.columns.index("CAR")] for row in table.rows}
    for row in expected.to_dict("records"):
        written = f"{100 * row['mean_car']:+.2f}".replace("-", "\N{MINUS SIGN}") + "\N{NO-BREAK SPACE}%"
        assert shown[row["asset"], row["direction"]] == written
    cars = result.to_frame("event", window=(0, 1)).groupby(["asset", "direction"])["car"].mean()
    np.testing.assert_allclose(expected.set_index(["asset", "direction"])["mean_car"], cars[shown.keys()], rtol=1e-12)


def test_the_intervals_of_a_report_are_of_the_level_of_the_study_and_called_so(prices, tmp_path) -> None:
    days = pd.bdate_range("2021-06-01", periods=6, freq="10B").strftime("%Y-%m-%d 08:00").tolist()
    half = dataclasses.replace(run(events_on(days, assets=("RUB",)), prices), level=0.5)
    (table,) = [t for t in gather(half, windows=[(0, 1)]).tables if t.name == "cars-0"]
    told = [row[table.columns.index("50 % interval")] for row in table.rows]
    assert len(told) == 6
    for (_, row), cell in zip(half.to_frame("event", window=(0, 1)).iterrows(), told, strict=True):
        low, high = 100 * (row["car"] + row["se"] * stats.t.ppf([0.25, 0.75], row["dof"]))
        assert cell.replace("\N{MINUS SIGN}", "-").split() == [f"{low:+.2f}", "to", f"{high:+.2f}", "%"]
    text = write_report(half, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "with its 50 % interval was" in text
    assert "with 50 % intervals" in text
    assert "50 % from" in text
    # 95 % is only the range of one session in the figures of single events, which are of no level.
    assert set(re.findall(r".{20}95 %.{10}", text)) <= set(re.findall(r".{20}95 % range.{4}", text))
    by_group = half.summary([(0, 1)], by=("asset", "direction")).table.iloc[0]
    (groups,) = [t for t in gather(half, windows=[(0, 1)]).tables if t.name == "groups"]
    shown = groups.rows[0][groups.columns.index("50 % from")]
    assert shown.replace("\N{MINUS SIGN}", "-").split() == [f"{100 * by_group['ci_low']:+.2f}", "%"]


def test_hostile_words_stay_words_in_every_form(prices, tmp_path) -> None:
    days = ["2021-09-14 09:00", "2021-10-20 09:00", "2021-11-18 09:00"]
    events = events_on(days, title=HOSTILE, kind=HOSTILE, quote=HOSTILE, speaker=HOSTILE)
    result = run(events, prices).with_context(
        provenance={"command": "</pre><script>x</script>", "inputs": {HOSTILE: "1"}}
    )
    text = write_report(result, tmp_path / "r.html", title=HOSTILE).read_text(encoding="utf-8")
    Page(text)
    assert "<script" not in text
    markdown = write_report(result, tmp_path / "r.md", title=HOSTILE).read_text(encoding="utf-8")
    outside = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)<script", outside)


def test_names_are_unique_and_every_pair_is_accounted_for(prices) -> None:
    late = ["2022-03-20 09:00"]  # after the ruble's last price
    result = run(events_on(["2021-09-14 09:00", "2021-09-14 10:00", *late]), prices)
    content = gather(result, prices=prices)
    tables = [content.audit, content.dropped, content.merged, content.options, content.models, content.events]
    tables += [*content.tables, *(b.table for b in content.tests), *content.robustness, content.provenance]
    for names in ([t.name for t in tables if t is not None], [f.name for f in content.figures]):
        assert len(names) == len(set(names))
    n = result.n_in
    assert content.accounting.startswith(f"{n} event-asset pairs went in: {len(result)} used")
    assert n == len(result) + len(result.merged) + len(result.dropped)
    assert any(f.name == "timeline-rub" for f in content.figures)


def test_a_pickled_result_says_what_it_needs(prices, tmp_path) -> None:
    result = pickle.loads(pickle.dumps(run(events_on(["2021-09-14 09:00"]), prices)))
    with pytest.raises(EventStudyError, match="attach"):
        write_report(result, tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()


def test_many_events_stay_readable(prices) -> None:
    days = pd.bdate_range("2020-09-01", periods=150, freq="2B").strftime("%Y-%m-%d 08:00").tolist()
    result = run(events_on(days, assets=("WTI",)), prices, event_window=(0, 0))
    content = gather(result)
    forest = next(f for f in content.figures if f.name == "cars-wti")
    assert "The last 40 of" in forest.caption
    assert len(forest.drawn().axes[0].get_yticklabels()) == 40


def test_a_report_says_what_it_was_made_from_and_how_to_make_it_again(prices) -> None:
    import numpy

    result = run(events_on(["2021-09-14 09:00"], assets=("RUB",)), prices)
    content = gather(result)
    told = dict(content.provenance.rows)
    assert f"numpy {numpy.__version__}" in told["versions"]
    assert f"market-reaction {es.__version__}" in told["versions"]
    assert dict(gather(run(events_on(["2021-09-14 09:00"], assets=("RUB",)), prices)).provenance.rows) == told
    other = dict(gather(run(events_on(["2021-09-15 09:00"], assets=("RUB",)), prices)).provenance.rows)
    assert {k for k in told if told[k] != other[k]} >= {"returns used", "abnormal returns"}
    names = {name: getattr(es, name) for name in es.__all__}
    exec(content.command, names | {"prices": prices, "events": result.events}, made := {})
    assert made["study"] == result.study
    pd.testing.assert_frame_equal(made["result"].to_frame("event"), result.to_frame("event"))
