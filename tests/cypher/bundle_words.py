"""The words to ask about the graph of a bundle, for the generator of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from cypher.evaluator import Graph, Point
from cypher.generator import name, quoted
from cypher.graphs import TEXTS, Literal, Vocabulary

Properties = list[dict[str, Any]]


def words_of(graph: Graph) -> Literal:
    """Labels, types, properties and values of a graph; without its nodes and relationships."""
    nodes = [node.props for node in graph.nodes]
    relationships = [relationship.props for relationship in graph.relationships]
    bodies = sorted({props["bodyId"] for props in nodes if "bodyId" in props})
    types = sorted({props["type"] for props in nodes if props.get("type")})
    weights = sorted({props["weight"] for props in relationships if "weight" in props})
    keys = _keys(nodes)
    inline = [f"{{bodyId: {body}}}" for body in bodies]
    inline += [f"{{type: {quoted(type_)}}}" for type_ in types]
    inline += [f"{{{name(flag)}: true}}" for flag in keys["bool"]]
    return Literal(
        Vocabulary(_unique(label for node in graph.nodes for label in node.labels), keys, inline),
        Vocabulary(
            _unique(each.type for each in graph.relationships),
            {"int": ["weight"]} | _keys(relationships),
            [f"{{weight: {weight}}}" for weight in weights or [1]],
        ),
        number="bodyId",
        sortable=False,
        texts=[*types, *TEXTS[:8]],
        ids=[*map(str, bodies)],
    )


def _keys(entities: Properties) -> dict[str, list[str]]:
    """Kind of value -> properties that hold nothing else; ``any`` are all of them."""
    kinds = defaultdict(set)
    for props in entities:
        for key, value in props.items():
            kinds[key].add(_kind(key, value))
    found: dict[str, list[str]] = {"bool": [], "any": ["absent"]}
    for key in sorted(kinds):
        if len(kinds[key]) == 1:
            found.setdefault(kinds[key].pop(), []).append(key)
        if "json" not in kinds[key]:
            found["any"].append(key)
    return found


def _kind(key: str, value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int():
            return "id" if key == "bodyId" else "int"
        case float():
            return "float"
        case str():
            return "json" if key == "roiInfo" else "text"
        case Point():
            return "point"
        case [str(), *_]:
            return "texts"
    return "list"


def _unique(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
