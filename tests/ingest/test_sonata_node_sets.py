"""Node sets of circuits, asked of their stores, against libsonata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import libsonata
import numpy as np
import pytest

from connstore import Client, NodeSets, fetch_neurons
from connstore.ingestion import ingest
from connstore.node_sets.errors import NodeSetError
from connstore.store.opening import Store
from ingest.sonata_circuits import SONATA, WITH_CONFIG, existing, write_mini


@pytest.fixture(scope="module", params=WITH_CONFIG)
def circuit(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Client]:
    """The directory of a circuit, and a client of its store."""
    config = existing(SONATA / WITH_CONFIG[request.param])
    store = ingest(config, tmp_path_factory.mktemp("store") / "s", progress=False)
    return config.parent, Client(store.path)


def nodes_of(directory: Path, store: Store) -> dict[str, Any]:
    """Population -> libsonata's, wherever its file lies."""
    found = {}
    for path in directory.rglob("nodes.h5"):
        storage = libsonata.NodeStorage(str(path))
        found |= {name: storage.open_population(name) for name in storage.population_names}
    return {p.name: found[p.name] for p in store.manifest.populations}


def outcome(select: Any) -> list[int] | None:
    """The ids, or None for an error."""
    try:
        ids = select()
    except (libsonata.SonataError, NodeSetError):
        return None
    return np.sort(np.asarray(ids)).tolist()


def test_node_sets_of_the_circuit_select_what_libsonata_selects(
    circuit: tuple[Path, Client],
) -> None:
    directory, client = circuit
    ours = NodeSets.from_store(client)
    theirs = libsonata.NodeSets(client.store.node_sets[0])
    for text in client.store.node_sets[1:]:
        theirs.update(libsonata.NodeSets(text))
    assert set(ours.names) == set(theirs.names)
    selected = 0
    for name, population in nodes_of(directory, client.store).items():
        for node_set in ours.names:
            expected = outcome(lambda: theirs.materialize(node_set, population).flatten())
            found = outcome(lambda: ours.materialize(node_set, name, client=client))
            assert found == expected, (name, node_set)
            selected += bool(expected)
    assert selected > 1


def test_node_sets_select_neurons(tmp_path: Path) -> None:
    """By node id in each population; node 2 of the cells is body 2."""
    config = write_mini(tmp_path / "mini").with_name("simulation.json")
    client = Client(ingest(config, tmp_path / "store", progress=False).path)
    node_sets = NodeSets.from_store(client)
    # The simulation's A, {"layer": 5}, wins over the circuit's; B names it.
    assert node_sets.resolved("B") == {"A": {"layer": 5}}
    assert node_sets.materialize("B", "cells", client=client).tolist() == [9]
    second = NodeSets.from_dict({"second": {"population": "fibres", "node_id": [1, 7]}})
    neurons, _ = fetch_neurons(second["second"], client=client)
    assert neurons["bodyId"].tolist() == [10**12 + 1]
    glia = NodeSets.from_dict({"glia": {"population": "glia"}})
    assert glia.materialize("glia", "glia", client=client).tolist() == [0]
