"""neuprint-python's client over a store: shapes, errors, copies, registration."""

import copy
import json
import pickle
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neuprint
import pandas as pd
import pytest
from ingest.fixtures import write_mini
from pandas.testing import assert_frame_equal
from requests import HTTPError, Session

import connstore
from connstore import registry
from connstore.neuprint_adapter import Client
from connstore.neuprint_adapter.routes import ROUTES
from connstore.neuprint_adapter.stores import Stores
from connstore.neuprint_adapter.transport import StoreSession
from connstore.queries import server
from connstore.testing import sample_path

DATASET = "sample:v1.0"


@pytest.fixture
def client() -> Iterator[Client]:
    neuprint.clear_default_client()
    yield Client(sample_path())
    neuprint.clear_default_client()


@pytest.fixture(scope="module")
def direct() -> connstore.Client:
    with registry._no_registration():
        return connstore.Client(sample_path())


def ask(path: str, body: str | None = None, method: str = "GET") -> tuple[int, bytes]:
    session = StoreSession(Stores({DATASET: sample_path()}), Session())
    response = session.request(method, f"https://neuprint.janelia.org{path}", data=body)
    return response.status_code, response.content


# --- the client ------------------------------------------------------------------------------


def test_it_is_the_default_as_any_other(client: Client) -> None:
    ours = connstore.list_all_clients()
    assert neuprint.default_client() == client
    assert neuprint.fetch_neurons("DNa02")[0]["bodyId"].tolist() == [776249847, 1993244425]
    same = Client(sample_path())
    assert neuprint.default_client() == same
    assert connstore.list_all_clients() == ours, "connstore has a default client of its own"


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_answer(client: Client, clone: Any) -> None:
    other = clone(client)
    assert other == client and hash(other) == hash(client)
    assert_frame_equal(
        neuprint.fetch_neurons("DNa02", client=other)[1],
        neuprint.fetch_neurons("DNa02", client=client)[1],
    )


def test_threads(client: Client) -> None:
    answers: list[Any] = []

    def work() -> None:
        answers.append(neuprint.fetch_adjacencies("KC.*", None, batch_size=5, threads=3)[1])

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(answers) == 4
    for each in answers[1:]:
        assert_frame_equal(each, answers[0])


def test_no_store(tmp_path: Any) -> None:
    with pytest.raises(connstore.errors.StoreNotFoundError):
        Client(tmp_path / "nothing")


def test_members(client: Client, direct: connstore.Client) -> None:
    assert client.dataset == DATASET
    for name in ("meta", "all_rois", "primary_rois"):
        assert getattr(client, name) == getattr(direct, name)
    for name in ("fetch_instances", "fetch_db_version", "fetch_server_info", "fetch_database"):
        assert getattr(client, name)() == getattr(direct, name)()
    assert sorted(client.fetch_neuron_keys()) == sorted(direct.fetch_neuron_keys())
    assert client.fetch_synapse_nt_keys() == direct.fetch_synapse_nt_keys()
    for name in ("fetch_roi_completeness", "fetch_roi_connectivity"):
        assert_frame_equal(getattr(client, name)(), getattr(direct, name)())
    assert client.fetch_datasets()[DATASET] == server.dataset_facts(direct.store)
    assert client.fetch_roi_mesh("aL(R)") == direct.fetch_roi_mesh("aL(R)")
    body = int(direct.store.read("skeleton")["bodyId"][0].as_py())
    assert_frame_equal(client.fetch_skeleton(body), direct.fetch_skeleton(body))
    assert client.arrow_endpoint() is True


def test_every_route_of_the_direct_client_is_answered(client: Client) -> None:
    assert {route["path"] for route in server.routes()} <= set(ROUTES)
    assert {route["path"] for route in client.fetch_available()} <= set(ROUTES)


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cypher", "words"),
    [
        ("MATCH (n:Neuron) RETURN m", r"\(400\):\n\nfailed to execute query: Neo4jError: .*`m`"),
        ("CREATE (n) RETURN n", r"\(400\).*\n.*read-only"),
        ("RETURN 0.0/0 AS x", r"\(500\):\n\njson: unsupported value: NaN"),
    ],
)
def test_errors_of_queries(client: Client, cypher: str, words: str) -> None:
    with pytest.raises(HTTPError, match=f"(?s)Cypher was:.*{words}") as raised:
        client.fetch_custom(cypher)
    assert raised.value.response.status_code in (400, 500)


