"""The statement about single synapses between neurons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connstore.select.selection import Selection
from connstore.select.synapse_criteria import SynapseCriteria
from connstore.sql.connections import Connections
from connstore.sql.selecting import relation
from connstore.sql.statement import Statement
from connstore.sql.synapse_columns import Columns, listed
from connstore.sql.synapses import above, inside

ENDS = ("pre", "post")


@dataclass(frozen=True)
class Beside:
    """What else to put beside each pair.

    Attributes:
        columns: Further columns, which come last.
        joins: Where they come from: joins to the row called ``pair``.
        order: What orders the rows of one pair, if there are several.
    """

    columns: Columns = field(default_factory=dict)
    joins: str = ""
    order: str = ""


def pair_table(
    connections: Connections,
    criteria: SynapseCriteria,
    columns: Mapping[str, Columns],
    transmitters: Columns,
    beside: Beside = Beside(),
) -> Statement:
    """One row a T-bar and PSD of the connections.

    Both must have the confidence; ROIs are asked of the PSD alone, since connections count in the
    ROI of the PSD.

    Args:
        connections: Which connections.
        criteria: Which synapses of them; their type has no meaning here.
        columns: End -> further columns, of a row of ``synapse`` called ``pre`` or ``post``.
        transmitters: Columns of the T-bar, which come behind these.
        beside: What comes last.

    Returns:
        By ends, then by id of the T-bar and of the PSD. ``roi_set_pre`` and ``roi_set_post`` are
        ids; coordinates are whole.
    """
    store, binder = connections.store, connections.compiler.binder
    terms = [connections.listed()]
    if criteria.confidence:
        terms += [above(f"confidence_{end}", criteria.confidence, binder) for end in ENDS]
    if criteria.rois:
        terms.append(inside("roi_set_post", criteria.rois, store, binder))
    condition = " AND ".join(terms)
    order = connections.sorted_by if store.has("pair_by_post") else "pre"
    table = relation(f"pair_by_{order}", connections.sources, connections.targets)
    voxels = "".join(
        f", trunc({axis}_{end})::INTEGER AS {axis}_{end}" for end in ENDS for axis in "xyz"
    )
    sides = {"pre": connections.sources, "post": connections.targets}
    # Pairs hold places and confidences; for anything else the synapses are looked up.
    needed = {"pre": columns["pre"] or transmitters, "post": columns["post"]}
    joins = "".join(_joined(end, sides[end]) for end in ENDS if needed[end])
    last = (columns["pre"], columns["post"], transmitters, beside.columns)
    further = "".join(map(listed, last))
    return connections.statement(
        f"""
        WITH edge AS ({connections.edge()}),
        pair AS (
            FROM {table} SEMI JOIN edge USING (body_pre, body_post) WHERE {condition}
        )
        SELECT pair.body_pre AS bodyId_pre, pair.body_post AS bodyId_post,
               pair.roi_set_pre, pair.roi_set_post{voxels},
               pair.confidence_pre, pair.confidence_post{further}
        FROM pair{joins}{beside.joins}
        ORDER BY pair.body_pre, pair.body_post, pair.pre_id, pair.post_id{beside.order}
        """
    )


def _joined(end: str, bodies: Selection) -> str:
    """The rows of ``synapse`` of one end; the body lets the sorted file be pruned."""
    return (
        f" JOIN {relation('synapse', bodies)} AS {end} "
        f"ON {end}.bodyId = pair.body_{end} AND {end}.synapse_id = pair.{end}_id"
    )
