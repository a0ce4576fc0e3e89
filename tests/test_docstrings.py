"""Every public docstring says what goes in, what comes out, and shows it in an example (which the doctests run)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator

import pytest

import eventstudy as es
from eventstudy._types import LinearModel, PerEventModel
from eventstudy.models import LinearSpec

validate = pytest.importorskip("numpydoc.validate")

# numpydoc's names of what must hold. Left out: its rules on spacing, on See Also, and on a second paragraph.
CALLABLE = {
    "GL08": "no docstring",
    "SS01": "no summary",
    "SS03": "the summary does not end with a period",
    "SS06": "the summary has more than one line",
    "PR01": "a parameter is not documented",
    "PR02": "a parameter that is not there is documented",
    "PR04": "a parameter has no type",
    "PR07": "a parameter has no description",
    "RT01": "no Returns section",
    "RT03": "the returned value has no description",
    "YD01": "no Yields section",
    "EX01": "no example",
}
PROPERTY = {"GL08": "no docstring", "SS01": "no summary", "SS03": "the summary does not end with a period"}
# What every model answers is told once, by the protocol it follows.
PROTOCOL = (
    frozenset(dir(LinearSpec))
    | frozenset(dir(LinearModel))
    | frozenset(dir(PerEventModel))
    | {"benchmarks", "describe"}
)


def _members(path: str, owner: type) -> Iterator[tuple[str, object]]:
    is_model = hasattr(owner, "describe") and owner.__module__ != LinearModel.__module__
    for name in dir(owner):
        static = inspect.getattr_static(owner, name)
        if name.startswith("_") or (is_model and name in PROTOCOL):
            continue
        function = inspect.unwrap(getattr(static, "__func__", static))
        if inspect.isfunction(function) and str(function.__module__).startswith("eventstudy"):
            yield f"{path}.{name}", CALLABLE
        elif isinstance(static, (property, functools.cached_property)):
            yield f"{path}.{name}", PROPERTY


def _public() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in es.__all__:
        item, path = getattr(es, name), f"eventstudy.{name}"
        if inspect.isclass(item):
            found |= {path: CALLABLE} | dict(_members(path, item))
        elif callable(item):
            found[path] = CALLABLE
    for protocol in (LinearModel, PerEventModel):
        path = f"{protocol.__module__}.{protocol.__name__}"
        # An example of a protocol is its class's: a model.
        found |= {path: PROPERTY} | {
            m: {c: w for c, w in checks.items() if c != "EX01"} for m, checks in _members(path, protocol)
        }
    return {path: checks for path, checks in found.items() if "._" not in path or LinearModel.__module__ in path}


PUBLIC = _public()


def _faults(path: str) -> list[tuple[str, str]]:
    told = validate.validate(path)
    found = [(code, message) for code, message in told["errors"] if code in PUBLIC[path]]
    item = validate.Validator._load_obj(path)
    if inspect.isclass(item):
        # A record's fields are its attributes; an error is raised, not made, by a reader.
        fields = {n for entry in validate.get_doc_object(item)["Attributes"] for n in entry.name.split(", ")}
        taken = set(inspect.signature(item).parameters)
        found = [(c, m) for c, m in found if not (c == "PR01" and taken <= fields)]
        found = [(c, m) for c, m in found if not (issubclass(item, Exception) and c in ("EX01", "PR01"))]
    return found


def test_the_walk_sees_the_whole_surface() -> None:
    assert {"eventstudy.EventStudy.run", "eventstudy.StudyResult.plot_caar", "eventstudy.read_prices"} <= set(PUBLIC)
    assert len(PUBLIC) > 100


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_docstring_is_whole(path: str) -> None:
    faults = _faults(path)
    assert not faults, "\n".join(f"{path}: {code} {message}" for code, message in faults)
