"""SONATA circuits against libsonata's own reading, and against what tests wrote themselves.

libsonata reads populations with one group and without types files only; the others are read with
h5py and pandas here.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import h5py
import libsonata
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import connstore
from connstore import Client, NeuronCriteria, fetch_adjacencies, fetch_neurons
from connstore.ingestion import ingest
from connstore.store.manifest import EdgePopulation, Population
from connstore.store.opening import Store
from ingest.fixtures import files_of
from ingest.sonata_circuits import (
    CELLS,
    CIRCUITS,
    TO_CELLS,
    circuit_config,
    write_edges,
    write_json,
    write_mini,
    write_nodes,
)


@pytest.fixture(scope="module", params=CIRCUITS)
def config(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return circuit_config(request.param, tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def store(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return ingest(config, tmp_path_factory.mktemp("store") / "circuit", progress=False)


@pytest.fixture(scope="module")
def mini_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mini(tmp_path_factory.mktemp("mini") / "mini")


@pytest.fixture(scope="module")
def mini(mini_config: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return ingest(mini_config, tmp_path_factory.mktemp("store") / "mini", progress=False)


# Reading a store, and reading a circuit without it ------------------------------------------


def nodes_of(store: Store, population: Population) -> pa.Table:
    """The bodies of a population, by node id."""
    table = store.read("segment")
    if "population" in table.column_names:
        table = table.filter(pc.equal(table["population"], population.name))
    assert pc.all(
        pc.equal(table["bodyId"], pc.add(table["node_id"], population.offset))
    ).as_py() in (True, None)
    return table.sort_by("node_id")


def edges_of(store: Store, population: EdgePopulation) -> pa.Table:
    """The edges of a population, by edge id."""
    table = store.read("edge")
    table = table.filter(pc.equal(table["population"], population.name)).sort_by("edge_id")
    assert table["edge_id"].to_pylist() == list(range(population.size))
    return table


def values_of(store: Store, entity: str, table: pa.Table, attribute: str) -> list[Any]:
    return table[store.properties(entity)[attribute].column].to_pylist()


def same(found: list[Any], expected: Any) -> bool:
    """Whether two columns are equal; NaN equals NaN, and only that."""
    return len(found) == len(expected) and all(
        f == e or (f is not None and f != f and e != e)
        for f, e in zip(found, np.asarray(expected).tolist(), strict=True)
    )


def entries(config: Path, kind: str) -> dict[str, tuple[Path, Path | None]]:
    """Population -> HDF5 file and types file, read from the config anew."""
    content = json.loads(config.read_text())
    if "network" in content:
        return entries(config.parent / "circuit_config.json", kind)
    found = {}
    for entry in content["networks"][f"{kind}s"]:
        h5, csv = (
            _path(config, content, entry.get(f"{kind}{end}")) for end in ("s_file", "_types_file")
        )
        assert h5 is not None
        with h5py.File(h5) as file:
            for name in entry.get("populations") or file[f"{kind}s"]:
                found[name] = (h5, csv)
    return found


def _path(config: Path, content: dict[str, Any], text: str | None) -> Path | None:
    if not text:
        return None
    for _ in range(5):
        for variable, value in sorted(content["manifest"].items(), key=lambda i: -len(i[0])):
            text = text.replace("${" + variable[1:] + "}", value).replace(variable, value)
    return config.parent / text


def open_population(kind: str, path: Path, name: str) -> Any:
    """A population as libsonata reads it; None where it does not."""
    storage = {"node": libsonata.NodeStorage, "edge": libsonata.EdgeStorage}[kind](str(path))
    try:
        return storage.open_population(name)
    except libsonata.SonataError as error:
        assert "single-group" in str(error)
        return None


def expected_of(kind: str, path: Path, csv: Path | None, name: str) -> dict[str, list[Any]]:
    """Attribute -> values of a population with several groups, by h5py and pandas."""
    with h5py.File(path) as file:
        group = file[f"{kind}s/{name}"]
        number, index = group[f"{kind}_group_id"][:], group[f"{kind}_group_index"][:]
        frame = pd.DataFrame({"type": group[f"{kind}_type_id"][:].astype(int)})
        groups = {
            g: {k: v[:] for k, v in group[str(g)].items() if isinstance(v, h5py.Dataset)}
            for g in set(number.tolist())
        }
    types = pd.DataFrame()
    if csv is not None:
        types = pd.read_csv(csv, sep=" ", na_values=["NONE"]).set_index(f"{kind}_type_id")
    names = {n for attributes in groups.values() for n in attributes} | set(types)
    found: dict[str, list[Any]] = {}
    for attribute in names:
        shared = types[attribute].to_dict() if attribute in types else {}
        values = [shared.get(t) for t in frame["type"]]
        for row, (g, i) in enumerate(zip(number.tolist(), index.tolist(), strict=True)):
            if attribute in groups[g]:
                values[row] = groups[g][attribute][i].tolist()
        found[attribute] = [None if isinstance(v, float) and v != v else v for v in values]
    return found


def compare(kind: str, store: Store, population: Any, table: pa.Table, of: Any) -> None:
    """Attributes of the store against libsonata's, one by one."""
    entity = {"node": "neuron", "edge": "edge"}[kind]
    dynamics = {f"@dynamics:{name}" for name in of.dynamics_attribute_names}
    everything = of.select_all()
    for name in of.attribute_names | dynamics:
        read = of.get_dynamics_attribute if name in dynamics else of.get_attribute
        if (attribute := name.removeprefix("@dynamics:")) in _vectors(of):
            continue
        expected = read(attribute, everything)
        type_ = population.attributes[name]
        kinds = {"string": "O", "int64": "iu", "float32": "f", "float64": "f"}[type_]
        assert np.asarray(expected).dtype.kind in kinds or type_ == "string", (name, type_)
        assert same(values_of(store, entity, table, name), expected), name
    for name in of.enumeration_names:
        rows = store.read("enumeration").filter(
            (pc.field("entity") == entity)
            & (pc.field("population") == population.name)
            & (pc.field("attribute") == name)
        )
        assert rows.sort_by("ordinal")["value"].to_pylist() == of.enumeration_values(name)


