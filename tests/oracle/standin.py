"""A stand-in for ``neuprint.Client`` that answers neuprint-python's own queries from a RawExport.

It is not a Cypher engine. It knows the dozen query templates that the functions under test send,
reads the RETURN items of a query, and takes the selection of bodies from the NeuronCriteria
objects themselves: while a criterion belongs to a StandInClient, ``all_conditions`` and
``combined_conditions`` run as ever (so they still validate and raise) but their text is replaced
by a token that leads back to a copy of the object. Other clients never notice.
"""

import copy
import itertools
import json
import re
from typing import Any

import pandas as pd
from neuprint import NeuronCriteria
from neuprint.client import Client

from .bundle import Body, RawExport
from .selection import select

_TOKEN = re.compile(r"CRITERIA_TOKEN_(\d+)")
_PROPERTY = re.compile(r"([nme])\.(`?)(.+?)\2 as (`?)(.+)\4")
_COALESCE = re.compile(r"coalesce\(e\.(\w+), 0\) as (\w+)")
_FROM_JSON = re.compile(r"apoc\.convert\.fromJsonMap\(([nm])\.(\w+)\) as (\w+)")
_JSON_META = [
    "roiInfo",
    "roiHierarchy",
    "neuroglancerInfo",
    "neuroglancerMeta",
    "statusDefinitions",
]


class StandInClient(Client):
    """Everything upstream's query functions ask of a client, answered without a server."""

    def __init__(self, export: RawExport, name: str) -> None:
        """No call of the parent's __init__: no session, no token, no registration as default."""
        self.export = export
        self.server = f"standin://{name}"
        self.dataset = name
        self.token = ""
        self.verify = True
        self.progress = False
        self._criteria: dict[int, NeuronCriteria] = {}
        self._numbers = itertools.count()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> "StandInClient":
        return self  # upstream copies the client for its threads; this one is read-only

    def token_for(self, criteria: NeuronCriteria) -> str:
        """Remember the criteria as they are now; the text leads back to them."""
        number = next(self._numbers)
        self._criteria[number] = copy.copy(criteria)
        return f"CRITERIA_TOKEN_{number}"

    def fetch_custom(self, cypher: str, dataset: str = "", format: str = "pandas", **_: Any) -> Any:
        """Answer one of the known query templates, as the JSON endpoint would."""
        columns, data = self._answer(cypher)
        data = copy.deepcopy(data)
        if format == "json":
            return {"columns": columns, "data": data}
        return pd.DataFrame(data, columns=columns)

    def _answer(self, cypher: str) -> tuple[list[str], list[list[Any]]]:
        if re.search(r"\(\w+ ?:Meta\)", cypher):
            return self._meta(cypher)
        if "UNWIND KEYS(n) AS k" in cypher:
            nodes = [b for b in self.export.neurons if "Neuron" in b.labels]
            return ["neuron_fields"], [[k] for k in {k: 0 for b in nodes for k in b.properties}]
        criteria = {c.matchvar: c for c in (self._criteria[int(n)] for n in _TOKEN.findall(cypher))}
        if "apoc.cypher.runTimeboxed" in cypher:
            (only,) = criteria.values()
            return ["count"], [[len(select(only, self.export.neurons))]]
        if "-[e:ConnectsTo]->" in cypher:
            return self._edges(cypher, criteria["n"], criteria["m"])
        (only,) = criteria.values()
        found = sorted(select(only, self.export.neurons), key=lambda body: body.id)
        return _table(cypher, {only.matchvar: found}, None)

    def _meta(self, cypher: str) -> tuple[list[str], list[list[Any]]]:
        meta = self.export.meta
        if "RETURN m as meta" in cypher:
            parsed = [json.loads(meta[k]) if meta.get(k) else None for k in _JSON_META]
            return ["meta", *_JSON_META], [[dict(meta), *parsed]]
        item = re.search(r"RETURN [mn]\.(\w+)(?: as (\w+))?", cypher)
        if item is None:
            raise NotImplementedError(cypher)
        return [item[2] or f"n.{item[1]}"], [[meta.get(item[1])]]

    def _edges(
        self, cypher: str, sources: NeuronCriteria, targets: NeuronCriteria
    ) -> tuple[list[str], list[list[Any]]]:
        export = self.export
        pre = [body.id for body in select(sources, export.neurons)]
        post = [body.id for body in select(targets, export.neurons)]
        edges = export.edges[export.edges["pre"].isin(pre) & export.edges["post"].isin(post)]
        bound = re.search(r"WHERE e\.weight >= (\S+)", cypher)
        if bound:
            edges = edges[edges["weight"] >= float(bound[1])]
        if "ORDER BY e.weight DESC" in cypher:
            edges = edges.sort_values(["weight", "pre", "post"], ascending=[False, True, True])
        ends = {
            "n": [export.by_id[i] for i in edges["pre"]],
            "m": [export.by_id[i] for i in edges["post"]],
        }
        return _table(cypher, ends, edges)


def _table(
    cypher: str, bodies: dict[str, list[Body]], edges: pd.DataFrame | None
) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of the RETURN clause."""
    clause = cypher[cypher.rindex("RETURN ") + len("RETURN ") :].split("ORDER BY")[0]
    names: list[str] = []
    columns: list[list[Any]] = []
    for item in re.split(r",\s*\n", clause):
        name, values = _column(item.strip(), bodies, edges)
        names.append(name)
        columns.append(values)
    return names, [list(row) for row in zip(*columns, strict=True)]


def _column(
    item: str, bodies: dict[str, list[Body]], edges: pd.DataFrame | None
) -> tuple[str, list[Any]]:
    """Name and values of one RETURN item."""
    if match := _FROM_JSON.fullmatch(item):
        texts = [body.get(match[2]) for body in bodies[match[1]]]
        return match[3], [None if text is None else json.loads(text) for text in texts]
    if match := _COALESCE.fullmatch(item):
        assert edges is not None
        given = edges[match[1]].tolist() if match[1] in edges else [0] * len(edges)
        return match[2], given
    if match := _PROPERTY.fullmatch(item):
        variable, name, alias = match[1], match[3], match[5]
        if variable == "e":
            assert edges is not None
            return alias, edges[name].tolist()
        return alias, [body.get(name) for body in bodies[variable]]
    raise NotImplementedError(f"RETURN item {item!r}")


_all_conditions = NeuronCriteria.all_conditions
_combined_conditions = NeuronCriteria.combined_conditions.__func__


def _all_conditions_or_token(self: NeuronCriteria, *args: Any, **kwargs: Any) -> str:
    text = _all_conditions(self, *args, **kwargs)
    return self.client.token_for(self) if isinstance(self.client, StandInClient) else text


def _combined_conditions_or_tokens(
    cls: type, neuron_conditions: list[NeuronCriteria], *args: Any, **kwargs: Any
) -> str:
    text = _combined_conditions(cls, neuron_conditions, *args, **kwargs)
    if all(isinstance(c.client, StandInClient) for c in neuron_conditions):
        return "\n".join(c.client.token_for(c) for c in neuron_conditions)
    return text


NeuronCriteria.all_conditions = _all_conditions_or_token
NeuronCriteria.combined_conditions = classmethod(_combined_conditions_or_tokens)
