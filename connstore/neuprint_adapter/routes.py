"""The routes of neuPrintHTTP, as a table: path -> how a store answers.

Shapes, status codes and texts of errors are those of neuPrintHTTP 1.9 (``api/`` in its source).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connstore.client import Client
from connstore.errors import (
    ConnstoreError,
    CypherError,
    MissingTableError,
    QueryTimeoutError,
    ServerNeededError,
)
from connstore.neuprint_adapter.arrow import stream
from connstore.neuprint_adapter.stores import Stores
from connstore.queries import server

#: The version of neuPrintHTTP in whose place this answers; 1.7.3 began with Arrow.
VERSION = "1.9.2"


class Answer(NamedTuple):
    """What a server sends: status, body, type of the body."""

    status: int
    content: bytes
    kind: str = "application/json"


class RefusedError(ConnstoreError):
    """A request that is refused; with the status of the answer."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


class Request(NamedTuple):
    """What a route has to answer.

    Attributes:
        stores: The stores.
        words: The parts of the path that its pattern names.
        query: What follows ``?`` in the address, by name.
        body: The body.
    """

    stores: Stores
    words: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes | str | None

    def client(self, dataset: str) -> Client:
        """The client of a dataset, or the error that there is none."""
        client = self.stores.client(dataset)
        if client is None:
            raise RefusedError(404, f'dataset "{dataset}" not available in stores')
        return client

    @property
    def here(self) -> Client:
        """The client of the dataset that the path names, or else the parameter ``dataset``."""
        found = self.words.get("dataset") or self.query.get("dataset")
        if found is None:
            raise RefusedError(400, "missing required parameter 'dataset'")
        return self.client(found)


def _json(value: Any) -> Answer:
    try:
        return Answer(200, json.dumps(value, allow_nan=False).encode())
    except ValueError:
        raise RefusedError(500, "json: unsupported value: NaN or Infinity") from None


def _database(request: Request) -> Answer:
    places = [str(path) for path in request.stores.paths.values()]
    return _json({"Location": ", ".join(places), "Description": "connstore"})


def _datasets(request: Request) -> Answer:
    clients = request.stores.clients()
    return _json({name: server.dataset_facts(client.store) for name, client in clients.items()})


def _instances(request: Request) -> Answer:
    found: dict[str, list[Any]] = {}
    for name, client in request.stores.clients().items():
        for kind in client.fetch_instances():
            found.setdefault(kind, []).append({"instance": kind, "datasets": [name]})
    return _json(found)


def _query(request: Request) -> tuple[Client, str]:
    """Whom a request's body asks, and what."""
    try:
        body = json.loads(request.body or "")
        cypher, dataset, version = (body.get(k) or "" for k in ("cypher", "dataset", "version"))
    except (ValueError, AttributeError):
        raise RefusedError(400, "request object not formatted correctly") from None
    if version and not server.DATA_MODEL.startswith(str(version)):
        raise RefusedError(400, "neo4j data model version incompatible")
    for name, value in (("cypher", cypher), ("dataset", dataset)):
        if not isinstance(value, str) or not value:
            raise RefusedError(400, f"missing required field '{name}'")
    return request.client(dataset), cypher


def _run(client: Client, cypher: str, failed: str) -> Any:
    """The answer to a query, in JSON's terms."""
    try:
        return client.fetch_custom(cypher, format="json")
    except QueryTimeoutError as error:
        raise RefusedError(
            400,
            "Timeout experienced. This could be due to database traffic or to non-optimal "
            f"database queries. {error} (CONNSTORE_CYPHER_TIMEOUT)",
        ) from None
    except MissingTableError as error:  # what Neo4j knows no code for
        raise RefusedError(400, f"{failed}: {error}") from None
    except CypherError as error:
        problem = f"Neo4jError: Neo.ClientError.Statement.SyntaxError ({error})"
        raise RefusedError(400, f"{failed}: {problem}") from None
    except ConnstoreError as error:
        raise RefusedError(400, f"{failed}: {error}") from None


def _custom(request: Request) -> Answer:
    return _json(_run(*_query(request), "failed to execute query"))


def _arrow(request: Request) -> Answer:
    found = _run(*_query(request), "cypher query failed")
    if not found["data"]:
        problem = "no data to convert: empty result set"
        raise RefusedError(500, f"error converting to Arrow format: {problem}")
    return Answer(200, stream(found), "application/vnd.apache.arrow.stream")


