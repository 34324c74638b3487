"""Pages from templates: one look, two languages, nothing from data that is not escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from ukfr_graph import __version__, iris
from ukfr_graph.messages import choose_language, find_locale, load_messages, say_error
from ukfr_graph.service.service import Service
from ukfr_graph.site import citation
from ukfr_graph.site.addresses import (
    Places,
    find_base,
    is_public,
    name_permanent_page,
    place_html,
    places_of,
)
from ukfr_graph.site.citation import CitedWork
from ukfr_graph.site.embedding import Frame, find_frame
from ukfr_graph.site.languages import list_languages
from ukfr_graph.site.look import describe_looks
from ukfr_graph.site.negotiation import CITATION_PARAMETER
from ukfr_graph.site.sharing import SharedPage, share_page
from ukfr_graph.site.templates import open_templates, read_day
from ukfr_graph.site.typography import finish_page, list_set_messages
from ukfr_graph.store.layout import read_date

LANGUAGE_COOKIE = "lang"
AS_OF_COOKIE = "at"
PAGE_PARAMETERS = (LANGUAGE_COOKIE, AS_OF_COOKIE, CITATION_PARAMETER)
"""Parameters of every page, which steer how it is shown."""

FILES_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'self'"
)
"""The content security policy of pages without a server: what a page can say itself, and engines in WebAssembly."""
_OF_THE_DATASET = frozenset(("/", "/catalog", "/export", "/.well-known/void"))
_COOKIE_S = 31_536_000


def language_of(request: Request) -> str:
    """Choose the language of an answer: ``?lang=``, else what was chosen before (a cookie), else what is accepted."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    languages = list_languages(request.app.state.service.profile)
    return choose_language(asked, request.headers.get("accept-language"), languages)


def as_of(request: Request) -> date | None:
    """Return the day as of which the reader wants to see things: ``?at=YYYY-MM-DD``, else what was chosen before.

    An empty ``?at=`` forgets the choice; what is no day is no wish.
    """
    asked = request.query_params.get(AS_OF_COOKIE)
    return read_day(request.cookies.get(AS_OF_COOKIE, "") if asked is None else asked)


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    description: str = "",
    structured: Mapping[str, Any] | None = None,
    picture: str = "",
    **facts: Any,
) -> HTMLResponse:
    """Render a template in the reader's language.

    Search engines and those who share the page are told its ``description`` (else the paragraph that it leads with),
    what it is about (``structured``, in schema.org's terms) and a ``picture``: see ``site.sharing``.

    Every template has: ``language``; ``_``, ``ngettext``, ``pgettext`` and ``{% trans %}``, which say a message of the
    catalogue in it (https://jinja.palletsprojects.com/en/stable/extensions/#i18n-extension); ``other_languages``, the
    same page in each of the others, as code, name and address; ``script_messages``, those of the page's scripts;
    ``looks``, of the classes that scripts draw; ``root``, which scripts put before our addresses; ``path``;
    ``is_static``, whether there is no server, with ``data_root``, where files without a language lie, and
    ``policy``; ``navigation``, the links at its head; ``offers``, what the site offers beside its pages; ``as_of``,
    the day that the reader chose, or None, and ``now_address``, the same page without it; ``profile``, what the
    dataset says of itself; ``say_error(error)``, an error in the language; ``release`` and ``version``, of the
    software and the dataset; the filters ``shorten`` (an IRI as a compact one) and ``expand`` (the reverse),
    ``href`` (the address of a page of ours for an IRI of ours, another IRI as it is where a browser may follow it,
    else nothing), ``words`` (the address of a clause in its text), ``highlight`` (that of words on the page that
    published them), ``host``, ``publisher`` and ``local`` name of an IRI, ``number`` and ``day`` (in the reader's
    form; what is neither is given as it is), and ``lines`` (a text with its line breaks); and ``asset(name)``, the
    addresses of a script built from ``web/``, or none. What can be cited is ``cited``; ``sharing`` has the page's
    whole addresses, and ``frame`` is what shows it in frames of other sites, or none; ``write_frame(title)`` writes
    its HTML.
    """
    language, chosen_day, places = language_of(request), as_of(request), places_of(request)
    service: Service = request.app.state.service
    is_found = status == HTTPStatus.OK
    cited = facts.pop("cited") if "cited" in facts else _cite(request, language) if is_found else None
    sharing = share_page(request, language, picture) if is_found else SharedPage()
    frame = _find_frame(request, language) if cited else None
    page = (
        open_templates(language)
        .get_template(template)
        .render(
            language=language,
            other_languages=[
                (code, find_locale(code).language_name.capitalize(), _address(request, LANGUAGE_COOKIE, code))
                for code in places.languages
                if code != language
            ],
            script_messages=list_set_messages(language),
            looks=describe_looks(language),
            say_error=partial(say_error, language=language),
            path=request.url.path,
            navigation=[entry for entry in request.app.state.navigation if places.offers.has_page(entry.address)],
            offers=places.offers,
            profile=service.profile,
            prefixes={} if request.app.state.service.is_plain else dict(iris.prefixes()),
            as_of=chosen_day,
            now_address=_address(request, AS_OF_COOKIE, ""),
            release=__version__,
            root=places.root,
            data_root=places.data_root,
            is_static=places.is_static,
            cited=cited,
            report_address=_find_report_address(request, language),
            citation_address=_address(request, CITATION_PARAMETER, ""),
            policy=FILES_POLICY,
            structured=structured,
            description=description,
            sharing=sharing,
            frame=frame,
            write_frame=partial(_write_frame, places, frame),
            version=service.pool.version if service.gate.is_reader(request.headers.get("authorization")) else "",
            **facts,
        )
    )
    page = finish_page(page, language)
    headers = {"Vary": "Accept, Accept-Language, Cookie", "Content-Language": language}
    if cited and CITATION_PARAMETER in request.query_params:
        form = citation.find_form(request.query_params[CITATION_PARAMETER])
        written = cited.entitle(find_title(page)).write(form.name)
        return HTMLResponse(written, headers={**headers, "Content-Type": form.content_type})
    response = HTMLResponse(place_html(page, places), status, headers)
    if request.query_params.get("lang") in places.languages:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_COOKIE_S, httponly=True, samesite="lax", secure=is_secure(request)
        )
    if chosen_day and AS_OF_COOKIE in request.query_params:
        response.set_cookie(
            AS_OF_COOKIE, chosen_day.isoformat(), httponly=True, samesite="lax", secure=is_secure(request)
        )
    elif request.query_params.get(AS_OF_COOKIE) == "":
        response.delete_cookie(AS_OF_COOKIE, httponly=True, samesite="lax", secure=is_secure(request))
    return response


