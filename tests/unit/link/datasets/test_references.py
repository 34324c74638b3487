"""Identifiers of treaties and acts, in the spellings that people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.link.datasets.references import find_references, read_identifiers


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX%3A32016L0681", "celex:32016L0681"),
        ("http://eur-lex.europa.eu/LexUriServ/LexUriServ.do?uri=CELEX:32016L0681:EN:HTML", "celex:32016L0681"),
        ("http://publications.europa.eu/resource/celex/32016L0681", "celex:32016L0681"),
        ("32016l0681", "celex:32016L0681"),
        ("02016L0681-20160504", "celex:32016L0681"),
        ("http://data.europa.eu/eli/dir/2016/681/oj/eng/pdf", "celex:32016L0681"),
        ("https://eur-lex.europa.eu/eli/dec_framw/2002/584/oj", "eli:dec_framw/2002/584/oj"),
        ("http://data.europa.eu/eli/reg/2013/604/2013-06-29", "celex:32013R0604"),
        ("STE no 185", "cets:185"),
        ("ets 185", "cets:185"),
        ("CETS-185", "cets:185"),
        ("STCE n° 185", "cets:185"),
        ("Treaty No. 185", "cets:185"),
        ("European Treaty Series - No. 185", "cets:185"),
        ("Série des traités européens - n° 185", "cets:185"),
        ("https://www.coe.int/en/web/conventions/full-list?module=treaty-detail&treatynum=185", "cets:185"),
        ("United Nations, Treaty Series, vol. 189, p. 137", "unts:189-137"),
        ("189 U.N.T.S. 137", "unts:189-137"),
        ("Registration No. 40916", "unts-number:I-40916"),
        ("cmnd. 3906", "command:cmnd-3906"),
        ("Cmnd. 3,906", "command:cmnd-3906"),
        ("UKTS No 21/2011", "ukts:2011-21"),
        ("http://treaties.fcdo.gov.uk/data/Library2/html/2087.html", "fcdo:2087"),
        ("https://treaties.fco.gov.uk/data/Library2/html/2087.html", "fcdo:2087"),
        ("https://doi.org/10.1000/ABC", "doi:10.1000/abc"),
        ("maej1123570d", "nor:MAEJ1123570D"),
    ],
)
def test_everyday_spellings_of_an_identifier_are_one(text: str, reference: str) -> None:
    assert reference in find_references(text)
    assert reference in read_identifiers(text)


@given(
    st.integers(1, 230),
    st.sampled_from(["ETS", "CETS", "STE", "STCE", "ets"]),
    st.sampled_from([" No. ", " ", " n° ", "-", ""]),
)
def test_numbers_of_the_council_of_europe_are_read_in_any_spelling(number: int, series: str, between: str) -> None:
    assert find_references(f"see {series}{between}{number:03d}.") == {f"cets:{number}"}


@given(st.text(max_size=60))
def test_any_text_has_identifiers_or_none(text: str) -> None:
    assert all(":" in reference for reference in find_references(text))
    assert read_identifiers(text) <= find_references(text)
