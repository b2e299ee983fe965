"""JSON as APOC writes it, nodes and relationships with their ids."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from connstore.cypher.context import Context
from connstore.cypher.expressions.access import GEOGRAPHIC, SYSTEMS
from connstore.cypher.expressions.constants import constant
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.graph import GRAPH
from connstore.cypher.functions.keys import identity_of
from connstore.cypher.functions.model import Function
from connstore.cypher.functions.native import Arguments
from connstore.cypher.types import RelationshipType, Scalar, Typed
from connstore.cypher.values.model import Node, Path, Point, Relationship, Value
from connstore.cypher.values.texts import float_text
from connstore.errors import CypherError

#: How Java's Jackson writes what may not stand in a text as it is.
_ESCAPES = {number: f"\\u{number:04X}" for number in range(32)} | {
    ord(letter): f"\\{short}" for letter, short in zip('"\\\b\f\n\r\t', '"\\bfnrt', strict=True)
}


def written(value: Value) -> str:
    r"""JSON of what is no node and no relationship.

    Example:
        >>> written({"a": [1e7, None, float("nan")], "b": "x\ty"})
        '{"a":[1.0E7,null,"NaN"],"b":"x\\ty"}'
    """
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case float():
            return float_text(value) if math.isfinite(value) else f'"{float_text(value)}"'
        case str():
            return f'"{value.translate(_ESCAPES)}"'
        case list():
            return f"[{','.join(map(written, value))}]"
        case dict():
            entries = (f"{written(key)}:{written(each)}" for key, each in value.items())
            return f"{{{','.join(entries)}}}"
        case Point():
            return written(_point(value))
    return str(value)


def _point(value: Point) -> dict[str, Value]:
    x, y, z = (*value.coordinates, None)[:3]
    if value.srid in GEOGRAPHIC:
        place = {"latitude": y, "longitude": x, "height": z}
    else:
        place = {"x": x, "y": y, "z": z}
    return {"crs": SYSTEMS[value.srid], **place}


@dataclass(frozen=True)
class _Plain:
    """Values without nodes and relationships, maps in their place.

    Attributes:
        ids_are_keys: How the graph numbers its nodes and relationships.
    """

    ids_are_keys: bool

    def of(self, value: Value) -> Any:
        """The value as JSON has it."""
        match value:
            case list():
                return [self.of(each) for each in value]
            case dict():
                return {key: self.of(each) for key, each in value.items()}
            case Node():
                return self.node(value)
            case Relationship():
                raise CypherError(
                    "apoc.convert.toJson: of a relationship within a list, a map or a list "
                    "expression the nodes are not known; give it from MATCH or UNWIND, or its path."
                )
            case Path():
                ends = {node.identity: node for node in value.nodes}
                return [
                    self.node(each)
                    if isinstance(each, Node)
                    else self.relationship(each, ends[each.start], ends[each.end])
                    for each in value.steps()
                ]
        return value

    def id(self, entity: Node | Relationship) -> str:
        """Its number, a text in JSON."""
        return str(identity_of(entity, self.ids_are_keys))

    def node(self, node: Node) -> dict[str, Value]:
        """A node: without labels or properties if it has none."""
        entity = {"id": self.id(node), "type": "node"}
        return entity | _known(labels=sorted(node.labels), properties=dict(node.properties))

    def relationship(self, value: Relationship, start: Node, end: Node) -> dict[str, Value]:
        """A relationship between two nodes."""
        return {
            "id": self.id(value),
            "type": "relationship",
            "label": value.type,
            "start": self.node(start),
            "end": self.node(end),
        } | _known(properties=dict(value.properties))


def _known(**parts: Value) -> dict[str, Value]:
    return {name: part for name, part in parts.items() if part}


def _in_graph(
    value: Value, ids_are_keys: bool, start: Node | None = None, end: Node | None = None
) -> str:
    plain = _Plain(ids_are_keys)
    if isinstance(value, Relationship) and start is not None and end is not None:
        return written(plain.relationship(value, start, end))
    return written(plain.of(value))


JSON_IN_GRAPH = Function(
    "json in graph",
    "value Any, ids_are_keys Boolean, start Any?, end Any?",
    "String",
    "",
    _in_graph,
    strict=False,
)

#: Types whose values hold no nodes.
_WITHOUT = {Scalar.BOOLEAN, Scalar.INTEGER, Scalar.FLOAT, Scalar.STRING, Scalar.POINT}


def json_in_graph(arguments: Arguments, context: Context) -> Typed | None:
    """JSON, in SQL, of what may hold nodes or relationships."""
    (given,) = arguments
    if given.type in _WITHOUT:
        return None
    parts = [given, constant(context.ids_are_keys, context)]
    if isinstance(given.type, RelationshipType):
        ends = (GRAPH[name].native for name in ("startnode", "endnode"))
        parts += [end for native in ends if native and (end := native([given], context))]
    return in_python(JSON_IN_GRAPH, parts, context)