def _vectors(of: Any) -> set[str]:
    """Attributes that libsonata cannot read: those of two dimensions."""
    return {"positions"} & of.attribute_names


# Real circuits -------------------------------------------------------------------------------


def test_nodes_are_those_of_libsonata(config: Path, store: Store) -> None:
    found = entries(config, "node")
    assert [p.name for p in store.manifest.populations] == list(found)
    total = 0
    for population in store.manifest.populations:
        path, csv = found[population.name]
        table = nodes_of(store, population)
        total += population.size
        of = open_population("node", path, population.name)
        if of is not None:
            assert population.size == of.size == table.num_rows
            names = of.attribute_names | {f"@dynamics:{n}" for n in of.dynamics_attribute_names}
            compare("node", store, population, table, of)
            if csv is None:
                assert set(population.attributes) == names
        if csv is not None:
            expected = expected_of("node", path, csv, population.name)
            assert set(population.attributes) == set(expected)
            for name, values in expected.items():
                assert same(values_of(store, "neuron", table, name), np.array(values, object)), name
        # What the population lacks is null.
        for prop in store.properties("neuron").values():
            made = (
                "population",
                "node_id",
                "node_type_id",
                "pre",
                "post",
                "downstream",
                "upstream",
            )
            if prop.name not in population.attributes and prop.name not in made:
                assert table[prop.column].null_count == table.num_rows
    assert store.read("segment").num_rows == total


