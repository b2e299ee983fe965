"""Looking at syntax trees and rewriting them, whatever their nodes are."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from connstore.cypher.syntax import tree
from cypher.evaluator.functions import AGGREGATES


def children(node: tree.Node) -> Iterator[tree.Node]:
    """The nodes right below a node."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: Any) -> Iterator[tree.Node]:
    if isinstance(value, tree.Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def rewrite(node: Any, change: Callable[[Any], Any | None]) -> Any:
    """A tree with those nodes replaced for which ``change`` has something else, from the top."""
    if isinstance(node, tuple):
        return tuple(rewrite(item, change) for item in node)
    if not isinstance(node, tree.Node):
        return node
    if (other := change(node)) is not None:
        return other
    parts = {field.name: getattr(node, field.name) for field in fields(node)}
    return replace(node, **{name: rewrite(part, change) for name, part in parts.items()})


def shape(node: Any) -> Any:
    """What two trees have in common that differ in their place in the text only."""
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    if not isinstance(node, tree.Node):
        return (type(node), node)
    parts = (shape(getattr(node, field.name)) for field in fields(node) if field.name != "at")
    return (type(node), *parts)


def is_aggregate(node: tree.Node) -> bool:
    """Whether a node is a call of an aggregating function."""
    if isinstance(node, tree.Call):
        return node.name.lower() in AGGREGATES
    return isinstance(node, tree.CountStar)


def has_aggregate(node: tree.Node) -> bool:
    """Whether there is such a call in an expression, subqueries left out."""
    if isinstance(node, tree.Exists | tree.PatternComprehension):
        return False
    return is_aggregate(node) or any(map(has_aggregate, children(node)))


def aggregates(node: tree.Node) -> Iterator[tree.Expression]:
    """The aggregating calls in an expression."""
    if is_aggregate(node) and isinstance(node, tree.Expression):
        yield node
    else:
        for child in children(node):
            yield from aggregates(child)


def local_names(node: tree.Node) -> set[str]:
    """Variables that an expression brings along for its parts."""
    match node:
        case tree.ListComprehension() | tree.Quantifier():
            return {node.variable}
        case tree.Reduce():
            return {node.variable, node.accumulator}
    return set()


def variables(node: tree.Node) -> set[str]:
    """Names that stand somewhere in an expression, local ones and those of patterns included."""
    own = set()
    match node:
        case tree.Variable(_, name):
            own = {name}
        case tree.NodePattern(_, str(name)) | tree.RelationshipPattern(_, str(name)):
            own = {name}
    return own.union(*map(variables, children(node)))


def conjuncts(where: tree.Expression | None) -> list[tree.Expression]:
    """The parts of a condition that AND joins."""
    match where:
        case None:
            return []
        case tree.Binary(_, "AND", left, right):
            return conjuncts(left) + conjuncts(right)
    return [where]
