"""Puts the brain together and writes it as a neuPrint export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from . import SEED, counts
from .annotations import annotate_fragments, annotate_neurons, with_status
from .bodies import BodyIds, make_neurons
from .connections import fragment_contacts, neuron_contacts
from .meta import build_meta, write_meta
from .mitochondria import closest, make_mitochondria
from .neuron_files import Segment, write_neurons, write_side_tables
from .odd_values import TIED_TRANSMITTER_TYPE
from .point_files import write_mitochondria, write_synapses
from .relation_files import write_connections, write_element_sets, write_synapse_sets
from .shapes import write_roi_meshes, write_skeletons
from .status import is_neuron
from .synapses import Points, make_synapses


def _clear(folder: Path) -> None:
    """Removes an earlier bundle, so that no old shard stays behind."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "Neuprint_Meta.csv").exists():
            raise SystemExit(f"{folder} holds something other than a bundle; not touching it")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def write_bundle(folder: Path) -> dict[str, int]:
    """Generates the sample and writes it to ``folder``.

    Args:
        folder: The ``neuprint`` directory; an earlier bundle in it is replaced. Skeletons and
            meshes come to lie beside it.

    Returns:
        Row counts by table.
    """
    rng = np.random.Generator(np.random.PCG64(SEED))
    ids = BodyIds(rng)
    neurons = make_neurons(ids)
    contacts = neuron_contacts(rng, neurons)
    fragments, more = fragment_contacts(rng, ids, contacts)
    taken = Points()
    synapses = make_synapses(
        rng,
        taken,
        contacts + more,
        {n.body: n.cell_type.transmitter for n in neurons},
        tuple(n.body for n in neurons if n.cell_type.name == TIED_TRANSMITTER_TYPE),
    )
    points, pairs = synapses.points, synapses.pairs
    all_mitos = make_mitochondria(rng, taken, points, neurons, fragments)
    mitos = all_mitos[all_mitos["body"] != 0]
    rows = annotate_neurons(rng, neurons, points) | annotate_fragments(rng, fragments)

    bodies = counts.per_body(points, pairs, mitos)
    rois = counts.per_roi(points, pairs, mitos)
    edges = counts.connections(pairs)
    info_of = counts.roi_infos(rois)
    segments = []
    for body, *values in bodies.itertuples(name=None):
        totals = {name: int(v) for name, v in zip(counts.COUNTS, values, strict=True)}
        row = with_status(rows.get(body, {}))
        values_of = {**totals, **row, "bodyId": body, "roiInfo": info_of[body]}
        segments.append(Segment(body, values_of, is_neuron(row, totals), _keys(info_of[body])))

    _clear(folder)
    write_meta(folder, build_meta(segments, points, rois))
    write_neurons(folder, segments)
    write_side_tables(folder, bodies, rois)
    write_connections(folder, edges)
    write_synapses(folder, points)
    write_synapse_sets(folder, edges, pairs)
    close = closest(points, mitos)
    write_mitochondria(folder, all_mitos)
    write_element_sets(folder, all_mitos, close, set(bodies.index.tolist()))
    return {
        "segments": len(segments),
        "neurons": sum(s.neuron for s in segments),
        "synapses": len(points),
        "pairs": len(pairs),
        "connections": len(edges),
        "mitochondria": len(all_mitos),
        "close_to": len(close),
        "skeletons": write_skeletons(folder.with_name("skeletons"), neurons, points),
        "roi_meshes": write_roi_meshes(folder.with_name("roi-meshes")),
    }


def _keys(roi_info: str) -> tuple[str, ...]:
    return tuple(json.loads(roi_info))
