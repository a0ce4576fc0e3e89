"""Build the wheel and hold what it contains: the package, its data, the example's articles, and nothing else.

    python scripts/check_wheel.py

Exit code 0 when it holds, 1 with what is missing, what should not be there, or the size.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 2_000_000  # bytes
ARTICLES = ("seeds/", "eventstudy/datasets/seeds/")  # where they lie here, and in the wheel
ABOUT = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def expected() -> set[str]:
    """Give what git holds of the package and of the articles, as the wheel names it."""
    listed = subprocess.run(
        ["git", "ls-files", "eventstudy", "seeds"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {name.replace(*ARTICLES, 1) if name.startswith(ARTICLES[0]) else name for name in listed}


def main() -> int:
    """Build, look, and say what does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(ROOT)]
        subprocess.run(command, check=True)
        wheel = next(Path(folder).glob("*.whl"))
        size = wheel.stat().st_size
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
    about = {name for name in held if PurePosixPath(name).parts[0].endswith(".dist-info")}
    said = {name.split("/", 1)[1] for name in about}
    wrong = [f"missing: {name}" for name in sorted(expected() - held)]
    wrong += [f"should not be there: {name}" for name in sorted(held - about - expected())]
    wrong += [f"about the package, missing or too much: {name}" for name in sorted(said ^ ABOUT)]
    if size >= LARGEST:
        wrong.append(f"{size:,} bytes, {LARGEST:,} wanted at most")
    sys.stdout.write("\n".join([*wrong, f"{wheel.name}: {len(held)} files, {size:,} bytes"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
