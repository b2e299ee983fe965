"""Node sets: what they hold, how they change, what they select."""

import copy
import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from connstore import NodeSetError, NodeSets

CELLS = pd.DataFrame(
    {
        "mtype": ["L2_X", "L6_Y", "L6_Y", "L23_PC", "SP_PC", "SP_AA"],
        "etype": ["cAC", "bAC", "cAC", "cACpyr", "cACpyr", "bAC"],
        "layer": [2, 6, 6, 23, 1, 1],
        "x": [0.5, 1.0, 1.5, 2.0, 4.0, -3.25],
    }
)


def ids(rule: Any, frame: Any = CELLS, **options: Any) -> list[int]:
    return NodeSets.from_dict({"A": rule}, **options).materialize("A", frame).tolist()


def test_rules() -> None:
    assert ids({"mtype": "L6_Y"}) == [1, 2]
    assert ids({"mtype": ["SP_PC", "L6_Y", "SP_PC"], "layer": {"$gt": 2.5}}) == [1, 2]
    assert ids({"layer": [6.0, 1, 10**18]}) == [1, 2, 4, 5]
    assert ids({"x": {"$gte": 1}}) == [1, 2, 3, 4]
    assert ids({"mtype": {"$regex": "_[XY]"}, "population": "default", "node_id": [2, 0]}) == [0, 2]
    assert ids({"population": ["other"], "mtype": "L6_Y"}) == []
    assert ids({"node_id": [3, 1, 1, 500, 2**64 - 1]}) == [1, 3]
    assert ids({"mtype": [], "nosuch": []}) == []


def test_compounds_in_any_order() -> None:
    sets = NodeSets.from_dict(
        {
            "all": ["deep", "pyr"],
            "deep": {"layer": {"$gt": 3}},
            "pyr": ["PC", "none"],
            "PC": {"mtype": {"$regex": "PC$"}},
            "none": [],
        }
    )
    assert sets.materialize("all", CELLS).tolist() == [1, 2, 3, 4]
    assert sets.materialize("none", CELLS).tolist() == []
    assert sets.names == ("PC", "all", "deep", "none", "pyr")
    assert sets.resolved("all") == {
        "deep": {"layer": {"$gt": 3}},
        "PC": {"mtype": {"$regex": "PC$"}},
    }
    assert list(sets) == list(sets.names) and len(sets) == 5
    assert "pyr" in sets and "Pyr" not in sets and 1 not in sets


def test_a_mapping_of_python() -> None:
    """Whatever holds values is a list."""
    wanted = [np.array([2, 1]), pd.Series([2, 1]), pl.Series([2, 1]), (1, 2), {1, 2}, range(1, 3)]
    for value in wanted:
        assert ids({"node_id": value}) == [1, 2]
        assert ids({"layer": value}) == [0, 4, 5]
    assert ids({"layer": np.int64(6)}) == ids({"layer": [np.int8(6)]}) == [1, 2]
    names = NodeSets.from_dict({"x": {"layer": 6}, "A": ("x",)})
    assert names.materialize("A", CELLS).tolist() == [1, 2]


def test_what_was_read_is_written_again() -> None:
    text = (
        '{"é\\"\\\\": {"mtype": {"$regex": "a\\\\.b"}, "node_id": []}, "E": {}, "C": [], '
        '"n": {"v": 9007199254740993}}'
    )
    sets = NodeSets.from_json(text)
    assert json.loads(sets.to_json()) == json.loads(text) == sets.content
    again = NodeSets.from_json(sets.to_json(indent=None))
    assert again == sets and again.to_json() == sets.to_json() and "\n" not in sets.to_json(None)
    sets.content["E"] = 1
    assert sets.content == json.loads(text)


def test_names_may_be_anything() -> None:
    for name in (
        "",
        "a b/c:;-é$or",
        "node_id",
        "population",
        "__class__",
        "\U0001f600",
        "model_fields",
    ):
        frame = pl.DataFrame({name: [6, 1]})
        sets = NodeSets.from_dict(
            {name: {name: 6} if name[:4] not in ("node", "popu") else {"node_id": 0}}
        )
        assert sets.materialize(name, frame).tolist() == [0]
        assert name in repr(sets[name])


