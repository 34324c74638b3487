"""Words for what the graph has no labels of: outside terms, what points to a thing, areas of questions.

They stand in ``ontology/names.ttl``, in every language that pages are offered in.
"""

from __future__ import annotations

from ukfr_graph import iris
from ukfr_graph.messages import load_messages
from ukfr_graph.term_names import INVERSE_LABEL, LABEL, find_text

_AREAS = iris.BASE + "queries/"


def name_area(area: str, language: str) -> str:
    """Return the name of an area of saved queries, which is their folder; that of a folder of one's own as it is."""
    return find_text(LABEL, _AREAS + area, language) or area


def name_outside(iri: str, language: str) -> str:
    """Return our name for a term of an outside vocabulary, which the graph holds no label of; empty for others."""
    return find_text(LABEL, iri, language)


def name_inverse(predicate: str, label: str, language: str) -> str:
    """Return the heading over what points to a thing by a property, from its ``label`` where it has none of its own."""
    found = find_text(INVERSE_LABEL, iris.expand(predicate), language)
    return found or load_messages(language).gettext("Connected by “%(property)s”") % {"property": label}
