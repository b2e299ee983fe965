"""Surfaces of ROIs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connstore.errors import ArgumentError, NotStoredError, did_you_mean
from connstore.queries.arguments import Answering
from connstore.queries.files import write_file
from connstore.select.neuron_criteria import shown
from connstore.sql.statement import Statement


def roi_mesh(client: Answering, roi: Any, export_path: str | Path | None) -> bytes:
    """The OBJ file of an ROI (``Client.fetch_roi_mesh``).

    Raises:
        ArgumentError: The ROI is no name.
        MissingTableError: The store has no meshes.
        NotStoredError: It has none of this ROI.
        OutputError: The file cannot be written.
    """
    here = "fetch_roi_mesh"
    if not isinstance(roi, str):
        raise ArgumentError(f"{here}: roi={shown(roi)} should be the name of an ROI")
    client.store.require("roi_mesh")
    found = client.run(Statement("SELECT obj FROM roi_mesh WHERE roi = $roi", {"roi": roi}))
    if found.num_rows == 0:
        names = client.run(Statement("SELECT roi FROM roi_mesh ORDER BY roi", {}))["roi"]
        hint = did_you_mean(roi, names.to_pylist())
        raise NotStoredError(
            f"{here}: the store has no mesh of an ROI {roi!r}; it has {len(names)} of others.{hint}"
        )
    obj: bytes = found["obj"][0].as_py()
    if export_path:
        write_file(here, export_path, obj)
    return obj