def test_update() -> None:
    circuit = NodeSets.from_dict({"L": {"layer": 6}, "Mosaic": ["L"], "E": {"etype": "bAC"}})
    simulation = NodeSets.from_dict({"L": {"layer": 2}, "New": ["L"], "E": {}})
    before = copy.deepcopy(simulation)
    assert circuit.update(simulation) == {"L"}
    assert circuit.materialize("Mosaic", CELLS).tolist() == [0]
    assert circuit.materialize("E", CELLS).tolist() == [1, 5]
    assert circuit.names == ("E", "L", "Mosaic", "New") and simulation == before
    assert circuit.update(circuit) == set(circuit.names)
    assert NodeSets.from_json(circuit.to_json()) == circuit


def test_a_set_means_what_its_name_means_when_it_is_used() -> None:
    sets = NodeSets.from_dict({"A": {"layer": 6}, "B": ["A"]})
    both = sets["B"] | sets["A"]
    sets.update(NodeSets.from_dict({"A": {"layer": 2}}))
    from connstore import Population

    assert Population.from_frame(CELLS).ids(both).tolist() == [0]


def test_extended_sets_keep_their_extensions_in_an_update() -> None:
    sets = NodeSets.from_dict({"A": {"layer": 6}})
    sets.update(NodeSets.from_dict({"B": {"layer": {"$gt": 1, "$lt": 7}}}, extended=True))
    assert sets.materialize("B", CELLS).tolist() == [0, 1, 2]


def test_warnings() -> None:
    text = '{"A": {"layer": 6, "layer": 1}, "A": {"layer": 2}, "B": {}, "C": {"mtype": []}}'
    sets = NodeSets.from_json(text)
    assert [warning.split(":")[0] for warning in sets.warnings] == [
        "defined more than once, of which the last counts",
        "defined more than once, of which the last counts",
        "node set 'B'",
        "node set 'C', attribute 'mtype'",
    ]
    assert sets.materialize("A", CELLS).tolist() == [0]
    assert NodeSets.from_dict({"A": {"layer": 6}}).warnings == ()


def test_whole_numbers_are_exact() -> None:
    frame = pl.DataFrame({"v": [2**53, 2**53 + 1, 2**53 + 2, 2**63 - 1, -(2**63)]})
    text = (
        '{"A": {"v": 9007199254740993}, "B": {"v": 9007199254740993.0}, '
        '"C": {"v": 9.007199254740993e15}}'
    )
    sets = NodeSets.from_json(text)
    for name in sets:
        assert sets.materialize(name, frame).tolist() == [1]
    assert ids({"v": {"$gt": 2**53}}, frame) == [1, 2, 3]
    assert ids({"v": {"$lte": 2**53 + 0.5}}, frame) == [0, 4]
    assert ids({"v": [2**63 - 1, 2**64 - 1]}, frame) == [3]
    for number in (2**63, 2**63 + 0.0, 1e300, 10**400):
        assert ids({"v": {"$lt": number}}, frame) == [0, 1, 2, 3, 4]
        assert ids({"v": {"$gt": number}}, frame) == []
        assert ids({"v": {"$gte": -number}}, frame) == ([0, 1, 2, 3, 4])
    unsigned = pl.DataFrame({"v": pl.Series([1, 2**64 - 1], dtype=pl.UInt64)})
    assert ids({"v": 2**64 - 1}, unsigned) == ids({"v": {"$gt": 2**63 - 1}}, unsigned) == [1]
    assert ids({"v": {"$gt": -1}}, unsigned) == [0, 1] and ids({"v": -1}, unsigned) == []


def test_numbers_with_fractions() -> None:
    frame = pl.DataFrame({"x": [0.1, None, float("nan"), float("inf"), -float("inf"), 0.3]})
    single = frame.with_columns(pl.col("x").cast(pl.Float32))
    assert ids({"x": {"$gt": 0.2}}, frame) == [3, 5]
    assert ids({"x": {"$lte": 0.3}}, frame) == [0, 4, 5]
    assert ids({"x": {"$lte": 0.3}}, single) == [0, 4]
    assert ids({"x": {"$gte": -1e308}}, frame) == [0, 3, 5]
    assert ids({"x": {"$lt": 10**400}}, frame) == [0, 4, 5]


