"""Conditions of a MATCH, told to the first of the MATCH clauses before it that can check them.

In ``MATCH (a)-->(b) MATCH (b)-->(c) WHERE a.bodyId = 1`` the first clause need not find what the
second one drops.
"""

from __future__ import annotations

from collections.abc import Sequence

from connstore.cypher.clauses.conjuncts import conjuncts
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import free_variables, pattern_variables

_TESTS = {"IN", "STARTS WITH", "ENDS WITH", "CONTAINS", "=~"}


def conditions_of(clauses: Sequence[tree.Clause]) -> list[list[tree.Expression]]:
    """For each clause the conditions that it is to check, if it is a MATCH."""
    found: list[list[tree.Expression]] = []
    named: list[frozenset[str]] = []
    first = 0  # of the clauses, each a MATCH, that may check a condition for each other
    for place, clause in enumerate(clauses):
        found.append([])
        named.append(_names(clause))
        if not isinstance(clause, tree.Match):
            first = place + 1
            continue
        if clause.optional:
            first = place
        for condition in conjuncts(clause.where):
            found[_first_place(condition, first, named)].append(condition)
        if clause.optional:
            first = place + 1
    return found


def _names(clause: tree.Clause) -> frozenset[str]:
    """Variables in the patterns of a MATCH."""
    paths = clause.paths if isinstance(clause, tree.Match) else ()
    return frozenset(name for path in paths for name, _ in pattern_variables(path))


def _first_place(condition: tree.Expression, first: int, named: Sequence[frozenset[str]]) -> int:
    """The first clause behind which all variables of a condition are known."""
    place = len(named) - 1
    if not _cannot_fail(condition):
        return place
    names = free_variables(condition)
    while place > first and not names & (named[place] - frozenset().union(*named[first:place])):
        place -= 1
    return place


def _cannot_fail(condition: tree.Expression) -> bool:
    """Whether a condition compares properties and constants, without a pattern or a sum."""
    match condition:
        case tree.Comparison(_, operands, _):
            return all(map(_is_plain, operands))
        case tree.Binary(_, operator, left, right):
            return operator in _TESTS and _is_plain(left) and _is_plain(right)
        case _:
            return False


def _is_plain(operand: tree.Expression) -> bool:
    match operand:
        case tree.Literal() | tree.Parameter() | tree.Variable():
            return True
        case tree.Property(_, tree.Variable(), _):
            return True
        case _:
            return False
