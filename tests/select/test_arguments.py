"""Everything that may stand for neurons, and what is said about the rest."""

from collections.abc import Callable
from typing import Any

import neuprint
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from client.sample import *  # noqa: F403  (fixtures)

import connstore
from connstore import ConnstoreError, IsNull, NeuronCriteria, NotNull
from connstore.select.arguments import as_criteria

BIG = 2**63 - 1  # OA-VPM3_R
IDS = [2**53, 2**53 + 1, BIG]


def found(argument: Any, client: Any) -> list[int]:
    frame = connstore.fetch_neurons(
        argument, omit_rois=True, returned_columns=["bodyId"], client=client
    )
    return frame["bodyId"].tolist()


ID_FORMS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(IDS),
    "tuple": lambda: tuple(IDS),
    "set": lambda: set(IDS),
    "frozenset": lambda: frozenset(IDS),
    "dict_keys": lambda: dict.fromkeys(IDS).keys(),
    "generator": lambda: (i for i in IDS),
    "iterator": lambda: iter(IDS),
    "repeated": lambda: IDS * 3,
    "numpy_items": lambda: [np.int64(i) for i in IDS],
    "arrow_items": lambda: [pa.scalar(i) for i in IDS],
    "array": lambda: np.array(IDS),
    "uint64_array": lambda: np.array(IDS, "uint64"),
    "object_array": lambda: np.array(IDS, object),
    "series": lambda: pd.Series(IDS),
    "series_odd_index": lambda: pd.Series(IDS, index=["columns", "column_names", "tolist"]),
    "series_same_index": lambda: pd.Series(IDS, index=[7, 7, 7]),
    "series_int64_nullable": lambda: pd.Series(IDS, dtype="Int64"),
    "series_pyarrow": lambda: pd.Series(IDS, dtype="int64[pyarrow]"),
    "index": lambda: pd.Index(IDS),
    "polars_series": lambda: pl.Series(IDS),
    "arrow_array": lambda: pa.array(IDS),
    "arrow_chunked": lambda: pa.chunked_array([IDS[:1], IDS[1:]]),
    "pandas_frame": lambda: pd.DataFrame({"type": "x", "bodyId": IDS}),
    "pandas_frame_odd": lambda: pd.DataFrame({"column_names": 1, "columns": 2, "bodyId": IDS}),
    "pandas_frame_nullable": lambda: pd.DataFrame({"bodyId": pd.Series(IDS, dtype="Int64")}),
    "polars_frame": lambda: pl.DataFrame({"bodyId": IDS}),
    "polars_lazy": lambda: pl.LazyFrame({"bodyId": IDS}),
    "arrow_table": lambda: pa.table({"bodyId": IDS}),
    "arrow_batch": lambda: pa.record_batch({"bodyId": IDS}),
}


@pytest.mark.parametrize("form", ID_FORMS)
def test_ids(form: str, client: Any) -> None:
    assert found(ID_FORMS[form](), client) == IDS
    if "frame" not in form and "lazy" not in form and form not in ("arrow_table", "arrow_batch"):
        assert found(NeuronCriteria(bodyId=ID_FORMS[form]()), client) == IDS


@pytest.mark.parametrize("one", [BIG, np.int64(BIG), np.uint64(BIG), np.array(BIG), pa.scalar(BIG)])
def test_one_id(one: Any, client: Any) -> None:
    assert found(one, client) == found(NeuronCriteria(bodyId=one), client) == [BIG]


def test_ids_that_no_body_has(client: Any) -> None:
    for ids in (-5, 2**63, 2**64, -(2**63) - 1, 10**100, range(5), [-(2**70), 2**200]):
        assert found(ids, client) == []
    assert found([-1, 2**63, BIG, 10**100], client) == [BIG]


