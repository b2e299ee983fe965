"""The statements of the neuron functions."""

from __future__ import annotations

from collections.abc import Sequence

from connstore.select.selection import Selection
from connstore.sql.selecting import Compiler, relation
from connstore.sql.statement import Statement
from connstore.sqltext import quote_literal, quote_name
from connstore.store.manifest import Property
from connstore.store.opening import Store


def neuron_table(
    store: Store, compiler: Compiler, selection: Selection, names: Sequence[str], *, rois: bool
) -> Statement:
    """Properties of the selected bodies, by bodyId.

    Args:
        store: Where.
        compiler: Of this statement.
        selection: Which bodies.
        names: Properties; ``roiInfo`` becomes JSON text.
        rois: Whether to add ``inputRois`` and ``outputRois``, lists of names.
    """
    properties = store.properties("neuron")
    columns = [neuron_column(name, properties.get(name)) for name in names]
    if rois:
        columns += [f"coalesce({name}, []) AS {name}" for name in ("inputRois", "outputRois")]
    source = f"FROM {relation('segment', selection)} AS segment"
    info = ""
    if rois or "roiInfo" in names:
        info = f"""
        , info AS (
            SELECT bodyId,
                   {roi_info_json(store.properties('neuron_roi').values())} AS info_text,
                   {_names_with(store, 'post')} AS inputRois,
                   {_names_with(store, 'pre')} AS outputRois
            FROM {relation('segment_roi', selection)}
            JOIN roi USING (roi_id)
            SEMI JOIN body USING (bodyId)
            GROUP BY bodyId
        )"""
        source += " LEFT JOIN info USING (bodyId)"
    return Statement(
        f"""
        WITH body AS ({compiler.bodies(selection)}){info}
        SELECT {', '.join(columns)}
        {source}
        SEMI JOIN body USING (bodyId)
        ORDER BY segment.bodyId
        """,
        compiler.binder.values,
    )


def roi_count_table(
    store: Store, compiler: Compiler, selection: Selection, counts: Sequence[str]
) -> Statement:
    """Per-ROI counts of the selected bodies, with a row ``NotPrimary`` for each body.

    ``NotPrimary`` is a body's total less the sum over the primary ROIs (neuprint-python 0.6.4).
    Rows are in order of bodyId and ROI name, rows of nothing but zeros included.
    """
    in_roi = store.properties("neuron_roi")
    in_total = store.properties("neuron")

    def each(form: str) -> str:
        return "".join(
            form.format(
                name=quote_name(count),
                in_roi=quote_name(in_roi[count].column) if count in in_roi else "0",
                total=quote_name(in_total[count].column),
            )
            for count in counts
        )

    return Statement(
        f"""
        WITH body AS ({compiler.bodies(selection)}),
        in_roi AS (
            SELECT bodyId, name AS roi, is_primary
                   {each(', coalesce({in_roi}, 0)::BIGINT AS {name}')}
            FROM {relation('segment_roi', selection)}
            JOIN roi USING (roi_id)
            SEMI JOIN body USING (bodyId)
        ),
        in_primary AS (
            SELECT bodyId {each(', sum({name})::BIGINT AS {name}')}
            FROM in_roi WHERE is_primary GROUP BY bodyId
        )
        SELECT bodyId, roi {each(', {name}')} FROM in_roi
        UNION ALL
        SELECT bodyId, 'NotPrimary'
               {each(', coalesce(segment.{total}, 0)::BIGINT - coalesce(in_primary.{name}, 0)')}
        FROM {relation('segment', selection)} AS segment
        SEMI JOIN body USING (bodyId)
        LEFT JOIN in_primary USING (bodyId)
        ORDER BY bodyId, roi
        """,
        compiler.binder.values,
    )


def values_of_neurons(store: Store) -> Statement:
    """How many bodies with the label Neuron have each property."""
    counts = "".join(
        f", count({quote_name(prop.column)}) AS {quote_name('p' + str(index))}"
        for index, prop in enumerate(store.properties("neuron").values())
    )
    return Statement(f'SELECT count(roi_set) AS "roiInfo"{counts} FROM segment_neuron', {})


def neuron_column(name: str, prop: Property | None, alias: str | None = None) -> str:
    """SQL for one property of ``segment``; null where the store does not have it."""
    label = quote_name(alias or name)
    if name == "roiInfo":
        return (
            "CASE WHEN segment.roi_set IS NOT NULL THEN coalesce(info_text, '{}') END "
            f"AS {label}"
        )
    if name == "bodyId":
        return f"segment.bodyId AS {label}"
    return f"{'NULL' if prop is None else 'segment.' + quote_name(prop.column)} AS {label}"


def roi_info_json(counts: Sequence[Property] | object) -> str:
    """SQL aggregate: roiInfo as JSON text, as the exporter writes it; absent counts left out."""
    entries = ", ".join(
        f"CASE WHEN {quote_name(c.column)} IS NOT NULL THEN "
        f"{quote_literal(chr(34) + c.name + chr(34) + ':')} || {quote_name(c.column)} END"
        for c in counts  # type: ignore[attr-defined]
    )
    inner = f"concat_ws(',', {entries})" if entries else "''"
    return (
        "'{' || string_agg(CAST(to_json(name) AS VARCHAR) || ':{' || "
        f"{inner} || '}}', ',' ORDER BY roi_id) || '}}'"
    )


def _names_with(store: Store, count: str) -> str:
    """SQL aggregate: names of the ROIs where a count is not 0; null if there is none."""
    prop = store.properties("neuron_roi").get(count)
    if prop is None:
        return "NULL::VARCHAR[]"
    return f"list(name ORDER BY roi_id) FILTER ({quote_name(prop.column)} <> 0)"
