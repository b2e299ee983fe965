"""Variables of patterns whose values may be anything: items of lists of maps, for instance.

A value of type ANY that is a node or relationship tells which; one that is neither is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connstore.cypher.clauses.bindings import Binding, ValueBinding
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.syntax import tree
from connstore.cypher.types import NodeType, RelationshipType, Scalar

_Kind = type[NodeType] | type[RelationshipType]


def with_entities(
    script: Script, relation: Relation, paths: Sequence[tree.PathPattern]
) -> Relation:
    """A relation in which the variables of some patterns are nodes and relationships."""
    named: list[tuple[str | None, _Kind]] = []
    for path in paths:
        named += [(node.variable, NodeType) for node in path.nodes]
        single = (link for link in path.relationships if link.length is None)
        named += [(link.variable, RelationshipType) for link in single]
    kinds = {name: kind for name, kind in named if name is not None and _is_loose(relation, name)}
    if not kinds:
        return relation
    frame = Frame(script, relation)
    found: dict[str, Binding] = {
        name: ValueBinding(frame.entity(relation.scope[name].typed(), kind))
        for name, kind in kinds.items()
    }
    made = frame.close({**relation.scope, **found})
    after = Frame(script, made)
    keys = {name: after.binding(made.scope[name].typed()) for name in kinds}
    return replace(made, scope={**made.scope, **keys})


def _is_loose(relation: Relation, name: str) -> bool:
    binding = relation.scope.get(name)
    return isinstance(binding, ValueBinding) and binding.value.type is Scalar.ANY
