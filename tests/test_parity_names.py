"""Every public name of neuprint-python is here, or docs/parity.md says why it is not."""

import inspect
import re
from pathlib import Path

import neuprint
import pytest

import connstore
from connstore import Client
from connstore.queries.server import SERVER_ONLY

PAGE = (Path(__file__).parents[1] / "docs" / "parity.md").read_text(encoding="utf-8")

#: What neuprint's modules bring along without meaning to.
NAMES = sorted(
    name
    for name in dir(neuprint)
    if not name.startswith("_") and not inspect.ismodule(getattr(neuprint, name))
)
METHODS = sorted(name for name in dir(neuprint.Client) if not name.startswith("_"))


def told(heading: str) -> dict[str, str]:
    """Name -> what the table under a heading says of it."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", section, re.M)
    found: dict[str, str] = {}
    for names, words in rows:
        for name in re.findall(r"`(?:Client\.)?(\w+)`", names):
            assert name not in found, f"{name} is told of twice"
            found[name] = words
    return found


FUNCTIONS_TOLD, METHODS_TOLD = told("Functions"), told("Methods of the client")


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    words = FUNCTIONS_TOLD[name]
    if words.startswith("here"):
        assert name in connstore.__all__ and callable(getattr(connstore, name))
    else:
        assert words.startswith("not planned: ") and name not in connstore.__all__


@pytest.mark.parametrize("name", METHODS)
def test_methods(name: str) -> None:
    words = METHODS_TOLD[name]
    if words.startswith("here"):
        assert hasattr(Client, name) and name not in SERVER_ONLY
    elif words.startswith("needs a server"):
        assert name in SERVER_ONLY
    else:
        assert words.startswith("not planned: ") and not hasattr(Client, name)


def test_nothing_else_is_told() -> None:
    assert set(FUNCTIONS_TOLD) == set(NAMES)
    assert set(METHODS_TOLD) == set(METHODS)
    assert set(SERVER_ONLY) <= set(METHODS)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if FUNCTIONS_TOLD.get(n, "").startswith("here") and n.islower()]
)
def test_arguments(name: str) -> None:
    """Upstream's arguments come first, in its order; ours are only further ones."""
    theirs = list(inspect.signature(getattr(neuprint, name)).parameters.values())
    ours = inspect.signature(getattr(connstore, name)).parameters
    positional = [p.name for p in theirs if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert list(ours)[: len(positional)] == positional
    assert {p.name for p in theirs} <= set(ours)
