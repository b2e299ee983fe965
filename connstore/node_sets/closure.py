"""Compounds: that their members exist, that none contains itself, and what they come down to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from graphlib import CycleError, TopologicalSorter

from connstore.errors import did_you_mean
from connstore.node_sets.errors import NodeSetError

Members = Callable[[str], tuple[str, ...]]


def check_compounds(names: Collection[str], members: Members) -> None:
    """Check the compounds of a file.

    Args:
        names: Names of all its sets.
        members: Gives the members of a compound; a rule has none.

    Raises:
        NodeSetError: A member is no set of the file, or a compound contains itself.
    """
    for name in names:
        for member in members(name):
            if member not in names:
                problem = f"its member {member!r} is no node set.{did_you_mean(member, names)}"
                raise NodeSetError("compound_missing", problem, name)
    try:
        TopologicalSorter({name: members(name) for name in names}).prepare()
    except CycleError as error:
        cycle = list(error.args[1])
        shown = cycle if len(cycle) <= 8 else [*cycle[:4], "...", *cycle[-3:]]
        problem = f"it contains itself: {' < '.join(shown)}"
        raise NodeSetError("compound_cycle", problem, cycle[0]) from None


def reachable(name: str, members: Members) -> Iterator[str]:
    """A set and all that it is made of, each once, in the order of the members.

    Example:
        >>> made_of = {"A": ("B", "C"), "C": ("B", "D")}
        >>> list(reachable("A", lambda name: made_of.get(name, ())))
        ['A', 'B', 'C', 'D']
    """
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            yield each
            waiting.extend(reversed(members(each)))
