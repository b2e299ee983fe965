"""``connstore info`` and ``connstore verify``: about a store as a whole."""

from __future__ import annotations

import json as json_format
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connstore.cli.options import NoProgress, StoreArgument
from connstore.cli.stores import open_store, progress_wanted
from connstore.cli.summary import findings_text, in_columns, size_text

if TYPE_CHECKING:
    from connstore.store.opening import Store

_SOURCES = {
    "neuprint": "neuPrint bundle (current layout)",
    "dvid": "neuPrint bundle (old loader)",
    "sonata": "SONATA circuit",
}
#: Table -> what can be asked of a store that has it.
_CAPABILITIES = {
    "synapse": "synapses and where they lie",
    "pair_by_pre": "synapse-level connections",
    "pair_by_post": "synapse-level inputs of a neuron, fast",
    "element": "elements, such as mitochondria",
    "closeto": "which elements lie close to a synapse",
    "skeleton": "skeletons of bodies",
    "roi_mesh": "surfaces of ROIs",
}


def info(
    store: StoreArgument,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what a store holds.

    Its tables and properties, where it came from, and what its ingest found.
    """
    opened = open_store(store)
    if json:
        typer.echo(json_format.dumps(_facts(opened), ensure_ascii=False, indent=1))
        return
    facts = _facts(opened)
    source, rois = facts["source"], facts["rois"]
    head = {
        "path": facts["path"],
        "fingerprint": facts["fingerprint"],
        "format": f"{facts['format']}, written by connstore {facts['connstore']}",
        "source": f"{_SOURCES[source['format']]}, {source['files']:,} files, "
        f"{size_text(source['bytes'])}",
        "ingested": facts["ingested_at"],
        "ROIs": f"{rois['all']:,} with counts, {rois['primary']:,} primary",
    }
    typer.echo(facts["dataset"])
    typer.echo(in_columns([(f"  {name}", text) for name, text in head.items()]))
    size = sum(table["bytes"] for table in facts["tables"])
    typer.echo(f"\nTables: {size_text(size)} on disk")
    files = [
        (f"  {t['name']}", f"{t['rows']:,}", size_text(t["bytes"]), t["doc"])
        for t in facts["tables"]
    ]
    typer.echo(in_columns(files, right=(1, 2)))
    if populations := facts["populations"]:
        typer.echo("\nPopulations, and the body id of node 0")
        nodes = [
            (f"  {p['name']}", f"{p['size']:,}", p["type"], str(p["offset"])) for p in populations
        ]
        typer.echo(in_columns(nodes, right=(1, 3)))
    typer.echo(f"\nProperties of neurons: {len(facts['properties'])}, and bodyId and roiInfo")
    typer.echo(in_columns([(f"  {p['name']}", p["type"]) for p in facts["properties"]]))
    typer.echo("\nCan answer questions about")
    can = facts["capabilities"]
    answers = [("  yes" if can[table] else "  no", _CAPABILITIES[table]) for table in can]
    typer.echo(in_columns(answers))
    typer.echo(f"\n{findings_text(opened)}")


def verify(store: StoreArgument, no_progress: NoProgress = False) -> None:
    """Check every file of a store.

    Each is read whole, and its hash compared with the one that was recorded when it was written.
    """
    opened = open_store(store)
    opened.verify(progress_wanted(no_progress))
    files = opened.manifest.files()
    size = size_text(sum(file.bytes for file in files))
    typer.echo(f"{opened.dataset}: all {len(files)} files are as they were written ({size}).")


def _facts(store: Store) -> dict[str, Any]:
    """All that is told of a store, as JSON takes it."""
    from connstore.store.schema import TABLES  # slow; not for --help

    manifest = store.manifest
    sources = store.read("source_file").to_pylist()
    tables = []
    for name, parts in manifest.tables.items():
        doc = TABLES[name].doc if name in TABLES else ""
        total = Counter[str]()
        for file in parts.values():
            total.update(rows=file.rows, bytes=file.bytes)
        tables.append({"name": name, "rows": total["rows"], "bytes": total["bytes"], "doc": doc})
    return {
        "dataset": store.dataset,
        "fingerprint": store.fingerprint,
        "path": str(store.path),
        "format": ".".join(map(str, manifest.version)),
        "connstore": manifest.connstore,
        "ingested_at": manifest.ingested_at,
        "source": {
            "format": manifest.rules.source_format,
            "files": len(sources),
            "bytes": sum(file["bytes"] for file in sources),
        },
        "rois": {"all": len(store.all_rois), "primary": len(store.primary_rois)},
        "tables": tables,
        "populations": [
            {"name": p.name, "type": p.type, "size": p.size, "offset": p.offset}
            for p in manifest.populations
        ],
        "properties": [
            {"name": p.name, "type": p.type, "neo4j_type": p.neo4j_type}
            for p in store.properties("neuron").values()
        ],
        "capabilities": {table: store.has(table) for table in _CAPABILITIES},
        "findings": store.read("finding").drop_columns("ordinal").to_pylist(),
    }
