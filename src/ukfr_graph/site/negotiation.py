"""Choosing a representation: by media type, and by profile.

Media types: RFC 9110, section 12.5.1 (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1). Profiles: W3C Content
Negotiation by Profile (https://www.w3.org/TR/dx-prof-conneg/), by ``Accept-Profile`` (section 7.1) and by the
address (``_profile`` and ``_mediatype``, section 7.2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from fastapi import Request

from ukfr_graph import iris
from ukfr_graph.errors import NotAcceptableError
from ukfr_graph.errors import mark as _
from ukfr_graph.query.formats import FORMATS, HTML, Kind, best_match, read_accept, write_content_type
from ukfr_graph.site.addresses import places_of

_LONGEST_HEADER = 2_000
_PROFILE_ITEM = re.compile(r"\s*<?([^<>;,\s]+)>?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?\Z")
_KEPT_IN_ADDRESSES = "/:@!$&'()*+,;=~-._"


class Variant(NamedTuple):
    """One form of a resource: its short name, as ``format=`` takes it, and its media types (the first is sent)."""

    name: str
    media_types: tuple[str, ...]

    @property
    def media_type(self) -> str:
        """The media type that is sent with it."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The media type, with the character set where it is a text's."""
        return write_content_type(self.media_type)


class ContentProfile(NamedTuple):
    """A profile says how much a representation tells: its short name, its IRI, and the message that describes it."""

    name: str
    iri: str
    description: str


PAGE = Variant("html", (HTML, "application/xhtml+xml"))
FULL = ContentProfile(
    "full", iris.BASE + "profile/full",
    _("Every statement about a resource, and about the nodes without a page of their own, such as its evidence."),
)  # fmt: skip
SUMMARY = ContentProfile(
    "summary", iris.BASE + "profile/summary",
    _("What a resource is and how it is called: types, labels, summaries and descriptions."),
)  # fmt: skip
PROFILES = (FULL, SUMMARY)


def variants_of(kind: Kind) -> tuple[Variant, ...]:
    """List the forms in which an answer of this kind is given, the preferred one first."""
    return tuple(Variant(f.name, f.media_types) for f in FORMATS if kind in f.kinds)


GRAPH_VARIANTS = variants_of("graph")
RESOURCE_VARIANTS = (*GRAPH_VARIANTS, PAGE)


CITATION_PARAMETER = "cite"
"""Asks a page for its citation in one of the forms of ``citation``, whatever is accepted."""


def choose_variant(request: Request, offered: Sequence[Variant]) -> Variant:
    """Choose by ``?_mediatype=`` or ``?format=`` (a media type or a short name), else by ``Accept``; a page to cite it.

    A page is chosen only where the client names it: ``*/*`` gets the first of those offered.

    Raises:
        NotAcceptableError: what is asked for is not offered.
    """
    asked = request.query_params.get("_mediatype", request.query_params.get("format"))
    if asked is not None:
        for variant in sorted(offered, key=lambda v: v.media_type != asked.lower()):
            if asked.lower() == variant.name or asked.lower() in variant.media_types:
                return variant
        raise _nothing_fits(asked, offered)
    if CITATION_PARAMETER in request.query_params and PAGE in offered:
        return PAGE
    return match_variant(request.headers.get("accept"), offered)


def match_variant(accept: str | None, offered: Sequence[Variant]) -> Variant:
    """Choose the form that an ``Accept`` header likes best.

    Raises:
        NotAcceptableError: the header rules out every form.

    >>> match_variant("text/turtle;q=0.5, application/ld+json", RESOURCE_VARIANTS).name
    'jsonld'
    >>> match_variant("*/*", RESOURCE_VARIANTS).name, match_variant("text/html, */*", RESOURCE_VARIANTS).name
    ('ttl', 'html')
    """
    if not accept or not accept.strip():
        return offered[0]
    accept = read_accept(accept)
    if len(accept) > _LONGEST_HEADER:
        raise NotAcceptableError(
            "The Accept header has %(length)s characters; at most %(most)s are read.",
            length=len(accept),
            most=_LONGEST_HEADER,
        )
    fitting = [v for v in offered if v != PAGE or "html" in accept.lower()]
    by_type = {media_type: v for v in reversed(fitting) for media_type in reversed(v.media_types)}
    by_type |= {v.media_type: v for v in reversed(fitting)}  # what is sent as this, before what can be read as this
    best = best_match(by_type, accept)
    if not best:
        raise _nothing_fits(accept, offered)
    return by_type[best]


