"""neuPrint's Cypher, compiled to SQL over a store.

A text passes through these phases: ``syntax`` (text to tree), ``checks`` (what is wrong whatever
the store), ``clauses`` and ``expressions`` (tree to SQL over the ``graph`` that a store shows);
``compile`` runs them, and ``answer`` reads what the engine gives. ``values`` and ``functions`` hold
the semantics of Cypher's values, once, in Python.
"""
