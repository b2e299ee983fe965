"""The tables of a store, as data: what is on disk, in format version 1.

``docs/store-format.md`` is generated from these definitions
(``scripts/make_docs.py``); the writer and the reader check files against them.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT_VERSION = (1, 0)

#: Rows per Parquet row group: small enough that a look-up of one body reads little.
ROW_GROUP_ROWS = 100_000

#: connstore's type names -> SQL types (Parquet holds the same).
SQL_TYPES: dict[str, str] = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "float64": "DOUBLE",
    "float32": "FLOAT",
    "bool": "BOOLEAN",
    "string": "VARCHAR",
    "bytes": "BLOB",
    "ints": "INTEGER[]",
    "texts": "VARCHAR[]",
    "point": "STRUCT(x DOUBLE, y DOUBLE, z DOUBLE)",
    "vector": "DOUBLE[]",
    # DOUBLE in a store whose source has fractional coordinates
    "voxel": "INTEGER",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its type (a key of SQL_TYPES), what it holds."""

    name: str
    type: str
    doc: str
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: Its name, in the store and in SQL.
        doc: One row is ...
        columns: The columns every store has.
        order: The sort order of its rows; total, so that equal data gives equal files.
        parts: Whether neurons and fragments are kept in separate files.
        properties: Entity whose properties (manifest) follow as further columns.
        required: Whether every store has it.
        twin: The table of which this one is a copy in another order.
    """

    name: str
    doc: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    parts: bool = False
    properties: str | None = None
    required: bool = True
    twin: str | None = None


#: The two files of a table with parts. A row of a body-keyed table lies in ``neuron`` when its
#: body (both bodies, for pairs of bodies) carries the label Neuron, else in ``fragment``.
PARTS = ("neuron", "fragment")


def _key(name: str, doc: str, type_: str = "int64") -> Column:
    return Column(name, type_, doc, nullable=False)


_BODY_PAIR = (
    _key("body_pre", "presynaptic body"),
    _key("body_post", "postsynaptic body"),
)
_CONNECTION = (
    *_BODY_PAIR,
    _key("weight", "synapses of the connection; 0 is possible", "int32"),
    Column("weightHP", "int32", "high-precision synapses; null where the source has none"),
    Column("weightHR", "int32", "high-recall synapses; null where the source has none"),
)
_CONNECTION_ROI = (
    *_BODY_PAIR,
    _key("roi_id", "ROI of the PSD (of the T-bar for `pre`)", "int32"),
    _key("is_primary", "whether the ROI is primary; most questions read those only", "bool"),
    Column("post", "int32", "PSDs in the ROI: the weight there; null: key absent"),
    Column("pre", "int32", "T-bars in the ROI (old loader only); null: key absent"),
)
_PAIR = (
    _key("pre_id", "synapse_id of the T-bar"),
    _key("post_id", "synapse_id of the PSD"),
    Column("body_pre", "int64", "body of the T-bar; null where the source does not tell"),
    Column("body_post", "int64", "body of the PSD; null where the source does not tell"),
    *(
        Column(f"{axis}_{end}", "voxel", f"{axis} of the {what}, voxels")
        for end, what in (("pre", "T-bar"), ("post", "PSD"))
        for axis in "xyz"
    ),
    Column("confidence_pre", "float32", "confidence of the T-bar, as in the source"),
    Column("confidence_post", "float32", "confidence of the PSD, as in the source"),
    Column("roi_set_pre", "int32", "ROI set of the T-bar"),
    Column("roi_set_post", "int32", "ROI set of the PSD"),
)
_LOCATION = tuple(Column(axis, "voxel", f"{axis}, voxels") for axis in "xyz")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "meta",
            "one property of the dataset's Meta node, as the source has it",
            (
                _key("property", "name", "string"),
                Column("neo4j_type", "string", "its type in the export, such as `float[]`"),
                Column("value", "string", "the value as JSON; JSON inside a string stays a string"),
            ),
            ("property",),
        ),
        Table(
            "roi",
            "one ROI name met anywhere in the source",
            (
                _key("roi_id", "1..n in code-point order of the names", "int32"),
                _key("name", "exact name; compare case-sensitively", "string"),
                _key("in_meta", "a key of Meta.roiInfo", "bool"),
                _key("is_primary", "a member of Meta.primaryRois", "bool"),
                _key("is_pseudo", "a literal `None`, `<unspecified>`: a key, not an ROI", "bool"),
            ),
            ("roi_id",),
        ),
        Table(
            "roi_set",
            "one combination of ROIs that some body or point lies in; 0 is the empty one",
            (
                _key("roi_set_id", "dense, in order of the id lists", "int32"),
                _key("roi_ids", "sorted roi_id list", "ints"),
                Column("primary_roi", "int32", "the primary ROI among them, lowest id first"),
            ),
            ("roi_set_id",),
        ),
        Table(
            "segment",
            "one body, with every property of its node",
            (
                _key("bodyId", "body id"),
                _key("labels", "labels as in the source, `;`-separated", "string"),
                Column("roi_set", "int32", "ROI set of the body (keys of roiInfo); null: none"),
            ),
            ("bodyId",),
            parts=True,
            properties="neuron",
        ),
        Table(
            "segment_roi",
            "counts of one body in one ROI (roiInfo); a null count is an absent key",
            (_key("bodyId", "body id"), _key("roi_id", "ROI", "int32")),
            ("bodyId", "roi_id"),
            parts=True,
            properties="neuron_roi",
        ),
        *(
            Table(
                f"connection_by_{end}",
                f"one connection, sorted by the {end}synaptic body",
                _CONNECTION,
                order,
                parts=True,
                properties="connection",
                twin="connection_by_pre" if end == "post" else None,
            )
            for end, order in (
                ("pre", ("body_pre", "body_post")),
                ("post", ("body_post", "body_pre")),
            )
        ),
        *(
            Table(
                f"connection_roi_by_{end}",
                f"one connection in one ROI, sorted by the {end}synaptic body",
                _CONNECTION_ROI,
                (*order, "roi_id"),
                parts=True,
                properties="connection_roi",
                twin="connection_roi_by_pre" if end == "post" else None,
            )
            for end, order in (
                ("pre", ("body_pre", "body_post")),
                ("post", ("body_post", "body_pre")),
            )
        ),
        Table(
            "synapse",
            "one T-bar or PSD",
            (
                _key("synapse_id", "id as in the source"),
                Column("bodyId", "int64", "its body; null where the source does not tell"),
                _key("type", "`pre` (T-bar) or `post` (PSD)", "string"),
                *_LOCATION,
                Column("confidence", "float32", "as in the source"),
                Column("roi_set", "int32", "ROI set of the point"),
                _key("has_partner", "whether it is an end of some pair", "bool"),
            ),
            ("bodyId", "type", "synapse_id"),
            parts=True,
            properties="synapse",
            required=False,
        ),
        Table(
            "pair_by_pre",
            "one T-bar to PSD link, both ends denormalised, sorted by the presynaptic body",
            _PAIR,
            ("body_pre", "body_post", "pre_id", "post_id"),
            parts=True,
            required=False,
        ),
        Table(
            "pair_by_post",
            "the same, sorted by the postsynaptic body",
            _PAIR,
            ("body_post", "body_pre", "post_id", "pre_id"),
            parts=True,
            required=False,
            twin="pair_by_pre",
        ),
        Table(
            "element",
            "one element that is not a synapse, such as a mitochondrion",
            (
                _key("element_id", "id as in the source"),
                Column("bodyId", "int64", "its body"),
                _key("type", "such as `mitochondrion`", "string"),
                *_LOCATION,
                Column("roi_set", "int32", "ROI set of the point"),
                _key("in_set", "whether an ElementSet of a Segment contains it", "bool"),
                Column("labels", "string", "labels as in the source"),
                Column("config_name", "string", "folder of the export it came from"),
            ),
            ("bodyId", "type", "element_id"),
            parts=True,
            properties="element",
            required=False,
        ),
        Table(
            "closeto",
            "one CloseTo link from a synapse to an element",
            (
                _key("synapse_id", "the synapse"),
                _key("element_id", "the element"),
                Column("bodyId", "int64", "body of the synapse"),
                Column("distance", "float32", "distance, voxels"),
            ),
            ("bodyId", "synapse_id", "element_id"),
            parts=True,
            properties="closeto",
            required=False,
        ),
        Table(
            "node",
            "one node of a literal property graph (`connstore.testing.graph_store`)",
            (
                _key("node_id", "id of the node"),
                _key("labels", "its labels, in the order given", "texts"),
                _key("properties", "a map in the encoding of dynamic Cypher values", "string"),
            ),
            ("node_id",),
            required=False,
        ),
        Table(
            "relationship",
            "one relationship of a literal property graph",
            (
                _key("relationship_id", "id of the relationship"),
                _key("type", "its type", "string"),
                _key("source", "node_id of the node that it leaves"),
                _key("target", "node_id of the node that it enters"),
                _key("properties", "a map in the encoding of dynamic Cypher values", "string"),
            ),
            ("relationship_id",),
            required=False,
        ),
        Table(
            "skeleton",
            "one node of the skeleton of a body",
            (
                _key("bodyId", "the body"),
                _key("ordinal", "place of the node in the SWC file, from 1", "int32"),
                _key("rowId", "id of the node in its skeleton", "int32"),
                _key("node_type", "SWC's type, such as 1 for soma, 0 for undefined", "int32"),
                *(_key(axis, f"{axis} as in the file, mostly voxels", "float64") for axis in "xyz"),
                _key("radius", "as in the file, in the unit of x, y, z", "float64"),
                _key("link", "rowId of the parent; -1 (or no rowId of the body): a root", "int32"),
            ),
            ("bodyId", "ordinal"),
            required=False,
        ),
        Table(
            "roi_mesh",
            "the surface of one ROI",
            (
                _key("roi", "exact name", "string"),
                _key("obj", "the OBJ file, byte for byte", "bytes"),
            ),
            ("roi",),
            required=False,
        ),
        Table(
            "edge",
            "one edge of a SONATA circuit, of whatever type, with every attribute",
            (
                _key("population", "its edge population", "string"),
                _key("edge_id", "its row in the population, from 0"),
                Column("edge_type_id", "int64", "its edge type; null where the source has none"),
                _key("body_pre", "body of the source node"),
                _key("body_post", "body of the target node"),
            ),
            ("population", "edge_id"),
            properties="edge",
            required=False,
        ),
        Table(
            "enumeration",
            "one text of an enumeration (`@library`) of a SONATA circuit",
            (
                _key("entity", "`neuron` or `edge`", "string"),
                _key("population", "the node or edge population", "string"),
                _key("attribute", "the attribute", "string"),
                _key("ordinal", "its place in the enumeration, from 0", "int32"),
                _key("value", "the text", "string"),
            ),
            ("entity", "population", "attribute", "ordinal"),
            required=False,
        ),
        Table(
            "node_sets",
            "one source of node sets of a SONATA circuit; later ones win over earlier ones",
            (
                _key("ordinal", "order, from 1", "int32"),
                _key("origin", "`circuit` or `simulation`: whose config names it", "string"),
                _key("content", "the JSON text, as it is", "string"),
            ),
            ("ordinal",),
            required=False,
        ),
        Table(
            "source_file",
            "one file of the export, or beside it",
            (
                _key("path", "relative to the source; `skeletons/…`, `roi-meshes/…`", "string"),
                _key("bytes", "size"),
                _key("sha256", "hash of the bytes as they lay there", "string"),
                Column("rows_read", "int64", "rows read; null: not read, its content is derivable"),
            ),
            ("path",),
        ),
        Table(
            "finding",
            "one thing that the ingest counted, checked, repaired or dropped",
            (
                _key("ordinal", "order of appearance", "int32"),
                _key("kind", "`count`, `identity`, `repair`, `drop` or `note`", "string"),
                _key("code", "stable name", "string"),
                _key("rows", "rows concerned (violations, for an identity)"),
                Column("ok", "bool", "whether an identity holds; null otherwise"),
                _key("detail", "in words", "string"),
            ),
            ("ordinal",),
        ),
    )
}
