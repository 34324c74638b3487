"""Spellings of names that fold to the same."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.titles import TITLES
from ukfr_graph.link import spelling
from ukfr_graph.link.spelling import fold


def test_doctests_of_the_module() -> None:
    assert doctest.testmod(spelling).failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ministère de l’Intérieur", "MINISTERE DE L'INTERIEUR"),
        ("Royaume-Uni", "royaume uni"),
        ("e\u0301tat", "état"),
        ("ﬁchier", "fichier"),
        ("Straße", "STRASSE"),
        ("aujourd’hui", "aujourd'hui"),
        ("jusqu’à Calais", "à Calais"),
        ("Łódź", "Lodz"),
        ("n° 604/2013", "No 604/2013"),
        ("nº 604/2013", "No. 604/2013"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_names_stay_different() -> None:
    assert len({fold(title) for title in TITLES}) == len(TITLES)
    assert fold("Dublin II") != fold("Dublin III")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
