"""Paths by brute force over the raw edges, and a stand-in server that answers with them.

A path is what Cypher's ``(a)-[:ConnectsTo*]->(b)`` matches: no relationship occurs twice, nodes
may. Shortest paths are networkx's. Predicates hold during the search: bodies and edges that fail
them are not there.
"""

import copy
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd
from neuprint import NeuronCriteria

from .selection import select
from .standin import StandInClient

_ENDS = re.compile(r":Neuron \{ bodyId: (-?\d+) \}")
_LEAST = re.compile(r"x\.weight >= (\d+)")
_LENGTHS = re.compile(r"ConnectsTo\*(?:(\d+)\.\.)?(\d+)\]")
_TOKEN = re.compile(r"CRITERIA_TOKEN_(\d+)")

Outputs = dict[int, dict[int, int]]  # body -> body after it -> weight
Path = list[int]
Answer = tuple[list[str], list[list[Any]]]


def outputs(edges: pd.DataFrame, least: int, allowed: set[int] | None = None) -> Outputs:
    """The edges of some weight between bodies that are allowed."""
    found: Outputs = {}
    for pre, post, weight in edges[["pre", "post", "weight"]].itertuples(index=False):
        if weight >= least and (allowed is None or {pre, post} <= allowed):
            found.setdefault(pre, {})[post] = weight
    return found


def trails(graph: Outputs, source: int, target: int, lengths: range) -> Iterator[Path]:
    """Every walk from source to target that takes no edge twice."""
    if 0 in lengths and source == target:
        yield [source]
    if lengths.stop > 1:
        yield from _longer([source], set(), graph, target, lengths)


def _longer(
    walk: Path, used: set[tuple[int, int]], graph: Outputs, target: int, lengths: range
) -> Iterator[Path]:
    here = walk[-1]
    after = graph.get(here, {})
    if len(walk) == lengths.stop - 1:  # the last step can only lead to the target
        after = {target} & after.keys()
    for body in after:
        if (here, body) in used:
            continue
        longer = [*walk, body]
        if body == target and len(longer) - 1 in lengths:
            yield longer
        if len(longer) < lengths.stop:
            yield from _longer(longer, used | {(here, body)}, graph, target, lengths)


def shortest(graph: Outputs, source: int, target: int) -> list[Path]:
    """All shortest paths between two different bodies."""
    digraph = nx.DiGraph((pre, post) for pre, posts in graph.items() for post in posts)
    try:
        return list(nx.all_shortest_paths(digraph, source, target))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return []


class PathStandIn(StandInClient):
    """A StandInClient that also answers fetch_paths; short paths first, then by their bodies."""

    def _answer(self, cypher: str) -> Answer:
        if "[:ConnectsTo*" not in cypher:
            return super()._answer(cypher)
        source, target = map(int, _ENDS.findall(cypher))
        least, token = _LEAST.search(cypher), _TOKEN.search(cypher)
        assert least is not None
        assert token is not None
        allowed = self._bodies(self._criteria[int(token[1])]) | {source, target}
        graph = outputs(self.export.edges, int(least[1]), allowed)
        bodies = self.export.by_id
        found: list[Path] = []
        lengths = _LENGTHS.search(cypher)
        if all(end in bodies and "Neuron" in bodies[end].labels for end in (source, target)):
            if lengths is None:
                found = shortest(graph, source, target)
            else:
                most = int(lengths[2])
                wanted = range(int(lengths[1] or most), most + 1)
                found = list(trails(graph, source, target, wanted))
        rows = []
        for path in sorted(found, key=lambda path: (len(path), path)):
            steps = list(pairwise(path))
            row = [[[i, bodies[i].get("type")] for i in path], [graph[a][b] for a, b in steps]]
            rows.append(row if lengths is None else [*row, len(steps)])
        return ["path", "weights"] + ([] if lengths is None else ["path_length"]), rows

    def _bodies(self, criteria: NeuronCriteria) -> set[int]:
        """Those that match, whatever their label: the query has none for nodes on the way."""
        anywhere = copy.copy(criteria)
        anywhere.label = "Segment"
        return {body.id for body in select(anywhere, self.export.neurons)}
