"""Values of Cypher in Python: their semantics, and how they are encoded."""
