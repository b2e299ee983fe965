"""Conformance cases: read, turned into frames, and run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
from fixtures_shared import ROOT

from connstore import NodeSetError, NodeSets, Population

Case = dict[str, Any]
SHARED = ROOT.parent / "shared" / "cases"

_TYPES = {
    **{
        f"{sign}int{bits}": getattr(pa, f"{sign}int{bits}")()
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    },
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "list:string": pa.list_(pa.string()),
}

#: Kind of frame -> how it is made of an Arrow table.
FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "polars": pl.from_arrow,
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
}


def shared_cases(file: str) -> list[Case]:
    path: Path = SHARED / file
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def arrow_table(table: dict[str, list[Any]], types: dict[str, str]) -> pa.Table:
    return pa.table({name: _column(values, types.get(name)) for name, values in table.items()})


def _column(values: list[Any], kind: str | None) -> pa.Array:
    if kind is None and any(isinstance(value, float) for value in values):
        kind = "float64"
    if kind in ("float32", "float64"):
        values = [float("nan") if value == "NaN" else value for value in values]
    if kind is not None and kind.startswith("library:"):
        labels = kind.removeprefix("library:").split("|")
        return pa.DictionaryArray.from_arrays(
            pa.array([labels.index(value) for value in values], pa.int32()), labels
        )
    return pa.array(values, _TYPES[kind] if kind else None)


def population(case: Case, frame: str = "arrow") -> Population:
    counts = case.get("roi_counts")
    roi_counts = counts and pd.DataFrame(counts, columns=["bodyId", "roi", "pre", "post"])
    return Population.from_frame(
        FRAMES[frame](arrow_table(case["table"], case.get("column_types") or {})),
        case.get("population", "default"),
        node_ids=case.get("node_ids"),
        roi_counts=roi_counts,
    )


def node_sets(case: Case) -> NodeSets:
    extended = case.get("profile") == "extended"
    if "node_sets_text" in case:
        sets = NodeSets.from_json(case["node_sets_text"], extended=extended)
    else:
        sets = NodeSets.from_dict(case["node_sets"], extended=extended)
    updates = case.get("updates", [])
    overwritten = [sets.update(NodeSets.from_dict(new, extended=extended)) for new in updates]
    if "expected_overwritten" in case:
        assert [sorted(names) for names in overwritten] == case["expected_overwritten"]
    return sets


def outcome(case: Case, frame: str = "arrow") -> Any:
    """The ids, or the code and the stage of the error."""
    try:
        sets = node_sets(case)
    except NodeSetError as error:
        assert error.stage == "parse"
        return error.code, error.stage
    try:
        ids = sets.materialize(case["select"], population(case, frame))
    except NodeSetError as error:
        return error.code, error.stage
    assert ids.dtype == "int64"
    return ids.tolist()
