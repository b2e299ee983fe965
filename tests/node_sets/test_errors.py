"""Every error: its code, when it is raised, and what it says."""

import pickle
from typing import Any

import pandas as pd
import pytest

from connstore import ConnstoreError, NodeSetError, NodeSets, Population
from connstore.node_sets.errors import STAGES

TABLE = pd.DataFrame(
    {
        "mtype": ["L6_Y", "SP_PC"],
        "layer": [6, 1],
        "x": [0.5, 1.0],
        "cropped": [True, False],
        "where": [{"x": 1}, {"x": 2}],
    }
)


def a(rule: Any) -> dict[str, Any]:
    return {"A": rule}


#: Content (text, where it is no JSON), code, part of the message.
PARSE = [
    ("", "json_invalid", "not JSON"),
    ('{"A": {"layer": 6},}', "json_invalid", ""),
    ('{"A": {"layer": NaN}}', "json_invalid", "NaN"),
    ('{"A": {"layer": {"$gt": 1e400}}}', "json_invalid", "too large"),
    ('{"A": {"mtype": "\\ud800"}}', "json_invalid", "surrogates"),
    ("[" * 100_000, "json_invalid", ""),
    ([1], "top_level_not_object", "one JSON object"),
    (None, "top_level_not_object", ""),
    (a(1), "bad_expression_type", "node set 'A'"),
    (a("B"), "bad_expression_type", ""),
    (a(None), "bad_expression_type", ""),
    (a(["B", 1]), "compound_member_not_string", "1 is no name"),
    (a(["B", {"layer": 6}]), "compound_member_not_string", ""),
    (
        a(["L_6"]) | {"L6": {"layer": 6}},
        "compound_missing",
        "'L_6' is no node set. Did you mean L6",
    ),
    (a(["E"]) | {"E": {}}, "compound_missing", ""),
    (a(["A"]), "compound_cycle", "A < A"),
    ({"A": ["B"], "B": ["C"], "C": ["A"]}, "compound_cycle", " < "),
    (a({"mtype": None}), "bad_value_type", "attribute 'mtype'"),
    (a({"cropped": True}), "bad_value_type", "extended=True"),
    (a({"mtype": [["a"]]}), "bad_value_type", ""),
    (a({"$or": [{"layer": 6}]}), "bad_value_type", ""),
    (a({"node_id": None}), "bad_value_type", ""),
    (a({"population": [True]}), "bad_value_type", ""),
    (a({"layer": 6.5}), "not_integer", "6.5"),
    (a({"layer": [6, 6.5]}), "not_integer", ""),
    (a({"node_id": 1.5}), "not_integer", ""),
    (a({"layer": 2**64}), "int_out_of_range", "18446744073709551616"),
    (a({"layer": -(2**63) - 1}), "int_out_of_range", ""),
    (a({"node_id": 2**64}), "int_out_of_range", ""),
    (a({"layer": [6, "1"]}), "mixed_list", "'1' is not a whole number"),
    (a({"mtype": ["a", 1]}), "mixed_list", "1 is not a text"),
    (a({"layer": [6, True]}), "mixed_list", ""),
    (a({"node_id": [1, "2"]}), "mixed_list", ""),
    (a({"population": ["a", 1]}), "mixed_list", ""),
    (a({"node_id": "1"}), "node_id_not_numeric", "'1'"),
    (a({"node_id": ["1"]}), "node_id_not_numeric", ""),
    (a({"node_id": [1, -1]}), "node_id_negative", "-1"),
    (a({"population": 1}), "population_not_string", ""),
    (a({"population": [1.5]}), "population_not_string", ""),
    (a({"layer": {}}), "operator_arity", ""),
    (a({"layer": {"$gt": 1, "$lt": 5}}), "operator_arity", "extended=True"),
    (a({"layer": {"$ne": 1}}), "operator_unknown", "$gt, $lt, $gte, $lte"),
    (a({"layer": {"$gtt": 1}}), "operator_unknown", "Did you mean $gt"),
    (a({"layer": {"$gt": "1"}}), "operator_unknown", ""),
    (a({"mtype": {"$regex": 5}}), "operator_unknown", ""),
    (a({"layer": {"$gt": True}}), "operator_operand_type", ""),
    (a({"layer": {"$in": [1]}}), "operator_operand_type", ""),
    (a({"layer": {"$exists": True}}), "operator_operand_type", ""),
]

