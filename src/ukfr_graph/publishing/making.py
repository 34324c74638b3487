"""Making the files of a site: each page and form once, in some processes, which also write what they have made."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from datetime import date
from html import escape
from importlib.metadata import distributions
from itertools import groupby
from multiprocessing import forkserver, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path
from threading import Thread

from pydantic import SecretStr

from ukfr_graph import iris
from ukfr_graph.publishing.application import ask, open_site
from ukfr_graph.publishing.layout import PACKED, FilePlaces, Layout, Place
from ukfr_graph.publishing.record import FileShelf, Written
from ukfr_graph.resources import data_folder, guides_folder, ontology_folder, package_folder, queries_folder
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import Offers
from ukfr_graph.site.app import Site

_BATCH = 12
_GARBAGE = 100_000  # objects more than there were, that are looked through
_OK, _SEE_OTHER, _SAID = 200, 303, (403, 410)
_HTML = "text/html"
_RENAMED = {"/sparql": "/editor"}


@dataclass(frozen=True)
class Wishes:
    """The wishes for a site: its address (empty: any), languages, and offers.

    ``since`` is the release since which it tells what has changed, ``day`` the one as of which it tells things;
    ``namespace`` is where the dataset's IRIs begin.
    """

    base_url: str
    languages: tuple[str, ...]
    offers: Offers
    since: Path | None = None
    day: date | None = None
    namespace: str = iris.BASE

    def find_base(self) -> str:
        """Return the public address; that of the dataset's namespace where the site may be anywhere."""
        return self.base_url or self.namespace.rstrip("/")

    def place(self, file: str, language: str, found: Callable[[Place], object], top: str = "") -> FilePlaces:
        """Return the addresses of the site as a page in a file links to them; see ``FilePlaces``."""
        base, has_host = self.find_base(), bool(self.base_url)
        return FilePlaces(Layout(self.languages), base, file, language, found, self.day, top, self.offers, has_host)


@dataclass(frozen=True)
class Plan:
    """The whole task: the dataset, the wishes, and where the files go."""

    settings: Settings
    wishes: Wishes
    shelf: FileShelf


@dataclass(frozen=True)
class Outcome:
    """The result for a place: its file, or none and the status; and the places that it links to, told once each."""

    place: Place
    status: int
    written: Written | None
    found: tuple[Place, ...]


def make_all(waiting: Iterable[Place], plan: Plan, processes: int, others: Collection[str] = ()) -> Iterator[Outcome]:
    """Make files, and those that they link to, until there is none that is not made; ``others`` come from elsewhere.

    Raises:
        OutputError: a file cannot be written.
    """
    seen = set(others)
    running: set[Future[list[Outcome]]] = set()
    with ProcessPoolExecutor(processes, _choose_context(), _open, (plan,)) as pool:
        try:
            while True:
                fresh = {place.file: place for place in waiting if place.file not in seen}
                seen.update(fresh)
                running.update(pool.submit(_make_batch, batch) for batch in _divide(fresh.values()))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                made = [outcome for batch in done for outcome in batch.result()]
                waiting = [place for outcome in made for place in outcome.found]
                yield from made
        finally:
            pool.shutdown(cancel_futures=True)  # where one could not be made, nobody waits for the others


def start_making() -> None:
    """Start the process that makers are forked from: it reads the software while there is something else to do."""
    _choose_context()
    if "forkserver" in get_all_start_methods():
        forkserver.ensure_running()


def describe_source(settings: Settings, wishes: Wishes, folder: str, before: str) -> str:
    """Return a digest of all that a site follows from: dataset, settings, wishes, and the software with its texts.

    ``folder`` is that of the dataset's version, ``before`` the version of the release that it is compared with.
    """
    digest = hashlib.blake2b(digest_size=16)
    given = {name: value for name, value in settings if not isinstance(value, SecretStr | Path)}
    installed = sorted(f"{found.name} {found.version}" for found in distributions())
    digest.update(json.dumps([folder, before, given, asdict(wishes), installed], default=str).encode())
    roots = [package_folder(), ontology_folder(), data_folder(), queries_folder(), guides_folder()]
    for root in [*roots, *([settings.queries] if settings.queries else [])]:
        for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(f"{path.relative_to(root)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _choose_context() -> BaseContext:
    """Choose how processes start: from one that has read the software already, where the system can do that."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["ukfr_graph.publishing.preparation"])
    return context


def _divide(places: Iterable[Place]) -> list[list[Place]]:
    """Divide places into batches; those of one address stay together, as they ask the dataset the same."""
    ordered = sorted(places, key=lambda place: place.asked.path)
    groups = [list(group) for _, group in groupby(ordered, lambda place: place.asked.path)]
    return [[place for group in groups[at : at + _BATCH] for place in group] for at in range(0, len(groups), _BATCH)]


@dataclass
class _Maker:
    """A process that makes files: the application, the plan, and the places that it has told already."""

    site: Site
    plan: Plan
    told: set[Place]


_makers: list[_Maker] = []


def _open(plan: Plan) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(_GARBAGE)  # a page leaves much behind at a time, and little of it in cycles
    _makers[:] = [_Maker(open_site(plan.settings)[0], plan, set())]


def _end_with_parent() -> None:
    """End where the process that waits for the files has been killed: nothing else tells a maker."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _make_batch(places: Sequence[Place]) -> list[Outcome]:
    async def make() -> list[Outcome]:
        return [await _make(_makers[0], place) for place in places]

    return asyncio.run(make())


async def _make(maker: _Maker, place: Place) -> Outcome:
    """Have one file made, and write it; a page may also say that a question needs a server, or is retired."""
    found: dict[Place, None] = {}
    asked = place.asked
    places = maker.plan.wishes.place(place.file, asked.language, lambda other: found.setdefault(other))
    made = await ask(maker.site, replace(asked, path=_RENAMED.get(asked.path, asked.path)), places)
    body = write_redirect(made.location) if made.status == _SEE_OTHER else made.body
    if place.file.endswith(PACKED) and not asked.path.endswith(PACKED):
        body = gzip.compress(body, mtime=0)
    is_file = made.status in (_OK, _SEE_OTHER) or (made.status in _SAID and asked.accept == _HTML)
    written = maker.plan.shelf.write(place.file, body) if is_file else None
    fresh = tuple(other for other in found if other not in maker.told)
    maker.told.update(fresh)
    return Outcome(place, made.status, written, fresh)


def write_redirect(link: str) -> bytes:
    """Write a page that leads on (https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh)."""
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>ukfr-graph</title>'
        f'<meta http-equiv="refresh" content="0; url={escape(link)}"><link rel="canonical" href="{escape(link)}">'
        f'<a href="{escape(link)}">{escape(link)}</a></html>\n'
    ).encode()
