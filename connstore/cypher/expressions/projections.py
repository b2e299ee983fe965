"""Maps written out, and map projections."""

from __future__ import annotations

from collections.abc import Mapping

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.expressions.conversions import as_any, field
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.lists import as_map
from connstore.cypher.functions.model import Function, category
from connstore.cypher.sqlkit import NULL, case, is_null, struct_of
from connstore.cypher.types import Dictionary, NodeType, Record, RelationshipType, Scalar, Typed
from connstore.cypher.values.model import Value
from connstore.errors import CypherError


def _merged(given: Value, more: Value) -> dict[str, Value]:
    return {**as_map(given), **more}


MERGED = Function("map projection", "given Map|Node|Relationship, more Map", "Map", "", _merged)


def map_literal(entries: Mapping[str, Typed], context: Context) -> Typed:
    """``{key: value}``."""
    if all(isinstance(value, Constant) for value in entries.values()):
        return constant({key: value.value for key, value in entries.items()}, context)  # type: ignore[attr-defined]
    type_ = Record(tuple((key, value.type) for key, value in entries.items()))
    return Typed(struct_of([value.sql for value in entries.values()]), type_)


def map_projection(
    subject: Typed, everything: bool, entries: Mapping[str, Typed], context: Context
) -> Typed:
    """``subject{.*, key: value}``; entries come after what ``.*`` gives, and instead of it."""
    if subject.type is Scalar.NULL:
        return constant(None, context)
    if not everything:
        made = map_literal(entries, context)
        missing = is_null(subject.sql.copy())
        return Typed(case([(missing, NULL.copy())], as_any(made, context).sql), Scalar.ANY)
    match subject.type:
        case NodeType() | RelationshipType():
            subject = context.properties(subject)
        case Record(fields):
            given = {
                key: Typed(field(subject.sql, i), type_) for i, (key, type_) in enumerate(fields)
            }
            return map_literal({**given, **entries}, context)
        case Dictionary() | Scalar.ANY:
            pass
        case _:
            raise CypherError(f"Type mismatch: a map projection of {category(subject.type)}.")
    if not entries:
        return subject
    return in_python(MERGED, [subject, as_any(map_literal(entries, context), context)], context)