def test_many_ids_and_deep_compounds() -> None:
    frame = pl.DataFrame({"v": np.arange(40_000)})
    wanted = list(range(0, 40_000, 2))
    sets = {"ids": {"population": "default", "node_id": wanted[::-1]}}
    sets |= {f"c{n}": [f"c{n + 1}", "ids", f"v{n}"] for n in range(5_000)}
    sets |= {f"v{n}": {"v": [2 * n + 1, 2 * n]} for n in range(5_000)} | {"c5000": ["ids"]}
    found = NodeSets.from_dict(sets).materialize("c0", frame)
    assert found.tolist() == sorted({*wanted, *range(10_000)})
    diamond = {f"d{n}": [f"d{n + 1}"] * 3 for n in range(200)} | {"d200": {"v": 7}}
    assert NodeSets.from_dict(diamond).materialize("d0", frame).tolist() == [7]


def test_algebra() -> None:
    from connstore import NeuronCriteria, Population

    sets = NodeSets.from_dict(
        {"deep": {"layer": 6}, "bAC": {"etype": "bAC"}, "SP": {"mtype": {"$regex": "^SP"}}}
    )
    cells = Population.from_frame(CELLS)
    deep, b, sp = (sets[name] for name in ("deep", "bAC", "SP"))
    found = {text: cells.ids(value).tolist() for text, value in {
        "and": deep & b, "or": deep | b | sp, "but": deep - b, "all": (deep | sp) - b - deep,
        "criteria": NeuronCriteria(etype="cAC") & deep, "right": deep - NeuronCriteria(etype="cAC"),
    }.items()}  # fmt: skip
    assert found == {
        "and": [1], "or": [1, 2, 4, 5], "but": [2], "all": [4], "criteria": [2], "right": [1],
    }  # fmt: skip
    assert repr((deep | b | sp) - deep) == (
        "((NodeSet('deep') | NodeSet('bAC') | NodeSet('SP')) - NodeSet('deep'))"
    )
    with pytest.raises(TypeError):
        deep & "bAC"  # type: ignore[operator]
    many = deep
    for _ in range(2_000):
        many = many | b - sp - deep
    assert cells.ids(many).tolist() == [1, 2]


def test_what_is_missing_is_not_in_a_set_but_in_the_rest() -> None:
    frame = pl.DataFrame({"type": ["EPG", None, ""], "s": [["a", None], [], None]})
    assert ids({"type": ["EPG", ""]}, frame) == ids({"type": {"$regex": ""}}, frame) == [0, 2]
    sets = NodeSets.from_dict({"EPG": {"type": "EPG"}, "all": {"population": "default"}})
    from connstore import Population

    assert Population.from_frame(frame).ids(sets["all"] - sets["EPG"]).tolist() == [1, 2]


def test_extensions() -> None:
    frame = pl.DataFrame(
        {
            "flag": [True, False, None],
            "n": [1, 0, None],
            "type": ["a", None, "b"],
            "l": [[1], [], None],
        }
    )

    def found(rule: Any) -> list[int]:
        return ids(rule, frame, extended=True)

    assert found({"flag": True}) == found({"flag": 1}) == found({"n": True}) == [0]
    assert found({"flag": False}) == found({"flag": 0}) == [1, 2]
    assert found({"flag": [True, False]}) == [0, 1, 2]
    assert found({"flag": 2}) == [] and found({"n": False}) == [1]
    assert found({"flag": {"$lt": 1}}) == [1]
    assert found({"type": {"$exists": True}}) == [0, 2]
    assert found({"type": {"$exists": False}}) == found({"type": {"$exists": False}, "n": 0}) == [1]
    assert found({"type": {"$regex": "a|b", "$exists": True}}) == [0, 2]
    assert found({"l": {"$exists": True}}) == [0, 1]
    for rule in ({"flag": [True, 1]}, {"flag": [1, True]}):
        with pytest.raises(NodeSetError) as error:
            found(rule)
        assert error.value.code == "mixed_list"


def test_copies_and_pickles() -> None:
    sets = NodeSets.from_dict({"A": {"layer": 6}, "B": ["A"]})
    again = pickle.loads(pickle.dumps(sets))
    assert again == sets and again.materialize("B", CELLS).tolist() == [1, 2]
    copied = copy.deepcopy(sets)
    copied.update(NodeSets.from_dict({"A": {"layer": 1}}))
    assert sets != copied and sets.materialize("B", CELLS).tolist() == [1, 2]
