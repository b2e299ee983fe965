"""Texts that try to break out: the answer is the plain filter's, and the SQL never has the text."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import connstore
from connstore import Client, ConnstoreError, NeuronCriteria, registry
from connstore.sql.statement import Statement
from connstore.testing import sample_path


class Recording(Client):
    """A client that keeps the statements it runs."""

    statements: list[Statement]

    def run(self, statement: Statement) -> Any:
        self.statements.append(statement)
        return super().run(statement)


@pytest.fixture(scope="module")
def recording() -> Recording:
    with registry._no_registration():
        client = Recording(sample_path(), frames="arrow")
    client.statements = []
    return client


@pytest.fixture(scope="module")
def rows(recording: Recording) -> list[dict[str, Any]]:
    columns = ["bodyId", "type", "instance", "status", "matchingNotes", "synonyms"]
    return connstore.fetch_neurons(
        returned_columns=columns, omit_rois=True, client=recording
    ).to_pylist()


#: A text that no name in the SQL has, so that its absence says something.
MARK = "zq9x"
PIECES = st.sampled_from(
    [
        "'", "''", '"', '""', "`", ";", "--", "/*", "*/", "%", "_", "$1", "$p1", "${p1}", ":p1",
        "?", "\\", "\\'", "\0", "\n", "\r\n", "\u2028", "\u202e", "\ufeff", "\ud800", "\udfff",
        "😀", "ß", "İ", "é", "e\u0301", "𝔻", "{{x}}", "{0}", "%s", "NULL", "' OR 1=1 --",
        '"; DROP TABLE segment; --', "$$", "$tag$", "E'\\x27'", "\\u0027", "KC", "Traced",
    ]
)  # fmt: skip
HOSTILE = st.one_of(
    st.lists(PIECES | st.text(max_size=3), max_size=6).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=10),
)
FIELDS = ["type", "instance", "status", "matchingNotes", "synonyms"]


def found(recording: Recording, **criteria: Any) -> list[int]:
    recording.statements.clear()
    frame = connstore.fetch_neurons(
        NeuronCriteria(**criteria), returned_columns=["bodyId"], omit_rois=True, client=recording
    )
    return frame["bodyId"].to_pylist()


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(FIELDS), HOSTILE, st.booleans())
def test_values(
    recording: Recording, rows: list[dict[str, Any]], field: str, text: str, marked: bool
) -> None:
    text = f"{MARK}{text}{MARK}" if marked else text
    result = found(recording, **{field: [text, text + "x"]}, regex=False)
    assert result == [row["bodyId"] for row in rows if row[field] in (text, text + "x")]
    assert all(MARK not in statement.sql for statement in recording.statements)


def test_values_of_the_sample_are_hostile_enough(
    recording: Recording, rows: list[dict[str, Any]]
) -> None:
    """Every text that is there is found, quotes and line breaks and SQL included."""
    for field in FIELDS:
        for text in {row[field] for row in rows if row[field] is not None}:
            result = found(recording, **{field: text}, regex=False)
            assert result == [row["bodyId"] for row in rows if row[field] == text]
    texts = [row[field] or "" for row in rows for field in FIELDS]
    assert all(any(character in text for text in texts) for character in "'\"`\n;")


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.booleans())
def test_escaped_patterns(
    recording: Recording, rows: list[dict[str, Any]], text: str, looks_ahead: bool
) -> None:
    """Through the regular expressions: those for the engine, and those it cannot do."""
    quoted = "".join(f"[{c}]" if c.isalnum() and c.isascii() else re.escape(c) for c in text)
    pattern = ("(?=.*)" if looks_ahead else "") + quoted + "(.|\\s)*"
    try:
        result = found(recording, type=pattern, regex=True)
    except ConnstoreError as error:
        assert "engine" not in str(error)  # Java's dialect refuses it, not the engine
        return
    matching = re.compile(re.escape(text) + r"(.|\s)*")
    assert result == [r["bodyId"] for r in rows if r["type"] and matching.fullmatch(r["type"])]


MEGABYTE = ("x'\"`;--" * 150_000)[: 2**20]


@pytest.mark.parametrize("field", FIELDS)
def test_a_megabyte(recording: Recording, field: str) -> None:
    assert found(recording, **{field: MEGABYTE}) == []
    (statement,) = [s for s in recording.statements if s.values]
    assert len(str(statement)) < 10_000 and list(statement.values.values()) == [MEGABYTE]


NAME_CALLS: dict[str, Callable[[Any, str], Any]] = {
    "rois": lambda c, x: connstore.fetch_neurons(NeuronCriteria(rois=x), client=c),
    "inputRois": lambda c, x: connstore.fetch_neurons(NeuronCriteria(inputRois=[x]), client=c),
    "property": lambda c, x: connstore.fetch_neurons(NeuronCriteria(**{x: 5}), client=c),
    "adjacency rois": lambda c, x: connstore.fetch_adjacencies(1, 2, rois=[x], client=c),
    "properties": lambda c, x: connstore.fetch_adjacencies(1, 2, properties=[x], client=c),
    "simple rois": lambda c, x: connstore.fetch_simple_connections(1, 2, rois=x, client=c),
    "simple properties": lambda c, x: connstore.fetch_simple_connections(
        1, 2, properties=x, client=c
    ),
    "weight_props": lambda c, x: connstore.fetch_simple_connections(1, 2, weight_props=x, client=c),
    "returned_columns": lambda c, x: connstore.fetch_neurons(1, returned_columns=[x], client=c),
    "direction": lambda c, x: connstore.fetch_common_connectivity(1, x, client=c),
    "format": lambda c, x: connstore.fetch_roi_hierarchy(format=x, client=c),
}


@pytest.mark.parametrize("call", NAME_CALLS)
@settings(max_examples=25, deadline=None)
@given(text=HOSTILE)
@example(text="EB'")
@example(text="type\0")
@example(text='type" FROM segment; --')
def test_names(recording: Recording, call: str, text: str) -> None:
    """ROIs, properties and choices are known names or are refused; never SQL."""
    recording.statements.clear()
    with pytest.raises(ValueError) as caught:
        NAME_CALLS[call](recording, MARK + text)
    assert isinstance(caught.value, ConnstoreError)
    assert "engine" not in str(caught.value)
    assert all(MARK not in statement.sql for statement in recording.statements)


@pytest.mark.parametrize("call", NAME_CALLS)
def test_names_of_a_megabyte(recording: Recording, call: str) -> None:
    with pytest.raises(ConnstoreError):
        NAME_CALLS[call](recording, MEGABYTE)


@settings(max_examples=40, deadline=None)
@given(HOSTILE.filter(lambda text: not re.search("[\ud800-\udfff]", text)))
@example("'; DROP TABLE segment; --\nDELETE FROM segment")
@example("\n-- $p2 = 5\nSELECT 1")
def test_explained_sql_has_values_in_comments_only(recording: Recording, text: str) -> None:
    value = f"{MARK}{text}{MARK}"
    shown = recording.explain(connstore.fetch_neurons, NeuronCriteria(type=value, regex=False))
    lines = shown.splitlines()
    assert all(line.startswith("-- $p") for line in lines if MARK in line)
    assert any(MARK in line for line in lines)
