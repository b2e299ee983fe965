"""Options -> NeuronCriteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer

import connstore

if TYPE_CHECKING:
    from connstore.select.neuron_criteria import NeuronCriteria
    from connstore.store.opening import Store

#: Fields of NeuronCriteria that are no properties, or have options of their own.
OWN_OPTION = {
    "bodyId": "--body-id",
    "type": "--type",
    "instance": "--instance",
    "status": "--status",
    "regex": "--regex",
    "rois": "--rois",
    "inputRois": "--input-rois",
    "outputRois": "--output-rois",
    "roi_req": "--roi-req",
    "min_roi_inputs": "--min-roi-inputs",
    "min_roi_outputs": "--min-roi-outputs",
    "min_pre": "--min-pre",
    "min_post": "--min-post",
    "cropped": "--cropped or --not-cropped",
    "soma": "--soma or --no-soma",
    "max_closestLandmarkDistanceMicrons": "--max-landmark-distance",
    "label": "--label",
}
_NO_PROPERTY = ("matchvar", "client")
#: Properties that can only be asked whether they are there.
_LOCATIONS = ("somaLocation", "tosomaLocation", "rootLocation")
#: Whole numbers, also where a store does not have them.
_WHOLE = ("group", "serial", "zapbenchId")


def neuron_criteria(
    store: Store,
    where: list[str],
    where_null: list[str],
    where_not_null: list[str],
    **fields: Any,
) -> NeuronCriteria:
    """Criteria from the options of a command.

    Args:
        store: Whose properties decide how the values of ``where`` are read.
        where: Texts ``name=value``.
        where_null: Names of properties that are missing.
        where_not_null: Names of properties that are there.
        **fields: Fields of NeuronCriteria; None and empty lists were not given.

    Raises:
        typer.BadParameter: A text is not what its option takes.
        ConnstoreError: NeuronCriteria does not take it.
    """
    given = {name: value for name, value in fields.items() if value not in (None, [])}
    for text in where:
        name, value = _property_value(text, store)
        given.setdefault(name, []).append(value)
    marks = {"--where-null": connstore.IsNull, "--where-not-null": connstore.NotNull}
    for option, properties in zip(marks, (where_null, where_not_null), strict=True):
        for name in properties:
            if name in {*OWN_OPTION, *_NO_PROPERTY} - {"type", "instance", "status"}:
                raise typer.BadParameter(_advice(name), param_hint=option)
            if name in _LOCATIONS:
                given[name] = marks[option]
            else:
                given.setdefault(name, []).append(marks[option])
    criteria: NeuronCriteria = connstore.NeuronCriteria(**given)
    return criteria


def _property_value(text: str, store: Store) -> tuple[str, Any]:
    """Name and value of ``name=value``, read as the property's type asks."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not (name and equals):
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--where")
    if name in OWN_OPTION or name in _NO_PROPERTY:
        raise typer.BadParameter(_advice(name), param_hint="--where")
    known = store.properties("neuron").get(name)
    kind = "int64" if name in _WHOLE else known.type if known else "string"
    if kind == "point" or name in _LOCATIONS:
        raise typer.BadParameter(
            f"{name} is a location: ask with --where-null or --where-not-null", param_hint="--where"
        )
    try:
        return name, _READERS.get(kind, str)(value)
    except (ValueError, KeyError):
        raise typer.BadParameter(
            f"{name} is {_WORDS[kind]}, which {value!r} is not", param_hint="--where"
        ) from None


def _advice(name: str) -> str:
    option = OWN_OPTION.get(name)
    return f"{name} has an option of its own: {option}" if option else f"{name} is no property"


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(text)
    return int(text)


_READERS: dict[str, Any] = {
    "int64": _whole_number,
    "int32": _whole_number,
    "float64": float,
    "float32": float,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
}
_WORDS = {
    "int64": "a whole number",
    "int32": "a whole number",
    "float64": "a number",
    "float32": "a number",
    "bool": "true or false",
}
