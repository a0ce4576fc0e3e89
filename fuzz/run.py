"""Coverage-guided fuzzing of the readers.

    python fuzz/run.py --seconds 60                 # each target in a process of its own
    python fuzz/run.py --seconds 600 text feed
    python fuzz/run.py --total 60                   # as many as a minute holds, others tomorrow: what .ci/run does

Needs the extra ``fuzz`` (atheris). An input that crashes, hangs for ten seconds, takes two gigabytes or breaks
what must hold is kept under ``--keep`` and printed; the exit code is then 1. The last lines say how many inputs
each target saw.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHORT = 5
"""Seconds for a target where all together have few; starting one takes about as long."""
LIMITS = ("-timeout=10", "-rss_limit_mb=2048", "-max_len=4096", "-verbosity=1", "-print_final_stats=1")


def _serve(name: str, arguments: list[str]) -> None:
    """Fuzz one target in this process until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["eventstudy"]):
        from fuzz.targets import TARGETS

        target = TARGETS[name]
        for seed in target.seeds:  # what is imported when first used is instrumented, too
            target.check(seed, strict=True)
    atheris.Setup([sys.argv[0], *arguments], target.check)
    atheris.Fuzz()


def _fuzz(name: str, seconds: int, keep: Path) -> bool:
    from fuzz.targets import TARGETS

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for k, seed in enumerate(TARGETS[name].seeds):
            (corpus / f"seed{k}").write_bytes(seed)
        words = Path(folder, "words")
        lines = ["".join(f"\\x{b:02x}" for b in word.encode()) for word in TARGETS[name].words]
        words.write_text("".join(f'"{line}"\n' for line in lines))
        keep.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, __file__, "--serve", name, f"-max_total_time={seconds}", f"-dict={words}", *LIMITS,
            f"-artifact_prefix={keep}/{name}-", str(corpus),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, errors="replace")
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    print(f"{name}: {int(runs.group(1)) if runs else 0} inputs, {covered[-1] if covered else 0} edges, ", end="")
    print("nothing found" if done.returncode == 0 else "FOUND SOMETHING", flush=True)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", flush=True)
    return done.returncode == 0


def main() -> int:
    """Fuzz the targets asked for, one after the other."""
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--serve"]:
        _serve(sys.argv[2], sys.argv[3:])
        return 0
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"all, or some of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--total", type=int, help="stop when so long has passed; each day in another order")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "eventstudy-fuzz"))
    given = parser.parse_args()
    unknown = set(given.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no target {min(unknown)!r}; known: {', '.join(TARGETS)}")
    names = given.targets or list(TARGETS)
    if given.total is None:
        sound = [_fuzz(name, given.seconds, given.keep) for name in names]
        return 0 if all(sound) else 1
    random.Random(dt.date.today().toordinal()).shuffle(names)
    start, held = time.monotonic(), True
    for k, name in enumerate(names):
        if time.monotonic() - start > given.total:
            print(f"{given.total} s are over; not today: {', '.join(names[k:])}")
            break
        held &= _fuzz(name, SHORT, given.keep)
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