def test_edges_are_those_of_libsonata(config: Path, store: Store) -> None:
    found = entries(config, "edge")
    offsets = {p.name: p.offset for p in store.manifest.populations}
    assert [p.name for p in store.manifest.edge_populations] == list(found)
    for population in store.manifest.edge_populations:
        path, csv = found[population.name]
        table = edges_of(store, population)
        of = open_population("edge", path, population.name)
        if of is not None:
            assert population.size == of.size == table.num_rows
            assert (population.source, population.target) == (of.source, of.target)
            everything = of.select_all()
            sources = of.source_nodes(everything).astype(np.int64) + offsets[of.source]
            targets = of.target_nodes(everything).astype(np.int64) + offsets[of.target]
            assert table["body_pre"].to_pylist() == sources.tolist()
            assert table["body_post"].to_pylist() == targets.tolist()
            compare("edge", store, population, table, of)
        if csv is not None:
            expected = expected_of("edge", path, csv, population.name)
            assert set(population.attributes) == set(expected)
            for name, values in expected.items():
                assert same(values_of(store, "edge", table, name), np.array(values, object)), name
    assert store.read("edge").num_rows == sum(p.size for p in store.manifest.edge_populations)


def test_connections_are_the_chemical_edges_added_up(config: Path, store: Store) -> None:
    weights: Counter[tuple[int, int]] = Counter()
    offsets = {p.name: p.offset for p in store.manifest.populations}
    kinds = {p.name: p.type for p in store.manifest.edge_populations}
    for name, (path, _) in entries(config, "edge").items():
        with h5py.File(path) as file:
            group = file["edges"][name]
            ends = [group[f"{end}_node_id"] for end in ("source", "target")]
            pre, post = (e[:].astype(np.int64) + offsets[e.attrs["node_population"]] for e in ends)
            number = group["0/nsyns"][:] if "0/nsyns" in group else np.ones(len(pre), int)
        if kinds[name] == "chemical":
            for a, b, n in zip(pre.tolist(), post.tolist(), number.tolist(), strict=True):
                weights[a, b] += n
    client = Client(store.path)
    neurons, connections = fetch_adjacencies(client=client)
    rows = connections.groupby(["bodyId_pre", "bodyId_post"])["weight"].sum()
    assert rows.to_dict() == {pair: n for pair, n in weights.items() if n}
    assert set(neurons["bodyId"]) == {body for pair, n in weights.items() if n for body in pair}
    table, _ = fetch_neurons(client=client)
    outputs, inputs = Counter[int](), Counter[int]()
    for (pre, post), n in weights.items():
        outputs[pre] += n
        inputs[post] += n
    for counts, columns in ((outputs, ["pre", "downstream"]), (inputs, ["post", "upstream"])):
        for column in columns:
            by_body = dict(zip(table["bodyId"], table[column], strict=True))
            assert {b: n for b, n in by_body.items() if n} == {b: n for b, n in counts.items() if n}


def test_synapses_lie_where_the_edges_do(store: Store) -> None:
    """Places are exact in table edge; synapses have them in whole nanometres."""
    placed = [
        p
        for p in store.manifest.edge_populations
        if p.type == "chemical" and "afferent_center_x" in p.attributes
    ]
    if not placed:
        assert not store.has("synapse")
        return
    client = Client(store.path)
    synapses = connstore.fetch_synapse_connections(client=client)
    tables = [edges_of(store, p) for p in placed]
    assert len(synapses) == sum(t.num_rows for t in tables)
    for end, side in (("post", "afferent"), ("pre", "efferent")):
        for axis in "xyz":
            expected: list[float] = []
            for population, table in zip(placed, tables, strict=True):
                name = f"{side}_center_{axis}"
                if name in population.attributes:
                    expected += values_of(store, "edge", table, name)
            found = synapses[f"{axis}_{end}"].dropna()
            assert sorted(found) == sorted(_rounded(expected))


def _rounded(micrometres: list[float]) -> list[int]:
    """Whole nanometres; halves away from 0."""
    nanometres = np.array(micrometres) * 1000
    return list((np.sign(nanometres) * np.floor(np.abs(nanometres) + 0.5)).astype(int))


