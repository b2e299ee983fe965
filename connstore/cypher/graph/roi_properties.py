"""Properties that a store keeps by ROI: flags such as ``n.`AL(R)` `` and ``roiInfo``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from json import dumps

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from connstore.cypher.graph.schema import Bind, Entries, OverScan, PropertySource
from connstore.cypher.sqlkit import column, raw, text, when
from connstore.cypher.types import Dictionary, Scalar
from connstore.sqltext import quote_literal, quote_name
from connstore.store.opening import Store

#: The ROI set of a row.
ROI_SET = PropertySource(Scalar.INTEGER, lambda scan, bind: column(scan, "roi_set"))
#: roiInfo, parsed: counts by name, by ROI.
ROI_INFO = Dictionary(Dictionary(Scalar.INTEGER))


@dataclass(frozen=True, slots=True)
class RoiInfo:
    """``roiInfo`` as the JSON text that neuPrint serves, parsed, and the rows it is made of."""

    text: PropertySource
    parsed: PropertySource
    entries: Entries


class Rois:
    """The ROI properties of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rois = store.read("roi")
        own = rois.filter(pc.invert(rois["is_pseudo"]))
        pairs = zip(own["roi_id"].to_pylist(), own["name"].to_pylist(), strict=True)
        self._names: dict[int, str] = dict(pairs)
        self._flags = {name: roi_id for roi_id, name in self._names.items()}

    def beside(
        self, properties: Mapping[str, PropertySource]
    ) -> Callable[[str], PropertySource | None]:
        """Finds a property of a kind whose rows lie in ROIs: its own ones, else a flag."""

        def find(name: str) -> PropertySource | None:
            if name in properties:
                return properties[name]
            roi_id = self._flags.get(name)
            return (
                None if roi_id is None else PropertySource(Scalar.BOOLEAN, _flag(roi_id), "search")
            )

        return find

    @cached_property
    def _sets(self) -> pa.ChunkedArray:
        """The ROIs of each ROI set; sets are numbered from 0 on without gaps."""
        return self._store.read("roi_set", ["roi_ids"])["roi_ids"]

    def flags_of(self, roi_set: int) -> Mapping[str, bool]:
        """The flags of rows in an ROI set, by its number."""
        names = self._names
        return {names[roi]: True for roi in self._sets[roi_set].as_py() if roi in names}

    def flags(self, scan: str, bind: Bind) -> exp.Expr:
        """The flags of a row in one text, such as ``"EB":true,"FB":true``; null without any."""
        texts = """(SELECT flags FROM (
            SELECT s.roi_set_id, string_agg(
                to_json(roi.name)::VARCHAR || ':true', ',' ORDER BY roi.roi_id) AS flags
            FROM roi_set AS s, unnest(s.roi_ids) AS u(roi_id) JOIN roi ON roi.roi_id = u.roi_id
            WHERE NOT roi.is_pseudo GROUP BY s.roi_set_id
        ) AS f WHERE f.roi_set_id = {set})"""
        return raw(texts.replace("{set}", column(scan, "roi_set").sql("duckdb")))

    def of_bodies(self, entity: str) -> RoiInfo | None:
        """``roiInfo`` of bodies; None where the source has no counts by ROI."""
        columns = {p.name: p.column for p in self._store.properties(entity).values()}
        if not columns:
            return None
        return _roi_info("segment_roi", columns, ("bodyId",), _lies_in_rois)

    def of_connections(self) -> RoiInfo:
        """``roiInfo`` of connections."""
        more = self._store.properties("connection_roi").values()
        columns = {"pre": "pre", "post": "post", **{p.name: p.column for p in more}}
        return _roi_info("connection_roi_by_pre", columns, ("body_pre", "body_post"), None)


def _flag(roi_id: int) -> OverScan:
    """True where the row lies in an ROI, else null: neuPrint has no false flags."""

    def sql(scan: str, bind: Bind) -> exp.Expr:
        sets = raw(
            "SELECT roi_set_id FROM roi_set WHERE list_contains(roi_ids, "
            f"{bind(roi_id).sql('duckdb')})"
        )
        return when(column(scan, "roi_set").isin(query=exp.Subquery(this=sets)), exp.true())

    return sql


def _lies_in_rois(scan: str) -> str:
    return f"{scan}.roi_set IS NOT NULL"


def _roi_info(
    table: str,
    columns: Mapping[str, str],
    key: Sequence[str],
    there: Callable[[str], str] | None,
) -> RoiInfo:
    """``roiInfo`` put together from the rows of a table, one a ROI."""

    def counts(row: str) -> str:
        pairs = ", ".join(
            f"{{'k': {quote_literal(name)}, 'v': {row}.{quote_name(column_)}::BIGINT}}"
            for name, column_ in columns.items()
        )
        known = f"list_filter([{pairs}], lambda count_: count_.v IS NOT NULL)"
        return f"map_from_entries({known})"

    # Nulls make their entries null, and concat_ws leaves those out.
    written = ", ".join(
        f"{quote_literal(dumps(name) + ':')} || r.{quote_name(column_)}"
        for name, column_ in columns.items()
    )
    inner = f"'{{' || concat_ws(',', {written}) || '}}'"

    def over(value: str, empty: str) -> OverScan:
        def sql(scan: str, bind: Bind) -> exp.Expr:
            found = " AND ".join(f"{text(column('r', k))} = {text(column(scan, k))}" for k in key)
            body = (
                f"(SELECT {value} FROM {table} AS r JOIN roi ON roi.roi_id = r.roi_id "
                f"WHERE {found})"
            )
            if there is None:
                return raw(f"coalesce({body}, {empty})")
            condition = there(quote_name(scan))
            return raw(f"CASE WHEN {condition} THEN coalesce({body}, {empty}) END")

        return sql

    entries = f"to_json(roi.name)::VARCHAR || ':' || {inner}"
    whole = f"'{{' || string_agg({entries}, ',' ORDER BY roi.roi_id) || '}}'"
    maps = f"map_from_entries(list({{'k': roi.name, 'v': {counts('r')}}} ORDER BY roi.roi_id))"
    return RoiInfo(
        PropertySource(Scalar.STRING, over(whole, "'{}'"), "search"),
        PropertySource(
            ROI_INFO, over(maps, "MAP {}::MAP(VARCHAR, MAP(VARCHAR, BIGINT))"), "search"
        ),
        Entries(
            f"(SELECT r.*, roi.name AS roi_name FROM {table} AS r "
            "JOIN roi ON roi.roi_id = r.roi_id)",
            tuple(key),
            "roi_name",
            "roi_id",
            columns,
            lambda row: raw(counts(row)),
        ),
    )
