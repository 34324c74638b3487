"""Names near a text, held against scikit-learn's weights of n-grams."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from support.titles import TITLES
from ukfr_graph.link import name_index
from ukfr_graph.link.name_index import NameIndex
from ukfr_graph.link.spelling import fold

words = st.text(st.characters(categories=["L", "N", "P", "Zs", "M"]), max_size=30)
syllables = st.lists(
    st.sampled_from(["a", "ab", "ba", "aba", "Éa", "œ", "١٢", "条約", "𝒜b", "…", "\ud800", "l'ab"]), max_size=6
)
near_words = st.builds(str.join, st.sampled_from(["", " ", "-", "_"]), syllables)
names = st.lists(near_words | words, max_size=8)


def test_doctests_of_the_module() -> None:
    assert doctest.testmod(name_index).failed == 0


@given(names, names)
def test_scores_and_order_are_those_of_scikit_learn(given_names: list[str], texts: list[str]) -> None:
    rows = NameIndex(given_names).search(texts, len(given_names))
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), lowercase=False, sublinear_tf=True)
    try:
        matrix = vectorizer.fit_transform(map(fold, given_names))
    except ValueError:  # no name has a letter
        assert rows == [[] for _ in texts]
        return
    cosines = (vectorizer.transform([*map(fold, texts), ""]) @ matrix.T).toarray()[:-1]  # it refuses none
    for row, expected in zip(rows, cosines, strict=True):
        scores = np.zeros(len(given_names))
        scores[[at for at, _ in row]] = [score for _, score in row]
        assert scores == pytest.approx(expected, abs=1e-5)
        ordered = expected[[at for at, _ in row]]
        assert np.all(ordered[:-1] >= ordered[1:] - 1e-5)


@given(names, names, st.integers(1, 9))
def test_a_search_for_many_and_for_few_is_a_search_for_one_and_for_all(
    given_names: list[str], texts: list[str], limit: int
) -> None:
    index = NameIndex(given_names)
    assert index.search(texts, limit) == [index.search([text], len(given_names))[0][:limit] for text in texts]


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


@pytest.mark.parametrize("given_names", [[], [""], ["…", "—"]])
def test_an_index_without_a_letter_finds_nothing(given_names: list[str]) -> None:
    assert NameIndex(given_names).search(["Calais"], 5) == [[]]
