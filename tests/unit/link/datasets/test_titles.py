"""Titles: whose they are, and what they are without place and day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.link.datasets.dates import Day
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.titles import bare_title


@pytest.mark.parametrize(
    "title",
    [
        "Additional Protocol to the Convention on Cybercrime", "Protocol amending the Convention on Cybercrime",
        "Reservations to the Convention on Cybercrime", "Accession of Ruritania to the Convention on Cybercrime",
        "Council Decision authorising ratification of the Convention on Cybercrime", "Withdrawal from the Treaty of Paris",
        "Protocole additionnel à la Convention sur la cybercriminalité", "Règlement abrogeant le règlement 604/2013",
        "Loi autorisant l'approbation de la convention sur la cybercriminalité", "Regulation repealing Regulation 604/2013",
        "Act implementing the Convention on Cybercrime", "Explanatory Report to the Convention on Cybercrime",
    ],
)  # fmt: skip
def test_words_of_derivation_make_another_instrument(title: str) -> None:
    assert read_kind(title)[1]


@pytest.mark.parametrize(
    "title",
    ["Treaty concerning the implementation of frontier controls at the sea ports of both countries", "Convention on Cybercrime",
     "Convention relating to the Status of Refugees", "Convention on Extradition, as amended by its Protocol"],
)  # fmt: skip
def test_a_treaty_about_a_matter_is_itself(title: str) -> None:
    assert not read_kind(title)[1]


def titles() -> Iterator[str]:
    yield from (
        "{}. Geneva, 28 July 1951",
        "{} (Geneva, 28 July 1951)",
        "{}, done at Geneva on 28 July 1951",
        "{} of 28 July 1951",
    )
    yield from (
        "{}, signed at Geneva, July 28, 1951",
        "{} [28.7.1951]",
        "{}, fait à Genève le 28 juillet 1951",
        "{} - Genève, 28.VII.1951",
    )


@pytest.mark.parametrize("form", list(titles()))
def test_a_title_is_read_without_place_and_day(form: str) -> None:
    name = "Convention relating to the Status of Refugees"
    assert bare_title(form.format(name)) == bare_title(form.format(name)).__class__(name, Day(1951, 7, 28))


@given(st.text(max_size=60))
def test_any_title_has_a_bare_title(text: str) -> None:
    bare = bare_title(text)
    assert len(bare.text) <= len(text)


def test_the_day_in_the_title_of_a_change_may_be_the_others() -> None:
    title = "Protocol amending the Convention on Air Services, signed at Paris on 4 May 1950"
    assert bare_title(title).day is None
