"""Names and looks of terms: ``ontology/names.ttl``, and the labels of ``ontology/ukfr.ttl``.

Both are read from their files, for datasets that lack them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.messages import ENGLISH
from ukfr_graph.resources import ontology_folder

LABEL = iris.RDFS + "label"
PLURAL_LABEL = iris.UKFR + "pluralLabel"
INVERSE_LABEL = iris.UKFR + "inverseLabel"
_SYMBOL = iris.UKFR + "symbol"
_COLOUR_TOKEN = iris.UKFR + "colourToken"


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a class: one character, and the name of a colour of ``site/style.css``."""

    symbol: str
    colour_token: str


def find_text(kind: str, iri: str, language: str) -> str:
    """Return the text that a property, such as ``LABEL``, gives a term: in a language, else English, else empty."""
    texts = read_texts().get((kind, iri), {})
    return texts.get(language) or texts.get(ENGLISH, "")


@cache
def list_looks() -> Mapping[str, Look]:
    """List the classes that are shown by a symbol and a colour, by their IRIs."""
    return {
        iri: Look(find_text(_SYMBOL, iri, ENGLISH), find_text(_COLOUR_TOKEN, iri, ENGLISH))
        for kind, iri in sorted(read_texts())
        if kind == _COLOUR_TOKEN
    }


@cache
def read_texts() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Read what is said of terms in words: by property and term, the text in each language."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in ("ukfr.ttl", "names.ttl"):
        for quad in ox.parse(path=str(ontology_folder() / name), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                texts = found.setdefault((quad.predicate.value, quad.subject.value), {})
                texts[quad.object.language or ENGLISH] = quad.object.value
    return found
