"""The demonstration that scripts/demo runs: data-samples as a store, and a few questions."""

from pathlib import Path
from tempfile import TemporaryDirectory

import connstore
from connstore import NeuronCriteria as NC

SAMPLES = Path(__file__).parents[1] / "data-samples"


def main() -> None:
    """Ingest the samples into a temporary store, ask, print."""
    with TemporaryDirectory() as home:
        print("1. An exported connectome becomes a store (one directory of Parquet files).\n")
        store = connstore.ingest(SAMPLES, Path(home) / "sample", progress=False)
        checks = store.read("finding").to_pylist()
        held = [check["ok"] for check in checks if check["ok"] is not None]
        print(f"   dataset      {store.dataset}")
        print(f"   fingerprint  {store.fingerprint[:16]}…")
        print(f"   checks       {sum(held)} of {len(held)} consistency checks hold")

        client = connstore.Client(store.path)

        print("\n2. Which output neurons of the mushroom body (MBONs) are there?")
        print('   fetch_neurons(NC(type="MBON.*", status="Traced"))\n')
        neurons, roi_counts = connstore.fetch_neurons(NC(type="MBON.*", status="Traced"))
        show(neurons[["bodyId", "instance", "type", "pre", "post"]])

        print("\n3. Where does MBON26(b'2d)_R receive its input (PSDs in primary ROIs)?")
        print("   the second frame of the same call\n")
        one = neurons.loc[neurons["instance"] == "MBON26(b'2d)_R", "bodyId"].item()
        in_primary = roi_counts["roi"].isin(connstore.fetch_primary_rois())
        inputs = roi_counts[(roi_counts["bodyId"] == one) & in_primary & (roi_counts["post"] > 0)]
        show(inputs.sort_values("post", ascending=False)[["roi", "post"]])

        print("\n4. Which Kenyon cells drive which MBONs (synapses, summed over cells)?")
        print('   fetch_adjacencies("KC.*", "MBON.*")\n')
        cells, connections = connstore.fetch_adjacencies("KC.*", "MBON.*")
        typed = connstore.merge_neuron_properties(cells, connections, "type")
        show(connstore.connection_table_to_matrix(typed, "type"), index=True)

        print("\n5. Which neurons give input to both DNa02 descending neurons?")
        print('   fetch_common_connectivity("DNa02")\n')
        shared = connstore.fetch_common_connectivity("DNa02")
        show(shared[["instance_pre", "bodyId_pre", "instance_post", "weight"]].head(8))

        print("\n6. What did question 2 ask of the files?")
        print("   client.explain(fetch_neurons, ...)\n")
        criteria = NC(type="MBON.*", status="Traced")
        sql = client.explain(connstore.fetch_neurons, criteria, returned_columns=["bodyId", "type"])
        print("\n".join(f"   {line}" for line in sql.split("\n\n")[0].splitlines()))


def show(frame: object, *, index: bool = False) -> None:
    """Print a frame, indented."""
    text = frame.to_string(index=index)  # type: ignore[attr-defined]
    print("\n".join(f"   {line}" for line in text.splitlines()))


if __name__ == "__main__":
    main()
