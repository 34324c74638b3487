"""The act by which a workspace gets a term of its own: a topic, a unit, a kind of instrument."""

from __future__ import annotations

from collections.abc import Mapping

from ukfr_graph.coding.statement_texts import StatementFiles
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.drafting.terms import read_terms
from ukfr_graph.errors import ParameterError
from ukfr_graph.iris import is_local_name
from ukfr_graph.own_terms import TERM_TYPES


def add_term(
    files: StatementFiles,
    kind: str,
    label: Mapping[str, str],
    definition: Mapping[str, str],
    name: str = "",
) -> StatementFiles:
    """Add a term to a vocabulary, under the namespace of the workspace.

    ``kind`` is a type of terms, such as "Topic"; ``name`` the last part of its id, by default made of the label.

    Raises:
        ParameterError: there is no such type, no label, or the term is there already.
    """
    if kind not in TERM_TYPES:
        raise ParameterError(
            "There is no type %(type)s; there are %(types)s.", type=repr(kind), types=", ".join(TERM_TYPES)
        )
    if not label or not definition:
        raise ParameterError("Give the term a name and a definition.")
    scheme, slug = TERM_TYPES[kind], name or make_slug(next(iter(label.values())))
    if not is_local_name(slug):
        raise ParameterError("%(name)s is no local id: small letters, digits and hyphens.", name=repr(slug))
    if slug in read_terms(scheme) or slug in (files.coding.terms or {}).get(scheme, ()):
        raise ParameterError("%(term)s is there already.", term=f"{scheme}/{slug}")
    return files.add(
        "terms", {"id": f"{scheme}/{slug}", "type": kind, "label": dict(label), "definition": dict(definition)}
    )
