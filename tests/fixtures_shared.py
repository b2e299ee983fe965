"""Fixtures for the real exports: a connstore client and an upstream stand-in of each dataset.

``{dataset}_client`` is a connstore client on a store that was ingested from the dataset,
``{dataset}_upstream`` a StandInClient on the raw files, ``{dataset}_export`` the raw files.
Import them with ``from fixtures_shared import *`` in a test module. Data sets other than the
sample lie beside the repository; without them their tests are skipped.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oracle.bundle import RawExport
from oracle.standin import StandInClient

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"

#: Dataset -> where its bundle lies, and which generation it is of.
BUNDLES: dict[str, tuple[Path, Callable[[Path], RawExport]]] = {
    "mb_snapshot": (SHARED_DATA / "hemibrain-mb/snapshot/neuprint", RawExport.from_neuprint),
    "mb_old": (SHARED_DATA / "hemibrain-mb/old-loader", RawExport.from_old_loader),
    "sample": (ROOT / "data-samples/neuprint", RawExport.from_neuprint),
    "tiny_snapshot": (
        SHARED_DATA / "tiny/regenerated/snapshot/neuprint",
        RawExport.from_neuprint,
    ),
    "tiny_compartments": (
        SHARED_DATA / "tiny/regenerated/snapshot-compartments/neuprint",
        RawExport.from_neuprint,
    ),
    "tiny_old": (SHARED_DATA / "tiny/old-dvid-loader", RawExport.from_old_loader),
}
DATASETS = list(BUNDLES)


def bundle_directory(dataset: str) -> Path:
    """The bundle's directory; skips the test if the data are not there."""
    directory, _ = BUNDLES[dataset]
    if not directory.is_dir():
        pytest.skip(f"no data: {directory.relative_to(ROOT.parent)}")
    return directory


def _export_fixture(dataset: str) -> Any:
    @pytest.fixture(scope="session", name=f"{dataset}_export")
    def export() -> RawExport:
        _, read = BUNDLES[dataset]
        return read(bundle_directory(dataset))

    return export


def _upstream_fixture(dataset: str) -> Any:
    @pytest.fixture(scope="session", name=f"{dataset}_upstream")
    def upstream(request: pytest.FixtureRequest) -> StandInClient:
        return StandInClient(request.getfixturevalue(f"{dataset}_export"), dataset)

    return upstream


def _client_fixture(dataset: str) -> Any:
    @pytest.fixture(scope="session", name=f"{dataset}_client")
    def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
        source = bundle_directory(dataset)
        import connstore

        target = tmp_path_factory.mktemp(dataset) / "store"
        connstore.ingest(source, target, progress=False)
        return connstore.Client(str(target))

    return client


mb_snapshot_export = _export_fixture("mb_snapshot")
mb_old_export = _export_fixture("mb_old")
sample_export = _export_fixture("sample")
tiny_snapshot_export = _export_fixture("tiny_snapshot")
tiny_compartments_export = _export_fixture("tiny_compartments")
tiny_old_export = _export_fixture("tiny_old")

mb_snapshot_upstream = _upstream_fixture("mb_snapshot")
mb_old_upstream = _upstream_fixture("mb_old")
sample_upstream = _upstream_fixture("sample")
tiny_snapshot_upstream = _upstream_fixture("tiny_snapshot")
tiny_compartments_upstream = _upstream_fixture("tiny_compartments")
tiny_old_upstream = _upstream_fixture("tiny_old")

mb_snapshot_client = _client_fixture("mb_snapshot")
mb_old_client = _client_fixture("mb_old")
sample_client = _client_fixture("sample")
tiny_snapshot_client = _client_fixture("tiny_snapshot")
tiny_compartments_client = _client_fixture("tiny_compartments")
tiny_old_client = _client_fixture("tiny_old")
