"""Shapes beside the bundle: skeletons of a few neurons (SWC) and surfaces of a few ROIs (OBJ)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from .anatomy import EXTENT, PLACES
from .bodies import Neuron

# One in two pieces, ids that no float holds, a pair of left and right.
BROKEN_TYPE = "LHPV4/5"
_TYPES = (BROKEN_TYPE, "OA-VPM3", "DNa02")
_NODES = 90
# AL(R) and aL(R) are one name to some file systems: a letter of the second is percent-encoded.
_MESH_FILES = {
    "AL(R)": "AL(R)",
    "aL(R)": "%61L(R)",
    "CRE(-ROB,-RUB)(R)": "CRE(-ROB,-RUB)(R)",
    "EB": "EB",
}
# Corner n of a box has x, y, z by the bits of n; two triangles to a side, seen from outside.
_FACES = (
    (1, 3, 4), (1, 4, 2), (5, 6, 8), (5, 8, 7), (1, 2, 6), (1, 6, 5),
    (3, 7, 8), (3, 8, 4), (1, 5, 7), (1, 7, 3), (2, 4, 8), (2, 8, 6),
)  # fmt: skip


def write_skeletons(folder: Path, neurons: Iterable[Neuron], points: pd.DataFrame) -> int:
    """Writes ``<bodyId>.swc`` of some neurons; returns their number."""
    _clear(folder, "*.swc")
    chosen = [neuron for neuron in neurons if neuron.cell_type.name in _TYPES]
    for neuron in chosen:
        own = points.loc[points["body"] == neuron.body, ["x", "y", "z"]].to_numpy(np.int64)
        at = own[:: max(1, len(own) // _NODES)][:_NODES]
        at, links, lengths = _tree(at)
        if neuron.cell_type.name == BROKEN_TYPE:
            links[int(np.argmax(lengths))] = -1
        lines = ["# an invented neuron: a tree through some of its synapses, in voxels"]
        lines += ["# 0 = undefined, 1 = soma, 5 = fork, 6 = end"]
        for node, (link, (x, y, z)) in enumerate(zip(links, at.tolist(), strict=True), 1):
            children = links.count(node)
            kind = 1 if node == 1 else {0: 6, 1: 0}.get(children, 5)
            radius = round(60 / (1 + 0.07 * node), 4)
            lines.append(f"{node} {kind} {x}.0 {y}.0 {z}.5 {radius} {link}")
        _write(folder / f"{neuron.body}.swc", lines)
    return len(chosen)


def write_roi_meshes(folder: Path) -> int:
    """Writes the boxes of some ROIs as OBJ files; returns their number."""
    _clear(folder, "*.obj")
    for roi, name in _MESH_FILES.items():
        corner = PLACES[roi].corner
        lines = [f"# {roi}"]
        for bits in range(8):
            xyz = (c + EXTENT * (bits >> axis & 1) for axis, c in enumerate(corner))
            lines.append("v " + " ".join(f"{value}.0" for value in xyz))
        lines += ["f " + " ".join(map(str, face)) for face in _FACES]
        _write(folder / f"{name}.obj", lines)
    return len(_MESH_FILES)


def _tree(at: np.ndarray) -> tuple[np.ndarray, list[int], list[int]]:
    """Points of the shortest tree, the parent of each (from 1; -1: none), squares of the lengths.

    The points are in the order in which the tree grows from the first one on: a parent comes
    before its children.
    """
    rest, order, links, lengths = list(range(1, len(at))), [0], [-1], [0]
    while rest:
        squares = ((at[rest][:, None] - at[order][None]) ** 2).sum(axis=2)
        new, old = np.unravel_index(int(np.argmin(squares)), squares.shape)
        links.append(int(old) + 1)
        lengths.append(int(squares[new, old]))
        order.append(rest.pop(int(new)))
    return at[order], links, lengths


def _clear(folder: Path, pattern: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(pattern):
        path.unlink()


def _write(path: Path, lines: list[str]) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
