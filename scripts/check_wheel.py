"""Build the wheel and hold what it contains: the package, its data, the example's articles, and nothing else.

It is built twice, the second time from a copy in another folder whose files are of another time and read in another
order: both have to be the same bytes, so that anybody can build what was published and compare.

    python scripts/check_wheel.py

Exit code 0 when it holds, 1 with what is missing, what should not be there, the size, or what differs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
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


def build(source: Path, folder: Path) -> Path:
    """Build the wheel of the tree at ``source`` into ``folder``."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def copy(folder: Path) -> Path:
    """Copy what git holds to ``folder``, last file first, each as if written in 2001 by a more private user."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in sorted(filter(None, listed.split("\0")), reverse=True):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
        target.chmod(0o600)
        os.utime(target, (1_000_000_000, 1_000_000_000))
    return folder


def main() -> int:
    """Build, look, and say what does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(ROOT, Path(folder, "here"))
        again = build(copy(Path(folder, "elsewhere")), Path(folder, "again"))
        sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again)]
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
    if sums[0] != sums[1]:
        wrong.append(f"two builds differ: {sums[0]} and {sums[1]}")
    sys.stdout.write("\n".join([*wrong, f"{wheel.name}: {len(held)} files, {size:,} bytes, sha256 {sums[0]}"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
