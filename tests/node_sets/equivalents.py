"""The same neurons, written as fields of NeuronCriteria and as a rule of a node set."""

from typing import Any

from hypothesis import strategies as st

import connstore
from connstore import NeuronCriteria

Pair = tuple[dict[str, Any], dict[str, Any]]

PATTERNS = ["MBON.*", "KC.*", ".*[ab].*", "(MBON|KC)[^a]+", ".*\\d.*", "x*", "KC(a'b'|g).*"]


def equivalents(client: Any) -> st.SearchStrategy[Pair]:
    """Fields, and a rule that means the same on the client's store."""
    neurons = connstore.fetch_neurons(NeuronCriteria(), omit_rois=True, client=client)
    bodies = [int(body) for body in neurons["bodyId"]]
    types, statuses = (sorted(neurons[name].dropna().unique()) for name in ("type", "status"))
    rois = sorted({*client.primary_rois} & {*client.all_rois})
    groups = [
        _types(types),
        _some(statuses).map(lambda names: ({"status": names}, {"status": names})),
        st.tuples(st.integers(0, 300), st.integers(0, 300)).map(_counts),
        _some(bodies).map(lambda ids: ({"bodyId": ids, "label": "Neuron"}, {"node_id": ids})),
        st.booleans().map(lambda value: ({"cropped": value}, {"cropped": value})),
        _rois(_some(rois)),
    ]
    chosen = st.lists(st.integers(0, len(groups) - 1), min_size=1, max_size=3, unique=True)
    return chosen.flatmap(lambda places: st.tuples(*(groups[at] for at in places))).map(_joined)


def _some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=4, unique=True)


def _types(types: list[str]) -> st.SearchStrategy[Pair]:
    patterns = st.one_of(
        st.sampled_from(PATTERNS), st.sampled_from(types).map(lambda name: f"{name[:2]}.*")
    )
    return st.one_of(
        _some(types).map(lambda names: ({"type": names, "regex": False}, {"type": names})),
        patterns.map(
            lambda text: ({"type": text, "regex": True}, {"type": {"$regex": f"^(?:{text})$"}})
        ),
    )


def _counts(least: tuple[int, int]) -> Pair:
    pre, post = least
    return {"min_pre": pre, "min_post": post}, {"pre": {"$gte": pre}, "post": {"$gte": post}}


def _rois(several: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Pair]:
    def each(names: list[str], number: str, test: Any) -> dict[str, Any]:
        return {f"@roi:{name}:{number}": test for name in names}

    def reached(names: list[str], least: int, side: str, count: str) -> Pair:
        fields = {f"{side}Rois": names, f"min_roi_{side}s": least}
        return fields, each(names, count, {"$gte": least})

    least = st.integers(1, 50)
    return st.one_of(
        several.map(lambda names: ({"rois": names, "roi_req": "any"}, {"@roi": names})),
        several.map(lambda names: ({"rois": names}, each(names, "present", 1))),
        st.builds(reached, several, least, st.just("input"), st.just("post")),
        st.builds(reached, several, least, st.just("output"), st.just("pre")),
    )


def _joined(parts: tuple[Pair, ...]) -> Pair:
    fields: dict[str, Any] = {}
    rule: dict[str, Any] = {}
    for more, clauses in parts:
        fields |= more
        rule |= clauses
    return fields, rule
