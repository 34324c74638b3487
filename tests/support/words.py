"""The words that tell of the bundled workspace: a dataset of other states has none of them, wherever one looks."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"\bFrance\b|French|français|franco|\bUK\b|United Kingdom|Royaume|Home Office|GOV\.UK|Open Government|British|Britain"
    r"|[Cc]alais|uk-fr|govuk|Brexit|[Dd]ublin\b|Légifrance|Londres|Élysée|Bataclan|[Jj]uxtaposed"
    r"|id:(?:state|clause|person|body|instrument|quantity)/|children-to-uk"
    r"|w3id\.org/ukfr/id/(?:state|clause|person|body|instrument|quantity|statement)"
)
_OF_OTHERS = ("UK Parliament", "(in French)")
"""As an outside ontology is called, and the language of a definition."""


def find_bundled_words(text: str) -> set[str]:
    """Find the words of a text that speak of the bundled workspace."""
    for name in _OF_OTHERS:
        text = text.replace(name, "")
    return {match.group() for match in _WORDS.finditer(text)}