def test_timeouts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNSTORE_CYPHER_TIMEOUT", "0.000001")
    with pytest.raises(HTTPError, match=r"(?s)\(400\):\n\nTimeout experienced"):
        client.fetch_custom("MATCH (n), (m), (o) RETURN count(*)")


@pytest.mark.parametrize("name", [n for n in server.SERVER_ONLY if n.startswith("fetch")])
def test_what_needs_a_server(client: Client, name: str) -> None:
    arguments = ("a", "b") if name == "fetch_raw_keyvalue" else ()
    with pytest.raises(HTTPError, match=r"(?s)\(501\).*which a store has not"):
        getattr(client, name)(*arguments)


def test_writing_goes_nowhere(client: Client) -> None:
    with pytest.raises(HTTPError, match="501"):
        client.post_raw_keyvalue("a", "b", b"c")
    with pytest.raises(HTTPError, match="no answer to /api/raw/cypher/transaction"):
        client._fetch_json(f"{client.server}/api/raw/cypher/transaction")


def test_what_is_not_there(client: Client) -> None:
    """As on the server: navis looks for 400 where a skeleton is missing."""
    for ask_for in (lambda: client.fetch_skeleton(5), lambda: client.fetch_roi_mesh("EB/x?y")):
        with pytest.raises(HTTPError, match=r"\(400\)") as raised:
            ask_for()
        assert raised.value.response.status_code == 400
    with pytest.raises(HTTPError, match='dataset "other" not available in stores'):
        client.fetch_custom("RETURN 1", dataset="other")


def test_tables_that_the_store_lacks(tmp_path: Path) -> None:
    """They are told as the direct route tells them, and not as an error of syntax."""
    bundle = write_mini(tmp_path / "export")
    for path in bundle.glob("Neuprint_Element*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    connstore.ingest(bundle, tmp_path / "store", progress=False)
    client = Client(tmp_path / "store")
    for function in (
        neuprint.fetch_mitochondria,
        neuprint.fetch_synapses_and_closest_mitochondria,
    ):
        with pytest.raises(HTTPError, match=r"has no table '(element|closeto)'") as raised:
            function(777, client=client)
        assert raised.value.response.status_code == 400
        assert "SyntaxError" not in str(raised.value)
    with pytest.raises(HTTPError, match="has no table 'roi_mesh'") as raised:
        client.fetch_roi_mesh("EB")
    assert raised.value.response.status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/custom/custom", "{", 400, b"request object not formatted correctly"),
        ("/api/custom/custom", "[]", 400, b"request object not formatted correctly"),
        (
            "/api/custom/arrow",
            '{"dataset": "sample:v1.0"}',
            400,
            b"missing required field 'cypher'",
        ),
        ("/api/custom/arrow", '{"cypher": "RETURN 1"}', 400, b"missing required field 'dataset'"),
        (
            "/api/custom/custom",
            '{"cypher": "RETURN 1", "dataset": "x", "version": "9"}',
            400,
            b"version incompatible",
        ),
        ("/api/custom/custom", '{"cypher": "RETURN 1", "dataset": "SAMPLE:v1.0"}', 200, b"[[1]]"),
        ("/api/skeletons/skeleton/sample:v1.0/x?format=swc", None, 400, b"x"),
        ("/nowhere", None, 404, b"connstore has no answer to /nowhere"),
    ],
)
def test_requests(path: str, body: str | None, status: int, words: bytes) -> None:
    found, content = ask(path, body)
    assert found == status and words in content


MESH = "/api/roimeshes/mesh/sample:v1.0/aL(R)"
SKELETON = f"/api/skeletons/skeleton/{DATASET}/776249847"


