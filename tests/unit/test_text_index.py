"""The index of texts: made with a version, followed by writes, and noticed where it is damaged."""

import re
import shutil
import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.errors import DatasetError
from ukfr_graph.query.search import search_labels
from ukfr_graph.store import load_graph, open_snapshot, text_pass, verify_version
from ukfr_graph.store.layout import USER_INDEX
from ukfr_graph.store.text_documents import READ, read_documents
from ukfr_graph.store.text_facts import ReadFacts, StoreFacts
from ukfr_graph.store.text_index import make_index, open_index

UKFR = "https://w3id.org/ukfr/ontology#"
ID = "https://w3id.org/ukfr/id/"
IRIS = st.sampled_from([f"https://example.org/{name}" for name in "abcd"])
TEXTS = st.sampled_from(
    ["Calais", "co-operation of 5,000", "Dublin III (recast)", "", "\u0007", "CETS No. 024", "2016/1"]
)
LITERALS = st.builds(ox.Literal, TEXTS, language=st.sampled_from([None, "en", "fr", "en-GB"]))
QUADS = st.builds(
    ox.Quad,
    st.one_of(st.builds(ox.NamedNode, IRIS), st.builds(ox.BlankNode, st.sampled_from(["x", "y"]))),
    st.sampled_from(sorted(READ, key=str)),
    st.one_of(st.builds(ox.NamedNode, IRIS), st.builds(ox.BlankNode, st.sampled_from(["x", "y"])), LITERALS),
    st.one_of(st.just(ox.DefaultGraph()), st.builds(ox.NamedNode, IRIS)),
)


