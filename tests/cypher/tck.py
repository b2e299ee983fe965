"""Scenarios of the openCypher TCK, read from its feature files.

The format is described in https://github.com/opencypher/openCypher/blob/master/tck/README.adoc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from cypher.tck_values import read_value

Table = list[list[str]]


@dataclass(frozen=True)
class Step:
    """One step of a scenario, without its first word.

    Attributes:
        text: Its line.
        document: The text below it.
        table: The table below it.
    """

    text: str
    document: list[str] = field(default_factory=list)
    table: Table = field(default_factory=list)


@dataclass(frozen=True)
class Expected:
    """What a query should answer.

    Attributes:
        columns: Names of the columns; none where nothing is returned.
        rows: The rows.
        ordered: Whether the rows have an order.
        any_list_order: Whether lists count as multisets.
        error: Type, time and detail of the error that should be raised instead.
    """

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    ordered: bool = False
    any_list_order: bool = False
    error: str | None = None


@dataclass(frozen=True)
class Scenario:
    """One scenario.

    Attributes:
        file: Its file, below the directory of all features.
        name: Its name, which begins with its number in brackets.
        example: The number of the example that an outline was expanded by; 0 if it was none.
        steps: Its steps, those of the background first.
    """

    file: str
    name: str
    example: int
    steps: tuple[Step, ...]

    @property
    def place(self) -> str:
        """File and number, such as ``clauses/match/Match1 [6]``."""
        return f"{self.file.removesuffix('.feature')} {self.name.split(']')[0]}]"

    def __str__(self) -> str:
        return f"{self.place} #{self.example}" if self.example else self.place

    @property
    def graph(self) -> str:
        """The graph to begin with: ``any``, ``an empty``, or a name."""
        return self._only(r"(any|an empty|the .+) graph")

    @cached_property
    def setup(self) -> tuple[str, ...]:
        """Queries that make the graph."""
        return tuple(self._documents("having executed:"))

    @cached_property
    def query(self) -> str:
        """The query that is tested."""
        return next(self._documents("executing query:"))

    @property
    def control_queries(self) -> list[str]:
        """Queries asked afterwards."""
        return list(self._documents("executing control query:"))

    @property
    def procedures(self) -> list[str]:
        """Signatures of procedures that should exist."""
        return [step.text for step in self.steps if "exists a procedure" in step.text]

    @property
    def parameters(self) -> dict[str, Any]:
        """Values of parameters."""
        rows = [row for step in self.steps if step.text == "parameters are:" for row in step.table]
        return {name: read_value(value) for name, value in rows}

    @property
    def expected(self) -> Expected:
        """What the query should answer."""
        for step in self.steps:
            if match := re.fullmatch(r"an? (\w+ should be raised .*)", step.text):
                return Expected(error=match[1])
            if step.text == "the result should be empty":
                return Expected()
            if step.text.startswith("the result should be"):
                columns, *rows = step.table
                return Expected(
                    columns,
                    [[read_value(cell) for cell in row] for row in rows],
                    "in order" in step.text,
                    "ignoring element order" in step.text,
                )
        raise ValueError(f"{self} expects nothing")

    def _documents(self, text: str) -> Iterator[str]:
        return ("\n".join(step.document) for step in self.steps if step.text == text)

    def _only(self, pattern: str) -> str:
        (found,) = (m[1] for step in self.steps if (m := re.fullmatch(pattern, step.text)))
        return str(found)


def scenarios(directory: Path) -> Iterator[Scenario]:
    """The scenarios of all features in a directory, outlines expanded."""
    for path in sorted(directory.rglob("*.feature")):
        file = path.relative_to(directory).as_posix()
        yield from read_feature(path.read_text(encoding="utf-8"), file)


@dataclass
class _Block:
    """A background, a scenario or an outline, as it stands in the file."""

    keyword: str
    name: str
    steps: list[Step] = field(default_factory=list)
    examples: list[Table] = field(default_factory=list)


_HEADING = re.compile(r"(Feature|Background|Scenario Outline|Scenario|Examples):\s*(.*)")
_STEP = re.compile(r"(?:Given|When|Then|And|But)\s+(.*)")


def read_feature(text: str, file: str) -> list[Scenario]:
    """The scenarios of a feature.

    Args:
        text: Content of its file.
        file: Name of its file.
    """
    background: list[Step] = []
    found: list[Scenario] = []
    for block in _blocks(iter(text.splitlines())):
        if block.keyword == "Background":
            background = block.steps
        elif block.keyword == "Scenario":
            found.append(Scenario(file, block.name, 0, (*background, *block.steps)))
        elif block.keyword == "Scenario Outline":
            for number, values in enumerate(_examples(block.examples), 1):
                steps = [_filled(step, values) for step in block.steps]
                name = _replaced(block.name, values)
                found.append(Scenario(file, name, number, (*background, *steps)))
    return found


def _blocks(lines: Iterator[str]) -> list[_Block]:
    """The parts of a feature."""
    blocks: list[_Block] = []
    table: Table = []
    for line in lines:
        words = line.strip()
        if not words or words[0] in "#@":
            continue
        if words.startswith('"""'):
            blocks[-1].steps[-1].document.extend(_document(lines, line.index('"')))
        elif words.startswith("|"):
            table.append(_cells(words))
        elif heading := _HEADING.match(words):
            if heading[1] == "Examples":
                table = []
                blocks[-1].examples.append(table)
            else:
                blocks.append(_Block(heading[1], heading[2]))
        elif step := _STEP.match(words):
            table = []
            blocks[-1].steps.append(Step(step[1], table=table))
    return blocks


def _document(lines: Iterator[str], indent: int) -> Iterator[str]:
    """The lines of a text up to its closing quotes, without the indentation of the opening ones."""
    for line in lines:
        if line.strip() == '"""':
            return
        yield line[indent:] if not line[:indent].strip() else line.lstrip()


_ESCAPED = {r"\|": "|", r"\\": "\\", r"\n": "\n"}


def _cells(line: str) -> list[str]:
    """The cells of a row of a table."""
    cells = re.findall(r"((?:[^|\\]|\\.)*)\|", line.strip()[1:])
    return [re.sub(r"\\[|\\n]", lambda match: _ESCAPED[match[0]], cell.strip()) for cell in cells]


def _examples(tables: Sequence[Table]) -> Iterator[dict[str, str]]:
    """The values of each example by their names."""
    for names, *rows in tables:
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _filled(step: Step, values: dict[str, str]) -> Step:
    """A step of an outline with the values of an example."""
    return replace(
        step,
        text=_replaced(step.text, values),
        document=[_replaced(line, values) for line in step.document],
        table=[[_replaced(cell, values) for cell in row] for row in step.table],
    )


def _replaced(text: str, values: dict[str, str]) -> str:
    """A text with values in the places of their names, ``<name>``."""
    return re.sub(r"<([^<>]+)>", lambda match: values.get(match[1], match[0]), text)
