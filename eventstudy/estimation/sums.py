"""Sums over every window of one length, without subtraction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eventstudy._types import BoolArray, FloatArray

__all__ = ["window_counts", "window_sums"]


def window_sums(series: FloatArray, length: int, out: FloatArray | None = None) -> FloatArray:
    """Sum every window of ``length`` consecutive values along the last axis.

    The axis is cut into blocks of ``length``. Any window lies in at most two of them, so its sum is
    a suffix of the first plus a prefix of the second. Nothing is ever subtracted: a value outside
    the window leaves no trace in its sum, however large, and the result depends on the window's own
    values alone, to the last bit (van Herk 1992; Gil, Werman 1993).

    Parameters
    ----------
    series : float64, shape (..., T)
        T is a multiple of ``length``.
    length : int
        Sessions in a window.
    out : float64, shape (..., T - length + 1), optional
        Where to write.

    Returns
    -------
    float64, shape (..., T - length + 1)

    Examples
    --------
    >>> window_sums(np.array([1.0, 2.0, 4.0, 1e300]), 2)
    array([3.e+000, 6.e+000, 1.e+300])
    """
    total = series.shape[-1]
    blocks = series.reshape(*series.shape[:-1], total // length, length)
    prefix = np.cumsum(blocks, axis=-1)
    # The window that starts a block is that block's suffix already.
    prefix[..., -1] = 0.0
    suffix = np.empty_like(prefix)
    np.cumsum(blocks[..., ::-1], axis=-1, out=suffix[..., ::-1])
    held = suffix.reshape(series.shape)[..., : total - length + 1]
    sums: FloatArray = np.add(held, prefix.reshape(series.shape)[..., length - 1 :], out=held if out is None else out)
    return sums


def window_counts(flags: BoolArray, length: int) -> npt.NDArray[np.int32]:
    """Count the true values in every window of ``length`` along the last axis."""
    running = np.zeros((*flags.shape[:-1], flags.shape[-1] + 1), dtype=np.int32)
    np.cumsum(flags, axis=-1, out=running[..., 1:], dtype=np.int32)
    counts: npt.NDArray[np.int32] = running[..., length:] - running[..., :-length]
    return counts
