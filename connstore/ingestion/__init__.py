"""Exports -> stores: recognise, read, check, assemble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connstore.engine import Engine
from connstore.errors import ArgumentError, IngestError, MemoryLimitError, QueryError
from connstore.ingestion.assemble import assemble
from connstore.ingestion.checks import check_working_tables
from connstore.ingestion.current_bundle import load_current_bundle
from connstore.ingestion.identities import check_identities
from connstore.ingestion.meta import dataset_key
from connstore.ingestion.old_bundle import load_old_bundle
from connstore.ingestion.report import Report
from connstore.ingestion.roi_meshes import (
    find_roi_meshes,
    note_strange_roi_meshes,
    write_roi_meshes,
)
from connstore.ingestion.skeletons import (
    find_skeletons,
    note_strange_skeletons,
    write_skeletons,
)
from connstore.ingestion.sonata.config import Circuit, find_circuit
from connstore.ingestion.sonata.load import load_circuit
from connstore.ingestion.source import Source, find_source
from connstore.ingestion.workspace import Workspace
from connstore.paths import given_path
from connstore.settings import show_progress
from connstore.store.hashing import file_sha256
from connstore.store.manifest import Rules
from connstore.store.opening import Store
from connstore.store.writer import StoreWriter, staged_store, store_place

_LOADERS = {"neuprint": load_current_bundle, "dvid": load_old_bundle}


def ingest(
    source: str | Path,
    dest: str | Path,
    *,
    dataset: str | None = None,
    skeletons: str | Path | None = None,
    roi_meshes: str | Path | None = None,
    post_index: bool = True,
    memory_limit: str | None = None,
    progress: bool | None = None,
) -> Store:
    """Turn an exported neuPrint bundle, or a SONATA circuit, into a store.

    The format is found from the files: the current bundle (``Neuprint_Neurons/`` and its
    siblings, with or without side feathers) or the nine CSV files of the old loader; plain,
    ``.gz`` or ``.bz2``, in ``source`` itself or one directory below it. A circuit is found by its
    ``circuit_config.json``, or by the simulation config that names it; reading it needs the extra
    ``sonata`` (h5py). Everything is written beside ``dest`` first and appears there whole, or not
    at all.

    Args:
        source: Directory of the export; or a circuit's config, a simulation's, or the directory
            with the circuit's.
        dest: Directory to make; nothing may lie there yet.
        dataset: neuPrint's key, such as ``hemibrain:v1.2.1``; by default from the export (a
            circuit is called as its directory).
        skeletons: Directory of SWC files, ``<bodyId>.swc``.
        roi_meshes: Directory of OBJ files, ``<ROI>.obj``; ``%XX`` in a name stands for a byte of
            its UTF-8, such as ``%2F`` for a slash.
        post_index: Whether to keep synapse pairs sorted by postsynaptic body too (more disk,
            fast look-ups of a neuron's inputs at synapse level).
        memory_limit: Memory the engine may take, such as ``"4GB"``; by default
            ``CONNSTORE_MEMORY_LIMIT`` or 2 GB.
        progress: Whether to draw progress bars; by default as the settings say.

    Returns:
        The store, opened. Its table ``finding`` says what was read, repaired and dropped,
        and which consistency checks hold.

    Raises:
        IngestError: The export is not what it should be; with file, line and column.
        ArgumentError: Something lies at ``dest`` already, or no store can appear there; or
            ``dataset`` is no key.

    Example:
        >>> import connstore, tempfile
        >>> with tempfile.TemporaryDirectory() as home:
        ...     store = connstore.ingest("data-samples", home + "/sample", progress=False)
        ...     store.dataset
        'sample:v1.0'
    """
    if dataset is not None and not dataset.split(":")[0]:
        raise ArgumentError(f"dataset={dataset!r} is no key such as 'hemibrain:v1.2.1'")
    origin, target = given_path("source", source), store_place(dest)
    found = find_circuit(origin) or find_source(origin)
    swc = {} if skeletons is None else find_skeletons(given_path("skeletons", skeletons))
    obj = {} if roi_meshes is None else find_roi_meshes(given_path("roi_meshes", roi_meshes))
    files = {found.relative(path): path for path in found.all_files()}
    files |= {file.name: file.path for file in (*swc.values(), *obj.values())}
    with (
        staged_store(target) as writer,
        _hashing(files) as hashes,
        _workspace(found, writer.root.parent, memory_limit, progress) as workspace,
    ):
        if swc:
            write_skeletons(swc, workspace, writer)
        if obj:
            write_roi_meshes(obj, workspace, writer)
        if isinstance(found, Circuit):
            load_circuit(found, workspace)
        else:
            _load_bundle(found, workspace)
        key = dataset or dataset_key(workspace.meta)
        if key is None:
            raise IngestError("Meta names no dataset; give one: --dataset name:tag")
        assemble(workspace, writer, post_index=post_index)
        if isinstance(found, Source):
            check_identities(workspace, found.format)
        note_strange_skeletons(swc, workspace)
        note_strange_roi_meshes(obj, workspace)
        _write_provenance(writer, files, workspace, hashes)
        properties = [p for group in workspace.properties.values() for p in group]
        writer.finish(
            key,
            _rules(found.format, workspace),
            properties,
            workspace.populations,
            workspace.edge_populations,
        )
    return Store.open(target)


def _load_bundle(source: Source, workspace: Workspace) -> None:
    """Fill the working tables from a neuPrint bundle, and check them."""
    _LOADERS[source.format](source, workspace)
    for table in workspace.files:
        workspace.report.count("rows_read", workspace.count(table), table)
    check_working_tables(workspace)


@contextmanager
def _workspace(
    source: Source | Circuit, directory: Path, memory_limit: str | None, progress: bool | None
) -> Iterator[Workspace]:
    """A workspace; whatever goes wrong in its engine is told as a failure of the ingest."""
    try:
        with closing(Engine.workspace(directory, memory_limit)) as engine:
            yield Workspace(engine, directory, Report(), show_progress(progress))
    except (QueryError, MemoryLimitError) as error:
        raise IngestError(f"the export in {source.root} cannot be ingested: {error}") from error


@contextmanager
def _hashing(files: Mapping[str, Path]) -> Iterator[dict[str, Future[str]]]:
    """Hash every file beside the other work; whatever is left undone is dropped."""
    hasher = ThreadPoolExecutor(1)
    try:
        yield {name: hasher.submit(file_sha256, path) for name, path in files.items()}
    finally:
        hasher.shutdown(cancel_futures=True)


def _rules(source_format: str, workspace: Workspace) -> Rules:
    """How the source counts (formats differ; Meta holds the thresholds)."""

    def threshold(name: str) -> float | None:
        value = workspace.meta.get(name, ("", None))[1]
        return float(value) if isinstance(value, (int, float)) else None

    return Rules.model_validate(
        {
            "source_format": source_format,
            "downstream_side": "post" if source_format == "neuprint" else "pre",
            "post_high_accuracy": threshold("postHighAccuracyThreshold"),
            "post_high_precision": threshold("postHPThreshold"),
        }
    )


def _write_provenance(
    writer: StoreWriter,
    files: Mapping[str, Path],
    workspace: Workspace,
    hashes: Mapping[str, Future[str]],
) -> None:
    """The tables that say where the store came from and what was found on the way."""
    rows = [
        (name, path.stat().st_size, _hash(hashes[name], name), workspace.rows_read.get(name))
        for name, path in sorted(files.items())
    ]
    paths, sizes, sums, read = zip(*rows, strict=True)
    table = pa.table(
        {
            "path": pa.array(paths, pa.string()),
            "bytes": pa.array(sizes, pa.int64()),
            "sha256": pa.array(sums, pa.string()),
            "rows_read": pa.array(read, pa.int64()),
        }
    )
    pq.write_table(table, writer.path("source_file"))
    pq.write_table(workspace.report.table(), writer.path("finding"))


def _hash(job: Future[str], name: str) -> str:
    try:
        return job.result()
    except OSError as error:
        raise IngestError(f"cannot read it: {error.strerror}", file=name) from None
