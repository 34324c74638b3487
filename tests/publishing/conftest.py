"""The site as files, published once for all processes that run these tests: of made-up states, and of the bundled data.

``UKFR_E2E_SITE`` names a site of the bundled data that is published already.
"""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from filelock import FileLock

from support.commands import run_command

HARBOURS = Path(__file__).parents[1] / "workspaces/costa-verde-norland"
EXHAUSTIVE = pytest.param("published", marks=pytest.mark.exhaustive)


def publish(dataset: Path, folder: Path, *options: str) -> CompletedProcess[str]:
    return run_command("publish", "--out", str(dataset), "--static", str(folder), *options)


def _publish_once(dataset: Path, shared: Path, name: str, *options: str) -> Path:
    folder, told = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not told.exists():
            done = publish(dataset, folder, *options)
            assert done.returncode == 0, done.stderr
            told.touch()
    return folder


@pytest.fixture(scope="session")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of two made-up states."""
    root = tmp_path_factory.mktemp("harbours") / "out"
    done = run_command("build", "--data", str(HARBOURS), "--out", str(root))
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def small(harbours: Path, shared_folder: Path) -> Path:
    """The site of two made-up states, in the languages of their dataset, which are not those of the software."""
    return _publish_once(harbours, shared_folder, "small")


@pytest.fixture(scope="session")
def published(dataset: Path, shared_folder: Path) -> Path:
    """The site of the bundled data in all languages."""
    if given := os.environ.get("UKFR_E2E_SITE"):
        return Path(given)
    return _publish_once(dataset, shared_folder, "published")


@pytest.fixture(scope="session", params=["small", EXHAUSTIVE])
def site(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found
