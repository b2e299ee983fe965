"""Values of expressions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from connstore.cypher.syntax import tree
from cypher.evaluator.functions import SCALAR
from cypher.evaluator.graph import Graph, Node, Point, Relationship
from cypher.evaluator.values import (
    COMPARISONS,
    EvaluationError,
    all_of,
    any_of,
    equals,
    group_key,
    integer,
    kind,
    negated,
    text,
)

Row = dict[str, Any]

_POINT_CRS = {7203: "cartesian", 9157: "cartesian-3d"}


class Expressions:
    """Evaluates expressions on rows: dictionaries of the variables in scope."""

    graph: Graph
    parameters: dict[str, Any]

    def matches(
        self, paths: tuple[tree.PathPattern, ...], where: tree.Expression | None, row: Row
    ) -> Iterator[Row]:
        """The row with what patterns bind, once for each way to match."""
        raise NotImplementedError

    def rows(self, query: tree.Query, row: Row) -> Iterator[Row]:
        """The rows of a subquery."""
        raise NotImplementedError

    def value(self, node: tree.Expression, row: Row) -> Any:
        """The value of an expression."""
        match node:
            case tree.Literal(_, value):
                return list(value) if isinstance(value, tuple) else value
            case tree.Parameter(_, name):
                return _lookup(self.parameters, name, "parameter")
            case tree.Variable(_, name):
                return _lookup(row, name, "variable")
            case tree.Property(_, subject, key):
                return property_of(self.value(subject, row), key)
            case tree.Subscript(_, subject, index):
                return item_of(self.value(subject, row), self.value(index, row))
            case tree.Slice(_, subject, start, stop):
                ends = [None if end is None else self.value(end, row) for end in (start, stop)]
                unknown = (start and ends[0] is None) or (stop and ends[1] is None)
                items = self.value(subject, row)
                return None if unknown or items is None else items[slice(*ends)]
            case tree.LabelTest(_, subject, labels):
                entity = self.value(subject, row)
                if entity is None:
                    return None
                own = [entity.type] if isinstance(entity, Relationship) else entity.labels
                return set(labels) <= set(own)
            case tree.Unary(_, operator, operand):
                return unary(operator, self.value(operand, row))
            case tree.Binary(_, "AND" | "OR" as operator, left, right):
                first = truth(self.value(left, row))
                decided = first is (operator == "OR")
                return first if decided else binary(operator, first, self.value(right, row))
            case tree.Binary():
                return binary(
                    node.operator, self.value(node.left, row), self.value(node.right, row)
                )
            case tree.Comparison(_, operands, operators):
                values = [self.value(operand, row) for operand in operands]
                return all_of(
                    COMPARISONS[operator](values[i], values[i + 1])
                    for i, operator in enumerate(operators)
                )
            case tree.IsNull(_, operand, not_null):
                return (self.value(operand, row) is None) != not_null
            case tree.Case(_, subject, branches, otherwise):
                wanted = None if subject is None else group_key(self.value(subject, row))
                for when, then in branches:
                    found = self.value(when, row)
                    if found is True if subject is None else group_key(found) == wanted:
                        return self.value(then, row)
                return None if otherwise is None else self.value(otherwise, row)
            case tree.ListLiteral(_, items):
                return [self.value(item, row) for item in items]
            case tree.MapLiteral(_, entries):
                return {key: self.value(item, row) for key, item in entries}
            case tree.MapProjection(_, variable, everything, entries):
                subject = self.value(variable, row)
                if subject is None:
                    return None
                base = SCALAR["properties"](subject) if everything else {}
                return base | {key: self.value(item, row) for key, item in entries}
            case tree.CountStar() | tree.Call():
                return self._call(node, row)
            case tree.PatternExpression(_, path) if path.search:
                name = path.variable or " path"
                named = tree.PathPattern(path.at, name, path.search, path.nodes, path.relationships)
                found = [match[name] for match in self.matches((named,), None, row)]
                return found if path.search == "all shortest" else (found or [None])[0]
            case tree.PatternExpression(_, path):
                return any(True for _ in self.matches((path,), None, row))
            case tree.PatternComprehension(_, path, where, result):
                return [self.value(result, match) for match in self.matches((path,), where, row)]
            case tree.Exists(_, query):
                return any(True for _ in self.rows(query, row))
        return self._over_list(node, row)

    def _call(self, node: tree.Expression, row: Row) -> Any:
        if not isinstance(node, tree.Call) or node.name.lower() not in SCALAR:
            raise EvaluationError(f"unknown function, or an aggregate in an odd place: {node}")
        arguments = [self.value(argument, row) for argument in node.arguments]
        return SCALAR[node.name.lower()](*arguments)

    def _over_list(self, node: tree.Expression, row: Row) -> Any:
        """Comprehensions, quantifiers and reduce."""
        items = self.value(node.source, row)  # type: ignore[attr-defined]
        if items is None:
            return None
        if not isinstance(items, list):
            items = [items]  # as Neo4j takes it where the type is not known before
        match node:
            case tree.ListComprehension(_, name, _, where, result):
                inner = [row | {name: item} for item in items]
                kept = [r for r in inner if where is None or truth(self.value(where, r)) is True]
                return [r[name] if result is None else self.value(result, r) for r in kept]
            case tree.Quantifier(_, quantifier, name, _, where):
                truths = [truth(self.value(where, row | {name: item})) for item in items]
                return QUANTIFIERS[quantifier](truths)
            case tree.Reduce(_, accumulator, initial, name, _, step):
                result = self.value(initial, row)
                for item in items:
                    result = self.value(step, row | {accumulator: result, name: item})
                return result
        raise EvaluationError(f"no such expression: {node}")


def _lookup(names: dict[str, Any], name: str, what: str) -> Any:
    if name not in names:
        raise EvaluationError(f"{what} {name} is not defined")
    return names[name]


def _single(truths: list[bool | None]) -> bool | None:
    if truths.count(True) > 1:
        return False
    return None if None in truths else truths.count(True) == 1


QUANTIFIERS = {
    "all": all_of,
    "any": any_of,
    "none": lambda truths: negated(any_of(truths)),
    "single": _single,
}


def truth(value: Any) -> bool | None:
    """A boolean or null; anything else is refused."""
    if value is None or isinstance(value, bool):
        return value
    raise EvaluationError(f"{kind(value)} where a boolean is asked for")


def property_of(subject: Any, key: str) -> Any:
    """``subject.key``."""
    match subject:
        case None:
            return None
        case Node() | Relationship():
            return subject.props.get(key)
        case dict():
            return subject.get(key)
        case Point(axes, srid):
            named = dict(zip("xyz", axes, strict=False)) | {"srid": srid, "crs": _POINT_CRS[srid]}
            return named.get(key)
    raise EvaluationError(f"no property of a {kind(subject)}")


def item_of(subject: Any, index: Any) -> Any:
    """``subject[index]``."""
    if subject is None or index is None:
        return None
    if isinstance(subject, list) and type(index) is int:
        return subject[index] if -len(subject) <= index < len(subject) else None
    if isinstance(subject, dict | Node | Relationship) and isinstance(index, str):
        return property_of(subject, index)
    raise EvaluationError(f"{kind(index)} is no index of a {kind(subject)}")


def unary(operator: str, value: Any) -> Any:
    """NOT, minus, plus."""
    if operator == "NOT":
        return negated(truth(value))
    if value is None:
        return None
    if kind(value) != "number":
        raise EvaluationError(f"sign of a {kind(value)}")
    if operator == "+":
        return value
    return integer(-value) if isinstance(value, int) else -value


def binary(operator: str, a: Any, b: Any) -> Any:
    """The operators between two values."""
    match operator:
        case "AND":
            return all_of([truth(a), truth(b)])
        case "OR":
            return any_of([truth(a), truth(b)])
        case "XOR":
            return None if truth(a) is None or truth(b) is None else a != b
        case "IN":
            return is_in(a, b)
        case "STARTS WITH" | "ENDS WITH" | "CONTAINS" | "=~":
            if not (isinstance(a, str) and isinstance(b, str)):
                return None
            return _TEXT_OPERATORS[operator](a, b)
    if a is None or b is None:
        return None
    return plus(a, b) if operator == "+" else arithmetic(operator, a, b)


_TEXT_OPERATORS = {
    "STARTS WITH": str.startswith,
    "ENDS WITH": str.endswith,
    "CONTAINS": lambda a, b: b in a,
    "=~": lambda a, b: re.fullmatch(b, a) is not None,
}


def is_in(item: Any, items: Any) -> bool | None:
    """``item IN items``."""
    if items is None:
        return None
    listed = items if isinstance(items, list) else [items]
    return any_of(equals(item, other) for other in listed)


def plus(a: Any, b: Any) -> Any:
    """``a + b``: numbers, texts, lists."""
    if isinstance(a, list) or isinstance(b, list):
        return (a if isinstance(a, list) else [a]) + (b if isinstance(b, list) else [b])
    if isinstance(a, str) or isinstance(b, str):
        return text(a) + text(b)
    return arithmetic("+", a, b)


def arithmetic(operator: str, a: Any, b: Any) -> Any:
    """Integers among themselves stay integers, but for ``^``."""
    if kind(a) != "number" or kind(b) != "number":
        raise EvaluationError(f"{kind(a)} {operator} {kind(b)}")
    if operator == "^":
        return _power(float(a), float(b))
    if isinstance(a, int) and isinstance(b, int):
        return integer(_whole(operator, a, b))
    return _real(operator, float(a), float(b))


def _whole(operator: str, a: int, b: int) -> int:
    if operator in "/%":
        if b == 0:
            raise EvaluationError("/ by zero")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return quotient if operator == "/" else a - b * quotient
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def _real(operator: str, a: float, b: float) -> float:
    if operator == "%":
        return math.nan if b == 0 or not math.isfinite(a) else math.fmod(a, b)
    if operator != "/":
        return {"+": a + b, "-": a - b, "*": a * b}[operator]
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _power(a: float, b: float) -> float:
    try:
        result = a**b
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(result, complex) else result
