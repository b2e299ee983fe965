"""Random questions to connstore and to two other engines, where these are installed."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

from connstore import Client
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher import other_engines
from cypher.comparing import differences, plain
from cypher.generator import query
from cypher.graphs import some_graph
from cypher.test_properties import report

pytestmark = pytest.mark.soak

#: Where one or both of them differ from Neo4j 4.4, or nothing settles the answer.
LEFT_OUT = re.compile(
    r"WHEN null|ortestPath|distance|=~|LIMIT|SKIP|stDev|percentile|startNode|\{\.|apoc|"
    r"\*0|labels\(|\.location|point\(|`|CALL"
)
#: Aggregates beside other expressions: implicit keys, which neither knows.
MIXED = re.compile(
    r"count\(\*\)\s*[*+>]|[*+:] *\(?(count|sum|max|min)\(|\[count|coalesce\(max"
    r"|sum\(.*\) \+ |toString\(count"
)


@pytest.mark.parametrize("seed", range(200))
def test_another_engine_agrees(seed: int, tmp_path: Path) -> None:
    for package in ("arcadedb_embedded", "graphqlite", "pysqlite3"):
        if find_spec(package) is None:
            pytest.skip(f"not installed: {package}")
    rng = Random(seed)
    literal = some_graph(rng)
    queries = [query(rng, literal) for _ in range(60)]
    queries = [q for q in queries if not LEFT_OUT.search(q) and not MIXED.search(q)]
    graph_store(literal.nodes, literal.relationships, tmp_path / "store")
    client: Any = Client(tmp_path / "store")
    try:
        ours = [client.fetch_custom(cypher, format="json")["data"] for cypher in queries]
    finally:
        clear_default_client()
    first = other_engines.arcadedb(literal, queries, tmp_path)
    second = other_engines.graphqlite(literal, queries, tmp_path)
    for cypher, rows, *theirs in zip(queries, ours, first, second, strict=True):
        if theirs[0] is None:  # the better one of both cannot tell
            continue
        found = [plain(row) for row in rows]
        any_order = "collect(" in cypher or "keys(" in cypher
        known = [differences(found, rows, any_order) for rows in theirs if rows is not None]
        assert None in known, report(cypher, literal, "\n".join(map(str, known)))
