"""The pages' own application, called in this process: what it answers a server's clients, it answers here."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import OrderedDict
from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from fastapi import Request

from ukfr_graph.limits import Limits
from ukfr_graph.publishing.layout import Asked, FilePlaces
from ukfr_graph.query.exports import make_export
from ukfr_graph.service.cache import ResponseCache
from ukfr_graph.service.gate import Gate
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import PLACES
from ukfr_graph.site.app import Site
from ukfr_graph.site.rendering import render
from ukfr_graph.store import Snapshot, open_snapshot
from ukfr_graph.store.layout import read_manifest
from ukfr_graph.workers.handle import Reply
from ukfr_graph.workers.pool import Pool
from ukfr_graph.workers.wire import Head
from ukfr_graph.workers.worker import DataSource, Task, list_tasks

_KEPT_REPLIES = 500
_REPETITIONS = ("rdf/dataset.trig.gz", "rdf/dataset.jsonld.gz")  # of the N-Quads


@dataclass(frozen=True)
class SiteResponse:
    """An answer of the application: its status, where it leads to otherwise, and the body."""

    status: int
    location: str
    body: bytes


class LocalPool:
    """Evaluates in this process what the pages ask, one after the other: what ``Pool`` has of the same names.

    A page is asked for in several languages and forms, which ask the same: the latest answers are kept.
    """

    def __init__(self, snapshot: Snapshot, limits: Limits) -> None:
        self.version, self.folder = snapshot.version, snapshot.folder
        self.source = DataSource(root=str(Path(snapshot.folder).parent.parent))
        ours = replace(limits, max_query_nesting=sys.maxsize, max_query_operators=sys.maxsize)  # what strangers ask
        self._snapshot, self._tasks = snapshot, dict(list_tasks(snapshot, ours, self.source))
        self._tasks["exports"] = partial(_leave_out_repetitions, self._tasks["exports"])
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    async def ask(self, head: Head, key: Hashable = None, on_slow: object = None) -> Reply:  # noqa: ARG002
        """Do a task, or return what it gave before.

        Raises:
            UkfrError: it cannot be done.
        """
        asked = json.dumps(head, sort_keys=True)
        reply = self._replies.get(asked)
        if reply is None:
            reply = self._replies[asked] = Reply(*self._tasks[head["task"]](head, b""))
            if len(self._replies) > _KEPT_REPLIES:
                self._replies.popitem(last=False)
        self._replies.move_to_end(asked)
        return reply

    async def make(self, head: Head) -> Reply:
        """Make a file for downloading.

        Raises:
            UkfrError: it cannot be made.
        """
        return Reply(make_export(self._snapshot.curated, head["path"]), b"")


def _leave_out_repetitions(task: Task, head: Head, body: bytes) -> tuple[Head, bytes]:
    """List the files for downloading, but for those that say again what another says."""
    told, content = task(head, body)
    return {
        **told,
        "files": {path: facts for path, facts in told["files"].items() if path not in _REPETITIONS},
    }, content


def open_site(settings: Settings) -> tuple[Site, Service]:
    """Open the application of the pages over the dataset that the settings name.

    Raises:
        DatasetError: it cannot be opened.
    """
    snapshot = open_snapshot(settings.dataset, verify=False)
    pool = cast(Pool, LocalPool(snapshot, Limits.of(settings)))
    is_plain = bool(read_manifest(settings.dataset).get("plain"))
    service = Service(settings, pool, Gate((), False, False), ResponseCache(settings.cache_bytes), is_plain)
    return Site(service), service


async def ask(site: Site, asked: Asked, places: FilePlaces) -> SiteResponse:
    """Ask the application for a page or data; its links are as ``places`` has them."""
    start: MutableMapping[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.pathsend":
            parts.append(await asyncio.to_thread(Path(message["path"]).read_bytes))
        else:
            parts.append(message.get("body", b""))

    await site(_describe(asked, places), receive, send)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return SiteResponse(start["status"], headers.get("location", ""), b"".join(parts))


def show(site: Site, template: str, path: str, places: FilePlaces, **facts: Any) -> bytes:
    """Render a template as if a path had been asked for."""
    request = Request({**_describe(Asked(path, "", "text/html", places.language), places), "app": site.app})
    with site.app.state.service.using_names():
        return bytes(render(request, template, **facts).body)


def _describe(asked: Asked, places: FilePlaces) -> dict[str, Any]:
    """Describe a request as ASGI does."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "root_path": "",
        "path": unquote(asked.path),
        "raw_path": asked.path.encode(),
        "query_string": asked.query.encode(),
        "headers": [(b"accept", asked.accept.encode()), (b"accept-language", asked.language.encode())],
        "server": ("localhost", None),
        "client": None,
        "extensions": {"http.response.pathsend": {}},
        PLACES: places,
    }
