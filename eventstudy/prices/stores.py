"""Where a dataset's files lie: a local folder, or any address fsspec knows."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast

from eventstudy._files import STAGED, clear_left, whole_file
from eventstudy.errors import DataError, SpecError

__all__ = ["Store"]


@dataclass(frozen=True)
class Store:
    """A folder of files under one address; files appear whole or not at all.

    Parameters
    ----------
    address : str
        A local path, or an address such as ``"s3://bucket/prices"`` (needs fsspec and its driver).

    Raises
    ------
    SpecError
        If the address is one that only fsspec reads and fsspec is not installed.
    """

    address: str

    def __post_init__(self) -> None:
        """Find the file system once, so that a wrong address fails here."""
        if self.remote:
            _ = self._remote

    @property
    def remote(self) -> bool:
        """Whether the address is one for fsspec."""
        return "://" in self.address

    @cached_property
    def _remote(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise SpecError(
                f"{self.address} needs fsspec", hint="pip install 'market-reaction[distributed]'"
            ) from error
        try:
            system, root = url_to_fs(self.address)
        except ImportError as error:
            raise SpecError(
                f"{self.address} needs a driver that is not installed: {error}",
                hint="pip install 'market-reaction[http]' for https://, s3fs for s3://, gcsfs for gs://, adlfs for az://",
            ) from error
        except ValueError as error:
            raise SpecError(f"{self.address}: {error}", hint="give a local path, or an address fsspec knows") from error
        return system, root

    def where(self, name: str) -> str:
        """Name a file as people write it."""
        return f"{self.address.rstrip('/')}/{name}"

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Open a file to read; `OSError` where it cannot be."""
        if self.remote:
            system, root = self._remote
            with _told():
                driven = _Driven(_with_ranges(system, f"{root}/{name}"))
            with driven:
                yield cast(BinaryIO, driven)
        else:
            with (Path(self.address) / name).open("rb") as stream:
                yield stream

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file to write; it takes its name when it is whole.

        Raises
        ------
        DataError
            If it cannot be written; an older file of the name stands.
        """
        try:
            if self.remote:  # object stores show an object when it is closed
                system, root = self._remote
                system.makedirs(root, exist_ok=True)
                with system.open(f"{root}/{name}", "wb") as stream:
                    yield cast(BinaryIO, stream)
                return
            with whole_file(Path(self.address) / name) as held:
                yield held
        except OSError as error:
            raise DataError(
                f"cannot write {self.where(name)}: {error.strerror or error}",
                hint="check the disk and the folder's permissions",
                file=self.where(name),
            ) from error

    def clear(self) -> None:
        """Remove what a killed process left half-written; an object store shows none of it."""
        if not self.remote:
            clear_left(Path(self.address), f".*{STAGED}")

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        if self.remote:
            system, root = self._remote
            with _told():
                return bool(system.exists(f"{root}/{name}"))
        return (Path(self.address) / name).exists()


class _Driven(io.RawIOBase):
    """A driver's stream to read, whose errors are all `OSError`, as those of a local file are."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with _told():
            return self._stream.read(size)

    def readall(self) -> bytes:
        return self.read()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _told():
            return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()
        super().close()


def _with_ranges(system: Any, path: str) -> BinaryIO:
    """Open a file that can be read anywhere; whole, in memory, where the server gives no parts of it."""
    stream: BinaryIO = system.open(path, "rb")
    try:
        if stream.seekable():
            stream.seek(-1, os.SEEK_END)
            stream.read(1)
            stream.seek(0)
            return stream
    except ValueError:  # also that of a stream that cannot seek
        pass
    stream.close()
    return io.BytesIO(system.cat_file(path))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Make what a driver raises an `OSError`: each has classes of its own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error
