"""Helpers that put connection tables into shape."""

from __future__ import annotations

from typing import Any

import pandas as pd

from connstore.errors import ArgumentError, did_you_mean
from connstore.queries.arguments import property_list


class MissingColumnError(ArgumentError, KeyError):
    """A frame lacks a column."""

    __str__ = Exception.__str__  # KeyError's puts quotes around the message


def merge_neuron_properties(
    neuron_df: pd.DataFrame, conn_df: pd.DataFrame, properties: Any = ["type", "instance"]
) -> pd.DataFrame:
    """Put properties of both ends beside each connection.

    Args:
        neuron_df: A frame with ``bodyId`` and the properties.
        conn_df: A frame with ``bodyId_pre`` and ``bodyId_post``.
        properties: Columns of ``neuron_df``.

    Returns:
        ``conn_df`` with columns ``<property>_pre`` and ``<property>_post`` behind the others;
        missing where a body is not in ``neuron_df``. Columns of those names are replaced.

    Raises:
        ArgumentError: What was given is no pandas frame.
        MissingColumnError: There is no such column.

    Example:
        >>> neurons = pd.DataFrame({"bodyId": [1, 2], "type": ["KC", "MBON01"]})
        >>> connections = pd.DataFrame({"bodyId_pre": [1], "bodyId_post": [2], "weight": [7]})
        >>> merge_neuron_properties(neurons, connections, "type").values.tolist()
        [[1, 2, 7, 'KC', 'MBON01']]
    """
    names = property_list("merge_neuron_properties", properties)
    need_columns(neuron_df, ["bodyId", *names], "merge_neuron_properties: neuron_df")
    need_columns(conn_df, ["bodyId_pre", "bodyId_post"], "merge_neuron_properties: conn_df")
    merged = conn_df.drop(
        columns=[f"{name}_{end}" for end in ("pre", "post") for name in names], errors="ignore"
    )
    for end in ("pre", "post"):
        columns = {"bodyId": f"bodyId_{end}"} | {name: f"{name}_{end}" for name in names}
        merged = merged.merge(
            neuron_df[list(columns)].rename(columns=columns), "left", on=f"bodyId_{end}"
        )
    return merged


def connection_table_to_matrix(
    conn_df: pd.DataFrame,
    group_cols: Any = "bodyId",
    weight_col: str = "weight",
    sort_by: Any = None,
    make_square: bool = False,
) -> pd.DataFrame:
    """A weighted adjacency matrix.

    Args:
        conn_df: A connection table.
        group_cols: Two columns for the rows and the columns of the matrix, or one name to which
            ``_pre`` and ``_post`` are added. Pairs that occur several times are summed.
        weight_col: Column of the weights.
        sort_by: Two columns to order rows and columns by, or one name as in ``group_cols``; by
            default in order of appearance.
        make_square: Whether rows and columns shall have the same names, in order of name;
            inserted entries are 0.0.

    Returns:
        A frame with a row for each presynaptic and a column for each postsynaptic name; 0
        where there is no connection; dtype of the weights, or float64 where ``make_square``
        inserted something.

    Raises:
        ArgumentError: What was given is no pandas frame.
        MissingColumnError: There is no such column.

    Example:
        >>> table = pd.DataFrame({"bodyId_pre": [1, 1], "bodyId_post": [2, 3], "weight": [7, 5]})
        >>> connection_table_to_matrix(table).values.tolist()
        [[7, 5]]
    """
    pre, post = _two_columns("group_cols", group_cols)
    need_columns(conn_df, [pre, post, weight_col], "connection_table_to_matrix: conn_df")
    summed = conn_df.groupby([pre, post], sort=False)[weight_col].sum().reset_index()
    matrix = summed.pivot(index=pre, columns=post, values=weight_col)
    matrix = matrix.fillna(0).astype(conn_df[weight_col].dtype)
    rows, columns = conn_df, conn_df
    if sort_by:
        by_pre, by_post = _two_columns("sort_by", sort_by)
        need_columns(conn_df, [by_pre, by_post], "connection_table_to_matrix: conn_df")
        rows, columns = conn_df.sort_values(by_pre), conn_df.sort_values(by_post)
    matrix = matrix.reindex(index=rows[pre].unique(), columns=columns[post].unique())
    if make_square:
        names = matrix.index.union(matrix.columns, sort=False)
        keys = [_by_name(name) for name in names]
        names = names.take(sorted(range(len(names)), key=keys.__getitem__))
        matrix = matrix.reindex(index=names).reindex(columns=names).fillna(0.0)
        matrix = matrix.rename_axis(pre, axis=0).rename_axis(post, axis=1)
    return matrix


def _by_name(name: Any) -> tuple[bool, Any]:
    """Sort key: numbers, then texts; what has no name is like an empty text."""
    return (True, "") if pd.isna(name) else (isinstance(name, str), name)


def _two_columns(argument: str, names: Any) -> tuple[str, str]:
    if isinstance(names, str):
        return f"{names}_pre", f"{names}_post"
    if len(names) != 2:
        raise ArgumentError(
            f"connection_table_to_matrix: {argument}={names!r} should be one name or two columns"
        )
    pre, post = names
    return pre, post


def need_columns(frame: Any, columns: list[str], what: str) -> None:
    """Check that what was given is a pandas frame, and has some columns.

    Raises:
        ArgumentError: It is none; ``what`` is how the message calls it.
        MissingColumnError: It lacks one.
    """
    if not isinstance(frame, pd.DataFrame):
        library = type(frame).__module__.partition(".")[0]
        raise ArgumentError(
            f"{what} should be a pandas frame (of a polars or Arrow frame, its .to_pandas()), "
            f"not {library}'s {type(frame).__name__}"
        )
    for column in columns:
        if column not in frame:
            raise MissingColumnError(
                f"{what} has no column {column!r}; it has {list(frame.columns)}."
                f"{did_you_mean(column, map(str, frame.columns))}"
            )
