"""Two engines from the package index, asked the same questions.

ArcadeDB (arcadedb-embedded, brings its Java along) and GraphQLite (graphqlite with
pysqlite3-binary). Both are right about most of Cypher, and each is wrong in places of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cypher.generator import name, quoted
from cypher.graphs import Literal

#: The rows of each query; None where the engine failed, or answered what is no JSON.
Answers = list[list[list[Any]] | None]


def arcadedb(literal: Literal, queries: Sequence[str], directory: Path) -> Answers:
    """Answers of ArcadeDB."""
    import arcadedb_embedded

    database = arcadedb_embedded.create_database(str(directory / "arcadedb"))
    try:
        with database.transaction():
            for statement in statements(literal):
                database.command("opencypher", statement)

        def ask(cypher: str) -> list[list[Any]]:
            rows = list(database.command("opencypher", cypher))
            return [[row.get(column) for column in row.property_names] for row in rows]

        return [_tried(ask, cypher) for cypher in queries]
    finally:
        database.close()


def graphqlite(literal: Literal, queries: Sequence[str], directory: Path) -> Answers:
    """Answers of GraphQLite, in a process of its own, which may crash."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(_graphqlite, literal, list(queries)).result()
        except BrokenProcessPool:
            return [None] * len(queries)


def _graphqlite(literal: Literal, queries: list[str]) -> Answers:
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    import graphqlite as engine

    connection = engine.connect(":memory:")
    for statement in statements(literal):
        connection.cypher(statement)
    return [
        _tried(lambda cypher: [list(row.values()) for row in connection.cypher(cypher)], cypher)
        for cypher in queries
    ]


def statements(literal: Literal) -> Iterator[str]:
    """CREATE statements that make a graph."""
    for node in literal.nodes:
        labels = "".join(f":{name(label)}" for label in node["labels"])
        yield f"CREATE (n{labels} {_map(node['props'])})"
    for each in literal.relationships:
        yield (
            f"MATCH (a {{uid: {each['src']}}}), (b {{uid: {each['dst']}}}) "
            f"CREATE (a)-[:{name(each['type'])} {_map(each['props'])}]->(b)"
        )


def _map(props: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{name(key)}: {_text(value)}" for key, value in props.items()) + "}"


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(_text, value))}]"
        case {"__point__": [x, y, z]}:
            return f"point({{x: {float(x)}, y: {float(y)}, z: {float(z)}}})"
    return repr(value)


def _tried(ask: Callable[[str], list[list[Any]]], cypher: str) -> list[list[Any]] | None:
    try:
        rows = ask(cypher)
    except Exception:  # whatever the engine raises: it cannot tell
        return None
    return rows if _is_json(rows) else None


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(map(_is_json, value.values()))
    return value is None or isinstance(value, bool | int | float | str)
