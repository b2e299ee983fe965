"""Trees written as queries: the parser's counterpart, with as few parentheses as possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connstore.cypher.syntax import tree

#: How tightly operators bind, from openCypher's grammar; operands of a level stand a level above.
LEVELS = {
    "OR": 1,
    "XOR": 2,
    "AND": 3,
    "NOT": 4,
    **dict.fromkeys(["STARTS WITH", "ENDS WITH", "CONTAINS", "IN", "=~"], 6),
    **dict.fromkeys(["+", "-"], 7),
    **dict.fromkeys(["*", "/", "%"], 8),
    "^": 9,
}
COMPARISON, PREDICATE, SIGN, POSTFIX = 5, 6, 10, 11

ARROWS = {"out": ("-", "->"), "in": ("<-", "-"), "both": ("-", "-")}


class Keyword(str):
    """A token whose case does not matter."""


def name(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII) else quoted(text)


def quoted(text: str) -> str:
    return "`" + text.replace("`", "``") + "`"


def variable(text: str) -> str:
    """Variables are quoted, as a bare one may begin something else (``CASE``, ``NOT``)."""
    return text if re.fullmatch(r"[a-z]", text) else quoted(text)


def literal(value: Any) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case _:
            return repr(value)


def commas(groups: Any) -> Iterator[str]:
    for position, group in enumerate(groups):
        if position:
            yield ","
        yield from group


def level(node: tree.Expression) -> int:
    match node:
        case tree.Unary(_, "NOT"):
            return LEVELS["NOT"]
        case tree.Unary():
            return SIGN
        case tree.Binary(_, operator):
            return LEVELS[operator]
        case tree.Comparison():
            return COMPARISON
        case tree.IsNull():
            return PREDICATE
        case _:
            return POSTFIX


def operand(node: tree.Expression, least: int) -> Iterator[str]:
    """An operand, in parentheses if it binds less tightly or if a sign may begin an arrow."""
    arrow = isinstance(node, tree.PatternExpression) and least > LEVELS["NOT"]
    sign = isinstance(node, tree.Unary) and node.operator != "NOT" and least > 0
    if level(node) < least or arrow or sign:
        yield from ["(", *expression(node), ")"]
    else:
        yield from expression(node)


def expression(node: tree.Expression) -> Iterator[str]:
    match node:
        case tree.Literal(_, tuple(items)):
            yield from ["[", *commas([literal(item)] for item in items), "]"]
        case tree.Literal(_, value):
            yield literal(value)
        case tree.Parameter(_, key):
            yield f"${quoted(key)}"
        case tree.Variable(_, key):
            yield variable(key)
        case tree.Property(_, subject, key):
            yield from [*operand(subject, POSTFIX), ".", name(key)]
        case tree.Subscript(_, subject, index):
            yield from [*operand(subject, POSTFIX), "[", *expression(index), "]"]
        case tree.Slice(_, subject, start, stop):
            ends = [[] if end is None else expression(end) for end in (start, stop)]
            yield from [*operand(subject, POSTFIX), "[", *ends[0], "..", *ends[1], "]"]
        case tree.LabelTest(_, subject, labels):
            yield from operand(subject, POSTFIX)
            for label in labels:
                yield from [":", name(label)]
        case tree.Unary(_, "NOT", inner):
            yield from [Keyword("NOT"), *operand(inner, LEVELS["NOT"])]
        case tree.Unary(_, operator, inner):
            plain = isinstance(inner, tree.Variable | tree.Call)
            yield from [operator, *(expression(inner) if plain else ["(", *expression(inner), ")"])]
        case tree.Binary(_, operator, left, right):
            yield from operand(left, LEVELS[operator])
            yield from map(Keyword, operator.split())
            yield from operand(right, LEVELS[operator] + 1)
        case tree.Comparison(_, operands, operators):
            yield from operand(operands[0], PREDICATE)
            for sign, each in zip(operators, operands[1:], strict=True):
                yield from [sign, *operand(each, PREDICATE)]
        case tree.IsNull(_, inner, negated):
            yield from operand(inner, PREDICATE)
            yield from map(Keyword, ["IS", *["NOT"] * negated, "NULL"])
        case tree.Case(_, subject, branches, otherwise):
            yield Keyword("CASE")
            yield from [] if subject is None else expression(subject)
            for condition, value in branches:
                yield from [Keyword("WHEN"), *expression(condition)]
                yield from [Keyword("THEN"), *expression(value)]
            yield from [] if otherwise is None else [Keyword("ELSE"), *expression(otherwise)]
            yield Keyword("END")
        case tree.ListLiteral(_, items):
            # `[x IN y]` and `[p = …]` are comprehensions
            yield from ["[", *commas(operand(item, SIGN) for item in items), "]"]
        case tree.MapLiteral(_, entries):
            yield from ["{", *commas([name(k), ":", *expression(v)] for k, v in entries), "}"]
        case tree.MapProjection(_, subject, everything, entries):
            items = [[".", "*"]] * everything
            items += [[name(k), ":", *expression(v)] for k, v in entries]
            yield from [variable(subject.name), "{", *commas(items), "}"]
        case tree.ListComprehension(_, local, source, where, result):
            yield from ["[", *iteration(local, operand(source, LEVELS["+"]))]
            yield from [*filtered(where), *([] if result is None else ["|", *expression(result)])]
            yield "]"
        case tree.Quantifier(_, kind, local, source, where):
            yield from [Keyword(kind), "(", *iteration(local, expression(source))]
            yield from [*filtered(where), ")"]
        case tree.Reduce(_, accumulator, initial, local, source, step):
            yield from [Keyword("reduce"), "(", variable(accumulator), "=", *expression(initial)]
            yield from [",", *iteration(local, expression(source)), "|", *expression(step), ")"]
        case tree.Call(_, function, arguments, distinct):
            yield from [".".join(map(name, function.split("."))), "("]
            yield from [*([Keyword("DISTINCT")] if distinct else [])]
            least = SIGN if function == "all" else 0  # `all(x IN y …)` is a quantifier
            yield from [*commas(operand(each, least) for each in arguments), ")"]
        case tree.CountStar():
            yield from [Keyword("count"), "(", "*", ")"]
        case tree.PatternExpression(_, each):
            yield from path(each)
        case tree.PatternComprehension(_, each, where, result):
            yield from ["[", *path(each), *filtered(where), "|", *expression(result), "]"]
        case tree.Exists(_, inner):
            yield from [Keyword("EXISTS"), "{", *query(inner), "}"]
        case _:
            raise AssertionError(node)


def iteration(local: str, source: Iterator[str]) -> list[str]:
    return [variable(local), Keyword("IN"), *source]


def filtered(where: tree.Expression | None) -> list[str]:
    return [] if where is None else [Keyword("WHERE"), *expression(where)]


def inside(node: tree.NodePattern | tree.RelationshipPattern) -> Iterator[str]:
    yield from [] if node.variable is None else [variable(node.variable)]
    if isinstance(node, tree.NodePattern):
        for label in node.labels:
            yield from [":", name(label)]
    else:
        for position, type_ in enumerate(node.types):
            yield from ["|" if position else ":", name(type_)]
        yield from [] if node.length is None else length(node.length)
    yield from [] if node.properties is None else expression(node.properties)


def length(node: tree.Length) -> Iterator[str]:
    yield "*"
    if node.low is not None and node.low == node.high:
        yield str(node.low)
    elif (node.low, node.high) != (None, None):
        yield from [*([str(node.low)] if node.low is not None else []), ".."]
        yield from [str(node.high)] if node.high is not None else []


def path(node: tree.PathPattern) -> Iterator[str]:
    yield from [] if node.variable is None else [variable(node.variable), "="]
    searches = {"shortest": "shortestPath", "all shortest": "allShortestPaths"}
    yield from [] if node.search is None else [Keyword(searches[node.search]), "("]
    yield from ["(", *inside(node.nodes[0]), ")"]
    for relationship, end in zip(node.relationships, node.nodes[1:], strict=True):
        left, right = ARROWS[relationship.direction]
        yield from [left, "[", *inside(relationship), "]", right, "(", *inside(end), ")"]
    yield from [] if node.search is None else [")"]


def clause(node: tree.Clause) -> Iterator[str]:
    match node:
        case tree.Match(_, optional, paths, where):
            yield from map(Keyword, ["OPTIONAL"] * optional + ["MATCH"])
            yield from [*commas(map(path, paths)), *filtered(where)]
        case tree.Unwind(_, source, local):
            yield from [Keyword("UNWIND"), *expression(source), Keyword("AS"), name(local)]
        case tree.CallSubquery(_, inner):
            yield from [Keyword("CALL"), "{", *query(inner), "}"]
        case tree.CallProcedure(_, procedure, arguments, yields, where):
            yield from [Keyword("CALL"), ".".join(map(name, procedure.split(".")))]
            if arguments is not None:
                yield from ["(", *commas(map(expression, arguments)), ")"]
            if yields is not None:
                items = commas([name(a), Keyword("AS"), name(b)] for a, b in yields)
                yield from [Keyword("YIELD"), *items, *filtered(where)]
        case tree.Projection():
            yield Keyword("WITH" if isinstance(node, tree.With) else "RETURN")
            yield from [Keyword("DISTINCT")] if node.distinct else []
            items = [[*expression(i.expression), Keyword("AS"), name(i.name)] for i in node.items]
            yield from commas([["*"]] * node.star + items)
            if node.order:
                keys = [[*expression(k.expression), *direction(k)] for k in node.order]
                yield from [Keyword("ORDER"), Keyword("BY"), *commas(keys)]
            for word, count in ("SKIP", node.skip), ("LIMIT", node.limit):
                yield from [] if count is None else [Keyword(word), *expression(count)]
            yield from filtered(node.where) if isinstance(node, tree.With) else []


def direction(key: tree.SortKey) -> list[str]:
    return [Keyword("DESC")] if key.descending else []


def query(node: tree.Query) -> Iterator[str]:
    for position, part in enumerate(node.parts):
        if position:
            yield from map(Keyword, ["UNION"] + ["ALL"] * node.union_all[position - 1])
        for each in part.clauses:
            yield from clause(each)
