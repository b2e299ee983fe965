"""The graph of a neuPrint bundle, read file by file as neo4j's importer does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from oracle.cells import read_rows

from cypher.evaluator import Graph, Node, Point, Relationship

#: Space of ids -> the files of its nodes (and some of relationships, which are passed over).
NODES = {
    "body": ["Neuprint_Neurons/*.csv*", "Neuprint_Neurons_*.csv*"],
    "set": ["Neuprint_SynapseSet*.csv*", "Neuprint_ElementSets/*.csv*"],
    "point": ["Neuprint_Synapses/*.csv*", "Neuprint_Synapses_*.csv*", "Neuprint_Elements/*/*.csv*"],
    "meta": ["Neuprint_Meta*.csv*"],
}
#: Files of relationships -> their type, the spaces of ids that they begin and end in.
LINKS = {
    "Neuprint_Neuron_Connections*.csv*": ("ConnectsTo", "body", "body"),
    "Neuprint_Neuron_to_*.csv*": ("Contains", "body", "set"),
    "Neuprint_SynapseSet_to_SynapseSet*.csv*": ("ConnectsTo", "set", "set"),
    "Neuprint_SynapseSet_to_Synapses*.csv*": ("Contains", "set", "point"),
    "Neuprint_ElementSet_to_Element_*.csv*": ("Contains", "set", "point"),
    "Neuprint_Synapse_Connections*.csv*": ("SynapsesTo", "point", "point"),
    "Neuprint_Elements_CloseTo_*.csv*": ("CloseTo", "point", "point"),
}

_NUMBERS = re.compile(r"-?[\d.]+(?:[eE][-+]?\d+)?")


def bundle_graph(directory: Path) -> Graph:
    """The graph of the files of a bundle; relationships without both ends are left out."""
    graph = Graph()
    found: dict[tuple[str, str], Node] = {}
    for space, patterns in NODES.items():
        for props, roles in _rows(directory, patterns, single=space == "point"):
            if "START_ID" in roles:
                continue
            node = Node(len(graph.nodes), roles["LABEL"].split(";"), props)
            graph.nodes.append(node)
            found[space, roles.get("ID", "")] = node
    for pattern, (type_, begin, end) in LINKS.items():
        for props, roles in _rows(directory, [pattern], single=type_ == "CloseTo"):
            ends = found.get((begin, roles["START_ID"])), found.get((end, roles["END_ID"]))
            if ends[0] is not None and ends[1] is not None:
                _add(graph, Relationship(len(graph.relationships), type_, *ends, props))
    return graph


def _add(graph: Graph, relationship: Relationship) -> None:
    graph.relationships.append(relationship)
    for end in {relationship.start: 0, relationship.end: 0}:
        graph.touching[end].append(relationship)


def _rows(
    directory: Path, patterns: list[str], *, single: bool
) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Properties and role cells of each row of some files.

    Args:
        directory: The bundle.
        patterns: Which files.
        single: Whether floats have 32 bits, as neo4j's ``float`` has and as connstore keeps them
            of points; of neurons it keeps the decimals as they are written.
    """
    for path in sorted(path for pattern in patterns for path in directory.glob(pattern)):
        header, rows = read_rows(path)
        for row in rows:
            cells = [(c, cell) for c, cell in zip(header, row, strict=True) if cell is not None]
            props = {c.name: _value(cell, c.type) for c, cell in cells if not c.role}
            if single:
                props |= {k: float(np.float32(v)) for k, v in props.items() if type(v) is float}
            yield props, {c.role: cell for c, cell in cells if c.role}


def _value(cell: str, kind: str) -> Any:
    if kind.endswith("[]"):
        return [_PARSERS[kind[:-2]](part) for part in cell.split(";")]
    return _PARSERS[kind](cell)


def _point(cell: str) -> Point:
    x, y, z = map(float, _NUMBERS.findall(cell))
    return Point((x, y, z), 9157)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda cell: cell == "true",
    "string": str,
    "point": _point,
}
