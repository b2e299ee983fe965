"""The ROI hierarchy of the invented brain: boxes in voxel space, and which ROIs hold a point.

A *place* is one box. Its points share the primary and the super-level ROI; layers, columns and
other sub-primary ROIs are smaller boxes inside it, so they overlap each other as in real data.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import DATASET

UNSPECIFIED = "<unspecified>"
# Every point has at most one ROI of each set; the order is the order of header columns.
ROI_SETS = ("primary", "super", "sub", "column", "nonhierarchical")
EXTENT = 1600  # edge length of a place in voxels

_SUPERS: dict[str | None, tuple[str, ...]] = {
    "OL(R)": ("ME(R)", "LO(R)", "LOP(R)"),
    "OL(L)": ("ME(L)", "LO(L)"),
    "MB(R)": ("CA(R)", "PED(R)", "a'L(R)", "aL(R)", "b'L(R)", "bL(R)", "gL(R)"),
    "MB(L)": ("CA(L)", "PED(L)", "a'L(L)", "aL(L)", "b'L(L)", "bL(L)", "gL(L)"),
    "CX": ("FB", "EB", "PB", "NO"),
    "LX(R)": ("LAL(R)", "BU(R)"),
    "LX(L)": ("LAL(L)", "BU(L)"),
    "INP": ("CRE(-ROB,-RUB)(R)", "ROB(R)", "CRE(L)"),
    "SNP(R)": ("SLP(R)", "SMP(R)"),
    "SNP(L)": ("SLP(L)", "SMP(L)"),
    "VNC": ("LegNp(T1)(R)", "LegNp(T1)(L)"),
    # Primary and top level at once, like AL and LH of hemibrain: no column of the super set.
    None: ("AL(R)", "AL(L)", "LH(R)", "LH(L)", "GNG"),
}
NERVE = "AntN(R)"
WITHOUT_POINTS = "BU(L)"  # primary and in the hierarchy, yet no point lies in it
MITO_ONLY = "BU(R)"  # holds mitochondria and no synapse
NON_HIERARCHICAL = ("MB(+ACA)(R)", "FB-column3")
COLUMN_HEX = {
    "ME_R_col_10_11": (10, 11),
    "ME_R_col_10_12": (10, 12),
    "ME_R_col_11_11": (11, 11),
    "ME_R_col_11_12": (11, 12),
}
PRIMARY_ROIS = tuple(roi for rois in _SUPERS.values() for roi in rois)
DESCRIPTIONS = {
    "AL(R)": "antennal lobe (right)",
    "aL(R)": "alpha lobe (right); its name differs from AL(R) in case only",
    "CRE(-ROB,-RUB)(R)": "crepine without round body and rubus (right)",
    "MB(+ACA)(R)": "mushroom body with accessory calyx (right)",
    "FB-column3": "a column of the fan-shaped body, outside the hierarchy",
    "AntN(R)": "antennal nerve (right)",
    "ME(R)": "medulla (right)",
}

Span = tuple[float, float]
FULL: Span = (0.0, 1.01)


@dataclass(frozen=True)
class SubRoi:
    """A box inside a place, in fractions of its extent along x, y, z."""

    roi_set: str
    name: str
    x: Span = FULL
    y: Span = FULL
    z: Span = FULL


_LOW: Span = (0.0, 0.45)
_HIGH: Span = (0.45, 0.9)
_SUB_ROIS: dict[str, tuple[SubRoi, ...]] = {
    "AL(R)": (SubRoi("sub", "AL-DA1(R)", x=(0.0, 0.5)), SubRoi("sub", "AL-DM2(R)", x=(0.5, 0.8))),
    "AL(L)": (SubRoi("sub", "AL-DA1(L)", x=(0.0, 0.5)),),
    "aL(R)": (SubRoi("sub", "a3(R)", z=(0.6, 1.01)),),
    "gL(R)": (SubRoi("sub", "g4(R)", z=(0.5, 0.8)),),
    "PB": (SubRoi("sub", "PB(R1)", x=(0.0, 0.3)), SubRoi("sub", "PB(L1)", x=(0.7, 1.01))),
    "FB": (
        SubRoi("sub", "FBl1", z=(0.0, 0.33)),
        SubRoi("sub", "FBl2", z=(0.33, 0.66)),
        SubRoi("sub", "FBl3", z=(0.66, 1.01)),
        SubRoi("nonhierarchical", "FB-column3", x=(0.4, 0.6)),
    ),
    "ME(R)": (
        SubRoi("sub", "ME_R_layer_1", z=(0.0, 0.33)),
        SubRoi("sub", "ME_R_layer_2", z=(0.33, 0.66)),
        SubRoi("sub", "ME_R_layer_3", z=(0.66, 1.01)),
        SubRoi("column", "ME_R_col_10_11", x=_LOW, y=_LOW),
        SubRoi("column", "ME_R_col_10_12", x=_LOW, y=_HIGH),
        SubRoi("column", "ME_R_col_11_11", x=_HIGH, y=_LOW),
        SubRoi("column", "ME_R_col_11_12", x=_HIGH, y=_HIGH),
    ),
}


@dataclass(frozen=True)
class Place:
    """One box of the brain.

    Attributes:
        name: Its primary ROI, or a made-up name where points lie in no primary ROI.
        primary: Primary ROI, or None.
        superlevel: Super-level ROI, or None.
        corner: Lowest x, y, z.
    """

    name: str
    primary: str | None
    superlevel: str | None
    corner: tuple[int, int, int]

    def roi_sets(self, x: int, y: int, z: int) -> dict[str, str | None]:
        """Returns the ROI of each ROI set for a point of this place."""
        at = dict.fromkeys(ROI_SETS)
        at["primary"], at["super"] = self.primary, self.superlevel
        if self.superlevel == "MB(R)":
            at["nonhierarchical"] = "MB(+ACA)(R)"
        fx, fy, fz = ((v - c) / EXTENT for v, c in zip((x, y, z), self.corner, strict=True))
        for sub in _SUB_ROIS.get(self.name, ()):
            if all(a <= f < b for f, (a, b) in ((fx, sub.x), (fy, sub.y), (fz, sub.z))):
                at[sub.roi_set] = sub.name
        return at


def _corner(index: int, name: str) -> tuple[int, int, int]:
    """Lays the places out on a lattice, right half at small x as in hemibrain."""
    x = 6000 if name.endswith("(R)") else 30000 if name.endswith("(L)") else 18000
    # Points of the left optic lobe get z < 2048, hence ids below 2^53; all others lie above.
    z = 300 if name in ("ME(L)", "LO(L)", "OL(L) tract") else 5000 + 2100 * (index % 7)
    return (x, 4000 + 2100 * (index // 3), z)


def _places() -> dict[str, Place]:
    rows: list[tuple[str, str | None, str | None]] = []
    for superlevel, rois in _SUPERS.items():
        rows += [(roi, roi, superlevel) for roi in rois if roi != WITHOUT_POINTS]
    rows += [
        ("MB(R) tract", None, "MB(R)"),
        ("OL(L) tract", None, "OL(L)"),
        (NERVE, None, NERVE),
        ("outside", None, None),
    ]
    return {n: Place(n, p, s, _corner(i, n)) for i, (n, p, s) in enumerate(rows)}


PLACES = _places()


def parents() -> dict[str, str]:
    """Returns the parent of every ROI of the hierarchy; top-level ROIs have the dataset."""
    found: dict[str, str] = {}
    for superlevel, rois in _SUPERS.items():
        if superlevel is not None:
            found[superlevel] = DATASET
        for roi in rois:
            found[roi] = superlevel or DATASET
            for sub in _SUB_ROIS.get(roi, ()):
                if sub.name not in NON_HIERARCHICAL:
                    found[sub.name] = roi
    found[NERVE] = DATASET
    return found


def hierarchy() -> dict[str, object]:
    """Returns Meta.roiHierarchy: nested name/children, no ``children`` at a leaf."""
    parent_of = parents()

    def node(name: str) -> dict[str, object]:
        children = [node(child) for child, parent in parent_of.items() if parent == name]
        return {"name": name, "children": children} if children else {"name": name}

    return node(DATASET)
