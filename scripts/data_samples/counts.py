"""Every derived number: counts per body, per body and ROI, per connection, per ROI."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from .anatomy import ROI_SETS, UNSPECIFIED
from .mitochondria import KINDS

POST_HIGH_ACCURACY_THRESHOLD = 0.5
PRE_HP_THRESHOLD = 0.0
POST_HP_THRESHOLD = 0.7
COUNTS = ("post", "pre", "downstream", "upstream", "synweight", "mito", *KINDS)


def reaches(confidence: pd.Series, threshold: float) -> pd.Series:
    """Compares in float32, as the exporter does: float32 0.7 reaches the threshold 0.7."""
    return confidence >= np.float32(threshold)


def _tally(
    points: pd.DataFrame, pairs: pd.DataFrame, mitos: pd.DataFrame, roi: str | None
) -> pd.DataFrame:
    """Counts per body, or per body and ROI of one ROI set when ``roi`` names it."""

    def count(frame: pd.DataFrame, body: str) -> pd.Series:
        keys = [frame[body].rename("body")]
        if roi is not None:
            keys.append(frame[roi].fillna(UNSPECIFIED).rename("roi"))
        return frame.groupby(keys).size()

    good = pairs[reaches(pairs["conf_post"], POST_HIGH_ACCURACY_THRESHOLD)]
    columns = {
        "post": count(points[points["type"] == "post"], "body"),
        "pre": count(points[points["type"] == "pre"], "body"),
        # By the ROI of the PSD: a body can own an ROI through its partners alone.
        "downstream": count(good, "body_pre"),
        "mito": count(mitos, "body"),
        **{kind: count(mitos[mitos["mitoType"] == kind], "body") for kind in KINDS},
    }
    table = pd.concat(columns, axis=1).fillna(0).astype("int32")
    table["upstream"] = table["post"]
    table["synweight"] = table["upstream"] + table["downstream"]
    return table[list(COUNTS)]


def per_body(points: pd.DataFrame, pairs: pd.DataFrame, mitos: pd.DataFrame) -> pd.DataFrame:
    """Returns totals by body; bodies that only have mitochondria come last, as exported."""
    table = _tally(points, pairs, mitos, None).sort_index()
    synaptic = table["synweight"] + table["pre"] > 0
    return pd.concat([table[synaptic], table[~synaptic]])


def per_roi(points: pd.DataFrame, pairs: pd.DataFrame, mitos: pd.DataFrame) -> pd.DataFrame:
    """Returns totals by body and ROI, all ROI sets in one long table.

    Points outside count as ``<unspecified>`` in the first ROI set only.
    """
    parts = []
    for i, roi_set in enumerate(ROI_SETS):
        part = _tally(points, pairs, mitos, roi_set)
        if i > 0:
            part = part[part.index.get_level_values("roi") != UNSPECIFIED]
        parts.append(part)
    return pd.concat(parts).sort_index().reset_index()


def roi_infos(table: pd.DataFrame) -> dict[int, str]:
    """Returns each body's roiInfo: compact JSON, zeros and ``<unspecified>`` left out."""
    infos: dict[int, dict[str, dict[str, int]]] = {}
    for body, roi, *values in table[["body", "roi", *COUNTS]].itertuples(index=False, name=None):
        info = infos.setdefault(body, {})
        if roi != UNSPECIFIED:
            info[roi] = {name: int(v) for name, v in zip(COUNTS, values, strict=True) if v}
    return {body: compact_json(info) for body, info in infos.items()}


def compact_json(value: object) -> str:
    """JSON without spaces, as roiInfo of bodies and connections is written."""
    return json.dumps(value, separators=(",", ":"))


def connections(pairs: pd.DataFrame) -> pd.DataFrame:
    """Returns one row per pair of bodies: weightHR, weight, weightHP, roiInfo."""
    ends = ["body_pre", "body_post"]
    table = pairs.assign(
        weightHR=1,
        weight=reaches(pairs["conf_post"], POST_HIGH_ACCURACY_THRESHOLD).astype("int64"),
        weightHP=reaches(pairs["conf_post"], POST_HP_THRESHOLD).astype("int64"),
    )
    sums = table.groupby(ends)[["weightHR", "weight", "weightHP"]].sum().reset_index()

    good = table[table["weight"] == 1]
    long = pd.concat(
        [good[[*ends, roi_set]].rename(columns={roi_set: "roi"}) for roi_set in ROI_SETS]
    ).dropna()
    infos: dict[tuple[int, int], dict[str, dict[str, int]]] = {}
    sizes = long.groupby([*ends, "roi"]).size().reset_index(name="n")
    for pre, post, roi, n in sizes.itertuples(index=False, name=None):
        infos.setdefault((pre, post), {})[roi] = {"post": int(n)}
    keys = zip(sums["body_pre"].tolist(), sums["body_post"].tolist(), strict=True)
    sums["roiInfo"] = [compact_json(infos.get(key, {})) for key in keys]
    return sums
