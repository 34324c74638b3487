"""The templates of pages, and how they write values: days, numbers, and what an address leads to."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from ukfr_graph import iris
from ukfr_graph.messages import find_locale, load_messages
from ukfr_graph.resources import templates_folder
from ukfr_graph.site.addresses import find_fragment, find_words
from ukfr_graph.site.sharing import cut_text, find_lead
from ukfr_graph.site.static import find_asset

PUBLISHERS = {
    "eur-lex.europa.eu": "EUR-Lex", "data.europa.eu": "EUR-Lex", "treaties.fcdo.gov.uk": "UK Treaties Online",
    "www.gov.uk": "GOV.UK", "gov.uk": "GOV.UK", "www.legifrance.gouv.fr": "Légifrance",
    "legifrance.gouv.fr": "Légifrance", "www.legislation.gov.uk": "legislation.gov.uk",
    "treaties.un.org": "UN Treaty Collection", "www.coe.int": "Council of Europe",
}  # fmt: skip
"""The names that publishers of law and declarations give themselves, by their host."""
_MOST_DIGITS = 28  # that Decimal computes with; what has more is shown as it is
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _CompiledTemplates(BytecodeCache):
    """The templates as compiled for the first language, which are the same in the others."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template from what is kept (https://jinja.palletsprojects.com/en/stable/api/#bytecode-cache)."""
        if found := self._kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()


@cache
def open_templates(language: str) -> Environment:
    """Open the templates in a language: nothing from data that is not escaped, nothing that is not defined."""
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        bytecode_cache=_COMPILED,
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
