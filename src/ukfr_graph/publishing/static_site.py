"""Publishing the site as files: every page in each language, the data beside it, and nothing that needs a server."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.analysis.projections import list_projections
from ukfr_graph.endpoint.addresses import find_prefix
from ukfr_graph.errors import OutputError
from ukfr_graph.messages import ENGLISH
from ukfr_graph.publishing import search_file
from ukfr_graph.publishing.application import open_site, show
from ukfr_graph.publishing.change_files import list_change_files, write_changes
from ukfr_graph.publishing.layout import TERMS, THINGS, Layout
from ukfr_graph.publishing.making import Plan, Wishes, describe_source, make_all, start_making, write_redirect
from ukfr_graph.publishing.record import Record, open_record
from ukfr_graph.publishing.redirects import write_netlify
from ukfr_graph.resources import static_folder
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import Offers
from ukfr_graph.site.app import Site
from ukfr_graph.site.changes.versions import Changes, compare, read_version
from ukfr_graph.site.crawlers.page import list_things
from ukfr_graph.site.crawlers.sitemap import ROBOTS, SITEMAP, write_robots, write_sitemaps
from ukfr_graph.site.download.page import find_exports
from ukfr_graph.site.look import describe_looks
from ukfr_graph.site.ontology.terms import read_schema_file
from ukfr_graph.site.question.choices import list_choices
from ukfr_graph.site.sharing import PICTURE
from ukfr_graph.site.static import TYPES
from ukfr_graph.site.templates import link_to, read_day
from ukfr_graph.site.typography import list_set_messages
from ukfr_graph.store.layout import read_date

_THING_PAGE = re.compile(r"(?:doc|vocab|links)/.*\.html")
_START = ("/", "/favicon.ico", PICTURE, "/context.jsonld")
_DESCRIPTIONS = ("/.well-known/void", "/.well-known/sparql-examples?format=ttl")
_SPARQL, _SEARCH = ("/sparql", TERMS), ("/search",)
_ENGINE = re.compile(r"engine-worker-.*|.*\.wasm")
_UNLISTED = re.compile(r"(?:[^/]+/)?(?:404\.html$|embed/)")
"""Pages that are not found by themselves."""
_SHOWN_FAULTS = 20
_MARK_DISK = 'if(location.protocol==="file:")document.documentElement.dataset.disk="";'
"""What tells the style that a page is read from a disk."""


@dataclass
class Published:
    """The result: the files, how many were written, and how many bytes all of them have."""

    files: int = 0
    written: int = 0
    removed: int = 0
    size_bytes: int = 0


def publish_site(folder: Path, settings: Settings, wishes: Wishes, processes: int = 2) -> Published:
    """Publish the dataset that the settings name into a folder; a site of ours that is there is brought up to date.

    Raises:
        OutputError: the folder has something else in it, or a link would lead nowhere.
        DatasetError: the dataset cannot be opened.
    """
    site, service = open_site(settings)
    changes = _find_changes(wishes, Path(service.pool.folder))
    record = open_record(folder)
    source = describe_source(settings, wishes, service.pool.folder, changes.before.version if changes else "")
    if record.is_made_from(source):
        record.keep()
        return Published(len(record.files), 0, 0, record.size_bytes)
    start_making()
    offers = replace(wishes.offers, has_changes=changes is not None)
    day, namespace = read_day(read_date(Path(service.pool.folder))), service.profile.namespace or wishes.namespace
    wishes = replace(wishes, day=day, offers=offers, namespace=namespace)
    layout = Layout(wishes.languages)
    asyncio.run(_make_exports(service))
    listed = asyncio.run(list_things(service)), asyncio.run(_list_graphs(service))
    addresses = [*_list_pages(wishes.offers), *_list_networks(), *(address for some in listed for address in some)]
    places = [layout.locate(address, language) for address in addresses for language in wishes.languages]
    faults = []
    others = set(map(_name_shared, wishes.languages)) | (list_change_files(layout) if changes else set())
    for outcome in make_all(places, Plan(settings, wishes, record.shelf), processes, others):
        if outcome.written:
            record.add(outcome.written)
        else:
            faults.append(f"{outcome.place.asked.path} as {outcome.place.asked.accept}: {outcome.status}")
    if faults:
        shown = "; ".join(sorted(faults)[:_SHOWN_FAULTS])
        raise OutputError("%(count)s links of the site would lead nowhere: %(shown)s.", count=len(faults), shown=shown)
    _write_gone(record, site, wishes, changes)
    if changes:
        write_changes(record, site, wishes, changes, service.profile)
    for language in wishes.languages:
        record.write(_name_shared(language), asyncio.run(_share(service, language)))
    _write_not_found(record, site, wishes)
    _write_for_hosts(record, wishes)
    if wishes.offers.has_search:
        record.write(search_file.NAME, search_file.write_search_index(service))
    removed = len(record.find_stale())
    version = service.pool.version
    record.close({"version": version, "base": wishes.base_url, "languages": list(wishes.languages)}, source)
    return Published(len(record.files), record.written, removed, record.size_bytes)


def _find_changes(wishes: Wishes, folder: Path) -> Changes | None:
    """Compare the version in a folder with the release that was wished for, if one was."""
    return compare(read_version(wishes.since), read_version(folder)) if wishes.since else None


async def _make_exports(service: Service) -> None:
    """Make the files for downloading, so that pages tell their sizes."""
    for path in await find_exports(service):
        await service.pool.make({"task": "export", "path": path})


def _list_pages(offers: Offers) -> list[str]:
    """List where the site begins, and the files that ``web/`` is built into: scripts load one another."""
    scripts = [path.name for path in sorted(static_folder().glob("*.*")) if path.suffix in TYPES]
    needed = [name for name in scripts if offers.has_sparql or not _ENGINE.fullmatch(name)]
    offered = [*(_SPARQL if offers.has_sparql else ()), *(_SEARCH if offers.has_search else ())]
    return [*_START, *_DESCRIPTIONS, *offered, *(f"/static/{name}" for name in needed)]


def _name_shared(language: str) -> str:
    """Name the script that has what pages in a language share, which pages on a disk can read too."""
    return f"static/shared-{language}.js"


async def _share(service: Service, language: str) -> bytes:
    """Write that script: prefixes, namespaces, and in a language messages, looks and what questions take."""
    parameters = [p for query in service.library().queries.values() for p in query.parameters]
    taking = {p.takes: p for p in parameters if p.takes and not p.choices}
    shared = {
        "prefixes": {} if service.is_plain else dict(iris.prefixes()),
        "namespaces": list(service.profile.namespaces.values()),
        "messages": list_set_messages(language),
        "looks": describe_looks(language),
        "choices": {takes: (await list_choices(service, [p], language))[p.name] for takes, p in taking.items()},
    }
    return f"ukfrShared={json.dumps(shared, ensure_ascii=False, separators=(',', ':'))};\n{_MARK_DISK}\n".encode()


async def _list_graphs(service: Service) -> list[str]:
    """List the pages of the graphs, to which a script may link."""
    facts = (await service.ask({"task": "facts"}, "facts")).head
    return [address for graph in facts["graphs"] if (address := link_to(graph)).startswith("/graph/")]


def _list_networks() -> list[str]:
    """List the networks that the page of the graph offers, as its script reads them."""
    return [f"/export/network?{urlencode({'projection': name, 'format': 'json'})}" for name in list_projections()]


def _name_ontology() -> str:
    """Name the page of the ontology by its version."""
    version = next(t.object for t in read_schema_file("ukfr.ttl") if t.predicate.value == iris.OWL + "versionIRI")
    assert isinstance(version, ox.NamedNode)
    return f"{version.value.removeprefix(iris.BASE)}.html"


def _write_gone(record: Record, site: Site, wishes: Wishes, changes: Changes | None) -> None:
    """Keep a page for each resource that is no longer in the dataset, or was in the release before: it says so.

    ``Record.retired`` has it by its page in the first language. A language that is left out retires nothing.
    """
    layout, own = Layout(wishes.languages), site.app.state.service.profile.namespace or iris.BASE
    first, former = wishes.languages[0], Layout(record.languages or wishes.languages)
    retired = {former.name_first(file): version for file, version in record.retired.items()}
    if changes:
        gone = [link_to(item.iri) for item in changes.list_records() if item.kind == "gone"]
        files = [layout.locate(address, first).file for address in gone if address.startswith(THINGS)]
        retired = dict.fromkeys(files, changes.before.version) | retired
    published = filter(record.was_published, record.find_stale())
    stale = {name for file in published if _THING_PAGE.match(name := former.name_first(file))}
    retired = dict.fromkeys(sorted(stale), record.version) | retired
    record.retired = {file: version for file, version in retired.items() if file not in record.files}
    for file, version in record.retired.items():
        path = file.removesuffix(".html")
        space = iris.BASE if path.startswith("links/") else own
        iri = f"{space}id/{path.removeprefix('doc/')}" if path.startswith("doc/") else space + path
        detail = f"<{iri}> was in the dataset until version {version}."
        for language in wishes.languages:
            page = layout.folder(language) + file
            told = {"code": 410, "detail": detail, "detail_language": ENGLISH, "members": {}}
            record.write(
                page, show(site, "error.html", f"/{path}", wishes.place(page, language, lambda _: None), **told)
            )


def _write_not_found(record: Record, site: Site, wishes: Wishes) -> None:
    """Write the page that hosts show where there is none, which may be at any address: its links are not relative."""
    layout = Layout(wishes.languages)
    for language in wishes.languages:
        file = f"{layout.folder(language)}404.html"
        places = wishes.place(file, language, lambda _: None, wishes.base_url or "http://localhost")
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
        layout = Layout(wishes.languages)
        gone = {layout.folder(code) + file for code in wishes.languages for file in record.retired}
        pages = [f for f in sorted(record.files) if f.endswith(".html") and f not in gone and not _UNLISTED.match(f)]
        for file, content in write_sitemaps(map(name, pages), name).items():
            record.write(file, content)
    sitemap, root = name(SITEMAP) if wishes.base_url else "", find_prefix(wishes.base_url)
    record.write(ROBOTS, write_robots(sitemap, lambda path: root + path).encode())
    for language in wishes.languages:  # a link by the version of the ontology leads to it
        file = Layout(wishes.languages).folder(language) + _name_ontology()
        record.write(file, write_redirect("../ontology.html"))
