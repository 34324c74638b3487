"""A release is one archive, the same each time, whose parts are described, checked and read in place."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import frictionless
import httpx
import pytest
import yaml

from support.commands import run_command
from ukfr_graph.errors import SettingsError
from ukfr_graph.profile import Profile
from ukfr_graph.publishing.descriptions import Released
from ukfr_graph.publishing.opening import open_release
from ukfr_graph.publishing.release import write_release

DOI = "10.5281/zenodo.123"


@pytest.fixture(scope="module")
def archive(small: Path, harbours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "release.zip"
    write_release(path, small, (harbours / "current").resolve(), DOI)
    return path


def test_the_same_dataset_gives_the_same_bytes(archive: Path, small: Path, harbours: Path, tmp_path: Path) -> None:
    write_release(tmp_path / "again.zip", small, (harbours / "current").resolve(), DOI)
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_every_file_has_its_checksum(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        lines = opened.read("SHA256SUMS").decode().splitlines()
        sums = {line[66:]: line[:64] for line in lines}
        assert set(sums) == set(opened.namelist()) - {"SHA256SUMS"}
        for name, digest in sums.items():
            assert hashlib.sha256(opened.read(name)).hexdigest() == digest
        assert {"data/dataset.nq", "site/index.html", "tables/datapackage.json"} <= set(sums)


def test_the_doi_is_in_every_description(archive: Path, harbours: Path) -> None:
    version = json.loads((harbours / "manifest.json").read_text("utf-8"))["version"]
    with zipfile.ZipFile(archive) as opened:
        cited = yaml.safe_load(opened.read("CITATION.cff"))
        assert (cited["doi"], cited["version"], cited["license"]) == (DOI, version, "CC0-1.0")
        zenodo = json.loads(opened.read(".zenodo.json"))
        assert (zenodo["doi"], zenodo["version"], zenodo["upload_type"]) == (DOI, version, "dataset")
        assert json.loads(opened.read("tables/datapackage.json"))["id"] == f"https://doi.org/{DOI}"
        crate = {node["@id"]: node for node in json.loads(opened.read("ro-crate-metadata.json"))["@graph"]}
        assert crate["./"]["identifier"][0] == f"https://doi.org/{DOI}"
        for part in crate["./"]["hasPart"]:
            assert part["@id"] in crate
            assert any(name.startswith(part["@id"]) for name in opened.namelist())


@pytest.mark.parametrize(
    ("address", "spdx", "zenodo"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0", "CC-BY-NC-SA-3.0", "cc-by-nc-sa-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0", "cc0-1.0"),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0", "ogl-uk-3.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "", "other-open"),
        ("https://example.org/our-licence", "", "other-open"),
        ("", "", "other-closed"),
    ],
)
def test_a_licence_is_named_where_it_has_a_name_and_never_made_up(address: str, spdx: str, zenodo: str) -> None:
    released = Released(Profile(license=address), "v1", "2026-11-29", "")
    cited, deposited = yaml.safe_load(released.cite()), released.describe_for_zenodo()
    assert (cited.get("license", ""), cited.get("license-url", "")) == (spdx, "" if spdx else address)
    assert deposited["license"] == zenodo
    assert deposited.get("notes", "").removeprefix("Licence: ") == ("" if spdx else address)
    registered = released.describe_for_datacite()
    assert [rights.get("rightsIdentifier", "") for rights in registered["rightsList"]] == ([spdx] if address else [])
    crate = released.describe_crate({}, "site/")["@graph"]
    assert [node["license"]["@id"] for node in crate if "license" in node] == ([address] if address else [])
    assert all(node["@id"] for node in crate)


def test_a_deposit_is_in_the_languages_of_the_dataset() -> None:
    profile = Profile(
        languages=("ja", "he"), title={"ja": "船"}, description={"ja": "<b> & 船"}, keywords={"ja": ("船", "港")}
    )
    released = Released(profile, "v1", "2026-11-29", "")
    told, cited = released.describe_for_zenodo(), yaml.safe_load(released.cite())
    assert (told["language"], told["keywords"], told["description"]) == ("jpn", ["船", "港"], "&lt;b&gt; &amp; 船")
    assert (cited["title"], cited["keywords"]) == ("船", ["船", "港"])


def test_datacite_has_what_it_requires(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        told = json.loads(opened.read("datacite.json"))
    assert (told["doi"], told["publicationYear"], told["types"]["resourceTypeGeneral"]) == (DOI, "2026", "Dataset")
    assert told["titles"][0] == {"title": "Costa Verde and Norland, harbour by harbour", "lang": "en"}
    assert told["creators"] == [{"name": "The Harbour Desk", "nameType": "Organizational"}]


def test_the_tables_are_as_they_are_described(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path, [name for name in opened.namelist() if name.startswith("tables/")])
    report = frictionless.Package(str(tmp_path / "tables/datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "note"])[:5]


def test_a_release_is_read_without_unpacking_it(archive: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "ukfr_graph.cli", "open", str(archive)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        page = httpx.get(url)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
        head = httpx.head(url)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(page.content)))
        assert httpx.get(url + "es/").text == httpx.get(url + "es/index.html").text
        assert httpx.get(url + "doc/state/norland.ttl").headers["content-type"] == "text/turtle"
        for path in ("nowhere", "../data/dataset.nq", "..%2fdata/dataset.nq", "%2e%2e/data/dataset.nq"):
            assert httpx.get(url + path).status_code == 404
    finally:
        process.terminate()
        process.wait(20)


def write_changed(archive: Path, path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write an archive whose files are changed, or left out where nothing is returned."""
    with zipfile.ZipFile(archive) as opened, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name in opened.namelist():
            if (content := change(name, opened.read(name))) is not None:
                written.writestr(name, content)


