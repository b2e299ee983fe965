"""Random tables, and random files of node sets about them."""

import json
from random import Random
from typing import Any

import numpy as np
from node_sets.random_patterns import Patterns

#: In ASCII, as their regular expressions match bytes.
TEXTS = ["L6_Y", "L23_PC", "SP_PC", "L6", "", "a'b", "a b", "mc0;Rt"]
LIBRARY = ["CA1", "CA3", "mc0;Rt", "unused"]
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
COLUMNS = ("type", "mtype", "Layer", "layer", "flag", "x", "y", "region", "v")


def random_table(random: Random) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A table as libsonata takes it, and the texts of its enumerations."""
    size = random.randrange(1, 12)
    table: dict[str, Any] = {}
    libraries: dict[str, list[str]] = {}
    for name in random.sample(COLUMNS, random.randrange(2, len(COLUMNS))):
        kind = random.choice(["text", "text", "whole", "whole", "float", "bool", "library"])
        if kind == "text":
            table[name] = [random.choice(TEXTS) for _ in range(size)]
        elif kind == "whole":
            dtype = random.choice(INTEGERS)
            low = 0 if dtype.startswith("u") else -3
            table[name] = np.array([random.randrange(low, 8) for _ in range(size)], dtype)
        elif kind == "float":
            numbers = [random.choice([0.1, 0.3, 1.0, -2.5, float("nan"), 6.0]) for _ in range(size)]
            table[name] = np.array(numbers, random.choice(["float32", "float64"]))
        elif kind == "bool":
            table[name] = np.array([random.random() < 0.5 for _ in range(size)])
        else:
            table[name] = np.array([random.randrange(3) for _ in range(size)], "uint32")
            libraries[name] = LIBRARY
    return table, libraries


class Files:
    """Makes the text of files.

    Args:
        random: Where chance comes from.
        columns: Names of the attributes that there are.
        comparable: Those whose numbers libsonata compares as numbers.
    """

    def __init__(self, random: Random, columns: list[str], comparable: list[str]) -> None:
        self.random, self.columns, self.comparable = random, columns, comparable
        self.patterns = Patterns(random)

    def text(self) -> str:
        names = self.random.sample(
            ["A", "B", "C", "a", "L6:x", "é", ""], self.random.randrange(1, 6)
        )
        pairs = [(name, self.definition(names)) for name in names]
        return "{" + ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in pairs) + "}"

    def definition(self, names: list[str]) -> Any:
        chance = self.random.random()
        if chance < 0.02:
            return self.random.choice([None, 1, "A", True, {}])
        if chance < 0.35:
            members: list[Any] = self.random.choices(names, k=self.random.randrange(4))
            if self.random.random() < 0.04:
                members.append(self.random.choice(["missing", 1, None, ["A"]]))
            return members
        return {
            name: self.clause(name)
            for name in self.random.sample(
                [*self.columns, "node_id", "population"], self.random.choice([1, 1, 1, 2, 3])
            )
        } | ({"nosuch": self.clause("nosuch")} if self.random.random() < 0.04 else {})

    def clause(self, name: str) -> Any:
        if self.random.random() < 0.03:
            return self.random.choice(
                [None, True, [None], [True], [["a"]], {}, 1.5, [1, "a"], ["a", 1], [1, 1.5],
                 {"$gt": 1, "$lt": 3}, {"$ne": 1}, {"$in": [1]}, {"$gt": "a"}, {"$regex": 1}]
            )  # fmt: skip
        if name == "node_id":
            return self.some(
                [0, 1, 2, 5, 99, 3.0, -1] if self.random.random() < 0.1 else [0, 1, 2, 5, 99]
            )
        if name == "population":
            return self.some(["default", "other", "Default"])
        chance = self.random.random()
        if chance < 0.3:
            return self.some(TEXTS)
        if chance < 0.55:
            return self.some([0, 1, 2, 6, -1, 6.0, 255, 300, -129])
        if chance < 0.8 and name in self.comparable:
            operator = self.random.choice(["$gt", "$gte", "$lt", "$lte"])
            return {operator: self.random.choice([0, 1, 2.5, -0.5, 0.3, 0.1, 6, 300, -1e30, 1e300])}
        return {
            "$regex": self.random.choice(["L", "^L6", "C$", "", "^.$", self.patterns.pattern()])
        }

    def some(self, values: list[Any]) -> Any:
        if self.random.random() < 0.5:
            return self.random.choice(values)
        return [self.random.choice(values) for _ in range(self.random.randrange(4))]
