"""What changed since a release: read from where it lies, told by record, and as a patch that makes new of old."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ukfr_graph.errors import SettingsError
from ukfr_graph.publishing.application import open_site
from ukfr_graph.publishing.change_files import list_change_files, write_changes
from ukfr_graph.publishing.layout import Layout
from ukfr_graph.publishing.making import Wishes
from ukfr_graph.publishing.record import open_record
from ukfr_graph.settings import read_settings
from ukfr_graph.site.addresses import Offers
from ukfr_graph.site.changes.versions import PublishedVersion, compare, read_version

ID, LABEL = "https://w3id.org/ukfr/id/", "<http://www.w3.org/2000/01/rdf-schema#label>"
GRAPH = "<https://w3id.org/ukfr/graph/entities>"


def quad(record: str, predicate: str, value: str) -> str:
    return f"<{ID}{record}> {predicate} {value} {GRAPH} ."


CALAIS, DOVER = quad("place/calais", LABEL, '"Calais"@fr'), quad("place/dover", LABEL, '"Dover"@en')
LILLE = quad("place/lille", LABEL, '"Lille"@fr')


def save(folder: Path, version: str, *lines: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.nq").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"version": version, "date": "2026-11-29"}))
    return folder


def apply_patch(patch: bytes, lines: frozenset[bytes]) -> set[bytes]:
    """Apply RDF Patch as its specification says; a row that cannot be applied fails."""
    found, inside = set(lines), False
    for row in patch.removesuffix(b"\n").split(b"\n"):
        code, _, rest = row.partition(b" ")
        if code == b"H":
            assert not inside
        elif code in (b"TX", b"TC"):
            assert inside is (code == b"TC")
            inside = not inside
        elif code == b"D":
            found.remove(rest)
        else:
            assert (code, rest in found) == (b"A", False)
            found.add(rest)
    assert not inside
    return found


def test_a_release_is_read_from_an_archive_a_release_folder_and_a_dataset(tmp_path: Path) -> None:
    folder = save(tmp_path / "data", "a1", CALAIS)
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        for name in ("dataset.nq", "manifest.json"):
            archive.write(folder / name, f"data/{name}")
    save(tmp_path / "dataset" / "current", "a1", CALAIS)
    for place in (folder, tmp_path, tmp_path / "release.zip", tmp_path / "dataset"):
        found = read_version(place)
        assert (found.version, found.day, found.lines) == ("a1", "2026-11-29", frozenset([CALAIS.encode()]))


def test_what_is_no_release_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "dataset.nq").write_text(CALAIS)
    save(tmp_path / "words", "a1", "no quad at all")
    (save(tmp_path / "list", "a1", CALAIS) / "manifest.json").write_text("[]")
    with zipfile.ZipFile(tmp_path / "damaged.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/dataset.nq", CALAIS * 100)
        archive.writestr("data/manifest.json", '{"version": "a", "date": "2026-11-29"}' * 100)
    damaged = bytearray((tmp_path / "damaged.zip").read_bytes())
    damaged[50:70] = b"\xff" * 20
    (tmp_path / "damaged.zip").write_bytes(damaged)
    for place in ("x.zip", "other.zip", "broken", "nowhere", "words", "list", "damaged.zip"):
        with pytest.raises(SettingsError, match="no release"):
            read_version(tmp_path / place)


def test_records_are_new_changed_or_gone_and_parts_count_with_theirs(tmp_path: Path) -> None:
    part = quad("place/calais#identifier-1", "<http://www.w3.org/2004/02/skos/core#notation>", '"3029162"')
    before = read_version(save(tmp_path / "a", "a", CALAIS, DOVER))
    after = read_version(save(tmp_path / "b", "b", CALAIS, part, LILLE))
    told = {item.iri.removeprefix(ID): item for item in compare(before, after).list_records()}
    assert {name: (item.kind, item.added, item.removed) for name, item in told.items()} == {
        "place/calais": ("changed", 1, 0), "place/dover": ("gone", 0, 1), "place/lille": ("new", 1, 0),
    }  # fmt: skip
    assert (told["place/dover"].name("fr"), told["place/lille"].name("fr")) == ("Dover", "Lille")


def test_another_name_of_a_blank_node_is_no_change_of_a_record_but_one_for_the_patch(tmp_path: Path) -> None:
    before = read_version(save(tmp_path / "a", "a", quad("x", "<urn:p>", "_:c14n1")))
    after = read_version(save(tmp_path / "b", "b", quad("x", "<urn:p>", "_:c14n2")))
    changes = compare(before, after)
    assert changes.list_records() == []
    assert apply_patch(changes.write_patch(), before.lines) == after.lines


def test_a_patch_goes_on_from_the_one_before() -> None:
    first, second, third = (PublishedVersion(name, "2026-11-29", frozenset()) for name in "abc")
    one, other = (compare(*pair).write_patch().split(b"\n") for pair in ((first, second), (second, third)))
    assert one[0].startswith(b"H id <urn:uuid:")
    assert other[1] == one[0].replace(b"H id", b"H prev")


quads = st.builds(
    lambda name, value, datatype: quad(f"place/{name}", "<urn:p>", json.dumps(value) + datatype).encode(),
    st.sampled_from("abc"),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=5),
    st.sampled_from(("", "@en", "^^<http://www.w3.org/2001/XMLSchema#string>")),
)


@given(old=st.frozensets(quads, max_size=8), new=st.frozensets(quads, max_size=8))
def test_the_patch_makes_the_new_version_of_the_old_one(old: frozenset[bytes], new: frozenset[bytes]) -> None:
    changes = compare(*(PublishedVersion(name, "2026-11-29", lines) for name, lines in (("old", old), ("new", new))))
    assert apply_patch(changes.write_patch(), old) == new
    assert {item.kind for item in changes.list_records()} <= {"new", "changed", "gone"}
    assert bool(changes.list_records()) is (old != new)


def test_a_page_and_a_feed_in_each_language_tell_them(dataset: Path, tmp_path: Path) -> None:
    settings = read_settings().model_copy(update={"dataset": dataset, "endpoint": None})
    site, service = open_site(settings)
    now = read_version(dataset)
    label = f"<{ID}place/calais> {LABEL} ".encode()
    lines = [line.decode() for line in now.lines if not line.startswith(label)]
    before = read_version(save(tmp_path / "old", "old", *lines, quad("place/atlantis", LABEL, '"Atlantide"@fr')))
    wishes = Wishes("https://example.org/graph", ("en", "fr"), Offers(has_changes=True))
    record = open_record(tmp_path / "site")
    record.files["fr/doc/place/calais.html"] = record.files["doc/place/calais.html"] = "as it is"
    write_changes(record, site, wishes, compare(before, now), service.profile)
    written = {name for name in record.files if name.startswith(("changes", "fr/changes"))}
    assert written == list_change_files(Layout(wishes.languages))
    page = (tmp_path / "site" / "fr" / "changes.html").read_text("utf-8")
    assert '<a href="doc/place/calais.html">Calais</a>' in page
    assert "Atlantide" in page
    assert "atlantis.html" not in page
    feed = etree.parse(tmp_path / "site" / "changes.atom").getroot()
    told = {entry.findtext("{*}title"): entry.find("{*}link").get("href") for entry in feed.findall("{*}entry")}
    version = next(title for title in told if title.startswith("Version "))
    assert told.pop(version) == f"{wishes.base_url}/changes.html"
    assert told == {"Calais (changed)": ID + "place/calais", "Atlantide (gone)": ID + "place/atlantis"}
    assert (tmp_path / "site" / "changes.rdfp").read_bytes().startswith(b"H id ")
