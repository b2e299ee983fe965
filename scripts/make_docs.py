"""Write docs/store-format.md, and the functions in docs/cypher.md, from the definitions in code.

python scripts/make_docs.py            writes the files
python scripts/make_docs.py --check    says whether they are up to date (exit 1 if not)
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from connstore.cypher.clauses.procedures import PROCEDURES
from connstore.cypher.functions.catalogue import AGGREGATES, FAMILIES, Function
from connstore.settings import SETTINGS
from connstore.store.manifest import (
    POPULATION_IDS,
    EdgePopulation,
    Manifest,
    Population,
    Property,
    Rules,
    StoredFile,
)
from connstore.store.schema import (
    FORMAT_VERSION,
    PARTS,
    ROW_GROUP_ROWS,
    SQL_TYPES,
    TABLES,
    Table,
)

DOCS = Path(__file__).parents[1] / "docs"

#: What is written into a page lies between these two lines.
BEGIN = "<!-- Written by scripts/make_docs.py from connstore/cypher; do not edit. -->\n"
END = "<!-- End of what scripts/make_docs.py writes. -->\n"

HEAD = """\
# Store format {major}.{minor}

<!-- Written by scripts/make_docs.py from connstore/store; do not edit. -->

A store is one directory: `manifest.json` and Parquet files under `tables/`. Nothing else belongs
to it, and nothing in it ever changes: a new ingest makes a new store. Any tool that reads Parquet
can read it; this page says what is where.

## How it comes to be

Everything is written into a staging directory beside the destination
(`.connstore-staging-<name>-…`), each file is synced to the disk, the manifest is written last, and
one rename makes the store appear. An ingest that is interrupted leaves at most a staging directory,
which no store opens and the next ingest to the same place removes: it holds a file `pid` that its
process keeps locked as long as it works.

## How it is checked

* `Store.open` (and so every client) checks the format version, that every file is there with the
  size and the number of rows that the manifest records, and that its Parquet footer can be read.
* With each statement that a client runs it looks whether the store that it opened still lies there:
  one that was replaced is an error, and asks for a new client.
* `connstore verify STORE` compares the SHA-256 of every file with the manifest.
* The **fingerprint** is a hash of the content: dataset, counting rules, properties, and for each
  table its columns value by value (copies in another order, `source_file` and `finding` left out).
  Equal data has equal fingerprints, however the export was compressed or sharded and whichever
  version wrote the Parquet files. Cite it with a result.

A store of another major version is refused with advice; a newer minor version adds things that
this version does not need to know.

## manifest.json

{manifest}
Each of `properties`:

{property}
Each of `populations`:

{population}
Each of `edge_populations`:

{edge_population}
`rules`:

{rules}
Each file of `tables`:

{file}
## Tables

Parquet, zstd, row groups of at most {rows:,} rows. Rows are sorted as told below, so that looking
up one body reads few row groups. A table with two parts has two files, `tables/<table>/` with
`{first}.parquet` and `{second}.parquet`: rows of bodies with the label Neuron (both bodies, for
connections and pairs), and all others. Most questions need only the first, which is far smaller.
Other tables have one file, `tables/<table>.parquet`.

ROI names are values, never column or file names: datasets have ROIs that differ in case only, such
as `AL(R)` (antennal lobe) and `aL(R)` (alpha lobe). A property lies in the column of its own name,
except where two names of an entity differ in case only; the manifest tells its column.

The bodies of a SONATA circuit are its nodes: bodyId = offset + node_id, where the offset of the
n-th node population, from 0, is n times {population_ids:,}. In a circuit with one population they
are the node ids. Places of synapses are in voxels of 1 nm there, the T-bar and the PSD of edge e of
the n-th edge population have the ids 2i and 2i + 1, i = n times {population_ids:,} + e.

Null is not 0: a null count is a key that the source's roiInfo does not have, a null weight one
that the source does not tell.

