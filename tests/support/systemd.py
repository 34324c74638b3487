"""systemd as the first process of a container of its own: it runs a unit as a machine would, and is then forgotten.

The container has namespaces (unshare(1)) of processes, mounts and control groups, and a copy of this machine's files
(overlayfs) in which whatever is written is lost. Its network is this machine's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_SYSTEMD = Path("/lib/systemd/systemd")
_BOOT = """
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs tmpfs run
rm -rf ./etc/systemd/system ./lib/systemd/system/*.wants
cp -a "$2/." .
unit="$3"
shift 3
while [ $# -gt 0 ]; do
  mkdir -p ".$1"
  mount --bind "$2" ".$1"
  shift 2
done
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --system --unit="$unit"
"""


@dataclass(frozen=True)
class Container:
    """A running container: the number of its first process, as this machine counts."""

    pid: int

    def run(self, *words: str) -> str:
        """Run a program in it; what it prints is returned, whether it fails or not."""
        own = f"/proc/{self.pid}/root"
        command = ["nsenter", "-t", str(self.pid), "-a", f"--root={own}", "--wd=/", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        return (done.stdout + done.stderr).strip()

    def show(self, unit: str, name: str) -> str:
        """Return a property of a unit."""
        return self.run("systemctl", "show", "--value", "-p", name, unit)


@contextmanager
def start_container(
    unit: str, files: Mapping[str, Path | str], mounts: Mapping[str, Path], folder: Path
) -> Iterator[Container]:
    """Start systemd with a unit to run, over this machine's files and the ``files``, by their paths there.

    ``mounts`` are folders that are seen elsewhere there: where they are, a unit may hide them (``PrivateTmp``).
    """
    if not _SYSTEMD.exists() or os.geteuid():
        pytest.skip("systemd cannot be run here (Debian: apt-get install systemd, and be root)")
    base, given = folder / "container", folder / "files"
    base.mkdir()
    for name, content in files.items():
        path = given / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copytree(content, path, symlinks=True)
        else:
            path.write_text(content)
            path.chmod(0o755)
    spaces = ("--mount", "--pid", "--cgroup", "--ipc", "--uts")
    command = [
        "unshare",
        *spaces,
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        _BOOT,
        "sh",
        str(base),
        str(given),
        unit,
        *(str(part) for mount in mounts.items() for part in mount),
    ]
    log = folder / "boot.log"
    with log.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=told) as process:
        try:
            yield Container(_find_first(process, log))
        finally:
            process.kill()  # and the first process of the container with it


def _find_first(process: subprocess.Popen[bytes], log: Path) -> int:
    """Wait for systemd, which takes the place of the shell."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        if process.poll() is not None:
            pytest.skip(f"namespaces or mounts are not to be had here: {log.read_text()}")
        if pids and Path(f"/proc/{pids[0]}/root/run/systemd/private").exists():  # where it is asked
            return int(pids[0])
        time.sleep(0.02)
    raise RuntimeError(f"systemd did not start: {log.read_text()}")
