"""Running the server: one process that speaks HTTP, and the workers that evaluate."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import logging
from concurrent.futures import Future
from functools import partial

import uvicorn

from ukfr_graph.errors import DatasetError
from ukfr_graph.query.limits import Limits
from ukfr_graph.server.application import Application
from ukfr_graph.server.authorization import read_gate
from ukfr_graph.server.cache import ResponseCache
from ukfr_graph.server.connections import guard
from ukfr_graph.server.journal import set_up_logging
from ukfr_graph.server.service import Service
from ukfr_graph.server.sparql import answer_at_once
from ukfr_graph.settings import Settings
from ukfr_graph.store.layout import read_manifest
from ukfr_graph.store.remote import check_address
from ukfr_graph.workers.lanes import Lanes
from ukfr_graph.workers.pool import Pool
from ukfr_graph.workers.worker import Source


def make_service(settings: Settings) -> Service:
    """Put the service together, and launch the process that its workers will come from.

    Raises:
        DatasetError: there is no dataset.
        SettingsError: the tokens cannot be read.
    """
    is_plain = False
    if settings.endpoint:
        check_address(settings.endpoint)
        source = Source(endpoint=settings.endpoint, authorization=settings.endpoint_authorization())
    else:
        is_plain = bool(read_manifest(settings.dataset).get("plain"))
        source = Source(root=str(settings.dataset.resolve()))
    gate = read_gate(settings, is_open=is_plain and not _has_tokens(settings) and _is_loopback(settings.host))
    pool = Pool(source, Limits.of(settings), Lanes.of(settings))
    pool.staff.launch()
    return Service(settings, pool, gate, ResponseCache(settings.cache_bytes), is_plain)


def run_server(settings: Settings, verified: Future[None]) -> None:
    """Serve until told to stop (SIGTERM or Ctrl-C): then running requests end, and no new ones are taken.

    ``verified`` is done when the dataset was held against its checksums: nothing is served before.

    Raises:
        DatasetError: the dataset is missing or damaged, or the address cannot be listened on.
    """
    set_up_logging(settings.log_level)
    service = make_service(settings)
    if settings.queries:
        for problem in service.library().problems:
            logging.getLogger("ukfr_graph").warning(json.dumps({"event": "query-file", "problem": str(problem)}))
    protocol = guard(
        settings.max_header_bytes,
        settings.request_timeout_s,
        settings.max_connections,
        partial(answer_at_once, service),
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
    server = uvicorn.Server(config)
    with contextlib.suppress(SystemExit):  # uvicorn's own way to say that it could not start
        server.run()
    if not server.started:
        service.pool.stop()
        verified.result()  # says what is wrong with the dataset, where it is that
        raise DatasetError("The server could not start; the reason is above.")


def _has_tokens(settings: Settings) -> bool:
    return settings.write_token is not None or settings.write_tokens_file is not None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
