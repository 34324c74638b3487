"""A process that makes pages, so that the endpoint's event loop never does.

It is started by ``pages`` with one end of a socket pair, imports FastAPI and the rooms, and runs the site over a pool
that is the server's, asked through the socket. It has a low priority, a limit on its memory, no secrets and no way to
other sockets or programs (``workers.sandbox``), and ends with the socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Hashable
from itertools import count
from typing import Any, cast

from ukfr_graph.errors import Message, QueryTimeoutError, RemoteError
from ukfr_graph.server.channel import PageChannel
from ukfr_graph.service.cache import ResponseCache
from ukfr_graph.service.gate import Gate, Grant
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import PLACES, ServerPlaces
from ukfr_graph.site.languages import list_languages
from ukfr_graph.workers.handle import Job, Reply
from ukfr_graph.workers.memory import limit_memory
from ukfr_graph.workers.pool import Pool
from ukfr_graph.workers.sandbox import isolate
from ukfr_graph.workers.wire import Head
from ukfr_graph.workers.worker import DataSource

_NICENESS = 15  # a thirtieth of the share of queries: at 10, every twentieth of them waited three times as long


class PoolClient:
    """The server's pool, as far as pages ask it: what ``Pool`` has of the same names."""

    def __init__(self, channel: PageChannel, source: DataSource) -> None:
        self.source = source
        self.version = self.folder = self.fault = ""
        self._channel = channel
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}

    async def ask(self, head: Head, key: Hashable = None, on_slow: Callable[[Job], None] | None = None) -> Reply:
        """Ask the server's workers; see ``Pool.ask``."""
        del on_slow  # who left is known to the server
        return await self._call({"say": "ask", "head": head, "key": key.hex() if isinstance(key, bytes) else None})

    async def make(self, head: Head) -> Reply:
        """Have a file made; see ``Pool.make``."""
        return await self._call({"say": "make", "head": head})

    def take(self, head: Head, body: bytes) -> None:
        """Take a reply, or the error in its place."""
        future = self._waiting.get(head["id"])
        if future is None or future.done():
            return
        error = head.get("error")
        if error is None:
            future.set_result(Reply(head["head"], body))
            return
        message = Message.from_plain(error["message"])
        if error["status"] == QueryTimeoutError.status and error["title"] == QueryTimeoutError.title:
            future.set_exception(QueryTimeoutError(message))
        else:
            future.set_exception(RemoteError(error["status"], error["title"], message, error["members"]))

    async def _call(self, message: Head) -> Reply:
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._channel.send({**message, "id": number})
        try:
            reply: Reply = await future
        except asyncio.CancelledError:
            self._channel.send({"say": "drop", "id": number})
            raise
        else:
            return reply
        finally:
            del self._waiting[number]


class PageProcess:
    """The requests under way, by number, and the application that answers them."""

    def __init__(self) -> None:
        self.channel = PageChannel(self._take, lambda: os._exit(0))
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._generation = 0

    def _take(self, head: Head, body: bytes) -> None:
        match head["do"]:
            case "start":
                self._start(head)
            case "answer":
                self._follow(head)
                task = asyncio.get_running_loop().create_task(self._answer(head, body))
                self._tasks[head["id"]] = task
                task.add_done_callback(lambda _: self._tasks.pop(head["id"], None))
            case "cancel":
                if task_ := self._tasks.get(head["id"]):
                    task_.cancel()
            case "reply":
                self._pool.take(head, body)
            case "ping":
                self.channel.send({"say": "pong"})

    def _start(self, head: Head) -> None:
        from ukfr_graph.site.app import Site

        settings = Settings.model_validate(head["settings"])
        self._pool = PoolClient(self.channel, DataSource(**head["source"]))
        grants = tuple(
            Grant(bytes.fromhex(g["digest"]), frozenset(g["scopes"]), tuple(g["prefixes"]), g["name"])
            for g in head["grants"]
        )
        gate = Gate(grants, settings.read_token_needed, head["is_open"])
        self._service = Service(
            settings, cast(Pool, self._pool), gate, ResponseCache(head["cache_bytes"]), head["is_plain"]
        )
        self._site = Site(self._service)
        limit_memory(settings.query_memory_bytes)
        self.channel.send({"say": "ready", "routes": self._site.routes})

    def _follow(self, head: Head) -> None:
        """Take up the version that the server asks now; what was kept of another is forgotten."""
        self._pool.version, self._pool.folder = head["version"], head["folder"]
        if head["generation"] != self._generation:
            self._generation = head["generation"]
            self._service.cache.clear()

    async def _answer(self, head: Head, body: bytes) -> None:
        """Run the application for one request; its whole response is one message."""
        given = head["scope"]
        scope = {
            **given,
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "root_path": "",
            PLACES: ServerPlaces(given["base"], list_languages(self._service.profile)),
            "raw_path": given["raw_path"].encode("latin-1"),
            "query_string": given["query_string"].encode("latin-1"),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given["headers"]],
            "server": given["server"] and tuple(given["server"]),
            "client": given["client"] and tuple(given["client"]),
            "extensions": {"http.response.pathsend": {}},
        }
        pending = [{"type": "http.request", "body": body, "more_body": False}]
        reply: Head = {"say": "response", "id": head["id"], "status": 500, "headers": [], "file": ""}
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return pending.pop() if pending else await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                reply["status"] = message["status"]
                reply["headers"] = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]]
            elif message["type"] == "http.response.pathsend":
                reply["file"] = message["path"]
            else:
                parts.append(message.get("body", b""))

        await self._site(scope, receive, send)
        self.channel.send(reply, b"".join(parts))


async def _run(end: socket.socket) -> None:
    process = PageProcess()
    await asyncio.get_running_loop().create_unix_connection(lambda: process.channel, sock=end)
    with contextlib.suppress(OSError):  # /health says where the kernel cannot
        isolate()
    await asyncio.get_running_loop().create_future()  # until the socket is closed


def main() -> None:
    """Make pages on the socket whose descriptor is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server decides
    with contextlib.suppress(OSError):  # a container may refuse it: pages are then no slower than queries
        os.nice(_NICENESS)
    asyncio.run(_run(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
