"""NeuronCriteria as an object: its fields, what it refuses, and how it compares."""

import copy
import inspect
import pickle
from typing import Any

import neuprint
import numpy as np
import pytest
from client.sample import *  # noqa: F403  (fixtures)

import connstore
from connstore import ConnstoreError, IsNull, NeuronCriteria, NotNull, SegmentCriteria

UPSTREAM = inspect.signature(neuprint.NeuronCriteria).parameters
OURS = inspect.signature(NeuronCriteria).parameters


def test_signature() -> None:
    ours = [(p.name, p.kind, p.default) for p in OURS.values() if p.name != "properties"]
    assert ours == [(p.name, p.kind, p.default) for p in UPSTREAM.values()]
    assert OURS["properties"].kind is inspect.Parameter.VAR_KEYWORD


def test_defaults_are_upstreams() -> None:
    theirs, mine = neuprint.NeuronCriteria(), NeuronCriteria()
    for name in UPSTREAM:
        assert getattr(mine, name) == getattr(theirs, name), name


LISTED = {**dict.fromkeys(neuprint.queries.neuroncriteria._iterable_attrs)}
LISTED_FIELDS = [name for name in LISTED if "ois" not in name]


@pytest.mark.parametrize("name", LISTED_FIELDS)
def test_values_become_lists_as_upstream(name: str) -> None:
    number = name in ("bodyId", "group", "serial", "zapbenchId")
    value: Any = 5 if number else "x"
    for given in (value, [value], (value, value), np.array([value]), None):
        theirs = getattr(neuprint.NeuronCriteria(**{name: given}), name)
        mine = NeuronCriteria(**{name: given})
        assert getattr(mine, name) == theirs
        assert [type(item) for item in getattr(mine, name)] == [type(item) for item in theirs]
        later = NeuronCriteria()
        setattr(later, name, given)
        assert getattr(later, name) == theirs


@pytest.mark.parametrize(
    "arguments",
    [
        {"rois": "EB"},
        {"inputRois": ["EB"], "outputRois": ("FB",)},
        {"rois": {"EB", "FB"}, "inputRois": "EB", "min_roi_inputs": 3, "roi_req": "any"},
        {"type": "KC.*"},
        {"type": "KC", "instance": "KC"},
        {"type": ["KC", None]},
        {"type": [None, "KC?"]},
        {"mancType": "a+"},
        {"status": "a.b"},
        {"type": "KC.*", "regex": False},
        {"type": "KC", "regex": True},
        {"bodyId": 5},
        {"bodyId": 5, "label": "Neuron"},
        {"label": "Segment"},
        {"bodyId": []},
    ],
)
def test_derived_fields_are_upstreams(arguments: dict[str, Any]) -> None:
    theirs, mine = neuprint.NeuronCriteria(**arguments), NeuronCriteria(**arguments)
    for name in ("rois", "inputRois", "outputRois", "regex", "label", "roi_req", "min_roi_inputs"):
        assert getattr(mine, name) == getattr(theirs, name), name


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"type": 5}, "type=5"),
    ({"type": b"KC"}, "type=b'KC'"),
    ({"type": ["KC", 1.5]}, "type=1.5"),
    ({"type": {"a": 1}}, "type={'a': 1}"),
    ({"instance": [["x"]]}, "instance="),
    ({"bodyId": "5"}, "bodyId='5'"),
    ({"bodyId": 1.0}, "bodyId=1.0"),
    ({"bodyId": True}, "bodyId=True"),
    ({"bodyId": [5, float("nan")]}, "bodyId=nan"),
    ({"bodyId": [np.array([1, 2])]}, "bodyId=[1, 2]"),
    ({"group": "x"}, "group='x'"),
    ({"rois": 5}, "rois=5"),
    ({"rois": [None]}, "rois=None"),
    ({"rois": [{}]}, "rois={}"),
    ({"rois": b"EB"}, "rois=b'EB'"),
    ({"rois": ["EB"], "inputRois": ["FB"]}, "lacks ['FB']"),
    ({"rois": ["EB"], "outputRois": [None]}, "outputRois=None"),
    ({"min_roi_inputs": 2}, "min_roi_inputs needs a list of inputRois"),
    ({"min_roi_outputs": 2}, "min_roi_outputs needs a list of outputRois"),
    ({"min_roi_inputs": 2, "inputRois": []}, "min_roi_inputs needs"),
    ({"roi_req": "some"}, "'any' or 'all'"),
    ({"regex": "maybe"}, "regex='maybe'"),
    ({"label": "neuron"}, "'Neuron' or 'Segment'"),
    ({"cropped": "yes"}, "cropped='yes'"),
    ({"cropped": 1}, "cropped=1"),
    ({"soma": "yes"}, "soma='yes'"),
    ({"min_pre": -1}, "min_pre=-1"),
    ({"min_pre": 1.5}, "min_pre=1.5"),
    ({"min_pre": float("nan")}, "min_pre=nan"),
    ({"min_post": np.float64(0.5)}, "min_post=0.5"),
    ({"min_post": "3"}, "min_post='3'"),
    ({"min_post": True}, "min_post=True"),
    ({"min_post": 2**63}, "min_post=9223372036854775808"),
    ({"max_closestLandmarkDistanceMicrons": "5"}, "='5'"),
    ({"max_closestLandmarkDistanceMicrons": float("nan")}, "=nan"),
    ({"somaLocation": [1, 2, 3]}, "only IsNull or NotNull can be asked of a location"),
    ({"rootLocation": "here"}, "rootLocation='here'"),
    ({"somaLocation": neuprint.NotNull}, "take IsNull and NotNull from connstore"),
    ({"type": neuprint.IsNull}, "take IsNull and NotNull from connstore"),
    ({"size": b"5"}, "size=b'5'"),
    ({"size": {"a": 1}}, "size={'a': 1}"),
    ({"matchvar": "N"}, "'N'"),
    ({"matchvar": ""}, "''"),
    ({"matchvar": 5}, "Did you mean bodyId="),
    ({"matchvar": "KC.*"}, "type="),
]


