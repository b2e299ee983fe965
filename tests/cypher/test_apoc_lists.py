"""APOC's functions of lists: as APOC 4.4 has them, with nulls, edges and mixed types."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connstore.cypher.functions.catalogue import FUNCTIONS
from connstore.errors import CypherError
from cypher.evaluating import value

#: Results that follow from the source of APOC 4.4, or stand in its documentation.
EXPECTED: list[tuple[str, Any]] = [
    ("union(null, [1, 1])", [1, 1]),
    ("union([1, 1], null)", [1, 1]),
    ("union(null, null)", None),
    ("union([1, 1], [])", [1]),
    ("union([1, null], [null])", [1, None]),
    ("unionAll(null, [1])", [1]),
    ("unionAll([1], null)", [1]),
    ("unionAll([1], [1])", [1, 1]),
    ("subtract([1, 1], null)", [1]),
    ("subtract(null, [1])", None),
    ("subtract([1, 2, 2, null], [1, null])", [2]),
    ("removeAll([1, 1], null)", [1, 1]),
    ("removeAll(null, [1])", None),
    ("removeAll([1, 2, 2, 3], [3, 1])", [2, 2]),
    ("intersection(null, [1])", []),
    ("intersection([1], null)", []),
    ("intersection([1, 1, null], [null, 1])", [1, None]),
    ("disjunction([1, 2, 2], [2, 3, 3])", [1, 3]),
    ("disjunction(null, [1, 1])", [1, 1]),
    ("disjunction([1, 1], null)", [1, 1]),
    ("contains(null, 1)", False),
    ("contains([], null)", False),
    ("contains([null], null)", True),
    # To Java's sets 1 and 1.0 are two things, also within lists and maps.
    ("contains([1], 1.0)", False),
    ("contains([[1]], [1.0])", False),
    ("contains([{a: 1}], {a: 1})", True),
    ("contains([0.0], -0.0)", False),
    ("contains([0.0 / 0.0], 0.0 / 0.0)", True),
    ("containsAll(null, [1])", False),
    ("containsAll([1], null)", False),
    ("containsAll([], [])", False),
    ("containsAll([1], [])", True),
    ("containsAll([1, 2], [2, 1, 1])", True),
    ("containsAll([1, 2], [3])", False),
    ("indexOf(null, 1)", -1),
    ("indexOf([], 1)", -1),
    ("indexOf([1, null], null)", 1),
    ("indexOf([1, 2], null)", -1),
    ("containsDuplicates(null)", False),
    ("containsDuplicates([null, null])", True),
    ("containsDuplicates([1, 1.0])", False),
    ("toSet(null)", None),
    ("toSet([2, null, 2, null, 1])", [2, None, 1]),
    ("flatten(null)", []),
    ("flatten([[1, null], []])", [1, None]),
    ("reverse(null)", []),
    ("reverse([1, null])", [None, 1]),
    ("sum(null)", None),
    ("sum([])", None),
    # One by one, as Java adds.
    ("sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])", 0.9999999999999999),
    ("avg([])", None),
    ("sumLongs(null)", None),
    ("sumLongs([])", 0),
    ("sumLongs([1.9, 2])", 3),
    ("stdev(null)", None),
    ("stdev([])", None),
    ("stdev([5])", 0),
    ("stdev([10, 12, 23])", 7),
    ("stdev([10, 12, 23], false)", math.sqrt(98 / 3)),
    # The first that no other beats; values of different types do not compare.
    ("max(['a', 1])", "a"),
    ("max([1, 'a'])", 1),
    ("min(['a', 1])", "a"),
    ("max([null, 1, null, 2])", 2),
    ("min([3, null, 2])", 2),
    ("max([null, null])", None),
    ("max([])", None),
    ("min([[1], [0, 5]])", [0, 5]),
    ("sort(null)", []),
    ("sort([])", []),
    ("zip([1], [3, 4])", [[1, 3]]),
    ("zip([1, 2], [3])", [[1, 3], [2, None]]),
    ("zip([1, 2], [])", []),
    ("zip([], [1])", []),
    ("zip(null, [1])", None),
    ("pairs([1, 2, 3])", [[1, 2], [2, 3], [3, None]]),
    ("pairs([1])", []),
    ("pairs([])", []),
    ("pairsMin([1, 2, 3])", [[1, 2], [2, 3]]),
    ("pairsMin([1])", []),
    ("partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]),
    ("partition(null, 2)", []),
    ("partition([], 0)", []),
    ("frequencies(['a', 'b', 'a'])", [{"item": "a", "count": 2}, {"item": "b", "count": 1}]),
    ("frequencies([null])", [{"item": None, "count": 1}]),
    ("frequencies(null)", []),
    ("frequenciesAsMap([1, 2, 1])", {"1": 2, "2": 1}),
    ("frequenciesAsMap([true, 1e7, [1, null], {a: 'b'}])",
        {"true": 1, "1.0E7": 1, "[1, null]": 1, "{a=b}": 1}),
    ("frequenciesAsMap(null)", {}),
    ("occurrences([1, 2, 1, 1.0], 1)", 2),
    ("occurrences(null, 1)", 0),
    ("duplicates([1, 3, 2, 2, 1, 1])", [2, 1]),
    ("duplicates(null)", []),
    ("duplicatesWithCount([1, 3, 2, 2, 1, 1])",
        [{"item": 1, "count": 3}, {"item": 2, "count": 2}]),
    ("sortMaps([{a: 1}, {a: 3}, {a: 2}], 'a')", [{"a": 3}, {"a": 2}, {"a": 1}]),
    ("sortMaps([{a: 2}, {a: 1.5}, {a: 10}], '^a')", [{"a": 1.5}, {"a": 2}, {"a": 10}]),
    ("sortMaps([{a: true}, {b: 1}, {a: false}], '^a')", [{"b": 1}, {"a": False}, {"a": True}]),
    # Values of different types by their texts, equal ones in the order given.
    ("sortMaps([{a: 'b'}, {a: 7}, {a: [1]}], '^a')", [{"a": 7}, {"a": [1]}, {"a": "b"}]),
    ("sortMaps([{a: 1, b: 1}, {a: 1, b: 2}], 'a')", [{"a": 1, "b": 1}, {"a": 1, "b": 2}]),
    ("sortMaps(null, 'a')", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPECTED)
def test_results(text: str, expected: Any) -> None:
    found = value(f"apoc.coll.{text}")
    assert type(found) is type(expected)
    assert found == pytest.approx(expected) if type(expected) is float else found == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sum([1, null])", "expected numbers but was Null"),
        ("stdev(['a'])", "expected numbers but was String"),
        ("sumLongs([9223372036854775807, 1])", "long overflow"),
        ("partition([1], 0)", "the size is at least 1"),
        ("frequenciesAsMap([null])", "null is null, or the text of two"),
        ("frequenciesAsMap([1, '1'])", "1 is null, or the text of two"),
        ("sortMaps([{a: 1}], '')", "does not fit"),
        ("sortMaps([1, 2], 'a')", "does not fit"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(CypherError) as raised:
        value(f"apoc.coll.{text}")
    assert problem in str(raised.value)


def call(name: str, *arguments: Any) -> Any:
    return FUNCTIONS[f"apoc.coll.{name.lower()}"](*arguments)


ITEMS = st.lists(st.one_of(st.none(), st.integers(0, 3), st.sampled_from("ab")), max_size=8)


@given(ITEMS, ITEMS)
def test_lists_as_sets(left: list[Any], right: list[Any]) -> None:
    a, b = set(left), set(right)
    for name, expected in [
        ("union", a | b),
        ("intersection", a & b),
        ("subtract", a - b),
        ("disjunction", a ^ b),
        ("toSet", a),
    ]:
        found = call(name, *[left, right][: 1 if name == "toSet" else 2])
        assert set(found) == expected
        assert len(found) == len(expected)
    assert call("containsAll", left, right) == (bool(left) and b <= a)
    assert call("removeAll", left, right) == [each for each in left if each not in b]


@given(ITEMS)
def test_counts(items: list[Any]) -> None:
    counts = Counter(items)
    found = call("frequencies", items)
    assert {each["item"]: each["count"] for each in found} == counts
    assert [each["item"] for each in found] == list(dict.fromkeys(items))
    assert set(call("duplicates", items)) == {each for each in counts if counts[each] > 1}
    assert call("duplicatesWithCount", items) == [each for each in found if each["count"] > 1]
    assert call("containsDuplicates", items) == (len(counts) < len(items))
    assert all(call("occurrences", items, each) == counts[each] for each in counts)


@given(st.lists(st.integers(-1000, 1000), min_size=2), st.booleans())
def test_standard_deviations(items: list[int], of_sample: bool) -> None:
    mean = sum(items) / len(items)
    squares = sum((item - mean) ** 2 for item in items)
    expected = math.sqrt(squares / (len(items) - of_sample))
    assert call("stdev", items, of_sample) == pytest.approx(expected, abs=1e-9)
