"""Broken circuits: each is refused with the place of the fault, and nothing is left behind.

Every case is the small circuit with one thing changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from connstore.errors import IngestError
from connstore.ingestion import ingest
from ingest.fixtures import entries
from ingest.sonata_circuits import SONATA, existing, write_json, write_mini

Change = Callable[[Path], None]
CELLS, FIBRES, TO_CELLS = "nodes/cells", "nodes/fibres", "edges/to cells"


def values(path: str, new: Any) -> Change:
    """Replace, or make, a dataset; None takes it away."""

    def change(circuit: Path) -> None:
        with h5py.File(circuit / f"{path.split('/')[0]}.h5", "a") as file:
            attributes = dict(file[path].attrs) if path in file else {}
            if path in file:
                del file[path]
            if new is None:
                return
            kind = h5py.string_dtype() if isinstance(new, list) else None
            file.create_dataset(path, data=new, dtype=kind).attrs.update(attributes)

    return change


def population_of(path: str, new: str | None) -> Change:
    def change(circuit: Path) -> None:
        with h5py.File(circuit / "edges.h5", "a") as file:
            del file[path].attrs["node_population"]
            if new is not None:
                file[path].attrs["node_population"] = new

    return change


def text(file: str, old: str, new: str) -> Change:
    def change(circuit: Path) -> None:
        content = (circuit / file).read_text()
        assert content.count(old) == 1
        (circuit / file).write_text(content.replace(old, new))

    return change


def data(file: str, content: bytes | None) -> Change:
    def change(circuit: Path) -> None:
        (circuit / file).unlink()
        if content is not None:
            (circuit / file).write_bytes(content)

    return change


def config(**parts: Any) -> Change:
    """Replace parts of the circuit config."""

    def change(circuit: Path) -> None:
        path = circuit / "circuit_config.json"
        write_json(path, json.loads(path.read_text()) | parts)

    return change


def networks(kind: str, **parts: Any) -> Change:
    """Replace parts of the first entry of nodes or edges."""

    def change(circuit: Path) -> None:
        path = circuit / "circuit_config.json"
        content = json.loads(path.read_text())
        content["networks"][kind][0] |= parts
        write_json(path, content)

    return change


def cut(file: str) -> Change:
    def change(circuit: Path) -> None:
        path = circuit / file
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return change


#: What is changed, and what the message must say.
CASES: dict[str, tuple[Change, tuple[str, ...]]] = {
    # configs
    "no JSON": (
        data("circuit_config.json", b'{\n "networks": }'),
        ("circuit_config.json", "line 2", "not JSON"),
    ),
    "no UTF-8": (data("circuit_config.json", b"\xff"), ("circuit_config.json", "UTF-8")),
    "no object": (data("circuit_config.json", b"[]"), ("circuit_config.json", "object")),
    "other JSON": (data("circuit_config.json", b'{"a": 1}'), ("no SONATA config", "networks")),
    "wrong type": (config(networks={"nodes": 3}), ("circuit_config.json", "networks.nodes")),
    "no file": (config(networks={"nodes": [{}]}), ("networks.nodes[0]", "nodes_file")),
    "no nodes": (config(networks={"nodes": []}), ("no node population",)),
    "odd variable": (config(manifest={"BASE": "."}), ("'BASE'", "$BASE_DIR")),
    "unknown variable": (networks("nodes", nodes_file="$BAES/n.h5"), ("$BAES", "BASE")),
    "circular variable": (config(manifest={"$A": "$B", "$B": "${A}"}), ("$A", "itself")),
    "nodes missing": (data("nodes.h5", None), ("networks.nodes[0].nodes_file", "nodes.h5")),
    "types missing": (data("node_types.csv", None), ("node_types_file", "node_types.csv")),
    "sets missing": (data("sets.json", None), ("node_sets_file", "sets.json")),
    "population missing": (
        networks("nodes", populations={"cell": {}}),
        ("nodes.h5", "'cell'", "Did you mean cells?"),
    ),
    "population twice": (
        networks("edges", populations={"gaps": {}}, edge_types_file=None),
        ("edges.h5", "'gaps'", "already"),
    ),
    # HDF5 files
    "no HDF5": (data("nodes.h5", b"no HDF5"), ("nodes.h5", "HDF5")),
    "cut short": (cut("edges.h5"), ("edges.h5", "HDF5")),
    "no nodes in it": (values("nodes", None), ("nodes.h5", "'/nodes'", "not there")),
    "nodes no group": (values("nodes", np.arange(3)), ("nodes.h5", "/nodes'", "not a group")),
    "population no group": (values(FIBRES, np.arange(3)), ("/nodes/fibres'", "not a group")),
    "group no group": (values(f"{FIBRES}/0", np.arange(3)), ("/nodes/fibres/0'", "not a group")),
    "attribute a group": (
        values(f"{FIBRES}/0/dynamics_params/a/b", np.arange(2)),
        ("/nodes/fibres/0/dynamics_params/a'", "not a dataset"),
    ),
    "no type ids": (
        values(f"{CELLS}/node_type_id", None),
        ("nodes.h5", "/nodes/cells/node_type_id", "not there"),
    ),
    "no targets": (
        values(f"{TO_CELLS}/target_node_id", None),
        ("edges.h5", "/edges/to cells/target_node_id", "not there"),
    ),
    # lengths
    "attribute too short": (
        values(f"{FIBRES}/0/layer", np.array([1.0])),
        ("nodes.h5", "/nodes/fibres/0", "1 rows", "2"),
    ),
    "ends of unequal length": (
        values(f"{TO_CELLS}/target_node_id", np.array([9, 2])),
        ("edges.h5", "/edges/to cells/target_node_id", "2 rows", "4"),
    ),
    "ids too few": (
        values(f"{CELLS}/node_id", np.array([9, 2])),
        ("nodes.h5", "/nodes/cells/node_id", "2 rows", "3"),
    ),
    # groups
    "unknown group": (
        values(f"{CELLS}/node_group_id", np.array([0, 1, 5])),
        ("/nodes/cells/node_group_id", "row 2", "no group 5"),
    ),
    "outside the group": (
        values(f"{CELLS}/node_group_index", np.array([1, 0, 2])),
        ("/nodes/cells/node_group_index", "row 2", "group 0"),
    ),
    "groups that nothing tells apart": (
        values(f"{CELLS}/node_group_id", None),
        ("/nodes/cells", "[0, 1]", "node_group_id"),
    ),
    # ids
    "node id twice": (
        values(f"{CELLS}/node_id", np.array([7, 2, 7])),
        ("/nodes/cells/node_id", "row 2", "7", "twice"),
    ),
    "node id negative": (
        values(f"{CELLS}/node_id", np.array([7, -2, 9])),
        ("/nodes/cells/node_id", "row 1", "-2"),
    ),
    "node id too large": (
        values(f"{CELLS}/node_id", np.array([7, 2, 10**12])),
        ("/nodes/cells/node_id", "row 2", "1000000000000"),
    ),
    "dangling source": (
        values(f"{TO_CELLS}/source_node_id", np.array([0, 1, 2, 0])),
        ("/edges/to cells/source_node_id", "row 2", "'fibres' has no node 2"),
    ),
    "dangling target": (
        values(f"{TO_CELLS}/target_node_id", np.array([9, 2, 2, 8])),
        ("/edges/to cells/target_node_id", "row 3", "'cells' has no node 8"),
    ),
    "ids that are no numbers": (
        values(f"{TO_CELLS}/target_node_id", np.array([9.0, 2, 2, 8])),
        ("/edges/to cells/target_node_id", "whole numbers", "float64"),
    ),
    "unknown population": (
        population_of(f"{TO_CELLS}/target_node_id", "cell"),
        ("/edges/to cells/target_node_id", "'cell'", "Did you mean cells?"),
    ),
    "no population": (
        population_of(f"{TO_CELLS}/source_node_id", None),
        ("/edges/to cells/source_node_id", "node_population"),
    ),
    # values
    "outside the library": (
        values(f"{CELLS}/0/mtype", np.array([2, 3], np.uint32)),
        ("/nodes/cells/0/mtype", "row 1", "3", "@library of 3"),
    ),
    "before the library": (
        values(f"{CELLS}/0/mtype", np.array([-1, 0])),
        ("/nodes/cells/0/mtype", "row 0", "-1"),
    ),
    "a library for texts": (
        values(f"{CELLS}/0/mtype", ["a", "b"]),
        ("/nodes/cells/0/mtype", "whole numbers", "@library"),
    ),
    "a library of numbers": (
        values(f"{CELLS}/0/@library/mtype", np.arange(3)),
        ("/nodes/cells/0/mtype", "texts"),
    ),
    "number too large": (
        values(f"{CELLS}/0/big", np.array([1, 2**63], np.uint64)),
        ("/nodes/cells/0/big", "row 1", "9223372036854775808"),
    ),
    "not UTF-8": (
        values(f"{CELLS}/0/Name", np.array([b"a", b"\xff"], "S2")),
        ("/nodes/cells/0/Name", "row 1", "UTF-8"),
    ),
    "compound values": (
        values(f"{CELLS}/0/big", np.zeros(2, [("a", "i4"), ("b", "f4")])),
        ("/nodes/cells/0/big", "cannot be kept"),
    ),
    "three dimensions": (
        values(f"{CELLS}/0/place", np.zeros((2, 2, 2))),
        ("/nodes/cells/0/place", "3 dimensions"),
    ),
    "negative nsyns": (
        values(f"{TO_CELLS}/0/nsyns", np.array([1, 1, -1, 1])),
        ("nsyns", "edge 2", "'to cells'", "-1"),
    ),
    "nsyns in texts": (
        values(f"{TO_CELLS}/0/nsyns", ["1", "1", "1", "1"]),
        ("nsyns", "string"),
    ),
    "reserved name": (
        values(f"{FIBRES}/0/post", np.array([1, 1])),
        ("/nodes/fibres", "'post'", "rename"),
    ),
    # types that do not go together
    "texts and numbers": (
        values(f"{FIBRES}/0/layer", ["5", "6"]),
        ("'layer'", "int64", "cells", "string", "fibres"),
    ),
    "texts and numbers in groups": (
        values(f"{CELLS}/1/layer", ["5"]),
        ("nodes.h5", "'layer'", "/nodes/cells/0", "/nodes/cells/1"),
    ),
    "not exact as a float": (
        values(f"{FIBRES}/0/big", np.array([0.5, 1.5])),
        ("'big'", str(2**63 - 1), "/nodes/cells", "2^53"),
    ),
    # types files
    "no id column": (
        text("node_types.csv", "node_type_id", "type_id"),
        ("node_types.csv", "line 1", "node_type_id"),
    ),
    "id no number": (
        text("node_types.csv", "\n11 ", "\n1.5 "),
        ("node_types.csv", "line 3", "'1.5'"),
    ),
    "id twice": (text("node_types.csv", "\n11 ", "\n10 "), ("node_types.csv", "line 3", "10")),
    "column twice": (
        text("node_types.csv", " model ", " ei "),
        ("node_types.csv", "line 1", "'ei' twice"),
    ),
    "too many cells": (
        text("node_types.csv", "NULL", "NULL 5"),
        ("node_types.csv", "line 3", "6 cells", "5"),
    ),
    "open quote": (text("edge_types.csv", "NULL", '"NULL'), ("edge_types.csv", "CSV")),
}


@pytest.mark.parametrize("case", CASES)
def test_broken_circuits_are_refused(case: str, tmp_path: Path) -> None:
    change, said = CASES[case]
    source = tmp_path / "source"
    circuit = write_mini(source)
    change(source)
    (tmp_path / "home").mkdir()
    with pytest.raises(IngestError) as caught:
        ingest(circuit, tmp_path / "home" / "store", progress=False)
    message = str(caught.value)
    missing = [words for words in said if words not in message]
    assert not missing, message
    assert list(entries(tmp_path / "home")) == []


def test_simulation_without_its_circuit(tmp_path: Path) -> None:
    path = write_json(tmp_path / "simulation.json", {"network": "nowhere.json"})
    with pytest.raises(IngestError, match=r"simulation.json: its network is .*nowhere.json"):
        ingest(path, tmp_path / "store", progress=False)


def test_simulation_of_what_is_no_circuit(tmp_path: Path) -> None:
    write_json(tmp_path / "circuit_config.json", {"run": {}})
    path = write_json(tmp_path / "simulation.json", {"run": {}})
    with pytest.raises(IngestError, match="no 'networks'"):
        ingest(path, tmp_path / "store", progress=False)


def test_without_h5py_the_message_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = write_mini(tmp_path / "source")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(IngestError, match=r"pip install 'connstore\[sonata\]'"):
        ingest(circuit, tmp_path / "store", progress=False)


def test_libsonatas_file_of_broken_attributes(tmp_path: Path) -> None:
    """Attributes without rows, and with too few, in files that libsonata tests itself with."""
    path = existing(SONATA / "libsonata_tests")
    config = {"networks": {"nodes": [{"nodes_file": str(path / "nodes1.h5")}]}}
    circuit = write_json(tmp_path / "circuit_config.json", config)
    with pytest.raises(IngestError, match=r"/nodes/nodes-A/0/A-enum.*2 rows"):
        ingest(circuit, tmp_path / "store", progress=False)


def test_a_note_where_sonata_knows_no_group(tmp_path: Path) -> None:
    circuit = write_mini(tmp_path / "source")
    with h5py.File(circuit.with_name("nodes.h5"), "a") as file:
        file.create_group("nodes/cells/0/extra")
    store = ingest(circuit, tmp_path / "store", progress=False)
    notes = {f["code"]: f["detail"] for f in store.read("finding").to_pylist()}
    assert "/nodes/cells/0/extra" in notes["group_not_read"]
