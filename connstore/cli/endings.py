"""How a command ends: well, with a message, by Ctrl-C, or because nobody reads on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from connstore.errors import ConnstoreError

#: What a shell reports of a program that a signal ended: 128 + the signal's number.
_BROKEN_PIPE = 128 + 13


@contextmanager
def orderly() -> Iterator[None]:
    """Turn what may go wrong in a command into a message and an exit code.

    Errors of connstore and of the file system say what was wrong and exit with 1; Ctrl-C is
    left to typer, which exits with 130; a reader that has gone away (``| head``) is no error.
    """
    try:
        yield
        # Here rather than at the interpreter's end, where a broken pipe could not be caught.
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        raise typer.Exit(_BROKEN_PIPE) from None
    except (ConnstoreError, OSError) as error:
        typer.echo(f"connstore: {error}", err=True)
        raise typer.Exit(1) from None
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # how DuckDB passes Ctrl-C on
            raise KeyboardInterrupt from None
        raise


def _forget_stdout() -> None:
    """Let the interpreter's last flush go nowhere, instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
