"""Ask pyright how much of the public surface has types that it knows, and hold the share.

    python scripts/check_typing.py

pyright comes from PyPI and runs on Node.js; types of other packages that come without any are not counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

WANTED = 0.95


def main() -> int:
    """Print the share, and what lacks a type where it is too small."""
    command = [sys.executable, "-m", "pyright", "--verifytypes", "eventstudy", "--ignoreexternal", "--outputjson"]
    # pyright looks at the packages of the first `python` on the path, whichever one runs it.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PATH": path})
    told = json.loads(found.stdout)["typeCompleteness"]
    share, counts = told["completenessScore"], told["exportedSymbolCounts"]
    known, every = counts["withKnownType"], sum(counts.values())
    sys.stdout.write(f"{100 * share:.1f} % of {every} public symbols have a known type ({known}); wanted 95 %\n")
    if share >= WANTED:
        return 0
    for symbol in told["symbols"]:
        if symbol["isExported"] and not symbol["isTypeKnown"]:
            sys.stdout.write(f"  {symbol['name']}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
