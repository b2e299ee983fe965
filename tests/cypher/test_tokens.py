"""Tokens of Cypher texts: values, places, and what is told about wrong ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connstore.cypher.syntax.tokens import tokenize
from connstore.errors import CypherError

EMOJI = "\U0001f600"


def values(text: str) -> list[Any]:
    return [token.value for token in tokenize(text)[:-1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("0", 0), ("7", 7), ("9223372036854775807", 2**63 - 1), ("0x1F", 31), ("0XaB", 171)],
        *[("0o17", 15), ("0O17", 15), ("017", 15), ("00", 0), ("0x7FFFFFFFFFFFFFFF", 2**63 - 1)],
        *[("1.", 1.0), ("1.5", 1.5), (".5", 0.5), ("1e3", 1e3), ("1E+3", 1e3), (".5e-3", 5e-4)],
        *[("1.e2", 100.0), ("01.5", 1.5), ("1e-400", 0.0)],
    ],
)
def test_numbers(text: str, value: float) -> None:
    (found,) = values(text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *["09", "0o8", "0x", "0xG", "12h", "1.5x", "1e", "1e5x", "1_000", "1e999"],
        *["9223372036854775809", "0x8000000000000001", "1" * 30, "9" * 5000, "0" + "7" * 30],
    ],
)
def test_wrong_numbers(text: str) -> None:
    with pytest.raises(CypherError) as caught:
        tokenize(f"RETURN {text}")
    assert (caught.value.line, caught.value.column) == (1, 8)
    assert len(caught.value.problem) < 100 or len(text) > 100


def test_dots() -> None:
    assert values("*1..2") == ["*", 1, "..", 2]
    assert values("[..-1]") == ["[", "..", "-", 1, "]"]
    assert values("[1...5]") == ["[", 1, "..", 0.5, "]"]
    assert values("n.x.y[0].z") == ["n", ".", "x", ".", "y", "[", 0, "]", ".", "z"]


@given(st.integers(0, 2**63 - 1), st.sampled_from([str, hex, oct, lambda n: f"0{n:o}"]))
def test_every_integer(number: int, write: Any) -> None:
    assert values(write(number)) == [number]


@given(st.floats(min_value=0, allow_infinity=False, allow_nan=False))
def test_every_float(number: float) -> None:
    assert values(repr(number)) == [number]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'it\'s'", "it's"),
        (r'"it\'s \"so\""', 'it\'s "so"'),
        (r"'a\\b\n\t\r\b\f'", "a\\b\n\t\r\b\f"),
        (r"'\u0041\U0001F600\uD83D\uDE00'", f"A{EMOJI}{EMOJI}"),
        (r"'\\u0041'", r"\u0041"),
        ("'// no comment /* */'", "// no comment /* */"),
        ("'two\nlines'", "two\nlines"),
        # Neo4j 4.3 and later leave a backslash alone that escapes nothing
        (r"'KC\d+\.1\`'", r"KC\d+\.1\`"),
        ("''", ""),
    ],
)
def test_strings(text: str, value: str) -> None:
    assert values(text) == [value]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from("'\""))
def test_every_string(value: str, quote: str) -> None:
    escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    assert values(quote + escaped + quote) == [value]
    in_hex = "".join(f"\\U{ord(letter):08x}" for letter in value)
    assert values(quote + in_hex + quote) == [value]


def test_names() -> None:
    assert values("`ME(R)` `a``b` `1` Neuron étude e\u0301t _x") == [
        *["ME(R)", "a`b", "1", "Neuron", "étude", "e\u0301t", "_x"]
    ]
    quoted, bare = tokenize("`match` match")[:2]
    assert (quoted.word, bare.word) == ("", "MATCH")
    assert values("$name $`a b` $0") == ["name", "a b", "0"]


def test_comments_and_spaces() -> None:
    text = "a // b 'c\n/* d\n * e **/ f /**/ g\u00a0\u2003h//"
    assert values(text) == ["a", "f", "g", "h"]


def test_places() -> None:
    text = " MATCH (n)  // comment\n WHERE n.`x y` >= 'a\\'b' RETURN [1, 2 ,3]"
    tokens = tokenize(text)
    for token in tokens[:-1]:
        assert text[token.start : token.end].strip() == text[token.start : token.end] != ""
    assert [text[t.start : t.end] for t in tokens[-6:-1]] == [
        *["`x y`", ">=", "'a\\'b'", "RETURN", "[1, 2 ,3]"]
    ]
    assert tokens[-1].start == len(text)


def test_lists_of_integers() -> None:
    assert [token.kind for token in tokenize("[1,2]")] == ["integers", "end"]
    for text in ("[1]", "[1, 2.0]", "[1, -2]", "[01, 2]", "[1, 2 /* */]", "[1, x]", "[1,]"):
        assert "integers" not in [token.kind for token in tokenize(text)]
    assert tokenize(f"[1, {2**63 - 1}]")[0].kind != "integers"


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("RETURN ‘a’", 8, ["left single quotation mark", "type ' instead"]),
        ("RETURN “a”", 8, ["left double quotation mark", 'type " instead']),
        ("RETURN 1 – 2", 10, ["en dash", "type - instead"]),
        ("RETURN 1 ≤ 2", 10, ["type <= instead"]),
        ("RETURN\u200b 1", 7, ["invisible character", "U+200B"]),
        ("\ufeffRETURN 1", 1, ["invisible character", "U+FEFF"]),
        ("RETURN a#", 9, ["number sign", "backticks"]),
        ("RETURN 'abc", 8, ["no end", "'"]),
        ("RETURN 'abc\\'", 8, ["no end"]),
        ('RETURN "abc', 8, ["no end", '"']),
        ("RETURN `abc", 8, ["no end", "backtick"]),
        ("RETURN 1 /* abc", 10, ["no end", "*/"]),
        ("RETURN $", 8, ["$name"]),
        ("RETURN ``", 8, ["empty"]),
        ("RETURN `a\0b`", 8, ["U+0000"]),
        (r"RETURN 'a\u00e'", 10, ["four hexadecimal digits"]),
        (r"RETURN 'a\U00110000'", 10, ["no character"]),
        (r"RETURN 'a\uD83D'", 8, ["half of a character"]),
        ("RETURN '\ud83d'", 9, ["half of a character"]),
    ],
)
def test_wrong_texts(text: str, column: int, words: list[str]) -> None:
    with pytest.raises(CypherError) as caught:
        tokenize(text)
    assert (caught.value.line, caught.value.column) == (1, column)
    for word in words:
        assert word in caught.value.problem
