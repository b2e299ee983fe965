"""The statements about mitochondria, and about the synapses that are close to one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from connstore.select.mito_criteria import MitoCriteria
from connstore.select.selection import Selection
from connstore.sql.connections import Connections
from connstore.sql.pairs import ENDS, Beside
from connstore.sql.selecting import Compiler, relation
from connstore.sql.statement import Statement
from connstore.sql.synapse_columns import Columns, listed
from connstore.sql.synapses import Synapses, inside, named_places
from connstore.sql.values import Binder
from connstore.sqltext import quote_name
from connstore.store.opening import Store

_CENTRE = ("mx", "my", "mz")
_RADII = ("r0", "r1", "r2")

#: Properties of a mitochondrion -> SQL types of their columns.
_TYPES = {"mitoType": "VARCHAR", "size": "BIGINT", **dict.fromkeys(_RADII, "FLOAT")}


@dataclass(frozen=True)
class Mitochondria:
    """The mitochondria of some bodies, as the start of a statement.

    Attributes:
        store: Where.
        compiler: Of this statement.
        bodies: Whose mitochondria.
        criteria: Which of them.
    """

    store: Store
    compiler: Compiler
    bodies: Selection
    criteria: MitoCriteria

    def condition(self) -> str:
        """The condition on a row of ``element``."""
        binder = self.compiler.binder
        # neuPrint finds elements through the ElementSets of Segments.
        terms = [_kind(binder), "in_set", self.compiler.among("bodyId", self.bodies)]
        if self.criteria.rois:
            terms.append(inside("roi_set", self.criteria.rois, self.store, binder))
        if self.criteria.mitoType:
            column = _value(self.store, "mitoType", "element")
            terms.append(f"{column} = {binder.text(self.criteria.mitoType)}")
        if self.criteria.size:
            column = _value(self.store, "size", "element")
            terms.append(f"{column} >= {binder.text(float(self.criteria.size))}")
        return " AND ".join(terms)


def mito_table(mitochondria: Mitochondria) -> Statement:
    """One row a mitochondrion and ROI that may be named, or one where there is no such ROI.

    Returns:
        By bodyId, by id of the mitochondrion and by ROI; coordinates are whole.
    """
    store, compiler = mitochondria.store, mitochondria.compiler
    place = _places(store, bool(mitochondria.criteria.primary_only), compiler.binder)
    columns = _columns(store, "element")
    mito_type = columns.pop("mitoType")
    return Statement(
        f"""
        SELECT element.bodyId AS bodyId, {mito_type} AS mitoType, place.roi_id AS roi_id
               {listed(_voxels("element") | columns)}
        FROM (
            FROM {relation("element", mitochondria.bodies)} AS element
            WHERE {mitochondria.condition()}
        ) AS element
        LEFT JOIN ({place}) AS place ON place.roi_set_id = element.roi_set
        ORDER BY element.bodyId, element.element_id, place.roi_id
        """,
        compiler.binder.values,
    )


def closest_table(synapses: Synapses) -> Statement:
    """One row a link from a synapse to a mitochondrion, and an ROI of the synapse.

    Returns:
        By bodyId, T-bars before PSDs, by id of the synapse, distance and id of the mitochondrion,
        and by ROI; coordinates are whole.
    """
    place = _places(synapses.store, bool(synapses.criteria.primary_only), synapses.compiler.binder)
    columns = {name: f"mito.{name}" for name in ("mitoType", "distance", "size", *_CENTRE, *_RADII)}
    return synapses.statement(
        f"""
        SELECT synapse.bodyId AS bodyId, synapse.type AS type, place.roi_id AS roi_id
               {listed(_voxels("synapse"))}, synapse.confidence AS confidence{listed(columns)}
        FROM (FROM {synapses.table()} WHERE {synapses.condition()}) AS synapse
        JOIN ({_links(synapses.store, synapses.bodies, synapses.compiler)}) AS mito
            ON mito.bodyId = synapse.bodyId AND mito.synapse_id = synapse.synapse_id
        LEFT JOIN ({place}) AS place ON place.roi_set_id = synapse.roi_set
        ORDER BY synapse.bodyId, synapse.type DESC, synapse.synapse_id,
                 mito.distance, mito.element_id, place.roi_id
        """
    )


def closest_to_pairs(connections: Connections) -> Beside:
    """What to put beside each pair of synapses: the mitochondria close to T-bar and PSD."""
    columns: Columns = {}
    joins, order = "", ""
    for end, bodies in zip(ENDS, (connections.sources, connections.targets), strict=True):
        mito = f"mito_{end}"
        for name in ("mitoType", "distance", "size", *_CENTRE):
            label = "mitoSize" if name == "size" else name
            columns[f"{label}_{end}"] = f"{mito}.{name}"
        joins += (
            f" LEFT JOIN ({_links(connections.store, bodies, connections.compiler)}) AS {mito} "
            f"ON {mito}.bodyId = pair.body_{end} AND {mito}.synapse_id = pair.{end}_id"
        )
        order += f", {mito}.distance, {mito}.element_id"
    return Beside(columns, joins, order)


def _links(store: Store, bodies: Selection, compiler: Compiler) -> str:
    """A SELECT of the links from synapses to mitochondria, those of some bodies among them.

    It has the ids, ``distance``, the centre as ``mx, my, mz`` and the properties. The body of the
    mitochondrion is not asked for: it may have changed since the distances were measured.
    """
    pruned = bodies.label == "Segment" and bodies.at_most() < math.inf
    among = compiler.among("bodyId", bodies) if pruned else "true"
    columns = _voxels("element", "m") | _columns(store, "element")
    return (
        "SELECT link.bodyId, link.synapse_id, link.element_id, link.distance"
        f"{listed(columns)} "
        f"FROM (FROM {relation('closeto', bodies)} WHERE {among}) AS link "
        f"JOIN (FROM element WHERE {_kind(compiler.binder)}) AS element USING (element_id)"
    )


def _kind(binder: Binder) -> str:
    """The condition that an element is a mitochondrion."""
    return f"type = {binder.text('mitochondrion')}"


def _places(store: Store, primary_only: bool, binder: Binder) -> str:
    """A SELECT of the ROIs of each ROI set: all of their kind, whichever were asked for."""
    return named_places(store.primary_rois if primary_only else store.all_rois, store, binder)


def _voxels(row: str, prefix: str = "") -> Columns:
    """Whole coordinates of a point."""
    return {f"{prefix}{axis}": f"trunc({row}.{axis})::INTEGER" for axis in "xyz"}


def _columns(store: Store, row: str) -> Columns:
    """The properties of a mitochondrion that have columns; NULL where the store lacks them."""
    return {name: f"{_value(store, name, row)}::{kind}" for name, kind in _TYPES.items()}


def _value(store: Store, name: str, row: str) -> str:
    prop = store.properties("element").get(name)
    return "NULL" if prop is None else f"{row}.{quote_name(prop.column)}"
