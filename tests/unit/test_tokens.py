from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.tokens import list_tokens, read_tokens

PIECES = ("ASK", "{", "}", "?s", "<http://a/p#q>", "'a  b'", '"x # y"', "'''l\n  m'''", "ex:a\\#b", "# note\n", "#", " ", "\n", "\t", ".", "1", "<", "> ", "\\'", "'")  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_every_character_is_in_one_token(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(token.text for token in read_tokens(text)) == text


PREFIXES = (
    "PREFIX ex: <http://a/p#>\n",
    "prefix\tb-c: <http://b/> ",
    "PREFIX : <urn:x> ",
    "PREFIX ex: <urn:x>",
    "BASE <urn:x> ",
)


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from((*PREFIXES, " ", "#")), max_size=5),
    st.lists(st.sampled_from((*PIECES, *PREFIXES, "(", ")")), max_size=14),
)
def test_prefixes_that_are_known_change_no_token(prefixes: list[str], pieces: list[str]) -> None:
    text = "".join((*prefixes, *pieces))
    assert list_tokens(text) == tuple(token for token in read_tokens(text) if token.kind != "space")
