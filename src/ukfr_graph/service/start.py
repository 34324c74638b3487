"""Putting the service together from the settings."""

from __future__ import annotations

from dataclasses import replace

from ukfr_graph.limits import Limits
from ukfr_graph.service.cache import ResponseCache
from ukfr_graph.service.gate import is_loopback, read_gate
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.store import read_manifest
from ukfr_graph.store.transport import check_address
from ukfr_graph.workers.lanes import Lanes
from ukfr_graph.workers.launching import ForkServerProcess
from ukfr_graph.workers.pool import Pool
from ukfr_graph.workers.worker import DataSource

PAGES_PART = 8
"""Of the memory for answers, each process that makes pages has one part in so many."""


def make_service(settings: Settings, launched: ForkServerProcess | None = None) -> Service:
    """Put the service together, and launch the process that its workers will come from, unless that was ``launched``.

    Raises:
        DatasetError: there is no dataset.
        SettingsError: the tokens cannot be read.
    """
    is_plain = False
    if settings.endpoint:
        check_address(settings.endpoint)
        source = DataSource(endpoint=settings.endpoint, authorization=settings.endpoint_authorization())
    else:
        is_plain = bool(read_manifest(settings.dataset).get("plain"))
        source = DataSource(root=str(settings.dataset.resolve()))
    if settings.queries:
        source = replace(source, queries=str(settings.queries.resolve()))
    gate = read_gate(settings, is_open=is_plain and not _has_tokens(settings) and is_loopback(settings.host))
    pool = Pool(source, Limits.of(settings), Lanes.of(settings))
    pool.supervisor.launch(launched)
    return Service(
        settings,
        pool,
        gate,
        ResponseCache(settings.cache_bytes - settings.page_processes * (settings.cache_bytes // PAGES_PART)),
        is_plain,
    )


def _has_tokens(settings: Settings) -> bool:
    return settings.write_token is not None or settings.write_tokens_file is not None
