"""Examples in docstrings run against a store of data-samples, with a default client."""

from collections.abc import Iterator

import pytest
from _pytest.doctest import DoctestItem


@pytest.fixture(autouse=True)
def _sample_client(request: pytest.FixtureRequest) -> Iterator[None]:
    """A default client for the time of a docstring's example, and only then."""
    if not isinstance(request.node, DoctestItem):
        yield
        return
    from connstore.client import Client
    from connstore.registry import clear_default_client, set_default_client
    from connstore.testing import sample_path

    client = Client(sample_path())
    set_default_client(client)
    yield
    clear_default_client()
