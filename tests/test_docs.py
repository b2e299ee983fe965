"""The documentation is true: its code runs and prints what it says, generated pages are current."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import connstore
from connstore.cypher.syntax.parser import parse
from connstore.testing import sample_path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data-samples/*.md")])

#: A tested example: code, and behind it what it prints.
EXAMPLE = re.compile(
    r"<!-- tested -->\n```python\n(?P<code>.*?)```\n\n```\n(?P<output>.*?)```\n", re.S
)


@pytest.mark.parametrize("page", ["README.md", "docs/node-sets.md", "docs/cypher.md"])
def test_examples_print_what_they_say(page: str, tmp_path: Path) -> None:
    (tmp_path / "sample").symlink_to(sample_path())
    examples = list(EXAMPLE.finditer((ROOT / page).read_text(encoding="utf-8")))
    assert len(examples) == 2
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(example["code"] for example in examples)],
        env=os.environ | {"CONNSTORE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line for example in examples for line in _lines(example["output"])]
    assert _lines(run.stdout) == said


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_readme_names_the_two_commands_and_they_exist() -> None:
    for command in ("scripts/demo", "scripts/test"):
        assert f"```\n{command}\n```" in README
        assert (ROOT / command).stat().st_mode & 0o111


def test_demo_runs_and_answers() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "demo.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    assert re.search(r"checks +(\d+) of \1 consistency checks hold", run.stdout)
    assert "MBON26(b'2d)_R" in run.stdout
    assert re.search(r"KCa'b'-m +0 +0 +\d+", run.stdout)


def test_generated_pages_are_current() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0, (
        "docs/store-format.md or docs/cypher.md is out of date: python scripts/make_docs.py"
    )


@pytest.mark.parametrize(
    ("page", "named"), [("store-format.md", "bodyId"), ("cypher.md", "toUpper")]
)
def test_stale_pages_are_told(page: str, named: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    command = [sys.executable, str(tmp_path / "scripts" / "make_docs.py")]
    path = tmp_path / "docs" / page
    current = path.read_text(encoding="utf-8")
    path.write_text(current.replace(named, "else"), encoding="utf-8")
    assert subprocess.run([*command, "--check"], check=False).returncode == 1
    assert subprocess.run(command, check=False).returncode == 0
    assert path.read_text(encoding="utf-8") == current


def test_cypher_page_tells_the_graph() -> None:
    """Its tables name the labels and relationships of a neuPrint store."""
    text = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
    client = connstore.Client(sample_path())
    listed = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    for procedure in ("db.labels", "db.relationshipTypes"):
        answer = connstore.fetch_custom(f"CALL {procedure}()", format="json", client=client)
        assert {name for (name,) in answer["data"]} - {"Mito"} <= listed


def test_cypher_page_names_what_is_refused() -> None:
    """The refusal that the page shows is the one that is raised."""
    text = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(line 1, .*?)```", text, re.S)
    assert shown
    with pytest.raises(connstore.CypherError) as refused:
        parse(shown[1].splitlines()[1])
    assert _lines(str(refused.value)) == _lines(shown[1])


def test_every_public_name_is_in_the_parity_page() -> None:
    text = (ROOT / "docs" / "parity.md").read_text(encoding="utf-8")
    beyond = {
        "__version__",
        "ConnstoreError",
        "CypherError",
        "ingest",
        "NodeSetError",
        "NodeSets",
        "Population",
        "Store",
    }
    missing = [name for name in connstore.__all__ if name not in beyond and f"`{name}`" not in text]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    machine = re.compile(r"(/root/|/home/(?!you/)\w+/|/Users/|C:\\\\Users)")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".sql", ".txt", ""} and path.is_file():
            found = machine.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None or path == Path(__file__), f"{name}: {found}"
