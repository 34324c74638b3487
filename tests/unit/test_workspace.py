import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

import ukfr_graph
from ukfr_graph import iris
from ukfr_graph.build import Built, build_graphs, write_dataset
from ukfr_graph.errors import DataError, QueryError, SettingsError
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.resources import data_folder
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.store import install_dataset, next_version, open_snapshot, read_profile, staging_folder
from ukfr_graph.workspace import read_workspaces

WORKSPACES = Path(__file__).parents[1] / "workspaces"
HARBOURS, FERRIES = WORKSPACES / "costa-verde-norland", WORKSPACES / "norland-isles"
OWN = "https://example.org/costa-verde/"
HEAD = "'@context':\n  - https://w3id.org/ukfr/context.jsonld\n  - '@base': {base}\n'@graph':\n"


@pytest.fixture(scope="module")
def harbours() -> Built:
    return build_graphs(HARBOURS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HARBOURS, tmp_path / "copy"))


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        build_graphs(folder)
    return [str(problem) for problem in caught.value.problems]


def values(built: Built, subject: str, predicate: str) -> set[str]:
    node, key = ox.NamedNode(subject), ox.NamedNode(predicate)
    return {
        getattr(triple.object, "value", "")
        for graph in built.graphs.values()
        for triple in graph
        if triple.subject == node and triple.predicate == key
    }


def test_records_and_terms_stand_under_the_namespace_of_their_workspace(harbours: Built) -> None:
    clause = OWN + "id/clause/cv-no-2019-05-14/open-harbours"
    assert values(harbours, clause, iris.DCTERMS + "subject") == {OWN + "vocab/topic/harbours"}
    assert values(harbours, clause, iris.UKFR + "holder") == {
        OWN + f"id/government/{n}" for n in ("norland", "costa-verde")
    }
    named = {t.subject.value for g in harbours.graphs.values() for t in g if isinstance(t.subject, ox.NamedNode)}
    assert not [iri for iri in named if iri.startswith(iris.ID)]


def test_an_own_term_joins_the_bundled_vocabulary_of_its_kind(harbours: Built) -> None:
    dollar, harbour = OWN + "vocab/unit/dollar", OWN + "vocab/topic/harbours"
    assert values(harbours, dollar, iris.SKOS + "inScheme") == {iris.VOCABULARY + "unit"}
    assert values(harbours, dollar, iris.SKOS + "prefLabel") == {"dollar", "dólar"}
    assert values(harbours, harbour, iris.SKOS + "broader") == {OWN + "vocab/topic/fisheries"}
    tops = values(harbours, iris.VOCABULARY + "topic", iris.SKOS + "hasTopConcept")
    assert OWN + "vocab/topic/fisheries" in tops
    assert harbour not in tops


def test_a_term_of_no_kind_and_one_outside_its_vocabulary_are_told(copy: Path) -> None:
    change(copy / "vocab/terms.yaml", "type: Unit", "type: Currency")
    assert "'Currency' is no type of terms" in problems_of(copy)[0]
    change(copy / "vocab/terms.yaml", "type: Currency", "type: Topic")
    assert "a Topic is in 'topic/'" in problems_of(copy)[0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("      es: Abrir 3 puertos\n", "", "is written in en, and not in en, es"),
        ("      es: Abrir 3 puertos\n", "      fr: Ouvrir 3 ports\n", "is written in en, fr, and not in en, es"),
    ],
)
def test_a_text_is_written_in_the_languages_of_the_workspace_and_no_other(
    copy: Path, before: str, after: str, told: str
) -> None:
    change(copy / "statements/cv-no-2019-05-14.yaml", before, after)
    (problem,) = problems_of(copy)
    assert "clause/cv-no-2019-05-14/open-harbours" in problem
    assert told in problem


def test_a_record_names_what_another_workspace_has_by_its_id_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "entities").mkdir(parents=True)
    (folder / "workspace.yaml").write_text("namespace: https://example.org/mine/\nlanguages: [en]\n")
    head = HEAD.format(base="https://example.org/mine/id/")
    ministry = "  - id: ministry/of-tides\n    type: Ministry\n    label: {en: Ministry of Tides}\n"
    (folder / "entities/mine.yaml").write_text(head + ministry + "    partOfGovernment: government/france\n")
    built = build_graphs(folder)
    mine = "https://example.org/mine/id/ministry/of-tides"
    assert values(built, mine, iris.UKFR + "partOfGovernment") == {iris.ID + "government/france"}
    (folder / "entities/mine.yaml").write_text(head + ministry.replace("of-tides", "interior-france"))
    assert "https://w3id.org/ukfr/id/ministry/interior-france has the same name" in problems_of(folder)[0]


def test_workspaces_extend_one_another_and_keep_their_own_credits() -> None:
    built = build_graphs(read_workspaces([HARBOURS, FERRIES]))
    profile = built.profile
    assert profile.title == {"en": "Norland and the Isles, ferry by ferry"}
    assert profile.languages == ("en", "es")
    with iris.using(profile.namespaces):
        assert {iris.local_id(state) for state in profile.states} == {
            f"state/{n}" for n in ("costa-verde", "norland", "norland-of-isles", "isles")
        }
    assert [credit["en"] for credit in profile.attribution] == ["Source text: the Harbour Gazette."]
    assert profile.license == ""
    assert profile.namespaces == {"cv": OWN, "isles": "https://example.org/isles/"}


