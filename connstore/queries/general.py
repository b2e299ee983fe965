"""Metadata."""

from __future__ import annotations

import json
from typing import Any

from connstore.queries.arguments import Answering, answered
from connstore.queries.frames import json_like

#: Properties of Meta that neuprint-python hands out as parsed JSON; None where there is none.
_JSON = ("roiInfo", "roiHierarchy", "neuroglancerInfo", "neuroglancerMeta", "statusDefinitions")


@answered
def fetch_meta(*, client: Answering | None = None) -> dict[str, Any]:
    """The dataset's metadata (neuPrint's Meta node), JSON texts parsed.

    Args:
        client: By default the default client.

    Returns:
        Property -> value. Properties without a value are left out, except ``roiInfo``,
        ``roiHierarchy``, ``neuroglancerInfo``, ``neuroglancerMeta`` and ``statusDefinitions``,
        which are None then.

    Example:
        >>> fetch_meta()["postHighAccuracyThreshold"]
        0.5
    """
    assert client is not None
    meta = client.store.meta
    present = {name: json_like(value) for name, value in meta.items() if value is not None}
    parsed = {name: json.loads(meta[name]) if meta.get(name) else None for name in _JSON}
    return present | parsed
