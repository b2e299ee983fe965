"""The conformance cases that lie beside the repository."""

from typing import Any

import pytest
from node_sets.cases import FRAMES, Case, arrow_table, outcome, shared_cases

from connstore import NodeSetError, NodeSets, Population

CASES = shared_cases("nodeset_cases.json")
SEVERAL = shared_cases("nodeset_cases_multipop.json")
NO_CASES = "no cases beside the repository"


@pytest.mark.skipif(not CASES, reason=NO_CASES)
@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: Case, frame: str) -> None:
    if "expected_error" in case:
        assert outcome(case, frame) == (case["expected_error"], case["error_stage"])
    else:
        assert outcome(case, frame) == case["expected_ids"]


@pytest.mark.skipif(not SEVERAL, reason=NO_CASES)
@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: case["name"])
def test_case_of_several_populations(case: Case) -> None:
    several = [
        Population.from_frame(arrow_table(table, {}), name)
        for name, table in case["tables"].items()
    ]

    def found() -> Any:
        ids = NodeSets.from_dict(case["node_sets"]).materialize_each(case["select"], several)
        return {name: each.tolist() for name, each in ids.items()}

    if "expected_error" in case:
        with pytest.raises(NodeSetError) as error:
            found()
        assert error.value.code == case["expected_error"]
    else:
        assert found() == case["expected_by_population"]
