"""Settings: the environment's texts, and those that a setting does not take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import connstore
from connstore import Client
from connstore.errors import ArgumentError
from connstore.settings import SETTINGS, home, setting
from connstore.testing import sample_path


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("CONNSTORE_HOME", "stores", Path("stores")),
        ("CONNSTORE_HOME", "~/stores", Path("~/stores").expanduser()),
        ("CONNSTORE_THREADS", "1024", 1024),
        ("CONNSTORE_CYPHER_ROWS", str(2**63 - 2), 2**63 - 2),
        ("CONNSTORE_CYPHER_TIMEOUT", "0.5", 0.5),
        ("CONNSTORE_PROGRESS", "No", False),
    ],
)
def test_values(name: str, text: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    assert setting(name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CONNSTORE_HOME", "~nosuchuser/stores"),
        ("CONNSTORE_THREADS", "1025"),
        ("CONNSTORE_THREADS", "9" * 30),
        ("CONNSTORE_THREADS", "9" * 5000),
        ("CONNSTORE_THREADS", "-1"),
        ("CONNSTORE_THREADS", ""),
        ("CONNSTORE_CYPHER_ROWS", str(2**63 - 1)),
        ("CONNSTORE_CYPHER_ROWS", "1.5"),
        ("CONNSTORE_CYPHER_TIMEOUT", "inf"),
        ("CONNSTORE_CYPHER_TIMEOUT", "nan"),
        ("CONNSTORE_PROGRESS", "maybe"),
    ],
)
def test_what_a_setting_does_not_take(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ArgumentError, match=f"{name}=.* is not a value it takes") as raised:
        setting(name)
    assert SETTINGS[name].doc in str(raised.value)


def test_a_home_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a client that looks for a dataset needs one."""
    monkeypatch.setenv("CONNSTORE_HOME", "~nosuchuser/stores")
    with pytest.raises(ArgumentError, match="CONNSTORE_HOME"):
        home()
    with pytest.raises(ArgumentError, match="CONNSTORE_HOME"):
        Client("server", "sample:v1.0")
    assert Client(sample_path()).dataset == "sample:v1.0"


def test_the_greatest_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNSTORE_CYPHER_ROWS", str(2**63 - 2))
    client = Client(sample_path())
    assert len(connstore.fetch_custom("RETURN 1 AS one", client=client)) == 1