def write_words(template: str, macro: str, language: str, **facts: Any) -> str:
    """Return the text that a macro of a template writes, for what is no page."""
    module = open_templates(language).get_template(template).make_module({"language": language, **facts})
    return " ".join(html.unescape(getattr(module, macro)()).split())


def find_title(page: str) -> str:
    """Find the title of a page, or of a picture (SVG), that was made here."""
    found = re.search("<title[^>]*>(.*?)</title>", page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def is_secure(request: Request) -> bool:
    """Return whether readers come by TLS."""
    return find_base(request).startswith("https:")


def _cite(request: Request, language: str) -> CitedWork | None:
    """Describe the page for citing it, but for its title; nothing where what is shown has no versions to name."""
    service: Service = request.app.state.service
    is_reader = service.gate.is_reader(request.headers.get("authorization"))
    if service.is_plain or service.is_remote or not is_reader:
        return None
    profile, path, day = service.profile, request.url.path, as_of(request)
    query = [(k, v) for k, v in parse_qsl(request.url.query) if k not in PAGE_PARAMETERS]
    query += [(AS_OF_COOKIE, day.isoformat())] if day else []
    return CitedWork(
        title="",
        creator=profile.creator,
        dataset=profile.say(profile.title, language),
        version=service.pool.version,
        day=read_date(Path(service.pool.folder)),
        address=name_permanent_page(profile.namespace, quote(path)) + ("?" if query else "") + urlencode(query),
        language=language,
        kind=citation.DATASET if path in _OF_THE_DATASET else citation.PAGE,
        name=citation.make_key(path),
        doi=places_of(request).offers.doi,
    )


def _find_frame(request: Request, language: str) -> Frame | None:
    """Find the page that shows this one in frames of other sites, with the day as of which it is shown."""
    day = as_of(request)
    given = [(k, v) for k, v in parse_qsl(request.url.query) if k not in PAGE_PARAMETERS]
    return find_frame(request.url.path, [*given, *([(AS_OF_COOKIE, day.isoformat())] if day else [])], language)


def _write_frame(places: Places, frame: Frame | None, title: str) -> str:
    """Write the HTML of a frame; nothing where files may lie anywhere."""
    is_somewhere = frame is not None and (is_public(places) or not places.is_static)
    return frame.write(places.name(frame.address), title) if frame is not None and is_somewhere else ""


def _find_report_address(request: Request, language: str) -> str:
    """Return where an error of this page is reported, with the page named; nothing where the operator set nothing."""
    service: Service = request.app.state.service
    address = service.settings.report_address
    if not address:
        return ""
    subject = load_messages(language).gettext("Error on a page")
    page = find_base(request) + request.url.path + (f"?{request.url.query}" if request.url.query else "")
    names = ("subject", "body") if address.startswith("mailto:") else ("title", "body")
    given = zip(names, (subject, f"{page}\n{service.pool.version}\n\n"), strict=True)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(list(given), quote_via=quote)}"


def _address(request: Request, name: str, value: str) -> str:
    """Return the address of the same page with one parameter changed."""
    given = [(k, v) for k, v in parse_qsl(request.url.query, keep_blank_values=True) if k != name]
    path = "/" + request.url.path.lstrip("/")  # two slashes would begin the name of another host
    return f"{path}?{urlencode([*given, (name, value)])}"
