"""Quoting mistakes that pass through the fast CSV reader unnoticed."""

from __future__ import annotations

import io
from typing import BinaryIO

import numpy as np

#: By byte: whether it neither bounds a cell nor escapes a quote.
_WITHIN_CELL = np.ones(256, bool)
_WITHIN_CELL[list(b'",\r\n')] = False

#: Bytes to look at in one go: what fits the processor's cache is five times as fast.
_PIECE = 1 << 18


class QuoteWatch(io.RawIOBase):
    """Watches the quotes that pass, since the fast reader takes whatever it is given.

    Attributes:
        quotes: How many there were; a number that is odd leaves a cell unclosed.
        stray: Whether one that should open a quoted cell, or close one, stood inside a cell. The
            fast reader makes other texts of quoted cells then, or one row of several; in a cell
            without quotes around it, it is no mistake.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held = b"\n"
        self.quotes = 0
        self.stray = False

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, looked at on their way."""
        data = self._stream.read(size)
        for start in range(0, len(data), _PIECE):
            self._judge(data[start : start + _PIECE])
        if not data:
            self._judge(b"\n")
        return data

    def _judge(self, piece: bytes) -> None:
        """Look at every byte whose neighbours are known: all but the last, and the one held."""
        seen = np.frombuffer(self._held + piece, np.uint8)
        quotes = np.flatnonzero(seen[1:-1] == ord('"')) + 1
        open_ = self.quotes % 2
        before, behind = seen[quotes[open_::2] - 1], seen[quotes[1 - open_ :: 2] + 1]
        self.stray |= bool(_WITHIN_CELL[before].any() or _WITHIN_CELL[behind].any())
        self.quotes += len(quotes)
        self._held = seen[-2:].tobytes()

    def close(self) -> None:
        """Close the stream behind it too."""
        self._stream.close()
        super().close()
