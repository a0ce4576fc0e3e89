"""Random draws cut into blocks: any number of workers, and none, make the same ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from eventstudy._arguments import as_generator, check_whole
from eventstudy._execute import executor_of, results_of

__all__ = ["Draws", "spread"]

T = TypeVar("T")

DRAWS = 2_000
"""Draws of a block, at most."""
MOST_DRAWS = 100_000_000
NUMBERS = 4_000_000
"""Random numbers of a block, at most, where one draw takes many."""


@dataclass(frozen=True, slots=True)
class Draws:
    """A block of draws: how many, and where they come from; to draw from it changes nothing.

    Attributes
    ----------
    n : int
    source : numpy.random.Generator
    """

    n: int
    source: np.random.Generator = field(repr=False)

    def generator(self) -> np.random.Generator:
        """Give a generator that starts where the block does."""
        return copy.deepcopy(self.source)

    @staticmethod
    def blocks(
        draws: int, seed: int | np.random.Generator, *, numbers: int = 1, size: int | None = None
    ) -> list[Draws]:
        """Cut draws into blocks whose size depends on what is drawn alone.

        The first block has the seed's own stream, each other one that of a child (`numpy.random.SeedSequence.spawn`).
        A generator gives children only: what its owner draws next must not depend on who makes these.

        Parameters
        ----------
        draws : int
        seed : int or numpy.random.Generator
        numbers : int
            Random numbers that one draw takes.
        size : int, optional
            Draws of a block, at most; `DRAWS` by default.

        Raises
        ------
        SpecError
            If there is nothing to draw.

        Examples
        --------
        >>> Draws.blocks(4_999, 0)
        [Draws(n=2000), Draws(n=2000), Draws(n=999)]
        >>> len(Draws.blocks(100, 0, numbers=1_000_000))
        25
        """
        check_whole(1, MOST_DRAWS, draws=draws)
        step = max(1, min(DRAWS if size is None else size, NUMBERS // max(numbers, 1)))
        sizes = [min(step, draws - low) for low in range(0, draws, step)]
        if isinstance(seed, np.random.Generator):
            sources = seed.spawn(len(sizes))
        else:
            own = as_generator(seed)
            sources = [own, *own.spawn(len(sizes) - 1)]
        return [Draws(n, source) for n, source in zip(sizes, sources, strict=True)]


def spread(
    client: Any, function: Callable[..., T], common: tuple[Any, ...], parts: Sequence[Any], label: str
) -> list[T]:
    """Call ``function(*common, part)`` for each part, on the workers of a client or here; results in order.

    Parameters
    ----------
    client : distributed.Client, str, concurrent.futures.Executor or None
    function : callable
    common : tuple
        Arguments of all calls.
    parts : sequence
        What each call gets.
    label : str
        What the parts are of, for errors.
    """
    tasks = list(enumerate(parts))
    found = results_of(
        executor_of(client),
        _numbered,
        tasks,
        common=(function, common),
        label=label,
        name=lambda task: f"{label} {task[0]}",
        progress=False,
    )
    done = {task[0]: result for task, result in found}
    return [done[k] for k in range(len(tasks))]


def _numbered(function: Callable[..., T], common: tuple[Any, ...], number: int, part: Any) -> T:
    """Leave the number out, by which the driver knows the part."""
    del number
    return function(*common, part)
