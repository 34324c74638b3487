"""Descriptions of a release for those who cite, deposit and index it; all follows from the dataset and the DOI."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml

from ukfr_graph import __version__
from ukfr_graph.endpoint.metadata import DATASET, name_permanently, resolve_doi
from ukfr_graph.messages import write_authority_code
from ukfr_graph.profile import ENGLISH, Profile

_UNKNOWN = "unknown"
_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?")
_SPDX = {
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "www.nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0", "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0", "opensource.org/licenses/MIT": "MIT",
}  # fmt: skip
"""Licences for data by their address, without its scheme and a slash at its end (https://spdx.org/licenses)."""
_TYPES = {
    ".nq": "application/n-quads", ".rdfp": "application/rdf-patch", ".ttl": "text/turtle",
    ".cff": "application/yaml", ".json": "application/json",
}  # fmt: skip


@dataclass(frozen=True)
class Released:
    """A release: what its dataset says of itself, its version, its day (``YYYY-MM-DD``), and its DOI or none."""

    profile: Profile
    version: str
    day: str
    doi: str

    def cite(self) -> bytes:
        """Cite the dataset (Citation File Format 1.2.0, https://citation-file-format.github.io)."""
        profile, spdx = self.profile, self.find_spdx()
        cited = {
            "cff-version": "1.2.0",
            "message": "If you use this dataset, please cite it as below.",
            "type": "dataset",
            "title": profile.say(profile.title, ENGLISH),
            "authors": [{"name": profile.creator or _UNKNOWN}],
            "version": self.version,
            "date-released": self.day,
            **({"license": spdx} if spdx else {"license-url": profile.license} if profile.license else {}),
            "url": profile.namespace,
            **({"keywords": found} if (found := self._list_keywords()) else {}),
            **({"doi": self.doi} if self.doi else {}),
        }
        return str(yaml.safe_dump(cited, sort_keys=False, allow_unicode=True)).encode()

    def describe_for_zenodo(self) -> dict[str, Any]:
        """Describe the upload (https://developers.zenodo.org/#representation).

        A licence that Zenodo has no name for is told in the notes: where none is named, it takes one of its own.
        """
        profile, spdx = self.profile, self.find_spdx()
        return {
            "upload_type": "dataset",
            "title": profile.say(profile.title, ENGLISH),
            "description": escape(profile.say(profile.description, ENGLISH), quote=False),  # Zenodo reads HTML
            "creators": [{"name": profile.creator or _UNKNOWN}],
            "version": self.version,
            "publication_date": self.day,
            "access_right": "open",
            "license": spdx.lower() or ("other-open" if profile.license else "other-closed"),
            **({"notes": f"Licence: {profile.license}"} if profile.license and not spdx else {}),
            "language": write_authority_code(next(iter(profile.languages), ENGLISH)).lower(),
            **({"keywords": found} if (found := self._list_keywords()) else {}),
            **({"doi": self.doi} if self.doi else {}),
        }

    def describe_for_datacite(self) -> dict[str, Any]:
        """Describe it for whoever registers its DOI (DataCite Metadata Schema 4.5, https://schema.datacite.org)."""
        profile, spdx = self.profile, self.find_spdx()
        creator = profile.creator or _UNKNOWN
        rights = {"rights": profile.license_name, "rightsUri": profile.license}
        scheme = {"rightsIdentifier": spdx, "rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
        return {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            **({"doi": self.doi} if self.doi else {}),
            "creators": [{"name": creator, "nameType": "Organizational"}],
            "titles": [{"title": text, "lang": code} for code, text in profile.title.items()],
            "publisher": {"name": creator},
            "publicationYear": self.day[:4],
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
            "dates": [{"date": self.day, "dateType": "Issued"}],
            "version": self.version,
            "subjects": [{"subject": word, "lang": code} for code, some in profile.keywords.items() for word in some],
            "descriptions": [
                {"description": text, "descriptionType": "Abstract", "lang": code}
                for code, text in profile.description.items()
            ],
            "rightsList": [rights | (scheme if spdx else {})] if profile.license else [],
            "alternateIdentifiers": [{"alternateIdentifier": self._name(), "alternateIdentifierType": "URL"}],
            "formats": ["application/n-quads", "text/turtle", "text/csv", "text/html"],
        }

    def describe_crate(self, parts: Mapping[str, int], site: str) -> dict[str, Any]:
        """Describe the archive (RO-Crate 1.1, https://w3id.org/ro/crate/1.1).

        ``parts`` are its files with their sizes in bytes, but for those of the folder ``site``, which is one part.
        """
        profile = self.profile
        licensed = {"license": {"@id": profile.license}} if profile.license else {}
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": profile.say(profile.title, ENGLISH),
            "description": profile.say(profile.description, ENGLISH),
            "datePublished": self.day,
            "version": self.version,
            **licensed,
            "identifier": [*([resolve_doi(self.doi)] if self.doi else []), self._name()],
            "author": {"@id": "#contributors"},
            "publisher": {"@id": "#contributors"},
            "hasPart": [{"@id": name} for name in (site, *sorted(parts))],
        }
        about = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}}
        software = {"@id": "#software", "@type": "SoftwareApplication", "name": "ukfr-graph", "version": __version__}
        license_of = {"@id": profile.license, "@type": "CreativeWork", "name": profile.license_name}
        return {
            "@context": "https://w3id.org/ro/crate/1.1/context",
            "@graph": [
                {**about, "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}},
                root,
                {
                    "@id": "#contributors",
                    "@type": "Organization",
                    "name": profile.creator or _UNKNOWN,
                    "url": profile.namespace,
                },
                *([license_of] if licensed else []),
                software,
                {"@id": site, "@type": "Dataset", "name": "The site as files", "isBasedOn": {"@id": "#software"}},
                *(
                    {
                        "@id": name,
                        "@type": "File",
                        "name": name,
                        "contentSize": str(size),
                        "encodingFormat": _TYPES.get(Path(name).suffix) or mimetypes.types_map[Path(name).suffix],
                    }
                    for name, size in sorted(parts.items())
                ),
            ],
        }

    def find_spdx(self) -> str:
        """Return the licence by its name at https://spdx.org/licenses; empty where it has none that is known here."""
        if found := _CREATIVE_COMMONS.fullmatch(self.profile.license):
            return f"CC-{found[1].upper()}-{found[2]}"
        return _SPDX.get(self.profile.license.partition("://")[2].rstrip("/"), "")

    def _name(self) -> str:
        return name_permanently("", DATASET, self.profile, is_curated=True)

    def _list_keywords(self) -> list[str]:
        """List the keywords in the language that title and description are said in."""
        written = self.profile.keywords
        return list(next((written[code] for code in (ENGLISH, *self.profile.languages) if code in written), ()))
