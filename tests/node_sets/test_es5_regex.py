"""ECMAScript's regular expressions: the documentation's cases, and an independent matcher."""

from itertools import product
from random import Random

import pytest
from node_sets.es5_matcher import search
from node_sets.random_patterns import TEXTS, Patterns

from connstore.engine import Engine
from connstore.select.regex import RegexError, es5_regex

#: What a pattern is found in, and what not; all are RE2's.
RE2_CASES = [
    ("L6", ["L6", "XL6_Y"], ["l6", "L 6"]),
    ("", ["", "a"], []),
    ("^$", [""], ["\n", "a"]),
    ("a$", ["a"], ["a\n"]),
    ("^b", ["b"], ["a\nb"]),
    ("^a.b$", ["axb", "a\tb"], ["a\nb", "a\rb", "a\u2028b", "ab"]),
    ("^.$", ["é", "\U0001f600"], ["", "ab"]),
    ("^[é]$", ["é"], ["e"]),
    ("[]", [], ["", "a", "]"]),
    ("[^]", ["a", "\n", "]"], [""]),
    ("[]a]", [], ["a", "]"]),
    ("[^]]", ["a]", "\n]"], ["]", "a"]),
    ("\\s", [" ", "\v", "\u00a0", "\ufeff", "\u2029", "\u3000"], ["", "a", "\u200b", "\x85"]),
    ("\\d", ["1"], ["\u0663"]),
    ("\\w", ["_", "Z"], ["é", "-"]),
    ("\\bb", ["b", "-b", "éb"], ["ab"]),
    ("^\\B$", [""], ["a"]),
    ("^\\cJ\\x4c\\u0036\\0$", ["\nL6\0"], ["JL60"]),
    ("^\\uD83D\\uDE00$", ["\U0001f600"], [""]),
    ("^[\\uD83D\\uDE00]$", ["\U0001f600"], [""]),
    ("\\uD83D", [], ["\U0001f600"]),
    ("^[\\b]$", ["\b"], ["b"]),
    ("^a{2}$", ["aa"], ["a", "a{2}"]),
    ("a\\{2\\}", ["a{2}"], ["aa"]),
    ("]|}", ["]", "}"], ["["]),
    ("^[a-]$", ["a", "-"], ["b"]),
    ("^[--/]$", ["-", ".", "/"], ["0"]),
    ("^[a-b-d]$", ["a", "-", "d"], ["c"]),
    ("^[\\d-]$", ["1", "-"], ["a"]),
    ("^[[:alpha:]_]+$", ["ab_"], ["a1", "é"]),
    ("^[[]$", ["["], ["]"]),
    ("^(a*)*$", ["", "aaa"], ["ab"]),
    ("(|a)b", ["b"], ["a"]),
    ("^(?:)$", [""], ["a"]),
    ("\\$\\_\\-\\/", ["$_-/"], ["$"]),
]

#: The same, where only Python can tell.
PYTHON_CASES = [
    ("^PEN_(?!a)", ["PEN_b"], ["PEN_a"]),
    ("a(?=b)", ["ab"], ["ac"]),
    ("a(?=^x)", [], ["ax"]),
    ("^(ab)\\1$", ["abab"], ["ab"]),
    ("^(a)?\\1b$", ["b", "aab"], ["ab"]),
    ("^(?:(a)|b)\\1c$", ["aac", "bc"], ["ac"]),
    ("^(?:(a)|(?:\\1)b)$", ["a", "b"], ["ab"]),
    ("^(?!(a)b)(?:\\1)a", ["ac"], ["ab"]),
    ("^(?:x(a)y)+\\1$", ["xayxaya"], ["xay"]),
    ("^a{1001}$", ["a" * 1001], ["a" * 1000]),
    ("^(?:a{30}){40}$", ["a" * 1200], ["a" * 1201]),
]