KC = "KCg-m"
NAME_FORMS: dict[str, Callable[[], Any]] = {
    "text": lambda: KC,
    "numpy_text": lambda: np.str_(KC),
    "list": lambda: [KC, "no such type"],
    "set": lambda: {KC},
    "generator": lambda: (text for text in [KC]),
    "array": lambda: np.array([KC, KC]),
    "object_array": lambda: np.array([KC], object),
    "numpy_items": lambda: [np.str_(KC)],
    "series": lambda: pd.Series([KC], index=["columns"]),
    "series_object": lambda: pd.Series([KC], dtype=object),
    "series_string": lambda: pd.Series([KC], dtype="string"),
    "series_pyarrow": lambda: pd.Series([KC], dtype="string[pyarrow]"),
    "categorical": lambda: pd.Categorical([KC, KC]),
    "series_category": lambda: pd.Series([KC], dtype="category"),
    "polars_series": lambda: pl.Series([KC]),
    "arrow_array": lambda: pa.array([KC]),
    "arrow_dictionary": lambda: pa.array([KC]).dictionary_encode(),
}


@pytest.mark.parametrize("form", NAME_FORMS)
def test_names(form: str, client: Any) -> None:
    expected = found(NeuronCriteria(type=KC), client)
    assert len(expected) == 34
    assert found(NAME_FORMS[form](), client) == expected
    assert found(NeuronCriteria(type=NAME_FORMS[form]()), client) == expected


def test_names_are_of_types_or_instances(client: Any) -> None:
    both = found(["OA-VPM3", "LHPV4/5_L"], client)
    assert both == sorted([2**53 + 1, *found("OA-VPM3", client)]) and BIG in both


def test_names_with_none(client: Any) -> None:
    """None: also bodies without type, and bodies without instance."""
    untyped = found(NeuronCriteria(type=IsNull), client)
    unnamed = found(NeuronCriteria(instance=[None]), client)
    assert untyped
    assert found([KC, None], client) == sorted({*found(KC, client), *untyped, *unnamed})


def test_none_is_everything(client: Any) -> None:
    assert found(None, client) == found(NeuronCriteria(), client)
    assert len(found(None, client)) == 330


def test_criteria_are_left_alone(client: Any) -> None:
    criteria = NeuronCriteria(type=KC)
    before = repr(criteria)
    connstore.fetch_adjacencies(criteria, criteria, rois=["CA(R)"], client=client)
    assert repr(criteria) == before and criteria.client is None
    assert as_criteria(criteria, client).client is client


def test_frame_without_rows_is_no_criterion(client: Any) -> None:
    """As in neuprint-python: the list of ids is empty, so there is none."""
    empty = pd.DataFrame({"bodyId": np.array([], "int64")})
    assert neuprint.queries.neuroncriteria.copy_as_neuroncriteria(empty).bodyId == []
    assert as_criteria(empty) == NeuronCriteria()


class Unprintable:
    def __repr__(self) -> str:
        raise OSError("no")


WRONG: dict[str, Any] = {
    "empty_list": [],
    "empty_set": set(),
    "empty_array": np.array([]),
    "list_of_none": [None],
    "empty_dict": {},
    "dict": {"bodyId": 5},
    "float": 1.5,
    "nan": float("nan"),
    "bool": True,
    "numpy_bool": np.bool_(True),
    "bytes": b"KCg-m",
    "object": object(),
    "unprintable": Unprintable(),
    "list_of_floats": [1.0, 2.0],
    "list_of_bytes": [b"KCg-m"],
    "list_of_bools": [True, False],
    "list_of_lists": [[5]],
    "list_of_arrays": [np.array([1, 2])],
    "two_dimensions": np.array([[1, 2]]),
    "mixed": [5, "KC"],
    "nullable_with_na": pd.Series([5, None], dtype="Int64"),
    "texts_with_nan": pd.Series(["KC", None], dtype="str"),
    "isnull": IsNull,
    "notnull": NotNull,
    "frame_without_ids": pd.DataFrame({"bodyid": [5]}),
    "polars_without_ids": pl.DataFrame({"x": [5]}),
    "arrow_without_ids": pa.table({"x": [5]}),
    "frame_of_floats": pd.DataFrame({"bodyId": [5.0, np.nan]}),
    "frame_of_texts": pd.DataFrame({"bodyId": ["5"]}),
    "upstreams_criteria": neuprint.NeuronCriteria(type="KC"),
    "upstreams_marker": neuprint.IsNull,
}


