"""Every exception of connstore.

Each derives from :class:`ConnstoreError` and from the built-in classes that
neuprint-python 0.6.4 raises in the same place, so existing ``except`` clauses
keep working (docs/parity.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ConnstoreError(Exception):
    """Base of every error that connstore raises on purpose."""


class ArgumentError(ConnstoreError, ValueError, AssertionError):
    """An argument has a value that the function does not take."""


class UnknownRoiError(ConnstoreError, RuntimeError, ValueError, AssertionError):
    """A name is not an ROI of the dataset."""


class UnknownPropertyError(ConnstoreError, ValueError, AssertionError):
    """A name is neither a property of the store nor one that neuPrint knows."""


class NoMatchError(ConnstoreError, RuntimeError):
    """Criteria match no neuron where at least one is required."""


class ClientError(ConnstoreError, RuntimeError):
    """No client, or no single client, is there to answer."""


class ServerNeededError(ConnstoreError, RuntimeError):
    """The call asks for something that only a live neuPrint server has."""


class MissingTableError(ConnstoreError, LookupError):
    """The store lacks a table that the question needs."""


class NotStoredError(ConnstoreError, LookupError, OSError):
    """The store has no skeleton of that body, or no mesh of that ROI."""

    __str__ = Exception.__str__


class BodyIdError(ArgumentError, RuntimeError):
    """What should be a body id is no whole number."""


class OutputError(ConnstoreError, OSError):
    """A file that the caller asked for cannot be written."""


class MissingPackageError(ConnstoreError, ImportError):
    """The function needs a package that is not installed; the message names it."""


class QueryError(ConnstoreError, RuntimeError):
    """The engine could not answer; the message says what it met."""


class MemoryLimitError(ConnstoreError, MemoryError):
    """The answer does not fit the memory limit."""


class CypherError(ConnstoreError, ValueError):
    """A Cypher query cannot be answered: it is wrong, or uses what connstore does not support.

    Args:
        problem: What is wrong and what would work.
        text: The query.
        offset: Where in the query, counted in characters from 0; None where no place is known.

    Attributes:
        problem: As given.
        line: Line in the query, counted from 1, or None.
        column: Column in that line, counted from 1, or None.
    """

    def __init__(self, problem: str, text: str = "", offset: int | None = None) -> None:
        self.problem = problem
        self.line: int | None = None
        self.column: int | None = None
        if offset is None:
            super().__init__(problem)
            return
        before = text[:offset]
        self.line = before.count("\n") + 1
        start = before.rfind("\n") + 1
        self.column = offset - start + 1
        line = text[start:].split("\n", 1)[0]
        caret = "".join(" " if letter != "\t" else letter for letter in text[start:offset]) + "^"
        super().__init__(f"line {self.line}, column {self.column}: {problem}\n{line}\n{caret}")


class CypherTableError(CypherError, MissingTableError):
    """A Cypher query asks for what the store has no table of."""


class QueryTimeoutError(ConnstoreError, TimeoutError):
    """The time given to a query ran out."""


class StoreNotFoundError(ConnstoreError, FileNotFoundError):
    """There is no store at the path, or no store of that dataset."""


class SeveralStoresError(ConnstoreError, RuntimeError):
    """Different stores are of the dataset that was asked for."""


class MissingDatasetError(StoreNotFoundError, RuntimeError):
    """There is no store of the dataset for which a client of neuprint-python asks."""


class StoreFormatError(ConnstoreError, ValueError):
    """The directory is not a store that this version can read."""


class StoreDamagedError(ConnstoreError, OSError):
    """A file of the store is missing, cut short or changed."""


class IngestError(ConnstoreError, ValueError):
    """An export cannot be turned into a store.

    Args:
        problem: What is wrong and what would work.
        file: The offending file, relative to the source.
        line: Line number in that file, counted from 1.
        column: Name of the offending column.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.problem, self.file, self.line, self.column = problem, file, line, column
        where = [
            f"file {file}" if file is not None else "",
            f"line {line}" if line is not None else "",
            f"column {column!r}" if column is not None else "",
        ]
        place = ", ".join(filter(None, where))
        super().__init__(f"{place}: {problem}" if place else problem)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the closest known names, or an empty string.

    Example:
        >>> did_you_mean("aL(r)", ["AL(R)", "aL(R)", "EB"])
        ' Did you mean aL(R) or AL(R)?'
        >>> did_you_mean("ca", ["CA(L)", "CA(R)", "CAN(R)"])  # without its side
        ' Did you mean CA(L) or CA(R)?'
        >>> did_you_mean("xyz", ["EB"])
        ''
    """
    names = list(known)
    folded = [other for other in names if other.casefold() == name.casefold()]
    folded.sort(key=lambda other: sum(a != b for a, b in zip(name, other, strict=False)))
    begun = (f"{name}(".casefold(), f"{name}:".casefold())  # an ROI's side, a dataset's version
    longer = [other for other in names if other.casefold().startswith(begun)]
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    hints = list(dict.fromkeys([*folded, *longer, *close]))[:3]
    return f" Did you mean {' or '.join(hints)}?" if hints else ""
