"""Configs of SONATA circuits and simulations: which files hold what."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connstore.errors import IngestError
from connstore.ingestion.sonata.variables import Variables

CIRCUIT_CONFIG = "circuit_config.json"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _PopulationEntry(_Model):
    type: str | None = None


class _NetworkEntry(_Model):
    nodes_file: str | None = None
    node_types_file: str | None = None
    edges_file: str | None = None
    edge_types_file: str | None = None
    populations: dict[str, _PopulationEntry] | None = None
    enabled: bool = True


class _Networks(_Model):
    nodes: list[_NetworkEntry]
    edges: list[_NetworkEntry] = Field(default_factory=list)


class _Config(_Model):
    """The parts of a circuit or simulation config that an ingest reads."""

    manifest: dict[str, str] = Field(default_factory=dict)
    networks: _Networks | None = None
    network: str | None = None
    run: dict[str, Any] | None = None
    node_sets_file: str | None = None
    node_sets: dict[str, Any] | None = None


@dataclass(frozen=True)
class NetworkFile:
    """One HDF5 file of nodes or edges.

    Attributes:
        path: Where it lies.
        types: The CSV file of its node or edge types, if it has one.
        populations: Population -> type (None: the default), for those that belong to the
            circuit; None for all that the file has.
    """

    path: Path
    types: Path | None
    populations: dict[str, str | None] | None


@dataclass(frozen=True)
class Circuit:
    """A SONATA circuit, as its config describes it.

    Attributes:
        root: Directory of the circuit config.
        configs: The config files that were read.
        nodes, edges: Its HDF5 files, in the order of the config.
        node_sets: (``circuit`` or ``simulation``, file or None, JSON text) of each source of node
            sets, the circuit's first.
    """

    root: Path
    configs: tuple[Path, ...]
    nodes: tuple[NetworkFile, ...]
    edges: tuple[NetworkFile, ...]
    node_sets: tuple[tuple[str, Path | None, str], ...]
    format = "sonata"

    @property
    def name(self) -> str:
        """What the circuit is called: the directory that holds its config."""
        return self.root.name

    def relative(self, path: Path) -> str:
        """A path as messages and the store name it."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def all_files(self) -> Iterator[Path]:
        """Every file that belongs to the circuit, once each, in order of path."""
        networks = (*self.nodes, *self.edges)
        files = {*self.configs, *(network.path for network in networks)}
        files |= {network.types for network in networks if network.types is not None}
        files |= {path for _, path, _ in self.node_sets if path is not None}
        return iter(sorted(files))


def find_circuit(path: Path) -> Circuit | None:
    """The circuit of a config file, or of a directory that holds ``circuit_config.json``.

    Args:
        path: A circuit config; a simulation config, which names its circuit; or a directory.

    Returns:
        None where the path is neither a JSON file nor such a directory.

    Raises:
        IngestError: The config is not one, or names files that are not there.
    """
    try:
        return _find_circuit(path)
    except OSError as error:
        raise IngestError(f"cannot read {error.filename}: {error.strerror}") from None


def _find_circuit(path: Path) -> Circuit | None:
    config = path / CIRCUIT_CONFIG if path.is_dir() else path
    if config.suffix != ".json" or not config.is_file():
        return None
    config = config.resolve()
    given, variables = _read(config)
    if given.networks is not None:
        return _circuit(config, given, variables, None)
    if given.network is None and given.run is None:
        raise IngestError(
            "it is no SONATA config: a circuit has 'networks', a simulation 'network'",
            file=config.name,
        )
    of_circuit = variables.path(given.network or CIRCUIT_CONFIG).resolve()
    if not of_circuit.is_file():
        raise IngestError(f"its network is {of_circuit}, which is not there", file=config.name)
    circuit, of_variables = _read(of_circuit)
    if circuit.networks is None:
        raise IngestError("it has no 'networks', so it is no circuit", file=of_circuit.name)
    return _circuit(of_circuit, circuit, of_variables, (config, given, variables))


def _circuit(
    path: Path,
    config: _Config,
    variables: Variables,
    simulation: tuple[Path, _Config, Variables] | None,
) -> Circuit:
    assert config.networks is not None
    node_sets = [*_node_sets("circuit", path, config, variables)]
    if simulation is not None:
        node_sets += _node_sets("simulation", *simulation)
    networks = config.networks
    return Circuit(
        path.parent,
        (path, *([simulation[0]] if simulation else [])),
        tuple(_files("node", path, networks.nodes, variables)),
        tuple(_files("edge", path, networks.edges, variables)),
        tuple(node_sets),
    )


def _files(
    kind: str, config: Path, entries: list[_NetworkEntry], variables: Variables
) -> Iterator[NetworkFile]:
    """The files of some entries of ``networks``; a path that is not there is an error."""
    for number, entry in enumerate(entries):
        if not entry.enabled:
            continue
        key, csv_key = f"{kind}s_file", f"{kind}_types_file"
        text, csv_text = getattr(entry, key), getattr(entry, csv_key)
        where = f"networks.{kind}s[{number}]"
        if not text:
            raise IngestError(f"{where} has no {key!r}", file=config.name)
        path = _there(variables.path(text), f"{where}.{key}", config)
        csv = _there(variables.path(csv_text), f"{where}.{csv_key}", config) if csv_text else None
        populations = None
        if entry.populations:
            populations = {name: found.type for name, found in entry.populations.items()}
        yield NetworkFile(path, csv, populations)


def _node_sets(
    origin: str, path: Path, config: _Config, variables: Variables
) -> Iterator[tuple[str, Path | None, str]]:
    """The node sets that a config names, then those that it holds itself."""
    if config.node_sets_file:
        file = _there(variables.path(config.node_sets_file), "node_sets_file", path)
        yield origin, file, _text(file)
    if config.node_sets is not None:
        yield origin, None, json.dumps(config.node_sets, ensure_ascii=False)


def _there(path: Path, key: str, config: Path) -> Path:
    if not path.is_file():
        raise IngestError(f"{key} is {path}, which is not there", file=config.name)
    return path.resolve()


def _read(path: Path) -> tuple[_Config, Variables]:
    """A config and its variables.

    Raises:
        IngestError: It is not JSON, or something in it is not of the type that it should be.
    """
    try:
        content = json.loads(_text(path))
        if not isinstance(content, dict):
            raise IngestError("it should hold a JSON object", file=path.name)
        config = _Config.model_validate(content)
    except json.JSONDecodeError as error:
        raise IngestError(
            f"it is not JSON: {error.msg}", file=path.name, line=error.lineno
        ) from None
    except RecursionError:
        raise IngestError("it is nested too deeply", file=path.name) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the config"
        raise IngestError(f"{place}: {first['msg']}", file=path.name) from None
    return config, Variables(path, config.manifest, path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise IngestError(f"cannot read it: {error.strerror}", file=path.name) from None
    except UnicodeDecodeError:
        raise IngestError("it is not UTF-8 text", file=path.name) from None
