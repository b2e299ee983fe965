"""Small property graphs, drawn at random, and the words to ask about them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

#: Texts that test quoting, encodings and regular expressions.
TEXTS = ["a", "A", "b", "", "a.c", "it's", 'say "x"', "`", "\\", "a\nb", "ü🧠", "$p", "{a}", "%_"]
BIG = 2**53


@dataclass
class Vocabulary:
    """What may be asked of the nodes or of the relationships of a graph.

    Attributes:
        names: Labels or types.
        keys: Kind of value -> property names that hold it, where they hold anything.
        inline: Maps for the patterns.
    """

    names: list[str]
    keys: dict[str, list[str]]
    inline: list[str] = field(default_factory=lambda: [f"{{uid: {n}}}" for n in range(1, 5)])


@dataclass
class Literal:
    """A graph in the form that ``connstore.testing.graph_store`` takes, and its vocabulary.

    Attributes:
        node_words: Of the nodes.
        relationship_words: Of the relationships.
        nodes: The nodes.
        relationships: The relationships.
        number: A property of numbers that differ from node to node, where they are there.
        sortable: Whether all nodes and relationships have it.
        texts: Texts worth comparing with.
        ids: Integers worth comparing with, beyond 2^53.
    """

    node_words: Vocabulary
    relationship_words: Vocabulary
    nodes: list[dict[str, Any]] = field(default_factory=list)
    relationships: list[dict[str, Any]] = field(default_factory=list)
    number: str = "uid"
    sortable: bool = True
    texts: list[str] = field(default_factory=lambda: TEXTS)
    ids: list[str] = field(default_factory=lambda: [str(BIG), str(BIG + 1)])

    def add_node(self, labels: list[str], props: dict[str, Any]) -> int:
        """Add a node, without properties that are None; its id is its ``uid`` as well."""
        number = len(self.nodes) + 1
        self.nodes.append(
            {"id": number, "labels": labels, "props": {"uid": number} | _known(props)}
        )
        return number

    def add_relationship(self, type_: str, src: int, dst: int, props: dict[str, Any]) -> None:
        """Add a relationship between two nodes."""
        number = len(self.relationships) + 1
        known = {"uid": number} | _known(props)
        self.relationships.append(
            {"id": number, "type": type_, "src": src, "dst": dst, "props": known}
        )


def _known(props: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in props.items() if value is not None}


def some_graph(rng: Random) -> Literal:
    """A graph of one of several kinds."""
    return rng.choice([any_graph, any_graph, connectome])(rng)


# Arbitrary graphs ---------------------------------------------------------------------------

_LABELS = ["A", "a", "B", "Odd label"]
_TYPES = ["R", "r", "S"]
_KEYS = {
    "int": ["uid", "x", "X"],
    "float": ["f"],
    "text": ["s", "S s"],
    "bool": ["flag", "AL(R)", "aL(R)"],
    "ints": ["l"],
    "id": ["big"],
    "any": ["mixed", "x", "s", "flag", "f", "absent"],
}


def any_graph(rng: Random) -> Literal:
    """A graph without a scheme: labels and types that differ in case, self-loops, parallels."""
    graph = Literal(Vocabulary(_LABELS, _KEYS), Vocabulary(_TYPES, _KEYS))
    count = rng.choice([0, 1, 3, 4, 5, 6])
    for _ in range(count):
        graph.add_node(_some(rng, _LABELS), _props(rng))
    for _ in range(rng.randint(2, 9) if count else 0):
        ends = rng.randint(1, count), rng.randint(1, count)
        graph.add_relationship(rng.choice(_TYPES), *ends, _props(rng))
    return graph


def _some(rng: Random, words: list[str]) -> list[str]:
    return [word for word in words if rng.random() < 0.5]


def _props(rng: Random) -> dict[str, Any]:
    """Properties, about half of them missing."""
    props = {
        "x": rng.randint(-3, 3),
        "X": rng.randint(0, 3),
        "f": rng.randint(-6, 6) / 4,
        "s": rng.choice(TEXTS),
        "S s": rng.choice(TEXTS),
        "flag": rng.random() < 0.5,
        "AL(R)": True,
        "aL(R)": True,
        "l": [rng.randint(0, 3) for _ in range(rng.randint(0, 3))],
        "big": BIG + rng.randint(0, 2),
        "mixed": rng.choice([1, 1.0, 2.5, "1", True, "a", [1], []]),
    }
    return {key: value for key, value in props.items() if rng.random() < 0.5}


# Connectomes --------------------------------------------------------------------------------

_ROIS = ["AL(R)", "aL(R)", "EB"]
_NEURON_KEYS = {
    "int": ["uid", "pre", "post"],
    "float": ["confidence"],
    "text": ["type", "status", "instance"],
    "bool": ["cropped", *_ROIS],
    "id": ["bodyId"],
    "any": ["type", "bodyId", "pre", "absent"],
    "json": ["roiInfo"],
    "point": ["location"],
}
_LINK_KEYS = {"int": ["uid", "weight"], "any": ["weight", "absent"], "json": ["roiInfo"]}


def connectome(rng: Random) -> Literal:
    """Neurons, fragments, synapse sets and synapses, with autapses and T-bars in several sets."""
    labels = ["Neuron", "Segment", "SynapseSet", "Synapse", "Element", "Meta"]
    types = ["ConnectsTo", "Contains", "SynapsesTo"]
    graph = Literal(Vocabulary(labels, _NEURON_KEYS), Vocabulary(types, _LINK_KEYS))
    bodies = [_add_body(graph, rng) for _ in range(rng.randint(2, 5))]
    pairs = [(a, b) for a in bodies for b in bodies if rng.random() < 0.4][:5]
    for pre, post in pairs:
        _connect(graph, rng, pre, post)
    graph.add_node(["Meta", "ds_Meta"], {"dataset": "ds", "primaryRois": _ROIS[:2]})
    return graph


def _add_body(graph: Literal, rng: Random) -> int:
    labels = ["Segment", "ds_Segment"] + (["Neuron", "ds_Neuron"] if rng.random() < 0.7 else [])
    props = {
        "bodyId": BIG + len(graph.nodes),
        "type": rng.choice(["KC", "KCa", "MBON(1)", "", None]),
        "instance": rng.choice(["KC_R", "KC_L", None]),
        "status": rng.choice(["Traced", "Orphan", None]),
        "cropped": rng.choice([True, False, None]),
        "pre": rng.randint(0, 3),
        "post": rng.choice([0, 5, None]),
        "roiInfo": _roi_info(rng),
    }
    return graph.add_node(labels, props | _flags(rng))


def _flags(rng: Random) -> dict[str, Any]:
    return {roi: True for roi in _ROIS if rng.random() < 0.5}


def _roi_info(rng: Random) -> str | None:
    if rng.random() < 0.2:
        return None
    counts = {roi: {"pre": rng.randint(0, 3), "post": 1} for roi in _ROIS if rng.random() < 0.6}
    return json.dumps(counts)


def _connect(graph: Literal, rng: Random, pre: int, post: int) -> None:
    """Connect two bodies: a set of T-bars, a set of PSDs; a T-bar may be one of another set."""
    link = {"weight": rng.randint(1, 3), "roiInfo": _roi_info(rng)}
    graph.add_relationship("ConnectsTo", pre, post, link)
    sets = [
        graph.add_node(["SynapseSet", "ElementSet"], {"type": kind}) for kind in ("pre", "post")
    ]
    graph.add_relationship("ConnectsTo", sets[0], sets[1], {})
    graph.add_relationship("Contains", pre, sets[0], {})
    graph.add_relationship("Contains", post, sets[1], {})
    old = [
        node["id"]
        for node in graph.nodes
        if "Synapse" in node["labels"] and node["props"]["type"] == "pre"
    ]
    bar = rng.choice(old) if old and rng.random() < 0.5 else _add_synapse(graph, rng, "pre")
    density = _add_synapse(graph, rng, "post")
    graph.add_relationship("Contains", sets[0], bar, {})
    graph.add_relationship("Contains", sets[1], density, {})
    graph.add_relationship("SynapsesTo", bar, density, {})


def _add_synapse(graph: Literal, rng: Random, kind: str) -> int:
    props = {
        "type": kind,
        "confidence": rng.choice([0.25, 0.5, 0.75, None]),
        "location": {"__point__": [rng.randint(0, 3), 2, 3]},
    }
    return graph.add_node(["Synapse", "Element"], props | _flags(rng))
