"""A clause on an attribute: what may be asked of values of its type, and what it selects."""

from __future__ import annotations

from connstore.node_sets.errors import NodeSetError
from connstore.node_sets.syntax import EXISTS, NUMERIC_OPERATORS, REGEX, Clause, Values
from connstore.select.regex import RegexError, es5_regex
from connstore.select.selection import (
    And,
    AnyElement,
    Compare,
    Matches,
    Missing,
    Not,
    OneOf,
    Or,
    Predicate,
)
from connstore.sql.values import ELEMENTS, FLOATS, INTEGERS

#: Type of an attribute without any value: whatever is asked, nothing matches.
EMPTY = "null"

_WORDS = {
    "string": "texts",
    "bool": "booleans",
    "int64": "whole numbers",
    "int32": "whole numbers",
    "uint64": "whole numbers",
    "float64": "numbers with fractions",
    "float32": "numbers with fractions",
}


def value_clause(name: str, kind: str, clause: Clause, *, extended: bool) -> Predicate:
    """What a clause selects.

    Args:
        name: The attribute.
        kind: Its type.
        clause: What is asked; not the empty list.
        extended: Whether the extensions may be used.

    Raises:
        NodeSetError: It cannot be asked of such values; without the names of set and attribute.
    """
    if isinstance(clause, Values):
        return _equal(name, kind, clause.values, extended)
    terms = [_operator(name, kind, operator, operand) for operator, operand in clause.tests]
    return terms[0] if len(terms) == 1 else And(tuple(terms))


def _equal(
    name: str, kind: str, values: tuple[int, ...] | tuple[str, ...], extended: bool
) -> Predicate:
    element = ELEMENTS.get(kind, kind)
    first = values[0]
    if element in FLOATS and not isinstance(first, str):
        problem = f"it has {_WORDS[element]}, which are never compared for equality; use $gte, $lte"
        raise NodeSetError("float_equality", problem)
    if isinstance(first, str):
        fits = element == "string"
    elif element == "bool":
        fits = extended
    else:
        fits = element in INTEGERS
    if not fits and kind != EMPTY:
        raise NodeSetError("type_mismatch", _mismatch(element, first))
    if element == "bool":
        return _boolean(name, kind, {bool(value) for value in values if value in (0, 1)})
    if isinstance(first, bool):
        values = tuple(map(int, values))
    return _test(kind, OneOf(name, values))


def _boolean(name: str, kind: str, wanted: set[bool]) -> Predicate:
    # The column may be one of numbers, which another population has there.
    equal = OneOf(name, tuple(value for each in sorted(wanted) for value in (each, int(each))))
    if kind in ELEMENTS:
        return AnyElement(equal)
    return Or((equal, Missing(name))) if False in wanted else equal


def _operator(name: str, kind: str, operator: str, operand: int | float | str | bool) -> Predicate:
    if operator == EXISTS:
        return Not(Missing(name)) if operand else Missing(name)
    element = ELEMENTS.get(kind, kind)
    fitting = ("string",) if operator == REGEX else (*INTEGERS, *FLOATS, "bool")
    if element not in fitting and kind != EMPTY:
        problem = f"{operator} cannot be asked of it: it has {_words(element)}"
        raise NodeSetError("type_mismatch", problem)
    if operator != REGEX:
        return _test(kind, Compare(name, NUMERIC_OPERATORS[operator], operand))  # type: ignore[arg-type]
    try:
        return _test(kind, Matches(name, es5_regex(str(operand))))
    except RegexError as error:
        raise NodeSetError("bad_regex", str(error)) from None


def _test(kind: str, test: OneOf | Matches | Compare) -> Predicate:
    return AnyElement(test) if kind in ELEMENTS else test


def _mismatch(element: str, value: int | str) -> str:
    problem = f"it has {_words(element)}, and {value!r} is none"
    if element in INTEGERS and isinstance(value, str) and value.lstrip("-").isdecimal():
        return f"{problem}. Did you mean {int(value)}?"
    if element == "string" and not isinstance(value, bool):
        return f'{problem}. Did you mean "{value}"?'
    if element == "bool":
        return f"{problem}; booleans are an extension: extended=True"
    return problem


def _words(element: str) -> str:
    return _WORDS.get(element, "nothing that node sets can ask for")
