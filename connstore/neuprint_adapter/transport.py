"""The end of ``requests``' wire: requests go to stores instead of a network."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from connstore.neuprint_adapter.routes import answer
from connstore.neuprint_adapter.stores import Stores


class StoreSession(Session):
    """A session that stores answer, whatever adapters are mounted in it.

    Args:
        stores: The stores.
        like: A session whose headers it has.
    """

    __attrs__ = [*Session.__attrs__, "stores"]  # noqa: RUF012 (requests' own way)

    def __init__(self, stores: Stores, like: Session) -> None:
        super().__init__()
        self.headers.update(like.headers)
        self.stores = stores

    def get_adapter(self, url: str | bytes) -> BaseAdapter:
        """What ``requests`` sends a request by."""
        return StoreAdapter(self.stores)


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
        url = urlsplit(request.url or "")
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        body = request.body if isinstance(request.body, bytes | str) else None
        answered = answer(self.stores, request.method or "GET", unquote(url.path), query, body)
        response = Response()
        response.status_code = answered.status
        response.reason = HTTPStatus(answered.status).phrase
        response.headers["Content-Type"] = answered.kind
        response.raw = BytesIO(answered.content)
        response.url, response.request = request.url or "", request
        return response

    def close(self) -> None:
        """Nothing is open."""
