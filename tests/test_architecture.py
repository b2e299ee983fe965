"""The layout of docs/architecture.md, checked on the source."""

import ast
import inspect
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

import connstore

PACKAGE = Path(connstore.__file__).parent
ROOT = "connstore"

#: Floor of each top-level module or package; a floor imports from floors below it only.
FLOORS = {
    "attended": 1,
    "errors": 1,
    "paths": 1,
    "settings": 1,
    "sqltext": 1,
    "version": 1,
    "store": 2,
    "engine": 3,
    "home": 3,
    "registry": 3,
    "ingest": 4,
    "ingestion": 4,
    "select": 4,
    "sql": 5,
    "cypher": 5,
    "queries": 6,
    "node_sets": 6,
    "client": 7,
    "cli": 8,
    "serve": 8,
    "testing": 8,
    "neuprint_adapter": 8,
    "offline": 9,
    "__main__": 9,
}
#: From here on modules may use the public names of ``connstore`` itself.
FACES = 8

#: Within a floor, packages are strangers; these modules of floor 1 know each other.
NEIGHBOURS = {("paths", "errors"), ("settings", "errors"), ("sqltext", "errors")}

MAX_LINES = 400
#: How a longer module begins the sentence that says why, in the docstring at its top.
REASON = "longer than 400 lines because"


def modules() -> dict[str, Path]:
    """Dotted name -> file, of every module of the package."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = [ROOT, *path.relative_to(PACKAGE).with_suffix("").parts]
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Names that a module imports anywhere in it, ``from a import b`` as ``a.b``."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(name: str, known: dict[str, Path]) -> str | None:
    """The module of ours that an imported name lies in."""
    while name.startswith(ROOT):
        if name in known:
            return name
        name = name.rpartition(".")[0]
    return None


def graph() -> dict[str, set[str]]:
    """Module -> modules of the package that it imports."""
    known = modules()
    return {
        name: {target for each in imported(path) if (target := own(each, known))} - {name}
        for name, path in known.items()
    }


def top(module: str) -> str:
    """The module or package right below the root."""
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_a_floor() -> None:
    assert {top(name) for name in modules()} - {""} <= set(FLOORS)


def upward(module: str, target: str) -> bool:
    here, there = top(module), top(target)
    if here == there or (here, there) in NEIGHBOURS:
        return False
    if there == "":  # the public names, for those who face the user
        return FLOORS[here] < FACES
    return FLOORS[there] >= FLOORS[here]


def test_imports_run_downward() -> None:
    wrong = [
        f"{module} (floor {FLOORS[top(module)]}) imports {target}"
        for module, targets in graph().items()
        if module != ROOT
        for target in sorted(targets)
        if upward(module, target)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_check_sees_imports() -> None:
    """The test above is not idle: the graph has known edges, and wrong ones are told."""
    edges = graph()
    assert "connstore.store.opening" in edges["connstore.engine"]
    assert "connstore.queries.frames" in edges["connstore.client"]
    assert upward("connstore.store.opening", "connstore.engine")
    assert upward("connstore.select.arguments", "connstore.ingestion")
    assert upward("connstore.queries.neurons", "connstore")
    assert not upward("connstore.client", "connstore.errors")
    assert not upward("connstore.cli.neurons", "connstore")


def test_public_names_come_from_below_the_faces() -> None:
    faces = {module for module in connstore._PUBLIC.values() if FLOORS[top(module)] >= FACES}
    assert faces == {"connstore.offline"}


def test_no_cycles_between_modules() -> None:
    TopologicalSorter(graph()).prepare()


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("duckdb", {"connstore.engine"}),
        ("neuprint", {"connstore.neuprint_adapter.client"}),
        ("requests", {"connstore.neuprint_adapter.transport"}),
    ],
)
def test_libraries_with_one_door(library: str, only: set[str]) -> None:
    users = {
        name
        for name, path in modules().items()
        if any(each.split(".")[0] == library for each in imported(path))
    }
    assert users == only


@pytest.mark.parametrize("name", modules())
def test_modules_are_small_or_say_why(name: str) -> None:
    path = modules()[name]
    docstring = ast.get_docstring(tree(path))
    assert docstring, "a module begins with what it is for"
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES or REASON in " ".join(docstring.split())


def public() -> list[str]:
    return [name for name in connstore.__all__ if name != "__version__"]


FUNCTIONS = [name for name in public() if name.islower()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_are_documented(name: str) -> None:
    function = getattr(connstore, name)
    text = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    returns = ast_function(function).returns
    assert "Example:" in text and ">>>" in text
    for parameter in signature.parameters:
        assert _mentions(text, parameter), f"{parameter} is not in Args"
    one_line = len(text.split("\n\n")[0].splitlines()) == 1
    is_none = isinstance(returns, ast.Constant) and returns.value is None
    assert one_line and (is_none or "Returns:" in text or _says_what(text))


def _says_what(text: str) -> bool:
    """Whether the first line already names what is returned (then Returns: would repeat it)."""
    return not text.split("\n")[0].startswith(("Read", "Check", "Make", "Turn", "Run", "Put"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_raised_by_public_functions_are_documented(name: str) -> None:
    function = getattr(connstore, name)
    raised = {
        node.exc.func.id
        for node in ast.walk(ast_function(function))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
    }
    text = inspect.getdoc(function) or ""
    assert not raised or "Raises:" in text
    assert {error for error in raised if error not in text} == set()


def ast_function(function: Any) -> ast.FunctionDef:
    """The definition of a function, beneath its decorators."""
    function = inspect.unwrap(function)
    body = tree(Path(inspect.getfile(function))).body
    return next(
        node
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__
    )


def _mentions(text: str, parameter: str) -> bool:
    arguments = text.partition("Args:")[2].partition("Returns:")[0]
    heads = [line.partition(":")[0] for line in arguments.splitlines() if ":" in line]
    return any(parameter in head.replace("*", "").replace(" ", "").split(",") for head in heads)


@pytest.mark.parametrize("name", public())
def test_public_names_are_there(name: str) -> None:
    value = getattr(connstore, name)
    assert name in dir(connstore)
    assert not inspect.ismodule(value)
    if hasattr(value, "__module__"):
        assert value.__module__.startswith("connstore.")
        assert inspect.getdoc(value)


def test_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fetch_nuerons'"):
        connstore.fetch_nuerons
    assert connstore.__all__ == sorted(connstore.__all__, key=lambda n: (n != "__version__", n))


HEAVY = ("pandas", "duckdb", "pyarrow", "pydantic", "polars", "numpy", "sqlglot", "tqdm", "typer")


def test_importing_connstore_imports_nothing_heavy() -> None:
    """``import connstore`` takes milliseconds: modules are loaded when they are needed."""
    code = (
        f"import sys, connstore; dir(connstore); connstore.__version__; connstore.ConnstoreError; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=PACKAGE.parent, timeout=60
    )
    assert result.stdout.strip() == "[]"
