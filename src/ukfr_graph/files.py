"""Reading files that someone named, and writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from ukfr_graph.errors import OutputError, SettingsError

_MOST_BYTES = 100_000_000
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP archive can say


def read_file(path: Path, most_bytes: int = _MOST_BYTES) -> bytes:
    """Read a plain file of at most so many bytes: a pipe or a device may have no end.

    Raises:
        SettingsError: it is a pipe, a device or a folder, is larger, or cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe would wait for who writes to it
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SettingsError("%(path)s is no plain file; pipes and devices are not read.", path=path)
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise SettingsError("%(path)s cannot be read: %(strerror)s.", path=path, strerror=error.strerror) from None
    if len(content) > most_bytes:
        raise SettingsError(
            "%(path)s has more than %(most_bytes)s bytes; is it the right file?", path=path, most_bytes=most_bytes
        )
    return content


def write_archive(stream: IO[bytes], files: Mapping[str, bytes]) -> None:
    """Write files by name into a ZIP archive: the same files give the same bytes."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


@contextlib.contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file for text in UTF-8 with lines that end at LF; see ``open_whole``.

    Raises:
        OutputError: see ``open_whole``.
    """
    with open_whole(path) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="\n")
        yield text
        text.detach()


@contextlib.contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of ``path`` only when it is whole and durable.

    A symbolic link is followed and stays; the mode of a file that is there is kept. A device, a pipe or a folder is
    never replaced.

    Raises:
        OutputError: there is something that is no plain file, the folder is missing, or it cannot be written.
    """
    try:
        target = path.resolve()
        mode = _check(target)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        raise OutputError(
            "%(path)s cannot be written: %(strerror)s.", path=path, strerror=getattr(error, "strerror", error)
        ) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise OutputError("%(path)s cannot be written: %(strerror)s.", path=path, strerror=error.strerror) from None
    finally:
        part.unlink(missing_ok=True)


def _check(target: Path) -> int:
    """Return the mode of the file to replace, or the one of a new file."""
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if not stat.S_ISREG(found):
        raise OutputError("%(target)s is no plain file and is not replaced; name a file.", target=target)
    return stat.S_IMODE(found)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
