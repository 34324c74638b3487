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

from ukfr_graph import __version__, iris
from ukfr_graph.endpoint.metadata import DATASET, DESCRIPTION, TITLE
from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole, write_archive
from ukfr_graph.publishing.record import NAME
from ukfr_graph.query.exports import CSV_PACKAGE
from ukfr_graph.site.catalog.dcat import KEYWORDS

SITE = "site/"
_DATA, _TABLES = "data/", "tables/"
_AUTHOR = "ukfr-graph contributors"
_LICENCE, _LICENCE_URL = "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"
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
    facts = {"version": manifest["version"], "date": manifest["date"], "doi": doi}
    files["CITATION.cff"] = _write_citation(facts)
    files[".zenodo.json"] = _to_json(_describe_for_zenodo(facts))
    files["ro-crate-metadata.json"] = _to_json(_describe_crate(facts, files))
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = "".join(sums).encode()
    try:
        with open_whole(archive) as stream:
            write_archive(stream, dict(sorted(files.items())))
    except OSError as error:
        raise OutputError(f"{archive} cannot be written: {error.strerror}.") from None
    return archive.stat().st_size


def _write_citation(facts: Mapping[str, str]) -> bytes:
    """Cite the dataset (Citation File Format 1.2.0, https://citation-file-format.github.io)."""
    cited = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": TITLE["en"],
        "authors": [{"name": _AUTHOR}],
        "version": facts["version"],
        "date-released": facts["date"],
        "license": _LICENCE,
        "url": iris.BASE,
        "keywords": list(KEYWORDS["en"]),
        **({"doi": facts["doi"]} if facts["doi"] else {}),
    }
    return str(yaml.safe_dump(cited, sort_keys=False, allow_unicode=True)).encode()


def _describe_for_zenodo(facts: Mapping[str, str]) -> dict[str, Any]:
    """Describe the upload (https://developers.zenodo.org/#representation)."""
    return {
        "upload_type": "dataset",
        "title": TITLE["en"],
        "description": DESCRIPTION["en"],
        "creators": [{"name": _AUTHOR}],
        "version": facts["version"],
        "publication_date": facts["date"],
        "access_right": "open",
        "license": _LICENCE.lower(),
        "language": "eng",
        "keywords": list(KEYWORDS["en"]),
        **({"doi": facts["doi"]} if facts["doi"] else {}),
    }


def _describe_crate(facts: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Describe the archive (RO-Crate 1.1, https://w3id.org/ro/crate/1.1); the files of the site are one part of it."""
    named = sorted(name for name in files if not name.startswith(SITE))
    identifiers = [f"{iris.BASE.rstrip('/')}{DATASET}"]
    if facts["doi"]:
        identifiers.insert(0, f"https://doi.org/{facts['doi']}")
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": TITLE["en"],
        "description": DESCRIPTION["en"],
        "datePublished": facts["date"],
        "version": facts["version"],
        "license": {"@id": _LICENCE_URL},
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
            {"@id": "#contributors", "@type": "Organization", "name": _AUTHOR},
            {"@id": _LICENCE_URL, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International"},
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


_TYPES = {".nq": "application/n-quads", ".ttl": "text/turtle", ".cff": "application/yaml", ".json": "application/json"}


def _to_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
