"""Commands in a process of their own, at the price of a fork.

Most of the time of a short command is the time in which Python imports it. Here one process imports the command line
once, and forks for each call: what a test sees is a process, its streams and its exit code. Run as a script, this is
that process: it reads one call a line from its standard input, and writes the exit code of each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

_lock = threading.Lock()


def run_command(
    *arguments: str, stdin: str = "", cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``ukfr-graph`` with arguments, and with ``variables`` beside those of the environment that are not its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")} | {**(variables or {})}
    with tempfile.TemporaryDirectory() as folder, _lock:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_text(stdin, "utf-8")
        call = {
            "arguments": arguments, "cwd": str(cwd or Path.cwd()), "environment": environment,
            "streams": [str(path) for path in streams],
        }  # fmt: skip
        process = _start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(call) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        said, told = (path.read_bytes().decode("utf-8") for path in streams[1:])
    return subprocess.CompletedProcess(["ukfr-graph", *arguments], code, said, told)


@cache
def _start() -> subprocess.Popen[str]:
    """Start the process that forks; it ends when this one does, by the end of its standard input."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    return subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def _serve() -> None:
    import ukfr_graph.build
    import ukfr_graph.library
    import ukfr_graph.store  # noqa: F401  # what commands import when they need it
    from ukfr_graph.cli import main

    for line in sys.stdin:
        call = json.loads(line)
        if not (child := os.fork()):
            _become(call)
            _end(main)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def _become(call: dict[str, Any]) -> None:
    """Take the place of a new process: its streams, folder, environment and arguments."""
    for number, path in enumerate(call["streams"]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    encoding = call["environment"].get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, closefd=False, buffering=1)  # noqa: SIM115
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["environment"])
    sys.argv = ["ukfr-graph", *call["arguments"]]


def _end(main: Callable[[], None]) -> NoReturn:
    """Run to the end, as the interpreter would."""
    code = 1
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # as the interpreter shows it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
