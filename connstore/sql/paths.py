"""The statements of a search for paths: bodies one step further, and the paths at the end."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from connstore.select.selection import ALL, Selection
from connstore.sql.neurons import neuron_column
from connstore.sql.selecting import Compiler
from connstore.sql.statement import Statement
from connstore.store.opening import Store

#: Direction of a step -> the table in the order that suits, the body it leaves, the body it meets.
_STEPS = {
    "down": ("connection_by_pre", "body_pre", "body_post"),
    "up": ("connection_by_post", "body_post", "body_pre"),
}


@dataclass(frozen=True)
class Links:
    """The connections that paths between two bodies may take.

    Attributes:
        source, target: The two bodies.
        min_weight: Least weight of a connection.
        inner: Which bodies paths may pass through, beside the two.
    """

    source: int
    target: int
    min_weight: int
    inner: Selection


def end_bodies(compiler: Compiler, links: Links) -> Statement:
    """``body``, sorted: those of the two ends that are neurons."""
    ends = ", ".join(map(compiler.binder.text, (links.source, links.target)))
    return Statement(
        f"SELECT bodyId AS body FROM segment_neuron WHERE bodyId IN ({ends}) ORDER BY bodyId",
        compiler.binder.values,
    )


def next_bodies(
    compiler: Compiler,
    links: Links,
    direction: str,
    bodies: pa.Table,
    among: pa.Table | None = None,
) -> Statement:
    """``body``, sorted: those that one step leads to.

    Args:
        compiler: Of this statement.
        links: Which steps.
        direction: ``'down'`` along the connections, or ``'up'``.
        bodies: ``body`` of those where the step begins.
        among: ``body`` of the only ones to keep; None for all that paths may pass through.
    """
    bind = compiler.binder.text
    table, near, far = _STEPS[direction]
    relations = {"bodies": bodies}
    kept = "true"
    if among is not None:
        relations["among"] = among
        kept = "body IN (FROM among)"
    elif links.inner != Selection("Segment", ALL):
        ends = f"SELECT unnest({bind([links.source, links.target])})"
        kept = f"body IN ({compiler.bodies(links.inner)} UNION ALL {ends})"
    return Statement(
        f"""
        SELECT body
        FROM (
            SELECT DISTINCT {far} AS body FROM {table}
            WHERE {near} IN (FROM bodies) AND weight >= {bind(links.min_weight)}
        )
        WHERE {kept}
        ORDER BY body
        """,
        compiler.binder.values,
        relations,
    )


def path_table(
    store: Store, compiler: Compiler, links: Links, down: pa.Table, up: pa.Table, lengths: range
) -> Statement:
    """One row a path and body on it.

    No path takes a connection twice; bodies may come again.

    Args:
        store: Where.
        compiler: Of this statement.
        links: The ends of the paths, and the connections they may take.
        down: ``body, distance`` from the source, of all bodies that may be on a path.
        up: ``body, distance`` to the target, of all bodies that may be on a path.
        lengths: How many connections paths may have.

    Returns:
        ``path, bodyId, type, weight, path_length``. Paths are numbered from 0, short ones first,
        then by the ids of the bodies along them. The weight is that of the connection from the
        body before, 0 for the first.
    """
    bind = compiler.binder.text
    least, most = bind(lengths.start), bind(lengths.stop - 1)
    return Statement(
        f"""
        WITH RECURSIVE useful AS MATERIALIZED (
            SELECT body, down.distance AS gone, up.distance AS to_go
            FROM down JOIN up USING (body)
            WHERE gone + to_go <= {most}
        ),
        link AS MATERIALIZED (
            SELECT body_pre, body_post, weight, post.to_go,
                   row_number() OVER (ORDER BY body_pre, body_post) AS id
            FROM connection_by_pre
            JOIN useful AS pre ON pre.body = body_pre
            JOIN useful AS post ON post.body = body_post
            WHERE weight >= {bind(links.min_weight)} AND pre.gone + 1 + post.to_go <= {most}
        ),
        trail AS (
            SELECT 0 AS length, body, [0::BIGINT] AS ids FROM down WHERE distance = 0
            UNION ALL
            SELECT length + 1, body_post, list_append(ids, id)
            FROM trail JOIN link ON body_pre = body
            WHERE length + 1 + to_go <= {most} AND NOT list_contains(ids, id)
        ),
        found AS (
            SELECT length, ids, row_number() OVER (ORDER BY length, ids) - 1 AS path
            FROM trail
            WHERE length >= {least} AND body = {bind(links.target)}
        ),
        stop AS (
            SELECT 0 AS id, body, 0 AS weight FROM down WHERE distance = 0
            UNION ALL
            SELECT id, body_post, weight FROM link
        )
        SELECT path, body AS bodyId, {neuron_column(store, "type", "type")},
               weight::BIGINT AS weight, length::BIGINT AS path_length
        FROM (
            SELECT path, length, unnest(ids) AS id, generate_subscripts(ids, 1) AS place
            FROM found
        )
        JOIN stop USING (id)
        JOIN segment ON segment.bodyId = body
        ORDER BY path, place
        """,
        compiler.binder.values,
        {"down": down, "up": up},
    )
