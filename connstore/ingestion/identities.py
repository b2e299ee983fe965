"""Consistency checks of a whole export (identities), counted and kept in the store.

An export says many things twice: a weight is the number of its pairs, a body's counts are the
sums over its synapses. The identities compare the two. One that does not hold does not stop
the ingest; the store's table ``finding`` tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from connstore.errors import MemoryLimitError
from connstore.ingestion.identity_tables import make_check_tables
from connstore.ingestion.workspace import Workspace

_NEW = ("neuprint",)
#: The old loader's generations differ in ``weight``: all pairs (hemibrain), or those of high
#: accuracy where there is a ``weightHR`` for all (MANC).
_HEMIBRAIN = ("dvid",)
_MANC = ("dvid with weightHR",)
_OLD = _HEMIBRAIN + _MANC
_ALL = _NEW + _OLD


@dataclass(frozen=True)
class Identity:
    """One identity.

    Attributes:
        code: Stable name; the same where a format has its own version of an identity.
        formats: The formats it is checked for.
        needs: ``table.column`` that must be there, for the check to have a meaning.
        sql: Counts the violations.
        words: What holds.
        must_hold: False for one that a sound export may violate; its violations are told all
            the same.
    """

    code: str
    formats: tuple[str, ...]
    needs: tuple[str, ...]
    sql: str
    words: str
    must_hold: bool = True


def _weight(formats: tuple[str, ...], weight: str, pairs: str, words: str, must: bool) -> Identity:
    """A weight of every connection against a count of its pairs."""
    return Identity(
        f"{weight}_of_pairs",
        formats,
        (f"check_edge.{weight}", f"check_pair.{pairs}"),
        f"SELECT count(*) FROM check_edge e FULL JOIN check_pair p USING (body_pre, body_post) "
        f"WHERE coalesce(e.{weight}, 0) <> coalesce(p.{pairs}, 0)",
        f"{weight} of a connection = number of its pairs{words}",
        must,
    )


def _total(formats: tuple[str, ...], count: str, weight: str, end: str, must: bool) -> Identity:
    """A count of every body against the sum over its connections."""
    way = {"pre": "outgoing", "post": "incoming"}[end]
    return Identity(
        f"{count}_of_connections",
        formats,
        (f"check_body.{count}", f"check_edge.{weight}"),
        f"SELECT count(*) FROM check_body b LEFT JOIN (SELECT body_{end} AS bodyId, "
        f"sum({weight}) AS total FROM check_edge GROUP BY ALL) USING (bodyId) "
        f"WHERE coalesce(b.{count}, 0) <> coalesce(total, 0)",
        f"{count} of a body = sum of {weight} over its {way} connections",
        must,
    )


_BODY_POINTS = """
    FROM check_body b {join} JOIN
         (SELECT bodyId, sum(pre) AS pre, sum(post) AS post FROM check_point GROUP BY ALL) s
         USING (bodyId)
    WHERE coalesce(s.pre, 0) {differs} coalesce(b.pre, 0)
       OR coalesce(s.post, 0) {differs} coalesce(b.post, 0)
"""
_ROI_POINTS = """
    WITH of_points AS (
        SELECT bodyId, roi_id, sum(pre) AS pre, sum(post) AS post
        FROM check_point JOIN check_set USING (roi_set_id) SEMI JOIN segment USING (bodyId)
        GROUP BY ALL
    ), of_bodies AS (
        SELECT bodyId, roi_id, counts['pre'] AS pre, counts['post'] AS post
        FROM segment_roi_raw r JOIN roi ON roi.name = r.roi WHERE NOT is_pseudo
    )
    SELECT count(*) FROM of_points p FULL JOIN of_bodies b USING (bodyId, roi_id)
    WHERE coalesce(p.pre, 0) {differs} coalesce(b.pre, 0)
       OR coalesce(p.post, 0) {differs} coalesce(b.post, 0)
"""
_ROI_DOWNSTREAM = """
    WITH of_pairs AS (
        SELECT bodyId, roi_id, sum(n) AS n
        FROM (SELECT body_pre AS bodyId, roi_set_{end} AS roi_set_id, count(*) AS n
              FROM kept_pair WHERE body_pre IS NOT NULL{counted} GROUP BY ALL)
             JOIN check_set USING (roi_set_id) SEMI JOIN segment USING (bodyId)
        GROUP BY ALL
    ), of_bodies AS (
        SELECT bodyId, roi_id, counts['downstream'] AS n
        FROM segment_roi_raw r JOIN roi ON roi.name = r.roi WHERE NOT is_pseudo
    )
    SELECT count(*) FROM of_pairs p FULL JOIN of_bodies b USING (bodyId, roi_id)
    WHERE coalesce(p.n, 0) <> coalesce(b.n, 0)
