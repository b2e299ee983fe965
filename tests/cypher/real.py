"""One export twice: ingested by connstore, and read by a reader of its own for the evaluator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import connstore
from connstore.cypher.syntax.parser import parse
from connstore.errors import ConnstoreError
from cypher.bundles import bundle_graph
from cypher.comparing import disagreement
from cypher.evaluator import Answer, Evaluator, Graph


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


def _blank(answer: Answer) -> Answer:
    return Answer([], [[[] for _ in run] for run in answer.ties], answer.kept)
