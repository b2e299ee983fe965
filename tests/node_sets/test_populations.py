"""Frames as populations: every kind of frame and column, ids, enumerations, counts by ROI."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from connstore import ConnstoreError, NodeSetError, NodeSets, Population


def ids(rule: Any, population: Any, **options: Any) -> list[int]:
    return NodeSets.from_dict({"A": rule}, **options).materialize("A", population).tolist()


COLUMNS = {"s": ["a", None, "b"], "n": [1, None, 3], "l": [["a"], None, ["b", None]]}
LARGE = pa.schema({"s": pa.large_string(), "n": pa.uint8(), "l": pa.large_list(pa.large_string())})
ARROW = pa.table(COLUMNS)
POLARS = pl.DataFrame(COLUMNS)

FRAMES = {
    "pandas": pd.DataFrame(COLUMNS | {"n": pd.array([1, None, 3], "Int64")}, index=[7, 7, 7]),
    "pandas_object": pd.DataFrame(COLUMNS, dtype=object),
    "pandas_category": pd.DataFrame(
        {
            "s": pd.Categorical(["a", None, "b"]),
            "n": pd.Categorical([1, None, 3]),
            "l": COLUMNS["l"],
        }
    ),
    "polars": POLARS,
    "polars_lazy": POLARS.lazy(),
    "polars_enum": POLARS.with_columns(s=pl.col("s").cast(pl.Enum(["b", "a"]))),
    "arrow": ARROW,
    "arrow_batch": pa.record_batch(COLUMNS),
    "arrow_chunks": pa.concat_tables([ARROW.slice(0, 1), ARROW.slice(1)]),
    "arrow_large": ARROW.cast(LARGE),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_every_kind_of_frame(kind: str) -> None:
    frame = FRAMES[kind]
    assert ids({"s": "b"}, frame) == ids({"s": {"$regex": "^b"}}, frame) == [2]
    assert ids({"s": {"$regex": "b(?!a)"}}, frame) == [2]
    assert ids({"n": [3, 4]}, frame) == ids({"n": {"$gt": 1}}, frame) == [2]
    assert ids({"l": ["a", "x"]}, frame) == ids({"l": {"$regex": "a(?!b)"}}, frame) == [0]
    assert ids({"s": {"$exists": False}}, frame, extended=True) == [1]


def test_names_that_differ_in_case_only() -> None:
    frame = pl.DataFrame({"AL(R)": [1, 2], "aL(R)": [2, 1], "bodyId": [5, 6], "bodyid": ["x", "y"]})
    assert ids({"AL(R)": 2}, frame) == ids({"aL(R)": 1}, frame) == [1]
    assert ids({"bodyId": {"$gt": 5}, "bodyid": "y"}, frame) == [1]
    with pytest.raises(NodeSetError, match=r"Did you mean aL\(R\)"):
        ids({"al(R)": 1}, frame)


def test_reserved_names_as_columns() -> None:
    """They mean what is reserved, but for operators."""
    frame = pl.DataFrame({"node_id": [7, 8], "population": ["x", "default"]})
    assert ids({"node_id": [1, 8]}, frame) == [1]
    assert ids({"population": "default"}, frame) == [0, 1]
    assert ids({"node_id": {"$gt": 7}}, frame) == ids({"population": {"$regex": "f"}}, frame) == [1]


def test_lists() -> None:
    frame = pl.DataFrame(
        {
            "n": [[1, 5], [], None],
            "x": [[0.5, float("nan")], [2.0], None],
            "b": [[True], [False], []],
        }
    )
    assert ids({"n": 5}, frame) == ids({"n": {"$gt": 2}}, frame) == [0]
    assert ids({"x": {"$gt": 1}}, frame) == [1]
    assert ids({"b": {"$lt": 1}}, frame) == ids({"b": False}, frame, extended=True) == [1]
    # Two operators may be satisfied by two elements.
    assert ids({"n": {"$lt": 2, "$gt": 4}}, frame, extended=True) == [0]


def test_columns_that_nothing_can_be_asked_of() -> None:
    frame = pd.DataFrame(
        {
            "point": [{"x": 1}, None],
            "mixed": [1, "a"],
            "empty": [None, None],
            "when": pd.to_datetime(["2020-01-01", None]),
        }
    )
    for name in ("point", "mixed", "when"):
        for rule in (1, "a", {"$gt": 1}, {"$regex": "a"}):
            with pytest.raises(NodeSetError) as error:
                ids({name: rule}, frame)
            assert error.value.code == "type_mismatch"
    for rule in (1, "a", {"$gt": 1}, {"$regex": "a"}):
        assert ids({"empty": rule}, frame) == []
    for name, there in {"point": [0], "mixed": [0, 1], "empty": [], "when": [0]}.items():
        assert ids({name: {"$exists": True}}, frame, extended=True) == there


def test_ids() -> None:
    frame = pl.DataFrame({"v": [1, 2, 3], "key": [2**53 + 1, 2**63 - 1, 5]})
    for node_ids in ("key", frame["key"], [2**53 + 1, 2**63 - 1, 5], np.array(frame["key"])):
        cells = Population.from_frame(frame, node_ids=node_ids)
        assert ids({"v": {"$lt": 3}}, cells) == [2**53 + 1, 2**63 - 1]
        assert ids({"node_id": [5, 2**53, 2**63 - 1]}, cells) == [5, 2**63 - 1]
    empty = Population.from_frame(frame.clear())
    assert ids({"v": 1}, empty) == ids({"node_id": 0}, empty) == []
    for wrong in ([1, 2], [1, 1, 2], [1, 2, -1], [1, 2, None], [1.0, 2.0, 3.0], "kee"):
        with pytest.raises(ConnstoreError, match="node_ids"):
            Population.from_frame(frame, node_ids=wrong)


def test_enumerations() -> None:
    frame = pl.DataFrame({"e": [2, 0, None], "s": ["A", "B", None]})
    labels = {"e": ["A", "B", "C"], "s": ["A", "B"]}
    cells = Population.from_frame(frame, enumerations=labels)
    assert cells.attributes == {"e": "string", "s": "string"}
    assert ids({"e": ["C", "nope"]}, cells) == ids({"e": {"$regex": "^C"}}, cells) == [0]
    for rule in (0, {"$gt": 0}):
        with pytest.raises(NodeSetError) as error:
            ids({"e": rule}, cells)
        assert error.value.code == "type_mismatch"
    for wrong, said in (
        ({"e": ["A"]}, "2 in row 0"),
        ({"s": ["A"]}, "'B' in row 1"),
        ({"x": ["A"]}, "no column 'x'"),
        ({"e": [1]}, "texts"),
    ):
        with pytest.raises(ConnstoreError, match=said):
            Population.from_frame(frame, enumerations=wrong)
    with pytest.raises(ConnstoreError, match="-1 in row 0"):
        Population.from_frame(pl.DataFrame({"e": [-1]}), enumerations={"e": ["A"]})


COUNTS = pd.DataFrame(
    [(1, "EB", 10, 200), (1, "PB", 5, 80), (2, "EB", 0, 9), (3, "PB", 3, 12), (4, "a:b", 4, 10)],
    columns=["bodyId", "roi", "pre", "post"],
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"@roi:EB:post": {"$gte": 9}}, [1, 2]),
        ({"@roi:EB:post": {"$lt": 10}}, [2, 3, 4, 5]),
        ({"@roi:EB:post": {"$gt": 0, "$lt": 10}}, [2]),
        ({"@roi:EB:pre": 0}, [2, 3, 4, 5]),
        ({"@roi:EB:pre": [0, 10]}, [1, 2, 3, 4, 5]),
        ({"@roi:EB:pre": [10, 11]}, [1]),
        ({"@roi:EB:pre": -1}, []),
        ({"@roi:EB:pre": {"$gt": -1}}, [1, 2, 3, 4, 5]),
        ({"@roi:a:b:post": {"$gt": 2.5}}, [4]),
        ({"@roi:EB:present": 1, "@roi:PB:present": {"$gt": 0}}, [1]),
        ({"@roi:EB:present": 0}, [3, 4, 5]),
        ({"@roi:EB:present": [0, 1]}, [1, 2, 3, 4, 5]),
        ({"@roi:EB:present": 2}, []),
        ({"@roi:EB:present": True}, [1, 2]),
        ({"@roi": ["PB", "a:b"]}, [1, 3, 4]),
        ({"@roi": {"$regex": "^.B$"}}, [1, 2, 3]),
        ({"@roi": {"$regex": "x"}}, []),
        ({"@roi": []}, []),
        ({"@roi:nosuch:post": []}, []),
    ],
)
def test_counts_by_roi(rule: Any, expected: list[int]) -> None:
    nodes = pd.DataFrame({"type": list("abcde")})
    for counts in (COUNTS, pl.from_pandas(COUNTS), COUNTS.rename(columns={"bodyId": "node_id"})):
        cells = Population.from_frame(nodes, node_ids=[1, 2, 3, 4, 5], roi_counts=counts)
        assert ids(rule, cells, extended=True) == expected


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"@roi": "eb"}, "unknown_roi"),
        ({"@roi:eb:post": 1}, "unknown_roi"),
        ({"@roi:EB:posts": 1}, "unknown_attribute"),
        ({"@roi:EB": 1}, "unknown_attribute"),
        ({"@roi": 1}, "type_mismatch"),
        ({"@roi": {"$gt": 1}}, "type_mismatch"),
        ({"@roi": {"$regex": "("}}, "bad_regex"),
        ({"@roi:EB:post": "1"}, "type_mismatch"),
        ({"@roi:EB:post": {"$regex": "1"}}, "type_mismatch"),
        ({"@roi:EB:post": {"$exists": True}}, "type_mismatch"),
        ({"@roi:EB:mean": 1}, "float_equality"),
    ],
)
def test_what_cannot_be_asked_of_rois(rule: Any, code: str) -> None:
    counts = COUNTS.assign(mean=0.5)
    cells = Population.from_frame(pd.DataFrame({"v": range(6)}), roi_counts=counts)
    with pytest.raises(NodeSetError) as error:
        ids(rule, cells, extended=True)
    assert error.value.code == code


def test_what_is_no_population() -> None:
    frame = pl.DataFrame({"v": [1]})
    for make in (
        lambda: Population.from_frame([1, 2]),
        lambda: Population.from_frame(frame, name=1),  # type: ignore[arg-type]
        lambda: Population.from_frame(pd.DataFrame([[1, 2]], columns=["a", "a"])),
        lambda: Population.from_frame(pd.DataFrame([[1, 2]])),
        lambda: Population.from_frame(frame, roi_counts=COUNTS.drop(columns="roi")),
        lambda: Population.from_frame(frame, roi_counts=pd.concat([COUNTS, COUNTS])),
        lambda: Population.of(frame),
        lambda: NodeSets.from_dict({"A": {"v": 1}}).materialize_each("A", [frame, frame]),
    ):
        with pytest.raises(ConnstoreError):
            make()


def test_several_populations() -> None:
    several = [
        Population.from_frame(pl.DataFrame({"mtype": ["a", "b"], "layer": [6, 1]}), "neurons"),
        Population.from_frame(pl.DataFrame({"mtype": ["a"], "only": [1]}), "virtual", node_ids=[9]),
    ]
    sets = NodeSets.from_dict(
        {
            "a": {"mtype": "a"},
            "deep": {"population": "neurons", "layer": 6},
            "v": {"only": 1},
            "all": ["deep", "v"],
            "none": {"population": "nope", "nosuch": 1},
            "wrong": {"nosuch": 1},
        }
    )

    def found(name: str) -> dict[str, list[int]]:
        return {key: each.tolist() for key, each in sets.materialize_each(name, several).items()}

    assert found("a") == found("all") == {"neurons": [0], "virtual": [9]}
    assert found("none") == {"neurons": [], "virtual": []}
    with pytest.raises(NodeSetError, match="none of the populations"):
        found("wrong")
    with pytest.raises(NodeSetError, match="no such attribute"):
        sets.materialize("v", several[0])


def test_threads_and_processes() -> None:
    from concurrent.futures import ThreadPoolExecutor

    frame = pl.DataFrame({"v": range(1000)})
    cells = Population.from_frame(frame)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: ids({"v": n}, cells), range(50)))
    assert found == [[n] for n in range(50)]
