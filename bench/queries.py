"""connstore's functions against hand-written DuckDB SQL on the same Parquet files.

python bench/queries.py STORE [--runs 9] [--json FILE]

Both give pandas frames; answers are compared before anything is timed. Runs alternate between the
two, so that a machine whose speed drifts treats both alike. Printed are the median times and the
median of the ratios pair by pair.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from by_hand import ByHand
from pandas.testing import assert_frame_equal

import connstore
from connstore import NeuronCriteria as NC
from connstore.sql.synapse_columns import further_columns

Ask = Callable[[], Any]


@dataclass(frozen=True)
class Question:
    """One question, asked both ways."""

    name: str
    ours: Ask
    by_hand: Ask


def questions(client: Any, hand: ByHand) -> list[Question]:
    """The questions, about bodies and names that the store has."""
    neurons = connstore.fetch_neurons(omit_rois=True, client=client)
    busiest = int(neurons.sort_values("downstream")["bodyId"].iloc[-1])
    middle = int(neurons.sort_values("downstream")["bodyId"].iloc[len(neurons) // 2])
    hundred = neurons["bodyId"].iloc[:: max(1, len(neurons) // 100)].iloc[:100].tolist()
    _, counts = connstore.fetch_neurons(busiest, client=client)
    roi = counts[counts["roi"].isin(client.primary_rois)].sort_values("post")["roi"].iloc[-1]
    letter = neurons["type"].dropna().str[:1].mode()[0]

    def fetch_neurons(criteria: Any) -> Any:
        return connstore.fetch_neurons(criteria, client=client)

    def fetch_adjacencies(sources: Any, targets: Any) -> Any:
        return connstore.fetch_adjacencies(sources, targets, client=client)

    by_regex = NC(type=f"{letter}.*", rois=[roi])
    return [
        Question(
            "fetch_neurons, one body", lambda: fetch_neurons(middle), lambda: hand.neurons([middle])
        ),
        Question(
            f"fetch_neurons, type {letter}.* in {roi}",
            lambda: fetch_neurons(by_regex),
            lambda: hand.neurons_by_regex(f"{letter}.*", roi),
        ),
        Question("fetch_neurons, all", lambda: fetch_neurons(None), lambda: hand.neurons(None)),
        *(
            Question(
                f"fetch_adjacencies, {what}",
                lambda s=sources, t=targets: fetch_adjacencies(s, t),
                lambda s=sources, t=targets: hand.adjacencies(s, t),
            )
            for what, sources, targets in (
                ("outputs of one body", middle, None),
                ("inputs of one body", None, middle),
                ("outputs of the busiest body", busiest, None),
                ("100 x all", hundred, None),
                ("all x 100", None, hundred),
                ("all x all", None, None),
            )
        ),
        *_about_synapses(client, hand, middle, busiest),
        *_about_paths(client, hand, neurons),
        *(_about_mitochondria(client, hand, busiest) if client.store.has("closeto") else []),
    ]


def _about_synapses(client: Any, hand: ByHand, middle: int, busiest: int) -> list[Question]:
    """None where synapses have properties that the SQL by hand does not know."""
    if not client.store.has("synapse") or further_columns(client.store, "synapse"):
        return []
    synapses = connstore.SynapseCriteria(confidence=0.5, client=client)
    found = []
    for what, body in (("one body", middle), ("the busiest body", busiest), ("all", None)):
        for name in ("synapses", "mean_synapses"):
            fetch = getattr(connstore, f"fetch_{name}")
            found.append(
                Question(
                    f"fetch_{name}, {what}",
                    lambda f=fetch, b=body: (f(b, synapses, client=client),),
                    lambda n=name, b=body: (getattr(hand, n)(b, 0.5),),
                )
            )
    between = connstore.fetch_synapse_connections
    for what, source, target in (
        ("outputs of one body", middle, None),
        ("inputs of one body", None, middle),
        ("outputs of the busiest body", busiest, None),
        ("all x all", None, None),
    ):
        found.append(
            Question(
                f"fetch_synapse_connections, {what}",
                lambda s=source, t=target: (between(s, t, synapses, client=client),),
                lambda s=source, t=target: (hand.synapse_connections(s, t, 0.5),),
            )
        )
    return found


def _about_paths(client: Any, hand: ByHand, neurons: pd.DataFrame) -> list[Question]:
    """Shortest paths from a strong neuron to a weak one, of one, two, and more connections."""
    bodies = neurons.sort_values("downstream")["bodyId"].tolist()
    found: dict[int, Question] = {}
    for source, target in zip(bodies[::-1], bodies[len(bodies) // 4 :], strict=False):
        for least in (1, 10):
            if source == target or len(found) == 3:
                break
            frame = connstore.fetch_shortest_paths(source, target, least, timeout=60, client=client)
            steps = int((frame["path"] == 0).sum()) - 1
            if steps > 0 and steps not in found:
                found[steps] = Question(
                    f"fetch_shortest_paths, {steps} steps, at least {least}",
                    lambda a=(source, target, least): (
                        connstore.fetch_shortest_paths(*a, timeout=60, client=client),
                    ),
                    lambda a=(source, target, least): (hand.shortest_paths(*a),),
                )
    return [found[steps] for steps in sorted(found)]


def _about_mitochondria(client: Any, hand: ByHand, busiest: int) -> list[Question]:
    def closest(neurons: Any) -> Any:
        synapses = connstore.SynapseCriteria(confidence=0.5, client=client)
        find = connstore.fetch_synapses_and_closest_mitochondria
        return (find(neurons, synapses, client=client),)

    return [
        Question(
            f"fetch_synapses_and_closest_mitochondria, {what}",
            lambda n=neurons: closest(n),
            lambda n=neurons: (hand.closest_mitochondria(n, 0.5),),
        )
        for what, neurons in (("the busiest body", busiest), ("all", None))
    ]


def check(question: Question) -> int:
    """Compare the answers; returns the number of rows."""
    ours, by_hand = question.ours(), question.by_hand()
    for mine, theirs in zip(ours, by_hand, strict=True):
        keys = [c for c in ("path", "bodyId_pre", "bodyId_post", "roi") if c in mine]
        keys = keys if "path" in mine else [c for c in ("bodyId", *keys) if c in mine]
        left = _plain(mine).sort_values(keys, kind="stable", ignore_index=True)
        right = _plain(theirs[list(mine.columns)]).sort_values(
            keys, kind="stable", ignore_index=True
        )
        assert_frame_equal(left, right, check_dtype=False)
    return sum(len(frame) for frame in ours)


def measure(question: Question, runs: int) -> dict[str, Any]:
    """Time both ways in turn."""
    rows = check(question)
    pairs = [(_seconds(question.ours), _seconds(question.by_hand)) for _ in range(runs)]
    return {
        "question": question.name,
        "rows": rows,
        "connstore ms": round(1000 * statistics.median(ours for ours, _ in pairs), 1),
        "by hand ms": round(1000 * statistics.median(hand for _, hand in pairs), 1),
        "ratio": round(statistics.median(ours / hand for ours, hand in pairs), 2),
    }


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Missing values as None, whatever the dtype: the two differ in how they mark them."""
    return frame.astype(object).map(lambda v: None if v is pd.NA or v != v else v)  # noqa: PLR0124


def _seconds(ask: Ask) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    client = connstore.Client(given.store)
    results = [
        measure(question, given.runs) for question in questions(client, ByHand(client.store))
    ]
    print(pd.DataFrame(results).to_string(index=False))
    if given.json:
        given.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