def test_rois_are_the_regions_of_target_nodes(store: Store) -> None:
    if "region" not in store.properties("neuron"):
        assert store.all_rois == []
        return
    bodies = store.read("segment")
    region = dict(zip(bodies["bodyId"].to_pylist(), bodies["region"].to_pylist(), strict=True))
    assert store.all_rois == store.primary_rois == sorted({r for r in region.values() if r})
    client = Client(store.path)
    _, connections = fetch_adjacencies(client=client)
    expected = [region[body] or "NotPrimary" for body in connections["bodyId_post"]]
    assert connections["roi"].tolist() == expected
    neurons, counts = fetch_neurons(client=client)
    for count in ("pre", "post"):
        by_body = counts.groupby("bodyId")[count].sum().to_dict()
        totals = dict(zip(neurons["bodyId"], neurons[count], strict=True))
        assert by_body == {body: totals[body] for body in by_body}


def test_node_sets_are_kept_as_they_are(config: Path, store: Store) -> None:
    names = ["node_sets.json"] if (config.parent / "node_sets.json").exists() else []
    if config.name == "simulation_config.json":
        names = ["node_sets.json", "node_sets_simple.json"]
    expected = [(config.parent / name).read_text() for name in names]
    assert list(store.node_sets) == expected
    for text in expected:
        libsonata.NodeSets(text)


def test_dataset_is_called_as_its_directory(config: Path, store: Store) -> None:
    assert store.dataset == config.parent.name == store.meta["dataset"]
    assert connstore.fetch_meta(client=Client(store.path))["dataset"] == store.dataset


# The small circuit -----------------------------------------------------------------------------


def test_mini_has_every_attribute_of_its_nodes(mini: Store) -> None:
    cells, fibres, glia = mini.manifest.populations
    assert [(p.name, p.type, p.offset, p.size) for p in (cells, fibres, glia)] == [
        ("cells", "biophysical", 0, 3),
        ("fibres", "virtual", 10**12, 2),
        ("glia", "astrocyte", 2 * 10**12, 1),
    ]
    table = nodes_of(mini, cells)
    assert table["node_id"].to_pylist() == [2, 7, 9]
    expected = {
        "node_type_id": [11, 10, 12],
        # The row in group 1 has a value of its own; others take that of their type, if it has one.
        "ei": ["from the file", "e", None],
        "model": [None, None, None],
        "long text": ["-", "two words", None],
        "layer": [-3, 4, 5],
        "mtype": [None, "L5_PC", "Ärger 'n`\""],
        "region": ["AL(R)", "aL(R)", "AL(R)"],
        "big": [None, 2**53 + 1, 2**63 - 1],
        "flag": [None, False, True],
        "Name": [None, "x", "fixed"],
        "name": [None, "y", ""],
        "half": [None, float("nan"), float(np.float32(0.1))],
        "place": [None, [3.5, 4.5], [1.5, 2.5]],
        "@dynamics:v init": [None, -60.0, -70.5],
    }
    for name, values in expected.items():
        assert same(values_of(mini, "neuron", table, name), np.array(values, object)), name
    assert set(cells.attributes) == set(expected) - {"node_type_id"}
    assert cells.attributes["layer"] == "int64"
    assert fibres.attributes == {"half": "float64", "layer": "float64", "ei": "string"} | {
        "model": "string",
        "long text": "string",
    }
    assert mini.properties("neuron")["layer"].type == "float64"
    assert values_of(mini, "neuron", nodes_of(mini, fibres), "half") == [0.1, 0.2]
    assert values_of(mini, "neuron", nodes_of(mini, fibres), "ei") == [None, None]


