"""Answers about synapses -> frames: ROI names, columns that are there, neuprint-python's dtypes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import ConnstoreError
from connstore.queries.arguments import Answering, checked_choice
from connstore.queries.frames import to_pandas
from connstore.sql.statement import Statement
from connstore.sql.synapse_columns import (
    Transmitters,
    transmitter_name,
    transmitter_properties,
    value_counts,
)
from connstore.store.opening import Store

TYPES = ("pre", "post")
COMPARTMENTS = ("unknown", "axon", "dendrite", "linker", "cell-body-fiber")


class NoTransmittersError(ConnstoreError, RuntimeError):
    """Neurotransmitters were asked of a dataset that has none."""


def checked_transmitters(function: str, nt: Any, store: Store) -> Transmitters:
    """The value of an argument ``nt``.

    Raises:
        NoTransmittersError: The dataset has no neurotransmitter properties.
        ArgumentError: It is none of None, ``'max'`` and ``'all'``.
    """
    if nt and not transmitter_properties(store):
        raise NoTransmittersError(
            f"{function}: nt={nt!r}: synapses of {store.dataset} have no neurotransmitter "
            "properties; leave nt out"
        )
    value: Transmitters = checked_choice(function, "nt", nt, (None, "max", "all"))
    return value


def with_roi_names(store: Store, table: pa.Table) -> pa.Table:
    """The table with ``roi`` in the place of ``roi_id``, null where that is."""
    names = pa.array(store.roi_names, pa.string())
    position = table.column_names.index("roi_id")
    roi = pc.take(names, pc.subtract(table["roi_id"], 1))
    return table.set_column(position, "roi", roi)


def primary_names(store: Store) -> pa.Array:
    """For each ROI set, counted from 0, the name of its primary ROI; null where it has none."""
    names = pa.array(store.roi_names, pa.string())
    primary = store.read("roi_set")["primary_roi"].combine_chunks()
    return pc.take(names, pc.subtract(primary, 1))


def all_names(store: Store) -> pa.Array:
    """For each ROI set, counted from 0, the sorted names of its ROIs; ``[None]`` where none is."""
    known = set(store.all_rois)
    names = dict(enumerate(store.roi_names, 1))
    sets = store.read("roi_set")["roi_ids"].to_pylist()
    outside: list[Any] = [None]
    lists = [[name for i in ids if (name := names[i]) in known] or outside for ids in sets]
    return pa.array(lists, pa.list_(pa.string()))


def without_empty(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """The table without those of some columns that have no value, as upstream's frames are."""
    empty = {name for name in names if table[name].null_count == table.num_rows}
    return table.select([i for i, name in enumerate(table.column_names) if name not in empty])


def streamed(
    client: Answering,
    statement: Statement,
    names: Sequence[str],
    change: Callable[[pa.Table], pa.Table],
) -> pa.RecordBatchReader:
    """The answer of a statement in batches, as it comes.

    Args:
        client: Who answers.
        statement: What is asked.
        names: Those columns that are left out if they have no value (:func:`without_empty`);
            it is counted first.
        change: Makes rows of the answer of rows of the statement's.
    """
    empty = []
    if names:
        (counts,) = client.run(value_counts(statement, names)).to_pylist()
        empty = [name for name in names if not counts[name]]
    return client.stream(statement, lambda table: change(table).drop_columns(empty))


def narrowed(client: Answering, table: pa.Table, names: Iterable[str]) -> pa.Table:
    """The table with 32-bit whole numbers for pandas, as upstream's frames have, where they fit."""
    if client.frames != "pandas":
        return table
    for name in names:
        position = table.column_names.index(name)
        column = table.column(position)
        if column.type == pa.int64() and _fits(column):
            table = table.set_column(position, name, column.cast(pa.int32()))
    return table


def _fits(column: pa.ChunkedArray) -> bool:
    extremes = pc.min_max(column).as_py()
    return all(number is None or -(2**31) <= number < 2**31 for number in extremes.values())


def synapse_frame(
    client: Answering,
    table: pa.Table,
    *,
    floats: Sequence[str],
    texts: Sequence[str] = (),
    nt: Transmitters = None,
    lists: Mapping[str, list[Any]] = {},
) -> Any:
    """The answer in the caller's kind of frame.

    Args:
        client: Who answers.
        table: The answer.
        floats: Its columns of numbers that keep their type in pandas, whatever their values.
        texts: Its columns that are texts in pandas, even where they have no value.
        nt: What it tells of neurotransmitters.
        lists: Python lists for its list columns.
    """
    compartments = ("compartment", "compartment_pre", "compartment_post")
    categories: dict[str, Sequence[str]] = dict.fromkeys(compartments, COMPARTMENTS)
    categories["type"] = TYPES
    names = list(map(transmitter_name, transmitter_properties(client.store))) if nt else []
    if nt == "max":
        categories["nt"] = names
    floats = [*floats, *{"max": ["ntProb"], "all": names}.get(nt or "", [])]
    make = partial(_pandas, categories=categories, floats=floats, texts=texts, lists=lists)
    return client.frame(table, make)


def _pandas(
    table: pa.Table,
    categories: Mapping[str, Sequence[str]],
    floats: Sequence[str],
    texts: Sequence[str],
    lists: Mapping[str, list[Any]],
) -> pd.DataFrame:
    frame = to_pandas(table, lists) if table.num_rows else _empty(table)
    for name in floats:
        frame[name] = table[name].to_numpy()
    for name in texts:
        frame[name] = table[name].to_pandas().array
    for name, values in categories.items():
        if name in table.column_names:
            frame[name] = _categorical(table[name], values)
    return frame


def _empty(table: pa.Table) -> pd.DataFrame:
    """The frame without rows; lists of names count as texts there, as upstream's do."""
    kinds = [pa.string() if pa.types.is_list(f.type) else f.type for f in table.schema]
    schema = pa.schema(list(zip(table.column_names, kinds, strict=True)))
    frame: pd.DataFrame = schema.empty_table().to_pandas()
    return frame


def _categorical(column: pa.ChunkedArray, categories: Sequence[str]) -> Any:
    """A pandas Categorical; plain texts where one is none of the categories, so none is lost."""
    codes = pc.index_in(column, value_set=pa.array(categories, pa.string()))
    if codes.null_count > column.null_count:
        return column.to_pandas().array
    numbers = pc.fill_null(codes, -1).to_numpy().astype(np.int8)
    return pd.Categorical.from_codes(numbers, dtype=pd.CategoricalDtype(list(categories)))
