"""List comprehensions, ALL, ANY, NONE, SINGLE and reduce: the engine's functions of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.access import LocalEntity
from connstore.cypher.expressions.constants import common_type
from connstore.cypher.expressions.conversions import cast, holds_entities, is_unsure, listable
from connstore.cypher.expressions.ordering import truth
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import fresh, named
from connstore.cypher.functions.model import Function, category
from connstore.cypher.sqlkit import (
    NULL,
    as_sql,
    binary,
    call,
    case,
    coalesce,
    is_null,
    list_of,
    member,
    negated,
    not_null,
    struct,
    typed_as,
    when,
)
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import children, free_variables, walk
from connstore.cypher.types import (
    ListOf,
    NodeType,
    Record,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.errors import CypherError

Compile = Callable[[tree.Expression, Context], Typed]

ITEMS = Function(
    "items", "items Any", "Items", "", lambda items: items if type(items) is list else [items]
)

#: Functions that need no more of a node or relationship than which it is.
_BY_IDENTITY = {"id", "type", "startnode", "endnode", "exists"}
#: Functions of a relationship -> the field of it that holds the node.
_ENDS = {"startnode": "s", "endnode": "t"}


@dataclass(frozen=True, slots=True)
class Items:
    """A list ready for a lambda.

    Attributes:
        list: The list.
        value: What the variable is, given the lambda's own.
        entities: Whether items are structs that hold the node or relationship as ``e``.
    """

    list: Typed
    value: Callable[[exp.Expr], Typed]
    entities: bool = False


def comprehension(node: tree.ListComprehension, context: Context, compile_: Compile) -> Typed:
    """``[variable IN source WHERE where | result]``."""
    source = compile_(node.source, context)
    if source.type is Scalar.NULL:
        return source
    items = _ready(source, node.variable, (node.where, node.result), context)
    sql = items.list.sql
    if node.where is not None:
        where = node.where
        sql = call("list_filter", sql, _condition(items, node.variable, where, context, compile_))
    if node.result is None and not items.entities:
        return Typed(sql, items.list.type)
    name = fresh("l")
    inner = context.local(node.variable, items.value(exp.column(name)))
    body = node.result or tree.Variable(node.at, node.variable)
    result = listable(compile_(body, inner), inner)
    function = exp.Lambda(this=result.sql, expressions=[exp.to_identifier(name)])
    value = call("list_transform", sql, function)
    return Typed(typed_as(value, ListOf(result.type)), ListOf(result.type))


def quantifier(node: tree.Quantifier, context: Context, compile_: Compile) -> Typed:
    """``ALL(variable IN source WHERE where)`` and its like: true, false or null."""
    source = compile_(node.source, context)
    if source.type is Scalar.NULL:
        return Typed(typed_as(NULL.copy(), Scalar.BOOLEAN), Scalar.BOOLEAN)
    items = _ready(source, node.variable, (node.where,), context)
    test = _QUANTIFIERS[node.kind]

    def answer(listed: exp.Expr) -> exp.Expr:
        condition = _condition(items, node.variable, node.where, context, compile_)
        condition.set("this", test.code(as_sql(condition.this, "BIGINT")))
        codes = call("list_transform", listed.copy(), condition)
        decided = named(call(test.summary, codes), test.decode)
        return case([(is_null(listed.copy()), typed_as(NULL.copy(), Scalar.BOOLEAN))], decided)

    return Typed(named(items.list.sql, answer), Scalar.BOOLEAN)


@dataclass(frozen=True, slots=True)
class _Quantifier:
    """How a quantifier is reckoned.

    Attributes:
        code: A number for true (1), false (0) and null.
        summary: The engine's function that makes one number of them.
        decode: The answer by that number, which is null for the empty list.
    """

    code: Callable[[exp.Expr], exp.Expr]
    summary: str
    decode: Callable[[exp.Expr], exp.Expr]


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _is(value: exp.Expr, number: int) -> exp.Expr:
    return binary(exp.EQ, value.copy(), _number(number))


def _ranked(condition: exp.Expr) -> exp.Expr:
    """0 for false, 1 for null, 2 for true."""
    return coalesce(binary(exp.Mul, condition, _number(2)), _number(1))


def _by_rank(rank: exp.Expr, empty: bool) -> exp.Expr:
    answers = [(_is(rank, 0), exp.false()), (_is(rank, 1), NULL.copy()), (_is(rank, 2), exp.true())]
    return as_sql(case(answers, exp.true() if empty else exp.false()), "BOOLEAN")


#: More than a list can hold: null counts as so many matches.
_UNKNOWN = 2**32


def _single(total: exp.Expr) -> exp.Expr:
    """One match; unknown if fewer than two are sure and others may be."""
    sure = binary(exp.Mod, total.copy(), _number(_UNKNOWN))
    return as_sql(
        case(
            [
                (binary(exp.GT, sure, _number(1)), exp.false()),
                (binary(exp.GTE, total.copy(), _number(_UNKNOWN)), NULL.copy()),
                (_is(total, 1), exp.true()),
            ],
            exp.false(),
        ),
        "BOOLEAN",
    )


_QUANTIFIERS = {
    "all": _Quantifier(_ranked, "list_min", lambda rank: _by_rank(rank, True)),
    "any": _Quantifier(_ranked, "list_max", lambda rank: _by_rank(rank, False)),
    "none": _Quantifier(_ranked, "list_max", lambda rank: negated(_by_rank(rank, False))),
    "single": _Quantifier(
        lambda condition: coalesce(condition, _number(_UNKNOWN)), "list_sum", _single
    ),
}


def reduction(node: tree.Reduce, context: Context, compile_: Compile) -> Typed:
    """``reduce(accumulator = initial, variable IN source | step)``."""
    source = compile_(node.source, context)
    if source.type is Scalar.NULL:
        return source
    items = _ready(source, node.variable, (node.step,), context)
    initial = listable(compile_(node.initial, context), context)
    names = fresh("l"), fresh("l")

    def step(type_: Type) -> Typed:
        state, pair = map(exp.column, names)
        inner = context.local(node.accumulator, Typed(member(state, "a"), type_))
        inner = inner.local(node.variable, items.value(member(pair, "x")))
        return listable(compile_(node.step, inner), inner)

    type_, found = initial.type, step(initial.type)
    while (wider := common_type([type_, found.type])) != type_:
        type_, found = wider, step(wider)
    first = cast(initial, type_, context).sql
    after = cast(found, type_, context).sql
    item_sql = typed_as(NULL.copy(), type_)
    listed = items.list.sql
    paired = fresh("l")
    pairs = call(
        "list_transform",
        listed,
        exp.Lambda(
            this=struct(a=item_sql, x=exp.column(paired)), expressions=[exp.to_identifier(paired)]
        ),
    )
    function = exp.Lambda(
        this=struct(a=typed_as(after, type_), x=member(exp.column(names[1]), "x")),
        expressions=[exp.to_identifier(name) for name in names],
    )
    begin = struct(a=typed_as(first, type_), x=NULL.copy())
    return Typed(member(call("list_reduce", pairs, function, begin), "a"), type_)


def _condition(
    items: Items, variable: str, where: tree.Expression, context: Context, compile_: Compile
) -> exp.Lambda:
    name = fresh("l")
    inner = context.local(variable, items.value(exp.column(name)))
    test = truth(compile_(where, inner), inner)
    return exp.Lambda(this=test, expressions=[exp.to_identifier(name)])


def _ready(
    source: Typed, variable: str, bodies: Sequence[tree.Expression | None], context: Context
) -> Items:
    """A list as a lambda can read it: properties must be at hand before it begins."""
    source = items_of(source, context)
    assert isinstance(source.type, ListOf)
    entity = source.type.item
    if not holds_entities(entity):
        return _plain(source)
    if not isinstance(entity, NodeType | RelationshipType):
        spared = isinstance(entity, Record) and _asks_for_values(bodies, variable, entity)
        return _plain(source if spared else context.encoded_list(source))
    asked: dict[tuple[str, str], None] = {}
    if not all(_asks_for_properties(body, variable, asked) for body in bodies if body is not None):
        return _plain(context.encoded_list(source))
    if not asked:
        return _plain(source)
    listed, fields = context.with_properties(source, list(asked))

    def value(item: exp.Expr) -> Typed:
        known: dict[str, dict[str, Typed]] = {end: {} for end in ("", *_ENDS.values())}
        for (end, key), field in zip(asked, fields, strict=True):
            known[end][key] = Typed(member(item.copy(), field.sql.name), field.type)
        whole = member(item.copy(), "e")
        if isinstance(entity, NodeType):
            return LocalEntity(whole, entity, known[""])
        types = zip(_ENDS.values(), context.ends(entity.kinds), strict=True)
        ends = (LocalEntity(member(whole.copy(), end), t, known[end]) for end, t in types)
        return LocalEntity(whole, entity, known[""], tuple(ends))

    return Items(listed, value, entities=True)


def items_of(source: Typed, context: Context, reader: str = "") -> Typed:
    """A list; of a single value that may be a property's, the list of it alone, as in Neo4j.

    Args:
        source: The value.
        context: Where it stands.
        reader: What reads the list, for messages.

    Raises:
        CypherError: It is something else for certain.
    """
    if isinstance(source.type, ListOf):
        return source
    if source.type is Scalar.ANY:
        return Typed(in_python(ITEMS, [source], context).sql, ListOf(Scalar.ANY))
    if not is_unsure(source):
        given = category(source.type)
        reads = f"{reader} expected" if reader else "expected"
        raise CypherError(f"Type mismatch: {reads} List but was {given}.")
    alone = when(not_null(source.sql.copy()), list_of([source.sql]))
    return Typed(alone, ListOf(source.type))


def _plain(listed: Typed) -> Items:
    assert isinstance(listed.type, ListOf)
    item = listed.type.item
    return Items(listed, lambda value: Typed(value, item))


def _asks_for_properties(
    node: tree.Node, variable: str, asked: dict[tuple[str, str], None]
) -> bool:
    """Whether known properties of a variable are all that an expression asks of it.

    Args:
        node: The expression.
        variable: The variable.
        asked: Gets the properties, of the variable itself and of its ends.
    """
    match node:
        case tree.Variable():
            return True  # itself as the result, or where only identity counts
        case tree.Property(_, subject, key) | tree.Subscript(
            _, subject, tree.Literal(_, str(key))
        ) if (end := _end(subject, variable)) is not None:
            asked[end, key] = None
            return True
        case tree.Comparison() | tree.IsNull():
            pass
        case tree.Call() if node.name.lower() in _BY_IDENTITY:
            pass
        case _:
            if any(_is_variable(child, variable) for child in children(node)):
                return False
    return all(
        _asks_for_properties(child, variable, asked)
        for child in children(node)
        if not isinstance(child, tree.Expression) or variable in free_variables(child)
    )


def _asks_for_values(
    bodies: Sequence[tree.Expression | None], variable: str, record: Record
) -> bool:
    """Whether expressions ask for nothing of maps but values that hold no nodes."""
    values = {key for key, type_ in record.fields if not holds_entities(type_)}
    named = asked = 0
    for node in (each for body in bodies if body is not None for each in walk(body)):
        match node:
            case tree.Variable(_, name) if name == variable:
                named += 1
            case tree.Property(_, tree.Variable(_, name), key) if name == variable:
                asked += key in values
    return named == asked


def _end(node: tree.Expression, variable: str) -> str | None:
    """Which end of a variable an expression is, or itself (``""``); None if it is neither."""
    match node:
        case tree.Variable(_, name) if name == variable:
            return ""
        case tree.Call(_, name, (tree.Variable(_, of),)) if of == variable:
            return _ENDS.get(name.lower())
    return None


def _is_variable(node: tree.Node, name: str) -> bool:
    return isinstance(node, tree.Variable) and node.name == name
