"""Where in a query an error may come from that only its values told."""

from __future__ import annotations

import re

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.syntax.walk import walk

#: How messages begin that name a function or an operator.
_NAMED = re.compile(r"(?:Type mismatch: )?(?P<name>[^\s:]+)(?:: | expected )")


def place_of(problem: str, text: str) -> int:
    """The place of the one part of a query that an error can be about; 0 if there are several.

    A query that runs a query given as text may mean a place in that.

    Args:
        problem: What the error says.
        text: The query, which can be parsed.

    Example:
        >>> text = "MATCH (n) RETURN abs(n.pre), toLower(n.pre)"
        >>> text[place_of("Type mismatch: toLower expected String but was Integer", text):]
        'toLower(n.pre)'
    """
    nodes = list(walk(parse(text)))
    found = [node.at.start for node in nodes if _is_about(problem, node)]
    elsewhere = any(isinstance(node, tree.CallProcedure) and node.arguments for node in nodes)
    return found[0] if len(found) == 1 and not elsewhere else 0


def _is_about(problem: str, node: tree.Node) -> bool:
    match node:
        case tree.Call(_, name) | tree.Binary(_, name) | tree.Unary(_, name):
            named = _NAMED.match(problem)
            return named is not None and named["name"].lower() == name.lower()
        case tree.Subscript():
            return "before [ ]" in problem or "subscripted" in problem
        case tree.Property(_, _, key):
            return f"before .{key} " in problem
        case _:
            return False
