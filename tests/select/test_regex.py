"""Java's regular expressions: the documentation's cases, both engines, real Java."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connstore.errors import ConnstoreError
from connstore.select.regex import MAX_LENGTH, Regex, RegexError, java_regex

EMOJI, BETA, KELVIN, ACUTE = "\U0001f600", "\u03b2", "\u212a", "\u0301"


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


def by_re2(engine, regex: Regex, texts: list[str]) -> list[bool]:
    rows = engine.execute(
        "SELECT regexp_full_match(value, $1) FROM unnest($2::VARCHAR[]) t(value)",
        [regex.re2, texts],
    )
    return [matched for (matched,) in rows.fetchall()]


# What a pattern matches and what it does not; the engine is RE2 unless said otherwise.
RE2_CASES = [
    # a match is of the whole value
    ("a|ab", ["a", "ab"], ["abc", "xa", "a\n"]),
    ("", [""], ["a", "\n"]),
    ("MBON0[1-5].*", ["MBON01", "MBON05(y1)"], ["MBON06", "xMBON01"]),
    # dot and line terminators
    (".", ["a", "\v", "\f", EMOJI], ["", "\n", "\r", "\x85", "\u2028", "\u2029", "\r\n"]),
    ("(?s).", ["a", "\n", "\u2028"], ["\r\n"]),
    ("(?d).", ["\r", "\x85", "\u2028"], ["\n"]),
    ("a$", ["a"], ["a\n"]),
    ("^a$|^b\\Z", ["a", "b"], ["a\n", "ab"]),
    ("\\Aa\\z", ["a"], ["a\n"]),
    ("(?m)a$", ["a"], ["a\n"]),
    ("\\Ga", ["a"], ["aa"]),
    ("a\\R", ["a\n", "a\r\n", "a\r", "a\v", "a\x85", "a\u2029"], ["a", "a\n\n"]),
    # classes
    ("\\d\\D", ["1a", "2\u0663"], ["\u06631"]),
    ("\\w\\W", ["_-", "a\u00e9"], ["\u00e9-"]),
    ("\\s", [" ", "\t", "\n", "\v", "\f", "\r"], ["\x1c", "\x85", "\u00a0"]),
    ("\\h\\H", ["\u00a0x", "\u3000\n"], ["\nx"]),
    ("\\v\\V", ["\u2028x", "\v "], [" x"]),
    ("[a-z&&[^bc]]", ["a", "d"], ["b", "c", "A"]),
    ("[a-d[m-p]]", ["a", "p"], ["e", "q"]),
    ("[ab&&bc]", ["b"], ["a", "c", "&"]),
    ("[a-z&&b-y&&[^m]]", ["b", "y"], ["a", "m"]),
    ("[]a]", ["]", "a"], ["["]),
    ("[^]a]", ["b", "^"], ["]", "a"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[-a]", ["a", "-"], ["b"]),
    ("[\\w-]", ["a", "-"], ["+"]),
    ("[a&b]", ["a", "&", "b"], ["c"]),
    ("[a^]", ["a", "^"], ["b"]),
    ("[^a]", ["b", "\n", EMOJI], ["a", "bb"]),
    ("[\\v-\\x0d]", ["\v", "\r"], ["\n"]),
    (f"[a-{EMOJI}]", ["a", BETA, EMOJI], ["A"]),
    # properties
    ("\\p{Lower}\\p{Upper}", ["aB"], ["Ab", "\u00e9B"]),
    ("\\p{L}\\PL", [BETA + "1", "a-"], ["1a"]),
    ("\\p{Lu}\\p{gc=Nd}", ["A1", "\u00c91"], ["a1"]),
    ("\\p{IsAlphabetic}", ["a", "\u2160", "\u05b0"], ["1"]),
    ("\\p{IsLatin}\\p{IsGreek}", ["a" + BETA, KELVIN + "\u03a9"], ["aa"]),
    ("\\p{InGreek}\\p{sc=Cyrl}", [BETA + "\u0436"], ["a\u0436"]),
    ("\\p{javaLowerCase}\\p{Punct}", ["\u00aa!"], ["A!"]),
    ("(?i)\\p{Lower}\\p{Lu}", ["Aa"], ["1a"]),
    ("(?U)\\w\\d\\p{Lower}", ["\u00e9\u0663" + BETA], ["-1a"]),
    # escapes and quotes
    ("\\t\\n\\r\\f\\a\\e", ["\t\n\r\f\a\x1b"], []),
    ("\\0101\\x42\\x{43}\\u0044", ["ABCD"], []),
    ("\\07\\0777", ["\x07?7"], []),
    ("\\ud83d\\ude00", [EMOJI], ["\ufffd"]),
    ("\\cA\\c@", ["\x01\x00"], []),
    ("\\N{GREEK SMALL LETTER BETA}", [BETA], ["b"]),
    ("\\-\\.\\_\\" + EMOJI, ["-._" + EMOJI], []),
    ("\\Qa.(\\E*", ["a.", "a.(("], ["ab("]),
    ("[\\Q]^\\E]", ["]", "^"], ["Q"]),
    ("a\\Qb", ["ab"], ["a"]),
    ("a]}", ["a]}"], []),
    # flags
    ("(?i)k\u00e9", ["K\u00e9", "k\u00e9"], [KELVIN + "\u00e9", "k\u00c9"]),
    ("(?iu)k\u00e9", ["K\u00c9", KELVIN + "\u00e9"], ["j\u00e9"]),
    ("(?iu)\u00df", ["\u00df"], ["\u1e9e"]),
    ("(?iu)a\u00df", ["A\u1e9e"], ["ass"]),
    ("(?i)[a-c]", ["B"], ["D"]),
    ("(?i)[^a]", ["b"], ["A", "a"]),
    ("a(?i)b|c", ["aB", "C"], ["AB"]),
    ("(a(?i)b)c", ["aBc"], ["aBC"]),
    ("(?i:a)b(?-i)c", ["Abc"], ["AB"]),
    ("(?x) a b # c", ["ab"], ["a b"]),
    ("(?x)[ a b ]\\ ", ["a ", "b "], ["  "]),
    # quantifiers
    ("a{2}b{1,2}c{2,}", ["aabcc", "aabbccc"], ["abcc", "aabc"]),
    ("a{2}{3}", ["aa"], ["aaaaaa"]),
    ("^*a", ["a"], ["^a"]),
    ("a*?b+?c??", ["b", "aabbc"], ["a"]),
    ("[^,]*+,.*+", [",", "a,b"], ["a"]),
    ("a++b", ["ab", "aab"], ["b"]),
    ("(?>ab)c", ["abc"], ["ac"]),
    ("(?<lobe>a)(b)", ["ab"], ["a"]),
]
PYTHON_CASES = [
    ("a$\\n", ["a\n"], ["a", "a\r\n"]),
    ("a$\\r\\n", ["a\r\n"], ["a\n"]),
    ("a\\r$\\n", [], ["a\r\n"]),
    ("a\\Z\\u2028", ["a\u2028"], ["a"]),
    ("(?d)a$\\r", [], ["a\r"]),
    ("(?m)a$\\n^b", ["a\nb"], ["ab", "a\n"]),
    ("(?m)^", [], ["", "a"]),
    ("a\\b.*", ["a", "a b", "a-"], ["ab", "a\u00e9", "a1", "a_"]),
    (f"\\w{ACUTE}\\b.", [f"e{ACUTE}-"], [f"e{ACUTE}a"]),
    ("\\B.\\B", ["-"], ["a"]),
    ("(?U)\\b.", ["\u00e9"], ["-"]),
    ("a++a", [], ["a", "aa"]),
    ("(?:a|ab)++c", ["ac", "aac"], ["abc"]),
    ("(?:a|ab){2}+", ["aa"], ["aba"]),
    ("(?>a|ab)c", ["ac"], ["abc"]),
    ("a{1001}", ["a" * 1001], ["a" * 1000]),
    ("(a{30}){40}", ["a" * 1200], ["a" * 1199]),
    ("(?=a)\\w+(?!b)", ["ac"], ["b"]),
    ("(?!.*Glom).*", ["PN"], ["PN Glom"]),
    (".*(?<=ab|c)", ["xab", "c"], ["b"]),
    (".*(?<!a{1,2})b", ["b", "cb"], ["ab"]),
    ("(a|b)\\1", ["aa", "bb"], ["ab"]),
    ("(?<x>a+)-\\k<x>", ["aa-aa"], ["aa-a"]),
    ("(?i)(a)\\1", ["aA"], ["ab"]),
    ("(a)?\\1b", ["aab"], ["b"]),
    ("(a)\\11", ["aa1"], ["a"]),
    ("\\1|a", ["a"], [""]),
    ("(?=(a+))\\1b", ["aab"], ["ab b"]),
    ("\\R{2}", ["\n\n", "\r\n\n"], ["\r\n"]),
]


@pytest.mark.parametrize(("pattern", "matching", "others"), RE2_CASES)
def test_re2_matches_as_java_documents(engine, pattern, matching, others):
    regex = java_regex(pattern)
    expected = [True] * len(matching) + [False] * len(others)
    assert by_re2(engine, regex, matching + others) == expected
    assert [regex.matches(text) for text in matching + others] == expected


@pytest.mark.parametrize(("pattern", "matching", "others"), PYTHON_CASES)
def test_python_matches_what_re2_cannot(pattern, matching, others):
    regex = java_regex(pattern)
    assert regex.re2 is None
    assert [t for t in matching + others if regex.matches(t)] == matching


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("a**", 2),
        ("a+++", 3),
        ("*a", 0),
        ("a{", 1),
        ("a{,2}", 1),
        ("a{2", 1),
        ("a{2,1}", 1),
        ("a{99999999999}", 1),
        ("(a", 0),
        ("a)", 1),
        ("x[a", 1),
        ("[b-a]", 1),
        ("[a-\\d]", 1),
        ("\\y", 0),
        ("\\Qa\\E\\E", 5),
        ("[\\b]", 1),
        ("\\xg0", 0),
        ("\\x{110000}", 0),
        ("\\u12", 0),
        ("\\08\\0", 0),
        ("a\\", 1),
        ("\\p{Foo}", 0),
        ("\\p{L", 0),
        ("(?P<a>b)", 2),
        ("(?<1>b)", 3),
        ("(?<a>b)(?<a>c)", 7),
        ("\\k<a>", 0),
        ("(?#a)", 2),
        ("(?c)a", 2),
        ("(?<=(a|b){2})", 0),
        ("(?<=\\1)(a)", 0),
        # valid in Java, but no engine here matches the same
        ("a\\X", 1),
        ("\\b{g}", 0),
        ("(^|a){2}", 5),
        ("(?<=a+)b", 0),
        ("\\1(a)", 0),
        ("(a\\1)", 2),
        ("(?iu)(a)\\1", 8),
        ("(?!(a))\\1", 7),
        ("(?:(?=(a))b|c)\\1", 14),
        ("(?:(a)b)*\\1", 9),
        ("[a&&]", 4),
        ("(" * 101 + ")" * 101, 100),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH),
    ],
)
def test_refusals_say_where(pattern, offset):
    with pytest.raises(RegexError) as caught:
        java_regex(pattern)
    error = caught.value
    assert (error.pattern, error.offset) == (pattern, offset)
    assert isinstance(error, ConnstoreError) and isinstance(error, ValueError)
    assert error.reason in str(error)


def test_the_caret_points_at_the_place():
    with pytest.raises(RegexError) as caught:
        java_regex("PEN_[a")
    assert str(caught.value).splitlines()[1:3] == ["  PEN_[a", "      ^"]


def test_large_classes_and_counts_stay_within_re2(engine):
    for pattern in (".{1000}", "\\p{L}{10}", "[^a]{999}", "(?:[a-c]{30}){33}"):
        regex = java_regex(pattern)
        assert regex.re2 is not None
        by_re2(engine, regex, ["a"])
    assert java_regex("\\p{L}{100}").re2 is None


LITERALS = [
    *"aabbcAB1_ -k",
    "\\.",
    "\u00e9",
    "\u00df",
    BETA,
    EMOJI,
    "\n",
    "\r",
    "\u2028",
    "\\Q.\\E",
]
CLASSES = [
    *(".", "\\d", "\\w", "\\W", "\\s", "\\S", "\\h", "\\v", "\\R", "\\p{Lu}", "\\P{Ll}", "\\p{L}"),
    *("\\p{IsGreek}", "[a-c]", "[^ab]", "[a-z&&[^bc]]", "[ab&&bc]", "[^a-b&&\\w]", "[\\w-]"),
    *("[]a]", "[a[b-c]]", "[^\\n]", "[\\p{L}&&[^a]]", "[ab&&[^a]&&b-c]"),
]
# Few word boundaries: Python takes a tenth of a second to compile one.
ANCHORS = [*["^", "$", "\\A", "\\z", "\\Z", "\\G"] * 3, "\\b", "\\B"]
FLAGS = ["(?i:", "(?s:", "(?m:", "(?d:", "(?-i:", "(?iu:", "(?U:", "(?x:", "(?dm:"]
QUANTIFIERS = ["?", "*", "+", "{2}", "{1,2}", "{0}", "{2,}", "{0,1}", "{1,3}"]
TEXTS = [*"aaabbbcAB1_ -k.", "\n", "\r", "\r\n", "\u00e9", "\u00df", "\u1e9e", BETA, EMOJI]
TEXTS += [KELVIN, "\u2028", "\x85", ACUTE, "e" + ACUTE]


class Grammar:
    """Random patterns; only a wide one has what RE2 lacks."""

    def __init__(self, random: Random, *, wide: bool) -> None:
        self.random, self.wide = random, wide
        self.groups, self.closed = 0, []

    def pattern(self, depth: int = 3) -> str:
        pattern = "".join(self.item(depth) for _ in range(self.random.choice([1, 1, 2, 2, 3])))
        return f"{pattern}|{self.pattern(depth - 1)}" if self.chance(depth, 0.1) else pattern

    def chance(self, depth: int, share: float) -> bool:
        return depth > 0 and self.random.random() < share

    def item(self, depth: int) -> str:
        pick = self.random.choice
        if not self.chance(depth, 0.4):
            item = pick(pick([LITERALS, LITERALS, LITERALS, CLASSES, CLASSES, ANCHORS]))
        elif self.wide and self.closed and self.chance(depth, 0.3):
            item = f"\\{pick(self.closed)}"
        else:
            item = self.group(depth)
        if self.random.random() < 0.3:
            item += pick(QUANTIFIERS) + pick(["", "", "?", "+" if self.wide else ""])
        return item

    def group(self, depth: int) -> str:
        kinds = ["(", "(?:", "|", self.random.choice(FLAGS)]
        wide = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?>|"] if self.wide else []
        kind = self.random.choice(kinds * 2 + wide)
        if kind == "(":
            self.groups += 1
            index, body = self.groups, self.pattern(depth - 1)
            self.closed.append(index)
            return f"({body})"
        body = self.pattern(depth - 1)
        if kind.endswith("|"):
            return f"{kind[:-1] or '(?:'}{body}|{self.pattern(depth - 1)})"
        return f"{kind}{body})"

    def text(self, pattern: str) -> str:
        """A short text, mostly out of the characters of the pattern."""
        own = [c for c in pattern if c.isalnum() or c in "\n\r _-"]
        source = own if own and self.random.random() < 0.6 else TEXTS
        return "".join(self.random.choice(source) for _ in range(self.random.randint(0, 4)))


@settings(max_examples=2000, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_re2_and_python_agree(engine, seed):
    grammar = Grammar(Random(seed), wide=False)
    pattern = grammar.pattern()
    try:
        regex = java_regex(pattern)
    except RegexError:
        return
    if regex.re2 is not None:
        texts = [grammar.text(pattern) for _ in range(8)]
        assert by_re2(engine, regex, texts) == [regex.matches(text) for text in texts]


JAVA = """
import java.io.*;
import java.util.Base64;
import java.util.regex.*;