@pytest.mark.parametrize("path", [MESH, SKELETON, "/api/version", "/api/cached/dailytype"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods(path: str, method: str) -> None:
    found, content = ask(path, method=method)
    assert found == 405 and f"{method} is not allowed of {path}".encode() in content


@pytest.mark.parametrize(
    ("path", "same"),
    [
        (f"{MESH}?x=1", MESH),
        (f"{SKELETON}?x=1&format=swc", f"{SKELETON}?format=swc"),
        ("/api/version?dataset=other", "/api/version"),
        ("/api/version?", "/api/version"),
        (
            "/api/cached/roicompleteness?x=&dataset=sample%3Av1.0",
            "/api/cached/roicompleteness?dataset=sample:v1.0",
        ),
    ],
)
def test_parameters(path: str, same: str) -> None:
    assert ask(path) == ask(same) and ask(path)[0] == 200


def test_the_dataset_is_missing() -> None:
    found, content = ask("/api/cached/roiconnectivity")
    assert found == 400 and b"missing required parameter 'dataset'" in content


def test_a_skeleton_as_a_table(client: Client) -> None:
    found, content = ask(SKELETON)
    table = json.loads(content)
    frame = client.fetch_skeleton(776249847)
    assert found == 200 and table["columns"] == list(frame)
    assert_frame_equal(
        pd.DataFrame(table["data"], columns=table["columns"]), frame, check_dtype=False
    )


# --- Arrow -----------------------------------------------------------------------------------


def test_arrow(client: Client) -> None:
    cypher = (
        "UNWIND [1, 2] AS i RETURN i, i * 1.5 AS x, i = 1 AS b, 'a' + i AS s, [i] AS l, "
        "CASE i WHEN 2 THEN 9007199254740993 END AS late, {k: i, none: null, t: 'x'} AS m"
    )
    frame = client.fetch_custom(cypher, use_arrow=True)
    assert frame.dtypes.astype(str).tolist() == [
        *("int64", "float64", "bool", "str", "str", "float64", "object")
    ]
    assert frame["l"].tolist() == ["[1]", "[2]"]
    assert frame["m"].tolist() == [{"k": "1", "t": "x"}, {"k": "2", "t": "x"}]


def test_arrow_of_nodes(client: Client) -> None:
    cypher = "MATCH (n:Neuron) WHERE n.type = 'DNa02' RETURN n ORDER BY n.bodyId"
    (first, _) = client.fetch_custom(cypher, use_arrow=True)["n"]
    (plain, _) = client.fetch_custom(cypher)["n"]
    assert first.keys() == plain.keys() and first["bodyId"] == str(plain["bodyId"])
    with pytest.raises(HTTPError, match="no data to convert: empty result set"):
        client.fetch_custom("MATCH (n:Neuron) WHERE false RETURN n", use_arrow=True)
    with pytest.raises(HTTPError, match="cypher query failed: "):
        client.fetch_custom("RETURN", use_arrow=True)


# --- fetch_custom_neurons --------------------------------------------------------------------

CUSTOM = [
    "MATCH (n:Neuron) RETURN n ORDER BY n.bodyId",
    "MATCH (n:Segment) WHERE n.bodyId < 20000 RETURN n, n.type AS t ORDER BY n.bodyId DESC",
    "MATCH (n:Neuron) WHERE n.type STARTS WITH 'MBON' "
    "RETURN apoc.map.removeKeys(n, ['somaLocation', 'pre', 'EB']) AS n ORDER BY n.bodyId",
    "MATCH (n:Neuron) WHERE n.type = 'DNa02' "
    "RETURN apoc.map.setKey(properties(n), 'odd', [n.pre, 'x']) AS n ORDER BY n.bodyId",
    "MATCH (n:Neuron) WHERE n.type = 'no such type' RETURN n",
]


@pytest.mark.parametrize("cypher", CUSTOM)
def test_custom_neurons(client: Client, direct: connstore.Client, cypher: str) -> None:
    theirs, their_counts = neuprint.fetch_custom_neurons(cypher, client=client)
    ours, counts = connstore.fetch_custom_neurons(cypher, client=direct)
    assert set(ours) == set(theirs)
    assert_frame_equal(ours, theirs[list(ours)], check_exact=True)
    assert_frame_equal(counts, their_counts, check_exact=True)


def test_custom_neurons_are_neurons(direct: connstore.Client) -> None:
    """Columns and counts are those of fetch_neurons."""
    cypher = "MATCH (n:Neuron) WHERE n.type STARTS WITH 'KC' RETURN n ORDER BY n.bodyId"
    neurons, counts = connstore.fetch_custom_neurons(cypher, client=direct)
    expected, expected_counts = connstore.fetch_neurons("KC.*", client=direct)
    assert list(neurons) == [name for name in expected if name in set(neurons)]
    assert neurons["bodyId"].tolist() == expected["bodyId"].tolist()
    assert_frame_equal(counts, expected_counts)


def test_custom_neurons_in_other_frames(direct: connstore.Client) -> None:
    with registry._no_registration():
        arrow = connstore.Client(sample_path(), frames="arrow")
    neurons, counts = connstore.fetch_custom_neurons(CUSTOM[0], client=arrow)
    frame, count_frame = connstore.fetch_custom_neurons(CUSTOM[0], client=direct)
    assert neurons.column_names == list(frame) and neurons.num_rows == len(frame)
    assert counts.to_pandas().shape == count_frame.shape


def test_twice_the_same_neuron(direct: connstore.Client) -> None:
    once = "MATCH (n:Neuron) WHERE n.type = 'DNa02' RETURN n ORDER BY n.bodyId"
    twice = once.replace("RETURN", "UNWIND [1, 2] AS i RETURN")
    neurons, counts = connstore.fetch_custom_neurons(twice, client=direct)
    assert len(neurons) == 4
    assert_frame_equal(counts, connstore.fetch_custom_neurons(once, client=direct)[1])


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("n.bodyId", r"must RETURN n; it returns \['n.bodyId'\]"),
        ("n.bodyId AS n", "in row 1, .* instead of a neuron"),
        ("null AS n", "in row 1, None instead of a neuron"),
        ("{bodyId: 1} AS n", "a neuron without roiInfo"),
        ("{bodyId: 1, roiInfo: 5} AS n", "roiInfo is no text"),
        ("{bodyId: 1, roiInfo: 'EB'} AS n", "roiInfo is no text"),
        ("{bodyId: 1, roiInfo: '[]'} AS n", "roiInfo is no text"),
        ("{bodyId: 1, roiInfo: '{\"EB\": 1}'} AS n", "roiInfo is no text"),
        ('{bodyId: 1, roiInfo: \'{"EB": {"pre": "a"}}\'} AS n', "roiInfo is no text"),
        ("{bodyId: [1], roiInfo: '{}'} AS n", "bodyId is no whole number"),
        ("{bodyId: 1, pre: 'many', roiInfo: '{}'} AS n", "pre is no number"),
    ],
)
def test_no_neurons(direct: connstore.Client, returned: str, words: str) -> None:
    with pytest.raises(connstore.errors.ArgumentError, match=words):
        connstore.fetch_custom_neurons(f"MATCH (n:Neuron) RETURN {returned}", client=direct)


