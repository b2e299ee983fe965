"""The statements of the connection functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from connstore.select.selection import ALL, Selection
from connstore.sql.neurons import neuron_column, roi_info_json
from connstore.sql.selecting import Compiler, relation
from connstore.sql.statement import Statement
from connstore.sqltext import quote_name
from connstore.store.manifest import Property
from connstore.store.opening import Store

#: The per-ROI weight of a connection: PSDs in the ROI.
_ROI_POST = Property(
    entity="connection_roi", name="post", column="post", type="int32", neo4j_type="int", ordinal=-2
)
_ROI_PRE = _ROI_POST.model_copy(update={"name": "pre", "column": "pre", "ordinal": -1})


@dataclass(frozen=True)
class Connections:
    """The connections between two selections, as the start of a statement.

    Attributes:
        store: Where.
        compiler: Of this statement.
        sources, targets: The selections.
        min_weight: Least weight of a connection.
        weights: Further weights to carry along.
    """

    store: Store
    compiler: Compiler
    sources: Selection
    targets: Selection
    min_weight: int = 1
    weights: tuple[str, ...] = ()

    @property
    def sorted_by(self) -> str:
        """The sort order that suits: by the end that is narrowed down the most."""
        return "post" if _width(self.targets) < _width(self.sources) else "pre"

    def table(self, name: str) -> str:
        """The view of ``connection`` or ``connection_roi`` to read."""
        return relation(f"{name}_by_{self.sorted_by}", self.sources, self.targets)

    def edge(self) -> str:
        """A SELECT of the connections: ends, weight and the further weights."""
        return (
            f"SELECT body_pre, body_post, weight{self.extra_weights()} "
            f"FROM {self.table('connection')} WHERE {self.between()} "
            f"AND weight >= {self.compiler.binder.text(self.min_weight)}"
        )

    def between(self) -> str:
        """The condition on the two ends of a connection."""
        return (
            f"{self.compiler.among('body_pre', self.sources, self.targets)} AND "
            f"{self.compiler.among('body_post', self.targets, self.sources)}"
        )

    def listed(self) -> str:
        """The condition on those ends whose bodies are listed: lets a sorted file be pruned."""
        return (
            " AND ".join(
                self.compiler.among(column, selection)
                for column, selection in (("body_pre", self.sources), ("body_post", self.targets))
                if selection.at_most() < math.inf and selection.label == "Segment"
            )
            or "true"
        )

    def extra_weights(self) -> str:
        """The further weights; 0 where the source has none."""
        return "".join(
            f", coalesce({_weight_column(self.store, name)}, 0) AS {quote_name(name)}"
            for name in self.weights
        )

    def statement(self, body: str, **relations: pa.Table) -> Statement:
        """A statement from its text, with the values bound so far."""
        return Statement(body, self.compiler.binder.values, relations)


def total_table(connections: Connections) -> Statement:
    """One row a connection, by its ends."""
    quoted = [quote_name(name) for name in connections.weights]
    names = "".join(f", {name}::BIGINT AS {name}" for name in quoted)
    return connections.statement(
        f"""
        SELECT body_pre AS bodyId_pre, body_post AS bodyId_post, weight::BIGINT AS weight{names}
        FROM ({connections.edge()})
        ORDER BY body_pre, body_post
        """
    )


def roi_table(
    connections: Connections,
    *,
    rois: Sequence[str],
    min_roi_weight: int,
    min_total_weight: int,
    include_nonprimary: bool,
) -> Statement:
    """One row a connection and ROI; a null ROI stands for what lies outside the primary ROIs.

    Rules of neuprint-python 0.6.4, also that ``min_total_weight`` is applied to the edge and
    again to the sum over the rows that are left (overlapping ROIs count twice there). Rows are
    by ends, weight (descending) and ROI, the null one last.
    """
    bind = connections.compiler.binder.text
    weights = ["weight", *connections.weights]
    roi_columns = {"weight": "post"} | {
        name: connections.store.properties("connection_roi")[name].column
        for name in connections.weights
    }

    def each(form: str, between: str = ", ") -> str:
        return between.join(
            form.format(name=quote_name(n), roi=quote_name(roi_columns[n])) for n in weights
        )

    kept = "true" if include_nonprimary else "is_primary"
    outside = f"UNION ALL SELECT body_pre, body_post, roi_id, {each('{name}')} FROM outside"
    if rois:
        ids = [i for name in rois if (i := connections.store.roi_ids.get(name)) is not None]
        kept += f" AND roi_id IN (SELECT unnest({bind(ids)})) AND weight > 0"
        outside = ""
    total = ""
    if rois or min_total_weight > min_roi_weight:
        total = (
            "QUALIFY sum(weight) OVER (PARTITION BY body_pre, body_post) "
            f">= {bind(min_total_weight)}"
        )
    return connections.statement(
        f"""
        WITH edge AS ({connections.edge()}),
        in_roi AS (
            SELECT body_pre, body_post, roi_id, is_primary,
                   {each("coalesce({roi}, 0) AS {name}")}
            FROM {connections.table("connection_roi")}
            SEMI JOIN edge USING (body_pre, body_post)
            WHERE {connections.listed()}
        ),
        outside AS (
            SELECT body_pre, body_post, NULL::INTEGER AS roi_id,
                   {each("sum({name}) AS {name}")}
            FROM (
                SELECT body_pre, body_post, {each("{name}")} FROM edge
                UNION ALL
                SELECT body_pre, body_post, {each("-{name}")} FROM in_roi WHERE is_primary
            )
            GROUP BY body_pre, body_post
            HAVING {each("sum({name}) > 0", " OR ")}
        ),
        kept AS (
            FROM (
                SELECT body_pre, body_post, roi_id, {each("{name}")} FROM in_roi WHERE {kept}
                {outside}
            )
            {total}
        )
        SELECT body_pre AS bodyId_pre, body_post AS bodyId_post, roi_id,
               {each("{name}::BIGINT AS {name}")}
        FROM kept
        WHERE weight >= {bind(min_roi_weight)}
        ORDER BY body_pre, body_post, weight DESC, roi_id NULLS LAST
        """
    )


def present_weights(connections: Connections) -> Statement:
    """How many rows by ROI these connections have, and how many of them by each further weight."""
    counts = "".join(
        f", count({quote_name(connections.store.properties('connection_roi')[name].column)}) "
        f"AS {quote_name(name)}"
        for name in connections.weights
    )
    return connections.statement(
        f'WITH edge AS ({connections.edge()}) SELECT count(*) AS "any ROI"{counts} '
        f"FROM {connections.table('connection_roi')} SEMI JOIN edge USING (body_pre, body_post)"
    )


def side_counts(compiler: Compiler, sources: Selection, targets: Selection) -> Statement:
    """How many bodies either side selects."""
    return Statement(
        f"SELECT (SELECT count(*) FROM ({compiler.bodies(sources)})) AS sources, "
        f"(SELECT count(*) FROM ({compiler.bodies(targets)})) AS targets",
        compiler.binder.values,
    )


def end_table(
    store: Store,
    compiler: Compiler,
    first: Selection,
    names: Sequence[str],
    found: pa.Table,
) -> Statement:
    """Properties of all bodies of one selection (``is_first``) and of some found ones.

    Args:
        store: Where.
        compiler: Of this statement.
        first: The selection whose bodies come first.
        names: Properties.
        found: ``bodyId`` of the bodies that must be there (``is_found``).
    """
    columns = ", ".join(neuron_column(store, name, name) for name in names)
    return Statement(
        f"""
        SELECT {columns}, first.bodyId IS NOT NULL AS is_first, found.bodyId IS NOT NULL AS is_found
        FROM ({compiler.bodies(first)}) AS first
        FULL JOIN found USING (bodyId)
        JOIN segment USING (bodyId)
        ORDER BY first.bodyId IS NULL, segment.bodyId
        """,
        compiler.binder.values,
        {"found": found},
    )


def simple_table(
    connections: Connections, *, rois: Sequence[str], names: Sequence[str]
) -> Statement:
    """One row a connection with properties of both ends and its roiInfo as JSON text.

    ``in_rois`` tells whether it has synapses in one of the ROIs.
    """
    store = connections.store
    bind = connections.compiler.binder.text
    both = "".join(
        f", {neuron_column(store, name, f'{name}_{end}', end)}"
        for name in names
        for end in ("pre", "post")
    )
    weights = "".join(
        f", edge.{quote_name(name)}::BIGINT AS {quote_name(name)}" for name in connections.weights
    )
    counts = [_ROI_POST, _ROI_PRE, *store.properties("connection_roi").values()]
    ids = [i for name in rois if (i := store.roi_ids.get(name)) is not None]
    inside = f"bool_or(list_contains({bind(ids)}::INTEGER[], roi_id))"
    return connections.statement(
        f"""
        WITH edge AS ({connections.edge()}),
        edge_info AS (
            SELECT body_pre, body_post, {roi_info_json(counts)} AS conn_roiInfo,
                   {inside} AS in_rois
            FROM {connections.table("connection_roi")}
            JOIN roi USING (roi_id)
            SEMI JOIN edge USING (body_pre, body_post)
            WHERE {connections.listed()}
            GROUP BY body_pre, body_post
        )
        SELECT edge.body_pre AS bodyId_pre, edge.body_post AS bodyId_post,
               edge.weight::BIGINT AS weight{weights}{both},
               coalesce(conn_roiInfo, '{{}}') AS conn_roiInfo,
               coalesce(in_rois, false) AS in_rois
        FROM edge
        LEFT JOIN edge_info USING (body_pre, body_post)
        JOIN segment AS pre ON pre.bodyId = edge.body_pre
        JOIN segment AS post ON post.bodyId = edge.body_post
        ORDER BY edge.weight DESC, edge.body_pre, edge.body_post
        """
    )


def _weight_column(store: Store, name: str) -> str:
    """The column of a weight of ``connection``; NULL where the store has none of that name."""
    if name in ("weight", "weightHP", "weightHR"):
        return quote_name(name)
    prop = store.properties("connection").get(name)
    return "NULL" if prop is None else quote_name(prop.column)


def _width(selection: Selection) -> tuple[float, bool]:
    """How wide a selection is likely to be: listed bodies, some condition, or everything."""
    return selection.at_most(), selection.predicate == ALL
