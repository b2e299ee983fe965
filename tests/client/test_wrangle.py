"""merge_neuron_properties and connection_table_to_matrix against neuprint-python's."""

from typing import Any

import neuprint
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from connstore import ConnstoreError, connection_table_to_matrix, merge_neuron_properties
from connstore.errors import ArgumentError

IDS = st.integers(1, 5)
TEXTS = st.sampled_from(["a", "b", "KC", "é", "", None])
TEXT_KINDS = st.sampled_from(["str", "object", "category"])
WEIGHT_KINDS = st.sampled_from(["int64", "int32", "uint8", "float64", "float32"])


@st.composite
def connections(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(IDS, IDS, TEXTS, TEXTS, st.integers(0, 120)), max_size=8))
    columns = ["bodyId_pre", "bodyId_post", "type_pre", "type_post", "weight"]
    frame = pd.DataFrame(rows, columns=columns)
    kinds: dict[str, Any] = {"bodyId_pre": "int64", "bodyId_post": "int64"}
    kinds |= dict.fromkeys(["type_pre", "type_post"], draw(st.sampled_from(["str", "object"])))
    frame = frame.astype(kinds | {"weight": draw(WEIGHT_KINDS)})
    frame.index = pd.Index(draw(st.permutations(range(len(frame)))), dtype="int64") * 3
    return frame


def outcome(function: Any, *args: Any, **kwargs: Any) -> pd.DataFrame | Exception:
    try:
        return function(*args, **kwargs)
    except (TypeError, KeyError) as error:  # upstream cannot sort or find what has no name
        return error


@given(
    connections(),
    st.sampled_from(["bodyId", "type", ("bodyId_pre", "type_post"), ["type_pre", "bodyId_post"]]),
    st.sampled_from([None, "bodyId", "type", ("type_pre", "bodyId_post")]),
)
def test_matrix(table: pd.DataFrame, groups: Any, sort_by: Any) -> None:
    expected = neuprint.connection_table_to_matrix(table, groups, sort_by=sort_by)
    before = table.copy()
    found = connection_table_to_matrix(table, groups, sort_by=sort_by)
    assert_frame_equal(found, expected, check_exact=True)
    assert_frame_equal(table, before)


@given(
    connections(), st.sampled_from(["bodyId", "type"]), st.sampled_from([None, "bodyId", "type"])
)
def test_square_matrix(table: pd.DataFrame, groups: str, sort_by: str | None) -> None:
    """Where upstream answers, the same; where names are missing it may fail: then by the rules."""
    kwargs: dict[str, Any] = {"sort_by": sort_by, "make_square": True}
    expected = outcome(neuprint.connection_table_to_matrix, table, groups, **kwargs)
    found = connection_table_to_matrix(table, groups, **kwargs)
    if isinstance(expected, pd.DataFrame):
        assert_frame_equal(found, expected, check_exact=True)
        return
    assert table[[f"{groups}_pre", f"{groups}_post"]].isna().any(axis=None)
    assert found.index.equals(found.columns)
    names = [name for name in found.index if not pd.isna(name)]
    assert names == sorted(names)
    ends = [f"{groups}_pre", f"{groups}_post"]
    pairs = table.dropna(subset=ends).groupby(ends)["weight"].sum()
    # As upstream, sums that small integers cannot hold wrap around.
    assert found.to_numpy().sum() == pairs.astype(table["weight"].dtype).sum()


def test_square_matrix_of_ids_and_names() -> None:
    table = pd.DataFrame({"bodyId_pre": [2, 1], "type_post": ["b", None], "weight": [3, 4]})
    found = connection_table_to_matrix(table, ("bodyId_pre", "type_post"), make_square=True)
    assert [name for name in found.index if not pd.isna(name)] == [1, 2, "b"]
    assert found.loc[2, "b"] == 3.0


@st.composite
def neurons(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(IDS, TEXTS, TEXTS, st.integers(-3, 3)), max_size=7))
    frame = pd.DataFrame(rows, columns=["bodyId", "type", "instance", "size"])
    kind = draw(TEXT_KINDS)
    frame = frame.astype({"bodyId": "int64", "size": "int64", "type": kind, "instance": kind})
    frame.index = pd.Index(range(7, 7 + len(frame)))
    return frame


@given(
    neurons(),
    connections(),
    st.sampled_from([["type", "instance"], "type", ["size"], np.array(["size", "type"]), []]),
)
def test_merge(neuron_df: pd.DataFrame, table: pd.DataFrame, properties: Any) -> None:
    expected = neuprint.merge_neuron_properties(neuron_df, table, properties)
    before = table.copy(), neuron_df.copy()
    found = merge_neuron_properties(neuron_df, table, properties)
    assert_frame_equal(found, expected, check_exact=True)
    assert_frame_equal(table, before[0])
    assert_frame_equal(neuron_df, before[1])


def test_merge_keeps_a_property_apart_from_the_weight() -> None:
    neuron_df = pd.DataFrame({"bodyId": [1], "weight": [5]})
    table = pd.DataFrame({"bodyId_pre": [1], "bodyId_post": [1], "weight": [9]})
    found = merge_neuron_properties(neuron_df, table, "weight")
    assert found.to_dict("list")["weight"] == [9] and found["weight_pre"].tolist() == [5]


TABLE = pd.DataFrame({"bodyId_pre": [1], "bodyId_post": [2], "weight": [3]})
NEURONS = pd.DataFrame({"bodyId": [1, 2], "type": ["a", "b"]})


@pytest.mark.parametrize(
    ("kwargs", "hint"),
    [
        ({"group_cols": "bodyid"}, "Did you mean bodyId_pre"),
        ({"group_cols": ("bodyId_pre",)}, "two columns"),
        ({"group_cols": ("bodyId_pre", "x")}, "'x'"),
        ({"weight_col": "wieght"}, "Did you mean weight"),
        ({"sort_by": "type"}, "'type_pre'"),
        ({"sort_by": ("a", "b", "c")}, "two columns"),
    ],
)
def test_matrix_mistakes(kwargs: Any, hint: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        neuprint.connection_table_to_matrix(TABLE, **kwargs)
    with pytest.raises((AssertionError, KeyError), match="connection_table_to_matrix") as caught:
        connection_table_to_matrix(TABLE, **kwargs)
    assert isinstance(caught.value, ConnstoreError) and hint in str(caught.value)


@pytest.mark.parametrize("properties", ["typ", ["type", "x"], [5]])
def test_merge_mistakes(properties: Any) -> None:
    with pytest.raises(KeyError):
        neuprint.merge_neuron_properties(NEURONS, TABLE, properties)
    with pytest.raises(ConnstoreError, match="merge_neuron_properties"):
        merge_neuron_properties(NEURONS, TABLE, properties)


@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas])
def test_frames_of_other_libraries(convert: Any) -> None:
    words = r"should be a pandas frame .*\.to_pandas\(\)\), not (polars|pyarrow)'s "
    for frames in ((convert(NEURONS), TABLE), (NEURONS, convert(TABLE))):
        with pytest.raises(ArgumentError, match=f"^merge_neuron_properties: .* {words}"):
            merge_neuron_properties(*frames, "type")
    with pytest.raises(ArgumentError, match=f"^connection_table_to_matrix: conn_df {words}"):
        connection_table_to_matrix(convert(TABLE))


def test_merge_of_what_is_no_connection_table() -> None:
    with pytest.raises(KeyError, match="conn_df has no column 'bodyId_pre'") as caught:
        merge_neuron_properties(NEURONS, NEURONS, "type")
    assert isinstance(caught.value, ConnstoreError)
