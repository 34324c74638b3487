"""The words of pages, errors and commands in every language that has a catalogue (GNU gettext, read by Babel).

English stands in the code. Another language is one file, ``<language>/LC_MESSAGES/ukfr_graph.po`` in the folder of
locales; what it lacks is said in English. No language is current: whoever speaks asks for its messages.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from gettext import NullTranslations
from typing import NamedTuple

import pycountry
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from ukfr_graph.errors import DataError, Message, UkfrError
from ukfr_graph.resources import CATALOGUE, locales_folder

ENGLISH = "en"
UNKNOWN_LANGUAGE = "und"
"""The code of a language that is not known (BCP 47)."""
_SCRIPTS = "web/src/"


@cache
def find_languages() -> tuple[str, ...]:
    """Return the codes of the languages that pages are offered in: English, then those with a catalogue."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in locales_folder().glob(f"*/{CATALOGUE}")))


def choose_language(asked: str | None, accept_language: str | None, languages: Sequence[str] = ()) -> str:
    """Choose the language of an answer (RFC 9110, section 12.5.4): by an explicit wish first, then by the header.

    Otherwise it is the first of the ``languages``, which are those of the software where none are given.

    >>> choose_language(None, "fr-FR,fr;q=0.9,en;q=0.8"), choose_language("en", "fr"), choose_language(None, None)
    ('fr', 'en', 'en')
    >>> choose_language(None, "fr, es;q=0.5", ["en", "es"])
    'es'
    """
    languages = languages or find_languages()
    if asked is not None and asked in languages:
        return asked
    best, best_quality = languages[0], 0.0
    for part in (accept_language or "").split(","):
        match = re.fullmatch(r"\s*([a-zA-Z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if match and match[1].lower() in languages and float(match[2] or 1) > best_quality:
            best, best_quality = match[1].lower(), float(match[2] or 1)
    return best


@cache
def find_locale(language: str) -> Locale:
    """Return how a language writes dates and numbers; English does as in Britain."""
    return Locale("en", "GB") if language == ENGLISH else Locale.parse(language, sep="-")


@cache
def name_language(language: str, told: str) -> str:
    """Return the name of a language, told in a language (Unicode CLDR); one that it does not know by its code.

    >>> name_language("es", "en"), name_language("es", "fr"), name_language("zzz", "en")
    ('Spanish', 'espagnol', 'zzz')
    """
    try:
        return str(Locale.parse(language, sep="-").get_display_name(told) or language)
    except UnknownLocaleError:
        return language


def write_authority_code(language: str) -> str:
    """Return the code of a language in the EU's authority table, which is that of ISO 639-3 in capitals.

    http://publications.europa.eu/resource/authority/language

    >>> write_authority_code("es"), write_authority_code("fr-CA")
    ('SPA', 'FRA')
    """
    found = pycountry.languages.get(alpha_2=language.partition("-")[0])
    return str(found.alpha_3 if found else language).upper()


@cache
def read_authority_code(iri: str) -> str:
    """Return the language that an entry of the EU's authority table stands for; empty where it is none.

    >>> read_authority_code("http://publications.europa.eu/resource/authority/language/ENG")
    'en'
    """
    found = pycountry.languages.get(alpha_3=iri.rpartition("/")[2].lower())
    return str(getattr(found, "alpha_2", found.alpha_3)) if found else ""


@cache
def read_catalogue(language: str) -> Catalog:
    """Read the catalogue of a language other than English; an empty one where there is none."""
    path = locales_folder() / language / CATALOGUE
    if language not in find_languages():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def load_messages(language: str) -> NullTranslations:
    """Return the messages of a language, with ``gettext``, ``ngettext`` and ``pgettext``.

    >>> load_messages("fr").gettext("Timeline"), load_messages("en").ngettext("%(n)s row", "%(n)s rows", 1)
    ('Chronologie', '%(n)s row')
    """
    if language == ENGLISH or language not in find_languages():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def say_in_all(message: str, languages: Iterable[str], **values: str) -> dict[str, str]:
    """Say a message with the values of its placeholders in English, and in each of some languages that has it.

    >>> say_in_all("Timeline", ["en", "fr", "es"])
    {'en': 'Timeline', 'fr': 'Chronologie'}
    """
    said = {language: load_messages(language).gettext(message) for language in languages}
    known = {ENGLISH: message, **{language: text for language, text in said.items() if text != message}}
    return {language: text % values if values else text for language, text in known.items()}


class SaidError(NamedTuple):
    """The words of an error; ``language`` is that of its detail."""

    title: str
    detail: str
    language: str


def say_error(error: UkfrError, language: str) -> SaidError:
    """Say an error in a language; what its catalogue lacks is said in English.

    >>> from ukfr_graph.errors import NotFoundError
    >>> say_error(NotFoundError("There is no graph <%(graph)s> here.", graph="urn:x"), "fr").title
    'Introuvable'
    """
    gettext = load_messages(language).gettext
    parts = [part for p in error.problems for part in (p.message, p.fix)] if isinstance(error, DataError) else []
    languages = {say_message(part, language)[1] for part in parts or [error.message]}
    said = language if languages == {language} else ENGLISH
    return SaidError(gettext(error.title), error.say(gettext), said)


def say_message(message: str, language: str) -> tuple[str, str]:
    """Say a message in a language; with it, the language in which it is said. A text is in English.

    >>> say_message(Message("it has no label"), "fr"), say_message("no key", "fr")
    (("il n'a pas de nom", 'fr'), ('no key', 'en'))
    """
    if not isinstance(message, Message):
        return message, ENGLISH
    gettext = load_messages(language).gettext
    return message.say(gettext), language if gettext(message.template) != message.template else ENGLISH


@cache
def list_script_messages(language: str) -> dict[str, str | dict[str, str]]:
    """Map the messages of the pages' scripts to their translations; those with plurals to one a plural category.

    The categories are those of Unicode's CLDR (https://www.unicode.org/reports/tr35/tr35-numbers.html), by which a
    browser's ``Intl.PluralRules`` chooses too.
    """
    if language == ENGLISH:
        return {}
    catalogue = read_catalogue(language)
    found: dict[str, str | dict[str, str]] = {}
    for message in catalogue:
        if message.fuzzy or not any(path.startswith(_SCRIPTS) for path, _ in message.locations):
            continue
        if isinstance(message.id, str):
            found[message.id] = str(message.string)
        elif isinstance(message.string, tuple):
            found[message.id[0]] = {c: message.string[form] for c, form in _plural_forms(language).items()}
    return {key: text for key, text in found.items() if text}


@cache
def _plural_forms(language: str) -> dict[str, int]:
    """Map the plural categories of a language to the forms of its catalogue, by trying counts."""
    choose, categorise = load_messages(language).plural, find_locale(language).plural_form  # type: ignore[attr-defined]
    return {categorise(n): choose(n) for n in (1_000_000, *range(200, -1, -1))}
