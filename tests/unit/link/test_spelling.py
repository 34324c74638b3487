"""Names: what folds to the same, and which names are near."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.link import spelling
from ukfr_graph.link.spelling import NameIndex, fold

TITLES = [
    "Treaty between the United Kingdom and France concerning the Channel Fixed Link",
    "Protocol between the United Kingdom and France concerning frontier controls",
    "Additional Protocol to the Protocol concerning frontier controls",
    "Treaty of Le Touquet",
    "Convention on Cybercrime",
    "Convention sur la cybercriminalité",
]
words = st.text(st.characters(categories=["L", "N", "P", "Zs", "M"]), max_size=30)


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


@given(st.lists(words, min_size=1, max_size=8), st.data())
def test_a_name_finds_itself_with_one(given_names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(given_names))
    found = dict(NameIndex(given_names).search([name], len(given_names))[0])
    assert not fold(name) or found[given_names.index(name)] == 1


@given(st.lists(words, min_size=2, max_size=8))
def test_nearness_is_symmetric_ordered_and_within_bounds(given_names: list[str]) -> None:
    rows = NameIndex(given_names).search(given_names, len(given_names))
    scores = [dict(row) for row in rows]
    for one, row in enumerate(rows):
        assert row == sorted(row, key=lambda pair: (-pair[1], pair[0]))
        for other, score in row:
            assert 0 < score <= 1
            assert scores[other][one] == pytest.approx(score, abs=2e-5)


def test_a_protocol_is_nearer_to_itself_than_to_its_mother() -> None:
    (found,) = NameIndex(TITLES).search(["additional protocol concerning frontier controls"], 2)
    assert [at for at, _ in found] == [2, 1]


def test_equally_near_names_come_in_their_order_and_the_limit_holds() -> None:
    index = NameIndex(["Calais", "Paris", "CALAIS", "calais"])
    assert index.search(["Calais"], 2) == [[(0, 1.0), (2, 1.0)]]
    assert index.search(["Calais"], 3) == [[(0, 1.0), (2, 1.0), (3, 1.0)]]
    assert index.search(["Calais"], 0) == [[]]


def test_many_texts_are_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*TITLES, "", "…", "zzz"] * 3
    whole = NameIndex(TITLES).search(texts, 3)
    monkeypatch.setattr(spelling, "_CELLS", 14)  # two texts at a time
    assert NameIndex(TITLES).search(texts, 3) == whole


@pytest.mark.parametrize("given_names", [[], [""], ["…", "—"]])
def test_an_index_without_a_letter_finds_nothing(given_names: list[str]) -> None:
    assert NameIndex(given_names).search(["Calais"], 5) == [[]]
