"""Properties may have the names that the ingest uses for columns of its own."""

import shutil
from pathlib import Path

import pytest

import connstore

SAMPLES = Path(__file__).parents[2] / "data-samples" / "neuprint"


@pytest.mark.parametrize("name", ["number", "roi", "counts", "labels", "among_neurons"])
def test_property_named_like_a_working_column(name: str, tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(SAMPLES, export)
    (export / "Neuprint_Neurons.feather").unlink()
    for shard in (export / "Neuprint_Neurons").iterdir():
        text = shard.read_bytes()
        shard.write_bytes(text.replace(b"instance:string", f"{name}:string".encode(), 1))
    store = connstore.ingest(export, tmp_path / "store", progress=False)
    column = store.properties("neuron")[name].column
    kept = set(filter(None, store.read("segment")[column].to_pylist()))
    assert "MBON26(b'2d)_R" in kept
