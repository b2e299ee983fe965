"""Small random neuPrint bundles in the current layout: everything that a real export has."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

ROIS = ["EB", "AL(R)", "aL(R)", 'odd, "roi"']
PRIMARY = ROIS[:2]
BODIES = [10000, 10001, 777, 2**53, 2**53 + 1, 2**63 - 1]
#: Type of element -> its labels beside those of all elements.
ELEMENTS = {"mitochondrion": ["Mito"], "ColumnPin": [], "it's a soma": []}

Row = dict[str, Any]


@dataclass
class Point:
    """A synapse or another element."""

    id: int
    type: str
    body: int
    rois: frozenset[str]
    confidence: float = 1.0


@dataclass
class Bundle:
    """What the files are made of.

    Attributes:
        bodies: Those that have a row.
        points: Synapses.
        pairs: T-bar and PSD.
        elements: Other elements; those with an even id are in no ElementSet.
    """

    rng: Random
    bodies: list[int]
    points: dict[int, Point] = field(default_factory=dict)
    pairs: list[tuple[Point, Point]] = field(default_factory=list)
    elements: list[Point] = field(default_factory=list)

    def point(self, type_: str, bodies: Sequence[int]) -> Point:
        """A new point of some body, in some ROIs."""
        number = 2**53 + 1 + len(self.points) + len(self.elements)
        rois = frozenset(roi for roi in ROIS if self.rng.random() < 0.4)
        point = Point(number, type_, self.rng.choice(bodies), rois)
        point.confidence = self.rng.choice([0.1, 0.45, 0.5, 0.7, 0.99])
        return point


def write_small_bundle(directory: Path, seed: int, *, dangling: bool = False) -> None:
    """Write a random bundle: autapses, T-bars of several sets, points without partner.

    Args:
        directory: Where to; made here.
        seed: Equal seeds make equal bundles.
        dangling: Whether a body that has synapses lacks a row of its own.
    """
    rng = Random(seed)
    bodies = BODIES[: rng.randint(3, len(BODIES))]
    bundle = Bundle(rng, bodies[:-1] if dangling else bodies)
    for _ in range(rng.randint(3, 6)):
        bar = bundle.point("pre", bodies)
        bundle.points[bar.id] = bar
        for _ in range(rng.randint(0, 3)):
            density = bundle.point("post", bodies)
            bundle.points[density.id] = density
            bundle.pairs.append((bar, density))
    for _ in range(rng.randint(0, 4)):
        bundle.elements.append(bundle.point(rng.choice(list(ELEMENTS)), bundle.bodies))
    _write_bodies(directory, bundle)
    _write_synapses(directory, bundle)
    _write_sets(directory, bundle)
    _write_elements(directory, bundle)
    _write_meta(directory, bundle)


def _write_bodies(directory: Path, bundle: Bundle) -> None:
    rng = bundle.rng
    neurons = []
    for body in bundle.bodies:
        counts = _body_counts(bundle, body)
        totals = counts.pop("")
        neurons.append(
            {
                ":ID(Body-ID)": body,
                **{f"{name}:int": totals[name] for name in ("post", "pre")},
                "downstream:int": totals["downstream"],
                "upstream:int": totals["upstream"],
                "synweight:int": totals["downstream"] + totals["upstream"],
                "type:string": rng.choice(["ER4d", "LC10a", "", None]),
                "instance:string": rng.choice(["ER4d_R", 'it\'s\n"x"', None]),
                "status:string": rng.choice(["Traced", "Orphan", None]),
                "cropped:boolean": rng.choice([True, False, None]),
                "somaLocation:point{srid:9157}": rng.choice(["{x:1, y:2, z:3}", None]),
                "somaRadius:float": rng.choice([1.5, 2.0, None]),
                "bodyId:long": body,
                "roiInfo:string": _json({r: dict(c) for r, c in sorted(counts.items())}),
                "size:long": rng.choice([123, 2**40, None]),
                ":LABEL": _labels("Segment", *(["Neuron"] if rng.random() < 0.7 else [])),
                **{f"{roi}:boolean": True if roi in counts else None for roi in ROIS},
            }
        )
    for number, rows in enumerate((neurons[:2], neurons[2:])):
        _write(directory / f"Neuprint_Neurons/{number}.csv", rows)
    edges = []
    for (pre, post), pairs in _by_bodies(bundle).items():
        accurate = [psd for _, psd in pairs if psd.confidence >= 0.5]
        by_roi = Counter(roi for psd in accurate for roi in psd.rois)
        edges.append(
            {
                ":START_ID(Body-ID)": pre,
                ":END_ID(Body-ID)": post,
                "weightHR:int": len(pairs),
                "weight:int": len(accurate),
                "weightHP:int": sum(psd.confidence >= 0.7 for psd in accurate),
                "roiInfo:string": _json({r: {"post": n} for r, n in sorted(by_roi.items())}),
            }
        )
    _write(directory / "Neuprint_Neuron_Connections.csv", edges)


def _body_counts(bundle: Bundle, body: int) -> dict[str, Counter[str]]:
    """Counts of a body by ROI; those of the whole body under the empty name."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    counts[""] = Counter()
    for point in bundle.points.values():
        for roi in ("", *point.rois) if point.body == body else ():
            counts[roi][point.type] += 1
            if point.type == "post":
                counts[roi]["upstream"] += 1
    for bar, psd in bundle.pairs:
        if bar.body == body and psd.confidence >= 0.5:
            for roi in ("", *psd.rois):
                counts[roi]["downstream"] += 1
    return counts


