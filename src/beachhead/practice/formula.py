"""Arithmetic that people write into a business case: named figures, + − × ÷, brackets, min, max and ceil.

A formula is parsed by Python's own parser and evaluated node by node from what is allowed, so nothing else
can run: no attribute, no call but three, no text, no power. Its unit follows from the units of its figures.

>>> hosts = Formula.parse("ceil(servers / servers_per_host)", ["servers", "servers_per_host"])
>>> hosts.value({"servers": np.array([80.0]), "servers_per_host": np.array([12.0])})
array([7.])
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from beachhead.errors import BadInput, did_you_mean
from beachhead.practice.units import Unit

Figures = NDArray[np.float64]

LONGEST, DEEPEST = 500, 30  # characters, levels of nesting: beyond these it is a program, not a formula

CONSTANTS: dict[str, tuple[float, Unit]] = {
    "months_per_year": (12.0, Unit.parse("month per year")),
    "weeks_per_year": (52.0, Unit.parse("week per year")),
    "hours_per_year": (8760.0, Unit.parse("hour per year")),
}
"""Figures that every formula may name."""

_OPERATORS: dict[type[ast.operator], tuple[str, Callable[[Figures, Figures], Figures]]] = {
    ast.Add: ("+", np.add),
    ast.Sub: ("−", np.subtract),
    ast.Mult: ("×", np.multiply),
    ast.Div: ("/", np.divide),
}
_FUNCTIONS: dict[str, Callable[..., Figures]] = {
    "min": np.minimum,
    "max": np.maximum,
    "ceil": lambda figures: np.ceil(figures - 1e-9),  # 7.000000001 hosts are seven
}
_HINTS: dict[type[ast.AST], str] = {
    ast.Pow: "powers are not allowed; multiply",
    ast.BitXor: "powers are not allowed; multiply",
    ast.Mod: "give a percentage as an input with the unit '%'",
    ast.Tuple: "write numbers without a comma, such as 1200",
    ast.Compare: "a formula is arithmetic, it cannot compare; min and max are allowed",
    ast.IfExp: "a formula is arithmetic, it cannot choose; min and max are allowed",
}


@dataclass(frozen=True)
class Formula:
    """A checked formula. ``names`` are the figures in it, in order; ``text`` is as written."""

    text: str
    names: tuple[str, ...]
    where: str
    _tree: ast.expr

    @classmethod
    def parse(cls, text: str, known: Collection[str], where: str = "") -> Formula:
        """Check ``text`` against the names of figures that are known (and ``CONSTANTS``).

        ``where`` says where it stands ("offerings/x.yaml line 90"); it opens the refusal. Raises BadInput.
        """
        if len(text) > LONGEST:
            raise BadInput(f"the formula has more than {LONGEST} characters", file=where or None)
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise BadInput(
                "the formula cannot be read",
                file=where or None,
                value=text,
                expected="arithmetic such as (servers - hosts) * cost_per_server",
            ) from None
        names: dict[str, None] = {}
        for node in _walk(tree, text, where):
            if isinstance(node, ast.Name):
                if node.id not in known and node.id not in CONSTANTS:
                    guess = did_you_mean(node.id, [*known, *CONSTANTS])
                    _refuse(f"there is no figure {node.id!r}{guess}", text, where)
                names[node.id] = None
        return cls(text.strip(), tuple(names), where, tree)

    def value(self, figures: Mapping[str, Figures]) -> Figures:
        """The result for every position of ``figures`` (arrays of one length, or single numbers).

        Raises BadInput, as a sentence, where it would divide by zero or leave the numbers that there are.
        """
        with np.errstate(all="ignore"):
            found = np.asarray(self._value(self._tree, figures), dtype=np.float64)
        if not np.isfinite(found).all():
            _refuse("the result is larger than any number", self.text, self.where)
        return found

    def unit(self, units: Mapping[str, Unit]) -> Unit:
        """The unit of the result. Raises BadInput where unlike things are added or compared."""
        return (self._unit(self._tree, units) or Unit()).plain

    def with_numbers(self, shown: Mapping[str, str]) -> str:
        """The formula with ``shown`` (name → number as text) in place of names: ``(80 − 8) × 450``."""
        return _written(self._tree, shown)

    def _value(self, node: ast.expr, figures: Mapping[str, Figures]) -> Figures:
        match node:
            case ast.Constant(value=value):
                return np.asarray(float(value))  # type: ignore[arg-type]
            case ast.Name(id=name):
                return figures[name] if name in figures else np.asarray(CONSTANTS[name][0])
            case ast.UnaryOp(op=op, operand=operand):
                inner = self._value(operand, figures)
                return -inner if isinstance(op, ast.USub) else inner
            case ast.Call(func=ast.Name(id=name), args=args):
                values = [self._value(arg, figures) for arg in args]
                return _FUNCTIONS[name](values[0]) if name == "ceil" else reduce(_FUNCTIONS[name], values)
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self._value(left, figures), self._value(right, figures)
                if isinstance(op, ast.Div):
                    self._not_by_zero(right, b, figures)
                return _OPERATORS[type(op)][1](a, b)
        raise AssertionError(node)

    def _not_by_zero(self, node: ast.expr, divisor: Figures, figures: Mapping[str, Figures]) -> None:
        low, high = float(divisor.min()), float(divisor.max())
        if low > 0 or high < 0:
            return
        named = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in figures]
        spans = " and ".join(_span(name, figures[name]) for name in dict.fromkeys(named))
        said = f"{_written(node, {})} can be zero" if low < high else f"{_written(node, {})} is zero"
        _refuse(f"it divides by zero: {said}{f' with {spans}' if spans else ''}", self.text, self.where)

    def _unit(self, node: ast.expr, units: Mapping[str, Unit]) -> Unit | None:
        """None: a number that fits any unit, which is only zero."""
        match node:
            case ast.Constant(value=value):
                return None if value == 0 else Unit()
            case ast.Name(id=name):
                return (units[name] if name in units else CONSTANTS[name][1]).plain
            case ast.UnaryOp(operand=operand):
                return self._unit(operand, units)
            case ast.Call(args=args):
                return self._alike([(arg, self._unit(arg, units)) for arg in args])
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self._unit(left, units), self._unit(right, units)
                if isinstance(op, ast.Add | ast.Sub):
                    return self._alike([(left, a), (right, b)])
                if a is None and isinstance(op, ast.Mult | ast.Div):
                    return None
                return (
                    (a or Unit()) * (b or Unit())
                    if isinstance(op, ast.Mult)
                    else (a or Unit()) / (b or Unit())
                )
        raise AssertionError(node)

    def _alike(self, parts: list[tuple[ast.expr, Unit | None]]) -> Unit | None:
        stated = [(node, unit) for node, unit in parts if unit is not None]
        for node, unit in stated[1:]:
            first, its = stated[0]
            if unit != its:
                _refuse(
                    f"{_written(first, {})} has the unit {its.said()!r} and {_written(node, {})} the unit "
                    f"{unit.said()!r}, so they cannot be added or compared",
                    self.text,
                    self.where,
                )
        return stated[0][1] if stated else None


def in_order(formulas: Mapping[str, Formula]) -> list[str]:
    """The names of ``formulas``, each behind those that it uses. Raises BadInput for a circle."""
    order: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            circle = " → ".join([*trail[trail.index(name) :], name])
            _refuse(
                f"formulas use each other in a circle: {circle}", formulas[name].text, formulas[name].where
            )
        if name not in order:
            for used in formulas[name].names:
                if used in formulas:
                    visit(used, (*trail, name))
            order.append(name)

    for name in formulas:
        visit(name, ())
    return order


def _walk(tree: ast.expr, text: str, where: str) -> Iterator[ast.AST]:
    """Every node that counts, checked against what is allowed."""
    todo: list[tuple[ast.AST, int]] = [(tree, 1)]
    while todo:
        node, depth = todo.pop(0)
        if depth > DEEPEST:
            _refuse("the formula is nested too deeply", text, where)
        yield node
        match node:
            case ast.Constant(value=value):
                _check_number(value, text, where)
            case ast.Name():
                pass
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                todo.append((operand, depth + 1))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                todo += [(left, depth + 1), (right, depth + 1)]
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                if not args or (name == "ceil" and len(args) != 1):
                    _refuse(f"{name} takes {'one figure' if name == 'ceil' else 'figures'}", text, where)
                todo += [(arg, depth + 1) for arg in args]
            case ast.Call(func=ast.Name(id=name)):
                guess = did_you_mean(name, _FUNCTIONS) or f"; allowed are {', '.join(sorted(_FUNCTIONS))}"
                _refuse(f"there is no function {name!r}{guess}", text, where)
            case _:
                culprit = node.op if isinstance(node, ast.BinOp) else node
                hint = _HINTS.get(
                    type(culprit), "allowed are figures, numbers, + - * /, brackets, min, max, ceil"
                )
                _refuse(f"this is no arithmetic: {hint}", text, where)


def _check_number(value: object, text: str, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(f"{value!r} is no number", text, where)
    try:
        finite = math.isfinite(float(value))
    except OverflowError:
        finite = False
    if not finite:
        _refuse("a number in it is too large", text, where)


def _refuse(problem: str, text: str, where: str) -> NoReturn:
    raise BadInput(f"{problem} (in {text!r})", file=where or None)


def _span(name: str, figures: Figures) -> str:
    low, high = float(np.min(figures)), float(np.max(figures))
    return f"{name} {low:g}" if low == high else f"{name} from {low:g} to {high:g}"


def _written(node: ast.expr, shown: Mapping[str, str], outer: int = 0) -> str:
    match node:
        case ast.Constant(value=value):
            return f"{value:g}" if isinstance(value, float) else str(value)
        case ast.Name(id=name):
            return shown.get(name, f"{CONSTANTS[name][0]:,g}" if name in CONSTANTS and shown else name)
        case ast.UnaryOp(op=op, operand=operand):
            sign = "−" if isinstance(op, ast.USub) else ""
            return f"{sign}{_written(operand, shown, 3)}"
        case ast.Call(func=ast.Name(id=name), args=args):
            inner = ", ".join(_written(arg, shown) for arg in args)
            return f"{'rounded up' if name == 'ceil' and shown else name}({inner})"
        case ast.BinOp(left=left, op=op, right=right):
            rank = 1 if isinstance(op, ast.Add | ast.Sub) else 2
            behind = rank + isinstance(op, ast.Sub | ast.Div)
            sign = _OPERATORS[type(op)][0]
            text = f"{_written(left, shown, rank)} {sign} {_written(right, shown, behind)}"
            return f"({text})" if rank < outer else text
    raise AssertionError(node)