def test_mini_has_every_attribute_of_its_edges(mini: Store) -> None:
    chemical, gaps, feet = mini.manifest.edge_populations
    assert [(p.type, p.source, p.target) for p in (chemical, gaps, feet)] == [
        ("chemical", "fibres", "cells"),
        ("electrical", "cells", "cells"),
        ("endfoot", "glia", "cells"),
    ]
    table = edges_of(mini, chemical)
    assert table["body_pre"].to_pylist() == [10**12, 10**12 + 1, 10**12 + 1, 10**12]
    assert table["body_post"].to_pylist() == [9, 2, 2, 9]
    assert table["edge_type_id"].to_pylist() == [100, 101, 100, 100]
    # The file's delay wins over that of the type.
    assert values_of(mini, "edge", table, "delay") == [0.5, 1.5, 2.5, 3.5]
    assert values_of(mini, "edge", table, "syn_weight") == [2, 0.25, 2, 2]
    assert values_of(mini, "edge", table, "model_template") == [
        "Exp2Syn",
        None,
        "Exp2Syn",
        "Exp2Syn",
    ]
    assert values_of(mini, "edge", table, "nsyns") == TO_CELLS["0/nsyns"].tolist()
    assert values_of(mini, "edge", edges_of(mini, gaps), "where") == ["axon"]
    assert edges_of(mini, gaps)["edge_type_id"].to_pylist() == [None]
    assert edges_of(mini, feet)["body_pre"].to_pylist() == [2 * 10**12]


def test_mini_connects_by_chemical_edges_only(mini: Store) -> None:
    client = Client(mini.path)
    _, connections = fetch_adjacencies(client=client)
    assert connections.values.tolist() == [[10**12, 9, "AL(R)", 7], [10**12 + 1, 2, "AL(R)", 2]]
    notes = [f for f in mini.read("finding").to_pylist() if f["kind"] == "note"]
    assert [(f["code"], f["rows"]) for f in notes] == [("edges_not_connections", 1)] * 2


def test_mini_neurons_are_all_but_glia(mini: Store) -> None:
    client = Client(mini.path)
    neurons, _ = fetch_neurons(client=client)
    assert neurons["bodyId"].tolist() == [2, 7, 9, 10**12, 10**12 + 1]
    every, _ = fetch_neurons(NeuronCriteria(label="Segment", client=client), client=client)
    assert every["bodyId"].tolist() == [2, 7, 9, 10**12, 10**12 + 1, 2 * 10**12]
    fibres, _ = fetch_neurons(NeuronCriteria(population="fibres", client=client), client=client)
    assert fibres["node_id"].tolist() == [0, 1]


def test_mini_enumerations_keep_their_order(mini: Store) -> None:
    rows = mini.read("enumeration").to_pylist()
    assert [(r["entity"], r["attribute"], r["ordinal"], r["value"]) for r in rows] == [
        ("edge", "where", 0, "soma"),
        ("edge", "where", 1, "axon"),
        *(("neuron", "mtype", i, text) for i, text in enumerate(CELLS["0/@library/mtype"])),
    ]


def test_mini_synapses(mini: Store) -> None:
    """Whole nanometres; a place that the source does not tell is null."""
    found = connstore.fetch_synapse_connections(client=Client(mini.path, frames="arrow"))
    assert found["x_post"].to_pylist() == [1234, None, 2000, 3000]
    assert found["z_post"].to_pylist() == [-1000, 4000, 2000, 3000]
    assert found["x_pre"].to_pylist() == [None] * 4
    assert found["roi_post"].to_pylist() == found["roi_pre"].to_pylist() == ["AL(R)"] * 4


def test_mini_simulation_adds_its_node_sets(mini_config: Path, mini: Store, tmp_path: Path) -> None:
    store = ingest(mini_config.with_name("simulation.json"), tmp_path / "s", progress=False)
    circuit = mini_config.with_name("sets.json").read_text()
    assert mini.node_sets == (circuit,)
    assert store.node_sets == (circuit, '{"A": {"layer": 5}}')
    assert store.read("node_sets")["origin"].to_pylist() == ["circuit", "simulation"]
    assert store.dataset == mini.dataset == "mini"


