"""The site as files, published once; ``UKFR_E2E_SITE`` names one that is published already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock


def publish(dataset: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ukfr_graph.cli", "publish", "--out", str(dataset), "--static", str(folder)]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def published(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if given := os.environ.get("UKFR_E2E_SITE"):
        return Path(given)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of all processes that run these tests
    folder, told = shared / "published", shared / "published.done"
    with FileLock(shared / "published.lock"):
        if not told.exists():
            done = publish(dataset, folder)
            assert done.returncode == 0, done.stderr
            told.touch()
    return folder
