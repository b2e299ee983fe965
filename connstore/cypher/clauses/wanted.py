"""What a query will ask of its rows and variables, before it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import walk


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for, wherever that stands in it.

    Attributes:
        properties: Variable name -> properties asked of variables of that name. Where
            ``WITH n AS m`` renames, what is asked of the new name is asked of the old one too.
        lists: Whether it collects, so that the order of rows matters inside it.
        unwound_keys: Whether it unwinds lists, and asks for keys of maps.
    """

    properties: Mapping[str, frozenset[str]]
    lists: bool
    unwound_keys: bool


def wanted_by(query: tree.Query, *, lists: bool = False) -> Wanted:
    """What a query asks for.

    Args:
        query: The query.
        lists: Whether a query around it collects.
    """
    found: dict[str, set[str]] = {}
    renamed: list[tuple[str, str]] = []
    keys = False
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
            case tree.Call(_, name):
                lists |= name.lower() == "collect"
                keys |= name.lower() == "keys"
    for _ in renamed:
        for old, new in renamed:
            found.setdefault(old, set()).update(found.get(new, ()))
    clauses = (clause for part in query.parts for clause in part.clauses)
    unwinds = any(isinstance(clause, tree.Unwind | tree.CallSubquery) for clause in clauses)
    properties = {name: frozenset(keys_) for name, keys_ in found.items()}
    return Wanted(properties, lists, keys and unwinds)
