"""A result folder is one run's, whole: full disks, runs killed in the middle, and two runs into one folder."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eventstudy._files import YOUNG, clear_left, whole_folder, write_atomic
from eventstudy.errors import DataError

MARKER = "manifest.json"
NAMES = [f"part{k}.txt" for k in range(6)]
WAIT = 60.0
"""Seconds in which a process that only imports and writes small files is given up."""


def write(folder: Path, word: str) -> None:
    """Write a result whose every file says whose it is."""
    with whole_folder(folder, marker=MARKER, written=lambda _: [MARKER, *NAMES]) as staged:
        for name in (*NAMES, MARKER):
            write_atomic(staged / name, word)


def words(folder: Path) -> list[str]:
    return [p.read_text(encoding="utf-8") for p in sorted(folder.iterdir())]


def test_two_runs_into_one_folder_never_mix(tmp_path: Path) -> None:
    """Sixty runs, four at a time: each ends well or says that it could not write, and one whole result stands."""
    folder = tmp_path / "out"

    def run(k: int) -> bool:
        try:
            write(folder, f"run {k}")
        except DataError as error:
            assert "cannot write" in str(error)
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(run, range(60)))
    assert any(ended)
    held = words(folder)
    assert len(held) == len(NAMES) + 1
    assert len(set(held)) == 1
    assert ended[int(held[0].split()[1])], "what stands is of a run that ended well"
    assert [p.name for p in tmp_path.iterdir()] == ["out"], "nothing left beside it"


@pytest.mark.parametrize("old", [False, True], ids=["a new folder", "an old result"])
@pytest.mark.parametrize("where", ["copy", "swap"])
def test_a_disk_that_fills_up_is_one_clear_error_and_leaves_the_old_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bool, where: str
) -> None:
    folder = tmp_path / "out"
    if old:
        write(folder, "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "swap":
        monkeypatch.setattr("eventstudy._files._swap", full)
    with (
        pytest.raises(DataError, match=r"cannot write .*out: No space left on device"),
        whole_folder(folder, marker=MARKER, written=lambda _: NAMES) as staged,
    ):
        write_atomic(staged / MARKER, "new")
        if where == "copy":
            full()
    assert [p.name for p in tmp_path.iterdir()] == (["out"] if old else [])
    assert not old or set(words(folder)) == {"old"}


def test_a_run_killed_in_the_middle_leaves_the_old_result_and_the_next_one_works(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, "old")
    script = (
        "import sys, time\n"
        "from eventstudy._files import YOUNG, clear_left, whole_folder, write_atomic\n"
        f"with whole_folder({str(folder)!r}, marker={MARKER!r}, written=lambda _: {NAMES!r}) as staged:\n"
        "    write_atomic(staged / 'part0.txt', 'half')\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert running.stdout is not None
    start = time.monotonic()
    assert running.stdout.readline() == b"half\n"
    running.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    running.wait(timeout=WAIT)
    running.stdout.close()
    assert time.monotonic() - start < WAIT
    assert set(words(folder)) == {"old"}
    write(folder, "new")
    assert set(words(folder)) == {"new"}
    (left,) = tmp_path.glob(".out.*.part")  # a minute must pass before it is taken for what a killed run left
    grow_old(left)
    write(folder, "newest")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def grow_old(path: Path) -> None:
    """Let it be older than what is left to its maker without a lock."""
    then = time.time() - 2 * YOUNG
    os.utime(path, (then, then))


def test_what_a_living_run_has_written_is_spared(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "out", marker=MARKER, written=lambda _: NAMES) as staged:
        write_atomic(staged / MARKER, "slow")
        grow_old(staged)
        write(tmp_path / "out", "quick")
        assert (staged / MARKER).exists()
        clear_left(tmp_path, ".out.*")
        assert (staged / MARKER).exists()
    assert (tmp_path / "out" / MARKER).read_text(encoding="utf-8") == "slow"


def test_an_old_result_that_a_killed_run_had_set_aside_is_put_back(tmp_path: Path) -> None:
    """Killed between the two renamings: the old result lies aside and nothing has its name."""
    aside = tmp_path / ".out.abc.old"
    write(aside / "out", "old")
    grow_old(aside)
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "out", marker=MARKER, written=lambda _: NAMES):
        raise ZeroDivisionError
    assert set(words(tmp_path / "out")) == {"old"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_of_a_process_killed_while_it_wrote_is_cleared_and_a_living_ones_is_not(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from eventstudy._files import whole_file\n"
        f"with whole_file(Path({str(tmp_path / 'table.csv')!r})) as stream:\n"
        "    stream.write(b'half'); stream.flush()\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"half\n"
        (left,) = tmp_path.glob(".table.csv.*.part")
        grow_old(left)
        clear_left(tmp_path, ".*.part")
        assert left.read_bytes() == b"half"
        running.kill()
    clear_left(tmp_path, ".*.part")
    assert list(tmp_path.iterdir()) == []
