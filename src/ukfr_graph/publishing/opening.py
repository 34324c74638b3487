"""Reading a release without unpacking it: its site is given on this machine, and the browser asks its data."""

from __future__ import annotations

import hashlib
import mimetypes
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

from ukfr_graph.errors import SettingsError
from ukfr_graph.publishing.release import SITE, SUMS

_TYPES = {
    ".wasm": "application/wasm",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".js": "text/javascript",
}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1  # the bit of an entry's flags
_MOST_TIMES = 100  # as much as its archive may hold unpacked; a release of ours is some ten times as large
_CHUNK = 1 << 20


@contextmanager
def open_release(archive: Path, port: int) -> Iterator[ThreadingHTTPServer]:
    """Open a release for browsers of this machine, at ``port`` or a free one (0); the caller has it serve.

    Raises:
        SettingsError: the file is no release, is damaged, or the port is taken.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            names = _check(archive, opened)
            with ThreadingHTTPServer(("127.0.0.1", port), _make_handler(opened, names)) as server:
                yield server
    except (OSError, *_DAMAGED) as error:
        raise SettingsError(
            "%(archive)s cannot be opened (%(error)s). Give a release, and a --port that is free.",
            archive=archive,
            error=error,
        ) from None


def _check(archive: Path, opened: zipfile.ZipFile) -> frozenset[str]:
    """Compare each file with its checksum; return the names of those that have one.

    Raises:
        SettingsError: the file is no release, or one of its files is not what it was.
        OSError, BadZipFile, zlib.error, EOFError, UnicodeDecodeError: it is damaged.
    """
    entries = {entry.filename: entry for entry in opened.infolist()}
    for needed in (SITE + "index.html", SUMS):
        if needed not in entries:
            raise SettingsError("%(archive)s is no release of ours: it has no %(name)s.", archive=archive, name=needed)
    is_huge = sum(entry.file_size for entry in entries.values()) > _MOST_TIMES * archive.stat().st_size
    is_readable = all(e.compress_type in _PACKINGS and not e.flag_bits & _ENCRYPTED for e in entries.values())
    if is_huge or not is_readable:
        raise SettingsError("%(archive)s is no release of ours: it is packed in another way.", archive=archive)
    sums = {line[66:]: line[:64] for line in opened.read(SUMS).decode().splitlines()}
    for name, digest in sums.items():
        if name not in entries or _digest(opened, name) != digest:
            raise SettingsError(
                "%(archive)s is damaged: %(name)s is not what it was when it was published. Get it again.",
                archive=archive,
                name=name,
            )
    return frozenset(sums)


def _digest(opened: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with opened.open(name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _make_handler(opened: zipfile.ZipFile, names: frozenset[str]) -> type[BaseHTTPRequestHandler]:
    lock = Lock()  # an archive is read by one at a time

    class Handler(BaseHTTPRequestHandler):
        """Serves the files of the site."""

        def do_GET(self) -> None:
            name = SITE + unquote(urlsplit(self.path).path).lstrip("/")
            name += "index.html" if name.endswith("/") else ""
            if name not in names:
                self.send_error(404)
                return
            try:
                with lock:
                    content = opened.read(name)
            except (OSError, *_DAMAGED):  # someone has written over it
                self.send_error(500)
                return
            suffix = Path(name).suffix
            self.send_response(200)
            self.send_header("Content-Type", _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "text/plain"))
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler
