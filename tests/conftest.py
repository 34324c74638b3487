"""The built dataset, once for all tests: the real records, the real store."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from ukfr_graph.build import Built, build_graphs, write_dataset
from ukfr_graph.query import Executor
from ukfr_graph.resources import data_folder
from ukfr_graph.store import Snapshot, install_dataset, open_snapshot, staging_folder

for name in [n for n in os.environ if n.startswith("UKFR_") and not n.startswith(("UKFR_E2E", "UKFR_FCDO"))]:
    del os.environ[name]  # a developer's own settings must not steer the tests


for phase in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, phase, 60.0)  # seconds: a slow machine is no fault of the server


@pytest.fixture(scope="session")
def built() -> Built:
    return build_graphs(data_folder())


@pytest.fixture(scope="session")
def dataset(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dataset") / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(built, staging)
        install_dataset(staging, root)
    return root


@pytest.fixture(scope="session")
def snapshot(dataset: Path) -> Snapshot:
    return open_snapshot(dataset)


@pytest.fixture(scope="session")
def executor(snapshot: Snapshot) -> Executor:
    return Executor(snapshot)
