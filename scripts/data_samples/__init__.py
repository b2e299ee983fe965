"""Builds the invented connectome of ``data-samples/neuprint`` as a neuPrint export.

Read the modules in this order: ``anatomy`` (ROIs), ``cell_types`` and ``wiring`` (who exists and
who talks to whom), ``bodies``, ``annotations``, ``connections``, ``synapses``, ``mitochondria``,
``counts`` (everything derived), and last ``bundle`` with the writers it calls; ``shapes`` makes the
skeletons and meshes beside it.
"""

from __future__ import annotations

SEED = 20240917
DATASET = "sample"
TAG = "v1.0"
