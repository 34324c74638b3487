"""The text index and the search in it, on the curated dataset and on graphs of one's own."""

import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import ParameterError
from ukfr_graph.query.search import search_labels
from ukfr_graph.query.search_results import Found
from ukfr_graph.query.search_words import LONGEST_TEXT
from ukfr_graph.store.text_index import open_index

UKFR = "https://w3id.org/ukfr/ontology#"
ID = "https://w3id.org/ukfr/id/"
CLAUSE = ID + "clause/uk-fr-2016-08-30/"
VOCAB = "https://w3id.org/ukfr/vocab/"


@pytest.fixture(scope="module")
def index(dataset: Path) -> sqlite3.Connection:
    return open_index((dataset / "current").resolve())


def found(results: Found) -> list[str]:
    return [hit.iri for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Colomb", ID + "person/gerard-collomb"),  # it is the beginning of Colombia too
        ("Hollan", ID + "person/francois-hollande"),  # a beginning that is no slip
        ("Dublin3", ID + "instrument/dublin-iii"),
        ("seven thousand people in the camp", CLAUSE + "migrants-present"),
    ],
)
def test_a_slip_that_is_another_words_beginning_and_numbers_as_people_write_them_are_found(
    index: sqlite3.Connection, text: str, iri: str
) -> None:
    assert iri in found(search_labels(index, text, 5))


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Calais", ID + "place/calais"),  # a label
        ("EU", ID + "organisation/european-union"),  # another name
        ("32016L0681", ID + "instrument/pnr-directive"),  # an identifier
        ("an additional 28", ID + "quantity/uk-fr-2016-08-30/networks-2016"),  # a quote
        ("fixé par son empreinte", UKFR + "Expression"),  # a definition
        ("guardian who seek", ID + "collective/unaccompanied-asylum-seeking-children"),  # a summary
    ],
)
def test_every_field_is_searched(index: sqlite3.Connection, text: str, iri: str) -> None:
    assert iri in found(search_labels(index, text, limit=100))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("réaffirmation", "REAFFIRMATION"),
        ("asylum-seeking", "asylum seeking"),
        ("co-operation", "cooperation"),
        ("œuvre", "oeuvre"),
        ("5,000 without housing", "5000 without housing"),
    ],
)
def test_accents_case_hyphens_and_digit_groups_do_not_matter(index: sqlite3.Connection, one: str, other: str) -> None:
    expected = set(found(search_labels(index, one, limit=100)))
    assert expected
    assert set(found(search_labels(index, other, limit=100))) == expected


def test_the_last_word_may_be_unfinished(index: sqlite3.Connection) -> None:
    assert ID + "instrument/dublin-iii" in found(search_labels(index, "Regulation Dubl", limit=100))
    assert search_labels(index, "tunn").total > 0


def test_what_has_every_word_comes_first_and_where_it_is_little_what_has_some(index: sqlite3.Connection) -> None:
    some = search_labels(index, "charter asylum", limit=100)
    assert some.is_partial
    assert CLAUSE + "pnr-flights" in found(some)
    assert ID + "collective/asylum-seekers" in found(some)
    every = search_labels(index, "charter flights", limit=100)
    assert found(every)[0] == CLAUSE + "pnr-flights"


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("guns", VOCAB + "topic/firearms"),
        ("passeurs", VOCAB + "topic/people-smuggling"),
        ("la jungle", ID + "place/calais"),
        ("deportation", VOCAB + "topic/illegal-migration"),
        ("Brexit", VOCAB + "topic/eu-withdrawal"),
        ("convention de Genève", ID + "instrument/refugee-convention"),
    ],
)
def test_everyday_words_find_the_thing_and_the_clauses_on_it(index: sqlite3.Connection, typed: str, iri: str) -> None:
    hits = search_labels(index, typed, limit=100).hits
    assert iri in [hit.iri for hit in hits][:3]


def test_a_clause_is_found_by_another_name_of_its_topic_and_the_hit_says_so(index: sqlite3.Connection) -> None:
    hits = {hit.iri: hit for hit in search_labels(index, "guns", limit=100, prefer="en").hits}
    hit = hits[CLAUSE + "support-weapons-control"]
    assert (hit.field, hit.snippet) == ("about", "firearms (<mark>gun</mark> control, <mark>guns</mark>)")


@pytest.mark.parametrize(
    ("typed", "meant", "iri"),
    [
        ("terorism", "terrorism", VOCAB + "topic/terrorism"),
        ("Callais", "calais", ID + "place/calais"),
        ("Touqet", "touquet", ID + "place/le-touquet"),
        ("chiffremnet", "chiffrement", VOCAB + "topic/encryption"),
    ],
)
def test_a_word_that_nothing_has_is_read_as_the_nearest(
    index: sqlite3.Connection, typed: str, meant: str, iri: str
) -> None:
    result = search_labels(index, typed)
    assert result.corrected == {typed: meant}
    assert iri in found(result)[:3]


