"""The methods by which ``neuprint.Client`` asks a server something, for a client of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connstore.queries import server
from connstore.queries.arguments import Answering
from connstore.queries.neurons import neuron_keys
from connstore.queries.roi_meshes import roi_mesh
from connstore.queries.roi_overview import roi_completeness, roi_connectivity
from connstore.queries.skeletons import fetch_skeleton
from connstore.sql.synapse_columns import transmitter_properties
from connstore.version import __version__


class ServerMethods:
    """What a client of a store answers in the place of a server.

    The methods of :data:`connstore.queries.server.SERVER_ONLY` are here too: they raise
    ServerNeededError, which says what works offline.
    """

    def fetch_neuron_keys(self: Answering) -> list[str]:
        """Names of the properties that neurons have."""
        return neuron_keys(self)

    def fetch_synapse_nt_keys(self: Answering) -> list[str]:
        """Names of the synapse properties that are about neurotransmitters, sorted.

        Example:
            >>> from connstore import default_client
            >>> default_client().fetch_synapse_nt_keys()[:2]
            ['ntAcetylcholineProb', 'ntDopamineProb']
        """
        return transmitter_properties(self.store)

    def fetch_datasets(self: Answering, reload_cache: bool = False) -> dict[str, dict[str, Any]]:
        """Facts about the client's dataset and those of the stores in ``CONNSTORE_HOME``.

        Args:
            reload_cache: Without effect: nothing is cached.

        Returns:
            Dataset -> ``last-mod``, ``uuid``, ``ROIs`` (sorted), ``superLevelROIs``, ``info``,
            ``hidden``.

        Example:
            >>> from connstore import default_client
            >>> default_client().fetch_datasets()["sample:v1.0"]["info"]
            'https://example.org/sample'
        """
        return server.datasets(self)

    def fetch_instances(self: Answering) -> dict[str, list[dict[str, Any]]]:
        """What there is beside neurons and synapses: ``skeletons``, ``roimeshes``."""
        return server.instances(self)

    def fetch_database(self: Answering) -> dict[str, str]:
        """Where the data lie: ``Location``, a path, and ``Description``."""
        return {"Location": str(self.store.path), "Description": "connstore"}

    def fetch_version(self) -> str:
        """The version of what answers: connstore's."""
        return __version__

    def fetch_db_version(self) -> str:
        """The version of neuPrint's data model, as neuPrintHTTP tells it."""
        return server.DATA_MODEL

    def fetch_available(self) -> list[dict[str, str]]:
        """The routes of neuPrintHTTP in whose place the client answers.

        Returns:
            For each ``method``, ``path``, and ``name``: the client's method for it.
        """
        return server.routes()

    def fetch_server_info(self) -> bool:
        """Whether the data can be had without a login: they can."""
        return True

    def arrow_endpoint(self) -> bool:
        """Whether a server could send Arrow tables over HTTP: there is none.

        ``Client(..., frames='arrow')`` answers in Arrow tables.
        """
        return False

    def fetch_roi_completeness(self: Answering, format: str = "pandas") -> Any:
        """Synapses of complete neurons in each ROI, and of all bodies.

        Complete is a neuron of status Traced or the like
        (:data:`connstore.queries.roi_overview.COMPLETE`). As on the server, ROIs of every level
        are there, also keys of roiInfo that are no ROIs; their totals are missing.

        Args:
            format: ``'pandas'`` (the client's kind of frame) or ``'json'``.

        Returns:
            A row an ROI that a complete neuron has, by name: ``roi``; ``roipre`` and ``roipost``,
            T-bars and PSDs of complete neurons; ``totalpre`` and ``totalpost``, of all bodies
            (Meta.roiInfo). As JSON: ``{'columns': [...], 'data': [...]}``.

        Raises:
            ArgumentError: The format is none of these.

        Example:
            >>> from connstore import default_client
            >>> default_client().fetch_roi_completeness().columns.tolist()
            ['roi', 'roipre', 'roipost', 'totalpre', 'totalpost']
        """
        return roi_completeness(self, format)

    def fetch_roi_connectivity(self: Answering, format: str = "pandas") -> Any:
        """How strongly neurons connect the ROIs of the top level.

        A neuron's T-bars in an ROI are shared among the ROIs of its PSDs, in proportion to these.

        Args:
            format: ``'pandas'`` (the client's kind of frame) or ``'json'``.

        Returns:
            A row a pair of ROIs, by the text ``from=>to``: ``from_roi`` (PSDs), ``to_roi``
            (T-bars), ``count`` of neurons with both, ``weight``. As JSON: ``roi_names``, and
            ``weights`` by that text.

        Raises:
            ArgumentError: The format is none of these.
            MissingTableError: Meta does not say which ROIs are of the top level.

        Example:
            >>> from connstore import default_client
            >>> default_client().fetch_roi_connectivity().columns.tolist()
            ['from_roi', 'to_roi', 'count', 'weight']
        """
        return roi_connectivity(self, format)

    def fetch_roi_mesh(self: Answering, roi: str, export_path: str | Path | None = None) -> bytes:
        """The surface of an ROI, as an OBJ file.

        Args:
            roi: Its name.
            export_path: Where to write the file.

        Returns:
            The bytes of the file that was ingested.

        Raises:
            ArgumentError: The ROI is no name.
            MissingTableError: The store has no meshes.
            NotStoredError: It has none of this ROI.
            OutputError: The file cannot be written.

        Example:
            >>> from connstore import default_client
            >>> default_client().fetch_roi_mesh("aL(R)").splitlines()[0]
            b'# aL(R)'
        """
        return roi_mesh(self, roi, export_path)

    def fetch_skeleton(
        self: Answering,
        body: Any,
        heal: bool | float = False,
        export_path: str | Path | None = None,
        format: str = "pandas",
        with_distances: bool = False,
    ) -> Any:
        """The skeleton of a body, as :func:`connstore.fetch_skeleton` returns it."""
        return fetch_skeleton(body, heal, export_path, format, with_distances, client=self)


for _name in server.SERVER_ONLY:
    setattr(ServerMethods, _name, server.refusal(_name))
