"""SONATA circuits for tests: real ones beside the repository, and small ones written here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from fixtures_shared import SHARED_DATA

SONATA = SHARED_DATA / "sonata"

#: Circuits with a config of their own: name -> config.
WITH_CONFIG = {
    "blueetl_thalamus": "blueetl_thalamus/circuit_config.json",
    "obi_nbS1": "obi-one/nbS1-O1-E2Sst-maxNsyn-HEX0-L5/circuit_config.json",
    "obi_N_10": "obi-one/N_10__top_nodes_dim6/circuit_config.json",
    "obi_N_10_rc": "obi-one/N_10__top_rc_nodes_dim2_rc/circuit_config.json",
    "snap": "snap_tests/simulation_config.json",
}

#: Circuits whose config lies elsewhere: name -> node files, edge files (with .csv beside each).
WITHOUT_CONFIG = {
    "bio_450cells": (("internal", "external"), ("internal_internal", "external_internal")),
    "point_120cells": (("cortex", "thalamus"), ("cortex_cortex", "thalamus_cortex")),
    "pop_7pops_converted": (("v1", "lgn", "tw"), ("v1_v1", "lgn_v1", "tw_v1")),
}
CIRCUITS = [*WITH_CONFIG, *WITHOUT_CONFIG]


def circuit_config(name: str, directory: Path) -> Path:
    """The config of a real circuit; skips the test if the data are not there.

    Args:
        name: One of :data:`CIRCUITS`.
        directory: Where a config may be written, with BMTK's spelling of variables.
    """
    if name in WITH_CONFIG:
        return existing(SONATA / WITH_CONFIG[name])
    network = existing(SONATA / "bmtk" / name / "network")
    nodes, edges = WITHOUT_CONFIG[name]
    entries = {
        f"{kind}s": [
            {
                f"{kind}s_file": f"${{NETWORK_DIR}}/{file}_{kind}s.h5",
                f"{kind}_types_file": f"$NETWORK_DIR/{file}_{kind}_types.csv",
            }
            for file in files
        ]
        for kind, files in (("node", nodes), ("edge", edges))
    }
    manifest = {"$NETWORK_DIR": str(network)}
    return write_json(
        directory / name / "circuit_config.json", {"manifest": manifest, "networks": entries}
    )


def existing(path: Path) -> Path:
    """A path, if it is there; skips the test if not."""
    if not path.exists():
        pytest.skip(f"no data: {path.relative_to(SHARED_DATA.parents[1])}")
    return path


def write_json(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def write_nodes(path: Path, populations: Mapping[str, Mapping[str, Any]]) -> None:
    """Write nodes.h5: population -> dataset, relative to the population, -> values."""
    with h5py.File(path, "a") as file:
        for name, datasets in populations.items():
            _fill(file.require_group(f"nodes/{name}"), datasets)
            file.require_group(f"nodes/{name}/0")


def write_edges(path: Path, populations: Mapping[str, tuple[str, str, Mapping[str, Any]]]) -> None:
    """Write edges.h5: population -> source and target population, and its datasets."""
    with h5py.File(path, "a") as file:
        for name, (source, target, datasets) in populations.items():
            group = file.require_group(f"edges/{name}")
            _fill(group, datasets)
            group.require_group("0")
            group["source_node_id"].attrs["node_population"] = source
            group["target_node_id"].attrs["node_population"] = target


def _fill(group: h5py.Group, datasets: Mapping[str, Any]) -> None:
    for name, values in datasets.items():
        texts = isinstance(values, list) and any(isinstance(value, str) for value in values)
        kind = h5py.string_dtype() if texts else None
        group.create_dataset(name, data=values, dtype=kind)


#: A small circuit with most of what the format allows. Cells: three somas with ids of their own,
#: in two groups, with a types file; fibres: two virtual nodes; glia: one astrocyte.
CELLS = {
    "node_id": np.array([7, 2, 9], np.uint64),
    "node_type_id": np.array([10, 11, 12]),
    "node_group_id": np.array([0, 1, 0], np.uint8),
    "node_group_index": np.array([1, 0, 0]),
    "0/layer": np.array([5, 4], np.uint8),
    "0/mtype": np.array([2, 0], np.uint32),
    "0/@library/mtype": ["L5_PC", "unused", "Ärger 'n`\""],
    "0/region": ["AL(R)", "aL(R)"],
    "0/big": np.array([2**63 - 1, 2**53 + 1], np.uint64),
    "0/flag": np.array([True, False]),
    "0/Name": np.array([b"fixed", b"x"], "S8"),
    "0/name": ["", "y"],
    "0/half": np.array([0.1, np.nan], np.float32),
    "0/place": np.array([[1.5, 2.5], [3.5, 4.5]]),
    "0/dynamics_params/v init": np.array([-70.5, -60.0]),
    "1/layer": np.array([-3], np.int64),
    "1/region": ["AL(R)"],
    "1/ei": ["from the file"],
}
FIBRES = {
    "node_type_id": np.array([-1, -1]),
    "0/layer": np.array([2.5, 3.0]),
    "0/half": np.array([0.1, 0.2], np.float64),
}
GLIA = {"node_type_id": np.array([-1]), "0/radius": np.array([1.0])}

NODE_TYPES = """\
node_type_id ei model "long text" population
10 e NONE "two words" cells
11 i NULL - NA
10 x x x fibres
13 i 5 z cells
"""

#: Fibres 0 and 1 to the cells, a gap junction among these, and an end foot.
TO_CELLS = {
    "edge_type_id": np.array([100, 101, 100, 100]),
    "source_node_id": np.array([0, 1, 1, 0], np.uint64),
    "target_node_id": np.array([9, 2, 2, 9], np.uint64),
    "0/nsyns": np.array([3, 0, 2, 4], np.uint32),
    "0/afferent_center_x": np.array([1.2344, 2.0, 3.0, np.nan], np.float32),
    "0/afferent_center_y": np.array([1.0, 2.0, 3.0, 4.0], np.float32),
    "0/afferent_center_z": np.array([-1.0, 2.0, 3.0, 4.0], np.float32),
    "0/delay": np.array([0.5, 1.5, 2.5, 3.5]),
}
GAPS = {
    "source_node_id": np.array([9]),
    "target_node_id": np.array([2]),
    "0/delay": np.array([1], np.float32),
    "0/@library/where": ["soma", "axon"],
    "0/where": np.array([1]),
}
FEET = {"source_node_id": np.array([0]), "target_node_id": np.array([7])}

EDGE_TYPES = """\
edge_type_id delay syn_weight model_template
100 9.5 2 Exp2Syn
101 9.5 0.25 NULL
"""


def write_mini(directory: Path) -> Path:
    """Write the small circuit; returns its config."""
    directory.mkdir(parents=True, exist_ok=True)
    write_nodes(directory / "nodes.h5", {"fibres": FIBRES, "glia": GLIA, "cells": CELLS})
    write_edges(
        directory / "edges.h5",
        {
            "to cells": ("fibres", "cells", TO_CELLS),
            "gaps": ("cells", "cells", GAPS),
            "feet": ("glia", "cells", FEET),
        },
    )
    (directory / "node_types.csv").write_text(NODE_TYPES, encoding="utf-8")
    (directory / "edge_types.csv").write_text(EDGE_TYPES, encoding="utf-8")
    write_json(directory / "sets.json", {"A": {"node_id": [2]}, "B": ["A"]})
    write_json(
        directory / "simulation.json",
        {
            "manifest": {"$HERE": "./"},
            "network": "$HERE/circuit_config.json",
            "run": {"tstop": 1},
            "node_sets": {"A": {"layer": 5}},
        },
    )
    return write_json(
        directory / "circuit_config.json",
        {
            "manifest": {"$BASE": ".", "$BASE_EDGES": "${BASE}/edges.h5"},
            "node_sets_file": "$BASE/sets.json",
            "networks": {
                "nodes": [
                    {
                        "nodes_file": "$BASE/nodes.h5",
                        "node_types_file": "$BASE/node_types.csv",
                        "populations": {
                            "cells": {"type": "biophysical"},
                            "fibres": {"type": "virtual"},
                            "glia": {"type": "astrocyte"},
                        },
                    }
                ],
                "edges": [
                    {
                        "edges_file": "$BASE_EDGES",
                        "edge_types_file": "${configdir}/edge_types.csv",
                        "populations": {"to cells": {}},
                    },
                    {
                        "edges_file": "$BASE_EDGES",
                        "edge_types_file": "",
                        "populations": {
                            "gaps": {"type": "electrical"},
                            "feet": {"type": "endfoot"},
                        },
                    },
                    {"edges_file": "not there", "enabled": False},
                ],
            },
        },
    )
