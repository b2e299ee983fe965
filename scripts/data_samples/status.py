"""statusLabel -> status, and which bodies are labelled :Neuron."""

from __future__ import annotations

from collections.abc import Mapping

_STATUS_OF = {
    "Traced": (
        "Leaves", "PRT Orphan", "Reviewed", "Prelim Roughly traced", "RT Hard to trace",
        "RT Orphan", "Roughly traced", "Traced in ROI", "Traced", "Finalized",
    ),
    "Anchor": (
        "Anchor", "Cleaved Anchor", "Will be merged", "Partially traced", "Sensory Anchor",
        "Cervical Anchor", "Soma Anchor", "Examined Soma Anchor", "Primary Anchor",
    ),
    "Assign": ("0.5assign",),
    "Orphan": ("Hard to trace", "Orphan-artifact", "Orphan", "Orphan hotknife"),
    None: ("Putative Leaves", "Out of scope", "Not examined", ""),
    "Unimportant": ("Unimportant",),
    "Glia": ("Glia",),
}  # fmt: skip
# Weak to strong: the ordered dictionary of statusLabel in the feather file.
LABEL_ORDER = (
    "Unimportant", "Glia", *_STATUS_OF["Orphan"], *_STATUS_OF[None], "0.5assign",
    *_STATUS_OF["Anchor"], *_STATUS_OF["Traced"],
)  # fmt: skip
_STATUS = {label: status for status, labels in _STATUS_OF.items() for label in labels}
_MANY_SYNAPSES = 100
_TELLING_PROPERTIES = (
    "rootLocation", "somaLocation", "class", "type", "instance", "group", "somaSide", "synonyms",
)  # fmt: skip


def status_of(label: str | None) -> str | None:
    """Returns the coarse status of a statusLabel."""
    return None if label is None else _STATUS[label]


def is_neuron(row: Mapping[str, object], counts: Mapping[str, int]) -> bool:
    """The exporter's default criteria for the label :Neuron."""
    if row.get("status") in ("Unimportant", "Glia"):
        return False
    return (
        any(counts[name] >= _MANY_SYNAPSES for name in ("synweight", "pre", "post"))
        or any(row.get(name) is not None for name in _TELLING_PROPERTIES)
        or row.get("status") in ("Traced", "Anchor")
    )
