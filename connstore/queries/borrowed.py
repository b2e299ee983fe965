"""neuprint-python's own functions of frames, where it is installed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, ParamSpec, TypeVar

from connstore.errors import ArgumentError, MissingPackageError
from connstore.queries.wrangle import need_columns
from connstore.select.neuron_criteria import shown

P = ParamSpec("P")
R = TypeVar("R")


class Rule(NamedTuple):
    """What the arguments of a function must be.

    Attributes:
        holds: Whether some are so, by name.
        words: What they should be; ``{name}`` stands for the argument of that name.
    """

    holds: Callable[[Mapping[str, Any]], bool]
    words: str


def borrowed(
    module: str, *rules: Rule, **frames: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: neuprint-python's function of the same name does the work.

    What is decorated has only the signature and the documentation.

    Args:
        module: Of neuprint-python.
        *rules: What the arguments must be, in the order in which they are checked.
        **frames: Argument that is a frame -> columns that it needs.

    Raises:
        ArgumentError: An argument should be a pandas frame, or breaks a rule.
        MissingColumnError: A frame lacks a column.
        MissingPackageError: neuprint-python is not installed.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        name = function.__name__

        @functools.wraps(function)
        def lent(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            for argument, columns in frames.items():
                checked_frame(given[argument], columns, f"{name}: {argument}")
            for rule in rules:
                if not rule.holds(given):
                    what = {argument: shown(value) for argument, value in given.items()}
                    raise ArgumentError(f"{name}: {rule.words.format_map(what)}")
            answer: R = upstream(module, name)(*args, **kwargs)
            return answer

        return lent

    return decorate


def checked_frame(frame: Any, columns: str, what: str) -> None:
    """Check that neuprint-python can work on a frame.

    Args:
        frame: What was given.
        columns: What it needs, with blanks between.
        what: How the message calls it.

    Raises:
        ArgumentError: It is no pandas frame.
        MissingColumnError: It lacks a column.
    """
    need_columns(frame, columns.split(), what)


def upstream(module: str, name: str) -> Callable[..., Any]:
    """A function of neuprint-python.

    Raises:
        MissingPackageError: It is not installed.
    """
    try:
        found: Callable[..., Any] = getattr(import_module(f"neuprint.{module}"), name)
    except ImportError as error:
        raise MissingPackageError(
            f"{name} is neuprint-python's own: pip install 'connstore[neuprint]' ({error})"
        ) from None
    return found
