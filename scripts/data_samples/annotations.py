"""Properties of bodies that are not counts: names, status, soma, transmitter, size."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .bodies import Neuron
from .odd_values import INSTANCE_FORMS, OVERRIDES
from .status import status_of
from .synapses import NT_COLUMNS, TRANSMITTERS, random_position

Row = dict[str, object]
_NEURON_STATUS = ("Traced", "Traced", "Traced", "Roughly traced", "Roughly traced", "Reviewed")
_FRAGMENT_STATUS = (
    None, None, None, None, None, "0.5assign", "0.5assign", "0.5assign", "Orphan", "Orphan",
    "Hard to trace", "Orphan-artifact", "Orphan hotknife", "Putative Leaves", "Out of scope",
    "Not examined",
)  # fmt: skip
_EXACT_IN_FLOAT64 = 2**53


def _typed(rng: np.random.Generator, neuron: Neuron, group: int | None) -> Row:
    kind = neuron.cell_type
    form = INSTANCE_FORMS.get(kind.name, kind.name + "_{s}")
    row: Row = {
        "type": kind.name,
        "instance": form.replace("{s}", neuron.side).replace("{i}", str(neuron.index + 1)),
        "class": kind.cell_class,
        "superclass": kind.superclass,
        "somaSide": neuron.side,
        "hemilineage": kind.hemilineage,
        "group": group,
        "cellBodyFiber": kind.fiber,
        "statusLabel": _NEURON_STATUS[int(rng.integers(len(_NEURON_STATUS)))],
        "cropped": (False, False, False, True, None)[int(rng.integers(5))],
    }
    if rng.random() < 0.75:
        x, y, z = random_position(rng, kind.soma)
        row["somaLocation"] = f"{{x:{x}, y:{y}, z:{z}}}"
        row["somaRadius"] = 150.0 + 0.5 * int(rng.integers(0, 400))
    if kind.superclass in ("vnc_motor", "sensory"):
        x, y, z = random_position(rng, kind.soma)
        row["rootLocation"] = f"{{x:{x}, y:{y}, z:{z}}}"
    return row


def _transmitter(tbars: pd.DataFrame) -> Row:
    """Summary of the T-bar predictions of a body or cell type: count, winner, its mean share."""
    known = tbars[list(NT_COLUMNS)].to_numpy("float64")
    known = known[~np.isnan(known[:, 0])]
    if not len(known):
        return {}
    # fsum is exact, so that rounding does not depend on the order in which a CPU adds.
    means = [math.fsum(column) / len(known) for column in known.T]
    best = means.index(max(means))
    share = round(means[best], 3)
    unclear = share < 0.5 or len(known) < 3
    return {
        "totalNtPredictions": float(len(known)),
        "predictedNt": "unclear" if unclear else TRANSMITTERS[best],
        "predictedNtConfidence": share,
    }


def annotate_neurons(
    rng: np.random.Generator, neurons: list[Neuron], points: pd.DataFrame
) -> dict[int, Row]:
    """Returns the annotations of every cell; cells without any keep the transmitter only."""
    tbars = points[points["type"] == "pre"]
    tbars_of = dict(list(tbars.groupby("body", sort=False)))
    bodies_of: dict[str, list[int]] = {}
    for neuron in neurons:
        bodies_of.setdefault(neuron.cell_type.name, []).append(neuron.body)
    summary_of = {
        name: _transmitter(tbars[tbars["body"].isin(bodies)]) for name, bodies in bodies_of.items()
    }
    rows: dict[int, Row] = {}
    for neuron in neurons:
        kind, row = neuron.cell_type, Row()
        if not kind.untyped:
            first = bodies_of[kind.name][0]
            # A group above 2^53 would not survive the feather file, where it is a double.
            row = _typed(rng, neuron, first if first < _EXACT_IN_FLOAT64 else None)
            if summary := summary_of[kind.name]:
                row["celltypePredictedNt"] = summary["predictedNt"]
                row["celltypePredictedNtConfidence"] = summary["predictedNtConfidence"]
                row["celltypeTotalNtPredictions"] = summary["totalNtPredictions"]
                row["consensusNt"] = kind.transmitter
            if kind.cell_class == "DAN":
                row["ntReference"] = 'Nobody & "Others", 2024 (invented)'
                row["otherNt"] = "nitric oxide"
        if neuron.body in tbars_of:
            row |= _transmitter(tbars_of[neuron.body])
        row["size"] = int(rng.integers(50_000_000, 9_000_000_000))
        row |= OVERRIDES.get(neuron.key, {})
        rows[neuron.body] = row
    return rows


def annotate_fragments(rng: np.random.Generator, fragments: list[int]) -> dict[int, Row]:
    """Returns a status for some fragments and a size for most."""
    rows: dict[int, Row] = {}
    for body in fragments:
        status = _FRAGMENT_STATUS[int(rng.integers(len(_FRAGMENT_STATUS)))]
        size = int(rng.integers(1_000, 20_000_000)) if rng.random() < 0.8 else None
        rows[body] = {"statusLabel": status, "size": size}
    return rows


def with_status(row: Row) -> Row:
    """Adds the coarse status."""
    label = row.get("statusLabel")
    return {**row, "status": status_of(label if isinstance(label, str) else None)}