#: What is refused, and where.
REFUSED = [
    ("(", 0), ("a)", 1), ("[a", 0), ("a\\", 1), ("*a", 0), ("a**", 2), ("a++", 2), ("a{2}{3}", 4),
    ("a{", 1), ("{", 0), ("a{,2}", 1), ("a{2,1}", 1), ("^*", 1), ("\\b+", 2), ("(?=a)*", 5),
    ("(?i)a", 0), ("(?P<n>a)", 0), ("(?<n>a)", 0), ("(?<=a)", 0), ("(?<!a)", 0), ("(?>a)", 0),
    ("(?#a)", 0), ("(?", 0), ("\\Aa", 0), ("a\\z", 1), ("\\Qa\\E", 0), ("\\pL", 0), ("\\h", 0),
    ("\\a", 0), ("\\é", 0), ("\\x4", 0), ("\\u12", 0), ("\\c1", 0), ("\\c", 0), ("\\01", 0),
    ("[b-a]", 1), ("[a-\\d]", 1), ("[\\d-a]", 1), ("[\\1]", 1), ("[\\B]", 1), ("[[.a.]]", 1),
    ("[[=a=]]", 1), ("[[:nosuch:]]", 1), ("[[:alpha:]-z]", 1), ("\\1", 0), ("(a)\\2", 3),
    ("(a\\1)", 2), ("\\1(a)", 0), ("(?:(a)|b\\1)(?:(c)|d)*\\2", 21), ("(?:(a)?\\1)*", 7),
    ("(a*)*\\1", 5), ("a" * 10_001, 10_000), ("(" * 101, 100), ("a{99999999999}", 1),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "matching", "others"), RE2_CASES + PYTHON_CASES)
def test_cases(pattern: str, matching: list[str], others: list[str]) -> None:
    regex = es5_regex(pattern)
    assert (regex.re2 is None) == ((pattern, matching, others) in PYTHON_CASES)
    assert [text for text in matching + others if regex.matches(text)] == matching


@pytest.mark.parametrize(("pattern", "offset"), REFUSED, ids=lambda value: str(value)[:20])
def test_refused(pattern: str, offset: int) -> None:
    with pytest.raises(RegexError) as error:
        es5_regex(pattern)
    assert error.value.offset == offset


@pytest.mark.parametrize("seed", range(8))
def test_as_ecmascript_defines_it(seed: int) -> None:
    """An independent matcher, written after the standard, finds the same texts."""
    patterns = Patterns(Random(seed), looks=True)
    for _ in range(40):
        pattern = patterns.pattern()
        try:
            regex = es5_regex(pattern)
        except RegexError as error:
            assert "Python would" in error.reason or "no group" in error.reason, pattern
            continue
        expected = [text for text in TEXTS if search(pattern, text)]
        assert [text for text in TEXTS if regex.matches(text)] == expected, pattern


#: Small pieces of which many take nothing: RE2 once took ``\A(?:)`` for a match of all.
PIECES = [
    "^", "$", "a", "()", "(?:)", "(|)", "a{0}", "(a|)", "a?", "(^)", "\\b", "\\B", "[]", "[^]",
    "(?:^|a)", "($|)", "(){2}", "(a{0}|)", "[]?",
]  # fmt: skip


def test_the_engine_agrees_about_what_takes_nothing() -> None:
    engine = Engine.alone()
    texts = ["", "a", "b", "ab", "ba"]
    pieces = ["".join(each) for length in (1, 2) for each in product(PIECES, repeat=length)]
    for piece in pieces:
        for pattern in (piece, f"({piece})|[]", f"{piece}$"):
            regex = es5_regex(pattern)
            rows = engine.rows(
                "SELECT regexp_matches(s, $pattern) FROM (SELECT unnest($texts) AS s, "
                "unnest(range(len($texts))) AS i) ORDER BY i",
                {"pattern": regex.re2, "texts": texts},
            )
            assert [found for (found,) in rows] == [regex.matches(text) for text in texts], pattern
