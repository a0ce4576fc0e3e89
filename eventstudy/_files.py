"""Writing files and folders: whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from eventstudy.errors import DataError

if sys.platform != "win32":
    import fcntl

__all__ = ["alive", "check_folder", "check_target", "clear_left", "whole_file", "whole_folder", "write_atomic"]

STAGED, ASIDE = ".part", ".old"
"""Ends of names: of what is not whole yet, and of a folder with the old result while the new one takes its place."""
YOUNG = 60.0
"""Seconds for which what was just made, and is not locked yet or any more, is left to whoever makes it."""


def write_atomic(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file in one step: a reader sees the old content or the new, never half.

    Parameters
    ----------
    path : path-like
        The file; its folder is made.
    content : str or bytes
        Text is written as UTF-8 with ``\\n`` line ends.

    Raises
    ------
    DataError
        If it cannot be written (a full disk, no permission); the old file, if any, stands.
    """
    target = Path(path)
    try:
        with whole_file(target) as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return target


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Give a stream that takes its file's name when it is whole; `OSError` where it cannot, and the old file stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, held = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=STAGED)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _lock(stream.fileno())
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(held).chmod(0o644)
        Path(held).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(held).unlink()
        raise


@contextlib.contextmanager
def alive(folder: Path) -> Iterator[None]:
    """Say, as long as this process lives and the block lasts, that the folder is in use: `clear_left` spares it."""
    if sys.platform == "win32":  # no such locks: `clear_left` spares everything
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def clear_left(folder: Path, pattern: str) -> None:
    """Remove what killed processes left half-written, and put back an old result that one had set aside.

    What a living process writes is locked by it, or younger than `YOUNG`; neither is touched.

    Parameters
    ----------
    folder : Path
        Looked through by itself, not what is below.
    pattern : str
        Of names, which end in `STAGED` or `ASIDE` or are a folder held `alive`.
    """
    for path in sorted(folder.glob(pattern)):
        with contextlib.suppress(OSError):  # gone, or another's: whoever comes next may clear it
            if time.time() - path.stat().st_mtime < YOUNG or not _left(path):
                continue
            if path.suffix == ASIDE:
                for old in path.iterdir():
                    if not (folder / old.name).exists():
                        old.rename(folder / old.name)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _lock(descriptor: int) -> None:
    """Lock for as long as the descriptor is open: the kernel lets go when the process dies, however it dies."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _left(path: Path) -> bool:
    """Whether no living process has a lock on it."""
    if sys.platform == "win32":
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def whole_folder(
    folder: str | os.PathLike[str], *, marker: str, written: Callable[[Path], Iterable[str]]
) -> Iterator[Path]:
    """Fill a folder that appears whole, or not at all: yields the folder to write into.

    When the block ends well, what was written takes the place of an older result of the same name. Files that no
    result wrote are carried over. When it ends in an error or an interruption, the old folder stands untouched. What
    a run that was killed left beside the folder is cleared by the next run into it.

    Parameters
    ----------
    folder : path-like
        The folder to be; one that exists must be empty or hold ``marker``.
    marker : str
        Name of the file by which an older result is known.
    written : callable
        Names, relative to the folder, of the files that an older result wrote: they are not carried over.

    Raises
    ------
    DataError
        If the folder holds other things, is the working folder, or cannot be written.
    """
    target = check_target(folder, marker)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for ending in (ASIDE, STAGED):
            clear_left(target.parent, f".{glob.escape(target.name)}.*{ending}")
        staged = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=STAGED))
    except OSError as error:
        raise _cannot_write(target, error) from error
    try:
        staged.chmod(0o755)
        with alive(staged):
            yield staged
            if target.is_dir():
                _carry_over(target, staged, set(written(target)))
            _swap(staged, target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def check_target(folder: str | os.PathLike[str], marker: str) -> Path:
    """Raise `DataError` where `whole_folder` could not put a result; give the folder's whole path."""
    target, shown = Path(folder).resolve(), str(folder)
    if target.is_dir() and (target == Path.cwd() or target in Path.cwd().parents):
        raise DataError(f"{shown} is the folder you work in", hint="name a folder inside it", file=shown)
    check_folder(folder, marker, "earlier result")
    return target


def check_folder(folder: str | os.PathLike[str], marker: str, what: str) -> None:
    """Raise `DataError` unless a folder is new, empty, or holds ``what``, which ``marker`` is the sign of."""
    path, shown = Path(folder), str(folder)
    try:
        names = _listed(path)
    except NotADirectoryError:
        raise DataError(f"{shown} is a file, not a folder", hint="name another folder", file=shown) from None
    if names and (marker not in names or (path / marker).is_dir()):
        raise DataError(
            f"{shown} is not empty and holds no {what}", hint="name another folder, or empty it", file=shown
        )


def _listed(folder: Path) -> list[str]:
    """Names in a folder, none where there is no folder; again where another run put its own there meanwhile."""
    try:
        while True:
            before = folder.stat()
            names = [path.name for path in folder.iterdir()]
            if os.path.samestat(before, folder.stat()):
                return names
    except FileNotFoundError:
        return []


def _carry_over(old: Path, new: Path, written: set[str]) -> None:
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old)
        if path.is_file() and name.as_posix() not in written and not (new / name).exists():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new / name)


def _swap(new: Path, target: Path) -> None:
    """Put the new folder in the old one's place; the old one comes back where that fails."""
    if not target.exists():
        new.rename(target)
        return
    held = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=ASIDE))
    try:
        target.rename(held / target.name)  # fails where another run has just moved it
        try:
            new.rename(target)
        except BaseException:
            (held / target.name).rename(target)
            raise
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _cannot_write(target: Path, error: OSError) -> DataError:
    return DataError(
        f"cannot write {target}: {error.strerror or error}",
        hint="check the disk and the folder's permissions",
        file=str(target),
    )
