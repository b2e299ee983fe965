"""The bodies of the sample store as plain Python rows, and NeuronCriteria as a plain Python filter.

The rows come from ``fetch_neurons`` itself, by way of Arrow: exact types, None where there is no
value. The filter knows nothing of SQL: it reads the criteria's fields.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import connstore
from connstore import IsNull, NeuronCriteria, NotNull, registry
from connstore.testing import sample_path

Row = dict[str, Any]
Test = Callable[[Row], bool]

REGEX_FIELDS = ("type", "instance", "flywireType", "hemibrainType", "mancType")
LOCATIONS = ("somaLocation", "tosomaLocation", "rootLocation")
SPECIAL = frozenset(
    {
        "matchvar", "client", "label", "regex", "type", "instance", "rois", "inputRois",
        "outputRois", "roi_req", "min_roi_inputs", "min_roi_outputs", "min_pre", "min_post",
        "cropped", "soma", *LOCATIONS, "max_closestLandmarkDistanceMicrons",
    }
)  # fmt: skip


@cache
def bodies() -> list[Row]:
    """Every body of the store, with its properties, its label and its counts by ROI."""
    with registry._no_registration():
        client = connstore.Client(sample_path(), frames="arrow")
    segments, _ = connstore.fetch_neurons(NeuronCriteria(label="Segment"), client=client)
    neurons = connstore.fetch_neurons(returned_columns=["bodyId"], omit_rois=True, client=client)
    labelled = set(neurons["bodyId"].to_pylist())
    rows = segments.to_pylist()
    for row in rows:
        row["labels"] = {"Segment"} | ({"Neuron"} if row["bodyId"] in labelled else set())
        row["roiInfo"] = json.loads(row["roiInfo"]) if row["roiInfo"] is not None else {}
    return rows


@cache
def values(name: str) -> list[Any]:
    """The distinct values that bodies have for a property."""
    found = {row[name] for row in bodies() if row.get(name) is not None}
    return sorted(found, key=lambda value: (type(value).__name__, value))


def expected(criteria: NeuronCriteria) -> list[int]:
    """Ids of the bodies that criteria mean."""
    tests = list(_tests(dict(criteria)))
    return sorted(row["bodyId"] for row in bodies() if all(test(row) for test in tests))


def _tests(fields: dict[str, Any]) -> Iterable[Test]:
    """All that must hold of a row."""
    yield lambda row: fields["label"] in row["labels"]
    names = [
        _one_of(name, fields[name], regex=fields["regex"])
        for name in ("type", "instance")
        if fields[name]
    ]
    if names:
        yield lambda row: any(test(row) for test in names)
    for name, wanted in fields.items():
        if name not in SPECIAL and wanted:
            regex = fields["regex"] and name in REGEX_FIELDS
            yield _one_of(name.removesuffix("_"), wanted, regex=regex)
    for name in LOCATIONS:
        if fields[name] is not None:
            yield _one_of(name, [fields[name]], regex=False)
    if fields["soma"] is not None:
        yield _one_of("somaLocation", [NotNull if fields["soma"] else IsNull], regex=False)
    if fields["cropped"] is not None:
        yield lambda row: (row["cropped"] is True) == fields["cropped"]
    for name in ("pre", "post"):
        if least := fields[f"min_{name}"]:
            yield _at_least(name, least)
    assert fields["max_closestLandmarkDistanceMicrons"] == math.inf, "the sample has none"
    yield from _rois(fields)


def _rois(fields: dict[str, Any]) -> Iterable[Test]:
    needed = all if fields["roi_req"] == "all" else any
    if fields["rois"]:
        yield lambda row: needed(roi in row["roiInfo"] for roi in fields["rois"])
    if fields["inputRois"]:
        least_in = fields["min_roi_inputs"]
        yield lambda row: needed(_count(row, r, "post") >= least_in for r in fields["inputRois"])
    if fields["outputRois"]:
        least_out = fields["min_roi_outputs"]
        yield lambda row: needed(_count(row, r, "pre") >= least_out for r in fields["outputRois"])


def _count(row: Row, roi: str, count: str) -> int:
    """A count of roiInfo; one that is not there reaches no minimum, not even 0."""
    return int(row["roiInfo"].get(roi, {}).get(count, -1))


def _at_least(name: str, least: int) -> Test:
    return lambda row: row[name] is not None and row[name] >= least


def _one_of(name: str, wanted: list[Any], *, regex: bool) -> Test:
    if wanted == [NotNull]:
        return lambda row: row.get(name) is not None
    null_is_fine = None in wanted or IsNull in wanted
    patterns = [re.compile(value) for value in wanted if isinstance(value, str)] if regex else []
    equal = {(_kind(value), value) for value in wanted if not (regex and isinstance(value, str))}

    def test(row: Row) -> bool:
        found = row.get(name)
        if found is None:
            return null_is_fine
        if isinstance(found, dict):  # a point is equal to no number or text
            return False
        matched = isinstance(found, str) and any(p.fullmatch(found) for p in patterns)
        return matched or (found == found and (_kind(found), found) in equal)

    return test


def _kind(value: Any) -> str:
    """Cypher's equality: values of different kinds are never equal, 1 and 1.0 are."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__
