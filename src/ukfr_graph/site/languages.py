"""Choosing the language of an answer (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import re

from ukfr_graph.messages import ENGLISH, find_languages


def choose_language(asked: str | None, accept_language: str | None) -> str:
    """Choose by an explicit wish first, then by the ``Accept-Language`` header; English otherwise.

    >>> choose_language(None, "fr-FR,fr;q=0.9,en;q=0.8"), choose_language("en", "fr"), choose_language(None, None)
    ('fr', 'en', 'en')
    """
    languages = find_languages()
    if asked in languages:
        return asked
    best, best_quality = ENGLISH, 0.0
    for part in (accept_language or "").split(","):
        match = re.fullmatch(r"\s*([a-zA-Z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if match and match[1].lower() in languages and float(match[2] or 1) > best_quality:
            best, best_quality = match[1].lower(), float(match[2] or 1)
    return best
