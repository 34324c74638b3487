"""A release: the site, the data and what describes them in one archive, whose bytes follow from the dataset alone."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ukfr_graph import __version__
from ukfr_graph.endpoint.metadata import DATASET, name_permanently, resolve_doi
from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole, write_archive
from ukfr_graph.profile import ENGLISH, Profile, restore
from ukfr_graph.publishing.change_files import PATCH_FILE
from ukfr_graph.publishing.record import NAME
from ukfr_graph.query.exports import CSV_PACKAGE

SITE = "site/"
_DATA, _TABLES = "data/", "tables/"
_PACKAGE = _TABLES + "datapackage.json"
_UNKNOWN = "unknown"
_DUMPS = ("dataset.nq", "dataset.ttl", "manifest.json")


def write_release(archive: Path, site: Path, version_folder: Path, doi: str = "") -> int:
    """Write the archive of a site that was published, and of the version that it shows; returns its size in bytes.

    Checksums are as ``sha256sum -c`` reads them; Frictionless Data describes the tables, CITATION.cff, RO-Crate 1.1 and
    Zenodo's metadata the whole.

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
    profile, facts = restore(manifest), {"version": manifest["version"], "date": manifest["date"], "doi": doi}
    files["CITATION.cff"] = _write_citation(profile, facts)
    files[".zenodo.json"] = _to_json(_describe_for_zenodo(profile, facts))
    files["ro-crate-metadata.json"] = _to_json(_describe_crate(profile, facts, files))
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = "".join(sums).encode()
    try:
        with open_whole(archive) as stream:
            write_archive(stream, dict(sorted(files.items())))
    except OSError as error:
        raise OutputError(
            "%(archive)s cannot be written: %(strerror)s.", archive=archive, strerror=error.strerror
        ) from None
    return archive.stat().st_size


def _write_citation(profile: Profile, facts: Mapping[str, str]) -> bytes:
    """Cite the dataset (Citation File Format 1.2.0, https://citation-file-format.github.io)."""
    cited = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": profile.say(profile.title, ENGLISH),
        "authors": [{"name": profile.creator or _UNKNOWN}],
        "version": facts["version"],
        "date-released": facts["date"],
        **({"license": spdx} if (spdx := _find_spdx(profile)) else {}),
        "url": profile.namespace,
        "keywords": list(profile.keywords.get(ENGLISH, ())),
        **({"doi": facts["doi"]} if facts["doi"] else {}),
    }
    return str(yaml.safe_dump(cited, sort_keys=False, allow_unicode=True)).encode()


def _describe_for_zenodo(profile: Profile, facts: Mapping[str, str]) -> dict[str, Any]:
    """Describe the upload (https://developers.zenodo.org/#representation)."""
    return {
        "upload_type": "dataset",
        "title": profile.say(profile.title, ENGLISH),
        "description": profile.say(profile.description, ENGLISH),
        "creators": [{"name": profile.creator or _UNKNOWN}],
        "version": facts["version"],
        "publication_date": facts["date"],
        "access_right": "open",
        **({"license": spdx.lower()} if (spdx := _find_spdx(profile)) else {}),
        "language": "eng",
        "keywords": list(profile.keywords.get(ENGLISH, ())),
        **({"doi": facts["doi"]} if facts["doi"] else {}),
    }


def _describe_crate(profile: Profile, facts: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Describe the archive (RO-Crate 1.1, https://w3id.org/ro/crate/1.1); the files of the site are one part of it."""
    named = sorted(name for name in files if not name.startswith(SITE))
    identifiers = [name_permanently("", DATASET, profile, is_curated=True)]
    if facts["doi"]:
        identifiers.insert(0, resolve_doi(facts["doi"]))
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": profile.say(profile.title, ENGLISH),
        "description": profile.say(profile.description, ENGLISH),
        "datePublished": facts["date"],
        "version": facts["version"],
        "license": {"@id": profile.license},
        "identifier": identifiers,
        "author": {"@id": "#contributors"},
        "hasPart": [{"@id": name} for name in (SITE, *named)],
    }
    about = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}
    software = {"@id": "#software", "@type": "SoftwareApplication", "name": "ukfr-graph", "version": __version__}
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {**about, "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}},
            root,
            {"@id": "#contributors", "@type": "Organization", "name": profile.creator or _UNKNOWN},
            {"@id": profile.license, "@type": "CreativeWork", "name": profile.license_name},
            software,
            {"@id": SITE, "@type": "Dataset", "name": "The site as files", "isBasedOn": {"@id": "#software"}},
            *(
                {
                    "@id": name,
                    "@type": "File",
                    "name": name,
                    "contentSize": str(len(files[name])),
                    "encodingFormat": _TYPES.get(Path(name).suffix) or mimetypes.types_map[Path(name).suffix],
                }
                for name in named
            ),
        ],
    }


def _find_spdx(profile: Profile) -> str:
    """Return the licence by its name at https://spdx.org/licenses; empty where it is none of Creative Commons."""
    name = profile.license_name
    return "CC0-1.0" if name.startswith("CC0") else name.replace(" ", "-") if name.startswith("CC ") else ""


_TYPES = {
    ".nq": "application/n-quads",
    ".rdfp": "application/rdf-patch",
    ".ttl": "text/turtle",
    ".cff": "application/yaml",
    ".json": "application/json",
}


def _to_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
