"""Values as the openCypher TCK writes them in its tables, and what makes two of them equal.

The format is described in https://github.com/opencypher/openCypher/blob/master/tck/README.adoc.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """A node without its identity."""

    labels: frozenset[str]
    properties: dict[str, Any]


@dataclass(frozen=True)
class Relationship:
    """A relationship without its identity."""

    type: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Path:
    """A path.

    Attributes:
        nodes: Its nodes.
        relationships: Its relationships, one fewer.
        forward: Whether each relationship points from the node before it to the one behind it.
    """

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]
    forward: tuple[bool, ...]


def exact(value: Any, any_order: bool = False) -> Any:
    """What equal values, and only those, have in common: 1 is not 1.0, NaN is NaN.

    Args:
        value: The value.
        any_order: Whether lists count as multisets.
    """
    match value:
        case list():
            items = [exact(item, any_order) for item in value]
            return ("list", *(sorted(items, key=repr) if any_order else items))
        case dict():
            return ("map", *((key, exact(value[key], any_order)) for key in sorted(value)))
        case Node(labels, properties):
            return ("node", tuple(sorted(labels)), exact(properties, any_order))
        case Relationship(type_, properties):
            return ("relationship", type_, exact(properties, any_order))
        case Path(nodes, relationships, forward):
            return ("path", *(exact(each) for each in (*nodes, *relationships)), forward)
        case float():
            return ("float", str(value + 0.0))  # -0.0 becomes 0.0
    return (type(value).__name__, value)


def read_value(text: str) -> Any:
    """A value as it is written in a table.

    Example:
        >>> read_value("[1, 1.0, 'a', null, {k: true}]")
        [1, 1.0, 'a', None, {'k': True}]
    """
    reader = _ValueReader(text)
    value = reader.value()
    reader.take("")
    return value


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^'\\]|\\.)*')
      | (?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)
      | (?P<name>-?[^\W\d]\w*|`[^`]*`)
      | (?P<sign>->|<-|[-<>()\[\]{}:,])
    )\s*""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {
    "null": None,
    "true": True,
    "false": False,
    "NaN": math.nan,
    "Inf": math.inf,
    "-Inf": -math.inf,
}


class _ValueReader:
    """Reads one value.

    Attributes:
        token: The token at hand, empty at the end.
        kind: Its kind.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = 0
        self._advance()

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._end)
        self.token, self.kind = "", "end"
        if match is not None:
            self._end = match.end()
            self.kind = str(match.lastgroup)
            self.token = match[self.kind]
        elif self._end < len(self._text):
            raise ValueError(f"{self._text!r} is no value at {self._end}")

    def take(self, *wanted: str) -> str:
        """Go on behind a token that must be one of these."""
        token = self.token
        if token not in wanted:
            raise ValueError(f"{self._text!r}: {token!r} stands where one of {wanted} should")
        self._advance()
        return token

    def _accept(self, sign: str) -> bool:
        return self.token == sign and bool(self.take(sign))

    def _name(self) -> str:
        name = self.token
        self._advance()
        return name.strip("`")

    def value(self) -> Any:
        """The value at this place."""
        kind, token = self.kind, self.token
        match kind, token:
            case _, "[":
                return self._list_or_relationship()
            case _, "{":
                return self._map()
            case _, "(":
                return self._node()
            case _, "<":
                return self._path()
            case "text", _:
                self._advance()
                return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)
            case "number", _:
                self._advance()
                return float(token) if re.search(r"[.eE]", token) else int(token)
        return _WORDS[self.take(*_WORDS)]

    def _list_or_relationship(self) -> list[Any] | Relationship:
        self.take("[")
        if self._accept(":"):
            relationship = Relationship(self._name(), self._properties())
            self.take("]")
            return relationship
        items: list[Any] = []
        while not self._accept("]"):
            if items:
                self.take(",")
            items.append(self.value())
        return items

    def _map(self) -> dict[str, Any]:
        self.take("{")
        entries: dict[str, Any] = {}
        while not self._accept("}"):
            if entries:
                self.take(",")
            key = self._name()
            self.take(":")
            entries[key] = self.value()
        return entries

    def _properties(self) -> dict[str, Any]:
        return self._map() if self.token == "{" else {}

    def _node(self) -> Node:
        self.take("(")
        labels = set()
        while self._accept(":"):
            labels.add(self._name())
        node = Node(frozenset(labels), self._properties())
        self.take(")")
        return node

    def _path(self) -> Path:
        self.take("<")
        nodes, relationships, forward = [self._node()], [], []
        while not self._accept(">"):
            arrow = self.take("-", "<-")
            relationship = self._list_or_relationship()
            assert isinstance(relationship, Relationship)
            relationships.append(relationship)
            forward.append(arrow == "-")
            self.take("->" if arrow == "-" else "-")
            nodes.append(self._node())
        return Path(tuple(nodes), tuple(relationships), tuple(forward))