public class Oracle {
    static String read(String field) throws Exception {
        return new String(Base64.getDecoder().decode(field), "UTF-8");
    }
    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; out.append('\\n')) {
            String[] fields = line.split(" ", -1);
            try {
                Pattern pattern = Pattern.compile(read(fields[0]));
                for (int i = 1; i < fields.length; i++)
                    out.append(pattern.matcher(read(fields[i])).matches() ? '1' : '0');
            } catch (PatternSyntaxException e) {
                out.append('E');
            }
        }
        System.out.print(out);
    }
}
"""


def by_java(folder: Path, questions: list[tuple[str, list[str]]]) -> list[str]:
    """One line a pattern: a 1 or 0 for each text, or E when Java refuses the pattern."""
    source = folder / "Oracle.java"
    source.write_text(JAVA)
    lines = (
        " ".join(base64.b64encode(item.encode()).decode() for item in (pattern, *texts))
        for pattern, texts in questions
    )
    ran = subprocess.run(
        ["java", "-Xss64m", str(source)],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return ran.stdout.splitlines()


def java_17() -> bool:
    """Whether the Java here has the dialect of Java 17; from 19 on, ``\\b`` is another."""
    if shutil.which("java") is None:
        return False
    ran = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    return 'version "17.' in ran.stderr


@pytest.mark.skipif(not java_17(), reason="compares with java 17, which is not installed")
def test_nothing_differs_from_java(engine, tmp_path):
    questions = [(p, matching + others) for p, matching, others in RE2_CASES + PYTHON_CASES]
    for seed in range(2500):
        grammar = Grammar(Random(seed), wide=seed % 2 == 1)
        pattern = grammar.pattern()
        questions.append((pattern, [grammar.text(pattern) for _ in range(10)]))
    answers = by_java(tmp_path, questions)
    assert len(answers) == len(questions)

    differing, seen = [], Counter()
    for (pattern, texts), answer in zip(questions, answers, strict=True):
        try:
            regex = java_regex(pattern)
        except RegexError:
            seen["refused, valid in Java" if answer != "E" else "refused by both"] += 1
            continue
        expected = [letter == "1" for letter in answer]
        found = {"python": [regex.matches(text) for text in texts]}
        if regex.re2 is not None:
            found["re2"] = by_re2(engine, regex, texts)
        for name, values in found.items():
            seen[f"{name} pairs"] += len(values)
            if values != expected:
                differing.append((pattern, texts, answer, name, values))
        seen["matching pairs"] += sum(expected)
    assert differing == []
    assert seen["re2 pairs"] > 10_000 and seen["python pairs"] > 20_000
    assert seen["matching pairs"] > 1_500
    assert seen["refused, valid in Java"] < 400
