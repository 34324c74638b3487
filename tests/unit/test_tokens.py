from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.tokens import normalize, read_tokens

PIECES = ("ASK", "{", "}", "?s", "<http://a/p#q>", "'a  b'", '"x # y"', "'''l\n  m'''", "ex:a\\#b", "# note\n", "#", " ", "\n", "\t", ".", "1", "<", "> ", "\\'", "'")  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_every_character_is_in_one_token(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(token.text for token in read_tokens(text)) == text


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.lists(st.sampled_from(PIECES), max_size=14))
def test_texts_with_one_normal_form_have_the_same_tokens(one: list[str], other: list[str]) -> None:
    """Or else the answer to one query would be given to another."""
    first, second = "".join(one), "".join(other)

    def code(text: str) -> list[str]:
        return [token.text for token in read_tokens(text) if token.kind != "space"]

    if normalize(first) == normalize(second):
        assert code(first) == code(second)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("ASK { ?s ?p ?o }", "ASK  {\n?s ?p # what\n ?o }", True),
        ("ASK { ?s ?p 'a b' }", "ASK { ?s ?p 'a  b' }", False),
        ("ASK { ?s ?p 1 # x\n }", "ASK { ?s ?p 1 # x }", False),
        ("ASK { ?s ex:a\\#b 1 }", "ASK { ?s ex:a\\#c 1 }", False),
        ("ASK { <http://a/#b> ?p 1 }", "ASK { <http://a/#c> ?p 1 }", False),
        ("ASK { ?s ?p '''a\n b''' }", "ASK { ?s ?p '''a b''' }", False),
    ],
)
def test_only_what_means_the_same_has_one_normal_form(one: str, other: str, is_same: bool) -> None:
    assert (normalize(one) == normalize(other)) is is_same


@given(
    st.sampled_from(
        ["ASK { ?s ?p 'x  y' }", "ASK { <urn:a> <urn:b>  'x y' # c\n }", "ASK {\n BIND ('''a\n\n''' AS ?x) }"]
    )
)
def test_a_normal_form_is_still_the_same_query(text: str) -> None:
    store = ox.Store()
    store.update("INSERT DATA { <urn:a> <urn:b> 'x y' }")
    assert bool(store.query(normalize(text))) == bool(store.query(text))
