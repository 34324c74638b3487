"""Choosing the language of an answer (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ukfr_graph.messages import find_languages
from ukfr_graph.profile import Profile


def list_languages(profile: Profile) -> tuple[str, ...]:
    """List the languages that pages are offered in: those of the dataset, else those that the software speaks.

    What the software lacks in one of the dataset's is said in English.
    """
    return profile.languages or find_languages()


def choose_language(asked: str | None, accept_language: str | None, languages: Sequence[str] = ()) -> str:
    """Choose by an explicit wish first, then by the ``Accept-Language`` header; the first of the languages otherwise.

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
