"""Current bundles from before June 2024: Synapses without a body, which the SynapseSets tell."""

import csv
import gzip
import io
import shutil
from pathlib import Path

import connstore
from connstore.testing import sample_store

SAMPLES = Path(__file__).parents[2] / "data-samples" / "neuprint"


def test_bodies_come_from_synapse_sets_where_synapses_have_none(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(SAMPLES, export)
    for shard in sorted((export / "Neuprint_Synapses").iterdir()):
        with gzip.open(shard, "rt", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        index = rows[0].index("bodyId:long")
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(r[:index] + r[index + 1 :] for r in rows)
        shard.write_bytes(gzip.compress(text.getvalue().encode("utf-8")))
    store = connstore.ingest(
        export,
        tmp_path / "store",
        skeletons=SAMPLES.with_name("skeletons"),
        roi_meshes=SAMPLES.with_name("roi-meshes"),
        progress=False,
    )
    assert store.read("synapse")["bodyId"].null_count == 0
    assert store.fingerprint == sample_store().fingerprint
