"""Unmodified neuprint-python over local stores (``pip install 'connstore[neuprint]'``).

Everything of neuprint-python is its own; what would travel over the network is answered from
stores, in the shapes and with the errors of neuPrintHTTP 1.9. Sessions of ``requests`` have a
place for that, the transport adapter (``transport``); ``routes`` lists what it answers.
"""

from __future__ import annotations

from connstore.neuprint_adapter.client import Client, every_client

__all__ = ["Client", "every_client"]
