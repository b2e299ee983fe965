"""The search for paths: level by level from both ends.

A level holds the bodies that are so many steps away from one end, and no fewer. Levels are added
where they are smaller, until their steps add up to the length asked for or, for shortest paths,
until the two ends meet. Then either side goes on, among bodies of the other that are near enough:
so each body that can be on a path gets its distance from both ends, and none else. All the rest,
putting the connections between these bodies together, is one statement.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connstore.queries.arguments import Answering
from connstore.sql.paths import Links, end_bodies, next_bodies, path_table
from connstore.sql.statement import Statement


@dataclass
class _Side:
    """What is known from one end.

    Attributes:
        direction: ``'down'`` from the source, ``'up'`` from the target.
        levels: ``body`` of those 0, 1, 2, ... steps away.
    """

    direction: str
    levels: list[pa.Table]

    def within(self, distance: int) -> pa.Table:
        """``body`` of those at most so many steps away."""
        return pa.concat_tables(self.levels[: distance + 1])

    def without_known(self, bodies: pa.Table) -> pa.Table:
        """Those of some bodies that are in no level."""
        known = pc.is_in(bodies["body"], value_set=pa.concat_tables(self.levels)["body"])
        return bodies.filter(pc.invert(known))

    def distances(self) -> pa.Table:
        """``body, distance`` of all."""
        sizes = [level.num_rows for level in self.levels]
        numbers = np.repeat(np.arange(len(sizes)), sizes)
        return pa.concat_tables(self.levels).append_column("distance", pa.array(numbers))


class PathSearch:
    """One search for paths from one body to another.

    Args:
        client: Who answers.
        links: The two bodies, and the connections that count.
        timeout: Seconds after which any statement of it raises QueryTimeoutError.
    """

    def __init__(self, client: Answering, links: Links, timeout: float) -> None:
        self._client, self._links = client, links
        self._deadline = time.monotonic() + timeout
        neurons = self._run(end_bodies(client.compiler(), links))
        self._down, self._up = (
            _Side(direction, [neurons.filter(pc.field("body") == end)])
            for direction, end in (("down", links.source), ("up", links.target))
        )

    def shortest(self) -> pa.Table:
        """All shortest paths, as :func:`path_table` has them."""
        while not self._met() and self._grow():
            pass
        return self._paths(range(self._steps(), self._steps() + 1))

    def paths(self, lengths: range) -> pa.Table:
        """All paths of some lengths, as :func:`path_table` has them."""
        while self._steps() < lengths.stop - 1 and self._grow():
            pass
        return self._paths(lengths)

    def _steps(self) -> int:
        return len(self._down.levels) + len(self._up.levels) - 2

    def _met(self) -> bool:
        down, up = self._down.levels[-1]["body"], self._up.levels[-1]["body"]
        return bool(pc.any(pc.is_in(down, value_set=up)).as_py())

    def _grow(self) -> bool:
        """Add a level where the last one is smaller; False if that side has no more bodies."""
        side = min(self._down, self._up, key=lambda side: side.levels[-1].num_rows)
        return self._add_level(side)

    def _add_level(self, side: _Side, among: pa.Table | None = None) -> bool:
        compiler = self._client.compiler()
        last = side.levels[-1]
        found = self._run(next_bodies(compiler, self._links, side.direction, last, among))
        side.levels.append(side.without_known(found))
        return bool(side.levels[-1].num_rows)

    def _paths(self, lengths: range) -> pa.Table:
        most = lengths.stop - 1
        for side, other in ((self._up, self._down), (self._down, self._up)):
            while (distance := len(side.levels)) < most and self._add_level(
                side, other.within(most - distance)
            ):
                pass
            if len(side.levels) == most:
                # Of bodies that far only the other end matters, and only if it is not nearer.
                side.levels.append(side.without_known(other.levels[0]))
        client, links = self._client, self._links
        down, up = self._down.distances(), self._up.distances()
        return self._run(path_table(client.store, client.compiler(), links, down, up, lengths))

    def _run(self, statement: Statement) -> pa.Table:
        return self._client.run(statement, self._deadline - time.monotonic())
