"""A site of two made-up states: in their languages, and without a word of the bundled workspace in any file."""

import gzip
import zipfile
from pathlib import Path

from support.words import find_bundled_words
from ukfr_graph.publishing.release import write_release

_NO_WORDS = {".wasm", ".woff2", ".png", ".ico", ".webp", ".xlsx"}


def read_words(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8", "replace")


def test_pages_are_in_the_languages_of_the_dataset(small: Path) -> None:
    assert '<html lang="en"' in (small / "index.html").read_text("utf-8")
    assert '<html lang="es"' in (small / "es/index.html").read_text("utf-8")
    assert not (small / "fr").exists()


def test_a_site_that_may_be_anywhere_is_described_by_the_address_of_its_own_dataset(small: Path) -> None:
    described = (small / "catalog.ttl").read_text("utf-8")
    assert "foaf:homepage <https://example.org/costa-verde/>" in described
    assert "https://w3id.org/ukfr>" not in described
    assert "<https://w3id.org/ukfr/>" not in described
    assert "https://w3id.org/ukfr/catalog" not in (small / "index.html").read_text("utf-8")


def test_no_file_of_a_site_or_a_release_tells_of_other_states(small: Path, harbours: Path, tmp_path: Path) -> None:
    found = {}
    for path in small.rglob("*"):
        if path.is_file() and not _NO_WORDS & set(path.suffixes) and (words := find_bundled_words(read_words(path))):
            found[path.relative_to(small).as_posix()] = words
    assert found == {}
    archive = tmp_path / "release.zip"
    write_release(archive, small, (harbours / "current").resolve(), "")
    with zipfile.ZipFile(archive) as opened:
        told = {name: opened.read(name).decode() for name in opened.namelist() if not name.startswith("site/")}
    found = {name: find_bundled_words(text) for name, text in told.items()}
    assert set().union(*found.values()) == set(), found
