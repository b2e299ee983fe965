"""The syntax tree of a query: frozen nodes, each with its place in the text.

The grammar is openCypher 9 with the older forms that neuPrint's Neo4j 4.4 accepts
(https://opencypher.org/resources/, https://neo4j.com/docs/cypher-manual/4.4/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into the text: from ``start`` up to, not including, ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree."""

    at: Span


# Expressions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expression(Node):
    """Something that has a value."""


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """``1``, ``1.5``, ``'text'``, ``true``, ``null``, and lists of them such as ``[1, 2]``."""

    value: bool | int | float | str | tuple[bool | int | float | str | None, ...] | None


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    """``$name`` or ``{name}``."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """``n``."""

    name: str


@dataclass(frozen=True, slots=True)
class Property(Expression):
    """``subject.key``."""

    subject: Expression
    key: str


@dataclass(frozen=True, slots=True)
class Subscript(Expression):
    """``subject[index]``."""

    subject: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Slice(Expression):
    """``subject[start..stop]``."""

    subject: Expression
    start: Expression | None
    stop: Expression | None


@dataclass(frozen=True, slots=True)
class LabelTest(Expression):
    """``subject:Label:Other``; of a relationship, whether it is of that type."""

    subject: Expression
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """``NOT x``, ``-x``, ``+x``."""

    operator: OneOf["NOT", "-", "+"]
    operand: Expression


#: Operators of :class:`Binary`, in capital letters with single spaces.
BinaryOperator = OneOf[
    "OR", "XOR", "AND", "+", "-", "*", "/", "%", "^", "IN", "STARTS WITH", "ENDS WITH",
    "CONTAINS", "=~",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """``left operator right``."""

    operator: BinaryOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    """``a < b <= c``: one operator fewer than operands."""

    operands: tuple[Expression, ...]
    operators: tuple[OneOf["=", "<>", "<", "<=", ">", ">="], ...]


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """``x IS NULL``, ``x IS NOT NULL``."""

    operand: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """``CASE [subject] WHEN … THEN … ELSE … END``."""

    subject: Expression | None
    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class ListLiteral(Expression):
    """``[a, b]``: a list with items that are no scalar literals."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapLiteral(Expression):
    """``{key: value}``."""

    entries: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class MapProjection(Expression):
    """``variable{.*, .key, key: value, other}``.

    Attributes:
        variable: The node, relationship or map.
        everything: Whether ``.*`` is among the items.
        entries: Keys and values; ``.key`` and ``other`` are written out.
    """

    variable: Variable
    everything: bool
    entries: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class ListComprehension(Expression):
    """``[variable IN source WHERE where | result]``."""

    variable: str
    source: Expression
    where: Expression | None
    result: Expression | None


@dataclass(frozen=True, slots=True)
class Quantifier(Expression):
    """``ALL(variable IN source WHERE where)``."""

    kind: OneOf["all", "any", "none", "single"]
    variable: str
    source: Expression
    where: Expression


@dataclass(frozen=True, slots=True)
class Reduce(Expression):
    """``reduce(accumulator = initial, variable IN source | step)``."""

    accumulator: str
    initial: Expression
    variable: str
    source: Expression
    step: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """``name(arguments)``; the name as written, such as ``apoc.convert.fromJsonMap``."""

    name: str
    arguments: tuple[Expression, ...]
    distinct: bool


@dataclass(frozen=True, slots=True)
class CountStar(Expression):
    """``count(*)``."""


@dataclass(frozen=True, slots=True)
class PatternExpression(Expression):
    """A path pattern where a value is asked for: whether it matches.

    ``exists((a)-->(b))`` is one as well; ``shortestPath(...)`` there is the path itself.
    """

    path: PathPattern


@dataclass(frozen=True, slots=True)
class PatternComprehension(Expression):
    """``[p = (a)-->(b) WHERE where | result]``; the path carries its variable."""

    path: PathPattern
    where: Expression | None
    result: Expression


@dataclass(frozen=True, slots=True)
class Exists(Expression):
    """``EXISTS { MATCH … WHERE … }``, the MATCH may be left out; or with a whole query."""

    query: Query


# Patterns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NodePattern(Node):
    """``(variable:Label {key: value})``."""

    variable: str | None
    labels: tuple[str, ...]
    properties: MapLiteral | Parameter | None


@dataclass(frozen=True, slots=True)
class Length(Node):
    """``*low..high`` of a relationship; None where left out (low is then 1)."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class RelationshipPattern(Node):
    """``-[variable:TYPE|OTHER *1..3 {key: value}]->``."""

    variable: str | None
    types: tuple[str, ...]
    direction: OneOf["out", "in", "both"]
    length: Length | None
    properties: MapLiteral | Parameter | None


@dataclass(frozen=True, slots=True)
class PathPattern(Node):
    """``variable = shortestPath((a)-[r]->(b)-[s]-(c))``: one relationship fewer than nodes."""

    variable: str | None
    search: OneOf["shortest", "all shortest"] | None
    nodes: tuple[NodePattern, ...]
    relationships: tuple[RelationshipPattern, ...]


# Clauses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """One step of a query."""


@dataclass(frozen=True, slots=True)
class Match(Clause):
    """``[OPTIONAL] MATCH paths WHERE where``; hints (USING …) are dropped."""

    optional: bool
    paths: tuple[PathPattern, ...]
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Item(Node):
    """``expression AS alias``; ``name`` is the alias or the expression as written."""

    expression: Expression
    alias: str | None
    name: str


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """``expression DESC``."""

    expression: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class Projection(Clause):
    """What WITH and RETURN share.

    Attributes:
        distinct: Whether DISTINCT is given.
        star: Whether ``*`` is given, before the items.
        items: The items.
        order: Keys of ORDER BY.
        skip: Of SKIP.
        limit: Of LIMIT.
    """

    distinct: bool
    star: bool
    items: tuple[Item, ...]
    order: tuple[SortKey, ...]
    skip: Expression | None
    limit: Expression | None


@dataclass(frozen=True, slots=True)
class With(Projection):
    """``WITH … WHERE where``."""

    where: Expression | None


@dataclass(frozen=True, slots=True)
class Return(Projection):
    """``RETURN …``."""


@dataclass(frozen=True, slots=True)
class Unwind(Clause):
    """``UNWIND source AS variable``."""

    source: Expression
    variable: str


@dataclass(frozen=True, slots=True)
class CallSubquery(Clause):
    """``CALL { … }``."""

    query: Query


@dataclass(frozen=True, slots=True)
class CallProcedure(Clause):
    """``CALL name(arguments) YIELD field AS alias WHERE where``.

    Attributes:
        name: As written.
        arguments: None where no parentheses are given.
        yields: Pairs of field and variable; None where YIELD is left out or is ``*``.
        where: Of YIELD.
    """

    name: str
    arguments: tuple[Expression, ...] | None
    yields: tuple[tuple[str, str], ...] | None
    where: Expression | None


@dataclass(frozen=True, slots=True)
class SingleQuery(Node):
    """Clauses from the first to RETURN."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Query(Node):
    """Single queries joined by UNION (``union_all[i]`` between part i and part i + 1).

    Attributes:
        text: The whole text, of which all spans are offsets.
        parts: The single queries.
        union_all: Whether each UNION keeps duplicates.
        explain: Whether EXPLAIN or PROFILE stands in front.
    """

    text: str
    parts: tuple[SingleQuery, ...]
    union_all: tuple[bool, ...]
    explain: bool
