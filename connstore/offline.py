"""Scripts that use neuprint-python, on local stores: ``python -m connstore.offline script.py``."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

from connstore.errors import ArgumentError, ConnstoreError
from connstore.home import stores_at_home
from connstore.store.opening import Store

#: Where processes that the script starts find it.
_SCRIPT = "_CONNSTORE_OFFLINE_SCRIPT"

_USAGE = "usage: python -m connstore.offline SCRIPT [ARGUMENT ...]"


def offline(stores: Mapping[str, str | Path] | None = None) -> ExitStack:
    """Have local stores answer every ``neuprint.Client`` that is made from now on.

    Whatever server and token a script names, the store of its dataset answers, with the shapes
    and the errors of a server; such clients never ask the network. (What a script requests by hand
    still goes there, and so does a client whose session it replaces.) A dataset without a store is
    a MissingDatasetError (a RuntimeError, as neuprint-python's own), raised where the script makes
    its client, as is a SeveralStoresError where different stores in ``CONNSTORE_HOME`` are of it.

    Args:
        stores: Dataset, as scripts name it, -> path of its store. By default the stores in
            ``CONNSTORE_HOME``, by their own names.

    Returns:
        A context: on leaving it, or by its ``close()``, clients ask servers again. Clients that
        were made within keep their stores. Nobody needs to keep or close it. While several are
        open the newest of them counts.

    Raises:
        MissingPackageError: neuprint-python is not installed.
        ArgumentError: ``stores`` is no such mapping.
        StoreNotFoundError, StoreFormatError, StoreDamagedError: No store is at a path.

    Example:
        >>> import connstore, neuprint
        >>> from connstore.testing import sample_path
        >>> with connstore.offline({"hemibrain:v1.2.1": sample_path()}):
        ...     client = neuprint.Client("https://neuprint.janelia.org", "hemibrain:v1.2.1")
        >>> neuprint.fetch_neurons("DNa02", client=client)[0]["instance"].tolist()
        ['DNa02_R', 'DNa02_L']
    """
    from connstore.neuprint_adapter import every_client

    if stores is None:
        found = stores_at_home()
        return every_client(found.paths, found)
    if not isinstance(stores, Mapping) or not all(
        isinstance(path, (str, PathLike)) for path in stores.values()
    ):
        raise ArgumentError(
            f"offline: stores={stores!r} should map names of datasets to paths of stores: "
            "{'hemibrain:v1.2.1': 'stores/hemibrain'}"
        )
    for path in stores.values():
        Store.open(path)
    return every_client(stores)


def main() -> None:
    """Run a script as ``python script.py`` would, on the stores in ``CONNSTORE_HOME``."""
    script = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if script is None or not script.is_file():
        missing = f"connstore.offline: there is no script {script}\n" if script else ""
        sys.exit(f"{missing}{_USAGE}")
    try:
        offline()
    except ConnstoreError as error:
        sys.exit(f"connstore.offline: {error}")
    del sys.argv[0]
    sys.path[0] = str(script.resolve().parent)
    os.environ[_SCRIPT] = str(script.resolve())
    module = ModuleType("__main__")
    module.__file__ = str(script.absolute())
    # A process that multiprocessing spawns imports its parent's main module by this name, before
    # anything of the script: so it comes by here, and is offline too.
    module.__spec__ = ModuleSpec("connstore.offline", None)
    sys.modules["__main__"] = sys.modules["__mp_main__"] = module
    exec(compile(script.read_bytes(), str(script), "exec"), vars(module))


def _spawned() -> dict[str, Any]:
    """What the script defines, in a process that it spawned."""
    offline()
    return runpy.run_path(os.environ[_SCRIPT], run_name="__mp_main__")


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    globals().update(_spawned())
