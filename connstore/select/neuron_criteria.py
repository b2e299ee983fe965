"""NeuronCriteria: neuprint-python 0.6.4's criteria, validated by pydantic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)

from connstore.errors import ArgumentError
from connstore.select.nulls import IsNull, NotNull

#: Characters by which neuprint-python guesses that a text is a regular expression.
_REGEX_HINT = re.compile(r"[\\.?\[\]+^$*]")

NullMark = type[IsNull] | type[NotNull]


def as_list(value: object) -> list[Any]:
    """A value, or several in any kind of collection, as a list; None is no value at all.

    Example:
        >>> as_list("KC"), as_list(range(3)), as_list(None)
        (['KC'], [0, 1, 2], [])
    """
    value = _plain(value)
    if value is None:
        return []
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return [_plain(item) for item in value]
    return [value]


def shown(value: object) -> str:
    """A value as messages show it: on one line, cut short.

    Example:
        >>> shown(range(3)), len(shown("x" * 1000))
        ('range(0, 3)', 200)
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever it is, a message about it must not fail
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 200 else f"{text[:197]}..."


def _plain(value: Any) -> Any:
    """A scalar, array or Series of numpy, pandas, polars or Arrow as Python's own."""
    for method in ("tolist", "to_list", "to_pylist", "as_py"):
        if not isinstance(value, type) and callable(convert := getattr(value, method, None)):
            return convert()
    return value


def as_whole(value: object) -> object:
    """A number, of whichever library, as Python's own; a float that is whole as an integer.

    Example:
        >>> as_whole(2.0), as_whole(2.5), as_whole("2")
        (2, 2.5, '2')
    """
    plain = _plain(value)
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


Texts = Annotated[list[StrictStr | NullMark | None], BeforeValidator(as_list)]
Integers = Annotated[list[StrictInt | NullMark | None], BeforeValidator(as_list)]
Mixed = Annotated[
    list[StrictStr | StrictBool | StrictInt | StrictFloat | NullMark | None],
    BeforeValidator(as_list),
]
Flag = Annotated[StrictBool | None, BeforeValidator(_plain)]
Rois = Annotated[set[StrictStr], BeforeValidator(as_list)]
Count = Annotated[int, Field(strict=True, ge=0, lt=2**63), BeforeValidator(as_whole)]
Distance = Annotated[float, Field(strict=True, ge=-math.inf), BeforeValidator(_plain)]


