"""Random criteria against a plain Python filter over the store's rows: every field of 0.6.4."""

from typing import Any

import pytest
from bodies import LOCATIONS, REGEX_FIELDS, SPECIAL, bodies, expected, values
from client.sample import *  # noqa: F403  (fixtures)
from hypothesis import given, settings
from hypothesis import strategies as st

import connstore
from connstore import IsNull, NeuronCriteria, NotNull

LISTED = sorted(set(NeuronCriteria.model_fields) - SPECIAL)
NUMBERS = ("bodyId", "group", "serial", "zapbenchId")
TEXTS = ("type", "instance", "status", "statusLabel", *REGEX_FIELDS)


def found(criteria: Any, client: Any) -> list[int]:
    frame = connstore.fetch_neurons(
        criteria, omit_rois=True, returned_columns=["bodyId"], client=client
    )
    return frame["bodyId"].tolist()


def check(client: Any, **arguments: Any) -> list[int]:
    criteria = NeuronCriteria(**arguments)
    result = found(criteria, client)
    assert result == expected(criteria)
    return result


def known_values(name: str) -> list[Any]:
    """What bodies have for a field; whole numbers for fields that take nothing else."""
    known = values(name.removesuffix("_"))
    return [int(value) for value in known] if name in NUMBERS else known


def one_value(name: str) -> st.SearchStrategy[Any]:
    """A value that some body has, or one that none has."""
    known = known_values(name)
    odd: list[Any] = [0, -1, 2**63 - 1]
    if name not in NUMBERS:
        odd = ["", "no such value", "Traced"]
        if name not in TEXTS:
            odd += [5, 5.0, 0.5, True, 2**70, float("inf"), float("nan")]
    return st.sampled_from(known) | st.sampled_from(odd) if known else st.sampled_from(odd)


def listed(name: str) -> st.SearchStrategy[Any]:
    some = st.lists(one_value(name) | st.sampled_from([None, IsNull]), max_size=4)
    return one_value(name) | some | st.sampled_from([IsNull, NotNull, [None], []])


def names_of_rois() -> list[str]:
    return sorted({roi for row in bodies() for roi in row["roiInfo"]})


@st.composite
def criteria(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.lists(st.sampled_from(LISTED), max_size=2, unique=True))
    common = st.sampled_from(["type", "instance", "status"])
    fields += draw(st.lists(common, max_size=2, unique=True))
    chosen: dict[str, Any] = {name: draw(listed(name)) for name in fields}
    chosen["regex"] = False
    chosen["label"] = draw(st.sampled_from(["Segment", "Segment", "Neuron", None]))
    if draw(st.booleans()):
        rois = st.lists(st.sampled_from(names_of_rois()), min_size=1, max_size=3)
        for name, least in draw(
            st.sampled_from(
                [
                    [("rois", "")],
                    [("inputRois", "min_roi_inputs")],
                    [("outputRois", "min_roi_outputs")],
                    [("inputRois", "min_roi_inputs"), ("outputRois", "min_roi_outputs")],
                ]
            )
        ):
            chosen[name] = draw(rois)
            if least:
                chosen[least] = draw(st.sampled_from([0, 1, 2, 30]))
        chosen["roi_req"] = draw(st.sampled_from(["any", "all"]))
    more = {
        "cropped": st.sampled_from([True, False]),
        "soma": st.booleans(),
        "min_pre": st.sampled_from([1, 20]),
        "min_post": st.sampled_from([1, 100]),
        **dict.fromkeys(LOCATIONS, st.sampled_from([IsNull, NotNull])),
    }
    for name in draw(st.lists(st.sampled_from(sorted(more)), max_size=1)):
        chosen[name] = draw(more[name])
    return chosen


@settings(max_examples=200, deadline=None)
@given(criteria())
def test_random_criteria(client: Any, arguments: dict[str, Any]) -> None:
    check(client, **arguments)


@pytest.mark.parametrize("name", LISTED)
def test_every_field_alone(name: str, client: Any) -> None:
    known = known_values(name)
    everything = check(client, label="Segment")
    missing = check(client, **{name: [None]}, label="Segment")
    assert check(client, **{name: IsNull}, label="Segment") == missing
    present = check(client, **{name: NotNull}, label="Segment")
    assert sorted(missing + present) == everything
    assert bool(present) == bool(known)
    for value in known[:3]:
        assert check(client, **{name: value}, label="Segment", regex=False)
    assert check(client, **{name: known}, label="Segment", regex=False) == present or not known
    assert check(client, **{name: [*known, None]}, label="Segment", regex=False) == everything


