"""Stores and graphs that several tests ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from connstore import Client
from connstore.cypher.syntax.parser import parse
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher.cases import case_file
from cypher.evaluator import Answer, Evaluator, graph_of


@pytest.fixture(scope="session")
def evaluated() -> Callable[[str], Answer]:
    """The evaluator's answers about the small connectome of the conformance cases."""
    literal = case_file("fixture")
    graph = graph_of(literal["nodes"], literal["rels"])
    return cache(lambda cypher: Evaluator(graph, parse).answer(parse(cypher)))


@pytest.fixture(scope="session")
def fixture_client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of the same graph in a store."""
    literal = case_file("fixture")
    path = tmp_path_factory.mktemp("fixture") / "store"
    graph_store(literal["nodes"], literal["rels"], path)
    yield Client(path)
    clear_default_client()
