"""JSON text, and whatever Python has in its place, as plain and exact content."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from connstore.node_sets.errors import NodeSetError
from connstore.select.neuron_criteria import as_list, shown

#: What may be half a surrogate pair in JSON text.
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def file_text(path: str | Path) -> str:
    """The text of a file.

    Raises:
        NodeSetError: There is no such file, or it is not UTF-8.
    """
    path = Path(path).expanduser()
    try:
        return utf8(path.read_bytes(), f"{path}: ")
    except OSError as error:
        reason = error.strerror or str(error)
        raise NodeSetError("file_missing", f"{path} cannot be read: {reason}") from None


def utf8(text: str | bytes, place: str = "") -> str:
    """Text, without a mark of its byte order.

    Raises:
        NodeSetError: It is bytes that are not UTF-8.
    """
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NodeSetError("json_invalid", f"{place}this is not UTF-8 text: {error}") from None


def json_content(text: str, place: str = "") -> tuple[Any, list[str]]:
    """The content of JSON text, and what is odd about it.

    Whole numbers stay exact, however they are written.

    Raises:
        NodeSetError: It is not JSON (RFC 8259).
    """
    warnings = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            warnings.append(f"defined more than once, of which the last counts: {twice}")
        return found

    try:
        content = json.loads(
            text,
            object_pairs_hook=members,
            parse_float=_exact,
            parse_constant=_refused,
        )
        if _HALF_PAIR.search(text):
            json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise NodeSetError("json_invalid", f"{place}this is not JSON: {reason}") from None
    return content, warnings


def _exact(text: str) -> int | float:
    """A number with a fraction or an exponent; an integer where a float would lose digits."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is too large")
    exact = Decimal(text)
    return int(exact) if number.is_integer() and exact != Decimal(number) else number


def _refused(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def plain_content(value: Any) -> Any:
    """A copy of Python's data as JSON has it: arrays, Series, tuples and sets become lists.

    Example:
        >>> import numpy as np
        >>> plain_content({"A": {"node_id": np.array([3, 1])}, "B": ("A",)})
        {'A': {'node_id': [3, 1]}, 'B': ['A']}
    """
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise NodeSetError("json_invalid", f"{shown(name)} is no name: names are texts")
        return {name: plain_content(each) for name, each in value.items()}
    if value is None or isinstance(value, (str, int, float)):
        return value
    items = as_list(value)
    if len(items) == 1 and items[0] is value:
        raise NodeSetError("json_invalid", f"JSON has nothing like {shown(value)}")
    scalar = len(items) == 1 and not isinstance(value, (list, tuple, set, frozenset))
    if scalar and not hasattr(value, "__len__"):
        return items[0]  # a number of numpy or Arrow
    return [plain_content(item) for item in items]
