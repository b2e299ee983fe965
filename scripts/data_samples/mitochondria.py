"""Mitochondria and the distance of each synapse to the closest one of its body."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .bodies import MITO_ONLY_CALYX, MITO_ONLY_OUTSIDE, Neuron
from .synapses import Points, near, random_position

KINDS = ("dark", "light", "medium")
_TBARS_PER_MITO = 5
_MAX_PER_BODY = 12
_FRAGMENTS_WITH_MITO = 150
_ON_BODY_0 = 6  # the exporter drops synapses of body 0, but keeps its other elements
_REACH = 400.0


def _shape(rng: np.random.Generator) -> dict[str, object]:
    """Type, size and radii, r0 > r1 > r2; some mitochondria have no type."""
    u = rng.random()
    kind = None if u < 0.03 else KINDS[0 if u < 0.55 else 2 if u < 0.88 else 1]
    r0 = 50 + 40 * rng.random()
    r1 = r0 * (0.4 + 0.5 * rng.random())
    r2 = r1 * (0.4 + 0.5 * rng.random())
    size = int(40_000 + 1_500_000 * rng.random() * rng.random())
    return {
        "mitoType": kind,
        "size": size,
        "r0": round(r0, 3),
        "r1": round(r1, 3),
        "r2": round(r2, 3),
    }


def make_mitochondria(
    rng: np.random.Generator,
    taken: Points,
    synapses: pd.DataFrame,
    neurons: list[Neuron],
    fragments: list[int],
) -> pd.DataFrame:
    """Places mitochondria near synapses of their body, and a few in unusual spots."""
    rows: list[dict[str, object]] = []

    def add(body: int, place: str, xyz: tuple[int, int, int]) -> None:
        rows.append({"body": body, **taken.place(place, xyz), **_shape(rng)})

    by_body = dict(list(synapses.groupby("body", sort=False)))

    def add_near_synapses(body: int, count: int) -> None:
        own = by_body[body]
        for i in rng.integers(0, len(own), count):
            at = own.iloc[int(i)]
            xyz = (int(at["x"]), int(at["y"]), int(at["z"]))
            add(body, str(at["place"]), near(rng, xyz, 120))

    for neuron in neurons:
        tbars = int((by_body[neuron.body]["type"] == "pre").sum())
        add_near_synapses(neuron.body, min(_MAX_PER_BODY, 1 + tbars // _TBARS_PER_MITO))
        if neuron.cell_type.name == "ER4d" and neuron.side == "R":
            add(neuron.body, "BU(R)", random_position(rng, "BU(R)"))
    for body in fragments[:_FRAGMENTS_WITH_MITO]:
        add_near_synapses(body, 1)
    for place in ("outside", "outside"):
        add(MITO_ONLY_OUTSIDE, place, random_position(rng, place))
    add(MITO_ONLY_CALYX, "CA(R)", random_position(rng, "CA(R)"))
    for _ in range(_ON_BODY_0):
        add(0, "SLP(R)", random_position(rng, "SLP(R)"))

    # One row of whole numbers: the current exporter truncates an element column in which every
    # value has a fraction.
    rows[0].update(r0=64.0, r1=40.0, r2=24.0)
    return pd.DataFrame(rows)


def closest(synapses: pd.DataFrame, mitochondria: pd.DataFrame) -> pd.DataFrame:
    """Returns distance (float32, voxels), synapse id, mitochondrion id, within reach only."""
    mitos_of = dict(list(mitochondria.groupby("body", sort=False)))
    parts: list[pd.DataFrame] = []
    near_some = synapses[synapses["body"].isin(mitochondria["body"])]
    for body, own in near_some.groupby("body", sort=True):
        mitos = mitos_of[body]
        here = own[["x", "y", "z"]].to_numpy(np.int64)
        there = mitos[["x", "y", "z"]].to_numpy(np.int64)
        squared = ((here[:, None, :] - there[None, :, :]) ** 2).sum(axis=2)
        best = squared.argmin(axis=1)
        distance = np.sqrt(squared[np.arange(len(own)), best].astype(np.float64))
        frame = pd.DataFrame(
            {
                "distance": distance.astype(np.float32),
                "synapse": own["id"].to_numpy(),
                "mito": mitos["id"].to_numpy()[best],
            }
        )
        parts.append(frame.loc[distance <= _REACH])
    return pd.concat(parts, ignore_index=True)
