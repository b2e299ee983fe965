"""Aggregates: SQL for static types, Python over lists, and the evaluator agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from connstore.cypher.expressions.compiler import aggregate
from connstore.cypher.expressions.conversions import as_any
from connstore.cypher.expressions.ordering import group_key, order_keys
from connstore.cypher.types import ListOf, Scalar, Type, Typed
from connstore.cypher.values.model import order_key
from connstore.errors import CypherError
from cypher.evaluating import Variables, expression, run, table_of
from cypher.evaluator.functions import AGGREGATES
from cypher.value_strategies import FLOATS, INTEGERS

CALLS = [
    "count(x)", "count(DISTINCT x)", "count(*)", "collect(x)", "collect(DISTINCT x)", "min(x)",
    "max(x)", "sum(x)", "sum(DISTINCT x)", "avg(x)", "stDev(x)", "stDevP(x)",
    "percentileDisc(x, 0.5)", "percentileDisc(x, 0)", "percentileDisc(x, 1.0)",
    "percentileCont(x, 0.3)", "percentileCont(x, 1)", "percentileDisc(DISTINCT x, 0.9)",
]  # fmt: skip
NUMERIC = ("sum", "avg", "stDev", "percentile")
SMALL_FLOATS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1.0])

VALUES: dict[Type, st.SearchStrategy] = {
    Scalar.INTEGER: st.integers(-5, 5) | st.integers(-(2**40), 2**40) | st.none(),
    Scalar.FLOAT: SMALL_FLOATS | st.none(),
    Scalar.STRING: st.sampled_from(["", "a", "A", "é", "😀", None]),
    Scalar.BOOLEAN: st.sampled_from([True, False, None]),
    ListOf(Scalar.INTEGER): st.lists(st.integers(0, 2) | st.none(), max_size=2) | st.none(),
}


def aggregated(text: str, type_: Type, values: Sequence[Any]) -> Any:
    context = Variables()
    source = table_of(context, (type_,), [(each,) for each in values])
    inner = Variables({"x": Typed(exp.column("v0"), type_)}, {}, context.bound, context.functions)
    found = aggregate(expression(text), inner, exp.column("i"))
    return run(f"SELECT {as_any(found, inner).sql.sql('duckdb')} FROM {source}", context)[0]


def by_evaluator(text: str, values: Sequence[Any]) -> Any:
    call = expression(text)
    if text == "count(*)":
        return len(values)
    known = [each for each in values if each is not None]
    if call.distinct:
        keys = [order_key(each) for each in known]
        known = [each for i, each in enumerate(known) if keys[i] not in keys[:i]]
    return AGGREGATES[call.name.lower()](known, *(each.value for each in call.arguments[1:]))


def close(found: Any, expected: Any) -> bool:
    if type(found) is float and type(expected) in {int, float}:
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6)
    return found == expected and type(found) is type(expected)


@settings(deadline=None, max_examples=25)
@pytest.mark.parametrize("type_", VALUES, ids=str)
@pytest.mark.parametrize("text", CALLS)
@given(data=st.data())
def test_aggregates(text: str, type_: Type, data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES[type_], max_size=6))
    numeric = not text.startswith(NUMERIC) or type_ in {Scalar.INTEGER, Scalar.FLOAT}
    if not numeric and any(value is not None for value in values):
        with pytest.raises(CypherError):
            aggregated(text, type_, values)
        return
    expected = by_evaluator(text, values)
    for static in (type_, Scalar.ANY):
        assert close(aggregated(text, static, values), expected), (static, values)


@settings(deadline=None)
@given(st.lists(INTEGERS | FLOATS | st.sampled_from(["a", True, None, [1], [1.0], {"a": 1}])))
def test_mixed_values(values: list[Any]) -> None:
    known = [each for each in values if each is not None]
    for text, choose in (("min(x)", min), ("max(x)", max)):
        found = aggregated(text, Scalar.ANY, values)
        assert order_key(found) == order_key(choose(known, key=order_key, default=None))
    distinct = {order_key(each) for each in known}
    assert aggregated("count(DISTINCT x)", Scalar.ANY, values) == len(distinct)
    assert {order_key(x) for x in aggregated("collect(DISTINCT x)", Scalar.ANY, values)} == distinct


@settings(deadline=None)
@given(st.lists(INTEGERS | st.none()), st.booleans())
def test_order_by_and_grouping(values: list[Any], descending: bool) -> None:
    """Null comes last, descending first; static types and ANY sort alike."""
    wanted = sorted(values, key=order_key, reverse=descending)
    for type_ in (Scalar.INTEGER, Scalar.ANY):
        context = Variables()
        source = table_of(context, (type_,), [(each,) for each in values] or [(None,)])
        typed = Typed(exp.column("v0"), type_)
        (key,) = order_keys(typed, descending, context)
        text = as_any(typed, context).sql.sql("duckdb")
        found = run(f"SELECT {text} FROM {source} ORDER BY {key.sql('duckdb')}", context)
        assert found == (wanted or [None])
        groups = group_key(typed, context).sql("duckdb")
        sql = f"SELECT CAST(count(*) AS VARCHAR) FROM (SELECT 1 FROM {source} GROUP BY {groups})"
        assert run(sql, context) == [len(set(values)) or 1]


def test_sums_do_not_wrap() -> None:
    with pytest.raises(CypherError, match="long overflow"):
        aggregated("sum(x)", Scalar.INTEGER, [2**63 - 1, 1])


@pytest.mark.parametrize("part", ["1.5", "-0.1", "'a'"])
def test_percentiles_out_of_range(part: str) -> None:
    with pytest.raises(CypherError):
        aggregated(f"percentileDisc(x, {part})", Scalar.INTEGER, [1])
