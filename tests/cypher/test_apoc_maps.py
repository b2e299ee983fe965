"""APOC's functions of maps, and its conversions: as APOC 4.4 has them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from connstore.errors import CypherError
from cypher.evaluating import value

#: Results that follow from the source of APOC 4.4, or stand in its documentation.
EXPECTED: list[tuple[str, Any]] = [
    ("apoc.map.fromValues(['a', 1, 2, 'b', null, 3])", {"a": 1, "2": "b"}),
    ("apoc.map.fromValues([[1, 'a'], 1e7])", {"[1, a]": 1e7}),
    ("apoc.map.fromValues([])", {}),
    ("apoc.map.fromPairs([['a', 1], [], ['b'], [null, 2], ['c', 3, 4]])",
        {"a": 1, "b": None, "c": 3}),
    ("apoc.map.fromLists([], [])", {}),
    ("apoc.map.fromLists(['a'], [null])", {"a": None}),
    ("apoc.map.get({a: 1}, 'b', null, false)", None),
    ("apoc.map.get({a: 1}, 'b', 2, false)", 2),
    ("apoc.map.get({a: null}, 'a', 2)", None),
    ("apoc.map.submap({a: 1, b: null}, ['a', 'b'])", {"a": 1, "b": None}),
    ("apoc.map.submap({a: 1}, ['a', 'b'], [7, 8])", {"a": 1, "b": 8}),
    ("apoc.map.submap({a: 1}, ['b', 'c'], [7], false)", {"b": 7, "c": None}),
    ("apoc.map.submap({a: 1}, ['b'], null, false)", {"b": None}),
    ("apoc.map.submap(null, ['a'])", None),
    ("apoc.map.submap({a: 1}, null)", None),
    ("apoc.map.values({a: 1, b: 2}, ['b', 'c'])", [2]),
    ("apoc.map.values({a: 1, b: 2}, ['b', 'c'], true)", [2, None]),
    ("apoc.map.values({a: 1, b: 2})", []),
    ("apoc.map.values({a: 1, b: 2}, null)", []),
    ("apoc.map.values(null, [])", []),
    ("apoc.map.values(null, ['a'])", None),
    ("apoc.map.removeKey({a: 1, b: {a: 2, c: 3}}, 'a')", {"b": {"a": 2, "c": 3}}),
    ("apoc.map.removeKey({a: 1, b: {a: 2, c: 3}}, 'a', {recursive: true})", {"b": {"c": 3}}),
    # A map that lacks the key itself is not looked into.
    ("apoc.map.removeKey({b: {a: 2}}, 'a', {recursive: true})", {"b": {"a": 2}}),
    ("apoc.map.removeKey({a: 1}, null)", {"a": 1}),
    ("apoc.map.removeKeys({a: 1, b: 2}, ['a'], null)", {"b": 2}),
    ("apoc.map.removeKeys({a: 1, b: {a: 2, c: 3}}, ['a'], {recursive: 'no'})",
        {"b": {"a": 2, "c": 3}}),
    # Maps and lists that nothing is left of go, too.
    ("apoc.map.removeKeys({b: {a: 2}, c: [{a: 1}], d: [{a: 1}, 5, {e: 1}], f: 0}, ['a'], "
        "{recursive: true})", {"d": [5, {"e": 1}], "f": 0}),
    ("apoc.map.removeKeys({b: {c: {a: 1, d: 2}}}, ['a'], {recursive: 1})", {"b": {"c": {"d": 2}}}),
    ("apoc.map.removeKeys({b: [[{a: 1}]]}, ['a'], {recursive: true})", {"b": [[{"a": 1}]]}),
    ("apoc.map.mergeList([{a: 1, b: 1}, {}, {b: 2}])", {"a": 1, "b": 2}),
    ("apoc.map.mergeList([])", {}),
    ("apoc.map.groupBy([{t: 'a', n: 1}, {t: 'a', n: 2}, {n: 3}, {t: null}, 4], 't')",
        {"a": {"t": "a", "n": 2}}),
    ("apoc.map.groupBy([{t: 1}], 't')", {"1": {"t": 1}}),
    ("apoc.map.groupByMulti([{t: 'a', n: 1}, {t: 'b'}, {t: 'a', n: 2}, {}], 't')",
        {"a": [{"t": "a", "n": 1}, {"t": "a", "n": 2}], "b": [{"t": "b"}]}),
    ("apoc.convert.toInteger('12')", 12),
    ("apoc.convert.toInteger('')", None),
    ("apoc.convert.toInteger('x')", None),
    ("apoc.convert.toInteger('12.9')", 12),
    ("apoc.convert.toInteger('1e3')", 1000),
    ("apoc.convert.toInteger('0x1F')", 31),
    ("apoc.convert.toInteger('True')", 1),
    ("apoc.convert.toInteger('99999999999999999999')", 2**63 - 1),
    ("apoc.convert.toInteger('-9223372036854775808')", -(2**63)),
    ("apoc.convert.toInteger(-2.9)", -2),
    ("apoc.convert.toInteger(false)", 0),
    ("apoc.convert.toInteger([1])", None),
    ("apoc.convert.toInteger(null)", None),
    ("apoc.convert.toFloat('1.5')", 1.5),
    ("apoc.convert.toFloat('0x10')", 16.0),
    ("apoc.convert.toFloat('0xyz')", None),
    ("apoc.convert.toFloat('')", None),
    ("apoc.convert.toFloat(true)", 1.0),
    ("apoc.convert.toFloat({})", None),
    ("apoc.convert.toBoolean(null)", False),
    ("apoc.convert.toBoolean('No')", False),
    ("apoc.convert.toBoolean('0')", False),
    ("apoc.convert.toBoolean('n')", True),
    ("apoc.convert.toBoolean(0.5)", False),
    ("apoc.convert.toBoolean(-1)", True),
    ("apoc.convert.toBoolean([])", True),
    ("apoc.convert.toString(1e7)", "1.0E7"),
    ("apoc.convert.toString([1, null, 'a', {b: true}])", "[1, null, a, {b=true}]"),
    ("apoc.convert.toString(null)", None),
    ("apoc.convert.toList('a')", ["a"]),
    ("apoc.convert.toList([1, 1])", [1, 1]),
    ("apoc.convert.toList({a: 1})", [{"a": 1}]),
    ("apoc.convert.toList(null)", None),
    ("apoc.convert.toSet([1, 2, 1])", [1, 2]),
    ("apoc.convert.toSet(1)", [1]),
    ("apoc.convert.toMap({a: 1})", {"a": 1}),
    ("apoc.convert.toMap(1)", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPECTED)
def test_results(text: str, expected: Any) -> None:
    found = value(text)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("apoc.map.fromLists(['a', 'b'], [1])", "of the same size"),
        ("apoc.map.fromLists(null, [])", "of the same size"),
        ("apoc.map.fromLists([], null)", "of the same size"),
        ("apoc.map.fromLists([1], [2])", "a key is a String, not Integer"),
        ("apoc.map.fromValues(['a', 1, 'b'])", "the last key has no value"),
        ("apoc.map.fromPairs(['ab'])", "a pair is a List, not String"),
        ("apoc.map.get({a: 1}, 'b')", "the map lacks 'b'"),
        ("apoc.map.get({a: 1}, 'b', null, true)", "the map lacks 'b'"),
        ("apoc.map.submap({a: 1}, ['a', 'b', 'c'], [7, 8])", "the map lacks 'c'"),
        ("apoc.map.submap({a: 1}, ['b'])", "the map lacks 'b'"),
        ("apoc.convert.toInteger('0xyz')", "'0xyz' is no integer"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(CypherError) as raised:
        value(text)
    assert problem in str(raised.value)


def test_what_is_no_number() -> None:
    assert value("apoc.convert.toInteger('NaN')") == 0
    assert math.isnan(value("apoc.convert.toFloat('NaN')"))
