"""The one algebra for "which neurons".

Body ids, names, NeuronCriteria and node sets all become a :class:`Selection`; the SQL for
it is made in one place (``sql/selecting.py``). Properties and ROIs are named as in neuPrint.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from connstore.select.regex import Regex

Value = str | int | float | bool
Label = Literal["Neuron", "Segment"]


@dataclass(frozen=True)
class Ids:
    """The body is one of these."""

    ids: tuple[int, ...]


@dataclass(frozen=True)
class OneOf:
    """The property equals one of these; a value of another kind than the property's never does."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Matches:
    """The text of the property matches a regular expression."""

    name: str
    regex: Regex


@dataclass(frozen=True)
class Compare:
    """The property compares with a number; a missing one and NaN never do, booleans are 0 and 1."""

    name: str
    operator: Literal[">", ">=", "<", "<="]
    number: int | float


@dataclass(frozen=True)
class AnyElement:
    """Some element of the list in the property satisfies what is asked of a single value."""

    term: OneOf | Matches | Compare


@dataclass(frozen=True)
class Missing:
    """The body lacks the property."""

    name: str


@dataclass(frozen=True)
class Intersects:
    """The body has synapses or elements in any, or in all, of some ROIs."""

    rois: frozenset[str]
    all: bool


@dataclass(frozen=True)
class RoiCounts:
    """The body's counts in any, or in all, of some ROIs satisfy a test.

    The names in the test are those of counts, such as ``post``.
    """

    rois: frozenset[str]
    test: Predicate
    all: bool


@dataclass(frozen=True)
class And:
    """All of these hold; with none of them, everything is selected."""

    terms: tuple[Predicate, ...]


@dataclass(frozen=True)
class Or:
    """One of these holds; with none of them, nothing is selected."""

    terms: tuple[Predicate, ...]


@dataclass(frozen=True)
class Not:
    """This does not hold, be it for want of a value."""

    term: Predicate


Predicate = (
    Ids | OneOf | Matches | Compare | AnyElement | Missing | Intersects | RoiCounts | And | Or | Not
)

#: Every body, and none.
ALL = And(())
NOTHING = Or(())


@dataclass(frozen=True)
class Selection:
    """Bodies with a label that satisfy a predicate."""

    label: Label = "Neuron"
    predicate: Predicate = ALL

    def at_most(self) -> float:
        """How many bodies it can select, as far as the listed ids tell."""
        terms = self.predicate.terms if isinstance(self.predicate, And) else ()
        return min((len(term.ids) for term in terms if isinstance(term, Ids)), default=math.inf)
