"""The statements about how complete the outputs of neurons are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connstore.select.selection import OneOf, Or, Selection
from connstore.sql.connections import Connections
from connstore.sql.statement import Statement
from connstore.sqltext import quote_name
from connstore.store.opening import Store

#: The two properties that tell how far a segment has been traced.
STATUSES = ("status", "statusLabel")


def completeness_table(connections: Connections, statuses: Sequence[str]) -> Statement:
    """One row a body of whose connections, also those of weight 0, one at least is complete.

    Args:
        connections: Those that the bodies make.
        statuses: What ``status`` or ``statusLabel`` of a complete segment is.

    Returns:
        By bodyId.
    """
    return connections.statement(f"FROM ({_completeness(connections, statuses)}) ORDER BY bodyId")


def orphan_table(connections: Connections, statuses: Sequence[str]) -> Statement:
    """One row a connection to a segment that is not complete.

    Args:
        connections: Those that the bodies make.
        statuses: As above.

    Returns:
        By presynaptic body, weight (descending) and postsynaptic body. The totals of a body
        without a complete partner are null.
    """
    columns = ", ".join(
        f"{_status(connections.store, name, 'post')} AS {label}"
        for name, label in zip(STATUSES, ("status_post", "statusLabel"), strict=True)
    )
    return connections.statement(
        f"""
        WITH edge AS ({connections.edge()}),
        body AS ({_completeness(connections, statuses)}),
        orphan AS (
            SELECT *, sum(weight) OVER (
                PARTITION BY body_pre ORDER BY weight DESC, body_post ROWS UNBOUNDED PRECEDING
            )::BIGINT AS cum_weight
            FROM edge WHERE NOT ({_is_complete(connections, statuses)})
        )
        SELECT orphan.body_pre AS bodyId_pre, orphan.body_post AS bodyId_post,
               orphan.weight::BIGINT AS orphan_weight, {columns}, body.total_weight,
               body.traced_weight AS orig_traced_weight,
               body.untraced_weight AS orig_untraced_weight,
               body.completeness AS orig_completeness, orphan.cum_weight AS cum_orphan_weight,
               (body.traced_weight + orphan.cum_weight) / body.total_weight AS cum_completeness
        FROM orphan
        JOIN segment AS post ON post.bodyId = orphan.body_post
        LEFT JOIN body ON body.bodyId = orphan.body_pre
        ORDER BY orphan.body_pre, orphan.weight DESC, orphan.body_post
        """
    )


def status_counts(connections: Connections) -> Statement:
    """How many of the bodies at the ends of some connections have each of the two properties."""
    counts = ", ".join(
        f"count({_status(connections.store, name, 'segment')}) AS {name}" for name in STATUSES
    )
    return connections.statement(
        f"""
        SELECT {counts} FROM segment
        WHERE bodyId IN (
            SELECT unnest([body_pre, body_post]) FROM ({connections.edge()})
        )
        """
    )


def _completeness(connections: Connections, statuses: Sequence[str]) -> str:
    """A SELECT of a body's weights to all and to complete segments."""
    return f"""
        SELECT bodyId, total_weight, traced_weight, total_weight - traced_weight AS untraced_weight,
               traced_weight / total_weight AS completeness
        FROM (
            SELECT body_pre AS bodyId, sum(weight)::BIGINT AS total_weight,
                   (sum(weight) FILTER (is_complete))::BIGINT AS traced_weight
            FROM (
                SELECT body_pre, weight, {_is_complete(connections, statuses)} AS is_complete
                FROM ({replace(connections, min_weight=0).edge()})
            )
            GROUP BY body_pre
            HAVING bool_or(is_complete)
        )
        """


def _is_complete(connections: Connections, statuses: Sequence[str]) -> str:
    """The condition that a connection leads to a complete segment."""
    either = Or(tuple(OneOf(name, tuple(statuses)) for name in STATUSES))
    return f"body_post IN ({connections.compiler.bodies(Selection('Segment', either))})"


def _status(store: Store, name: str, row: str) -> str:
    prop = store.properties("neuron").get(name)
    value = "NULL" if prop is None else f"{row}.{quote_name(prop.column)}"
    return f"{value}::VARCHAR"
