"""APOC's functions of texts: as APOC 4.4 has them, and Java under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connstore.cypher.functions.java_patterns import matches, replaced, split
from connstore.errors import CypherError
from cypher.evaluating import value

#: Results that follow from the sources of APOC 4.4 and from Java's documentation.
EXPECTED: list[tuple[str, Any]] = [
    # Groups never are parts.
    ("apoc.text.split('a1b2c', '([0-9])')", ["a", "b", "c"]),
    ("apoc.text.split('a-b', '(-)|(=)')", ["a", "b"]),
    # A limit is the most parts; the last is the rest.
    ("apoc.text.split('a,b,c', ',', 1)", ["a,b,c"]),
    ("apoc.text.split('a,b,c', ',', 2)", ["a", "b,c"]),
    ("apoc.text.split('a,b,c', ',', 9)", ["a", "b", "c"]),
    ("apoc.text.split('a,,', ',')", ["a"]),
    ("apoc.text.split('a,,', ',', -1)", ["a", "", ""]),
    ("apoc.text.split('a,,', ',', 3)", ["a", "", ""]),
    ("apoc.text.split(',a', ',')", ["", "a"]),
    ("apoc.text.split(',', ',')", []),
    ("apoc.text.split('', ',')", [""]),
    # An empty match at the beginning makes no part.
    ("apoc.text.split('abc', '')", ["a", "b", "c"]),
    ("apoc.text.split('abc', '(?=a)')", ["abc"]),
    ("apoc.text.split('abc', '(?=b)')", ["a", "bc"]),
    ("apoc.text.split('aXbX', '(?=X)')", ["a", "Xb", "X"]),
    ("apoc.text.split(null, ',')", None),
    ("apoc.text.split('a', null)", None),
    ("apoc.text.split('a', ',', null)", None),
    ("apoc.text.join(['a', null, 'b'], '-')", "a-null-b"),
    ("apoc.text.join([], '-')", ""),
    ("apoc.text.join(null, '-')", None),
    ("apoc.text.join(['a'], null)", None),
    ("apoc.text.regexGroups(null, 'x')", []),
    ("apoc.text.regexGroups('x', null)", []),
    ("apoc.text.regexGroups('ab', '(a)|(b)')", [["a", "a", None], ["b", None, "b"]]),
    # Behind an empty match Java looks from the next character on.
    ("apoc.text.regexGroups('aa', '|a')", [[""], [""], [""]]),
    ("apoc.text.replace('aa', 'a*?', 'x')", "xaxax"),
    ("apoc.text.replace('abcdefghij', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)', '$10')", "j"),
    ("apoc.text.replace('ab', '(a)(b)', '$10')", "a0"),
    ("apoc.text.replace('EPG_L', '(?<type>[A-Z]+)_(?<side>[LR])', '${side}-${type}')", "L-EPG"),
    ("apoc.text.replace('ab', '(a)|(b)', '<$2>')", "<><b>"),
    ("apoc.text.replace('ab', 'a', '\\\\x')", "xb"),
    ("apoc.text.replace('ab', 'a', '\\\\$')", "$b"),
    ("apoc.text.replace('ab', '(b)', '$0$0')", "abb"),
    # What no match asks for is not looked at.
    ("apoc.text.replace('ab', 'c', '$')", "ab"),
    ("apoc.text.indexOf('abc', null)", -1),
    ("apoc.text.indexOf(null, 'a')", None),
    ("apoc.text.indexOf('abcabc', 'b', 2)", 4),
    ("apoc.text.indexOf('abcabc', 'b', 2, 4)", -1),
    ("apoc.text.indexOf('abcabc', 'b', 2, 5)", 4),
    ("apoc.text.indexOf('abcabc', 'c', 0, -1)", 2),
    ("apoc.text.indexOf('abcabc', 'c', -5, 99)", 2),
    ("apoc.text.indexOf('abc', 'a', 2, 1)", -1),
    ("apoc.text.indexOf('abc', '', 7)", 3),
    ("apoc.text.repeat('ab', 3)", "ababab"),
    ("apoc.text.repeat('ab', 0)", ""),
    ("apoc.text.lpad('7', 3, '0')", "007"),
    ("apoc.text.lpad('7', 3)", "  7"),
    ("apoc.text.rpad('EB', 4, '-=')", "EB--"),
    ("apoc.text.rpad('EB', 1, '')", "EB"),
]


@pytest.mark.parametrize(("text", "expected"), EXPECTED)
def test_results(text: str, expected: Any) -> None:
    found = value(text)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("apoc.text.replace('ab', 'a', '$')", "behind $ stands a number or {name}"),
        ("apoc.text.replace('ab', 'a', '$x')", "behind $ stands a number or {name}"),
        ("apoc.text.replace('ab', 'a', '${1}')", "behind $ stands a number or {name}"),
        ("apoc.text.replace('ab', 'a', '\\\\')", "behind the last \\ is missing"),
        ("apoc.text.replace('ab', 'a', '$1')", "there is no group 1"),
        ("apoc.text.replace('ab', '(?<x>a)', '${y}')", "no group is named y"),
        ("apoc.text.split('ab', '[')", "regular expression"),
        ("apoc.text.repeat('ab', -1)", "not negative"),
        ("apoc.text.repeat('ab', 1000000000000)", "too long"),
        ("apoc.text.lpad('ab', 1000000000000)", "too long"),
        ("apoc.text.lpad('ab', 3, '')", "does not fit"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(CypherError) as raised:
        value(text)
    assert problem in str(raised.value)


# What Java's documentation says of split and replaceAll, once more -----------------------------


def spans(text: str, pattern: str) -> Iterator[tuple[int, int]]:
    """Matches, tried at one place after another; for patterns that Python reads as Java does."""
    compiled, start = re.compile(pattern), 0
    while start <= len(text):
        if (match := compiled.match(text, start)) is None:
            start += 1
            continue
        yield match.span()
        start = match.end() if match.end() > match.start() else match.end() + 1


def parts_of(text: str, pattern: str, limit: int) -> list[str]:
    """Cut at matches, but not at an empty one at 0, and at most ``limit - 1`` times."""
    cuts = [(start, end) for start, end in spans(text, pattern) if end > 0]
    if limit > 0:
        cuts = cuts[: limit - 1]
    ends = [0, *(end for _, end in cuts)]
    starts = [*(start for start, _ in cuts), len(text)]
    parts = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    if limit == 0 and cuts:
        while parts and parts[-1] == "":
            del parts[-1]
    return parts


PATTERNS = ["", ",", "a*", "a*?", "(a)(b)?", "(?=a)", "(?<=a)", "a|", "|a", "[ab]+", "(,)|(a)", "^"]


@given(
    st.text("ab,", max_size=8), st.sampled_from(PATTERNS), st.integers(min_value=-2, max_value=5)
)
def test_split_is_javas(text: str, pattern: str, limit: int) -> None:
    assert [match.span() for match in matches(text, pattern)] == list(spans(text, pattern))
    assert split(text, pattern, limit) == parts_of(text, pattern, limit)


#: A piece of a replacement: how it is written, and what it becomes of ``(?<one>a)(b)?``.
PIECES = st.one_of(
    st.text("xyz {}", max_size=3).map(lambda text: (text, lambda groups: text)),
    st.characters(exclude_categories=["Cs"]).map(lambda c: (f"\\{c}", lambda groups: c)),
    st.sampled_from(
        [
            ("$0", lambda groups: groups[0]),
            ("$1", lambda groups: groups[1]),
            ("$2", lambda groups: groups[2]),
            ("${one}", lambda groups: groups[1]),
            # There are two groups: the second digit is a text.
            ("$13", lambda groups: groups[1] + "3"),
        ]
    ),
)


@given(st.text("abc", max_size=8), st.lists(PIECES, max_size=5))
def test_replacements_are_javas(text: str, pieces: list[Any]) -> None:
    written = "".join(form for form, _ in pieces)
    expected = ""
    for letters in re.findall("ab|a|b|c", text):
        if letters[0] == "a":
            groups = [letters, "a", letters[1:]]
            expected += "".join(meaning(groups) for _, meaning in pieces)
        else:
            expected += letters
    assert replaced(text, "(?<one>a)(b)?", written) == expected
