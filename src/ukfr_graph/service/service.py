"""The service that every handler shares: the pool, the settings, the gate, the cache and the journal."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.errors import BusyError, Message, UnsupportedError
from ukfr_graph.profile import Profile
from ukfr_graph.query.federation import is_allowed
from ukfr_graph.query.recognition import QuestionIndex
from ukfr_graph.query.saved import Library, SavedQuery
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.service.cache import Header, KeptAnswer, ResponseCache, make_key
from ukfr_graph.service.gate import Gate
from ukfr_graph.service.journal import Journal
from ukfr_graph.service.scrub import Scrub
from ukfr_graph.settings import Settings
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.store import read_profile
from ukfr_graph.workers.handle import Job, Reply
from ukfr_graph.workers.pool import ClientLeftError, Pool
from ukfr_graph.workers.wire import Head

_WATCH_S = 0.5


@dataclass
class Service:
    """The running service; ``is_plain`` says that it holds no curated graphs."""

    settings: Settings
    pool: Pool
    gate: Gate
    cache: ResponseCache
    is_plain: bool = False
    flights: dict[bytes, asyncio.Future[KeptAnswer]] = field(default_factory=dict)
    followers: int = 0
    journal: Journal = field(default_factory=Journal)
    started: float = field(default_factory=time.monotonic)
    indexed: tuple[Library, QuestionIndex] | None = None
    scrub: Scrub | None = None

    def start_scrub(self) -> None:
        """Begin to read the dataset's files again, where they lie here and it is wanted."""
        if self.settings.scrub_bytes_per_s and not self.is_remote:
            self.scrub = Scrub(Path(self.pool.source.root), self.settings.scrub_bytes_per_s)
            self.scrub.start()

    @property
    def is_remote(self) -> bool:
        """Return whether queries are evaluated by an endpoint elsewhere, whose data are not here."""
        return bool(self.pool.source.endpoint)

    @property
    def damage(self) -> str:
        """The damage that was found in the dataset while it was served; nothing where all is well."""
        return self.scrub.fault if self.scrub else ""

    async def ask(self, head: Head, key: Hashable = None, left: Callable[[], Awaitable[None]] | None = None) -> Reply:
        """Ask the pool; an evaluation whose client leaves is ended: ``left`` returns when it has.

        A slow query is remembered by the digest of its ``key``.

        Raises:
            UkfrError: see ``Pool.ask``.
            ClientLeftError: the client has gone.
        """
        digest = None if key is None else make_key(key)
        if left is None:
            return await self.pool.ask(head, digest)
        watchers: list[asyncio.Task[None]] = []

        def watch(job: Job) -> None:
            watchers.append(asyncio.get_running_loop().create_task(self._watch(left, job)))

        try:
            return await self.pool.ask(head, digest, watch)
        finally:
            while watchers:  # one that stayed here would hold the answer, and be held by it, until the next collection
                watchers.pop().cancel()

    @contextmanager
    def follow(self) -> Iterator[None]:
        """Count who waits for the evaluation of another's equal query: each of them takes a connection.

        Raises:
            BusyError: as many wait as may wait for a process.
        """
        if self.followers >= self.settings.queued_queries:
            raise BusyError("Too many wait for the answer to this query (UKFR_QUEUED_QUERIES). Try again soon.")
        self.followers += 1
        try:
            yield
        finally:
            self.followers -= 1

    async def write(self, head: Head, body: bytes = b"") -> Reply:
        """Have a write done; what was kept of the version before is forgotten.

        Raises:
            UkfrError: see ``Pool.write``.
        """
        try:
            return await self.pool.write(head, body)
        finally:
            self.cache.clear()

    @property
    def source_texts(self) -> SourceTexts:
        """The texts that the dataset in force was coded from, as far as they are here."""
        return SourceTexts(self.pool.folder)

    @property
    def profile(self) -> Profile:
        """The profile of the dataset in force; an endpoint elsewhere, and a plain dataset, say nothing."""
        return read_profile(Path(self.pool.folder)) if self.pool.folder else Profile()

    def using_names(self) -> AbstractContextManager[None]:
        """Write and read names as the dataset in force does (see ``iris.using``): each request opens it."""
        return iris.using(self.profile.namespaces)

    def library(self) -> Library:
        """Return the saved queries: the bundled ones, which a plain dataset has no use for, and the operator's own.

        Raises:
            SettingsError: there is no such folder.
        """
        return read_library(self.settings.queries, bundled=not self.is_plain, dataset=self.pool.folder)

    def questions(self) -> dict[str, SavedQuery]:
        """Return the saved queries that can be answered here: what they call is allowed (``UKFR_SERVICE_ALLOW``).

        Raises:
            SettingsError: there is no such folder.
        """
        allowed = self.settings.service_allow
        return {
            name: query
            for name, query in self.library().queries.items()
            if all(is_allowed(address, allowed) for address in query.services)
        }

    def question_index(self) -> QuestionIndex:
        """Return the words by which the questions are known that can be answered here; it is made once.

        Raises:
            SettingsError: there is no such folder.
        """
        library = self.library()
        if self.indexed is None or self.indexed[0] is not library:
            self.indexed = library, QuestionIndex(self.questions().values())
        return self.indexed[1]

    async def follow_versions(self) -> None:
        """Take up new versions of the dataset as they come into force, until cancelled.

        An endpoint elsewhere does not tell when its data change: its answers are forgotten after a while.
        """
        cleared = time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_S)
            self.pool.sweep()
            before = self.pool.version
            await self.pool.refresh()
            is_old = self.is_remote and time.monotonic() - cleared > self.settings.remote_cache_s
            if is_old or self.pool.version != before:
                self.cache.clear()
                cleared = time.monotonic()

    def version_headers(self) -> tuple[Header, ...]:
        """Name the version that is asked now, and when it came into force (RFC 9110, section 8.8.2)."""
        return _version_headers(self.pool.version, self.pool.folder)

    async def _watch(self, left: Callable[[], Awaitable[None]], job: Job) -> None:
        await left()
        self.pool.leave(job)


def need_folder(service: Service, what: str) -> None:
    """Make sure that the dataset lies here, with its files.

    Raises:
        UnsupportedError: it is an endpoint elsewhere.
    """
    if service.is_remote:
        raise UnsupportedError(
            "%(what)s is made from the files of a dataset, and this server asks an endpoint elsewhere. Serve "
            "the dataset itself ('ukfr-graph serve --store DIR'), or ask the endpoint by SPARQL at /sparql.",
            what=Message(what),
        )


@lru_cache(maxsize=8)
def _version_headers(version: str, folder: str) -> tuple[Header, ...]:
    headers = [(b"ukfr-version", version.encode())]
    with contextlib.suppress(OSError):  # an endpoint elsewhere has no folder, and an old version's may be gone
        modified = formatdate(Path(folder).stat().st_mtime, usegmt=True)
        headers.append((b"last-modified", modified.encode()))
    return tuple(headers)


__all__ = ["ClientLeftError", "Service"]
