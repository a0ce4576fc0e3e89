"""What is changed: one place in one file at a time, by Cosmic Ray's operators.

Each operator is replaced by the one that is hardest to tell from it (``<`` by ``<=``, ``+`` by ``-``, ``&`` by ``|``),
and numbers by their neighbours; replacements that only raise a ``TypeError`` (``a << b`` on floats) would be killed by
any test and are left out. Three kinds of places are left out because nothing is computed there: annotations; the star
of a signature, which the operator takes for a product; and the words of ``@dataclass(...)``, which say what may be
assigned and compared.
"""

from __future__ import annotations

import ast
import difflib
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cosmic_ray import plugins
from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code

from mutation.executed import ROOMS, ROOT

__all__ = ["Mutant", "all_mutants", "explained", "sample"]

_BINARY = (
    "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Pow_Mul", "FloorDiv_Div", "Mod_FloorDiv", "BitAnd_BitOr",
    "BitOr_BitAnd", "BitXor_BitOr",
)  # fmt: skip
_COMPARED = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
_UNARY = ("Delete_Invert", "Delete_Not", "Delete_USub")
OPERATORS = (
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in _BINARY),
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in _COMPARED),
    *(f"core/ReplaceUnaryOperator_{pair}" for pair in _UNARY),
    "core/AddNot", "core/NumberReplacer", "core/ReplaceAndWithOr", "core/ReplaceOrWithAnd", "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue", "core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak",
    "core/ZeroIterationForLoop", "core/ExceptionReplacer", "core/RemoveDecorator",
)  # fmt: skip


def explained() -> dict[tuple[str, str], dict[str, str]]:
    """Give what was found on reading survivors (``explained.toml``), by file and changed line."""
    known = tomllib.loads((ROOT / "mutation" / "explained.toml").read_text(encoding="utf-8"))["survivor"]
    return {(row["file"], " ".join(row["after"].split())): row for row in known}


@dataclass(frozen=True)
class Mutant:
    """One change: the ``occurrence``-th place where ``operator`` applies in ``file``; it begins on ``line``."""

    file: str
    operator: str
    occurrence: int
    line: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> Mutant:
        """Give the mutant of a line of results."""
        return cls(row["file"], row["operator"], row["occurrence"], row["line"])

    def source(self) -> str:
        """Give the file with the change made."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        changed = mutate_code(text, plugins.get_operator(self.operator)(), self.occurrence)
        if changed is None:
            raise ValueError(f"{self} changes nothing: the file is another than it was")
        return str(changed)

    def lines(self) -> dict[str, str]:
        """Give the changed lines ``before`` and ``after``, without their indentation."""
        now = (ROOT / self.file).read_text(encoding="utf-8").splitlines()
        found = [x for x in difflib.ndiff(now, self.source().splitlines()) if x[:2] in ("- ", "+ ")]
        before, after = (" ".join(x[2:].strip() for x in found if x[0] == sign) for sign in "-+")
        return {"before": before, "after": after}


class _Places(Visitor):  # type: ignore[misc]
    def __init__(self, operator: Any) -> None:
        self.operator = operator
        self.found: list[tuple[int, int] | None] = []

    def visit(self, node: Any) -> Any:
        of_signature = node.type == "operator" and node.parent.type in ("parameters", "param")
        # With None in its place a star keeps its number, by which the operator finds the others.
        self.found += [None if of_signature else start for start, _ in self.operator.mutation_positions(node)]
        return node


@cache
def _unread(file: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the spans that compute nothing: annotations, what only type checkers see, the words of ``@dataclass()``."""
    spans = []
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        parts: list[ast.AST | None] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            parts.append(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "dataclass":
            parts += [word.value for word in node.keywords]
        spans += [
            ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
            for part in parts
            if isinstance(part, ast.expr | ast.stmt)
        ]
    return spans


def _of_file(file: str) -> Iterator[Mutant]:
    tree = get_ast((ROOT / file).read_text(encoding="utf-8"))
    for name in OPERATORS:
        places = _Places(plugins.get_operator(name)())
        places.walk(tree)
        for k, place in enumerate(places.found):
            if place is not None and not any(first <= place < last for first, last in _unread(file)):
                yield Mutant(file, name, k, place[0])


def all_mutants() -> list[Mutant]:
    """Give every mutant of the two rooms, file by file."""
    files = sorted(p.relative_to(ROOT).as_posix() for room in ROOMS for p in (ROOT / room).glob("*.py"))
    return [mutant for file in files for mutant in _of_file(file)]


def sample(mutants: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw ``size`` mutants, from each file in proportion to what it has (largest remainders), in random order."""
    rng = random.Random(seed)
    strata: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        strata.setdefault(mutant.file, []).append(mutant)
    share = {file: size * len(held) / len(mutants) for file, held in strata.items()}
    taken = {file: int(value) for file, value in share.items()}
    by_remainder = sorted(strata, key=lambda file: (taken[file] - share[file], file))
    for file in by_remainder[: size - sum(taken.values())]:
        taken[file] += 1
    drawn = [mutant for file, held in strata.items() for mutant in rng.sample(held, min(taken[file], len(held)))]
    rng.shuffle(drawn)
    return drawn
