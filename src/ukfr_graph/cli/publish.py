"""Commands that publish the dataset: to a store elsewhere, or as a site of files."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ukfr_graph import iris
from ukfr_graph.cli.make import Data, Out, ensure_dataset, open_console
from ukfr_graph.errors import OutputError, SettingsError
from ukfr_graph.files import open_text
from ukfr_graph.settings import is_public_url, read_settings

if TYPE_CHECKING:
    from ukfr_graph.publishing.making import Wishes

_MOST_PROCESSES = 4
_DOI = re.compile(
    r"10\.\d{4,9}/[-._;()/:A-Za-z0-9]+"
)  # https://www.crossref.org/blog/dois-and-matching-regular-expressions


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(publish)
    app.command("open")(open_archive)


def publish(
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", help="The graph store to push to, or the query endpoint beside it.")
    ] = None,
    static: Annotated[
        Path | None, typer.Option("--static", help="Folder to write the whole site into, for any static host.")
    ] = None,
    base_url: Annotated[
        str, typer.Option("--base-url", help="Address of the static site (default: it works at any).")
    ] = "",
    languages: Annotated[
        str,
        typer.Option(
            "--languages", help="Languages of the static site, the first one at its root (default: the dataset's)."
        ),
    ] = "",
    formats: Annotated[
        str, typer.Option("--formats", help="Formats of the data beside each page: ttl,jsonld, also nt,rdf.")
    ] = "ttl,jsonld",
    sparql: Annotated[
        bool, typer.Option("--sparql/--no-sparql", help="Answer questions and SPARQL in the reader's browser.")
    ] = True,
    search: Annotated[bool, typer.Option("--search/--no-search", help="Search in the reader's browser.")] = True,
    since: Annotated[
        Path | None,
        typer.Option("--since", help="The last release (ZIP or folder), to publish what has changed since as well."),
    ] = None,
    w3id: Annotated[
        Path | None,
        typer.Option("--w3id", help="File to write w3id.org's redirections to --base-url into (.htaccess)."),
    ] = None,
    release: Annotated[
        Path | None,
        typer.Option("--release", help="Archive (ZIP) to write site, data and metadata into."),
    ] = None,
    doi: Annotated[str, typer.Option("--doi", help="DOI of what is published, such as 10.5281/zenodo.123.")] = "",
    out: Out = None,
    data: Data = None,
) -> None:
    """Publish the dataset: push it to a store elsewhere (Graph Store Protocol), or write the site as files.

    After a break, run it again to go on; what has not changed is not written again.
    """
    if (endpoint is None) == (static is None):
        raise SettingsError("Give --endpoint URL to push to a store, or --static DIR to write a site.")
    if w3id is not None and not base_url:
        raise SettingsError("--w3id leads to a site: give its address with --base-url.")
    if doi and not _DOI.fullmatch(doi):
        raise SettingsError("--doi: %(doi)s is no DOI; one is written as 10.5281/zenodo.123.", doi=repr(doi))
    if static is None:
        if base_url or languages or release or doi or since:
            raise SettingsError(
                "--base-url, --doi, --languages, --release, --since and --w3id are for a static site: give --static."
            )
        _push(endpoint or "", ensure_dataset(out, data))
        return
    from ukfr_graph.publishing.making import Wishes
    from ukfr_graph.publishing.redirects import list_rooms, write_w3id
    from ukfr_graph.publishing.release import write_release
    from ukfr_graph.site.addresses import Offers
    from ukfr_graph.site.languages import list_languages
    from ukfr_graph.site.negotiation import GRAPH_VARIANTS
    from ukfr_graph.store import read_profile

    if base_url and not is_public_url(base_url):
        raise SettingsError(
            "--base-url: %(url)s is no address of a site; one is written as https://example.org or "
            "https://example.org/path, a name in other letters as xn--….",
            url=repr(base_url),
        )
    for written in filter(None, (release, w3id)):
        _require_folder(written, static)
    base = base_url.rstrip("/")
    forms = _choose("--formats", formats, [variant.name for variant in GRAPH_VARIANTS])
    root = ensure_dataset(out, data)
    profile = read_profile((root / "current").resolve())
    wishes = Wishes(
        base, _choose("--languages", languages, list_languages(profile)), Offers(forms, sparql, search, doi=doi), since
    )
    _write_site(static, wishes, root)
    if release is not None:
        size = write_release(release, static, (root / "current").resolve(), doi)
        said = _("%(release)s has %(size)s MB.") % {"release": release, "size": f"{size / 1e6:.1f}"}
        open_console().print(said, markup=False, highlight=False)
    if w3id is not None:
        with open_text(w3id) as file:
            file.write(write_w3id(base, forms, list_rooms(static), profile.namespace or iris.BASE))


def open_archive(
    archive: Annotated[Path, typer.Argument(help="A release, as publish --release wrote it.", metavar="ZIP")],
    port: Annotated[int, typer.Option("--port", help="Port on this machine; 0 takes a free one.")] = 0,
) -> None:
    """Read, search and ask a release in the browser, without unpacking it; Ctrl-C ends it."""
    from ukfr_graph.publishing.opening import open_release

    with open_release(archive, port) as server:
        typer.echo(f"http://localhost:{server.server_port}/")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


def _require_folder(file: Path, site: Path) -> None:
    """Require that there is a folder for a file, before the site is made that the file is written after.

    Raises:
        OutputError: there is no folder for it.
    """
    folder = file.resolve().parent
    if not folder.is_dir() and folder != site.resolve():
        raise OutputError("%(path)s cannot be written: %(strerror)s.", path=file, strerror=os.strerror(errno.ENOENT))


def _push(endpoint: str, root: Path) -> None:
    from ukfr_graph.store import open_snapshot
    from ukfr_graph.store.publishing import publish_dataset

    console = open_console()
    snapshot = open_snapshot(root)
    authorization = read_settings().endpoint_authorization()
    changed = publish_dataset(
        snapshot, endpoint, authorization, lambda line: console.print(f"  {line.say(_)}", markup=False)
    )
    said = _("%(endpoint)s has version %(version)s; %(changed)s graphs changed.")
    console.print(said % {"endpoint": endpoint, "version": snapshot.version, "changed": changed}, markup=False)


def _choose(option: str, given: str, known: Sequence[str]) -> tuple[str, ...]:
    """Read names that are separated by commas or blanks; all that are known where none is given.

    Raises:
        SettingsError: one is not known.
    """
    wanted = tuple(dict.fromkeys(filter(None, re.split(r"[\s,]+", given)))) or tuple(known)
    if unknown := [name for name in wanted if name not in known]:
        raise SettingsError(
            "%(option)s: there is no %(unknown)s; there are %(known)s.",
            option=option,
            unknown=", ".join(unknown),
            known=", ".join(known),
        )
    return wanted


def _write_site(folder: Path, wishes: Wishes, root: Path) -> None:
    """Write the site, and tell how much there was to do."""
    from ukfr_graph.publishing.static_site import publish_site

    settings = read_settings().model_copy(update={"dataset": root, "endpoint": None, "public_url": wishes.base_url})
    console = open_console()
    with console.status(_("Writing the site")):
        done = publish_site(folder, settings, wishes, min(_MOST_PROCESSES, os.cpu_count() or 1))
    said = _("%(folder)s has %(files)s files of %(size)s MB; %(written)s written, %(removed)s removed.")
    values = {"files": done.files, "size": f"{done.size_bytes / 1e6:.1f}"}
    values |= {"written": done.written, "removed": done.removed}
    console.print(said % {"folder": folder, **values}, markup=False, highlight=False)
    if not wishes.base_url:
        console.print(_("Without --base-url there is no sitemap.xml, and 404.html expects the site at a host's top."))
