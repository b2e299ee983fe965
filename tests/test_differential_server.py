"""Methods that a server answers, against neuprint-python's own client over a server's answers.

What neuPrintHTTP would send is computed from the raw export, in loops of its own
(``oracle.server``); everything behind that is neuprint-python's code.
"""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fixtures_shared import *  # noqa: F403
from fixtures_shared import DATASETS, ROOT, SHARED_DATA
from oracle import server
from pandas.testing import assert_frame_equal

import connstore
from connstore import registry
from connstore.errors import MissingTableError
from connstore.ingestion.swc import read_swc
from connstore.testing import sample_path

SKELETONS = {
    "sample": ROOT / "data-samples/skeletons",
    "hemibrain": SHARED_DATA / "hemibrain-da1-skeletons/swc",
}
MESHES = {"AL(R)": "AL(R)", "aL(R)": "%61L(R)", "EB": "EB"}


@pytest.fixture(params=DATASETS)
def dataset(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def export(request: pytest.FixtureRequest, dataset: str) -> Any:
    return request.getfixturevalue(f"{dataset}_export")


@pytest.fixture
def client(request: pytest.FixtureRequest, dataset: str) -> Any:
    return request.getfixturevalue(f"{dataset}_client")


@pytest.fixture
def upstream(export: Any, client: Any) -> server.ServerClient:
    theirs = server.ServerClient(export, SKELETONS["sample"], {})
    theirs.dataset = client.dataset
    return theirs


# --- ROIs ------------------------------------------------------------------------------------


def test_roi_completeness(client: Any, upstream: Any) -> None:
    expected = upstream.fetch_roi_completeness()
    assert_frame_equal(client.fetch_roi_completeness(), expected)
    assert client.fetch_roi_completeness("json") == upstream.fetch_roi_completeness(format="json")


def test_roi_connectivity(client: Any, upstream: Any, export: Any) -> None:
    if "superLevelRois" not in export.meta:
        with pytest.raises(MissingTableError, match=r"Meta\.superLevelRois"):
            client.fetch_roi_connectivity()
        return
    expected = upstream.fetch_roi_connectivity()
    found = client.fetch_roi_connectivity()
    assert_frame_equal(found, expected, check_exact=False, rtol=1e-13, check_column_type=True)
    ours, theirs = client.fetch_roi_connectivity("json"), upstream.fetch_roi_connectivity("json")
    assert ours["roi_names"] == theirs["roi_names"]
    assert list(ours["weights"]) == list(theirs["weights"])
    for key, edge in theirs["weights"].items():
        assert ours["weights"][key]["count"] == edge["count"]
        assert ours["weights"][key]["weight"] == pytest.approx(edge["weight"], rel=1e-13)


def test_roi_connectivity_is_the_same_every_time(sample_client: Any) -> None:
    first = sample_client.fetch_roi_connectivity()
    for _ in range(5):
        assert_frame_equal(sample_client.fetch_roi_connectivity(), first, check_exact=True)


def test_datasets(client: Any, export: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("CONNSTORE_HOME", str(tmp_path))
    assert client.fetch_datasets() == {client.dataset: server.dataset_facts(export)}


def test_synapse_nt_keys(client: Any, export: Any) -> None:
    text = export.meta.get("ntSynapseProperties")
    told = sorted(json.loads(text)) if text else None
    keys = client.fetch_synapse_nt_keys()
    assert keys == told if told else all(key.startswith("nt") for key in keys)


def test_the_data_say_something(sample_export: Any, sample_client: Any) -> None:
    """The comparisons above are not of empty answers, nor of easy ones."""
    rows = sample_client.fetch_roi_completeness()
    assert len(rows) > 50 and (rows["roipost"] < rows["totalpost"]).any()
    edges = sample_client.fetch_roi_connectivity()
    assert len(edges) > 100 and (edges["weight"] % 1 != 0).any() and (edges["count"] > 5).any()
    assert "AntN(R)" not in set(edges["from_roi"]) | set(edges["to_roi"])


def test_a_key_that_is_no_roi_has_no_totals(tiny_old_client: Any) -> None:
    rows = tiny_old_client.fetch_roi_completeness().set_index("roi")
    assert rows["totalpre"].isna()["None"] and rows.at["None", "roipost"] > 0


# --- skeletons and meshes --------------------------------------------------------------------


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """For both sets of skeletons a client of connstore and one of neuprint-python."""
    meshes = {roi: ROOT / f"data-samples/roi-meshes/{name}.obj" for roi, name in MESHES.items()}
    found = {}
    with registry._no_registration():
        for name, directory in SKELETONS.items():
            path = sample_path()
            if not directory.is_dir():
                continue
            if name != "sample":
                path = tmp_path_factory.mktemp(name) / "store"
                options = {"skeletons": directory, "progress": False}
                connstore.ingest(ROOT / "data-samples", path, **options)
            found[name] = (connstore.Client(path), server.ServerClient(None, directory, meshes))
    return found


@pytest.fixture(params=SKELETONS)
def pair(request: pytest.FixtureRequest, clients: Any) -> tuple[Any, Any]:
    if request.param not in clients:
        pytest.skip("no data: shared/data/hemibrain-da1-skeletons")
    return clients[request.param]


def bodies(upstream: Any) -> list[int]:
    return sorted(int(path.stem) for path in upstream.skeletons.iterdir())


@pytest.mark.parametrize("heal", [False, True, 1e-3, 1e9, 300, 0])
@pytest.mark.parametrize("with_distances", [False, True])
def test_skeletons(pair: Any, heal: Any, with_distances: bool) -> None:
    ours, theirs = pair
    for body in bodies(theirs):
        arguments = {"heal": heal, "with_distances": with_distances}
        expected = theirs.fetch_skeleton(body, **arguments)
        assert_frame_equal(ours.fetch_skeleton(body, **arguments), expected, check_exact=True)
        found = connstore.fetch_skeleton(body, client=ours, **arguments)
        assert_frame_equal(found, expected, check_exact=True)


def test_healing_is_put_to_the_test(clients: Any) -> None:
    ours, _ = clients["sample"]
    roots = [(ours.fetch_skeleton(2**53, heal)["link"] == -1).sum() for heal in (False, 1e-3, 1e9)]
    assert roots == [2, 2, 1]


@pytest.mark.parametrize("with_distances", [False, True])
@pytest.mark.parametrize("heal", [False, True])
def test_graphs_of_skeletons(pair: Any, heal: bool, with_distances: bool) -> None:
    ours, theirs = pair
    for body in bodies(theirs):
        arguments = {"heal": heal, "format": "nx", "with_distances": with_distances}
        found, expected = (c.fetch_skeleton(body, **arguments) for c in (ours, theirs))
        assert type(found) is type(expected)
        assert dict(found.nodes) == dict(expected.nodes)
        assert {e: found.edges[e] for e in found.edges} == {
            e: expected.edges[e] for e in expected.edges
        }


def test_skeletons_as_text(pair: Any, tmp_path: Path) -> None:
    """The same numbers, whoever reads them; comments differ."""
    ours, theirs = pair
    read = importlib.import_module("neuprint.skeleton").skeleton_swc_to_df
    for body in bodies(theirs):
        found, expected = (
            client.fetch_skeleton(body, format="swc", export_path=tmp_path / name)
            for client, name in ((ours, "ours.swc"), (theirs, "theirs.swc"))
        )
        assert numbers(found) == numbers(expected)
        assert_frame_equal(read(found), read(expected), check_exact=True)
        assert (tmp_path / "ours.swc").read_text() == found
        healed = [
            client.fetch_skeleton(body, True, tmp_path / name)
            for client, name in ((ours, "ours.swc"), (theirs, "theirs.swc"))
        ]
        assert_frame_equal(*healed)
        assert numbers((tmp_path / "ours.swc").read_text()) == numbers(
            (tmp_path / "theirs.swc").read_text()
        )


def test_comments_behind_numbers_are_no_loss() -> None:
    """0.6.4 loses the node."""
    text = "1 1 0 0 0 5 -1 # the soma\n2 0 1 0 0 5 1\n"
    lib = importlib.import_module("neuprint")
    assert lib.skeleton_swc_to_df(text)["rowId"].tolist() == [2]
    assert read_swc(text.encode(), "1.swc")["rowId"].to_pylist() == [1, 2]


def numbers(swc: str) -> list[list[float]]:
    lines = (line for line in swc.splitlines() if not line.startswith("#"))
    return [[float(cell) for cell in line.split()] for line in lines]


def test_ids_are_taken_as_upstream_takes_them(clients: Any) -> None:
    ours, theirs = clients["sample"]
    for body in (str(2**53 + 1), np.int64(2**53 + 1), np.uint64(2**63 - 1), 1993244425.0):
        expected = theirs.fetch_skeleton(body)
        assert_frame_equal(ours.fetch_skeleton(body), expected)


def test_meshes(clients: Any, tmp_path: Path) -> None:
    ours, theirs = clients["sample"]
    for roi in MESHES:
        found = ours.fetch_roi_mesh(roi, export_path=tmp_path / "mesh.obj")
        assert found == theirs.fetch_roi_mesh(roi) == (tmp_path / "mesh.obj").read_bytes()
    assert len({ours.fetch_roi_mesh(roi) for roi in MESHES}) == len(MESHES)


# --- functions of frames ---------------------------------------------------------------------


def test_frames_of_connstore_go_through_upstream_functions(clients: Any) -> None:
    """No function needs a server; each does on our frames what it does on upstream's."""
    ours, theirs = clients["sample"]
    lib = importlib.import_module("neuprint")
    synapses = connstore.fetch_synapses(2**53, client=ours)
    calls = {
        "skeleton_df_to_swc": (),
        "heal_skeleton": (),
        "calc_segment_distances": (1.5,),
        "skeleton_segments": (),
        "upsample_skeleton": (40,),
        "attach_synapses_to_skeleton": (synapses,),
    }
    for name, arguments in calls.items():
        found = getattr(connstore, name)(ours.fetch_skeleton(2**53), *arguments)
        expected = getattr(lib, name)(theirs.fetch_skeleton(2**53), *arguments)
        if isinstance(expected, pd.DataFrame):
            assert_frame_equal(found, expected)
        else:
            assert np.array_equal(found, expected)
    text = ours.fetch_skeleton(2**53, format="swc")
    assert_frame_equal(connstore.skeleton_swc_to_df(text), lib.skeleton_swc_to_df(text))
    for choice in ({"rowId": 5}, {"xyz": [0, 0, 0]}, {"use_max_radius": True}):
        found, expected = ours.fetch_skeleton(2**53, heal=True), theirs.fetch_skeleton(2**53, True)
        connstore.reorient_skeleton(found, **choice)
        lib.reorient_skeleton(expected, **choice)
        assert_frame_equal(found, expected)


@pytest.mark.parametrize("attributes", [False, True])
@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("distances", [False, True])
@pytest.mark.parametrize("virtual", [False, True])
def test_graphs(
    clients: Any, attributes: bool, directed: bool, distances: bool, virtual: bool
) -> None:
    """0.6.4 has no virtual roots without distances: there, the graph with them, but for these."""
    ours, theirs = clients["sample"]
    lib = importlib.import_module("neuprint")
    arguments = (attributes, directed, distances, virtual, 7.0)
    found = connstore.skeleton_df_to_nx(ours.fetch_skeleton(2**53), *arguments)
    expected = lib.skeleton_df_to_nx(
        theirs.fetch_skeleton(2**53), attributes, directed, distances or virtual, virtual, 7.0
    )
    assert type(found) is type(expected) and dict(found.nodes) == dict(expected.nodes)
    assert set(found.edges) == set(expected.edges)
    for edge in found.edges:
        assert found.edges[edge] == (expected.edges[edge] if distances else {})
    assert (-1 in found) == virtual


def test_synapse_distributions(sample_client: Any) -> None:
    lib = importlib.import_module("neuprint")
    _, syndist = connstore.fetch_neurons("DNa02|EPG", client=sample_client)
    rois = ["EB", "PB", "VNC"]
    for options in ({}, {"rois": rois}, {"syn_columns": ["pre"]}, {"flatten_column_index": True}):
        found = connstore.syndist_matrix(syndist, **options)
        assert_frame_equal(found, lib.syndist_matrix(syndist, **options))
    for options in ({}, {"rois": sample_client.primary_rois}, {"syn_columns": ["post", "mito"]}):
        found = connstore.bilateral_syndist(syndist, **options)
        assert_frame_equal(found, lib.bilateral_syndist(syndist, **options))


def test_bilateral_syndist_of_some_bodies(sample_client: Any) -> None:
    """0.6.4 returns nothing, whatever the bodies."""
    _, syndist = connstore.fetch_neurons("EPG", client=sample_client)
    some = syndist["bodyId"].unique()[:3]
    alone = syndist[syndist["bodyId"].isin(some)]
    for ids in (list(some), tuple(some), some, pd.Series(some)):
        found = connstore.bilateral_syndist(syndist, bodies=ids)
        assert_frame_equal(found, connstore.bilateral_syndist(alone))
    lib = importlib.import_module("neuprint")
    assert len(lib.bilateral_syndist(syndist, bodies=list(some))) == 0 < len(found)


def test_sides(sample_client: Any) -> None:
    lib = importlib.import_module("neuprint")
    neurons, syndist = connstore.fetch_neurons(None, client=sample_client)
    for options in ({}, {"min_pre": 5, "min_post": 5}, {"min_bias": 0.5}):
        rois = sample_client.primary_rois
        found = connstore.assign_sides_in_groups(neurons, syndist, rois, **options)
        expected = lib.assign_sides_in_groups(neurons, syndist, rois, **options)
        assert_frame_equal(found, expected)
        assert found["consensusSide"].notna().any()


def test_sides_where_no_synapse_is_of_one_of_them(sample_client: Any) -> None:
    """0.6.4 fails there; here, as if the others had none on that side."""
    neurons, syndist = connstore.fetch_neurons("DNa02", client=sample_client)
    for rois in (["CA(R)"], ["EB"], []):
        sides = connstore.assign_sides_in_groups(neurons, syndist, rois)
        assert sides.index.tolist() == neurons["bodyId"].tolist()
        assert sides["preSide"].isna().all()
