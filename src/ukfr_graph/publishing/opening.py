"""Reading a release without unpacking it: its site is given on this machine, and the browser asks its data."""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

from ukfr_graph.errors import SettingsError
from ukfr_graph.publishing.release import SITE

_TYPES = {
    ".wasm": "application/wasm",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".js": "text/javascript",
}


@contextmanager
def open_release(archive: Path, port: int) -> Iterator[ThreadingHTTPServer]:
    """Open a release for browsers of this machine, at ``port`` or a free one (0); the caller has it serve.

    Raises:
        SettingsError: the file is no release, or the port is taken.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            if SITE + "index.html" not in opened.namelist():
                raise SettingsError(
                    "%(archive)s is no release of ours: it has no %(site)sindex.html.", archive=archive, site=SITE
                )
            with ThreadingHTTPServer(("127.0.0.1", port), _make_handler(opened)) as server:
                yield server
    except (OSError, zipfile.BadZipFile) as error:
        raise SettingsError(
            "%(archive)s cannot be opened (%(error)s). Give a release, and a --port that is free.",
            archive=archive,
            error=error,
        ) from None


def _make_handler(opened: zipfile.ZipFile) -> type[BaseHTTPRequestHandler]:
    lock = Lock()  # an archive is read by one at a time

    class Handler(BaseHTTPRequestHandler):
        """Serves the files of the site."""

        def do_GET(self) -> None:
            name = SITE + (unquote(urlsplit(self.path).path).lstrip("/") or "index.html")
            try:
                with lock:
                    content = opened.read(name)
            except (KeyError, zipfile.BadZipFile):
                self.send_error(404)
                return
            suffix = Path(name).suffix
            self.send_response(200)
            self.send_header("Content-Type", _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "text/plain"))
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler
