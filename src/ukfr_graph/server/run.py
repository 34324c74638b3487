"""Running the server: one process that speaks HTTP, and the workers that evaluate."""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import resource
import socket
import sys
from concurrent.futures import Future
from functools import partial

import uvicorn

from ukfr_graph.endpoint.addresses import is_trusted
from ukfr_graph.endpoint.connections import guard
from ukfr_graph.endpoint.shortcut import answer_at_once
from ukfr_graph.errors import DatasetError
from ukfr_graph.server.application import Application
from ukfr_graph.server.listening import write_address
from ukfr_graph.service.journal import set_up_logging
from ukfr_graph.service.start import make_service
from ukfr_graph.settings import Settings
from ukfr_graph.workers.launching import ForkServerProcess

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGE_BYTES = 131_072
_OTHER_FILES = 256  # beside connections
_UNREAD_RESULTS = 2  # of the largest size, that all clients together may be slow to read


def run_server(
    settings: Settings, verified: Future[None], sockets: list[socket.socket], launched: ForkServerProcess
) -> None:
    """Serve until told to stop (SIGTERM or Ctrl-C): then running requests end, and no new ones are taken.

    ``verified`` is done when the dataset was held against its checksums: nothing is served before. ``sockets`` are
    bound to the address; when they are listened on, the address is written to stdout. ``launched`` is to fork workers.

    Raises:
        DatasetError: the dataset is missing or damaged.
    """
    set_up_logging(settings.log_level)
    _return_freed_memory()
    _allow_files(settings.max_connections)
    service = make_service(settings, launched)
    if settings.queries:
        for problem in service.library().problems:
            logging.getLogger("ukfr_graph").warning(json.dumps({"event": "query-file", "problem": str(problem)}))
    protocol = guard(
        settings.max_header_bytes,
        settings.request_timeout_s,
        settings.max_connections,
        settings.max_upload_bytes,
        _UNREAD_RESULTS * settings.max_result_bytes,
        partial(answer_at_once, service),
        lambda: bool(service.flights),
        partial(is_trusted, settings.trusted_proxies),
    )
    config = uvicorn.Config(
        Application(service, verified),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=settings.shutdown_s,
    )
    server = _Server(config)
    with contextlib.suppress(SystemExit):  # uvicorn's own way to say that it could not start
        server.run(sockets)
    if not server.started:
        service.pool.stop()
        verified.result()  # says what is wrong with the dataset, where it is that
        raise DatasetError("The server could not start; the reason is above.")


def _allow_files(connections: int) -> None:
    """Let the process have as many files open as there may be connections, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _OTHER_FILES
    if soft < needed:
        with contextlib.suppress(ValueError, OSError):  # then connections wait at the limit that there is
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard < 0 else min(needed, hard), hard))


def _return_freed_memory() -> None:
    """Have the C library give large bodies back to the system when they are freed; others than glibc do so anyway.

    By itself it takes up to 32 MB at a time from its heap once such a piece was freed, and the heap grows threefold.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, _LARGE_BYTES)


class _Server(uvicorn.Server):
    """A server that says where it is found once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        with contextlib.suppress(OSError):  # nobody may be there to read it
            sys.stdout.write(write_address(self.config.host, self.config.port) + "\n")
            sys.stdout.flush()
