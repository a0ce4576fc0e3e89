"""The report says what the frames say, in order, escaped, in one file, the same bytes every time."""

from __future__ import annotations

import re
from types import SimpleNamespace
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

import eventstudy as es
from eventstudy.errors import SpecError
from eventstudy.events.records import Event, Span
from eventstudy.events.tables import EventTable
from eventstudy.news.article import Article
from eventstudy.report import write_report
from eventstudy.report.answer import answer
from eventstudy.report.content import gather
from eventstudy.report.figures import write_figures as write_drawn
from eventstudy.report.markdown import render_markdown
from eventstudy.report.methods import methods, references, references_in
from eventstudy.report.passages import mark, quoted_span
from eventstudy.report.svg import THEME, inline_svg
from eventstudy.report.tables import MAX_ROWS, from_frame
from eventstudy.results.summary import narrow_intervals
from tests._report_frames import EVENTS, Page, event_frame, fake_result, price_series

TEXT = "It rained. <script>alert(1)</script> Troops left the border & went home. Talks go on."


def example(**changes):
    start = TEXT.index("Troops")
    stop = TEXT.index("home.") + 5
    events = []
    for event_id, day, direction, title in EVENTS:
        moment = pd.Timestamp(day, tz="UTC")
        own = event_id == "e06"
        events.append(
            Event(
                event_id=event_id,
                earliest=moment,
                latest=moment + pd.Timedelta("8h"),
                direction="escalation" if direction == "mixed" else direction,
                kind="RETREAT",
                title=title,
                quote=TEXT[start:stop] if own else f"quoted {title}",
                article_id="a1" if own else "",
                spans=(Span("kind", start, start + 11),) if own else (),
            )
        )
    events.append(Event(event_id="p1", earliest=moment, latest=moment, modality="planned"))
    article = Article(TEXT, "2022-02-15", title="<b>Pullback</b>", source="A & B", url="javascript:x", article_id="a1")
    held = {"events": EventTable.from_items(events), "articles": [article], "diagnose": lambda: ["Windows overlap."]}
    return fake_result(**(held | changes))


@pytest.fixture(scope="module")
def page_text(tmp_path_factory) -> str:
    path = write_report(example(), tmp_path_factory.mktemp("page") / "r.html", prices=price_series().to_frame())
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(page_text) -> Page:
    return Page(page_text)


def test_sections_stand_in_their_order(page) -> None:
    anchors = [a["id"] for a in page.all("section")]
    assert anchors == [
        "answer", "events", "accounting", "model", "figures", "tables", "tests", "robustness", "methods", "provenance",
    ]  # fmt: skip


def test_the_page_is_alone_and_runs_nothing(page, page_text) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "img"}
    for _, attrs in page.tags:
        for key, value in attrs.items():
            assert not key.startswith("on")
            if key in ("src", "href", "xlink:href"):
                assert (value or "").startswith("#")
    assert "default-src 'none'" in page_text
    assert "@import" not in page_text


def test_ids_are_unique_and_every_reference_lands(page) -> None:
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for _, attrs in page.tags:
        for key, value in attrs.items():
            if key in ("href", "xlink:href"):
                assert (value or "")[1:] in known
            if key == "aria-labelledby":
                assert set((value or "").split()) <= known
            for target in re.findall(r"url\(#([^)]+)\)", value or ""):
                assert target in known


def test_headings_go_down_one_level_at_a_time(page) -> None:
    level = 0
    for tag, _ in page.tags:
        if re.fullmatch("h[1-6]", tag):
            assert int(tag[1]) <= level + 1
            level = int(tag[1])


def test_tables_and_figures_have_names(page) -> None:
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    pictures = [a for a in page.all("svg") if a.get("role") == "img"]
    assert len(pictures) == len(page.all("figure")) >= 10
    assert page.all("html")[0]["lang"] == "en"


def test_what_an_article_says_shows_as_text(page, page_text) -> None:
    assert "<script>" not in page_text
    assert "alert(1)" in "".join(page.words)
    assert page.marked == "Troops left the border & went home."
    assert "javascript:" not in "".join(str(a.get("href")) for a in page.all("a"))