@pytest.mark.parametrize("form", WRONG)
def test_what_names_no_neurons(form: str, client: Any) -> None:
    with pytest.raises(ConnstoreError) as caught:
        found(WRONG[form], client)
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, AssertionError)


@pytest.mark.parametrize("form", ["empty_list", "list_of_none", "float", "bool", "empty_array"])
def test_errors_are_of_upstreams_class(form: str, client: Any) -> None:
    with pytest.raises(RuntimeError):
        neuprint.queries.neuroncriteria.copy_as_neuroncriteria(WRONG[form])
    with pytest.raises(RuntimeError, match="give body ids, names of types or instances"):
        found(WRONG[form], client)


def test_messages_say_what_would_work(client: Any) -> None:
    for value, words in {
        "frame_without_ids": "no column 'bodyId'; it has ['bodyid']",
        "upstreams_criteria": "take NeuronCriteria from connstore",
        "dict": "{'bodyId': 5}",
        "unprintable": "<Unprintable>",
    }.items():
        with pytest.raises(ConnstoreError) as caught:
            found(WRONG[value], client)
        assert words in str(caught.value)


def test_messages_are_short(client: Any) -> None:
    for value in ([1.5] * 100_000, [*range(100_000), "x"], "(" * 100_000):
        with pytest.raises(ConnstoreError) as caught:
            found(
                NeuronCriteria(type=value, regex=True) if isinstance(value, str) else value, client
            )
        assert len(str(caught.value)) < 1000


def test_rois_of_any_form(client: Any) -> None:
    everything = connstore.fetch_adjacencies(None, None, rois=["EB", "FB"], client=client)[1]
    assert set(everything["roi"]) == {"EB", "FB"}
    for rois in (
        ("EB", "FB"),
        {"EB", "FB"},
        np.array(["EB", "FB"]),
        pd.Series(["EB", "FB"], index=["columns", "x"]),
        (roi for roi in ["EB", "FB", "EB"]),
        pl.Series(["EB", "FB"]),
    ):
        again = connstore.fetch_adjacencies(None, None, rois=rois, client=client)[1]
        assert again.equals(everything)
    one = connstore.fetch_adjacencies(None, None, rois="EB", client=client)[1]
    assert set(one["roi"]) == {"EB"}


