"""Words for what the graph has no labels of: outside terms, what points to a thing, areas of questions.

They stand in ``ontology/names.ttl``, in every language that pages are offered in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.messages import ENGLISH, load_messages
from ukfr_graph.resources import ontology_folder

_LABEL = iris.RDFS + "label"
_INVERSE_LABEL = iris.UKFR + "inverseLabel"
_AREAS = iris.BASE + "queries/"


def name_area(area: str, language: str) -> str:
    """Return the name of an area of saved queries, which is their folder; that of a folder of one's own as it is."""
    return _find(_LABEL, _AREAS + area, language) or area


def name_outside(iri: str, language: str) -> str:
    """Return our name for a term of an outside vocabulary, which the graph holds no label of; empty for others."""
    return _find(_LABEL, iri, language)


def name_inverse(predicate: str, label: str, language: str) -> str:
    """Return the heading over what points to a thing by a property, from its ``label`` where it has none of its own."""
    found = _find(_INVERSE_LABEL, iris.expand(predicate), language)
    return found or load_messages(language).gettext("Connected by “%(property)s”") % {"property": label}


def _find(kind: str, iri: str, language: str) -> str:
    texts = _read().get((kind, iri), {})
    return texts.get(language) or texts.get(ENGLISH, "")


@cache
def _read() -> Mapping[tuple[str, str], Mapping[str, str]]:
    names: dict[tuple[str, str], dict[str, str]] = {}
    for quad in ox.parse(path=str(ontology_folder() / "names.ttl"), format=ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
            texts = names.setdefault((quad.predicate.value, quad.subject.value), {})
            texts[quad.object.language or ENGLISH] = quad.object.value
    return names
