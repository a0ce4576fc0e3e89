"""Mutations of true inputs without any tool: what the test suite uses everywhere, a fuzzer's engine or not."""

from __future__ import annotations

import random

__all__ = ["mutate"]

_BYTES = (
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n",
    b'"',
    b"'",
    b",",
    b";",
    b"-",
    b"9" * 40,
    b"a" * 200,
    b"\xc3",
    b" ",
)


def mutate(seeds: tuple[bytes, ...], words: tuple[str, ...], rng: random.Random) -> bytes:
    """Give one input that is near a true one: cut, doubled, spliced, flipped, and salted with words of its format."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.randint(1, 30))
        action = rng.randrange(7)
        if action == 0:
            del data[at:to]
        elif action == 1:
            data[at:at] = data[at:to] * rng.randint(1, 20)
        elif action == 2 and data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif action == 3:
            data[at:to] = rng.choice(_BYTES)
        elif action == 4 and words:
            data[at:at] = rng.choice(words).encode()
        elif action == 5:
            other = rng.choice(seeds)
            cut = rng.randrange(len(other) + 1)
            data[at:] = other[cut:]
        else:
            data[at:to] = rng.choice((b"0", b"1e309", b"-1", b"2022-02-31", b"NaN", b"99999999999999999999", b""))
    return bytes(data)
