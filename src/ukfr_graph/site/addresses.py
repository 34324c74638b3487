"""Where this server is, as its clients write it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from ukfr_graph import iris


def find_base(request: Request) -> str:
    """Return scheme and host as the client wrote them, such as ``http://localhost:8000``."""
    return str(request.base_url).rstrip("/")


def find_words(clause: str) -> str:
    """Return the address of the words of a clause in its text; nothing where an IRI is no clause of ours.

    >>> find_words("https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/children-to-uk")
    '/statements/uk-fr-2016-08-30#clause-children-to-uk'
    """
    kind, statement, anchor, *_ = (*iris.local_id(clause).split("/", 2), "", "")
    return f"/statements/{quote(statement)}#clause-{quote(anchor)}" if kind == "clause" and anchor else ""
