"""Writing files: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from eventstudy.errors import DataError

__all__ = ["write_atomic"]


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
        raise DataError(
            f"cannot write {target}: {error.strerror or error}",
            hint="check the disk and the folder's permissions",
            file=str(target),
        ) from error
    return target
