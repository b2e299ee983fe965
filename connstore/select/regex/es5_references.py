"""Which back-references mean the same in ECMAScript and in Python.

ECMAScript unsets the groups in a loop whenever an iteration begins, and never counts an
iteration that takes nothing. Python keeps what an earlier iteration captured. That tells where
a way to the back-reference leads round the group.
"""

from __future__ import annotations

from connstore.select.regex.measure import nullable
from connstore.select.regex.references import Path, descend, shared_length
from connstore.select.regex.tree import Alternation, BackReference, Group, Node, Repeat


def refused_reference(root: Node) -> tuple[BackReference, str] | None:
    """The first back-reference that Python cannot follow as ECMAScript does, and why.

    Each that has a group comes after the end of the group, on a way that may lead through it.
    """
    found = list(descend(root))
    groups = {node.index: path for node, path in found if isinstance(node, Group)}
    for node, path in found:
        if not isinstance(node, BackReference) or node.index not in groups:
            continue
        if reason := _refusal(groups[node.index], path):
            return node, reason
    return None


def _refusal(home: Path, path: Path) -> str:
    shared = shared_length(home, path)
    between = [node for node, _ in home[shared + 1 :]]
    around = any(_loops(node) for node, _ in home[:shared])
    if around and any(map(_skips, between)):
        return "Python would keep what this group captured in an earlier round of the loop"
    for at, node in enumerate(between):
        if not (isinstance(node, Repeat) and _loops(node)):
            continue
        if any(map(_skips, between[at + 1 :])):
            return "Python would keep what this group captured before the last round of its loop"
        if nullable(node.body):
            return "Python would let this group capture nothing in a last round of its loop"
    return ""


def _loops(node: Node) -> bool:
    return isinstance(node, Repeat) and node.high not in (0, 1)


def _skips(node: Node) -> bool:
    """Whether there is a way through a node that leads round what is in it."""
    return isinstance(node, Alternation) or (isinstance(node, Repeat) and node.low == 0)
