"""The tables of functions: complete rows, and documented results."""

from __future__ import annotations

import math
from typing import Any

import pytest

from connstore.cypher.functions.aggregates import AGGREGATES
from connstore.cypher.functions.catalogue import BY_SLUG, FAMILIES, FUNCTIONS
from connstore.cypher.functions.model import Function, Parameter
from connstore.cypher.syntax.walk import AGGREGATES as KNOWN_AGGREGATES
from connstore.cypher.values.dynamic import engine_function
from connstore.errors import CypherError
from cypher.evaluating import value

TYPES = {"Any", "Boolean", "Integer", "Float", "String", "List", "Map", "Node", "Relationship"}
TYPES |= {"Path", "Point"}
ROWS = [*FUNCTIONS.values(), *AGGREGATES.values()]

#: A value of each type that a parameter may be given.
SAMPLES: dict[str, Any] = {
    "Boolean": True,
    "Integer": 1,
    "Float": 1.5,
    "String": "a",
    "List": [1, 2],
    "Map": {"x": 1, "y": 2},
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_are_complete(row: Function) -> None:
    assert row.doc.endswith(".")
    assert row.doc[0].isupper() or row.name.startswith("to") or row.doc[0] in "-e"
    assert all(parameter.types <= TYPES for parameter in row.takes)
    assert row.returns in TYPES | {"Number"}
    optional = [parameter.optional for parameter in row.takes]
    assert optional == sorted(optional), "those that may be left out come last"


def test_names_are_unique() -> None:
    assert sum(map(len, FAMILIES.values())) == len(FUNCTIONS)
    assert not FUNCTIONS.keys() & AGGREGATES.keys()
    assert AGGREGATES.keys() == KNOWN_AGGREGATES
    assert all(BY_SLUG[row.slug] is row for row in FUNCTIONS.values())


def _wrong(parameter: Parameter) -> Any:
    """A value that a parameter does not take, if there is one."""
    return next((SAMPLES[t] for t in SAMPLES if not parameter.takes(t)), None)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_wrong_types_and_counts_are_refused(row: Function) -> None:
    with pytest.raises(CypherError, match=r"takes .*argument"):
        count = 0 if row.takes and row.takes[-1].repeated else len(row.takes) + 1
        value(f"{row.name}({', '.join(['1'] * count)})")
    for i, parameter in enumerate(row.takes):
        if (wrong := _wrong(parameter)) is None:
            continue
        given = [SAMPLES.get(min(each.types & SAMPLES.keys(), default=""), 1) for each in row.takes]
        given[i] = wrong
        names = ", ".join(f"$v{j}" for j in range(len(given)))
        with pytest.raises(CypherError, match="Type mismatch"):
            value(f"{row.name}({names})", **{f"v{j}": each for j, each in enumerate(given)})
        with pytest.raises(CypherError, match="Type mismatch"):
            row(*given)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_has_a_form_for_any_type(row: Function) -> None:
    letters = "a" * len(row.takes)
    assert engine_function(f"cypher_{row.slug}_{letters}").parameters == ("VARCHAR",) * len(letters)


#: From the manuals of Cypher 4.4 and APOC 4.4, and from openCypher's scenarios.
DOCUMENTED = [
    ("toString(11.5)", "11.5"),
    ("toString(true)", "true"),
    ("toString(1.0e10)", "1.0E10"),
    ("toString(0.0001)", "1.0E-4"),
    ("toString(4.9e-324)", "4.9E-324"),
    ("toString(2.0e-323)", "2.0E-323"),
    ("toString(123456789.5)", "1.234567895E8"),
    ("toInteger('42')", 42),
    ("toInteger('not a number')", None),
    ("toInteger(82.9)", 82),
    ("toInteger(true)", 1),
    ("toInteger('-2.9')", -2),
    ("toFloat('11.5')", 11.5),
    ("toFloat('not a number')", None),
    ("toBoolean('TRUE')", True),
    ("toBoolean('not a boolean')", None),
    ("toBoolean(0)", False),
    ("toBooleanOrNull(1.5)", None),
    ("toIntegerList(['1', 2.5, null, [3]])", [1, 2, None, None]),
    ("left('hello', 3)", "hel"),
    ("right('hello', 3)", "llo"),
    ("substring('hello', 1, 3)", "ell"),
    ("substring('hello', 2)", "llo"),
    ("split('one,two', ',')", ["one", "two"]),
    ("split('a-b,c', [',', '-'])", ["a", "b", "c"]),
    ("replace('hello', 'l', 'w')", "hewwo"),
    ("reverse('anagram')", "margana"),
    ("reverse([4923, 'abc', 521, null, 487])", [487, None, 521, "abc", 4923]),
    ("lTrim('   hello')", "hello"),
    ("rTrim('hello   ')", "hello"),
    ("trim('  hello  ')", "hello"),
    ("toUpper('hello')", "HELLO"),
    ("upper('straße')", "STRASSE"),
    ("toLower('ΑΣ')", "ας"),
    ("size('Alice')", 5),
    ("size('😀')", 1),
    ("range(0, 10)", list(range(11))),
    ("range(2, 18, 3)", [2, 5, 8, 11, 14, 17]),
    ("range(10, 5, -2)", [10, 8, 6]),
    ("range(0, 5, -1)", []),
    ("head([null, 1])", None),
    ("last([1, 2])", 2),
    ("tail([1, 2, 3])", [2, 3]),
    ("keys({a: 1, b: null})", ["a", "b"]),
    ("isEmpty([]) AND isEmpty('') AND isEmpty({})", True),
    ("coalesce(null, null, 3, 4)", 3),
    ("abs(-9)", 9),
    ("ceil(0.1)", 1.0),
    ("floor(0.9)", 0.0),
    ("round(3.141592)", 3.0),
    ("round(3.141592, 3)", 3.142),
    ("round(-1.55, 1, 'UP')", -1.6),
    ("round(1.249, 1, 'DOWN')", 1.2),
    ("round(1.25, 1, 'HALF_EVEN')", 1.2),
    ("round(-1.5)", -1.0),
    ("sign(-17)", -1),
    ("sign(0.1)", 1),
    ("sqrt(256)", 16.0),
    ("sqrt(-1) = sqrt(-1)", False),
    ("log(0)", -math.inf),
    ("log10(100)", 2.0),
    ("e()", math.e),
    ("pi()", math.pi),
    ("degrees(pi())", 180.0),
    ("atan2(0.5, 0.6)", math.atan2(0.5, 0.6)),
    ("haversin(0.5)", (1 - math.cos(0.5)) / 2),
    ("0 <= rand() AND rand() < 1", True),
    ("size(randomUUID())", 36),
    ("timestamp() > 1600000000000", True),
    ("point({x: 1, y: 2, z: 3}).z", 3.0),
    ("point({x: 1, y: 2}).srid", 7203),
    ("point({x: 1, y: 2, z: null})", None),
    ("point({longitude: 56.7, latitude: 12.78}).latitude", 12.78),
    ("point({x: 2.3, y: 4.5, crs: 'cartesian'}).crs", "cartesian"),
    ("toString(point({x: 1, y: 2}))", "point({x: 1.0, y: 2.0, srid: 7203})"),
    ("distance(point({x: 0, y: 3}), point({x: 4, y: 0}))", 5.0),
    ("point.distance(point({x: 0, y: 3}), point({x: 4, y: 0, z: 0}))", None),
    ("apoc.convert.fromJsonMap('{\"a\": {\"b\": [1, 2.0, null]}}')", {"a": {"b": [1, 2.0, None]}}),
    ("apoc.convert.fromJsonMap('{\"n\": 9007199254740993}').n", 2**53 + 1),
    ("apoc.convert.fromJsonList('[1, \"a\"]')", [1, "a"]),
    ("apoc.convert.toJson({a: [1, 2.5, null]})", '{"a":[1,2.5,null]}'),
    ("apoc.convert.toJson(null)", "null"),
    ("apoc.map.removeKey({a: 1, b: 2}, 'a')", {"b": 2}),
    ("apoc.map.removeKeys({a: 1, b: 2, c: 3}, ['a', 'c'])", {"b": 2}),
    ("apoc.map.setKey({a: 1}, 'b', 2)", {"a": 1, "b": 2}),
    ("apoc.map.fromValues(['a', 1, 'b', 2])", {"a": 1, "b": 2}),
    ("apoc.map.fromPairs([['a', 1], ['b', 2]])", {"a": 1, "b": 2}),
    ("apoc.map.fromLists(['a', 'b'], [1, 2])", {"a": 1, "b": 2}),
    ("apoc.map.merge({a: 1, b: 2}, {b: 3})", {"a": 1, "b": 3}),
    ("apoc.map.submap({a: 1, b: 2}, ['b'])", {"b": 2}),
    ("apoc.map.get({a: 1}, 'a')", 1),
    ("apoc.map.get({a: 1}, 'b', 2)", 2),
    ("apoc.coll.flatten([[1], [2, [3]]])", [1, 2, [3]]),
    ("apoc.coll.flatten([[1], [2, [3]]], true)", [1, 2, 3]),
    ("apoc.coll.containsDuplicates([1, 2, 1])", True),
    ("apoc.coll.toSet([1, 2, 1])", [1, 2]),
    ("apoc.coll.sum([1, 2.5])", 3.5),
    ("apoc.coll.max([1, 3, 2])", 3),
    ("apoc.coll.min(['b', 'a'])", "a"),
    ("apoc.coll.sort([3, 1, 2])", [1, 2, 3]),
    ("apoc.coll.contains([1, 2], 2)", True),
    ("apoc.coll.indexOf([1, 2], 2)", 1),
    ("apoc.coll.union([1, 2], [2, 3])", [1, 2, 3]),
    ("apoc.coll.intersection([1, 2, 2], [2, 3])", [2]),
    ("apoc.coll.subtract([1, 2, 3], [2])", [1, 3]),
    ("apoc.coll.zip([1, 2], ['a', 'b'])", [[1, "a"], [2, "b"]]),
    ("apoc.text.join(['a', 'b'], '-')", "a-b"),
    ("apoc.text.regexGroups('ab1 c2', '([a-z]+)(\\\\d)')", [["ab1", "ab", "1"], ["c2", "c", "2"]]),
    ("apoc.text.replace('Hello World!', '[^a-zA-Z]', '')", "HelloWorld"),
    ("apoc.text.replace('ab', '(a)(b)', '$2$1')", "ba"),
    ("apoc.text.split('Hello World', ' +')", ["Hello", "World"]),
    ("apoc.meta.type(1)", "INTEGER"),
    ("apoc.meta.type(null)", "NULL"),
    ("apoc.meta.cypher.type([1, 2])", "LIST OF INTEGER"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DOCUMENTED)
def test_documented_results(text: str, expected: Any) -> None:
    found = value(text)
    assert type(found) is type(expected)
    assert found == pytest.approx(expected) if type(expected) is float else found == expected
