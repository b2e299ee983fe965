"""What a row of the tables of functions and operators says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from connstore.cypher.context import Context
from connstore.cypher.types import (
    Dictionary,
    ListOf,
    NodeType,
    PathType,
    Record,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.cypher.values.model import Value, type_name
from connstore.errors import CypherError

#: SQL of a call for arguments of these static types; None if there is none for them.
Native = Callable[[Sequence[Typed], Context], Typed | None]

_RESULTS = {
    "Boolean": Scalar.BOOLEAN,
    "Integer": Scalar.INTEGER,
    "Float": Scalar.FLOAT,
    "String": Scalar.STRING,
    "Point": Scalar.ANY,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: the names of the types that it takes."""

    name: str
    types: frozenset[str]
    optional: bool
    repeated: bool

    def takes(self, type_: str) -> bool:
        """Whether values of a type will do."""
        return type_ in self.types or "Any" in self.types or type_ in {"Any", "Null"}


@dataclass(frozen=True)
class Function:
    """A function or operator.

    Attributes:
        name: As users write it.
        parameters: Such as ``"text String, length Integer?"``: names with types; ``A|B`` is one
            of two, ``?`` may be left out, ``...`` may be repeated. ``Number`` is both kinds.
        returns: Type of the result.
        doc: What it does, in one line.
        python: The function of values.
        native: The same in SQL for static types.
        strict: Whether null as any argument makes the result null.
        pure: Whether a call of constants is a constant, and worth reckoning at once.
        random: Whether each call gives another result.
        engine_name: Its name in SQL, where the name itself will not do.
    """

    name: str
    parameters: str
    returns: str
    doc: str
    python: Callable[..., Value]
    native: Native | None = None
    strict: bool = True
    pure: bool = True
    random: bool = False
    engine_name: str = ""

    @property
    def signature(self) -> str:
        """For the documentation.

        Example:
            >>> Function("abs", "number Number", "Number", "", abs).signature
            'abs(number Number) :: Number'
        """
        return f"{self.name}({self.parameters}) :: {self.returns}"

    @cached_property
    def slug(self) -> str:
        """The name of the engine's function."""
        name = self.engine_name or self.name.lower()
        return "".join(letter if letter.isalnum() else "_" for letter in name)

    @property
    def result(self) -> Scalar:
        """The static type of what the engine's function gives."""
        return _RESULTS.get(self.returns, Scalar.ANY)

    @cached_property
    def takes(self) -> tuple[Parameter, ...]:
        """The parameters, read."""
        return tuple(map(_parameter, filter(None, self.parameters.split(", "))))

    def parameter(self, index: int) -> Parameter:
        """The parameter of an argument."""
        return self.takes[min(index, len(self.takes) - 1)]

    def check_count(self, count: int) -> None:
        """Check the number of arguments.

        Raises:
            CypherError: There are too few or too many.
        """
        needed = sum(not each.optional for each in self.takes)
        most = len(self.takes) if not (self.takes and self.takes[-1].repeated) else count
        if not needed <= count <= most:
            raise CypherError(
                f"{self.name} takes {self._counts(needed)}, not {count}: {self.signature}"
            )

    def _counts(self, needed: int) -> str:
        if self.takes and self.takes[-1].repeated:
            return f"{needed} argument{'s' if needed != 1 else ''} or more"
        most = len(self.takes)
        number = str(most) if needed == most else f"{needed} to {most}"
        return f"{number} argument{'s' if most != 1 else ''}"

    def check_type(self, index: int, type_: str) -> None:
        """Check the type of an argument.

        Raises:
            CypherError: The function does not take it.
        """
        parameter = self.parameter(index)
        if not parameter.takes(type_):
            wanted = " or ".join(sorted(parameter.types))
            raise CypherError(
                f"Type mismatch: {self.name} expected {wanted} but was {type_} ({self.signature})."
            )

    def __call__(self, *values: Value) -> Value:
        """The result for values.

        Raises:
            CypherError: Of a wrong type, or as the function itself raises.
        """
        if self.strict and None in map(_none, values):
            return None
        for index, value in enumerate(values):
            self.check_type(index, type_name(value))
        try:
            return self.python(*values)
        except _MISUSED as error:
            raise CypherError(
                f"{self.name}: what the arguments hold does not fit ({self.signature})."
            ) from error


#: What Python raises where items of a list, say, are of a type that a function does not take.
_MISUSED = (TypeError, AttributeError, LookupError, RecursionError, OverflowError)


def _none(value: Value) -> Value:
    return None if value is None else 0


def _parameter(text: str) -> Parameter:
    name, types = text.split(" ", 1)
    bare = types.removesuffix("?").removesuffix("...")
    names = set(bare.split("|"))
    if "Number" in names:
        names = (names - {"Number"}) | {"Integer", "Float"}
    if "Float" in names:
        names.add("Integer")
    return Parameter(name, frozenset(names), types.endswith("?"), types.endswith("..."))


def category(type_: Type) -> str:
    """The name of a static type, without its parameters."""
    match type_:
        case Scalar():
            return type_.value
        case NodeType():
            return "Node"
        case RelationshipType():
            return "Relationship"
        case PathType():
            return "Path"
        case ListOf():
            return "List"
        case Record() | Dictionary():
            return "Map"


def table(*rows: Function) -> dict[str, Function]:
    """Rows by name in small letters."""
    return {row.name.lower(): row for row in rows}
