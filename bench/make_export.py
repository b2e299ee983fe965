"""Make a large current neuPrint bundle of any size, to measure an ingest on.

``python bench/make_export.py DIRECTORY --synapses 5000000``

Everything is invented, and consistent: every pair joins two points that exist, every body has
a row, and weights, roiInfo and the counts of bodies are those of the pairs and points. The
proportions are those of male-cns (formats.md §7): seven PSDs to a T-bar, four points to a
body, most bodies fragments of one or two points, most connections of weight 1. One synapse
shard holds a quarter of all points. Equal arguments give equal bytes. Work goes by blocks of
presynaptic bodies, so memory is constant but for 14 bytes a body.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Regions, and layers of each: the ROI combinations are none, region, region and layer.
REGIONS, LAYERS = 40, 7
#: ROI combinations in which one neuron has points.
HOMES = 8
#: T-bars a block holds: about eight times as many rows.
BLOCK = 60_000
#: Share of points of neurons' T-bars, of fragments' T-bars, of bodies, and of neurons.
TBARS, LONE_TBARS, BODIES, NEURONS = 0.11, 0.02, 0.25, 0.0005
#: PSDs to a T-bar; the share of them on fragments.
FAN_OUT, ON_FRAGMENTS = 6.7, 0.55
#: Thresholds in thousandths, as confidences are drawn.
ACCURATE, PRECISE = 500, 700

_LABEL = "Synapse;bench_Synapse;Element;bench_Element"
_COUNTS = ("post", "pre", "downstream", "upstream", "synweight")
_NEURON_HEADER = (
    ":ID(Body-ID)", *(f"{name}:int" for name in _COUNTS), "statusLabel:string", "type:string",
    "instance:string", "bodyId:long", "status:string", "roiInfo:string", "size:long", ":LABEL",
)  # fmt: skip
_SYNAPSE_HEADER = (
    ":ID(Element-ID)", "type:string", "confidence:float", "bodyId:long", ":Label",
    "location:point{srid:9157}",
)  # fmt: skip
_CONNECTION_HEADER = (
    ":START_ID(Body-ID)", ":END_ID(Body-ID)", "weightHR:int", "weight:int", "weightHP:int",
    "roiInfo:string",
)  # fmt: skip
_PAIR_HEADER = (":START_ID(Element-ID)", ":END_ID(Element-ID)")

Ints = NDArray[np.int64]


@dataclass
class World:
    """What exists before any synapse: ROIs, their combinations, and who lives where.

    Bodies are numbered: neurons first, then fragments by ROI combination; ids rise with them.
    """

    seed: int
    neurons: int
    rois: list[str]
    sets: list[list[int]]
    homes: NDArray[np.int32]  # neuron, home -> combination
    tbars: Ints  # neuron -> number of its T-bars
    first_fragment: Ints  # combination -> number of its first fragment; one more at the end
    residents: Ints  # neuron * HOMES + home, by combination
    first_resident: Ints
    # What the blocks add up: by neuron and home, and by fragment.
    home_counts: NDArray[np.int32] = field(init=False)  # post, pre, downstream
    fragment_counts: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self.home_counts = np.zeros((3, self.neurons * HOMES), np.int32)
        self.fragment_counts = np.zeros((3, self.fragments), np.int32)

    @property
    def fragments(self) -> int:
        return int(self.first_fragment[-1])

    @property
    def bodies(self) -> int:
        return self.neurons + self.fragments

    def body_ids(self, bodies: Ints) -> Ints:
        return np.where(bodies < self.neurons, 10_000 + bodies, 10**9 + 37 * bodies + bodies % 31)


def make_world(synapses: int, seed: int) -> World:
    """Lay out bodies and ROIs for about so many synapses."""
    rng = np.random.default_rng([seed, 0])
    rois, sets = ["OL(R)"], [[], [0]]
    for region in range(REGIONS):
        # The first is a name that naive readers of headers break.
        name = f"ROI-{region:02d}(L)" if region else "CRE(-ROB,-RUB)(R)"
        inside = [0, len(rois)] if region % 2 else [len(rois)]
        rois.append(name)
        sets.append(inside)
        for layer in range(1, LAYERS + 1):
            sets.append([*inside, len(rois)])
            rois.append(f"{name}_layer_{layer}")
    sets[0], sets[9] = sets[9], sets[0]
    share = 1 / np.arange(1, len(sets) + 1) ** 0.7
    share[0] = share[1:].sum() / 3
    share /= share.sum()
    neurons = max(HOMES, int(synapses * NEURONS))
    homes = rng.choice(len(sets), (neurons, HOMES), p=share).astype(np.int32)
    size = np.minimum(rng.lognormal(0, 1, neurons), 40)
    residents = np.argsort(homes.ravel(), kind="stable")
    fragments = np.maximum(1, (share * synapses * BODIES).astype(np.int64))
    return World(
        seed,
        neurons,
        rois,
        sets,
        homes,
        np.maximum(1, (size / size.sum() * synapses * TBARS).astype(np.int64)),
        np.concatenate([[0], np.cumsum(fragments)]),
        residents,
        np.searchsorted(homes.ravel()[residents], np.arange(len(sets) + 1)),
    )


def blocks(world: World, lone_step: int) -> Iterator[tuple[Ints, Ints]]:
    """The T-bars: their bodies, in order, and their combinations."""
    ends = np.cumsum(world.tbars)
    first, done = 0, 0
    while first < world.neurons:
        last = max(first + 1, int(np.searchsorted(ends, done + BLOCK)))
        owners = np.repeat(np.arange(first, last), world.tbars[first:last])
        rng = np.random.default_rng([world.seed, 1, first])
        entry = owners * HOMES + rng.integers(0, HOMES, len(owners))
        np.add.at(world.home_counts[1], entry, 1)
        yield owners, world.homes.ravel()[entry].astype(np.int64)
        first, done = last, int(ends[last - 1])
    for start in range(0, world.fragments, BLOCK * lone_step):
        lone = np.arange(start, min(world.fragments, start + BLOCK * lone_step), lone_step)
        world.fragment_counts[1][lone] += 1
        place = np.searchsorted(world.first_fragment, lone, side="right") - 1
        yield world.neurons + lone, place


@dataclass
class Pairs:
    """The pairs of one block: T-bars by their place in it, PSDs by body and confidence."""

    tbar: Ints
    body: Ints
    confidence: Ints


def make_pairs(world: World, rng: np.random.Generator, owners: Ints, places: Ints) -> Pairs:
    """Partners for the T-bars of a block, in the same combination; counts are added up."""
    tbar = np.repeat(np.arange(len(owners)), rng.poisson(FAN_OUT, len(owners)))
    owner, place = owners[tbar], places[tbar]
    chance = rng.random(len(tbar))
    residents = world.first_resident[place + 1] - world.first_resident[place]
    on_fragment = (rng.random(len(tbar)) < ON_FRAGMENTS) | (residents == 0)
    # Each neuron has a few partners in each of its homes, some much preferred.
    partner = np.where(on_fragment, 160 * chance, 30 * chance**2).astype(np.int64)
    mixed = _mix((owner << 20) + (place << 10) + 2 * partner + on_fragment)
    room = world.first_fragment[place + 1] - world.first_fragment[place]
    fragment = world.first_fragment[place] + (mixed % room.astype(np.uint64)).astype(np.int64)
    chosen = (mixed % np.maximum(residents, 1).astype(np.uint64)).astype(np.int64)
    at_most = len(world.residents) - 1
    entry = world.residents[np.minimum(world.first_resident[place] + chosen, at_most)]
    body = np.where(on_fragment, world.neurons + fragment, entry // HOMES)
    confidence = np.clip(rng.normal(800, 200, len(tbar)), 0, 999).astype(np.int64)
    np.add.at(world.fragment_counts[0], fragment[on_fragment], 1)
    np.add.at(world.home_counts[0], entry[~on_fragment], 1)
    accurate = confidence >= ACCURATE
    if owners[0] < world.neurons:
        # Any home of the owner in that combination will do: roiInfo adds them up.
        match = world.homes[owner[accurate]] == place[accurate][:, None]
        np.add.at(world.home_counts[2], owner[accurate] * HOMES + match.argmax(axis=1), 1)
    else:
        np.add.at(world.fragment_counts[2], owner[accurate] - world.neurons, 1)
    return Pairs(tbar, body, confidence)


def _mix(keys: Ints) -> NDArray[np.uint64]:
    """Well-mixed bits of whole numbers (splitmix64)."""
    bits = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    return bits ^ (bits >> np.uint64(27))


def coordinates(points: Ints) -> tuple[Ints, Ints, Ints]:
    """Where points lie: scattered, each elsewhere (an odd factor permutes 40 bits)."""
    bits = (points * 660_865_024_933) & (2**40 - 1)
    return 4000 + (bits & 0x1FFF), 3000 + (bits >> 13 & 0x1FFF), 5000 + (bits >> 26)


def point_ids(points: Ints) -> Ints:
    """Ids as the exporter makes them of coordinates."""
    x, y, z = coordinates(points)
    return z << 42 | y << 21 | x


class Texts:
    """Fast conversion of small numbers to text, and lines of cells."""

    def __init__(self) -> None:
        self._numbers = pa.array([str(n) for n in range(1 << 15)])
        self._confidences = pa.array([repr(n / 1000) for n in range(1001)])

    def small(self, numbers: Ints) -> pa.Array:
        return self._numbers.take(pa.array(numbers))

    def confidence(self, thousandths: Ints) -> pa.Array:
        return self._confidences.take(pa.array(thousandths))


def text(numbers: Ints) -> pa.Array:
    """Whole numbers as text."""
    return pc.cast(pa.array(numbers), pa.string())


def join(*parts: pa.Array | str) -> pa.Array:
    """Texts of several arrays put together, row by row."""
    return pc.binary_join_element_wise(*parts, "")


def data(lines: pa.Array) -> memoryview:
    """The bytes of all texts, one after the other."""
    offsets = np.frombuffer(lines.buffers()[1], np.int32)
    first, last = offsets[lines.offset], offsets[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[first:last] if last > first else memoryview(b"")


def header(cells: list[str] | tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def synapse_lines(
    world: World, texts: Texts, type_: str, *, points: Ints, bodies: Ints, confidences: Ints
) -> pa.Array:
    """Rows of synapse shards, without the flags of ROIs."""
    x, y, z = map(texts.small, coordinates(points))
    return join(
        text(point_ids(points)), f",{type_},", texts.confidence(confidences), ",",
        text(world.body_ids(bodies)), f',{_LABEL},"{{x:', x, ", y:", y, ", z:", z, '}"',
    )  # fmt: skip


def write_by_set(shards: list[BinaryIO], tails: list[str], lines: pa.Array, places: Ints) -> None:
    """Put each line into the shard of its combination, with that one's flags behind it."""
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(len(shards) + 1))
    lines = join(lines.take(pa.array(order)), pa.array(tails).take(pa.array(places[order])))
    whole = data(lines)
    offsets = np.frombuffer(lines.buffers()[1], np.int32)
    for place in np.flatnonzero(np.diff(ends)):
        shards[place].write(whole[offsets[ends[place]] : offsets[ends[place + 1]]])