Types: {types}. `voxel` is DOUBLE in a store whose source has fractional coordinates.
"""


def main() -> int:
    """Write the pages, or compare them."""
    pages = {"store-format.md": store_format(), "cypher.md": cypher(read("cypher.md"))}
    stale = {name: text for name, text in pages.items() if read(name) != text}
    if "--check" in sys.argv[1:]:
        return int(bool(stale))
    for name, text in stale.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


def read(name: str) -> str:
    """A page as it is; empty if there is none."""
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def cypher(page: str) -> str:
    """A page with the functions and procedures of Cypher between its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"docs/cypher.md lacks the lines {BEGIN}{END}")
    families = {"Aggregates": AGGREGATES, **FAMILIES}
    sections = [functions(title, rows.values()) for title, rows in families.items()]
    return before + begin + "\n".join(["", *sections, procedures(), end]) + after


def functions(title: str, rows: Iterable[Function]) -> str:
    """One family of functions."""
    return grid(
        f"### {title}",
        ("function", "gives", "what it is"),
        ((f"`{row.name}({row.parameters})`", row.returns, row.doc) for row in rows),
    )


def procedures() -> str:
    """The procedures of CALL."""
    return grid(
        "### Procedures",
        ("procedure", "yields", "what it is"),
        (
            (f"`{row.name}({', '.join(row.arguments)})`", ", ".join(row.fields), row.doc)
            for row in PROCEDURES.values()
        ),
    )


def grid(title: str, names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table with its title; a bar in a cell is not its end."""
    lines = [title, "", f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*lines, ""])


def store_format() -> str:
    """The page on the store's format."""
    head = HEAD.format(
        major=FORMAT_VERSION[0],
        minor=FORMAT_VERSION[1],
        manifest=fields(Manifest),
        property=fields(Property),
        population=fields(Population),
        edge_population=fields(EdgePopulation),
        rules=fields(Rules),
        file=fields(StoredFile),
        population_ids=POPULATION_IDS,
        rows=ROW_GROUP_ROWS,
        first=PARTS[0],
        second=PARTS[1],
        types=", ".join(f"`{name}` {sql}" for name, sql in SQL_TYPES.items()),
    )
    return "\n".join([head, *map(section, TABLES.values()), settings()])


def section(table: Table) -> str:
    """One table."""
    marks = [] if table.required else ["optional"]
    marks += ["two parts"] if table.parts else []
    title = f"### {table.name}" + (f" ({', '.join(marks)})" if marks else "")
    lines = [title, "", f"One row is {table.doc}. Sorted by {', '.join(table.order)}.", ""]
    if table.twin:
        return "\n".join([*lines, f"Columns as in `{table.twin}`.", ""])
    lines += ["| column | type | null | what it is |", "|---|---|---|---|"]
    lines += [
        f"| {c.name} | {c.type} | {'yes' if c.nullable else ''} | {c.doc} |" for c in table.columns
    ]
    if table.properties:
        lines += ["", f"Then a column for each property of the entity `{table.properties}`."]
    return "\n".join([*lines, ""])


def fields(model: type) -> str:
    """The fields of a model as a list, from its docstring."""
    return "".join(f"* `{name}`: {doc}\n" for name, doc in documented(model).items())


def documented(model: type) -> dict[str, str]:
    """Field -> text, out of the Attributes section of a model's docstring."""
    names = list(model.model_fields)  # type: ignore[attr-defined]
    _, _, text = (model.__doc__ or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, doc = line.strip().partition(": ")
        if colon and name in names:
            found[name] = doc
        elif line.strip() and found:
            found[list(found)[-1]] += f" {line.strip()}"
    return {name: found.get(name, "").replace("``", "`") for name in names}


def settings() -> str:
    """The environment variables."""
    defaults = {s.name: f"`{s.default}`" if s.default else "" for s in SETTINGS.values()}
    rows = "\n".join(f"| {s.name} | {defaults[s.name]} | {s.doc} |" for s in SETTINGS.values())
    return f"## Settings\n\n| variable | default | what it does |\n|---|---|---|\n{rows}\n"


if __name__ == "__main__":
    sys.exit(main())
