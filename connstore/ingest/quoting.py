"""Quoting mistakes that pass through the fast CSV reader unnoticed."""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np

#: By byte: whether it can neither end a cell nor escape a quote.
_WITHIN_CELL = np.ones(256, bool)
_WITHIN_CELL[list(b'",\r\n')] = False


class QuoteWatch(io.RawIOBase):
    """Watches the quotes that pass, since the fast reader takes whatever it is given.

    Attributes:
        quotes: How many there were; a number that is odd leaves a cell unclosed.
        stray: Whether one stood inside a cell without a second one beside it. The fast reader
            makes another text of such a quoted cell; without quotes around it is no mistake.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._last = b""
        self.quotes = 0
        self.stray = False

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, looked at on their way."""
        data = self._stream.read(size)
        seen = np.frombuffer(self._last + data, np.uint8)
        quotes = np.flatnonzero(seen == ord('"'))
        self.quotes += int(np.count_nonzero(quotes >= len(self._last)))
        between = quotes[(quotes > 0) & (quotes < len(seen) - 1)]
        self.stray |= bool(
            np.any(_WITHIN_CELL[seen[between - 1]] & _WITHIN_CELL[seen[between + 1]])
        )
        self._last = seen[-2:].tobytes()
        return data

    def close(self) -> None:
        """Close the stream behind it too."""
        self._stream.close()
        super().close()
