"""Values of every static type: from Python to SQL and back, widened, and taken apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connstore.cypher.expressions.constants import common_type, type_of
from connstore.cypher.types import Dictionary, ListOf, Record, Scalar, Type
from connstore.cypher.values.encoding import encode
from connstore.errors import CypherError
from cypher.evaluating import rows, value
from cypher.value_strategies import FLOATS, INTEGERS, VALUES

UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
NAMES = UNICODE | st.sampled_from(["AL(R)", "aL(R)", "a'L(R)", "$", "$float", "/", "f0", '"', "`"])


def typed_values(type_: Type) -> st.SearchStrategy:
    """Values of a static type."""
    match type_:
        case Scalar.INTEGER:
            return INTEGERS | st.none()
        case Scalar.FLOAT:
            return FLOATS | st.none()
        case Scalar.STRING:
            return UNICODE | st.none()
        case Scalar.BOOLEAN:
            return st.sampled_from([True, False, None])
        case ListOf(item):
            return st.lists(typed_values(item), max_size=3) | st.none()
        case Record(fields):
            return st.fixed_dictionaries({k: typed_values(t) for k, t in fields}) | st.none()
        case Dictionary(item):
            return st.dictionaries(NAMES, typed_values(item), max_size=3) | st.none()
    raise AssertionError(type_)


SCALARS = st.sampled_from([Scalar.INTEGER, Scalar.FLOAT, Scalar.STRING, Scalar.BOOLEAN])


def nested(types: st.SearchStrategy) -> st.SearchStrategy:
    fields = st.dictionaries(NAMES, types, min_size=1, max_size=3)
    return st.one_of(types.map(ListOf), fields.map(lambda given: Record(tuple(given.items()))))


TYPES = st.recursive(SCALARS, nested, max_leaves=4)


@settings(deadline=None)
@given(st.data())
def test_there_and_back(data: st.DataObject) -> None:
    """A value comes back the same, whatever static type carries it."""
    type_ = data.draw(TYPES)
    given_ = data.draw(typed_values(type_))
    narrow = type_of(given_)
    assert encode(rows("x", "x", (narrow,), [(given_,)])[0]) == encode(given_)
    for wide in (type_, Scalar.ANY):
        assume(common_type([narrow, wide]) == wide)
        for text in ("x", "[x][0]", "{a: x}.a", "coalesce(x, null)", "head([x, null])"):
            assert encode(rows(text, "x", (wide,), [(given_,)])[0]) == encode(given_)


@settings(deadline=None)
@given(VALUES)
def test_constants(given_: Any) -> None:
    assert encode(value("$x", x=given_)) == encode(given_)


@settings(deadline=None)
@given(st.dictionaries(NAMES, INTEGERS, min_size=1, max_size=4), NAMES)
def test_values_of_maps(given_: dict[str, int], other: str) -> None:
    """Keys are exact: names that differ only by case are two."""
    record = type_of(given_)
    for type_ in (record, Scalar.ANY):
        for key in (*given_, other):
            found = rows("x[y]", "xy", (type_, Scalar.STRING), [(given_, key)])[0]
            assert found == given_.get(key)
            assert value("$x[$y]", x=given_, y=key) == given_.get(key)
        assert rows("keys(x)", "x", (type_,), [(given_,)])[0] == list(given_)
        assert rows("x = x", "x", (type_,), [(given_,)])[0] is True


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(CypherError, match="half of a surrogate pair"):
        rows("x", "x", (Scalar.STRING,), [("\ud800",)])


@pytest.mark.parametrize(
    ("types", "common"),
    [
        ([], Scalar.NULL),
        ([Scalar.NULL, Scalar.STRING], Scalar.STRING),
        ([Scalar.INTEGER, Scalar.FLOAT], Scalar.ANY),
        ([ListOf(Scalar.NULL), ListOf(Scalar.INTEGER)], ListOf(Scalar.INTEGER)),
        ([ListOf(Scalar.STRING), ListOf(Scalar.INTEGER)], ListOf(Scalar.ANY)),
        ([Dictionary(Scalar.NULL), Dictionary(Scalar.FLOAT)], Dictionary(Scalar.FLOAT)),
        ([Record((("a", Scalar.NULL),)), Record((("a", Scalar.STRING),))],
         Record((("a", Scalar.STRING),))),
        ([Record((("a", Scalar.NULL),)), Record((("b", Scalar.STRING),))], Scalar.ANY),
        ([ListOf(Scalar.STRING), Scalar.STRING], Scalar.ANY),
    ],
)  # fmt: skip
def test_common_types(types: list[Type], common: Type) -> None:
    assert common_type(types) == common
