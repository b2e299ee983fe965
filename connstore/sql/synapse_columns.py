"""What is known of a synapse beside its place: transmitters, and further properties.

Each function gives the columns of an answer as name -> SQL; which name stands where is decided in
``queries/``, as neuprint-python decides it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from connstore.sql.statement import Statement
from connstore.sqltext import quote_literal, quote_name
from connstore.store.opening import Store

Transmitters = Literal["max", "all"] | None
Columns = dict[str, str]

#: Properties of a synapse that have columns of their own.
_RESERVED = frozenset({"bodyId", "roi", "location", "confidence", "type"})


def transmitter_properties(store: Store) -> list[str]:
    """Names of the properties with probabilities of neurotransmitters, sorted.

    Those that the dataset lists (``Meta.ntSynapseProperties``), or else all that begin with
    ``nt``.

    Example:
        >>> from connstore.testing import sample_store
        >>> transmitter_properties(sample_store())[:2]
        ['ntAcetylcholineProb', 'ntDopamineProb']
    """
    if text := store.meta.get("ntSynapseProperties"):
        return sorted(json.loads(text))
    return sorted(name for name in store.properties("synapse") if name.startswith("nt"))


def transmitter_name(name: str) -> str:
    """The neurotransmitter that a property is about (neuprint-python's rule).

    Example:
        >>> transmitter_name("ntGabaProb")
        'gaba'
    """
    return name.replace("nt", "").replace("Prob", "").lower()


def transmitter_columns(store: Store, nt: Transmitters, synapse: str) -> Columns:
    """Probabilities of all neurotransmitters, or the most probable one with its probability.

    Args:
        store: Where.
        nt: Which of the two; None for neither.
        synapse: What the row of ``synapse`` is called in the statement.
    """
    values = {
        transmitter_name(name): _value(store, name, synapse)
        for name in transmitter_properties(store)
    }
    if nt == "all":
        return {name: f"{value}::FLOAT" for name, value in values.items()}
    if nt is None:
        return {}
    first, *_ = probabilities = list(values.values())
    highest = f"greatest({', '.join(probabilities)})"
    # Of equal probabilities the first counts; a synapse without the first has no prediction.
    names = ", ".join(map(quote_literal, values))
    winner = f"[{names}][list_position([{', '.join(probabilities)}], {highest})]"
    return {
        "nt": f"CASE WHEN {first} IS NOT NULL THEN {winner} END",
        "ntProb": f"CASE WHEN {first} IS NOT NULL THEN {highest} END::FLOAT",
    }


def further_columns(store: Store, synapse: str) -> Columns:
    """The other properties that synapses of the store have, such as ``compartment``, by name."""
    apart = {*transmitter_properties(store), *store.all_rois, *_RESERVED}
    return {
        name: _value(store, name, synapse)
        for name in sorted(store.properties("synapse"))
        if name not in apart
    }


def value_counts(statement: Statement, names: Sequence[str]) -> Statement:
    """How many values some columns of a statement's answer have."""
    counts = ", ".join(f"count({quote_name(name)}) AS {quote_name(name)}" for name in names)
    return replace(statement, sql=f"SELECT {counts} FROM ({statement.sql})")


def listed(columns: Columns) -> str:
    """The columns as the last items of a SELECT list."""
    return "".join(f", {sql} AS {quote_name(name)}" for name, sql in columns.items())


def _value(store: Store, name: str, synapse: str) -> str:
    """A property of a synapse; NULL where the store has none of that name."""
    prop = store.properties("synapse").get(name)
    return "NULL" if prop is None else f"{synapse}.{quote_name(prop.column)}"
