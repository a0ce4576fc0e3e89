"""Where a dataset's files lie: a local folder, or any address fsspec knows."""

from __future__ import annotations

import contextlib
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
        except (ValueError, ImportError) as error:
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
            with system.open(f"{root}/{name}", "rb") as stream:
                yield cast(BinaryIO, stream)
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
            return bool(system.exists(f"{root}/{name}"))
        return (Path(self.address) / name).exists()
