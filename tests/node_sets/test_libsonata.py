"""Node sets and their regular expressions against libsonata, at random but repeatable."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

pytest.importorskip("libsonata")
pytest.importorskip("h5py")

from node_sets.random_patterns import TEXTS, Patterns
from node_sets.random_sets import Files, random_table
from node_sets.sonata_oracle import SonataPopulation

from connstore import NodeSetError, NodeSets, Population
from connstore.engine import Engine
from connstore.select.regex import Regex, RegexError, es5_regex

#: Why a pattern is refused here that libsonata reads: not ECMAScript, or not one engine's.
_NOT_ECMASCRIPT = ("has nothing to repeat", "is not an escape of ECMAScript")


def own_outcome(text: str, name: str, population: Population) -> list[int] | str:
    """The ids, or the stage of the error."""
    try:
        sets = NodeSets.from_json(text)
        return sets.materialize(name, population).tolist()
    except NodeSetError as error:
        return error.stage


def arrow_column(values: Any) -> pa.Array:
    return pa.array(values, pa.string()) if isinstance(values, list) else pa.array(values)


@pytest.mark.parametrize("seed", range(100))
def test_random_files(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    table, libraries = random_table(random)
    theirs = SonataPopulation(tmp_path, table, libraries)
    frame = pa.table({name: arrow_column(values) for name, values in table.items()})
    ours = Population.from_frame(frame, enumerations=libraries)
    # They compare the numbers of an enumeration, and fail with texts in another way.
    files = Files(random, list(table), [name for name in table if name not in libraries])
    for _ in range(20):
        text = files.text()
        for name in json.loads(text):
            expected = theirs.outcome(text, name)
            found = own_outcome(text, name, ours)
            assert found == (expected if isinstance(expected, list) else expected[0]), (text, name)


def by_engine(engine: Engine, regex: Regex) -> list[int]:
    rows = engine.rows(
        "SELECT i FROM (SELECT unnest($texts) AS s, unnest(range($size)) AS i) "
        "WHERE regexp_matches(s, $pattern) ORDER BY i",
        {"texts": TEXTS, "size": len(TEXTS), "pattern": regex.re2},
    )
    return [i for (i,) in rows]


@pytest.mark.parametrize("seed", range(10))
def test_random_regular_expressions(seed: int, tmp_path: Path) -> None:
    patterns = Patterns(Random(seed))
    theirs = SonataPopulation(tmp_path, {"s": TEXTS})
    engine = Engine.alone()
    for number in range(250):
        pattern = patterns.pattern() if number % 5 else patterns.broken()
        expected = theirs.matching("s", pattern)
        try:
            regex = es5_regex(pattern)
        except RegexError as error:
            allowed = any(reason in error.reason for reason in _NOT_ECMASCRIPT)
            assert allowed or not isinstance(expected, list), pattern
            continue
        assert regex.re2 is not None or "\\1" in pattern, pattern
        if regex.re2 is not None:
            assert by_engine(engine, regex) == expected, pattern
        by_python = [i for i, text in enumerate(TEXTS) if regex.matches(text)]
        assert by_python == expected, pattern