def test_a_word_with_nothing_near_is_told_and_the_others_are_searched_for(index: sqlite3.Connection) -> None:
    result = search_labels(index, "zzyzxq Calais")
    assert result.missing == ("zzyzxq",)
    assert ID + "place/calais" in found(result)
    assert search_labels(index, "zzyzxq").total == 0


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("traffickers", VOCAB + "topic/people-smuggling"),
        ("encrypting", VOCAB + "topic/encryption"),
        ("frontière", VOCAB + "topic/border"),
        ("radicalised", VOCAB + "topic/radicalisation"),
    ],
)
def test_other_forms_of_a_word_find_it(index: sqlite3.Connection, typed: str, iri: str) -> None:
    assert iri in found(search_labels(index, typed))[:5]


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("2016/681", ID + "instrument/pnr-directive"),
        ("Directive 2016/681/EU", ID + "instrument/pnr-directive"),
        ("32016L0681", ID + "instrument/pnr-directive"),
        ("règlement 604/2013", ID + "instrument/dublin-iii"),
        ("2013/604", ID + "instrument/dublin-iii"),
        ("ETS 185", ID + "instrument/budapest-convention"),
        ("cm 5832", ID + "instrument/le-touquet-treaty"),
        ("clause 48", CLAUSE + "children-to-uk"),
        ("clause n° 48", CLAUSE + "children-to-uk"),
        ("no. 35", CLAUSE + "security-funding-provided"),
    ],
)
def test_numbers_of_acts_and_clauses_find_them_first(index: sqlite3.Connection, typed: str, iri: str) -> None:
    assert found(search_labels(index, typed))[0] == iri


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("the 20th clause", CLAUSE + "pnr-implementation"),
        ("vingtième clause", CLAUSE + "pnr-implementation"),
        ("clause forty-eight", CLAUSE + "children-to-uk"),
        ("la clause vingt-huit", CLAUSE + "budapest-ratification"),
        ("clause n°39", CLAUSE + "bear-down-on-gangs"),
        ("article 48", CLAUSE + "children-to-uk"),
        ("paragraphe 35", CLAUSE + "security-funding-provided"),
        ("ETS 24", ID + "instrument/european-convention-on-extradition"),
        ("STCE n° 5", ID + "instrument/european-convention-on-human-rights"),
        ("Directive 91/477/CEE", ID + "instrument/directive-91-477"),
        ("PNR directive", ID + "instrument/pnr-directive"),
        ("17 million pounds", ID + "transfer/2016-paid"),
        ("€541m", ID + "transfer/2023-26-agreed"),
    ],
)
def test_numbers_in_words_with_endings_or_leading_zeros_find_what_they_are_of(
    index: sqlite3.Connection, typed: str, iri: str
) -> None:
    assert iri in found(search_labels(index, typed, limit=2, prefer="en"))


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("president Macron", ID + "person/emmanuel-macron"),
        ("la ministre Priti Patel", ID + "person/priti-patel"),
        ("Rudd and Cazeneuve", ID + "person/amber-rudd"),
    ],
)
def test_a_person_is_found_by_surname_whatever_stands_beside_it(
    index: sqlite3.Connection, typed: str, iri: str
) -> None:
    assert iri in found(search_labels(index, typed, limit=2, prefer="en"))


@pytest.mark.parametrize("typed", ["city", "pêche", "died", "Interpol"])
def test_a_word_of_its_own_is_not_read_as_another_that_is_spelled_alike(index: sqlite3.Connection, typed: str) -> None:
    assert search_labels(index, typed).corrected == {}


def test_what_was_observed_comes_before_its_sources(index: sqlite3.Connection) -> None:
    hits = search_labels(index, "£662 million", limit=5).hits
    assert hits[0].iri == ID + "transfer/2026-29-announced"


def test_things_come_before_terms_of_the_schema(index: sqlite3.Connection) -> None:
    kinds = [hit.types for hit in search_labels(index, "statement", limit=100).hits]
    schema = [any(kind.startswith("http://www.w3.org/2002/07/owl#") for kind in types) for types in kinds]
    assert True in schema
    assert not any(schema[:5])


