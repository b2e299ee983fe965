"""The populations that node sets can be asked of, and what is an attribute there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connstore.errors import ArgumentError, did_you_mean
from connstore.select.selection import ALL, Label, OneOf, Predicate
from connstore.select.universe import Universe
from connstore.store.manifest import Property
from connstore.store.opening import Store

#: What libsonata does not tell of nodes of a circuit, but node sets of BMTK ask.
_NODE_TYPE = {"node_type_id": "int64"}


@dataclass(frozen=True)
class Scope:
    """One population.

    Attributes:
        name: Its name; node sets compare ``population`` with it.
        attributes: Exact name of each attribute -> its type (a key of ``schema.SQL_TYPES``).
        universe: What its properties and ROIs are looked up in.
        offset: The body of a node is ``offset + node_id``.
        among: What tells its nodes from those of other populations.
        label: What its nodes are at least: only neurons, or any segment.
    """

    name: str
    attributes: Mapping[str, str]
    universe: Universe
    offset: int = 0
    among: Predicate = ALL
    label: Label = "Neuron"


@dataclass(frozen=True)
class OnePopulation:
    """A universe of which node sets see a single population."""

    scope: Scope

    @property
    def dataset(self) -> str:
        """Name of the dataset."""
        return self.scope.universe.dataset

    @property
    def roi_ids(self) -> dict[str, int]:
        """Number of every ROI that something lies in."""
        return self.scope.universe.roi_ids

    @property
    def all_rois(self) -> list[str]:
        """Names of all ROIs."""
        return self.scope.universe.all_rois

    def properties(self, entity: str) -> dict[str, Property]:
        """The properties of an entity by exact name."""
        return self.scope.universe.properties(entity)

    def unknown_rois(self, names: set[str]) -> str | None:
        """A phrase naming those of some names that are no ROIs; None if all are."""
        return self.scope.universe.unknown_rois(names)


def scopes(universe: Universe) -> list[Scope]:
    """The populations of a universe.

    A store of a SONATA circuit has those of the circuit; any other store has one, named as its
    dataset.
    """
    if isinstance(universe, OnePopulation):
        return [universe.scope]
    if isinstance(universe, Store) and (populations := universe.manifest.populations):
        return [
            Scope(
                each.name,
                _NODE_TYPE | each.attributes,
                universe,
                each.offset,
                OneOf("population", (each.name,)) if len(populations) > 1 else ALL,
                "Segment",
            )
            for each in populations
        ]
    types = {name: prop.type for name, prop in universe.properties("neuron").items()}
    own: dict[str, str] = {"bodyId": "int64"} if isinstance(universe, Store) else {}
    return [Scope(universe.dataset, own | types, universe)]


def scope_named(universe: Universe, name: Any = None) -> Scope:
    """The population of a name; without one the only population.

    Raises:
        ArgumentError: There is none of the name; or none is named and there are several.
    """
    found = {scope.name: scope for scope in scopes(universe)}
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        problem = f"there is no population {name!r}" if name is not None else "name a population"
        hint = did_you_mean(str(name), found)
        raise ArgumentError(f"{universe.dataset}: {problem}; it has {sorted(found)}.{hint}")
    return found[name]
