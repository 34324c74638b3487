"""Places to read an act: the official addresses that are linked to it, in the reader's language, at its title."""

from __future__ import annotations

from ukfr_graph.site.addresses import find_fragment
from ukfr_graph.site.templates import PUBLISHERS, find_host, name_publisher
from ukfr_graph.site.thing.portrait import Portrait

_IN_ENGLISH = "://eur-lex.europa.eu/legal-content/EN/"


def list_readings(portrait: Portrait) -> list[tuple[str, str]]:
    """List where the thing of a page is read, by publisher and address: what is linked to it, else its sources.

    An address leads to the title on its page where the record has it as published
    (https://wicg.github.io/scroll-to-text-fragment/).
    """
    node = portrait.iri
    title = portrait.text(node, "dcterms:title")
    words = title.value if title and not title.language else ""  # a title in another language is not on the page
    linked = [iri for name in ("skos:exactMatch", "skos:closeMatch") for iri in portrait.nodes(node, name)]
    addresses = [iri for iri in linked if find_host(iri) in PUBLISHERS]
    found: dict[str, str] = {}
    for address in addresses or portrait.nodes(node, "dcterms:source"):
        own = address.replace(_IN_ENGLISH, _IN_ENGLISH.replace("/EN/", f"/{portrait.language.upper()}/"))
        if to := find_fragment(own, words):
            found.setdefault(name_publisher(address), to)
    return list(found.items())
