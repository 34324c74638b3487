"""Publishing the site as files: every page in each language, the data beside it, and nothing that needs a server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, urlencode

from ukfr_graph import iris
from ukfr_graph.analysis.projections import list_projections
from ukfr_graph.endpoint.addresses import find_prefix
from ukfr_graph.errors import OutputError
from ukfr_graph.messages import ENGLISH
from ukfr_graph.publishing.application import ask, open_site, show
from ukfr_graph.publishing.layout import TERMS, FilePlaces, Layout, Place
from ukfr_graph.publishing.record import Record, open_record
from ukfr_graph.publishing.redirects import write_netlify
from ukfr_graph.resources import static_folder
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.site.app import Site
from ukfr_graph.site.crawlers.page import list_things
from ukfr_graph.site.crawlers.sitemap import ROBOTS, SITEMAP, write_robots, write_sitemaps
from ukfr_graph.site.download.page import find_exports
from ukfr_graph.site.rendering import read_day
from ukfr_graph.site.sharing import PICTURE
from ukfr_graph.site.static import TYPES
from ukfr_graph.store.layout import read_date

_BATCH = 12
_OK, _SEE_OTHER, _SAID = 200, 303, (403, 410)
_HTML = "text/html"
_THING_FILE = re.compile(r"(?:[a-z]{2,3}/)?(?:doc|vocab|links)/")
_START = (
    "/",
    TERMS,
    "/sparql",
    "/search",
    "/favicon.ico",
    PICTURE,
    "/context.jsonld",
    "/.well-known/void",
    "/.well-known/sparql-examples?format=ttl",
)
_RENAMED = {"/sparql": "/editor"}
_SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Wishes:
    """The wishes for a site: its address (empty: any), its languages, and data beside the pages."""

    base_url: str
    languages: tuple[str, ...]
    day: date | None = None

    def find_base(self) -> str:
        """Return the public address; the permanent one where the site may be anywhere."""
        return self.base_url or iris.BASE.rstrip("/")


@dataclass
class Published:
    """The result: the files, how many were written, and how many bytes all of them have."""

    files: int = 0
    written: int = 0
    removed: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class Outcome:
    """The result for a place: a file with its content, or the status in place of it; and the files that it links to."""

    place: Place
    status: int
    content: bytes
    found: tuple[Place, ...]

    @property
    def is_page(self) -> bool:
        """Return whether to write a file: a page may also say that a question needs a server, or is retired."""
        return self.status == _OK or (self.status in _SAID and self.place.asked.accept == _HTML)


def publish_site(folder: Path, settings: Settings, wishes: Wishes, processes: int = 2) -> Published:
    """Publish the dataset that the settings name into a folder; a site of ours that is there is brought up to date.

    Raises:
        OutputError: the folder has something else in it, or a link would lead nowhere.
        DatasetError: the dataset cannot be opened.
    """
    record = open_record(folder)
    site, service = open_site(settings)
    wishes = replace(wishes, day=read_day(read_date(Path(service.pool.folder))))
    layout = Layout(wishes.languages)
    asyncio.run(_make_exports(service))
    addresses = [*_START, *_list_scripts(), *_list_networks(), *asyncio.run(list_things(service))]
    places = [layout.locate(address, language) for address in addresses for language in wishes.languages]
    faults = []
    for outcome in _make_all(places, settings, wishes, processes):
        if outcome.is_page:
            record.write(outcome.place.file, outcome.content)
        else:
            faults.append(f"{outcome.place.asked.path} as {outcome.place.asked.accept}: {outcome.status}")
    if faults:
        shown = "; ".join(sorted(faults)[:_SHOWN_FAULTS])
        raise OutputError("%(count)s links of the site would lead nowhere: %(shown)s.", count=len(faults), shown=shown)
    _write_gone(record, site, wishes)
    _write_not_found(record, site, wishes)
    _write_for_hosts(record, wishes)
    removed = len(record.find_stale())
    version = service.pool.version
    record.close({"version": version, "base": wishes.base_url, "languages": list(wishes.languages)})
    return Published(len(record.files), record.written, removed, record.size_bytes)


def _make_all(waiting: Iterable[Place], settings: Settings, wishes: Wishes, processes: int) -> Iterator[Outcome]:
    """Make files, and those that they link to, until there is none that is not made."""
    seen: set[str] = set()
    with ProcessPoolExecutor(processes, get_context("spawn"), _open, (settings, wishes)) as pool:
        while fresh := {place.file: place for place in waiting if place.file not in seen}:
            seen.update(fresh)
            waiting = []
            for outcomes in pool.map(_make_batch, _divide(fresh.values())):
                for outcome in outcomes:
                    waiting += outcome.found
                    yield outcome


async def _make_exports(service: Service) -> None:
    """Make the files for downloading, so that pages tell their sizes."""
    for path in await find_exports(service):
        await service.pool.make({"task": "export", "path": path})


def _divide(places: Iterable[Place]) -> list[list[Place]]:
    """Divide places into batches; those of one address stay together, as they ask the dataset the same."""
    ordered = sorted(places, key=lambda place: place.asked.path)
    groups = [list(group) for _, group in groupby(ordered, lambda place: place.asked.path)]
    return [[place for group in groups[at : at + _BATCH] for place in group] for at in range(0, len(groups), _BATCH)]


_opened: dict[str, tuple[Site, Wishes]] = {}


def _open(settings: Settings, wishes: Wishes) -> None:
    _opened["site"] = open_site(settings)[0], wishes


def _make_batch(places: Sequence[Place]) -> list[Outcome]:
    async def make() -> list[Outcome]:
        return [await _make(*_opened["site"], place) for place in places]

    return asyncio.run(make())


async def _make(site: Site, wishes: Wishes, place: Place) -> Outcome:
    """Have one file made."""
    found: dict[str, Place] = {}
    asked = place.asked
    places = _place(wishes, place.file, asked.language, lambda other: found.setdefault(other.file, other))
    made = await ask(site, replace(asked, path=_RENAMED.get(asked.path, asked.path)), places)
    status, body = made.status, made.body
    if status == _SEE_OTHER:
        status, body = _OK, _write_redirect(made.location)
    return Outcome(place, status, body, tuple(found.values()))


def _list_scripts() -> list[str]:
    """List the files that ``web/`` is built into: scripts load one another, and the engine."""
    return [f"/static/{path.name}" for path in sorted(static_folder().glob("*.*")) if path.suffix in TYPES]


def _list_networks() -> list[str]:
    """List the networks that the page of the graph offers, as its script reads them."""
    return [f"/export/network?{urlencode({'projection': name, 'format': 'json'})}" for name in list_projections()]


def _place(wishes: Wishes, file: str, language: str, found: Callable[[Place], object], top: str = "") -> FilePlaces:
    return FilePlaces(Layout(wishes.languages), wishes.find_base(), file, language, found, wishes.day, top)


def _write_gone(record: Record, site: Site, wishes: Wishes) -> None:
    """Keep a page for each resource that is no longer in the dataset: it says so."""
    for file in record.find_stale():
        if file.endswith(".html") and _THING_FILE.match(file):
            record.retired.setdefault(file, record.version)
    for file, version in list(record.retired.items()):
        if file in record.files:
            del record.retired[file]
            continue
        language = next((code for code in wishes.languages[1:] if file.startswith(f"{code}/")), wishes.languages[0])
        path = file.removeprefix(Layout(wishes.languages).folder(language)).removesuffix(".html")
        iri = iris.ID + path.removeprefix("doc/") if path.startswith("doc/") else iris.BASE + path
        detail = f"<{iri}> was in the dataset until version {version}."
        places = _place(wishes, file, language, lambda _: None)
        record.write(
            file,
            show(site, "error.html", f"/{path}", places, code=410, detail=detail, detail_language=ENGLISH, members={}),
        )


def _write_not_found(record: Record, site: Site, wishes: Wishes) -> None:
    """Write the page that hosts show where there is none, which may be at any address: its links are not relative."""
    layout = Layout(wishes.languages)
    for language in wishes.languages:
        file = f"{layout.folder(language)}404.html"
        places = _place(wishes, file, language, lambda _: None, wishes.base_url or "http://localhost")
        record.write(
            file, show(site, "error.html", "/404", places, code=404, detail="", detail_language=language, members={})
        )


def _write_for_hosts(record: Record, wishes: Wishes) -> None:
    """Write what hosts and search engines look for; a site map has whole addresses."""
    record.write(".nojekyll", b"")
    record.write("_redirects", write_netlify().encode())

    def name(file: str) -> str:
        return f"{wishes.base_url}/{quote(file)}"

    if wishes.base_url:
        pages = [f for f in sorted(record.files) if f.endswith(".html") and f not in record.retired and "404" not in f]
        for file, content in write_sitemaps(map(name, pages), name).items():
            record.write(file, content)
    sitemap, root = name(SITEMAP) if wishes.base_url else "", find_prefix(wishes.base_url)
    record.write(ROBOTS, write_robots(sitemap, lambda path: root + path).encode())


def _write_redirect(link: str) -> bytes:
    """Write a page that leads on (https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh)."""
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>ukfr-graph</title>'
        f'<meta http-equiv="refresh" content="0; url={escape(link)}"><link rel="canonical" href="{escape(link)}">'
        f'<a href="{escape(link)}">{escape(link)}</a></html>\n'
    ).encode()
