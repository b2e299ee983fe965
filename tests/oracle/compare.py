"""The one comparison of an upstream result with connstore's, and its documented normalisations.

Everything must be equal: values, dtypes, columns, index, row order, and the Python types of the
values in object columns. What upstream leaves arbitrary is put into connstore's documented order
first, in upstream's result only:

* neuron columns after the core ones come in set order upstream; here: core columns in
  CORE_NEURON_COLS order, the other properties sorted, inputRois, outputRois; or, if
  ``returned_columns`` is a list, the order given (which upstream documents and does not keep);
* rows of fetch_adjacencies with equal body ids and weight come in JSON key order upstream; here: by
  ROI name, NotPrimary last.

Bodies of the other side in fetch_adjacencies' neuron table are in arbitrary order only if there are
more than 10,000 of them, which no test data set has.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
from neuprint.queries.neurons import CORE_NEURON_COLS
from pandas.testing import assert_frame_equal

from .calls import Call

_LAST = ["inputRois", "outputRois"]


def assert_same(upstream: Any, ours: Any, call: Call) -> None:
    """Fail with the difference and the call, unless both results are the same."""
    __tracebackhide__ = True
    if isinstance(upstream, tuple):
        assert isinstance(ours, tuple), f"{call}: expected a tuple, got {type(ours).__name__}"
        assert len(ours) == len(upstream), f"{call}: {len(ours)} frames, not {len(upstream)}"
        for theirs, mine in zip(upstream, ours, strict=True):
            assert_same(theirs, mine, call)
    elif isinstance(upstream, pd.DataFrame):
        assert isinstance(ours, pd.DataFrame), f"{call}: {type(ours).__name__}, not a DataFrame"
        _assert_frames(_normalised(upstream, call), ours, call)
    else:
        path = difference(upstream, ours)
        assert path is None, f"{call}: {path}"


def _normalised(frame: pd.DataFrame, call: Call) -> pd.DataFrame:
    """Upstream's frame with its arbitrary orders put right."""
    if call.function == "fetch_neurons" and "roi" not in frame:
        return frame[_neuron_columns(list(frame), call.kwargs.get("returned_columns", "all"))]
    if call.function in ("fetch_adjacencies", "fetch_traced_adjacencies") and "roi" in frame:
        last = (frame["roi"] == "NotPrimary").astype(int)
        keys = ["bodyId_pre", "bodyId_post", "weight", "_last", "roi"]
        ascending = [True, True, False, True, True]
        ordered = frame.assign(_last=last).sort_values(keys, ascending=ascending, kind="stable")
        return ordered.drop(columns="_last").reset_index(drop=True)
    return frame


def _neuron_columns(columns: list[str], wanted: Any) -> list[str]:
    """The documented order of the columns of fetch_neurons."""
    own = [c for c in columns if c not in _LAST]
    if isinstance(wanted, str):
        core = [c for c in CORE_NEURON_COLS if c in own]
        first = [*core, *sorted(set(own) - set(core))]
    else:
        first = [c for c in wanted if c in own]
        first += [c for c in own if c not in first]  # roiInfo, if it was not asked for
    return [*first, *(c for c in _LAST if c in columns)]


def _assert_frames(upstream: pd.DataFrame, ours: pd.DataFrame, call: Call) -> None:
    __tracebackhide__ = True
    try:
        assert_frame_equal(upstream, ours, check_exact=True)
    except AssertionError as error:
        raise AssertionError(f"{call}\n[left] is upstream, [right] is connstore\n{error}") from None
    for name in filter(lambda c: pd.api.types.is_object_dtype(upstream[c]), upstream.columns):
        for row, (a, b) in enumerate(zip(upstream[name], ours[name], strict=True)):
            path = difference(a, b)
            assert path is None, f"{call}: column {name!r}, row {row}: {path}"


def difference(upstream: Any, ours: Any, path: str = "") -> str | None:
    """Where two plain values differ in value or type, or None."""
    if type(upstream) is not type(ours):
        return f"{path or 'value'}: upstream {upstream!r}, connstore {ours!r} ({type(ours)})"
    if isinstance(upstream, dict):
        if upstream.keys() != ours.keys():
            odd = sorted(map(str, upstream.keys() ^ ours.keys()))
            return f"{path or 'value'}: keys on one side only: {odd[:10]}"
        found = (difference(upstream[k], ours[k], f"{path}[{k!r}]") for k in upstream)
        return next(filter(None, found), None)
    if isinstance(upstream, list | tuple):
        if len(upstream) != len(ours):
            return f"{path or 'value'}: {len(upstream)} items upstream, {len(ours)} in connstore"
        pairs = enumerate(zip(upstream, ours, strict=True))
        return next(filter(None, (difference(a, b, f"{path}[{i}]") for i, (a, b) in pairs)), None)
    if isinstance(upstream, float | np.floating) and math.isnan(upstream) and math.isnan(ours):
        return None
    if upstream != ours:
        return f"{path or 'value'}: upstream {upstream!r}, connstore {ours!r}"
    return None
