"""The statements of the neuron functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connstore.select.selection import Selection
from connstore.sql.selecting import Compiler, relation
from connstore.sql.statement import Statement
from connstore.sqltext import quote_literal, quote_name
from connstore.store.manifest import Property
from connstore.store.opening import Store


def neuron_table(
    store: Store, compiler: Compiler, selection: Selection, names: Sequence[str]
) -> Statement:
    """Properties of the selected bodies, by bodyId; null where the store lacks one.

    For ``roiInfo`` the answer only says whether the body has one: its counts are rows of
    :func:`neuron_roi_table`.
    """
    columns = ", ".join(
        'segment.roi_set IS NOT NULL AS "roiInfo"'
        if name == "roiInfo"
        else neuron_column(store, name, name)
        for name in names
    )
    return Statement(
        f"""
        SELECT {columns}
        FROM {relation("segment", selection)} AS segment
        WHERE {compiler.where(selection)}
        ORDER BY segment.bodyId
        """,
        compiler.binder.values,
    )


def neuron_roi_table(store: Store, compiler: Compiler, selection: Selection) -> Statement:
    """All counts of the selected bodies by ROI, by bodyId and ROI."""
    counts = "".join(
        f", {quote_name(prop.column)} AS {quote_name(name)}"
        for name, prop in store.properties("neuron_roi").items()
    )
    return Statement(
        f"""
        SELECT bodyId, roi_id{counts}
        FROM {relation("segment_roi", selection)}
        WHERE {compiler.among("bodyId", selection)}
        ORDER BY bodyId, roi_id
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


def neuron_column(store: Store, name: str, label: str, segment: str = "segment") -> str:
    """SQL for one property of a row of ``segment``; null where the store does not have it.

    Args:
        store: Where.
        name: The property; ``roiInfo`` becomes JSON text.
        label: Name of the column in the answer.
        segment: What the row is called in the statement.
    """
    prop = store.properties("neuron").get(name)
    if name == "bodyId":
        value = f"{segment}.bodyId"
    elif name == "roiInfo":
        info = roi_info_json(store.properties("neuron_roi").values())
        value = (
            f"CASE WHEN {segment}.roi_set IS NOT NULL THEN coalesce((SELECT {info} "
            "FROM segment_roi JOIN roi USING (roi_id) "
            f"WHERE segment_roi.bodyId = {segment}.bodyId), '{{}}') END"
        )
    else:
        value = "NULL" if prop is None else f"{segment}.{quote_name(prop.column)}"
    return f"{value} AS {quote_name(label)}"


def roi_info_json(counts: Iterable[Property]) -> str:
    """SQL aggregate: roiInfo as JSON text, as the exporter writes it; absent counts left out."""
    entries = ", ".join(
        f"{quote_literal(chr(34) + count.name + chr(34) + ':')} || {quote_name(count.column)}"
        for count in counts
    )
    inner = f"concat_ws(',', {entries})" if entries else "''"
    return (
        "'{' || string_agg(CAST(to_json(name) AS VARCHAR) || ':{' || "
        f"{inner} || '}}', ',' ORDER BY roi_id) || '}}'"
    )
