"""The site as files: whole, under any path, in both languages, and written again only where it has changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest
import rdflib

from publishing.conftest import publish
from ukfr_graph.publishing.layout import Layout

ATTRIBUTES = re.compile(r'\s(?:href|src|action|data-reading)="([^"]*)"')
LAYOUT = Layout(("en", "fr"))


@cache
def ids_of(page: Path) -> frozenset[str]:
    return frozenset(unescape(found) for found in re.findall(r'\sid="([^"]*)"', page.read_text("utf-8")))


def pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


def links_of(site: Path) -> Iterator[tuple[Path, str, Path, str]]:
    """Find each link that stays in the site: its page, how it is written, its file and the part of that."""
    root = site.as_uri() + "/"
    for page in pages(site):
        here = page.as_uri()
        for link in ATTRIBUTES.findall(page.read_text("utf-8")):
            address = urlsplit(urljoin(here, unescape(link)))
            if address.scheme != "file":
                assert address.scheme in ("https", "http"), link
                continue
            assert address.geturl().startswith(root), f"{page}: {link} leaves the site"
            yield page, link, Path(unquote(address.path)), unquote(address.fragment)


def test_no_link_of_any_page_is_without_a_file(site: Path) -> None:
    links = list(links_of(site))
    files = [found for found in links if not found[1].endswith("/")]  # else a script puts a name behind it
    assert [f"{page.relative_to(site)}: {link}" for page, link, target, _ in files if not target.exists()] == []
    assert len(links) > 10 * len(pages(site))


def test_no_link_leads_to_a_part_that_is_not_there(site: Path) -> None:
    for page, link, target, part in links_of(site):
        if part and target.suffix == ".html":
            assert part in ids_of(target), f"{page}: {link}"


def test_whatever_a_script_may_link_to_has_its_page_and_its_part(small: Path, harbours: Path) -> None:
    """Answers of the engine may name every IRI of the dataset; ``linkTo`` in ``web/src/terms.ts`` makes links of them."""
    quads = ox.parse(path=harbours / "current/dataset.nq", format=ox.RdfFormat.N_QUADS)
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name) if isinstance(term, ox.NamedNode)}
    spaces = ("https://example.org/costa-verde/", "https://w3id.org/ukfr/")
    ours = [(term.value, space) for term in terms for space in spaces if term.value.startswith(space)]
    assert len(ours) > 500
    for iri, space in ours:
        path, _, part = re.sub("^id/", "doc/", iri.removeprefix(space)).partition("#")
        page = small / f"{unquote(path)}.html"
        assert page.is_file(), iri
        assert not part or part in ids_of(page), iri


def test_what_cannot_work_without_a_server_is_not_there(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        for form in re.findall(r"<form[^>]*>", text):
            works = re.search(
                r'role="search"|method="dialog"|data-choosing|data-comparing|data-filters|id="question-form"', form
            )
            assert works or path.name in ("sparql.html", "graph.html"), f"{path}: {form}"
        has_days = (
            path.name
            in (
                "outcomes.html",
                "money.html",
                "series.html",
                "graph.html",
                "timeline.html",
                "records.html",
            )
            or "doc/clause" in path.as_posix()
        )  # where a script knows them
        assert has_days or 'name="at"' not in text, path


@pytest.mark.exhaustive
def test_the_bundled_dataset_takes_no_more_than_it_has_to(published: Path) -> None:
    """So much a dataset of a thousand resources may take in two languages (issue 17)."""
    assert sum(path.stat().st_size for path in published.rglob("*") if path.is_file()) <= 35_000_000


def test_no_page_names_a_host_that_may_not_be_the_sites(site: Path) -> None:
    for page in pages(site):
        text = page.read_text("utf-8")
        shown = "" if "/guides/" in page.as_posix() else text  # a guide says where one's own server is
        assert not re.findall(r"https?://(?:localhost|127\.)[^\s\"]*", shown), page
        assert "/health" not in shown
        assert 'http-equiv="Content-Security-Policy"' in text or 'http-equiv="refresh"' in text, page


@pytest.mark.exhaustive
def test_every_resource_has_a_page_in_each_language_and_data(published: Path) -> None:
    site = published
    facts = json.loads((site / "site.json").read_text("utf-8"))
    for language in ("", "fr/"):
        for name in (
            "doc/place/calais",
            "doc/clause/uk-fr-2016-08-30/children-to-uk",
            "vocab/topic/asylum",
            "vocab/topic",
        ):
            assert (site / f"{language}{name}.html").is_file()
    for name in ("doc/place/calais", "vocab/topic/asylum"):
        assert len(rdflib.Graph().parse(site / f"{name}.ttl")) > 3
        assert not (site / f"{name}.rdf").exists()
        assert (
            json.loads((site / f"{name}.jsonld").read_text("utf-8"))["@context"]
            == "https://w3id.org/ukfr/context.jsonld"
        )
    assert facts["languages"] == ["en", "fr"]
    assert "français" in (site / "index.html").read_text("utf-8").lower()
    assert 'lang="fr"' in (site / "fr/doc/place/calais.html").read_text("utf-8")


def test_descriptions_promise_no_service_that_is_not_there(site: Path) -> None:
    for name in (".well-known/void.ttl", "catalog.ttl"):
        text = (site / name).read_text("utf-8")
        assert "sparqlEndpoint" not in text
        assert "endpointURL" not in text


@pytest.mark.exhaustive
def test_a_second_run_writes_nothing_and_a_removed_resource_keeps_a_page(
    small: Path, harbours: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(small, tmp_path / "site"))
    before = {
        path: path.stat().st_mtime_ns for path in site.rglob("[!.]*") if path.is_file() and path.name != "site.json"
    }
    facts = json.loads((site / "site.json").read_text("utf-8"))
    _, other = facts["languages"]
    facts["files"] |= {
        "doc/place/gone.html": "0",
        f"{other}/doc/place/gone.html": "0",
        "doc/place/gone.ttl": "0",
        "old.html": "0",
    }
    (site / "site.json").write_text(json.dumps(facts))
    for name in ("doc/place/gone.html", "doc/place/gone.ttl", "old.html"):
        (site / name).write_text("as it was")
    (site / "CNAME").write_text("example.org")
    done = publish(harbours, site)
    assert done.returncode == 0, done.stderr
    assert " 2 written, 2 removed" in done.stderr
    assert " 0 written, 0 removed" in publish(harbours, site).stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not (site / "doc/place/gone.ttl").exists()
    assert not (site / "old.html").exists()
    assert (site / "CNAME").read_text() == "example.org"
    page = (site / "doc/place/gone.html").read_text("utf-8")
    assert "https://example.org/costa-verde/id/place/gone&gt; was in the dataset until version" in page
    assert f'lang="{other}"' in (site / f"{other}/doc/place/gone.html").read_text("utf-8")


def test_a_folder_with_something_else_in_it_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = publish(dataset, tmp_path)
    assert (done.returncode, "thesis.txt" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_that_cannot_be_written_is_told_without_making_the_others(harbours: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.json").write_text(json.dumps({"files": {}, "retired": {}, "version": ""}))
    (site / "vocab").write_text("a file where a folder is to be")
    done = publish(harbours, site)
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True), done.stderr
    assert len(list(site.rglob("*.html"))) < 200  # of 260


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--languages", "de"), "there is no de"),
        (("--base-url", "example.org"), "https://example.org"),
        (("--formats", "ttl,docx"), "there is no docx"),
        (("--doi", "zenodo.123"), "is no DOI"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(dataset: Path, tmp_path: Path, options: tuple[str, str], said: str) -> None:
    done = publish(dataset, tmp_path / "site", *options)
    assert (done.returncode, said in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("address", "language", "file"),
    [
        ("/", "en", "index.html"), ("/", "fr", "fr/index.html"), ("/?lang=fr", "en", "fr/index.html"),
        ("/doc/place/calais", "fr", "fr/doc/place/calais.html"),
        ("/doc/place/mount.atom", "fr", "fr/doc/place/mount.atom.html"), ("/vocab/unit/y.css", "en", "vocab/unit/y.css.html"),
        ("/doc/place/x.png?format=ttl", "fr", "doc/place/x.png.ttl"), ("/statements/z.svg", "fr", "fr/statements/z.svg.html"),
        ("/doc/place/calais?_profile=full&_mediatype=text/turtle", "fr", "doc/place/calais.ttl"),
        ("/doc/place/calais?_mediatype=application/ld%2Bjson", "en", "doc/place/calais.jsonld"),
        ("/queries/all?format=csv", "fr", "queries/all.csv"), ("/queries/all?format=json", "en", "queries/all.json"),
        ("/queries?_mediatype=application/json", "en", "queries.json"),
        ("/queries/all/citation?format=bibtex", "en", "queries/all/citation.bibtex"),
        ("/static/graph-x.js", "fr", "static/graph-x.js"), ("/static/web-x.wasm", "fr", "static/web-x.wasm.gz"),
        ("/export/network?format=json", "en", "export/network/all.json"), ("/style.css", "fr", "style.css"),
        ("/outcomes?verdict=done&at=", "en", "outcomes.html"), ("/editor?query=ASK", "fr", "fr/sparql.html"),
        ("/export/network?projection=all&format=gexf", "fr", "export/network/all.gexf"),
        ("/graph-store?graph=https%3A%2F%2Fw3id.org%2Fukfr%2Fgraph%2Fentities", "en", "export/rdf/graphs/entities.ttl.gz"),
    ],
)  # fmt: skip
def test_an_address_has_one_file(address: str, language: str, file: str) -> None:
    assert LAYOUT.locate(address, language).file == file
