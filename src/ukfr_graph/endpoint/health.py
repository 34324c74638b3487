"""``/health`` for whoever must know whether it works, ``/metrics`` for whoever draws curves (Prometheus)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ukfr_graph.endpoint.exchange import Exchange
from ukfr_graph.service.journal import BUCKETS_S
from ukfr_graph.service.service import Service
from ukfr_graph.store.disk_space import find_shortage
from ukfr_graph.workers.memory import measure_resident_bytes

if TYPE_CHECKING:
    from prometheus_client.core import Metric


async def give_health(service: Service, exchange: Exchange) -> None:
    """Say that the process lives, whether queries are answered, and over which version of the dataset.

    Where reading needs a token, whoever has none is told the status alone.
    """
    pool = service.pool
    facts = (
        await pool.ask({"task": "facts", "with_user_graphs": True}, "facts")
    ).head  # a store that cannot be read is not healthy
    fault = service.damage or pool.fault or ("" if service.is_remote else find_shortage(Path(pool.source.root)))
    status = "damaged" if service.damage else "degraded" if fault else "ok"
    code = 503 if service.damage else 200  # whoever watches over it takes it out, and its next start is refused
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if not service.gate.is_reader(exchange.header(b"authorization")):
        await exchange.respond(code, headers, json.dumps({"status": status}).encode())
        return
    health = {
        "status": status,
        "version": pool.version,
        "triples": facts["triples"],
        "workers": pool.count(),
        "isolation": "remote" if service.is_remote else pool.supervisor.isolation,
        "uptime_s": round(time.monotonic() - service.started, 1),
    }
    if fault:
        health["fault"] = fault
    await exchange.respond(code, headers, json.dumps(health).encode())


async def give_metrics(service: Service, exchange: Exchange, pages: Callable[[], Sequence[int]]) -> None:
    """Return the figures in the Prometheus text format; ``pages`` tells the memory of each process that makes pages.

    Raises:
        AuthorizationError, ForbiddenError: see ``Gate.admit_reader``.
    """
    service.gate.admit_reader(exchange.header(b"authorization"))
    from prometheus_client import CollectorRegistry, generate_latest  # slow to import, and needed only here
    from prometheus_client.registry import Collector

    class Figures(Collector):
        def collect(self) -> Iterator[Metric]:
            return collect(service, pages())

    registry = CollectorRegistry()
    registry.register(Figures())
    headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), (b"cache-control", b"no-store")]
    await exchange.respond(200, headers, generate_latest(registry))


def collect(service: Service, pages: Sequence[int]) -> Iterator[Metric]:
    """Yield each figure: requests by operation and status, durations, lanes, kept answers, memory."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    journal, pool, cache = service.journal, service.pool, service.cache
    requests = CounterMetricFamily(
        "ukfr_requests", "Operations, by kind and HTTP status", labels=("operation", "status")
    )
    for (operation, status), number in sorted(journal.statuses.items()):
        requests.add_metric((operation, str(status)), number)
    yield requests
    total, buckets = 0, []
    for bound, number in zip((*map(str, BUCKETS_S), "+Inf"), journal.durations, strict=True):
        total += number
        buckets.append((bound, total))
    yield HistogramMetricFamily(
        "ukfr_request_duration_seconds",
        "Time from request to answer",
        buckets=buckets,
        sum_value=journal.duration_sum_s,
    )
    lanes = CounterMetricFamily("ukfr_evaluations", "Evaluations, by what became of them", labels=("outcome",))
    for outcome, number in vars(pool.tally).items():
        lanes.add_metric((outcome,), number)
    yield lanes
    workers = GaugeMetricFamily("ukfr_workers", "Workers and waiting queries, by state", labels=("state",))
    for state, number in pool.count().items():
        workers.add_metric((state,), number)
    yield workers
    lookups = CounterMetricFamily("ukfr_cache_lookups", "Look-ups of kept answers", labels=("outcome",))
    lookups.add_metric(("hit",), cache.hits)
    lookups.add_metric(("miss",), cache.misses)
    yield lookups
    yield GaugeMetricFamily("ukfr_cache_bytes", "Memory of kept answers", value=cache.size_bytes)
    memory = GaugeMetricFamily("ukfr_memory_bytes", "Resident memory, by process", labels=("process",))
    memory.add_metric(("server",), measure_resident_bytes())
    for worker in pool.supervisor.workers.values():
        memory.add_metric((f"worker-{worker.number}",), measure_resident_bytes(worker.pid))
    for number, size in enumerate(pages):
        memory.add_metric((f"pages-{number}",), size)
    yield memory
    version = GaugeMetricFamily("ukfr_dataset", "The version of the dataset that is asked now", labels=("version",))
    version.add_metric((pool.version,), 1)
    yield version
