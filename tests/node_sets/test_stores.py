"""Node sets on stores: the same neurons as criteria, in every function; populations; explain."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client.sample import *  # noqa: F403  (fixtures)
from fixtures_shared import *  # noqa: F403  (fixtures)
from hypothesis import given, settings
from hypothesis import strategies as st
from node_sets.equivalents import equivalents

import connstore
from connstore import NeuronCriteria, NodeSetError, NodeSets, Population, registry

CRITERIA = {name: NeuronCriteria(type=f"{name}.*") for name in ("MBON", "KC", "DNa02")}
SETS = NodeSets.from_dict({name: {"type": {"$regex": f"^{name}"}} for name in CRITERIA})

#: Functions, as they are called with what names neurons.
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "neurons": lambda who, client: connstore.fetch_neurons(who["MBON"], client=client),
    "adjacencies": lambda who, client: connstore.fetch_adjacencies(
        who["KC"], who["MBON"], client=client
    ),
    "adjacencies in ROIs": lambda who, client: connstore.fetch_adjacencies(
        who["KC"], who["MBON"], rois=["CA(R)", "aL(R)"], include_nonprimary=True, client=client
    ),
    "simple connections": lambda who, client: connstore.fetch_simple_connections(
        who["KC"], who["MBON"], client=client
    ),
    "common connectivity": lambda who, client: connstore.fetch_common_connectivity(
        who["DNa02"], client=client
    ),
    "synapses": lambda who, client: connstore.fetch_synapses(who["MBON"], client=client),
    "mean synapses": lambda who, client: connstore.fetch_mean_synapses(who["MBON"], client=client),
    "synapse connections": lambda who, client: connstore.fetch_synapse_connections(
        who["KC"], who["MBON"], client=client
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_every_function_takes_node_sets(call: str, client: Any) -> None:
    expected = CALLS[call](CRITERIA, client)
    found = CALLS[call](SETS, client)
    for one, other in zip(_tables(expected), _tables(found), strict=True):
        assert one.equals(other) and len(one)


def _tables(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, tuple) else [answer]


def test_rois_of_synapse_criteria_narrow_node_sets_too(client: Any) -> None:
    synapses = connstore.SynapseCriteria(rois=["CA(R)"], client=client)
    expected = connstore.fetch_synapses(NeuronCriteria(type="KC.*"), synapses, client=client)
    assert connstore.fetch_synapses(SETS["KC"], synapses, client=client).equals(expected)


def test_explain(client: Any) -> None:
    sql = client.explain(connstore.fetch_neurons, SETS["MBON"])
    assert 'REGEXP_MATCHES("type", $p1)' in sql and "'(?:\\\\AMBON)'" in sql
    assert "REGEXP_MATCHES" in client.explain(SETS.materialize, "MBON")


def test_populations_of_a_store(default: Any) -> None:
    expected = connstore.fetch_neurons("MBON.*", omit_rois=True)["bodyId"].tolist()
    population = Population.of(default)
    assert population.name == default.dataset and population.attributes["bodyId"] == "int64"
    for where in (None, default, population, default.dataset):
        assert SETS.materialize("MBON", where).tolist() == expected
    (found,) = SETS.materialize_each("MBON").values()
    assert found.tolist() == expected
    assert population.ids("MBON.*").tolist() == expected
    with pytest.raises(connstore.ConnstoreError, match="no population 'manc'"):
        SETS.materialize("MBON", "manc")
    with pytest.raises(connstore.ConnstoreError, match=r"Did you mean sample:v1\.0"):
        Population.of(default, "sample:v1")
    sets = NodeSets.from_dict(
        {
            "here": {"population": default.dataset, "bodyId": {"$lt": 400_000_000}},
            "there": {"population": "manc:v1.0"},
            "fragment": {"node_id": [1, *expected[:2]]},
        }
    )
    assert (sets.materialize("here") < 400_000_000).all() and len(sets.materialize("here"))
    assert sets.materialize("there").tolist() == []
    assert sets.materialize("fragment").tolist() == expected[:2]


def test_errors_on_a_store(client: Any) -> None:
    sets = NodeSets.from_dict(
        {"case": {"Type": "MBON14(a3)"}, "roi": {"@roi": "CA(r)"}, "point": {"somaLocation": 1}},
        extended=True,
    )
    for name, code, said in (
        ("case", "unknown_attribute", "Did you mean type"),
        ("roi", "unknown_roi", r"Did you mean CA\(R\)"),
        ("point", "type_mismatch", "somaLocation"),
    ):
        with pytest.raises(NodeSetError, match=said) as error:
            connstore.fetch_neurons(sets[name], client=client)
        assert error.value.code == code
    with pytest.raises(connstore.ConnstoreError, match="no table 'node_sets'"):
        NodeSets.from_store(client)


def test_all_sets_of_a_file_are_no_criteria(client: Any) -> None:
    sets = NodeSets.from_dict({"DNa02": {"type": "DNa02"}})  # its names would do as types
    for given_sets in (sets, [sets]):
        with pytest.raises(connstore.ConnstoreError, match=r"node_sets\['name'\]"):
            connstore.fetch_neurons(given_sets, client=client)


def ids_of(criteria: Any, client: Any) -> list[int]:
    frame = connstore.fetch_neurons(
        criteria, omit_rois=True, returned_columns=["bodyId"], client=client
    )
    return frame["bodyId"].tolist()


@pytest.mark.parametrize("fixture", ["client", "mb_snapshot_client", "mb_old_client"])
def test_the_same_neurons_as_criteria(fixture: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(fixture)

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.lists(equivalents(client), min_size=1, max_size=3))
    def check(several: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        expected = [ids_of(NeuronCriteria(**fields), client) for fields, _ in several]
        rules = {f"s{n}": rule for n, (_, rule) in enumerate(several)}
        sets = NodeSets.from_dict(rules | {"any": list(rules)}, extended=True)
        for name, ids in zip(rules, expected, strict=True):
            assert ids_of(sets[name], client) == ids
        everything = sorted({body for ids in expected for body in ids})
        assert sets.materialize("any", client).tolist() == everything

    check()


@pytest.mark.parametrize("circuit", ["obi_nbS1", "obi_N_10", "obi_N_10_rc", "blueetl_thalamus"])
def test_circuits_own_node_sets(circuit: str, tmp_path: Path) -> None:
    """In every population of a circuit, each of its sets has the nodes that libsonata finds."""
    pytest.importorskip("h5py")
    libsonata = pytest.importorskip("libsonata")
    from ingest.sonata_circuits import circuit_config

    config = circuit_config(circuit, tmp_path)
    with registry._no_registration():
        connstore.ingest(config, tmp_path / "store", progress=False)
        client = connstore.Client(tmp_path / "store")
    sets = NodeSets.from_store(client)
    theirs = libsonata.NodeSets(sets.to_json())
    storages = [libsonata.NodeStorage(str(file)) for file in config.parent.rglob("nodes.h5")]
    populations = {n: each.open_population(n) for each in storages for n in each.population_names}
    for described in client.store.manifest.populations:
        population = Population.of(client, described.name)
        for name in sets:
            try:
                expected = theirs.materialize(name, populations[described.name]).flatten().tolist()
            except libsonata.SonataError:
                with pytest.raises(NodeSetError):
                    sets.materialize(name, population)
            else:
                assert sets.materialize(name, population).tolist() == expected, name
    each = sets.materialize_each("All", client)
    assert {name: len(ids) for name, ids in each.items() if len(ids)}
    everything = [
        int(node_id) + described.offset
        for described in client.store.manifest.populations
        for node_id in each[described.name]
    ]
    assert ids_of(sets["All"], client) == everything
