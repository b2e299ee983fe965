"""The expected answers of the corpus, in the form in which answers are compared."""

from __future__ import annotations

from typing import Any

from cypher.cases import case_file

#: Levels of expectation that an answer is held to.
HELD = ("confirmed", "override", "arcadedb-only")

#: Ids that the other engines were given as properties.
FIXTURE_IDS = ("_fid", "_rid")


def expected_rows(case: str) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of a case whose level is one of :data:`HELD`."""
    result = case_file("expected")["results"][case]
    answer = result["arcadedb"]
    if result["level"] == "override":
        answer = case_file("expected_overrides")[case]
    rows = [row for row in answer["rows"] if not any(name in row for name in FIXTURE_IDS)]
    return answer["columns"], [_value(row) for row in rows]


def _value(value: Any) -> Any:
    """An expected value as neuPrintHTTP would write it, identities left out."""
    match value:
        case ["N", [*_], dict() as props]:
            return _value(props)
        case ["R", str() as type_, dict() as props]:
            return {"type": type_} | _value(props)
        case ["P", [*parts]]:
            return {"nodes": _value(parts[::2]), "relationships": _value(parts[1::2])}
        case ["PT", x, y, z]:
            return {"coordinates": [x, y, z], "srid": 9157}
        case list():
            return [_value(item) for item in value if item not in FIXTURE_IDS]
        case dict():
            kept = {name: item for name, item in value.items() if name not in FIXTURE_IDS}
            return {name: _value(item) for name, item in kept.items()}
    return value