"""
_ROI_WEIGHT = """
    WITH of_pairs AS (
        SELECT body_pre, body_post, roi_id, sum(n) AS n
        FROM (SELECT body_pre, body_post, roi_set_post AS roi_set_id, count(*) AS n
              FROM kept_pair
              WHERE body_pre IS NOT NULL AND body_post IS NOT NULL{counted} GROUP BY ALL)
             JOIN check_set USING (roi_set_id)
        WHERE is_primary
        GROUP BY ALL
    ), of_connections AS (
        SELECT body_pre, body_post, roi_id, counts['post'] AS n
        FROM connection_roi_raw r JOIN roi ON roi.name = r.roi WHERE is_primary
    )
    SELECT count(*) FROM of_pairs p FULL JOIN of_connections c USING (body_pre, body_post, roi_id)
    WHERE coalesce(p.n, 0) <> coalesce(c.n, 0)
"""
_PRIMARY_ROIS = """
    SELECT count(*) FROM connection JOIN
        (SELECT body_pre, body_post, sum(counts['post']) AS inside
         FROM connection_roi_raw r JOIN roi ON roi.name = r.roi WHERE is_primary GROUP BY ALL)
        USING (body_pre, body_post)
    WHERE inside > weight
"""
_ACCURATE = " AND confidence_post >= (SELECT high_accuracy FROM check_meta)"
_POINT_COUNTS = ("check_body.pre", "check_body.post", "check_point.pre")
_WHERE_ACCURATE = ("check_pair.pairs", "check_meta.high_accuracy")

IDENTITIES: tuple[Identity, ...] = (
    Identity(
        "synapses_of_body",
        _NEW,
        _POINT_COUNTS,
        "SELECT count(*)" + _BODY_POINTS.format(join="FULL", differs="<>"),
        "pre and post of a body = numbers of its T-bars and PSDs",
    ),
    Identity(
        "synapses_of_body",
        _OLD,
        _POINT_COUNTS,
        "SELECT count(*)" + _BODY_POINTS.format(join="", differs=">"),
        "pre and post of a body >= numbers of its T-bars and PSDs in SynapseSets",
    ),
    Identity(
        "synapses_of_body_in_roi",
        _NEW,
        ("check_point.pre",),
        _ROI_POINTS.format(differs="<>"),
        "pre and post of a body in an ROI (roiInfo) = numbers of its T-bars and PSDs there",
    ),
    Identity(
        "synapses_of_body_in_roi",
        _OLD,
        ("check_point.pre",),
        _ROI_POINTS.format(differs=">"),
        "pre and post of a body in an ROI (roiInfo) >= numbers of its T-bars and PSDs there",
    ),
    _weight(_NEW + _MANC, "weightHR", "pairs", "", True),
    _weight(_HEMIBRAIN, "weight", "pairs", "", True),
    _weight(_NEW, "weight", "accurate", " with conf_post >= postHighAccuracyThreshold", True),
    _weight(_MANC, "weight", "accurate", " with conf_post >= postHighAccuracyThreshold", False),
    _weight(_NEW, "weightHP", "precise", " with conf_post >= postHPThreshold", True),
    _weight(_MANC, "weightHP", "precise", " with conf_post >= postHPThreshold", False),
    # The loader's cut-offs are arguments that no file holds.
    _weight(_HEMIBRAIN, "weightHP", "both_precise", " with both conf > postHPThreshold", False),
    Identity(
        "roi_weight_of_pairs",
        _NEW,
        _WHERE_ACCURATE,
        _ROI_WEIGHT.format(counted=_ACCURATE),
        "weight of a connection in a primary ROI = number of its pairs with the PSD there",
    ),
    Identity(
        "roi_weight_of_pairs",
        _HEMIBRAIN,
        ("check_pair.pairs",),
        _ROI_WEIGHT.format(counted=""),
        "weight of a connection in a primary ROI = number of its pairs with the PSD there",
    ),
    Identity(
        "roi_weights_within_weight",
        _ALL,
        (),
        _PRIMARY_ROIS,
        "weights of a connection in the primary ROIs sum to at most its weight",
    ),
    _total(_NEW + _HEMIBRAIN, "downstream", "weight", "pre", True),
    _total(_MANC, "downstream", "weight", "pre", False),
    Identity(
        "upstream_is_post",
        _ALL,
        ("check_body.upstream", "check_body.post"),
        "SELECT count(*) FROM check_body WHERE upstream <> post",
        "upstream of a body = its post",
    ),
    Identity(
        "synweight_is_sum",
        _ALL,
        ("check_body.synweight", "check_body.upstream", "check_body.downstream"),
        "SELECT count(*) FROM check_body WHERE synweight <> upstream + downstream",
        "synweight of a body = upstream + downstream",
    ),
    _total(_NEW, "upstream", "weightHR", "post", True),
    # Points without a SynapseSet count for the body all the same.
    _total(_MANC, "upstream", "weightHR", "post", False),
    _total(_HEMIBRAIN, "upstream", "weight", "post", False),
    Identity(
        "downstream_of_pairs_in_roi",
        _NEW,
        _WHERE_ACCURATE,
        _ROI_DOWNSTREAM.format(end="post", counted=_ACCURATE),
        "downstream of a body in an ROI (roiInfo) = number of its pairs with the PSD there",
    ),
    Identity(
        "downstream_of_pairs_in_roi",
        _HEMIBRAIN,
        ("check_pair.pairs",),
        _ROI_DOWNSTREAM.format(end="pre", counted=""),
        "downstream of a body in an ROI (roiInfo) = number of its pairs with the T-bar there",
    ),
    Identity(
        "connection_ends_exist",
        _NEW,
        (),
        "SELECT (SELECT count(*) FROM connection) - (SELECT count(*) FROM kept_connection)",
        "both bodies of a connection have a row",
    ),
    Identity(
        "connection_ends_exist",
        _OLD,
        (),
        "SELECT (SELECT count(*) FROM connection) - (SELECT count(*) FROM kept_connection)",
        "both bodies of a connection have a row",
        must_hold=False,
    ),
    Identity(
        "synapse_bodies_exist",
        _ALL,
        ("synapse.bodyId",),
        "SELECT count(*) FROM synapse ANTI JOIN segment USING (bodyId) "
        "WHERE synapse.bodyId IS NOT NULL",
        "the body of a synapse has a row",
        must_hold=False,
    ),
    Identity(
        "weight_not_zero",
        _ALL,
        (),
        "SELECT count(*) FROM connection WHERE weight = 0",
        "a connection has a weight (0 where all its pairs are of low confidence)",
        must_hold=False,
    ),
    Identity(
        "psd_has_one_partner",
        _ALL,
        ("pair.post_id",),
        "SELECT count(*) - count(DISTINCT post_id) FROM pair",
        "a PSD is in one pair",
    ),
    *(
        Identity(
            f"meta_total_{type_}",
            _ALL,
            (f"check_meta.total_{type_}", "synapse.type"),
            f"SELECT abs(total_{type_} - (SELECT count(*) FROM synapse WHERE type = '{type_}')) "
            "FROM check_meta",
            f"Meta.total{type_.title()}Count = number of {what} (it may count body 0 too)",
            must_hold=False,
        )
        for type_, what in (("pre", "T-bars"), ("post", "PSDs"))
    ),
    Identity(
        "synapse_sets_of_pairs",
        _NEW,
        ("check_meta.set_links", "check_pair.pairs"),
        "SELECT abs(set_links - (SELECT count(*) FROM check_pair)) FROM check_meta",
        "rows of SynapseSet_to_SynapseSet = number of connected pairs of bodies",
    ),
    Identity(
        "closeto_ends_exist",
        _NEW,
        ("closeto.synapse_id", "synapse.synapse_id"),
        "SELECT (SELECT count(*) FROM closeto ANTI JOIN synapse USING (synapse_id)) "
        "+ (SELECT count(*) FROM closeto ANTI JOIN element USING (element_id))",
        "CloseTo links a synapse and an element that have a row",
    ),
    Identity(
        "element_set_members_exist",
        _NEW,
        ("element_member.element_id",),
        "SELECT count(*) FROM element_member ANTI JOIN element USING (element_id)",
        "an element in an ElementSet has a row",
    ),
)


def check_identities(workspace: Workspace, source_format: str) -> None:
    """Check what must hold between the tables of a format, and note the results.

    Args:
        workspace: As ``assemble`` leaves it.
        source_format: ``neuprint`` or ``dvid``.
    """
    try:
        known = make_check_tables(workspace, source_format)
        generation = source_format
        if source_format == "dvid" and "check_edge.weightHR" in known:
            generation = "dvid with weightHR"
        chosen = [i for i in IDENTITIES if generation in i.formats and known.issuperset(i.needs)]
        for identity in workspace.bar(chosen, "identities"):
            violations = int(workspace.engine.value(identity.sql))
            workspace.report.identity(
                identity.code, violations, identity.words, must_hold=identity.must_hold
            )
    except MemoryLimitError as error:
        # The tables are written by now; a check must not cost them.
        workspace.report.note("identities_unchecked", 0, f"not every identity was checked: {error}")
