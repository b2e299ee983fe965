"""Functions of texts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import at_most
from connstore.cypher.functions.model import Function, table
from connstore.cypher.functions.native import Arguments, is_type, where_ascii
from connstore.cypher.sqlkit import all_of, binary, call, case, list_of, not_null, words
from connstore.cypher.types import ListOf, Scalar, Typed
from connstore.cypher.values.model import Value, type_name
from connstore.cypher.values.texts import WHITE_SPACE
from connstore.errors import CypherError

_STRINGS = ListOf(Scalar.STRING)


def _not_negative(name: str, number: int) -> int:
    if number < 0:
        raise CypherError(f"{name}: a length or start is not negative, but was {number}.")
    return number


def left(text: str, length: int) -> str:
    """The first characters."""
    return text[: _not_negative("left", length)]


def right(text: str, length: int) -> str:
    """The last characters."""
    length = _not_negative("right", length)
    return text[-length:] if length else ""


def substring(text: str, start: int, length: int | None = None) -> str:
    """Characters from an offset on.

    Example:
        >>> substring("EPG(PB08)_R3", 4, 4), substring("EPG", 9)
        ('PB08', '')
    """
    start = _not_negative("substring", start)
    stop = None if length is None else start + _not_negative("substring", length)
    return text[start:stop]


def split(text: str, separators: Value) -> list[str]:
    """The parts between separators; all characters for an empty one.

    Example:
        >>> split("MBON14(a3)", ["(", ")"]), split("EB", "")
        (['MBON14', 'a3', ''], ['E', 'B'])
    """
    given = separators if type(separators) is list else [separators]
    for each in given:
        if type(each) is not str:
            raise CypherError(f"split: a separator is a String, not {type_name(each)}.")
    if "" in given:
        return list(text) or [""]
    parts = [text]
    for separator in given:
        parts = [part for each in parts for part in each.split(separator)]
    return parts


def replace(text: str, search: str, replacement: str) -> str:
    """The text with all occurrences of one replaced by another."""
    return text.replace(search, replacement)


def _cased(name: str) -> Function:
    """``toUpper`` and ``toLower``: the engine's own knows letters outside ASCII differently."""
    engine, python, doc = {
        "toUpper": ("upper", str.upper, "Text in capital letters."),
        "toLower": ("lower", str.lower, "Text in small letters."),
    }[_CASES[name]]

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if not is_type(Scalar.STRING, arguments):
            return None
        value = arguments[0].sql
        slow = in_python(row, arguments, context).sql
        return Typed(where_ascii(value, call(engine, value.copy()), slow), Scalar.STRING)

    row = Function(name, "text String", "String", doc, python, native)
    return row


_CASES = {"toUpper": "toUpper", "upper": "toUpper", "toLower": "toLower", "lower": "toLower"}


def _trimmed(name: str, doc: str) -> Function:
    python = {"trim": str.strip, "lTrim": str.lstrip, "rTrim": str.rstrip}[name]

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if not is_type(Scalar.STRING, arguments):
            return None
        return Typed(call(name.lower(), arguments[0].sql, words(WHITE_SPACE)), Scalar.STRING)

    return Function(
        name, "text String", "String", doc, lambda text: python(text, WHITE_SPACE), native
    )


def _checked(name: str, numbers: Sequence[exp.Expr], use: exp.Expr) -> exp.Expr:
    """SQL behind a test that lengths and starts are not negative."""
    problem = call("error", words(f"CypherError: {name}: a length or start is not negative."))
    zero = exp.Literal.number(0)
    return case([(binary(exp.LT, each.copy(), zero), problem) for each in numbers], use)


def _unless_null(arguments: Arguments, use: exp.Expr) -> exp.Expr:
    """SQL behind a test that no argument is null; the engine's functions ignore some nulls."""
    unknown = [each for each in arguments if not isinstance(each, Constant)]
    return case([(all_of(*(not_null(each.sql.copy()) for each in unknown)), use)])


#: A text is never as long; the engine adds to the numbers that it is given.
_LONG = 2**31


def _ends(name: str) -> Function:
    def native(arguments: Arguments, context: Context) -> Typed | None:
        if [each.type for each in arguments] != [Scalar.STRING, Scalar.INTEGER]:
            return None
        text, length = (each.sql for each in arguments)
        taken = call(name, text, at_most(length, _LONG))
        sql = _unless_null(arguments, _checked(name, [length], taken))
        return Typed(sql, Scalar.STRING)

    python, which = {"left": (left, "First"), "right": (right, "Last")}[name]
    return Function(
        name, "text String, length Integer", "String", f"{which} characters.", python, native
    )


def _substring(arguments: Arguments, context: Context) -> Typed | None:
    given, *limits = arguments
    if given.type is not Scalar.STRING or not is_type(Scalar.INTEGER, limits):
        return None
    numbers = [each.sql for each in limits]
    start, *length = (at_most(each, _LONG) for each in numbers)
    taken = call("substring", given.sql, binary(exp.Add, start, exp.Literal.number(1)), *length)
    sql = _unless_null(arguments, _checked("substring", numbers, taken))
    return Typed(sql, Scalar.STRING)


def _split(arguments: Arguments, context: Context) -> Typed | None:
    if not is_type(Scalar.STRING, arguments):
        return None
    text, separator = (each.sql for each in arguments)
    # Engines since 2.0.1 find no part in an empty text.
    empty = (binary(exp.EQ, text.copy(), words("")), list_of([words("")]))
    parts = case([empty], call("string_split", text, separator))
    return Typed(_unless_null(arguments, parts), _STRINGS)


def _replace(arguments: Arguments, context: Context) -> Typed | None:
    if not is_type(Scalar.STRING, arguments):
        return None
    search = arguments[1]
    if not (isinstance(search, Constant) and search.value):
        return None
    return Typed(call("replace", *(each.sql for each in arguments)), Scalar.STRING)


TEXT = table(
    _ends("left"),
    _ends("right"),
    Function(
        "substring",
        "text String, start Integer, length Integer?",
        "String",
        "Characters from an offset on, counted from 0.",
        substring,
        _substring,
    ),
    Function(
        "split",
        "text String, separator String|List",
        "List",
        "Parts between separators.",
        split,
        _split,
    ),
    Function(
        "replace",
        "text String, search String, replacement String",
        "String",
        "Text with all occurrences of another replaced.",
        replace,
        _replace,
    ),
    _trimmed("trim", "Text without white space at its ends."),
    _trimmed("lTrim", "Text without white space at its beginning."),
    _trimmed("rTrim", "Text without white space at its end."),
    *map(_cased, _CASES),
)
