"""Sets of neurons that compose with ``&``, ``|`` and ``-``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from connstore.select.arguments import Neurons, lower
from connstore.select.selection import And, Intersects, Not, Or, Predicate, Selection
from connstore.select.universe import Selecting, Universe

_Operator = Literal["&", "|", "-"]


class NeuronSet(Selecting):
    """A set of neurons; two of them, or one and NeuronCriteria, make a further one.

    A set never has bodies that are no neurons, even if criteria in it name them.
    """

    def __and__(self, other: object) -> NeuronSet:
        return _combined("&", self, other)

    def __or__(self, other: object) -> NeuronSet:
        return _combined("|", self, other)

    def __sub__(self, other: object) -> NeuronSet:
        return _combined("-", self, other)

    def __rand__(self, other: object) -> NeuronSet:
        return _combined("&", other, self)

    def __ror__(self, other: object) -> NeuronSet:
        return _combined("|", other, self)

    def __rsub__(self, other: object) -> NeuronSet:
        return _combined("-", other, self)


@dataclass(frozen=True)
class Combined(NeuronSet):
    """What all, or any, of several sets have; or the first of them and none of the others."""

    operator: _Operator
    operands: tuple[Neurons, ...]

    def selection(self, universe: Universe) -> Selection:
        """The selection that the sets mean together."""
        found = [lower(operand, universe) for operand in self.operands]
        sets = [n for n, operand in enumerate(self.operands) if isinstance(operand, Selecting)]
        joined = _JOIN[self.operator](tuple(each.predicate for each in found))
        return Selection(found[sets[0]].label, joined)

    def __repr__(self) -> str:
        return f"({f' {self.operator} '.join(map(repr, self.operands))})"


@dataclass(frozen=True)
class Within(NeuronSet):
    """Those of a set that have synapses or elements in one of some ROIs."""

    neurons: Selecting
    rois: frozenset[str]

    def selection(self, universe: Universe) -> Selection:
        """The selection that the set means, with the ROIs."""
        chosen = self.neurons.selection(universe)
        within = And((chosen.predicate, Intersects(self.rois, all=False)))
        return Selection(chosen.label, within)


def _but_not(terms: tuple[Predicate, ...]) -> Predicate:
    return And((terms[0], Not(Or(terms[1:]))))


_JOIN: dict[str, Callable[[tuple[Predicate, ...]], Predicate]] = {
    "&": And,
    "|": Or,
    "-": _but_not,
}


def _combined(operator: _Operator, left: object, right: object) -> NeuronSet:
    if not (isinstance(left, Neurons) and isinstance(right, Neurons)):
        return NotImplemented  # type: ignore[no-any-return]
    # A chain stays flat: ten thousand sets are not nested ten thousand deep.
    first = _chain(operator, left)
    second = (right,) if operator == "-" else _chain(operator, right)
    return Combined(operator, first + second)


def _chain(operator: _Operator, neurons: Neurons) -> tuple[Neurons, ...]:
    if isinstance(neurons, Combined) and neurons.operator == operator:
        return neurons.operands
    return (neurons,)