def test_ingest_twice_gives_equal_stores(mini_config: Path, mini: Store, tmp_path: Path) -> None:
    """From the directory as from its config, and whatever the chunks."""
    store = ingest(mini_config.parent, tmp_path / "again", progress=False)
    assert store.fingerprint == mini.fingerprint
    assert files_of(store) == files_of(mini)
    store.verify(progress=False)


def test_small_chunks_give_the_same_store(
    mini_config: Path, mini: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connstore.ingestion.sonata.load.CHUNK_ROWS", 1)
    store = ingest(mini_config, tmp_path / "again", progress=False)
    assert store.fingerprint == mini.fingerprint


def test_files_are_told(mini: Store) -> None:
    rows = {r["path"]: r["rows_read"] for r in mini.read("source_file").to_pylist()}
    assert rows == {
        "circuit_config.json": 1,
        "edge_types.csv": 2,
        "edges.h5": 6,
        "node_types.csv": 4,
        "nodes.h5": 6,
        "sets.json": 1,
    }


# Indices, and random circuits ------------------------------------------------------------------


@pytest.mark.parametrize("spelling", [None, "node_id_to_ranges", "node_id_to_range"])
def test_an_index_changes_nothing(spelling: str | None, tmp_path: Path) -> None:
    config = write_plain(tmp_path / "plain", np.array([2, 0, 1, 0]), np.array([1, 1, 0, 2]), {})
    if spelling is not None:
        path = str(config.with_name("edges.h5"))
        libsonata.EdgePopulation.write_indices(path, "ee", 3, 3)
        with h5py.File(path, "a") as file:
            for way in ("source_to_target", "target_to_source"):
                group = file[f"edges/ee/indices/{way}"]
                if spelling not in group:
                    group.move("node_id_to_ranges", spelling)
    store = ingest(config, tmp_path / "store", progress=False)
    assert store.read("edge")["body_pre"].to_pylist() == [2, 0, 1, 0]
    assert store.read("connection_by_pre")["weight"].to_pylist() == [1, 1, 1, 1]
    assert store.manifest.populations[0].offset == 0
    assert "population" not in store.properties("neuron")


def write_plain(
    directory: Path, sources: Any, targets: Any, attributes: dict[str, Any], size: int = 3
) -> Path:
    """A circuit with one population of each kind."""
    directory.mkdir()
    nodes = {
        "node_type_id": np.full(size, -1),
        **{k: v for k, v in attributes.items() if k[0] != "e"},
    }
    edges = {"source_node_id": sources, "target_node_id": targets}
    edges |= {"edge_type_id": np.full(len(sources), -1)}
    edges |= {f"0/{name}": values for name, values in attributes.items() if name[0] == "e"}
    nodes = {k if k == "node_type_id" else f"0/{k}": v for k, v in nodes.items()}
    write_nodes(directory / "nodes.h5", {"n": nodes})
    write_edges(directory / "edges.h5", {"ee": ("n", "n", edges)})
    files = {"nodes": [{"nodes_file": "nodes.h5"}], "edges": [{"edges_file": "edges.h5"}]}
    return write_json(directory / "circuit_config.json", {"networks": files})


WIDTHS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64"]
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)


@st.composite
def circuits(draw: st.DrawFn) -> tuple[int, list[int], list[int], dict[str, Any]]:
    """Sizes, ends of edges, and columns (those of edges begin with e)."""
    size = draw(st.integers(1, 6))
    ids = st.integers(0, size - 1)
    ends = draw(st.lists(st.tuples(ids, ids), min_size=1, max_size=8))
    columns: dict[str, Any] = {}
    for prefix, rows in (("n", size), ("e", len(ends))):
        for index in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from([*WIDTHS, "text"]))
            if kind == "text":
                cells = st.lists(TEXTS, min_size=rows, max_size=rows)
                columns[f"{prefix}{index}"] = draw(cells)
                continue
            width = np.dtype(kind)
            limits = None if width.kind == "f" else np.iinfo(width)
            numbers = (
                st.floats(width=32)
                if limits is None
                else st.integers(int(limits.min), int(limits.max))
            )
            cells = st.lists(numbers, min_size=rows, max_size=rows)
            columns[f"{prefix}{index}"] = np.array(draw(cells), width)
    return size, [a for a, _ in ends], [b for _, b in ends], columns