def _by_bodies(bundle: Bundle) -> dict[tuple[int, int], list[tuple[Point, Point]]]:
    found = defaultdict(list)
    for bar, psd in bundle.pairs:
        found[bar.body, psd.body].append((bar, psd))
    return found


def _write_synapses(directory: Path, bundle: Bundle) -> None:
    rows = [
        {
            ":ID(Element-ID)": point.id,
            "type:string": point.type,
            "confidence:float": point.confidence,
            "bodyId:long": point.body,
            "split:string": bundle.rng.choice(["train", None]),
            ":Label": _labels("Synapse", "Element"),
            **_place(point),
        }
        for point in bundle.points.values()
    ]
    middle = len(rows) // 2
    for number, (start, stop) in enumerate(pairwise([0, middle, len(rows)])):
        _write(directory / f"Neuprint_Synapses/{number:06}.csv", rows[start:stop])
    _link(directory / "Neuprint_Synapse_Connections.csv", "Element", "Element",
          [(bar.id, psd.id) for bar, psd in bundle.pairs])  # fmt: skip


def _write_sets(directory: Path, bundle: Bundle) -> None:
    sets, owners, connected, members = [], [], [], {}
    for (pre, post), pairs in _by_bodies(bundle).items():
        names = {end: f"{pre}_{post}_{end}" for end in ("pre", "post")}
        for end, name in names.items():
            sets.append((name, end, _labels("SynapseSet", "ElementSet")))
        owners += [(pre, names["pre"]), (post, names["post"])]
        connected.append((names["pre"], names["post"]))
        for bar, psd in pairs:
            members |= {(names["pre"], bar.id): None, (names["post"], psd.id): None}
    header = (":ID(SynSet-ID)", "type:string", ":Label")
    rows = [dict(zip(header, row, strict=True)) for row in sets]
    _write(directory / "Neuprint_SynapseSet.csv", rows, header)
    _link(directory / "Neuprint_Neuron_to_SynapseSet.csv", "Body", "SynSet", owners)
    _link(directory / "Neuprint_SynapseSet_to_SynapseSet.csv", "SynSet", "SynSet", connected)
    _link(directory / "Neuprint_SynapseSet_to_Synapses.csv", "SynSet", "Element", members)


