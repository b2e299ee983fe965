"""For all tests: examples in docstrings have a default client on data-samples; no long runs."""

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long runs out unless they are asked for (pytest -m soak)."""
    if "soak" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="long; asked for by -m soak"))
