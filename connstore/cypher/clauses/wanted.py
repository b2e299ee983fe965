"""What a query will ask of its variables, before it is compiled."""

from __future__ import annotations

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import walk


def wanted_properties(query: tree.Query) -> dict[str, frozenset[str]]:
    """Variable name -> properties asked of variables of that name, wherever they stand.

    Where ``WITH n AS m`` renames, what is asked of the new name is asked of the old one too.
    """
    found: dict[str, set[str]] = {}
    renamed: list[tuple[str, str]] = []
    for node in walk(query):
        match node:
            case tree.Property(_, tree.Variable(_, name), key):
                found.setdefault(name, set()).add(key)
            case tree.Subscript(_, tree.Variable(_, name), tree.Literal(_, str() as key)):
                found.setdefault(name, set()).add(key)
            case tree.Item(_, tree.Variable(_, name), str() as alias) if alias != name:
                renamed.append((name, alias))
            case tree.ListComprehension(_, name, source) | tree.Quantifier(_, _, name, source):
                renamed += [(n.name, name) for n in walk(source) if isinstance(n, tree.Variable)]
    for _ in renamed:
        for old, new in renamed:
            found.setdefault(old, set()).update(found.get(new, ()))
    return {name: frozenset(keys) for name, keys in found.items()}


def unwinds_keys(query: tree.Query) -> bool:
    """Whether a query unwinds lists, and asks for keys of maps."""
    clauses = (clause for part in query.parts for clause in part.clauses)
    return any(isinstance(clause, tree.Unwind | tree.CallSubquery) for clause in clauses) and any(
        isinstance(node, tree.Call) and node.name.lower() == "keys" for node in walk(query)
    )
