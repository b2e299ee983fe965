"""The syntax of ECMAScript 5's regular expressions (ECMA-262 5.1, 15.10), read into a tree."""

from __future__ import annotations

from connstore.select.regex.codepoints import one
from connstore.select.regex.es5_escapes import TERMINATORS, bracketed, escaped_char, escaped_class
from connstore.select.regex.es5_references import refused_reference
from connstore.select.regex.quantifiers import at_quantifier, bounds
from connstore.select.regex.scanner import DIGITS, Cursor
from connstore.select.regex.tree import (
    Alternation,
    BackReference,
    Chars,
    End,
    Group,
    Look,
    Mode,
    Node,
    RegexError,
    Repeat,
    Start,
    WordBoundary,
    sequence,
)

_POSITIONS: dict[str, Node] = {"^": Start(), "$": End()}
_WORD_ENDS: dict[str, Node] = {"b": WordBoundary(), "B": WordBoundary(negated=True)}
#: Stands for a group that is not set wherever the reference is reached.
_NO_GROUP = 0


def parse_es5(pattern: str) -> Node:
    """Read an ECMAScript 5 pattern; its characters are code points.

    Raises:
        RegexError: It is none, or nothing here can match as it does.

    Example:
        >>> parse_es5("(a)").index
        1
        >>> parse_es5("a++")  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        RegexError: regular expression, at offset 2
    """
    return _Parser(pattern).whole()


class _Parser(Cursor):
    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.groups = 0
        #: Groups whose end is still to come.
        self.open: set[int] = set()
        #: Groups that are unset from here on, as they lie in a negated look that ended, or for
        #: now, as they lie in another option.
        self.unset: set[int] = set()
        self.elsewhere: frozenset[int] = frozenset()

    def whole(self) -> Node:
        root = self.alternation()
        if self.peek():
            raise self.error(") without its (", "Write \\) for a parenthesis.")
        if refused := refused_reference(root):
            reference, reason = refused
            raise RegexError(self.pattern, reference.offset, reason)
        return root

    def alternation(self) -> Node:
        before, elsewhere = self.groups, self.elsewhere
        options = [self.sequence()]
        while self.accept("|"):
            self.elsewhere = elsewhere.union(range(before + 1, self.groups + 1))
            options.append(self.sequence())
        self.elsewhere = elsewhere
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while (character := self.peek()) and character not in "|)":
            if at_quantifier(self):
                hint = f"Write \\{character} for the character itself."
                raise self.error(f"{character} has nothing to repeat", hint)
            if (position := self.position()) is not None:
                items.append(position)
                continue
            items.append(self.quantified(self.atom()))
        return sequence(*items)

    def quantified(self, atom: Node) -> Node:
        if not at_quantifier(self):
            return atom
        low, high = bounds(self)
        return Repeat(atom, low, high, Mode.LAZY if self.accept("?") else Mode.GREEDY)

    def position(self) -> Node | None:
        """What tests a position, consumed; or None. It cannot be repeated."""
        two, three = self.text[self.pos : self.pos + 2], self.text[self.pos : self.pos + 3]
        if found := _POSITIONS.get(two[0]):
            self.pos += 1
            return found
        if two[0] == "\\" and (found := _WORD_ENDS.get(two[1:])):
            self.pos += 2
            return found
        if three in ("(?=", "(?!"):
            inside = self.groups
            body, negated = self.parenthesis(3), three == "(?!"
            if negated:
                self.unset.update(range(inside + 1, self.groups + 1))
            return Look(body, negated=negated)
        return None

    def atom(self) -> Node:
        character = self.peek()
        if character == "(":
            return self.group()
        if character == "[":
            return Chars(bracketed(self))
        if character == "\\":
            return self.escape()
        self.pos += 1
        return Chars(~TERMINATORS if character == "." else one(ord(character)))

    def group(self) -> Node:
        if self.raw(1) != "?":
            self.groups += 1
            index = self.groups
            self.open.add(index)
            body = self.parenthesis(1)
            self.open.discard(index)
            return Group(body, index)
        if self.raw(2) != ":":
            hint = (
                "ECMAScript has (?:...), (?=...) and (?!...); no flags, names or look-behind. "
                "For either case of a letter write [Ll]."
            )
            raise self.error(f"(?{self.raw(2)} begins no kind of group", hint)
        return self.parenthesis(3)

    def parenthesis(self, width: int) -> Node:
        """What stands in parentheses, of which the opening one takes so many characters."""
        opened = self.pos
        self.enter()
        self.pos += width
        body = self.alternation()
        if not self.accept(")"):
            raise self.error("( without its )", "Write \\( for a parenthesis.", opened)
        self.depth -= 1
        return body

    def escape(self) -> Node:
        if (chars := escaped_class(self)) is not None:
            return Chars(chars)
        start, digits = self.pos, ""
        if self.raw(1) in tuple(DIGITS[1:]):
            self.pos += 1
            while self.raw() in tuple(DIGITS):
                digits += self.take()
            index = int(digits[:9])
            if index > self.groups or index in self.open:
                # To ECMAScript it would be empty; the std::regex that libsonata uses refuses it.
                raise self.error(f"no group {index} ends before this", at=start)
            if index in self.unset or index in self.elsewhere:
                return BackReference(_NO_GROUP, offset=start, unset_is_empty=True)
            return BackReference(index, offset=start, unset_is_empty=True)
        return Chars(one(escaped_char(self)))
