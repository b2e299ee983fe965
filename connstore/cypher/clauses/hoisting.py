"""Conditions of a MATCH, told to the first of the MATCH clauses before it that can check them.

In ``MATCH (a)-->(b) MATCH (b)-->(c) WHERE a.bodyId = 1`` the first clause need not find what the
second one drops. Only what can neither fail nor change the meaning of a clause moves: comparisons
of properties of the patterns' own nodes and single relationships with constants and each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from connstore.cypher.clauses.conjuncts import conjuncts
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import free_variables, pattern_variables

_TESTS = {"IN", "STARTS WITH", "ENDS WITH", "CONTAINS"}


def conditions_of(clauses: Sequence[tree.Clause]) -> list[list[tree.Expression]]:
    """For each clause the conditions that it is to check, if it is a MATCH."""
    found: list[list[tree.Expression]] = []
    new: list[set[str]] = []  # variables that a clause is the first to name, of those in a row
    entities: set[str] = set()
    for clause in clauses:
        found.append([])
        if not isinstance(clause, tree.Match) or clause.optional:
            found[-1] += conjuncts(clause.where) if isinstance(clause, tree.Match) else []
            new, entities = [], set()
            continue
        names = {name for path in clause.paths for name, _ in pattern_variables(path)}
        new.append(names.difference(*new))
        entities |= _entities(clause)
        for condition in conjuncts(clause.where):
            back = _steps_back(free_variables(condition), new)
            found[-1 - back if _is_plain(condition, entities) else -1].append(condition)
    return found


def _steps_back(names: frozenset[str], new: Sequence[set[str]]) -> int:
    """By how many clauses a condition can move until one is the first to name a variable of it."""
    back = 0
    while back < len(new) - 1 and names.isdisjoint(new[-1 - back]):
        back += 1
    return back


def _entities(clause: tree.Match) -> set[str]:
    """Variables of nodes and of single relationships."""
    paths = [path for path in clause.paths if path.search is None]
    nodes = {node.variable for path in paths for node in path.nodes}
    links = {link.variable for path in paths for link in path.relationships if not link.length}
    return {name for name in nodes | links if name is not None}


def _is_plain(condition: tree.Expression, entities: Collection[str]) -> bool:
    """Whether a condition compares nothing but properties of entities and constants."""
    match condition:
        case tree.Comparison(_, operands, _):
            compared: Sequence[tree.Expression] = operands
        case tree.Binary(_, operator, left, right) if operator in _TESTS:
            compared = (left, right)
        case _:
            return False
    return all(
        isinstance(operand, tree.Literal | tree.Parameter)
        or (
            isinstance(operand, tree.Property)
            and isinstance(operand.subject, tree.Variable)
            and operand.subject.name in entities
        )
        for operand in compared
    )
