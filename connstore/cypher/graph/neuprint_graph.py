"""The graph of a neuPrint store: Segments, Synapses, their sets, Elements, Meta."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
from sqlglot import exp

from connstore.cypher.graph.entity_maps import json_map
from connstore.cypher.graph.neuprint_properties import (
    LISTED_LABELS,
    body_id,
    bound,
    constant_text,
    has_label,
    location,
    nothing,
    plain,
    relation,
    type_of_meta,
)
from connstore.cypher.graph.roi_properties import ROI_SET, Rois
from connstore.cypher.graph.schema import (
    Arrangement,
    Distinct,
    Graph,
    NodeKind,
    PropertySource,
    RelationshipKind,
    Shortcut,
    Subset,
)
from connstore.cypher.sqlkit import words
from connstore.cypher.types import ListOf, Scalar
from connstore.store.opening import Store

SEGMENT, PRE_SET, POST_SET, SYNAPSE, ELEMENT, META, ELEMENT_SETS = range(7)


#: Label or type -> the table without which nobody can tell how many there are.
_NEEDED = {"Synapse": "synapse", "SynapseSet": "pair_by_pre", "SynapsesTo": "pair_by_pre"}
#: The same of what only current bundles bring; data of other formats never had any.
_NEEDED_OF_BUNDLES = {"Mito": "element", "CloseTo": "closeto"}


def neuprint_graph(store: Store, element_types: Sequence[str]) -> Graph:
    """The graph of a store.

    Args:
        store: The store.
        element_types: Types of those elements that ElementSets contain.
    """
    maker = _Maker(store, element_types)
    kinds = maker.relationships()
    return Graph(
        tuple(maker.nodes()),
        tuple(kinds),
        _Prefix(maker.prefix),
        store.dataset,
        tuple(_shortcuts(kinds)),
        _lacking(store),
        flags_of=maker.rois.flags_of,
    )


def _lacking(store: Store) -> dict[str, str]:
    """Labels and types whose table the source can have and the store has not -> what to say."""
    current = store.manifest.rules.source_format == "neuprint"
    needed = _NEEDED | (_NEEDED_OF_BUNDLES if current else {})
    return {name: store.lack_of(table) for name, table in needed.items() if not store.has(table)}


def _shortcuts(kinds: Sequence[RelationshipKind]) -> Iterator[Shortcut]:
    """From a Segment to its synapses, if the store tells of them."""
    sets = {PRE_SET, POST_SET}
    own = frozenset(k.number for k in kinds if k.source == SEGMENT and k.target in sets)
    members = frozenset(k.number for k in kinds if k.source in sets and k.target == SYNAPSE)
    # T-bar and PSD of a pair lie in the two sets of the pair's own bodies, at least.
    pairs = frozenset(k.number for k in kinds if k.type == "SynapsesTo")
    for kind in kinds:
        if not kind.type:
            yield Shortcut(own, members, kind.number, pairs)


def _has_no_nulls(store: Store, table: str, columns: Collection[str]) -> bool:
    """Whether the footers of a table's files say that some columns are never null."""
    for file in store.files(table):
        footer = pq.read_metadata(file)
        for number in range(footer.num_row_groups):
            group = footer.row_group(number)
            for place in range(group.num_columns):
                column_ = group.column(place)
                if column_.path_in_schema in columns:
                    found = column_.statistics
                    if found is None or found.null_count != 0:
                        return False
    return True


def _end(end: str, *, owned: bool) -> dict[str, str]:
    """Columns of a synapse -> columns of a pair with the same.

    Args:
        end: ``pre`` or ``post``.
        owned: Whether the pair is sure to tell the synapse's body.
    """
    columns = ["x", "y", "z", "confidence", "roi_set"]
    body = {"bodyId": f"body_{end}"} if owned else {}
    return {**body, **{name: f"{name}_{end}" for name in columns}}