def test_whole_floats_are_integers() -> None:
    given = NeuronCriteria(min_pre=2.0, min_post=np.float64(5), min_roi_inputs=1.0)
    assert given == NeuronCriteria(min_pre=2, min_post=5)
    assert type(given.min_pre) is int and type(given.min_post) is int


@pytest.mark.parametrize(("arguments", "words"), MISTAKES)
def test_mistakes(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConnstoreError) as caught:
        NeuronCriteria(**arguments)
    assert isinstance(caught.value, AssertionError) and isinstance(caught.value, ValueError)
    assert words in str(caught.value) and str(caught.value).startswith("NeuronCriteria: ")


def test_positional_arguments_are_upstreams() -> None:
    assert NeuronCriteria("m").matchvar == "m"
    for criteria in (neuprint.NeuronCriteria, NeuronCriteria):
        with pytest.raises(TypeError):
            criteria("m", 5)  # type: ignore[misc]
        with pytest.raises(AssertionError):
            criteria(12345)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bodyId", "5"),
        ("type", 5),
        ("rois", [None]),
        ("min_pre", -1),
        ("roi_req", "some"),
        ("label", "neuron"),
        ("somaLocation", 5),
        ("cropped", "no"),
        ("size", b"x"),
    ],
)
def test_assignment_is_checked(name: str, value: Any) -> None:
    criteria = NeuronCriteria(size=5)
    before = repr(criteria)
    with pytest.raises(AssertionError, match=f"NeuronCriteria: {name}="):
        setattr(criteria, name, value)
    assert repr(criteria) == before


def test_assignment() -> None:
    criteria = NeuronCriteria()
    criteria.bodyId = np.array([5])  # type: ignore[assignment]
    criteria.min_pre = np.int64(5)  # type: ignore[assignment]
    criteria.size = range(3)
    assert (criteria.bodyId, criteria.min_pre, criteria.size) == ([5], 5, [0, 1, 2])
    criteria.type = ["KC.*"]
    assert criteria.regex is False, "settled when it was made, as upstream"
    criteria.regex = "guess"
    assert criteria.regex is True


