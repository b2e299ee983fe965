"""WHERE: the rows for which conditions hold."""

from __future__ import annotations

from collections.abc import Sequence

from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.preparing import is_random, prepared
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.expressions.compiler import compile_expression, truth
from connstore.cypher.syntax import tree
from connstore.cypher.types import Scalar, Typed


def filtered(script: Script, relation: Relation, conditions: Sequence[tree.Expression]) -> Relation:
    """The rows of a relation for which all conditions hold; random ones are drawn for the rest."""
    random = [condition for condition in conditions if is_random(condition)]
    for part in ([each for each in conditions if each not in random], random):
        if part:
            relation = _filtered(script, relation, part)
    return relation


def _filtered(
    script: Script, relation: Relation, conditions: Sequence[tree.Expression]
) -> Relation:
    scope = relation.scope
    relation, conditions = prepared(script, relation, conditions)
    frame = Frame(script, relation)
    check_in_turn(frame, conditions)
    return frame.pass_on({name: frame.scope[name] for name in scope})


def check_in_turn(frame: Frame, conditions: Sequence[tree.Expression]) -> None:
    """Conditions, of which those that may fail are computed where the others before hold."""
    for condition in conditions:
        met = Typed(truth(compile_expression(condition, frame), frame), Scalar.BOOLEAN)
        frame.where.append(frame.guarded(met).sql)