class _Prefix:
    """neuPrint's nodes carry each label twice, and in old data the dataset's name by itself."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset

    def __call__(self, label: str) -> str | None:
        if label == self._dataset:
            return None
        for separator in ("_", "-"):
            label = label.removeprefix(self._dataset + separator)
        return "Segment" if label == "Cell" else label


class _Maker:
    """Makes the kinds of a store.

    Attributes:
        prefix: The dataset's name, with which labels begin.
    """

    def __init__(self, store: Store, element_types: Sequence[str]) -> None:
        self._store = store
        self._element_types = element_types
        self.rois = Rois(store)
        self._pairs = store.has("pair_by_pre")
        self._post = "pair_by_post" if store.has("pair_by_post") else "pair_by_pre"
        self.prefix = str(store.meta.get("dataset") or store.dataset).split(":")[0]
        # The old loader's points and sets are no Elements; sets are typed, points owned since.
        self._old = store.manifest.rules.source_format == "dvid"

    def nodes(self) -> list[NodeKind]:
        """All kinds of nodes; those that the store lacks are empty."""
        kinds = [self._segments()]
        for number, own, other, table in (
            (PRE_SET, "pre", "post", "pair_by_pre"),
            (POST_SET, "post", "pre", self._post),
        ):
            sets = Distinct(table, {"own": f"body_{own}", "partner": f"body_{other}"})
            typed = {"type": PropertySource(Scalar.STRING, constant_text(own), "nothing")}
            kinds.append(
                self._kind(
                    number,
                    sets if self._pairs else nothing({"own": "int64", "partner": "int64"}),
                    ("own", "partner"),
                    ("SynapseSet",) if self._old else ("SynapseSet", "ElementSet"),
                    {} if self._old else typed,
                )
            )
        kinds += [self._synapses(), self._elements(), self._meta()]
        for offset, type_ in enumerate(self._element_types):
            kinds.append(self._element_set(ELEMENT_SETS + offset, type_))
        return kinds

    def _segments(self) -> NodeKind:
        properties = {"bodyId": body_id(), **self._properties("neuron")}
        roi_info = self.rois.of_bodies("neuron_roi")
        if roi_info is not None:
            properties["roiInfo"] = roi_info.text
        return NodeKind(
            number=SEGMENT,
            table="segment",
            key=("bodyId",),
            labels=frozenset({"Segment"}),
            subsets={"Neuron": Subset(has_label("Neuron"), "segment_neuron")},
            all_labels=LISTED_LABELS,
            property=self.rois.beside(properties),
            properties=json_map(properties, self.rois.flags),
            parsed={} if roi_info is None else {"roiInfo": roi_info.parsed},
            entries={} if roi_info is None else {"roiInfo": roi_info.entries},
            columns=properties,
            roi_set=ROI_SET,
        )

    def _synapses(self) -> NodeKind:
        properties = {
            "type": plain("type", "string"),
            "confidence": plain("confidence", "float32"),
            "location": location(),
            **({} if self._old else {"bodyId": plain("bodyId", "int64")}),
            **self._properties("synapse"),
        }
        return self._kind(
            SYNAPSE,
            relation(self._store, "synapse"),
            ("synapse_id",),
            ("Synapse",) if self._old else ("Synapse", "Element"),
            properties,
            flags=True,
        )

    def _elements(self) -> NodeKind:
        properties = {
            "type": plain("type", "string"),
            "location": location(),
            "bodyId": plain("bodyId", "int64"),
            **self._properties("element"),
        }
        kind = self._kind(
            ELEMENT,
            relation(self._store, "element"),
            ("element_id",),
            ("Element",),
            properties,
            flags=True,
        )
        return replace(kind, subsets={"Mito": Subset(has_label("Mito"))}, all_labels=LISTED_LABELS)

    def _meta(self) -> NodeKind:
        properties = {
            name: PropertySource(type_, bound(value, type_), "nothing")
            for name, value in self._store.meta.items()
            if (type_ := type_of_meta(value)) is not None
        }
        return self._kind(META, "(SELECT 0 AS one)", ("one",), ("Meta",), properties)

    def _element_set(self, number: int, type_: str) -> NodeKind:
        chosen = exp.column("type").eq(words(type_)).sql("duckdb")
        return self._kind(
            number,
            f"(SELECT DISTINCT bodyId FROM element WHERE in_set AND {chosen})",
            ("bodyId",),
            ("ElementSet",),
            {"type": PropertySource(Scalar.STRING, constant_text(type_), "nothing")},
        )

    def _kind(
        self,
        number: int,
        table: str | Distinct,
        key: tuple[str] | tuple[str, str],
        labels: tuple[str, ...],
        properties: Mapping[str, PropertySource],
        *,
        flags: bool = False,
    ) -> NodeKind:
        """A kind all of whose nodes carry the same labels."""
        both = [name for label in labels for name in (label, f"{self.prefix}_{label}")]
        listed = exp.Array(expressions=[words(name) for name in both])
        return NodeKind(
            number=number,
            table=table,
            key=key,
            labels=frozenset(labels),
            subsets={},
            all_labels=PropertySource(
                ListOf(Scalar.STRING), lambda scan, bind: listed.copy(), "nothing"
            ),
            property=self.rois.beside(properties) if flags else properties.get,
            properties=json_map(properties, self.rois.flags if flags else None),
            columns=properties,
            roi_set=ROI_SET if flags else None,
        )

    def relationships(self) -> list[RelationshipKind]:
        """All kinds of relationships."""
        kinds = [self._connections()]

        def add(type_: str, source: int, target: int, **rest: Any) -> None:
            kinds.append(RelationshipKind(len(kinds), type_, source, target, **rest))

        own = (("source.a", "target.a"),)
        # A synapse may name a body without a row: neo4j's import drops the link to its set.
        complete = self._store.violations.get("synapse_bodies_exist") == 0
        add("Contains", SEGMENT, PRE_SET, implied=own, may_dangle=not complete)
        add("Contains", SEGMENT, POST_SET, implied=own, may_dangle=not complete)
        crossed = (("source.a", "target.b"), ("source.b", "target.a"))
        add("ConnectsTo", PRE_SET, POST_SET, implied=crossed)
        if self._pairs:
            for number, end, other, table in (
                (PRE_SET, "pre", "post", "pair_by_pre"),
                (POST_SET, "post", "pre", self._post),
            ):
                members = Distinct(
                    table, {"own": f"body_{end}", "partner": f"body_{other}", "point": f"{end}_id"}
                )
                add(
                    "Contains",
                    number,
                    SYNAPSE,
                    arrangements=(Arrangement(members, "source"),),
                    source_key=("own", "partner"),
                    target_key=("point",),
                    companions={"bodyId": "own"},
                )
            # If so, a synapse with a partner lies in a SynapseSet of its body.
            owned = complete and _has_no_nulls(
                self._store, "pair_by_pre", ("body_pre", "body_post")
            )
            add(
                "SynapsesTo",
                SYNAPSE,
                SYNAPSE,
                arrangements=(
                    Arrangement("pair_by_pre", "source"),
                    Arrangement(self._post, "target"),
                ),
                source_key=("pre_id",),
                target_key=("post_id",),
                source_at_hand=_end("pre", owned=owned),
                target_at_hand=_end("post", owned=owned),
            )
            if owned:
                add(
                    "",
                    SEGMENT,
                    SYNAPSE,
                    arrangements=(
                        Arrangement("(SELECT * FROM synapse WHERE has_partner)", "source"),
                    ),
                    source_key=("bodyId",),
                    target_key=("synapse_id",),
                    is_target=True,
                    told_by="bodyId",
                )
        for offset, type_ in enumerate(self._element_types):
            add("Contains", SEGMENT, ELEMENT_SETS + offset, implied=own)
            chosen = exp.column("type").eq(words(type_)).sql("duckdb")
            elements = f"(SELECT bodyId, element_id FROM element WHERE in_set AND {chosen})"
            add(
                "Contains",
                ELEMENT_SETS + offset,
                ELEMENT,
                arrangements=(Arrangement(elements, "source"),),
                source_key=("bodyId",),
                target_key=("element_id",),
            )
        if self._store.has("closeto"):
            properties = {
                "distance": plain("distance", "float32"),
                **self._properties("closeto"),
            }
            add(
                "CloseTo",
                SYNAPSE,
                ELEMENT,
                arrangements=(Arrangement("closeto", "source"),),
                source_key=("synapse_id",),
                target_key=("element_id",),
                property=properties.get,
                properties=json_map(properties),
            )
        return kinds

    def _connections(self) -> RelationshipKind:
        properties = {
            **{name: plain(name, "int32") for name in ("weight", "weightHP", "weightHR")},
            **self._properties("connection"),
        }
        roi_info = self.rois.of_connections()
        properties["roiInfo"] = roi_info.text
        return RelationshipKind(
            number=0,
            type="ConnectsTo",
            source=SEGMENT,
            target=SEGMENT,
            arrangements=(
                Arrangement("connection_by_pre_neuron", "source", "Neuron"),
                Arrangement("connection_by_post_neuron", "target", "Neuron"),
                Arrangement("connection_by_pre", "source"),
                Arrangement("connection_by_post", "target"),
            ),
            source_key=("body_pre",),
            target_key=("body_post",),
            property=properties.get,
            properties=json_map(properties),
            parsed={"roiInfo": roi_info.parsed},
            entries={"roiInfo": roi_info.entries},
        )

    def _properties(self, entity: str) -> dict[str, PropertySource]:
        found = self._store.properties(entity).values()
        return {prop.name: plain(prop.column, prop.type) for prop in found}
