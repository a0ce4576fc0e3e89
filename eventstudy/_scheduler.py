"""The address of a Dask scheduler: looked at without Dask, and connected to when there is work for it."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from eventstudy.errors import DataError, SpecError

__all__ = ["check_address", "connect"]

PORT = 8786  # of a scheduler that was not told another
PROTOCOLS = ("tcp", "tls", "ucx", "ws", "wss")
GREETING = 2**20  # bytes, more than any greeting has
PATIENCE = 10.0  # seconds for a scheduler to answer, and for the first of its workers to be there


def check_address(address: str, *, patience: float = PATIENCE) -> None:
    """Raise unless something listens at an address; imports nothing of Dask.

    Parameters
    ----------
    address : str
        ``"tcp://host:8786"``; without a protocol ``tcp``, without a port 8786.
    patience : float
        Seconds to wait for an answer.

    Raises
    ------
    SpecError
        If it is no address.
    DataError
        If nothing listens there.

    Examples
    --------
    >>> check_address("tcp://")
    Traceback (most recent call last):
    ...
    eventstudy.errors.SpecError: 'tcp://' is no address of a Dask scheduler; expected such as 'tcp://host:8786'
    """
    protocol, host, port = _parts(address)
    try:
        with socket.create_connection((host, port), timeout=patience) as line:
            # A scheduler speaks first: the length of its greeting. To what never answers a Client would wait for ever.
            if protocol == "tcp" and not 0 < _greeting(line) < GREETING:
                raise _no_scheduler(address)
    except (OSError, UnicodeError) as error:
        raise DataError(
            f"no Dask scheduler answers at {address}: {getattr(error, 'strerror', '') or error}",
            hint="start one with `dask scheduler`, and its workers with `dask worker ADDRESS`",
        ) from error


def _greeting(line: socket.socket) -> int:
    """Read the first number that a scheduler sends; 0 for silence."""
    held = b""
    try:
        while len(held) < 8 and (more := line.recv(8 - len(held))):
            held += more
    except TimeoutError:
        return 0
    return int.from_bytes(held, "little") if len(held) == 8 else 0


def _no_scheduler(address: str) -> DataError:
    return DataError(
        f"what listens at {address} does not answer as a Dask scheduler",
        hint="give the address that `dask scheduler` prints; versions of distributed must be alike",
    )


def _parts(address: str) -> tuple[str, str, int]:
    """Protocol, host and port of an address."""
    try:
        parts = urlsplit(address.strip() if "://" in address else f"tcp://{address.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or any(c.isspace() for c in host) or parts.scheme not in PROTOCOLS or parts.path not in ("", "/"):
        raise SpecError(f"{address!r} is no address of a Dask scheduler", hint="expected such as 'tcp://host:8786'")
    return parts.scheme, host, PORT if port is None else port


def connect(address: str, *, patience: float = PATIENCE) -> Any:
    """Give a `distributed.Client` of the scheduler at an address.

    Raises
    ------
    SpecError
        If it is no address, or Dask is not installed.
    DataError
        If no scheduler answers, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SpecError("a scheduler needs Dask", hint="pip install 'market-reaction[distributed]'") from error
    check_address(address, patience=patience)
    protocol, host, port = _parts(address)
    make: Any = Client
    try:
        client = make(f"{protocol}://{f'[{host}]' if ':' in host else host}:{port}", timeout=patience)
    except (OSError, ValueError) as error:
        raise _no_scheduler(address) from error
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        client.close()
        raise DataError(
            f"the scheduler at {address} has no worker", hint="start some with `dask worker ADDRESS`"
        ) from error
    return client
