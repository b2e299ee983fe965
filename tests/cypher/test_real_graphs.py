"""The graph that connstore shows of a neuPrint export, against the graph of its files.

The files are read by a reader of their own and asked through the evaluator; connstore ingests
them and compiles the same queries to SQL over its tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fixtures_shared import bundle_directory

import connstore
from connstore.cypher.syntax.parser import parse
from connstore.errors import ConnstoreError
from connstore.registry import clear_default_client
from cypher.bundle_words import words_of
from cypher.bundles import bundle_graph
from cypher.cases import case_file
from cypher.comparing import disagreement
from cypher.evaluator import EvaluationError, Evaluator, Graph, TooMuchWorkError
from cypher.generator import query
from cypher.small_bundles import write_small_bundle

QUERIES = (Path(__file__).parent / "real_queries.txt").read_text(encoding="utf-8").splitlines()
#: Queries of one run, spread over bundles.
BUNDLES, ASKED = 6, 30
#: Nodes that the evaluator may try for one random query.
EFFORT = 30_000

#: What only a server can answer.
REFUSED = {"q045"}


@dataclass
class Real:
    """One export: a client of its store, and the graph of its files."""

    client: Any
    graph: Graph

    @classmethod
    def of(cls, bundle: Path, target: Path) -> Real:
        connstore.ingest(bundle, target, progress=False)
        return cls(connstore.Client(target), bundle_graph(bundle))

    def problem(self, cypher: str, effort: int = 10_000_000) -> str | None:
        """What is wrong with the compiler's answer; None if nothing is."""
        expected = Evaluator(self.graph, parse, effort=effort).answer(parse(cypher))
        try:
            found = self.client.fetch_custom(cypher, format="json")
        except ConnstoreError as error:
            return f"refused: {error}"
        if re.search(r"\bid\s*\(", cypher, re.IGNORECASE) and "(DISTINCT id(" not in cypher:
            # Numbers that no two databases have in common.
            return disagreement([], [[] for _ in found["data"]], _blank(expected))
        any_order = r"collect\s*\(|keys\s*\(|labels\s*\(|AS found"
        unsettled = re.search(any_order, cypher, re.IGNORECASE) is not None
        return disagreement(found["columns"], found["data"], expected, unsettled)


def _blank(answer: Any) -> Any:
    return type(answer)([], [[[] for _ in run] for run in answer.ties], answer.kept)


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


@pytest.mark.parametrize("case", [c["id"] for c in case_file("corpus")])
def test_the_corpus(case: str, corpus_graph: Real) -> None:
    if case in REFUSED:
        return
    cypher = next(each["cypher"] for each in case_file("corpus") if each["id"] == case)
    for mine, theirs in _IN_TINY.items():
        cypher = cypher.replace(mine, theirs)
    problem = corpus_graph.problem(cypher)
    assert problem is None, f"{cypher}\n{problem}"


#: What the corpus asks about -> what is like it in the tiny export.
_IN_TINY = {
    "5813027016": "10000",
    "1234567890": "10001",
    "294792184": "10002",
    "329566174": "54000000000",
    "425790257": "777",
    "20001": "10000",
    "20002": "10001",
    "hemibrain_": "tiny_",
    "EPG": "ER4d",
    "PEN": "LC10a",
    **{
        f"{quote}{roi}{quote}": f"{quote}{other}{quote}"
        for quote in "`'\""
        for roi, other in (("EB", "FB-column3"), ("PB", "LegNp(T1)(L)"), ("FB", "ME_R_col_10_11"))
    },
}


@pytest.fixture(scope="module")
def corpus_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    target = tmp_path_factory.mktemp("corpus") / "store"
    yield Real.of(bundle_directory("tiny_snapshot"), target)
    clear_default_client()


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
