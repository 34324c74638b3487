"""The image of ``docs/Containerfile``, built and run by buildah on a Python of Debian's: ``make container``.

No registry of images is asked: mmdebstrap makes the base from Debian's packages.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import babel
import httpx
import pytest

from support.servers import free_port, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/operating.md"
MOST_MB = 350
"""What may lie on the disk, which is what tools for images tell; two fifths of it are pulled."""
CERTIFICATES = "/etc/ssl/certs"

pytestmark = [
    pytest.mark.programs,
    pytest.mark.skipif("CONTAINER" not in os.environ, reason="takes minutes and the network: make container"),
]


class Buildah:
    """buildah with a store of its own; ``chroot`` isolation needs no right that a test machine would not give."""

    def __init__(self, folder: Path) -> None:
        self._command = ["buildah", "--root", str(folder / "store"), "--runroot", str(folder / "run")]

    def __call__(self, *words: str) -> str:
        done = subprocess.run([*self._command, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout.strip()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._command, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Buildah:
    return Buildah(tmp_path_factory.mktemp("buildah"))


@pytest.fixture(scope="module")
def image(buildah: Buildah, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("base")
    slim = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
    packages = "--include=python3,python3-venv,ca-certificates"
    merged = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"  # else usrmerge brings all of Perl
    base = str(folder / "base.tar")
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", merged, packages, *slim, "bookworm", base],
        check=True,
        capture_output=True,
    )
    made = buildah("from", "scratch")
    buildah("add", made, base, "/")
    buildah("commit", "--quiet", made, "localhost/python")
    # The registries of packages are asked as this machine asks them.
    (folder / "pip.conf").write_text(f"[global]\ncert = {CERTIFICATES}/ca-certificates.crt\n")
    (folder / "npmrc").write_text(f"cafile={CERTIFICATES}/ca-certificates.crt\n")
    mounts = {
        CERTIFICATES: CERTIFICATES, "/etc/apt": "/etc/apt",
        folder / "pip.conf": "/etc/pip.conf", folder / "npmrc": "/root/.npmrc",
    }  # fmt: skip
    volumes = [word for source, target in mounts.items() for word in ("--volume", f"{source}:{target}:ro")]
    buildah(
        "bud", "--isolation", "chroot", "--network", "host", "--format", "docker", *volumes,
        "--build-arg", "PYTHON=localhost/python", "-f", str(ROOT / "docs/Containerfile"), "-t", "localhost/ukfr", str(ROOT),
    )  # fmt: skip
    return "localhost/ukfr"


@pytest.fixture(scope="module")
def container(buildah: Buildah, image: str) -> str:
    return buildah("from", image)


@pytest.fixture(scope="module")
def server(buildah: Buildah, container: str) -> Iterator[str]:
    port = free_port()
    run = ["run", "--isolation", "chroot", "--user", "10001", "--env", f"UKFR_PORT={port}", container, "--"]
    process = buildah.start(*run, "/opt/ukfr-graph/bin/ukfr-graph", "serve")
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, process)
    yield address
    process.terminate()
    process.wait(30)


def test_the_image_is_small_and_no_larger_than_the_guide_says(buildah: Buildah, image: str, tmp_path: Path) -> None:
    ((pulled, lying),) = re.findall(r"(\d+) MB are pulled, (\d+) MB lie on the disk", GUIDE.read_text("utf-8"))
    buildah("push", "--quiet", "--format", "oci", image, f"oci:{tmp_path / 'image'}:latest")
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) / 1e6
    assert size <= int(pulled) + 5, f"{size:.0f} MB"
    container = buildah("from", image)
    measure = ["du", "-sB1000000", "--apparent-size", buildah("mount", container)]
    size = int(subprocess.run(measure, capture_output=True, text=True, check=True).stdout.split()[0])
    buildah("rm", container)
    assert size <= min(int(lying) + 5, MOST_MB), f"{size} MB"


def test_every_language_is_known_in_the_container_as_it_is_here(buildah: Buildah, container: str) -> None:
    """Babel's data are written again, in fewer bytes."""
    program = (
        "import babel, hashlib, pathlib, pickle\n"
        "for file in sorted(pathlib.Path(babel.__file__).parent.glob('locale-data/*.dat')):"
        "print(file.stem, hashlib.sha256(repr(pickle.loads(file.read_bytes())).encode()).hexdigest())"
    )
    run = ["run", "--isolation", "chroot", "--user", "10001", container, "--"]
    found = dict(line.split() for line in buildah(*run, "/opt/ukfr-graph/bin/python", "-c", program).splitlines())
    assert found == {
        file.stem: hashlib.sha256(repr(pickle.loads(file.read_bytes())).encode()).hexdigest()
        for file in (Path(babel.__file__).parent / "locale-data").glob("*.dat")
    }


def test_the_container_serves_the_dataset_shut_in(server: str) -> None:
    health = httpx.get(f"{server}/health").json()
    assert (health["status"], health["isolation"]) == ("ok", "seccomp")
    assert "Calais" in httpx.get(f"{server}/statements/uk-fr-2016-08-30").text
    answer = httpx.get(f"{server}/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    assert int(answer["results"]["bindings"][0]["n"]["value"]) == health["triples"]


def test_the_container_draws_pictures_and_says_what_it_has_no_library_for(server: str) -> None:
    assert httpx.get(f"{server}/outcomes", params={"format": "png"}).content.startswith(b"\x89PNG")
    assert len(httpx.get(f"{server}/export/network", params={"format": "json"}).json()["nodes"]) > 100
    refused = httpx.get(f"{server}/outcomes", params={"format": "pdf"}, headers={"Accept": "*/*"})
    assert (refused.status_code, "pip install typst" in refused.json()["detail"]) == (501, True)
    for page in ("outcomes", "graph", "timeline"):
        assert "format=pdf" not in httpx.get(f"{server}/{page}", headers={"Accept": "text/html"}).text
    query = {"queries": '{"q": {"query": "Calais"}}'}
    assert httpx.post(f"{server}/reconcile", data=query).json()["q"]["result"]


def test_the_health_check_of_the_image_passes_where_the_server_runs(
    buildah: Buildah, container: str, server: str
) -> None:
    config = json.loads(buildah("inspect", container))["Docker"]["config"]
    check = config["Healthcheck"]["Test"]
    assert check[0] == "CMD"
    port = server.rpartition(":")[2]
    run = ["run", "--isolation", "chroot", "--user", "10001", "--env", f"UKFR_PORT={port}", container, "--"]
    buildah(*run, *check[1:])
    assert config["User"] == "10001"


def test_the_image_has_no_program_with_rights_of_another(buildah: Buildah, container: str) -> None:
    found = buildah(
        "run", "--isolation", "chroot", "--user", "0", container, "--",
        "find", "/", "-xdev", "-perm", "/6000", "-type", "f",
    )  # fmt: skip
    assert found == ""
