"""The graph that a store shows: kinds of nodes and relationships, as data."""
