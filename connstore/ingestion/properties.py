"""Which properties an entity of an export has, and in which columns they will lie."""

from __future__ import annotations

from collections.abc import Iterable

from connstore.errors import IngestError
from connstore.ingestion.header import TYPES, HeaderCell, wider_type
from connstore.store.manifest import Property


def unite_properties(
    entity: str,
    headers: Iterable[Iterable[HeaderCell]],
    taken: Iterable[str],
    *,
    float_type: str = "float64",
) -> list[Property]:
    """The properties that several headers declare together.

    The type of a property may differ between the shards of one export; the widest is taken.

    Args:
        entity: Entity of the manifest.
        headers: The property cells of each header, roles and ROI flags left out.
        taken: Column names that are in use; a property gets another column where its name
            equals one of them, or another property's, but for case.
        float_type: connstore type of neo4j's ``float``; whole numbers that some shard has as
            floats become float64 all the same.

    Raises:
        IngestError: A header declares a type that neo4j does not have.
    """
    types: dict[str, str] = {}
    whole: set[str] = set()
    for header in headers:
        for cell in header:
            if cell.type not in TYPES:
                raise IngestError(
                    f"the type {cell.type!r} is none of {sorted(TYPES)}", column=cell.text
                )
            if cell.type in ("int", "long"):
                whole.add(cell.name)
            types[cell.name] = wider_type(types.get(cell.name, "IGNORE"), cell.type)
    used = {name.casefold() for name in taken}
    properties = []
    for ordinal, (name, neo4j_type) in enumerate(types.items()):
        type_ = TYPES[neo4j_type]
        properties.append(
            Property(
                entity=entity,
                name=name,
                column=free_column(name, used),
                type=float_type if type_ == "float64" and name not in whole else type_,
                neo4j_type=neo4j_type,
                ordinal=ordinal,
            )
        )
    return properties


def free_column(name: str, used: set[str]) -> str:
    """A column name for a property that no other column has, whatever the case.

    Args:
        name: The property.
        used: Columns that are in use, case folded; the new one is added.
    """
    column, copy = name, 1
    while column.casefold() in used:
        copy += 1
        column = f"{name}__{copy}"
    used.add(column.casefold())
    return column
