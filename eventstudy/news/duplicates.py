"""Copies of one story: syndicated, updated, reprinted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from eventstudy.errors import NewsError, SpecError
from eventstudy.news.article import Article

__all__ = ["find_duplicates", "one_per_story"]

_WORD = re.compile(r"\w+")
_SHINGLE = 4


def find_duplicates(articles: Iterable[Article], *, threshold: float = 0.6, window: str = "3D") -> pd.DataFrame:
    """Group copies of one story by MinHash (Broder 1997) on four-word shingles.

    Parameters
    ----------
    articles : iterable of Article
        In any order.
    threshold : float
        Jaccard similarity of two texts' shingles from which they are copies, 0 to 1.
    window : str
        Copies are published no farther apart than this, from one to the next.

    Returns
    -------
    pandas.DataFrame
        One row an article, in their order: ``article_id``, ``story_id`` (the id of the story's first
        article), ``first_seen`` (UTC instant by which the story was public), ``copies``, ``is_first``.

    Raises
    ------
    SpecError
        If the threshold is not between 0 and 1, or the window is no length of time.
    NewsError
        If ``datasketch`` is not installed.

    Examples
    --------
    >>> text = "Russia said on Tuesday that some troops were returning to their bases after the end of their drills."
    >>> a = Article(text, "2022-02-15T08:23:00Z")
    >>> b = Article(text + " Markets rose.", "2022-02-15T09:00:00Z")
    >>> find_duplicates([b, a])["is_first"].tolist()  # doctest: +SKIP
    [False, True]
    """
    if not 0 < threshold <= 1:
        raise SpecError(f"threshold={threshold!r} is not between 0 and 1", hint="0.6 finds edited copies")
    try:
        span = pd.Timedelta(window)
    except ValueError as error:
        raise SpecError(f"window={window!r} is not a length of time", hint="write '3D' or '12h'") from error
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError as error:
        raise NewsError("finding duplicates needs datasketch", hint="pip install 'market-reaction[news]'") from error
    items = list(articles)
    order = sorted(range(len(items)), key=lambda i: (items[i].published_at, items[i].article_id, i))
    index = MinHashLSH(threshold=threshold, num_perm=128)
    sketches: dict[bytes, Any] = {}
    # Copies with one sketch stand in the index once, as the last of them: a story printed often stays linear.
    latest: dict[bytes, int] = {}
    story: dict[int, int] = {}
    rank = {i: place for place, i in enumerate(order)}
    for i in order:
        sketch = MinHash(num_perm=128, seed=1)
        sketch.update_batch(_shingles(items[i].text))
        near = [
            latest[key]
            for key in index.query(sketch)
            if items[i].published_at - items[latest[key]].published_at <= span
            and sketches[key].jaccard(sketch) >= threshold
        ]
        story[i] = min((story[j] for j in near), key=rank.__getitem__) if near else i
        digest = sketch.digest().tobytes()
        if digest not in sketches:
            sketches[digest] = sketch
            index.insert(digest, sketch)
        latest[digest] = i
    sizes = pd.Series(story).value_counts()
    return pd.DataFrame(
        {
            "article_id": [a.article_id for a in items],
            "story_id": [items[story[i]].article_id for i in range(len(items))],
            "first_seen": pd.DatetimeIndex([items[story[i]].published_at for i in range(len(items))], tz="UTC"),
            "copies": [int(sizes[story[i]]) for i in range(len(items))],
            "is_first": [story[i] == i for i in range(len(items))],
        }
    )


def one_per_story(articles: Sequence[Article], *, threshold: float = 0.6, window: str = "3D") -> list[Article]:
    """Keep the first article of each story, so that a study counts one event a story; as `find_duplicates`."""
    items = list(articles)
    first = find_duplicates(items, threshold=threshold, window=window)["is_first"]
    return [a for a, keep in zip(items, first, strict=True) if keep]


def _shingles(text: str) -> list[bytes]:
    words = _WORD.findall(text.casefold())
    if len(words) <= _SHINGLE:
        return [" ".join(words).encode("utf-8", "surrogatepass")]
    joined = {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
    return [s.encode("utf-8", "surrogatepass") for s in sorted(joined)]
