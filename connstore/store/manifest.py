"""The manifest: the one JSON file by which a store describes itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connstore.errors import StoreFormatError, StoreNotFoundError
from connstore.store.schema import FORMAT_VERSION

MANIFEST = "manifest.json"

#: The bodies of the n-th node population of a circuit (from 0) have ids from n times this on.
#: A power of ten, so that people can read body 2000000000017: population 2, node 17.
POPULATION_IDS = 10**12


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StoredFile(_Model):
    """One Parquet file: where it lies, and what must be found there.

    Attributes:
        path: Path in the store, with ``/``.
        rows: Number of rows.
        bytes: Size.
        sha256: Hash of its bytes, in hexadecimal.
    """

    path: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str


class Property(_Model):
    """One property of an entity that the source brought along.

    Attributes:
        entity: ``neuron``, ``neuron_roi``, ``connection``, ``connection_roi``,
            ``synapse``, ``element``, ``closeto`` or ``edge``.
        name: Exact name in neuPrint.
        column: Column that holds it; differs from the name only where two names
            of the entity are equal but for case.
        type: connstore's type name (a key of ``schema.SQL_TYPES``).
        neo4j_type: Type in the export's header, such as ``long``.
        ordinal: Position in the source's header.
    """

    entity: str
    name: str
    column: str
    type: str
    neo4j_type: str
    ordinal: int


class Rules(_Model):
    """How the source counts; what a reader must know to compare stores.

    Attributes:
        source_format: ``neuprint`` (current bundle), ``dvid`` (old loader) or ``sonata``
            (SONATA circuit).
        downstream_side: End of a pair whose ROI counts for per-ROI ``downstream``.
        post_high_accuracy: Default confidence of SynapseCriteria; PSDs from here on count
            for ``weight`` in current bundles.
        post_high_precision: PSDs from here on count for ``weightHP``.
    """

    source_format: Literal["neuprint", "dvid", "sonata"]
    downstream_side: Literal["pre", "post"]
    post_high_accuracy: float | None
    post_high_precision: float | None


class Population(_Model):
    """One population of nodes of a SONATA circuit.

    Attributes:
        name: Its name.
        type: Such as ``biophysical`` or ``virtual``.
        offset: Body id of its node 0: bodyId = offset + node_id.
        size: Number of its nodes.
        attributes: Each attribute that its nodes have -> its type there (a key of
            ``schema.SQL_TYPES``); the property of that name may have a wider one.
    """

    name: str
    type: str
    offset: int = Field(ge=0)
    size: int = Field(ge=0)
    attributes: dict[str, str]


class EdgePopulation(_Model):
    """One population of edges of a SONATA circuit.

    Attributes:
        name: Its name.
        type: Such as ``chemical`` or ``electrical``; only chemical edges are connections.
        source: Node population that its edges come from.
        target: Node population that they go to.
        size: Number of its edges.
        attributes: Each attribute that its edges have -> its type there.
    """

    name: str
    type: str
    source: str
    target: str
    size: int = Field(ge=0)
    attributes: dict[str, str]


class Manifest(_Model):
    """Everything needed to open a store.

    Attributes:
        format: Always ``connstore``.
        version: Format version, major and minor.
        dataset: neuPrint's key, such as ``hemibrain:v1.2.1``.
        fingerprint: Hash of the content (not of the files), ``store.fingerprint``.
        connstore: Version of the program that wrote it.
        ingested_at: When, ISO 8601 in UTC. Not part of the fingerprint.
        rules: How the source counts.
        properties: Properties of all entities.
        populations: Node populations of a SONATA circuit, in its order; empty for other sources,
            where all bodies are one population that has the dataset's name.
        edge_populations: Edge populations of a SONATA circuit, in its order.
        tables: Files of each table, by part (``all`` where it has none).
    """

    format: Literal["connstore"] = "connstore"
    version: tuple[int, int] = FORMAT_VERSION
    dataset: str
    fingerprint: str
    connstore: str
    ingested_at: str
    rules: Rules
    properties: tuple[Property, ...]
    populations: tuple[Population, ...] = ()
    edge_populations: tuple[EdgePopulation, ...] = ()
    tables: dict[str, dict[str, StoredFile]]

    def text(self) -> str:
        """The manifest as its file holds it, with a checksum over the rest."""
        content = self.model_dump(mode="json")
        return json.dumps(content | {"checksum": checksum(content)}, indent=1) + "\n"

    def files(self) -> list[StoredFile]:
        """Every Parquet file of the store, in order of path."""
        files = (file for parts in self.tables.values() for file in parts.values())
        return sorted(files, key=lambda file: file.path)

    def entity(self, name: str) -> dict[str, Property]:
        """The properties of one entity, by exact name, in the source's order."""
        of_entity = (p for p in self.properties if p.entity == name)
        return {p.name: p for p in sorted(of_entity, key=lambda p: p.ordinal)}


def read_manifest(store: Path) -> Manifest:
    """Read and check the manifest of the store at a path.

    Raises:
        StoreNotFoundError: There is no such directory, or it cannot be looked at.
        StoreFormatError: It is not a store, one of another major version, or damaged.
    """
    path = store / MANIFEST
    try:
        is_directory, has_manifest = store.is_dir(), path.is_file()
    except OSError as error:
        raise StoreNotFoundError(
            f"The store at {store} cannot be looked at: {error.strerror}"
        ) from None
    if not is_directory:
        raise StoreNotFoundError(
            f"There is no store at {store}. Make one: connstore ingest SOURCE {store}"
        )
    if not has_manifest:
        raise StoreFormatError(
            f"{store} is not a connstore store: it has no {MANIFEST}. "
            f"If it is an export, ingest it: connstore ingest {store} DEST"
        )
    try:
        text = path.read_text(encoding="utf-8")
        head = _Head.model_validate_json(text)
    except OSError as error:
        raise StoreFormatError(f"{path} cannot be read: {error.strerror}") from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise StoreFormatError(f"{path} is not a connstore manifest: {_first(error)}") from None
    if head.version[0] != FORMAT_VERSION[0]:
        raise StoreFormatError(
            f"{store} has store format {head.version[0]}.{head.version[1]}; this connstore reads "
            f"{FORMAT_VERSION[0]}.x. Upgrade connstore, or ingest the export again."
        )
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise StoreFormatError(f"{path} is damaged: {_first(error)}") from None
    content = json.loads(text)
    if content.get("checksum") != checksum(content):
        raise StoreFormatError(f"{path} is damaged: its content is not what was written")
    return manifest


def checksum(content: Mapping[str, object]) -> str:
    """The SHA-256 of a manifest's content, whatever its layout; its own checksum left out."""
    rest = {name: value for name, value in content.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


class _Head(_Model):
    """The part of a manifest that every format version shares."""

    format: Literal["connstore"]
    version: tuple[int, int]


def _first(error: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
