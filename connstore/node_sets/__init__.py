"""SONATA node sets: named selections of nodes, for stores and for frames (docs/node-sets.md)."""
