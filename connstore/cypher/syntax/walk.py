"""Walking over trees: what every later phase asks of one, whatever the node."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields, replace
from typing import Any

from connstore.cypher.syntax import tree

#: Functions that make one value of many rows, in small letters.
AGGREGATES = frozenset({
    "avg", "collect", "count", "max", "min", "percentilecont", "percentiledisc", "stdev",
    "stdevp", "sum",
})  # fmt: skip

#: Patterns and whole queries inside expressions; they name variables of their own.
SUBQUERIES = (tree.Exists, tree.PatternExpression, tree.PatternComprehension)

_KINDS: dict[str, type] = {
    name: kind
    for name, kind in vars(tree).items()
    if isinstance(kind, type) and issubclass(kind, tree.Node)
}
#: Kind of node -> its fields, but for the place in the text.
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in {"at", "text"})
    for kind in _KINDS.values()
}
#: Kind of node -> its fields that may hold nodes, by their annotations.
_BRANCHES: dict[type, tuple[str, ...]] = {
    kind: tuple(
        field.name
        for field in fields(kind)
        if any(word in _KINDS for word in re.findall(r"\w+", str(field.type)))
    )
    for kind in _KINDS.values()
}


def children(node: tree.Node) -> list[tree.Node]:
    """The nodes right below a node, as a rule in the order of the text.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> item = parse("RETURN a + [b, 1]").parts[0].clauses[0].items[0]
        >>> [type(child).__name__ for child in children(item.expression)]
        ['Variable', 'ListLiteral']
    """
    found: list[tree.Node] = []
    for name in _BRANCHES[type(node)]:
        _collect(getattr(node, name), found)
    return found


def _collect(value: Any, found: list[tree.Node]) -> None:
    if isinstance(value, tree.Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


def walk(node: tree.Node) -> Iterator[tree.Node]:
    """A node and all nodes below it, parents first."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def structure(value: Any) -> Hashable:
    """What two expressions share exactly if they mean the same text, wherever it stands.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> one, other = parse("RETURN SUM(n.a), sum( n . a )").parts[0].clauses[0].items
        >>> structure(one.expression) == structure(other.expression)
        True
    """
    if isinstance(value, tree.Literal):
        items = value.value if isinstance(value.value, tuple) else ()
        return type(value.value), value.value, tuple(map(type, items))
    if isinstance(value, tree.Node):
        parts = [getattr(value, name) for name in _FIELDS[type(value)]]
        if isinstance(value, tree.Call):
            parts[0] = value.name.lower()
        return (type(value), *map(structure, parts))
    if isinstance(value, tuple):
        return tuple(map(structure, value))
    return type(value), value


def rewrite(node: Any, change: Callable[[tree.Node], tree.Node | None]) -> Any:
    """A tree in which some nodes are replaced by others.

    Args:
        node: The tree.
        change: What to put in place of a node; None to keep it and look below it.
    """
    if isinstance(node, tuple):
        return tuple(rewrite(item, change) for item in node)
    if not isinstance(node, tree.Node):
        return node
    found = change(node)
    if found is not None:
        return found
    old = {name: getattr(node, name) for name in _BRANCHES[type(node)]}
    new = {name: rewrite(value, change) for name, value in old.items()}
    changed = any(new[name] is not old[name] and new[name] != old[name] for name in old)
    return replace(node, **new) if changed else node


def is_aggregate(node: tree.Node) -> bool:
    """Whether a node is itself a call of an aggregate function."""
    return isinstance(node, tree.CountStar) or (
        isinstance(node, tree.Call) and node.name.lower() in AGGREGATES
    )


def contains_aggregate(expression: tree.Expression) -> bool:
    """Whether an expression calls an aggregate function; those of whole queries in it aside.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> items = parse("RETURN 1.0 * SUM(x) / y, size(x)").parts[0].clauses[0].items
        >>> [contains_aggregate(item.expression) for item in items]
        [True, False]
    """
    pending: list[tree.Node] = [expression]
    while pending:
        node = pending.pop()
        if is_aggregate(node):
            return True
        if not isinstance(node, tree.Exists):
            pending.extend(children(node))
    return False


def pattern_variables(path: tree.PathPattern) -> Iterator[tuple[str, tree.Node]]:
    """Names in a path and what they name: the path, its nodes and its relationships."""
    if path.variable is not None:
        yield path.variable, path
    parts: tuple[tree.NodePattern | tree.RelationshipPattern, ...] = path.nodes
    for part in parts + path.relationships:
        if part.variable is not None:
            yield part.variable, part


def binds(part: tree.Node) -> frozenset[str]:
    """Variables that a list expression brings for some of its parts."""
    match part:
        case tree.ListComprehension(_, variable) | tree.Quantifier(_, _, variable):
            return frozenset({variable})
        case tree.Reduce(_, accumulator, _, variable):
            return frozenset({accumulator, variable})
        case _:
            return frozenset()


def free_variables(node: tree.Expression | tree.PathPattern) -> frozenset[str]:
    """Names of variables that an expression takes from around it.

    Variables of comprehensions are not among them. Names in the patterns of an expression are:
    whether such a name is new or known depends on what is around.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> item = parse("RETURN [x IN xs WHERE x > low | x.size]").parts[0].clauses[0].items[0]
        >>> sorted(free_variables(item.expression))
        ['low', 'xs']
    """
    return frozenset(_free(node))


def _free(node: tree.Node) -> set[str]:
    match node:
        case tree.Variable(_, name):
            return {name}
        case tree.ListComprehension(_, name, source, where, result):
            return _free(source) | (_all_free(where, result) - {name})
        case tree.Quantifier(_, _, name, source, where):
            return _free(source) | (_free(where) - {name})
        case tree.Reduce(_, accumulator, initial, name, source, step):
            return _free(initial) | _free(source) | (_free(step) - {accumulator, name})
        case tree.PathPattern():
            names = {name for name, _ in pattern_variables(node)}
            return names | _all_free(*children(node))
        case _:
            return _all_free(*children(node))


def _all_free(*nodes: tree.Node | None) -> set[str]:
    return set().union(*map(_free, filter(None, nodes)))
