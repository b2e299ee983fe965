"""Ways to match patterns, by trying everything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from connstore.cypher.syntax import tree
from cypher.evaluator.expressions import Expressions, Row, truth
from cypher.evaluator.graph import Node, Path, Relationship
from cypher.evaluator.trees import conjuncts, variables
from cypher.evaluator.values import EvaluationError, TooMuchWorkError, equals

Used = frozenset[Relationship]


class Patterns(Expressions):
    """Matches patterns: no relationship twice in one MATCH, nodes as often as you like.

    Attributes:
        effort: How many nodes may still be tried.
    """

    effort: int

    def matches(
        self, paths: tuple[tree.PathPattern, ...], where: tree.Expression | None, row: Row
    ) -> Iterator[Row]:
        conditions = conjuncts(where)
        walked = [path for path in paths if not path.search]
        searched = [path for path in paths if path.search]
        for match in self._walk_all(walked, row, frozenset()):
            yield from self._search_all(searched, conditions, match)

    # Paths that are walked ------------------------------------------------------------------

    def _walk_all(self, paths: list[tree.PathPattern], row: Row, used: Used) -> Iterator[Row]:
        if not paths:
            yield row
            return
        for match, now_used in self._walk(paths[0], row, used):
            yield from self._walk_all(paths[1:], match, now_used)

    def _walk(self, path: tree.PathPattern, row: Row, used: Used) -> Iterator[tuple[Row, Used]]:
        """Ways to match one path, and the relationships used up till then."""
        for node in self.graph.nodes:
            first = self._bind_node(path.nodes[0], node, row)
            if first is not None:
                for match, found, now_used in self._onward(path, 0, Path((node,), ()), first, used):
                    named = {} if path.variable is None else {path.variable: found}
                    yield match | named, now_used

    def _onward(
        self, path: tree.PathPattern, step: int, so_far: Path, row: Row, used: Used
    ) -> Iterator[tuple[Row, Path, Used]]:
        """Ways to match the rest of a path, from its relationship number ``step`` on."""
        if step == len(path.relationships):
            yield row, so_far, used
            return
        pattern = path.relationships[step]
        for part in self._steps(pattern, so_far.nodes[-1], row, used):
            bound = self._bind_relationships(pattern, part, row)
            if bound is None:
                continue
            ended = self._bind_node(path.nodes[step + 1], part.nodes[-1], bound)
            if ended is None:
                continue
            longer = joined(so_far, part)
            yield from self._onward(
                path, step + 1, longer, ended, used | frozenset(part.relationships)
            )

    def _steps(
        self, pattern: tree.RelationshipPattern, start: Node, row: Row, used: Used
    ) -> Iterator[Path]:
        """Pieces of path that one relationship of a pattern can be: one step, or many."""
        low, high = bounds(pattern)
        pieces = [Path((start,), ())]
        length = 0
        while pieces and (high is None or length <= high):
            if length >= low:
                yield from pieces
            length += 1
            pieces = [
                joined(piece, Path((piece.nodes[-1], end), (relationship,)))
                for piece in pieces
                for relationship, end in self._neighbours(pattern, piece.nodes[-1], row)
                if relationship not in used and relationship not in piece.relationships
            ]

    def _neighbours(
        self, pattern: tree.RelationshipPattern, node: Node, row: Row
    ) -> Iterator[tuple[Relationship, Node]]:
        """Relationships of a node that suit a pattern, and where each leads."""
        for relationship in self.graph.touching[node]:
            suits = not pattern.types or relationship.type in pattern.types
            if suits and self._has(relationship, pattern.properties, row):
                leaves, enters = relationship.start is node, relationship.end is node
                if {"out": leaves, "in": enters, "both": True}[pattern.direction]:
                    yield relationship, relationship.other(node)

    def _bind_node(self, pattern: tree.NodePattern, node: Node, row: Row) -> Row | None:
        """The row with a node in the place of a pattern; None if it does not suit."""
        self.effort -= 1
        if self.effort < 0:
            raise TooMuchWorkError
        if not set(pattern.labels) <= set(node.labels):
            return None
        if pattern.variable in row and row[pattern.variable] is not node:
            return None
        if not self._has(node, pattern.properties, row):
            return None
        return row if pattern.variable is None else row | {pattern.variable: node}

    def _bind_relationships(
        self, pattern: tree.RelationshipPattern, part: Path, row: Row
    ) -> Row | None:
        found = list(part.relationships)
        value = found[0] if pattern.length is None else found
        if pattern.variable in row and row[pattern.variable] != value:
            return None
        return row if pattern.variable is None else row | {pattern.variable: value}

    def _has(
        self, entity: Node | Relationship, wanted: tree.MapLiteral | tree.Parameter | None, row: Row
    ) -> bool:
        """Whether an entity has the properties of an inline map."""
        if wanted is None:
            return True
        values = self.value(wanted, row)
        return all(equals(entity.props.get(key), value) is True for key, value in values.items())

    # Paths that are searched ----------------------------------------------------------------

    def _search_all(
        self, paths: list[tree.PathPattern], conditions: list[tree.Expression], row: Row
    ) -> Iterator[Row]:
        """Shortest paths, one pattern after the other; conditions as soon as they can be told."""
        missing = {path.variable for path in paths}
        ready = [each for each in conditions if not variables(each) & missing]
        if not all(truth(self.value(each, row)) is True for each in ready):
            return
        if not paths:
            yield row
            return
        later = [each for each in conditions if each not in ready]
        others = {path.variable for path in paths[1:]}
        on_path = [each for each in later if not variables(each) & others]
        for match in self._search(paths[0], on_path, row):
            yield from self._search_all(paths[1:], [c for c in later if c not in on_path], match)

    def _search(
        self, path: tree.PathPattern, conditions: list[tree.Expression], row: Row
    ) -> Iterator[Row]:
        """The shortest paths that meet conditions, between every two suitable nodes."""
        for start, end in product(self.graph.nodes, repeat=2):
            row_of_start = self._bind_node(path.nodes[0], start, row)
            if row_of_start is None:
                continue
            bound = self._bind_node(path.nodes[1], end, row_of_start)
            if bound is None:
                continue
            low, _ = bounds(path.relationships[0])
            if start is end and low > 0:
                raise EvaluationError("start and end of a shortest path are the same")
            found = self._shortest(path, conditions, start, end, bound)
            yield from found if path.search == "all shortest" else found[:1]

    def _shortest(
        self,
        path: tree.PathPattern,
        conditions: list[tree.Expression],
        start: Node,
        end: Node,
        row: Row,
    ) -> list[Row]:
        """Rows of the shortest paths between two nodes; longer and longer ones are tried."""
        pattern = path.relationships[0]
        low, high = bounds(pattern)
        every = [rule for each in conditions if (rule := every_element(each, path.variable))]
        # A condition on every element alone can be told early: then no path need visit a node
        # twice, and one that arrives at a node late will arrive at the end late.
        simple = len(every) == len(conditions)
        pieces = [Path((start,), ())]
        seen: set[Node] = set()
        length = 0
        while pieces and (high is None or length <= high):
            pieces = [piece for piece in pieces if self._allowed(piece, every, row)]
            rows = []
            for piece in pieces if length >= low else ():
                if piece.nodes[-1] is end:
                    bound = self._bind_relationships(pattern, piece, row)
                    if bound is not None:
                        named = bound | ({path.variable: piece} if path.variable else {})
                        if all(truth(self.value(each, named)) is True for each in conditions):
                            rows.append(named)
            if rows:
                return rows
            if simple:
                seen |= {piece.nodes[-1] for piece in pieces}
            pieces = [
                joined(piece, Path((piece.nodes[-1], node), (relationship,)))
                for piece in pieces
                for relationship, node in self._neighbours(pattern, piece.nodes[-1], row)
                if relationship not in piece.relationships and node not in seen
            ]
            length += 1
        return []

    def _allowed(
        self, piece: Path, every: list[tuple[str, str, tree.Expression, bool]], row: Row
    ) -> bool:
        """Whether the last step of a piece of path meets the conditions on every element."""
        for function, name, condition, wanted in every:
            elements = piece.nodes if function == "nodes" else piece.relationships
            for element in elements[-1:]:
                if truth(self.value(condition, row | {name: element})) is not wanted:
                    return False
        return True


def every_element(
    condition: tree.Expression, path: str | None
) -> tuple[str, str, tree.Expression, bool] | None:
    """Function, variable, condition and its truth, of ``ALL(x IN nodes(path) WHERE …)``."""
    match condition:
        case tree.Quantifier(
            _, "all" | "none", name, tree.Call(_, function, (tree.Variable(_, of),)), where
        ) if of == path and function.lower() in ("nodes", "relationships", "rels"):
            if path not in variables(where):
                kind = "nodes" if function.lower() == "nodes" else "relationships"
                return kind, name, where, condition.kind == "all"
    return None


def bounds(pattern: tree.RelationshipPattern) -> tuple[int, int | None]:
    """Least and greatest number of steps."""
    if pattern.length is None:
        return 1, 1
    low = pattern.length.low
    return (1 if low is None else low), pattern.length.high


def joined(path: Path, more: Path) -> Path:
    """A path and another that begins where it ends."""
    return Path(path.nodes + more.nodes[1:], path.relationships + more.relationships)
