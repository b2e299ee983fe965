"""The conformance cases that lie beside the repository, where they are there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


def case_file(name: str) -> Any:
    """The content of a file of cases; the tests are skipped where it is not there."""
    path = CASES / f"cypher_{name}.json"
    if not path.is_file():
        pytest.skip(f"no cases: {path.name}", allow_module_level=True)
    return _read(path)


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