def _skeleton(request: Request) -> Answer:
    text = request.here.fetch_skeleton(request.words["id"], format="swc")
    if request.query.get("format") == "swc":
        return Answer(200, text.encode(), "text/plain")
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return _json(
        {
            "columns": ["rowId", "x", "y", "z", "radius", "link"],
            "data": [[int(row[0]), *map(float, row[2:6]), int(row[6])] for row in rows],
        }
    )


def _mesh(request: Request) -> Answer:
    content = request.here.fetch_roi_mesh(request.words["roi"])
    return Answer(200, content, "application/octet-stream")


def _refused(name: str) -> Callable[[Request], Answer]:
    return server.refusal(name)


_ARROW = {"method": "POST", "path": "/api/custom/arrow", "name": "fetch_custom"}

#: Path -> its answer; ``:word`` is any text, the last one with slashes.
ROUTES: dict[str, Callable[[Request], Answer]] = {
    "/api/available": lambda request: _json([*server.routes(), _ARROW]),
    "/api/version": lambda request: _json({"Version": VERSION}),
    "/api/serverinfo": lambda request: _json({"IsPublic": True}),
    "/api/dbmeta/database": _database,
    "/api/dbmeta/datasets": _datasets,
    "/api/dbmeta/instances": _instances,
    "/api/dbmeta/version": lambda request: _json({"Version": server.DATA_MODEL}),
    "/api/cached/roicompleteness": lambda request: _json(
        request.here.fetch_roi_completeness("json")
    ),
    "/api/cached/roiconnectivity": lambda request: _json(
        request.here.fetch_roi_connectivity("json")
    ),
    "/api/roimeshes/mesh/:dataset/:roi": _mesh,
    "/api/skeletons/skeleton/:dataset/:id": _skeleton,
    "/api/custom/custom": _custom,
    "/api/custom/arrow": _arrow,
    "/api/cached/dailytype": _refused("fetch_daily_type"),
    "/api/help/swagger.yaml": _refused("fetch_help"),
    "/api/raw/keyvalue/key/:instance/:key": _refused("fetch_raw_keyvalue"),
    "/profile": _refused("fetch_profile"),
    "/token": _refused("fetch_token"),
}

#: Beginnings of paths that are asked with a body, too.
_WITH_BODY = ("/api/custom/", "/api/raw/")


def _pattern(path: str) -> re.Pattern[str]:
    """Matches a path and what its words stand for.

    Example:
        >>> _pattern("/mesh/:dataset/:roi").fullmatch("/mesh/a:v1/x/y").groupdict()
        {'dataset': 'a:v1', 'roi': 'x/y'}
    """
    inner = re.sub(r":(\w+)(?=/)", r"(?P<\1>[^/]+)", re.escape(path))
    return re.compile(re.sub(r":(\w+)$", r"(?P<\1>.+)", inner), re.DOTALL)


_PATTERNS = [(_pattern(path), respond) for path, respond in ROUTES.items()]


def answer(
    stores: Stores, method: str, path: str, query: Mapping[str, str], body: bytes | str | None
) -> Answer:
    """What a server would send.

    Args:
        stores: The stores that stand in for it.
        method: Of HTTP: ``GET``, or ``POST`` where a body is taken.
        path: The path of the request, not quoted.
        query: What follows ``?``, by name; what a route does not know is ignored.
        body: The body of the request.
    """
    try:
        for pattern, respond in _PATTERNS:
            if match := pattern.fullmatch(path):
                _check_method(method, path)
                return respond(Request(stores, match.groupdict(), query, body))
        raise RefusedError(404, f"connstore has no answer to {path}, nor any network")
    except RefusedError as error:
        status, problem = error.status, str(error)
    except ConnstoreError as error:
        status = 501 if isinstance(error, ServerNeededError) else 400
        problem = str(error)
    return Answer(status, json.dumps({"error": problem}).encode())


def _check_method(method: str, path: str) -> None:
    allowed = ("GET", "POST") if path.startswith(_WITH_BODY) else ("GET",)
    if method not in allowed:
        raise RefusedError(405, f"{method} is not allowed of {path}: {' or '.join(allowed)}")
