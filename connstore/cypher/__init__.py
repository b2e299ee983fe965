"""neuPrint's Cypher, compiled to SQL over a store.

A text passes through these phases, one a module: ``tokens``, ``parser`` (to the nodes of
``tree``), ``checks`` (scopes and placement), then ``clauses`` and ``expressions`` (types, plan and
SQL over the graph of ``schema``) and, after it ran, ``answer``.
"""