def test_names_in_a_text_are_recognised_the_longest_first(index: sqlite3.Connection) -> None:
    names = search_labels(index, "is the Dublin III Regulation about unaccompanied children").names
    assert (names[0].iri, names[0].words) == (ID + "instrument/dublin-iii", ("dublin", "iii", "regulation"))
    assert (VOCAB + "topic/unaccompanied-children", ("unaccompanied", "children")) in [(n.iri, n.words) for n in names]
    assert [len(name.words) for name in names] == sorted((len(name.words) for name in names), reverse=True)
    assert search_labels(index, "unaccompanied children").is_name
    assert not search_labels(index, "about unaccompanied children in Paris").is_name


def test_the_index_is_searched_by_sqlite_alone(dataset: Path) -> None:
    """What the docstrings say is enough: no function or tokenizer but SQLite's own."""
    plain = sqlite3.connect((dataset / "current" / "search.sqlite").resolve())
    stop = {word for (word,) in plain.execute("SELECT word FROM stop")}
    assert {"the", "les"} <= stop
    (iri,) = plain.execute(
        "SELECT r.iri FROM text JOIN document d ON d.id = text.rowid JOIN resource r ON r.id = d.resource "
        "WHERE text MATCH '{name_stems text_stems about_stems} : \"gun\"' "
        "ORDER BY -bm25(text, 12.0, 8.0, 4.0, 2.0, 3.0, 3.0, 1.5, 9.0, 2.5, 1.5) * r.weight DESC LIMIT 1"
    ).fetchone()
    assert iri == VOCAB + "topic/firearms"


def test_words_in_double_quotes_stand_together(index: sqlite3.Connection) -> None:
    assert search_labels(index, '"criminal networks"').total > 0
    assert search_labels(index, '"networks criminal"').total == 0
    assert search_labels(index, "networks criminal").total >= search_labels(index, '"criminal networks"').total


def test_a_name_counts_more_than_a_quote(index: sqlite3.Connection) -> None:
    hits = search_labels(index, "cybercrime", limit=100).hits
    assert "cybercrime" in hits[0].label.lower()
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_reader_s_language_decides_between_equals(index: sqlite3.Connection) -> None:
    labels = {
        lang: search_labels(index, "France", prefer=lang, types=[UKFR + "State"]).hits[0] for lang in ("en", "fr")
    }
    assert {lang: hit.language for lang, hit in labels.items()} == {"en": "en", "fr": "fr"}
    only_french = search_labels(index, "cooperation", limit=100, language="fr").hits
    assert {hit.language for hit in only_french} == {"fr"}


def test_facets_count_what_the_type_filter_then_gives(index: sqlite3.Connection) -> None:
    everything = search_labels(index, "calais", with_facets=True)
    assert everything.total > everything.facets[0].count > 0
    for facet in everything.facets:
        kept = search_labels(index, "calais", types=[facet.iri], limit=100, with_facets=True)
        assert kept.total == facet.count == len(kept.hits)
        assert all(facet.iri in hit.types for hit in kept.hits)
        assert kept.facets == everything.facets
    clause = next(facet for facet in everything.facets if facet.iri == UKFR + "Clause")
    assert clause.labels == {"en": "clause", "fr": "clause"}


def test_pages_make_up_the_whole(index: sqlite3.Connection) -> None:
    whole = search_labels(index, "the", limit=100)
    pages = [search_labels(index, "the", limit=7, offset=offset) for offset in range(0, 100, 7)]
    assert [hit for page in pages for hit in page.hits][: len(whole.hits)] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total}
    past = search_labels(index, "the", offset=10_000)
    assert (past.total, past.hits) == (whole.total, ())


@pytest.mark.parametrize(
    "text", ["", "  ", "***", '""', "-", "x" * (LONGEST_TEXT + 1), " ".join(map(str, range(10, 27)))]
)
def test_a_text_without_words_or_with_too_many_is_refused(index: sqlite3.Connection, text: str) -> None:
    with pytest.raises(ParameterError):
        search_labels(index, text)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, len(attrs)))


_HOSTILE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [*'"*^:()+-{}|\\\x00\x02', "AND", "OR", "NOT", "NEAR(", "label:", "a*", '"the', "the", "'; DROP", "é"]
        ),
        max_size=9,
    ).map(" ".join),
)


@given(text=_HOSTILE)
def test_nothing_in_the_text_is_an_operator(index: sqlite3.Connection, text: str) -> None:
    try:
        results = search_labels(index, text, limit=5, with_facets=True)
    except ParameterError:
        return
    for hit in results.hits:
        elements = Elements()
        elements.feed(hit.snippet + hit.label_html)
        assert set(elements.found) <= {("mark", 0)}


def test_operators_are_words(index: sqlite3.Connection) -> None:
    assert found(search_labels(index, "calais OR dublin")) == found(search_labels(index, "calais or dublin"))
    assert ID + "place/calais" in found(search_labels(index, "label: calais"))
    assert search_labels(index, "calais -region").total > 0