def choose_profile(request: Request) -> ContentProfile:
    """Choose by ``?_profile=`` (a short name or an IRI), else by ``Accept-Profile``; the full one otherwise.

    Raises:
        NotAcceptableError: the address asks for a profile that there is not.
    """
    asked = request.query_params.get("_profile")
    if asked is not None:
        for profile in PROFILES:
            if asked.strip("<>") in (profile.name, profile.iri):
                return profile
        raise NotAcceptableError(
            "There is no profile %(name)s; there are %(profiles)s.",
            name=repr(asked[:200]),
            profiles=" and ".join(p.name for p in PROFILES),
        )
    return match_profile(request.headers.get("accept-profile"))


def match_profile(accept_profile: str | None) -> ContentProfile:
    """Choose the profile that an ``Accept-Profile`` header likes best; one that is not known is passed over.

    >>> match_profile("<https://w3id.org/ukfr/profile/summary>;q=0.9, <https://example.org/p>").name
    'summary'
    >>> match_profile(None).name
    'full'
    """
    best, best_quality = FULL, 0.0
    for item in (accept_profile or "")[:_LONGEST_HEADER].split(","):
        match = _PROFILE_ITEM.match(item)
        quality = float(match[2] or 1) if match else 0.0
        profile = next((p for p in PROFILES if match and match[1] == p.iri), None)
        if profile and quality > best_quality:
            best, best_quality = profile, quality
    return best


def alternate_address(request: Request, profile: ContentProfile, variant: Variant) -> str:
    """Return the address of one form of the resource that is asked for, whatever the client accepts."""
    return f"{path_of(request)}?{urlencode({'_profile': profile.name, '_mediatype': variant.media_type}, safe='/')}"


def list_alternates(request: Request, profile: ContentProfile) -> list[tuple[Variant, str]]:
    """List the forms of data of the resource that is asked for, as the site has them, with their addresses."""
    offers = places_of(request).offers
    return [(v, alternate_address(request, profile, v)) for v in GRAPH_VARIANTS if offers.has_form(v.name)]


def link_header(request: Request, profile: ContentProfile, offered: Sequence[Variant], canonical: str) -> str:
    """Write the ``Link`` header of a negotiated resource (RFC 8288; Content Negotiation by Profile, section 7.1)."""
    links = [f'<{to_uri(canonical)}>; rel="canonical"', f'<{profile.iri}>; rel="profile"']
    links += [
        f'<{alternate_address(request, p, v)}>; rel="alternate"; type="{v.media_type}"; profile="{p.iri}"'
        for p in PROFILES
        for v in offered
    ]
    return ", ".join(links)


def path_of(request: Request) -> str:
    """Return the path of a request, percent-encoded: safe in a header and in an address."""
    return quote(request.scope["path"], safe=_KEPT_IN_ADDRESSES)


def to_uri(iri: str) -> str:
    """Write an IRI with ASCII alone (RFC 3987, section 3.1): what a header can hold."""
    return quote(iri, safe=_KEPT_IN_ADDRESSES + "#?[]%")


def _nothing_fits(asked: str, offered: Sequence[Variant]) -> NotAcceptableError:
    given = ", ".join(v.media_type for v in offered)
    return NotAcceptableError(
        "None of the accepted types (%(asked)s) can be given; it is given as %(given)s.", asked=asked[:200], given=given
    )
