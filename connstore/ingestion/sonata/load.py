"""A SONATA circuit -> working tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TypeVar

import numpy as np
import pyarrow as pa

from connstore.ingestion.properties import free_column
from connstore.ingestion.sonata.config import Circuit
from connstore.ingestion.sonata.connections import make_connections
from connstore.ingestion.sonata.populations import (
    EdgePopulation,
    NodePopulation,
    open_edges,
    open_nodes,
)
from connstore.ingestion.sonata.rows import Rows
from connstore.ingestion.sonata.widening import ARROW, EMPTY, widest
from connstore.ingestion.workspace import WORKING_TABLES, Workspace
from connstore.store import manifest
from connstore.store.manifest import Property

P = TypeVar("P", NodePopulation, EdgePopulation)

#: Rows read at a time: some tens of megabytes, whatever the size of the circuit.
CHUNK_ROWS = 1 << 17

#: connstore type -> neo4j's name of it.
_NEO4J_TYPES = {
    "bool": "boolean",
    "int64": "long",
    "float32": "float",
    "float64": "double",
    "string": "string",
    "vector": "double[]",
}

#: Properties of neurons that an ingest makes; ``population`` only where there are several.
_COUNTS = ("pre", "post", "downstream", "upstream")
_NODE_IDS = ("node_id", "node_type_id")
_RESERVED = ("bodyId", "roiInfo", "population", *_NODE_IDS, *_COUNTS)


def load_circuit(circuit: Circuit, workspace: Workspace) -> None:
    """Fill the working tables from a circuit.

    Args:
        circuit: As its config describes it.
        workspace: Where to.

    Raises:
        IngestError: h5py is not installed, or a file is missing or broken; with population,
            attribute and row.
    """
    workspace.no_body = None
    workspace.meta["dataset"] = ("string", circuit.name)
    with ExitStack() as files:
        nodes = open_nodes(circuit, files)
        edges = open_edges(circuit, files, nodes)
        of_nodes = _united("node", {p.name: p.rows for p in nodes})
        of_edges = _united("edge", {p.name: p.rows for p in edges})
        workspace.populations = [_node_facts(p, of_nodes) for p in nodes]
        workspace.edge_populations = [_edge_facts(p, of_edges) for p in edges]
        _report(workspace, [*nodes, *edges])
        _load_nodes(workspace, nodes, of_nodes)
        _load_edges(workspace, edges, of_edges)
    _keep_node_sets(workspace, circuit)
    for config in circuit.configs:
        workspace.rows_read[circuit.relative(config)] = 1
    make_connections(workspace)


def _node_facts(population: NodePopulation, united: Mapping[str, str]) -> manifest.Population:
    return manifest.Population(
        name=population.name,
        type=population.type,
        offset=population.offset,
        size=population.rows.size,
        attributes=_own_types(population.rows, united),
    )


def _edge_facts(population: EdgePopulation, united: Mapping[str, str]) -> manifest.EdgePopulation:
    source, target = population.ends
    return manifest.EdgePopulation(
        name=population.name,
        type=population.type,
        source=source.name,
        target=target.name,
        size=population.rows.size,
        attributes=_own_types(population.rows, united),
    )


def _own_types(rows: Rows, united: Mapping[str, str]) -> dict[str, str]:
    """Attribute -> type in one population; without a value there, its type in the others."""
    return {
        name: united[name] if type_ == EMPTY else type_ for name, type_ in rows.attributes.items()
    }


def _report(workspace: Workspace, opened: Sequence[NodePopulation | EdgePopulation]) -> None:
    """Note what is read of each population, and keep its enumerations."""
    libraries = []
    for population in opened:
        rows = population.rows
        workspace.report.count("rows_read", rows.size, f"{rows.kind}s of {population.name}")
        counted = workspace.rows_read.get(rows.file, 0)
        workspace.rows_read[rows.file] = counted + rows.size
        if rows.types is not None:
            workspace.rows_read[rows.types.file] = rows.types.rows_in_file
        for name in (name for group in rows.groups.values() for name in group.unread):
            workspace.report.note("group_not_read", 1, f"{rows.file}: SONATA knows no group {name}")
        entity = {"node": "neuron", "edge": "edge"}[rows.kind]
        libraries += [
            (entity, population.name, attribute, ordinal, text)
            for attribute, texts in rows.libraries.items()
            for ordinal, text in enumerate(texts)
        ]
    _fill(workspace, "enumeration", libraries)


def _load_nodes(
    workspace: Workspace, nodes: Sequence[NodePopulation], attributes: Mapping[str, str]
) -> None:
    """Every node as a body, its counts left to :func:`make_connections`."""
    several = len(nodes) > 1
    made = {"population": "string"} if several else {}
    made |= dict.fromkeys((*_NODE_IDS, *_COUNTS), "int64")
    for name in _RESERVED:
        if name in attributes:
            owner = next(p for p in nodes if name in p.rows.attributes)
            raise owner.rows.error(
                f"its attribute {name!r} has the name of a property that an ingest makes: rename it"
            )
    properties = _properties(
        "neuron", {**made, **attributes}, {*WORKING_TABLES["segment"], "roi_set"}
    )
    columns, types = _create(workspace, "segment", properties)

    def batches() -> Iterator[pa.RecordBatch]:
        for population, start, stop in workspace.bar(_chunks(nodes), "nodes"):
            rows, count = population.rows, stop - start
            ids = population.node_ids(start, stop)
            made = {
                "bodyId": pa.array(ids + population.offset),
                "labels": pa.repeat(population.labels, count),
                "population": pa.repeat(population.name, count),
                "node_id": pa.array(ids),
                "node_type_id": rows.type_ids(start, stop),
            }
            found = rows.arrays(start, stop, attributes)
            yield _batch({columns[name]: found[name] for name in found} | made, types, count)

    workspace.load("segment", types, batches())


def _load_edges(
    workspace: Workspace, edges: Sequence[EdgePopulation], attributes: Mapping[str, str]
) -> None:
    """Every edge, with every attribute."""
    properties = _properties("edge", attributes, WORKING_TABLES["edge"])
    columns, types = _create(workspace, "edge", properties)

    def batches() -> Iterator[pa.RecordBatch]:
        for population, start, stop in workspace.bar(_chunks(edges), "edges"):
            rows, count = population.rows, stop - start
            made = {
                "population": pa.repeat(population.name, count),
                "edge_id": pa.array(np.arange(start, stop)),
                "edge_type_id": rows.type_ids(start, stop),
                "body_pre": pa.array(population.bodies(0, start, stop)),
                "body_post": pa.array(population.bodies(1, start, stop)),
            }
            found = rows.arrays(start, stop, attributes)
            yield _batch({columns[name]: found[name] for name in found} | made, types, count)

    workspace.load("edge", types, batches())


def _create(
    workspace: Workspace, table: str, properties: list[Property]
) -> tuple[dict[str, str], dict[str, str]]:
    """Create a working table: property -> column, and column -> type, of all its columns."""
    workspace.create(table, properties, [])
    types = WORKING_TABLES[table] | {prop.column: prop.type for prop in properties}
    return {prop.name: prop.column for prop in properties}, types


def _batch(arrays: Mapping[str, pa.Array], types: Mapping[str, str], count: int) -> pa.RecordBatch:
    """Rows of a working table; columns that nothing is known of are null."""
    return pa.RecordBatch.from_pydict(
        {
            column: arrays[column] if column in arrays else pa.nulls(count, ARROW[type_])
            for column, type_ in types.items()
        }
    )


def _chunks(populations: Sequence[P]) -> list[tuple[P, int, int]]:
    """Which rows to read at a time."""
    return [
        (population, start, min(start + CHUNK_ROWS, population.rows.size))
        for population in populations
        for start in range(0, population.rows.size, CHUNK_ROWS)
    ]


def _united(kind: str, populations: Mapping[str, Rows]) -> dict[str, str]:
    """Attribute -> type, over all populations."""
    found: dict[str, dict[str, str]] = {}
    for name, rows in populations.items():
        for attribute, type_ in rows.attributes.items():
            found.setdefault(attribute, {})[f"the {kind} population {name}"] = type_
    types = {attribute: widest(places, attribute) for attribute, places in found.items()}
    # Columns of a CSV file that nowhere have a value count as texts.
    return {name: "string" if type_ == EMPTY else type_ for name, type_ in types.items()}


def _properties(entity: str, types: Mapping[str, str], taken: Iterable[str]) -> list[Property]:
    used = {name.casefold() for name in taken}
    return [
        Property(
            entity=entity,
            name=name,
            column=free_column(name, used),
            type=type_,
            neo4j_type=_NEO4J_TYPES[type_],
            ordinal=ordinal,
        )
        for ordinal, (name, type_) in enumerate(types.items())
    ]


def _keep_node_sets(workspace: Workspace, circuit: Circuit) -> None:
    rows = [(n, origin, text) for n, (origin, _, text) in enumerate(circuit.node_sets, 1)]
    _fill(workspace, "node_sets", rows)
    for _, path, _ in circuit.node_sets:
        if path is not None:
            workspace.rows_read[circuit.relative(path)] = 1


def _fill(workspace: Workspace, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Make a small working table, if it has rows."""
    if not rows:
        return
    workspace.create(table, [], [])
    columns = dict(zip(WORKING_TABLES[table], zip(*rows, strict=True), strict=True))
    workspace.engine.load(table, "SELECT * FROM batches", pa.table(columns))
