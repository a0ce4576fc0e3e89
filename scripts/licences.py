"""List the licence of everything that installing the package brings, and hold each against what BSD-3-Clause can use.

    python scripts/licences.py            # write docs/licences.md
    python scripts/licences.py --check    # exit code 1 on a licence that is unknown or not allowed, or a stale page

Read from the metadata of what is installed: of the package's dependencies, those of its extras for users, and theirs.
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
DISTRIBUTION = "market-reaction"
EXTRAS = ("news", "garch", "synthetic", "excel", "distributed", "http")
# Licences that ask for no more than their notice, and those of weak copyleft, which concern changes to the
# dependency itself; this package imports them unchanged and ships none of them.
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "HPND", "ISC", "MIT",
    "MIT-CMU", "NCSA", "PSF-2.0", "Python-2.0", "MIT-0", "Unlicense", "Zlib",
}  # fmt: skip
WEAK = {"MPL-1.1", "MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "LGPL"}
# What metadata written before SPDX says, in lower case.
SPOKEN = {
    "mit license": "MIT", "the mit license": "MIT", "bsd license": "BSD", "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause", "bsd 3-clause license": "BSD-3-Clause", "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "isc license (iscl)": "ISC",
    "python software foundation license": "PSF-2.0", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mozilla public license 1.1 (mpl 1.1)": "MPL-1.1", "university of illinois/ncsa open source license": "NCSA",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
}  # fmt: skip
# Where the metadata are silent: how the text of a licence begins its grant.
WRITTEN = {
    "Permission is hereby granted, free of charge, to any person obtaining a copy": "MIT",
    "Apache License Version 2.0": "Apache-2.0",
}


def closure(name: str, extras: Iterable[str] = ()) -> dict[str, metadata.Distribution]:
    """Give every installed distribution that ``name`` with these extras needs here, by name, without itself."""
    found: dict[str, metadata.Distribution] = {}
    waiting, seen = [(name, frozenset(extras))], set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        try:
            held = metadata.distribution(at[0])
        except metadata.PackageNotFoundError:  # an extra that is not installed here
            continue
        found[canonicalize_name(at[0])] = held
        for line in held.requires or ():
            needed = Requirement(line)
            wanted = [{**default_environment(), "extra": extra} for extra in ("", *at[1])]
            if needed.marker is None or any(needed.marker.evaluate(env) for env in wanted):
                waiting.append((needed.name, frozenset(needed.extras)))
    del found[canonicalize_name(name)]
    return found


def licence(held: metadata.Distribution) -> str:
    """Give what a distribution's metadata says its licence is, as SPDX where that is clear, or ``unknown``."""
    about = held.metadata
    said = about.get("License-Expression")
    if said:
        return str(said)
    lines = [c for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    classifiers = [line.rsplit("::", 1)[1].strip() for line in lines]
    known = [SPOKEN.get(c.lower(), c) for c in classifiers if c not in ("OSI Approved", "DFSG approved")]
    short = (about.get("License") or "").strip().splitlines()[:1]
    spoken = [SPOKEN.get(line.lower().rstrip("."), line) for line in short if len(line) < 60]
    exact = [s for s in spoken if s in PERMISSIVE | WEAK and s != "BSD"]
    if exact and set(known) <= {"BSD", *exact}:  # "BSD" as a classifier does not say which
        return exact[0]
    return " OR ".join(known or spoken) or _of_its_text(held)


def _of_its_text(held: metadata.Distribution) -> str:
    for file in held.files or ():
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            text = " ".join(file.read_text(encoding="utf-8").split())
            for words, name in WRITTEN.items():
                if words in text:
                    return name
    return "unknown"


def allowed(expression: str) -> bool:
    """Say whether a licence, of those a reader may choose between, can be used here: all of the parts of one choice."""
    choices = re.split(r"\s+OR\s+|/", expression.replace("(", "").replace(")", ""))
    return any(all(part in PERMISSIVE | WEAK for part in re.split(r"\s+AND\s+", choice.strip())) for choice in choices)


def page(found: dict[str, str]) -> str:
    """Give the page: one row a package."""
    head = (
        "# Licences\n\nWhat installing the package brings, with the extras "
        + ", ".join(f"`{extra}`" for extra in EXTRAS)
        + ",\nand what each says its licence is. Written by `scripts/licences.py`; `.ci/run` fails on a licence that "
        "is unknown\nor that a BSD-3-Clause package could not depend on. None is copied into the package.\n\n"
        "| package | licence |\n|---|---|\n"
    )
    return head + "".join(f"| {name} | {said} |\n" for name, said in sorted(found.items()))


def main() -> int:
    """Write the page, or hold what is installed against it."""
    found = {name: licence(held) for name, held in closure(DISTRIBUTION, EXTRAS).items()}
    wrong = [f"{name}: {said} is not allowed" for name, said in found.items() if not allowed(said)]
    if "--check" in sys.argv[1:]:
        listed = PAGE.read_text(encoding="utf-8")
        wrong += [
            f"{name}: {said} is not in docs/licences.md; run python scripts/licences.py"
            for name, said in found.items()
            if f"| {name} | {said} |" not in listed
        ]
    else:
        PAGE.write_text(page(found), encoding="utf-8")
    sys.stdout.write("\n".join([*wrong, f"licences: {len(found)} packages"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