@settings(max_examples=25, deadline=None)
@given(circuits())
def test_random_circuits_are_read_as_libsonata_reads_them(
    tmp_path_factory: pytest.TempPathFactory, circuit: tuple[int, list[int], list[int], Any]
) -> None:
    size, pre, post, columns = circuit
    directory = tmp_path_factory.mktemp("random")
    config = write_plain(directory / "c", np.array(pre), np.array(post), columns, size)
    store = ingest(config, directory / "store", progress=False)
    (nodes,), (edges,) = store.manifest.populations, store.manifest.edge_populations
    for kind, population, table in (
        ("node", nodes, nodes_of(store, nodes)),
        ("edge", edges, edges_of(store, edges)),
    ):
        of = open_population(kind, config.with_name(f"{kind}s.h5"), population.name)
        assert table.num_rows == of.size
        assert set(population.attributes) == of.attribute_names
        compare(kind, store, population, table, of)
    weights = Counter(zip(pre, post, strict=True))
    rows = store.read("connection_by_pre").select(["body_pre", "body_post", "weight"]).to_pylist()
    assert {(r["body_pre"], r["body_post"]): r["weight"] for r in rows} == weights


#: Names that the ingest uses for tables and columns of its own, or that need quoting.
AWKWARD = [
    "labels",
    "roi_info",
    "roi_set",
    "roi_set_id",
    "number",
    "name",
    "n_pre",
    "counted",
    "first",
    "placed",
    "weight",
    "edge_id",
    "body_pre",
    "BODYID",
    "Population",
    "a \"b\" 'c'",
    "e💡",
    "select",
    "xyz__2",
    "XYZ",
    "xyz",
]


def test_attributes_may_have_any_name(tmp_path: Path) -> None:
    """Names of our own columns, of the language, and names that differ in case only."""
    directory = tmp_path / "awkward"
    directory.mkdir()
    nodes = {f"0/{name}": np.array([i, i + 1]) for i, name in enumerate(AWKWARD)}
    edges = {f"0/{name}": np.array([i + 2]) for i, name in enumerate(AWKWARD)}
    edges |= {f"0/afferent_center_{axis}": np.array([1.0]) for axis in "xyz"}
    ends = {"source_node_id": np.array([1]), "target_node_id": np.array([0])}
    regions = {"node_type_id": np.array([-1, -1]), "0/region": ["A", "B"]}
    write_nodes(directory / "nodes.h5", {"n": nodes | regions})
    write_edges(directory / "edges.h5", {"e": ("n", "n", edges | ends)})
    files = {"nodes": [{"nodes_file": "nodes.h5"}], "edges": [{"edges_file": "edges.h5"}]}
    config = write_json(directory / "circuit_config.json", {"networks": files})
    store = ingest(config, tmp_path / "store", progress=False)
    (of_nodes,), (of_edges,) = store.manifest.populations, store.manifest.edge_populations
    for index, name in enumerate(AWKWARD):
        of_node = values_of(store, "neuron", nodes_of(store, of_nodes), name)
        assert of_node == [index, index + 1], name
        assert values_of(store, "edge", edges_of(store, of_edges), name) == [index + 2], name
    client = Client(store.path)
    neurons, counts = fetch_neurons(client=client)
    assert neurons[AWKWARD].iloc[0].tolist() == list(range(len(AWKWARD)))
    assert counts[["bodyId", "roi", "pre", "post"]].values.tolist() == [
        [0, "A", 0, 1],
        [1, "A", 1, 0],
    ]
    assert len(connstore.fetch_synapse_connections(client=client)) == 1
