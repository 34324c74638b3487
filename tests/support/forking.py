"""Processes of ``ukfr-graph`` at the price of a fork.

Most of the time of a short command, and of a server's start, is the time in which Python imports it. Here one process
imports everything once, and forks for each call: what a test sees is a process, its streams, environment and exit code.
A server that was forked forks its own processes, of which each would import the same again.

Run as a script, this is the process that forks. Each connection to its socket is a call, sent with the descriptors of
its streams; it is answered with the number of the process, and with how that ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

_CALL_BYTES = 131_072
_SHARED = "FORKING_SOCKET"
_WORKERS, _PAGES = "ukfr_graph.workers.fork_server", "ukfr_graph.server.page_process"
"""The modules that a server runs in processes of their own."""
_CHECK = "ukfr_graph.store.curated"
"""The module that holds the curated graphs against the build, by a command and in a process of its own."""
_NEEDED = (
    *(f"ukfr_graph.{name}" for name in ("build", "library", "server.run", "site.app", "agents.run", "link.matching.matcher")),
    "graspologic_native", "networkx", "networkx.readwrite", "numpy", "resvg_py", "rich.markdown", "rich.status",
    "rich.table", "shacl", "snowballstemmer",
    "typst", "uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl",
    "xlsxwriter",
)  # fmt: skip
"""What commands and pages import when they need it: networks, layouts, pictures, names that are alike."""

_lock, _starting = threading.Lock(), threading.RLock()


class Forked:
    """A process of ``ukfr-graph`` with arguments, with what tests use of ``subprocess.Popen``.

    It has the ``environment`` alone, and the three ``streams`` by their descriptors.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], cwd: Path | str, streams: Sequence[int]
    ) -> None:
        call = {"arguments": arguments, "environment": dict(environment), "cwd": str(cwd)}
        self._end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._end.connect(f"\0{_find_socket()}")
        socket.send_fds(self._end, [json.dumps(call).encode()], list(streams))
        self.pid = self._receive()
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code; ``timeout`` is in seconds.

        Raises:
            TimeoutError: the process goes on.
        """
        if self.returncode is None:
            self._end.settimeout(timeout)
            self.returncode = self._receive()
            self._end.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code where the process has ended."""
        try:
            return self.wait(0)
        except (BlockingIOError, TimeoutError):
            return None

    def send_signal(self, number: int) -> None:
        """Send a signal to a process that has not ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has, and the news of it is on its way
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Tell it to end (SIGTERM)."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it (SIGKILL)."""
        self.send_signal(signal.SIGKILL)

    def _receive(self) -> int:
        if not (said := self._end.recv(64)):
            raise RuntimeError("the process that forks has ended")
        return int(said)


def write_command() -> list[str]:
    """Write the command that is ``ukfr-graph`` for who starts programs by a command, as a client of agents does."""
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("forked.py")), _find_socket()]


def write_program(folder: Path) -> None:
    """Write the program ``ukfr-graph`` into a folder, for the path of a shell."""
    program = folder / "ukfr-graph"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(write_command())} "$@"\n', "utf-8")
    program.chmod(0o755)


def share() -> None:
    """Start the process that forks now, for the processes that this one starts."""
    os.environ[_SHARED] = _find_socket()


def _find_socket() -> str:
    """Return the name of the socket (unix(7), "abstract") of the process that forks."""
    with _lock:
        return os.environ.get(_SHARED) or _start()[0]


@cache
def _start() -> tuple[str, subprocess.Popen[bytes]]:
    """Start the process that forks; it ends, and what it forked with it, when this one does."""
    name = f"ukfr-graph-tests-{os.getpid()}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(f"\0{name}")
        listener.listen(64)
        command, kept = [sys.executable, __file__, str(listener.fileno())], [listener.fileno()]
        return name, subprocess.Popen(command, pass_fds=kept, env=environment, stdin=subprocess.PIPE)


