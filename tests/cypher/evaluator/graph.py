"""A property graph in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Node:
    """Equal to itself only."""

    id: int
    labels: list[str]
    props: dict[str, Any]


@dataclass(eq=False)
class Relationship:
    """Equal to itself only."""

    id: int
    type: str
    start: Node
    end: Node
    props: dict[str, Any]

    def other(self, node: Node) -> Node:
        """The end that is not the given one (the same for a self-loop)."""
        return self.end if node is self.start else self.start


@dataclass(frozen=True)
class Path:
    """Nodes and the relationships between them, one fewer."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


@dataclass(frozen=True)
class Point:
    """A point of a coordinate system with two or three axes."""

    axes: tuple[float, ...]
    srid: int


@dataclass
class Graph:
    """Nodes and relationships; ``touching`` lists the relationships of each node once."""

    nodes: list[Node] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    touching: dict[Node, list[Relationship]] = field(default_factory=lambda: defaultdict(list))


def graph_of(nodes: Iterable[Mapping[str, Any]], rels: Iterable[Mapping[str, Any]]) -> Graph:
    """The graph of a literal in the form that ``connstore.testing.graph_store`` takes."""
    graph = Graph()
    by_id = {}
    for entry in nodes:
        node = Node(entry["id"], list(entry.get("labels", [])), _props(entry))
        by_id[node.id] = node
        graph.nodes.append(node)
    for entry in rels:
        start, end = by_id[entry["src"]], by_id[entry["dst"]]
        relationship = Relationship(entry["id"], entry["type"], start, end, _props(entry))
        graph.relationships.append(relationship)
        graph.touching[start].append(relationship)
        if end is not start:
            graph.touching[end].append(relationship)
    return graph


def _props(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in entry.get("props", {}).items()}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        axes = value["__point__"]
        return Point(tuple(map(float, axes)), {2: 7203, 3: 9157}[len(axes)])
    return [_value(item) for item in value] if isinstance(value, list) else value
