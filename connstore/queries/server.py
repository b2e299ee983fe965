"""What neuPrintHTTP tells about itself, told of a store; and what only a server has."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from connstore.errors import ServerNeededError, StoreDamagedError
from connstore.home import stores_at_home
from connstore.queries.arguments import Answering
from connstore.queries.roi_overview import roi_info
from connstore.store.opening import Store

#: Version of neuPrint's data model, as neuPrintHTTP 1.x tells it (``storage/*/neuprint*.go``).
DATA_MODEL = "0.5.0"

#: Method, path and the client's method that answers in its place.
ROUTES = (
    ("GET", "/api/available", "fetch_available"),
    ("GET", "/api/version", "fetch_version"),
    ("GET", "/api/serverinfo", "fetch_server_info"),
    ("GET", "/api/dbmeta/database", "fetch_database"),
    ("GET", "/api/dbmeta/datasets", "fetch_datasets"),
    ("GET", "/api/dbmeta/instances", "fetch_instances"),
    ("GET", "/api/dbmeta/version", "fetch_db_version"),
    ("GET", "/api/cached/roicompleteness", "fetch_roi_completeness"),
    ("GET", "/api/cached/roiconnectivity", "fetch_roi_connectivity"),
    ("GET", "/api/roimeshes/mesh/:dataset/:roi", "fetch_roi_mesh"),
    ("GET", "/api/skeletons/skeleton/:dataset/:id", "fetch_skeleton"),
    ("POST", "/api/custom/custom", "fetch_custom"),
)

#: neuPrintHTTP's type of secondary data -> the table that holds it here.
_INSTANCES = {"skeletons": "skeleton", "roimeshes": "roi_mesh"}


class Need(NamedTuple):
    """What a method needs of a server, and what to do without one."""

    what: str
    offline: str


#: Method of ``neuprint.Client`` -> why it cannot answer here.
SERVER_ONLY = {
    "fetch_help": Need(
        "the documentation of a server's REST interface",
        "help(connstore.Client) tells what a client answers, fetch_available in whose place",
    ),
    "fetch_profile": Need("your account on a server", "a store asks for no account"),
    "fetch_token": Need("the token of your account on a server", "a store asks for no token"),
    "fetch_daily_type": Need(
        "the cell type that a server draws each day",
        "fetch_neurons, fetch_simple_connections and fetch_skeleton tell the same of any type",
    ),
    "fetch_raw_keyvalue": Need(
        "the key-value stores of a server",
        "fetch_skeleton and fetch_roi_mesh read what was ingested",
    ),
    "post_raw_keyvalue": Need(
        "the key-value stores of a server",
        "a store never changes: ingest again, with --skeletons and --roi-meshes",
    ),
}


def refusal(name: str) -> Callable[..., Any]:
    """A method that says why it cannot answer; ``name`` is a key of :data:`SERVER_ONLY`."""
    need = SERVER_ONLY[name]

    def refuse(self: object, *args: Any, **kwargs: Any) -> Any:
        raise ServerNeededError(
            f"{name} asks for {need.what}, which a store has not: {need.offline}"
        )

    refuse.__name__ = name
    refuse.__doc__ = f"Needs {need.what}; raises ServerNeededError. Offline: {need.offline}."
    return refuse


def routes() -> list[dict[str, str]]:
    """The routes of neuPrintHTTP in whose place a client answers, as the server lists its own."""
    return [{"method": method, "path": path, "name": name} for method, path, name in ROUTES]


def datasets(client: Answering) -> dict[str, dict[str, Any]]:
    """Facts about the client's dataset and those of the stores in ``CONNSTORE_HOME``, by key."""
    found = {}
    for key, path in stores_at_home().paths.items():
        with suppress(StoreDamagedError):
            found[key] = dataset_facts(Store.open(path))
    found[client.store.dataset] = dataset_facts(client.store)
    return dict(sorted(found.items()))


def instances(client: Answering) -> dict[str, list[dict[str, Any]]]:
    """What there is beside neurons and synapses: skeletons, meshes of ROIs."""
    store = client.store
    return {
        name: [{"instance": name, "datasets": [store.dataset]}]
        for name, table in _INSTANCES.items()
        if store.has(table)
    }


def dataset_facts(store: Store) -> dict[str, Any]:
    """Facts about one dataset; keys, and words for what is missing, are the server's."""
    meta = store.meta
    uuid, info = meta.get("uuid"), meta.get("info")
    return {
        "last-mod": meta.get("lastDatabaseEdit"),
        "uuid": "latest" if uuid is None else uuid,
        "ROIs": sorted(roi_info(store)),
        "superLevelROIs": list(meta.get("superLevelRois") or []),
        "info": "N/A" if info is None else info,
        "hidden": bool(meta.get("hideDataSet")),
    }
