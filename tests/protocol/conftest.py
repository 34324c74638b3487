"""Servers that tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.servers import Server, start_server

TOKEN = "a-long-and-random-token"


@pytest.fixture(scope="session")
def server(dataset: Path) -> Iterator[str]:
    with start_server("--store", str(dataset)) as running:
        yield running.url


@pytest.fixture(scope="session")
def relay(server: str) -> Iterator[str]:
    """A second server over the first one's endpoint."""
    with start_server("--endpoint", server + "/sparql") as running:
        yield running.url


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A plain endpoint that anyone on this machine may write to."""
    with start_server("--empty", "--store", str(tmp_path_factory.mktemp("plain") / "own")) as running:
        yield running.url


@pytest.fixture
def own_dataset(dataset: Path, tmp_path: Path) -> Path:
    """A copy of the dataset that a test may write to."""
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


@pytest.fixture
def writable(own_dataset: Path) -> Iterator[Server]:
    """The curated dataset, with a token for writing beside it."""
    with start_server("--store", str(own_dataset), settings={"write_token": TOKEN}) as running:
        yield running
