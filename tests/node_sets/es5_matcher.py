"""ECMAScript 5 regular expressions, matched as ECMA-262 5.1 section 15.10.2 words it.

Slow and small: closures with continuations over (end index, captures). It reads the dialect of the
random patterns in ``random_patterns``; nothing is shared with connstore.
"""

import sys
from collections.abc import Callable
from typing import Any

State = tuple[int, tuple[str | None, ...]]
Continuation = Callable[[State], bool]
Matcher = Callable[[State, Continuation], bool]

WORD = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
DIGITS = set("0123456789")
SPACES = set(" \t\n\v\f\r\u00a0\ufeff\u2028\u2029")
POSIX = {"alpha": {c for c in WORD if c.isalpha()}, "digit": DIGITS}
CONTROLS = {"t": "\t", "n": "\n", "0": "\0", "b": "\b"}


def search(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text."""
    matcher, groups = Reader(pattern).whole()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return any(
            matcher(text)((start, (None,) * (groups + 1)), lambda _: True)
            for start in range(len(text) + 1)
        )
    finally:
        sys.setrecursionlimit(limit)


class Reader:
    """Reads a valid pattern into functions: text -> matcher."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.groups = pattern, 0, 0

    def whole(self) -> tuple[Callable[[str], Matcher], int]:
        found = self.disjunction()
        assert self.at == len(self.pattern)
        return found, self.groups

    def next(self, count: int = 1) -> str:
        return self.pattern[self.at : self.at + count]

    def disjunction(self) -> Any:
        options = [self.alternative()]
        while self.next() == "|":
            self.at += 1
            options.append(self.alternative())
        return lambda text: lambda x, c: any(option(text)(x, c) for option in options)

    def alternative(self) -> Any:
        terms = []
        while self.next() not in ("", "|", ")"):
            terms.append(self.term())

        def build(text: str) -> Matcher:
            matchers = [term(text) for term in terms]

            def run(at: int, x: State, c: Continuation) -> bool:
                if at == len(matchers):
                    return c(x)
                return matchers[at](x, lambda y: run(at + 1, y, c))

            return lambda x, c: run(0, x, c)

        return build

    def term(self) -> Any:
        two, three = self.next(2), self.next(3)
        if two[0] == "^":
            self.at += 1
            return lambda text: lambda x, c: x[0] == 0 and c(x)
        if two[0] == "$":
            self.at += 1
            return lambda text: lambda x, c: x[0] == len(text) and c(x)
        if two in ("\\b", "\\B"):
            self.at += 2
            wanted = two == "\\b"
            return lambda text: lambda x, c: at_word_end(text, x[0]) == wanted and c(x)
        if three in ("(?=", "(?!"):
            self.at += 3
            inner = self.disjunction()
            self.at += 1
            return look(inner, negated=three == "(?!")
        first = self.groups
        return self.quantified(self.atom(), first)

    def quantified(self, atom: Any, first: int) -> Any:
        sign = self.next()
        if sign not in ("*", "+", "?", "{"):
            return atom
        bounds: tuple[int, float]
        if sign == "{":
            end = self.pattern.index("}", self.at)
            low, comma, high = self.pattern[self.at + 1 : end].partition(",")
            most = (float(high) if high else float("inf")) if comma else float(low)
            bounds, self.at = (int(low), most), end + 1
        else:
            bounds = {"*": (0, float("inf")), "+": (1, float("inf")), "?": (0, 1)}[sign]
            self.at += 1
        lazy = self.next() == "?"
        self.at += lazy
        inside = range(first + 1, self.groups + 1)

        def build(text: str) -> Matcher:
            matcher = atom(text)

            def repeat(low: int, high: float, x: State, c: Continuation) -> bool:
                if high == 0:
                    return c(x)

                def again(y: State) -> bool:
                    if low == 0 and y[0] == x[0]:
                        return False
                    return repeat(max(low - 1, 0), high - 1, y, c)

                unset = tuple(None if n in inside else text for n, text in enumerate(x[1]))
                if low:
                    return matcher((x[0], unset), again)
                if lazy:
                    return c(x) or matcher((x[0], unset), again)
                return matcher((x[0], unset), again) or c(x)

            return lambda x, c: repeat(*bounds, x, c)

        return build

    def atom(self) -> Any:
        character = self.next()
        self.at += 1
        if character == "(":
            if self.next(2) == "?:":
                self.at += 2
                inner = self.disjunction()
                self.at += 1
                return inner
            self.groups += 1
            index = self.groups
            inner = self.disjunction()
            self.at += 1
            return capture(inner, index)
        if character == ".":
            return one_of(lambda c: c not in "\n\r\u2028\u2029")
        if character == "[":
            return one_of(self.character_class())
        if character != "\\":
            return one_of(lambda c: c == character)
        letter = self.next()
        if letter in "123456789":
            self.at += 1
            return back_reference(int(letter))
        return one_of(self.escape())

    def escape(self) -> Callable[[str], bool]:
        letter = self.next()
        self.at += 1
        if letter in "dDwWsS":
            members = {"d": DIGITS, "w": WORD, "s": SPACES}[letter.lower()]
            return lambda c: (c in members) == letter.islower()
        if letter in "xu":
            size = 2 if letter == "x" else 4
            value = chr(int(self.next(size), 16))
            self.at += size
        else:
            value = CONTROLS.get(letter, letter)
        return lambda c: c == value

    def character_class(self) -> Callable[[str], bool]:
        negated = self.next() == "^"
        self.at += negated
        tests: list[Callable[[str], bool]] = []
        while self.next() != "]":
            if self.next(2) == "[:":
                end = self.pattern.index(":]", self.at)
                members = POSIX[self.pattern[self.at + 2 : end]]
                tests.append(members.__contains__)
                self.at = end + 2
                continue
            tests.append(self.class_atom())
        self.at += 1
        return lambda c: any(test(c) for test in tests) != negated

    def class_atom(self) -> Callable[[str], bool]:
        start = self.at
        test = self.single()
        if self.next() != "-" or self.next(2) == "-]":
            return test
        low = self.literal(start)
        self.at += 1
        start = self.at
        self.single()
        high = self.literal(start)
        return lambda c: low <= c <= high

    def single(self) -> Callable[[str], bool]:
        character = self.next()
        self.at += 1
        return self.escape() if character == "\\" else lambda c: c == character

    def literal(self, start: int) -> str:
        text = self.pattern[start : self.at]
        if text.startswith("\\x"):
            return chr(int(text[2:], 16))
        return CONTROLS.get(text[1:], text[1:]) if text[0] == "\\" else text


def at_word_end(text: str, at: int) -> bool:
    before = at > 0 and text[at - 1] in WORD
    after = at < len(text) and text[at] in WORD
    return before != after


def one_of(test: Callable[[str], bool]) -> Any:
    return lambda text: lambda x, c: x[0] < len(text) and test(text[x[0]]) and c((x[0] + 1, x[1]))


def look(inner: Any, *, negated: bool) -> Any:
    def build(text: str) -> Matcher:
        matcher = inner(text)

        def run(x: State, c: Continuation) -> bool:
            found: list[State] = []
            matched = matcher(x, lambda y: not found.append(y))  # type: ignore[func-returns-value]
            if negated:
                return not matched and c(x)
            return matched and c((x[0], found[0][1]))

        return run

    return build


def capture(inner: Any, index: int) -> Any:
    def build(text: str) -> Matcher:
        matcher = inner(text)

        def run(x: State, c: Continuation) -> bool:
            def close(y: State) -> bool:
                groups = (*y[1][:index], text[x[0] : y[0]], *y[1][index + 1 :])
                return c((y[0], groups))

            return matcher(x, close)

        return run

    return build


def back_reference(index: int) -> Any:
    def build(text: str) -> Matcher:
        def run(x: State, c: Continuation) -> bool:
            wanted = x[1][index] or ""
            if not text.startswith(wanted, x[0]):
                return False
            return c((x[0] + len(wanted), x[1]))

        return run

    return build
