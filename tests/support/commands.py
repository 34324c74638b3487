"""Commands as a shell runs them: arguments, streams and an exit code."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from support.forking import Forked


def run_command(
    *arguments: str, stdin: str = "", cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``ukfr-graph`` with arguments, and with ``variables`` beside those of the environment that are not its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")} | {**(variables or {})}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        asked.write(stdin.encode())
        asked.seek(0)
        streams = [asked.fileno(), said.fileno(), told.fileno()]
        code = Forked(arguments, environment, cwd or Path.cwd(), streams).wait()
        for file in (said, told):
            file.seek(0)
        return subprocess.CompletedProcess(
            ["ukfr-graph", *arguments], code, said.read().decode("utf-8"), told.read().decode("utf-8")
        )
