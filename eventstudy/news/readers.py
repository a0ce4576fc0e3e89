"""`read_news`: whatever holds articles, as a list or one at a time."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eventstudy._arguments import check_texts
from eventstudy._progress import track
from eventstudy.errors import NewsError
from eventstudy.news.article import Article
from eventstudy.news.decoding import decode, read_bytes
from eventstudy.news.feeds import parse_feed
from eventstudy.news.pages import parse_page
from eventstudy.news.plain import parse_plain
from eventstudy.news.rows import Row, article_from_row, frame_rows, parse_csv, parse_json

__all__ = ["iter_news", "read_news"]

_PLAIN = (".txt", ".md", ".markdown", ".text")
_PAGES = (".html", ".htm", ".xhtml")
_FEEDS = (".xml", ".rss", ".atom")
_JSON = (".jsonl", ".ndjson", ".json")
_TABLES = {".csv": ",", ".tsv": "\t"}
_SUFFIXES = (*_PLAIN, *_PAGES, *_FEEDS, *_JSON, *_TABLES)


def read_news(
    source: Any,
    *,
    tz: str = "UTC",
    published: str = "",
    errors: list[NewsError] | None = None,
    progress: bool | None = None,
) -> list[Article]:
    """Read news articles.

    Parameters
    ----------
    source : path, pattern, sequence of them, or data frame
        A file, a folder (its article files, sorted by name) or a pattern such as ``"news/*.md"``. Files
        are plain text or Markdown with a small header, HTML pages (extra ``news``), RSS or Atom feeds,
        JSON, JSON lines, CSV or TSV, each also gzipped. A frame (pandas, polars, Arrow) has a column
        ``text`` and one of ``published``, ``date`` or the like.
    tz : str
        IANA zone for publication dates and clock times that carry no offset and name no zone.
    published : str
        ISO date or instant for articles that name none.
    errors : list, optional
        Given, an article that cannot be read is appended here as a `NewsError` and the run goes on;
        without it the first such article raises.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    list of Article
        In the order of their files.

    Raises
    ------
    NewsError
        If nothing is found, or an article is empty, undated or in an unknown format.

    See Also
    --------
    eventstudy.news.iter_news : the same, one at a time, in constant memory.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "a.txt")
    ...     _ = path.write_text("title: Pullback\\npublished: 2022-02-15\\n\\nTroops returned.", encoding="utf-8")
    ...     [a.title for a in read_news(folder)]
    ['Pullback']
    """
    return list(iter_news(source, tz=tz, published=published, errors=errors, progress=progress))


def iter_news(
    source: Any,
    *,
    tz: str = "UTC",
    published: str = "",
    errors: list[NewsError] | None = None,
    progress: bool | None = None,
) -> Iterator[Article]:
    """Read news articles one at a time; parameters and errors as `read_news`."""
    check_texts(tz=tz, published=published)
    rows = None if isinstance(source, (str, os.PathLike, list, tuple)) else frame_rows(source)
    if rows is not None:
        yield from _articles(track(rows, label="articles", progress=progress), tz, published, errors)
        return
    if isinstance(source, Article):
        yield source
        return
    paths = _paths(source)
    for path in track(paths, total=len(paths), label="articles", progress=progress):
        try:
            text = decode(read_bytes(path), where=str(path))
            if not text.strip():
                raise NewsError(f"{path} is empty", hint="expected an article", file=str(path))
            yield from _read_file(path, text, tz, published, errors)
        except NewsError as error:
            if errors is None:
                raise
            errors.append(error)


def _read_file(path: Path, text: str, tz: str, published: str, errors: list[NewsError] | None) -> Iterator[Article]:
    suffix, where = _suffix(path), str(path)
    if suffix in _PLAIN:
        head = text[:2000].lstrip().lower()
        if head.startswith(("<!doctype html", "<html")):
            suffix = ".html"
        else:
            yield parse_plain(text, where=where, tz=tz, published=published)
            return
    if suffix in _PAGES:
        yield parse_page(text, where=where, tz=tz, published=published)
    elif suffix in _FEEDS:
        yield from _articles(parse_feed(text, where=where), tz, published, errors)
    elif suffix in _JSON:
        yield from _articles(parse_json(text, where=where), tz, published, errors)
    elif suffix in _TABLES:
        yield from _articles(parse_csv(text, where=where, delimiter=_TABLES[suffix]), tz, published, errors)
    else:
        raise NewsError(
            f"{path}: no reader for {suffix or 'a file without a suffix'!r}",
            hint=f"known: {', '.join(_SUFFIXES)} (each also with .gz)",
            file=where,
        )


def _articles(
    rows: Iterable[tuple[str, Any]], tz: str, published: str, errors: list[NewsError] | None
) -> Iterator[Article]:
    row: Row
    for row in rows:
        where, fields = row
        try:
            if isinstance(fields, NewsError):
                raise fields
            yield article_from_row(fields, where=where, tz=tz, published=published)
        except NewsError as error:
            if errors is None:
                raise
            errors.append(error)


def _suffix(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _paths(source: Any) -> list[Path]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if os.path.isdir(path):  # noqa: PTH112 - a name too long for a file is none
            found = sorted(p for p in path.rglob("*") if p.is_file() and _suffix(p) in _SUFFIXES)
            if not found:
                raise NewsError(
                    f"no articles in the folder {path}", hint=f"expected files {', '.join(_SUFFIXES)}", file=str(path)
                )
            return found
        if os.path.exists(path):  # noqa: PTH110
            return [path]
        if any(c in str(source) for c in "*?["):
            found = sorted(Path(p) for p in glob.glob(str(source), recursive=True))  # noqa: PTH207 (absolute patterns)
            if found:
                return found
            raise NewsError(f"no file matches {source}", hint="check the pattern", file=str(source))
        raise NewsError(
            f"no file {path!s:.200}", hint="give a file, a folder or a pattern such as 'news/*.md'", file=str(path)
        )
    if isinstance(source, Iterable) and not isinstance(source, (bytes, dict)):
        return [p for part in source for p in _paths(part)]
    raise NewsError(f"cannot read news from {type(source).__name__}", hint="give a path, a folder or a pattern")