def test_maps_and_points_in_a_plane_as_properties(direct: connstore.Client) -> None:
    cypher = "RETURN {bodyId: 1, roiInfo: '{}', map: {a: 1}, point: point({x: 1, y: 2})} AS n"
    neurons, _ = connstore.fetch_custom_neurons(cypher, client=direct)
    assert neurons["map"].tolist() == [{"a": 1}]
    assert neurons["point"][0]["coordinates"] == [1, 2]


# --- explain and frames ----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["EXPLAIN", "PROFILE"])
def test_explain(direct: connstore.Client, word: str) -> None:
    cypher = "MATCH (n:Neuron) WHERE n.type =~ 'MB.*' RETURN n.type, count(*) AS c ORDER BY c"
    found = direct.fetch_custom(f"{word} {cypher}", format="json")
    assert found["columns"] == ["sql", "plan"]
    ((sql, plan),) = found["data"]
    assert "segment_neuron" in sql and "-- $p1 = " in sql and "READ_PARQUET" in plan
    shown = direct.explain(connstore.fetch_custom, cypher)
    assert "segment_neuron" in shown and "READ_PARQUET" in shown
    assert direct.explain(connstore.fetch_custom, f"{word} {cypher}").startswith("EXPLAIN ")


def test_typed_frames(direct: connstore.Client) -> None:
    cypher = (
        "MATCH (n:Neuron) WHERE n.type = 'DNa02' RETURN n, {t: n.type} AS m, n.somaLocation AS l, "
        "labels(n) AS ls, n.bodyId AS id ORDER BY id"
    )
    with registry._no_registration():
        arrow = connstore.Client(sample_path(), frames="arrow")
        polars = connstore.Client(sample_path(), frames="polars")
    table = arrow.fetch_custom(cypher)
    rows = direct.fetch_custom(cypher, format="json")["data"]
    texts = [json.loads(text) for text in table["n"].to_pylist()]
    assert texts == [row[0] for row in rows]
    assert table["m"].to_pylist() == ['{"t":"DNa02"}'] * 2
    assert [field.name for field in table.schema.field("l").type] == ["x", "y", "z"]
    assert table["ls"].to_pylist() == [row[3] for row in rows]
    assert polars.fetch_custom(cypher)["id"].to_list() == [row[4] for row in rows]
