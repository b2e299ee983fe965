"""neuprint-python's own functions of frames, where it is installed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from connstore.errors import MissingPackageError
from connstore.queries.wrangle import need_columns

P = ParamSpec("P")
R = TypeVar("R")


def borrowed(module: str, **frames: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: neuprint-python's function of the same name does the work.

    What is decorated has only the signature and the documentation.

    Args:
        module: Of neuprint-python.
        **frames: Argument that is a frame -> columns that it needs.

    Raises:
        ArgumentError: An argument should be a pandas frame.
        MissingColumnError: A frame lacks a column.
        MissingPackageError: neuprint-python is not installed.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        name = function.__name__

        @functools.wraps(function)
        def lent(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            for argument, columns in frames.items():
                checked_frame(given[argument], columns, f"{name}: {argument}")
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