def test_same_inputs_same_bytes_wherever_written(tmp_path) -> None:
    one = write_report(example(), tmp_path / "one" / "a.html").read_bytes()
    two = write_report(example(), tmp_path / "another folder" / "b.html").read_bytes()
    assert one == two
    assert str(tmp_path).encode() not in one


def test_markdown_has_its_figures_beside_it(tmp_path) -> None:
    path = write_report(example(), tmp_path / "r 1.md")
    text = path.read_text(encoding="utf-8")
    linked = [unquote(link) for link in re.findall(r"\]\((r%201_figures/[^) ]+)\)", text)]
    assert len(linked) >= 9
    assert all((tmp_path / name).is_file() for name in linked)
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "**Troops left the border & went home.**" in text


def test_reports_in_one_folder_keep_their_own_figures(tmp_path) -> None:
    write_report(example(), tmp_path / "a.md")
    before = {p.name: p.read_bytes() for p in (tmp_path / "a_figures").iterdir()}
    write_report(example(), tmp_path / "b.md", windows=[(0, 1)])
    assert before and {p.name: p.read_bytes() for p in (tmp_path / "a_figures").iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.md", "a_figures", "b.md", "b_figures"]


def test_markdown_tables_keep_their_columns() -> None:
    frame = pd.DataFrame({"a|b": ["x|y", "new\nline"], "n": [1, 2]})
    content = gather(example())
    table = from_frame(frame, "t", "caption")
    text = render_markdown(_with(content, dropped=table), "figures")
    for line in text.splitlines():
        if line.startswith("|") and "x\\|y" in line:
            assert len(re.findall(r"(?<!\\)\|", line)) == 3
            return
    raise AssertionError("the row is missing")


def _with(content, **changes):
    import dataclasses

    return dataclasses.replace(content, **changes)


def test_pairs_in_are_used_merged_or_dropped() -> None:
    content = gather(example())
    assert content.accounting.startswith("26 event-asset pairs went in: 24 used, 1 counted")
    assert content.dropped is not None and len(content.dropped.rows) == 1
    assert content.merged is not None and len(content.merged.rows) == 1
    assert "1 planned" in content.set_aside


def test_the_answer_gives_the_frames_numbers() -> None:
    studied, moved, sure = gather(example()).answer
    events = event_frame()
    assert "9 headlines from 2021-12-07 to 2022-02-21 made 8 events" in studied  # 8 rows' own and 1 merged
    assert "4 de-escalating, 3 escalating and 1 mixed" in studied
    mean = events[(events["asset"] == "RUB") & (events["direction"] == "de-escalation")]["car"].mean()
    assert f"RUB {100 * mean:+.2f}\N{NO-BREAK SPACE}%" in moved
    assert f"{(events['p_value'] < 0.05).sum()} of 24 reactions" in sure


def test_one_event_is_told_as_borderline_evidence() -> None:
    one = event_frame().head(1)
    said = answer(one, pd.DataFrame(), "(0, 0)", 0)
    assert len(said) == 3
    assert "borderline" in said[2]
    assert f"{100 * one['car'].iloc[0]:+.2f}".replace("-", "\N{MINUS SIGN}") in said[1]


def test_one_event_is_told_by_the_test_that_the_tables_give() -> None:
    example_ = es.load_example("ukraine-2022")
    study = es.EventStudy({"RUB": es.MarketModel("EM_FX")}, event_window=(-1, 1), estimation_window=(-120, -11))
    day = pd.DataFrame({"date": ["2022-02-15"], "title": ["Units return"], "direction": ["de-escalation"]})
    result = study.run(es.read_events(day), example_.prices)
    row = result.summary([(0, 0)]).table.iloc[0]
    said = gather(result, windows=[(0, 0)]).answer
    assert said[0] == "One headline on 2022-02-15 (de-escalating) was studied on RUB."
    assert f"p = {row['p_value']:.3f} by {row['test']}" in said[1]
    assert f"{100 * row['ci_high']:+.2f}" in said[1]


def test_many_assets_are_told_together(tmp_path) -> None:
    drawn = es.simulate(12, seed=3)
    returns = pd.DataFrame(drawn.returns, index=pd.bdate_range("2018-01-01", periods=len(drawn.returns)))
    returns.columns = [f"F{k}" for k in range(12)]
    events = pd.DataFrame({"date": returns.index[drawn.positions[:, 0]], "asset": returns.columns})
    study = es.EventStudy(es.MeanAdjusted(), event_window=(-2, 2), estimation_window=(-120, -11), date_only="first")
    result = study.run(es.read_events(events), es.PricePanel(100 * np.exp(returns.cumsum())))
    row = result.summary([(0, 0)], by="direction").table.iloc[0]
    moved = gather(result, windows=[(0, 0)]).answer[1]
    assert "over all 12 assets" in moved
    assert f"{100 * row['mean_car']:+.2f}".replace("-", "\N{MINUS SIGN}") in moved
    assert "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}12" in moved
    names = [f.name for f in gather(result, windows=[(0, 0)]).figures]
    assert names[:3] == ["groups", "caar-all-assets", "distribution"]
    assert not [n for n in names if n.startswith(("cars-", "timeline-", "caar-f"))]


def test_a_handful_of_events_against_ordinary_days_is_warned_of() -> None:
    table = pd.DataFrame({"asset": ["RUB", "WTI"], "test": ["placebo", "placebo"], "n": [2, 9], "p_value": [0.01, 0.2]})
    assert "RUB. So few" in narrow_intervals(table, ["asset"])[0]
    assert not narrow_intervals(table.assign(n=9), ["asset"])
    assert not narrow_intervals(table.assign(test="bmp_t"), ["asset"])


def test_nothing_left_is_said_and_not_hidden(tmp_path) -> None:
    empty = event_frame().head(0)
    result = fake_result(to_frame=lambda view="event": empty, summary=None, tests=None)
    text = write_report(result, tmp_path / "r.html").read_text()
    assert "Nothing could be estimated: 1 event-asset pair dropped" in text


def test_featured_event_is_checked_and_not_chosen_by_its_size() -> None:
    with pytest.raises(SpecError, match="did you mean 'e06'"):
        gather(example(), feature="e6")
    frame = event_frame()
    frame["n_headlines"] = np.where(frame["event_id"] == "e03", 5, 1)
    other = example()
    plain = other.to_frame
    other.to_frame = lambda view="event": frame if view == "event" else plain(view)
    captions = [f.caption for f in gather(other).figures if f.name.startswith("event-")]
    assert captions and all("Embassy families" in c for c in captions)


@pytest.mark.parametrize("name", ["report.doc", "report", "report.pdf"])
def test_unknown_form_is_one_clear_error(name, tmp_path) -> None:
    with pytest.raises(SpecError, match=r"\.html, \.md or \.ipynb"):
        write_report(example(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_figures_are_named_and_written_as_svg_and_png(tmp_path) -> None:
    content = gather(example())
    chosen = tuple(f for f in content.figures if f.name in ("groups", "cars-brent"))
    names = {p.name for p in write_drawn(chosen, tmp_path)}
    assert names == {"groups.svg", "groups.png", "cars-brent.svg", "cars-brent.png"}
    assert len({f.name for f in content.figures}) == len(content.figures)


def test_long_tables_say_how_much_they_show() -> None:
    table = from_frame(pd.DataFrame({"n": range(MAX_ROWS + 7)}), "t", "caption")
    assert table is not None
    assert len(table.rows) == MAX_ROWS
    assert f"first {MAX_ROWS} of {MAX_ROWS + 7} rows" in table.note


def test_marked_pieces_are_the_texts_own_characters() -> None:
    text = "a" * 3000 + " one two three four " + "b" * 3000
    start = text.index("one")
    found = [(1, start, start + 13), (2, start + 4, start + 18)]  # "one two three", "two three four"
    pieces = mark(text, found)
    assert "".join(p.text for p in pieces if 1 in p.events) == "one two three"
    assert "".join(p.text for p in pieces if 2 in p.events) == "two three four"
    assert [n for p in pieces for n in p.opens] == [1, 2]
    assert sum(len(p.text) for p in pieces) < 1200


def test_context_ends_with_a_sentence_where_it_can() -> None:
    text = "The quote. " + "It went on for a while after that, day after day, and then stopped. " + "word " * 200
    assert mark(text, [(1, 0, 10)])[1].text.rstrip().endswith("and then stopped. […]")


def test_without_ellipsis_a_short_text_is_whole() -> None:
    text = "Before. The quote. After."
    assert "".join(p.text for p in mark(text, [(1, 8, 18)])) == text


@pytest.mark.parametrize(
    ("quote", "spans", "expected"),
    [
        ("Troops left.", [("kind", 21, 27)], (21, 33)),
        ("Troops left.", [], (8, 20)),
        ("not there", [("kind", 8, 14), ("time", 15, 19)], (8, 19)),
        ("", [("kind", 8, 999)], None),
        ("", [], None),
    ],
)
def test_quotation_is_found_where_its_evidence_lies(quote, spans, expected) -> None:
    assert quoted_span("It rain Troops left. Troops left.", quote, spans) == expected


def test_methods_name_what_the_spec_says_and_cite_it() -> None:
    spec = {"returns": "log", "estimation_window": (-120, -11), "gaps": "maynes-rumsey", "models": {"RUB": "a model"}}
    facts = {"n_rows": 3, "n_events": 1, "assets": ["RUB"], "windows": ["(0, 0)"],
             "tests": [("patell_z", "Patell 1976")]}  # fmt: skip
    text = " ".join(methods(spec, facts))
    assert "sessions -120 to -11" in text
    found = references_in([text])
    assert [r.split(",")[0] for r in found] == ["Holm", "MacKinlay", "Maynes", "Patell"]


def test_no_work_that_a_test_or_model_cites_is_lost() -> None:
    from eventstudy.inference import registered_tests

    for reference in {spec.reference for spec in registered_tests()} | {"Nobody 1901; Brown, Warner 1980, 1985"}:
        works = len(re.findall(r"\d{4}", reference))
        assert len(references_in([], [reference])) == works, reference


def test_every_reference_is_of_its_author_and_year() -> None:
    for key, full in references().items():
        year = key.split()[-1]
        assert f"({year})" in full, key
        assert full.split(",")[0].translate(str.maketrans("öü", "ou")) == key.split(",")[0].split()[0]


def test_a_mean_that_hangs_on_one_event_is_said() -> None:
    events = event_frame()
    rows = (events["asset"] == "RUB") & (events["direction"] == "de-escalation")
    events.loc[rows, "car"] = [0.01, 0.01, 0.02, -0.20]
    result = example()
    plain = result.to_frame
    result.to_frame = lambda view="event": events if view == "event" else plain(view)
    said = [line for line in gather(result).cautions if "hangs on one event" in line]
    # Without the last one the mean of 1, 1 and 2 % is 4 / 3 %.
    assert len(said) == 1  # the others' mean has a standard error of 1/3 %, so the step is sixteen of those
    assert "RUB, de-escalation" in said[0] and "+1.33" in said[0]


def test_feature_may_be_named_by_its_day() -> None:
    captions = [f.caption for f in gather(example(), feature="2022-02-21").figures if f.name.startswith("event-")]
    assert captions and all("Two regions recognised" in c for c in captions)


def test_inline_figures_use_the_pages_colours_and_no_style_sheet() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt"><metadata/>'
        '<defs><style>*{x:y}</style></defs><g id="a"><path id="p" clip-path="url(#c)" style="fill: #0072b2"/></g>'
        '<clipPath id="c"/></svg>'
    )
    out = inline_svg(svg, "f1", "T <1>", "D & d")
    assert "style>" not in out and "metadata" not in out
    assert 'id="f1-a"' in out and "url(#f1-c)" in out
    assert f"var(--es-{THEME['#0072b2'][0]}, #0072b2)" in out
    assert "T &lt;1&gt;" in out and 'width="10pt"' not in out


def test_a_result_with_little_still_makes_a_page(tmp_path) -> None:
    frames = {"event": event_frame(), "event_day": None, "day": None}
    bare = SimpleNamespace(
        to_frame=lambda view="event": frames[view] if frames[view] is not None else pd.DataFrame(), spec={}
    )
    Page(write_report(bare, tmp_path / "r.html").read_text())
