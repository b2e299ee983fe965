"""Small queries with surprising answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from connstore.errors import ConnstoreError
from cypher.cases import case_file
from cypher.comparing import as_json, differences, disagreement, plain
from cypher.evaluator import Answer, EvaluationError

Evaluated = Callable[[str], Answer]

TRAPS = {case["id"]: case for case in case_file("traps")}
ERRORS = [case for case in TRAPS if TRAPS[case]["expect"] == "ERROR"]
FREE = [case for case in TRAPS if TRAPS[case]["expect"] is None]
ANSWERED = [case for case in TRAPS if case not in ERRORS and case not in FREE]


def check(case: str, columns: list[str], rows: list[list[Any]]) -> None:
    expected = TRAPS[case]["expect"]
    if isinstance(expected, dict):
        assert columns == expected["columns"]
        return
    expected = [[math.inf if value == "Infinity" else value for value in row] for row in expected]
    assert differences(rows, expected) is None
    if "ORDER BY" in TRAPS[case]["cypher"]:
        assert rows == expected


@pytest.mark.parametrize("case", ANSWERED)
def test_the_evaluator(case: str, evaluated: Evaluated) -> None:
    answer = evaluated(TRAPS[case]["cypher"])
    check(case, answer.columns, [as_json(row) for row in answer.rows])


@pytest.mark.parametrize("case", ANSWERED)
def test_the_compiler(case: str, fixture_client: Any) -> None:
    answer = fixture_client.fetch_custom(TRAPS[case]["cypher"], format="json")
    check(case, answer["columns"], [plain(row) for row in answer["data"]])


@pytest.mark.parametrize("case", FREE)
def test_answers_that_are_not_written_down(
    case: str, fixture_client: Any, evaluated: Evaluated
) -> None:
    cypher = TRAPS[case]["cypher"]
    found = fixture_client.fetch_custom(cypher, format="json")
    expected = evaluated(cypher)
    any_order = "keys" in cypher
    assert disagreement(found["columns"], found["data"], expected, any_order) is None


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str, fixture_client: Any, evaluated: Evaluated) -> None:
    cypher = TRAPS[case]["cypher"]
    with pytest.raises((EvaluationError, ConnstoreError)):
        evaluated(cypher)
    with pytest.raises(ConnstoreError):
        fixture_client.fetch_custom(cypher, format="json")
