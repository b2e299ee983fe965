"""The statements about the synapses of neurons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connstore.select.selection import Selection
from connstore.select.synapse_criteria import SynapseCriteria
from connstore.sql.selecting import Compiler, relation
from connstore.sql.statement import Statement
from connstore.sql.synapse_columns import Columns, listed
from connstore.sql.values import Binder
from connstore.store.opening import Store

_AXES = ("x", "y", "z")


@dataclass(frozen=True)
class Synapses:
    """The synapses of some bodies, as the start of a statement.

    Attributes:
        store: Where.
        compiler: Of this statement.
        bodies: Whose synapses.
        criteria: Which of them.
    """

    store: Store
    compiler: Compiler
    bodies: Selection
    criteria: SynapseCriteria

    def table(self) -> str:
        """The view of ``synapse`` to read."""
        return relation("synapse", self.bodies)

    def condition(self) -> str:
        """The condition on a row of it."""
        bind = self.compiler.binder.text
        # neuPrint finds synapses through SynapseSets, of which those without partner have none.
        terms = ["has_partner", self.compiler.among("bodyId", self.bodies)]
        if (
            self.bodies.label == "Segment"
            and self.store.violations.get("synapse_bodies_exist") != 0
        ):
            # Synapses may name a body that has no row of its own: neo4j's import drops the link.
            terms.append(f"bodyId IN ({self.compiler.bodies(self.bodies)})")
        if self.criteria.confidence:
            terms.append(above("confidence", self.criteria.confidence, self.compiler.binder))
        if self.criteria.type:
            terms.append(f"type = {bind(self.criteria.type)}")
        if self.criteria.rois:
            terms.append(inside("roi_set", self.criteria.rois, self.store, self.compiler.binder))
        return " AND ".join(terms)

    def places(self, *, one_each: bool) -> str:
        """A SELECT of ``roi_set_id, roi_id``: which ROI names an answer has for an ROI set.

        Args:
            one_each: Whether a set gets one name at most, the first; all are primary then.
        """
        if one_each and not self.criteria.rois:
            return "SELECT roi_set_id, primary_roi AS roi_id FROM roi_set"
        names = self.criteria.named_rois(self.store)
        pairs = named_places(names, self.store, self.compiler.binder)
        if not one_each:
            return pairs
        return f"SELECT roi_set_id, min(roi_id) AS roi_id FROM ({pairs}) GROUP BY roi_set_id"

    def statement(self, sql: str) -> Statement:
        """A statement from its text, with the values bound so far."""
        return Statement(sql, self.compiler.binder.values)


def synapse_table(synapses: Synapses, columns: Columns) -> Statement:
    """One row a synapse, or one a synapse and ROI where not only primary ROIs are named.

    Args:
        synapses: Which.
        columns: Further columns, of the row called ``synapse``.

    Returns:
        By bodyId, T-bars before PSDs, by id of the synapse and by ROI; coordinates are whole.
    """
    place = synapses.places(one_each=bool(synapses.criteria.primary_only))
    voxels = ", ".join(f"trunc(synapse.{axis})::INTEGER AS {axis}" for axis in _AXES)
    return synapses.statement(
        f"""
        SELECT synapse.bodyId AS bodyId, synapse.type AS type, place.roi_id AS roi_id, {voxels},
               synapse.confidence AS confidence{listed(columns)}
        FROM (FROM {synapses.table()} WHERE {synapses.condition()}) AS synapse
        LEFT JOIN ({place}) AS place ON place.roi_set_id = synapse.roi_set
        ORDER BY synapse.bodyId, synapse.type DESC, synapse.synapse_id, place.roi_id
        """
    )


def mean_table(synapses: Synapses, *, by_roi: bool) -> Statement:
    """Number, mean place and mean confidence of synapses by body, type and perhaps ROI.

    With ``by_roi`` a synapse counts in each of its ROIs that may be named, and not at all
    outside. Means are summed up so that they do not depend on the order of the rows.
    """
    roi, join = "", ""
    if by_roi:
        roi = "place.roi_id, "
        place = synapses.places(one_each=False)
        join = f"JOIN ({place}) AS place ON place.roi_set_id = synapse.roi_set"
    means = ", ".join(
        f"favg(synapse.{name}::DOUBLE)::FLOAT AS {name}" for name in (*_AXES, "confidence")
    )
    return synapses.statement(
        f"""
        SELECT synapse.bodyId, {roi}synapse.type, count(*)::INTEGER AS count, {means}
        FROM (FROM {synapses.table()} WHERE {synapses.condition()}) AS synapse
        {join}
        GROUP BY synapse.bodyId, {roi}synapse.type
        ORDER BY synapse.bodyId, {roi}synapse.type DESC
        """
    )


def above(column: str, confidence: float, binder: Binder) -> str:
    """The condition that a confidence is more than a threshold.

    neo4j keeps 32-bit confidences and compares them with a 64-bit number: a stored 0.4 is more
    than 0.4, a stored 0.7 is not more than 0.7.
    """
    return f"CAST({column} AS DOUBLE) > CAST({binder.text(float(confidence))} AS DOUBLE)"


def named_places(names: Iterable[str], store: Store, binder: Binder) -> str:
    """A SELECT of ``roi_set_id, roi_id``: the ROIs of each ROI set that an answer may name."""
    return (
        "SELECT roi_set_id, roi_id "
        "FROM (SELECT roi_set_id, unnest(roi_ids) AS roi_id FROM roi_set) "
        f"WHERE roi_id IN (SELECT unnest({binder.text(roi_ids(names, store))}::INTEGER[]))"
    )


def inside(column: str, rois: Iterable[str], store: Store, binder: Binder) -> str:
    """The condition that an ROI set has one of some ROIs."""
    ids = binder.text(roi_ids(rois, store))
    return (
        f"{column} IN (SELECT roi_set_id FROM roi_set "
        f"WHERE list_has_any(roi_ids, {ids}::INTEGER[]))"
    )


def roi_ids(names: Iterable[str], store: Store) -> list[int]:
    """Ids of those ROIs that some body or point lies in."""
    return sorted(store.roi_ids[name] for name in names if name in store.roi_ids)
