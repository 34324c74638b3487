"""The parameters of a search: as they are described to programs, and as they are read."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from ukfr_graph import iris
from ukfr_graph.errors import ParameterError
from ukfr_graph.messages import find_languages
from ukfr_graph.query.search import MOST_HITS, MOST_OFFSET, expand_type
from ukfr_graph.query.search_words import LONGEST_TEXT
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.rendering import language_of
from ukfr_graph.site.taking import TABLES

CURATED, USERS = "curated", "users"
_LIMIT = 20
_MOST_TYPES = 20
_TYPE = {"type": "string", "pattern": f"^(({'|'.join(iris.PREFIXES)}):[A-Za-z]+|https?://[A-Za-z0-9./#-]+)$"}

PARAMETERS: list[dict[str, Any]] = [
    {"name": "q", "in": "query", "required": True, "description": "Words, or a question; what has every word comes "
     "first; the last may be unfinished; words in double quotes are a phrase",
     "schema": {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"\w"},
     "example": "asylum seekers"},
    {"name": "type", "in": "query", "description": "IRI of a type, or a compact one such as ukfr:Pledge; more than "
     "one are alternatives", "schema": {"type": "array", "items": _TYPE, "maxItems": _MOST_TYPES},
     "example": ["ukfr:Pledge"]},
    {"name": "language", "in": "query", "description": "Only texts in this language, and those without one",
     "schema": {"type": "string", "pattern": "^[a-z]{2,3}$"}, "example": "fr"},
    {"name": "limit", "in": "query", "description": "Most hits on a page",
     "schema": {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": _LIMIT}},
    {"name": "offset", "in": "query", "description": "Hits before the first",
     "schema": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0}},
    {"name": "facets", "in": "query", "description": "Whether types are counted",
     "schema": {"type": "boolean", "default": True}},
    {"name": "graphs", "in": "query", "description": "The curated graphs, or those that users added",
     "schema": {"type": "string", "enum": [CURATED, USERS], "default": CURATED}},
    {"name": "lang", "in": "query", "description": "Language of the page, and of the texts that are preferred",
     "schema": {"type": "string", "enum": list(find_languages())}},
    {"name": "format", "in": "query", "description": "The form to give, whatever `Accept` says; a table has all hits",
     "schema": {"type": "string", "enum": [PAGE.name, *(form.name for form in TABLES)]}},
]  # fmt: skip


def read_options(request: Request) -> tuple[str, dict[str, Any]]:
    """Read the parameters of the address.

    Raises:
        ParameterError: one is not what it should be.
    """
    given = request.query_params
    text = " ".join(given.get("q", "").split())
    if not text:
        raise ParameterError("Give words to search for, such as /search?q=asylum.")
    types = list(dict.fromkeys(expand_type(name) for name in given.getlist("type") if name))
    if len(types) > _MOST_TYPES:
        raise ParameterError(
            "At most %(most_types)s types can be chosen; %(types)s were given.",
            most_types=_MOST_TYPES,
            types=len(types),
        )
    language = given.get("language", "")
    if language and not (language.isascii() and language.isalpha() and language.islower() and len(language) in (2, 3)):
        raise ParameterError("language is two or three small letters, such as fr.")
    return text, {
        "limit": _read_number(given.get("limit"), "limit", 1, MOST_HITS, _LIMIT),
        "offset": _read_number(given.get("offset"), "offset", 0, MOST_OFFSET, 0),
        "language": language,
        "types": types,
        "prefer": language_of(request),
        "with_facets": given.get("facets", "true").lower() not in ("false", "0"),
    }


def _read_number(text: str | None, name: str, least: int, most: int, default: int) -> int:
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most):
        raise ParameterError(
            "%(name)s is a whole number from %(least)s to %(most)s.", name=name, least=least, most=most
        )
    return int(text)
