"""Fixtures: clients on one store of data-samples, kept out of the rules for the default client.

Use them with ``from client.sample import *`` in a test module.
"""

from collections.abc import Iterator
from typing import Any

import pytest

__all__ = ["client", "default"]


@pytest.fixture(scope="session")
def client() -> Any:
    from connstore import Client, registry
    from connstore.testing import sample_path

    with registry._no_registration():
        return Client(sample_path())


@pytest.fixture
def default(client: Any) -> Iterator[Any]:
    """The same client, as the default for the time of one test."""
    import connstore

    connstore.set_default_client(client)
    yield client
    connstore.clear_default_client()
