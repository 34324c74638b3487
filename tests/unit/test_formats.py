import pytest

from ukfr_graph.errors import NotAcceptableError, SettingsError
from ukfr_graph.query import find_format, negotiate, prefers_html
from ukfr_graph.query.formats import Kind

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        (None, "solutions", "json"),
        ("", "solutions", "json"),
        ("*/*", "solutions", "json"),
        ("*/*", "graph", "ttl"),
        ("*/*", "boolean", "json"),
        ("application/json", "solutions", "json"),
        ("application/json", "graph", "jsonld"),
        ("text/csv", "solutions", "csv"),
        ("text/*", "graph", "ttl"),
        ("application/sparql-results+xml;q=0.9, text/tab-separated-values;q=1.0", "solutions", "tsv"),
        ("application/rdf+xml, text/turtle;q=0.5", "graph", "rdf"),
        ("text/csv;q=0, */*;q=0.1", "solutions", "json"),
        ("application/sparql-results+json, text/turtle", "graph", "ttl"),
    ],
)
def test_the_format_that_the_client_likes_best_is_chosen(accept: str | None, kind: Kind, name: str) -> None:
    assert negotiate(accept, kind).name == name


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("image/png", "solutions"), ("text/turtle", "solutions"), ("text/csv", "boolean"), ("rubbish", "graph")],
)
def test_a_header_that_nothing_fits_is_refused_with_what_there_is(accept: str, kind: Kind) -> None:
    with pytest.raises(NotAcceptableError, match="it is given as"):
        negotiate(accept, kind)


def test_a_browser_prefers_a_page_and_a_client_does_not() -> None:
    assert prefers_html(BROWSER)
    assert not prefers_html("*/*")
    assert not prefers_html("text/csv, text/html;q=0.5")
    assert not prefers_html(None)


def test_a_format_that_cannot_hold_the_answer_is_refused() -> None:
    assert find_format("csv", "solutions").media_type == "text/csv"
    with pytest.raises(SettingsError, match="use one of ttl"):
        find_format("csv", "graph")
