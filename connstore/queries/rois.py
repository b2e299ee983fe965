"""ROI names and their hierarchy."""

from __future__ import annotations

from typing import Any

from connstore.errors import MissingTableError
from connstore.queries.arguments import Answering, answered, checked_choice
from connstore.queries.general import fetch_meta


@answered
def fetch_all_rois(*, client: Answering | None = None) -> list[str]:
    """Names of all ROIs of the dataset, sorted.

    Args:
        client: By default the default client.

    Example:
        >>> "AL(R)" in fetch_all_rois()
        True
    """
    assert client is not None
    return list(client.store.all_rois)


@answered
def fetch_primary_rois(*, client: Answering | None = None) -> list[str]:
    """Names of the primary ROIs, which do not overlap, sorted.

    Args:
        client: By default the default client.

    Example:
        >>> len(fetch_primary_rois())
        41
    """
    assert client is not None
    return list(client.store.primary_rois)


@answered
def fetch_roi_hierarchy(
    include_subprimary: bool = True,
    mark_primary: bool = True,
    format: str = "dict",
    *,
    client: Answering | None = None,
) -> Any:
    """The nesting of the ROIs.

    Args:
        include_subprimary: Whether to go on below primary ROIs.
        mark_primary: Whether to put ``*`` behind the names of primary ROIs.
        format: ``'dict'``, ``'text'`` (a tree to print) or ``'nx'`` (a networkx.DiGraph; its
            root is the hierarchy's own, where neuprint-python always says ``hemibrain``).
        client: By default the default client.

    Returns:
        Nested dicts, text, or a graph with an edge from each ROI to those in it.

    Raises:
        ArgumentError: The format is none of these.
        MissingTableError: The dataset has no hierarchy.

    Example:
        >>> print(fetch_roi_hierarchy(False, format="text").splitlines()[0])
        sample
    """
    assert client is not None
    checked_choice("fetch_roi_hierarchy", "format", format, ("dict", "text", "nx"))
    hierarchy = fetch_meta(client=client)["roiHierarchy"]
    if not hierarchy:
        raise MissingTableError(f"{client.store.dataset} has no ROI hierarchy (Meta.roiHierarchy)")
    primary = set(client.store.primary_rois)

    def tree(node: dict[str, Any]) -> dict[str, Any]:
        name = node["name"]
        children = sorted(node.get("children", ()), key=lambda child: child["name"])
        if name in primary and not include_subprimary:
            children = []
        inner = {key: value for child in children for key, value in tree(child).items()}
        return {name + "*" if mark_primary and name in primary else name: inner}

    nested = tree(hierarchy)
    if format == "text":
        (root,) = nested
        return "\n".join([root, *_branches(nested[root])])
    return nested if format == "dict" else _graph(nested)


def _branches(nested: dict[str, Any]) -> list[str]:
    """The lines below a node of the printed tree."""
    lines = []
    for index, (name, inner) in enumerate(nested.items()):
        last = index == len(nested) - 1
        lines.append(f" +-- {name}")
        lines += [("    " if last else " |  ") + line for line in _branches(inner)]
    return lines


def _graph(nested: dict[str, Any]) -> Any:
    import networkx

    graph = networkx.DiGraph()

    def add(parent: str, inner: dict[str, Any]) -> None:
        for name, below in inner.items():
            graph.add_edge(parent, name)
            add(name, below)

    for root, inner in nested.items():
        graph.add_node(root)
        add(root, inner)
    return graph
