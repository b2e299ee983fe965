"""Real queries of neuPrint users on a real export, against the graph of its files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_shared import bundle_directory

from connstore.registry import clear_default_client
from cypher.cases import case_file
from cypher.real import Real

CORPUS = {case["id"]: case["cypher"] for case in case_file("corpus")}

#: What only a server can answer.
REFUSED = {"q045"}
#: What the corpus asks about -> what is like it in the tiny export.
_IN_TINY = {
    # connstore takes the one label for the other, as old exports had both.
    ":Cell": ":Segment",
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


@pytest.mark.parametrize("case", [case for case in CORPUS if case not in REFUSED])
def test_the_corpus(case: str, corpus_graph: Real) -> None:
    cypher = CORPUS[case]
    for mine, theirs in _IN_TINY.items():
        cypher = cypher.replace(mine, theirs)
    problem = corpus_graph.problem(cypher)
    assert problem is None, f"{cypher}\n{problem}"
