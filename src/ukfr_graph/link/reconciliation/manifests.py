"""The manifests of the reconciliation service, in both versions, and what a user may set for a property.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and
its 1.0 draft (https://reconciliation-api.github.io/specs/1.0-draft/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ukfr_graph import __version__, iris
from ukfr_graph.link.reconciliation.payloads import Bounds
from ukfr_graph.messages import load_messages, name_language
from ukfr_graph.profile import Profile

Json: TypeAlias = dict[str, Any]
PREVIEW_SIZE = (430, 300)
"""Width and height of a preview, in pixels."""


def write_manifest(
    base: str, profile: Profile, language: str, bounds: Bounds, default_types: Iterable[Json], *, needs_token: bool
) -> Json:
    """Describe the service for clients of version 0.2 (section 3.1); ``base`` is the server's address."""
    service = {"service_url": base}
    return {
        "versions": ["0.2"],
        "name": profile.say(profile.title, language),
        "identifierSpace": profile.namespace,
        "schemaSpace": iris.UKFR,
        "defaultTypes": list(default_types),
        "documentation": f"{base}/docs",
        "serviceVersion": __version__,
        "view": {"url": f"{base}/{{{{id}}}}"},
        "preview": {
            "url": f"{base}/reconcile/preview?id={{{{id}}}}",
            "width": PREVIEW_SIZE[0],
            "height": PREVIEW_SIZE[1],
        },
        "suggest": {
            kind: {
                **service,
                "service_path": f"/reconcile/suggest/{kind}",
                "flyout_service_path": f"/reconcile/flyout/{kind}?id=${{id}}",
            }
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {**service, "service_path": "/reconcile/properties"},
            "property_settings": [_rename(setting) for setting in _list_settings(profile, language)],
        },
        "batchSize": bounds.batch,
        **_authentication(needs_token),
    }


def write_draft_manifest(
    base: str, profile: Profile, language: str, bounds: Bounds, types: Iterable[Json], *, needs_token: bool
) -> Json:
    """Describe the service for clients of version 1.0-draft."""
    return {
        "versions": ["1.0-draft"],
        "name": profile.say(profile.title, language),
        "lang": language,
        "defaultTypes": list(types),
        "documentation": f"{base}/docs",
        "serviceVersion": __version__,
        "view": {"url": f"{base}/{{+id}}"},
        "preview": {"width": PREVIEW_SIZE[0], "height": PREVIEW_SIZE[1]},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": _list_settings(profile, language)},
        "batchSize": bounds.batch,
        "standardizedScore": True,
        **_authentication(needs_token),
    }


def _list_settings(profile: Profile, language: str) -> list[Json]:
    """List what a user may set for a property, in the terms of 1.0-draft."""
    _ = load_messages(language).gettext
    languages = {code: name_language(code, language) for code in profile.languages}
    return [
        {
            "id": "limit",
            "type": "number",
            "default": 0,
            "name": _("Most values"),
            "helpText": _("0 gives every value."),
        },
        {
            "id": "language",
            "type": "select",
            "default": "asked",
            "choices": _write_choices({"asked": _("as asked"), **languages, "all": _("all")}),
            "name": _("Language of texts"),
            "helpText": _("A text that the language lacks is given in another."),
        },
        {
            "id": "dates",
            "type": "select",
            "default": "date",
            "choices": _write_choices({"date": _("dates"), "text": _("text")}),
            "name": _("Dates as"),
            "helpText": _("A date becomes midnight UTC of that day."),
        },
    ]


def _write_choices(names: Mapping[str, str]) -> list[Json]:
    return [{"value": value, "name": name} for value, name in names.items()]


def _rename(setting: Json) -> Json:
    """Write a setting in the terms of 0.2."""
    renamed = {"id": "name", "name": "label", "helpText": "help_text"}
    return {renamed.get(key, key): value for key, value in setting.items()}


def _authentication(needs_token: bool) -> Json:
    return {"authentication": {"type": "apiKey", "name": "Authorization", "in": "header"}} if needs_token else {}
