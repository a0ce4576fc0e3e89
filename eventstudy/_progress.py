"""Progress bars: shown for long work in a terminal or notebook, silent elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from eventstudy._arguments import check_flags

__all__ = ["track"]

T = TypeVar("T")


def track(
    items: Iterable[T], *, total: int | None = None, label: str = "", progress: bool | None = None
) -> Iterator[T]:
    """Yield the items, with a bar once the work has lasted two seconds.

    Parameters
    ----------
    items : iterable
        What to go through.
    total : int, optional
        How many there are, where the iterable does not know.
    label : str
        What is being done.
    progress : bool, optional
        True shows the bar, False hides it; None shows it where a person watches.
    """
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules
    check_flags(progress=progress)
    if not progress:
        yield from items
        return
    from tqdm.auto import tqdm

    yield from tqdm(items, total=total, desc=label, delay=2.0, leave=False)