def _write_elements(directory: Path, bundle: Bundle) -> None:
    for number, (type_, labels) in enumerate(ELEMENTS.items()):
        here = [element for element in bundle.elements if element.type == type_]
        if not here:
            continue
        rows = [
            {
                ":ID(Element-ID)": element.id,
                "type:string": type_,
                f"kind{number}:string": bundle.rng.choice(["dark", "light", None]),
                "size:long": bundle.rng.choice([1000, 123]),
                "bodyId:long": element.body,
                ":Label": _labels("Element", *labels),
                **_place(element),
            }
            for element in here
        ]
        _write(directory / f"Neuprint_Elements/kind{number}/000000.csv", rows)
        inside = [element for element in here if element.id % 2]
        bodies = list(dict.fromkeys(element.body for element in inside))
        names = {body: f"{body}_{number}" for body in bodies}
        header = (":ID(ElementSet-ID)", "type:string", ":Label")
        sets = [
            dict(zip(header, (names[body], type_, _labels("ElementSet")), strict=True))
            for body in bodies
        ]
        _write(
            directory / f"Neuprint_ElementSets/Neuprint_ElementSet_kind{number}.csv", sets, header
        )
        _link(directory / f"Neuprint_Neuron_to_ElementSet_kind{number}.csv",
              "Body", "ElementSet", names.items())  # fmt: skip
        _link(directory / f"Neuprint_ElementSet_to_Element_kind{number}.csv",
              "ElementSet", "Element", [(names[e.body], e.id) for e in inside])  # fmt: skip
        close = [
            {"distance:float": 12.5, ":START_ID(Element-ID)": id_, ":END_ID(Element-ID)": e.id}
            for e in here
            for id_ in bundle.points
            if bundle.rng.random() < 0.2
        ]
        if close:
            _write(directory / f"Neuprint_Elements_CloseTo_kind{number}.csv", close)


def _place(point: Point) -> Row:
    number = point.id % 100
    return {
        "location:point{srid:9157}": f"{{x:{number}, y:{number // 7}, z:{number % 5}}}",
        **{f"{roi}:boolean": True if roi in point.rois else None for roi in ROIS},
    }


def _write_meta(directory: Path, bundle: Bundle) -> None:
    kinds = Counter(point.type for point in bundle.points.values())
    meta = {
        "dataset:string": "small",
        "tag:string": "v0.1",
        "voxelSize:float[]": "8.0;8.0;8.0",
        "voxelUnits:string": "nanometers",
        "postHighAccuracyThreshold:float": 0.5,
        "preHPThreshold:float": 0.0,
        "postHPThreshold:float": 0.7,
        "primaryRois:string[]": ";".join(PRIMARY),
        "superLevelRois:string[]": PRIMARY[0],
        "totalPreCount:int": kinds["pre"],
        "totalPostCount:int": kinds["post"],
        "roiInfo:string": _json({roi: {} for roi in ROIS}),
        ":Label": _labels("Meta"),
        "hideDataSet:boolean": False,
    }
    _write(directory / "Neuprint_Meta.csv", [meta])


# Cells --------------------------------------------------------------------------------------


def _labels(*labels: str) -> str:
    return ";".join(name for label in labels for name in (label, f"small_{label}"))


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _link(path: Path, begin: str, end: str, rows: Iterable[tuple[Any, Any]]) -> None:
    header = (f":START_ID({begin}-ID)", f":END_ID({end}-ID)")
    _write(path, [dict(zip(header, row, strict=True)) for row in rows], header)


def _write(path: Path, rows: Sequence[Row], header: Sequence[str] = ()) -> None:
    """Write a CSV file; a text is quoted, so that an empty one differs from null.

    A file without rows needs a header; without either there is no file.
    """
    names = list(rows[0]) if rows else list(header)
    if not names:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_lines(names, rows)) + "\n", encoding="utf-8")


def _lines(names: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    yield ",".join(map(_quoted, names))
    for row in rows:
        yield ",".join(_cell(row[name]) for name in names)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
    return str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
