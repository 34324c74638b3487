"""The processes that make pages, as the server sees them: started when needed, and ended when they are stuck."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import count
from typing import NamedTuple

from pydantic import SecretStr

from ukfr_graph.errors import BusyError, QueryTimeoutError, UkfrError
from ukfr_graph.errors import mark as _
from ukfr_graph.server.channel import PageChannel
from ukfr_graph.service.service import ClientLeftError, Service
from ukfr_graph.workers.handle import Reply
from ukfr_graph.workers.memory import measure_resident_bytes
from ukfr_graph.workers.wire import Head

_AT_ONCE = 4  # pages that one process makes in turns
_START_S = 60.0
_PING_S = 1.0
_BLOATED_BYTES = 500_000_000  # of memory that a process has kept: it is replaced when it has nothing to do
_STUCK = _("The page took longer to make than a query may take (UKFR_QUERY_TIMEOUT_S): ask for less of it.")
_ENDED = _("The process that made the page has ended. Try again.")


class Made(NamedTuple):
    """A response: its status, headers and body, or the path of the file that is its body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    file: str


class Host:
    """One process, and the requests that it has; ``asking`` bounds the queries that all of them have evaluated."""

    def __init__(
        self, service: Service, cache_bytes: int, asking: asyncio.Semaphore, on_ready: Callable[[Head], None]
    ) -> None:
        self.load = 0
        self._service, self._cache_bytes, self._asking, self._on_ready = service, cache_bytes, asking, on_ready
        self._numbers = count(1)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._made: dict[int, asyncio.Future[Made]] = {}
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._starting = asyncio.Lock()
        self._ready: asyncio.Future[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: PageChannel | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._silent_s = 0.0

    async def start(self) -> None:
        """Start the process where it does not run; return when it can be asked.

        Raises:
            BusyError: it does not start.
        """
        async with self._starting:
            if self._ready is not None:
                return
            loop = asyncio.get_running_loop()
            self._ready = ready = loop.create_future()
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", "ukfr_graph.server.page_process", str(theirs.fileno())]
            public = {name: value for name, value in os.environ.items() if not name.startswith("UKFR_")}
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=public)  # noqa: S603
            theirs.close()
            self._channel = channel = PageChannel(self._take, lambda: self._lose(channel))
            await loop.create_unix_connection(lambda: channel, sock=ours)
            channel.send(self._describe())
            try:
                async with asyncio.timeout(_START_S):
                    await ready
            except TimeoutError:
                self.stop()
                raise BusyError(
                    "No process for pages was ready within %(limit_s)s s. Try again soon.", limit_s=f"{_START_S:g}"
                ) from None

    async def make(self, scope: Head, body: bytes) -> Made:
        """Have a request answered.

        Raises:
            QueryTimeoutError: it took longer than ``page_timeout_s``.
            BusyError: the process has ended, or does not start.
        """
        self.load += 1
        try:
            async with asyncio.timeout(self._service.settings.page_timeout_s), self._places:
                await self.start()
                return await self._ask(scope, body)
        except TimeoutError:
            raise QueryTimeoutError(
                "The page was not made within %(limit_s)s s (UKFR_PAGE_TIMEOUT_S).",
                limit_s=f"{self._service.settings.page_timeout_s:g}",
            ) from None
        finally:
            self.load -= 1
            if not self.load and self.resident_bytes() > _BLOATED_BYTES:
                self.stop()

    def stop(self) -> None:
        """End the process; the next request starts another."""
        if self._channel is not None:
            self._channel.close()
            self._lose(self._channel)

    def resident_bytes(self) -> int:
        """Return the memory that the process holds."""
        return measure_resident_bytes(self._process.pid) if self._process is not None else 0

    async def _ask(self, scope: Head, body: bytes) -> Made:
        number, pool, channel = next(self._numbers), self._service.pool, self._channel
        if channel is None:
            raise BusyError(_ENDED)
        future = self._made[number] = asyncio.get_running_loop().create_future()
        now = {"version": pool.version, "folder": pool.folder, "generation": self._service.cache.generation}
        channel.send({"do": "answer", "id": number, "scope": scope, **now}, body)
        self._watch()
        try:
            made: Made = await future
        except asyncio.CancelledError:
            channel.send({"do": "cancel", "id": number})
            raise
        else:
            return made
        finally:
            self._made.pop(number, None)

    def _take(self, head: Head, body: bytes) -> None:
        self._silent_s = 0.0
        match head["say"]:
            case "ready":
                self._on_ready(head)
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(None)
            case "response":
                headers = tuple((n.encode("latin-1"), v.encode("latin-1")) for n, v in head["headers"])
                future = self._made.get(head["id"])
                if future is not None and not future.done():
                    future.set_result(Made(head["status"], headers, body, head["file"]))
            case "drop":
                if call := self._calls.get(head["id"]):
                    call.cancel()
            case "ask" | "make":
                task = asyncio.get_running_loop().create_task(self._serve(head))
                self._calls[head["id"]] = task
                task.add_done_callback(lambda _: self._calls.pop(head["id"], None))

    async def _serve(self, head: Head) -> None:
        """Ask the pool for the process."""
        channel, pool = self._channel, self._service.pool
        answer: Head = {"do": "reply", "id": head["id"]}
        body = b""
        try:
            if head["say"] == "make":
                reply = await pool.make(head["head"])
            else:
                reply = await self._ask_pool(head["head"], bytes.fromhex(head["key"]) if head["key"] else None)
            answer["head"], body = reply
        except (UkfrError, ClientLeftError) as error:
            told = error if isinstance(error, UkfrError) else BusyError(_ENDED)
            answer["error"] = {
                "status": told.status, "title": told.title, "message": told.message.to_plain(),
                "members": dict(told.members),
            }  # fmt: skip
        if channel is not None:
            channel.send(answer, body)

    async def _ask_pool(self, head: Head, key: bytes | None) -> Reply:
        """Ask when it is the turn of a page's query; one that is slow is out of the others' way, and of the count."""
        await self._asking.acquire()
        places = [self._asking]

        def leave(_: object = None) -> None:
            if places:
                places.pop().release()

        try:
            return await self._service.pool.ask(head, key, leave)
        finally:
            leave()

    def _watch(self) -> None:
        if self._ticker is None:
            self._silent_s = 0.0
            self._ticker = asyncio.get_running_loop().call_later(_PING_S, self._tick)

    def _tick(self) -> None:
        """See that the process goes on while it has requests: one that computes for too long is ended."""
        self._ticker = None
        if not self._made or self._channel is None:
            return
        if self._silent_s > self._service.settings.query_timeout_s:
            self._fail(QueryTimeoutError(_STUCK))
            self.stop()
            return
        self._silent_s += _PING_S
        self._channel.send({"do": "ping"})
        self._ticker = asyncio.get_running_loop().call_later(_PING_S, self._tick)

    def _fail(self, error: UkfrError) -> None:
        for future in self._made.values():
            if not future.done():
                future.set_exception(error)

    def _lose(self, channel: PageChannel) -> None:
        """The process is gone, or is to go."""
        if channel is not self._channel:
            return
        process, self._process, self._channel = self._process, None, None
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(BusyError(_ENDED))
        self._ready = None
        self._fail(BusyError(_ENDED))
        for call in list(self._calls.values()):
            call.cancel()
        if process is not None:
            process.kill()
            with contextlib.suppress(RuntimeError):  # the loop may be closing
                asyncio.get_running_loop().run_in_executor(None, process.wait)

    def _describe(self) -> Head:
        """Describe the service without its secrets: who reads what strangers send needs none."""
        service = self._service
        given = {
            name: value for name, value in service.settings.model_dump().items() if not isinstance(value, SecretStr)
        }
        grants = [
            {"digest": g.digest.hex(), "scopes": sorted(g.scopes), "prefixes": g.prefixes, "name": g.name}
            for g in service.gate.grants
        ]
        return {
            "do": "start",
            "settings": json.loads(json.dumps(given, default=str)),
            "source": asdict(replace(service.pool.source, authorization="")),
            "grants": grants,
            "is_open": service.gate.is_open,
            "is_plain": service.is_plain,
            "cache_bytes": self._cache_bytes,
        }
