"""The only finder of the files that come with the package: ontology, data, queries.

In an installed wheel they lie in ``ukfr_graph/_bundled``; in a checkout beside ``src``.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from ukfr_graph.errors import SettingsError

CONTEXT_NAME = "context.jsonld"
CATALOGUE = "LC_MESSAGES/ukfr_graph.po"
"""The messages of a language, in its folder of the locales."""
SCHEMA_NAME = "records.schema.json"
_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_CHECKOUT = _PACKAGE.parent.parent


def _folder(name: str) -> Path:
    for root in (_BUNDLED, _CHECKOUT):
        if (root / name).is_dir():
            return root / name
    raise SettingsError(
        "The folder '%(name)s' is neither in %(bundled)s nor in %(checkout)s: install the wheel or use "
        "a whole checkout.",
        name=name,
        bundled=_BUNDLED,
        checkout=_CHECKOUT,
    )


def ontology_folder() -> Path:
    """Folder of the schema: ontology, vocabularies, shapes, alignments, rules, checks and context."""
    return _folder("ontology")


@cache
def read_context() -> dict[str, Any]:
    """Read the published JSON-LD context: a mapping of terms to their definitions, not to be changed."""
    context: dict[str, Any] = json.loads((ontology_folder() / CONTEXT_NAME).read_text("utf-8"))["@context"]
    return context


def data_folder() -> Path:
    """Folder of the curated records and source texts."""
    return _folder("data")


def queries_folder() -> Path:
    """Folder of the saved queries."""
    return _folder("queries")


def guides_folder() -> Path:
    """Folder of the guides for people."""
    return _folder("docs")


def package_folder() -> Path:
    """Folder of the package, in whose rooms questions lie beside the code that asks them."""
    return _PACKAGE


def templates_folder() -> Path:
    """Folder of the rooms of the site, with their templates and styles."""
    return _PACKAGE / "site"


def locales_folder() -> Path:
    """Folder of the message catalogues, one folder a language."""
    return _PACKAGE / "site" / "locales"


def cache_folder() -> Path:
    """Folder of what can be made anew, in the user's cache (https://specifications.freedesktop.org/basedir-spec/)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ukfr-graph"


def static_folder() -> Path:
    """Folder of the scripts built from ``web/``; it is missing where they were not built."""
    return _PACKAGE / "web" / "static"


def tables_folder() -> Path:
    """Folder of the queries that make the tables of the CSV package."""
    return _PACKAGE / "query" / "tables"
