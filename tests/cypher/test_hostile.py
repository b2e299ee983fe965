"""Hostile texts as literals, parameters, names and properties change nothing but the answer."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from connstore import Client, fetch_custom
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher.generator import quoted

#: What means something to SQL, Cypher, JSON, regular expressions, or the encodings between them.
PIECES = [
    "'", "''", '"', '""', "`", "``", "\\", "\\'", "\\\\", "\n", "\r\n", "\t", "\x01", "\x7f",
    ";", "--", "/*", "*/", "//", "$", "$1", "$n", "$$", "?", ":x", "%", "%s", "%(x)s", "_",
    "{", "}", "{0}", "${x}", "[", "]", "(", ")", ",", "NULL", "null", "true", "1", "1.0", "NaN",
    '{"$node":[]}', '{"$point":[9157,1.0,2.0,3.0]}', '{"$float":"NaN"}', '"$x"', "[1,2]",
    "DROP TABLE node", "UNION SELECT 1", "') OR 1=1 --", "MATCH (n) RETURN n", "\\u0041",
    "\u00e9", "e\u0301", "ü🧠", "\u202e", "\u200b", "\ufeff", "\U0010ffff", "ß", "İ", " ", "",
]  # fmt: skip


def hostile_texts(count: int) -> list[str]:
    """Pieces, and random sequences of pieces."""
    rng = Random(4)
    texts = list(dict.fromkeys(PIECES))
    while len(texts) < count:
        text = "".join(rng.choices(PIECES, k=rng.randint(2, 5)))
        if text not in texts:
            texts.append(text)
    return texts


TEXTS = hostile_texts(1000)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store whose nodes hold the texts: as a property, in a list, as a property's name."""
    path = tmp_path_factory.mktemp("hostile") / "store"
    nodes = [
        {"id": i, "labels": ["T"], "props": {"i": i, "text": text, "list": [text, ""]}}
        for i, text in enumerate(TEXTS)
    ]
    names = {text: i for i, text in enumerate(TEXTS) if text}
    nodes.append({"id": len(TEXTS), "labels": ["Names"], "props": names})
    graph_store(nodes, [], path)
    yield Client(path)
    clear_default_client()


BATCH = 40
BATCHES = pytest.mark.parametrize("start", range(0, len(TEXTS), BATCH))


def numbered(start: int) -> list[tuple[int, str]]:
    """A batch of texts with their numbers."""
    return list(enumerate(TEXTS))[start : start + BATCH]


def data(client: Any, cypher: str, **parameters: Any) -> Any:
    return fetch_custom(cypher, format="json", parameters=parameters, client=client)["data"]


def literals(start: int) -> str:
    return ", ".join(quoted(text) for _, text in numbered(start))


def test_all_of_them_come_back(client: Any) -> None:
    rows = data(client, "MATCH (n:T) RETURN n.i, n.text, n.list, n ORDER BY n.i")
    assert rows == [
        [i, text, [text, ""], {"i": i, "text": text, "list": [text, ""]}]
        for i, text in enumerate(TEXTS)
    ]


def test_as_names_of_properties(client: Any) -> None:
    names = {text: i for i, text in enumerate(TEXTS) if text}
    assert data(client, "MATCH (n:Names) RETURN n") == [[names]]
    found = data(client, "MATCH (n:Names) UNWIND keys(n) AS k RETURN k, n[k]")
    assert dict(found) == names


@BATCHES
def test_as_literals(client: Any, start: int) -> None:
    """Each text is what it is, and finds the one node that holds it."""
    batch = numbered(start)
    items = ", ".join(f"{quoted(text)} AS c{i}" for i, text in batch)
    assert data(client, f"RETURN {items}") == [[text for _, text in batch]]
    equal = " OR ".join(f"n.text = {quoted(text)}" for _, text in batch)
    numbers = [[i] for i, _ in batch]
    assert data(client, f"MATCH (n:T) WHERE {equal} RETURN n.i ORDER BY n.i") == numbers
    among = f"n.text IN [{literals(start)}] AND n.list[0] IN [{literals(start)}]"
    assert data(client, f"MATCH (n:T) WHERE {among} RETURN n.i ORDER BY n.i") == numbers
    each = f"UNWIND [{literals(start)}] AS t MATCH (n:T {{text: t}}) RETURN n.i, t ORDER BY n.i"
    assert data(client, each) == [list(pair) for pair in batch]


