"""The oracle checked against expected.json, which was computed from the raw synapse tables."""

import io
import json
from pathlib import Path
from typing import Any

import neuprint
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from .bundle import RawExport
from .cells import parse_column, read_rows, read_text
from .expected import (
    adjacency_facts,
    body_mismatches,
    edge_mismatches,
    roi_total_mismatches,
    traced_adjacency_facts,
)
from .facts import OLD_LOADER, SNAPSHOT, SNAPSHOT_HIGH_RECALL, Tables
from .standin import StandInClient

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "hemibrain-mb"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the hemibrain-mb test data are not beside the repository"
)
FOLDERS = {"snapshot": "snapshot/neuprint", "old_loader": "old-loader"}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((DATA / "expected.json").read_text())


@pytest.fixture(scope="module")
def exports() -> dict[str, RawExport]:
    return {
        "snapshot": RawExport.from_neuprint(DATA / FOLDERS["snapshot"]),
        "old_loader": RawExport.from_old_loader(DATA / FOLDERS["old_loader"]),
    }


@pytest.fixture(scope="module")
def tables(exports: dict[str, RawExport]) -> dict[str, Tables]:
    return {name: _tables(export) for name, export in exports.items()}


def _tables(export: RawExport) -> Tables:
    return Tables(
        bodies={b.id: b.properties for b in export.neurons},
        neuron_ids={b.id for b in export.neurons if "Neuron" in b.labels},
        roi_info={b.id: b.roi_info for b in export.neurons},
        edges=export.edges,
        edge_roi_info=export.edge_roi_info,
        meta_roi_info=json.loads(export.meta["roiInfo"]),
        primary=set(export.primary_rois),
    )


FACTS = [("snapshot", n) for n in {**SNAPSHOT, **SNAPSHOT_HIGH_RECALL}]
FACTS += [("old_loader", n) for n in OLD_LOADER]


@needs_data
@pytest.mark.parametrize(("layout", "number"), FACTS)
def test_fact(
    layout: str, number: int, tables: dict[str, Tables], expected: dict[str, Any]
) -> None:
    functions = {**SNAPSHOT, **SNAPSHOT_HIGH_RECALL} if layout == "snapshot" else OLD_LOADER
    fact = expected["facts"][number - 1]
    assert fact["id"].endswith(f"{number:03d}")
    assert functions[number](tables[layout]) == fact["value"], fact["what"]


@needs_data
@pytest.mark.parametrize("layout", list(FOLDERS))
def test_named_bodies(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    bodies = expected["named_bodies"].items()
    assert [m for b, e in bodies for m in body_mismatches(tables[layout], layout, int(b), e)] == []


@needs_data
@pytest.mark.parametrize("layout", list(FOLDERS))
def test_named_edges(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    assert edge_mismatches(tables[layout], layout, expected["named_edges"]) == []


@needs_data
@pytest.mark.parametrize("layout", list(FOLDERS))
def test_roi_totals(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    assert roi_total_mismatches(tables[layout], expected["roi_totals"][layout]) == []


@needs_data
def test_adjacencies_of_upstream(exports: dict[str, RawExport], expected: dict[str, Any]) -> None:
    """Upstream over the stand-in equals what upstream once wrote over another stand-in."""
    client = StandInClient(exports["snapshot"], "mb")
    everything = neuprint.NeuronCriteria()
    neurons, connections = neuprint.fetch_adjacencies(
        everything, everything, weight_props=None, client=client
    )
    _, totals = neuprint.fetch_adjacencies(
        everything, everything, weight_props=None, omit_rois=True, client=client
    )
    facts = adjacency_facts(neurons, connections, totals)
    assert facts == {n: expected["facts"][n - 1]["value"] for n in facts}

    folder = DATA / "adjacencies"
    keys = ["bodyId_pre", "bodyId_post"]
    for ours, file, by in [
        (neurons, "neurons.csv.gz", ["bodyId"]),
        (connections, "roi-connections.csv.gz", [*keys, "roi"]),
        (totals, "total-connections.csv.gz", keys),
    ]:
        # every text is text: no cell of these files means "missing" except the empty one
        theirs = pd.read_csv(folder / file, keep_default_na=False, na_values=[""])
        assert_frame_equal(_sorted(ours, by), _sorted(theirs, by))


@needs_data
def test_traced_adjacencies_of_upstream(
    exports: dict[str, RawExport], expected: dict[str, Any]
) -> None:
    client = StandInClient(exports["old_loader"], "mb-old")
    neurons, connections = neuprint.fetch_traced_adjacencies(client=client)
    _, totals = neuprint.fetch_traced_adjacencies(omit_rois=True, client=client)
    facts = traced_adjacency_facts(neurons, connections, totals)
    assert facts == {n: expected["facts"][n - 1]["value"] for n in facts}


def _sorted(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return frame.sort_values(by, ignore_index=True)


def test_cells_keep_the_difference_between_empty_and_null(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text('a,"b,(R):boolean",:LABEL\n1,"",\n"x ""y"", z\nw",,"1"\n')
    header, rows = read_rows(path)
    assert [c.name or c.role for c in header] == ["a", "b,(R)", "LABEL"]
    assert rows == [["1", "", None], ['x "y", z\nw', None, "1"]]


def test_cells_agree_with_pandas(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text('p,q\n"a, ""b""",1\n,2\nx,\n')
    theirs = pd.read_csv(io.StringIO(read_text(path)), dtype=str, keep_default_na=False)
    _, rows = read_rows(path)
    assert [[cell or "" for cell in row] for row in rows] == theirs.to_numpy().tolist()


def test_columns_split_at_the_last_colon() -> None:
    assert parse_column("somaLocation:point{srid:9157}")[:2] == ("somaLocation", "point")
    assert parse_column(":START_ID(Body-ID)").role == "START_ID"
    assert parse_column("a:b:int")[:2] == ("a:b", "int")