#: The sample's properties beyond NeuronCriteria's fields.
PROPERTIES = [
    "pre", "post", "downstream", "upstream", "synweight", "mito", "dark", "light", "medium", "size",
    "somaRadius", "celltypePredictedNtConfidence", "celltypeTotalNtPredictions", "hemibrainBodyid",
    "predictedNtConfidence", "totalNtPredictions",
]  # fmt: skip


def test_all_further_properties_are_tested() -> None:
    points = {name for row in bodies() for name in row if isinstance(row[name], (dict, list))}
    fields = {*NeuronCriteria.model_fields, "class", "labels"}
    assert set(bodies()[0]) - fields - points == set(PROPERTIES)


@pytest.mark.parametrize("name", PROPERTIES)
def test_further_properties(name: str, client: Any) -> None:
    """What the store has beyond NeuronCriteria's fields can be asked for all the same."""
    assert check(client, **{name: NotNull}, label="Segment") or not values(name)
    for value in values(name)[:2] + values(name)[-2:]:
        assert check(client, **{name: value}, label="Segment")
    check(client, **{name: [None, *values(name)[:5], "no such value", 2**70, float("nan")]})


def test_properties_that_differ_in_case_only(client: Any) -> None:
    assert {"hemibrainBodyid", "hemibrainBodyId"} <= set(bodies()[0])
    lower, upper = values("hemibrainBodyid"), values("hemibrainBodyId")
    assert all(type(value) is int for value in lower)
    assert all(type(value) is float for value in upper)
    either = check(client, hemibrainBodyid=lower[0])
    assert len(either) == 1
    row = next(row for row in bodies() if row["bodyId"] == either[0])
    assert check(client, hemibrainBodyid=lower[0], hemibrainBodyId=row["hemibrainBodyId"]) == either
    assert check(client, hemibrainBodyid=lower[0], hemibrainBodyId=-1.0) == []


def test_rois_that_differ_in_case_only(client: Any) -> None:
    upper, lower = check(client, rois=["AL(R)"]), check(client, rois=["aL(R)"])
    assert upper and lower and upper != lower
    both = check(client, rois=["AL(R)", "aL(R)"])
    assert both == sorted(set(upper) & set(lower))
    assert check(client, rois=["AL(R)", "aL(R)"], roi_req="any") == sorted({*upper, *lower})


@pytest.mark.parametrize(
    "arguments",
    [
        {"type": "KC.*"},
        {"type": ["KC.*", "DA1_lPN"]},
        {"type": ["KC.*", None]},
        {"type": ["KC.*", IsNull, "MBON14(a3)"], "regex": True},
        {"type": "KC.*", "instance": ".*_L"},
        {"type": ["K[C-D].+m", "(P|D)AM?\\d.*"]},
        {"type": "(?!KC).+[gm]"},
        {"type": ["(?!KC).+[gm]", "EPG", None]},
        {"type": "(?=nothing).*"},
        {"type": ["nothing.+", "(?=nothing).*"]},
        {"type": "KCg-m", "regex": True},
        {"type": ["KCg-m", "EPG"], "regex": True, "status": "Traced"},
        {"type": [None], "regex": True},
        {"type": ".*", "label": "Segment"},
        {"type": "KC.*", "status": "Trac.*"},
        {"type": ["KC.*", *(f"no such type {i}" for i in range(3000))]},
    ],
)
def test_regular_expressions(arguments: dict[str, Any], client: Any) -> None:
    check(client, **arguments)


def test_label(client: Any) -> None:
    """Ids make Segments the default, as upstream."""
    fragment = next(row["bodyId"] for row in bodies() if "Neuron" not in row["labels"])
    assert check(client, bodyId=fragment) == [fragment]
    assert check(client, bodyId=fragment, label="Neuron") == []


def test_a_null_in_a_list_is_anded_with_the_rest(client: Any) -> None:
    """Documented by neuprint-python; its Cypher lacks the parentheses."""
    assert check(client, status=["Traced", None], type="KCg-m")
    assert check(client, status=["no such status", None], type="KCg-m") == []
