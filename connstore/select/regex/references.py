"""Which back-references mean the same in Java and in Python.

Both set a group when it matches and take that back on retreat, with two
exceptions in Java: what a look-ahead, an atomic group or a possessive loop has
captured stays captured after a retreat, and so does what a loop over a body
that matches in one way only has captured inside it. A back-reference is safe
from these leftovers if its group is captured anew on each way to it. And they
differ in what an iteration that takes nothing captures, if it is required or lazy.
"""

from __future__ import annotations

from collections.abc import Iterator

from connstore.select.regex.measure import nullable
from connstore.select.regex.repeats import deterministic
from connstore.select.regex.tree import (
    Alternation,
    Atomic,
    BackReference,
    Group,
    Look,
    Mode,
    Node,
    Repeat,
    Sequence,
    children,
)

# The way down to a node: each node above it, and which of its children is next.
Path = tuple[tuple[Node, int], ...]


def refused_reference(root: Node) -> tuple[BackReference, str] | None:
    """The first back-reference that Python cannot follow as Java does, and why."""
    found = list(descend(root))
    groups = {node.index: (node, path) for node, path in found if isinstance(node, Group)}
    for node, path in found:
        if isinstance(node, BackReference) and node.index in groups:
            group, home = groups[node.index]
            if reason := _refusal(group, home, path):
                return node, reason
    return None


def descend(node: Node, path: Path = ()) -> Iterator[tuple[Node, Path]]:
    """A node and all the nodes below it, each with the way to it."""
    yield node, path
    for number, child in enumerate(children(node)):
        yield from descend(child, (*path, (node, number)))


def shared_length(home: Path, path: Path) -> int:
    """How many steps two ways have in common."""
    shared = 0
    while shared < min(len(home), len(path)) and home[shared] == path[shared]:
        shared += 1
    return shared


def _refusal(group: Group, home: Path, path: Path) -> str:
    shared = shared_length(home, path)
    fork = home[shared][0] if shared < min(len(home), len(path)) else None
    if not isinstance(fork, Sequence) or home[shared][1] > path[shared][1]:
        return "a back-reference must stand after its group, in the same alternative"
    between = [node for node, _ in home[shared + 1 :]]
    if any(isinstance(node, Look) and (node.negated or not node.ahead) for node in between):
        return "a back-reference cannot reach into a negated look-around or a look-behind"
    if not any(isinstance(node, Alternation | Repeat) for node in between):
        return ""
    return _refusal_if_skipped(group, home, between)


def _refusal_if_skipped(group: Group, home: Path, between: list[Node]) -> str:
    """The same for a group that a way to the back-reference may not go through."""
    if any(_isolates(node) for node, _ in home):
        return (
            "this group may be skipped, and Java keeps what a look-around, an atomic group "
            "or a possessive loop captured before"
        )
    loops = [node for node in between if isinstance(node, Repeat)]
    if any(deterministic(loop.body) and loop.body is not group for loop in loops):
        return "Java does not take back what this group captured inside its loop"
    lasting = [loop for loop in loops if loop.low > 1 or loop.mode is Mode.LAZY]
    if any(nullable(loop.body) for loop in lasting):
        return "Java leaves the loop around this group once an iteration takes nothing"
    return ""


def _isolates(node: Node) -> bool:
    possessive = isinstance(node, Repeat) and node.mode is Mode.POSSESSIVE
    return possessive or isinstance(node, Look | Atomic)
