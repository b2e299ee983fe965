"""Calls of fetch functions as data: built once, run by neuprint-python and by connstore."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .bundle import Body, RawExport


@dataclass
class Criteria:
    """A NeuronCriteria that is yet to be built by one library or the other."""

    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return f"NC({_arguments(self.arguments)})"


class Marker(NamedTuple):
    """``IsNull`` or ``NotNull`` of whichever library runs the call."""

    name: str

    def __repr__(self) -> str:
        return self.name


IS_NULL = Marker("IsNull")
NOT_NULL = Marker("NotNull")


@dataclass
class Call:
    """One call of a fetch function; its repr is what a user would type."""

    function: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    def run(self, library: Any, client: Any) -> Any:
        """Build the criteria with the library's own classes and call its function."""
        args = [_build(library, value) for value in self.args]
        kwargs = {name: _build(library, value) for name, value in self.kwargs.items()}
        return getattr(library, self.function)(*args, **kwargs, client=client)

    def __repr__(self) -> str:
        args = ", ".join(map(repr, self.args))
        both = ", ".join(filter(None, [args, _arguments(self.kwargs)]))
        return f"{self.function}({both})"


def NC(**arguments: Any) -> Criteria:
    """Shorthand as in everybody's notebooks."""
    return Criteria(arguments)


def _arguments(kwargs: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in kwargs.items())


def _build(library: Any, value: Any) -> Any:
    if isinstance(value, Criteria):
        built = {name: _build(library, v) for name, v in value.arguments.items()}
        return library.NeuronCriteria(**built)
    if isinstance(value, Marker):
        return getattr(library, value.name)
    if isinstance(value, list):
        return [_build(library, v) for v in value]
    if isinstance(value, pd.DataFrame | np.ndarray):
        return value.copy()
    return value


class Words:
    """What one dataset has to ask about, and random choices from it."""

    UNKNOWN_ID = 999_999_999_999

    def __init__(self, export: RawExport, rng: Random) -> None:
        self.export = export
        self.rng = rng
        self.neurons = sorted(b.id for b in export.neurons if "Neuron" in b.labels)
        self.segments = sorted(b.id for b in export.neurons)
        strength = export.edges.groupby("pre")["weight"].sum()
        strength = strength.add(export.edges.groupby("post")["weight"].sum(), fill_value=0)
        self.hubs = [int(i) for i in strength.sort_values(ascending=False).index[:40]]
        known = set(export.all_rois)
        self.rois = sorted({name for b in export.neurons for name in b.properties} & known)
        primary = set(export.primary_rois)
        self.primary = [roi for roi in self.rois if roi in primary]
        self.nonprimary = [roi for roi in self.rois if roi not in primary]
        self.weights = sorted(export.edges["weight"].tolist())

    def values(self, name: str) -> list[Any]:
        """The distinct values of a property, sorted as text."""
        found = {b.properties[name] for b in self.export.neurons if name in b.properties}
        return sorted(found, key=str)

    def some(self, values: list[Any], least: int = 1, most: int = 3) -> list[Any]:
        """A few different values; fewer if there are not so many."""
        count = min(self.rng.randint(least, most), len(values))
        return self.rng.sample(values, count)

    def one(self, values: list[Any]) -> Any:
        """One of the values."""
        return self.rng.choice(values)

    def ids(self, most: int = 4) -> list[int]:
        """Body ids that have partners, strong and weak ones."""
        return self.some(self.hubs, 1, most) + self.some(self.segments, 0, most)

    def text(self, name: str, default: str = "nothing") -> str:
        """One value of a text property that is not empty."""
        return self.one([v for v in self.values(name) if v] or [default])

    def stem(self, name: str) -> str:
        """The first characters of a value, safe inside a regular expression."""
        start = self.text(name)[: self.rng.randint(1, 4)]
        return "".join(c if c.isalnum() else "." for c in start)

    def texts(self, name: str, most: int = 3) -> list[Any]:
        """A few values of a text property, at least one."""
        return self.some(self.values(name), 1, most) or ["nothing"]

    def pattern(self, name: str) -> str:
        """A regular expression that matches some values of the property in full."""
        stem = self.stem(name)
        shapes = [f"{stem}.*", ".*" + stem[-1] + ".*", f"[{stem[0]}a-c].+", f"(?i){stem}.*", stem]
        return self.one([*shapes, f"{stem}.*|nothing", r"\w+", r".*\d", r".*_[LR]"])

    def weight(self) -> int:
        """A weight that cuts the edges somewhere."""
        return max(1, self.one(self.weights[len(self.weights) // 3 :]))

    def body_with(self, test: Callable[[Body], bool]) -> int | None:
        """One body that passes the test."""
        found = [b.id for b in self.export.neurons if test(b)]
        return self.one(sorted(found)) if found else None
