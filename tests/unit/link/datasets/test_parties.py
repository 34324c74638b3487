"""Names and codes of parties, as the states that they meant then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.link.datasets.parties import read_party


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("Democratic People's Republic of Korea", "2000", "KP"),
        ("Korea (Democratic People's Republic of)", "", "KP"),
        ("République populaire démocratique de Corée", "", "KP"),
        ("Korea, Republic of", "", "KR"),
        ("Korea", "1900", "XKO"),
        ("Democratic Republic of the Congo", "2003", "CD"),
        ("Zaire", "1980", "CD"),
        ("Congo", "2001", "CG"),
        ("Congo-Brazzaville", "1965", "CG"),
        ("People's Democratic Republic of Yemen", "1975", "YD"),
        ("Yemen Arab Republic", "1975", "YE"),
        ("Republic of Yemen", "2001", "YE"),
        ("Republic of China", "1930", "CN"),
        ("Republic of China", "1950", "TW"),
        ("Taiwan, Province of China", "", "TW"),
        ("People's Republic of China", "1950", "CN"),
        ("Republic of Vietnam", "1960", "XVR"),
        ("Democratic Republic of Vietnam", "1960", "VN"),
        ("Viet Nam", "2001", "VN"),
        ("German Democratic Republic", "1975", "DD"),
        ("Federal Republic of Germany", "1975", "DE"),
        ("Allemagne", "", "DE"),
        ("Ottoman Empire", "1856", "TR"),
        ("Türkiye", "2023", "TR"),
        ("USSR", "1970", "SU"),
        ("Russia", "1900", "RU"),
        ("Russia", "1970", "SU"),
        ("Yugoslavia", "1970", "YU"),
        ("Czech and Slovak Federal Republic", "1991", "XCS"),
        ("EUE", "", "EU"),
        ("EUU", "", "EU"),
        ("ROM", "", "RO"),
        ("826", "", "GB"),
        ("SUN", "", "SU"),
        ("CSK", "", "XCS"),
        ("UKG", "", "GB"),
        ("Kingdom of Spain", "", "ES"),
        ("Government of the French Republic", "", "FR"),
    ],
)
def test_a_name_or_code_is_the_state_that_it_meant_then(name: str, on: str, code: str) -> None:
    assert read_party(name, on).code == code


@pytest.mark.parametrize(
    ("name", "on"),
    [("Korea", "1975"), ("Vietnam", "1960"), ("Republic of the Congo", "1962"), ("Ruritania", ""), ("AUS", ""), ("CS", ""),
     ("State of Vietnam", "1950"), ("Democratic Republic of Germany", ""), ("Virgin Islands", ""), ("Republic of Ruritania", "")],
)  # fmt: skip
def test_what_could_be_several_states_or_none_is_unknown_and_told(name: str, on: str) -> None:
    party = read_party(name, on)
    assert not party.code.isupper()
    assert "compared by its name" in party.note


@given(st.text(max_size=40), st.sampled_from(["", "1850", "1950-06-01", "2020-01"]))
def test_any_text_is_a_party_or_told(name: str, on: str) -> None:
    party = read_party(name, on)
    assert party.code.isupper() or party.note or not party.code


@pytest.mark.parametrize("name", ["Gibraltar", "Gibraltar (UK)", "Hong Kong, China", "Isle of Man", "Macao SAR", "IMN"])
def test_a_dependency_is_no_state(name: str) -> None:
    assert read_party(name).is_territory
