"""``NodeSet``: one node set as a set of neurons."""

from __future__ import annotations

from dataclasses import dataclass

from connstore.node_sets.definitions import Definitions
from connstore.node_sets.lowering import lowered
from connstore.node_sets.scopes import scopes
from connstore.node_sets.simplify import any_of
from connstore.select.neuron_set import NeuronSet
from connstore.select.selection import ALL, And, Predicate, Selection
from connstore.select.universe import Universe


@dataclass(frozen=True, eq=False)
class NodeSet(NeuronSet):
    """One set of :class:`connstore.NodeSets`: stands wherever a function takes NeuronCriteria.

    Two of them, or one and NeuronCriteria, compose with ``&``, ``|`` and ``-``.

    Attributes:
        definitions: Where it is defined. It is looked up when it is used, so after an update of
            these it means what its name means then.
        name: Its name.
    """

    definitions: Definitions
    name: str

    def selection(self, universe: Universe) -> Selection:
        """The selection that it means on a store, or on a frame.

        Raises:
            NodeSetError: There is no such set any more, or it cannot be asked there.
        """
        several = scopes(universe)
        terms = lowered(self.definitions.rules(self.name), several)
        found = [
            term if scope.among == ALL else And((scope.among, term))
            for scope, term in zip(several, terms, strict=True)
        ]
        return Selection(several[0].label, And((any_of(found),)))

    def __repr__(self) -> str:
        return f"NodeSet({self.name!r})"


@dataclass(frozen=True)
class Lowered(NeuronSet):
    """A selection that has been made already."""

    predicate: Predicate

    def selection(self, universe: Universe) -> Selection:
        """The selection."""
        return Selection(scopes(universe)[0].label, self.predicate)
