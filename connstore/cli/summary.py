"""What a store holds and what its ingest found, in words for a neuroscientist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connstore.store.opening import Store

#: What it is called, and the tables that hold it (the first is counted, all take up disk).
_HOLDINGS = (
    ("bodies", ("segment",)),
    ("synapse counts of bodies by ROI", ("segment_roi",)),
    ("connections", ("connection_by_pre", "connection_by_post")),
    ("connections by ROI", ("connection_roi_by_pre", "connection_roi_by_post")),
    ("synapses (T-bars and PSDs)", ("synapse",)),
    ("synapse pairs (T-bar to PSD)", ("pair_by_pre", "pair_by_post")),
    ("elements (such as mitochondria)", ("element",)),
    ("links from synapses to elements", ("closeto",)),
    ("nodes of skeletons", ("skeleton",)),
    ("surfaces of ROIs", ("roi_mesh",)),
    ("edges of the circuit", ("edge",)),
)
#: What other sources than circuits never have is not told of them.
_OF_CIRCUITS = ("edge",)


def holdings_text(store: Store) -> str:
    """A table of what the store holds: rows, those of neurons among them, bytes on disk."""
    tables = store.manifest.tables
    rows: list[tuple[str, ...]] = [("Holds", "", "of neurons", "on disk")]
    told: set[str] = set()
    for words, names in _HOLDINGS:
        if present := [name for name in names if name in tables]:
            told.update(present)
            parts = tables[present[0]]
            neurons = f"{parts['neuron'].rows:,}" if "neuron" in parts else ""
            total = sum(part.rows for part in parts.values())
            rows.append((f"  {words}", f"{total:,}", neurons, _size(store, present)))
        elif names != _OF_CIRCUITS:
            rows.append((f"  {words}", "none", "", ""))
    others = [name for name in tables if name not in told]
    rows.append(("  metadata, ROIs, provenance", "", "", _size(store, others)))
    rows.append(("  altogether", "", "", _size(store, list(tables))))
    return in_columns(rows, right=(1, 2, 3))


def findings_text(store: Store) -> str:
    """What the ingest read, checked, repaired and dropped; failures first."""
    findings = store.read("finding").to_pylist()
    by_kind: dict[str, list[Any]] = {
        kind: [finding for finding in findings if finding["kind"] == kind]
        for kind in ("count", "identity", "repair", "drop", "note")
    }
    lines = ["Rows read"]
    lines += [f"  {finding['rows']:,}  {finding['detail']}" for finding in by_kind["count"]]
    lines += _checks(by_kind["identity"])
    for kind, title in (("repair", "Repaired"), ("drop", "Left out"), ("note", "Notes")):
        found = by_kind[kind]
        lines += ["", title if found else f"{title}: nothing"]
        lines += [f"  {f['rows']:,} rows: {f['detail']}" for f in found if f["rows"]]
        lines += [f"  {f['detail']}" for f in found if not f["rows"]]
    return "\n".join(lines)


def _checks(identities: list[Any]) -> list[str]:
    """The consistency checks. Some may be violated by a sound export; they say so."""
    strict = [finding for finding in identities if finding["ok"] is not None]
    failed = [finding for finding in strict if not finding["ok"]]
    loose = [finding for finding in identities if finding["ok"] is None]
    lines = ["", f"Consistency checks: all {len(strict)} hold"]
    if not strict:
        lines = ["", "Consistency checks: none could be made"]
    elif failed:
        lines = ["", f"ATTENTION: {len(failed)} of {len(strict)} consistency checks DO NOT HOLD"]
    lines += [f"  FAILS in {f['rows']:,} rows: {f['detail']}" for f in failed]
    lines += [f"  holds: {f['detail']}" for f in strict if f["ok"]]
    for finding in loose:
        verdict = f"not in {finding['rows']:,} rows, as may be" if finding["rows"] else "holds"
        lines.append(f"  {verdict}: {finding['detail']}")
    return lines


def size_text(size: int) -> str:
    """A number of bytes for people.

    Example:
        >>> size_text(999), size_text(2_871_000), size_text(12 * 10**9)
        ('999 B', '2.9 MB', '12.0 GB')
    """
    number, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{size} B" if unit == "B" else f"{number:.1f} {unit}"


def in_columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lines with their texts in columns; those whose numbers are in ``right`` end flush.

    Example:
        >>> print(in_columns([("a", "1"), ("bcd", "20")], right=[1]))
        a     1
        bcd  20
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if index in right else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _size(store: Store, tables: Sequence[str]) -> str:
    files = (file for name in tables for file in store.manifest.tables[name].values())
    return size_text(sum(file.bytes for file in files))
