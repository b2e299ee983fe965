"""Comparing answers: as JSON values, rows as multisets or in their order."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from cypher.evaluator import Answer, Node, Path, Point, Relationship

#: What neuPrintHTTP adds to the properties of a relationship, besides its type.
IDENTITIES = ("id", "startNodeId", "endNodeId")


def as_json(value: Any) -> Any:
    """A value of the evaluator as neuPrintHTTP would write it, identities left out."""
    match value:
        case list() | tuple():
            return [as_json(item) for item in value]
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case Node():
            return as_json(value.props)
        case Relationship():
            return {"type": value.type} | as_json(value.props)
        case Path():
            return {"nodes": as_json(value.nodes), "relationships": as_json(value.relationships)}
        case Point(axes, srid):
            return {"coordinates": list(axes), "srid": srid}
    return value


def plain(value: Any) -> Any:
    """An answered JSON value without what no two databases have in common."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "Point" and "crs" in value:
        srid = value["crs"]["properties"].get("srid") or value["crs"]["srid"]
        return {"coordinates": value["coordinates"], "srid": srid}
    if set(IDENTITIES) <= set(value):
        value = {key: item for key, item in value.items() if key not in IDENTITIES}
    return {key: plain(item) for key, item in value.items()}


def key(value: Any, any_order: bool = False) -> Any:
    """What equal JSON values have in common: floats roughly, numbers whatever their type.

    Args:
        value: A JSON value.
        any_order: Whether lists count as multisets.
    """
    match value:
        case bool() | None:
            return (str(value),)
        case float() if not math.isfinite(value):
            return (str(value),)
        case float() if value.is_integer():
            return int(value)
        case float():
            return float(f"{value:.9g}")
        case str() if value[:1] == "{":
            try:
                return ("JSON", key(json.loads(value), any_order))
            except ValueError:
                return value
        case list():
            items = [key(item, any_order) for item in value]
            return ("list", *(sorted(items, key=repr) if any_order else items))
        case dict():
            return ("map", *((name, key(value[name], any_order)) for name in sorted(value)))
    return value


def row_key(row: list[Any], any_order: bool = False) -> Any:
    """The same of a row, whose cells keep their places."""
    return tuple(key(cell, any_order) for cell in row)


def close(a: Any, b: Any) -> bool:
    """Whether two keys differ by rounding only."""
    if isinstance(a, float | int) and isinstance(b, float | int):
        return math.isclose(a, b, rel_tol=1e-8) if isinstance(a + b, float) else a == b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(close, a, b))
    return bool(a == b)


def differences(
    found: list[list[Any]], expected: list[list[Any]], any_order: bool = False
) -> str | None:
    """How two multisets of rows differ; None if they do not."""
    have = Counter(row_key(row, any_order) for row in found)
    want = Counter(row_key(row, any_order) for row in expected)
    extra, missing = list((have - want).elements()), list((want - have).elements())
    for row in list(extra):
        twin = next((other for other in missing if close(row, other)), None)
        if twin is not None:
            extra.remove(row)
            missing.remove(twin)
    if not extra and not missing:
        return None
    shown = [f"{len(found)} rows for {len(expected)}"]
    shown += [f"too much: {row}"[:400] for row in extra[:3]]
    shown += [f"missing:  {row}"[:400] for row in missing[:3]]
    return "\n".join(shown)


def disagreement(
    columns: list[str], rows: list[list[Any]], answer: Answer, any_order: bool = False
) -> str | None:
    """How an answer of the compiler differs from what the evaluator allows; None if not.

    Rows that are tied in ORDER BY may come in any order, and where SKIP or LIMIT cut through
    them, any of them may be left.
    """
    if columns != answer.columns:
        return f"columns {columns} for {answer.columns}"
    if len(rows) != len(answer.rows):
        return differences([*map(plain, rows)], [*map(as_json, answer.rows)], any_order)
    start = 0
    total = sum(map(len, answer.ties))
    first, last, _ = answer.kept.indices(total)
    for run in answer.ties:
        stop = start + len(run)
        part = rows[max(start - first, 0) : max(min(stop, last) - first, 0)]
        part = [plain(row) for row in part]
        allowed = [as_json(row) for row in run]
        if len(part) < len(run):  # the cut goes through this run, or leaves it out
            allowed = _chosen(part, allowed, any_order)
        if problem := differences(part, allowed, any_order):
            return f"rows {start} to {stop} before SKIP: {problem}"
        start = stop
    return None


def _chosen(part: list[Any], allowed: list[Any], any_order: bool) -> list[Any]:
    """As many of the allowed rows as there are in a part, those in it first."""
    wanted = Counter(row_key(row, any_order) for row in part)
    inside, outside = [], []
    for row in allowed:
        cells = row_key(row, any_order)
        if wanted[cells] > 0:
            wanted[cells] -= 1
            inside.append(row)
        else:
            outside.append(row)
    return (inside + outside)[: len(part)]
