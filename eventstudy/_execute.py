"""Doing tasks: one after another here, on a pool, or on the workers of a Dask client, which itself imports Dask."""

from __future__ import annotations

import os
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from eventstudy._progress import track
from eventstudy._scheduler import connect
from eventstudy.errors import DataError, EventStudyError, SpecError, shown

__all__ = ["Executor", "Here", "OnDask", "OnPool", "executor_of", "results_of"]

T = TypeVar("T")
Task = tuple[Any, ...]

IN_FLIGHT = 4
"""Tasks given to the scheduler at once, for each thread of its workers."""


@dataclass(frozen=True, slots=True)
class Work:
    """A function and the first arguments of all its calls, which travel once and not with each task."""

    function: Callable[..., Any]
    common: tuple[Any, ...] = ()

    def __call__(self, *task: Any) -> Any:
        """Call the function with a task's own arguments, too."""
        return self.function(*self.common, *task)


SMALL = 2**18
"""Bytes up to which what tasks share goes with each: then nobody waits for a worker that holds it and is stuck."""


class Executor(Protocol):
    """Does tasks, and gives each one's result or the error it ended in, in whatever order they end."""

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Call the work with each task's arguments."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """One task after another, in this process."""

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Call the work with each task's arguments."""
        for task in tasks:
            try:
                yield task, work(*task)
            except Exception as error:
                yield task, error


@dataclass(frozen=True, slots=True)
class OnPool:
    """Tasks on the threads or processes of a `concurrent.futures.Executor`."""

    pool: futures.Executor

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Submit the tasks, a few for each core at a time, so that results do not pile up."""
        waiting = iter(tasks)
        running: dict[futures.Future[Any], Task] = {}
        room = IN_FLIGHT * (os.cpu_count() or 1)
        while True:
            for task in waiting:
                running[self.pool.submit(work, *task)] = task
                if len(running) >= room:
                    break
            if not running:
                return
            for future in futures.wait(running, return_when=futures.FIRST_COMPLETED).done:
                error = future.exception()
                yield running.pop(future), future.result() if error is None else _named(error)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class OnDask:
    """Tasks on the workers of a `distributed.Client`; what a dead worker had is done again by another."""

    client: Any

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Submit the tasks, a few for each thread at a time, so that results do not pile up.

        A worker that dies takes what waits for it along. So a task whose workers died is tried once more when all
        others are done, with no other beside it: what fails then has itself to blame.
        """
        from distributed.protocol.pickle import dumps

        held: Any = work
        if len(dumps(work)) > SMALL:  # type: ignore[no-untyped-call]
            # A task, not scattered data: the scheduler can do it again where the worker that held it has died.
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Sending large graph")
                held = self.client.submit(_kept, work, pure=False)
        room = IN_FLIGHT * max(sum(self.client.nthreads().values()), 1)
        died = []
        for task, result in self._submitted(held, tasks, room):
            if _killed(result) and len(tasks) > 1:
                died.append(task)
            else:
                yield task, _named(result)
        for task, result in self._submitted(held, died, 1):
            yield task, _named(result)

    def _submitted(self, held: Any, tasks: Iterable[Task], room: int) -> Iterator[tuple[Task, Any]]:
        """Give each task's result or error, no more than ``room`` of them with the scheduler at once."""
        from distributed import as_completed

        waiting = iter(tasks)
        untyped: Any = as_completed
        done = untyped()
        running: dict[Any, Task] = {}

        def submit() -> None:
            for task in waiting:
                future = self.client.submit(_call, held, *task, pure=False)
                running[future.key] = task
                done.add(future)
                return

        for _ in range(room):
            submit()
        for future in done:
            task = running.pop(future.key)
            error = future.exception()
            result = error if error is not None else future.result()
            future.release()
            submit()
            yield task, result


def _kept(work: Work) -> Work:
    return work


def _call(work: Work, *task: Any) -> Any:
    return work(*task)


def _killed(result: Any) -> bool:
    return type(result).__name__ == "KilledWorker"


def _named(result: Any) -> Any:
    """Give a result; of an error, one that says in our words that workers died of a task."""
    if _killed(result):
        return DataError(
            f"its worker died each time it was tried ({str(result).splitlines()[0][:120]})",
            hint="a worker out of memory dies: give it more, or write the prices with fewer assets a partition",
        )
    if isinstance(result, BaseException) and not isinstance(result, Exception):
        return EventStudyError(repr(result))
    return result


def executor_of(client: Any) -> Executor:
    """Give the executor of a client, or this process where there is none.

    Parameters
    ----------
    client : distributed.Client, str, concurrent.futures.Executor, Executor or None
        A scheduler's address is connected to, for as long as the executor lives.

    Raises
    ------
    SpecError
        If it is none of these.
    DataError
        If no scheduler answers at the address.
    """
    if client is None:
        return Here()
    if isinstance(client, (Here, OnPool, OnDask)):
        return client
    if isinstance(client, futures.Executor):
        return OnPool(client)
    if isinstance(client, str):
        own = OnDask(connect(client))
        weakref.finalize(own, own.client.close)
        return own
    if not all(hasattr(client, name) for name in ("submit", "nthreads", "scheduler_info")):
        raise SpecError(
            f"client={shown(client)} is no Dask client",
            hint="expected distributed.Client(address), the address, or a pool of concurrent.futures",
        )
    return OnDask(client)


def results_of(
    executor: Executor,
    function: Callable[..., T],
    tasks: Iterable[Task],
    *,
    common: tuple[Any, ...] = (),
    label: str,
    name: Callable[[Task], str],
    hint: str = "",
    progress: bool | None = None,
) -> Iterator[tuple[Task, T]]:
    """Give the results as they come; after the last, raise one error that names every task that failed.

    Calls ``function(*common, *task)``; what is common goes to each worker once.

    Raises
    ------
    EventStudyError
        Of the class of the first failure; names each task and its reason.
    """
    held = list(tasks)
    failed: list[tuple[str, Exception]] = []
    for task, result in track(
        executor.run(Work(function, common), held), total=len(held), label=label, progress=progress
    ):
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
