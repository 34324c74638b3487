"""The built dataset and the servers over it, once for all tests: the real records, store and processes."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from hypothesis import settings

from support import forking
from support.servers import TOKEN, Server, find_own_graphs, start_server
from ukfr_graph.build import Built, build_graphs, readers, write_dataset
from ukfr_graph.query import Executor
from ukfr_graph.resources import data_folder
from ukfr_graph.store import Snapshot, curated, install_dataset, open_snapshot, staging_folder, verification

for name in [n for n in os.environ if n.startswith("UKFR_") and not n.startswith(("UKFR_E2E", "UKFR_FCDO"))]:
    del os.environ[name]  # a developer's own settings must not steer the tests


for phase in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, phase, 60.0)  # seconds: a slow machine is no fault of the server

settings.register_profile("ukfr", deadline=None)  # for the same reason
settings.load_profile("ukfr")

# Files are read in the process that builds: another one costs its imports, and other tests run beside it anyway.
readers._WORTH_A_PROCESS = sys.maxsize

# So is the check of the curated graphs; servers and commands have a process for it.
verification.verify_curated = curated.find_difference  # type: ignore[attr-defined]

# httpx reads the certificates of the world for each request, 20 times as long as it takes to ask. No test needs them.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull

# Who is started in the background of a shell ignores Ctrl-C, and so would each process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        forking.share()
    else:
        gc.disable()  # until the tests are collected: nothing is thrown away before


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import what needs programs of others where no test of it is wanted: each process takes seconds for it."""
    is_apart = collection_path.parent == Path(__file__).parent and collection_path.name in ("clients", "e2e", "engines")
    return True if is_apart and "not programs" in config.option.markexpr else None


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of each collection of garbage to come: it stays."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes that run tests, for what is made once and then read."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def dataset(shared_folder: Path) -> Path:
    """The bundled dataset."""
    root = shared_folder / "dataset" / "out"
    with FileLock(shared_folder / "dataset.lock"):
        if not _find_pickle(root).exists():
            made = build_graphs(data_folder())
            root.mkdir(parents=True)
            with staging_folder(root) as staging:
                write_dataset(made, staging)
                install_dataset(staging, root)
            _find_pickle(root).write_bytes(pickle.dumps(made))
    return root


def _find_pickle(root: Path) -> Path:
    return root.parent / "built.pickle"


@pytest.fixture(scope="session")
def built(dataset: Path) -> Built:
    """The bundled dataset in memory."""
    content: Built = pickle.loads(_find_pickle(dataset).read_bytes())
    return content


@pytest.fixture(scope="session")
def snapshot(dataset: Path) -> Snapshot:
    return open_snapshot(dataset)


@pytest.fixture(scope="session")
def executor(snapshot: Snapshot) -> Executor:
    return Executor(snapshot)


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


@pytest.fixture(scope="session")
def shared_writable(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = Path(shutil.copytree(dataset, tmp_path_factory.mktemp("writable") / "out", symlinks=True))
    with start_server("--store", str(root), settings={"write_token": TOKEN}) as running:
        yield running


@pytest.fixture
def writable(shared_writable: Server) -> Iterator[Server]:
    """The curated dataset, with a token for writing beside it; what a test has written is deleted after it."""
    yield shared_writable
    for graph in find_own_graphs(shared_writable):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        httpx.delete(shared_writable.url + "/graph-store", params={"graph": graph}, headers=headers).raise_for_status()