#: Content and name, code, part of the message.
USE = [
    (a({}), "unknown_node_set", "empty"),
    ({"Layer": {"layer": 6}, "a": {"layer": 1}}, "unknown_node_set", "Did you mean a"),
    (a({"Layer": 6}), "unknown_attribute", "Did you mean layer"),
    (a({"mtype": "nope", "nosuch": "x"}), "unknown_attribute", "'nosuch'"),
    (a({"population": "other", "nosuch": "x"}), "unknown_attribute", ""),
    (a({"@roi:EB:post": {"$gt": 1}}), "unknown_attribute", "extended=True"),
    (a({"layer": "6"}), "type_mismatch", "Did you mean 6?"),
    (a({"layer": "deep"}), "type_mismatch", "whole numbers"),
    (a({"mtype": 6}), "type_mismatch", 'Did you mean "6"?'),
    (a({"mtype": {"$gt": 6}}), "type_mismatch", "texts"),
    (a({"layer": {"$regex": "6"}}), "type_mismatch", ""),
    (a({"x": {"$regex": "6"}}), "type_mismatch", ""),
    (a({"x": "6"}), "type_mismatch", ""),
    (a({"cropped": 1}), "type_mismatch", "extended=True"),
    (a({"where": 1}), "type_mismatch", ""),
    (a({"x": 1}), "float_equality", "$gte, $lte"),
    (a({"node_id": {"$gt": 2}}), "reserved_key_operator", ""),
    (a({"population": {"$regex": "d"}}), "reserved_key_operator", ""),
    (a({"mtype": {"$regex": "("}}), "bad_regex", "offset 0"),
    (a({"mtype": {"$regex": "(?i)l6"}}), "bad_regex", "[Ll]"),
    (a(["B"]) | {"B": {"nosuch": 1}}, "unknown_attribute", "node set 'B'"),
]


def read(content: Any) -> NodeSets:
    return NodeSets.from_json(content) if isinstance(content, str) else NodeSets.from_dict(content)


@pytest.mark.parametrize(("content", "code", "said"), PARSE)
def test_found_as_the_file_is_read(content: Any, code: str, said: str) -> None:
    with pytest.raises(NodeSetError) as error:
        read(content)
    assert (error.value.code, error.value.stage) == (code, "parse")
    assert said in str(error.value)


@pytest.mark.parametrize(("content", "code", "said"), USE)
def test_found_as_a_set_is_used(content: Any, code: str, said: str) -> None:
    sets = read(content)
    with pytest.raises(NodeSetError) as error:
        sets.materialize("A", TABLE)
    assert (error.value.code, error.value.stage) == (code, "materialize")
    assert said in str(error.value)


def test_every_code_is_tested() -> None:
    tested = {code for _, code, _ in PARSE + USE}
    elsewhere = {"file_missing", "unknown_roi"}
    assert tested | elsewhere == set(STAGES)


def test_the_error_says_where() -> None:
    with pytest.raises(NodeSetError) as error:
        NodeSets.from_dict({"Deep": {"layer": 6.5}})
    assert (error.value.node_set, error.value.attribute) == ("Deep", "layer")
    assert isinstance(error.value, ConnstoreError) and isinstance(error.value, ValueError)
    assert str(error.value).startswith("node set 'Deep', attribute 'layer': ")
    again = pickle.loads(pickle.dumps(error.value))
    assert (str(again), again.code) == (str(error.value), "not_integer")


def test_one_wrong_set_spoils_the_file() -> None:
    with pytest.raises(NodeSetError, match="node set 'B'"):
        NodeSets.from_dict({"A": {"layer": 6}, "B": 3})


def test_attributes_are_looked_up_when_a_set_is_used() -> None:
    sets = NodeSets.from_dict(
        {"A": {"layer": 6}, "B": {"nosuch": "("}, "C": {"x": {"$regex": "("}}}
    )
    assert sets.materialize("A", TABLE).tolist() == [0]


def test_files(tmp_path: Any) -> None:
    for path in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(NodeSetError) as error:
            NodeSets.from_file(path)
        assert error.value.code == "file_missing"
    path = tmp_path / "sets.json"
    path.write_bytes('{"A": {"mtype": "é"}}'.encode("latin-1"))
    with pytest.raises(NodeSetError) as error:
        NodeSets.from_file(path)
    assert error.value.code == "json_invalid" and str(path) in str(error.value)
    path.write_text("# no JSON")
    with pytest.raises(NodeSetError) as error:
        NodeSets.from_file(path)
    assert error.value.code == "json_invalid" and str(path) in str(error.value)
    path.write_bytes(b'\xef\xbb\xbf{"A": {"mtype": "L6_Y"}}')
    assert NodeSets.from_file(str(path)).materialize("A", TABLE).tolist() == [0]


def test_python_that_is_no_json() -> None:
    for content in ({"A": {"layer": object()}}, {1: {"layer": 6}}, {"A": {"layer": b"6"}}):
        with pytest.raises(NodeSetError) as error:
            NodeSets.from_dict(content)
        assert error.value.code == "json_invalid"


def test_a_population_of_another_type_is_named() -> None:
    several = [
        Population.from_frame(pd.DataFrame({"x": [1]}), "one"),
        Population.from_frame(pd.DataFrame({"x": ["1"]}), "two"),
    ]
    with pytest.raises(NodeSetError, match=r"population 'two'") as error:
        NodeSets.from_dict({"A": {"x": 1}}).materialize_each("A", several)
    assert error.value.code == "type_mismatch"
