"""The syntax of ``java.util.regex.Pattern`` in Java 17, read into a tree."""

from __future__ import annotations

from connstore.select.regex.boundaries import LINE_BREAK, line_end, line_start, word_boundary
from connstore.select.regex.brackets import bracketed, literal
from connstore.select.regex.codepoints import ANYTHING, only
from connstore.select.regex.escapes import escaped_char, escaped_class
from connstore.select.regex.prefixes import group_name, only_flags
from connstore.select.regex.quantifiers import at_quantifier, quantified
from connstore.select.regex.references import refused_reference
from connstore.select.regex.repeats import behind_refusal, fixed_widths
from connstore.select.regex.scanner import DIGITS, Scanner
from connstore.select.regex.tree import (
    EMPTY,
    Alternation,
    Atomic,
    BackReference,
    Chars,
    End,
    Group,
    Look,
    Node,
    RegexError,
    Start,
    sequence,
)


def parse_java(pattern: str) -> Node:
    """Read a Java pattern.

    Raises:
        RegexError: Java would refuse it, or nothing here can match as it does.

    Example:
        >>> parse_java("(a)").index
        1
        >>> parse_java("a**")
        Traceback (most recent call last):
        connstore.select.regex.tree.RegexError: regular expression, at offset 2: ...
    """
    return _Parser(pattern).whole()


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
        match character:
            case "[":
                return Chars(bracketed(self))
            case "\\":
                return self.escape()
            case "{":
                return EMPTY  # a quantifier of nothing, which Java takes: a{2}{3}
        self.pos += 1
        match character:
            case "^":
                return line_start(self.flags)
            case "$":
                return line_end(self.flags, multiline="m" in self.flags)
            case "." if "s" in self.flags:
                return Chars(ANYTHING)
            case ".":
                return Chars(~only("\n" if "d" in self.flags else "\n\r\x85\u2028\u2029"))
            case _:
                return ord(character)

    def escape(self) -> Node | int:
        if (chars := escaped_class(self)) is not None:
            return Chars(chars)
        start, letter = self.pos, self.raw(1)
        if not letter or letter not in "123456789ABGRXZbkz":
            return escaped_char(self)
        self.pos += 2
        match letter:
            case "A" | "G":  # the last match ended nowhere yet, so \G is the start
                return Start()
            case "z":
                return End()
            case "Z":
                return line_end(self.flags, multiline=False)
            case "R":
                return LINE_BREAK
            case "b" | "B" if letter == "B" or self.raw() + self.raw(1) != "{g":
                return word_boundary(self.flags, negated=letter == "B")
            case "b" | "X":
                raise self.error("no engine here knows grapheme clusters", at=start)
            case "k":
                return self.reference(self.named_group(start), start)
        index = int(letter)
        # A further digit counts only if there are as many groups so far.
        while (digit := self.peek()) and digit in DIGITS:
            if index * 10 + int(digit) > self.groups:
                break
            index = index * 10 + int(self.take())
        return self.reference(index, start)

    def named_group(self, start: int) -> int:
        if self.take() != "<":
            raise self.error("\\k needs the name of a group: \\k<name>", at=start)
        name = group_name(self)
        if name not in self.names:
            raise self.error(f"no group before this one is named {name}", at=start)
        return self.names[name]

    def reference(self, index: int, start: int) -> BackReference:
        if {"i", "u"} <= self.flags:
            raise self.error("no engine here folds Unicode case in a back-reference", at=start)
        return BackReference(index, "i" in self.flags, self.offset(start))

    def group(self) -> Node | None:
        """A group, up to its closing parenthesis; None for flags such as ``(?i)``."""
        opened, outer = self.pos, self.flags
        self.enter()
        self.pos += 1
        if self.accept("?"):
            kind = self.raw()
            if kind in ("", "<", ":", "=", "!", ">"):
                self.pos += 1
            elif only_flags(self):
                self.depth -= 1
                return None
            else:
                kind = ":"
        else:
            kind = "("
        if kind == "<" and (kind := "<" + self.peek()) in ("<=", "<!"):
            self.pos += 1
        node = self.group_body(kind, opened)
        self.depth -= 1
        self.flags = outer
        return node

    def group_body(self, kind: str, opened: int) -> Node:
        index = 0
        if kind == "(" or (kind[:1] == "<" and kind not in ("<=", "<!")):
            self.groups += 1
            index = self.groups
            if kind != "(":
                self.define_name(index, opened)
        body = self.alternation()
        if self.take() != ")":
            raise self.error("( without its )", "Write \\( for a parenthesis.", opened)
        match kind:
            case ":":
                return body
            case ">":
                return Atomic(body)
            case "=" | "!":
                return Look(body, negated=kind == "!")
            case "<=" | "<!":
                return self.look_behind(body, opened, negated=kind == "<!")
            case _:
                return Group(body, index)

    def look_behind(self, body: Node, opened: int, *, negated: bool) -> Node:
        if reason := behind_refusal(body):
            raise self.error(reason, at=opened)
        options = fixed_widths(body)
        if options is None:
            raise self.error("Python cannot look behind for so many widths", at=opened)
        return Look(options, ahead=False, negated=negated)

    def define_name(self, index: int, opened: int) -> None:
        name = group_name(self)
        if name in self.names:
            raise self.error(f"two groups are named {name}", at=opened)
        self.names[name] = index
