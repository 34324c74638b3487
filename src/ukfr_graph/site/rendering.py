"""Pages from templates: one look, two languages, nothing from data that is not escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ukfr_graph import __version__, iris
from ukfr_graph.messages import choose_language, find_locale, load_messages, say_error
from ukfr_graph.resources import templates_folder
from ukfr_graph.service.service import Service
from ukfr_graph.site import citation
from ukfr_graph.site.addresses import (
    Places,
    find_base,
    find_fragment,
    find_words,
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
from ukfr_graph.site.sharing import SharedPage, cut_text, find_lead, share_page
from ukfr_graph.site.static import find_asset
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
PUBLISHERS = {
    "eur-lex.europa.eu": "EUR-Lex", "data.europa.eu": "EUR-Lex", "treaties.fcdo.gov.uk": "UK Treaties Online",
    "www.gov.uk": "GOV.UK", "gov.uk": "GOV.UK", "www.legifrance.gouv.fr": "Légifrance",
    "legifrance.gouv.fr": "Légifrance", "www.legislation.gov.uk": "legislation.gov.uk",
    "treaties.un.org": "UN Treaty Collection", "www.coe.int": "Council of Europe",
}  # fmt: skip
"""What those call themselves who publish law and declarations, by their host."""
_OF_THE_DATASET = frozenset(("/", "/catalog", "/export", "/.well-known/void"))
_COOKIE_S = 31_536_000
_MOST_DIGITS = 28  # that Decimal computes with; what has more is shown as it is
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
        _templates(language)
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
    module = _templates(language).get_template(template).make_module({"language": language, **facts})
    return " ".join(html.unescape(getattr(module, macro)()).split())


def find_title(page: str) -> str:
    """Find the title of a page that was made here."""
    found = re.search("<title>(.*?)</title>", page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def is_secure(request: Request) -> bool:
    """Return whether readers come by TLS."""
    return find_base(request).startswith("https:")


def link_to(iri: str) -> str:
    """Return the address that a link to an IRI has: our own lead to this server; no scheme but http(s) is a link.

    >>> link_to("https://w3id.org/ukfr/id/place/calais"), link_to("https://example.org/x"), link_to("javascript:x")
    ('/doc/place/calais', 'https://example.org/x', '')
    """
    for namespace in iris.namespaces():
        if iri.startswith(namespace):
            path = iri.removeprefix(namespace)
            return "/doc/" + path.removeprefix("id/") if path.startswith("id/") else "/" + path
    return iri if iri.startswith(("https://", "http://")) else ""


def _cite(request: Request, language: str) -> CitedWork | None:
    """Describe the page for citing it, but for its title; nothing where what is shown has no versions to name."""
    service: Service = request.app.state.service
    is_reader = service.gate.is_reader(request.headers.get("authorization"))
    if service.is_plain or service.pool.source.endpoint or not is_reader:
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


def read_day(text: str) -> date | None:
    """Read a day as ISO 8601 writes it; None where a text is none."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_day(value: object, language: str) -> str:
    """Write a day in full, as a language does; what is none as it is."""
    day = read_day(str(value))
    if day is None:
        return str(value)
    written = format_date(day, format="long", locale=find_locale(language))
    first = load_messages(language).pgettext("first day of a month", "1")
    return first + written[1:] if written.startswith("1 ") else written


def write_number(value: object, language: str) -> str:
    """Write a number with the marks of a language; what is none, or very long, as it is."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    is_short = number.is_finite() and abs(number.adjusted()) + len(number.as_tuple().digits) < _MOST_DIGITS
    return format_decimal(number, locale=find_locale(language)) if is_short else str(value)


def find_host(iri: str) -> str:
    """Return the host of an address; what is none as it is."""
    try:
        return urlsplit(iri).hostname or iri
    except ValueError:  # such as an address in brackets that is none
        return iri


def name_publisher(address: str) -> str:
    """Return what those call themselves who publish at an address; others by their host.

    >>> name_publisher("https://www.gov.uk/x"), name_publisher("https://www.eumonitor.eu/x")
    ('GOV.UK', 'www.eumonitor.eu')
    """
    host = find_host(address).lower()
    return PUBLISHERS.get(host, host)


@cache
def _templates(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    environment.install_gettext_translations(load_messages(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"asset": find_asset}
    environment.filters |= {
        "shorten": iris.shorten,
        "expand": iris.expand,
        "local": iris.local_name,
        "href": link_to,
        "words": find_words,
        "highlight": find_fragment,
        "day": write_day,
        "number": write_number,
        "host": find_host,
        "publisher": name_publisher,
        "lead": find_lead,
        "cut": cut_text,
        "lines": lambda text: Markup("<br>").join(re.split(r"\s*\n\s*", text)),
    }
    return environment
