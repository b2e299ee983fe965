"""T-bars and PSDs: places of contact become points with an id, a position, ROIs, confidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .anatomy import EXTENT, PLACES, ROI_SETS
from .connections import Contact

TRANSMITTERS = ("acetylcholine", "dopamine", "gaba", "glutamate", "octopamine", "serotonin")
NT_COLUMNS = tuple(f"nt{name.capitalize()}Prob" for name in TRANSMITTERS)
_MAX_PSDS_PER_TBAR = 6
# Values on both sides of the thresholds and exactly at them, as float32.
_HALF, _HP = np.float32(0.5), np.float32(0.7)
BOUNDARY_CONFIDENCES = (
    np.float32(0.4),
    _HALF,
    _HP,
    np.nextafter(_HALF, np.float32(0)),
    np.nextafter(_HP, np.float32(0)),
    np.nextafter(_HP, np.float32(1)),
)
_BOUNDARY_SHARE = 0.03


class Points:
    """Collects points of one shared id space (synapses and mitochondria)."""

    def __init__(self) -> None:
        """Starts with every voxel free."""
        self._used: set[int] = set()

    def place(self, place: str, xyz: tuple[int, int, int]) -> dict[str, object]:
        """Claims a free voxel near ``xyz`` inside a place.

        Returns:
            id (packed z<<42 | y<<21 | x), x, y, z, the place, and the ROI of each ROI set.
        """
        corner = PLACES[place].corner
        x, y, z = (min(max(v, c), c + EXTENT - 1) for v, c in zip(xyz, corner, strict=True))
        while (packed := (z << 42) | (y << 21) | x) in self._used:
            x += 1
        self._used.add(packed)
        rois = PLACES[place].roi_sets(x, y, z)
        return {"id": packed, "x": x, "y": y, "z": z, "place": place, **rois}


@dataclass(frozen=True)
class Synapses:
    """All points (sorted by id) and all T-bar -> PSD pairs (sorted by ids)."""

    points: pd.DataFrame
    pairs: pd.DataFrame


def random_position(rng: np.random.Generator, place: str) -> tuple[int, int, int]:
    """A uniform voxel of a place."""
    dx, dy, dz = (int(v) for v in rng.integers(0, EXTENT, 3))
    x, y, z = PLACES[place].corner
    return (x + dx, y + dy, z + dz)


def near(rng: np.random.Generator, xyz: tuple[int, int, int], reach: int) -> tuple[int, int, int]:
    """A voxel at most ``reach`` away along each axis."""
    x, y, z = (v + int(d) for v, d in zip(xyz, rng.integers(-reach, reach + 1, 3), strict=True))
    return (x, y, z)


def _confidence(rng: np.random.Generator, spread: float) -> np.float32:
    if rng.random() < _BOUNDARY_SHARE:
        return BOUNDARY_CONFIDENCES[int(rng.integers(len(BOUNDARY_CONFIDENCES)))]
    return np.float32(round(1 - spread * rng.random() * rng.random(), 3))


def _transmitter_probs(rng: np.random.Generator, transmitter: str) -> dict[str, float | None]:
    """Predicted probabilities of one T-bar; a few T-bars have none."""
    if rng.random() < 0.03:
        return dict.fromkeys(NT_COLUMNS)
    main = TRANSMITTERS.index(transmitter)
    if rng.random() < 0.08:
        main = int(rng.integers(len(TRANSMITTERS)))
    share = 0.5 + 0.48 * rng.random()
    weights = rng.random(len(TRANSMITTERS))
    weights[main] = 0.0
    probs = (1 - share) * weights / math.fsum(weights)
    probs[main] = share
    return {c: round(float(p), 3) for c, p in zip(NT_COLUMNS, probs, strict=True)}


def make_synapses(
    rng: np.random.Generator,
    taken: Points,
    contacts: list[Contact],
    transmitter_of: dict[int, str],
    tied_bodies: tuple[int, ...],
) -> Synapses:
    """Shares out each body's contacts in a place over T-bars and places all points.

    Args:
        rng: Source of randomness.
        taken: The shared id space.
        contacts: One per PSD.
        transmitter_of: Main transmitter of a body; fragments default to acetylcholine.
        tied_bodies: Bodies whose T-bars have two equally probable transmitters.
    """
    outputs: dict[tuple[int, str], list[Contact]] = {}
    for contact in contacts:
        outputs.setdefault((contact.pre, contact.pre_place), []).append(contact)

    rows: list[dict[str, object]] = []
    pairs: list[tuple[int, int]] = []
    for (pre, place), targets in outputs.items():
        order = [targets[i] for i in rng.permutation(len(targets))]
        while order:
            count = int(rng.integers(1, _MAX_PSDS_PER_TBAR + 1))
            chunk, order = order[:count], order[count:]
            xyz = random_position(rng, place)
            tbar = taken.place(place, xyz)
            probs = _transmitter_probs(rng, transmitter_of.get(pre, "acetylcholine"))
            if pre in tied_bodies:
                probs = dict.fromkeys(NT_COLUMNS, 0.0)
                probs["ntAcetylcholineProb"] = probs["ntGabaProb"] = 0.5
            rows.append(
                {**tbar, "type": "pre", "confidence": _confidence(rng, 0.7), "body": pre, **probs}
            )
            for contact in chunk:
                same = contact.post_place == place
                at = near(rng, xyz, 45) if same else random_position(rng, contact.post_place)
                psd = taken.place(contact.post_place, at)
                rows.append(
                    {
                        **psd,
                        "type": "post",
                        "confidence": _confidence(rng, 0.9),
                        "body": contact.post,
                        **dict.fromkeys(NT_COLUMNS),
                    }
                )
                pairs.append((int(tbar["id"]), int(psd["id"])))  # type: ignore[call-overload]

    points = pd.DataFrame(rows).sort_values("id", ignore_index=True)
    points["confidence"] = points["confidence"].astype("float32")
    return Synapses(points, _with_ends(points, pairs))


def _with_ends(points: pd.DataFrame, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    """Adds bodies, PSD confidence and PSD ROIs to the pairs."""
    table = pd.DataFrame(pairs, columns=["pre_id", "post_id"])
    table = table.sort_values(["pre_id", "post_id"], ignore_index=True)
    by_id = points.set_index("id")
    table["body_pre"] = by_id["body"].reindex(table["pre_id"]).to_numpy()
    post = by_id.reindex(table["post_id"])
    table["body_post"] = post["body"].to_numpy()
    table["conf_post"] = post["confidence"].to_numpy()
    for roi_set in ROI_SETS:
        table[roi_set] = post[roi_set].to_numpy()
    return table
