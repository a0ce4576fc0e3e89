"""Formulas in patsy's language on arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from eventstudy._types import FloatArray
from eventstudy.errors import DataError, SpecError, nearest

__all__ = ["design"]

_NUMPY = re.compile(r"\bnp\.\w+\(([^()']*)\)(?=\])")  # a level as numpy 2 writes it: [T.np.float64(1.0)]


def design(
    formula: str, data: Mapping[str, Any]
) -> tuple[FloatArray, FloatArray, tuple[str, ...], npt.NDArray[np.bool_]]:
    """Build both sides of a formula in patsy's language.

    Only the columns of ``data`` and numpy as ``np`` are in reach.

    Parameters
    ----------
    formula : str
    data : mapping of str to sequence, each of length n

    Returns
    -------
    y : float64, shape (m,)
    x : float64, shape (m, k)
        The m rows without a missing value in a column the formula uses.
    names : tuple of str, length k
    kept : bool, shape (n,)
        Which rows those are.

    Raises
    ------
    SpecError
        If the formula cannot be read, names a column that is not there, or one with a single level.
    DataError
        If columns differ in length, have no value, or a term is infinite.

    Examples
    --------
    >>> y, x, names, kept = design("car ~ C(asset)", {"car": [1.0, 2.0, np.nan], "asset": ["RUB", "SPX", "SPX"]})
    >>> names, kept.tolist()
    (('Intercept', 'C(asset)[T.SPX]'), [True, True, False])
    """
    import patsy

    class Keeping(patsy.NAAction):  # type: ignore[misc]
        """Drops rows with missing values, and remembers which stayed."""

        kept: npt.NDArray[np.bool_]

        def handle_NA(self, values: Any, is_NAs: Any, origins: Any) -> Any:  # noqa: ARG002
            self.kept = ~np.any(np.stack(is_NAs), axis=0)
            return [v[self.kept] for v in values]

    columns = {name: _column(values) for name, values in data.items()}
    if len({len(v) for v in columns.values()}) != 1:
        raise DataError(f"columns differ in length: { {name: len(v) for name, v in columns.items()} }")
    if "~" not in formula:
        raise SpecError(f"formula {formula!r} has no '~'", hint="such as 'car ~ intensity + C(asset)'")
    keeping = Keeping()
    try:
        with np.errstate(all="ignore"):  # what turns infinite is an error below
            scope = patsy.EvalEnvironment([{"np": np}])
            left, right = patsy.dmatrices(formula, columns, eval_env=scope, NA_action=keeping)
    except patsy.PatsyError as error:
        reason = str(error).splitlines()[0]
        missing = getattr(error.__cause__, "name", None) if isinstance(error.__cause__, NameError) else None
        hint = nearest(missing, columns) if missing else "patsy's formula language"
        raise SpecError(f"formula {formula!r} cannot be read: {reason}", hint=hint, formula=formula) from None
    if left.shape[1] != 1:
        raise SpecError(
            f"the left side of {formula!r} has {left.shape[1]} columns", hint="expected one number an event"
        )
    if not keeping.kept.any():
        empty = [name for name, v in columns.items() if v.dtype.kind == "f" and np.isnan(v).all() and name in formula]
        which = f"column {empty[0]!r} has no value" if empty else "no event has a value in every column"
        raise DataError(f"formula {formula!r} has nothing to work on: {which}", formula=formula)
    single = [term for term, at in right.design_info.term_name_slices.items() if at.start == at.stop]
    if single:
        raise SpecError(f"{single[0]!r} has one level among the events", hint="leave it out", formula=formula)
    names = tuple(_NUMPY.sub(r"\1", name) for name in right.design_info.column_names)
    y, x = np.asarray(left, dtype=np.float64)[:, 0], np.asarray(right, dtype=np.float64)
    infinite = [name for name, column in zip(names, x.T, strict=True) if not np.isfinite(column).all()]
    if infinite or not np.isfinite(y).all():
        which = infinite[0] if infinite else formula.split("~")[0].strip()
        raise DataError(f"{which!r} is infinite for some event", hint="a logarithm of zero?", formula=formula)
    return y, x, names, keeping.kept


def _column(values: Any) -> npt.NDArray[Any]:
    """Numbers as float64 with NaN for missing; everything else as objects, which patsy takes as levels."""
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    if array.dtype.kind == "b":
        return array
    if array.dtype.kind in "mM":
        items = [None if v == "NaT" else v for v in array.astype(str).tolist()]
    else:
        items = [None if _missing(v) else v for v in array.tolist()]
    known = [v for v in items if v is not None]
    if all(isinstance(v, Real) and not isinstance(v, bool) for v in known):
        return np.array([np.nan if v is None else float(v) for v in items])
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def _missing(value: Any) -> bool:
    """None, NaN, or a marker such as pandas' NA that refuses to be compared."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True
    except ValueError:  # an array: a value like any other
        return False
