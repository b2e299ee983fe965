"""SQL for static types, Python per row, Python at compile time and the evaluator agree.

Every expression is asked with its variables of each static type and of type ANY, over values that
tempt each of them to go wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.functions.catalogue import FUNCTIONS
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Scalar, Type
from connstore.errors import CypherError
from cypher.evaluating import Variables, expression, rows, value
from cypher.evaluator.expressions import Expressions
from cypher.evaluator.values import EvaluationError

VALUES: dict[Type, list[Any]] = {
    Scalar.INTEGER: [
        0, 1, -1, 3, -7, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), None,
    ],
    Scalar.FLOAT: [
        0.0, -0.0, 1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 2.0**53, 9007199254740994.0, 2.0**63,
        -(2.0**63), 1e-5, 1e22, 1.7976931348623157e308, 5e-324, math.inf, -math.inf, math.nan, None,
    ],
    Scalar.STRING: [
        "", " ", "a", "A", "ab", "aBc", "1", "-7", "2.9", "true", "é", "e\u0301", "ß", "İ", "😀b",
        "$", "a'L(R)", '"', "\\", "`", "\n", "\t x\u00a0", "9223372036854775807", "NaN", "a.b",
        None,
    ],
    Scalar.BOOLEAN: [True, False, None],
    ListOf(Scalar.INTEGER): [[], [1], [1, 2, 3], [None], [3, None, 1], [2**63 - 1], None],
    ListOf(Scalar.STRING): [[], ["a"], ["", None, "b"], ["a", "a"], None],
}  # fmt: skip

SINGLE = """
-x; +x; NOT x; x IS NULL; x IS NOT NULL; x[0]; x[-1]; x[1..]; x[..-1]; x[-2..5]; x.a; x['a'];
x IN [1, 2, null]; x IN ['a', 'ab']; x IN []; x IN [null]; x IN null; x = 1.0; x < 1.5; 2.5 <= x;
x >= 9007199254740993; x > 1e300; x = 9007199254740992.0; x < 'b'; x = 'a'; x <> true;
[y IN x WHERE y > 1 | y + y]; [y IN x | y]; all(y IN x WHERE y = 1); any(y IN x WHERE y = 1);
none(y IN x WHERE y > 1); single(y IN x WHERE y = 1); reduce(a = 0, y IN x | a + y);
reduce(a = '', y IN x | a + y); reduce(a = 0, y IN x | a + 0.5); [y IN x | [z IN x | [y, z]]];
CASE x WHEN 1 THEN 'a' WHEN null THEN 'n' END; CASE WHEN x = 1 THEN 1 ELSE 1.5 END;
CASE x WHEN [1] THEN 1 WHEN [null] THEN 2 WHEN 1.0 THEN 3 END; x ^ 2; x ^ -0.5; x =~ '(?i)a.*';
x =~ '(?=a).*'; x + 'a'; 'a' + x; x + [1]; [1] + x; [x]; [x, 1]; {a: x}; {a: x}.a; {a: x}['a'];
{a: x}.b; [x, x] = [1, x]; {a: x} = {a: 1}; {a: x} < {a: 1}; [[x], 1][0][0]; toString(x);
toInteger(x); toFloat(x); toBoolean(x); toStringOrNull(x); toIntegerOrNull(x); toFloatOrNull(x);
toBooleanOrNull(x); toIntegerList(x); size(x); head(x); last(x); tail(x); reverse(x); isEmpty(x);
keys(x); properties(x); toUpper(x); toLower(x); trim(x); lTrim(x); rTrim(x); left(x, 2);
right(x, 2); substring(x, 1); substring(x, 0, 2); split(x, 'a'); split(x, ''); abs(x); sign(x);
replace(x, 'a', 'bb'); replace(x, '', 'b'); ceil(x); floor(x); round(x); round(x, 1); sqrt(x);
exp(x); log(x); log10(x); sin(x); atan(x); degrees(x); coalesce(x, 1); coalesce(null, x);
exists(x); range(0, x % 10); range(1, 3, x % 5); point({x: x, y: 1});
point({x: toFloat(x), y: 1}).x;
apoc.coll.toSet(x); apoc.coll.max(x); apoc.coll.containsDuplicates(x); apoc.coll.contains(x, 1);
apoc.meta.type(x); apoc.convert.toJson(x); apoc.text.join(x, ','); apoc.text.split(x, 'a');
apoc.map.setKey({a: 1}, 'b', x); x <> 0 AND 10 / x > 2; x = 0 OR 10 % x = 1; x[0] = x[1]
"""

PAIRS = """
x + y; x - y; x * y; x / y; x % y; x ^ y; x = y; x <> y; x < y; x <= y; x > y; x >= y; x AND y;
x OR y; x XOR y; x IN y; x CONTAINS y; x STARTS WITH y; x ENDS WITH y; x[y]; x[y..]; x[..y];
left(x, y); right(x, y); substring(x, y); substring(x, 0, y); split(x, y); replace(x, y, 'b');
range(x % 9, y % 9); [z IN x WHERE z = y]; any(z IN x WHERE z = y); all(z IN x WHERE z < y);
coalesce(x, y); CASE x WHEN y THEN 1 ELSE 2 END; [x, y]; [x] = [y]; [x] < [y]; {a: x, b: y};
{a: x, b: y}.b; x IN [y, 1]; x < 1 OR y; CASE WHEN x IS NULL THEN x ELSE y END; atan2(x, y);
x = 1 AND y = 1; x < y <= 2; reduce(a = y, z IN x | z); x <> 0 AND y / x > 1; [x] + y
"""


def listed(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\n", " ").split(";")]


#: What the engine reckons with another library than Python may differ in the last digit.
CLOSE = ("^", "exp", "log", "sin", "atan", "degrees")
#: Where the evaluator of the tests is coarser: white space, the sign of zero, APOC and nulls.
COARSE = (
    "trim(",
    "ceil(",
    "floor(",
    "split(",
    "point(",
    "apoc.convert.",
    "rTrim(",
    "toInteger(",
    "toFloat(",
)

REFUSED = object()


def same(text: str, found: Any, expected: Any) -> bool:
    if type(found) is float and type(expected) is float and any(each in text for each in CLOSE):
        return found == expected or math.isclose(found, expected, rel_tol=1e-13) or found != found
    return repr(found) == repr(expected)


def by_evaluator(node: tree.Expression, row: dict[str, Any]) -> Any:
    evaluator = Expressions()
    evaluator.parameters = {}
    try:
        return evaluator.value(node, row)
    except (EvaluationError, ArithmeticError, TypeError, AttributeError, ValueError):
        return REFUSED


def at_once(node: tree.Expression, row: dict[str, Any]) -> Any:
    """By folding; an error is not folded, and lists with variables are left to the evaluator."""
    context = Variables()
    context.variables = {name: constant(each, context) for name, each in row.items()}
    try:
        found = compile_expression(node, context)
    except CypherError:
        return REFUSED
    if isinstance(found, Constant):
        return found.value
    folds = isinstance(node, tree.Call) and FUNCTIONS[node.name.lower()].pure
    return REFUSED if folds else by_evaluator(node, row)


def check(text: str, names: str, types: Sequence[Type], cases: list[tuple[Any, ...]]) -> None:
    node = expression(text)
    wanted = []
    for case in cases:
        row = dict(zip(names, case, strict=True))
        expected, judged = at_once(node, row), by_evaluator(node, row)
        if REFUSED not in (expected, judged) and not text.startswith(COARSE):
            assert same(text, expected, judged), (text, case)
        wanted.append(expected)
    fine = [(case, each) for case, each in zip(cases, wanted, strict=True) if each is not REFUSED]
    for static in (tuple(types), (Scalar.ANY,) * len(types)):
        if not fine:
            continue
        try:
            found = rows(node, names, static, [case for case, _ in fine])
        except CypherError as error:
            # Static types may prove wrong what null or an empty list lets pass.
            assert static == tuple(types), (text, fine, error)
            assert all(None in case or [] in case for case, _ in fine), (text, fine, error)
            continue
        for answer, (case, expected) in zip(found, fine, strict=True):
            assert same(text, answer, expected), (text, static, case, answer, expected)
    refused = [case for case, each in zip(cases, wanted, strict=True) if each is REFUSED]
    for case in [case for case in refused if None not in case][:2]:
        try:
            (answer,) = rows(node, names, tuple(types), [case])
        except CypherError:
            continue
        # Wrong of constants, but not of what may be a property.
        judged = by_evaluator(node, dict(zip(names, case, strict=True)))
        assert same(text, answer, judged), (text, types, case, answer, judged)


@pytest.mark.parametrize("text", listed(SINGLE))
def test_one_operand(text: str) -> None:
    for type_, values in VALUES.items():
        check(text, "x", (type_,), [(each,) for each in values])


def some(type_: Type) -> list[Any]:
    """A few values of a type, null among them."""
    values = VALUES[type_]
    return [*values[: -1 : max(1, len(values) // 7)], None]


@pytest.mark.parametrize("text", listed(PAIRS))
def test_two_operands(text: str) -> None:
    for types in product(VALUES, repeat=2):
        check(text, "xy", types, list(product(*map(some, types))))


OF_TEXTS = """
toUpper(x); toLower(x); trim(x); reverse(x); size(x); substring(x, 1); split(x, ''); left(x, 3);
toInteger(x); toFloat(x); [x]; {a: x}
"""


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.floats()), min_size=1))
def test_integers_and_floats_compare_exactly(pairs: list[tuple[int, float]]) -> None:
    near = [(i, float(i) + step) for i, _ in pairs for step in (-1.0, 0.0, 1.0)]
    for operator in ("=", "<>", "<", "<=", ">", ">="):
        for names in ("xy", "yx"):
            text = f"{names[0]} {operator} {names[1]}"
            check(text, "xy", (Scalar.INTEGER, Scalar.FLOAT), pairs + near)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_functions_of_any_text(texts: list[str]) -> None:
    for text in listed(OF_TEXTS):
        check(text, "x", (Scalar.STRING,), [(each,) for each in texts])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("'a' - 1", "- expected Float or Integer but was String"),
        ("NOT 1", "expected Boolean but was Integer"),
        ("1 AND true", "expected Boolean but was Integer"),
        ("size(1)", "size expected List or String but was Integer"),
        ("1 IN 'a'", "IN expected List but was String"),
        ("{a: 1}[0]", "subscripted by a String"),
        ("[1]['a']", "subscripted by an Integer"),
        ("'a'[0]", "a list or map is needed"),
        ("true + 1", "Boolean and Integer cannot be added"),
        ("1 / 0", "/ by zero"),
        ("1 % 0", "/ by zero"),
        ("9223372036854775807 + 1", "long overflow"),
        ("toInteger('9223372036854775808')", "too large"),
        ("range(1, 5, 0)", "step must not be 0"),
        ("left('a', -1)", "not negative"),
        ("'a' =~ '['", "regular expression"),
        ("tosting(1)", "Unknown function 'tosting'. Did you mean toString"),
        ("size()", "size takes 1 argument, not 0"),
        ("coalesce()", "coalesce takes 1 argument or more, not 0"),
        ("date()", "dates, times and durations are not supported"),
        ("point({x: 1})", "x and y, or longitude and latitude"),
        ("apoc.convert.fromJsonMap('[1]')", "JSON of type List"),
        ("apoc.convert.fromJsonMap('{')", "not JSON"),
        ("labels({})", "labels expected Node but was Map"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(CypherError) as raised:
        value(text)
    assert problem in str(raised.value)


def test_an_error_that_no_row_meets_is_none() -> None:
    assert value("CASE WHEN false THEN 1 / 0 ELSE 2 END") == 2
    assert value("false AND 1 / 0 = 1") is False
    assert value("true OR 1 / 0 = 1") is True


def test_names_of_functions_ignore_case() -> None:
    assert value("TOSTRING(1) + tostring(2) + APOC.TEXT.JOIN(['a'], '')") == "12a"
