"""``NodeSets``: the node sets of a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connstore.node_sets.definitions import Definitions
from connstore.node_sets.lowering import lowered
from connstore.node_sets.node_set import Lowered, NodeSet
from connstore.node_sets.population import as_population, as_populations
from connstore.node_sets.reading import file_text, json_content, plain_content, utf8
from connstore.store.opening import Store


class NodeSets:
    """Named sets of nodes, as SONATA writes them (docs/node-sets.md).

    Make them with :meth:`from_file`, :meth:`from_json` or :meth:`from_dict`. ``node_sets[name]``
    stands wherever a function takes NeuronCriteria.

    Attributes:
        names: Names of all sets, sorted. An empty rule defines none.
        content: What was read, as JSON has it (a copy).
        warnings: What is odd, but no error.

    Example:
        >>> import connstore
        >>> node_sets = NodeSets.from_dict(
        ...     {
        ...         "MBONs": {"type": {"$regex": "^MBON"}},
        ...         "Large": {"post": {"$gte": 200}},
        ...         "Either": ["MBONs", "Large"],
        ...     }
        ... )
        >>> neurons, _ = connstore.fetch_neurons(node_sets["MBONs"] & node_sets["Large"])
        >>> neurons["post"].tolist()
        [314, 244]
        >>> node_sets.resolved("Either")
        {'MBONs': {'type': {'$regex': '^MBON'}}, 'Large': {'post': {'$gte': 200}}}
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    @classmethod
    def from_file(cls, path: str | Path, *, extended: bool = False) -> NodeSets:
        """The node sets of a JSON file.

        Args:
            path: The file.
            extended: Whether the extensions may be used: ``@roi`` attributes, booleans, several
                operators on an attribute, ``$exists``.

        Raises:
            NodeSetError: The file is not there, or is no file of node sets.
        """
        content, warnings = json_content(file_text(path), f"{path}: ")
        return cls(Definitions(content, extended=extended, warnings=warnings))

    @classmethod
    def from_json(cls, text: str | bytes, *, extended: bool = False) -> NodeSets:
        """The node sets in JSON text.

        Args:
            text: The text; bytes are UTF-8.
            extended: As for :meth:`from_file`.

        Raises:
            NodeSetError: It is not JSON, or not of node sets.
        """
        content, warnings = json_content(utf8(text))
        return cls(Definitions(content, extended=extended, warnings=warnings))

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], *, extended: bool = False) -> NodeSets:
        """The node sets in a dictionary such as ``json.load`` returns.

        Args:
            content: Name -> rule or compound; arrays, Series, tuples and sets are lists too.
            extended: As for :meth:`from_file`.

        Raises:
            NodeSetError: It is not what a file of node sets has.
        """
        return cls(Definitions(plain_content(content), extended=extended))

    @classmethod
    def from_store(cls, store: Any, *, extended: bool = False) -> NodeSets:
        """The node sets that a SONATA circuit brought into its store.

        Args:
            store: The store, or its client. The simulation's sets win over the circuit's.
            extended: As for :meth:`from_file`.

        Raises:
            MissingTableError: The store has none.
            NodeSetError: Those that it has are no node sets.
        """
        source: Store = getattr(store, "store", store)
        source.require("node_sets")
        node_sets = cls.from_dict({}, extended=extended)
        for text in source.read("node_sets").sort_by("ordinal")["content"].to_pylist():
            node_sets.update(cls.from_json(text, extended=extended))
        return node_sets

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all sets, sorted."""
        return tuple(sorted(self._definitions.sets))

    @property
    def content(self) -> dict[str, Any]:
        """What was read, as JSON has it (a copy)."""
        return copy.deepcopy(self._definitions.content)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd, but no error."""
        return tuple(self._definitions.warnings)

    def update(self, other: NodeSets) -> set[str]:
        """Take over all sets of others, which win where names are equal.

        SONATA's order is: the circuit's, updated with the simulation's. Compounds mean the sets
        that have their members' names now.

        Args:
            other: The others; they are left alone.

        Returns:
            Names of the sets that were overwritten.
        """
        return self._definitions.update(other._definitions)

    def to_json(self, indent: int | None = 1) -> str:
        """JSON text of what was read; reading it again gives equal sets.

        Args:
            indent: Spaces for each level; None for a single line.
        """
        return json.dumps(self._definitions.content, ensure_ascii=False, indent=indent)

    def resolved(self, name: str) -> dict[str, Any]:
        """The rules that a set comes down to: a node of the set satisfies at least one.

        Args:
            name: Name of the set.

        Returns:
            Name of each set that is a rule -> the rule, as it was read.

        Raises:
            NodeSetError: There is no set of the name.
        """
        found = self._definitions
        return {each.name: copy.deepcopy(found.content[each.name]) for each in found.rules(name)}

    def materialize(self, name: str, population: Any = None, *, client: Any = None) -> NDArray[Any]:
        """Ids of the nodes that a set selects in a population.

        Args:
            name: Name of the set.
            population: A :class:`Population`; a frame, which becomes one with default names and
                ids; a Client; or the name of a population of ``client``'s store. By default the
                only one of that store.
            client: By default the default client.

        Returns:
            int64 ids, sorted; of a neuPrint store body ids.

        Raises:
            NodeSetError: There is no such set, or it cannot be asked there.
            ArgumentError: There is no such population.

        Example:
            >>> import pandas as pd
            >>> cells = pd.DataFrame({"mtype": ["L6_Y", "SP_PC"], "layer": [6, 1]})
            >>> NodeSets.from_dict({"deep": {"layer": {"$gt": 3}}}).materialize("deep", cells)
            array([0])
        """
        chosen = as_population(population, client)
        return chosen.ids(self[name])

    def materialize_each(
        self, name: str, populations: Any = None, *, client: Any = None
    ) -> dict[str, NDArray[np.int64]]:
        """Ids of the nodes that a set selects in each of several populations.

        What a population lacks matches nothing there, as long as another has it; a rule is not
        looked at in the populations that it excludes.

        Args:
            name: Name of the set.
            populations: Several :class:`Population`; by default all of ``client``'s store.
            client: By default the default client.

        Returns:
            Name of the population -> its int64 ids, sorted.

        Raises:
            NodeSetError: There is no such set, or it cannot be asked there.
        """
        several = as_populations(populations, client)
        rules = self._definitions.rules(name)
        terms = lowered(rules, [population.scope for population in several])
        return {
            population.name: population.ids(Lowered(term))
            for population, term in zip(several, terms, strict=True)
        }

    def __getitem__(self, name: str) -> NodeSet:
        self._definitions.check(name)
        return NodeSet(self._definitions, name)

    def __contains__(self, name: object) -> bool:
        return name in self._definitions.sets

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self._definitions.sets)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeSets):
            return NotImplemented
        return self._definitions.sets == other._definitions.sets

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"NodeSets({len(self)} sets: {', '.join(self.names[:5])}{', ...' * (len(self) > 5)})"
