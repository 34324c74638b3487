"""A server with small limits, for what reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.servers import Server, start_server


@pytest.fixture(scope="session")
def limited(dataset: Path) -> Iterator[Server]:
    """A server that ends a query after a second, and holds little of what it is sent."""
    settings = {
        "query_timeout_s": "1", "query_memory_bytes": "300000000", "max_result_bytes": "200000", "slow_queries": "3",
        "workers": "2", "log_level": "debug", "request_timeout_s": "1", "max_header_bytes": "8000", "max_connections": "60",
    }  # fmt: skip
    with start_server("--store", str(dataset), settings=settings) as server:
        yield server
