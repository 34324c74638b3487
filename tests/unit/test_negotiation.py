"""Choosing a form and a profile, whatever a header holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import NotAcceptableError
from ukfr_graph.site.negotiation import (
    FULL,
    GRAPH_VARIANTS,
    PAGE,
    PROFILES,
    RESOURCE_VARIANTS,
    SUMMARY,
    match_profile,
    match_variant,
    to_uri,
)

TYPES = [variant.media_type for variant in RESOURCE_VARIANTS]
QUALITIES = st.integers(0, 1000).map(lambda n: n / 1000)


@given(st.dictionaries(st.sampled_from(TYPES), QUALITIES, min_size=1))
def test_the_best_liked_form_is_chosen(liked: dict[str, float]) -> None:
    accept = ", ".join(f"{name};q={quality}" for name, quality in liked.items())
    if max(liked.values()) == 0:
        with pytest.raises(NotAcceptableError):
            match_variant(accept, RESOURCE_VARIANTS)
    else:
        assert liked[match_variant(accept, RESOURCE_VARIANTS).media_type] == max(liked.values())


@given(st.text(max_size=300))
def test_any_header_gets_one_of_the_forms_or_a_refusal(accept: str) -> None:
    try:
        assert match_variant(accept, RESOURCE_VARIANTS) in RESOURCE_VARIANTS
    except NotAcceptableError as error:
        assert "text/turtle" in str(error)
    assert match_profile(accept) in PROFILES


def test_a_page_is_for_those_who_name_it() -> None:
    assert match_variant("*/*", RESOURCE_VARIANTS) != PAGE
    assert match_variant("text/html, */*;q=0.9", RESOURCE_VARIANTS) == PAGE
    assert match_variant("application/xhtml+xml", RESOURCE_VARIANTS) == PAGE
    with pytest.raises(NotAcceptableError):
        match_variant("text/html", GRAPH_VARIANTS)


def test_an_overlong_header_is_refused() -> None:
    with pytest.raises(NotAcceptableError, match="2000"):
        match_variant("text/turtle," * 1000, RESOURCE_VARIANTS)


@given(QUALITIES, QUALITIES)
def test_the_best_liked_profile_is_chosen(full: float, summary: float) -> None:
    header = f"<https://example.org/other>, <{FULL.iri}>;q={full}, <{SUMMARY.iri}>; q={summary}"
    assert match_profile(header) == (SUMMARY if summary > full else FULL)


@given(st.text(max_size=100))
def test_an_iri_in_a_header_is_ascii_without_what_could_end_it(iri: str) -> None:
    assert re.fullmatch(r"[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]*", to_uri(iri.encode("utf-8", "ignore").decode()))
