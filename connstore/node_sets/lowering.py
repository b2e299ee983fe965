"""Node sets -> the algebra of selections, checked against the attributes of a population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connstore.errors import did_you_mean
from connstore.node_sets.errors import NodeSetError
from connstore.node_sets.roi_clauses import is_roi_clause, roi_clause
from connstore.node_sets.scopes import Scope
from connstore.node_sets.simplify import any_of
from connstore.node_sets.syntax import Clause, Rule, Values
from connstore.node_sets.value_clauses import value_clause
from connstore.select.selection import ALL, NOTHING, And, Ids, Predicate


@dataclass(frozen=True)
class NamedRule:
    """A rule, the set that it defines, and whether it may use the extensions."""

    name: str
    rule: Rule
    extended: bool


def lowered(rules: Iterable[NamedRule], scopes: Sequence[Scope]) -> list[Predicate]:
    """What any of some rules selects, in each of some populations.

    In a single population libsonata's rules hold: every clause is checked, whatever the others
    exclude. Among several, a rule is not looked at where its ``population`` excludes it, and an
    attribute that a population lacks matches nothing there, as long as another has it.

    Raises:
        NodeSetError: A clause cannot be asked there.
    """
    terms: list[list[Predicate]] = [[] for _ in scopes]
    for each in rules:
        for found, scope in zip(terms, scopes, strict=True):
            found.append(_rule(each, scope, scopes))
    return [any_of(found) for found in terms]


def _rule(named: NamedRule, scope: Scope, scopes: Sequence[Scope]) -> Predicate:
    rule = named.rule
    terms: list[Predicate] = []
    if rule.population is not None:
        here = _population(named, rule.population, scope)
        if here == NOTHING and len(scopes) > 1:
            return NOTHING
        terms.append(here)
    if rule.node_id is not None:
        terms.append(_node_ids(named, rule.node_id, scope))
    for name, clause in rule.attributes.items():
        terms.append(_attribute(named, name, clause, scope, scopes))
    if NOTHING in terms:
        return NOTHING
    kept = tuple(term for term in terms if term != ALL)
    return kept[0] if len(kept) == 1 else And(kept)


def _population(named: NamedRule, clause: Clause, scope: Scope) -> Predicate:
    if isinstance(clause, Values):
        return ALL if scope.name in clause.values else NOTHING
    return _reserved(named, "population", clause, scope)


def _node_ids(named: NamedRule, clause: Clause, scope: Scope) -> Predicate:
    if isinstance(clause, Values):
        ids = [int(value) + scope.offset for value in clause.values]
        return Ids(tuple(ids)) if ids else NOTHING
    return _reserved(named, "node_id", clause, scope)


def _reserved(named: NamedRule, name: str, clause: Clause, scope: Scope) -> Predicate:
    """An operator on a reserved name is one on an attribute that happens to have the name."""
    if name in scope.attributes:
        return _attribute(named, name, clause, scope, [scope])
    hint = "; bodyId is an attribute" if name == "node_id" and "bodyId" in scope.attributes else ""
    problem = f"{name} takes values, no operators{hint}"
    raise NodeSetError("reserved_key_operator", problem, named.name, name)


def _attribute(
    named: NamedRule, name: str, clause: Clause, scope: Scope, scopes: Sequence[Scope]
) -> Predicate:
    if clause == Values(()):
        return NOTHING
    try:
        if named.extended and is_roi_clause(name):
            return roi_clause(name, clause, scope.universe)
        if name in scope.attributes:
            return value_clause(name, scope.attributes[name], clause, extended=named.extended)
    except NodeSetError as error:
        where = f" (population {scope.name!r})" if len(scopes) > 1 else ""
        problem = error.problem + where
        raise NodeSetError(error.code, problem, named.name, name) from None
    if any(name in other.attributes for other in scopes):
        return NOTHING
    raise NodeSetError("unknown_attribute", _no_attribute(name, scopes), named.name, name)


def _no_attribute(name: str, scopes: Sequence[Scope]) -> str:
    if is_roi_clause(name):
        return "attributes of ROIs are an extension: extended=True"
    if len(scopes) > 1:
        return f"none of the populations {[scope.name for scope in scopes]} has it"
    known: Mapping[str, str] = scopes[0].attributes
    listed = f" It has {sorted(known)}." if len(known) <= 20 else ""
    return f"{scopes[0].name} has no such attribute.{did_you_mean(name, known)}{listed}"
