"""The dataset as search engines for data read it (https://schema.org/Dataset), in JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ukfr_graph.endpoint.metadata import DATASET, describe, name_permanently, resolve_doi
from ukfr_graph.profile import Profile
from ukfr_graph.site.catalog.dcat import DOCUMENT, Edition


def describe_dataset(
    base: str,
    profile: Profile,
    language: str,
    edition: Edition,
    *,
    period: tuple[str, str] | None = None,
    files: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Describe the curated dataset of a server at ``base``, in a language, with the ``files`` to download."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": name_permanently(base, DATASET, profile, is_curated=True),
        "name": profile.say(profile.title, language),
        "description": profile.say(describe(profile), language),
        "url": base + "/",
        "identifier": resolve_doi(edition.doi)
        if edition.doi
        else name_permanently(base, DATASET, profile, is_curated=True),
        "inLanguage": list(profile.languages),
        "keywords": list(profile.keywords.get(language, ())),
        "version": edition.name,
        "isAccessibleForFree": True,
        "spatialCoverage": [{"@type": "Place", "@id": place} for place in profile.states],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{base}{DOCUMENT}#catalog", "url": base + DOCUMENT},
    }
    if profile.license:
        found["license"] = profile.license
    if profile.creator:
        found["creator"] = found["publisher"] = {"@type": "Organization", "name": profile.creator}
    if edition.day:
        found["dateModified"] = edition.day
    if period:
        found["temporalCoverage"] = "/".join(period)
    if files:
        found["distribution"] = [_describe_file(base, file) for file in files]
    return found


def _describe_file(base: str, file: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a download; its size and digest are known once it is made."""
    found = {
        "@type": "DataDownload",
        "contentUrl": f"{base}/export/{file['path']}",
        "encodingFormat": [file["media_type"], file["packing"]],
    }
    if "sha256" in file:
        found |= {"contentSize": f"{file['bytes']} B", "sha256": file["sha256"]}
    return found
