"""A host of files that has them under a path, as many free ones do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PATH = "/some/where"


class _Files(SimpleHTTPRequestHandler):
    """Looks for files behind the path alone."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(PATH)) if path.startswith(PATH + "/") else "/nowhere"

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def start_host(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PATH}/"
        server.shutdown()