def test_what_a_workspace_extends_comes_first_and_only_as_far_as_it_asks(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    file = tmp_path / "w/workspace.yaml"
    for extends, names, parts in (("none", ["w"], 7), ("entities", ["data", "w"], 2), ("bundled", ["data", "w"], 7)):
        file.write_text(f"extends: {extends}\n")
        workspaces = read_workspaces([tmp_path / "w"])
        assert [workspace.folder.name for workspace in workspaces] == names
        assert len(workspaces[0].parts) == parts
    assert [w.folder for w in read_workspaces([data_folder()])] == [data_folder()]


def test_the_bundled_workspace_is_whole_where_it_is_given_though_another_extends_its_entities(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w/workspace.yaml").write_text("extends: entities\n")
    found = read_workspaces([data_folder(), tmp_path / "w"])
    assert [(w.folder.name, w.is_whole) for w in found] == [("data", True), ("w", True)]


def test_a_workspace_of_which_only_entities_are_read_says_nothing_of_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w/workspace.yaml").write_text("title: {en: Mine}\nextends: entities\n")
    profile = build_graphs(tmp_path / "w").profile
    assert (profile.title["en"], profile.about, profile.states, profile.questions) == ("Mine", {}, (), ())
    assert [credit["en"] for credit in profile.attribution] == ["Coordinates: GeoNames, CC BY 4.0."]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("colour: red", "'colour': there is no such key"),
        ("languages: [English]", "'languages.0'"),
        ("namespace: example.org/x", "begins with https://"),
        ("prefix: id", "small letters and digits"),
        ("extends: everything", "'bundled', 'entities' or 'none'"),
        ("license: mine", "begins with https://"),
        ("states: [atlantis]\nextends: none", "there is no record state/atlantis"),
        ("- a list", "not a mapping"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_with_its_file(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "workspace.yaml").write_text(line + "\n")
    (problem,) = problems_of(tmp_path)
    assert problem.startswith("workspace.yaml")
    assert told in problem


def test_a_folder_that_is_no_workspace_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no workspace.*ukfr-graph init"):
        read_workspaces([tmp_path])
    with pytest.raises(SettingsError, match="There is no folder"):
        read_workspaces([tmp_path / "none"])
    (tmp_path / "a/costa-verde-norland/sources").mkdir(parents=True)
    with pytest.raises(SettingsError, match="one name"):
        read_workspaces([HARBOURS, tmp_path / "a/costa-verde-norland"])


def test_a_dataset_carries_profile_texts_and_questions_also_after_a_write(harbours: Built, tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(harbours, staging)
        before = install_dataset(staging, root)
    with next_version(root) as draft:
        graph = ox.NamedNode("https://example.org/mine")
        draft.store.add(ox.Quad(graph, ox.NamedNode(iris.RDFS + "label"), ox.Literal("mine"), graph))
        draft.changed.add(graph)
    after = Path(open_snapshot(root).folder)
    assert after != before
    for version in (before, after):
        assert read_profile(version).title["es"] == "Costa Verde y Norlandia, puerto a puerto"
        assert (
            read_library(dataset=str(version)).find("berths").question("es") == "¿Cuántos amarres tendrá cada puerto?"
        )
        assert (version / "sources/harbour-gazette-2019/text.txt").is_file()
    checksum = "".join(
        values(harbours, OWN + "id/expression/harbour-gazette-2019#checksum", iris.SPDX + "checksumValue")
    )
    assert SourceTexts(str(after)).read(checksum).startswith("Joint communiqué of Costa Verde and Norland")


def test_datasets_in_one_process_do_not_know_each_others_prefixes(
    harbours: Built, dataset: Path, tmp_path: Path
) -> None:
    (root := tmp_path / "out").mkdir()
    with staging_folder(root) as staging:
        write_dataset(harbours, staging)
        install_dataset(staging, root)
    theirs, ours = ukfr_graph.open(root), ukfr_graph.open(dataset)
    asked = "SELECT ?label { cv:state\\/norland rdfs:label ?label FILTER (LANG(?label) = 'en') }"
    assert theirs.select(asked)[0]["label"] == "Norland"
    assert "cv:state" in theirs.construct("DESCRIBE cv:state\\/norland").serialize()
    for _ in range(2):  # neither what was opened nor what was asked stays behind
        with pytest.raises(QueryError, match="no PREFIX is declared for cv"):
            ours.select(asked)
        assert "cv" not in iris.prefixes()
        assert iris.namespaces() == (iris.BASE,)


def test_an_identifier_that_is_defined_twice_is_named_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ukfr_graph.build.readers._WORTH_A_PROCESS", 1)  # each file is read in one of its own
    folder = Path(shutil.copytree(HARBOURS, tmp_path / "harbours"))
    record = folder / "entities" / "entities.yaml"
    record.write_text(record.read_text("utf-8") + "  - id: state/norland\n    type: State\n", "utf-8")
    assert re.fullmatch(
        r"entities/entities.yaml:\d+: \[state/norland\] duplicate-id: already defined at .*",
        problems_of(folder)[0].split("\n")[0],
    )


def test_a_draft_shows_its_gaps_and_is_refused_where_asked() -> None:
    built = build_graphs(FERRIES)
    (coverage,) = built.coverage.values()
    (gap,) = coverage.gaps
    text = (FERRIES / "sources/nordhavn-post-2021/text.txt").read_text("utf-8")
    assert text[gap.start : gap.end] == "Both sides will meet again."
    assert coverage.share < 1
    with iris.using(built.profile.namespaces):
        assert [iris.local_id(draft) for draft in built.profile.drafts] == ["statement/no-is-2021-03-02"]
    with pytest.raises(DataError, match="its coding is a draft"):
        build_graphs(FERRIES, strict=True)


def test_a_finished_statement_may_have_no_gap(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FERRIES, tmp_path / "ferries"))
    change(folder / "statements/no-is-2021-03-02.yaml", "    status: draft\n", "")
    assert ["'Both sides will meet again.' is in no record" in problem for problem in problems_of(folder)] == [True]