@pytest.fixture
def own(dataset: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


def load(root: Path, text: str, *, replace: bool = False) -> sqlite3.Connection:
    path = root.parent / "mine.ttl"
    path.write_text(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        + text
    )
    load_graph([path], "https://example.org/mine", root, replace=replace)
    verify_version(root)
    return open_index((root / "current").resolve(), USER_INDEX)


def test_graphs_of_one_s_own_are_found_until_they_are_changed(own: Path) -> None:
    index = load(own, '<https://example.org/x> a <https://example.org/Kind> ; rdfs:label "A <b>zzyzx</b> & road"@en .')
    (hit,) = search_labels(index, "zzyz").hits
    assert (hit.iri, hit.types) == ("https://example.org/x", ("https://example.org/Kind",))
    assert hit.label_html == "A &lt;b&gt;<mark>zzyzx</mark>&lt;/b&gt; &amp; road"
    index = load(own, '<https://example.org/x> rdfs:label "Another"@en .', replace=True)
    assert search_labels(index, "zzyz").total == 0
    assert search_labels(index, "Another").hits[0].types == ()
    curated = open_index((own / "current").resolve())
    assert search_labels(curated, "zzyzx").total == 0
    assert search_labels(curated, "Calais").total == search_labels(curated, "Calais", limit=1).total > 10


def test_another_name_that_a_user_gives_finds_the_curated_thing(own: Path) -> None:
    index = load(own, f'<{ID}place/calais> skos:altLabel "Kales"@nl .')
    (hit,) = search_labels(index, "kales", with_facets=True).hits
    assert (hit.types[0], hit.graph) == (UKFR + "Place", "https://example.org/mine")
    assert search_labels(open_index((own / "current").resolve()), "kales").total == 0


def test_an_index_that_followed_writes_says_what_a_new_one_says(own: Path, tmp_path: Path) -> None:
    load(own, '<https://example.org/x> a skos:Concept ; skos:prefLabel "first"@en, "premier"@fr .')
    index = load(own, f'<{ID}state/france> rdfs:label "Hexagon"@en . <https://example.org/x> skos:altLabel "one"@en .')
    make_index(open_snapshot(own).store, tmp_path / "fresh.sqlite", [ox.NamedNode("https://example.org/mine")])
    fresh = sqlite3.connect(tmp_path / "fresh.sqlite")
    for text in ("first", "one", "premier", "hexagon", "france", "calais"):
        one, other = (search_labels(i, text, limit=100, with_facets=True) for i in (index, fresh))
        assert one.facets == other.facets
        assert {(h.iri, h.label, h.types, h.snippet) for h in one.hits} == {
            (h.iri, h.label, h.types, h.snippet) for h in other.hits
        }


def test_the_same_content_gives_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    store = open_snapshot(dataset).store
    for name in ("a", "b"):
        make_index(store, tmp_path / name)
    assert (
        (tmp_path / "a").read_bytes()
        == (tmp_path / "b").read_bytes()
        == (dataset / "current" / "search.sqlite").read_bytes()
    )


def test_an_index_that_processes_made_of_the_file_is_that_of_the_store(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_pass, "_LARGE_BYTES", 0)
    text_pass.make_index_of_files(tmp_path / "index", None, dataset / "dataset.nq")
    assert (tmp_path / "index").read_bytes() == (dataset / "current" / "search.sqlite").read_bytes()
    (tmp_path / "broken.nq").write_text('<urn:a> <urn:p> "b" <urn:g> .\nno quad\n')
    with pytest.raises(DatasetError, match=r"broken\.nq could not be made"):
        text_pass.make_index_of_files(tmp_path / "none", None, tmp_path / "broken.nq")


def test_an_index_of_large_files_of_users_is_that_of_the_store(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_pass, "_LARGE_BYTES", 0)
    load(own, f'<https://example.org/x> rdfs:label "zzyzx"@en ; <http://purl.org/dc/terms/subject> <{ID}topic/x> .')
    folder = (own / "current").resolve()
    snapshot = open_snapshot(own)
    make_index(snapshot.store, tmp_path / "index", [ox.NamedNode("https://example.org/mine")])
    assert (folder / "user.sqlite").read_bytes() == (tmp_path / "index").read_bytes()


@settings(max_examples=60, deadline=None)
@given(st.lists(QUADS, max_size=25))
def test_facts_that_were_read_once_say_what_a_store_says(quads: list[ox.Quad]) -> None:
    store = ox.Store()
    store.extend(quads)
    looked_up, read = StoreFacts(store), ReadFacts(READ)
    assert read.read([*quads, *quads]) == {q.graph_name for q in quads if not isinstance(q.graph_name, ox.BlankNode)}
    assert [list(read_documents(read, g)) for g in read.sorted_graphs()] == [
        list(read_documents(looked_up, g)) for g in read.sorted_graphs()
    ]


def test_a_dataset_without_an_index_says_what_to_do_and_gets_one_with_the_next_write(own: Path) -> None:
    version = (own / "current").resolve()
    checksums = version / "store.json"
    text = re.sub(r',\s*"search\.sqlite": \{[^}]*\}', "", checksums.read_text()).replace(
        '"store/', '"'
    )  # as it was before
    checksums.write_text(text)
    (version / "search.sqlite").unlink()
    verify_version(own)
    with pytest.raises(DatasetError, match="ukfr-graph build"):
        open_index(version)
    index = load(own, '<https://example.org/x> rdfs:label "zzyzx"@en .')
    assert search_labels(index, "zzyzx").total == 1
    assert search_labels(open_index((own / "current").resolve()), "Calais").total > 10


def test_a_damaged_index_is_noticed_where_it_is_opened_and_harms_nothing_else(own: Path) -> None:
    path = (own / "current").resolve() / "search.sqlite"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    verify_version(own)
    with pytest.raises(DatasetError, match=r"search\.sqlite of the version .* is not what it was"):
        open_index(path.parent)


def test_marks_in_the_data_are_not_ours(own: Path) -> None:
    index = load(own, '<https://example.org/x> rdfs:label "qq\\u0002bold\\u0003 </mark><script>"@en .')
    (hit,) = search_labels(index, "qq").hits
    assert hit.label_html == "<mark>qq</mark> bold &lt;/mark&gt;&lt;script&gt;"


def test_blank_nodes_have_no_address_and_are_not_found(own: Path) -> None:
    assert search_labels(load(own, '[] rdfs:label "nowhere-to-go"@en .'), "nowhere-to-go").total == 0
