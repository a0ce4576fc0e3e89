"""Keep the output of the long checks in the docs, part by part.

    bash .ci/full deps | tee one.txt                       # any of its parts, on any day
    python docs/record_full_checks.py one.txt two.txt      # what they hold replaces the same parts of the page

A part begins with ``== title (date)``, as `.ci/full` prints it. A part of the page that no output holds stays, with
its own date. Progress, local paths and the installer's warnings are left out.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path

PAGE = """# The long checks

Output of the parts of `.ci/full`, each as last run, with its date; written by `docs/record_full_checks.py` from kept
outputs.

```text
{output}
```
"""
HEAD = re.compile(r"== (?P<title>.*?)(?: \((?P<date>\d{4}-\d\d-\d\d)\))?$")
LEFT_OUT = re.compile(
    r"WARNING: Location|.*distributed\.nanny - WARNING|warning:|[.FEsxX]+ *(\[ *\d+%\])?$|bringing up nodes|```|$"
)
OVERALL = ("all passed", "something failed")
"""Titles of `.ci/full`'s last line, which speaks of one run, not of the page."""


def parts(text: str, day: str) -> dict[str, tuple[str, list[str]]]:
    """Give date and lines of each part by its title; ``day`` is the date of parts that tell none."""
    found: dict[str, tuple[str, list[str]]] = {}
    title = ""
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            title = head["title"]
            found[title] = (head["date"] or day, [])
        elif title and not LEFT_OUT.match(line):
            found[title][1].append(re.sub(r"\S*/bin/(?=python|pytest)", "", line).rstrip())
    return {name: part for name, part in found.items() if name not in OVERALL}


def merged(page: str, outputs: dict[str, str]) -> str:
    """Give the page with the parts of the outputs (text by date, later ones last) in place of its own."""
    block = re.search(r"^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    held = parts(block[1], "") if block else {}
    for day, text in sorted(outputs.items()):
        held |= parts(text, day)
    shown = [f"== {title} ({date})\n" + "\n".join(lines) for title, (date, lines) in held.items()]
    return PAGE.format(output="\n\n".join(shown))


if __name__ == "__main__":
    place = Path(__file__).with_name("full-checks.md")
    by_day: dict[str, str] = {}
    for file in map(Path, sys.argv[1:]):
        day = str(dt.date.fromtimestamp(file.stat().st_mtime))
        by_day[day] = by_day.get(day, "") + "\n" + file.read_text(encoding="utf-8")
    place.write_text(merged(place.read_text(encoding="utf-8"), by_day), encoding="utf-8")
