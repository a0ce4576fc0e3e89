"""Tables that stand between two marks of a page, ``<!-- NAME -->`` and ``<!-- end of NAME -->``."""

from __future__ import annotations

from pathlib import Path

from eventstudy._files import write_atomic

__all__ = ["put_between"]


def put_between(page: Path, name: str, text: str) -> None:
    """Put ``text`` between the marks of that name; the rest of the page stays."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    head, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{page} has no marks {begin} ... {end}")
    write_atomic(page, f"{head}{begin}\n\n{text}\n\n{end}{tail}")
