"""Equality, comparison and order of values, against the evaluator of the tests."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connstore.cypher.values import model as values
from connstore.cypher.values.encoding import decode, encode
from connstore.cypher.values.model import order_key
from cypher.evaluator import values as judge
from cypher.value_strategies import ANYTHING, VALUES

#: Few values, so that equal ones are common.
FEW = st.sampled_from(
    [None, True, False, 0, 1, 1.0, -0.0, 2**53, 2.0**53, 2**53 + 1, math.nan, math.inf, "", "a"]
)
LISTS = st.recursive(FEW, lambda items: st.lists(items, max_size=2), max_leaves=4)
SMALL = st.recursive(
    FEW,
    lambda items: st.lists(items, max_size=2) | st.dictionaries(st.sampled_from("ab"), items),
    max_leaves=4,
)


@given(SMALL, SMALL)
def test_equality(left: Any, right: Any) -> None:
    assert values.equal(left, right) == judge.equals(left, right)
    assert values.equal(left, right) == values.equal(right, left)


@given(LISTS, LISTS)
def test_comparison(left: Any, right: Any) -> None:
    assert values.less(left, right) == judge.less(left, right)
    assert values.less(left, right) == values.greater(right, left)
    assert values.less_or_equal(left, right) == values.greater_or_equal(right, left)


@given(SMALL, SMALL)
def test_equivalence(left: Any, right: Any) -> None:
    same = judge.group_key(left) == judge.group_key(right)
    assert (order_key(left) == order_key(right)) == same


@given(LISTS, LISTS)
def test_order(left: Any, right: Any) -> None:
    a, b, order = order_key(left), order_key(right), judge.order(left, right)
    assert (a > b) - (a < b) == (order > 0) - (order < 0)


@given(st.lists(ANYTHING, min_size=3, max_size=3))
def test_equivalent_values_have_one_key(items: list[Any]) -> None:
    for left, right in combinations(items, 2):
        if values.equal(left, right):
            assert order_key(left) == order_key(right)
        if order_key(left) == order_key(right):
            assert values.equal(left, right) is not False or _holds_nan(left)


def _holds_nan(value: Any) -> bool:
    return "NaN" in str(encode(value))


@given(st.lists(SMALL, max_size=3), SMALL)
def test_membership_is_equality_with_any_item(items: list[Any], item: Any) -> None:
    assert values.contained(item, items) == judge.any_of(judge.equals(item, x) for x in items)


@given(ANYTHING)
def test_encoding_loses_nothing(value: Any) -> None:
    found = decode(encode(value))
    assert encode(found) == encode(value)
    assert _shape(found) == _shape(value)


def _shape(value: Any) -> Any:
    """A value as something that Python tells apart wherever Cypher does."""
    match value:
        case float():
            return ("float", repr(value))
        case list():
            return [_shape(each) for each in value]
        case dict():
            return [(key, _shape(each)) for key, each in value.items()]
        case values.Point():
            return (value.srid, [_shape(each) for each in value.coordinates])
        case values.Node():
            return (value.identity, value.labels, _shape(dict(value.properties)))
        case values.Relationship():
            ends = (value.start, value.end)
            return (value.identity, value.type, ends, _shape(dict(value.properties)))
        case values.Path():
            return [_shape(each) for each in (*value.nodes, *value.relationships)]
    return (type(value).__name__, value)


@given(VALUES)
def test_encoded_values_are_plain_ascii(value: Any) -> None:
    assert value is None or str(encode(value)).isascii()
