"""Plain-text articles: headers, dates, spans of the body, and one clear error for each broken input."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from eventstudy.errors import NewsError
from eventstudy.news import Article, iter_news, read_news
from eventstudy.news.plain import parse_plain


def test_header_and_body(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "title: Pullback announced\npublished: 2022-02-15T11:23:00+03:00\nsource: Wire\nurl: https://x.org/1\n"
        "\nFirst sentence.\n\nSecond.\n",
        encoding="utf-8",
    )
    (a,) = read_news(path)
    assert a.text == "First sentence.\n\nSecond."
    assert (a.title, a.source, a.url) == ("Pullback announced", "Wire", "https://x.org/1")
    assert a.published_at.isoformat() == "2022-02-15T08:23:00+00:00"
    assert a.published_precision == "instant"


def test_fenced_header_and_markdown_title() -> None:
    a = parse_plain("---\ndate: 2022-02-15\ntz: Europe/Moscow\n---\n# The title\n\nBody.")
    assert (a.title, a.text, a.tz) == ("The title", "Body.", "Europe/Moscow")
    # The whole day in Moscow: it was public by midnight there, 21:00 UTC.
    assert a.published_at.isoformat() == "2022-02-15T21:00:00+00:00"
    assert a.published_precision == "date"


def test_a_first_line_by_itself_is_the_headline_and_stays_in_the_text() -> None:
    a = parse_plain("date 2020-03-06\n\nOil plunges as talks fail\n\nOil fell 9 percent on Friday.")
    assert a.title == "Oil plunges as talks fail"
    assert a.text.startswith("Oil plunges as talks fail\n\nOil fell")
    assert parse_plain("date 2020-03-06\n\nOil fell on Friday.\n\nGold rose.").title == ""


@pytest.mark.parametrize(
    ("line", "instant"),
    [
        ("07:30 UTC", "2019-09-16T07:30:00+00:00"),
        ("7:30 Z", "2019-09-16T07:30:00+00:00"),
        ("07:30:15 +03:00", "2019-09-16T04:30:15+00:00"),
        ("07:30 America/New_York", "2019-09-16T11:30:00+00:00"),
        ("07:30", "2019-09-16T05:30:00+00:00"),  # the reader's own zone
    ],
)
def test_a_clock_time_on_the_date_line_is_the_instant(line: str, instant: str) -> None:
    a = parse_plain(f"date 2019-09-16 {line}\nDrones strike a refinery\n\nDrones struck.", tz="Europe/Berlin")
    assert (a.published_precision, a.published_at.isoformat()) == ("instant", instant)
    assert (a.title, a.text[:13]) == ("Drones strike a refinery", "Drones strike")


def test_a_clock_time_in_the_first_sentence_stays_text_and_a_doubtful_zone_is_an_error() -> None:
    assert parse_plain("date 2019-09-16 07:30 was the hour of the strike.").text.startswith("07:30 was")
    with pytest.raises(NewsError, match="'IST' after 2019-09-16 07:30") as error:
        parse_plain("date 2019-09-16 07:30 IST\nDrones struck.")
    assert "Europe/Moscow" in str(error.value.hint)


def test_date_line_and_spans_count_from_the_body() -> None:
    a = parse_plain(" date 2022-02-15 Russia announced a pullback.\n\nMarkets rallied.")
    assert a.text == "Russia announced a pullback.\n\nMarkets rallied."
    assert a.published_date.isoformat() == "2022-02-15"


@pytest.mark.shared
def test_the_original_article(shared_dir: Path) -> None:
    (a,) = read_news(shared_dir / "seeds" / "2022-02-15_pullback_original.txt")
    assert a.text.startswith("Russia announced the start of a pullback")
    assert a.text.endswith("behind their assessments.")
    assert a.published_date.isoformat() == "2022-02-15"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("“ruble” rose".encode(), "“ruble” rose"),
        ("“ruble” rose".encode("utf-8-sig"), "“ruble” rose"),
        ("“ruble” rose".encode("utf-16"), "“ruble” rose"),
        ("“ruble” rose".encode("cp1252"), "“ruble” rose"),
        (b"Oil &amp; gas rose 2&#37;\r\nThen fell.", "Oil & gas rose 2%\nThen fell."),
    ],
)
def test_encodings_and_entities(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.txt.gz"
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    head = "published: 2022-02-15\n\n".encode(encoding)
    body = data[2:] if encoding == "utf-16" else data.removeprefix(b"\xef\xbb\xbf")
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    path.write_bytes(gzip.compress(bom + head + body))
    (a,) = read_news(path)
    assert a.text == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("   \n ", "is empty"),
        ("Just text without a date.", "no publication date"),
        ("published: 2022-02-15\n\n", "no text"),
        ("published: yesterday\n\nText.", "not an ISO 8601 date"),
        ("published: 2022-02-15\ntz: Mars/Base\n\nText.", "unknown time zone"),
    ],
)
def test_broken_articles_give_one_clear_error(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NewsError, match=message) as caught:
        read_news(path)
    assert "broken.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_folders_and_patterns(tmp_path: Path) -> None:
    with pytest.raises(NewsError, match="no file"):
        read_news(tmp_path / "none.txt")
    with pytest.raises(NewsError, match="no file matches"):
        read_news(str(tmp_path / "*.txt"))
    with pytest.raises(NewsError, match="no articles in the folder"):
        read_news(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"\x00\x01")
    with pytest.raises(NewsError, match="not a text file"):
        read_news(tmp_path / "a.txt")
    with pytest.raises(NewsError, match="cannot read news from"):
        read_news(3)


def test_a_broken_file_is_one_entry_in_the_list_of_errors(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i:02}.md").write_text("" if i == 7 else f"published: 2022-02-{i + 1:02}\n\nText {i}.")
    errors: list[NewsError] = []
    articles = list(iter_news(tmp_path, errors=errors))
    assert len(articles) == 19
    assert len(errors) == 1 and "07.md" in str(errors[0])


def test_the_same_article_has_the_same_id() -> None:
    a = parse_plain("published: 2022-02-15\n\nText.")
    b = parse_plain("published: 2022-02-15\n\nText.\n")
    assert isinstance(a, Article)
    assert a.article_id == b.article_id


def test_patterns_lists_and_folders_below_folders(tmp_path: Path) -> None:
    for name in ("a/one.md", "a/two.txt", "b/c/three.md", "b/c/notes.pdf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"title: {Path(name).stem}\npublished: 2022-02-15\n\nText.", encoding="utf-8")
    titles = {
        "folder": [a.title for a in read_news(tmp_path)],
        "pattern": [a.title for a in read_news(str(tmp_path / "**" / "*.md"))],
        "list": [a.title for a in read_news([tmp_path / "b", str(tmp_path / "a" / "t*.txt")])],
    }
    assert titles == {"folder": ["one", "two", "three"], "pattern": ["one", "three"], "list": ["three", "two"]}


@pytest.mark.parametrize(
    ("published", "instant"),
    [
        ("2022-02-15 15:30 Europe/Moscow", "2022-02-15T12:30:00+00:00"),
        ("2022-02-15 15:30+03:00", "2022-02-15T12:30:00+00:00"),
        ("2022-02-15T15:30:10 UTC", "2022-02-15T15:30:10+00:00"),
    ],
)
def test_the_header_takes_a_clock_and_its_zone(published: str, instant: str) -> None:
    a = parse_plain(f"published: {published}\n\nBody.")
    assert a.published_at.tz_convert("UTC").isoformat() == instant


def test_a_zone_by_its_letters_is_refused_in_the_header_too() -> None:
    with pytest.raises(NewsError, match=r"'EST'.*not known for certain"):
        parse_plain("published: 2022-02-15 15:30 EST\n\nBody.")
