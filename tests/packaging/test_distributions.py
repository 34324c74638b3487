"""What is published: a wheel and a source distribution, the same wherever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.programs


def copy_checkout(folder: Path) -> Path:
    """Copy what git knows of the checkout, and the scripts of pages as they were built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    static = "src/ukfr_graph/web/static"
    shutil.copytree(ROOT / static, folder / static)
    return folder


def build(checkout: Path, *targets: str) -> dict[str, str]:
    """Build distributions where there is no Node; return the hash of each by the end of its name."""
    asked = [word for target in targets for word in ("-t", target)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UKFR_", "SKIP_", "PYTHON"))}
    environment["PATH"] = str(checkout / "no-programs")
    command = [sys.executable, "-m", "hatchling", "build", "-d", "made", *asked]
    subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=True)
    return {path.suffix: hashlib.sha256(path.read_bytes()).hexdigest() for path in (checkout / "made").iterdir()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def made(checkout: Path) -> dict[str, str]:
    return build(checkout, "wheel", "sdist")


def test_two_builds_are_the_same_bytes(checkout: Path, made: dict[str, str], tmp_path: Path) -> None:
    other = copy_checkout(tmp_path / "elsewhere")
    for path in sorted(other.rglob("*.py")):
        path.chmod(0o600)
    os.utime(other / "pyproject.toml", (1, 1))
    assert build(other, "wheel", "sdist") == made
    assert set(made) == {".whl", ".gz"}


def test_the_source_distribution_makes_the_same_wheel_without_node(
    checkout: Path, made: dict[str, str], tmp_path: Path
) -> None:
    (archive,) = (checkout / "made").glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path)  # our own, of just now
    (unpacked,) = tmp_path.iterdir()
    assert build(unpacked, "wheel")[".whl"] == made[".whl"]


def test_what_is_uploaded_is_as_an_index_wants_it(checkout: Path, made: dict[str, str]) -> None:
    assert made
    files = sorted(str(path) for path in (checkout / "made").iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_has_records_questions_guides_and_scripts_and_nothing_of_the_workshop(
    checkout: Path, made: dict[str, str]
) -> None:
    assert made
    (wheel,) = (checkout / "made").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0].rpartition(".")[2] for name in names}
    assert tops == {"ukfr_graph", "dist-info"}
    kept = {name.split("/")[2] for name in names if name.startswith("ukfr_graph/_bundled/")}
    assert kept == {"data", "docs", "ontology", "queries"}
    assert any(name.startswith("ukfr_graph/web/static/") and name.endswith(".js") for name in names)
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name or name.endswith(".ipynb")]
