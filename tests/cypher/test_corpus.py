"""Real queries of neuPrint users on a small connectome, against what other engines answer.

The expected answers judge the evaluator as well as the compiler; the evaluator then tells how
far the order of rows is settled.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from connstore.errors import CypherError
from cypher.cases import case_file
from cypher.comparing import as_json, differences, disagreement, plain, row_key
from cypher.evaluator import Answer
from cypher.expecting import HELD, expected_rows

Evaluated = Callable[[str], Answer]

CORPUS = {case["id"]: case["cypher"] for case in case_file("corpus")}
LEVELS = {case: result["level"] for case, result in case_file("expected")["results"].items()}
HELD_CASES = [case for case in CORPUS if LEVELS[case] in HELD]

#: ORDER BY ties are cut by LIMIT: more than one answer is right.
TIED = {"q028"}
#: shortestPath picks one of several paths of each pair of ends; all are expected.
ONE_OF_SEVERAL = {"q230"}
#: The expected columns are those of a query rewritten for other engines.
REWRITTEN_COLUMNS = {"q089"}
#: What only a server can answer.
REFUSED = {"q045": "fulltext"}


def check(case: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Compare an answer, whose values are plain JSON, with the expected one."""
    expected_columns, expected = expected_rows(case)
    if expected_columns is not None and case not in REWRITTEN_COLUMNS:
        assert columns == expected_columns
    if case in TIED:
        assert len(rows) == len(expected)
        return
    if case in ONE_OF_SEVERAL:
        ends = {(row[0], row[1]) for row in expected}
        assert {(row[0], row[1]) for row in rows} == ends and len(rows) == len(ends)
        expected = [row for row in expected if row_key(row) in map(row_key, rows)]
    any_order = in_any_order(CORPUS[case])
    problem = differences(rows, expected, any_order)
    assert problem is None, f"{CORPUS[case]}\n{problem}"


def in_any_order(cypher: str) -> bool:
    """Whether a query makes lists whose order nothing settles."""
    return re.search(r"collect\s*\(|keys\s*\(", cypher, re.IGNORECASE) is not None


@pytest.mark.parametrize("case", HELD_CASES)
def test_the_evaluator_gives_the_expected_answer(case: str, evaluated: Evaluated) -> None:
    answer = evaluated(CORPUS[case])
    check(case, answer.columns, [as_json(row) for row in answer.rows])


@pytest.mark.parametrize("case", HELD_CASES)
def test_the_compiler_gives_the_expected_answer(case: str, fixture_client: Any) -> None:
    answer = fixture_client.fetch_custom(CORPUS[case], format="json")
    check(case, answer["columns"], [plain(row) for row in answer["data"]])


@pytest.mark.parametrize("case", [case for case in CORPUS if LEVELS[case] != "nondeterministic"])
def test_the_order_of_rows(case: str, fixture_client: Any, evaluated: Evaluated) -> None:
    """Also of those queries whose LIMIT leaves any of several rows."""
    if case in REFUSED | dict.fromkeys(ONE_OF_SEVERAL):
        return
    found = fixture_client.fetch_custom(CORPUS[case], format="json")
    expected = evaluated(CORPUS[case])
    any_order = in_any_order(CORPUS[case])
    problem = disagreement(found["columns"], found["data"], expected, any_order)
    assert problem is None, f"{CORPUS[case]}\n{problem}"


@pytest.mark.parametrize("case", [case for case in CORPUS if LEVELS[case] == "nondeterministic"])
def test_what_is_left_to_chance_runs(case: str, fixture_client: Any, evaluated: Evaluated) -> None:
    found = fixture_client.fetch_custom(CORPUS[case], format="json")
    expected = evaluated(CORPUS[case])
    assert found["columns"] == expected.columns
    assert len(found["data"]) == len(expected.rows)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_answered_is_refused(case: str, fixture_client: Any) -> None:
    with pytest.raises(CypherError, match=REFUSED[case]):
        fixture_client.fetch_custom(CORPUS[case], format="json")