def check_refused(path: Path, *words: str) -> None:
    with pytest.raises(SettingsError) as raised, open_release(path, 0):
        pass
    assert all(word in str(raised.value) for word in words), str(raised.value)


def test_a_release_whose_files_are_not_what_they_were_is_refused(archive: Path, tmp_path: Path) -> None:
    page, path = "site/index.html", tmp_path / "changed.zip"
    write_changed(archive, path, lambda name, content: content.replace(b"<h1>", b"<h2>") if name == page else content)
    check_refused(path, "is damaged", page)
    write_changed(archive, path, lambda name, content: None if name == "site/style.css" else content)
    check_refused(path, "is damaged", "site/style.css")
    write_changed(archive, path, lambda name, content: None if name == "SHA256SUMS" else content)
    check_refused(path, "no release", "SHA256SUMS")
    damaged = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        start = opened.getinfo(page).header_offset + 30 + len(page)
    damaged[start + 10 : start + 40] = bytes(30)
    path.write_bytes(damaged)
    check_refused(path)
    path.write_bytes(archive.read_bytes()[:-1000])
    check_refused(path, "cannot be opened")


def test_an_archive_that_is_packed_in_another_way_is_refused(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    shutil.copyfile(archive, path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as opened,
        opened.open("site/x", "w", force_zip64=True) as file,
    ):
        for _ in range(1000):
            file.write(bytes(1_000_000))
    check_refused(path, "packed in another way")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("site/index.html", "x")
        opened.writestr("SHA256SUMS", "")
    check_refused(path, "packed in another way")


def test_a_file_without_a_checksum_is_not_given(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.zip"
    shutil.copyfile(archive, path)
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr("site/more.html", "<script>")
    with open_release(path, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        assert [httpx.get(url + name).status_code for name in ("/", "/more.html")] == [200, 404]
        server.shutdown()


def test_what_is_no_release_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    done = run_command("open", str(tmp_path / "x.zip"))
    assert (done.returncode, "cannot be opened" in done.stderr) == (2, True)
