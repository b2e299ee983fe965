"""Node sets by name, as they were read: what a set comes down to, and how sets are replaced."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connstore.errors import did_you_mean
from connstore.node_sets.closure import check_compounds, reachable
from connstore.node_sets.errors import NodeSetError
from connstore.node_sets.lowering import NamedRule
from connstore.node_sets.syntax import Compound, Rule, read_definitions


@dataclass(frozen=True)
class Definition:
    """A node set, and whether it may use the extensions."""

    read: Rule | Compound
    extended: bool


class Definitions:
    """Node sets by name.

    Attributes:
        content: JSON content that defines them.
        sets: The same, read. Empty rules are not among them.
        warnings: What is odd about the content.
    """

    def __init__(self, content: Any, *, extended: bool, warnings: Sequence[str] = ()) -> None:
        self.sets = {
            name: Definition(read, extended)
            for name, read in read_definitions(content, extended=extended).items()
        }
        check_compounds(self.sets, self._members)
        self.content: dict[str, Any] = content
        self.warnings = [*warnings, *_oddities(content)]

    def update(self, other: Definitions) -> set[str]:
        """Take over the sets of others, and return the names that were there already."""
        overwritten = set(self.sets) & set(other.sets)
        self.content |= {name: copy.deepcopy(other.content[name]) for name in other.sets}
        self.sets |= other.sets
        if other is not self:
            self.warnings += other.warnings
        return overwritten

    def check(self, name: str) -> None:
        """Check that a set is there.

        Raises:
            NodeSetError: It is not.
        """
        if name not in self.sets:
            empty = " Its rule is empty, which defines no set." if name in self.content else ""
            hint = did_you_mean(name, self.sets) if isinstance(name, str) else ""
            raise NodeSetError("unknown_node_set", f"there is no node set {name!r}.{empty}{hint}")

    def rules(self, name: str) -> list[NamedRule]:
        """The rules that a set comes down to, each once.

        Raises:
            NodeSetError: There is no such set.
        """
        self.check(name)
        found = ((each, self.sets[each]) for each in reachable(name, self._members))
        return [
            NamedRule(each, definition.read, definition.extended)
            for each, definition in found
            if isinstance(definition.read, Rule)
        ]

    def _members(self, name: str) -> tuple[str, ...]:
        """The members of a compound; a rule has none."""
        read = self.sets[name].read
        return read.root if isinstance(read, Compound) else ()


def _oddities(content: dict[str, Any]) -> list[str]:
    odd = []
    for name, value in content.items():
        if value == {}:
            odd.append(f"node set {name!r}: an empty rule, which defines no set")
        elif isinstance(value, dict):
            odd += [
                f"node set {name!r}, attribute {attribute!r}: an empty list, which matches nothing"
                for attribute, wanted in value.items()
                if wanted == []
            ]
    return odd
