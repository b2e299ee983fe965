"""What the functions share about their arguments: the client, and which neurons are meant."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar

import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError, UnknownRoiError, did_you_mean
from connstore.queries.frames import Frames
from connstore.registry import default_client
from connstore.select.arguments import Neurons, as_criteria, lower
from connstore.select.neuron_criteria import NeuronCriteria, as_list, as_whole, shown
from connstore.select.neuron_set import Within
from connstore.select.selection import Selection
from connstore.sql.selecting import Compiler
from connstore.sql.statement import Statement
from connstore.store.opening import Store

P = ParamSpec("P")
R = TypeVar("R")


class Answering(Protocol):
    """What the functions need of a client."""

    store: Store
    frames: Frames

    def compiler(self) -> Compiler:
        """A compiler for one statement."""

    def run(self, statement: Statement, timeout: float | None = None) -> pa.Table:
        """Run a statement."""

    def stream(
        self, statement: Statement, change: Callable[[pa.Table], pa.Table]
    ) -> pa.RecordBatchReader:
        """Run a statement and return its answer as it comes, changed batch by batch."""

    def frame(
        self,
        table: pa.Table,
        make: Callable[[pa.Table], pd.DataFrame],
        objects: Mapping[str, list[Any]] = {},
    ) -> Any:
        """An answer in the caller's kind of frame."""


def answered(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: put the default client in the place of ``client=None``."""

    @functools.wraps(function)
    def with_client(*args: P.args, **kwargs: P.kwargs) -> R:
        client = kwargs.get("client")
        kwargs["client"] = default_client() if client is None else client
        _check_client(function.__name__, kwargs["client"])
        return function(*args, **kwargs)

    return with_client


def selecting(
    *names: str, unless_given: Mapping[str, Any] = {}
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: turn some arguments into NeuronCriteria (node sets stay) and settle on one client.

    Criteria may carry a client; together with the keyword ``client`` there must be at most
    one, else the default client answers.

    Args:
        names: The arguments.
        unless_given: Fields of the criteria that None stands for; by default all neurons.

    Raises:
        ArgumentError: The clients differ.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def with_criteria(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            arguments = bound.arguments
            given = [arguments["client"]] + [
                arguments[name].client
                for name in names
                if isinstance(arguments[name], NeuronCriteria)
            ]
            clients = [client for client in given if client is not None]
            for client in clients:
                _check_client(function.__name__, client)
            if any(client != clients[0] for client in clients[1:]):
                raise ArgumentError(
                    f"{function.__name__}: the criteria and client= name different clients: "
                    f"{clients}"
                )
            client = clients[0] if clients else default_client()
            for name in names:
                value = arguments[name]
                criteria = NeuronCriteria(**unless_given) if value is None else value
                arguments[name] = as_criteria(criteria, client)
            arguments["client"] = client
            return function(*bound.args, **bound.kwargs)

        return with_criteria

    return decorate


def _check_client(function: str, client: object) -> None:
    if not hasattr(client, "store"):
        raise ArgumentError(
            f"{function}: client={shown(client)} is no connstore.Client; make one: "
            "connstore.Client('path/to/store')"
        )


def selection(criteria: Neurons, client: Answering) -> Selection:
    """The selection that criteria, or a node set, mean on the client's store."""
    return lower(criteria, client.store)


def within_rois(criteria: Neurons, rois: Collection[str]) -> Neurons:
    """Those neurons that intersect one of some ROIs, if there are any; which are known names.

    Criteria that name ROIs themselves are left alone (neuprint-python's rule).
    """
    if not rois:
        return criteria
    if not isinstance(criteria, NeuronCriteria):
        return Within(criteria, frozenset(rois))
    if not criteria.rois:
        criteria.rois = set(rois)
        criteria.roi_req = "any"
    return criteria


def checked_rois(function: str, rois: Any, client: Answering) -> list[str]:
    """ROI names as a list.

    Raises:
        ArgumentError: One is no name.
        UnknownRoiError: One is no ROI of the dataset.
    """
    names = name_list(function, "rois", rois)
    if unknown := client.store.unknown_rois(set(names)):
        raise UnknownRoiError(f"{function}: unrecognized ROIs: {unknown}")
    return names


def checked_choice(function: str, argument: str, value: Any, allowed: Collection[Any]) -> Any:
    """A value out of a few.

    Raises:
        ArgumentError: It is none of them.
    """
    if value not in allowed:
        hint = did_you_mean(str(value), [str(item) for item in allowed])
        raise ArgumentError(f"{function}: {argument}={value!r} is none of {list(allowed)}.{hint}")
    return value


def checked_minimum(function: str, argument: str, value: Any) -> int:
    """A whole number to compare with; it may be given as a float.

    Raises:
        ArgumentError: It is no whole number, or negative.
    """
    number = [as_whole(item) for item in as_list(value)]
    if not (len(number) == 1 and type(number[0]) is int and 0 <= number[0] < 2**63):
        raise ArgumentError(
            f"{function}: {argument}={shown(value)} should be a whole number, 0 or more"
        )
    return number[0]


def property_list(function: str, properties: Any) -> list[str]:
    """Property names as a list.

    Raises:
        ArgumentError: They are no names.
    """
    if properties is None:
        raise ArgumentError(f"{function}: properties=None should be a list of names")
    return name_list(function, "properties", properties)


def name_list(function: str, argument: str, names: Any) -> list[str]:
    """Names, in any kind of collection, as a list, each once.

    Raises:
        ArgumentError: One is no name.
    """
    items = as_list(names)
    for item in items:
        if not isinstance(item, str):
            raise ArgumentError(f"{function}: {argument}: {shown(item)} is no name")
    return list(dict.fromkeys(items))
