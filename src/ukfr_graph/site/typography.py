"""Finishing a page by its language: the spaces of French, and a word on the language of what it quotes.

Catalogues, records and questions are typed with plain spaces; a finished page gets narrow no-break ones (U+202F) before
; : ! ? » and after « (Lexique des règles typographiques en usage à l'Imprimerie nationale). What is exact stays as it
is: quotes, code, what is typed into a form, and the paragraphs of a text as published, which name their language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from ukfr_graph.messages import UNKNOWN_LANGUAGE, list_script_messages, load_messages, name_language

FRENCH = "fr"
_SPACE = "\u202f"
_PLACE = re.compile(r"(?<=«)[ \xa0]|[ \xa0](?=[;:!?»](?:[\s<,.)\]»\u202f]|&#39;|$))")
_EXACT = re.compile(
    r"<(pre|code|samp|kbd|textarea|script|style|q|mark|(?:p|h2|ul|blockquote)(?= lang=))\b.*?</\1>", re.DOTALL
)
_FOREIGN = re.compile(r'<(q|blockquote|p)\b(?: [^>]*)? lang="([a-z]{2,3})"[^>]*>')


def finish_page(page: str, language: str) -> str:
    """Say of the first words in another language which one it is, and set the spaces of a French page."""
    found = next((match for match in _FOREIGN.finditer(page) if match[2] not in (language, UNKNOWN_LANGUAGE)), None)
    end = page.find(f"</{found[1]}>", found.end()) if found else -1
    if found and end >= 0:
        said = load_messages(language).gettext("in %(language)s") % {"language": name_language(found[2], language)}
        end += len("</q>") if found[1] == "q" else 0
        page = f'{page[:end]} <span class="area" lang="{language}">({said})</span>{page[end:]}'
    return set_page(page) if language == FRENCH else page


def set_spaces(text: str) -> str:
    r"""Set the spaces of a French text.

    >>> set_spaces("Qui : « nous » ? a::b ?x")
    'Qui\u202f: «\u202fnous\u202f»\u202f? a::b ?x'
    """
    return _PLACE.sub(_SPACE, text)


def set_page(page: str) -> str:
    r"""Set the spaces of a French page, but for those within tags and of what is exact.

    >>> set_page('<p title="a : b">Qui ? <q>Why ?</q></p>')
    '<p title="a : b">Qui\u202f? <q>Why ?</q></p>'
    """
    exact = [match.span() for match in _EXACT.finditer(page)]
    starts = [start for start, _end in exact]

    def choose(match: re.Match[str]) -> str:
        at = match.start()
        before = bisect_right(starts, at) - 1
        is_exact = before >= 0 and at < exact[before][1]
        is_in_tag = page.rfind("<", 0, at) > page.rfind(">", 0, at)
        return match[0] if is_exact or is_in_tag else _SPACE

    return _PLACE.sub(choose, page)


@cache
def list_set_messages(language: str) -> dict[str, str | dict[str, str]]:
    """List the messages of scripts (see ``list_script_messages``), with the spaces of French set."""
    messages = list_script_messages(language)
    if language != FRENCH:
        return messages
    return {
        key: set_spaces(said) if isinstance(said, str) else {form: set_spaces(text) for form, text in said.items()}
        for key, said in messages.items()
    }
