"""What can be wrong with a node set, each with a stable code."""

from __future__ import annotations

from typing import Literal

from connstore.errors import ConnstoreError

#: Code -> when it is found: as the file is read, or as a set is used.
STAGES: dict[str, Literal["parse", "materialize"]] = {
    "json_invalid": "parse",
    "file_missing": "parse",
    "top_level_not_object": "parse",
    "bad_expression_type": "parse",
    "compound_member_not_string": "parse",
    "compound_missing": "parse",
    "compound_cycle": "parse",
    "bad_value_type": "parse",
    "not_integer": "parse",
    "int_out_of_range": "parse",
    "mixed_list": "parse",
    "node_id_not_numeric": "parse",
    "node_id_negative": "parse",
    "population_not_string": "parse",
    "operator_arity": "parse",
    "operator_unknown": "parse",
    "operator_operand_type": "parse",
    "unknown_node_set": "materialize",
    "unknown_attribute": "materialize",
    "type_mismatch": "materialize",
    "float_equality": "materialize",
    "reserved_key_operator": "materialize",
    "bad_regex": "materialize",
    "unknown_roi": "materialize",
}


class NodeSetError(ConnstoreError, ValueError):
    """A node set, or a file of them, cannot be used.

    Args:
        code: What is wrong: a key of ``connstore.node_sets.errors.STAGES``.
        problem: The same in words, and what would work.
        node_set: Name of the set.
        attribute: Name of the attribute.

    Attributes:
        stage: ``'parse'``: found as the sets were read, so none of them can be used;
            ``'materialize'``: found as the set was used.

    Example:
        >>> error = NodeSetError("not_integer", "6.5 is no whole number", "L6", "layer")
        >>> print(error, error.stage)
        node set 'L6', attribute 'layer': 6.5 is no whole number parse
    """

    def __init__(
        self,
        code: str,
        problem: str,
        node_set: str | None = None,
        attribute: str | None = None,
    ) -> None:
        self.code, self.problem, self.node_set, self.attribute = code, problem, node_set, attribute
        self.stage = STAGES[code]
        where = [
            f"node set {node_set!r}" if node_set is not None else "",
            f"attribute {attribute!r}" if attribute is not None else "",
        ]
        place = ", ".join(filter(None, where))
        super().__init__(f"{place}: {problem}" if place else problem)

    def __reduce__(self) -> tuple[type[NodeSetError], tuple[object, ...]]:
        return type(self), (self.code, self.problem, self.node_set, self.attribute)
