"""Words of a page for search engines and for those who share it: one home for the head of every page.

Canonical links: RFC 6596 (https://www.rfc-editor.org/rfc/rfc6596). Languages:
https://html.spec.whatwg.org/multipage/links.html#rel-alternate. Previews: https://ogp.me.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from ukfr_graph.site.addresses import is_public, name_permanent_page, places_of
from ukfr_graph.site.negotiation import CITATION_PARAMETER, path_of

if TYPE_CHECKING:
    from fastapi import Request

PICTURE = "/icon.png"
"""The picture of a page that has none of its own."""
_SHOWN_AS = ("lang", "at", "format", "_mediatype", "_profile", CITATION_PARAMETER)
_LEAD = re.compile(r'<p class="lead"[^>]*>(.*?)</p>', re.DOTALL)
_LONGEST = 300


@dataclass(frozen=True)
class SharedPage:
    """The whole addresses of a page: ``canonical``, and where others reach it the ``alternates`` by language.

    ``picture`` shows it in previews. A page that only this machine reaches has the permanent address, and a page
    without one has none; of files that may lie anywhere, only that address is known.
    """

    canonical: str = ""
    alternates: Sequence[tuple[str, str]] = ()
    picture: str = ""


def share_page(request: Request, language: str, picture: str) -> SharedPage:
    """Describe the page that is asked for: what was chosen is part of its address, how it is shown is not."""
    service, places = request.app.state.service, places_of(request)
    given = [(name, value) for name, value in parse_qsl(request.url.query) if name not in _SHOWN_AS]
    path = "/" + path_of(request).lstrip("/")  # two slashes would begin the name of another host
    addresses = {code: _write(path, given, code) for code in (*places.languages, "")}
    if not is_public(places):
        permanent = "" if service.is_plain else name_permanent_page(service.profile.namespace, addresses.pop(""))
        return SharedPage(permanent, () if places.is_static else list(addresses.items()))
    if places.is_static:  # files choose no language
        addresses[""] = addresses[places.languages[0]]
    alternates = [(code or "x-default", places.name(address)) for code, address in addresses.items()]
    shown = picture if picture and not places.is_static else PICTURE  # files have no pixels but the mark's
    return SharedPage(places.name(addresses[language]), alternates, places.name(shown))


def _write(path: str, given: Sequence[tuple[str, str]], code: str) -> str:
    query = urlencode([*given, *([("lang", code)] if code else [])])
    return path + ("?" + query if query else "")


def find_lead(main: str) -> str:
    """Return the beginning of what a page leads with, as plain text; nothing where it has no such paragraph.

    >>> find_lead('<h1>A</h1><p class="lead">One &amp; <a href="/x">two</a>.</p>')
    'One & two.'
    """
    found = _LEAD.search(main)
    return cut_text(Markup(found[1])) if found else ""  # noqa: S704  # of a page that was escaped when it was made


def cut_text(text: str) -> str:
    r"""Return a text, or that of HTML that was made here, in one line and no longer than previews show.

    >>> cut_text("one\n two"), cut_text("word " * 100)[-10:]
    ('one two', 'word word…')
    """
    plain = " ".join((text.striptags() if isinstance(text, Markup) else text).split())
    beginning = plain[: _LONGEST - 1]
    return plain if len(plain) <= _LONGEST else (beginning.rpartition(" ")[0] or beginning) + "…"
