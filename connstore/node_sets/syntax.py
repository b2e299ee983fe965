"""The syntax of node sets as pydantic models: a file, its rules and compounds, their clauses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainValidator,
    RootModel,
    Tag,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from connstore.errors import did_you_mean
from connstore.node_sets.errors import STAGES, NodeSetError
from connstore.select.neuron_criteria import shown

NUMERIC_OPERATORS = {"$gt": ">", "$lt": "<", "$gte": ">=", "$lte": "<="}
REGEX, EXISTS = "$regex", "$exists"

#: Whole numbers of 64 bits, signed or not.
_LEAST, _MOST = -(2**63), 2**64 - 1


@dataclass(frozen=True)
class Values:
    """A clause that lists values, all of one kind, of which one must be there."""

    values: tuple[int, ...] | tuple[str, ...]


@dataclass(frozen=True)
class Operators:
    """A clause with operators and their operands, all of which must hold."""

    tests: tuple[tuple[str, int | float | str | bool], ...]


Clause = Values | Operators


def _wrong(code: str, problem: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{problem}", {"problem": problem})


def _node_ids(value: Any, info: ValidationInfo) -> Clause:
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, str):
        raise _wrong("node_id_not_numeric", f"{shown(value)} should be a number or a list of them")
    clause = _attribute(value, info, booleans=False)
    if isinstance(clause, Values):
        for node_id in clause.values:
            if isinstance(node_id, int) and node_id < 0:
                raise _wrong("node_id_negative", f"{node_id} should be 0 or more")
    return clause


def _populations(value: Any, info: ValidationInfo) -> Clause:
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        raise _wrong("population_not_string", f"{shown(value)} should be a text or a list of them")
    return _attribute(value, info, booleans=False)


def _attribute(value: Any, info: ValidationInfo, *, booleans: bool = True) -> Clause:
    extended = bool(info.context and info.context["extended"])
    if isinstance(value, dict):
        return _operators(value, extended)
    items = value if isinstance(value, list) else [value]
    if not items:
        return Values(())
    first = items[0]
    if isinstance(first, bool) and extended and booleans:
        return Values(tuple(_same(item, bool) for item in items))
    if isinstance(first, bool) or not isinstance(first, (int, float, str)):
        raise _wrong("bad_value_type", f"{shown(value)} is neither text nor number.{_hint(first)}")
    if isinstance(first, str):
        return Values(tuple(_same(item, str) for item in items))
    return Values(tuple(map(_whole, items)))


def _hint(value: object) -> str:
    if isinstance(value, bool):
        return " Booleans are an extension: extended=True."
    if value is None:
        return " For what is missing there is an extension: extended=True and {'$exists': false}."
    return " There are no lists of lists, of operators or of rules."


def _same(item: Any, kind: type) -> Any:
    if not isinstance(item, kind):
        kinds = {str: "a text", bool: "a boolean"}
        raise _wrong("mixed_list", f"{shown(item)} is not {kinds[kind]}, as the first value is")
    return item


def _whole(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, (int, float)):
        raise _wrong("mixed_list", f"{shown(item)} is not a whole number, as the first value is")
    if isinstance(item, float) and not item.is_integer():
        raise _wrong("not_integer", f"{item} is not a whole number; to compare, use an operator")
    if not _LEAST <= item <= _MOST:
        raise _wrong("int_out_of_range", f"{item} does not fit 64 bits")
    return int(item)


def _operators(value: dict[str, Any], extended: bool) -> Operators:
    if not value or (len(value) > 1 and not extended):
        problem = f"{shown(value)} should have one operator"
        hint = "; several are an extension: extended=True" if value else ""
        raise _wrong("operator_arity", problem + hint)
    return Operators(tuple(_test(name, operand, extended) for name, operand in value.items()))


def _test(name: str, operand: Any, extended: bool) -> tuple[str, int | float | str | bool]:
    if extended and name == EXISTS and isinstance(operand, bool):
        return name, operand
    if isinstance(operand, bool) or not isinstance(operand, (int, float, str)):
        problem = f"{name} takes a number or a text, not {shown(operand)}"
        raise _wrong("operator_operand_type", problem)
    if isinstance(operand, float) and not math.isfinite(operand):
        raise _wrong("operator_operand_type", f"{operand} is no number of JSON")
    text = isinstance(operand, str)
    known = [REGEX] if text else list(NUMERIC_OPERATORS)
    if name not in known:
        kind = "texts" if text else "numbers"
        hint = did_you_mean(name, known)
        problem = f"{name} is no operator for {kind}, which are {', '.join(known)}.{hint}"
        raise _wrong("operator_unknown", problem)
    return name, operand


class Rule(BaseModel):
    """What nodes must satisfy: all clauses, a clause for each attribute."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Annotated[Clause, PlainValidator(_attribute)]]

    node_id: Annotated[Clause | None, PlainValidator(_node_ids)] = None
    population: Annotated[Clause | None, PlainValidator(_populations)] = None

    @property
    def attributes(self) -> Mapping[str, Clause]:
        """The clauses on attributes."""
        return self.__pydantic_extra__


def _names(value: Any) -> Any:
    for item in value:
        if not isinstance(item, str):
            raise _wrong("compound_member_not_string", f"{shown(item)} is no name of a node set")
    return value


class Compound(RootModel[Annotated[tuple[str, ...], BeforeValidator(_names)]]):
    """Names of node sets, of which one must have the node."""

    model_config = ConfigDict(frozen=True)


def _kind(value: Any) -> str | None:
    if isinstance(value, Rule | dict):
        return "rule"
    return "compound" if isinstance(value, Compound | list) else None


Definition = Annotated[
    Annotated[Rule, Tag("rule")] | Annotated[Compound, Tag("compound")],
    Discriminator(
        _kind,
        custom_error_type="bad_expression_type",
        custom_error_message="a node set is an object of clauses or a list of names",
    ),
]


def _object(value: Any) -> Any:
    if not isinstance(value, dict):
        problem = f"a file of node sets is one JSON object, not {shown(value)}"
        raise _wrong("top_level_not_object", problem)
    return value


class NodeSetFile(RootModel[Annotated[dict[str, Definition], BeforeValidator(_object)]]):
    """All node sets of a file."""


def read_definitions(content: Any, *, extended: bool) -> dict[str, Rule | Compound]:
    """The node sets in JSON content; empty rules define nothing.

    Raises:
        NodeSetError: It is not what a file of node sets has.
    """
    given = content
    if isinstance(content, dict):
        given = {name: value for name, value in content.items() if value != {}}
    try:
        return NodeSetFile.model_validate(given, context={"extended": extended}).root
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # The place is: node set, kind of definition, attribute.
        node_set, attribute = (*map(str, first["loc"][:1]), None)[0], first["loc"][2:3]
        code = first["type"] if first["type"] in STAGES else "json_invalid"
        where = str(attribute[0]) if attribute else None
        raise NodeSetError(code, first["msg"], node_set, where) from None
