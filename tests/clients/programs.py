"""The programs of others that tests run, with their versions: installed ones, Node's packages, Python's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NODE = Path(__file__).parent / "node"
OWN = ROOT / ".venv/clients"
"""The environment of Python tools that are used here alone: see requirements-clients.txt."""


@dataclass(frozen=True)
class Client:
    """A program: what it is called and of which ``kind``, what a test does with it, and how its version is found."""

    name: str
    kind: str
    deed: str
    find_version: Callable[[], str | None]
    """Return the version, or None where the program is not installed."""


def client(name: str, kind: str, deed: str, find_version: Callable[[], str | None]) -> pytest.MarkDecorator:
    """Mark the test of a client: it is skipped, or fails with ``CLIENTS=1``, where the client is not installed."""
    return pytest.mark.client(Client(name, kind, deed, find_version))


def program(name: str, option: str = "--version") -> Callable[[], str | None]:
    """Find the version of an installed program by what it prints."""

    def find() -> str | None:
        if not shutil.which(name):
            return None
        done = subprocess.run([name, option], capture_output=True, text=True, timeout=60, check=False)
        found = re.search(r"\d+(\.\d+)*", done.stdout + done.stderr)
        return found[0] if found else ""

    return find


def node(package: str) -> Callable[[], str | None]:
    """Find the version of a package of ``tests/clients/node``."""

    def find() -> str | None:
        path = NODE / "node_modules" / package / "package.json"
        return str(json.loads(path.read_text())["version"]) if path.exists() and shutil.which("node") else None

    return find


def package(name: str) -> Callable[[], str | None]:
    """Find the version of a Python package of the environment that the tests run in."""

    def find() -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return find


def own(name: str) -> Callable[[], str | None]:
    """Find the version of a Python package of ``.venv/clients``."""

    def find() -> str | None:
        found = sorted(OWN.glob(f"lib/python*/site-packages/{name.replace('-', '_')}-*.dist-info"))
        return found[0].stem.rpartition("-")[2] if found else None

    return find


def run(*command: str | Path, cwd: Path | None = None, statuses: tuple[int, ...] = (0,)) -> str:
    """Run a program; what it prints, where its status is one of those expected."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300, cwd=cwd, check=False)
    assert done.returncode in statuses, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def run_node(script: str, *arguments: str) -> str:
    """Run a script of ``tests/clients/node``, or a program of its packages."""
    path = NODE / "node_modules/.bin" / script
    return run("node", path if path.exists() else NODE / script, *arguments, cwd=NODE)


def run_own(name: str, *arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a program of ``.venv/clients``, or a script of this folder with its Python."""
    path = OWN / "bin" / name
    return run(
        *([path] if path.exists() else [OWN / "bin/python", Path(__file__).with_name(name)]), *arguments, cwd=cwd
    )
