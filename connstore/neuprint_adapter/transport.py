"""The end of ``requests``' wire: requests go to stores instead of a network."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from connstore.neuprint_adapter.routes import answer
from connstore.neuprint_adapter.stores import Stores


class StoreAdapter(BaseAdapter):
    """Answers the requests of a ``requests.Session`` from stores.

    Args:
        stores: The stores.
    """

    def __init__(self, stores: Stores) -> None:
        super().__init__()
        self.stores = stores

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The response to a request; timeouts, certificates and proxies mean nothing here."""
        url = request.url or ""
        path = url.partition("://")[2].partition("/")[2]
        body = request.body if isinstance(request.body, bytes | str) else None
        answered = answer(self.stores, f"/{unquote(path)}", body)
        response = Response()
        response.status_code = answered.status
        response.reason = HTTPStatus(answered.status).phrase
        response.headers["Content-Type"] = answered.kind
        response.raw = BytesIO(answered.content)
        response.url, response.request = url, request
        return response

    def close(self) -> None:
        """Nothing is open."""