@BATCHES
def test_as_parameters(client: Any, start: int) -> None:
    """As values, in lists, as keys of maps; also of a query inside a query."""
    batch = numbered(start)
    texts = [text for _, text in batch]
    numbers = [[i] for i, _ in batch]
    for i, text in batch[:5]:
        assert data(client, "MATCH (n:T {text: $t}) RETURN n.i, $t", t=text) == [[i, text]]
    among = "MATCH (n:T) WHERE n.text IN $all RETURN n.i ORDER BY n.i"
    assert data(client, among, all=texts) == numbers
    keyed = dict.fromkeys(texts, 1)
    assert data(client, "RETURN $m AS m, [k IN $t | $m[k]] AS v", m=keyed, t=texts) == [
        [keyed, [1] * len(texts)]
    ]
    inner = quoted("MATCH (n:T) WHERE n.text IN $t RETURN n.i AS i ORDER BY i")
    call = f"CALL apoc.cypher.runTimeboxed({inner}, {{t: [{literals(start)}]}}, 60000) YIELD value"
    assert data(client, f"{call} RETURN value.i ORDER BY value.i") == numbers


@BATCHES
def test_as_literals_of_an_inner_query(client: Any, start: int) -> None:
    inner = quoted(f"MATCH (n:T) WHERE n.text IN [{literals(start)}] RETURN n.i AS i")
    call = f"CALL apoc.cypher.runTimeboxed({inner}, {{}}, 60000) YIELD value"
    numbers = [[i] for i, _ in numbered(start)]
    assert data(client, f"{call} RETURN value.i ORDER BY value.i") == numbers


@BATCHES
def test_as_names_in_the_query(client: Any, start: int) -> None:
    """In backticks, a text is a name of a property, a variable, a column, a key, a label."""
    batch = [(i, text) for i, text in numbered(start) if text]
    names = {text: "`" + text.replace("`", "``") + "`" for _, text in batch}
    items = ", ".join(f"n.{names[text]} AS {names[text]}" for _, text in batch)
    answer = client.fetch_custom(f"MATCH (n:Names) WITH {items} RETURN *", format="json")
    assert answer["columns"] == sorted(names)
    assert answer["data"] == [[i for i, _ in sorted(batch, key=lambda pair: pair[1])]]
    entries = ", ".join(f"{names[text]}: {i}" for i, text in batch)
    assert data(client, f"RETURN {{{entries}}} AS m") == [[{text: i for i, text in batch}]]
    labels = " OR ".join(f"n:{name}" for name in names.values())
    types = "|".join(names.values())
    assert data(client, f"MATCH (n) WHERE {labels} RETURN n") == []
    assert data(client, f"MATCH (n)-[:{types}]->() RETURN n") == []


@BATCHES
def test_operators_on_them(client: Any, start: int) -> None:
    batch = [text for _, text in numbered(start)]
    asked = "{0} + 'x', size({0}), {0} CONTAINS {0}, replace({0}, {0}, 'y'), [{0}] = [{0}]"
    constant = [asked.format(quoted(text)) for text in batch]
    items = ", ".join(f"[{each}] AS c{i}" for i, each in enumerate(constant))
    expected = [[text + "x", len(text), True, "y", True] for text in batch]
    assert data(client, f"RETURN {items}") == [expected]
    more = "split(t, 'zz')[0], reverse(reverse(t)), {k: t}.k, toString(t), t STARTS WITH left(t, 2)"
    cypher = f"UNWIND [{literals(start)}] AS t RETURN {asked.format('t')}, {more}"
    assert data(client, cypher) == [
        [*each, text, text, text, text, True] for each, text in zip(expected, batch, strict=True)
    ]
