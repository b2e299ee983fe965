"""What a lambda asks of an item of a list outside of it: ``nodes(p)[i].type``.

The engine's lambdas read no rows but their own. So the property is read of all items of the list
first, ``[item IN nodes(p) | item.type]``, and the lambda takes one of these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connstore.cypher.context import Context
from connstore.cypher.expressions.conversions import holds_entities
from connstore.cypher.expressions.snippets import is_local
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Typed

Compile = Callable[[tree.Expression, Context], Typed]

#: Functions that ask something of a node or relationship.
_ASKING = {"startnode", "endnode", "labels", "type", "id", "properties", "keys"}

_ITEM = "\0item"


def asked_of_all(
    node: tree.Expression, context: Context, compile_: Compile
) -> tree.Expression | None:
    """An expression as an item of what is asked of all items; None if it is no such one."""
    if (place := _item(node)) is None:
        return None
    if not is_local(compile_(place.index, context).sql):
        return None
    items = compile_(place.subject, context)
    if is_local(items.sql):
        return None
    if not (isinstance(items.type, ListOf) and holds_entities(items.type.item)):
        return None
    each = tree.ListComprehension(node.at, _ITEM, place.subject, None, _of_item(node))
    return tree.Subscript(node.at, each, place.index)


def _asks(node: tree.Expression) -> tree.Expression | None:
    """What an expression asks something of."""
    match node:
        case tree.Property(_, subject) | tree.Subscript(_, subject, tree.Literal(_, str())):
            return subject
        case tree.Call(_, name, (subject,)) if name.lower() in _ASKING:
            return subject
    return None


def _item(node: tree.Expression) -> tree.Subscript | None:
    """The item of a list that an expression asks something of."""
    subject = _asks(node)
    if isinstance(subject, tree.Subscript) and _asks(subject) is None:
        return subject
    return None if subject is None else _item(subject)


def _of_item(node: tree.Expression) -> tree.Expression:
    """The same, asked of a variable."""
    subject = _asks(node)
    if subject is None:
        return tree.Variable(node.at, _ITEM)
    if isinstance(node, tree.Call):
        return replace(node, arguments=(_of_item(subject),))
    assert isinstance(node, tree.Property | tree.Subscript)
    return replace(node, subject=_of_item(subject))
