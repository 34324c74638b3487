"""A release: the site, the data and what describes them in one archive, whose bytes follow from the dataset alone."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from ukfr_graph.endpoint.metadata import resolve_doi
from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole, write_archive
from ukfr_graph.profile import restore
from ukfr_graph.publishing.change_files import PATCH_FILE
from ukfr_graph.publishing.descriptions import Released
from ukfr_graph.publishing.record import NAME
from ukfr_graph.query.exports import CSV_PACKAGE

SITE, SUMS = "site/", "SHA256SUMS"
_DATA, _TABLES = "data/", "tables/"
_PACKAGE = _TABLES + "datapackage.json"
_DUMPS = ("dataset.nq", "dataset.ttl", "manifest.json")


def write_release(archive: Path, site: Path, version_folder: Path, doi: str = "") -> int:
    """Write the archive of a site that was published, and of the version that it shows; returns its size in bytes.

    Checksums are as ``sha256sum -c`` reads them; Frictionless Data describes the tables, and what is in
    ``publishing.descriptions`` the whole.

    Raises:
        OutputError: the archive cannot be written.
    """
    manifest = json.loads((version_folder / "manifest.json").read_text("utf-8"))
    files = {_DATA + name: (version_folder / name).read_bytes() for name in _DUMPS}
    listed = json.loads((site / NAME).read_text("utf-8"))["files"]
    files |= {SITE + name: (site / name).read_bytes() for name in [*listed, NAME]}
    with zipfile.ZipFile(site / "export" / CSV_PACKAGE) as tables:
        files |= {_TABLES + name: tables.read(name) for name in tables.namelist()}
    if PATCH_FILE in listed:
        files[_DATA + PATCH_FILE] = (site / PATCH_FILE).read_bytes()
    if doi:
        files[_PACKAGE] = _to_json({"id": resolve_doi(doi), **json.loads(files[_PACKAGE])})
    released = Released(restore(manifest), manifest["version"], manifest["date"], doi)
    files["CITATION.cff"] = released.cite()
    files[".zenodo.json"] = _to_json(released.describe_for_zenodo())
    files["datacite.json"] = _to_json(released.describe_for_datacite())
    parts = {name: len(content) for name, content in files.items() if not name.startswith(SITE)}
    files["ro-crate-metadata.json"] = _to_json(released.describe_crate(parts, SITE))
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files[SUMS] = "".join(sums).encode()
    try:
        with open_whole(archive) as stream:
            write_archive(stream, dict(sorted(files.items())))
    except OSError as error:
        raise OutputError(
            "%(archive)s cannot be written: %(strerror)s.", archive=archive, strerror=error.strerror
        ) from None
    return archive.stat().st_size


def _to_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
