"""Random ECMAScript patterns, and texts that they may match."""

from random import Random

TEXTS = [
    "", "a", "b", "ab", "aab", "abc", "L6", "L6_Y", "XL6", "SP_PC", "a1b", "foo bar", "R1-R6",
    "a{2}", "(x)", "abab", "aa", "A.B", "x^y", "a$", "[x]", "a|b", "\\", "0", "12", "_", "a_b",
    " ", "\t", "KCa'b'-m", "MBON01(y5b'2a)_R", "-", "]", "}", "a]b", "aaaa", "abaab", "abcabc",
]  # fmt: skip

_ESCAPES = [
    "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\.", "\\-", "\\/", "\\_", "\\t", "\\(", "\\{",
    "\\x4c", "\\u0061", "\\n", "\\\\", "\\$", "\\^",
]  # fmt: skip
_MEMBERS = [
    "a", "b", "0-9", "a-z", "A-Z", "_", "\\d", "\\w", "\\s", "\\-", "\\]", ".", "$", "(", "|",
    "\\b", "L-M", "\\x41-\\x5a", "{",
]  # fmt: skip
_QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "{0}", "{1}"]


class Patterns:
    """Makes patterns.

    Args:
        random: Where chance comes from.
        looks: Whether patterns may look ahead and refer back.
    """

    def __init__(self, random: Random, *, looks: bool = False) -> None:
        self.random, self.looks = random, looks
        self.groups = 0

    def pattern(self) -> str:
        self.groups = 0
        return self.disjunction(2)

    def broken(self) -> str:
        """A pattern with a character put in, or in the place of another."""
        text = self.pattern()
        at = self.random.randrange(len(text) + 1)
        return text[:at] + self.random.choice("()[]{}*+?|^$\\a1") + text[at + self.chance(0.5) :]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def disjunction(self, depth: int) -> str:
        return "|".join(self.alternative(depth) for _ in range(self.random.choice([1, 1, 1, 2, 3])))

    def alternative(self, depth: int) -> str:
        least = 0 if self.chance(0.1) else 1
        return "".join(self.term(depth) for _ in range(self.random.randrange(least, 4)))

    def term(self, depth: int) -> str:
        if self.chance(0.07):
            return self.random.choice(["^", "$", "\\b", "\\B"])
        if self.looks and depth and self.chance(0.06):
            return f"{self.random.choice(['(?=', '(?!'])}{self.disjunction(depth - 1)})"
        if self.looks and self.groups and self.chance(0.2):
            # No digit may follow.
            return f"(?:\\{self.random.randint(1, self.groups)})"
        return self.atom(depth) + self.quantifier()

    def quantifier(self) -> str:
        if self.chance(0.6):
            return ""
        return self.random.choice(_QUANTIFIERS) + self.random.choice(["", "", "?"])

    def atom(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.45:
            return self.random.choice("aabb01L6_ -,:<=!@#%&~'\"/]}")
        if kind < 0.5:
            return "."
        if kind < 0.6:
            return self.random.choice(_ESCAPES)
        if kind < 0.75:
            return self.character_class()
        if kind < 0.97 and depth:
            if self.chance(0.3):
                return f"(?:{self.disjunction(depth - 1)})"
            inner = self.disjunction(depth - 1)
            self.groups += 1
            return f"({inner})"
        return self.random.choice(["a", "b", "[[:alpha:]]", "[^[:digit:]_]"])

    def character_class(self) -> str:
        members = "".join(self.random.choice(_MEMBERS) for _ in range(self.random.randrange(0, 4)))
        return f"[{self.random.choice(['', '^'])}{members}{self.random.choice(['', '', '-'])}]"
