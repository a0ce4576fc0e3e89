"""`read_news`: whatever holds articles, as a list or one at a time."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eventstudy._progress import track
from eventstudy.errors import NewsError, nearest
from eventstudy.news.article import Article
from eventstudy.news.decoding import decode, read_bytes
from eventstudy.news.plain import parse_plain

__all__ = ["iter_news", "read_news"]

_PLAIN = (".txt", ".md", ".markdown", ".text")
_SUFFIXES = _PLAIN


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
    source : path, glob or sequence of them
        A file, a folder (its article files, sorted by name) or a pattern such as ``"news/*.md"``.
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
    iter_news : the same, one at a time, in constant memory.

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
    paths = _paths(source)
    for path in track(paths, total=len(paths), label="articles", progress=progress):
        try:
            yield from _read_file(path, tz=tz, published=published)
        except NewsError as error:
            if errors is None:
                raise
            errors.append(error)


def _read_file(path: Path, *, tz: str, published: str) -> Iterable[Article]:
    suffix = _suffix(path)
    if suffix not in _SUFFIXES:
        raise NewsError(
            f"{path}: no reader for {suffix or 'a file without a suffix'!r}",
            hint=nearest(suffix, _SUFFIXES),
            file=str(path),
        )
    text = decode(read_bytes(path), where=str(path))
    return [parse_plain(text, where=str(path), tz=tz, published=published)]


def _suffix(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _paths(source: Any) -> list[Path]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and _suffix(p) in _SUFFIXES)
            if not found:
                raise NewsError(
                    f"no articles in the folder {path}", hint=f"expected files {', '.join(_SUFFIXES)}", file=str(path)
                )
            return found
        if path.exists():
            return [path]
        if any(c in str(source) for c in "*?["):
            found = sorted(Path(p) for p in glob.glob(str(source), recursive=True))  # noqa: PTH207 (absolute patterns)
            if found:
                return found
            raise NewsError(f"no file matches {source}", hint="check the pattern", file=str(source))
        raise NewsError(
            f"no file {path}", hint="give a file, a folder or a pattern such as 'news/*.md'", file=str(path)
        )
    if isinstance(source, Iterable) and not isinstance(source, (bytes, dict)):
        return [p for part in source for p in _paths(part)]
    raise NewsError(f"cannot read news from {type(source).__name__}", hint="give a path, a folder or a pattern")
