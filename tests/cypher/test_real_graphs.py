"""The graph that connstore shows of a neuPrint export, against the graph of its files.

The files are read by a reader of their own and asked through the evaluator; connstore ingests
them and compiles the same queries to SQL over its tables.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fixtures_shared import bundle_directory

from connstore.registry import clear_default_client
from cypher.bundle_words import words_of
from cypher.evaluator import EvaluationError, Graph, TooMuchWorkError
from cypher.generator import query
from cypher.real import Real
from cypher.small_bundles import write_small_bundle

QUERIES = (Path(__file__).parent / "real_queries.txt").read_text(encoding="utf-8").splitlines()
#: Queries of one run, spread over bundles.
BUNDLES, ASKED = 6, 30
#: Nodes that the evaluator may try for one random query.
EFFORT = 30_000


def _small(seed: int, *, dangling: bool) -> Callable[[Path], Path]:
    def write(directory: Path) -> Path:
        write_small_bundle(directory / "bundle", seed, dangling=dangling)
        return directory / "bundle"

    return write


#: Name -> makes the bundle, given an empty directory.
SOURCES: dict[str, Callable[[Path], Path]] = {
    "small": _small(0, dangling=False),
    "small_dangling": _small(3, dangling=True),
    "tiny_compartments": lambda _: bundle_directory("tiny_compartments"),
    "tiny_old": lambda _: bundle_directory("tiny_old"),
}


@pytest.fixture(scope="module", params=SOURCES)
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    directory = tmp_path_factory.mktemp(request.param)
    yield Real.of(SOURCES[request.param](directory), directory / "store")
    clear_default_client()


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_a_query(number: int, real: Real) -> None:
    cypher = _about(QUERIES[number], real.graph)
    problem = real.problem(cypher)
    assert problem is None, f"{cypher}\n{problem}"


def _about(template: str, graph: Graph) -> str:
    """A query with names and ids of a graph in the place of ours."""
    (dataset,) = (node.props["dataset"] for node in graph.nodes if "Meta" in node.labels)
    synapses = [node.props for node in graph.nodes if "Synapse" in node.labels]
    rois = sorted({key for props in synapses for key, value in props.items() if value is True})
    bodies = sorted(node.props["bodyId"] for node in graph.nodes if "Segment" in node.labels)
    ours = {"DATASET": dataset}
    for letter, roi, body in zip("ABC", rois, bodies, strict=False):
        ours |= {f"ROI_{letter}": roi, f"roi_{letter.lower()}": roi.lower()}
        ours |= {f"BODY_{letter}": str(body)}
    for mine, theirs in ours.items():
        template = template.replace(mine, theirs)
    return template


@pytest.mark.parametrize("seed", range(BUNDLES))
def test_random_queries(seed: int, tmp_path: Path) -> None:
    ask(seed, ASKED, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10_000, 10_200))
def test_more_random_queries(seed: int, tmp_path: Path) -> None:
    ask(seed, 100, tmp_path)


def ask(seed: int, count: int, directory: Path) -> None:
    """Ask one random bundle random questions."""
    real = Real.of(_small(seed, dangling=seed % 2 == 1)(directory), directory / "store")
    words, rng = words_of(real.graph), Random(seed)
    try:
        for _ in range(count):
            cypher = query(rng, words)
            try:
                problem = real.problem(cypher, EFFORT)
            except (TooMuchWorkError, EvaluationError):
                continue
            assert problem is None, f"seed {seed}: {cypher}\n{problem}"
    finally:
        clear_default_client()
