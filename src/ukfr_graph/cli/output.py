"""The output of commands: answers to stdout, tables to the terminal. Everything that is written goes through here.

A reader of a pipe that has seen enough ends the command as it ends other tools of Unix: quietly, by SIGPIPE. Whatever
else cannot be written is an error of one sentence.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ukfr_graph.errors import OutputError
from ukfr_graph.texts import describe

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDE = 240  # columns where the output is no terminal


def write_bytes(content: bytes | Callable[[IO[bytes]], object]) -> None:
    """Write bytes, or what a function writes, to stdout.

    Raises:
        OutputError: it cannot be written.
    """
    with _guard():
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            content(sys.stdout.buffer)


def write_text(text: str) -> None:
    """Write lines of text to stdout.

    Raises:
        OutputError: it cannot be written, or not in the terminal's encoding.
    """
    with _guard():
        sys.stdout.write(text + "\n")


def write_table(table: RenderableType) -> None:
    """Write a table to stdout: as wide as the terminal, or wide enough for a file.

    Raises:
        OutputError: it cannot be written, or not in the terminal's encoding.
    """
    from rich.console import Console

    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    with console.capture() as shown:  # the library ends the process where a pipe is closed
        console.print(table)
    with _guard():
        sys.stdout.write(shown.get())


def flush() -> None:
    """Write what is still held back, which would be a traceback at the end of the process.

    Raises:
        OutputError: it cannot be written.
    """
    with _guard():
        pass


@contextmanager
def _guard() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    except UnicodeEncodeError as error:
        character = describe(error.object[error.start])
        raise OutputError(
            "The terminal's encoding (%(encoding)s) has no %(character)s; set PYTHONIOENCODING=utf-8, or "
            "ask for --format csv or json.",
            encoding=error.encoding,
            character=character,
        ) from None
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is held back
        raise OutputError("The output cannot be written: %(strerror)s.", strerror=error.strerror) from None
