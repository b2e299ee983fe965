"""Hypothesis strategies for values of Cypher."""

from __future__ import annotations

from hypothesis import strategies as st

from connstore.cypher.values.model import Node, Path, Point, Relationship

INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats() | st.sampled_from([2.0**53, 9007199254740994.0, -0.0, 5e-324])
TEXTS = st.text() | st.sampled_from(["$", "$node", "$$", "😀", "a'L(R)", '"\\', "\ud800", "\0"])
KEYS = TEXTS
POINTS = st.one_of(
    st.builds(Point, st.just(9157), st.tuples(FLOATS, FLOATS, FLOATS)),
    st.builds(Point, st.just(7203), st.tuples(FLOATS, FLOATS)),
)
SCALARS = st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS | POINTS


def containers(items: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(items, max_size=4) | st.dictionaries(KEYS, items, max_size=4)


VALUES = st.recursive(SCALARS, containers, max_leaves=8)
KEY_PARTS = st.tuples(st.integers(0, 9), INTEGERS, INTEGERS)
NODES = st.builds(
    Node,
    KEY_PARTS,
    st.lists(TEXTS, max_size=2).map(tuple),
    st.dictionaries(KEYS, VALUES, max_size=3),
)
RELATIONSHIPS = st.builds(
    Relationship,
    st.tuples(st.integers(0, 9), INTEGERS),
    TEXTS,
    KEY_PARTS,
    KEY_PARTS,
    st.dictionaries(KEYS, VALUES, max_size=3),
)
PATHS = st.integers(0, 2).flatmap(
    lambda steps: st.builds(
        Path,
        st.tuples(*[NODES] * (steps + 1)),
        st.tuples(*[RELATIONSHIPS] * steps),
    )
)
#: Values of every type, nested.
ANYTHING = st.recursive(SCALARS | NODES | RELATIONSHIPS | PATHS, containers, max_leaves=6)