Wrong = tuple[str, dict[str, Any], str]
WRONG_OPTIONS: list[Wrong] = [
    ("fetch_adjacencies", {"rois": [None]}, "rois: None is no name"),
    ("fetch_adjacencies", {"rois": 5}, "rois: 5 is no name"),
    ("fetch_adjacencies", {"rois": {"EB": 1}}, "is no name"),
    ("fetch_adjacencies", {"rois": [b"EB"]}, "b'EB' is no name"),
    ("fetch_adjacencies", {"rois": "EBB"}, "Did you mean EB"),
    ("fetch_adjacencies", {"rois": "al(r)"}, "Did you mean aL(R)"),
    ("fetch_adjacencies", {"min_total_weight": "5"}, "min_total_weight='5'"),
    ("fetch_adjacencies", {"min_total_weight": 2.5}, "whole number"),
    ("fetch_adjacencies", {"min_total_weight": float("inf")}, "whole number"),
    ("fetch_adjacencies", {"min_total_weight": 1e30}, "whole number"),
    ("fetch_adjacencies", {"min_roi_weight": True}, "min_roi_weight=True"),
    ("fetch_adjacencies", {"min_roi_weight": None}, "min_roi_weight=None"),
    ("fetch_adjacencies", {"min_total_weight": 10**40}, "whole number"),
    ("fetch_adjacencies", {"min_total_weight": [1, 2]}, "whole number"),
    ("fetch_adjacencies", {"properties": None}, "properties=None"),
    ("fetch_adjacencies", {"properties": 5}, "properties: 5 is no name"),
    ("fetch_adjacencies", {"properties": ["typ"]}, "Did you mean type"),
    ("fetch_adjacencies", {"weight_props": 5}, "weight_props: 5 is none of"),
    ("fetch_adjacencies", {"weight_props": ["weight", None]}, "None is none of"),
    ("fetch_adjacencies", {"weight_props": "wieghtHP"}, "Did you mean weightHP"),
    ("fetch_simple_connections", {"min_weight": -1}, "min_weight=-1"),
    ("fetch_simple_connections", {"rois": "no such"}, "unrecognized ROIs: ['no such']"),
    ("fetch_simple_connections", {"properties": [["type"]]}, "is no name"),
    ("fetch_neurons", {"returned_columns": 5}, "returned_columns: 5 is no name"),
    ("fetch_neurons", {"returned_columns": None}, "['all', 'core']"),
    ("fetch_neurons", {"returned_columns": "al"}, "Did you mean all"),
    ("fetch_neurons", {"returned_columns": [["type"]]}, "is no name"),
    ("fetch_neurons", {"returned_columns": ["x"]}, "none of returned_columns=['x']"),
    (
        "fetch_neurons",
        {"returned_columns": ["roiInfo"], "omit_rois": True},
        "has nothing but ROIs, which omit_rois=True leaves out",
    ),
]


@pytest.mark.parametrize(("function", "options", "words"), WRONG_OPTIONS)
def test_wrong_options(function: str, options: dict[str, Any], words: str, client: Any) -> None:
    with pytest.raises(ConnstoreError) as caught:
        getattr(connstore, function)(**options, client=client)
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, AssertionError)
    assert words in str(caught.value) and function in str(caught.value)


@pytest.mark.parametrize("weights", [["weightHP"], ("weightHP",), np.array(["weight", "weightHP"])])
def test_weights_of_any_form(weights: Any, client: Any) -> None:
    frame = connstore.fetch_simple_connections("DA1_lPN", None, weight_props=weights, client=client)
    assert list(frame)[2:4] == ["weight", "weightHP"]


def test_numbers_of_any_form(client: Any) -> None:
    counts = {
        len(connstore.fetch_simple_connections(None, None, min_weight=n, client=client))
        for n in (5, np.int32(5), np.array(5), np.array([5]), pa.scalar(5), 5.0, np.float64(5))
    }
    assert len(counts) == 1
    for options in ({"min_total_weight": 2.0}, {"min_roi_weight": np.float32(2)}):
        whole = {name: int(number) for name, number in options.items()}
        assert connstore.fetch_adjacencies("EPG", None, **options, client=client)[1].equals(
            connstore.fetch_adjacencies("EPG", None, **whole, client=client)[1]
        )


def test_a_property_named_twice_is_returned_once(client: Any) -> None:
    for function in (connstore.fetch_adjacencies, connstore.fetch_simple_connections):
        twice = function("DA1_lPN", None, properties=["type", "type"], client=client)
        once = function("DA1_lPN", None, properties="type", client=client)
        for left, right in zip(twice, once, strict=True):
            assert left.equals(right) if isinstance(left, pd.DataFrame) else left == right


def test_body_ids_as_a_property_are_those_of_the_ends(client: Any) -> None:
    function = connstore.fetch_common_connectivity
    twice = function("DA1_lPN", properties=["bodyId", "type"], client=client)
    assert twice.equals(function("DA1_lPN", properties="type", client=client))
    assert list(function("DA1_lPN", properties="bodyId", client=client)) == [
        name for name in twice if not name.startswith("type")
    ]
