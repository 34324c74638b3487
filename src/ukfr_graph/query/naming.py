"""The languages in which questions ask for names: those of the dataset, where it has others than English.

Queries are written for names in English (``FILTER (LANG(?label) = "en")``), of which a dataset in other languages has
none; each would be answered with nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ukfr_graph.profile import ENGLISH

_NAMED = re.compile(r"""LANG\(\?(?!\w*_en\b)(\w+)\) = "en\"""")


def ask_in(text: str, languages: Sequence[str]) -> str:
    """Ask for names in any of the languages; ``?x_en`` stays English.

    >>> ask_in('... FILTER (LANG(?label) = "en" && LANG(?label_en) = "en")', ["en", "es"])
    '... FILTER (LANG(?label) IN ("en", "es") && LANG(?label_en) = "en")'
    """
    if tuple(languages) == (ENGLISH,):
        return text
    asked = ", ".join(f'"{code}"' for code in languages)
    return _NAMED.sub(rf"LANG(?\1) IN ({asked})", text)