def connection_lines(world: World, owners: Ints, places: Ints, pairs: Pairs) -> pa.Array:
    """Rows of the connections of a block of bodies, in order."""
    combinations = len(world.sets)
    keys = (owners[pairs.tbar] * world.bodies + pairs.body) * combinations + places[pairs.tbar]
    order = np.argsort(keys)
    keys, confidence = keys[order], pairs.confidence[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    accurate = np.add.reduceat(confidence >= ACCURATE, starts, dtype=np.int64)
    edges, place = np.divmod(keys[starts], combinations)
    firsts = np.flatnonzero(np.diff(edges, prepend=-1))
    sums = [
        np.add.reduceat(values, firsts)
        for values in (
            np.diff(starts, append=len(keys)),
            accurate,
            np.add.reduceat(confidence >= PRECISE, starts, dtype=np.int64),
        )
    ]
    number = np.cumsum(np.diff(edges, prepend=edges[0]) != 0)
    met = accurate > 0
    info = roi_info(world, len(firsts), number[met], place[met], {"post": accurate[met]})
    pre, post = np.divmod(edges[firsts], world.bodies)
    return join(
        text(world.body_ids(pre)), ",", text(world.body_ids(post)), ",",
        *(part for values in sums for part in (text(values), ",")), info, "\n",
    )  # fmt: skip


def roi_info(world: World, rows: int, row: Ints, place: Ints, counts: dict[str, Ints]) -> pa.Array:
    """Quoted roiInfo cells of so many rows, from counts by row and combination."""
    lengths = np.array([len(rois) for rois in world.sets])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.array([roi for rois in world.sets for roi in rois])
    of = np.repeat(np.arange(len(row)), lengths[place])
    within = np.arange(len(of)) - np.repeat(np.cumsum(lengths[place]), lengths[place])
    keys = row[of] * len(world.rois) + flat[(starts[place] + lengths[place])[of] + within]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    sums = {
        name: np.add.reduceat(values[of][order], first) if len(first) else first
        for name, values in counts.items()
    }
    row, roi = np.divmod(keys[first], len(world.rois))
    prefixes = pa.array([f'""{name}"":' for name in world.rois])
    entries = join(prefixes.take(pa.array(roi)), counts_text(sums))
    offsets = np.searchsorted(row, np.arange(rows + 1)).astype(np.int32)
    return join('"{', pc.binary_join(pa.ListArray.from_arrays(offsets, entries), ","), '}"')


def counts_text(counts: dict[str, Ints]) -> pa.Array:
    """The counts of one ROI as JSON in a quoted cell, those of 0 left out."""
    parts = [
        pc.if_else(pa.array(values > 0), join(f',""{name}"":', text(values)), "")
        for name, values in counts.items()
    ]
    return join("{", pc.utf8_slice_codeunits(join(*parts), 1), "}")


def write_synapses(world: World, root: Path, lone_step: int) -> dict[str, int]:
    """Write points, pairs and connections block by block; gives how many there are."""
    texts = Texts()
    (root / "Neuprint_Synapses").mkdir()
    flags = [[f"{world.rois[roi]}:boolean" for roi in rois] for rois in world.sets]
    tails = [",true" * len(rois) + "\n" for rois in world.sets]
    count = {"pre": 0, "post": 0, "connections": 0}
    with ExitStack() as stack:

        def open_(name: str, cells: tuple[str, ...]) -> BinaryIO:
            file = stack.enter_context((root / name).open("wb", buffering=1 << 16))
            file.write(header(cells))
            return file

        shards = [
            open_(f"Neuprint_Synapses/{index:06d}.csv", (*_SYNAPSE_HEADER, *cells))
            for index, cells in enumerate(flags)
        ]
        connections = open_("Neuprint_Neuron_Connections.csv", _CONNECTION_HEADER)
        links = open_("Neuprint_Synapse_Connections.csv", _PAIR_HEADER)
        for index, (owners, places) in enumerate(blocks(world, lone_step)):
            rng = np.random.default_rng([world.seed, 2, index])
            pairs = make_pairs(world, rng, owners, places)
            pre = 2 * (count["pre"] + np.arange(len(owners)))
            post = 2 * (count["post"] + np.arange(len(pairs.tbar))) + 1
            sure = rng.integers(700, 1001, len(owners))
            lines = synapse_lines(world, texts, "pre", points=pre, bodies=owners, confidences=sure)
            write_by_set(shards, tails, lines, places)
            lines = synapse_lines(
                world, texts, "post", points=post, bodies=pairs.body, confidences=pairs.confidence
            )
            write_by_set(shards, tails, lines, places[pairs.tbar])
            shuffled = rng.permutation(len(post))
            ends = point_ids(pre[pairs.tbar[shuffled]]), point_ids(post[shuffled])
            links.write(data(join(text(ends[0]), ",", text(ends[1]), "\n")))
            lines = connection_lines(world, owners, places, pairs)
            connections.write(data(lines))
            count["pre"] += len(pre)
            count["post"] += len(post)
            count["connections"] += len(lines)
    for shard, cells in zip(shards, flags, strict=True):
        path = Path(shard.name)
        if path.stat().st_size == len(header((*_SYNAPSE_HEADER, *cells))):
            path.unlink()
    return count


def write_bodies(world: World, root: Path, rows: int = 100_000) -> int:
    """Write the shards of bodies that have a point; gives how many there are."""
    (root / "Neuprint_Neurons").mkdir()
    return _write_neurons(world, root / "Neuprint_Neurons", 2000) + sum(
        _write_fragments(world, root / f"Neuprint_Neurons/{1000 + place}.csv", place, rows)
        for place in range(len(world.sets))
    )


def _with_sums(counts: NDArray[np.int32]) -> dict[str, Ints]:
    """All five counts of post, pre and downstream."""
    post, pre, downstream = counts.astype(np.int64)
    return dict(zip(_COUNTS, (post, pre, downstream, post, post + downstream), strict=True))


def _body_lines(
    world: World, bodies: Ints, counts: dict[str, Ints], names: list[pa.Array | str]
) -> pa.Array:
    """Rows of bodies up to their roiInfo."""
    ids = text(world.body_ids(bodies))
    numbers = [part for values in counts.values() for part in (text(values), ",")]
    status = "Traced" if bodies[0] < world.neurons else ""
    return join(ids, ",", *numbers, *names, ",", ids, f",{status},")


def _sizes(bodies: Ints) -> pa.Array:
    return text(10_000 + bodies * 977 % 10**7)


def _write_neurons(world: World, folder: Path, rows: int) -> int:
    """Shards of neurons mix combinations; each row has the flags of its own ROIs."""
    by_home = world.home_counts.reshape(3, world.neurons, HOMES)
    cells = (*_NEURON_HEADER, *(f"{name}:boolean" for name in world.rois))
    sets = np.zeros((len(world.sets), len(world.rois)), bool)
    for index, rois in enumerate(world.sets):
        sets[index, rois] = True
    for start in range(0, world.neurons, rows):
        bodies = np.arange(start, min(start + rows, world.neurons))
        counts = by_home[:, bodies]
        used = counts.any(axis=0)
        row, home = np.nonzero(used)
        place = world.homes[bodies][row, home].astype(np.int64)
        info = roi_info(world, len(bodies), row, place, _with_sums(counts[:, row, home]))
        inside = np.zeros((len(bodies), len(world.rois)), bool)
        np.logical_or.at(inside, row, sets[place])
        type_ = join("T", text(bodies % 997))
        names = ["Roughly traced,", type_, ",", type_, "_R"]
        totals = _with_sums(counts.sum(axis=2))
        lines = _body_lines(world, bodies, totals, names)
        flag = pa.array([",", ",true"])
        flags = join(*(flag.take(pa.array(column.astype(np.int8))) for column in inside.T))
        label = ",Segment;bench_Segment;Neuron;bench_Neuron"
        lines = join(lines, info, ",", _sizes(bodies), label, flags, "\n")
        (folder / f"{start // rows:06d}.csv").write_bytes(header(cells) + data(lines))
    return world.neurons


def _write_fragments(world: World, path: Path, place: int, rows: int) -> int:
    """A shard of the fragments in one combination."""
    names = [world.rois[roi] for roi in world.sets[place]]
    tail = ",Segment;bench_Segment" + ",true" * len(names) + "\n"
    first, last = world.first_fragment[place : place + 2]
    written = 0
    with path.open("wb") as file:
        file.write(header((*_NEURON_HEADER, *(f"{name}:boolean" for name in names))))
        for start in range(first, last, rows):
            fragments = np.arange(start, min(start + rows, last))
            fragments = fragments[world.fragment_counts[:2, fragments].any(axis=0)]
            if not len(fragments):
                continue
            counts = _with_sums(world.fragment_counts[:, fragments])
            one = counts_text(counts)
            parts = [part for name in names for part in (f',""{name}"":', one)]
            parts[:1] = [parts[0][1:]] if parts else []
            info = join('"{', *parts, '}"') if parts else pa.repeat("{}", len(fragments))
            bodies = world.neurons + fragments
            lines = _body_lines(world, bodies, counts, [",,"])
            file.write(data(join(lines, info, ",", _sizes(bodies), tail)))
            written += len(fragments)
    return written


def write_meta(world: World, root: Path, count: dict[str, int]) -> None:
    """Write the Meta node."""
    primary = [name for name in world.rois if "_layer_" not in name and name != "OL(R)"]
    info = {name: {"pre": 0, "post": 0, "isPrimary": name in primary} for name in world.rois}
    children = [{"name": name} for name in world.rois]
    cells = {
        "dataset:string": "bench",
        "tag:string": "v1.0",
        "voxelSize:float[]": "8.0;8.0;8.0",
        "voxelUnits:string": "nanometers",
        "postHighAccuracyThreshold:float": repr(ACCURATE / 1000),
        "preHPThreshold:float": "0.0",
        "postHPThreshold:float": repr(PRECISE / 1000),
        "primaryRois:string[]": ";".join(primary),
        "totalPreCount:int": str(count["pre"]),
        "totalPostCount:int": str(count["post"]),
        "roiHierarchy:string": json.dumps({"name": "bench", "children": children}),
        "roiInfo:string": json.dumps(info),
        ":Label": "Meta;bench_Meta",
    }
    (root / "Neuprint_Meta.csv").write_bytes(header(tuple(cells)) + header(tuple(cells.values())))


def make_export(
    root: Path, synapses: int, seed: int = 1, tell: Callable[[str], None] = print
) -> dict[str, int]:
    """Write a bundle of about so many synapse rows.

    Args:
        root: Directory to make.
        synapses: About how many rows the synapse shards have together.
        seed: What chance hangs on.
        tell: Takes a line of progress.

    Returns:
        Rows by kind (``synapses``, ``pre``, ``post``, ``connections``, ``bodies``) and ``bytes``.
    """
    root.mkdir(parents=True)
    world = make_world(synapses, seed)
    count = write_synapses(world, root, max(1, round(BODIES / LONE_TBARS)))
    count["synapses"] = count["pre"] + count["post"]
    count["bodies"] = write_bodies(world, root)
    write_meta(world, root, count)
    count["bytes"] = sum(path.stat().st_size for path in root.rglob("*.csv"))
    tell(", ".join(f"{name} {number:,}" for name, number in count.items()))
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--synapses", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    count = make_export(chosen.directory, chosen.synapses, chosen.seed)
    print(json.dumps(count))


if __name__ == "__main__":
    main()
