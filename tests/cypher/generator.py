"""Random queries, written by the productions of a grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from cypher.grammar import (
    AGGREGATES,
    CARRIED,
    COLUMNS,
    EXPRESSIONS,
    HOLE,
    LEAVES,
    LENGTHS,
    VARIABLES,
)
from cypher.graphs import Literal

#: Variable -> kind.
Scope = dict[str, str]


def query(rng: Random, graph: Literal) -> str:
    """A random query that makes sense for a graph."""
    return _Writer(rng, graph).query()


def quoted(text: str) -> str:
    """A text as a literal of Cypher."""
    for raw, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n")):
        text = text.replace(raw, escaped)
    return f"'{text}'"


def name(word: str) -> str:
    """A name, in backticks where it needs them."""
    return word if word.isidentifier() else "`" + word.replace("`", "``") + "`"


class _Writer:
    """Writes one query."""

    def __init__(self, rng: Random, graph: Literal) -> None:
        self.rng = rng
        self.graph = graph
        self.free = rng.sample(VARIABLES, len(VARIABLES))
        self.locals = 0
        self.inner: set[str] = set()
        self.scope: Scope = {}
        self.sortable: set[str] = set()
        self.grouped: set[str] = set()
        self.holes: Mapping[str, Callable[[Scope], str]] = {
            "quoted": lambda scope: quoted(rng.choice(graph.texts)),
            "big": lambda scope: rng.choice(graph.ids),
            "label": lambda scope: name(rng.choice(graph.node_words.names)),
            "key": lambda scope: name(self._any_key()),
            "quoted_key": lambda scope: quoted(self._any_key()),
            "found": self._found,
            "step": lambda scope: self._chain(scope, names=False, start=True),
            "chain": lambda scope: self._chain(scope, names=False, start=True),
        }

    # Clauses --------------------------------------------------------------------------------

    def query(self) -> str:
        if self.rng.random() < 0.08:
            return self._union()
        return self._single()

    def _single(self) -> str:
        clauses = [self._match(optional=False)] if self.rng.random() < 0.85 else [self._unwind()]
        steps = [self._match, self._optional, self._with, self._with, self._unwind, self._call]
        clauses += [self.rng.choice(steps)() for _ in range(self.rng.choice([0, 0, 1, 1, 2]))]
        if self.rng.random() < 0.06:
            clauses.append(self._shortest())
        return "\n".join([*clauses, self._return()])

    def _union(self) -> str:
        """Two queries with columns of the same names."""
        parts = []
        for _ in range(2):
            self.scope = {}
            match = self._match()
            parts.append(f"{match}\nRETURN {self.expression('int')} AS a, "
                         f"{self.expression('text')} AS b")  # fmt: skip
        return f"\n{self.rng.choice(['UNION', 'UNION ALL'])}\n".join(parts)

    def _match(self, optional: bool | None = None) -> str:
        paths = [self._chain(self.scope, names=True)]
        if self.rng.random() < 0.2:
            paths.append(self._chain(self.scope, names=True))
        where = f" WHERE {self.expression('bool')}" if self.rng.random() < 0.35 else ""
        return f"{'OPTIONAL ' if optional else ''}MATCH {', '.join(paths)}{where}"

    def _optional(self) -> str:
        return self._match(optional=True)

    def _unwind(self) -> str:
        bags = [each for each, kind in self.scope.items() if kind == "bag"]
        if bags:
            kind, source = "node", name(self.rng.choice(bags))
        else:
            kind = self.rng.choice(["int", "text", "int", "node"])
            source = self.expression(f"{kind}s", fallback="[1, 2]")
            kind = "int" if source == "[1, 2]" else kind
        return f"UNWIND {source} AS {name(self._new(kind))}"

    def _call(self) -> str:
        outer = [each for each, kind in self.scope.items() if kind == "node"]
        if not outer:
            return self._unwind()
        known, kept = self.rng.choice(outer), self.scope
        self.scope = {known: "node"}
        if self.rng.random() < 0.2:
            one, two = self.expression("int"), self.expression("int")
            self.scope = kept
            new, known = name(self._new("int")), name(known)
            parts = (f"WITH {known} RETURN {value} AS {new}" for value in (one, two))
            return f"CALL {{ {' UNION '.join(parts)} }}"
        match = self._match(optional=self.rng.random() < 0.5)
        value = self._column("aggregate") if self.rng.random() < 0.5 else self.expression("int")
        self.scope = kept
        new = name(self._new("any"))
        return f"CALL {{ WITH {name(known)} {match} RETURN {value} AS {new} }}"

    def _shortest(self) -> str:
        """All shortest paths between two different nodes; of single ones only the length."""
        search, (a, b) = self.rng.choice(["shortestPath", "allShortestPaths"]), self._take(2)
        types = name(self.rng.choice(self.graph.relationship_words.names))
        number = self.graph.number
        arrow = self.rng.choice(["-{0}->", "<-{0}-", "-{0}-"]).format(f"[:{types}*..4]")
        path = self._new("path") if search == "allShortestPaths" else self._take(1)[0]
        each = self._local()
        key = name(self.rng.choice(self.graph.relationship_words.keys["int"]))
        where = self.rng.choice(
            ["", f" AND all({each} IN relationships({name(path)}) WHERE {each}.{key} > 1)"]
        )
        length = "" if path in self.scope else f"\nWITH *, length({name(path)}) AS hops"
        self.scope |= {a: "node", b: "node"} | ({} if path in self.scope else {"hops": "int"})
        return (
            f"MATCH ({name(a)}), ({name(b)}), {name(path)} = {search}(({name(a)}){arrow}"
            f"({name(b)})) WHERE {name(a)}.{number} < {name(b)}.{number}{where}{length}"
        )

    def _with(self) -> str:
        aggregating = self.rng.random() < 0.4
        items, scope = [], {}
        for each, kind in list(self.scope.items()):
            if kind in CARRIED and self.rng.random() < 0.7:
                items.append(name(each))
                scope[each] = kind
        for _ in range(self.rng.randint(0 if items else 1, 2)):
            kind = self.rng.choice(["int", "text", "bool", "ints", "node"])
            value = self.expression(kind, fallback="")
            if not value:
                kind, value = "int", self.expression("int")
            if aggregating:
                kind, template = self.rng.choice(AGGREGATES[kind])
                value = template.format(f"({value})" if " " in value else value)
            new = self._new(kind, scope)
            items.append(f"{value} AS {name(new)}")
        distinct = "DISTINCT " if self.rng.random() < 0.2 else ""
        self.scope = scope
        cut = ""
        sortable = set(CARRIED) - (set() if self.graph.sortable else {"node", "rel"})
        if self.rng.random() < 0.25 and set(scope.values()) <= sortable:
            keys = [CARRIED[kind].format(name(each)) for each, kind in scope.items()]
            descending = self.rng.choice(["", " DESC"])
            cut = f" ORDER BY {', '.join(key + descending for key in keys)} LIMIT 3"
        where = f" WHERE {self.expression('bool')}" if self.rng.random() < 0.3 else ""
        return f"WITH {distinct}{', '.join(items)}{cut}{where}"

    def _return(self) -> str:
        columns = [self._returned() for _ in range(self.rng.randint(1, 3))]
        distinct = "DISTINCT " if self.rng.random() < 0.2 else ""
        aliases = [f"c{number}" for number in range(len(columns))]
        items = [f"{column} AS {alias}" for column, alias in zip(columns, aliases, strict=True)]
        tail = ""
        if self.rng.random() < 0.4:
            pairs = zip(aliases, columns, strict=True)
            sortable = [self.rng.choice([a, c]) for a, c in pairs if c in self.sortable]
            if not distinct and not any(c in self.grouped for c in columns):
                sortable += [self.expression("int")] if self.rng.random() < 0.3 else []
            if sortable:
                tail = (
                    f" ORDER BY {', '.join(k + self.rng.choice(['', ' DESC']) for k in sortable)}"
                )
        if self.rng.random() < 0.2:
            tail += self.rng.choice([" LIMIT 2", " LIMIT 3", " SKIP 1", " SKIP 1 LIMIT 2"])
        return f"RETURN {distinct}{', '.join(items)}{tail}"

    def _returned(self) -> str:
        """The expression of a column; those that can be sorted by are noted."""
        kind = self.rng.choice(["int", "text", "bool", "ints", "map", "map", "aggregate", "entity"])
        if kind == "entity":
            entities = [name(each) for each, k in self.scope.items() if k in ("node", "rel")]
            if entities:
                return self.rng.choice(entities)
            kind = "int"
        if kind in COLUMNS:
            return self._column(kind)
        column = self.expression(kind)
        self.sortable.add(column)
        return column

    def _column(self, kind: str) -> str:
        templates = [t for t in COLUMNS[kind] if self._possible(t, self.scope)]
        template = self.rng.choice(templates)
        column = self._filled(template, self.scope, 1)
        if kind == "aggregate":
            self.grouped.add(column)
            if template in ("count(*)", "sum(<int>)", "min(<text>)", "count(DISTINCT <node>)"):
                self.sortable.add(column)
        return column

    # Patterns -------------------------------------------------------------------------------

    def _chain(self, scope: Scope, *, names: bool, start: bool = False) -> str:
        """A path: nodes and arrows; new names come into scope if ``names``."""
        path = ""
        length = 1 if start else self.rng.choice([0, 1, 1, 1, 1, 2])
        parts = [self._node(scope, names, known=start)]
        new: Scope = {}
        for _ in range(length):
            parts.append(self._arrow(names, new))
            parts.append(self._node(scope | new, names, False, new))
        if names and length and self.rng.random() < 0.25:
            path = name(self._new("path", new)) + " = "
        scope |= new if names else {}
        return path + "".join(parts)

    def _found(self, scope: Scope) -> str:
        """A pattern comprehension of integers."""
        inner = dict(scope)
        path = self._chain(inner, names=True, start=True)
        where = f" WHERE {self._expression('bool', inner, 1)}" if self.rng.random() < 0.4 else ""
        return f"[{path}{where} | {self._expression('int', inner, 1)}]"

    def _node(
        self, scope: Scope, names: bool, known: bool = False, new: Scope | None = None
    ) -> str:
        old = [each for each, kind in scope.items() if kind == "node"]
        if old and (known or self.rng.random() < 0.3):
            return f"({name(self.rng.choice(old))})"
        variable = ""
        if names and self.free and self.rng.random() < 0.8:
            variable = name(self._new("node", scope if new is None else new))
        label = self.rng.choice(
            ["", "", "", ":" + name(self.rng.choice(self.graph.node_words.names))]
        )
        inline = ""
        if self.rng.random() < 0.06:
            inline = f" {self.rng.choice(self.graph.node_words.inline)}"
        return f"({variable}{label}{inline})"

    def _arrow(self, names: bool, new: Scope) -> str:
        words = self.graph.relationship_words.names
        types = ":" + "|".join(map(name, self.rng.sample(words, self.rng.choice([1, 1, 2]))))
        inside = self.rng.choice(["", types])
        several = self.rng.random() < 0.15
        if several:
            inside += self.rng.choice(LENGTHS)
        elif self.rng.random() < 0.05:
            inside += f" {self.rng.choice(self.graph.relationship_words.inline)}"
        if names and self.free and self.rng.random() < 0.5:
            inside = name(self._new("rels" if several else "rel", new)) + inside
        return self.rng.choice(["-{0}->", "<-{0}-", "-{0}-"]).format(
            f"[{inside}]" if inside else ""
        )

    # Expressions ----------------------------------------------------------------------------

    def expression(self, kind: str, fallback: str = "null") -> str:
        """An expression of a kind over the variables in scope."""
        return self._expression(kind, self.scope, self.rng.choice([0, 1, 1, 2, 2, 3])) or fallback

    def _expression(self, kind: str, scope: Scope, depth: int) -> str:
        if kind in self.holes:
            return self.holes[kind](scope)
        choices = self._variables(kind, scope)
        if choices and (depth <= 0 or self.rng.random() < 0.5):
            return self.rng.choice(choices)
        templates = EXPRESSIONS.get(kind, []) if depth > 0 or kind not in LEAVES else []
        templates = [t for t in templates if self._possible(t, scope)] or LEAVES.get(kind, [])
        if not templates:
            return self.rng.choice(choices) if choices else ""
        return self._filled(self.rng.choice(templates), scope, depth - 1)

    def _variables(self, kind: str, scope: Scope) -> list[str]:
        """Variables of a kind, and properties of entities that hold it."""
        found = [name(each) for each, k in scope.items() if k == kind]
        words = {"node": self.graph.node_words, "rel": self.graph.relationship_words}
        for each, k in scope.items():
            if k in words:
                found += [f"{name(each)}.{name(key)}" for key in words[k].keys.get(kind, ())]
        return found

    def _possible(self, template: str, scope: Scope) -> bool:
        """Whether the variables are there that a template asks for."""
        kinds = {kind for kind, _ in HOLE.findall(template)}
        if kinds & {"step", "chain", "found"} and scope.keys() & self.inner:
            return False  # connstore refuses patterns inside list expressions
        present = set(scope.values())
        needs = {"node": {"node"}, "rel": {"rel"}, "path": {"path"}, "step": {"node"}}
        needs |= {
            "chain": {"node"},
            "found": {"node"},
            "bag": {"bag"},
            "nodes": {"node", "path"},
            "rels": {"rel", "path"},
        }
        return all(needs[kind] & present for kind in kinds & set(needs))

    def _filled(self, template: str, scope: Scope, depth: int) -> str:
        """A template, its holes filled."""
        fresh = {each: self._local() for each in re.findall(r"@(\w)", template)}
        for each, local in fresh.items():
            template = template.replace(f"@{each}", local)

        def fill(match: re.Match[str]) -> str:
            kind, extra = match.groups()
            added = dict(pair.split(":") for pair in extra.split("+")[1:])
            self.inner |= {fresh[each] for each in added}
            inner = scope | {fresh[each]: k for each, k in added.items()}
            text = self._expression(kind, inner, depth)
            return f"({text})" if " " in text and kind in EXPRESSIONS else text

        return HOLE.sub(fill, template)

    # Names ----------------------------------------------------------------------------------

    def _new(self, kind: str, scope: Scope | None = None) -> str:
        """A new variable."""
        (variable,) = self._take(1)
        (self.scope if scope is None else scope)[variable] = kind
        return variable

    def _take(self, count: int) -> list[str]:
        return [self.free.pop() if self.free else self._local() for _ in range(count)]

    def _local(self) -> str:
        self.locals += 1
        return f"v{self.locals}"

    def _any_key(self) -> str:
        words = self.graph.node_words.keys
        return self.rng.choice([key for keys in words.values() for key in keys])
