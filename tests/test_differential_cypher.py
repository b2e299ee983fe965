"""Every function by two routes: neuprint-python over connstore's Cypher, and connstore's own.

The calls are those of the other differential tests: seeded, drawn from each data set. Upstream
writes its Cypher, connstore compiles and runs it, upstream makes frames of the answers; the direct
route makes its own statements. Nothing but the store is shared. ``pytest -m soak`` runs all kinds
of calls on all data sets.
"""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import BUNDLES, bundle_directory
from oracle.calls import Call, Words
from oracle.completeness import COMPLETENESS_KINDS, completeness_call, orphan_call
from oracle.connection_calls import (
    ADJACENCY_KINDS,
    COMMON_KINDS,
    SIMPLE_KINDS,
    TRACED_KINDS,
    adjacency_call,
    common_call,
    simple_call,
    traced_call,
)
from oracle.mito_calls import (
    CLOSEST_KINDS,
    MITO_KINDS,
    PAIR_KINDS,
    closest_call,
    mito_call,
    pair_call,
)
from oracle.neuron_calls import NEURON_KINDS, neuron_call
from oracle.over_cypher import CypherClient, assert_equal, expected
from oracle.path_calls import LENGTHS, SHORTEST, length_call, shortest_call
from oracle.synapse_calls import (
    CONNECTION_KINDS,
    LOSSY,
    MEAN_KINDS,
    SYNAPSE_KINDS,
    connection_call,
    mean_call,
    synapse_call,
)
from oracle.synapses import RawSynapses
from requests import HTTPError

import connstore
from connstore import registry

#: Data sets -> what share of the kinds of calls CI runs on them: every first, second, ...
DATASETS = {
    "sample": 1,
    "tiny_snapshot": 2,
    "tiny_compartments": 5,
    "tiny_old": 5,
    "mb_snapshot": 10,
    "mb_old": 16,
}
LARGE = ("mb_snapshot", "mb_old")
#: Paths of many connections are asked for along connections of about this weight.
STRONG = dict.fromkeys(LARGE, 20)
NO_MITOCHONDRIA = ("tiny_old", "mb_old")

Draw = Callable[..., Call]
#: Family -> what draws a call, its kinds, what it must know of the data set.
FAMILIES: dict[str, tuple[Draw, Any, str]] = {
    "fetch_neurons": (neuron_call, NEURON_KINDS, ""),
    "fetch_adjacencies": (adjacency_call, ADJACENCY_KINDS, ""),
    "fetch_simple_connections": (simple_call, SIMPLE_KINDS, ""),
    "fetch_common_connectivity": (common_call, COMMON_KINDS, ""),
    "fetch_traced_adjacencies": (traced_call, TRACED_KINDS, ""),
    "fetch_shortest_paths": (shortest_call, SHORTEST, ""),
    "fetch_paths": (length_call, LENGTHS, "strong"),
    "fetch_synapses": (synapse_call, SYNAPSE_KINDS, "small known"),
    "fetch_mean_synapses": (mean_call, MEAN_KINDS, "small known"),
    "fetch_synapse_connections": (connection_call, CONNECTION_KINDS, "small known"),
    "fetch_mitochondria": (mito_call, MITO_KINDS, "small"),
    "fetch_synapses_and_closest_mitochondria": (closest_call, CLOSEST_KINDS, "small"),
    "fetch_connection_mitochondria": (pair_call, PAIR_KINDS, "small"),
    "fetch_output_completeness": (completeness_call, COMPLETENESS_KINDS, ""),
    "fetch_downstream_orphan_tasks": (orphan_call, COMPLETENESS_KINDS, ""),
}
#: What Neo4j refuses too: properties=["bodyId", ...] asks for a column twice; quotes in criteria
#: of paths are not escaped twice, as a query inside a query needs it.
REFUSED_TOO = ("Multiple result columns with the same name", "this string has no end")
#: Families in which a kind may lose rows upstream.
_LOSSY = ("fetch_synapse_connections", "fetch_connection_mitochondria")


def _draws(every: Callable[[str], int]) -> list[tuple[str, str, str]]:
    return [
        (dataset, family, kind)
        for dataset in DATASETS
        for family, (_, kinds, _) in FAMILIES.items()
        if not ("mitochondria" in family and dataset in NO_MITOCHONDRIA)
        for number, kind in enumerate(kinds)
        if (number + len(family)) % every(dataset) == 0
    ]


@cache
def _upstream(dataset: str, path: Any) -> CypherClient:
    directory, read = BUNDLES[dataset]
    export = read(directory)
    return CypherClient(path, export, RawSynapses.read(directory, export))


def _check(dataset: str, family: str, kind: str, number: int, client: Any) -> None:
    __tracebackhide__ = True
    upstream = _upstream(dataset, client.store.path)
    draw, _, knows = FAMILIES[family]
    facts = {
        "small": dataset in LARGE,
        "known": bool(upstream.synapses.transmitters),
        "strong": STRONG.get(dataset, 1),
    }
    words = Words(upstream.export, Random(f"{family} {dataset} {kind} {number}"))
    call = draw(words, kind, **{name: facts[name] for name in knows.split()})
    lossy = {"lossy": kind in LOSSY} if family in _LOSSY else {}
    try:
        theirs = expected(call, upstream, **lossy)
    except HTTPError as error:
        assert any(each in str(error) for each in REFUSED_TOO), str(error)
        return
    except (AssertionError, RuntimeError, ValueError) as error:
        kinds = (AssertionError, RuntimeError, ValueError)
        family_of_error = next(k for k in kinds if isinstance(error, k))
        with pytest.raises(connstore.ConnstoreError) as raised:
            call.run(connstore, client)
        assert isinstance(raised.value, family_of_error), f"{call}: {error!r}, {raised.value!r}"
        return
    assert_equal(theirs, call.run(connstore, client), call)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Any:
    """connstore's client of the dataset that the test names."""
    dataset = request.getfixturevalue("dataset")
    bundle_directory(dataset)
    with registry._no_registration():
        return request.getfixturevalue(f"{dataset}_client")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("dataset", "family", "kind"), _draws(DATASETS.__getitem__))
def test_call(dataset: str, family: str, kind: str, client: Any) -> None:
    _check(dataset, family, kind, 0, client)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("number", range(1, 4))
@pytest.mark.parametrize(("dataset", "family", "kind"), _draws(lambda dataset: 1))
def test_many_calls(dataset: str, family: str, kind: str, number: int, client: Any) -> None:
    _check(dataset, family, kind, number, client)
