"""Random queries on random graphs: the compiler answers what the evaluator answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from connstore import Client
from connstore.cypher.syntax.parser import parse
from connstore.errors import ConnstoreError
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher.comparing import disagreement
from cypher.evaluator import Answer, EvaluationError, Evaluator, TooMuchWorkError, graph_of
from cypher.generator import query
from cypher.graphs import Literal, some_graph

#: Queries of one run, spread over graphs: making a store takes longer than asking it.
GRAPHS, QUERIES = 50, 40
#: Nodes that the evaluator may try for one query; few queries need as many.
EFFORT = 20_000


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_the_compiler_agrees_with_the_evaluator(seed: int, tmp_path: Path) -> None:
    compare(seed, QUERIES, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10_000, 11_000))
def test_more_of_the_same(seed: int, tmp_path: Path) -> None:
    compare(seed, 100, tmp_path)


def compare(seed: int, count: int, directory: Path) -> None:
    """Ask one random graph random questions."""
    rng = Random(seed)
    literal = some_graph(rng)
    graph = graph_of(literal.nodes, literal.relationships)
    graph_store(literal.nodes, literal.relationships, directory / "store")
    client: Any = Client(directory / "store")
    try:
        for _ in range(count):
            cypher = query(rng, literal)
            try:
                expected = Evaluator(graph, parse, effort=EFFORT).answer(parse(cypher))
            except (TooMuchWorkError, EvaluationError):
                continue
            problem = difference(client, cypher, expected)
            assert problem is None, report(cypher, literal, problem)
    finally:
        clear_default_client()


def difference(client: Any, cypher: str, expected: Answer) -> str | None:
    """What is wrong with the compiler's answer; None if nothing is."""
    try:
        found = client.fetch_custom(cypher, format="json")
    except ConnstoreError as error:
        return f"refused: {error}"
    any_order = re.search(r"collect\(|keys\(|labels\(", cypher) is not None
    return disagreement(found["columns"], found["data"], expected, any_order)


def report(cypher: str, literal: Literal, problem: str) -> str:
    """A failure with all that is needed to see it again."""
    nodes = "\n".join(map(json.dumps, literal.nodes))
    relationships = "\n".join(map(json.dumps, literal.relationships))
    return f"{cypher}\n\n{problem}\n\n{nodes}\n{relationships}"