def _obey(listener: socket.socket) -> None:
    """Fork for each call until standard input is closed."""
    for name in (_WORKERS, _PAGES, *_NEEDED):
        import_module(name)
    main: Callable[[], None] = import_module("ukfr_graph.cli").main
    pages = import_module("ukfr_graph.site.templates").open_templates("en")
    for template in pages.list_templates(extensions=["html"]):
        pages.get_template(template)  # compiled
    messages = import_module("ukfr_graph.messages")
    for language in messages.find_languages():
        messages.load_messages(language)
        messages.write_authority_code(language)
    import_module("ukfr_graph.query.saved_files").read_library()
    import_module("ukfr_graph.settings").read_settings.cache_clear()  # each process reads its own
    gc.collect()
    gc.freeze()  # it stays shared
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; this one ends with the tests
    ends: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        for source in (listener, wake, sys.stdin):
            selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wake:
                    wake.recv(4096)
                    _reap(ends)
                    continue
                if key.fileobj is sys.stdin:
                    for pid in ends:
                        os.kill(pid, signal.SIGTERM)
                    return
                end, _ = listener.accept()
                call, streams, _, _ = socket.recv_fds(end, _CALL_BYTES, 3)
                open_before = _list_descriptors()
                if not (pid := os.fork()):
                    _run(partial(_become, json.loads(call), streams, open_before), main)
                for stream in streams:
                    os.close(stream)
                ends[pid] = end
                end.send(str(pid).encode())


def _reap(ends: dict[int, socket.socket]) -> None:
    for pid, end in list(ends.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            del ends[pid]
            with end, contextlib.suppress(BrokenPipeError):  # nobody may be there to read it
                end.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(call: dict[str, Any], streams: Sequence[int], open_before: dict[int, str]) -> None:
    """Take the place of a new process: its streams, folder, environment and arguments."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    _forget(open_before, (0, 1, 2), call["environment"])
    encoding = call["environment"].get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, closefd=False, buffering=1)  # noqa: SIM115
    os.chdir(call["cwd"])
    sys.argv = ["ukfr-graph", *call["arguments"]]
    subprocess.Popen = _ModuleFork  # type: ignore[misc]


def _list_descriptors() -> dict[int, str]:
    """Return what each open descriptor is of."""
    found = {}
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the list itself
            found[int(path.name)] = str(path.readlink())
    return found


def _forget(open_before: dict[int, str], kept: Sequence[int], environment: Mapping[str, str]) -> None:
    """Leave behind what a process does not get from the one that starts it: descriptors, signals, loop and log.

    What libuv has opened since the fork stays open: at the next one it closes those numbers, whatever they are then.
    """
    gc.freeze()  # what is not closed here would close the descriptor that has its number by then
    for number, target in _list_descriptors().items():
        if number not in kept and open_before.get(number) == target:
            os.close(number)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio._set_running_loop(None)
    logging.getLogger("ukfr_graph").handlers.clear()
    os.environ.clear()
    os.environ.update(environment)


class _ModuleFork(subprocess.Popen[Any]):
    """A process of a server: forked where it would import what the server has imported.

    One starts after the other: what is forked keeps the pipes of a start that goes on beside it, which then never ends.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        with _starting:
            super().__init__(*given, **named)

    def _execute_child(self, args: Any, *given: Any) -> None:
        _, _, _, kept, _, environment, _, _, _, *pipes = given[:15]
        main = _find_main(args)
        if main is None:
            super()._execute_child(args, *given)  # type: ignore[misc]
            return
        open_before = _list_descriptors()
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            sys.argv = args[2:]
            for number, end in enumerate((pipes[0], pipes[3], pipes[5])):  # what it reads from and writes to
                if end != -1:
                    os.dup2(end, number)
            own = dict(os.environ if environment is None else environment)
            _run(partial(_forget, open_before, (0, 1, 2, *kept), own), main)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


def _find_main(args: Any) -> Callable[[], None] | None:
    """Find what a command runs of what is imported; nothing where it must start anew."""
    command, *words = args if args[:1] == [sys.executable] else [""]
    module = words[1] if command and words[0] == "-m" else ""
    is_check = bool(command) and words[:2] == ["-c", import_module(_CHECK)._COMMAND]
    if not (is_check or module in (_WORKERS, _PAGES)) or (module != _PAGES and _has_opened_a_store()):
        return None
    return partial(exec, words[1], {}) if is_check else import_module(module).main


def _has_opened_a_store() -> bool:
    """Return whether the engine has threads here, for which it would wait in vain in a forked process."""
    return len(list(Path("/proc/self/task").iterdir())) > threading.active_count()


def _run(*steps: Callable[[], None]) -> NoReturn:
    """Run to the end, as the interpreter would."""
    code = 1
    try:
        for step in steps:
            step()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # as the interpreter shows it
        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    _obey(socket.socket(fileno=int(sys.argv[1])))