class NeuronCriteria(BaseModel):
    """Which neurons (or segments) to select.

    The fields are those of neuprint-python 0.6.4; further keywords may name any property of
    the store. Fields that take values take one, or a list, array or Series of them. ``None``
    in a list, or ``IsNull``, matches bodies without the property; ``NotNull`` those with it.
    All fields must hold, except that ``type`` or ``instance`` is enough where both are given.

    Args:
        matchvar: Kept for scripts that pass it; it has no meaning here.
        bodyId: Body ids.
        type, instance: Names, or Java regular expressions that match the whole name.
        regex: Whether names are regular expressions; ``'guess'`` looks at them.
        rois: ROIs that the body intersects; ``inputRois`` and ``outputRois`` are added.
        inputRois, outputRois: ROIs with at least ``min_roi_inputs`` PSDs or
            ``min_roi_outputs`` T-bars.
        roi_req: Whether ``'all'`` or ``'any'`` of the ROIs are required.
        cropped: True; False (also where it is not said); None for any.
        label: ``'Neuron'`` or ``'Segment'``; by default Segment where ids are given.
        min_pre, min_post: Fewest T-bars and PSDs.
        somaLocation, tosomaLocation, rootLocation: ``IsNull`` or ``NotNull``.
        client: The client to ask; functions check that it is the same everywhere.
        **properties: Values for any other property of the store.

    Raises:
        ArgumentError: A value is not what the field takes.

    Example:
        >>> nc = NeuronCriteria(type="MBON.*", status="Traced")
        >>> nc.regex, nc.label
        (True, 'Neuron')
    """

    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True, validate_assignment=True)
    __pydantic_extra__: dict[str, Mixed]

    matchvar: str = "n"
    bodyId: Integers = []
    type: Texts = []
    instance: Texts = []
    regex: StrictBool | Literal["guess"] = "guess"
    status: Texts = []
    statusLabel: Texts = []
    rois: Rois = set()
    inputRois: Rois = set()
    outputRois: Rois = set()
    roi_req: Literal["any", "all"] = "all"
    min_roi_inputs: Count = 1
    min_roi_outputs: Count = 1
    group: Integers = []
    serial: Integers = []
    zapbenchId: Integers = []
    cropped: Flag = None
    flywireType: Texts = []
    hemibrainType: Texts = []
    mancType: Texts = []
    birthtime: Mixed = []
    cellBodyFiber: Mixed = []
    celltypePredictedNt: Mixed = []
    class_: Mixed = []
    consensusNt: Mixed = []
    description: Mixed = []
    dimorphism: Mixed = []
    entryNerve: Mixed = []
    exitNerve: Mixed = []
    flywireId: Mixed = []
    fruDsx: Mixed = []
    hemibrainBodyId: Mixed = []
    hemilineage: Mixed = []
    itoleeHl: Mixed = []
    locationType: Mixed = []
    longTract: Mixed = []
    matchingNotes: Mixed = []
    mcnsSerial: Mixed = []
    modality: Mixed = []
    ntReference: Mixed = []
    origin: Mixed = []
    otherNt: Mixed = []
    otherNtReference: Mixed = []
    predictedNt: Mixed = []
    prefix: Mixed = []
    receptorType: Mixed = []
    rootSide: Mixed = []
    serialMotif: Mixed = []
    somaNeuromere: Mixed = []
    somaSide: Mixed = []
    source: Mixed = []
    subclass: Mixed = []
    subclassabbr: Mixed = []
    superclass: Mixed = []
    supertype: Mixed = []
    synonyms: Mixed = []
    systematicType: Mixed = []
    tag: Mixed = []
    target: Mixed = []
    transmission: Mixed = []
    trumanHl: Mixed = []
    vfbId: Mixed = []
    label: Literal["Neuron", "Segment"] | None = None
    min_pre: Count = 0
    min_post: Count = 0
    max_closestLandmarkDistanceMicrons: Distance = math.inf
    somaLocation: NullMark | None = None
    tosomaLocation: NullMark | None = None
    rootLocation: NullMark | None = None
    soma: Flag = None
    client: Any = None

    #: Fields whose texts may be regular expressions.
    REGEX_FIELDS: ClassVar[tuple[str, ...]] = (
        "type",
        "instance",
        "flywireType",
        "hemibrainType",
        "mancType",
    )

    def __init__(self, matchvar: str = "n", **criteria: Any) -> None:
        _check_matchvar(matchvar)
        try:
            super().__init__(matchvar=matchvar, **criteria)
        except ValidationError as error:
            raise _argument_error(error) from None
        self._complete()

    def _complete(self) -> None:
        """Derive what was not given, and check the fields against one another."""
        for side in ("in", "out"):
            if getattr(self, f"min_roi_{side}puts") > 1 and not getattr(self, f"{side}putRois"):
                raise ArgumentError(
                    f"NeuronCriteria: min_roi_{side}puts needs a list of {side}putRois"
                )
            if self.rois and (missing := getattr(self, f"{side}putRois") - self.rois):
                raise ArgumentError(
                    f"NeuronCriteria: rois must contain all {side}putRois, but lacks "
                    f"{sorted(missing)}"
                )
        self.rois = self.rois | self.inputRois | self.outputRois
        if self.label is None:
            self.label = "Segment" if self.bodyId else "Neuron"
        self._guess_regex()

    def _guess_regex(self) -> None:
        if self.regex == "guess":
            texts = (text for name in self.REGEX_FIELDS for text in getattr(self, name))
            self.regex = any(isinstance(t, str) and _REGEX_HINT.search(t) for t in texts)

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise _argument_error(error) from None
        if name == "regex":
            self._guess_regex()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NeuronCriteria):
            return NotImplemented
        mine, theirs = _comparable(self), _comparable(other)
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = [
            f"{name}={value!r}"
            for name, value in self
            if name != "matchvar" and value != _default(name) and value != []
        ]
        return f"NeuronCriteria({', '.join([repr(self.matchvar), *given])})"

    __str__ = __repr__


#: Deprecated name of upstream.
SegmentCriteria = NeuronCriteria


def _default(name: str) -> object:
    field = NeuronCriteria.model_fields.get(name)
    return "Neuron" if name == "label" else field.default if field else None


def _comparable(criteria: NeuronCriteria) -> dict[str, object]:
    """The fields, with lists as sets: the order of values has no meaning."""
    return {
        name: frozenset(value) if isinstance(value, (list, set)) else value
        for name, value in criteria
        if name != "matchvar"
    }


def _check_matchvar(matchvar: object) -> None:
    if not (isinstance(matchvar, str) and re.fullmatch(r"[a-z][a-zA-Z0-9]*", matchvar)):
        raise ArgumentError(
            f"NeuronCriteria: the first argument is a variable name, not {matchvar!r}. "
            "Did you mean bodyId=, type= or instance=?"
        )


def _argument_error(error: ValidationError) -> ArgumentError:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if getattr(first["input"], "__module__", None) == "neuprint.utils":
        expected = "this marker is neuprint's; take IsNull and NotNull from connstore"
    elif field.endswith("Location"):
        expected = "only IsNull or NotNull can be asked of a location"
    else:
        expected = first["msg"]
    return ArgumentError(f"NeuronCriteria: {field}={shown(first['input'])}: {expected}")


NeuronCriteria.__signature__ = Signature(
    [Parameter("matchvar", Parameter.POSITIONAL_OR_KEYWORD, default="n")]
    + [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=None if field.default in ([], set()) else field.default,
        )
        for name, field in NeuronCriteria.model_fields.items()
        if name != "matchvar"
    ]
    + [Parameter("properties", Parameter.VAR_KEYWORD)]
)
