"""Doing tasks: one after another here, or on the workers of a Dask client. Dask itself is imported by its client."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from eventstudy._progress import track
from eventstudy._scheduler import connect
from eventstudy.errors import DataError, EventStudyError, SpecError

__all__ = ["Executor", "Here", "OnDask", "executor_of", "results_of"]

T = TypeVar("T")
Task = tuple[Any, ...]

IN_FLIGHT = 4
"""Tasks given to the scheduler at once, for each thread of its workers."""


class Executor(Protocol):
    """Does tasks, and gives each one's result or the error it ended in, in whatever order they end."""

    def run(self, function: Callable[..., T], tasks: Sequence[Task]) -> Iterator[tuple[Task, T | Exception]]:
        """Call the function with each task's arguments."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """One task after another, in this process."""

    def run(self, function: Callable[..., T], tasks: Sequence[Task]) -> Iterator[tuple[Task, T | Exception]]:
        """Call the function with each task's arguments."""
        for task in tasks:
            try:
                yield task, function(*task)
            except Exception as error:
                yield task, error


@dataclass(frozen=True, slots=True, weakref_slot=True)
class OnDask:
    """Tasks on the workers of a `distributed.Client`; what a dead worker had is done again by another."""

    client: Any

    def run(self, function: Callable[..., T], tasks: Sequence[Task]) -> Iterator[tuple[Task, T | Exception]]:
        """Submit the tasks, a few for each thread at a time, so that results do not pile up."""
        from distributed import as_completed

        waiting = iter(tasks)
        untyped: Any = as_completed
        done = untyped()
        running: dict[Any, Task] = {}

        def submit() -> None:
            for task in waiting:
                future = self.client.submit(function, *task, pure=False)
                running[future.key] = task
                done.add(future)
                return

        threads = sum(self.client.nthreads().values())
        for _ in range(max(IN_FLIGHT * threads, IN_FLIGHT)):
            submit()
        for future in done:
            task = running.pop(future.key)
            error = future.exception()
            result: T | Exception = _named(error) if error is not None else future.result()
            future.release()
            submit()
            yield task, result


def _named(error: BaseException) -> Exception:
    """Say in our words that workers died of a task."""
    if type(error).__name__ == "KilledWorker":
        return DataError(
            f"its worker died each time it was tried ({str(error).splitlines()[0][:120]})",
            hint="a worker out of memory dies: give it more, or write the prices with fewer assets a partition",
        )
    return error if isinstance(error, Exception) else EventStudyError(repr(error))


def executor_of(client: Any) -> Executor:
    """Give the executor of a client, or this process where there is none.

    Parameters
    ----------
    client : distributed.Client, str, Executor or None
        A scheduler's address is connected to, for as long as the executor lives.

    Raises
    ------
    SpecError
        If it is no Dask client.
    DataError
        If no scheduler answers at the address.
    """
    if client is None:
        return Here()
    if isinstance(client, (Here, OnDask)):
        return client
    if isinstance(client, str):
        own = OnDask(connect(client))
        weakref.finalize(own, own.client.close)
        return own
    if not all(hasattr(client, name) for name in ("submit", "nthreads", "scheduler_info")):
        raise SpecError(
            f"client={client!r} is no Dask client", hint="expected distributed.Client(address), or the address"
        )
    return OnDask(client)


def results_of(
    executor: Executor,
    function: Callable[..., T],
    tasks: Iterable[Task],
    *,
    label: str,
    name: Callable[[Task], str],
    hint: str = "",
    progress: bool | None = None,
) -> Iterator[tuple[Task, T]]:
    """Give the results as they come; after the last, raise one error that names every task that failed.

    Raises
    ------
    EventStudyError
        Of the class of the first failure; names each task and its reason.
    """
    held = list(tasks)
    failed: list[tuple[str, Exception]] = []
    for task, result in track(executor.run(function, held), total=len(held), label=label, progress=progress):
        if isinstance(result, Exception):
            failed.append((name(task), result))
        else:
            yield task, result
    if not failed:
        return
    failed.sort(key=lambda pair: pair[0])
    first = failed[0][1]
    if not isinstance(first, EventStudyError):
        raise first
    said = "; ".join(f"{where}: {getattr(error, 'message', error)}" for where, error in failed[:5])
    more = f"; and {len(failed) - 5} more" if len(failed) > 5 else ""
    raise type(first)(
        f"{len(failed)} of {len(held)} failed: {said}{more}", hint=hint or first.hint, failed=[w for w, _ in failed]
    ) from first
