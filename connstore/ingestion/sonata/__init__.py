"""SONATA circuits: HDF5 files of nodes and edges that a circuit_config.json names."""
