"""Writing files and folders: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from eventstudy.errors import DataError

__all__ = ["check_folder", "check_target", "whole_folder", "write_atomic"]


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
    data = content.encode("utf-8") if isinstance(content, str) else content
    held = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, held = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(held).chmod(0o644)
        Path(held).replace(target)
    except OSError as error:
        if held:
            with contextlib.suppress(OSError):
                Path(held).unlink()
        raise _cannot_write(target, error) from error
    return target


@contextlib.contextmanager
def whole_folder(
    folder: str | os.PathLike[str], *, marker: str, written: Callable[[Path], Iterable[str]]
) -> Iterator[Path]:
    """Fill a folder that appears whole, or not at all: yields the folder to write into.

    When the block ends well, what was written takes the place of an older result of the same name. Files that no
    result wrote are carried over. When it ends in an error or an interruption, the old folder stands untouched.

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
        staged = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
    except OSError as error:
        raise _cannot_write(target, error) from error
    try:
        staged.chmod(0o755)
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
    if path.exists() and not path.is_dir():
        raise DataError(f"{shown} is a file, not a folder", hint="name another folder", file=shown)
    if path.is_dir() and any(path.iterdir()) and not (path / marker).is_file():
        raise DataError(
            f"{shown} is not empty and holds no {what}", hint="name another folder, or empty it", file=shown
        )


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
    held = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".old"))
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