def test_generators_are_read_once() -> None:
    criteria = NeuronCriteria(
        rois=(roi for roi in ["EB", "FB"]),
        inputRois=(roi for roi in ["EB"]),
        bodyId=(body for body in [5]),
        size=(size for size in [6]),
    )
    assert (criteria.rois, criteria.inputRois) == ({"EB", "FB"}, {"EB"})
    assert (criteria.bodyId, criteria.size) == ([5], [6])


def test_equality() -> None:
    one = NeuronCriteria("n", type=["a", "b"], rois=["EB", "FB"], size=[1, 2])
    two = NeuronCriteria("m", type=["b", "a"], rois=("FB", "EB"), size=(2, 1))
    assert one == two
    assert one != NeuronCriteria(type=["a"], rois=["EB", "FB"], size=[1, 2])
    assert one != NeuronCriteria(type=["a", "b"], rois=["EB"], size=[1, 2])
    assert one != NeuronCriteria(type=["a", "b"], rois=["EB", "FB"])
    assert one != "NeuronCriteria" and one != neuprint.NeuronCriteria(type=["a", "b"])
    assert NeuronCriteria(type=[None]) != NeuronCriteria(type=NotNull)
    with pytest.raises(TypeError):
        hash(one)


def test_equality_regards_the_client(client: Any) -> None:
    assert NeuronCriteria(client=client) == NeuronCriteria(client=client) != NeuronCriteria()


def test_copies_and_pickles() -> None:
    criteria = NeuronCriteria(type=["a", None], status=IsNull, rois="EB", size=5, min_pre=3)
    for twin in (
        copy.copy(criteria),
        copy.deepcopy(criteria),
        pickle.loads(pickle.dumps(criteria)),
    ):
        assert twin == criteria and twin is not criteria and repr(twin) == repr(criteria)
        twin.type = ["b"]
        twin.size = 6
        assert criteria.type == ["a", None] and criteria.size == [5]


def test_repr() -> None:
    criteria = NeuronCriteria("m", type="KC.*", status=["a", None], min_pre=3, size=5)
    text = "NeuronCriteria('m', type=['KC.*'], regex=True, status=['a', None], min_pre=3, size=[5])"
    assert repr(criteria) == str(criteria) == text
    assert eval(repr(criteria)) == criteria
    assert repr(NeuronCriteria(bodyId=5)) == (
        "NeuronCriteria('n', bodyId=[5], regex=False, label='Segment')"
    )


def test_segment_criteria() -> None:
    assert SegmentCriteria is NeuronCriteria


def test_unknown_names(client: Any) -> None:
    for arguments, hint in (
        ({"statsu": "x"}, "Did you mean status"),
        ({"hemibrainbodyid": 5}, "hemibrainBodyid"),
        ({"rois": "aL(r)"}, "Did you mean aL(R)"),
        ({"inputRois": "NotPrimary"}, "inputRois"),
        ({"EB": True}, "no property 'EB'"),
    ):
        criteria = NeuronCriteria(**arguments)
        with pytest.raises(ValueError, match="NeuronCriteria") as caught:
            connstore.fetch_neurons(criteria, client=client)
        assert isinstance(caught.value, ConnstoreError) and hint in str(caught.value)


def test_unknown_rois_raise_upstreams_class(client: Any) -> None:
    with pytest.raises(RuntimeError, match=r"sample:v1\.0"):
        connstore.fetch_neurons(NeuronCriteria(rois=["EB", "no such ROI"]), client=client)


def test_not_null_stands_alone(client: Any) -> None:
    for values in (["KC", NotNull], ["KC.*", NotNull], [NotNull, None], [NotNull, NotNull]):
        with pytest.raises(ValueError, match="NotNull cannot be combined"):
            connstore.fetch_neurons(NeuronCriteria(type=values), client=client)


def test_what_cannot_be_compared(client: Any) -> None:
    with pytest.raises(ConnstoreError, match="use rois, inputRois or outputRois"):
        connstore.fetch_neurons(NeuronCriteria(roiInfo=NotNull), client=client)
