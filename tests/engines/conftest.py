"""Each engine of others, filled by ``publish``, with a server of ours over it; what is not installed is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.engines import Engine, missing, start_engine
from support.servers import start_server


@dataclass(frozen=True)
class Served:
    """An engine with the dataset in it, and the address of the server over it."""

    engine: Engine
    url: str


def publish(engine: Engine, dataset: Path, endpoint: str = "") -> subprocess.CompletedProcess[str]:
    """Publish to an engine, at its query endpoint unless another address is given."""
    command = [sys.executable, "-m", "ukfr_graph.cli", "publish", "--endpoint", endpoint or engine.query]
    environment = {**os.environ, **engine.credentials}
    return subprocess.run(
        [*command, "--out", str(dataset)], capture_output=True, text=True, timeout=300, env=environment
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one engine together, so that it is started once (--dist loadgroup)."""
    for item in items:
        if name := getattr(getattr(item, "callspec", None), "params", {}).get("engine"):
            item.add_marker(pytest.mark.xdist_group(name))
            item.add_marker(pytest.mark.programs)
            if not os.environ.get("ENGINES"):
                item.add_marker(pytest.mark.skip(reason="they take a minute: make engines"))


@pytest.fixture(scope="session", params=["jena", "virtuoso"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine, empty at first."""
    if why := missing(request.param):
        pytest.skip(why)
    with start_engine(request.param, tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(scope="session")
def served(engine: Engine, dataset: Path) -> Iterator[Served]:
    done = publish(engine, dataset)
    assert done.returncode == 0, done.stderr
    with start_server("--endpoint", engine.query, settings={"query_timeout_s": "60"}) as server:
        yield Served(engine, server.url)
