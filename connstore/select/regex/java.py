"""The syntax of ``java.util.regex.Pattern`` in Java 17, read into a tree."""

from __future__ import annotations

from connstore.select.regex.boundaries import POSITIONS, SIGNS
from connstore.select.regex.brackets import bracketed, literal
from connstore.select.regex.escapes import escaped_char, escaped_class
from connstore.select.regex.lookbehind import look_behind
from connstore.select.regex.prefixes import group_kind, group_name
from connstore.select.regex.quantifiers import at_quantifier, quantified
from connstore.select.regex.references import refused_reference
from connstore.select.regex.scanner import DIGITS, Scanner
from connstore.select.regex.tree import (
    EMPTY,
    Alternation,
    Atomic,
    BackReference,
    Chars,
    Group,
    Look,
    Node,
    RegexError,
    sequence,
)


def parse_java(pattern: str) -> Node:
    """Read a Java pattern.

    Raises:
        RegexError: Java would refuse it, or nothing here can match as it does.

    Example:
        >>> parse_java("(a)").index
        1
        >>> parse_java("a**")  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        RegexError: regular expression, at offset 2
    """
    return _Parser(pattern).whole()


def group_names(pattern: str) -> dict[str, int]:
    """The numbers of the named groups of a Java pattern.

    Raises:
        RegexError: As :func:`parse_java` raises.

    Example:
        >>> group_names("(a)(?<side>[LR])")
        {'side': 2}
    """
    parser = _Parser(pattern)
    parser.whole()
    return parser.names


class _Parser(Scanner):
    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.groups = 0
        self.names: dict[str, int] = {}

    def whole(self) -> Node:
        root = self.alternation()
        if self.peek():
            raise self.error(") without its (", "Write \\) for a parenthesis.")
        if refused := refused_reference(root):
            reference, reason = refused
            raise RegexError(self.pattern, reference.offset, reason)
        return root

    def alternation(self) -> Node:
        options = [self.sequence()]
        while self.accept("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        run: list[int] = []  # literal characters that no quantifier follows

        def end_run() -> None:
            items.extend(Chars(literal(n, self.flags, alone=len(run) == 1)) for n in run)
            run.clear()

        while (character := self.peek()) and character not in "|)":
            if character in "?*+":
                raise self.error(f"{character} has nothing to repeat", f"Write \\{character}.")
            if character == "(":
                end_run()
                if (group := self.group()) is not None:
                    items.append(quantified(self, group, grouped=True))
                continue
            atom = self.atom()
            if isinstance(atom, int) and not at_quantifier(self):
                run.append(atom)
                continue
            end_run()
            node = Chars(literal(atom, self.flags)) if isinstance(atom, int) else atom
            items.append(quantified(self, node))
        end_run()
        return sequence(*items)

    def atom(self) -> Node | int:
        """A literal character as a number, anything else as a node."""
        character = self.peek()
        if character == "[":
            return Chars(bracketed(self))
        if character == "\\":
            return self.escape()
        if character == "{":
            return EMPTY  # a quantifier of nothing, which Java takes: a{2}{3}
        self.pos += 1
        return SIGNS[character](self.flags) if character in SIGNS else ord(character)

    def escape(self) -> Node | int:
        if (chars := escaped_class(self)) is not None:
            return Chars(chars)
        start, letter = self.pos, self.raw(1)
        if letter == "X" or self.text.startswith("\\b{g", start):
            raise self.error("no engine here knows grapheme clusters")
        if letter in POSITIONS:
            self.pos += 2
            return POSITIONS[letter](self.flags)
        if letter == "k" or (letter in DIGITS and letter > "0"):
            self.pos += 2
            index = self.named_group(start) if letter == "k" else self.numbered_group(letter)
            if {"i", "u"} <= self.flags:
                raise self.error("no engine here folds Unicode case in a back-reference", at=start)
            return BackReference(index, "i" in self.flags, self.offset(start))
        return escaped_char(self)

    def named_group(self, start: int) -> int:
        if self.take() != "<":
            raise self.error("\\k needs the name of a group: \\k<name>", at=start)
        name = group_name(self)
        if name not in self.names:
            raise self.error(f"no group before this one is named {name}", at=start)
        return self.names[name]

    def numbered_group(self, digits: str) -> int:
        # A further digit counts only if there are as many groups so far.
        while (digit := self.peek()) and digit in DIGITS and int(digits + digit) <= self.groups:
            digits += self.take()
        return int(digits)

    def group(self) -> Node | None:
        """A group, up to its closing parenthesis; None for flags such as ``(?i)``."""
        opened, outer = self.pos, self.flags
        self.enter()
        kind = group_kind(self)
        if not kind:
            self.depth -= 1
            return None
        index = self.next_group(kind, opened) if kind in ("(", "<") else 0
        body = self.alternation()
        if self.take() != ")":
            raise self.error("( without its )", "Write \\( for a parenthesis.", opened)
        self.depth -= 1
        self.flags = outer
        if index:
            return Group(body, index)
        if kind[0] == "<":
            return look_behind(self, body, opened, negated=kind == "<!")
        return {":": body, ">": Atomic(body)}.get(kind) or Look(body, negated=kind == "!")

    def next_group(self, kind: str, opened: int) -> int:
        self.groups += 1
        if kind == "<":
            name = group_name(self)
            if name in self.names:
                raise self.error(f"two groups are named {name}", at=opened)
            self.names[name] = self.groups
        return self.groups
